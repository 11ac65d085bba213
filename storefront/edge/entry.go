package edge

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// entry is a rendered page. All but its counters is only read once it is made.
type entry struct {
	hash   uint64
	key    string
	head   fasthttp.ResponseHeader // status and fields of every answer, but for those that depend on the time and on what the client accepts
	tags   []string
	bodies [identity][]byte // compressed; the plain body is not kept but made again for the rare client that wants it
	etags  [encodings]string
	kept   bool // may be served to others later

	made       time.Time
	freshUntil time.Time
	staleUntil time.Time // served while it is made anew
	errorUntil time.Time // served while making it fails
	cost       int64

	dead atomic.Bool  // purged
	hits atomic.Int64 // since it was made
}

// overhead is about what an entry costs beside its bodies, most of it for the header.
const overhead = 3 << 10

// notCopied are header fields, in lower case, that belong to one answer and not to the page, or that the cache writes.
var notCopied = map[string]bool{
	"age": true, "cache-control": true, "cache-status": true, "cdn-cache-control": true, "connection": true, "content-encoding": true, "content-length": true, "date": true,
	"etag": true, "server": true, "set-cookie": true, "surrogate-key": true, "trailer": true, "transfer-encoding": true, "vary": true,
}

// newEntry takes what was rendered over. The body is copied where it is kept.
func (c *Cache) newEntry(hash uint64, key string, rc *fasthttp.RequestCtx, at time.Time) *entry {
	e := &entry{hash: hash, key: key, made: at}
	e.head.SetStatusCode(rc.Response.StatusCode())
	page, ok := published(rc)
	e.kept = ok && keeps(e.head.StatusCode()) && len(rc.Response.Header.Peek(fasthttp.HeaderSetCookie)) == 0
	for name, value := range rc.Response.Header.All() {
		if !notCopied[strings.ToLower(string(name))] {
			e.head.AddBytesKV(name, value)
		}
	}
	body := rc.Response.Body()
	sum := sha256.Sum256(body)
	for enc := range identity {
		e.bodies[enc] = enc.compress(body)
		e.cost += int64(len(e.bodies[enc]))
	}
	for enc := range encodings {
		e.etags[enc] = enc.entityTag(sum)
	}
	e.cost += int64(len(key)) + overhead
	e.live(c.cfg, page)
	return e
}

// good reports whether the page may be served without more ado.
func (e *entry) good(now time.Time) bool {
	return e.kept && !e.dead.Load() && now.Before(e.freshUntil)
}

// known reports whether a page is as new as it has to be: whatever was purged is known, or too little time has passed since it was begun.
func (c *Cache) known(e *entry, now time.Time) bool {
	return c.cfg.Current(now) || now.Sub(e.made) < c.cfg.Unheard
}

// keeps reports whether an answer of a status may be kept.
func keeps(status int) bool {
	return status == fasthttp.StatusOK || status == fasthttp.StatusMovedPermanently || status == fasthttp.StatusPermanentRedirect
}

// live sets how long the page is good for and says so to caches in front.
func (e *entry) live(cfg Config, page Page) {
	e.head.Set(fasthttp.HeaderVary, fasthttp.HeaderAcceptEncoding)
	if !e.kept {
		e.head.Set(fasthttp.HeaderCacheControl, "no-store")
		return
	}
	fresh := page.Fresh
	if fresh == 0 {
		fresh = cfg.Fresh
	}
	e.tags = page.Tags
	e.freshUntil = e.made.Add(fresh)
	e.staleUntil = e.freshUntil.Add(cfg.StaleWhileRevalidate)
	e.errorUntil = e.freshUntil.Add(cfg.StaleIfError)
	// Browsers ask each time and mostly get a 304: nobody can purge them.
	const asked = "public, max-age=0, must-revalidate"
	tags := strings.Join(e.tags, " ")
	if len(tags) > maxSurrogate { // caches in front could purge by a part of them only, so they ask each time, too
		e.head.Set(fasthttp.HeaderCacheControl, asked)
		return
	}
	e.head.Set(fasthttp.HeaderCacheControl, asked+", s-maxage="+seconds(fresh))
	// Both must-revalidate and s-maxage forbid to serve what is stale (RFC 9111, 5.2.2), so that CDNs are told by a field of their own (RFC 9213).
	e.head.Set("CDN-Cache-Control", "max-age="+seconds(fresh)+", stale-while-revalidate="+seconds(min(cfg.StaleWhileRevalidate, frontStale))+
		", stale-if-error="+seconds(cfg.StaleIfError))
	if tags != "" {
		e.head.Set("Surrogate-Key", tags)
	}
}

// frontStale is for how long caches in front may serve what is stale while they ask for it: they may not have heard that it was purged.
const frontStale = 10 * time.Second

// maxSurrogate bounds the tags that are sent, in bytes: some 200 events. Proxies refuse answers whose header is larger than a buffer of
// theirs, and CDNs take 16 KB of tags.
const maxSurrogate = 8 << 10

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
