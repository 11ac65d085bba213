package pwa

import (
	"cmp"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

// clearAll has the browser clear what it has of a site, the service worker included. Source: W3C Clear Site Data; browsers heed it
// over HTTPS and on the computer itself.
const clearAll = `"cache", "cookies", "storage"`

// maxCookies bounds how many cookies of a request are removed one by one: more than browsers keep for pages that are ours.
const maxCookies = 60

// Forget has the browser forget everything: cookies, pages, tickets, the service worker. Browsers that do not know how to clear all
// of it lose their cookies all the same: those that came with the request, and others, of which name and path are told. The answer
// may be a page, without a manifest: one that takes part would begin anew.
func Forget(rc *fasthttp.RequestCtx, others ...web.Cookie) {
	h := &rc.Response.Header
	h.Set("Clear-Site-Data", clearAll)
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	n := 0
	for name := range rc.Request.Header.Cookies() {
		if n++; n > maxCookies {
			break
		}
		// A cookie does not say its path. It is one that leads here.
		for _, path := range pathsTo(string(rc.Path())) {
			web.DropCookie(rc, string(name), path)
		}
	}
	for _, c := range others {
		web.DropCookie(rc, c.Name, cmp.Or(c.Path, "/"))
	}
}

// pathsTo lists the paths of cookies that browsers send to a path: "/", "/hi", "/hi/forget".
func pathsTo(path string) []string {
	paths := []string{"/"}
	for i := 1; i < len(path); i++ {
		if end := strings.IndexByte(path[i:], '/'); end >= 0 {
			i += end
		} else {
			i = len(path)
		}
		paths = append(paths, path[:i])
	}
	return paths
}
