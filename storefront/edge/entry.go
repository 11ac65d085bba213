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
	status int
	header []field // that every answer has
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

// field is a header field in its canonical spelling.
type field struct{ name, value []byte }

// overhead is about what an entry costs beside its bodies.
const overhead = 1024

// notCopied are header fields that belong to one answer and not to the page.
var notCopied = map[string]bool{
	fasthttp.HeaderDate: true, fasthttp.HeaderServer: true, fasthttp.HeaderContentLength: true, fasthttp.HeaderContentEncoding: true,
	fasthttp.HeaderTransferEncoding: true, fasthttp.HeaderConnection: true, fasthttp.HeaderSetCookie: true, fasthttp.HeaderCacheControl: true,
	fasthttp.HeaderETag: true, fasthttp.HeaderVary: true,
}

// newEntry takes what was rendered over. The body is copied where it is kept.
func (c *Cache) newEntry(hash uint64, key string, rc *fasthttp.RequestCtx, at time.Time) *entry {
	e := &entry{hash: hash, key: key, status: rc.Response.StatusCode(), made: at}
	page, ok := published(rc)
	e.kept = ok && keeps(e.status) && len(rc.Response.Header.Peek(fasthttp.HeaderSetCookie)) == 0
	for name, value := range rc.Response.Header.All() {
		if !notCopied[string(name)] {
			e.add(string(name), string(value))
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

// keeps reports whether an answer of a status may be kept.
func keeps(status int) bool {
	return status == fasthttp.StatusOK || status == fasthttp.StatusMovedPermanently || status == fasthttp.StatusPermanentRedirect
}

// live sets how long the page is good for and says so to caches in front.
func (e *entry) live(cfg Config, page Page) {
	e.add(fasthttp.HeaderVary, fasthttp.HeaderAcceptEncoding)
	if !e.kept {
		e.add(fasthttp.HeaderCacheControl, "no-store")
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
	e.add(fasthttp.HeaderCacheControl, "public, max-age=0, must-revalidate, s-maxage="+seconds(fresh)+
		", stale-while-revalidate="+seconds(cfg.StaleWhileRevalidate)+", stale-if-error="+seconds(cfg.StaleIfError))
	if len(e.tags) > 0 {
		e.add("Surrogate-Key", strings.Join(e.tags, " "))
	}
}

func (e *entry) add(name, value string) {
	e.header = append(e.header, field{[]byte(name), []byte(value)})
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// how says by which way an answer came to be (RFC 9211, section 2): the members behind the cache's name.
type how string

const (
	hit         how = "; hit"
	hitStale    how = "; hit; detail=revalidating"
	hitOnError  how = "; hit; fwd=stale; detail=error"
	fwdMiss     how = "; fwd=uri-miss; stored"
	fwdShared   how = "; fwd=uri-miss; collapsed; stored"
	fwdNotKept  how = "; fwd=uri-miss; detail=not-kept"
	fwdByMethod how = "; fwd=bypass"
)

// write answers a request with the page. It does not allocate, except for clients without compression.
func (e *entry) write(rc *fasthttp.RequestCtx, name []byte, by how, now time.Time) {
	enc := accepted(rc.Request.Header.Peek(fasthttp.HeaderAcceptEncoding))
	h := &rc.Response.Header
	for i := range e.header {
		h.SetCanonical(e.header[i].name, e.header[i].value)
	}
	var buffer [128]byte
	h.SetCanonical(cacheStatus, e.appendStatus(append(buffer[:0], name...), by, now))
	if !e.kept {
		rc.SetStatusCode(e.status)
		e.writeBody(rc, enc)
		return
	}
	h.SetCanonical(age, strconv.AppendInt(buffer[:0], max(0, int64(now.Sub(e.made)/time.Second)), 10))
	h.SetCanonical(etag, append(buffer[:0], e.etags[enc]...))
	if match := rc.Request.Header.Peek(fasthttp.HeaderIfNoneMatch); len(match) > 0 && noneMatches(match, e.etags[enc]) {
		rc.SetStatusCode(fasthttp.StatusNotModified)
		return
	}
	rc.SetStatusCode(e.status)
	e.writeBody(rc, enc)
}

var (
	cacheStatus = []byte("Cache-Status")
	age         = []byte("Age")
	etag        = []byte("Etag")
)

// appendStatus adds what Cache-Status says, with the seconds that the page stays fresh: below zero once it is stale.
func (e *entry) appendStatus(dst []byte, by how, now time.Time) []byte {
	dst = append(dst, by...)
	if e.kept {
		dst = strconv.AppendInt(append(dst, "; ttl="...), int64(e.freshUntil.Sub(now)/time.Second), 10)
	}
	return dst
}

func (e *entry) writeBody(rc *fasthttp.RequestCtx, enc encoding) {
	if enc != identity {
		rc.Response.Header.SetContentEncoding(encodingNames[enc])
		rc.Response.SetBodyRaw(e.bodies[enc])
		return
	}
	body, err := fasthttp.AppendGunzipBytes(nil, e.bodies[gzip])
	if err != nil {
		panic(err) // we have made it ourselves
	}
	rc.Response.SetBodyRaw(body)
}
