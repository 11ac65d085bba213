package storefront_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/storefront"
)

func TestThrottle_WhoGuessesTheEmailHasToWait(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1").ada().pay("pay")
	guesser := s.visit(t)
	form := guesser.get("/bookings").form("Find it").set("reference", referenceOn(paid))
	for n := range 5 {
		assert.Equal(t, 404, form.set("email", "guess"+strconv.Itoa(n)+"@example.com").send().status)
	}
	refused := form.set("email", "ada@example.com").send()
	assert.Equal(t, 429, refused.status, "the right one, too, until the time has passed")
	assert.Equal(t, "60", refused.header.Get("Retry-After"))
	assert.Contains(t, refused.text(), "This was tried too often; please wait 60 seconds and try again.")
	assert.Equal(t, "ada@example.com", refused.form("Find it").fields.Get("email"), "nothing has to be typed again")

	// The API is no way around it.
	found := func() *http.Response {
		answer, _ := guesser.raw(http.MethodPost, "/api/v1/bookings/find", map[string]string{"Content-Type": "application/json"},
			`{"reference":"`+referenceOn(paid)+`","email":"ada@example.com"}`)
		return answer
	}
	answer := found()
	assert.Equal(t, 429, answer.StatusCode)
	assert.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))
	assert.Equal(t, "60", answer.Header.Get("Retry-After"))

	assert.Contains(t, paid.get(paid.url.Path).text(), "You are booked.", "who has the cookie or the link does not wait")
	s.Clock.Advance(time.Minute)
	assert.Equal(t, 200, found().StatusCode)
	s.Clock.Advance(time.Minute)
	require.Contains(t, form.set("email", "ada@example.com").send().text(), "You are booked.")
}

func TestThrottle_WhoGuessesReferencesHasToWait(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	form := s.visit(t).get("/bookings").form("Find it").set("reference", "no reference", "email", "ada@example.com")
	for range 20 {
		assert.Equal(t, 400, form.send().status)
	}
	refused := form.send()
	assert.Equal(t, 429, refused.status)
	assert.Equal(t, "6", refused.header.Get("Retry-After"))
	s.Clock.Advance(6 * time.Second)
	assert.Equal(t, 400, form.send().status)
}

func TestThrottle_WhoTakesManyPlacesHasToWait(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	for range 20 {
		form := s.visit(t).seats().form("Reserve and go on") // every time another browser, at the same address
		assert.NotEqual(t, 429, form.add("seat", "stalls-A-1").send().status)
	}
	refused := s.visit(t).reserve("stalls-A-2")
	assert.Equal(t, 429, refused.status)
	assert.Equal(t, "3", refused.header.Get("Retry-After"))
	assert.Contains(t, refused.text(), "This was tried too often; please wait 3 seconds and try again.")
	assert.Contains(t, refused.form("Reserve and go on").fields["seat"], "stalls-A-2", "nothing has to be chosen again")
}

func TestThrottle_WhoGuessesVouchersHasToWait(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	require.NoError(t, s.Prices.PutVoucher(t.Context(), tenPercent(s)))
	form := s.visit(t).reserve("stalls-A-1").form("Use code")
	for n := range 10 {
		assert.Equal(t, 404, form.set("code", "GUESS-"+strconv.Itoa(n)).send().status)
	}
	refused := form.set("code", "TEN-OFF").send()
	assert.Equal(t, 429, refused.status)
	assert.Equal(t, "10", refused.header.Get("Retry-After"))
	assert.Contains(t, refused.text(), "This was tried too often; please wait 10 seconds and try again.")
	s.Clock.Advance(10 * time.Second)
	assert.Contains(t, refused.form("Use code").set("code", "TEN-OFF").send().text(), "TEN-OFF")
}
