package bms_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

const parlour = `name: Parlour
category s "Silver"
category g "Gold"
section stalls "Stalls"
  ssss
  gggg
`

// premiere says as little as a show in a shop without anything needs.
func premiere() bms.Announcement {
	return bms.Announcement{
		Partner: catalog.Partner{Name: "Bijou Pictures", Currency: "EUR"},
		Venue:   catalog.Venue{Name: "Bijou", City: "München", Country: "DE", TimeZone: "Europe/Berlin"},
		Event:   catalog.Event{Title: "Nosferatu", Kind: catalog.Film, Duration: 94 * time.Minute},
		Drawing: parlour,
		PriceOf: map[string]int64{"silver": 9_00, "gold": 12_00},
		Show:    catalog.Show{StartsAt: bmstest.Start.Add(24 * time.Hour)},
	}
}

func TestAnnounce_PutsEverythingOnSale(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx, a := t.Context(), premiere()
		a.Brand = catalog.Brand{Name: "Bijou", Hosts: []string{"bijou.example"}, Locales: []string{"de"}}
		show, err := kit.Shows.Announce(ctx, a)
		require.NoError(t, err)
		stored, err := kit.Shows.Show(ctx, show.ID)
		require.NoError(t, err)
		assert.Equal(t, show, stored)
		assert.Equal(t, catalog.OnSale, show.Status)
		assert.Equal(t, "2026-11-23", show.LocalDate)
		assert.Equal(t, 94*time.Minute, show.EndsAt.Sub(show.StartsAt))

		partner, err := kit.Catalog.Partner(ctx, show.PartnerID)
		require.NoError(t, err)
		assert.Equal(t, "bijou-pictures", partner.Slug)
		assert.Equal(t, "DE", partner.Country, "that of the venue")
		venue, err := kit.Catalog.VenueBySlug(ctx, "bijou")
		require.NoError(t, err)
		assert.Equal(t, "muenchen", venue.CitySlug)
		hall, err := kit.Catalog.Hall(ctx, show.HallID)
		require.NoError(t, err)
		assert.Equal(t, "Parlour", hall.Name)
		on, err := kit.Shows.WhatsOn(ctx, "muenchen", kit.Clock.Now())
		require.NoError(t, err)
		require.Len(t, on, 1)
		assert.Equal(t, "nosferatu", on[0].Event.Slug)
		brands, err := kit.Catalog.Brands(ctx)
		require.NoError(t, err)
		require.Len(t, brands, 1)
		assert.Equal(t, money.Currency("EUR"), brands[0].Currency)

		hold, err := kit.Holds.Create(ctx, bms.HoldRequest{ShowID: show.ID, Seats: []bms.SeatItem{{Seat: "stalls-B-2"}}})
		require.NoError(t, err)
		assert.Equal(t, money.New(12_00, "EUR"), hold.Quote.Total, "tax is in the price")
		assert.Equal(t, pricing.TaxTableID("tax-de"), hold.Quote.Tax)
		assert.True(t, taxOf(t, hold.Quote).IsPositive())
		kit.MustBeClean()
	})
}

// What is there already is used, and left as it is.
func TestAnnounce_SecondShowUsesWhatIsThere(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx := t.Context()
		first, err := kit.Shows.Announce(ctx, premiere())
		require.NoError(t, err)

		later := premiere()
		later.Partner = catalog.Partner{}
		later.Venue.City, later.Event.Duration = "Munich", time.Hour // told already, and otherwise
		later.Show.StartsAt = later.Show.StartsAt.Add(3 * time.Hour)
		second, err := kit.Shows.Announce(ctx, later)
		require.NoError(t, err)
		assert.NotEqual(t, first.ID, second.ID)
		want := first
		want.ID, want.StartsAt, want.EndsAt = second.ID, second.StartsAt, second.EndsAt
		want.PriceListID = second.PriceListID
		assert.Equal(t, want, second, "the same venue, hall, map, event and partner")
		assert.Equal(t, 94*time.Minute, second.EndsAt.Sub(second.StartsAt), "as the stored event runs")

		byID := bms.Announcement{
			Hall: catalog.Hall{ID: first.HallID}, Event: catalog.Event{ID: first.EventID},
			Show: catalog.Show{StartsAt: second.StartsAt.Add(3 * time.Hour), PriceListID: first.PriceListID},
		}
		third, err := kit.Shows.Announce(ctx, byID)
		require.NoError(t, err)
		assert.Equal(t, first.SeatMapID, third.SeatMapID)
		assert.Equal(t, first.VenueID, third.VenueID)
		assert.Equal(t, first.PriceListID, third.PriceListID)
		assert.Equal(t, first.PartnerID, third.PartnerID)

		rebuilt := byID
		rebuilt.Drawing = parlour + "  ssss\n"
		rebuilt.Show.StartsAt = third.StartsAt.Add(3 * time.Hour)
		fourth, err := kit.Shows.Announce(ctx, rebuilt)
		require.NoError(t, err)
		newest, err := kit.Catalog.SeatMapOf(ctx, first.HallID)
		require.NoError(t, err)
		assert.Equal(t, 2, newest.Version)
		assert.Equal(t, newest.ID, fourth.SeatMapID)
	})
}

