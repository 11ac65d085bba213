package edge_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/edge"
)

// patience is how long what happens beside a test may take on a busy machine.
const patience = 30 * time.Second

// shop is a cache in front of a handler that counts.
type shop struct {
	*edge.Cache
	renders atomic.Int64
	now     atomic.Pointer[time.Time]
}

func (s *shop) pass(d time.Duration) {
	at := s.now.Load().Add(d)
	s.now.Store(&at)
}

// newShop caches what the handler answers under /p/; other paths are personal.
func newShop(t testing.TB, cfg edge.Config, handler func(*fasthttp.RequestCtx)) *shop {
	t.Helper()
	s := &shop{}
	at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	s.now.Store(&at)
	cfg.Now = func() time.Time { return *s.now.Load() }
	cfg.Public = func(path string) bool { return strings.HasPrefix(path, "/p/") }
	if cfg.Query == nil {
		cfg.Query = []string{"date", "genre"}
	}
	cache, err := edge.New(func(rc *fasthttp.RequestCtx) {
		s.renders.Add(1)
		handler(rc)
	}, cfg)
	require.NoError(t, err)
	t.Cleanup(cache.Close)
	s.Cache = cache
	return s
}

// get asks for an address; pairs are header fields.
func (s *shop) get(address string, pairs ...string) *fasthttp.Response {
	rc := request(address, pairs...)
	s.Handle(rc)
	return &rc.Response
}

func request(address string, pairs ...string) *fasthttp.RequestCtx {
	var r fasthttp.Request
	r.SetRequestURI(address)
	r.Header.SetHost("shop.example")
	for i := 0; i < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	rc := new(fasthttp.RequestCtx)
	rc.Init(&r, nil, nil)
	return rc
}

// listing answers like a page with a tag, the number of its rendering in it.
func listing(n *atomic.Int64) func(*fasthttp.RequestCtx) {
	return func(rc *fasthttp.RequestCtx) {
		edge.Publish(rc, edge.Page{Tags: []string{"city:mumbai", "event:1"}})
		rc.SetContentType("text/html; charset=utf-8")
		_, _ = fmt.Fprintf(rc, "<p>rendering %d of %s</p>", n.Add(1), rc.RequestURI())
	}
}

func TestHandle_APageIsMadeOnceAndServedFromMemory(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{}, listing(&n))

	first := s.get("/p/mumbai")
	assert.Equal(t, "<p>rendering 1 of /p/mumbai</p>", string(first.Body()))
	assert.Equal(t, "Marquee; fwd=uri-miss; stored; ttl=60", string(first.Header.Peek("Cache-Status")))

	s.pass(20 * time.Second)
	second := s.get("/p/mumbai")
	assert.Equal(t, string(first.Body()), string(second.Body()))
	assert.Equal(t, fasthttp.StatusOK, second.StatusCode())
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Vary": "Accept-Encoding", "Surrogate-Key": "city:mumbai event:1", "Age": "20",
		"Cache-Status":      "Marquee; hit; ttl=40",
		"Cache-Control":     "public, max-age=0, must-revalidate, s-maxage=60",
		"CDN-Cache-Control": "max-age=60, stale-while-revalidate=10, stale-if-error=86400",
	} {
		assert.Equal(t, want, string(second.Header.Peek(name)), name)
	}
	assert.EqualValues(t, 1, s.renders.Load())
}

