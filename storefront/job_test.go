package storefront_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/storefront"
)

// seats opens the seat page of a shop's only show, as a visitor finds it.
func (b *browser) seats() *page {
	b.t.Helper()
	return b.get("/").follow("Mumbai").follow("The General").follow("5:30 pm")
}

// reserve holds seats by name.
func (b *browser) reserve(names ...string) *page {
	b.t.Helper()
	return b.seats().form("Reserve and go on").add("seat", names...).send()
}

// ada fills in the form for the buyer and goes on to payment.
func (p *page) ada() *page {
	p.t.Helper()
	return p.form("Go on to payment").set("name", "Ada Lovelace", "email", "ada@example.com").send()
}

// pay goes to the bank and has it say what is wanted.
func (p *page) pay(outcome string) *page {
	p.t.Helper()
	return p.form("Pay ").send().form("Continue").set("outcome", outcome).send()
}

func TestJob_FromTheCityToTheTicketAndBack(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{Inbox: true})
	b := s.visit(t)

	cities := b.get("/")
	assert.Contains(t, cities.text(), "India")
	city := cities.follow("Mumbai")
	assert.Equal(t, "/en/mumbai", city.url.Path)
	assert.Contains(t, city.text(), "Next: Tue, 24 Nov, 5:30 pm")
	event := city.follow("The General")
	assert.Contains(t, event.text(), "1926 · 1 h 19 min")
	assert.Contains(t, event.text(), "Tuesday, 24 November 2026. Times are local (IST).")
	assert.Contains(t, event.text(), "Available from ₹225 including fees") // ₹200 and ₹25 for a booking
	assert.Contains(t, event.body, `"price":"225.00"`, "as search engines are told")

	seats := event.follow("5:30 pm")
	assert.Contains(t, seats.text(), "Gold ₹325 ₹175")
	assert.Contains(t, seats.text(), "Convenience fee: ₹25 per booking is included, once for all your tickets.")
	held := seats.form("Reserve and go on").add("seat", "stalls-C-4", "stalls-C-5").set("n.child", "1").send()
	assert.True(t, strings.HasPrefix(held.url.Path, "/en/holds/hld_"), held.url.Path)
	assert.Empty(t, held.url.RawQuery, "the secret is in no address")
	assert.Contains(t, held.text(), "Your places are kept until 5:38:00 pm IST")
	for _, line := range []string{
		"Stalls, row C, seat 4 Adult ₹300.00", "Stalls, row C, seat 5 Child ₹150.00", "Convenience fee ₹25.00", "Total ₹475.00", "Tax 18% included",
	} {
		assert.Contains(t, held.text(), line)
	}

	unpaid := held.ada()
	assert.Contains(t, unpaid.text(), "Pay for your tickets")
	assert.Contains(t, unpaid.text(), "Ada Lovelace ada@example.com")
	declined := unpaid.pay("expired_card")
	assert.Contains(t, declined.text(), "The card has expired. Nothing was charged.")
	assert.Contains(t, declined.text(), "Your places are still kept for you.")

	paid := declined.pay("pay")
	assert.Contains(t, paid.text(), "You are booked.")
	assert.Len(t, all(paid.doc, "h3"), 2, "a ticket each")
	assert.Equal(t, 2, strings.Count(paid.body, `class="qr"`), "a code each")
	require.NoError(t, s.Drain(t.Context()))

	inbox := b.get("/inbox")
	assert.Contains(t, inbox.text(), "to ada@example.com")
	mail := inbox.follow("The General")
	assert.Contains(t, mail.text(), "Your booking is confirmed")

	reference := referenceOn(paid)
	found := s.visit(t).get("/bookings").form("Find it").set("reference", strings.ToLower(reference), "email", "ADA@example.com").send()
	assert.Contains(t, found.text(), "You are booked.")

	preview := found.follow("Cancel tickets").form("See what you get back").send()
	assert.Contains(t, preview.text(), "You get back ₹450.00")
	assert.Contains(t, preview.text(), "₹25.00 of what you paid is kept.")
	cancelled := preview.form("Cancel these tickets").send()
	assert.Contains(t, cancelled.text(), "Booking cancelled")
	assert.Contains(t, cancelled.text(), "₹450.00: on its way")
	assert.NotContains(t, cancelled.body, `class="qr"`)
	require.NoError(t, s.Drain(t.Context()))
	assert.Contains(t, cancelled.get(cancelled.url.RequestURI()).text(), "₹450.00: paid back")
	s.MustBeClean()
}

// referenceOn reads a booking's reference off its page.
func referenceOn(p *page) string {
	for _, n := range all(p.doc, "p") {
		if attr(n, "class") == "reference" {
			return strings.TrimSpace(textOf(all(n, "strong")[0]))
		}
	}
	return ""
}

func TestJob_OneTicketOfTwoIsCancelled(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1", "stalls-A-2").ada().pay("pay")
	form := paid.follow("Cancel tickets").form("See what you get back")
	form.fields["ticket"] = form.fields["ticket"][:1]
	preview := form.send()
	assert.Contains(t, preview.text(), "Stalls, row A, seat 1")
	assert.NotContains(t, preview.text(), "seat 2")
	left := preview.form("Cancel these tickets").send()
	assert.Contains(t, left.text(), "Part of this booking has been cancelled.")
	assert.Equal(t, 1, strings.Count(left.body, `class="qr"`))
}

