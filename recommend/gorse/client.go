package gorse

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go"
)

// batch is how many records go into one request, or come in one page. Items go in fewer: for each the server changes all lists that
// it is in.
const (
	batch      = 500
	batchItems = 100
)

// Client calls a Gorse server. It is safe for concurrent use. Its errors are of type *Error when the server answered, ErrDown when it
// was not asked, and else a fault.Unavailable.
type Client struct {
	cfg   Config
	http  *http.Client
	guard guard
	known atomic.Bool // that the server is of the right version
}

// NewClient returns a client, and calls nothing. Errors: a Config field out of bounds, by its name.
func NewClient(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	h := &http.Client{
		Transport: cfg.Transport,
		// The key goes to the server that was named, and to no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Client{cfg: cfg, http: h, guard: newGuard(cfg)}, nil
}

// Close ends the connections that are not in use.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// request is a call of the API. Each can be made again without a difference.
type request struct {
	method string
	path   []string // below /api, not yet escaped
	query  url.Values
	body   any // nil for none
}

// answer is a success.
type answer struct {
	body []byte
	made time.Time // Last-Modified
}

// address is that of the request below a base; parts of its path may have any characters but slashes.
func (r request) address(base string) string {
	var b strings.Builder
	b.WriteString(base + "/api")
	for _, part := range r.path {
		b.WriteString("/" + url.PathEscape(part))
	}
	if len(r.query) > 0 {
		b.WriteString("?" + r.query.Encode())
	}
	return b.String()
}

// do makes the request, and again when it failed on the way.
func (c *Client) do(ctx context.Context, r request) (answer, error) {
	var body []byte
	if r.body != nil {
		var err error
		if body, err = json.Marshal(r.body); err != nil {
			return answer{}, fmt.Errorf("write a request to gorse: %w: %w", errRefused, err)
		}
	}
	return c.guard.tries.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[answer]) (answer, error) {
		return c.try(e.Context(), r, body)
	})
}

// try makes the request once.
func (c *Client) try(ctx context.Context, r request, body []byte) (answer, error) {
	timeout := c.cfg.Timeout
	if r.method != http.MethodGet {
		timeout = c.cfg.WriteTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, r.address(c.cfg.URL), bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("write a request to gorse: %w: %w", errRefused, err)
	}
	c.head(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, away(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read as far as it is wanted
	text, err := io.ReadAll(io.LimitReader(resp.Body, c.cfg.MaxBytes+1))
	switch {
	case err != nil:
		return answer{}, away(err)
	case resp.StatusCode != http.StatusOK:
		return answer{}, &Error{Status: resp.StatusCode, Text: shorten(text)}
	case int64(len(text)) > c.cfg.MaxBytes:
		return answer{}, fmt.Errorf("read gorse's answer: %w: it has more than %d bytes", errNonsense, c.cfg.MaxBytes)
	}
	made, _ := time.Parse(time.RFC1123, resp.Header.Get("Last-Modified"))
	return answer{body: text, made: made.UTC()}, nil
}

// head sets the header of a request.
func (c *Client) head(req *http.Request) {
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-API-Version", "2") // lists with scores
	if req.Method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json") // else 415, even without a body
	}
	if c.cfg.Key != "" {
		req.Header.Set("X-API-Key", c.cfg.Key)
	}
}

// away says that there was no answer. That the caller did not wait is said as such.
func away(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if call, ok := errors.AsType[*url.Error](err); ok {
		err = call.Err // the address has the id of a person, who may want to be forgotten by logs, too
	}
	return fmt.Errorf("%w: %w", errAway, err)
}

// get makes a request whose answer is wanted.
func (c *Client) get(ctx context.Context, query url.Values, path ...string) (answer, error) {
	return c.do(ctx, request{method: http.MethodGet, path: path, query: query})
}

// write makes a request whose answer only says that it was done.
func (c *Client) write(ctx context.Context, what, method string, body any, path ...string) error {
	return c.guarded(ctx, what, func(ctx context.Context) error {
		_, err := c.do(ctx, request{method: method, path: path, body: body})
		return err
	})
}
