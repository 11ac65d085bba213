package lite_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

func TestStatements_ParsedOnce(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{Readers: 1})
	write(t, db, createSeat)
	write(t, db, insertSeat, 0)
	count(t, db, countSeats)
	written, read := lite.WriterStatements(db), lite.ReaderStatements(db)
	require.Contains(t, written, insertSeat)
	require.Contains(t, read, countSeats)
	for id := 1; id <= 20; id++ {
		write(t, db, insertSeat, id)
		count(t, db, countSeats)
	}
	assert.Equal(t, written, lite.WriterStatements(db), "the same parsed statements")
	assert.Equal(t, read, lite.ReaderStatements(db))
}

func TestStatements_AnyNumber(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{Readers: 1})
	require.NoError(t, db.View(t.Context(), func(tx sqldb.Tx) error {
		for i := range 1500 {
			var n int
			require.NoError(t, tx.One(t.Context(), []any{&n}, fmt.Sprintf("select %d", i)))
			require.Equal(t, i, n)
		}
		return nil
	}))
	assert.Len(t, lite.ReaderStatements(db), 512)
}

// endless is a query that only an interrupt ends.
const endless = "with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n"

func TestView_QueryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{Readers: 1})
	write(t, db, createSeat)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	err := db.View(ctx, func(tx sqldb.Tx) error {
		var n int
		return tx.One(ctx, []any{&n}, endless)
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Zero(t, count(t, db, countSeats), "the connection is as good as before")
}

func TestView_WaitsForAReaderUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{Readers: 1})
	require.NoError(t, db.View(t.Context(), func(sqldb.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, db.View(ctx, func(sqldb.Tx) error { return nil }), context.DeadlineExceeded)
		return db.Background().View(t.Context(), func(sqldb.Tx) error { return nil }) // has its own
	}))
}

func TestErrors_ConstraintIsNamed(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{})
	write(t, db, `create table place (
		hall text, label text, price integer constraint price_is_right check (price > 0),
		primary key (hall, label))`)
	for sql, want := range map[string]string{
		"insert into place values ('h', 'a', 1), ('h', 'a', 1)":     "place.hall, place.label",
		"insert into place values ('h', 'a', 0)":                    "price_is_right",
		"insert into place (rowid, hall) values (1, 'h'), (1, 'i')": "place.rowid",
	} {
		err := db.Update(t.Context(), func(tx sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), sql)
			return err
		})
		e := &sqldb.Error{}
		require.ErrorAs(t, err, &e, sql)
		assert.Equal(t, want, e.Constraint, sql)
	}
}