func TestAnnounce_TheSameShowIsAnnouncedOnce(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx, a := t.Context(), premiere()
		first, err := kit.Shows.Announce(ctx, a)
		require.NoError(t, err)
		_, err = kit.Shows.SetStatus(ctx, first.ID, catalog.Paused)
		require.NoError(t, err)
		a.PriceOf = map[string]int64{"silver": 1}
		again, err := kit.Shows.Announce(ctx, a)
		require.NoError(t, err)
		assert.Equal(t, first.ID, again.ID)
		assert.Equal(t, catalog.Paused, again.Status, "as it is stored")
		assert.Equal(t, first.PriceListID, again.PriceListID)
	})
}

func TestAnnounce_KeyReplaysTheAnswer(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx, a := t.Context(), premiere()
		a.Key = "premiere"
		first, err := kit.Shows.Announce(ctx, a)
		require.NoError(t, err)
		_, err = kit.Shows.SetStatus(ctx, first.ID, catalog.Paused)
		require.NoError(t, err)
		again, err := kit.Shows.Announce(ctx, a)
		require.NoError(t, err)
		assert.Equal(t, first, again, "what was answered then")
		a.Show.StartsAt = a.Show.StartsAt.Add(time.Hour)
		_, err = kit.Shows.Announce(ctx, a)
		require.ErrorIs(t, err, bms.ErrKeyReused)
	})
}

// Those who announce at once make one venue, one hall and one show of it.
func TestAnnounce_ManyAtOnceAgree(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		const n = 8
		shows, errs := make([]catalog.Show, n), make([]error, n)
		var wait sync.WaitGroup
		for i := range n {
			wait.Go(func() {
				a := premiere()
				a.Show.StartsAt = a.Show.StartsAt.Add(time.Duration(i%4) * time.Hour)
				shows[i], errs[i] = kit.Shows.Announce(t.Context(), a)
			})
		}
		wait.Wait()
		for i := range n {
			require.NoError(t, errs[i])
			assert.Equal(t, shows[i%4].ID, shows[i].ID)
			assert.Equal(t, shows[0].VenueID, shows[i].VenueID)
			assert.Equal(t, shows[0].HallID, shows[i].HallID)
			assert.Equal(t, shows[0].SeatMapID, shows[i].SeatMapID)
			assert.Equal(t, shows[0].EventID, shows[i].EventID)
		}
	})
}

// Each of them draws the hall anew, and may find that another has done so since it looked.
func TestAnnounce_ManyAtOnceDrawTheHallAnew(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		first, err := kit.Shows.Announce(t.Context(), premiere())
		require.NoError(t, err)
		const n = 8
		errs := make([]error, n)
		var wait sync.WaitGroup
		for i := range n {
			wait.Go(func() {
				a := premiere()
				a.Show.StartsAt = a.Show.StartsAt.Add(time.Duration(i+1) * 3 * time.Hour)
				a.Drawing += strings.Repeat("  ssss\n", i+1)
				_, errs[i] = kit.Shows.Announce(t.Context(), a)
			})
		}
		wait.Wait()
		require.NoError(t, errors.Join(errs...))
		newest, err := kit.Catalog.SeatMapOf(t.Context(), first.HallID)
		require.NoError(t, err)
		assert.Equal(t, n+1, newest.Version)
	})
}

