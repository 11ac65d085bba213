// Package assets holds the files that pages load: a style sheet, scripts and the icon. Each is served under a name with a
// hash of its content, so that browsers and proxies may keep it for ever, and lies compressed beside itself.
//
// The files are built of storefront/assets/src by tools/assets and committed: building the program takes Go alone.
package assets

import (
	"embed"
	"fmt"
	"io/fs"
	"path"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/assets/manifest"
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
		s.paths[name] = Prefix + file.File
		for _, other := range append([]string{file.File}, file.Imports...) {
			if err := s.add(built, other); err != nil {
				return nil, err
			}
		}
		for _, other := range file.Imports {
			s.imports[name] = append(s.imports[name], Prefix+other)
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

// add reads a file and its compressed forms.
func (s *Set) add(built fs.FS, file string) error {
	kind, ok := contentTypes[path.Ext(file)]
	if !ok {
		return fmt.Errorf("asset %s: no content type is known for %q", file, path.Ext(file))
	}
	plain, err := fs.ReadFile(built, file)
	if err != nil {
		return fmt.Errorf("asset: %w", err)
	}
	a := asset{contentType: kind, plain: plain}
	for _, e := range manifest.Encodings {
		packed, err := fs.ReadFile(built, file+e.Suffix)
		if err != nil {
			return fmt.Errorf("asset: %w", err)
		}
		a.packed = append(a.packed, packed)
	}
	s.assets[Prefix+file] = a
	return nil
}

// Path returns the address of the file that pages call by the given name, empty when there is none.
func (s *Set) Path(name string) string { return s.paths[name] }

// Preload returns the addresses of what a script imports at once, sorted, for modulepreload links. Empty for
// most: a script is one file unless it shares a part with another.
func (s *Set) Preload(name string) []string { return s.imports[name] }

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
	body, encoding := a.choose(&rc.Request.Header)
	if encoding != "" {
		h.SetContentEncoding(encoding)
	}
	rc.Response.SetBodyRaw(body)
	return true
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
