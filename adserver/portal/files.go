package portal

import (
	"crypto/sha256"
	_ "embed" // the sheet and the script
	"encoding/hex"
	"strings"

	"github.com/valyala/fasthttp"
)

var (
	//go:embed portal.css
	sheet []byte
	//go:embed portal.js
	program []byte

	files = struct{ css, js file }{newFile("portal.css", sheet), newFile("portal.js", program)}
)

// file is what browsers load beside a page. Its address has a hash of its content, so that they keep it.
type file struct {
	name, hash string
	body       []byte
}

func newFile(name string, body []byte) file {
	sum := sha256.Sum256(body)
	return file{name, hex.EncodeToString(sum[:8]), body}
}

func (f file) path() string { return "/" + f.name + "?v=" + f.hash }

func (f file) send(r *request, kind string) error {
	if r.query("v") == f.hash {
		r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	r.rc.SetContentType(kind + "; charset=utf-8")
	r.rc.SetBody(f.body)
	return nil
}

func (p *Portal) css(r *request) error { return files.css.send(r, "text/css") }

func (p *Portal) script(r *request) error { return files.js.send(r, "text/javascript") }

// join are the parts of a list in a sentence.
func join(list []string) string {
	if len(list) == 0 {
		return "none yet"
	}
	return strings.Join(list, ", ")
}
