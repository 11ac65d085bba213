package web

import (
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// What a Server itself refuses.
var (
	errMalformed   = fault.New(fault.Invalid, "malformed_request", "this is not a request that we can read")
	errTooLarge    = &StatusError{fasthttp.StatusRequestEntityTooLarge, fault.New(fault.Invalid, "body_too_large", "the request is larger than we accept")}
	errLongHeader  = &StatusError{fasthttp.StatusRequestHeaderFieldsTooLarge, fault.New(fault.Invalid, "header_too_large", "the header of the request is larger than we accept; perhaps your browser sends too many cookies")}
	errSlow        = fault.New(fault.Invalid, "request_too_slow", "the request took too long to arrive; please try again")
	errUnavailable = fault.New(fault.Unavailable, "not_ready", "the service is not ready for requests")
)

// health answers /livez, which says that the process runs, and /readyz, which
// says that it can serve. It reports whether it answered.
func (s *Server) health(rc *fasthttp.RequestCtx) bool {
	switch string(rc.Path()) {
	case "/livez":
	case "/readyz":
		if s.draining.Load() || s.cfg.Ready(Context(rc)) != nil {
			WriteProblem(rc, errUnavailable)
			return true
		}
	default:
		return false
	}
	rc.SetContentType("text/plain; charset=utf-8")
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	rc.SetBodyString("ok\n")
	return true
}
