package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// late is a database in which the world goes on, once, before a transaction reads by a text that begins so.
type late struct {
	sqldb.DB
	before    string
	meanwhile func()
}

func (l *late) Update(ctx context.Context, fn func(sqldb.Tx) error) error {
	return l.DB.Update(ctx, func(tx sqldb.Tx) error { return fn(lateTx{tx, l}) })
}

type lateTx struct {
	sqldb.Tx
	late *late
}

func (t lateTx) One(ctx context.Context, dest []any, sql string, args ...any) error {
	if meanwhile := t.late.meanwhile; meanwhile != nil && strings.HasPrefix(sql, t.late.before) {
		t.late.meanwhile = nil
		meanwhile()
	}
	return t.Tx.One(ctx, dest, sql, args...)
}

// asked stores a publisher who has earned something and asks for it.
func asked(t *testing.T, db *store.DB) store.Payout {
	t.Helper()
	p, err := db.Publishers.Create(t.Context(), 0, ads.Publisher{Slug: "kino", Name: "Kino", Currency: "INR", TimeZone: "Asia/Kolkata"})
	require.NoError(t, err)
	_, err = db.Post(t.Context(), ledger.Entry{Ref: "earned", Kind: ledger.Refund, At: time.Unix(1, 0), Postings: []ledger.Posting{
		{Account: ledger.Account{Kind: ledger.OfPublisher, ID: p.Owner, Currency: "INR"}, Amount: 100 * ads.Unit},
		{Account: ledger.Account{Kind: ledger.OfPlatform, Currency: "INR"}, Amount: -100 * ads.Unit},
	}})
	require.NoError(t, err)
	out, err := db.RequestPayout(t.Context(), 0, store.Payout{Publisher: p.Value.ID, Amount: money.New(60_00, "INR")})
	require.NoError(t, err)
	return out
}

// Whoever pays what is just being approved pays it: that it is approved and cannot be paid is no answer.
func TestPayPayout_ApprovedMeanwhile(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	out := asked(t, db)
	paid, err := store.New(&late{DB: raw, before: "select state", meanwhile: func() {
		require.NoError(t, db.ApprovePayout(t.Context(), 0, out.ID))
	}}).PayPayout(t.Context(), 0, out.ID)
	require.NoError(t, err)
	assert.True(t, paid)
}

// What is refused meanwhile is not paid.
func TestPayPayout_RefusedMeanwhile(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	out := asked(t, db)
	_, err := store.New(&late{DB: raw, before: "select state", meanwhile: func() {
		require.NoError(t, db.RefusePayout(t.Context(), 0, out.ID))
	}}).PayPayout(t.Context(), 0, out.ID)
	assert.True(t, fault.Is(err, fault.Conflict), err)
}
