package edge

import (
	"time"

	"github.com/valyala/fasthttp"
)

// Page is what a handler says of the page that it has written.
type Page struct {
	// Tags are what the page shows, to be purged by. Each is like "event:" and an id, without spaces or commas. May be empty.
	Tags []string

	// Fresh is how long the page is served as it is. Zero means Config.Fresh.
	Fresh time.Duration
}

// pageKey is the user value under which Publish leaves a Page.
const pageKey = "edge.page"

// Publish says that the answer being written is the same for everybody and may be kept. Only answers of
// status 200, 301 and 308 without a cookie are. It does nothing outside a Cache.
func Publish(rc *fasthttp.RequestCtx, page Page) { rc.SetUserValue(pageKey, page) }

// Rendering reports whether a request is one that a Cache makes to render a page. The answer to it is not
// compressed: the cache does that in every encoding.
func Rendering(rc *fasthttp.RequestCtx) bool { return rc.UserValue(renderingKey) != nil }

// renderingKey is the user value of a cache's own requests.
const renderingKey = "edge.rendering"

func published(rc *fasthttp.RequestCtx) (Page, bool) {
	page, ok := rc.UserValue(pageKey).(Page)
	return page, ok
}
