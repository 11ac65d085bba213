package storefront_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/storefront"
)

// hostile are texts that Postgres cannot take and SQLite takes in its own way, as they stand in addresses and forms.
var hostile = []string{"%00", "shw_%00", "a%00b", "%FF", "caf%E9", "%C0%80", "%ED%A0%80"}

// onBoth opens a shop on each engine.
func onBoth(t *testing.T, test func(*testing.T, *shop)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, bmstest.Options{}, storefront.Config{Inbox: true}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		openPostgres := func(t testing.TB, now func() time.Time) store.DB {
			t.Helper()
			address, schema := pgtest.Schema(t)
			db, err := postgres.Open(t.Context(), postgres.Config{URL: address, Schema: schema, CheckoutConns: 4, BackgroundConns: 2, Now: now})
			require.NoError(t, err)
			return db
		}
		test(t, open(t, bmstest.Options{Open: openPostgres}, storefront.Config{Inbox: true}))
	})
}

// refusedWith4xx asks and expects an answer that says that it is the asker's fault, or a redirect.
func refusedWith4xx(b *browser, method, path string, header map[string]string, body string) {
	b.t.Helper()
	answer, _ := b.raw(method, path, header, body)
	assert.GreaterOrEqual(b.t, answer.StatusCode, 400, "%s %s %s", method, path, body)
	assert.Less(b.t, answer.StatusCode, 500, "%s %s %s", method, path, body)
}

func TestHostile_AddressesAreNotFoundOrRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		b := s.visit(t)
		show := string(s.Programme.Show.ID)
		secrets := map[string]string{"Hold-Secret": "x", "Booking-Token": "y", "Visitor-Id": "visitor-of-tests"}
		for _, bad := range hostile {
			for _, path := range []string{
				"/posters/*", "/events/*", "/shows/*", "/shows/*/live", "/holds/*", "/bookings/*?t=x", "/b/*", "/b/*/return", "/b/*/cancel",
				"/inbox/*", "/inbox/*/html", "/*", "/*/events/the-general", "/mumbai/events/*", "/mumbai?date=*",
				"/api/v1/events?city=*", "/api/v1/events/*", "/api/v1/venues?city=*", "/api/v1/venues/*",
				"/api/v1/shows?city=*", "/api/v1/shows?event=*", "/api/v1/shows?venue=*", "/api/v1/shows?cursor=*", "/api/v1/shows?status=*", "/api/v1/shows?date=*",
				"/api/v1/shows/*", "/api/v1/shows/*/geometry", "/api/v1/shows/*/seats", "/api/v1/shows/*/stream", "/api/v1/shows/*/prices",
				"/api/v1/shows/" + show + "/geometry?digest=*",
				"/api/v1/holds/*", "/api/v1/bookings/*", "/api/v1/bookings/*/quote", "/api/v1/bookings/*/tickets", "/api/v1/bookings/*/cancellation",
				"/api/v1/bookings/*/payments", "/api/v1/payments/*", "/webhooks/*", "/sandbox/pay/*", "/assets/*",
			} {
				refusedWith4xx(b, http.MethodGet, strings.Replace(path, "*", bad, 1), secrets, "")
			}
			for _, path := range []string{
				"/api/v1/holds/*/extension", "/api/v1/holds/*/vouchers", "/api/v1/bookings/*/confirmation", "/api/v1/bookings/*/cancellation",
				"/api/v1/bookings/*/payments", "/api/v1/payments/*/refresh", "/webhooks/*",
			} {
				header := map[string]string{"Hold-Secret": "x", "Booking-Token": "y", "Content-Type": "application/json"}
				refusedWith4xx(b, http.MethodPost, strings.Replace(path, "*", bad, 1), header, `{}`)
			}
			refusedWith4xx(b, http.MethodDelete, "/api/v1/holds/"+bad, secrets, "")
			refusedWith4xx(b, http.MethodDelete, "/api/v1/holds/"+bad+"/vouchers/"+bad, secrets, "")
			for _, path := range []string{"/shows/*/holds", "/holds/*/voucher", "/holds/*/extend", "/holds/*/release", "/holds/*/again", "/holds/*/booking", "/b/*/payment", "/b/*/cancel"} {
				refusedWith4xx(b, http.MethodPost, strings.Replace(path, "*", bad, 1), formHeader(), "key=k")
			}
		}
		s.MustBeClean()
	})
}

func formHeader() map[string]string {
	return map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": host, "Sec-Fetch-Site": "same-origin"}
}

// unshown are the same texts behind JSON; what is not UTF-8 cannot stand in it at all.
var unshown = []string{`\u0000`, `shw_\u0000`, `a\u0000b`, "\xff", "caf\xe9"}

