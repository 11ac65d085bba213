package web

import (
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// ErrCrossOrigin refuses a request that another site had a browser send.
var ErrCrossOrigin = fault.New(fault.Forbidden, "cross_origin", "this request came from another site; open our page and try again there")

// CheckOrigin returns ErrCrossOrigin for a request that changes something and
// that a page of another site made the browser send, as Fetch Metadata or, from older browsers, the Origin
// tells. Requests without either come from no browser and pass. own is the origin
// under which browsers know us when a proxy changes the Host; empty means the Host as it came.
//
// Source: the algorithm of net/http.CrossOriginProtection (Go 1.25).
func CheckOrigin(rc *fasthttp.RequestCtx, own string) error {
	if rc.IsGet() || rc.IsHead() || rc.IsOptions() {
		return nil
	}
	origin := string(rc.Request.Header.Peek(fasthttp.HeaderOrigin))
	if own != "" && origin == own {
		return nil
	}
	switch string(rc.Request.Header.Peek("Sec-Fetch-Site")) {
	case "same-origin", "none":
		return nil
	case "":
	default:
		return ErrCrossOrigin
	}
	if origin == "" {
		return nil
	}
	if from, err := url.Parse(origin); err == nil && from.Host != "" && strings.EqualFold(from.Host, string(rc.Host())) {
		return nil
	}
	return ErrCrossOrigin
}
