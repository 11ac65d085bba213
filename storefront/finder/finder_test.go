package finder_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/bms/search/bleve"
	"github.com/marquee-tickets/marquee/storefront/finder"
)

// seeker is a finder over a kit, which learns until the test ends.
type seeker struct {
	*testing.T
	*finder.Finder
}

func seek(t *testing.T, kit *bmstest.Kit, cfg finder.Config) seeker {
	t.Helper()
	index, err := bleve.New()
	require.NoError(t, err)
	f := finder.New(kit.Client, index, cfg)
	_, err = f.Search(t.Context(), search.Query{})
	require.ErrorIs(t, err, search.ErrStarting, "nothing is known yet")
	_, err = f.Suggest(t.Context(), search.SuggestQuery{Text: "a"})
	require.ErrorIs(t, err, search.ErrStarting)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended)
		assert.NoError(t, index.Close())
	})
	return seeker{t, f}
}

// until waits until what a search finds is as it should be.
func (s seeker) until(q search.Query, is func(search.Result) bool) {
	s.Helper()
	require.Eventually(s, func() bool {
		r, err := s.Search(s.Context(), q)
		return err == nil && is(r)
	}, 10*time.Second, 5*time.Millisecond)
}

// lowest are the prices that the first event found is on at.
func lowest(r search.Result) []money.Amount {
	var prices []money.Amount
	if len(r.Hits) > 0 {
		for _, s := range r.Hits[0].Document.Shows {
			prices = append(prices, s.Price)
		}
	}
	return prices
}

func TestFinder_KnowsTheLowestPriceOfAShow(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	s := seek(t, kit, finder.Config{})
	q := search.Query{City: kit.Programme.Venue.CitySlug, Limit: 1}
	costs := func(minor int64) func(search.Result) bool {
		return func(r search.Result) bool {
			return assert.ObjectsAreEqual([]money.Amount{money.New(minor, "INR")}, lowest(r)) && r.Currency == "INR"
		}
	}
	s.until(q, costs(200_00)) // what an adult pays for silver; children pay less

	dearer := kit.Programme.Prices
	dearer.Version++
	for i := range dearer.Prices {
		dearer.Prices[i].Amount.Minor *= 2
	}
	require.NoError(t, kit.Prices.PutList(t.Context(), dearer))
	kit.Clock.Advance(2 * time.Minute) // lists that change often are not looked at each time
	s.until(q, costs(400_00))
}

func TestFinder_AShowThatIsAddedHasItsPrice(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	s := seek(t, kit, finder.Config{})
	q := search.Query{City: kit.Programme.Venue.CitySlug, Limit: 1}
	s.until(q, func(r search.Result) bool { return r.Total == 1 })
	show := kit.Programme.Show
	show.ID, show.LocalDate = id.New[catalog.ShowID](catalog.ShowPrefix, kit.Now()), "2026-11-25"
	show.StartsAt, show.EndsAt = show.StartsAt.Add(24*time.Hour), show.EndsAt.Add(24*time.Hour)
	require.NoError(t, kit.Shows.Put(t.Context(), show))
	s.until(q, func(r search.Result) bool {
		return assert.ObjectsAreEqual([]money.Amount{money.New(200_00, "INR"), money.New(200_00, "INR")}, lowest(r))
	})
}

func TestFinder_FindsByOtherWordsToo(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	s := seek(t, kit, finder.Config{Also: func(d search.Document) []string { return []string{"kino", d.Shows[0].Venue} }})
	for _, text := range []string{"kino", kit.Programme.Venue.Slug} {
		s.until(search.Query{Text: text, Limit: 1}, func(r search.Result) bool { return r.Total == 1 })
	}
}
