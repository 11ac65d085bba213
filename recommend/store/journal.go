package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
)

// What an entry of the journal tells of.
const (
	ofItem      = "item"
	ofUser      = "user"
	ofFeedback  = "feedback"
	ofWithdrawn = "withdrawn"
	ofForgotten = "forgotten"
)

// entry is a row of rec_change.
type entry struct {
	seq int64

	N    int    `json:"n"`  // its place in one write
	At   int64  `json:"at"` // microseconds since 1970
	What string `json:"what"`
	User string `json:"user_id"` // whom it tells of; empty for an item
	Doc  string `json:"doc"`     // JSON of what it tells; empty when that is the person alone
}

// note queues the entries behind all that the unit of work has written: what is queued travels with the commit, so that the lock is
// held for that one moment.
func (d *DB) note(tx sqldb.Tx, entries []entry) {
	if len(entries) == 0 {
		return
	}
	if d.sql.lock != "" {
		tx.Queue(sqldb.Stmt{SQL: d.sql.lock})
	}
	for i := range entries {
		entries[i].N, entries[i].At = i, micros(tx.Now())
	}
	for len(entries) > 0 {
		n := min(len(entries), rowsAtOnce)
		tx.Queue(sqldb.Stmt{SQL: d.sql.note, Args: []any{sqldb.JSON(entries[:n])}})
		entries = entries[n:]
	}
}

func scanEntry(r sqldb.Row, e *entry) error { return r.Scan(&e.seq, &e.At, &e.What, &e.User, &e.Doc) }

// change reads an entry.
func (e entry) change() (recommend.Change, error) {
	c := recommend.Change{At: ofMicros(e.At)}
	var into any
	switch e.What {
	case ofItem:
		c.Item = &recommend.Item{}
		into = c.Item
	case ofUser:
		c.User = &recommend.User{}
		into = c.User
	case ofFeedback:
		c.Feedback = &recommend.Feedback{}
		into = c.Feedback
	case ofWithdrawn:
		c.Withdrawn = &recommend.Withdrawn{}
		into = c.Withdrawn
	case ofForgotten:
		c.Forgotten = recommend.UserID(e.User)
		return c, nil
	default:
		return c, fmt.Errorf("entry %d of the journal tells of %q, which this program does not know: run the newer program", e.seq, e.What)
	}
	if err := json.Unmarshal([]byte(e.Doc), into); err != nil {
		return c, fmt.Errorf("entry %d of the journal: %w", e.seq, err)
	}
	return c, nil
}

