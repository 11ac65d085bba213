package storefront_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBounds_ADamagedAddressHasAPage(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		b := s.visit(t)
		long := strings.Repeat("x", 101)
		for path, says := range map[string]string{
			"/%00": "it may have been damaged", "/mumbai%0D%0ASet-Cookie:%20a=b": "it may have been damaged", "/mumbai/events/%FF": "it may have been damaged",
			"/" + strings.Repeat("x", 1001):     "it may have been damaged",
			"/" + long:                          "There is no page at this address",
			"/shows/" + long:                    "There is no page at this address",
			"/holds/" + long:                    "There is no page at this address",
			"/bookings/" + long + "?t=" + long:  "There is no page at this address",
			"/inbox/" + long:                    "There is no page at this address",
			"/mumbai/events/" + long:            "There is no page at this address",
			"/b/" + strings.Repeat("K", 101):    "There is no page at this address",
			"/posters/" + strings.ToUpper(long): "There is no page at this address",
		} {
			p := b.get(path)
			assert.Equal(t, 404, p.status, "%.60s", path)
			assert.Contains(t, p.text(), says, "%.60s", path)
			assert.NotEmpty(t, p.follow("See what is on"), "%.60s", path)
			assert.Empty(t, p.header.Values("Set-Cookie"), "%.60s", path)
		}
		for path, says := range map[string]string{
			"/mumbai?kind=%00": "Part of this is not text", "/mumbai?date=%FF": "Part of this is not text", "/bookings?x=%1B%5B2J": "Part of this is not text",
			"/mumbai?date=" + strings.Repeat("9", 4001): "This address is too long.",
		} {
			p := b.get(path)
			assert.Equal(t, 400, p.status, "%.60s", path)
			assert.Contains(t, p.text(), says, "%.60s", path)
		}
	})
}

func TestBounds_AFormOfAnySizeHasAPage(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		b := s.visit(t)
		held := b.reserve("stalls-A-1")
		show := "/shows/" + string(s.Programme.Show.ID) + "/holds"
		seats := url.Values{"mode": {"seats"}, "key": {"many"}}
		for n := range 3000 {
			seats.Add("seat", "stalls-A-"+strconv.Itoa(n))
		}
		for name, row := range map[string]struct {
			path   string
			fields url.Values
			says   string
		}{
			"a long name":       {held.url.Path + "/booking", url.Values{"name": {strings.Repeat("x", 60_000)}, "email": {"ada@example.com"}, "key": {"a"}}, "Please check your details"},
			"a very long name":  {held.url.Path + "/booking", url.Values{"name": {strings.Repeat("x", 70_000)}, "email": {"ada@example.com"}, "key": {"b"}}, "This form has more in it than we can take"},
			"many seats":        {show, seats, "stalls-A-0"},
			"many fields":       {show, url.Values{"mode": {"seats"}, "key": {"d"}, "seat": strings.Split(strings.Repeat("x ", 20_000), " ")}, "This form has more in it than we can take"},
			"a long voucher":    {held.url.Path + "/voucher", url.Values{"code": {strings.Repeat("x", 60_000)}, "key": {"e"}}, "This code cannot be used"},
			"a long reference":  {"/bookings", url.Values{"reference": {strings.Repeat("x", 60_000)}, "email": {"ada@example.com"}}, "Please check the reference"},
			"a long email":      {"/bookings", url.Values{"reference": {"K7PW-XF3X"}, "email": {strings.Repeat("x", 60_000)}}, "We found no such booking"},
			"a name of no text": {held.url.Path + "/booking", url.Values{"name": {"Ada\x00"}, "email": {"ada@example.com"}, "key": {"f"}}, "Part of this is not text"},
			"a long key":        {held.url.Path + "/extend", url.Values{"key": {strings.Repeat("k", 60_000)}}, "That did not work"},
		} {
			p := b.post(row.path, row.fields)
			assert.GreaterOrEqual(t, p.status, 400, name)
			assert.Less(t, p.status, 500, name)
			assert.Contains(t, p.text(), row.says, name)
		}
		assert.Contains(t, b.get(held.url.Path).text(), "Your places are kept until", "nothing has happened")
		s.MustBeClean()
	})
}

func TestBounds_CookiesThatSomebodyMadeUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		held := s.visit(t).reserve("stalls-A-1")
		booked := held.ada()
		stranger := s.visit(t)
		for _, value := range []string{"\xff", "\xff.\xff.\xff", "bkg_\xc3.x", strings.Repeat("x", 300), "a.b.c.d", "..", "%00.%00.%00"} {
			cookies := "hold_" + strings.TrimPrefix(held.url.Path, "/en/holds/") + "=" + value + "; " + bookingCookie(booked) + "=" + value + "; visitor=" + value
			for path, want := range map[string]int{held.url.Path: 404, booked.url.Path: 403, "/en/shows/" + string(s.Programme.Show.ID): 200, "/en/tickets": 200} {
				answer, _ := stranger.raw(http.MethodGet, path, map[string]string{"Cookie": cookies}, "")
				assert.Equal(t, want, answer.StatusCode, "%q at %s", value, path)
			}
		}
	})
}

func TestBounds_TheAPIRefusesTheSame(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		b := s.visit(t)
		long := strings.Repeat("x", 401)
		secrets := map[string]string{"Hold-Secret": "x", "Booking-Token": "y", "Visitor-Id": "visitor-of-tests"}
		for _, path := range []string{
			"/api/v1/events/" + long, "/api/v1/shows/" + long, "/api/v1/holds/" + long, "/api/v1/bookings/" + long, "/api/v1/payments/" + long,
			"/api/v1/shows/a%0Ab/seats", "/api/" + strings.Repeat("x/", 600),
		} {
			answer, body := b.raw(http.MethodGet, path, secrets, "")
			assert.Equal(t, 404, answer.StatusCode, "%.60s", path)
			assert.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"), "%.60s", path)
			assert.Less(t, len(body), 1000, "what was sent is not sent back")
		}
		for _, query := range []string{
			"city=" + strings.Repeat("x", 81), strings.Repeat("x", 3000) + "=1", strings.Repeat("%80", 100) + "=1", "city=mumbai&%00=1",
			"city=a%1Bb", "from=%00", "city=mumbai&city=%FF",
		} {
			answer, body := b.raw(http.MethodGet, "/api/v1/events?"+query, nil, "")
			assert.Equal(t, 400, answer.StatusCode, "%.60s", query)
			assert.Less(t, len(body), 1000, "%.60s", query)
		}
		answer, _ := b.raw(http.MethodGet, "/shows/%00/live", map[string]string{"Connection": "Upgrade", "Upgrade": "websocket"}, "")
		assert.Equal(t, 404, answer.StatusCode)
		require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"), "programs are answered as programs")
	})
}
