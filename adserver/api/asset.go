package api

import (
	"context"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/store"
)

// Assets are the uploads of advertisers.
type Assets interface {
	Asset(ctx context.Context, name string) (store.Asset, error)
}

// asset answers with an upload. Its name is the hash of its content, so it never changes.
func (a *API) asset(rc *fasthttp.RequestCtx, name string) {
	ctx, cancel := a.context()
	defer cancel()
	v, err := a.cfg.Assets.Asset(ctx, name)
	if err != nil {
		fail(rc, err)
		return
	}
	h := &rc.Response.Header
	h.SetContentType(v.MIME)
	h.Set(fasthttp.HeaderCacheControl, "public, max-age=31536000, immutable")
	h.Set(fasthttp.HeaderXContentTypeOptions, "nosniff")
	h.Set(fasthttp.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	h.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	rc.SetBody(v.Content)
}
