package advisor_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/cmd/storefront/internal/advisor"
	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
	"github.com/marquee-tickets/marquee/storefront/foryou"
)

// patience is how long the advisor may take on a busy machine.
const patience = 30 * time.Second

// town is a shop with recommendations: the kit's event and three more of the same partner, each with a show.
type town struct {
	*testing.T
	*bmstest.Kit
	adv    *advisor.Advisor
	data   string // the folder of the journal
	events []catalog.EventID
	shows  []catalog.ShowID
}

func open(t *testing.T, cfg advisor.Config) *town {
	t.Helper()
	clock := func() time.Time { return bmstest.Start }
	cfg.Data, cfg.Now, cfg.Recall = t.TempDir(), func() time.Time { return clock() }, patience
	if cfg.Gorse == "" { // which is not waited for
		cfg.Budget = patience
	}
	adv, err := advisor.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, adv.Close()) })
	kit := bmstest.New(t, bmstest.Options{Config: bms.Config{Sinks: []outbox.Sink{adv}, Suggester: adv, SuggestFor: patience}})
	clock = kit.Clock.Now
	require.NoError(t, adv.Attach(kit.Client))
	w := &town{T: t, Kit: kit, adv: adv, events: []catalog.EventID{kit.Programme.Event.ID}, shows: []catalog.ShowID{kit.Programme.Show.ID}, data: cfg.Data}
	for i := range 3 {
		w.addEvent(fmt.Sprintf("film-%d", i), i+1)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 2)
	go func() { done <- adv.Run(ctx) }()
	go func() { done <- kit.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-done)
		assert.NoError(t, <-done)
	})
	w.until("everything is known", func() bool { return len(w.suggested(foryou.Wish{N: 10})) == 4 })
	return w
}

// addEvent puts an event with a show, some days after that of the kit, on sale.
func (w *town) addEvent(slug string, day int) {
	w.Helper()
	e, s := w.Programme.Event, w.Programme.Show
	e.ID, e.Slug, e.Title = id.New[catalog.EventID](catalog.EventPrefix, w.Now()), slug, "Film "+slug
	require.NoError(w, w.Catalog.PutEvent(w.Context(), e))
	after := time.Duration(day) * 24 * time.Hour
	s.ID, s.EventID, s.StartsAt, s.EndsAt = id.New[catalog.ShowID](catalog.ShowPrefix, w.Now()), e.ID, s.StartsAt.Add(after), s.EndsAt.Add(after)
	local, err := s.Local()
	require.NoError(w, err)
	s.LocalDate = local.Format(time.DateOnly)
	require.NoError(w, w.Shows.Put(w.Context(), s))
	w.events, w.shows = append(w.events, e.ID), append(w.shows, s.ID)
}

func (w *town) until(what string, is func() bool) {
	w.Helper()
	require.Eventually(w, is, patience, 20*time.Millisecond, what)
}

// suggested are the events of an answer.
func (w *town) suggested(wish foryou.Wish) []catalog.EventID {
	w.Helper()
	list, err := w.adv.Recommend(w.Context(), wish)
	require.NoError(w, err)
	var events []catalog.EventID
	for _, s := range list {
		assert.NotEmpty(w, s.Reason.Code, "each has a reason")
		events = append(events, s.Event)
	}
	return events
}

func (w *town) deed(visitor, kind string, event int) foryou.Deed {
	return foryou.Deed{Partner: w.Programme.Partner.ID, Visitor: visitor, Event: w.events[event], Kind: kind, City: "mumbai", At: w.Now()}
}

func (w *town) record(list ...foryou.Deed) {
	w.Helper()
	require.NoError(w, w.adv.Record(w.Context(), list))
}

// holdAll takes all places of a show.
func (w *town) holdAll(show catalog.ShowID) {
	w.Helper()
	snap, err := w.Seats.Snapshot(w.Context(), show)
	require.NoError(w, err)
	ask := bms.BlockRequest{ShowID: show, Reason: "the house is let", Key: string(show)}
	for _, s := range snap.Plan.Seats {
		ask.Seats = append(ask.Seats, s.Name)
	}
	ask.Areas = []seating.Places{{Area: "floor", N: 40}}
	_, err = w.Seats.Block(w.Context(), ask)
	require.NoError(w, err)
}

