package web

import "github.com/valyala/fasthttp"

// contentPolicy allows a page what comes from us and pictures from anywhere
// over HTTPS: no inline script, no inline style, no frame around it but our own.
const contentPolicy = "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'self'"

// secureHeaders sets what every answer carries. A handler may replace any of them.
func secureHeaders(rc *fasthttp.RequestCtx, s state) {
	h := &rc.Response.Header
	if s.id != "" {
		h.Set(headerRequestID, s.id)
	}
	h.Set(fasthttp.HeaderContentSecurityPolicy, contentPolicy)
	h.Set(fasthttp.HeaderXContentTypeOptions, "nosniff")
	// Not no-referrer: with it browsers send "Origin: null" along with our own forms.
	h.Set(fasthttp.HeaderReferrerPolicy, "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=(self)")
	if s.secure {
		h.Set(fasthttp.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// Redirect sends the browser to a path of this host, with GET. The path stays
// relative: a proxy in front may have another scheme and host than we see.
func Redirect(rc *fasthttp.RequestCtx, path string) {
	rc.Response.ResetBody()
	rc.SetStatusCode(fasthttp.StatusSeeOther)
	rc.Response.Header.Set(fasthttp.HeaderLocation, path)
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
}
