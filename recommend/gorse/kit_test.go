package gorse_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// epoch is before the time of synctest, as servers keep to themselves what is dated later than now.
var epoch = time.Date(1999, 3, 14, 18, 0, 0, 0, time.UTC)

// bench is a fake server with a client and an engine of it, without sockets.
type bench struct {
	server *gorsetest.Server
	client *gorse.Client
	engine *gorse.Engine
}

func newBench(t *testing.T, cfg gorse.Config) bench {
	t.Helper()
	server := gorsetest.New(gorsetest.Config{Key: "secret"})
	if cfg.Transport == nil {
		cfg.Transport = server.Transport()
	}
	if wire, ok := cfg.Transport.(*wire); ok {
		wire.next = server.Transport()
	}
	if cfg.Key == "" {
		cfg.Key = "secret"
	}
	cfg.URL, cfg.RetryAfter = gorsetest.URL, time.Millisecond
	client, err := gorse.NewClient(cfg)
	require.NoError(t, err)
	engine, err := gorse.NewEngine(client, gorse.EngineConfig{Many: 2})
	require.NoError(t, err)
	return bench{server, client, engine}
}

// wire stands between a client and the server: it notes requests, and may fail them.
type wire struct {
	next http.RoundTripper
	fail func(r *http.Request) error // nil fails none

	mu   sync.Mutex
	seen []*http.Request
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.seen = append(w.seen, r)
	fail := w.fail
	w.mu.Unlock()
	if fail != nil {
		if err := fail(r); err != nil {
			return nil, err
		}
	}
	return w.next.RoundTrip(r)
}

// says is a transport that gives one answer to everything.
type says struct {
	status int
	body   string
	header http.Header
}

func (s says) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/api/popular" { // so that the server is taken for one of v0.5
		return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody, Request: r}, nil
	}
	return &http.Response{StatusCode: s.status, Header: s.header, Body: io.NopCloser(strings.NewReader(s.body)), Request: r}, nil
}

// told returns a client of a server that says one thing.
func told(t testing.TB, s says) *gorse.Client {
	t.Helper()
	client, err := gorse.NewClient(gorse.Config{URL: gorsetest.URL, Transport: s, Retries: -1, Failures: 1 << 20, MaxBytes: 1 << 16})
	require.NoError(t, err)
	return client
}

var errCut = errors.New("connection reset by peer")

func jazz(id string) recommend.Item {
	return recommend.Item{
		ID: recommend.ItemID(id), Tenant: "ptn_a", Title: id, Kind: "concert", People: []string{"Abdullah Ibrahim"}, Genres: []string{"Jazz"},
		Tags: []string{"club"}, Places: []recommend.Place{{Venue: "ven_1", City: "berlin"}}, Added: epoch.Add(-time.Hour),
	}
}

func film(id string) recommend.Item {
	return recommend.Item{
		ID: recommend.ItemID(id), Tenant: "ptn_a", Title: id, Kind: "film", People: []string{"Agnès Varda"}, Genres: []string{"Drama"},
		Places: []recommend.Place{{Venue: "ven_2", City: "paris"}}, Added: epoch.Add(-time.Hour),
	}
}

func did(k recommend.Kind, user, item string) recommend.Feedback {
	return recommend.Feedback{Kind: k, User: recommend.UserID(user), Item: recommend.ItemID(item), Tenant: "ptn_a", At: epoch}
}

// matching are the calls that have the text in them.
func matching(calls []string, text string) []string {
	var list []string
	for _, c := range calls {
		if strings.Contains(c, text) {
			list = append(list, c)
		}
	}
	return list
}
