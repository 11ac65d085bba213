package store

import (
	"context"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Catalog is all that is sold and bought, each list sorted by identifier; what is paused, archived or suspended is in it.
type Catalog struct {
	Advertisers []ads.Advertiser
	Campaigns   []ads.Campaign
	Lines       []ads.Line
	Creatives   []ads.Creative
	Publishers  []ads.Publisher
	Placements  []ads.Placement
}

const (
	raiseVersion = "update ad_version set version = version + 1"

	readVersion = "select version from ad_version"

	// channel is where Postgres tells of changes. It is one for all schemas of a database: who hears of a change that is not theirs finds
	// their version as it was.
	channel = "ad_catalogue"
)

// change runs a unit of work that changes the catalogue. The row of the version comes last, so that it is locked for as short as can be;
// as it is locked until the commit, versions are in the order of the commits.
func (d *DB) change(ctx context.Context, what string, fn func(tx sqldb.Tx) error) error {
	err := d.update(ctx, what, func(tx sqldb.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		d.raise(tx)
		return nil
	})
	if err == nil {
		d.changed.fire()
	}
	return err
}

// raise raises the version and tells of it. Who calls it fires changed after the commit.
func (d *DB) raise(tx sqldb.Tx) {
	queue(tx, raiseVersion)
	if d.sql.notify != "" {
		queue(tx, d.sql.notify)
	}
}

// Catalog returns all of the catalogue as it was at one moment, and its version then.
func (d *DB) Catalog(ctx context.Context) (Catalog, int64, error) {
	ctx, cancel := context.WithTimeout(ctx, slowTimeout)
	defer cancel()
	var c Catalog
	var version int64
	parts := []func(context.Context, sqldb.Tx) error{
		d.Advertisers.into(&c.Advertisers), d.Campaigns.into(&c.Campaigns), d.Lines.into(&c.Lines), d.Creatives.into(&c.Creatives),
		d.Publishers.into(&c.Publishers), d.Placements.into(&c.Placements),
	}
	err := d.back.View(ctx, func(tx sqldb.Tx) error {
		err := tx.One(ctx, []any{&version}, readVersion)
		for _, read := range parts {
			if err == nil {
				err = read(ctx, tx)
			}
		}
		return err
	})
	return c, version, attempted("read the catalogue", err)
}

// into returns what reads the whole table.
func (t Table[ID, T]) into(all *[]T) func(context.Context, sqldb.Tx) error {
	return func(ctx context.Context, tx sqldb.Tx) error {
		var err error
		*all, err = collect(ctx, tx, func(r sqldb.Row, v *T) error {
			var k Kept[T]
			err := t.scan(r, &k)
			*v = k.Value
			return err
		}, t.sql.all+" order by id")
		return err
	}
}

// Version returns the version of the catalogue: 0 for one that was never changed, higher after each change, also of what was paid in or given
// back.
func (d *DB) Version(ctx context.Context) (int64, error) {
	version, _, err := one(ctx, d.back, func(r sqldb.Row, v *int64) error { return r.Scan(v) }, readVersion)
	return version, attempted("read the version of the catalogue", err)
}

// How often Watch looks for what it was not told of: on SQLite that is all that other processes do.
const (
	lookEvery     = 250 * time.Millisecond
	lookEveryTold = 5 * time.Second
)

// listener is a database that tells of changes by itself.
type listener interface {
	Listen(ctx context.Context, channel string, fn func(payload string)) error
}

// Watch calls fn with the version of the catalogue, at first as it is and then after each change by whichever node, until ctx ends, and
// then returns nil. Changes that come close together are told once. fn is called by one goroutine, the caller's. A database that
// does not answer is asked again.
func (d *DB) Watch(ctx context.Context, fn func(version int64)) error {
	ctx, cancel := context.WithCancel(ctx)
	poked, every := make(chan struct{}, 1), lookEvery
	var listening sync.WaitGroup
	defer listening.Wait()
	defer cancel()
	if l, ok := d.db.(listener); ok {
		every = lookEveryTold
		listening.Go(func() {
			_ = l.Listen(ctx, channel, func(string) { poke(poked) }) // it ends with ctx or the database
		})
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for told := int64(-1); ; {
		changed := d.changed.next() // before the look, which then misses nothing
		version, err := d.Version(ctx)
		if err == nil && version != told {
			told = version
			fn(version)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-poked:
		case <-tick.C:
		}
	}
}

// poke leaves word, unless there is some.
func poke(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// signal wakes all that wait.
type signal struct {
	mu sync.Mutex
	ch chan struct{}
}

// next is closed at the next fire.
func (s *signal) next() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}
