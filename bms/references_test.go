package bms_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// fresh is an identifier of nothing.
func fresh[T ~string](prefix string) T { return id.New[T](prefix, bmstest.Start) }

// TestPut_WhatIsNotThereIsNamed spoils each reference of each entity, one at a time.
func TestPut_WhatIsNotThereIsNamed(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx, p := t.Context(), kit.Programme
		nobody := fresh[catalog.PartnerID](catalog.PartnerPrefix)
		show := func(spoil func(*catalog.Show)) func() error {
			return func() error {
				s := p.Show
				spoil(&s)
				return kit.Shows.Put(ctx, s)
			}
		}
		brand := catalog.Brand{
			ID: fresh[catalog.BrandID](catalog.BrandPrefix), PartnerID: nobody, Name: "Nobody", Hosts: []string{"nobody.example"},
			Locales: []string{"en"}, Currency: "INR",
		}
		event, venue, hall, seats, list := p.Event, p.Venue, p.Hall, p.SeatMap, p.Prices
		event.PartnerID, venue.PartnerID, seats.HallID = nobody, nobody, fresh[catalog.HallID](catalog.HallPrefix)
		hall.VenueID, list.TaxTable = fresh[catalog.VenueID](catalog.VenuePrefix), "tax-of-nowhere"
		seats.ID, seats.Version = fresh[catalog.SeatMapID](catalog.SeatMapPrefix), 2
		orphan, hallOf, seatsOf := p.Prices, p.Hall, p.SeatMap
		orphan.PartnerID, hallOf.PartnerID = string(nobody), nobody
		seatsOf.PartnerID, seatsOf.ID, seatsOf.Version = nobody, seats.ID, 2
		voucher := pricing.Voucher{
			ID: pricing.NewVoucherID(bmstest.Start), PartnerID: string(nobody), Code: "NOBODY", Kind: pricing.PercentOff, Scope: pricing.EachTicket, Percent: 1,
		}
		for name, c := range map[string]struct {
			put   func() error
			field string
		}{
			"brand":               {func() error { return kit.Catalog.PutBrand(ctx, brand) }, "partner_id"},
			"event":               {func() error { return kit.Catalog.PutEvent(ctx, event) }, "partner_id"},
			"venue":               {func() error { return kit.Catalog.PutVenue(ctx, venue) }, "partner_id"},
			"hall":                {func() error { return kit.Catalog.PutHall(ctx, hall) }, "venue_id"},
			"hall of nobody":      {func() error { return kit.Catalog.PutHall(ctx, hallOf) }, "partner_id"},
			"seat map":            {func() error { return kit.Catalog.AddSeatMap(ctx, seats) }, "hall_id"},
			"seat map of nobody":  {func() error { return kit.Catalog.AddSeatMap(ctx, seatsOf) }, "partner_id"},
			"price list":          {func() error { return kit.Prices.PutList(ctx, list) }, "tax_table"},
			"orphan list":         {func() error { return kit.Prices.PutList(ctx, orphan) }, "partner_id"},
			"policy":              {func() error { return kit.Prices.PutPolicy(ctx, "pol", nobody, booking.Policy{}) }, "partner_id"},
			"voucher":             {func() error { return kit.Prices.PutVoucher(ctx, voucher) }, "partner_id"},
			"show of nobody":      {show(func(s *catalog.Show) { s.PartnerID = nobody }), "partner_id"},
			"show of nothing":     {show(func(s *catalog.Show) { s.EventID = fresh[catalog.EventID](catalog.EventPrefix) }), "event_id"},
			"show nowhere":        {show(func(s *catalog.Show) { s.VenueID = hall.VenueID }), "venue_id"},
			"show in no hall":     {show(func(s *catalog.Show) { s.HallID = seats.HallID }), "hall_id"},
			"show without seats":  {show(func(s *catalog.Show) { s.SeatMapID = seats.ID }), "seat_map_id"},
			"show without prices": {show(func(s *catalog.Show) { s.PriceListID = string(pricing.NewPriceListID(bmstest.Start)) }), "price_list_id"},
			"show without terms":  {show(func(s *catalog.Show) { s.PolicyID = "pol_of_nobody" }), "policy_id"},
		} {
			err := c.put()
			require.Error(t, err, name)
			f := fault.Of(err)
			require.NotNil(t, f, name)
			assert.Equal(t, fault.Error{Code: fault.Invalid, Reason: "missing_parent", Field: c.field, Message: f.Message}, *f, name)
			assert.Contains(t, f.Message, "there is no "+strings.ReplaceAll(strings.TrimSuffix(c.field, "_id"), "_", " "), name)
		}
		require.NoError(t, kit.Shows.Put(ctx, p.Show), "nothing of it was left behind")
	})
}