func TestHandle_EncodingsOfOnePage(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("the same words again and again ", 200)
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		edge.Publish(rc, edge.Page{})
		rc.SetBodyString(body)
	})
	tags := map[string]bool{}
	for header, want := range map[string]string{
		"gzip, deflate, br, zstd": "br", "zstd, gzip": "zstd", "gzip": "gzip", "": "", "br;q=0, gzip": "gzip", "*": "br", "identity": "",
		"br;q=0, *": "zstd", "*;q=0": "", "GZIP;q=0.5": "gzip", "br; q=0.000, zstd ;q=0.0,gzip; q=0.001": "gzip",
	} {
		answer := s.get("/p/x", "Accept-Encoding", header)
		assert.Equal(t, want, string(answer.Header.Peek("Content-Encoding")), header)
		plain, err := answer.BodyUncompressed()
		require.NoError(t, err, header)
		assert.Equal(t, body, string(plain), header)
		tag := string(answer.Header.Peek("Etag"))
		tags[tag] = true
		assert.Regexp(t, `^"[\w-]+-(br|zstd|gzip|identity)"$`, tag)
		again := s.get("/p/x", "Accept-Encoding", header, "If-None-Match", `"other", W/`+tag)
		assert.Equal(t, fasthttp.StatusNotModified, again.StatusCode(), header)
		assert.Empty(t, again.Body())
		assert.Equal(t, tag, string(again.Header.Peek("Etag")))
	}
	assert.Len(t, tags, 4, "an entity tag for each encoding")
	assert.EqualValues(t, 1, s.renders.Load())
}

// The code that renders is given every chance to show somebody's own: it must not even see it.
func TestHandle_NothingPersonalReachesAPageThatIsKept(t *testing.T) {
	t.Parallel()
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		edge.Publish(rc, edge.Page{})
		_, _ = fmt.Fprintf(rc, "%s %s %s", rc.RequestURI(), rc.RemoteAddr(), rc.Request.Header.String())
	})
	personal := []string{
		"Cookie", "visitor=secret", "Authorization", "Bearer secret", "X-Forwarded-For", "secret", "Accept-Language", "secret", "Referer", "secret",
		"User-Agent", "secret", "X-Anything", "secret", "Forwarded", "for=secret", "Booking-Token", "secret", "Accept", "secret",
	}
	answer := s.get("/p/x?date=today&t=secret&token=secret", personal...)
	assert.NotContains(t, string(answer.Body()), "secret")
	assert.Contains(t, string(answer.Body()), "/p/x?date=today ")
}

func TestHandle_WhatIsNotPublishedIsNotKept(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]func(*fasthttp.RequestCtx){
		"not published": func(*fasthttp.RequestCtx) {},
		"with a cookie": func(rc *fasthttp.RequestCtx) {
			edge.Publish(rc, edge.Page{})
			rc.Response.Header.Set("Set-Cookie", "visitor=1")
		},
		"not found": func(rc *fasthttp.RequestCtx) {
			edge.Publish(rc, edge.Page{})
			rc.SetStatusCode(fasthttp.StatusNotFound)
		},
		"moved for now": func(rc *fasthttp.RequestCtx) {
			edge.Publish(rc, edge.Page{})
			rc.Redirect("/p/y", fasthttp.StatusFound)
		},
	} {
		s := newShop(t, edge.Config{}, handler)
		for range 2 {
			answer := s.get("/p/x")
			assert.Equal(t, "no-store", string(answer.Header.Peek("Cache-Control")), name)
			assert.Empty(t, answer.Header.Peek("Set-Cookie"), name)
			assert.Empty(t, answer.Header.Peek("Surrogate-Key"), name)
		}
		assert.EqualValues(t, 2, s.renders.Load(), name)
		assert.Zero(t, s.Stats().Pages, name)
	}
}

// A page of many events is kept here and purged by each, and has no header that proxies choke on.
func TestHandle_TagsThatNoHeaderHolds(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf("event:evt_%026d", i))
	}
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) { edge.Publish(rc, edge.Page{Tags: many}) })
	s.get("/p/x")
	answer := s.get("/p/x")
	assert.Contains(t, string(answer.Header.Peek("Cache-Status")), "; hit")
	assert.Less(t, len(answer.Header.Header()), 1<<10)
	assert.Equal(t, "public, max-age=0, must-revalidate", string(answer.Header.Peek("Cache-Control")), "who cannot purge it asks")
	s.Purge(many[999])
	assert.Contains(t, string(s.get("/p/x").Header.Peek("Cache-Status")), "fwd=uri-miss")
}

