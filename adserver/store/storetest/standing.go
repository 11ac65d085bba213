package storetest

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// standing is a database whose clock stands.
type standing struct {
	sqldb.DB
	now time.Time
}

// stand stops the clock of the test's database, so that neither a delay nor midnight comes between, and returns what it shows.
func (s *suite) stand() time.Time {
	now := s.raw.Now()
	s.db = store.New(standing{s.raw, now})
	return now
}

func (d standing) Now() time.Time { return d.now }

func (d standing) Background() sqldb.DB { return standing{d.DB.Background(), d.now} }

func (d standing) View(ctx context.Context, fn func(sqldb.Tx) error) error {
	return d.DB.View(ctx, d.stands(fn))
}

func (d standing) Read(ctx context.Context, fn func(sqldb.Tx) error) error {
	return d.DB.Read(ctx, d.stands(fn))
}

func (d standing) Update(ctx context.Context, fn func(sqldb.Tx) error) error {
	return d.DB.Update(ctx, d.stands(fn))
}

func (d standing) stands(fn func(sqldb.Tx) error) func(sqldb.Tx) error {
	return func(tx sqldb.Tx) error { return fn(standingTx{tx, d.now}) }
}

type standingTx struct {
	sqldb.Tx
	now time.Time
}

func (t standingTx) Now() time.Time { return t.now }
