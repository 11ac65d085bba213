// Package bmstest is a test kit for programs that sell with bms: a client on a
// throwaway SQLite database, a clock that stands until it is moved, a bank that does
// what it is told, recorded mails, and a small programme to sell from.
//
//	kit := bmstest.New(t, bmstest.Options{})
//	hold := kit.Hold("stalls-A-1", "stalls-A-2")
//	kit.Clock.Advance(9 * time.Minute) // the hold is over
package bmstest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/notify/notifytest"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
)

// Options says what a Kit is made of. The zero Options are what most tests want.
type Options struct {
	// Start is where the clock begins. Zero means Start.
	Start time.Time

	// Open opens the database with the given clock. Nil means a SQLite file in a
	// folder of the test. The kit closes it.
	Open func(t testing.TB, now func() time.Time) store.DB

	// Programme is what is on sale. Zero means Small.
	Programme Programme

	// Config is completed with the kit's bank and recorder.
	Config bms.Config
}

// Start is where the clock of a kit begins: a Sunday evening in Mumbai.
var Start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// Kit is a client with everything around it.
type Kit struct {
	*bms.Client

	Clock     *Clock
	Bank      *sandbox.Gateway
	Mails     *notifytest.Recorder
	Programme Programme

	t  testing.TB
	db store.DB
}

// New returns a kit whose programme is on sale. Everything is closed when the test ends.
func New(t testing.TB, o Options) *Kit {
	t.Helper()
	if o.Start.IsZero() {
		o.Start = Start
	}
	clock := NewClock(o.Start)
	open := o.Open
	if open == nil {
		open = openSQLite
	}
	k := &Kit{Clock: clock, Mails: &notifytest.Recorder{}, t: t}
	k.connect(open(t, clock.Now), o.Config)
	if o.Programme.isZero() {
		o.Programme = Small(o.Start)
	}
	k.Programme = o.Programme
	require.NoError(t, o.Programme.Store(t.Context(), k.Client))
	return k
}

// connect makes the bank and the client.
func (k *Kit) connect(db store.DB, cfg bms.Config) {
	k.t.Helper()
	bank, err := sandbox.New(sandbox.Config{
		Secret: []byte("a secret for tests"), Now: k.Clock.Now, Send: k.deliver,
	})
	require.NoError(k.t, err)
	k.Bank, k.db = bank, db
	if cfg.BaseURL == "" {
		cfg.BaseURL = "http://shop.example"
	}
	cfg.Gateways = append([]payment.Gateway{bank}, cfg.Gateways...)
	cfg.Channels = append([]notify.Channel{k.Mails}, cfg.Channels...)
	k.Client, err = bms.New(db, cfg)
	require.NoError(k.t, err)
	k.t.Cleanup(func() { require.NoError(k.t, k.Client.Close()) })
}

// DB is the kit's database, for what happens behind the client's back. It is not to be closed.
func (k *Kit) DB() store.DB { return k.db }

// Gateways are those of the kit, for a second client on its database.
func (k *Kit) Gateways() []payment.Gateway { return []payment.Gateway{k.Bank} }

// Another returns a second client on the kit's database, as another node or a program started
// anew would have it, with a gateway of its own. It is not to be closed.
func (k *Kit) Another(g payment.Gateway) *bms.Client {
	k.t.Helper()
	c, err := bms.New(k.db, bms.Config{Gateways: []payment.Gateway{g}, BaseURL: "http://shop.example"})
	require.NoError(k.t, err)
	return c
}

// deliver carries the bank's notifications to the client.
func (k *Kit) deliver(ctx context.Context, w sandbox.Webhook) error {
	return k.Payments.Webhook(ctx, sandbox.Name, func(name string) string { return w.Header[name] }, w.Body)
}

func openSQLite(t testing.TB, now func() time.Time) store.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db"), Now: now})
	require.NoError(t, err)
	return db
}
