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
	"github.com/marquee-tickets/marquee/bms/pricing"
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
	}, patience, 5*time.Millisecond)
}

// patience is how long the finder may take on a busy machine.
const patience = 30 * time.Second

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
	s.until(q, costs(225_00)) // what an adult pays for silver, with the fee; children pay less

	dearer := kit.Programme.Prices
	dearer.Version++
	for i := range dearer.Prices {
		dearer.Prices[i].Amount.Minor *= 2
	}
	require.NoError(t, kit.Prices.PutList(t.Context(), dearer))
	kit.Clock.Advance(2 * time.Minute) // lists that change often are not looked at each time
	s.until(q, costs(425_00))

	taxed := kit.Programme.Tax
	taxed.Version++
	require.NoError(t, kit.Prices.PutTaxTable(t.Context(), taxed))
	dearer.TaxIncluded, dearer.Version = false, dearer.Version+1
	require.NoError(t, kit.Prices.PutList(t.Context(), dearer))
	kit.Clock.Advance(2 * time.Minute)
	s.until(q, costs(501_50)) // with 18 % on top of both
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
		return assert.ObjectsAreEqual([]money.Amount{money.New(225_00, "INR"), money.New(225_00, "INR")}, lowest(r))
	})
}

// elsewhere adds a show of an event of its own, whose prices and taxes are its own too.
func elsewhere(t *testing.T, kit *bmstest.Kit, rules ...pricing.TaxRule) pricing.TaxTable {
	t.Helper()
	tax, list, event, show := kit.Programme.Tax, kit.Programme.Prices, kit.Programme.Event, kit.Programme.Show
	tax.ID, tax.Name, tax.Rules = "tax-elsewhere", "Elsewhere", rules
	list.ID, list.TaxTable, list.TaxIncluded = pricing.NewPriceListID(kit.Now()), tax.ID, false
	event.ID, event.Slug, event.Title = id.New[catalog.EventID](catalog.EventPrefix, kit.Now()), "elsewhere", "Elsewhere"
	show.ID, show.EventID, show.PriceListID = id.New[catalog.ShowID](catalog.ShowPrefix, kit.Now()), event.ID, string(list.ID)
	require.NoError(t, kit.Prices.PutTaxTable(t.Context(), tax))
	require.NoError(t, kit.Prices.PutList(t.Context(), list))
	require.NoError(t, kit.Catalog.PutEvent(t.Context(), event))
	require.NoError(t, kit.Shows.Put(t.Context(), show))
	return tax
}

// taxedAt taxes everything at a rate from a day on, until another.
func taxedAt(rate money.Rate, from, until pricing.Date) pricing.TaxRule {
	return pricing.TaxRule{From: from, Until: until, Slabs: []pricing.Slab{{Rate: rate}}, Parts: []pricing.TaxPart{{Name: "VAT", Share: 1}}}
}

func TestFinder_AShowThatCannotBePricedIsInNobodysWay(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	tax := elsewhere(t, kit, taxedAt(100_000, "", "2026-01-01"))
	s := seek(t, kit, finder.Config{})
	costs := func(text string, minor int64) {
		t.Helper()
		want := money.New(minor, "INR")
		if minor == 0 {
			want = money.Amount{}
		}
		s.until(search.Query{Text: text, Limit: 1}, func(r search.Result) bool { return assert.ObjectsAreEqual([]money.Amount{want}, lowest(r)) })
	}
	costs("general", 225_00)
	costs("elsewhere", 0)

	tax.Rules, tax.Version = []pricing.TaxRule{taxedAt(100_000, "", "")}, tax.Version+1
	require.NoError(t, kit.Prices.PutTaxTable(t.Context(), tax))
	kit.Clock.Advance(2 * time.Minute)
	costs("elsewhere", 247_50)
}

func TestFinder_ANewRateIsShownOnItsDay(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{}) // at half past five in the afternoon of 22 November
	elsewhere(t, kit, taxedAt(100_000, "", "2026-11-23"), taxedAt(200_000, "2026-11-23", ""))
	s := seek(t, kit, finder.Config{})
	costs := func(minor int64) {
		t.Helper()
		s.until(search.Query{Text: "elsewhere", Limit: 1}, func(r search.Result) bool {
			return assert.ObjectsAreEqual([]money.Amount{money.New(minor, "INR")}, lowest(r))
		})
	}
	costs(247_50)
	kit.Clock.Advance(7 * time.Hour)
	costs(270_00)
}

func TestFinder_FindsByOtherWordsToo(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	s := seek(t, kit, finder.Config{Also: func(d search.Document) []string { return []string{"kino", d.Shows[0].Venue} }})
	for _, text := range []string{"kino", kit.Programme.Venue.Slug} {
		s.until(search.Query{Text: text, Limit: 1}, func(r search.Result) bool { return r.Total == 1 })
	}
}
