package pages_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
	"github.com/marquee-tickets/marquee/storefront/pages"
)

// now is a Sunday evening in Mumbai.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestStatusText_EveryStatusHasItsWords(t *testing.T) {
	t.Parallel()
	p := en(t)
	seen := map[string]booking.Status{}
	for _, s := range []booking.Status{
		booking.AwaitingPayment, booking.Confirmed, booking.PartlyCancelled, booking.Cancelled, booking.Refunded, booking.Expired, booking.LateRefund,
	} {
		heading, lead := pages.StatusText(p, booking.Booking{Status: s, ConfirmedAt: now})
		assert.NotEmpty(t, heading, s)
		assert.Empty(t, seen[heading+lead], "%s says what %s says", s, seen[heading+lead])
		seen[heading+lead] = s
	}
	never, _ := pages.StatusText(p, booking.Booking{Status: booking.Refunded})
	assert.Equal(t, "You have your money back", never, "a booking that never was is not called cancelled")
}

func TestDeclined_SaysWhatABuyerCanDo(t *testing.T) {
	t.Parallel()
	p := en(t)
	for reason, says := range map[string]string{
		payment.ReasonDeclined:          "Nothing was charged.",
		payment.ReasonInsufficientFunds: "does not have enough funds",
		payment.ReasonExpiredCard:       "The card has expired",
		payment.ReasonAuthentication:    "could not confirm that it is you",
		payment.ReasonProcessing:        "The payment service had a problem",
		payment.ReasonFraud:             "Nothing was charged.",
	} {
		n := pages.Declined(p, payment.Intent{Status: payment.Failed, Reason: reason})
		assert.Equal(t, "The payment was declined", n.Title)
		assert.True(t, n.Bad)
		assert.Contains(t, n.Lines[0], says, reason)
		assert.NotContains(t, strings.Join(n.Lines, " "), "fraud", "who is suspected learns nothing")
		assert.Contains(t, n.Lines[1], "You can try again")
	}
	back := pages.Declined(p, payment.Intent{Status: payment.Cancelled, Reason: payment.ReasonBuyer})
	assert.Equal(t, "You went back without paying", back.Title)
	assert.False(t, back.Bad)
	assert.Equal(t, "The time for this payment has passed", pages.Declined(p, payment.Intent{Reason: payment.ReasonSessionExpired}).Title)
}

func TestPolicyText_AStepAtATime(t *testing.T) {
	t.Parallel()
	p := en(t)
	b := booking.Booking{ShowStart: now.Add(48 * time.Hour), Policy: booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 120, Price: money.Whole}}}}
	assert.Equal(t, []string{"Cancel by Tuesday, 24 November 2026 at 3:30\u00a0pm\u00a0IST and get back the ticket price without fees."}, pages.PolicyText(p, b, "Asia/Kolkata", now))
	b.Policy = booking.Policy{}
	assert.Equal(t, []string{"Tickets for this show cannot be cancelled."}, pages.PolicyText(p, b, "Asia/Kolkata", now))
}

func TestWords_OfRefundsTicketsAndGateways(t *testing.T) {
	t.Parallel()
	p := en(t)
	assert.Equal(t, "on its way", pages.RefundText(p, payment.RefundPending))
	assert.Equal(t, "paid back", pages.RefundText(p, payment.RefundSucceeded))
	assert.Contains(t, pages.RefundText(p, payment.RefundFailed), "looking into it")
	confirmed, expired := booking.Booking{Status: booking.Confirmed}, booking.Booking{Status: booking.Expired}
	assert.Empty(t, pages.TicketText(p, confirmed, booking.Ticket{Status: booking.TicketValid}))
	assert.Equal(t, "used", pages.TicketText(p, confirmed, booking.Ticket{Status: booking.TicketUsed}))
	assert.Equal(t, "cancelled", pages.TicketText(p, confirmed, booking.Ticket{Status: booking.TicketCancelled}))
	assert.Equal(t, "not valid", pages.TicketText(p, expired, booking.Ticket{Status: booking.TicketValid}))
	assert.Equal(t, "Test bank (no money moves)", pages.GatewayName(p, "sandbox"))
	assert.Equal(t, "Stripe", pages.GatewayName(p, "stripe"))
}

