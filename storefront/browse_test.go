package storefront_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/storefront"
)

// another adds a show of the kit's event in the kit's hall, so many hours after its first.
func (s *shop) another(t *testing.T, hours int, change func(*catalog.Show)) catalog.Show {
	t.Helper()
	show := s.Programme.Show
	show.ID = id.New[catalog.ShowID](catalog.ShowPrefix, s.Now())
	show.StartsAt, show.EndsAt = show.StartsAt.Add(time.Duration(hours)*time.Hour), show.EndsAt.Add(time.Duration(hours)*time.Hour)
	if change != nil {
		change(&show)
	}
	local, err := show.Local()
	require.NoError(t, err)
	show.LocalDate = local.Format(time.DateOnly)
	require.NoError(t, s.Shows.Put(t.Context(), show))
	return show
}

func TestEvent_DaysVenuesAndTimesInOrder(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	venue := s.Programme.Venue
	venue.ID, venue.Slug, venue.Name = id.New[catalog.VenueID](catalog.VenuePrefix, s.Now()), "bijou", "Bijou"
	venue.Accessibility = "Step-free from the street.\n\nHearing loop."
	require.NoError(t, s.Catalog.PutVenue(t.Context(), venue))
	hall, seats := s.Programme.Hall, s.Programme.SeatMap
	hall.ID, hall.VenueID = id.New[catalog.HallID](catalog.HallPrefix, s.Now()), venue.ID
	seats.ID, seats.HallID = id.New[catalog.SeatMapID](catalog.SeatMapPrefix, s.Now()), hall.ID
	require.NoError(t, s.Catalog.PutHall(t.Context(), hall))
	require.NoError(t, s.Catalog.AddSeatMap(t.Context(), seats))
	s.another(t, 3, func(show *catalog.Show) {
		show.VenueID, show.HallID, show.SeatMapID, show.Subtitles = venue.ID, hall.ID, seats.ID, []string{"hi", "mr"}
	})
	s.another(t, 1, func(show *catalog.Show) { show.Format, show.Language = catalog.FormatIMAX, "ta" })
	s.another(t, 48, nil)
	s.another(t, 2, func(show *catalog.Show) { show.Status = catalog.Cancelled })
	s.another(t, 2, func(show *catalog.Show) { show.Status = catalog.Draft })

	p := s.visit(t).get("/mumbai/events/the-general")
	text := p.text()
	for _, says := range []string{
		"5:30 pm 2D Screen 1 Available", "6:30 pm IMAX, Tamil Screen 1", "7:30 pm 2D Screen 1 Cancelled", "8:30 pm 2D, subtitles in Hindi and Marathi",
		"Step-free from the street.", "Accessibility Step-free",
	} {
		assert.Contains(t, text, says)
	}
	assert.Equal(t, 1, strings.Count(text, "7:30 pm"), "a draft is not shown")
	assert.Less(t, strings.Index(text, "Aurora Fort"), strings.Index(text, "Bijou"), "the venue that begins first is first")
	assert.Contains(t, p.follow("Thu, 26 Nov").text(), "Thursday, 26 November 2026")
	assert.Contains(t, s.visit(t).get("/mumbai").text(), "4 shows in 2 venues")
}

func TestEvent_ThePageOfADayIsTheSameLink(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	seats := s.visit(t).seats()
	back := seats.follow("The General")
	assert.Equal(t, "/en/mumbai/events/the-general?date=2026-11-24", back.url.RequestURI(), "back to the day one came from")
	assert.Contains(t, back.body, `aria-current="true">Tue, 24 Nov`)
}

func TestCity_ADayListsWhatIsOnThatDay(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	other := s.Programme.Event
	other.ID, other.Slug, other.Title, other.Kind = id.New[catalog.EventID](catalog.EventPrefix, s.Now()), "recital", "Recital", catalog.Concert
	require.NoError(t, s.Catalog.PutEvent(t.Context(), other))
	s.another(t, 24, func(show *catalog.Show) { show.EventID = other.ID })
	s.another(t, 25, func(show *catalog.Show) { show.EventID = other.ID })
	b := s.visit(t)
	all := b.get("/mumbai")
	assert.Less(t, strings.Index(all.text(), "The General"), strings.Index(all.text(), "Recital"), "the soonest first")
	day := b.get("/mumbai?date=2026-11-25")
	assert.NotContains(t, day.text(), "The General")
	assert.Contains(t, day.text(), "Recital")
	assert.Contains(t, day.text(), "From 5:30 pm")
	assert.Contains(t, day.text(), "2 shows in 1 venue")
	concerts := all.follow("Concerts")
	assert.NotContains(t, concerts.text(), "The General")
	assert.Contains(t, concerts.follow("Tue, 24 Nov").text(), "Nothing of this kind is on that day.")
}