// book buys a seat of a show for a visitor.
func (w *town) book(visitor string, show int, seat string) booking.Booking {
	w.Helper()
	hold, err := w.Holds.Create(w.Context(), bms.HoldRequest{ShowID: w.shows[show], Seats: []bms.SeatItem{{Seat: seat}}, Visitor: visitor})
	require.NoError(w, err)
	b := w.Book(hold)
	w.Choose(w.Start(b.ID), sandbox.Choice{Outcome: sandbox.Pay})
	var got booking.Booking
	w.until("the booking is confirmed", func() bool {
		got, err = w.Bookings.Get(w.Context(), b.ID)
		return err == nil && got.Status == booking.Confirmed
	})
	return got
}

func TestAdvisor_ItemsFollowTheCatalogue(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	w.addEvent("late", 5)
	w.until("a new event is there at once", func() bool { return slices.Contains(w.suggested(foryou.Wish{N: 10}), w.events[4]) })
	show, err := w.Shows.SetStatus(t.Context(), w.shows[4], catalog.Paused)
	require.NoError(t, err)
	w.until("one that is not sold any more is gone", func() bool { return !slices.Contains(w.suggested(foryou.Wish{N: 10}), show.EventID) })
}

// Taxes that have run out leave no price, and what is recommended otherwise as it is.
func TestAdvisor_ShowsThatCannotBePricedAreInNobodysWay(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	tax := w.Programme.Tax
	tax.Rules, tax.Version = []pricing.TaxRule{{Until: "2026-01-01", Slabs: []pricing.Slab{{}}}}, tax.Version+1
	require.NoError(t, w.Prices.PutTaxTable(t.Context(), tax))
	w.addEvent("film-late", 4)
	w.until("the new one is known", func() bool { return slices.Contains(w.suggested(foryou.Wish{N: 10}), w.events[4]) })
}

func TestAdvisor_WhatSellsOutIsNotSuggested(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	w.holdAll(w.shows[1])
	w.until("the seats as they are count", func() bool { return !slices.Contains(w.suggested(foryou.Wish{N: 10}), w.events[1]) })
	assert.Len(t, w.suggested(foryou.Wish{N: 10}), 3)
}

func TestAdvisor_BookingsOfWhoAgreedAreKnown(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	w.record(w.deed("ann", foryou.DeedHold, 2))
	b := w.book("ann", 2, "stalls-A-1")
	w.until("what was booked is not suggested again", func() bool {
		return !slices.Contains(w.suggested(foryou.Wish{Visitor: "ann", N: 10}), w.events[2])
	})
	assert.Len(t, w.suggested(foryou.Wish{Visitor: "bob", N: 10}), 4, "to others it is")
	_, err := w.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID, By: booking.ByBuyer, Key: "cancel"})
	require.NoError(t, err)
	w.until("what was cancelled is", func() bool { return len(w.suggested(foryou.Wish{Visitor: "ann", N: 10})) == 4 })
}

// The control of the test before: who has not agreed is not known by what they book.
func TestAdvisor_BookingsOfOthersAreNobodys(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	w.book("ann", 2, "stalls-A-1")
	w.record(w.deed("bob", foryou.DeedHold, 2))
	w.book("bob", 2, "stalls-A-2") // comes after, so that the first has been delivered
	w.until("the second is known", func() bool { return len(w.suggested(foryou.Wish{Visitor: "bob", N: 10})) == 3 })
	assert.Len(t, w.suggested(foryou.Wish{Visitor: "ann", N: 10}), 4)
}

func TestAdvisor_HidesAndForgets(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	w.record(w.deed("ann", foryou.DeedHide, 1), w.deed("ann", foryou.DeedHide, 3))
	hidden, err := w.adv.Hidden(t.Context(), "ann")
	require.NoError(t, err)
	assert.ElementsMatch(t, []catalog.EventID{w.events[1], w.events[3]}, hidden)
	assert.ElementsMatch(t, []catalog.EventID{w.events[0], w.events[2]}, w.suggested(foryou.Wish{Visitor: "ann", N: 10}))
	require.NoError(t, w.adv.Withdraw(t.Context(), []foryou.Deed{w.deed("ann", foryou.DeedHide, 1)}))
	assert.Len(t, w.suggested(foryou.Wish{Visitor: "ann", N: 10}), 3)
	require.NoError(t, w.adv.Forget(t.Context(), "ann"))
	assert.Len(t, w.suggested(foryou.Wish{Visitor: "ann", N: 10}), 4)
	hidden, err = w.adv.Hidden(t.Context(), "ann")
	require.NoError(t, err)
	assert.Empty(t, hidden)
}

