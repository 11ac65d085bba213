// Package domains looks whether a domain shows a proof that somebody was given: that it is theirs.
//
//	checker := domains.New(domains.Config{})
//	found, err := checker.Check(ctx, "shop.example", "marquee-ads-…")
//
// The names come from people whom nobody knows. Requests go to addresses that the public can reach, and to no others, whatever DNS says; they
// follow no redirect to another host, and read no more than 4 KiB.
package domains

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// Prefix is the name below a domain where its TXT record may be, for domains whose own name has too many: "_marquee-ads.shop.example".
const Prefix = "_marquee-ads."

const (
	mostBytes = 4 << 10
	hops      = 3
)

// Resolver looks up TXT records. *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Config is how a Checker asks. The zero Config is right for a program on the internet.
type Config struct {
	// Resolver answers for DNS. Nil means that of the computer.
	Resolver Resolver

	// Allowed says which addresses may be connected to. Nil means those that the public can reach.
	Allowed func(netip.AddrPort) bool

	// Dial connects to a host and port; it has to ask Allowed by itself. Nil means a dialer that does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// TLS is for connections. Nil means the authorities that the computer trusts.
	TLS *tls.Config

	// Timeout is how long the web server may take. Zero means 5 seconds.
	Timeout time.Duration
}

func (c Config) withDefaults() Config {
	if c.Resolver == nil {
		c.Resolver = net.DefaultResolver
	}
	if c.Allowed == nil {
		c.Allowed = Public
	}
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	if c.Dial == nil {
		dialer := &net.Dialer{Timeout: c.Timeout, Control: guard(c.Allowed)}
		c.Dial = dialer.DialContext
	}
	return c
}

// guard refuses a connection once its address is known, so that a name cannot lead elsewhere between a look-up and the connection.
func guard(allowed func(netip.AddrPort) bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !allowed(at) {
			return fmt.Errorf("%w: %s", errPrivate, address)
		}
		return nil
	}
}

var (
	errPrivate = errors.New("domains: not an address that the public can reach")
	errMoved   = errors.New("domains: it leads elsewhere")
)

// shared are addresses beyond those that package net knows as private: of carriers (RFC 6598), for tests of networks (RFC 2544), reserved
// (RFC 1112), and translations of IPv4 in IPv6 (RFC 6052, RFC 8215, RFC 3056), behind which any may be.
var shared = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"),
}

// Public reports whether an address is one that the public can reach, at the port of HTTPS.
func Public(at netip.AddrPort) bool {
	a := at.Addr().Unmap()
	return at.Port() == 443 && a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(shared, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Checker looks for proofs. It is safe for concurrent use.
type Checker struct {
	resolver Resolver
	client   *http.Client
}

// New returns a checker.
func New(cfg Config) *Checker {
	cfg = cfg.withDefaults()
	return &Checker{resolver: cfg.Resolver, client: &http.Client{
		Timeout: cfg.Timeout,
		Transport: &http.Transport{
			DialContext: cfg.Dial, TLSClientConfig: cfg.TLS, TLSHandshakeTimeout: cfg.Timeout, DisableKeepAlives: true, MaxResponseHeaderBytes: 32 << 10,
		},
		CheckRedirect: func(q *http.Request, via []*http.Request) error {
			if len(via) > hops || q.URL.Scheme != "https" || q.URL.Host != via[0].URL.Host {
				return errMoved
			}
			return nil
		},
	}}
}

// Check reports whether the domain shows the proof. Error: neither its DNS nor its web server could be asked; that one of them answers without
// the proof is no error.
func (c *Checker) Check(ctx context.Context, domain, proof string) (bool, error) {
	if proof == "" {
		return false, nil
	}
	inDNS, dnsErr := c.records(ctx, domain, proof)
	if inDNS {
		return true, nil
	}
	onWeb, webErr := c.page(ctx, domain, proof)
	if onWeb || dnsErr == nil || webErr == nil {
		return onWeb, nil
	}
	return false, fmt.Errorf("look for a proof at %s: %w", domain, errors.Join(dnsErr, webErr))
}

// records looks for a TXT record that is the proof. That there is none is no error.
func (c *Checker) records(ctx context.Context, domain, proof string) (bool, error) {
	var failed error
	for _, name := range []string{domain, Prefix + domain} {
		list, err := c.resolver.LookupTXT(ctx, name+".")
		if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
			err = nil
		}
		if slices.Contains(list, proof) {
			return true, nil
		}
		failed = errors.Join(failed, err)
	}
	return false, failed
}

// page looks for a line of the file that is the proof.
func (c *Checker) page(ctx context.Context, domain, proof string) (bool, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+domain+ads.ProofPath, http.NoBody)
	if err != nil {
		return false, err
	}
	answer, err := c.client.Do(q)
	if errors.Is(err, errMoved) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	if answer.StatusCode != http.StatusOK {
		return false, nil
	}
	lines := bufio.NewScanner(io.LimitReader(answer.Body, mostBytes))
	for lines.Scan() {
		if strings.TrimSpace(lines.Text()) == proof {
			return true, nil
		}
	}
	return false, nil
}
