package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/api"
)

func TestHTTP_PathsAndMethods(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	for _, path := range []string{"/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/cities", "/api/v1/cities/", "/api/v1/holds/a/b/c/d", "/api/v1/shows//seats/x"} {
		s.get(path).refused(404, "no_such_path")
	}
	for path, want := range map[string]string{
		"/api/v1/cities":               "GET, HEAD, OPTIONS",
		"/api/v1/holds":                "OPTIONS, POST",
		"/api/v1/holds/hld_x":          "DELETE, GET, HEAD, OPTIONS",
		"/api/v1/holds/hld_x/vouchers": "OPTIONS, POST",
	} {
		refused := s.do(ask{method: "PATCH", path: path})
		refused.refused(405, "method_not_allowed")
		assert.Equal(t, want, refused.header.Get("Allow"))
		options := s.do(ask{method: "OPTIONS", path: path})
		assert.Equal(t, http.StatusNoContent, options.status)
		assert.Equal(t, want, options.header.Get("Allow"))
	}
	head := s.do(ask{method: "HEAD", path: "/api/v1/cities"})
	assert.Equal(t, http.StatusOK, head.status)
	assert.Empty(t, head.body)
	assert.NotZero(t, head.header.Get("Content-Length"))

	req := s.request(ask{method: "GET", path: "/apiary"})
	res, err := s.http.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusTeapot, res.StatusCode, "not a path of the API")
}

func TestHTTP_BodiesThatAreNone(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	post := func(body string, header map[string]string) answer {
		return s.do(ask{method: "POST", path: "/api/v1/holds", body: body, header: header})
	}
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"} {
		post(`{}`, map[string]string{"Content-Type": kind}).refused(415, "unsupported_media_type")
	}
	post(`{}`, map[string]string{"Content-Encoding": "gzip"}).refused(415, "unsupported_media_type")
	post(`{}`, map[string]string{"Content-Type": "Application/JSON; charset=utf-8"}).refused(400, "invalid_field")
	post(`{"show_id":"`+strings.Repeat("x", 64<<10)+`"}`, nil).refused(413, "body_too_large")
	for _, body := range []string{"", " ", "nonsense", "{", `{"a":1}{`, `[]`, `"x"`, `null`, `7`, "{\"show_id\":\"\xff\"}"} {
		post(body, nil).refused(400, "malformed_json")
	}
	assert.Contains(t, post(`{"a" 1}`, nil).refused(400, "malformed_json").Detail, "at byte 6")
}

func TestHold_RefusedByField(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	show := `{"show_id":"` + string(s.Programme.Show.ID) + `",`
	for body, field := range map[string]string{
		`{}`:                             "show_id",
		`{"show_id":7}`:                  "show_id",
		`{"show_id":null}`:               "show_id",
		`{"Show_ID":"x"}`:                "Show_ID",
		`{"show_id":"x","show_id":"y"}`:  "show_id",
		`{"show_id":"` + long(41) + `"}`: "show_id",
		show + `"colour":"red"}`:         "colour",
		show + `"seats":{}}`:             "seats",
		show + `"seats":[]}`:             "seats",
		show + `"seats":["stalls-A-1"]}`: "seats[0]",
		show + `"seats":[{"seat":"stalls-A-1"},{"seat":true}]}`:         "seats[1].seat",
		show + `"seats":[{"seat":"stalls-A-1","row":"A"}]}`:             "seats[0].row",
		show + `"seats":[{"seat":"stalls-Z-99"}]}`:                      "seats[0].seat",
		show + `"seats":[{"seat":"stalls-A-1"},{"seat":"stalls-A-1"}]}`: "seats[1]",
		show + `"seats":[{"seat":"stalls-A-1","buyer_type":"dog"}]}`:    "seats[0].buyer_type",
		show + `"seats":[` + strings.Repeat(`{},`, 200) + `{}]}`:        "seats",
		show + `"best":{}}`:                                                 "best.count",
		show + `"best":{"count":0}}`:                                        "best.count",
		show + `"best":{"count":1.5}}`:                                      "best.count",
		show + `"best":{"count":"two"}}`:                                    "best.count",
		show + `"best":{"count":99999999999999999999}}`:                     "best.count",
		show + `"best":{"count":2,"categories":["gold","none"]}}`:           "best.categories[1]",
		show + `"best":{"count":2,"stacked":1}}`:                            "best.stacked",
		show + `"best":{"count":1,"buyer_types":["adult","adult"]}}`:        "best.buyer_types",
		show + `"best":{"count":1},"channel":"box_office"}`:                 "channel",
		show + `"best":{"count":2,"wheelchairs":1}}`:                        "best.wheelchairs",
		show + `"best":{"count":2},"seats":[{"seat":"stalls-A-1"}]}`:        "best",
		show + `"areas":[{"area":"floor","count":0}]}`:                      "areas[0].count",
		show + `"areas":[{"area":"roof","count":1}]}`:                       "areas[0].area",
		show + `"areas":[{"area":"floor","count":1}],"accessible":"no"}`:    "accessible",
		show + `"areas":[{"area":"floor","count":1}],"vouchers":["x"]}`:     "vouchers[0]",
		show + `"areas":[{"area":"floor","count":1,"buyer_type":"dog"}]}`:   "areas[0].buyer_type",
		show + `"areas":[{"area":"floor","count":1}],"` + long(80) + `":1}`: long(64) + "…",
		show + `"seats":[{"seat":"` + long(401) + `"}]}`:                    "seats[0].seat",
	} {
		a := s.do(ask{method: "POST", path: "/api/v1/holds", body: body})
		require.Contains(t, []int{400, 404}, a.status, "%s: %s", body, a.body)
		var p problem
		a.must(a.status, &p)
		assert.Equal(t, field, p.Field, "%s: %s", body, a.body)
		assert.NotEmpty(t, p.Detail)
	}
	snap, err := s.Seats.Snapshot(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)
	assert.Equal(t, snap.Counts().Capacity, snap.Counts().Free, "nothing has happened")
}

