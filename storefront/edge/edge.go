package edge

import (
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/dgraph-io/ristretto/v2"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// Config is how a Cache keeps pages. Only Public is required.
type Config struct {
	// Public reports whether a path leads to pages that are the same for everybody. Other requests are passed
	// on untouched. It is asked on a miss.
	Public func(path string) bool

	// Site returns the name under which the pages of a host are kept, false for a host that is none of ours. Nil keeps
	// one set of pages for all hosts.
	Site func(host []byte) (string, bool)

	// Query are the names of the arguments that change a page. Others are not seen by the code that
	// renders. May be empty.
	Query []string

	// Current reports whether all purges up to now have been heard. While it does not, every page that is older than Unheard is made
	// anew before it is served, and kept for when that fails alone. Nil means always.
	Current func(now time.Time) bool

	// Unheard is how old a page may be of which it is not known whether it was purged: how soon purges are to be seen. It has a page made once in so long, and not
	// for each request, while the database, which tells of purges and makes pages, is slow. Zero has each request make it.
	Unheard time.Duration

	// Bytes bounds the memory of the pages. Zero means 256 MiB; under 1 MiB is rejected.
	Bytes int64

	// Fresh is how long a page is served as it is, unless it says otherwise. Zero means a minute.
	Fresh time.Duration

	// StaleWhileRevalidate is for how long after that it is served while one request makes it anew. Zero means ten minutes.
	StaleWhileRevalidate time.Duration

	// StaleIfError is for how long after Fresh it is served while making it anew fails. Zero means a day.
	StaleIfError time.Duration

	// Timeout bounds one rendering, with the wait for its place. Zero means 10 seconds.
	Timeout time.Duration

	// Renders is how many pages are made at a time; others wait, as long as Timeout allows. Zero means four for each processor.
	Renders int

	// Fail writes the page for a request that could not be answered. Nil means web.WriteProblem.
	Fail func(*fasthttp.RequestCtx, error)

	// Secure says that browsers reach the pages over HTTPS.
	Secure bool

	// Name is what Cache-Status calls this cache. Empty means Marquee.
	Name string

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets renderings that failed. Nil discards them.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&c.Fresh, time.Minute)
	set(&c.StaleWhileRevalidate, 10*time.Minute)
	set(&c.StaleIfError, 24*time.Hour)
	set(&c.Timeout, 10*time.Second)
	if c.Bytes == 0 {
		c.Bytes = 256 << 20
	}
	if c.Renders == 0 {
		c.Renders = 4 * runtime.GOMAXPROCS(0)
	}
	if c.Name == "" {
		c.Name = "Marquee"
	}
	if c.Site == nil {
		c.Site = func([]byte) (string, bool) { return "", true }
	}
	if c.Current == nil {
		c.Current = func(time.Time) bool { return true }
	}
	if c.Fail == nil {
		c.Fail = web.WriteProblem
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default of the seam
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) validate() error {
	for name, d := range map[string]time.Duration{
		"Fresh": c.Fresh, "StaleWhileRevalidate": c.StaleWhileRevalidate, "StaleIfError": c.StaleIfError, "Timeout": c.Timeout,
	} {
		if d < 0 {
			return fmt.Errorf("edge: Config.%s is %s: give a duration above zero, or zero for the default", name, d)
		}
	}
	switch {
	case c.Public == nil:
		return errors.New("edge: Config.Public is missing: say which paths are the same for everybody")
	case c.Bytes < 1<<20:
		return fmt.Errorf("edge: Config.Bytes is %d: give 1 MiB or more, or 0 for the default", c.Bytes)
	case c.Renders < 1:
		return fmt.Errorf("edge: Config.Renders is %d: give 1 or more, or 0 for the default", c.Renders)
	}
	return nil
}

// Cache answers requests for public pages from memory and passes the others on. It is safe for concurrent use.
type Cache struct {
	next  fasthttp.RequestHandler
	cfg   Config
	site  func([]byte) (string, bool)
	query []string // sorted
	name  []byte
	seed  maphash.Seed

	pages   *ristretto.Cache[uint64, *entry]
	index   index
	flights flights
	counts  counts
	renders chan struct{} // places for renderings
	work    sync.WaitGroup
}

// New returns a cache in front of a handler. Close it. Errors: a Config field out of bounds, by its name.
func New(next fasthttp.RequestHandler, cfg Config) (*Cache, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	c := &Cache{
		next: next, cfg: cfg, site: cfg.Site, query: slices.Sorted(slices.Values(cfg.Query)), name: []byte(cfg.Name),
		seed: maphash.MakeSeed(), renders: make(chan struct{}, cfg.Renders),
	}
	c.index.init()
	c.flights.running = map[string]*flight{}
	pages, err := ristretto.NewCache(&ristretto.Config[uint64, *entry]{
		// Ten counters for each page of about 10 KB that fits, as its documentation advises.
		NumCounters: max(10_000, cfg.Bytes/1024), MaxCost: cfg.Bytes, BufferItems: 64,
		OnExit: func(e *entry) {
			if e != nil { // as it is for what had been deleted before
				c.index.remove(e)
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("edge: %w", err)
	}
	c.pages = pages
	return c, nil
}

// Close ends the cache's own work. Requests must have ended before.
func (c *Cache) Close() {
	c.work.Wait()
	c.pages.Close()
}

// Quick answers a request for a page that is there, without a context or anything else that is made for a request. Nothing
// may be on the answer yet. False means that nothing was written: Handle answers.
func (c *Cache) Quick(rc *fasthttp.RequestCtx) bool {
	if !rc.IsGet() && !rc.IsHead() {
		return false
	}
	k, _ := keys.Get().(*keyBuffer)
	defer keys.Put(k)
	if !k.fill(c, rc) {
		return false
	}
	now := c.cfg.Now()
	e, by := c.ready(maphash.Bytes(c.seed, k.b), k, now)
	if e == nil {
		return false
	}
	c.write(rc, e, by, now)
	return true
}

// ready returns the page of a key when it may be served at once, and has it made anew when it is stale. Nil when there is none.
func (c *Cache) ready(hash uint64, k *keyBuffer, now time.Time) (*entry, how) {
	e := c.lookUp(hash, k.b)
	switch {
	case e == nil || !c.known(e, now):
		return nil, ""
	case now.Before(e.freshUntil):
		c.counts.hits.Add(1)
		return e, hit
	case now.Before(e.staleUntil):
		c.counts.stale.Add(1)
		c.fly(hash, k, e)
		return e, hitStale
	}
	return nil, ""
}

// Handle answers any request. What is on the answer already stays, unless the page has a field of that name.
func (c *Cache) Handle(rc *fasthttp.RequestCtx) {
	k, _ := keys.Get().(*keyBuffer)
	defer keys.Put(k)
	if !rc.IsGet() && !rc.IsHead() || !k.fill(c, rc) {
		c.next(rc)
		return
	}
	hash, now := maphash.Bytes(c.seed, k.b), c.cfg.Now()
	e, by := c.ready(hash, k, now)
	switch {
	case e != nil:
		c.add(rc, e, by, now)
	case c.cfg.Public(string(rc.Path())):
		c.miss(rc, hash, k, c.newest(hash, k.b))
	default:
		c.counts.passed.Add(1)
		c.next(rc)
	}
}

// lookUp returns the page kept under a key, nil when there is none.
func (c *Cache) lookUp(hash uint64, key []byte) *entry {
	if e := c.stored(hash, key); e != nil {
		return e
	}
	if e := c.inFlight(key); e != nil {
		return e
	}
	return c.stored(hash, key) // for its rendering may have ended between the two
}

// stored is what the cache itself has under a key.
func (c *Cache) stored(hash uint64, key []byte) *entry {
	e, ok := c.pages.Get(hash)
	if !ok || e.dead.Load() || e.key != string(key) {
		return nil
	}
	return e
}

// newest returns the page made last under a key, nil when there is none: that of a rendering may not be in the cache yet, which has
// the one before. It takes a lock, where lookUp takes one only for what the cache lacks.
func (c *Cache) newest(hash uint64, key []byte) *entry {
	if e := c.inFlight(key); e != nil {
		return e
	}
	return c.stored(hash, key) // which has what the flights have forgotten
}

// miss waits for the page to be made. One that was purged while it was made is made again, once, for who came after the purge must not
// see what was true before. A rendering that began after the request came shows what was true then, whatever was purged since: it
// answers the request and is kept nowhere. So no request waits for more than two, however often a page is purged.
func (c *Cache) miss(rc *fasthttp.RequestCtx, hash uint64, k *keyBuffer, old *entry) {
	f, first := c.fly(hash, k, old)
	if !c.await(rc, f) {
		return
	}
	if !first && f.page.dead.Load() {
		f, first = c.fly(hash, k, nil)
		if !c.await(rc, f) {
			return
		}
	}
	if !first {
		c.counts.shared.Add(1)
	}
	if f.page.dead.Load() {
		c.addPurged(rc, f.page)
		return
	}
	c.add(rc, f.page, f.how(first), c.cfg.Now())
}

// await waits for a rendering to be done. False means that the request had no more time, and is answered.
func (c *Cache) await(rc *fasthttp.RequestCtx, f *flight) bool {
	select {
	case <-f.done:
		return true
	case <-web.Context(rc).Done():
		c.counts.failed.Add(1)
		c.cfg.Fail(rc, errBusy)
		return false
	}
}

var errBusy = fault.New(fault.Unavailable, "page_busy", "this page takes too long to make right now; please try again in a moment")
