package pages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront/poster"
)

const (
	// picturesKept is how many drawn pictures are kept: posters of 2 KB, cards of at most 120 KB.
	picturesKept = 512

	// picturesAtOnce is how many are drawn at a time: each takes a processor for some milliseconds.
	picturesAtOnce = 2
)

// errDrawing says that so many pictures are wanted at once that this one has to wait.
var errDrawing = fault.New(fault.Unavailable, "picture_busy", "this picture takes too long to draw right now; please try again in a moment")

// picture is a drawn picture in the forms in which it is sent.
type picture struct {
	contentType  string
	plain        []byte
	brotli, gzip []byte // of what can be compressed; else nil
}

// gallery draws posters, cards and icons, and keeps those that were wanted last. It is safe for concurrent use.
type gallery struct {
	studio func() (*poster.Studio, error) // reads its fonts when the first picture is wanted
	kept   *lru.Cache[string, *picture]
	slots  chan struct{}
}

func newGallery() *gallery {
	kept, err := lru.New[string, *picture](picturesKept)
	if err != nil {
		panic(err) // it refuses nothing but a size of 0
	}
	return &gallery{studio: sync.OnceValues(poster.New), kept: kept, slots: make(chan struct{}, picturesAtOnce)}
}

// picture returns the picture of a key, drawn by draw unless it is there.
func (g *gallery) picture(ctx context.Context, key, contentType string, draw func(*poster.Studio) ([]byte, error)) (*picture, error) {
	if known, ok := g.kept.Get(key); ok {
		return known, nil
	}
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	case <-ctx.Done():
		return nil, errDrawing
	}
	if known, ok := g.kept.Get(key); ok { // drawn while we waited
		return known, nil
	}
	studio, err := g.studio()
	if err != nil {
		return nil, fmt.Errorf("fonts of posters: %w", err)
	}
	body, err := draw(studio)
	if err != nil {
		return nil, err
	}
	p := &picture{contentType: contentType, plain: body}
	if contentType == svgType {
		p.brotli = fasthttp.AppendBrotliBytes(nil, body)
		p.gzip = fasthttp.AppendGzipBytes(nil, body)
	}
	g.kept.Add(key, p)
	return p, nil
}

const (
	svgType = "image/svg+xml"
	pngType = "image/png"

	pictureForever = "public, max-age=31536000, immutable" // at an address with the digest of what it shows
	pictureHour    = "public, max-age=3600"                // at any other
)

// show answers with the picture. What was asked for by its digest never changes.
func (p *picture) show(r *request, exact bool) error {
	h := &r.rc.Response.Header
	h.SetContentType(p.contentType)
	h.Set(fasthttp.HeaderCacheControl, pictureHour)
	if exact {
		h.Set(fasthttp.HeaderCacheControl, pictureForever)
	}
	body := p.plain
	if p.brotli != nil {
		h.Set(fasthttp.HeaderVary, fasthttp.HeaderAcceptEncoding)
		switch {
		case r.rc.Request.Header.HasAcceptEncoding("br"):
			body = p.brotli
			h.SetContentEncoding("br")
		case r.rc.Request.Header.HasAcceptEncoding("gzip"):
			body = p.gzip
			h.SetContentEncoding("gzip")
		}
	}
	r.rc.Response.SetBodyRaw(body)
	return nil
}

// digestOf is a short name of what a picture shows.
func digestOf(parts ...any) string {
	text, err := json.Marshal(parts)
	if err != nil {
		panic(errors.Join(errors.New("what a picture shows has a JSON form"), err))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:5])
}
