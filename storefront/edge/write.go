package edge

import (
	"strconv"
	"time"

	"github.com/valyala/fasthttp"
)

// how says by which way an answer came to be (RFC 9211, section 2): the members behind the cache's name.
type how string

const (
	hit        how = "; hit"
	hitStale   how = "; hit; detail=revalidating"
	hitOnError how = "; fwd=stale; detail=error" // "hit" and "fwd" are exclusive there
	fwdMiss    how = "; fwd=uri-miss; stored"
	fwdShared  how = "; fwd=uri-miss; collapsed; stored"
	fwdNotKept how = "; fwd=uri-miss; detail=not-kept"
)

// Names of header fields as fasthttp spells them, so that it need not spell them anew for each request.
var (
	acceptEncoding = []byte(fasthttp.HeaderAcceptEncoding)
	age            = []byte(fasthttp.HeaderAge)
	cacheStatus    = []byte("Cache-Status")
	etag           = []byte("Etag")
	ifNoneMatch    = []byte(fasthttp.HeaderIfNoneMatch)
)

// write makes a page the answer to a request whose answer has no header field yet. It does not allocate, except for clients
// without compression.
//
// fasthttp copies a header in a fourth of the time in which its fields are set one by one: that was half of what a hit took.
func (c *Cache) write(rc *fasthttp.RequestCtx, e *entry, by how, now time.Time) {
	e.head.CopyTo(&rc.Response.Header)
	c.complete(rc, e, by, now)
}

// add makes a page the answer to a request whose answer has header fields already. The page's take the place of those of the same name.
func (c *Cache) add(rc *fasthttp.RequestCtx, e *entry, by how, now time.Time) {
	h := &rc.Response.Header
	for name := range e.head.All() {
		h.DelBytes(name)
	}
	for name, value := range e.head.All() {
		h.AddBytesKV(name, value)
	}
	h.SetStatusCode(e.head.StatusCode())
	c.complete(rc, e, by, now)
}

// addPurged is add for a page that was purged while it was made: caches in front must not keep it either.
func (c *Cache) addPurged(rc *fasthttp.RequestCtx, e *entry) {
	c.add(rc, e, fwdNotKept, c.cfg.Now())
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set("Cache-Status", c.cfg.Name+string(fwdNotKept))
	for _, name := range []string{fasthttp.HeaderAge, "Surrogate-Key"} {
		h.Del(name)
	}
}

// complete writes what depends on the time and on what the client accepts.
func (c *Cache) complete(rc *fasthttp.RequestCtx, e *entry, by how, now time.Time) {
	e.hits.Add(1)
	h := &rc.Response.Header
	var buffer [128]byte
	h.SetCanonical(cacheStatus, e.appendStatus(append(buffer[:0], c.name...), by, now))
	enc := accepted(rc.Request.Header.PeekCanonical(acceptEncoding))
	if e.kept {
		h.SetCanonical(age, strconv.AppendInt(buffer[:0], max(0, int64(now.Sub(e.made)/time.Second)), 10))
		h.SetCanonical(etag, append(buffer[:0], e.etags[enc]...))
		if match := rc.Request.Header.PeekCanonical(ifNoneMatch); len(match) > 0 && noneMatches(match, e.etags[enc]) {
			h.SetStatusCode(fasthttp.StatusNotModified)
			return
		}
	}
	e.writeBody(rc, enc)
}

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
