package adclient

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Config says how a Client reaches its server. URL and Publisher are required.
type Config struct {
	// URL is where the server is, such as "https://ads.example". A path is kept.
	URL string

	// Publisher is the name that the server knows the publisher by, at most 100 characters.
	Publisher string

	// Key is the publisher's key. Empty sends none.
	Key string

	// Timeout bounds Decide, its answer included; the context may bound it closer. Zero means 50 milliseconds.
	Timeout time.Duration

	// WriteTimeout bounds the other calls. Zero means 2 seconds.
	WriteTimeout time.Duration

	// MaxBytes bounds an answer. Zero means 512 KiB.
	MaxBytes int64

	// Failures within Window open the circuit: calls then fail with ErrDown at once. Zero means 5 within 10 seconds.
	Failures int
	Window   time.Duration

	// Rest is how long the circuit stays open before one call tries the server again. Zero means 5 seconds.
	Rest time.Duration

	// Client makes the requests. Nil means one with connections kept for busy pages. Redirects are not followed, whatever it says.
	Client *http.Client
}

func (c Config) withDefaults() Config {
	c.URL = strings.TrimRight(c.URL, "/")
	c.Timeout = orElse(c.Timeout, 50*time.Millisecond)
	c.WriteTimeout = orElse(c.WriteTimeout, 2*time.Second)
	c.MaxBytes = orElse(c.MaxBytes, 512<<10)
	c.Failures = orElse(c.Failures, 5)
	c.Window = orElse(c.Window, 10*time.Second)
	c.Rest = orElse(c.Rest, 5*time.Second)
	if c.Client == nil {
		c.Client = &http.Client{Transport: transport()}
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

// transport keeps connections for as many pages as are made at a time, and goes through no proxy: the server is near, or it is of no use.
func transport() http.RoundTripper {
	return &http.Transport{
		MaxIdleConns: 256, MaxIdleConnsPerHost: 256, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: 64 << 10,
	}
}

// maxPublisher bounds the name of a publisher, in bytes.
const maxPublisher = 100

func (c Config) validate() error {
	u, err := url.Parse(c.URL)
	switch {
	case c.URL == "":
		return errors.New("adclient: Config.URL is missing: give the address of the ad server, such as https://ads.example")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("adclient: Config.URL is %q: give an address with http or https and a host", c.URL)
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return errors.New("adclient: Config.URL has more than a host and a path; the key belongs into Config.Key")
	case c.Publisher == "" || len(c.Publisher) > maxPublisher || strings.ContainsAny(c.Publisher, "\r\n\x00"):
		return fmt.Errorf("adclient: Config.Publisher is %.120q: give the name of the publisher, at most %d characters", c.Publisher, maxPublisher)
	case strings.ContainsAny(c.Key, "\r\n"):
		return errors.New("adclient: Config.Key has line breaks")
	case c.MaxBytes < 0 || c.Failures < 0:
		return errors.New("adclient: Config.MaxBytes and Config.Failures are above zero, or zero for the default")
	}
	for _, d := range []struct {
		name string
		is   time.Duration
	}{{"Timeout", c.Timeout}, {"WriteTimeout", c.WriteTimeout}, {"Window", c.Window}, {"Rest", c.Rest}} {
		if d.is < 0 {
			return fmt.Errorf("adclient: Config.%s is %s: give a duration above zero, or zero for the default", d.name, d.is)
		}
	}
	return nil
}