func TestShow_LateInTheDayIsStillThatDay(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	s.another(t, 7, nil) // half past midnight in Mumbai, when UTC still has the day before
	b := s.visit(t)
	assert.NotContains(t, b.get("/mumbai/events/the-general?date=2026-11-24").text(), "12:30 am")
	assert.Contains(t, b.get("/mumbai/events/the-general?date=2026-11-25").text(), "12:30 am")
}

func TestShow_APosterOfItsOwn(t *testing.T) {
	t.Parallel()
	programme := bmstest.Small(bmstest.Start)
	programme.Event.Media = []catalog.Media{{Kind: catalog.Poster, URL: "https://pictures.example/general.jpg", Credit: "A. Painter"}}
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	p := s.visit(t).get("/mumbai/events/the-general")
	assert.Equal(t, "https://pictures.example/general.jpg", attr(all(p.doc, "img")[0], "src"))
	assert.Contains(t, p.text(), "Poster: A. Painter")
	assert.Contains(t, p.header.Get("Content-Security-Policy"), "img-src 'self' data: https:")
}

func TestShow_HostileTextsStayTexts(t *testing.T) {
	t.Parallel()
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	m := kindsHall()
	m.Categories[0].Name = hostile
	m.Sections[0].Name = hostile
	m.Drawings = nil
	programme := bmstest.Hall(bmstest.Start, m)
	programme.Event.Title, programme.Event.Synopsis = hostile, hostile
	programme.Venue.Name, programme.Venue.Address, programme.Hall.Name = hostile, hostile, hostile
	programme.Show.Seating.Orphan = catalog.OrphanOff
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	b := s.visit(t)
	show := "/shows/" + string(programme.Show.ID)
	for _, path := range []string{"/mumbai", "/mumbai/events/the-general", show, "/posters/the-general.svg"} {
		p := b.get(path)
		assert.Equal(t, 200, p.status, path)
		assert.NotContains(t, p.body, "<script>alert", path)
		assert.NotContains(t, p.body, "<img src=x", path)
	}
	held := b.post(show+"/holds", url.Values{"mode": {"seats"}, "seat": {"main-B-1"}})
	assert.NotContains(t, held.body, "<script>alert")
	refused := b.post(show+"/holds", url.Values{"mode": {"seats"}, "seat": {hostile}})
	assert.Equal(t, 400, refused.status)
	assert.NotContains(t, refused.body, "<script>alert")
}

func TestHolds_ABrowserKeepsItsLatestReservations(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	var addresses []string
	for n := range 8 {
		addresses = append(addresses, b.reserve("stalls-A-"+strconv.Itoa(n+1)).url.Path)
	}
	at, err := url.Parse(host)
	require.NoError(t, err)
	kept := 0
	for _, c := range b.client.Jar.Cookies(at) {
		if strings.HasPrefix(c.Name, "hold_") {
			kept++
		}
	}
	assert.LessOrEqual(t, kept, 6)
	assert.Equal(t, 200, b.get(addresses[7]).status, "the latest is there")
}

func TestHolds_SeveralTabsHaveTheirOwn(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	first, second := b.reserve("stalls-A-1"), b.reserve("stalls-B-1")
	assert.Contains(t, b.get(first.url.Path).text(), "Stalls, row A, seat 1")
	assert.Contains(t, b.get(second.url.Path).text(), "Stalls, row B, seat 1")
	assert.Equal(t, 2, strings.Count(b.seats().text(), "1 place is reserved for you."))
	b.get(first.url.Path).form("Give these places back").send()
	assert.Equal(t, 1, strings.Count(b.seats().text(), "1 place is reserved for you."))
}

func TestHolds_OneVisitorCannotTakeEverything(t *testing.T) {
	t.Parallel()
	programme := bmstest.Small(bmstest.Start)
	programme.Show.Seating.MaxPerHold, programme.Show.Seating.MaxPerBuyer = 2, 3
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	b := s.visit(t)
	b.reserve("stalls-A-1", "stalls-A-2")
	refused := b.reserve("stalls-B-1", "stalls-B-2")
	assert.Equal(t, 409, refused.status)
	assert.Contains(t, refused.text(), "That did not work")
	assert.Contains(t, b.reserve("stalls-B-1").text(), "Your reservation", "one more is allowed")
	assert.Contains(t, s.visit(t).reserve("stalls-C-1", "stalls-C-2").text(), "Your reservation", "for another visitor, too")
}