// Pages that wait for a place longer than a page may take are not made: nobody waits for them any more.
func TestHandle_NobodyWaitsForAPlaceForEver(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := newShop(t, edge.Config{Renders: 1, Timeout: 50 * time.Millisecond}, func(*fasthttp.RequestCtx) { <-release })
	var wait sync.WaitGroup
	wait.Go(func() { s.get("/p/slow") })
	require.Eventually(t, func() bool { return s.renders.Load() == 1 }, patience, time.Millisecond)
	answered := make(chan *fasthttp.Response, 1)
	wait.Go(func() { answered <- s.get("/p/x") })
	select {
	case answer := <-answered:
		assert.Equal(t, fasthttp.StatusServiceUnavailable, answer.StatusCode())
		assert.Contains(t, string(answer.Body()), "page_busy")
		assert.Equal(t, "no-store", string(answer.Header.Peek("Cache-Control")))
	case <-time.After(patience):
		assert.Fail(t, "it still waits")
	}
	close(release)
	wait.Wait()
	assert.EqualValues(t, 1, s.renders.Load())
}

// A machine that stands still for longer than a page may take has not too many pages to make.
func TestHandle_AFreePlaceIsTakenHoweverLate(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{Timeout: time.Nanosecond}, listing(&n))
	for i := range 50 {
		assert.Equal(t, fasthttp.StatusOK, s.get(fmt.Sprintf("/p/%d", i)).StatusCode())
	}
}

// Who asked for a page that panics gets one that says so, with the number under which the log has it.
func TestHandle_APanicIsAPageAndALine(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	broken := false
	s := newShop(t, edge.Config{
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Fail: func(rc *fasthttp.RequestCtx, err error) {
			if broken {
				panic("the layout is broken as well")
			}
			rc.Error("sorry "+web.RequestID(rc), web.ProblemOf(err).Status)
		},
	}, func(*fasthttp.RequestCtx) { panic("upside down") })
	answer := s.get("/p/x")
	assert.Equal(t, fasthttp.StatusInternalServerError, answer.StatusCode())
	id, ok := strings.CutPrefix(string(answer.Body()), "sorry ")
	require.True(t, ok)
	assert.Len(t, id, 26)
	assert.Contains(t, log.String(), "request_id="+id)
	broken = true
	answer = s.get("/p/x")
	assert.Equal(t, fasthttp.StatusInternalServerError, answer.StatusCode())
	assert.Contains(t, string(answer.Body()), "urn:marquee:problem:internal")
}

func TestHandle_PassesOnWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		edge.Publish(rc, edge.Page{})
		rc.Response.Header.Set("Set-Cookie", "visitor=1")
		rc.SetBody(rc.Request.Header.Peek("Cookie"))
	})
	for range 2 {
		answer := s.get("/holds/1", "Cookie", "mine=1")
		assert.Equal(t, "mine=1", string(answer.Body()))
		assert.NotEmpty(t, answer.Header.Peek("Set-Cookie"))
		assert.Empty(t, answer.Header.Peek("Cache-Status"))
	}
	rc := request("/p/x", "Cookie", "mine=1")
	rc.Request.Header.SetMethod(fasthttp.MethodPost)
	s.Handle(rc)
	assert.Equal(t, "mine=1", string(rc.Response.Body()), "only reads are kept")
	assert.Zero(t, s.Stats().Pages)
}

func TestHandle_OneKeyForWhatIsTheSamePage(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{}, listing(&n))
	same := []string{
		"/p/x?date=1&genre=a&genre=b", "/p/x?genre=b&date=1&genre=a", "/p/x?utm_source=mail&genre=a&date=1&genre=b&t=1", "/p/x?date=1&genre=a&genre=b&x",
	}
	for _, address := range same {
		assert.Contains(t, string(s.get(address).Body()), "rendering 1 of /p/x?date=1&genre=a&genre=b<", address)
	}
	for i, address := range []string{"/p/x", "/p/x?date=2", "/p/x?genre=a&genre=b", "/p/x?date=1&genre=a%26genre=b", "/p/y?date=1&genre=a&genre=b"} {
		assert.Contains(t, string(s.get(address).Body()), fmt.Sprintf("rendering %d ", i+2), address)
	}
	assert.Contains(t, string(s.get("/p/x?date=&genre=").Body()), "rendering 2 of /p/x<", "empty is as if it was not there")
}

