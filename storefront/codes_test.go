package storefront_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/storefront"
)

// guesses tries wrong codes until the address has to wait.
func (s *shop) guesses(t *testing.T, seat string) {
	t.Helper()
	form := s.visit(t).reserve(seat).form("Use code")
	for n := range 20 {
		if form.set("code", "GUESS-"+strconv.Itoa(n)).send().status == 429 {
			return
		}
	}
	require.Fail(t, "whoever guesses does not have to wait")
}

// withCodes is a shop that takes TEN-OFF.
func withCodes(t *testing.T) *shop {
	t.Helper()
	s := open(t, bmstest.Options{}, storefront.Config{})
	require.NoError(t, s.Prices.PutVoucher(t.Context(), tenPercent(s)))
	return s
}

// Who shares an address with somebody who guesses waits, and does not pay without a code that is good.
func TestCode_WhoHasToWaitDoesNotPayWithoutIt(t *testing.T) {
	t.Parallel()
	s := withCodes(t)
	held := s.visit(t).reserve("stalls-A-1")
	s.guesses(t, "stalls-B-1")
	waits := adaTyped(held.form("Go on to payment")).set("phone", "", "code", "TEN-OFF").send()
	for range 2 {
		assert.Equal(t, 429, waits.status)
		assert.Contains(t, waits.text(), "please wait 10 seconds")
		assert.NotContains(t, waits.text(), "This code cannot be used", "nobody has looked at it")
		assert.Equal(t, "TEN-OFF", waits.form("Use code").fields.Get("code"))
		waits = waits.form("Go on to payment").send()
	}
	s.Clock.Advance(10 * time.Second)
	cheaper := waits.form("Go on to payment").send()
	assert.Contains(t, cheaper.text(), "Total ₹205.00")
	assert.Contains(t, cheaper.form("Go on to payment").send().text(), "₹205.00")
}

// A code that was refused counts as such until it is tried again.
func TestCode_OneThatIsTriedAgainIsNotRefusedBefore(t *testing.T) {
	t.Parallel()
	s := withCodes(t)
	late := tenPercent(s)
	late.Code, late.ValidFrom = "SOON", s.Now().Add(time.Minute)
	require.NoError(t, s.Prices.PutVoucher(t.Context(), late))
	held := s.visit(t).reserve("stalls-A-1")
	refused := adaTyped(held.form("Use code")).set("phone", "", "code", "SOON").send()
	assert.Contains(t, refused.text(), "This code cannot be used")
	s.Clock.Advance(time.Minute)
	s.guesses(t, "stalls-B-1")
	waits := refused.form("Use code").send()
	assert.Equal(t, 429, waits.status)
	assert.Equal(t, 429, waits.form("Go on to payment").send().status)
}

// When the time is over that is what is said, and the code is there again with the places.
func TestCode_TheEndOfTheTimeTakesItNotAway(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"TEN-OFF", "NO-SUCH"} {
		for _, name := range []string{"Ada Lovelace", ""} {
			t.Run(code+name, func(t *testing.T) {
				t.Parallel()
				s := withCodes(t)
				held := s.visit(t).reserve("stalls-A-1")
				s.Clock.Advance(9 * time.Minute)
				over := held.form("Go on to payment").set("name", name, "code", code).send()
				assert.Contains(t, over.text(), "has run out")
				assert.NotContains(t, over.text(), "This code cannot be used")
				assert.NotContains(t, over.body, `href="#code"`, "there is no such field")
				again := over.form("Reserve the same places again").send()
				assert.Contains(t, again.text(), "Stalls, row A, seat 1")
				assert.Equal(t, code, again.form("Use code").fields.Get("code"))
				assert.Equal(t, name, again.form("Go on to payment").fields.Get("name"))
			})
		}
	}
}

func TestCode_MoreTimeTakesItNotAway(t *testing.T) {
	t.Parallel()
	s := withCodes(t)
	longer := s.visit(t).reserve("stalls-A-1").form("I need more time").set("code", "TEN-OFF").send()
	assert.Equal(t, "TEN-OFF", longer.form("Use code").fields.Get("code"))
}

// Browsers send a form again when its answer is loaded anew: it is answered by what the places cost now.
func TestHold_AFormThatIsSentAgainShowsWhatHoldsNow(t *testing.T) {
	t.Parallel()
	s := withCodes(t)
	use := adaTyped(s.visit(t).reserve("stalls-A-1").form("Use code")).set("phone", "", "code", "TEN-OFF")
	cheaper := use.send()
	assert.Contains(t, cheaper.text(), "Total ₹205.00")
	assert.Contains(t, cheaper.form("Remove").send().text(), "Total ₹225.00")
	anew := use.send()
	assert.Contains(t, anew.text(), "Total ₹225.00")
	assert.NotContains(t, anew.text(), "Voucher TEN-OFF")
	unpaid := anew.form("Go on to payment").send()
	assert.Contains(t, unpaid.text(), "Pay ₹225.00")
	assert.Contains(t, use.send().follow("Go on to your booking").text(), "Pay ₹225.00")
	paid := unpaid.pay("pay")
	assert.Equal(t, paid.url.Path, use.send().url.Path, "what was bought is shown, not that the places are gone")
}

// The same places again are a reservation of their own, at its own address: a language is chosen there.
func TestHold_TheSamePlacesAgainHaveTheirOwnAddress(t *testing.T) {
	t.Parallel()
	s := withCodes(t)
	held := s.visit(t).reserve("stalls-A-1")
	s.Clock.Advance(9 * time.Minute)
	ask := adaTyped(held.form("Go on to payment")).send().form("Reserve the same places again")
	again := ask.send()
	assert.Equal(t, adaWas, typed(again))
	assert.Equal(t, again.url.Path+"/booking", again.form("Go on to payment").action.Path)
	assert.Contains(t, again.get(again.url.Path).text(), "Your reservation")
	assert.Contains(t, again.follow("Deutsch").text(), "Stalls")
	assert.Equal(t, again.url.Path, ask.send().url.Path, "who goes back and presses once more gets the same")
	cheaper := again.form("Use code").set("code", "TEN-OFF").send()
	require.Contains(t, cheaper.text(), "Total ₹205.00")
	assert.Contains(t, ask.send().text(), "Total ₹205.00")
	assert.Contains(t, cheaper.form("Go on to payment").set("phone", "").send().text(), "Pay ₹205.00")
	assert.Contains(t, ask.send().follow("Go on to your booking").text(), "Pay ₹205.00", "nor is the booking lost")
}

// Who goes back to the seats and sends them once more gets the same reservation, and keeps what was booked.
func TestHold_SentAgainItKeepsItsBooking(t *testing.T) {
	t.Parallel()
	s := withCodes(t)
	seats := s.visit(t).seats().form("Reserve and go on").add("seat", "stalls-A-1")
	unpaid := seats.send().ada()
	assert.Equal(t, unpaid.url.Path, seats.send().follow("Go on to your booking").url.Path)
}
