package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
)

// journal is a node's stretch of made-up views of one line.
func journal(t *rapid.T, node uint16, from uint64, line ads.LineID) (b ledger.Batch, gross ads.Nano) {
	b = ledger.Batch{Node: node, From: from}
	for i := range rapid.IntRange(1, 6).Draw(t, "events") {
		price := ads.Nano(rapid.Int64Range(0, 5_000_000).Draw(t, "price"))
		share, _ := price.Share(700_000)
		place := ledger.Place{Advertiser: 1, Line: line, Publisher: 1, Placement: ads.PlacementID(1 + i%2), Currency: "USD"}
		b.Facts = append(b.Facts, ledger.Fact{Kind: ledger.View, Place: place, Quarter: 1_960_000 + int64(i%3), Count: 1, Gross: price, Share: share})
		b.Spent = append(b.Spent, ledger.Spent{Line: line, Day: 20_000 + int32(i%2), Amount: price})
		b.Entries = append(b.Entries, ledger.Entry{
			Ref: fmt.Sprint(node, "/", from, "/", i), Kind: ledger.Delivery, At: time.Unix(1_764_000_000, 0),
			Postings: ledger.Split(1, 1, "USD", price, share),
		})
		gross += price
	}
	b.Upto = from + uint64(len(b.Facts))
	return b, gross
}

// However batches of several nodes are cut, mixed and repeated, each counts once and the books agree with themselves.
func TestApply_Property(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "ads.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	line := ads.LineID(0)
	rapid.Check(t, func(t *rapid.T) {
		line++
		var want ads.Nano
		var sent []ledger.Batch
		for range rapid.IntRange(1, 6).Draw(t, "batches") {
			node := uint16(rapid.IntRange(1, 2).Draw(t, "node"))
			from, err := db.Position(t.Context(), node)
			require.NoError(t, err)
			b, gross := journal(t, node, from, line)
			applied, err := db.Apply(t.Context(), b)
			require.NoError(t, err)
			require.True(t, applied)
			sent, want = append(sent, b), want+gross
			again, err := db.Apply(t.Context(), rapid.SampledFrom(sent).Draw(t, "again"))
			require.NoError(t, err)
			require.False(t, again)
		}
		spending, err := db.Spending(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, want, spending.Lines[line])
		found, err := db.Audit(t.Context())
		require.NoError(t, err)
		require.Empty(t, found)
	})
}