func TestJob_TheBestSeatsAndAPlaceToStand(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	seats := s.visit(t).seats()
	best := seats.form("Reserve the best seats").set("count", "3", "category", seats.option("category", "Gold"), "n.child", "1").send()
	assert.Equal(t, 3, strings.Count(best.text(), "Stalls, row C, seat"), "gold is row C")
	assert.Contains(t, best.text(), "Total ₹775.00", "two adults, a child and the fee")
	standing := s.visit(t).seats().form("Reserve and go on").set("area.floor.adult", "2", "area.floor.child", "1").send()
	assert.Contains(t, standing.text(), "Floor Adult ₹200.00")
	assert.Contains(t, standing.text(), "Floor Child ₹100.00")
	assert.Contains(t, standing.text(), "Total ₹525.00")
}

func TestJob_AReservationTakesACode(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	require.NoError(t, s.Prices.PutVoucher(t.Context(), tenPercent(s)))
	held := s.visit(t).reserve("stalls-A-1")
	refused := held.form("Use code").set("code", "NO-SUCH").send()
	assert.Equal(t, 404, refused.status)
	assert.Contains(t, refused.text(), "This code cannot be used")
	assert.Equal(t, "NO-SUCH", refused.form("Use code").fields.Get("code"), "what was typed is kept")
	cheaper := refused.form("Use code").set("code", "ten-off").send()
	assert.Contains(t, cheaper.text(), "Voucher TEN-OFF -₹20.00")
	assert.Contains(t, cheaper.text(), "Total ₹205.00")
	again := cheaper.form("Remove").send()
	assert.Contains(t, again.text(), "Total ₹225.00")
}

func TestJob_AReservationIsExtendedAndGivenBack(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	held := b.reserve("stalls-A-1")
	assert.Contains(t, held.text(), "I need more time At most until 5:50:00 pm IST")
	s.Clock.Advance(7 * time.Minute)
	longer := held.form("I need more time").send()
	assert.Contains(t, longer.text(), "kept until 5:46:00 pm IST")
	assert.Contains(t, b.seats().text(), "1 place is reserved for you.")
	assert.Contains(t, b.seats().follow("Go on with it").text(), "Your reservation")
	seats := longer.form("Give these places back").send()
	assert.Contains(t, seats.text(), "Choose your seats")
	assert.NotContains(t, seats.text(), "reserved for you.")
	assert.Contains(t, s.visit(t).reserve("stalls-A-1").text(), "Your reservation", "somebody else can have it")
}

func TestJob_AnExpiredReservationIsHadAgainWithOneClick(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	held := b.seats().form("Reserve and go on").add("seat", "stalls-C-1").set("n.child", "1", "area.floor.adult", "1").send()
	s.Clock.Advance(9 * time.Minute)
	over := b.get(held.url.Path)
	assert.Contains(t, over.text(), "has run out")
	assert.Contains(t, over.text(), "Stalls, row C, seat 1 Floor")
	again := over.form("Reserve the same places again").send()
	assert.NotEqual(t, held.url.Path, again.url.Path)
	assert.Contains(t, again.text(), "Stalls, row C, seat 1 Child ₹150.00")
	assert.Contains(t, again.text(), "kept until 5:47:00 pm IST")
}

func TestJob_WhatAnExpiredReservationLostIsSaid(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	held := b.reserve("stalls-A-1", "stalls-A-2")
	s.Clock.Advance(9 * time.Minute)
	over := b.get(held.url.Path)
	s.visit(t).reserve("stalls-A-2")
	refused := over.form("Reserve the same places again").send()
	assert.Equal(t, 409, refused.status)
	assert.Contains(t, refused.text(), "Just taken: Stalls, row A, seat 2.")
	assert.Equal(t, []string{"stalls-A-1"}, refused.form("Reserve and go on").fields["seat"], "what is still free stays chosen")
	assert.Contains(t, refused.form("Take the best 2 seats in Silver").send().text(), "Your reservation")
}

func TestJob_ASlowBankIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	unpaid := s.visit(t).reserve("stalls-A-1").ada()
	waiting := unpaid.form("Pay ").send().form("Continue").set("delay", "60").send()
	assert.Contains(t, waiting.text(), "Waiting for your bank")
	assert.NotContains(t, waiting.body, `http-equiv="refresh"`, "a page that loads itself anew takes away where one was reading")
	assert.Contains(t, waiting.body, `<span role="status" data-await-say hidden>`, "it is said only where a script does it")
	s.Clock.Advance(61 * time.Second)
	assert.Contains(t, waiting.follow("Look again now").text(), "You are booked.")
}

func TestJob_AnOpenPaymentIsGoneOnWith(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	unpaid := b.reserve("stalls-A-1").ada()
	bank := unpaid.form("Pay ").send()
	assert.Contains(t, bank.text(), "Test bank")
	back := b.get(unpaid.url.RequestURI())
	assert.Equal(t, bank.url.Path, back.follow("Go on with the payment").url.Path)
}

