package pages

import (
	"strings"

	"github.com/valyala/fasthttp"
)

// handler answers a request; an error is shown as a page.
type handler func(*request) error

// route leads a method and a path to its handler. A segment "*" of the path matches any text.
type route struct {
	method   string
	segments []string
	handle   handler
}

// router finds handlers. Fixed segments win over "*" by coming first in the table.
type router []route

func (rt *router) add(method, path string, h handler) {
	*rt = append(*rt, route{method: method, segments: segmentsOf(path), handle: h})
}

// find returns the handler for a request with what "*" stands for. Without one, allowed lists the
// methods that the path has; none means that there is no such page.
func (rt router) find(method, path string) (h handler, params []string, allowed []string) {
	segments := segmentsOf(path)
	if method == fasthttp.MethodHead {
		method = fasthttp.MethodGet
	}
	for _, r := range rt {
		params, ok := r.match(segments)
		switch {
		case !ok:
		case r.method == method:
			return r.handle, params, nil
		default:
			allowed = append(allowed, r.method)
		}
	}
	return nil, nil, allowed
}

func (r route) match(segments []string) ([]string, bool) {
	if len(segments) != len(r.segments) {
		return nil, false
	}
	var params []string
	for i, want := range r.segments {
		switch {
		case want == "*" && segments[i] != "":
			params = append(params, segments[i])
		case want != segments[i]:
			return nil, false
		}
	}
	return params, true
}

// segmentsOf divides a path; "/" has none.
func segmentsOf(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}
