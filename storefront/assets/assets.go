// Package assets holds the files that pages load: a style sheet, scripts and the icon. Each is served under a name with a
// hash of its content, so that browsers and proxies may keep it for ever, and lies compressed beside itself. The service worker
// alone is always at one address, and browsers ask each time whether it has changed.
//
// The files are built of storefront/assets/src by tools/assets and committed: building the program takes Go alone.
package assets

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/assets/manifest"
)

//go:embed files
var files embed.FS

// Prefix is the path under which assets are served, all but those with an address of their own.
const Prefix = manifest.Prefix

// Worker is the address of the service worker. It is at the root so that all pages are within its reach.
const Worker = "/sw.js"

// Cache-Control of what never changes under its name, and of what may change at its address.
const (
	forever = "public, max-age=31536000, immutable"
	asked   = "no-cache"
)

// asset is one file in the forms in which it is served.
type asset struct {
	contentType string
	tag         string // entity tag of what may change at its address; empty for what never does
	plain       []byte
	packed      [][]byte // in the order of manifest.Encodings
}

// Set is the assets of the program. It does not change once made and is safe for concurrent use.
type Set struct {
	paths   map[string]string   // by what pages call them: "app.css" leads to "/assets/app.3F2A61BC.css"
	imports map[string][]string // paths, by what pages call a script
	assets  map[string]asset    // by path
}

// New returns the assets. Error: a file of an unknown type, or one that the manifest names and that is not there.
func New() (*Set, error) {
	built, err := fs.Sub(files, "files")
	if err != nil {
		return nil, err
	}
	return newSet(built)
}

func newSet(built fs.FS) (*Set, error) {
	text, err := fs.ReadFile(built, manifest.Name)
	if err != nil {
		return nil, fmt.Errorf("assets: %w; write them with go run ./tools/assets", err)
	}
	m, err := manifest.Parse(text)
	if err != nil {
		return nil, err
	}
	s := &Set{paths: map[string]string{}, imports: map[string][]string{}, assets: map[string]asset{}}
	for name, file := range m {
		if err := s.take(built, name, file); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// take takes up a file that pages call by name, and what it imports.
func (s *Set) take(built fs.FS, name string, file manifest.File) error {
	a, err := read(built, file.File)
	if err != nil {
		return err
	}
	if file.Address != "" {
		sum := sha256.Sum256(a.plain)
		a.tag = hex.EncodeToString(sum[:8])
	}
	s.paths[name], s.assets[file.Path()] = file.Path(), a
	for _, other := range file.Imports {
		if s.assets[Prefix+other], err = read(built, other); err != nil {
			return err
		}
		s.imports[name] = append(s.imports[name], Prefix+other)
	}
	return nil
}

// contentTypes of the files that there are.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// read reads a file and its compressed forms.
func read(built fs.FS, file string) (asset, error) {
	kind, ok := contentTypes[path.Ext(file)]
	if !ok {
		return asset{}, fmt.Errorf("asset %s: no content type is known for %q", file, path.Ext(file))
	}
	plain, err := fs.ReadFile(built, file)
	if err != nil {
		return asset{}, fmt.Errorf("asset: %w", err)
	}
	a := asset{contentType: kind, plain: plain}
	for _, e := range manifest.Encodings {
		packed, err := fs.ReadFile(built, file+e.Suffix)
		if err != nil {
			return asset{}, fmt.Errorf("asset: %w", err)
		}
		a.packed = append(a.packed, packed)
	}
	return a, nil
}

// Path returns the address of the file that pages call by the given name, empty when there is none.
func (s *Set) Path(name string) string { return s.paths[name] }

// Preload returns the addresses of what a script imports at once, sorted, for modulepreload links. Empty for
// most: a script is one file unless it shares a part with another.
func (s *Set) Preload(name string) []string { return s.imports[name] }

// Serve answers a request for an asset, under Prefix or at Worker. It reports whether there is one.
func (s *Set) Serve(rc *fasthttp.RequestCtx) bool {
	a, ok := s.assets[string(rc.Path())]
	if !ok || !rc.IsGet() && !rc.IsHead() {
		return false
	}
	h := &rc.Response.Header
	h.SetContentType(a.contentType)
	h.Set(fasthttp.HeaderCacheControl, forever)
	h.Set(fasthttp.HeaderVary, fasthttp.HeaderAcceptEncoding)
	body, encoding := a.choose(&rc.Request.Header)
	if encoding != "" {
		h.SetContentEncoding(encoding)
	}
	if a.tag != "" && a.known(rc, encoding) {
		rc.SetStatusCode(fasthttp.StatusNotModified)
		return true
	}
	rc.Response.SetBodyRaw(body)
	return true
}

// known says that the file may change, and reports whether the browser has it as it is.
func (a asset) known(rc *fasthttp.RequestCtx, encoding string) bool {
	tag := `"` + a.tag + encoding + `"` // each encoding is bytes of its own
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, asked)
	rc.Response.Header.Set(fasthttp.HeaderETag, tag)
	return strings.Contains(string(rc.Request.Header.Peek(fasthttp.HeaderIfNoneMatch)), tag)
}

// choose returns the first of the forms that the client takes; brotli is the smallest.
func (a asset) choose(h *fasthttp.RequestHeader) (body []byte, encoding string) {
	for i, e := range manifest.Encodings {
		if h.HasAcceptEncoding(e.Name) {
			return a.packed[i], e.Name
		}
	}
	return a.plain, ""
}
