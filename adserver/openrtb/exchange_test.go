package openrtb_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prebid/openrtb/v20/openrtb2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// outcomes tells a result in short: what was offered, and what became of each bidder.
func outcomes(r openrtb.Result) (offers, reports string) {
	var a, b []string
	for _, o := range r.Offers {
		a = append(a, fmt.Sprintf("%s:%s/%s=%d", o.ImpID, o.Bidder, o.ID, o.Price/1_000_000))
	}
	for _, rep := range r.Reports {
		b = append(b, rep.Bidder+":"+string(rep.Outcome))
	}
	return strings.Join(a, " "), strings.Join(b, " ")
}

// bubble runs a test in time of its own, and waits for those that speak late.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t)
		time.Sleep(time.Minute)
	})
}

// late is a bidder that bids after a time, whether somebody still listens or not.
func late(after time.Duration, bid string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(after)
		says(string(respond(bid)))(w, r)
	}
}

func TestAsk_HearsEverybodyInTime(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		s := newStreet(map[string]http.HandlerFunc{
			"good":    says(string(respond(good("price=2"), good(`id="b2"`, `impid="2"`, "w=160", "h=600")))),
			"best":    late(109*time.Millisecond, good("price=3")),
			"same":    says(string(respond(good("price=2")))),
			"late":    late(111*time.Millisecond, good("price=99")),
			"silent":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			"refused": says(string(respond(good("price=0.01")))),
			"no":      status(http.StatusNoContent),
			"says-no": says(`{"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22","nbr":8}`),
			"ill":     status(http.StatusInternalServerError),
			"moved": func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://good/bid", http.StatusFound)
			},
			"nonsense": says("<html>"),
			"other-id": says(`{"id":"x","seatbid":[]}`),
			"yen":      says(strings.Replace(string(respond(good())), "EUR", "JPY", 1)),
			"huge":     says(string(respond(good(`adm="` + strings.Repeat("x", 300<<10) + `"`)))),
			"endless": func(w http.ResponseWriter, _ *http.Request) {
				for range 100 {
					_, _ = w.Write(make([]byte, 100<<10))
				}
			},
		})
		x := exchange(t, s, nil, "good", "best", "same", "late", "silent", "refused", "no", "says-no", "ill", "moved", "nonsense", "other-id", "yen", "huge", "endless", "nobody")
		began := time.Now()
		res := x.Ask(t.Context(), banner(t), openrtb.May{})
		assert.Equal(t, 110*time.Millisecond, time.Since(began), "tmax is 120 ms, of which 10 are kept")

		offers, reports := outcomes(res)
		assert.Equal(t, "1:best/b1=3000 1:good/b1=2000 1:same/b1=2000 2:good/b2=1500", offers)
		assert.Equal(t, "good:bid best:bid same:bid late:timeout silent:timeout refused:bid no:no_bid says-no:no_bid ill:status moved:status "+
			"nonsense:malformed other-id:malformed yen:malformed huge:too_large endless:too_large nobody:down", reports)
		assert.Equal(t, 109*time.Millisecond, res.Reports[1].Took)
		assert.Equal(t, 110*time.Millisecond, res.Reports[3].Took)
		assert.Equal(t, openrtb.LossFloor, res.Reports[5].Refused[0].Reason)
		assert.Equal(t, openrtb.NoBidUnmatchedUser, res.Reports[7].NBR)
		for _, r := range res.Reports {
			quiet := r.Outcome == openrtb.OutcomeBid || r.Outcome == openrtb.OutcomeNoBid
			assert.Equal(t, quiet, r.Err == nil, "%s: %v", r.Bidder, r.Err)
		}
		assert.Equal(t, 1, s.count("good"), "redirects are not followed")
	})
}

func TestAsk_WaitsForNobodyWhenAllHaveSpoken(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		x := exchange(t, newStreet(map[string]http.HandlerFunc{"a": late(20*time.Millisecond, good()), "b": late(30*time.Millisecond, good())}), nil, "a", "b", "nobody")
		began := time.Now()
		res := x.Ask(t.Context(), banner(t), openrtb.May{})
		assert.Equal(t, 30*time.Millisecond, time.Since(began))
		assert.Len(t, res.Offers, 2)
	})
}

func TestAsk_HowLong(t *testing.T) {
	t.Parallel()
	for tmax, want := range map[time.Duration]time.Duration{
		0: 120 * time.Millisecond, time.Second: 120 * time.Millisecond, 130 * time.Millisecond: 120 * time.Millisecond, 60 * time.Millisecond: 50 * time.Millisecond,
		10 * time.Millisecond: 0, 3 * time.Millisecond: 0,
	} {
		bubble(t, func(t *testing.T) {
			s := newStreet(map[string]http.HandlerFunc{"slow": late(time.Second, good())})
			x := exchange(t, s, nil, "slow")
			q := banner(t)
			q.TMax = tmax
			began := time.Now()
			res := x.Ask(t.Context(), q, openrtb.May{})
			assert.Equal(t, want, time.Since(began), "tmax %s", tmax)
			if want == 0 {
				assert.Equal(t, openrtb.OutcomeNoTime, res.Reports[0].Outcome)
				assert.Zero(t, s.count("slow"))
			}
		})
	}
}