// An encoded question mark is no query: the two must not share a page.
func TestHandle_AnEncodedPathIsNoOtherPath(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{}, listing(&n))
	s.get("/p/x?date=1")
	for _, address := range []string{"/p/x%3Fdate=1", "/p/x%3fdate=1", "/p/%00", "/p/x%20y"} {
		before := n.Load()
		assert.Empty(t, s.get(address).Header.Peek("Cache-Status"), address)
		assert.Equal(t, before+1, n.Load(), address)
	}
	assert.Equal(t, 1, s.Stats().Pages)
}

func TestHandle_SitesAreApart(t *testing.T) {
	t.Parallel()
	s := newShop(t, edge.Config{Site: func(host []byte) (string, bool) { return string(host), string(host) != "unknown.example" }}, func(rc *fasthttp.RequestCtx) {
		edge.Publish(rc, edge.Page{})
		rc.SetBody(rc.Host())
	})
	for _, host := range []string{"one.example", "two.example", "one.example"} {
		assert.Equal(t, host, string(s.get("/p/x", "Host", host).Body()))
	}
	s.get("/p/x", "Host", "unknown.example")
	assert.EqualValues(t, 3, s.renders.Load())
	assert.Equal(t, 2, s.Stats().Pages)
}

func TestHandle_StaleWhileItIsMadeAnew(t *testing.T) {
	t.Parallel()
	for range 300 { // the first page may be on its way into the cache at any point of what follows
		staleWhileItIsMadeAnew(t)
	}
}

func staleWhileItIsMadeAnew(t *testing.T) {
	t.Helper()
	var n atomic.Int64
	release := make(chan struct{})
	s := newShop(t, edge.Config{Bytes: 1 << 20}, func(rc *fasthttp.RequestCtx) {
		if n.Load() > 0 {
			<-release
		}
		listing(&n)(rc)
	})
	s.get("/p/x")
	s.pass(61 * time.Second)
	for range 3 {
		answer := s.get("/p/x")
		assert.Contains(t, string(answer.Body()), "rendering 1")
		assert.Equal(t, "Marquee; hit; detail=revalidating; ttl=-1", string(answer.Header.Peek("Cache-Status")))
	}
	close(release)
	require.Eventually(t, func() bool { return strings.Contains(string(s.get("/p/x").Body()), "rendering 2") }, patience, time.Millisecond)
	assert.EqualValues(t, 2, n.Load(), "one request made it anew")
}

func TestHandle_StaleWhenMakingItAnewFails(t *testing.T) {
	t.Parallel()
	var n, fail atomic.Int64
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		switch fail.Load() {
		case 1:
			rc.Error("the database is away", fasthttp.StatusServiceUnavailable)
		case 2:
			panic("a fault")
		default:
			listing(&n)(rc)
		}
	})
	assert.Contains(t, string(s.get("/p/x").Body()), "rendering 1")
	for _, kind := range []int64{1, 2} {
		fail.Store(kind)
		s.pass(time.Hour)
		answer := s.get("/p/x")
		assert.Contains(t, string(answer.Body()), "rendering 1")
		assert.Contains(t, string(answer.Header.Peek("Cache-Status")), "Marquee; fwd=stale; detail=error; ttl=-")
	}
	s.pass(24 * time.Hour)
	assert.Equal(t, fasthttp.StatusInternalServerError, s.get("/p/x").StatusCode(), "not for ever")
	fail.Store(0)
	assert.Contains(t, string(s.get("/p/x").Body()), "rendering 2")
}