func TestHold_TakenSeatsAreNamed(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	s.hold("stalls-A-2")
	body := object{"show_id": s.Programme.Show.ID, "seats": []object{{"seat": "stalls-A-1"}, {"seat": "stalls-A-2"}}}
	p := s.do(ask{method: "POST", path: "/api/v1/holds", body: body}).refused(409, "seat_taken")
	assert.Equal(t, []string{"stalls-A-2"}, p.Seats)
	s.hold("stalls-A-1")
}

func TestHold_SingleSeatsAreNamedWithAnAlternative(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	strict := s.shows(1, func(_ int, show *catalog.Show) { show.Seating.Orphan = catalog.OrphanStrict })[0]
	body := object{"show_id": strict.ID, "seats": []object{{"seat": "stalls-A-2"}, {"seat": "stalls-A-3"}}}
	p := s.do(ask{method: "POST", path: "/api/v1/holds", body: body}).refused(409, "single_seat_left")
	assert.NotEmpty(t, p.Seats)
	assert.Len(t, p.Alternative, 2)
}

func TestHold_UnknownShow(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	p := s.do(ask{method: "POST", path: "/api/v1/holds", body: object{"show_id": "shw_nothing", "best": object{"count": 1}}}).refused(404, "not_found")
	assert.Equal(t, "show_id", p.Field)
}

