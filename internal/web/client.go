package web

import (
	"bytes"
	"net/netip"
	"slices"

	"github.com/valyala/fasthttp"
)

// Client returns the address that a request came from: the peer's, or, when the peer is one of
// Config.TrustedProxies, the one that it names. Outside a Server it is the peer's.
func Client(rc *fasthttp.RequestCtx) netip.Addr {
	if from := stateOf(rc).client; from.IsValid() {
		return from
	}
	return peer(rc)
}

// peer is the other end of the connection.
func peer(rc *fasthttp.RequestCtx) netip.Addr {
	from, _ := netip.AddrFromSlice(rc.RemoteIP())
	return from.Unmap()
}

// client finds the client behind proxies that are trusted. Every proxy appends to X-Forwarded-For whom it was
// asked by, so the list is read from its end as long as those who wrote it are trusted; what stands before that may be made up.
func (s *Server) client(rc *fasthttp.RequestCtx) netip.Addr {
	from := peer(rc)
	if len(s.cfg.TrustedProxies) == 0 {
		return from
	}
	hops := bytes.Split(bytes.Join(rc.Request.Header.PeekAll(fasthttp.HeaderXForwardedFor), []byte(",")), []byte(","))
	for _, hop := range slices.Backward(hops) {
		if !s.trusted(from) {
			break
		}
		before, ok := hopAddr(string(bytes.TrimSpace(hop)))
		if !ok {
			break
		}
		from = before
	}
	return from
}

// hopAddr reads an entry of X-Forwarded-For: an address, with some proxies followed by a port.
func hopAddr(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		both, portErr := netip.ParseAddrPort(s)
		a, err = both.Addr(), portErr
	}
	return a.Unmap().WithZone(""), err == nil
}

func (s *Server) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(s.cfg.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}