// A hall stands in one venue, and a seat map is of one hall.
func TestPut_ShowInTheHallOfAnotherVenue(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx, p := t.Context(), kit.Programme
		other := p.Venue
		other.ID, other.Slug = fresh[catalog.VenueID](catalog.VenuePrefix), "aurora-dock"
		require.NoError(t, kit.Catalog.PutVenue(ctx, other))
		second := p.Hall
		second.ID, second.Slug = fresh[catalog.HallID](catalog.HallPrefix), "screen-2"
		require.NoError(t, kit.Catalog.PutHall(ctx, second))

		show := p.Show
		show.VenueID = other.ID
		assert.Equal(t, "hall_id", fault.Of(kit.Shows.Put(ctx, show)).Field)
		show = p.Show
		show.HallID = second.ID
		assert.Equal(t, "seat_map_id", fault.Of(kit.Shows.Put(ctx, show)).Field)
	})
}

// A tax table or a policy that is replaced counts from then on, also for shows that have sold already.
func TestPut_ReplacedTaxAndPolicyCountAtOnce(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		before := kit.Hold("stalls-A-1").Quote
		require.True(t, taxOf(t, before).IsPositive())
		tax := pricing.Untaxed()
		tax.ID = kit.Programme.Tax.ID
		require.NoError(t, kit.Prices.PutTaxTable(t.Context(), tax))
		assert.True(t, taxOf(t, kit.Hold("stalls-A-2").Quote).IsZero())

		sold := kit.Buy("stalls-B-1")
		require.NoError(t, kit.Prices.PutPolicy(t.Context(), bmstest.PolicyID, kit.Programme.Partner.ID, booking.Policy{}))
		_, err := kit.Bookings.PreviewCancel(t.Context(), sold.ID, nil)
		require.NoError(t, err, "a booking keeps the terms that it was made under")
		_, err = kit.Bookings.PreviewCancel(t.Context(), kit.Buy("stalls-B-8").ID, nil)
		require.ErrorIs(t, err, booking.ErrNoCancellation)
	})
}

// taxOf is the tax of all lines of a quote.
func taxOf(t *testing.T, q pricing.Quote) money.Amount {
	t.Helper()
	sum := money.Zero(q.Currency)
	for _, l := range q.Lines {
		var err error
		sum, err = sum.Add(l.Tax)
		require.NoError(t, err)
	}
	return sum
}

// unsound are texts that Postgres cannot take.
var unsound = []string{"\x00", "shw_\x00", "a\x00b", "\xff", "caf\xe9", strings.Repeat("\x00", 300)}

func TestRead_NothingHasAnIDThatIsNoText(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx := t.Context()
		for _, bad := range unsound {
			for name, err := range map[string]error{
				"partner":       failure(kit.Catalog.Partner(ctx, catalog.PartnerID(bad))),
				"event":         failure(kit.Catalog.Event(ctx, catalog.EventID(bad))),
				"event by slug": failure(kit.Catalog.EventBySlug(ctx, bad)),
				"venue":         failure(kit.Catalog.Venue(ctx, catalog.VenueID(bad))),
				"venue by slug": failure(kit.Catalog.VenueBySlug(ctx, bad)),
				"hall":          failure(kit.Catalog.Hall(ctx, catalog.HallID(bad))),
				"seat map":      failure(kit.Catalog.SeatMap(ctx, catalog.SeatMapID(bad))),
				"seat map of":   failure(kit.Catalog.SeatMapOf(ctx, catalog.HallID(bad))),
				"plan":          failure(kit.Catalog.Plan(ctx, catalog.SeatMapID(bad))),
				"show":          failure(kit.Shows.Show(ctx, catalog.ShowID(bad))),
				"price list":    failure(kit.Prices.List(ctx, pricing.PriceListID(bad))),
				"price table":   failure(kit.Prices.Table(ctx, catalog.ShowID(bad))),
				"snapshot":      failure(kit.Seats.Snapshot(ctx, catalog.ShowID(bad))),
				"watch":         failure(kit.Seats.Watch(ctx, catalog.ShowID(bad), 0)),
				"booking":       failure(kit.Bookings.Get(ctx, booking.ID(bad))),
				"payment":       failure(kit.Payments.Get(ctx, payment.IntentID(bad))),
				"mail":          failure(kit.Inbox.Mail(ctx, bad)),
			} {
				require.ErrorIs(t, err, store.ErrNotFound, "%s %q", name, bad)
			}
		}
	})
}

func failure[T any](_ T, err error) error { return err }

