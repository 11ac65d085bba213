package web

import (
	"net/netip"
	"slices"
	"strings"

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

// Client returns the address that a request came from as a server of this configuration sees it, for Config.Quick, which runs before anything is made for
// the request.
func (c Config) Client(rc *fasthttp.RequestCtx) netip.Addr {
	from := peer(rc)
	if !trusts(c.TrustedProxies, from) {
		return from
	}
	header, hops := fasthttp.HeaderXForwardedFor, XForwardedFor
	if c.Forwarded {
		header, hops = fasthttp.HeaderForwarded, Forwarded
	}
	var lines []string
	for _, line := range rc.Request.Header.PeekAll(header) {
		lines = append(lines, string(line))
	}
	return Trace(from, hops(lines), c.TrustedProxies)
}

// Trace returns the client of a request that came from peer by the hops that proxies named, the newest last. Every
// proxy appends whom it was asked by, so the hops are read from their end as long as those who wrote them are
// trusted; what stands before that may be made up. A hop that is no address ends the search at the proxy that
// wrote it.
func Trace(peer netip.Addr, hops []string, trusted []netip.Prefix) netip.Addr {
	from := peer
	for _, hop := range slices.Backward(hops) {
		if !trusts(trusted, from) {
			break
		}
		before, ok := hopAddr(hop)
		if !ok {
			break
		}
		from = before
	}
	return from
}

// XForwardedFor returns the hops in the lines of X-Forwarded-For headers, the newest last.
func XForwardedFor(lines []string) []string {
	hops := strings.Split(strings.Join(lines, ","), ",")
	for i, hop := range hops {
		hops[i] = strings.TrimSpace(hop)
	}
	return hops
}

// Forwarded returns the hops in the lines of Forwarded headers (RFC 7239), the newest last: what their "for" says,
// empty where they say nothing. It reads from the end, where proxies wrote, so that nothing that a client sent can
// swallow what comes after it.
func Forwarded(lines []string) []string {
	line := strings.Join(lines, ",")
	var hops []string
	quoted, end := false, len(line)
	for i := len(line) - 1; i >= 0; i-- {
		switch {
		case line[i] == '"' && !escaped(line, i):
			quoted = !quoted
		case line[i] == ',' && !quoted:
			hops = append(hops, forwardedFor(line[i+1:end]))
			end = i
		}
	}
	hops = append(hops, forwardedFor(line[:end]))
	slices.Reverse(hops)
	return hops
}

// escaped reports whether the byte at i stands behind a backslash that is not itself escaped.
func escaped(s string, i int) bool {
	n := 0
	for i--; i >= 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

// forwardedFor is the "for" of an element of Forwarded: for=192.0.2.60;proto=https. Its quotes are taken off; an address needs
// no escapes.
func forwardedFor(element string) string {
	for pair := range strings.SplitSeq(element, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(name, "for") {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// hopAddr reads a hop: an address, with some proxies in brackets or followed by a port.
func hopAddr(s string) (netip.Addr, bool) {
	bare := s
	if inner, ok := strings.CutPrefix(s, "["); ok {
		bare = strings.TrimSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(bare)
	if err != nil {
		both, portErr := netip.ParseAddrPort(s)
		a, err = both.Addr(), portErr
	}
	return a.Unmap().WithZone(""), err == nil
}

func trusts(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(a) })
}