func TestHostile_BodiesAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		b := s.visit(t)
		show := string(s.Programme.Show.ID)
		held := s.Hold("stalls-A-1")
		booked := s.Book(s.Hold("stalls-B-1"))
		header := map[string]string{
			"Visitor-Id": "visitor-of-tests", "Content-Type": "application/json", "Hold-Secret": held.Secret, "Booking-Token": booked.Link,
		}
		for _, bad := range unshown {
			for path, bodies := range map[string][]string{
				"/api/v1/holds": {
					`{"show_id":"*","seats":[{"seat":"stalls-A-2"}]}`, `{"show_id":"` + show + `","seats":[{"seat":"*"}]}`,
					`{"show_id":"` + show + `","seats":[{"seat":"stalls-A-2","buyer_type":"*"}]}`, `{"show_id":"` + show + `","areas":[{"area":"*","count":1}]}`,
					`{"show_id":"` + show + `","best":{"count":1,"categories":["*"]}}`, `{"show_id":"` + show + `","seats":[{"seat":"stalls-A-2"}],"channel":"*"}`,
					`{"show_id":"` + show + `","seats":[{"seat":"stalls-A-2"}],"vouchers":["*"]}`, `{"*":1}`,
				},
				"/api/v1/holds/" + string(held.ID) + "/vouchers": {`{"code":"*"}`},
				"/api/v1/bookings": {
					`{"hold_id":"*","buyer":{"name":"Ada","email":"ada@example.com"}}`,
					`{"hold_id":"` + string(held.ID) + `","buyer":{"name":"*","email":"ada@example.com"}}`,
					`{"hold_id":"` + string(held.ID) + `","buyer":{"name":"Ada","email":"*@example.com"}}`,
					`{"hold_id":"` + string(held.ID) + `","buyer":{"name":"Ada","email":"ada@example.com","phone":"*"}}`,
					`{"hold_id":"` + string(held.ID) + `","buyer":{"name":"Ada","email":"ada@example.com","company":"*"}}`,
				},
				"/api/v1/bookings/find": {`{"reference":"*","email":"ada@example.com"}`, `{"reference":"` + string(booked.Reference) + `","email":"*"}`},
				"/api/v1/bookings/" + string(booked.ID) + "/payments": {
					`{"gateway":"*"}`, `{"gateway":"sandbox","return_url":"https://shop.example/*"}`, `{"gateway":"sandbox","return_url":"*"}`,
				},
				"/api/v1/bookings/" + string(booked.ID) + "/cancellation": {`{"tickets":["*"]}`},
				"/api/v1/tickets/check":                                   {`{"show_id":"*","code":"x"}`, `{"show_id":"` + show + `","code":"*"}`},
			} {
				for _, body := range bodies {
					refusedWith4xx(b, http.MethodPost, path, header, strings.Replace(body, "*", bad, 1))
				}
			}
		}
		s.MustBeClean()
	})
}

func TestHostile_FormsAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		b := s.visit(t)
		show := "/shows/" + string(s.Programme.Show.ID) + "/holds"
		answer, _ := b.raw(http.MethodPost, show, formHeader(), "mode=seats&seat=stalls-A-3&key=first")
		require.Equal(t, 200, answer.StatusCode, "the hold")
		held := answer.Request.URL.Path
		require.True(t, strings.HasPrefix(held, "/en/holds/"), held)
		for _, bad := range hostile {
			for _, c := range [][2]string{
				{show, "mode=seats&seat=*&key=k"},
				{show, "mode=seats&seat=stalls-A-1&key=*"},
				{show, "mode=seats&seat=stalls-A-1&type.stalls-A-1=*&key=k2"},
				{show, "mode=best&count=*&key=k3"},
				{show, "mode=best&count=1&category=*&key=k4"},
				{show, "mode=seats&area.*=1&key=k5"},
				{held + "/voucher", "code=*&key=k6"},
				{held + "/extend", "key=*"},
				{held + "/booking", "name=*&email=ada@example.com&key=k7"},
				{held + "/booking", "name=Ada&email=*&key=k8"},
				{"/bookings", "reference=*&email=ada@example.com"},
			} {
				refusedWith4xx(b, http.MethodPost, c[0], formHeader(), strings.ReplaceAll(c[1], "*", bad))
			}
		}
		s.MustBeClean()
	})
}

// A problem about such a text is readable itself: JSON in UTF-8, with the field.
func TestHostile_ProblemsAreReadable(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		b := s.visit(t)
		for _, bad := range hostile {
			answer, body := b.raw(http.MethodGet, "/api/v1/shows?city="+bad, nil, "")
			require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))
			var problem struct{ Field, Detail string }
			require.NoError(t, json.Unmarshal(body, &problem))
			assert.Equal(t, "city", problem.Field)
			text, err := url.QueryUnescape(bad)
			require.NoError(t, err)
			assert.NotContains(t, problem.Detail, text)
		}
	})
}
