package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/api"
)

// gateToken is what the gate of a shop proves itself with.
const gateToken = "gate-token-of-tests"

// visitor is who buys.
const visitor = "visitor-of-tests"

// shop is an API over a kit, served in memory. Every answer is checked against the document.
type shop struct {
	*bmstest.Kit

	API  *api.API
	t    testing.TB
	http *http.Client
	spec *spec
}

// open opens a shop on a programme of its own.
func open(t testing.TB, cfg api.Config) *shop {
	t.Helper()
	return openWith(t, bmstest.Options{}, cfg)
}

func openWith(t testing.TB, o bmstest.Options, cfg api.Config) *shop {
	t.Helper()
	s := &shop{Kit: bmstest.New(t, o), t: t, spec: theSpec(t)}
	if cfg.GateToken == "" {
		cfg.GateToken = gateToken
	}
	var err error
	s.API, err = api.New(s.Client, cfg)
	require.NoError(t, err)
	s.http = serve(t, s.API)
	return s
}

// serve runs the API behind the project's server, and returns a client of it.
func serve(t testing.TB, a *api.API) *http.Client {
	t.Helper()
	server, err := web.New(func(rc *fasthttp.RequestCtx) {
		if !a.Handle(rc) {
			rc.Error("a page", fasthttp.StatusTeapot)
		}
	}, web.Config{Draining: func() { _ = a.Close() }})
	require.NoError(t, err)
	ln := fasthttputil.NewInmemoryListener()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return ln.Dial() }}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		assert.NoError(t, <-served)
	})
	return &http.Client{Transport: transport}
}

// ask is a request.
type ask struct {
	method, path string
	body         any // string as it is, anything else as JSON; nil for none
	header       map[string]string
}

// bearer proves who asks.
func bearer(secret string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + secret}
}

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// do sends a request and checks the answer against the document.
func (s *shop) do(a ask) answer {
	s.t.Helper()
	req := s.request(a)
	res, err := s.http.Do(req)
	require.NoError(s.t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, res.Body.Close())
	s.spec.check(s.t, req, res, body)
	return answer{t: s.t, status: res.StatusCode, header: res.Header, body: body}
}

func (s *shop) request(a ask) *http.Request {
	s.t.Helper()
	var body io.Reader = http.NoBody
	switch b := a.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		require.NoError(s.t, err)
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), a.method, "http://shop.example"+a.path, body)
	require.NoError(s.t, err)
	if a.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if a.method == http.MethodPost {
		req.Header.Set("Visitor-Id", visitor)
	}
	for name, value := range a.header {
		if value == "" {
			req.Header.Del(name)
			continue
		}
		req.Header.Set(name, value)
	}
	return req
}

// get asks for an address without proving anything.
func (s *shop) get(path string) answer {
	s.t.Helper()
	return s.do(ask{method: http.MethodGet, path: path})
}

// must reads an answer that has to have a status.
func (a answer) must(status int, into any) answer {
	a.t.Helper()
	require.Equal(a.t, status, a.status, string(a.body))
	if into != nil {
		require.NoError(a.t, json.Unmarshal(a.body, into))
	}
	return a
}

// problem is an error as clients read it.
type problem struct {
	Status              int
	Code, Reason, Field string
	Detail              string
	Seats, Alternative  []string
}

// refused reads a problem that has to have a status and a reason.
func (a answer) refused(status int, reason string) problem {
	a.t.Helper()
	require.Equal(a.t, status, a.status, string(a.body))
	require.Equal(a.t, "application/problem+json", a.header.Get("Content-Type"))
	var p problem
	require.NoError(a.t, json.Unmarshal(a.body, &p))
	assert.Equal(a.t, status, p.Status)
	require.Equal(a.t, reason, p.Reason, p.Detail)
	return p
}

// object is a JSON object of a request.
type object = map[string]any

// amount is money as clients read it.
type amount struct {
	Minor    int64
	Currency string
	Decimal  string
}

// hold, booking, payment and seats are what tests look at of each.
type (
	hold struct {
		ID, Secret, State string
		ShowID            string `json:"show_id"`
		Seats             []struct {
			Name, Row, Label string
			BuyerType        string `json:"buyer_type"`
			Number           int
		}
		Areas []struct {
			Area  string
			Count int
		}
		Vouchers []string
		Quote    struct{ Total, Subtotal, Discount, Tax amount }

		ExpiresAt       string `json:"expires_at"`
		ExtendableUntil string `json:"extendable_until"`
	}
	order struct {
		ID, Reference, Token, Status string
		Total                        amount
		Buyer                        struct{ Name, Email string }
		Tickets                      []struct {
			ID, Place, Status string
			Price             amount
			Refund            *amount
		}
	}
	payment struct {
		ID, Status, Reason, Gateway string
		Amount, Captured            amount
		RedirectURL                 string `json:"redirect_url"`
		Attempt                     int
	}
	seats struct {
		Version  int64
		Geometry string
		Frames   []json.RawMessage
	}
)

// hold holds seats by name.
func (s *shop) hold(names ...string) hold {
	s.t.Helper()
	var wanted []object
	for _, name := range names {
		wanted = append(wanted, object{"seat": name})
	}
	var h hold
	s.do(ask{method: "POST", path: "/api/v1/holds", body: object{"show_id": s.Programme.Show.ID, "seats": wanted}}).must(201, &h)
	return h
}

// book makes a booking of a hold.
func (s *shop) book(h hold) order {
	s.t.Helper()
	var b order
	s.do(ask{method: "POST", path: "/api/v1/bookings", header: bearer(h.Secret), body: object{
		"hold_id": h.ID, "buyer": object{"name": "Ada Lovelace", "email": "ada@example.com"},
	}}).must(201, &b)
	return b
}

// pay starts a payment of a booking.
func (s *shop) pay(b order) payment {
	s.t.Helper()
	var p payment
	s.do(ask{method: "POST", path: "/api/v1/bookings/" + b.ID + "/payments", header: bearer(b.Token), body: object{}}).must(201, &p)
	return p
}