func TestErrorTitle_EveryCodeHasOne(t *testing.T) {
	t.Parallel()
	p := en(t)
	for code, want := range map[fault.Code]string{
		fault.NotFound: "We cannot find that", fault.Expired: "The time for this has passed", fault.Unavailable: "Please try again in a moment",
		fault.RateLimited: "Please try again in a moment", fault.Internal: "Something went wrong on our side", fault.Invalid: "That did not work",
		fault.Conflict: "That did not work", fault.Forbidden: "That did not work", fault.Unauthenticated: "That did not work",
	} {
		assert.Equal(t, want, pages.ErrorTitle(p, web.Problem{Code: code}), code)
	}
}

func TestStockText_SaysHowMuchIsLeft(t *testing.T) {
	t.Parallel()
	p := en(t)
	for _, row := range []struct {
		free, all    int
		words, level string
	}{
		{0, 100, "Sold out", "out"},
		{1, 100, "1 place left", "low"},
		{10, 100, "10 places left", "low"},
		{11, 100, "Filling fast", "low"},
		{33, 100, "Filling fast", "low"},
		{34, 100, "Available", "good"},
		{100, 100, "Available", "good"},
		{5, 5, "5 places left", "low"},
	} {
		words, level := pages.StockText(p, row.free, row.all)
		assert.Equal(t, row.words, words, row)
		assert.Equal(t, row.level, level, row)
	}
}

// onSale is a show in two days.
func onSale() catalog.Show {
	return catalog.Show{
		Status: catalog.OnSale, StartsAt: now.Add(48 * time.Hour), EndsAt: now.Add(50 * time.Hour), TimeZone: "Asia/Kolkata",
	}
}

func TestClosedText_SaysWhyNothingIsSold(t *testing.T) {
	t.Parallel()
	p := en(t)
	for want, change := range map[string]func(*catalog.Show){
		"":                                  func(*catalog.Show) {},
		"Cancelled":                         func(s *catalog.Show) { s.Status = catalog.Cancelled },
		"Sales paused":                      func(s *catalog.Show) { s.Status = catalog.Paused },
		"On sale from 23 Nov, 5:30\u00a0am": func(s *catalog.Show) { s.SalesFrom = now.Add(12 * time.Hour) },
		"Sales have ended":                  func(s *catalog.Show) { s.SalesUntil = now.Add(-time.Hour) },
		"This show is not announced yet.":   func(s *catalog.Show) { s.Status = catalog.Draft },
	} {
		s := onSale()
		change(&s)
		assert.Equal(t, want, pages.ClosedText(p, s, now))
	}
	over := onSale()
	assert.Equal(t, "Sales have ended", pages.ClosedText(p, over, over.EndsAt.Add(time.Hour)))
	s := onSale()
	s.Status = catalog.SoldOut
	assert.Empty(t, pages.ClosedText(p, s, now), "places may come back")
}

func TestOverText_SaysWhyAReservationHasEnded(t *testing.T) {
	t.Parallel()
	p := en(t)
	held := bms.Hold{State: seating.StateHeld, ExpiresAt: now.Add(time.Minute)}
	assert.Empty(t, pages.OverText(p, held, now))
	assert.Contains(t, pages.OverText(p, held, now.Add(time.Minute)), "has run out", "the last moment is over")
	paying := bms.Hold{State: seating.StatePaying, ExpiresAt: now.Add(-time.Minute), PayBy: now.Add(time.Minute)}
	assert.Empty(t, pages.OverText(p, paying, now), "a payment keeps the places")
	assert.Contains(t, pages.OverText(p, bms.Hold{State: seating.StateReleased}, now), "gave these places back")
	assert.Contains(t, pages.OverText(p, bms.Hold{State: seating.StateSold}, now), "are booked")
	assert.Contains(t, pages.OverText(p, bms.Hold{State: seating.StateExpired}, now), "has run out")
}