func TestAsk_CallerGoesAway(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		s := newStreet(map[string]http.HandlerFunc{"slow": late(50*time.Millisecond, good())})
		x := exchange(t, s, nil, "slow")
		for range 50 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			time.AfterFunc(20*time.Millisecond, cancel)
			began := time.Now()
			res := x.Ask(ctx, banner(t), openrtb.May{})
			assert.Equal(t, 20*time.Millisecond, time.Since(began))
			assert.Equal(t, openrtb.OutcomeTimeout, res.Reports[0].Outcome)
		}
		synctest.Wait()
		res := x.Ask(t.Context(), banner(t), openrtb.May{})
		assert.Equal(t, openrtb.OutcomeBid, res.Reports[0].Outcome, "that callers go away opens no circuit")

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		res = x.Ask(ctx, banner(t), openrtb.May{})
		assert.Equal(t, openrtb.OutcomeNoTime, res.Reports[0].Outcome)
	})
}

// The request may be used for something else as soon as Ask returned, whatever late bidders do. Run under the race detector.
func TestAsk_LateAnswersTouchNothing(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		x := exchange(t, newStreet(map[string]http.HandlerFunc{"late": late(115*time.Millisecond, good())}), nil, "late")
		q := banner(t)
		x.Ask(t.Context(), q, openrtb.May{})
		for range 20 {
			q.ID, q.Imps[0].ID, q.Cur[0] = "changed", "changed", "XXX"
			time.Sleep(time.Millisecond)
		}
	})
}

func TestAsk_CircuitOpens(t *testing.T) {
	t.Parallel()
	for name, ill := range map[string]http.HandlerFunc{"status": status(http.StatusBadGateway), "slow": late(time.Second, good()), "nonsense": says("?"), "gone": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T) {
				s := newStreet(map[string]http.HandlerFunc{"ill": ill, "well": says(string(respond(good())))})
				x := exchange(t, s, func(c *openrtb.Config) { c.Failures, c.Rest = 5, 3*time.Second }, "ill", "well")
				ask := func() openrtb.Outcome {
					res := x.Ask(t.Context(), banner(t), openrtb.May{})
					synctest.Wait()
					assert.NotEmpty(t, res.Offers, "the other is heard all the while")
					return res.Reports[0].Outcome
				}
				for range 12 {
					ask()
				}
				tried := s.count("ill")
				assert.Less(t, tried, 12, "it is not asked all the time")
				assert.Equal(t, openrtb.OutcomeCircuit, ask())
				assert.Equal(t, tried, s.count("ill"))

				time.Sleep(3 * time.Second)
				ask()
				assert.Equal(t, tried+1, s.count("ill"), "it is tried once")
				assert.Equal(t, openrtb.OutcomeCircuit, ask())

				s.set("ill", says(string(respond(good()))))
				time.Sleep(3 * time.Second)
				assert.Equal(t, openrtb.OutcomeBid, ask())
				assert.Equal(t, openrtb.OutcomeBid, ask())
			})
		})
	}
}

// A few late answers among many are usual, and open no circuit.
func TestAsk_CircuitForgivesAFew(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		var n atomic.Int64
		x := exchange(t, newStreet(map[string]http.HandlerFunc{"a": func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1)%5 == 0 {
				status(http.StatusBadGateway)(w, r)
				return
			}
			says(string(respond(good())))(w, r)
		}}), nil, "a")
		for range 200 {
			res := x.Ask(t.Context(), banner(t), openrtb.May{})
			assert.NotEqual(t, openrtb.OutcomeCircuit, res.Reports[0].Outcome)
		}
	})
}

func TestAsk_RateLimit(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		s := newStreet(map[string]http.HandlerFunc{"a": says(string(respond(good())))})
		x := exchange(t, s, func(c *openrtb.Config) { c.Bidders[0].QPS = 20 }, "a")
		for range 1000 {
			res := x.Ask(t.Context(), banner(t), openrtb.May{})
			assert.Contains(t, []openrtb.Outcome{openrtb.OutcomeBid, openrtb.OutcomeRateLimit}, res.Reports[0].Outcome)
			time.Sleep(2 * time.Millisecond)
		}
		assert.InDelta(t, 2*20+2, s.count("a"), 1, "two seconds, and what may come at once")
	})
}