func TestHolds_NoMoreTimeWhereManyWait(t *testing.T) {
	t.Parallel()
	programme := bmstest.Small(bmstest.Start)
	programme.Show.Seating.HighDemand = true
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	b := s.visit(t)
	held := b.reserve("stalls-A-1")
	assert.NotContains(t, held.text(), "I need more time")
	refused := b.post(held.url.Path+"/extend", url.Values{"key": {"0123456789"}})
	assert.Equal(t, 403, refused.status)
	assert.Contains(t, refused.text(), "So many people want seats")
}

func TestHolds_TimeCanBeExtendedToItsEndAndNotBeyond(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	held := s.visit(t).reserve("stalls-A-1")
	for range 3 {
		if !strings.Contains(held.text(), "I need more time") {
			break
		}
		held = held.form("I need more time").send()
	}
	assert.Contains(t, held.text(), "Your places are kept until 5:50:00 pm IST")
	assert.NotContains(t, held.text(), "I need more time")
}

func TestShow_PausedSalesAreSaidAndOthersOffered(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	b.get("/")
	_, err := s.Shows.SetStatus(t.Context(), s.Programme.Show.ID, catalog.Paused)
	require.NoError(t, err)
	p := b.get("/shows/" + string(s.Programme.Show.ID))
	assert.Equal(t, 200, p.status)
	assert.Contains(t, p.text(), "Sales paused")
	assert.Contains(t, p.follow("Other shows").text(), "The General")
}

func TestBooking_APaymentThatWasLeftIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	unpaid := s.visit(t).reserve("stalls-A-1").ada()
	bank := unpaid.form("Pay ").send()
	back := bank.form("Cancel and go back").send()
	assert.Contains(t, back.text(), "You went back without paying")
	assert.Contains(t, back.pay("pay").text(), "You are booked.")
}

func TestBooking_AUsedTicketIsShownAsUsed(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1", "stalls-A-2").ada().pay("pay")
	s.Clock.Advance(46 * time.Hour)
	booked, err := s.Bookings.ByReference(t.Context(), referenceOn(paid), "ada@example.com")
	require.NoError(t, err)
	codes, err := s.Tickets.Codes(t.Context(), booked.Booking)
	require.NoError(t, err)
	_, err = s.Tickets.Use(t.Context(), bms.UseRequest{ShowID: s.Programme.Show.ID, Code: codes[booked.Tickets[0].ID]})
	require.NoError(t, err)
	p := paid.get(paid.url.RequestURI())
	assert.Contains(t, p.text(), "Ticket 1 Stalls, row A, seat 1 Adult · ₹200.00 used")
	assert.Equal(t, 1, strings.Count(p.body, `class="qr"`), "the other one still opens the gate")
}

func TestBooking_ACancelledShowGivesEverythingBack(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{Inbox: true})
	b := s.visit(t)
	paid := b.reserve("stalls-A-1").ada().pay("pay")
	_, err := s.Shows.Cancel(t.Context(), bms.CancelShow{ShowID: s.Programme.Show.ID, Reason: "The projector is broken."})
	require.NoError(t, err)
	require.NoError(t, s.Drain(t.Context()))
	p := b.get(paid.url.RequestURI())
	assert.Contains(t, p.text(), "Booking cancelled")
	assert.Contains(t, p.text(), "₹225.00: paid back", "fees, too")
	assert.Contains(t, b.get("/inbox").text(), "The General")
	s.MustBeClean()
}

func TestBooking_ItsLinkWorksInAnotherBrowser(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	unpaid := s.visit(t).reserve("stalls-A-1").ada()
	booked, err := s.Bookings.ByReference(t.Context(), referenceOn(unpaid), "ada@example.com")
	require.NoError(t, err)
	elsewhere := s.visit(t).get("/bookings/" + string(booked.ID) + "?t=" + booked.Link)
	assert.Contains(t, elsewhere.text(), "Pay for your tickets")
	assert.Contains(t, elsewhere.pay("pay").text(), "You are booked.")
	assert.Equal(t, "no-store", elsewhere.header.Get("Cache-Control"), "what is somebody's own is kept nowhere")
	assert.Contains(t, elsewhere.body, `<meta name="robots" content="noindex">`)
	assert.NotContains(t, elsewhere.text(), "Change these details", "the reservation is the first browser's")
}