func changes(entries []entry) ([]recommend.Change, error) {
	list := make([]recommend.Change, len(entries))
	for i, e := range entries {
		var err error
		if list[i], err = e.change(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

const (
	newsOf = `select seq, at, what, user_id, doc from rec_change
where seq > coalesce((select seq from rec_consumer where name = $1), 0) order by seq limit $2`

	newsAfter = "select seq, at, what, user_id, doc from rec_change where seq > $1 order by seq limit $2"

	meetConsumer = "insert into rec_consumer (name, seq) values ($1, 0) on conflict (name) do nothing"

	// It may have been retired meanwhile, by mistake.
	moveConsumer = `insert into rec_consumer (name, seq) values ($1, $2)
on conflict (name) do update set seq = excluded.seq where rec_consumer.seq < excluded.seq`

	dropConsumer = "delete from rec_consumer where name = $1"
)

// News returns what was written since the consumer's cursor, at most n entries, in the order of the commits; empty when there is nothing
// new. Until Ack it returns the same again. The first call makes the consumer known: it begins with the oldest entry that is still there, and
// from then on Prune keeps what it has not acknowledged.
func (d *DB) News(ctx context.Context, consumer string, n int) ([]recommend.Change, error) {
	switch {
	case consumer == "":
		return nil, fault.Invalidf("consumer", "must not be empty")
	case n < 1:
		return nil, fault.Invalidf("n", "must be 1 or more, not %d", n)
	}
	if err := d.meet(ctx, consumer); err != nil {
		return nil, fmt.Errorf("read news for %s: %w", consumer, err)
	}
	entries, err := collect(ctx, d.back, readTimeout, scanEntry, newsOf, consumer, n)
	if err != nil {
		return nil, fmt.Errorf("read news for %s: %w", consumer, err)
	}
	list, err := changes(entries)
	if err != nil || len(list) == 0 {
		return nil, attempted("read news for "+consumer, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told[consumer] = entries[len(entries)-1].seq
	return list, nil
}

// meet makes a consumer known, once for each node.
func (d *DB) meet(ctx context.Context, consumer string) error {
	d.mu.Lock()
	_, known := d.told[consumer]
	d.mu.Unlock()
	if known {
		return nil
	}
	if err := d.update(ctx, meetConsumer, consumer); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.told[consumer]; !known {
		d.told[consumer] = 0
	}
	return nil
}

// update runs one statement in the background.
func (d *DB) update(ctx context.Context, sql string, args ...any) error {
	return d.back.Update(ctx, func(tx sqldb.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
}

// Ack moves the consumer's cursor behind what News returned last to it on this node. Without such news it does nothing. The cursor never
// goes back, so that two nodes may work for one consumer; both then see the same.
func (d *DB) Ack(ctx context.Context, consumer string) error {
	d.mu.Lock()
	seq := d.told[consumer]
	d.mu.Unlock()
	if seq == 0 {
		return nil
	}
	return attempted("acknowledge news of "+consumer, d.update(ctx, moveConsumer, consumer, seq))
}

// Retire forgets a consumer that is gone for good, whose cursor would keep Prune from ever deleting. Should it come back, it begins
// anew.
func (d *DB) Retire(ctx context.Context, consumer string) error {
	err := d.update(ctx, dropConsumer, consumer)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		delete(d.told, consumer)
	}
	return attempted("retire "+consumer, err)
}

const (
	// watchEvery is how often Watch looks.
	watchEvery = 200 * time.Millisecond

	// watchAtOnce is how many entries are told at a time.
	watchAtOnce = 500

	newestEntry = "select coalesce(max(seq), 0) from rec_change"
)

// Watch calls fn with what is written from now on, by whichever node, in the order of the commits, until ctx ends, and then returns nil.
// The first call comes with an empty list: what is committed after it will be told, so that who reads what is stored from there on misses
// nothing. A database that does not answer is asked again; an entry that cannot be understood ends it with an error. fn is called by one
// goroutine, the caller's.
func (d *DB) Watch(ctx context.Context, fn func([]recommend.Change)) error {
	w := watcher{d: d, fn: fn}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		if err := w.look(ctx); err != nil {
			return fmt.Errorf("watch the journal: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// watcher is how far one caller of Watch is.
type watcher struct {
	d     *DB
	fn    func([]recommend.Change)
	began bool
	seq   int64
}

// look tells what is new. That the database does not answer is no error.
func (w *watcher) look(ctx context.Context) error {
	if !w.began && !w.begin(ctx) {
		return nil
	}
	for {
		entries, err := collect(ctx, w.d.back, readTimeout, scanEntry, newsAfter, w.seq, watchAtOnce)
		if err != nil || len(entries) == 0 {
			return nil //nolint:nilerr // the next look will tell
		}
		list, err := changes(entries)
		if err != nil {
			return err
		}
		w.seq = entries[len(entries)-1].seq
		w.fn(list)
	}
}

func (w *watcher) begin(ctx context.Context) bool {
	last, err := collect(ctx, w.d.back, readTimeout, func(r sqldb.Row, seq *int64) error { return r.Scan(seq) }, newestEntry)
	if err != nil {
		return false
	}
	w.began, w.seq = true, last[0]
	w.fn(nil)
	return true
}
