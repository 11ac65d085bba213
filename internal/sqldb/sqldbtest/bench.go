package sqldbtest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// benchRows is how many rows the benchmarks spread over.
const benchRows = 10_000

// Benchmark measures an engine: units of one row, one after another and 64 at
// once, and views of one row.
func Benchmark(b *testing.B, open func(b *testing.B) sqldb.DB) {
	db := open(b)
	require.NoError(b, db.Update(b.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(b.Context(), "create table seat (id bigint primary key, status text not null, version bigint not null)")
		return err
	}))
	require.NoError(b, db.Update(b.Context(), func(tx sqldb.Tx) error {
		for id := range benchRows {
			tx.Queue(sqldb.Stmt{SQL: "insert into seat (id, status, version) values ($1, 'free', 0)", Args: []any{id}})
		}
		return nil
	}))
	b.Run("Update_One", func(b *testing.B) { benchAtOnce(b, 1, func(i int) error { return benchUpdate(b, db, i) }) })
	b.Run("Update_64AtOnce", func(b *testing.B) { benchAtOnce(b, 64, func(i int) error { return benchUpdate(b, db, i) }) })
	b.Run("View_One", func(b *testing.B) { benchAtOnce(b, 1, func(i int) error { return benchView(b, db, i) }) })
	b.Run("View_64AtOnce", func(b *testing.B) { benchAtOnce(b, 64, func(i int) error { return benchView(b, db, i) }) })
}

func benchUpdate(b *testing.B, db sqldb.DB, i int) error {
	return db.Update(b.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{
			SQL:  "update seat set status = $2, version = version + 1 where id = $1",
			Args: []any{i % benchRows, "held"},
		})
		return nil
	})
}

func benchView(b *testing.B, db sqldb.DB, i int) error {
	return db.View(b.Context(), func(tx sqldb.Tx) error {
		var status string
		var version int64
		return tx.One(b.Context(), []any{&status, &version}, "select status, version from seat where id = $1", i%benchRows)
	})
}

// benchAtOnce shares b.N units out among the workers.
func benchAtOnce(b *testing.B, workers int, unit func(i int) error) {
	b.ReportAllocs()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < b.N; i += workers {
				if err := unit(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "units/s")
}
