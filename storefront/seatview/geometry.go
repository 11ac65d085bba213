package seatview

import (
	"bytes"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// forever is the Cache-Control of what never changes at its address.
const forever = "public, max-age=31536000, immutable"

// Geometry is a hall as a browser draws it, in the forms in which it is sent. It does not change.
type Geometry struct {
	Digest string // 32 hexadecimal digits, of the content
	JSON   []byte // of seatmap.Geometry
	Brotli []byte
	Zstd   []byte
	Gzip   []byte
}

// brotliLevel is of a time of some milliseconds for 50,000 seats, and 9 KB. The best would be 6 KB, of a compressor that takes 130 MB; that of zstd
// takes 50 MB, and makes no less than the one that is taken.
const brotliLevel = 5

// Encode makes the geometry of a plan. Keep the result; a Cache does.
func Encode(plan *seatmap.Plan) *Geometry {
	g := plan.Geometry()
	return &Geometry{
		Digest: g.Digest, JSON: g.JSON,
		Brotli: fasthttp.AppendBrotliBytesLevel(nil, g.JSON, brotliLevel),
		Zstd:   fasthttp.AppendZstdBytesLevel(nil, g.JSON, fasthttp.CompressZstdDefault),
		Gzip:   fasthttp.AppendGzipBytesLevel(nil, g.JSON, fasthttp.CompressBestCompression),
	}
}

// Serve answers a request for the geometry at an address that has its digest. Browsers and proxies keep the answer for ever.
func (g *Geometry) Serve(rc *fasthttp.RequestCtx) {
	h, tag := &rc.Response.Header, `"`+g.Digest+`"`
	h.SetContentType("application/json")
	h.Set(fasthttp.HeaderCacheControl, forever)
	h.Set(fasthttp.HeaderVary, fasthttp.HeaderAcceptEncoding)
	h.Set(fasthttp.HeaderETag, tag)
	if bytes.Contains(rc.Request.Header.Peek(fasthttp.HeaderIfNoneMatch), []byte(tag)) {
		rc.SetStatusCode(fasthttp.StatusNotModified)
		return
	}
	for _, form := range []struct {
		encoding string
		body     []byte
	}{{"br", g.Brotli}, {"zstd", g.Zstd}, {"gzip", g.Gzip}} {
		if rc.Request.Header.HasAcceptEncoding(form.encoding) {
			h.SetContentEncoding(form.encoding)
			rc.Response.SetBodyRaw(form.body)
			return
		}
	}
	rc.Response.SetBodyRaw(g.JSON)
}

// Cache keeps the geometries of the halls that were asked for last. It is safe for concurrent use.
type Cache struct {
	known *lru.Cache[*seatmap.Plan, func() *Geometry]
	mu    sync.Mutex
}

// defaultHalls is how many halls a Cache keeps; 128 large ones are some 12 MB.
const defaultHalls = 128

// NewCache returns an empty cache for so many halls. Zero means 128.
func NewCache(halls int) *Cache {
	if halls <= 0 {
		halls = defaultHalls
	}
	known, err := lru.New[*seatmap.Plan, func() *Geometry](halls)
	if err != nil {
		panic(err) // it refuses nothing but a size of 0
	}
	return &Cache{known: known}
}

// Of returns the geometry of a plan. It is made once, however many ask for it at the same time.
func (c *Cache) Of(plan *seatmap.Plan) *Geometry {
	c.mu.Lock()
	encode, ok := c.known.Get(plan)
	if !ok {
		encode = sync.OnceValue(func() *Geometry { return Encode(plan) })
		c.known.Add(plan, encode)
	}
	c.mu.Unlock()
	return encode()
}
