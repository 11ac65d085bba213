// Package assets holds the files that pages load: one style sheet, one script and the
// icon. Each is served under a name with a hash of its content, so that browsers and
// proxies may keep it for ever, and is compressed once, when the program starts.
package assets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/valyala/fasthttp"
)

//go:embed files
var files embed.FS

// Prefix is the path under which assets are served.
const Prefix = "/assets/"

// forever is the Cache-Control of what never changes under its name.
const forever = "public, max-age=31536000, immutable"

// asset is one file in the forms in which it is served.
type asset struct {
	contentType string
	plain       []byte
	gzip        []byte
	brotli      []byte
}

// Set is the assets of the program. It does not change once made and is safe for concurrent use.
type Set struct {
	paths  map[string]string // by file name: "app.css" leads to "/assets/app.1f2e3d4c5b6a.css"
	assets map[string]asset  // by path
}

// New returns the assets. Error: a file of an unknown type.
func New() (*Set, error) {
	s := &Set{paths: map[string]string{}, assets: map[string]asset{}}
	entries, err := fs.ReadDir(files, "files")
	if err != nil {
		return nil, fmt.Errorf("read assets: %w", err)
	}
	for _, entry := range entries {
		body, err := fs.ReadFile(files, "files/"+entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read asset: %w", err)
		}
		if err := s.add(entry.Name(), body); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// contentTypes of the files that there are.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func (s *Set) add(name string, body []byte) error {
	ext := path.Ext(name)
	kind, ok := contentTypes[ext]
	if !ok {
		return fmt.Errorf("asset %s: no content type is known for %q", name, ext)
	}
	sum := sha256.Sum256(body)
	hashed := Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	s.paths[name] = hashed
	s.assets[hashed] = asset{
		contentType: kind, plain: body,
		gzip:   fasthttp.AppendGzipBytesLevel(nil, body, fasthttp.CompressBestCompression),
		brotli: fasthttp.AppendBrotliBytesLevel(nil, body, fasthttp.CompressBrotliBestCompression),
	}
	return nil
}

// Path returns the address of the file with the given name, empty when there is none.
func (s *Set) Path(name string) string { return s.paths[name] }

// Serve answers a request for an asset. It reports whether there is one.
func (s *Set) Serve(rc *fasthttp.RequestCtx) bool {
	a, ok := s.assets[string(rc.Path())]
	if !ok || !rc.IsGet() && !rc.IsHead() {
		return false
	}
	h := &rc.Response.Header
	h.SetContentType(a.contentType)
	h.Set(fasthttp.HeaderCacheControl, forever)
	h.Set(fasthttp.HeaderVary, fasthttp.HeaderAcceptEncoding)
	body, encoding := a.choose(rc.Request.Header.Peek(fasthttp.HeaderAcceptEncoding))
	if encoding != "" {
		h.SetContentEncoding(encoding)
	}
	rc.SetBody(body)
	return true
}

// choose returns the smallest form that the client takes.
func (a asset) choose(accept []byte) (body []byte, encoding string) {
	switch {
	case bytes.Contains(accept, []byte("br")):
		return a.brotli, "br"
	case bytes.Contains(accept, []byte("gzip")):
		return a.gzip, "gzip"
	}
	return a.plain, ""
}
