package openrtb

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Bidder is somebody outside who is asked for bids.
type Bidder struct {
	Name string // ours, unique
	URL  string // where requests are posted

	// QPS bounds the requests per second, in bursts of a tenth of it. Zero means no bound.
	QPS float64
	// Gzip compresses requests. Answers may always be compressed.
	Gzip bool
	// Header is sent with every request, for keys.
	Header http.Header
}

// Config says whom an Exchange asks and how patiently.
type Config struct {
	Bidders []Bidder

	// Seller is our link in the supply chain, left out when its System is empty. Complete says that the places are our own.
	Seller   Node
	Complete bool

	// MostWait bounds the wait for bids, Reserve is kept of the request's tmax for what comes after. Zero means 120 ms and 10 ms.
	MostWait, Reserve time.Duration
	// MaxResponse bounds an answer in bytes, once it is unpacked. Zero means 256 KB, which is also the most.
	MaxResponse int64

	// A bidder who fails in half of its calls within Window, and in Failures at least, is not asked for Rest, then once. Zero means
	// 10, 10 s and 5 s. An answer that is late is a failure, of which busy bidders always have a few in a hundred.
	Failures     uint
	Window, Rest time.Duration

	// A notice is tried Tries times, Every apart. Zero means 6 and 10 s. Pending bounds the notices that wait, 10,000 when zero; what comes
	// beyond is dropped. Workers send them, 4 when zero.
	Tries            int
	Every            time.Duration
	Pending, Workers int

	// Transport asks bidders, NoticeTransport sends notices. Nil means one of our own. That for notices goes only to
	// public addresses, since their URLs are written by strangers.
	Transport, NoticeTransport http.RoundTripper
	// Logger hears of notices that were given up. Nil discards.
	Logger *slog.Logger
	// Now is the clock by which bidders are timed; nil means that of the computer.
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	c.MostWait = orElse(c.MostWait, 120*time.Millisecond)
	c.Reserve = orElse(c.Reserve, 10*time.Millisecond)
	c.MaxResponse = orElse(c.MaxResponse, maxDocument)
	c.Failures = orElse(c.Failures, 10)
	c.Window = orElse(c.Window, 10*time.Second)
	c.Rest = orElse(c.Rest, 5*time.Second)
	c.Tries = orElse(c.Tries, 6)
	c.Every = orElse(c.Every, 10*time.Second)
	c.Pending = orElse(c.Pending, 10_000)
	c.Workers = orElse(c.Workers, 4)
	if c.Transport == nil {
		c.Transport = newTransport(&net.Dialer{Timeout: c.MostWait})
	}
	if c.NoticeTransport == nil {
		c.NoticeTransport = newTransport(&net.Dialer{Timeout: 5 * time.Second, Control: publicOnly})
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default of the seam
	}
	return c
}

// orElse returns v, or fallback when v is zero.
func orElse[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

func (c Config) validate() error {
	names := map[string]bool{}
	for i, b := range c.Bidders {
		u, err := url.Parse(b.URL)
		field := fmt.Sprintf("bidders[%d]", i)
		switch {
		case b.Name == "" || names[b.Name]:
			return fault.Invalidf(field+".name", "must be unique and not empty")
		case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
			return fault.Invalidf(field+".url", "must be a URL of http or https")
		case b.QPS < 0:
			return fault.Invalidf(field+".qps", "must not be negative")
		}
		names[b.Name] = true
	}
	switch {
	case c.MostWait < 0:
		return fault.Invalidf("most_wait", "must not be negative")
	case c.Reserve < 0:
		return fault.Invalidf("reserve", "must not be negative")
	case c.MaxResponse < 0 || c.MaxResponse > maxDocument:
		return fault.Invalidf("max_response", "must be from 0 to %d bytes", maxDocument)
	case c.Window < 0 || c.Rest < 0:
		return fault.Invalidf("window", "and rest must not be negative")
	case c.Tries < 0 || c.Every < 0 || c.Pending < 0 || c.Workers < 0:
		return fault.Invalidf("tries", "every, pending and workers must not be negative")
	}
	return nil
}

// newTransport keeps connections to bidders open; each is asked many times a second.
func newTransport(d *net.Dialer) *http.Transport {
	return &http.Transport{
		DialContext:           d.DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   64,
		MaxConnsPerHost:       256,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 10 * time.Second,
	}
}

var errNotPublic = errors.New("not a public address")

// publicOnly refuses to connect to addresses that a stranger's URL has no business with: this machine, its network, and those that are
// reserved. It sees the address after the name was looked up, so that no name leads around it.
func publicOnly(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	a := to.Addr().Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || sharedSpace.Contains(a) {
		return fmt.Errorf("%s: %w", a, errNotPublic)
	}
	return nil
}

// sharedSpace is that of carriers and clouds (RFC 6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")