func TestJob_LateMoneyIsTold(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	unpaid := b.reserve("stalls-A-1").ada()
	waiting := unpaid.form("Pay ").send().form("Continue").set("delay", "3600", "webhook", "missing").send()
	require.Contains(t, waiting.text(), "Waiting for your bank")
	s.Clock.Advance(20 * time.Minute)
	require.NoError(t, s.Drain(t.Context()))
	over := b.get(unpaid.url.RequestURI())
	assert.Contains(t, over.text(), "Booking not completed")
	require.Contains(t, s.visit(t).reserve("stalls-A-1").ada().pay("pay").text(), "You are booked.")
	s.Clock.Advance(time.Hour)
	require.NoError(t, s.Drain(t.Context()))
	assert.Contains(t, b.get(unpaid.url.RequestURI()).text(), "All of it has been paid back.")
	s.MustBeClean()
}

func TestJob_TheBuyerCanBeChangedBeforePayment(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	unpaid := b.reserve("stalls-A-1").ada()
	form := unpaid.follow("Change these details").form("Go on to payment")
	assert.Equal(t, "Ada Lovelace", form.fields.Get("name"))
	changed := form.set("name", "Ada King").send()
	assert.Contains(t, changed.text(), "Ada King ada@example.com")
	assert.Equal(t, unpaid.url.Path, changed.url.Path, "it is the same booking")
	paid := changed.pay("pay")
	held := b.get(strings.Replace(unpaid.follow("Change these details").url.Path, "again", "", 1))
	assert.Equal(t, paid.url.Path, held.url.Path, "the reservation leads to its booking")
}

func TestJob_AFreeBookingNeedsNoBank(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	require.NoError(t, s.Prices.PutVoucher(t.Context(), freeEntry(s)))
	require.NoError(t, s.Prices.PutList(t.Context(), withoutFees(s)))
	held := s.visit(t).reserve("stalls-A-1").form("Use code").set("code", "GUEST-LIST").send()
	assert.Contains(t, held.text(), "Total ₹0.00")
	assert.Contains(t, held.ada().form("Book for free").send().text(), "You are booked.")
	s.MustBeClean()
}

func TestJob_WhatIsSentTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	form := b.seats().form("Reserve the best seats").set("count", "2")
	first, second := form.send(), form.send()
	assert.Equal(t, first.url.Path, second.url.Path, "one reservation")
	unpaid := first.ada()
	pay := unpaid.form("Pay ")
	assert.Equal(t, pay.send().url.Path, pay.send().url.Path, "one payment")
	booked, err := s.Bookings.ByReference(t.Context(), referenceOn(unpaid), "ada@example.com")
	require.NoError(t, err)
	history, err := s.Bookings.Payments(t.Context(), booked.ID)
	require.NoError(t, err)
	require.Len(t, history.Intents, 1)
	assert.Equal(t, payment.Pending, history.Intents[0].Status)
}

func TestJob_ADoubleClickHasOneAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	seats := s.visit(t).seats()
	addresses := make(chan string, 2)
	for range 2 {
		form := seats.form("Reserve the best seats").set("count", "2")
		go func() { addresses <- form.send().url.Path }()
	}
	first, second := <-addresses, <-addresses
	assert.True(t, strings.HasPrefix(first, "/en/holds/"), first)
	assert.Equal(t, first, second)
}

func TestJob_ABookingOfAnEndedReservation(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	held := s.visit(t).reserve("stalls-A-1")
	s.Clock.Advance(9 * time.Minute)
	over := held.ada()
	assert.Equal(t, 410, over.status)
	assert.Contains(t, over.text(), "The time to book these places has run out")
	assert.Contains(t, over.form("Reserve the same places again").send().text(), "Your reservation")
}

func TestJob_AReservationBeingPaidLeadsToItsBooking(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	held := b.reserve("stalls-A-1")
	unpaid := held.ada()
	unpaid.form("Pay ").send()
	again := b.get(held.url.Path)
	assert.Contains(t, again.text(), "Your places are kept until 5:45:00 pm IST")
	assert.NotContains(t, again.text(), "Give these places back")
	assert.Equal(t, unpaid.url.Path, again.follow("Go on to your booking").url.Path)
}

func TestJob_PagesThatManyShareSetNoCookie(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	for _, path := range []string{"/", "/mumbai", "/mumbai?date=2026-11-24", "/mumbai/events/the-general", "/bookings"} {
		p := b.get(path)
		assert.Equal(t, 200, p.status, path)
		assert.Empty(t, p.header.Values("Set-Cookie"), path)
	}
	held := b.reserve("stalls-A-1")
	at, err := url.Parse(host)
	require.NoError(t, err)
	names := map[string]bool{}
	for _, c := range b.client.Jar.Cookies(at) {
		names[c.Name] = true
	}
	assert.True(t, names["visitor"])
	assert.True(t, names["hold_"+strings.TrimPrefix(held.url.Path, "/en/holds/")])
}