func TestAdvisor_PartnersSeeTheirOwnAlone(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	other := bmstest.Small(w.Now())
	other.Partner.Slug, other.Venue.Slug, other.Event.Slug = "borealis", "borealis-one", "sunrise"
	other.Venue.City, other.Venue.CitySlug = "Pune", "pune"
	require.NoError(t, other.Store(t.Context(), w.Client))
	w.until("both are known", func() bool { return len(w.suggested(foryou.Wish{N: 10})) == 5 })
	w.record(w.deed("ann", foryou.DeedLike, 0))
	assert.Equal(t, []catalog.EventID{other.Event.ID}, w.suggested(foryou.Wish{Partner: other.Partner.ID, Visitor: "ann", N: 10}))
	assert.Len(t, w.suggested(foryou.Wish{Partner: w.Programme.Partner.ID, N: 10}), 4)
	assert.Equal(t, []catalog.EventID{other.Event.ID}, w.suggested(foryou.Wish{City: "pune", Within: true, N: 10}))
	assert.Empty(t, w.suggested(foryou.Wish{Partner: other.Partner.ID, City: "mumbai", Within: true, N: 10}))
}

func TestAdvisor_DeedsOfNoEventOfTheSiteTellNothing(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	foreign := w.deed("ann", foryou.DeedHide, 0)
	foreign.Partner = "ptn_other"
	made := w.deed("ann", foryou.DeedHide, 0)
	made.Event = "evt_of_nobody"
	w.record(foreign, made, w.deed("ann", foryou.DeedHide, 1))
	hidden, err := w.adv.Hidden(t.Context(), "ann")
	require.NoError(t, err)
	assert.Equal(t, []catalog.EventID{w.events[1]}, hidden)
}

func TestAdvisor_GorseIsAskedWhileItIsWell(t *testing.T) {
	t.Parallel()
	server := gorsetest.New(gorsetest.Config{Key: "secret"})
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	w := open(t, advisor.Config{Gorse: web.URL, GorseKey: "secret"})
	wish := foryou.Wish{Partner: w.Programme.Partner.ID, Visitor: "ann", N: 10}
	w.record(w.deed("ann", foryou.DeedHide, 1), w.deed("ann", foryou.DeedLike, 0))
	w.until("the journal has been fed to it", func() bool { return slices.Contains(server.Calls(), "PUT /api/feedback") })
	for _, ill := range []gorsetest.Ill{gorsetest.Down, gorsetest.Slow, gorsetest.Well} {
		server.Suffer(ill)
		for range 3 {
			assert.Len(t, w.suggested(wish), 3, "%s: everything but what was hidden", ill)
		}
	}
	server.Babble(`{"Id": 7}`)
	assert.Len(t, w.suggested(wish), 3, "nonsense")
	server.Suffer(gorsetest.Down)
	w.record(w.deed("bob", foryou.DeedLike, 2))
	require.NoError(t, w.adv.Forget(t.Context(), "ann"))
	server.Suffer(gorsetest.Well)
	server.ForgetCalls()
	w.until("it catches up, and forgets", func() bool {
		return slices.ContainsFunc(server.Calls(), func(call string) bool { return len(call) > 6 && call[:7] == "DELETE " })
	})
}

func TestAdvisor_MailsSuggest(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	w.book("ann", 0, "stalls-B-1")
	w.until("the mail is sent", func() bool { return len(w.Mails.Mails()) > 0 })
	text := w.Mails.Mails()[0].Text
	assert.Contains(t, text, "You may also like")
	assert.Contains(t, text, "/mumbai/events/film-")
}

func TestAdvisor_AnExperimentIsReported(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{Experiment: "variety"})
	for n := range 40 {
		visitor := fmt.Sprint("visitor ", n)
		w.record(w.deed(visitor, foryou.DeedView, 0))
		require.NotEmpty(t, w.suggested(foryou.Wish{Visitor: visitor, N: 3, Surface: foryou.SurfaceHome}))
		w.record(w.deed(visitor, foryou.DeedClick, 1))
	}
	reports, err := w.adv.Reports(t.Context())
	require.NoError(t, err)
	require.Len(t, reports, 1)
	assert.Equal(t, "variety", reports[0].Name)
	assert.Contains(t, reports[0].Text, "usual")
	assert.Contains(t, reports[0].Text, "without")
	assert.NotContains(t, reports[0].Text, "better", "forty visitors prove nothing")
}

func TestOpen_SaysWhichExperimentsThereAre(t *testing.T) {
	t.Parallel()
	_, err := advisor.Open(t.Context(), advisor.Config{Data: t.TempDir(), Experiment: "colours"})
	require.ErrorContains(t, err, "variety")
	_, err = advisor.Open(t.Context(), advisor.Config{Data: t.TempDir(), Gorse: "not an address"})
	require.ErrorContains(t, err, "gorse")
}