func TestHeaders_RefusedByName(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	for _, c := range []struct{ header, value string }{
		{"Visitor-Id", ""},
		{"Visitor-Id", "short"},
		{"Visitor-Id", long(65)},
		{"Visitor-Id", "with spaces in it"},
		{"Idempotency-Key", long(201)},
		{"Idempotency-Key", "two words"},
	} {
		p := s.do(ask{method: "POST", path: "/api/v1/holds", body: `{}`, header: map[string]string{c.header: c.value}}).refused(400, "invalid_field")
		assert.Equal(t, c.header, p.Field, c.value)
	}
	cookie := map[string]string{"Visitor-Id": "", "Cookie": "visitor=ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
	p := s.do(ask{method: "POST", path: "/api/v1/holds", body: `{}`, header: cookie}).refused(400, "invalid_field")
	assert.Equal(t, "show_id", p.Field, "our cookie says who is buying, too")
}

func TestLimits_PerBuyerCountByTheVisitor(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	few := s.shows(1, func(_ int, show *catalog.Show) { show.Seating.MaxPerHold, show.Seating.MaxPerBuyer = 2, 3 })[0]
	two := func(visitor, a, b string) answer {
		return s.do(ask{
			method: "POST", path: "/api/v1/holds", header: map[string]string{"Visitor-Id": visitor},
			body: object{"show_id": few.ID, "seats": []object{{"seat": a}, {"seat": b}}},
		})
	}
	two("visitor-one", "stalls-A-1", "stalls-A-2").must(201, nil)
	two("visitor-one", "stalls-A-3", "stalls-A-4").refused(409, "limit_reached")
	two("visitor-two", "stalls-A-3", "stalls-A-4").must(201, nil)
}

// TestSecrets_NothingWithoutThem asks each protected address without a secret, and with another's.
func TestSecrets_NothingWithoutThem(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	h := s.hold("stalls-A-1")
	b := s.book(h)
	p := s.pay(b)
	other := s.book(s.hold("stalls-A-2"))
	for _, c := range []struct {
		method, path string
		body         any
		reason       string
	}{
		{"GET", "/holds/" + h.ID, nil, "hold_not_found"},
		{"DELETE", "/holds/" + h.ID, nil, "hold_not_found"},
		{"POST", "/holds/" + h.ID + "/extension", object{}, "hold_not_found"},
		{"POST", "/holds/" + h.ID + "/vouchers", object{"code": "ABC"}, "hold_not_found"},
		{"DELETE", "/holds/" + h.ID + "/vouchers/ABC", nil, "hold_not_found"},
		{"POST", "/bookings", object{"hold_id": h.ID, "buyer": object{"name": "Eve", "email": "eve@example.com"}}, "hold_not_found"},
		{"GET", "/bookings/" + b.ID, nil, "booking_not_found"},
		{"GET", "/bookings/" + b.ID + "/quote", nil, "booking_not_found"},
		{"GET", "/bookings/" + b.ID + "/tickets", nil, "booking_not_found"},
		{"POST", "/bookings/" + b.ID + "/link", nil, "booking_not_found"},
		{"POST", "/bookings/" + b.ID + "/confirmation", nil, "booking_not_found"},
		{"GET", "/bookings/" + b.ID + "/cancellation", nil, "booking_not_found"},
		{"POST", "/bookings/" + b.ID + "/cancellation", object{}, "booking_not_found"},
		{"GET", "/bookings/" + b.ID + "/payments", nil, "booking_not_found"},
		{"POST", "/bookings/" + b.ID + "/payments", object{}, "booking_not_found"},
		{"GET", "/payments/" + p.ID, nil, "payment_not_found"},
		{"POST", "/payments/" + p.ID + "/refresh", nil, "payment_not_found"},
		{"GET", "/payments/pay_nothing", nil, "payment_not_found"},
		{"GET", "/bookings/bkg_nothing", nil, "booking_not_found"},
		{"POST", "/bookings/bkg_nothing/link", nil, "booking_not_found"},
	} {
		a := ask{method: c.method, path: "/api/v1" + c.path, body: c.body}
		none := s.do(a)
		none.refused(401, "secret_missing")
		assert.Equal(t, "Bearer", none.header.Get("Www-Authenticate"))
		for _, wrong := range []string{other.Token, "x"} {
			a.header = bearer(wrong)
			s.do(a).refused(404, c.reason)
		}
		a.header = bearer(long(101))
		s.do(a).refused(401, "secret_missing")
		a.header = map[string]string{"Authorization": "Basic " + b.Token}
		s.do(a).refused(401, "secret_missing")
	}
	var same order
	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID, header: bearer(b.Token)}).must(200, &same)
	assert.Equal(t, "awaiting_payment", same.Status)
	assert.Equal(t, "Ada Lovelace", same.Buyer.Name)
}

func TestBooking_RefusedByField(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	h := s.hold("stalls-A-1")
	for body, field := range map[string]string{
		`{"hold_id":"` + h.ID + `","buyer":{"name":"Ada"}}`:                                    "buyer.email",
		`{"hold_id":"` + h.ID + `","buyer":{"email":"ada@example.com"}}`:                       "buyer.name",
		`{"hold_id":"` + h.ID + `","buyer":{"name":"Ada","email":"ada"}}`:                      "buyer.email",
		`{"hold_id":"` + h.ID + `","buyer":{"name":"Ada","email":"ada@example.com","age":36}}`: "buyer.age",
		`{"hold_id":"` + h.ID + `","buyer":[]}`:                                                "buyer",
		`{"hold_id":"` + h.ID + `"}`:                                                           "buyer.name",
		`{"hold_id":"nothing","buyer":{"name":"Ada","email":"ada@example.com"}}`:               "hold_id",
		`{"buyer":{"name":"Ada","email":"ada@example.com"}}`:                                   "hold_id",
		`{"hold":"x"}`: "hold",
	} {
		p := s.do(ask{method: "POST", path: "/api/v1/bookings", body: body, header: bearer(h.Secret)}).refused(400, "invalid_field")
		assert.Equal(t, field, p.Field, body)
	}
	for body, field := range map[string]string{
		`{"reference":"K7PW","email":"ada@example.com"}`: "reference",
		`{"email":"ada@example.com"}`:                    "reference",
		`{"ref":"K7PW"}`:                                 "ref",
	} {
		p := s.do(ask{method: "POST", path: "/api/v1/bookings/find", body: body}).refused(400, "invalid_field")
		assert.Equal(t, field, p.Field, body)
	}
	b := s.book(h)
	s.do(ask{method: "POST", path: "/api/v1/bookings/find", body: object{"reference": b.Reference, "email": "eve@example.com"}}).refused(404, "booking_not_found")
}

