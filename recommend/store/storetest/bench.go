package storetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/store"
)

// Bench measures Record with 500 in one call, each of them new. It closes the database.
func Bench(b *testing.B, raw sqldb.DB) {
	b.Helper()
	db := store.New(raw)
	defer func() { require.NoError(b, db.Close()) }()
	const each = 500
	list := make([]recommend.Feedback, each)
	round := 0
	for b.Loop() {
		for i := range list {
			list[i] = did(recommend.UserID(fmt.Sprint("u_", i)), recommend.View, recommend.ItemID(fmt.Sprint("evt_", round)), round)
		}
		round++
		require.NoError(b, db.Record(b.Context(), list))
	}
	b.ReportMetric(float64(each*b.N)/b.Elapsed().Seconds(), "feedback/s")
}