// A node that may have missed a purge serves nothing from before, unless there is nothing else.
func TestHandle_NotCurrent(t *testing.T) {
	t.Parallel()
	rounds := 100 // the last page may be on its way into the cache when making it anew fails
	if underRace {
		rounds = 3 // each takes the detector a second
	}
	for range rounds {
		notCurrent(t)
	}
}

func notCurrent(t *testing.T) {
	t.Helper()
	var n, fail atomic.Int64
	var deaf atomic.Bool
	s := newShop(t, edge.Config{Bytes: 1 << 20, Current: func(time.Time) bool { return !deaf.Load() }}, func(rc *fasthttp.RequestCtx) {
		if fail.Load() > 0 {
			rc.Error("the database is away", fasthttp.StatusServiceUnavailable)
			return
		}
		listing(&n)(rc)
	})
	s.get("/p/x")
	s.get("/p/x")
	deaf.Store(true)
	for i := range 3 {
		assert.Contains(t, string(s.get("/p/x").Body()), fmt.Sprintf("rendering %d ", i+2))
	}
	fail.Store(1)
	answer := s.get("/p/x")
	assert.Contains(t, string(answer.Body()), "rendering 4 ")
	assert.Contains(t, string(answer.Header.Peek("Cache-Status")), "detail=error")
	deaf.Store(false)
	assert.Contains(t, string(s.get("/p/x").Header.Peek("Cache-Status")), "; hit; ttl=")
}

// While purges are not heard, a page is made once in the time in which they are to be seen, and not for each request.
func TestHandle_NotCurrentAndBusy(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{Bytes: 1 << 20, Current: func(time.Time) bool { return false }, Unheard: time.Second}, listing(&n))
	pass := func(d time.Duration) {
		now := s.now.Load().Add(d)
		s.now.Store(&now)
	}
	for round := range 3 {
		for range 20 {
			assert.Contains(t, string(s.get("/p/x").Body()), fmt.Sprintf("rendering %d ", round+1))
		}
		pass(time.Second - time.Nanosecond)
		assert.Contains(t, string(s.get("/p/x").Body()), fmt.Sprintf("rendering %d ", round+1))
		pass(time.Nanosecond)
	}
}

func TestHandle_AStampedeRendersOnce(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	arrived := make(chan struct{})
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		<-arrived
		listing(&n)(rc)
	})
	var wait sync.WaitGroup
	var wrong atomic.Int64
	const requests = 10_000
	for range requests {
		wait.Go(func() {
			if !strings.Contains(string(s.get("/p/x").Body()), "rendering 1 ") {
				wrong.Add(1)
			}
		})
	}
	close(arrived)
	wait.Wait()
	assert.EqualValues(t, 1, s.renders.Load())
	assert.Zero(t, wrong.Load())
	stats := s.Stats()
	assert.EqualValues(t, requests, stats.Hits+stats.Shared+stats.Renders)
}

func TestHandle_AHitDoesNotAllocate(t *testing.T) {
	if underRace {
		t.Skip("the race detector has pools forget at random, and so allocates")
	}
	var n atomic.Int64
	s := newShop(t, edge.Config{}, listing(&n))
	for _, address := range []string{"/p/x", "/p/x?utm_source=a&genre=drama&date=2026-11-26"} {
		rc := request(address, "Accept-Encoding", "gzip, br", "Cookie", "a=b")
		s.Handle(rc)
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			rc.Response.Reset()
			s.Handle(rc)
		}), address)
		assert.Contains(t, string(rc.Response.Header.Peek("Cache-Status")), "; hit")
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			rc.Response.Reset()
			assert.True(t, s.Quick(rc))
		}), address)
	}
}

func TestNew_NamesTheFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	public := func(string) bool { return true }
	for field, cfg := range map[string]edge.Config{
		"Public": {}, "Bytes": {Public: public, Bytes: 1}, "Renders": {Public: public, Renders: -1}, "Fresh": {Public: public, Fresh: -1}, "Timeout": {Public: public, Timeout: -1},
	} {
		_, err := edge.New(nil, cfg)
		assert.ErrorContains(t, err, "edge: Config."+field)
	}
}