func TestHomeOf_CitiesByCountry(t *testing.T) {
	t.Parallel()
	p := en(t)
	venue := func(city, slug, country string) catalog.Venue {
		return catalog.Venue{City: city, CitySlug: slug, Country: country}
	}
	view := pages.HomeOf(p, []catalog.Venue{
		venue("Mumbai", "mumbai", "IN"), venue("Berlin", "berlin", "DE"), venue("Chennai", "chennai", "IN"), venue("Mumbai", "mumbai", "IN"),
	})
	require.Len(t, view, 2)
	assert.Equal(t, "Germany", view[0].Name)
	india := view[1]
	require.Len(t, india.Cities, 2)
	assert.Equal(t, "Chennai", india.Cities[0].Name)
	assert.Equal(t, "1 venue", india.Cities[0].Venues)
	assert.Equal(t, "/en/mumbai", india.Cities[1].Href)
	assert.Equal(t, "2 venues", india.Cities[1].Venues)
}

func TestDateLinks_AWeekFromToday(t *testing.T) {
	t.Parallel()
	p := en(t)
	links := pages.DateLinks(p, "/mumbai", now, "2026-11-24", "film")
	require.Len(t, links, 8)
	texts := make([]string, len(links))
	for i, l := range links {
		texts[i] = l.Text
		assert.Equal(t, i == 3, l.Current, l.Text)
	}
	assert.Equal(t, []string{"Any day", "Today", "Tomorrow", "Tue, 24 Nov", "Wed, 25 Nov", "Thu, 26 Nov", "Fri, 27 Nov", "Sat, 28 Nov"}, texts)
	assert.Equal(t, "/mumbai?kind=film", links[0].Href)
	assert.Equal(t, "/mumbai?date=2026-11-22&kind=film", links[1].Href)
}

