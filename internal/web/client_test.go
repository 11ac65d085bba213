package web_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

// clientOf is whom a server takes for the client of a request that a peer sends with the given header lines.
func clientOf(t *testing.T, trusted []netip.Prefix, peer string, forwarded ...string) string {
	t.Helper()
	got := ""
	server, err := web.New(func(rc *fasthttp.RequestCtx) { got = web.Client(rc).String() }, web.Config{TrustedProxies: trusted})
	require.NoError(t, err)
	var q fasthttp.Request
	for _, line := range forwarded {
		q.Header.Add("X-Forwarded-For", line)
	}
	var rc fasthttp.RequestCtx
	rc.Init(&q, &net.TCPAddr{IP: net.ParseIP(peer), Port: 4711}, nil)
	server.Handler()(&rc)
	return got
}

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}

func TestClient_IsThePeerUnlessAProxyIsTrusted(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "10.1.2.3", clientOf(t, nil, "10.1.2.3", "192.0.2.7"), "nobody is believed by default")
	assert.Equal(t, "192.0.2.9", clientOf(t, proxies, "192.0.2.9", "192.0.2.7"), "a stranger is not believed")
	assert.Equal(t, "192.0.2.7", clientOf(t, proxies, "10.1.2.3", "192.0.2.7"))
	assert.Equal(t, "10.1.2.3", clientOf(t, proxies, "10.1.2.3"), "a proxy that says nothing is the client")
}

func TestClient_WhatIsMadeUpIsNotBelieved(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, want, line string }{
		{"the last that a trusted proxy names", "192.0.2.7", "203.0.113.1, 192.0.2.7"},
		{"behind two proxies", "192.0.2.7", "203.0.113.1, 192.0.2.7, 10.9.9.9"},
		{"a chain of proxies alone", "10.5.5.5", "10.5.5.5, 10.6.6.6"},
		{"with a port", "192.0.2.7", "192.0.2.7:50123"},
		{"IPv6 with a port", "2001:db8::7", "[2001:db8::7]:50123"},
		{"IPv4 in IPv6", "192.0.2.7", "::ffff:192.0.2.7"},
		{"nonsense", "10.1.2.3", "unknown"},
		{"nonsense behind a proxy", "10.6.6.6", "192.0.2.7, , 10.6.6.6"},
		{"empty", "10.1.2.3", ""},
	} {
		assert.Equal(t, row.want, clientOf(t, proxies, "10.1.2.3", row.line), row.name)
	}
	assert.Equal(t, "192.0.2.7", clientOf(t, proxies, "fd00::1", "203.0.113.1", "192.0.2.7, 10.0.0.1"), "header lines are one list")
}

// clientBehind is whom a server whose proxies write Forwarded takes for the client.
func clientBehind(t *testing.T, header *fasthttp.RequestHeader) string {
	t.Helper()
	got := ""
	server, err := web.New(func(rc *fasthttp.RequestCtx) { got = web.Client(rc).String() }, web.Config{TrustedProxies: proxies, Forwarded: true})
	require.NoError(t, err)
	var q fasthttp.Request
	header.CopyTo(&q.Header)
	var rc fasthttp.RequestCtx
	rc.Init(&q, &net.TCPAddr{IP: net.ParseIP("10.1.2.3"), Port: 4711}, nil)
	server.Handler()(&rc)
	return got
}

func TestClient_OnlyTheHeaderOfTheProxiesIsRead(t *testing.T) {
	t.Parallel()
	var h fasthttp.RequestHeader
	h.Set("X-Forwarded-For", "203.0.113.1")
	assert.Equal(t, "10.1.2.3", clientBehind(t, &h), "made up: these proxies do not write it")
	h.Add("Forwarded", "for=203.0.113.2")
	h.Add("Forwarded", `for="192.0.2.7:4711";proto=https, For=10.9.9.9`)
	assert.Equal(t, "192.0.2.7", clientBehind(t, &h))
}

func TestForwarded(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		line string
		want []string
	}{
		{"", []string{""}},
		{"for=192.0.2.60;proto=http;by=203.0.113.43", []string{"192.0.2.60"}},
		{`For="[2001:db8:cafe::17]:4711"`, []string{"[2001:db8:cafe::17]:4711"}},
		{"for=192.0.2.43, for=198.51.100.17", []string{"192.0.2.43", "198.51.100.17"}},
		{`for=_hidden, proto=http, for="a,b";host="c;d"`, []string{"_hidden", "", "a,b"}},
		{`host="\",";for=192.0.2.1,for=192.0.2.2`, []string{"192.0.2.1", "192.0.2.2"}},
	} {
		assert.Equal(t, row.want, web.Forwarded([]string{row.line}), row.line)
	}
	last := web.Forwarded([]string{`for="never closed`, "for=192.0.2.7"})
	assert.Equal(t, "192.0.2.7", last[len(last)-1], "a quote that a client leaves open swallows nothing")
}

func TestTrace(t *testing.T) {
	t.Parallel()
	peer := netip.MustParseAddr("10.0.0.1")
	for _, row := range []struct {
		hops []string
		want string
	}{
		{nil, "10.0.0.1"},
		{[]string{"192.0.2.7"}, "192.0.2.7"},
		{[]string{"192.0.2.7", "[fd00::2]"}, "192.0.2.7"},
		{[]string{"203.0.113.1", "[2001:db8::7]:443", "10.2.2.2"}, "2001:db8::7"},
		{[]string{"192.0.2.7", "unknown"}, "10.0.0.1"},
		{[]string{"192.0.2.7", "_gazonk", "10.2.2.2"}, "10.2.2.2"},
	} {
		assert.Equal(t, row.want, web.Trace(peer, row.hops, proxies).String(), "%v", row.hops)
	}
	assert.Equal(t, peer, web.Trace(peer, []string{"192.0.2.7"}, nil))
}

// Whatever a client sends, what the proxy writes behind it is found.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"", "for=192.0.2.1", `for="[::1]`, `"\`, `\`, ",,,", `for="a,b"`, ";for=;", `host="\\"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		proxy := netip.MustParseAddr("10.1.2.3")
		for _, lines := range [][]string{{sent, "for=192.0.2.7"}, {sent + `, for="192.0.2.7:4711";proto=https`}} {
			assert.Equal(t, "192.0.2.7", web.Trace(proxy, web.Forwarded(lines), proxies).String())
		}
		assert.True(t, web.Trace(proxy, web.Forwarded([]string{sent}), proxies).IsValid())
	})
}

func FuzzClient(f *testing.F) {
	for _, seed := range []string{"", "192.0.2.7", "a, b", "10.0.0.1,10.0.0.2", "[::1]:1, fd00::1", strings.Repeat(",", 100), "1.2.3.4%eth0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		assert.Equal(t, "192.0.2.9", clientOf(t, proxies, "192.0.2.9", line), "a stranger is never believed")
		assert.Equal(t, "192.0.2.7", clientOf(t, proxies, "10.1.2.3", line, "192.0.2.7"), "nor what he sent through a proxy")
		_, err := netip.ParseAddr(clientOf(t, proxies, "10.1.2.3", line))
		assert.NoError(t, err)
	})
}