func TestPayment_Refusals(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b := s.book(s.hold("stalls-A-1"))
	path := "/api/v1/bookings/" + b.ID
	for body, field := range map[string]string{
		`{"gateway":"none"}`:                            "gateway",
		`{"gateway":1}`:                                 "gateway",
		`{"return_url":"javascript:alert(1)"}`:          "return_url",
		`{"return_url":"//evil.example/x"}`:             "return_url",
		`{"return_url":"/done"}`:                        "return_url",
		`{"return_url":"https://user:pw@shop.example"}`: "return_url",
		`{"return_url":"https://` + long(2000) + `"}`:   "return_url",
		`{"amount":1}`:                                  "amount",
	} {
		p := s.do(ask{method: "POST", path: path + "/payments", body: body, header: bearer(b.Token)})
		var got problem
		p.must(400, &got)
		assert.Equal(t, field, got.Field, body)
	}
	s.do(ask{method: "POST", path: path + "/confirmation", body: `{"now":true}`, header: bearer(b.Token)}).refused(400, "invalid_field")
	s.do(ask{method: "POST", path: path + "/confirmation", body: `{}`, header: bearer(b.Token)}).refused(409, "booking_unpaid")
	s.do(ask{method: "POST", path: path + "/cancellation", body: `{}`, header: bearer(b.Token)}).refused(409, "booking_unpaid")
	s.do(ask{method: "GET", path: path + "/cancellation?tickets=x", header: bearer(b.Token)}).refused(400, "invalid_field")
	s.do(ask{method: "POST", path: path + "/cancellation", body: `{"tickets":["x"],"reason":"none"}`, header: bearer(b.Token)}).refused(400, "invalid_field")
	none := s.do(ask{method: "POST", path: path + "/cancellation", body: `{"tickets":[]}`, header: bearer(b.Token)}).refused(400, "invalid_field")
	assert.Equal(t, "tickets", none.Field, "none is not all")
	s.Clock.Advance(9 * time.Minute)
	s.do(ask{method: "POST", path: path + "/payments", body: `{}`, header: bearer(b.Token)}).refused(410, "hold_expired")
}

// A payment that has begun is no money yet, whoever says that the booking is free.
func TestConfirmation_OfABookingWhosePaymentRunsIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b := s.book(s.hold("stalls-A-1"))
	path := "/api/v1/bookings/" + b.ID
	s.do(ask{method: "POST", path: path + "/payments", body: `{}`, header: bearer(b.Token)}).must(201, nil)
	s.do(ask{method: "POST", path: path + "/confirmation", body: `{}`, header: bearer(b.Token)}).refused(409, "booking_unpaid")
	s.do(ask{method: "GET", path: path, header: bearer(b.Token)}).must(200, &b)
	assert.Equal(t, "awaiting_payment", b.Status)
}

func TestExtension_Refusals(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	h := s.hold("stalls-A-1")
	for body, field := range map[string]string{`{"seconds":0}`: "seconds", `{"seconds":14401}`: "seconds", `{"minutes":1}`: "minutes"} {
		p := s.do(ask{method: "POST", path: "/api/v1/holds/" + h.ID + "/extension", body: body, header: bearer(h.Secret)}).refused(400, "invalid_field")
		assert.Equal(t, field, p.Field)
	}
	long := hold{}
	s.do(ask{method: "POST", path: "/api/v1/holds/" + h.ID + "/extension", body: `{"seconds":14400}`, header: bearer(h.Secret)}).must(200, &long)
	assert.Equal(t, h.ExtendableUntil, long.ExpiresAt, "no longer than the show allows")
	s.do(ask{method: "POST", path: "/api/v1/holds/" + h.ID + "/extension", body: `{}`, header: bearer(h.Secret)}).refused(409, "extension_used")
	s.Clock.Advance(time.Hour)
	s.do(ask{method: "POST", path: "/api/v1/holds/" + h.ID + "/extension", body: `{}`, header: bearer(h.Secret)}).refused(410, "hold_expired")
}

func TestNew_RefusesABadConfig(t *testing.T) {
	t.Parallel()
	for field, cfg := range map[string]api.Config{
		"gate_token":    {GateToken: "short"},
		"max_streams":   {MaxStreams: -1},
		"heartbeat":     {Heartbeat: -time.Second},
		"write_timeout": {WriteTimeout: -time.Second},
	} {
		_, err := api.New(nil, cfg)
		require.ErrorContains(t, err, field)
	}
}