func TestAnnounce_RefusalNamesThePartAndStoresNothing(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx := t.Context()
		m, err := seatmap.ParseGrid(parlour)
		require.NoError(t, err)
		second := kit.Programme.Partner
		second.ID, second.Slug = fresh[catalog.PartnerID](catalog.PartnerPrefix), "second"
		require.NoError(t, kit.Catalog.PutPartner(ctx, second))
		for field, spoil := range map[string]func(*bms.Announcement){
			"partner.name":            func(a *bms.Announcement) { a.Partner = catalog.Partner{} },
			"partner.currency":        func(a *bms.Announcement) { a.Partner.Currency = "" },
			"partner.id":              func(a *bms.Announcement) { a.Partner.ID = "ptn_\x00" },
			"venue.name":              func(a *bms.Announcement) { a.Venue.Name = "" },
			"venue.address":           func(a *bms.Announcement) { a.Venue.Address = "\xff" },
			"venue.time_zone":         func(a *bms.Announcement) { a.Venue.TimeZone = "" },
			"venue.city":              func(a *bms.Announcement) { a.Venue.City = "" },
			"venue.partner_id":        func(a *bms.Announcement) { a.Venue.PartnerID = fresh[catalog.PartnerID](catalog.PartnerPrefix) },
			"venue.lat":               func(a *bms.Announcement) { a.Venue.Lat = math.NaN() },
			"hall.name":               func(a *bms.Announcement) { a.Drawing = "" },
			"hall.id":                 func(a *bms.Announcement) { a.Hall.ID = "hal_1" },
			"drawing":                 func(a *bms.Announcement) { a.Map = m },
			"drawing.line 3 column 1": func(a *bms.Announcement) { a.Drawing = "name: A\ncategory s \"S\"\nnonsense\n" },
			"map.name":                func(a *bms.Announcement) { bad := *m; bad.Name, a.Map, a.Drawing = "", &bad, "" },
			"map":                     func(a *bms.Announcement) { a.Hall.Name, a.Drawing = "Loge", "" },
			"brand.hosts":             func(a *bms.Announcement) { a.Brand.Name = "Bijou" },
			"event.kind":              func(a *bms.Announcement) { a.Event.Kind = "" },
			"event.title":             func(a *bms.Announcement) { a.Event.Title = "" },
			"price_of":                func(a *bms.Announcement) { a.Prices.Prices = []pricing.Price{{Category: "silver"}} },
			"price_of.platinum":       func(a *bms.Announcement) { a.PriceOf = map[string]int64{"platinum": 1} },
			"prices.prices":           func(a *bms.Announcement) { a.PriceOf = nil },
			"prices.prices[1].amount": func(a *bms.Announcement) { a.PriceOf["silver"] = -1 },
			"prices.tax_table":        func(a *bms.Announcement) { a.Prices.TaxTable = "tax-of-nowhere" },
			"prices.tax_class":        func(a *bms.Announcement) { a.Tax = pricing.India() },
			"tax":                     func(a *bms.Announcement) { a.Venue.Country = "FR" },
			"tax.name":                func(a *bms.Announcement) { a.Tax = pricing.Untaxed(); a.Tax.ID, a.Tax.Name = "tax-own", "" },
			"show.starts_at":          func(a *bms.Announcement) { a.Show.StartsAt = time.Time{} },
			"show.ends_at":            func(a *bms.Announcement) { a.Show.EndsAt = a.Show.StartsAt },
			"show.policy_id":          func(a *bms.Announcement) { a.Show.PolicyID = "pol_none" },
			"show.price_list_id":      func(a *bms.Announcement) { a.Show.PriceListID = "prl_none" },
			"show.seat_map_id":        func(a *bms.Announcement) { a.Show.SeatMapID = "map_\x00" },
			"show.hall_id":            func(a *bms.Announcement) { a.Hall.ID, a.Drawing = kit.Programme.Hall.ID, "" },
			"show.seating.quotas[0].areas[0]": func(a *bms.Announcement) {
				a.Show.Seating.Quotas = []catalog.Quota{{Key: "q", Capacity: 1, Areas: []string{"floor"}}}
			},
		} {
			a := premiere()
			spoil(&a)
			_, err := kit.Shows.Announce(ctx, a)
			require.Error(t, err, field)
			require.NotNil(t, fault.Of(err), "%s: %v", field, err)
			assert.Equal(t, fault.Invalid, fault.CodeOf(err), "%s: %v", field, err)
			assert.Equal(t, field, fault.Of(err).Field, "%v", err)
		}
		_, err = kit.Catalog.VenueBySlug(ctx, "bijou")
		require.ErrorIs(t, err, store.ErrNotFound)
		partners, err := kit.Catalog.Partners(ctx)
		require.NoError(t, err)
		assert.Len(t, partners, 2)
		a := premiere()
		a.Show.StartsAt = bmstest.Start.Add(-3 * time.Hour)
		_, err = kit.Shows.Announce(ctx, a)
		assert.Equal(t, "show.starts_at", fault.Of(err).Field, "it is over")
	})
}

func TestAnnounce_TakesPricesAndTaxesAsTheyAreGiven(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx, a := t.Context(), premiere()
		a.Venue.Country, a.Tax, a.PriceOf = "FR", pricing.Untaxed(), nil
		a.Prices = pricing.PriceList{
			Currency: "EUR", BuyerTypes: []pricing.BuyerType{{Key: "adult", Name: "Adult"}, {Key: "child", Name: "Child"}},
			Prices: []pricing.Price{{Category: "silver", Amount: money.New(8_00, "EUR")}, {Category: "silver", BuyerType: "child", Amount: money.New(5_00, "EUR")}},
		}
		a.Partner.Currency = ""
		show, err := kit.Shows.Announce(ctx, a)
		require.NoError(t, err)
		hold, err := kit.Holds.Create(ctx, bms.HoldRequest{ShowID: show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1", BuyerType: "child"}}})
		require.NoError(t, err)
		assert.Equal(t, money.New(5_00, "EUR"), hold.Quote.Total)
		partner, err := kit.Catalog.Partner(ctx, show.PartnerID)
		require.NoError(t, err)
		assert.Equal(t, money.Currency("EUR"), partner.Currency, "that of the prices")

		next := premiere()
		next.Partner, next.PriceOf = catalog.Partner{ID: partner.ID}, nil
		next.Prices.ID, next.Show.StartsAt = pricing.PriceListID(show.PriceListID), next.Show.StartsAt.Add(time.Hour)
		again, err := kit.Shows.Announce(ctx, next)
		require.NoError(t, err)
		assert.Equal(t, show.PriceListID, again.PriceListID)
	})
}
