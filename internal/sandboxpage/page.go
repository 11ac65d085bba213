// Package sandboxpage shows the sandbox bank's payment page from a fasthttp server: that of the storefront and that of the ad server.
package sandboxpage

import (
	"net/url"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// Serve answers for the bank's payment page, with headers of its own.
func Serve(rc *fasthttp.RequestCtx, bank *sandbox.Gateway) {
	answer := bank.ServePage(sandbox.PageRequest{
		Method: string(rc.Method()), Path: string(rc.Path()), Query: valuesOf(rc.QueryArgs()), Form: valuesOf(rc.PostArgs()),
	})
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set(fasthttp.HeaderContentSecurityPolicy, answer.Policy)
	if answer.Location != "" {
		h.Set(fasthttp.HeaderLocation, answer.Location)
	}
	rc.SetStatusCode(answer.Status)
	if answer.ContentType != "" {
		rc.SetContentType(answer.ContentType)
	}
	rc.SetBody(answer.Body)
}

func valuesOf(args *fasthttp.Args) url.Values {
	values := url.Values{}
	for key, value := range args.All() {
		values.Add(string(key), string(value))
	}
	return values
}
