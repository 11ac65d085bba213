package edge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

// flights are the renderings under way.
type flights struct {
	mu      sync.Mutex
	running map[string]*flight
}

// flight is one rendering, awaited by all who want the page.
type flight struct {
	done   chan struct{}
	page   *entry // once done; the old page when making it anew failed
	old    *entry
	ended  chan struct{} // closed when the cache has taken the page in
	before *flight       // the one it took the place of, which may not have ended; nil when there was none
}

func newFlight(old *entry, before *flight) *flight {
	return &flight{done: make(chan struct{}), ended: make(chan struct{}), old: old, before: before}
}

// awaitEarlier waits until the cache has taken in the page of the flight before, so that an older page never takes the place of a
// newer one, and the cache, which refuses what it is just taking in, does not refuse the newer.
func (f *flight) awaitEarlier() {
	if f.before != nil {
		<-f.before.ended
		f.before = nil
	}
}

// fly joins the rendering of a page, or begins it. A rendering that is done stays until what it made is found in the cache, because
// the cache takes pages in a moment later.
func (c *Cache) fly(hash uint64, k *keyBuffer, old *entry) (f *flight, first bool) {
	c.flights.mu.Lock()
	defer c.flights.mu.Unlock()
	now := c.cfg.Now()
	serves := func(e *entry) bool { return e.good(now) && c.known(e, now) }
	earlier := c.flights.running[string(k.b)]
	if earlier != nil && (!earlier.landed() || serves(earlier.page)) {
		return earlier, false
	}
	if e := c.stored(hash, k.b); e != nil && serves(e) { // made since the caller looked
		return arrived(e), false
	}
	f = newFlight(old, earlier)
	j := job{hash: hash, key: string(k.b), path: k.path, flight: f, mark: c.index.begin()}
	c.flights.running[j.key] = f
	c.work.Go(func() { c.render(j) })
	return f, true
}

// arrived is a flight that is over.
func arrived(e *entry) *flight {
	f := newFlight(nil, nil)
	f.page = e
	close(f.done)
	return f
}

func (f *flight) landed() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// inFlight returns the page of a rendering that is done but not in the cache yet, or the old page of one that is under way; nil
// when there is neither.
func (c *Cache) inFlight(key []byte) *entry {
	c.flights.mu.Lock()
	defer c.flights.mu.Unlock()
	f := c.flights.running[string(key)]
	if f == nil {
		return nil
	}
	e := f.old
	if f.landed() {
		e = f.page
	}
	if e == nil || !e.kept || e.dead.Load() {
		return nil
	}
	return e
}

// how says by which way the page of a flight that is done reached a request that waited for it.
func (f *flight) how(first bool) how {
	switch {
	case f.page == f.old:
		return hitOnError
	case !f.page.kept:
		return fwdNotKept
	case first:
		return fwdMiss
	}
	return fwdShared
}

// job is what a rendering needs to know.
type job struct {
	hash   uint64
	key    string
	path   int // where the path begins in key
	flight *flight
	mark   uint64 // what had been purged when it began
}

// render makes a page, hands it to those who wait, and keeps it.
func (c *Cache) render(j job) {
	defer c.land(j)
	page, err := c.make(j)
	if err != nil {
		c.counts.failed.Add(1)
		c.cfg.Logger.Error("page not rendered", slog.String("key", j.key), slog.String("error", err.Error()))
		if old := j.flight.old; old != nil && !old.dead.Load() && c.cfg.Now().Before(old.errorUntil) {
			page = old
		}
	}
	keep := page.kept && page != j.flight.old && c.index.add(page, j.mark)
	j.flight.page = page
	close(j.flight.done)
	j.flight.awaitEarlier()
	if keep && !c.pages.Set(page.hash, page, page.cost) {
		c.index.remove(page) // the cache is too busy to take it in
	}
	if page.kept {
		c.pages.Wait() // for the old page as well, which may be as young
	}
}

// land forgets the rendering.
func (c *Cache) land(j job) {
	c.flights.mu.Lock()
	defer c.flights.mu.Unlock()
	close(j.flight.ended)
	if c.flights.running[j.key] == j.flight {
		delete(c.flights.running, j.key)
	}
	c.index.end(j.mark)
}

// make renders the page from a request of the cache's own, once it has a place. The page is never nil; with an error it says that
// something went wrong.
func (c *Cache) make(j job) (*entry, error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.cfg.Timeout)
	defer cancel()
	rc := c.request(ctx, j)
	if !c.place(ctx) { // whoever asked has long gone, and the places are for those who wait
		web.FailSafe(rc, c.cfg.Fail, errBusy)
		return c.newEntry(j.hash, j.key, rc, c.cfg.Now()), errNoPlace
	}
	defer func() { <-c.renders }()
	defer c.counts.renders.Add(1)
	began := c.cfg.Now()
	err := c.call(rc)
	page := c.newEntry(j.hash, j.key, rc, began)
	if err == nil && page.head.StatusCode() >= fasthttp.StatusInternalServerError {
		err = errStatus(page.head.StatusCode())
	}
	return page, err
}

// place waits for a place to render in, until ctx ends. One that is free is taken even then: that nobody had the processor meanwhile is
// not what too many others are.
func (c *Cache) place(ctx context.Context) bool {
	select {
	case c.renders <- struct{}{}:
		return true
	default:
	}
	select {
	case c.renders <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// errNoPlace says that too many pages were being made for another one to begin.
var errNoPlace = errors.New("no place to render in time")

// request is a request of the cache's own, which has nothing but what the key has.
func (c *Cache) request(ctx context.Context, j job) *fasthttp.RequestCtx {
	var request fasthttp.Request
	request.Header.SetMethod(fasthttp.MethodGet)
	request.SetRequestURI(j.key[j.path:])
	request.Header.SetHost(j.key[:j.path-1])
	rc := new(fasthttp.RequestCtx)
	rc.Init(&request, nil, nil)
	web.Detach(ctx, rc, c.cfg.Secure)
	rc.SetUserValue(renderingKey, true)
	return rc
}

func errStatus(status int) error { return fmt.Errorf("status %d", status) }

var errPanic = errors.New("panic in handler")

// call runs the handler; a panic becomes an error page.
func (c *Cache) call(rc *fasthttp.RequestCtx) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			c.cfg.Logger.Error("panic in handler", slog.String("request_id", web.RequestID(rc)), slog.String("path", string(rc.Path())),
				slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
			rc.Response.Reset()
			web.FailSafe(rc, c.cfg.Fail, errPanic)
			err = errPanic
		}
	}()
	c.next(rc)
	return nil
}
