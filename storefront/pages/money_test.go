package pages_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
	"github.com/marquee-tickets/marquee/storefront/pages"
)

func TestBookingCookieFor_UntilAWeekAfterTheShow(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, row := range []struct{ show, want time.Duration }{
		{2 * day, 9 * day},
		{0, 7 * day},
		{-3 * day, 4 * day},
		{-6*day - time.Hour, day},
		{-100 * day, day},
		{393 * day, 400 * day},
		{700 * day, 400 * day},
	} {
		assert.Equal(t, row.want, pages.BookingCookieFor(now.Add(row.show), now), "a show in %s", row.show)
	}
}

func TestRowStatus_EveryStatusHasItsWords(t *testing.T) {
	t.Parallel()
	p := en(t)
	seen := map[string]bool{}
	for status, level := range map[booking.Status]string{
		booking.AwaitingPayment: "low", booking.Confirmed: "good", booking.PartlyCancelled: "good", booking.Cancelled: "out",
		booking.Refunded: "out", booking.Expired: "out", booking.LateRefund: "out",
	} {
		text, got := pages.RowStatus(p, booking.Booking{Status: status}, false)
		assert.Equal(t, level, got, status)
		assert.False(t, seen[text], "%s is said twice", text)
		seen[text] = true
	}
	text, level := pages.RowStatus(p, booking.Booking{Status: booking.Confirmed}, true)
	assert.Equal(t, "Over", text)
	assert.Equal(t, "out", level)
	text, _ = pages.RowStatus(p, booking.Booking{Status: booking.Cancelled}, true)
	assert.Equal(t, "Cancelled", text, "which is more than that it is over")
}

func TestDirectionsTo_TheVenue(t *testing.T) {
	t.Parallel()
	const site = "https://www.openstreetmap.org/directions?to="
	venue := catalog.Venue{Name: "Aurora & Fort", Address: "1 Mint Road\nFort", City: "Mumbai"}
	assert.Equal(t, site+"1+Mint+Road%2C+Fort%2C+Mumbai", pages.DirectionsTo(catalog.Show{}, venue))
	venue.Address = ""
	assert.Equal(t, site+"Aurora+%26+Fort%2C+Mumbai", pages.DirectionsTo(catalog.Show{}, venue))
	venue.Lat, venue.Lng = -33.8568, 151.2153
	assert.Equal(t, site+"-33.8568%2C151.2153", pages.DirectionsTo(catalog.Show{}, venue))
	assert.Empty(t, pages.DirectionsTo(catalog.Show{Online: true}, venue))
}

func TestPlace_IsInTheLanguageOfThePageWhereItIsKnown(t *testing.T) {
	t.Parallel()
	m, err := seatmap.ParseGrid("name: x\ncategory s \"Silver\"\nsection stalls \"Stalls\"\n  ss\narea floor \"Floor\" category=s capacity=4\n")
	require.NoError(t, err)
	plan, err := seatmap.Compile(m)
	require.NoError(t, err)
	texts := localetest.New(t)
	seat := booking.Ticket{Seat: 1, Place: "Stalls, row A, seat 2"}
	assert.Equal(t, "Stalls, row A, seat 2", pages.Place(texts.Printer("en", ""), plan, seat))
	assert.Equal(t, "Stalls, Reihe A, Platz 2", pages.Place(texts.Printer("de", ""), plan, seat))
	de := texts.Printer("de", "")
	assert.Equal(t, "Floor", pages.Place(de, plan, booking.Ticket{Seat: booking.NoSeat, Area: "floor", Place: "Old floor"}))
	assert.Equal(t, "Gallery", pages.Place(de, plan, booking.Ticket{Seat: booking.NoSeat, Area: "gallery", Place: "Gallery"}), "the hall was rebuilt")
	assert.Equal(t, "Stalls, row Z, seat 9", pages.Place(de, plan, booking.Ticket{Seat: 99, Place: "Stalls, row Z, seat 9"}))
}

func TestPaymentLines_OnlyWhatWasPaid(t *testing.T) {
	t.Parallel()
	inr := func(minor int64) money.Amount { return money.New(minor, "INR") }
	lines := pages.PaymentLines(en(t), booking.Booking{ConfirmedAt: now.Add(time.Minute)}, []payment.Intent{
		{Status: payment.Failed, Gateway: "sandbox", Amount: inr(47500), CreatedAt: now},
		{Status: payment.Captured, Gateway: "stripe", Amount: inr(47500), Captured: inr(47500), CreatedAt: now, UpdatedAt: now.Add(48 * time.Hour)},
	}, "Asia/Kolkata")
	require.Len(t, lines, 1)
	assert.Equal(t, "Paid on Sunday, 22 November 2026 at 5:31 pm IST: ₹475.00, Stripe", strings.Join(strings.Fields(lines[0]), " "))
}

// The texts of a policy are those of the mails, in every language, and each step is there.
func TestPolicyText_SaysWhatMailsSay(t *testing.T) {
	t.Parallel()
	texts := localetest.New(t)
	tiers := []booking.Tier{
		{MinutesBefore: 4000, Price: money.Whole, Fees: money.Whole},
		{MinutesBefore: 3000, Price: money.Whole, Fees: 500_000},
		{MinutesBefore: 2000, Price: money.Whole},
		{MinutesBefore: 1500, Price: 500_000, Fees: 500_000},
		{MinutesBefore: 1000, Price: 500_000},
		{MinutesBefore: 500, Fees: 250_000},
		{MinutesBefore: 100},
	}
	b := booking.Booking{ShowStart: now.Add(5000 * time.Minute), Policy: booking.Policy{Tiers: tiers}}
	lines := pages.PolicyText(texts.Printer("en", "IN"), b, "Asia/Kolkata", now)
	mail := notify.EnglishPolicy(b.Policy, b.ShowStart, now)
	require.Len(t, lines, len(mail))
	for i, line := range lines {
		_, ours, _ := strings.Cut(line, " and get")
		_, theirs, _ := strings.Cut(mail[i], " and get")
		assert.Equal(t, strings.ReplaceAll(theirs, "\u00a0%", "%"), ours)
	}
	for _, tag := range []string{"hi", "ta", "es", "de", "ar"} {
		seen := map[string]bool{}
		for _, line := range pages.PolicyText(texts.Printer(tag, ""), b, "Asia/Kolkata", now) {
			seen[line] = true
		}
		assert.Len(t, seen, len(tiers), tag)
	}
	assert.Equal(t, []string{"It is too late to cancel tickets for this show."}, pages.PolicyText(texts.Printer("en", ""), b, "Asia/Kolkata", b.ShowStart))
	assert.Len(t, pages.PolicyText(texts.Printer("en", ""), b, "Asia/Kolkata", now.Add(2500*time.Minute)), 5, "what has passed is left out")
}