func TestDateLinks_EveryDayOnceWhenTheClockChanges(t *testing.T) {
	t.Parallel()
	p := en(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, l := range pages.DateLinks(p, "/berlin", time.Date(2026, 10, 24, 23, 30, 0, 0, berlin), "", "")[1:] {
		assert.False(t, seen[l.Href], l.Href)
		seen[l.Href] = true
	}
	assert.True(t, seen["/berlin?date=2026-10-25"], "the day of 25 hours")
}

func TestKindLinks_OnlyWhatIsOn(t *testing.T) {
	t.Parallel()
	p := en(t)
	on := func(kinds ...catalog.Kind) []bms.Listing {
		var list []bms.Listing
		for _, k := range kinds {
			list = append(list, bms.Listing{Event: catalog.Event{Kind: k}})
		}
		return list
	}
	assert.Empty(t, pages.KindLinks(p, "/a", on(catalog.Film, catalog.Film), "", ""), "one kind is no choice")
	links := pages.KindLinks(p, "/a", on(catalog.Play, catalog.Film), "2026-11-24", "play")
	require.Len(t, links, 3)
	assert.Equal(t, pages.Link{Text: "Everything", Href: "/a?date=2026-11-24"}, links[0])
	assert.Equal(t, "Films", links[1].Text)
	assert.Equal(t, pages.Link{Text: "Theatre", Href: "/a?date=2026-11-24&kind=play", Current: true}, links[2])
}

func TestKinds_HaveNames(t *testing.T) {
	t.Parallel()
	p := en(t)
	for _, k := range []catalog.Kind{catalog.Film, catalog.Concert, catalog.Play, catalog.Sport, catalog.Festival, catalog.Online} {
		assert.NotEqual(t, string(k), p.T("kind."+string(k)), "a name for people, not the word of the code")
		assert.NotEmpty(t, pages.FrontOf(k))
	}
	assert.Equal(t, "screen", pages.FrontOf(catalog.Film))
	for kind, want := range map[seatmap.Kind]string{
		seatmap.Standard: "", seatmap.House: "", seatmap.Recliner: "recliner", seatmap.Wheelchair: "wheelchair space", seatmap.Companion: "companion seat",
	} {
		assert.Equal(t, want, pages.KindText(p, kind))
	}
}

func TestMetaOf_WhatIsKnown(t *testing.T) {
	t.Parallel()
	p := en(t)
	assert.Equal(t, "1927 · 2\u00a0h\u00a033\u00a0min · Science fiction",
		pages.MetaOf(p, catalog.Event{Year: 1927, Duration: 153 * time.Minute, Genres: []string{"science fiction", "drama"}}))
	assert.Empty(t, pages.MetaOf(p, catalog.Event{}))
}

func TestCardOf_TheNextShowByTheVenuesClock(t *testing.T) {
	t.Parallel()
	p := en(t)
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	l := bms.Listing{Event: catalog.Event{Slug: "metropolis", Title: "Metropolis", Kind: catalog.Film}, FirstShow: now, Shows: 1, Venues: 2}
	card := pages.CardOf(p, l, "mumbai", "", kolkata)
	assert.Equal(t, "/en/mumbai/events/metropolis", card.Href)
	assert.Equal(t, "Next: Sun, 22 Nov, 5:30\u00a0pm", card.Next)
	assert.Equal(t, "1 show in 2 venues", card.Shows)
	assert.Regexp(t, `^/posters/metropolis\.[0-9a-f]{10}\.svg$`, card.Poster)
	day := pages.CardOf(p, l, "mumbai", "2026-11-22", kolkata)
	assert.Equal(t, "/en/mumbai/events/metropolis?date=2026-11-22", day.Href, "the day goes along")
	assert.Equal(t, "From 5:30\u00a0pm", day.Next)
}

func TestEmptyText_EachFilterIsNamed(t *testing.T) {
	t.Parallel()
	p := en(t)
	seen := map[string]bool{}
	for _, row := range [][2]string{{"", ""}, {"2026-11-24", ""}, {"", "film"}, {"2026-11-24", "film"}} {
		seen[pages.EmptyText(p, row[0], row[1])] = true
	}
	assert.Len(t, seen, 4)
}

func TestDescribe_EverythingThatIsKnown(t *testing.T) {
	t.Parallel()
	p := en(t)
	e := catalog.Event{
		Slug: "metropolis", Kind: catalog.Film, Title: "Metropolis", OriginalTitle: "Metropolis, das Original", Language: "de",
		Synopsis: "A city.\n\n  Another paragraph. \n\n\n\nThe last.", Genres: []string{"science fiction", "drama"},
		Certificate: catalog.Certificate{System: "FSK", Rating: "FSK 6", MinAge: 6},
		People: []catalog.Person{
			{Name: "Fritz Lang", Role: catalog.RoleDirector},
			{Name: "Brigitte Helm", Role: catalog.RoleCast, Character: "Maria"},
			{Name: "Alfred Abel", Role: catalog.RoleCast},
			{Name: "Thea von Harbou", Role: catalog.RoleWriter},
		},
		Media: []catalog.Media{{Kind: catalog.Still, URL: "/still.png"}, {Kind: catalog.Poster, URL: "/poster.png", Credit: "Heinz Schulz-Neudamm"}},
	}
	v := pages.Describe(p, e)
	assert.Equal(t, "/poster.png", v.Poster)
	assert.Equal(t, "Poster: Heinz Schulz-Neudamm", v.PosterCredit)
	assert.Equal(t, []string{"A city.", "Another paragraph.", "The last."}, v.Synopsis)
	assert.Equal(t, []string{"Film", "FSK 6"}, v.Tags)
	assert.Equal(t, []pages.Fact{
		{Label: "Original title", Text: "Metropolis, das Original"},
		{Label: "Directed by", Text: "Fritz Lang"},
		{Label: "Written by", Text: "Thea von Harbou"},
		{Label: "Cast", Text: "Brigitte Helm, Alfred Abel"},
		{Label: "Language", Text: "German"},
		{Label: "Genres", Text: "science fiction, drama"},
		{Label: "Age", Text: "From 6 years (FSK 6)"},
	}, v.Facts)
}

func TestAgeText_SaysWhoSaysSoOnce(t *testing.T) {
	t.Parallel()
	p := en(t)
	for want, c := range map[string]catalog.Certificate{
		"":                         {System: "FSK", Rating: "FSK 0"},
		"From 12 years (BBFC 12A)": {System: "BBFC", Rating: "12A", MinAge: 12},
		"From 6 years (FSK 6)":     {System: "FSK", Rating: "FSK 6", MinAge: 6},
		"From 18 years":            {MinAge: 18},
	} {
		assert.Equal(t, want, pages.AgeText(p, c))
	}
}

func TestDescribe_ALongCastIsCut(t *testing.T) {
	t.Parallel()
	p := en(t)
	e := catalog.Event{Title: "Intolerance", Kind: catalog.Film}
	for range 200 {
		e.People = append(e.People, catalog.Person{Name: "Extra", Role: catalog.RoleCast})
	}
	assert.Equal(t, 8, strings.Count(pages.Describe(p, e).Facts[0].Text, "Extra"))
}

func TestDetailOf_HowAShowIsGiven(t *testing.T) {
	t.Parallel()
	p := en(t)
	for want, s := range map[string]catalog.Show{
		"IMAX, Hindi, subtitles in English": {Format: catalog.FormatIMAX, Language: "hi", Subtitles: []string{"en"}},
		"Subtitles in English and German":   {Subtitles: []string{"en", "de"}},
		"Stream, online":                    {Format: catalog.FormatStream, Online: true},
		"2D":                                {Format: catalog.Format2D},
		"":                                  {},
	} {
		assert.Equal(t, want, pages.DetailOf(p, s))
	}
}

func TestFeeNote_SaysAFeeBeforeItIsCharged(t *testing.T) {
	t.Parallel()
	p := en(t)
	for want, f := range map[string]pricing.Fee{
		"Service: ₹25 per booking is included, once for all your tickets.": {Name: "Service", Per: pricing.PerBooking, Fixed: money.New(2500, "INR")},
		"Service: 5% of the ticket price per ticket is included.":          {Name: "Service", Per: pricing.PerTicket, Percent: 50_000},
		"Service: €1 plus 5% of the ticket price per ticket is included.":  {Name: "Service", Per: pricing.PerTicket, Fixed: money.New(100, "EUR"), Percent: 50_000},
	} {
		assert.Equal(t, want, pages.FeeNote(p, f))
	}
}

func TestReason_EveryCauseHasItsWords(t *testing.T) {
	t.Parallel()
	p := en(t)
	for cause, says := range map[pricing.Cause]string{
		pricing.ByOccupancy: "80% of the places are taken", pricing.ByTimeToShow: "the show is near", pricing.ByDemand: "many people are booking",
		pricing.ByFloor: "does not fall below", pricing.ByCeiling: "does not rise above",
	} {
		text := pages.PriceReason(p, pricing.Adjustment{Cause: cause, Measured: 800_000, Adjust: 100_000})
		assert.Contains(t, text, says, cause)
		assert.Contains(t, text, "10% more", cause)
	}
	assert.Contains(t, pages.PriceReason(p, pricing.Adjustment{Cause: pricing.ByDemand, Adjust: -100_000}), "10% less")
}

func TestBuyerErrors_FindsAllAtOnce(t *testing.T) {
	t.Parallel()
	p := en(t)
	assert.Empty(t, pages.BuyerErrors(p, booking.Buyer{Name: "Ada", Email: "ada@example.com"}))
	assert.Empty(t, pages.BuyerErrors(p, booking.Buyer{Name: " Ada ", Email: " ada@example.com ", Phone: "+91 98765 43210"}))
	wrong := pages.BuyerErrors(p, booking.Buyer{Name: strings.Repeat("a", 200), Email: "ada", Phone: "x"})
	assert.Len(t, wrong, 3)
	for _, field := range []string{"name", "email", "phone"} {
		assert.True(t, strings.HasPrefix(wrong[field], "Enter "), "it says what to do: %s", wrong[field])
	}
}

// What is said one behind the other has the comma of the language between.
func TestDetail_HasTheCommaOfTheLanguage(t *testing.T) {
	t.Parallel()
	show := catalog.Show{Format: catalog.FormatIMAX, Language: "en"}
	texts := localetest.New(t)
	assert.Equal(t, "IMAX, English", pages.DetailOf(texts.Printer("en", ""), show))
	assert.Equal(t, "IMAX، الإنجليزية", pages.DetailOf(texts.Printer("ar", ""), show))
}
