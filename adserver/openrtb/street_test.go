package openrtb_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// street is bidders that live in this process: handlers by host name. Time may be a test's, since nothing leaves the process. It counts what
// each was asked.
type street struct {
	mu     sync.Mutex
	houses map[string]http.HandlerFunc
	asked  map[string]int
	urls   []string // of those without a body, in the order in which they came
}

func newStreet(houses map[string]http.HandlerFunc) *street {
	return &street{houses: houses, asked: map[string]int{}}
}

var errNobodyHome = errors.New("connection refused")

func (s *street) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	handler := s.houses[r.URL.Host]
	s.asked[r.URL.Host]++
	if r.Method == http.MethodGet {
		s.urls = append(s.urls, r.URL.String())
	}
	s.mu.Unlock()
	if handler == nil {
		return nil, errNobodyHome
	}
	w, done := httptest.NewRecorder(), make(chan struct{})
	go func() {
		defer close(done)
		handler(w, r)
	}()
	select {
	case <-done:
		return w.Result(), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func (s *street) count(host string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[host]
}

func (s *street) set(host string, handler http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.houses[host] = handler
}

// says is a bidder that always says the same.
func says(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }
}

// status is a bidder that answers with a status alone.
func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// exchange asks the houses of a street by their names.
func exchange(tb testing.TB, s *street, change func(*openrtb.Config), names ...string) *openrtb.Exchange {
	tb.Helper()
	cfg := openrtb.Config{Seller: us, Transport: s, NoticeTransport: s}
	for _, name := range names {
		cfg.Bidders = append(cfg.Bidders, openrtb.Bidder{Name: name, URL: "https://" + name + "/bid"})
	}
	if change != nil {
		change(&cfg)
	}
	x, err := openrtb.New(cfg)
	require.NoError(tb, err)
	return x
}
