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
	public   bool     // the same for everybody
	query    []string // arguments that change a public page
}

// router finds handlers. Fixed segments win over "*" by coming first in the table.
type router []route

func (rt *router) add(method, path string, h handler) {
	*rt = append(*rt, route{method: method, segments: segmentsOf(path), handle: h})
}

// addPublic adds pages that are the same for everybody, with the names of the arguments that change them.
func (rt *router) addPublic(path string, h handler, query ...string) {
	*rt = append(*rt, route{method: fasthttp.MethodGet, segments: segmentsOf(path), handle: h, public: true, query: query})
}

// public reports whether a path leads to a page that is the same for everybody, and which arguments change that.
func (rt router) public(path string) (query []string, ok bool) {
	segments := segmentsOf(path)
	for _, r := range rt {
		if _, ok := r.match(segments); ok && r.method == fasthttp.MethodGet {
			return r.query, r.public
		}
	}
	return nil, false
}

// slugs reports whether a path has the name of a city, and perhaps that of an event, where the route has "*".
func (rt router) slugs(path string) bool {
	segments := segmentsOf(path)
	for _, r := range rt {
		if _, ok := r.match(segments); ok && r.method == fasthttp.MethodGet {
			return r.public && r.segments != nil && r.segments[0] == "*"
		}
	}
	return false
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

// page is the address of the page that has the form which is sent to a path: of "/holds/*/booking" that of "/holds/*".
func (rt router) page(path string) string {
	for segments := segmentsOf(path); ; segments = segments[:len(segments)-1] {
		up := "/" + strings.Join(segments, "/")
		if h, _, _ := rt.find(fasthttp.MethodGet, up); h != nil || len(segments) == 0 {
			return up
		}
	}
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