func TestRequest_TextThatIsNoneIsRefused(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx, show := t.Context(), kit.Programme.Show.ID
		seat := []bms.SeatItem{{Seat: "stalls-A-1"}}
		for _, bad := range unsound {
			for field, err := range map[string]error{
				"city":       failure(kit.Catalog.Venues(ctx, bad)),
				"partner_id": failure(kit.Shows.List(ctx, store.ShowQuery{PartnerID: catalog.PartnerID(bad)})),
				"event_id":   failure(kit.Shows.List(ctx, store.ShowQuery{EventID: catalog.EventID(bad)})),
				"venue_id":   failure(kit.Shows.List(ctx, store.ShowQuery{VenueID: catalog.VenueID(bad)})),
				"local_date": failure(kit.Shows.List(ctx, store.ShowQuery{LocalDate: bad})),
				"after":      failure(kit.Shows.List(ctx, store.ShowQuery{After: catalog.ShowID(bad)})),
				"statuses":   failure(kit.Shows.List(ctx, store.ShowQuery{Statuses: []catalog.ShowStatus{catalog.ShowStatus(bad)}})),
				"id":         failure(kit.Shows.SetStatus(ctx, catalog.ShowID(bad), catalog.Paused)),
				"show_id":    failure(kit.Holds.Create(ctx, bms.HoldRequest{ShowID: catalog.ShowID(bad), Seats: seat})),
				"buyer":      failure(kit.Holds.Create(ctx, bms.HoldRequest{ShowID: show, Visitor: bad, Seats: seat})),
				"channel":    failure(kit.Holds.Create(ctx, bms.HoldRequest{ShowID: show, Channel: bad, Seats: seat})),
				"reason":     failure(kit.Seats.Block(ctx, bms.BlockRequest{ShowID: show, Reason: bad, Seats: []string{"stalls-A-1"}})),
			} {
				assertField(t, err, field, bad)
			}
			for field, err := range map[string]error{
				"city":    failure(kit.Shows.WhatsOn(ctx, bad, bmstest.Start)),
				"id":      kit.Prices.PutPolicy(ctx, bad, kit.Programme.Partner.ID, booking.Policy{}),
				"show_id": failure(kit.Seats.Block(ctx, bms.BlockRequest{ShowID: catalog.ShowID(bad), Reason: "camera"})),
			} {
				assertField(t, err, field, bad)
			}
			_, err := kit.Seats.Unblock(ctx, bms.UnblockRequest{ShowID: catalog.ShowID(bad)})
			assertField(t, err, "show_id", bad)
		}
		kit.Buy("stalls-A-1")
		kit.MustBeClean()
	})
}

func assertField(t *testing.T, err error, field, bad string) {
	t.Helper()
	require.Error(t, err, "%s %q", field, bad)
	require.NotNil(t, fault.Of(err), "%s %q: %v", field, bad, err)
	assert.Equal(t, fault.Invalid, fault.CodeOf(err), "%s %q: %v", field, bad, err)
	assert.Equal(t, field, fault.Of(err).Field, "%q", bad)
}

// TestPut_TextThatIsNoneIsRefused spoils the texts of entities that are stored with columns of their own or as documents.
func TestPut_TextThatIsNoneIsRefused(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		p := kit.Programme
		for _, bad := range unsound {
			list, tax, voucher := p.Prices, p.Tax, pricing.Voucher{
				ID: pricing.NewVoucherID(bmstest.Start), PartnerID: string(p.Partner.ID), Code: "SUMMER", Kind: pricing.PercentOff, Scope: pricing.EachTicket, Percent: 1,
			}
			for field, put := range map[string]func(context.Context) error{
				"id": func(ctx context.Context) error {
					list.ID = pricing.PriceListID(bad)
					return kit.Prices.PutList(ctx, list)
				},
				"name": func(ctx context.Context) error { tax.Name = bad; return kit.Prices.PutTaxTable(ctx, tax) },
				"shows[0]": func(ctx context.Context) error {
					v := voucher
					v.Shows = []string{bad}
					return kit.Prices.PutVoucher(ctx, v)
				},
				"events[0]": func(ctx context.Context) error {
					v := voucher
					v.Events = []string{bad}
					return kit.Prices.PutVoucher(ctx, v)
				},
			} {
				assertField(t, put(t.Context()), field, bad)
			}
			voucher.Name = bad
			assertField(t, kit.Prices.PutVoucher(t.Context(), voucher), "name", bad)
			show := p.Show
			show.PolicyID = bad
			assertField(t, kit.Shows.Put(t.Context(), show), "policy_id", bad)
		}
	})
}

// A name with every letter of the world in it is none of this.
func TestRequest_TextsOfAllScriptsAreSound(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		hold, err := kit.Holds.Create(t.Context(), bms.HoldRequest{
			ShowID: kit.Programme.Show.ID, Visitor: "दर्शक-北京-🎟️", Channel: "касса", Seats: []bms.SeatItem{{Seat: "stalls-A-1"}},
		})
		require.NoError(t, err)
		assert.Equal(t, seating.StateHeld, hold.State)
		assert.WithinDuration(t, kit.Clock.Now().Add(8*time.Minute), hold.ExpiresAt, 0)
	})
}
