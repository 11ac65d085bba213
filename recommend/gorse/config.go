package gorse

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Config says how a Client reaches its server. Only URL is required.
type Config struct {
	// URL is where the server is, such as "http://127.0.0.1:8088", without /api. A path is kept.
	URL string

	// Key is the server's api_key. Empty sends none.
	Key string

	// Timeout bounds one try of a call that reads, its answer included; the context may bound it closer. Zero means 5 seconds.
	Timeout time.Duration

	// WriteTimeout bounds one try of a call that writes. An item changes all lists that it is in, so that a batch takes its time.
	// Zero means 30 seconds.
	WriteTimeout time.Duration

	// Retries is how often a call that failed on the way is tried again. Zero means once, less than zero never.
	Retries int

	// RetryAfter is the wait before the first further try; it doubles with each, and differs by up to a fifth. Zero means 50
	// milliseconds.
	RetryAfter time.Duration

	// MaxBytes bounds an answer. Zero means 8 MiB.
	MaxBytes int64

	// Failures within Window open the circuit: calls then fail with ErrDown at once. Zero means 5 within 10 seconds.
	Failures int
	Window   time.Duration

	// Rest is how long the circuit stays open before the server is asked whether it is ready. Zero means 5 seconds.
	Rest time.Duration

	// Transport makes the requests. Nil means one of its own with connections kept for the calls of one page.
	Transport http.RoundTripper
}

func (c Config) withDefaults() Config {
	c.URL = strings.TrimRight(c.URL, "/")
	c.Timeout = orElse(c.Timeout, 5*time.Second)
	c.WriteTimeout = orElse(c.WriteTimeout, 30*time.Second)
	c.RetryAfter = orElse(c.RetryAfter, 50*time.Millisecond)
	c.MaxBytes = orElse(c.MaxBytes, 8<<20)
	c.Failures = orElse(c.Failures, 5)
	c.Window = orElse(c.Window, 10*time.Second)
	c.Rest = orElse(c.Rest, 5*time.Second)
	if c.Retries == 0 {
		c.Retries = 1
	}
	if c.Transport == nil {
		c.Transport = transport()
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

// transport keeps as many connections as one page needs at a time: a fan-out over its signals beside the list of the person.
func transport() http.RoundTripper {
	return &http.Transport{
		MaxIdleConns: 64, MaxIdleConnsPerHost: 3 * maxSignals, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 5 * time.Second, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10,
	}
}

func (c Config) validate() error {
	u, err := url.Parse(c.URL)
	switch {
	case c.URL == "":
		return errors.New("gorse: Config.URL is missing: give the address of the server, such as http://127.0.0.1:8088")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("gorse: Config.URL is %q: give an address with http or https and a host", c.URL)
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return errors.New("gorse: Config.URL has more than a host and a path; the key belongs into Config.Key")
	case strings.ContainsAny(c.Key, "\r\n"):
		return errors.New("gorse: Config.Key has line breaks")
	case c.MaxBytes < 0 || c.Failures < 0:
		return errors.New("gorse: Config.MaxBytes and Config.Failures are above zero, or zero for the default")
	}
	return c.validateTimes()
}

func (c Config) validateTimes() error {
	for name, d := range map[string]time.Duration{
		"Timeout": c.Timeout, "WriteTimeout": c.WriteTimeout, "RetryAfter": c.RetryAfter, "Window": c.Window, "Rest": c.Rest,
	} {
		if d < 0 {
			return fmt.Errorf("gorse: Config.%s is %s: give a duration above zero, or zero for the default", name, d)
		}
	}
	return nil
}