func TestAsk_ManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newStreet(map[string]http.HandlerFunc{"a": says(string(respond(good()))), "b": status(http.StatusNoContent), "c": says("?")})
	x := exchange(t, s, func(c *openrtb.Config) { c.MostWait = time.Minute }, "a", "b", "c", "nobody")
	q := banner(t)
	q.TMax = 0
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 20 {
				res := x.Ask(t.Context(), q, everything)
				assert.Len(t, res.Reports, 4)
			}
		})
	}
	all.Wait()
	assert.Equal(t, 400, s.count("a"))
}

// Over real connections: compression both ways, and connections that are kept.
func TestAsk_OverHTTP(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	var bodies sync.Map
	handler := func(w http.ResponseWriter, r *http.Request) {
		in := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			in, _ = gzip.NewReader(r.Body)
		}
		body, err := io.ReadAll(in)
		assert.NoError(t, err)
		bodies.Store(r.URL.Path, body)
		assert.Equal(t, "2.6", r.Header.Get("X-Openrtb-Version"))
		assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
		if r.URL.Path == "/packed" {
			assert.Equal(t, "s3cret", r.Header.Get("Authorization"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		if r.URL.Path == "/bomb" {
			_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<20))
		} else {
			_, _ = z.Write(respond(good()))
		}
		_ = z.Close()
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(handler))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	t.Cleanup(transport.CloseIdleConnections)

	ask := func(path string, change func(*openrtb.Bidder)) openrtb.Result {
		b := openrtb.Bidder{Name: path, URL: server.URL + path}
		change(&b)
		x, err := openrtb.New(openrtb.Config{Bidders: []openrtb.Bidder{b}, Seller: us, Transport: transport, MostWait: time.Minute})
		require.NoError(t, err)
		q := banner(t)
		q.TMax = 0
		var res openrtb.Result
		for range 5 {
			res = x.Ask(t.Context(), q, everything)
		}
		return res
	}
	offers, _ := outcomes(ask("/packed", func(b *openrtb.Bidder) { b.Gzip, b.Header = true, http.Header{"Authorization": {"s3cret"}} }))
	assert.Equal(t, "1:/packed/b1=1500", offers)
	offers, _ = outcomes(ask("/plain", func(*openrtb.Bidder) {}))
	assert.Equal(t, "1:/plain/b1=1500", offers)
	_, reports := outcomes(ask("/bomb", func(*openrtb.Bidder) {}))
	assert.Equal(t, "/bomb:too_large", reports)

	packed, _ := bodies.Load("/packed")
	plain, _ := bodies.Load("/plain")
	assert.Equal(t, plain, packed)
	var read openrtb2.BidRequest
	body, _ := plain.([]byte)
	require.NoError(t, json.Unmarshal(body, &read))
	assert.Equal(t, "marquee.example", read.Source.SChain.Nodes[2].ASI)
	assert.Less(t, connections.Load(), int64(15), "there were fifteen calls: connections are used again, but for those that were cut off")
}

func TestNew_RefusesNamingTheField(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*openrtb.Config){
		"bidders[0].name": func(c *openrtb.Config) { c.Bidders[0].Name = "" },
		"bidders[1].name": func(c *openrtb.Config) { c.Bidders[1].Name = "a" },
		"bidders[0].url":  func(c *openrtb.Config) { c.Bidders[0].URL = "ftp://a" },
		"bidders[1].url":  func(c *openrtb.Config) { c.Bidders[1].URL = "https://" },
		"bidders[0].qps":  func(c *openrtb.Config) { c.Bidders[0].QPS = -1 },
		"most_wait":       func(c *openrtb.Config) { c.MostWait = -1 },
		"reserve":         func(c *openrtb.Config) { c.Reserve = -1 },
		"max_response":    func(c *openrtb.Config) { c.MaxResponse = 1 << 30 },
		"window":          func(c *openrtb.Config) { c.Rest = -1 },
		"tries":           func(c *openrtb.Config) { c.Workers = -1 },
	} {
		cfg := openrtb.Config{Bidders: []openrtb.Bidder{{Name: "a", URL: "https://a.example"}, {Name: "b", URL: "http://b.example"}}}
		change(&cfg)
		_, err := openrtb.New(cfg)
		require.Error(t, err, field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	x, err := openrtb.New(openrtb.Config{})
	require.NoError(t, err, "nobody to ask is no mistake")
	assert.Empty(t, x.Ask(t.Context(), banner(t), openrtb.May{}).Offers)
}

func BenchmarkAsk(b *testing.B) {
	server := httptest.NewServer(says(string(respond(good()))))
	b.Cleanup(server.Close)
	x, err := openrtb.New(openrtb.Config{Bidders: []openrtb.Bidder{{Name: "a", URL: server.URL}}, Seller: us})
	require.NoError(b, err)
	q := banner(b)
	b.ReportAllocs()
	for b.Loop() {
		x.Ask(b.Context(), q, openrtb.May{})
	}
}
