package storetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// BenchApply measures Apply with what 10,000 events come to: 500 facts of 100 lines, and an entry. It closes the database.
func BenchApply(b *testing.B, raw sqldb.DB) {
	b.Helper()
	db := store.New(raw)
	defer func() { require.NoError(b, db.Close()) }()
	const events, facts, lines = 10_000, 500, 100
	for n := uint64(0); b.Loop(); n++ {
		batch := ledger.Batch{Node: 1, From: n * events, Upto: (n + 1) * events}
		for i := range int64(facts) {
			line := ads.LineID(1 + i%lines)
			batch.Facts = append(batch.Facts, ledger.Fact{
				Kind: ledger.View, Quarter: quarter + int64(n/100), Count: events / facts, Gross: 20_000, Share: 14_000,
				Place: ledger.Place{Advertiser: 1, Line: line, Creative: ads.CreativeID(i), Publisher: 1, Placement: 1, City: "chennai", Currency: inr},
			})
			batch.Spent = append(batch.Spent, ledger.Spent{Line: line, Day: day, Amount: 20_000})
		}
		batch.Entries = []ledger.Entry{{Ref: fmt.Sprint(n), Kind: ledger.Delivery, At: start, Postings: []ledger.Posting{
			{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: 1, Currency: inr}, Amount: -20_000 * facts},
			{Account: ledger.Account{Kind: ledger.OfPublisher, ID: 1, Currency: inr}, Amount: 14_000 * facts},
			{Account: platform, Amount: 6_000 * facts},
		}}}
		_, err := db.Apply(b.Context(), batch)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchCatalog measures Catalog with 2,000 lines, each with a creative. It closes the database.
func BenchCatalog(b *testing.B, raw sqldb.DB) {
	b.Helper()
	db := store.New(raw)
	defer func() { require.NoError(b, db.Close()) }()
	ctx := b.Context()
	a, err := db.Advertisers.Create(ctx, admin, advertiser("acme"))
	require.NoError(b, err)
	c, err := db.Campaigns.Create(ctx, admin, campaign(a.Value.ID))
	require.NoError(b, err)
	together(20, func(int) {
		for range 100 {
			l, err := db.Lines.Create(ctx, admin, line(c.Value.ID))
			assert.NoError(b, err)
			_, err = db.Creatives.Create(ctx, admin, creative(l.Value.ID))
			assert.NoError(b, err)
		}
	})
	for b.Loop() {
		_, _, err := db.Catalog(ctx)
		require.NoError(b, err)
	}
}
