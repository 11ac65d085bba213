package local_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

func TestStandard_IsThatOfTheTextbook(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		offset := rapid.SampledFrom([]float32{0, 3, -1000}).Draw(t, "offset")
		list := rapid.SliceOfN(rapid.Float32Range(-10, 10), 1, 50).Draw(t, "list")
		var mean, dev float64
		for i := range list {
			list[i] += offset
			mean += float64(list[i]) / float64(len(list))
		}
		for _, x := range list {
			dev += (float64(x) - mean) * (float64(x) - mean) / float64(len(list))
		}
		dev = math.Sqrt(dev)
		if dev > 0 && dev < 1e-2 {
			t.Skip("float32 has too few digits to tell")
		}
		for i, x := range local.Standard(list, 2) {
			want := 0.
			if dev > 0 {
				want = 2 * (float64(list[i]) - mean) / dev
			}
			require.InDelta(t, want, x, .05, "%v", list)
		}
	})
}

// What is all the same counts for nothing, however large it is: what is left of rounding must not be blown up.
func TestStandard_AllTheSame(t *testing.T) {
	t.Parallel()
	for _, x := range []float32{0, .1, -7.3, 1e6, 123456.78, 1e30} {
		for n := range 9 {
			assert.Equal(t, make([]float32, n), local.Standard(slices.Repeat([]float32{x}, n), 1), "%d times %v", n, x)
		}
	}
}

func TestSeasons_AreKeptInTheirOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := recommend.Seasons()
		list := rapid.SliceOf(rapid.SampledFrom(all)).Draw(t, "seasons")
		got, any := local.FirstSeason(list)
		i := slices.IndexFunc(all, func(s recommend.Season) bool { return slices.Contains(list, s) })
		require.Equal(t, i >= 0, any)
		if any {
			require.Equal(t, all[i], got)
		}
	})
}

// BenchmarkShelf_Recommend is a list of ten out of 2,000 events that are all on sale, with reasons, variety and a try. The whole of it, with
// 50,000 people, is benchmarks/recommend --speed.
func BenchmarkShelf_Recommend(b *testing.B) {
	e := node(b, newMemory(), local.Config{})
	items := make([]recommend.Item, 2000)
	for i := range items {
		items[i] = item(fmt.Sprintf("evt-%d", i), with(fmt.Sprintf("artist %d", i%400)), genre(fmt.Sprintf("genre %d", i%400%7)), daysOld(1+i%80))
		items[i].Language, items[i].PriceBand = []string{"en", "de", "hi"}[i%3], 1+i%5
		items[i].Places[0].Venue = fmt.Sprintf("venue %d", i%30)
	}
	put(b, e, items...)
	var list []recommend.Feedback
	for p := range 1000 {
		for n := range 20 { // everybody likes the artists of one genre
			list = append(list, did(fmt.Sprintf("usr-%d", p), recommend.Book, fmt.Sprintf("evt-%d", (p%7+7*(p*13+n*37))%2000))...)
		}
	}
	record(b, e, list...)
	rebuild(b, e)
	shelf, err := recommend.New(e, recommend.Config{})
	require.NoError(b, err)
	r := recommend.Request{N: 10, Context: recommend.Context{City: "berlin", Language: "de", Now: now}}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.User = recommend.UserID(fmt.Sprintf("usr-%d", i%1000))
		if a, err := shelf.Recommend(context.Background(), r); err != nil || len(a.Items) != r.N {
			b.Fatal(a, err)
		}
	}
}
