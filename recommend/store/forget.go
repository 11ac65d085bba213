package store

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
)

// erasures delete all that is known of the person $1. A table that holds people is named here, or the suite finds it.
var erasures = []string{
	"delete from rec_feedback where user_id = $1",
	"delete from rec_user where id = $1",
	"delete from rec_change where user_id = $1",
	"delete from rec_exposure where unit = $1",
	"delete from rec_outcome where unit = $1",
}

// Forget erases the person from all tables, what the journal told of them included, and writes one entry that says so, with their id: it
// is the last trace, and Prune removes it. Who is not known is no error, and the entry is written all the same: an engine may know them.
// Repeating it is harmless. A saved model is not looked into.
func (d *DB) Forget(ctx context.Context, user recommend.UserID) error {
	if user == "" {
		return fault.Invalidf("user", "must not be empty")
	}
	return d.write(ctx, "forget a person", func(tx sqldb.Tx) ([]entry, error) {
		erase(tx, user)
		if d.sql.lock != "" {
			// What others had written and not committed was not seen. Whoever holds the lock no longer waits for our rows, so that
			// the second time all that comes before our entry in the journal is seen.
			tx.Queue(sqldb.Stmt{SQL: d.sql.lock})
			erase(tx, user)
		}
		return []entry{{What: ofForgotten, User: string(user)}}, nil
	})
}

func erase(tx sqldb.Tx, user recommend.UserID) {
	for _, sql := range erasures {
		tx.Queue(sqldb.Stmt{SQL: sql, Args: []any{string(user)}})
	}
}

// keepLooks is how long is kept what people only looked at.
const keepLooks = 365 * 24 * time.Hour

const (
	pruneChanges = `delete from rec_change where seq in (select seq from rec_change
where at < $1 and seq <= coalesce((select min(seq) from rec_consumer), 9223372036854775807)
order by seq limit $2)`

	pruneFeedback = `delete from rec_feedback where (user_id, item_id, kind) in (select user_id, item_id, kind from rec_feedback
where at < $1 and kind in ('shown', 'view', 'click') limit $2)`

	pruneExposures = `delete from rec_exposure where (experiment, unit, at, surface) in (select experiment, unit, at, surface from rec_exposure
where at < $1 limit $2)`

	pruneOutcomes = `delete from rec_outcome where (unit, item_id, kind, at) in (select unit, item_id, kind, at from rec_outcome
where at < $1 limit $2)`
)

// Prune deletes entries of the journal from before the time that every known consumer has acknowledged, those of Forget included, and
// what people only looked at (shown, view, click) more than a year ago, with what experiments saw then. It makes no entries: engines let
// old looks fade by themselves. It works in small steps, each a transaction.
//
// Watch keeps no cursor: give a time before which every node has looked, such as an hour ago.
func (d *DB) Prune(ctx context.Context, before time.Time) error {
	old := micros(d.back.Now().Add(-keepLooks))
	for _, p := range []struct {
		sql    string
		before int64
	}{{pruneChanges, micros(before)}, {pruneFeedback, old}, {pruneExposures, old}, {pruneOutcomes, old}} {
		if err := d.inSteps(ctx, p.sql, p.before); err != nil {
			return fmt.Errorf("prune the journal: %w", err)
		}
	}
	return nil
}

// inSteps repeats a statement that deletes at most $2 rows until there are none left.
func (d *DB) inSteps(ctx context.Context, sql string, before int64) error {
	for more := true; more; {
		err := d.back.Update(ctx, func(tx sqldb.Tx) error {
			n, err := tx.Exec(ctx, sql, before, rowsAtOnce)
			more = n == rowsAtOnce
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
