package domains_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/portal/domains"
)

const proof = "marquee-ads-ABC"

// records are what DNS has; a name that is not there is not found, and one without a list fails.
type records map[string][]string

func (r records) LookupTXT(_ context.Context, name string) ([]string, error) {
	list, ok := r[strings.TrimSuffix(name, ".")]
	switch {
	case !ok:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case list == nil:
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	return list, nil
}

// checker asks a web server of this computer, whatever the domain.
func checker(t *testing.T, dns records, handler http.HandlerFunc) *domains.Checker {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	return domains.New(domains.Config{
		Timeout: time.Minute, Resolver: dns, TLS: &tls.Config{RootCAs: trusted, ServerName: "example.com", MinVersion: tls.VersionTLS12},
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		},
	})
}

func nothing(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }

func TestCheck_FindsTheRecord(t *testing.T) {
	t.Parallel()
	for name, dns := range map[string]records{
		"at the domain": {"shop.example": {"v=spf1 -all", proof}}, "below it": {"_marquee-ads.shop.example": {proof}},
		"although the other fails": {"shop.example": nil, "_marquee-ads.shop.example": {proof}},
	} {
		found, err := checker(t, dns, nothing).Check(t.Context(), "shop.example", proof)
		require.NoError(t, err, name)
		assert.True(t, found, name)
	}
	for name, dns := range map[string]records{
		"another": {"shop.example": {"marquee-ads-XYZ"}}, "a part": {"shop.example": {proof + "D"}}, "of another domain": {"example": {proof}}, "none": {},
	} {
		found, err := checker(t, dns, nothing).Check(t.Context(), "shop.example", proof)
		require.NoError(t, err, name)
		assert.False(t, found, name)
	}
}

func TestCheck_FindsTheFile(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		proof: true, "first\r\n " + proof + " \r\nlast": true, proof + "D": false, "": false, "<p>" + proof + "</p>": false,
		strings.Repeat("x\n", 4<<10) + proof: false,
	} {
		c := checker(t, records{}, func(w http.ResponseWriter, q *http.Request) {
			assert.Equal(t, ads.ProofPath, q.URL.Path)
			assert.Equal(t, "shop.example", q.Host)
			_, _ = w.Write([]byte(body))
		})
		found, err := c.Check(t.Context(), "shop.example", proof)
		require.NoError(t, err)
		assert.Equal(t, want, found, "%.40q", body)
	}
}

func TestCheck_FollowsTheDomainAlone(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]bool{
		"/there": true, "https://shop.example/there": true, "https://evil.example/there": false, "http://shop.example/there": false,
		"https://shop.example:8443/there": false, "/.well-known/marquee-ads.txt": false, "https://127.0.0.1/there": false,
	} {
		c := checker(t, records{}, func(w http.ResponseWriter, q *http.Request) {
			if q.URL.Path == "/there" {
				_, _ = w.Write([]byte(proof))
				return
			}
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		})
		found, err := c.Check(t.Context(), "shop.example", proof)
		require.NoError(t, err, to)
		assert.Equal(t, want, found, to)
	}
}

func TestCheck_NobodyAnswers(t *testing.T) {
	t.Parallel()
	down := errors.New("unreachable")
	c := domains.New(domains.Config{
		Resolver: records{"shop.example": nil, "_marquee-ads.shop.example": nil},
		Dial:     func(context.Context, string, string) (net.Conn, error) { return nil, down },
	})
	_, err := c.Check(t.Context(), "shop.example", proof)
	require.ErrorIs(t, err, down)
	found, err := c.Check(t.Context(), "other.example", proof)
	require.NoError(t, err, "its DNS says that there is none")
	assert.False(t, found)
	found, err = c.Check(t.Context(), "shop.example", "")
	require.NoError(t, err)
	assert.False(t, found, "nothing proves nothing")
}

// A name whose address is this computer's is not asked, and would be without the guard.
func TestCheck_NotWithinOurOwnNetwork(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write([]byte(proof))
	}))
	defer server.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	name := strings.TrimPrefix(server.URL, "https://")
	cfg := domains.Config{Timeout: time.Minute, Resolver: records{}, TLS: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}}
	found, err := domains.New(cfg).Check(t.Context(), name, proof)
	require.NoError(t, err)
	assert.False(t, found)
	assert.Zero(t, asked)

	cfg.Allowed = func(netip.AddrPort) bool { return true }
	found, err = domains.New(cfg).Check(t.Context(), name, proof)
	require.NoError(t, err)
	assert.True(t, found)
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"93.184.216.34:443": true, "[2606:2800:220:1::1]:443": true, "93.184.216.34:80": false, "127.0.0.1:443": false, "10.1.2.3:443": false, "172.16.0.1:443": false,
		"192.168.1.1:443": false, "169.254.169.254:443": false, "100.64.0.1:443": false, "0.0.0.0:443": false, "0.1.2.3:443": false, "224.0.0.1:443": false,
		"255.255.255.255:443": false, "240.0.0.1:443": false, "198.18.0.1:443": false, "[::1]:443": false, "[::ffff:127.0.0.1]:443": false, "[::ffff:10.0.0.1]:443": false,
		"[fe80::1]:443": false, "[fc00::1]:443": false, "[ff02::1]:443": false, "[64:ff9b::7f00:1]:443": false, "[2002:7f00:1::]:443": false, "[::]:443": false,
	} {
		assert.Equal(t, want, domains.Public(netip.MustParseAddrPort(address)), address)
	}
}
