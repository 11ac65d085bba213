package adclient

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// ErrDown says that the server was not asked: it has failed so often of late that it is left alone for a while.
var ErrDown = errors.New("the ad server is left alone, because it failed too often")

// errAway says that there was no answer, or none in time.
var errAway = errors.New("the ad server does not answer")

// Error is an answer that refuses a call.
type Error struct {
	Status int    // of HTTP
	Title  string // of the problem document (RFC 9457); may be empty
	Detail string // the same
}

// Error implements error.
func (e *Error) Error() string {
	parts := []string{fmt.Sprintf("the ad server answered with status %d", e.Status), e.Title, e.Detail}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ": ")
}

// Client calls an ad server. It is safe for concurrent use. Its errors are ErrDown when the server was not asked, of type *Error when it
// refused, the context's when the caller did not wait, and otherwise say that there was no answer or one that makes no sense.
type Client struct {
	cfg     Config
	http    http.Client
	circuit circuitbreaker.CircuitBreaker[any]
}

// New returns a client, and calls nothing. Errors: a Config field out of bounds, by its name.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, http: *cfg.Client}
	// The key goes to the server that was named, and to no other.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.circuit = circuitbreaker.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return ailing(err) }).
		WithFailureThresholdPeriod(uint(cfg.Failures), cfg.Window).
		WithSuccessThreshold(1).
		WithDelay(cfg.Rest).
		Build()
	return c, nil
}

// Close ends the connections that are not in use.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Down reports whether calls fail at once. Once the server has rested the next call asks it, and until then this is false.
func (c *Client) Down() bool { return c.circuit.IsOpen() && c.circuit.RemainingDelay() > 0 }

// ailing reports whether an error says that the server is ill. That a caller gave up, or asked for something that there is not, does not.
func ailing(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status >= http.StatusInternalServerError
	}
	return errors.Is(err, errAway) || errors.Is(err, errNonsense)
}

// Decide asks for the ads of a page, once.
func (c *Client) Decide(ctx context.Context, r Request) (Response, error) {
	if len(r.Slots) == 0 {
		return Response{}, nil
	}
	body, err := json.Marshal(struct {
		Publisher string `json:"publisher"`
		Request
	}{c.cfg.Publisher, r})
	if err != nil {
		return Response{}, fmt.Errorf("write a request for ads: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	var answer Response
	err = c.guarded(ctx, "ask for ads", func() error {
		text, err := c.call(ctx, http.MethodPost, "/v1/decisions", r.User.ID, body)
		if err == nil {
			answer, err = parse(text, r.Slots)
		}
		return err
	})
	return answer, err
}

// Hide has the server show an ad no more to whom it was shown, and others like it less. It takes Ad.Hide, of which the token counts alone.
// It may be repeated.
func (c *Client) Hide(ctx context.Context, address string) error {
	token, err := hideToken(address)
	if err != nil {
		return err
	}
	return c.write(ctx, "hide an ad", http.MethodPost, "/h/"+token, "", nil)
}

// Prefer says whether ads may go by who a user is and what he does. It may be repeated.
func (c *Client) Prefer(ctx context.Context, user string, personalised bool) error {
	if err := checkUser(user); err != nil {
		return err
	}
	return c.write(ctx, "keep the preferences of a user", http.MethodPut, c.user(user, "/preferences"), user, map[string]bool{"personalised": personalised})
}

// OptOut is Prefer with a no.
func (c *Client) OptOut(ctx context.Context, user string) error { return c.Prefer(ctx, user, false) }

// Erase has the server forget a user. It may be repeated.
func (c *Client) Erase(ctx context.Context, user string) error {
	if err := checkUser(user); err != nil {
		return err
	}
	return c.write(ctx, "erase a user", http.MethodDelete, c.user(user, ""), user, nil)
}

// user is the address of a user of the publisher.
func (c *Client) user(id, what string) string {
	return "/v1/users/" + url.PathEscape(id) + what + "?publisher=" + url.QueryEscape(c.cfg.Publisher)
}

// maxUser bounds the id of a user, in bytes, as the server does.
const maxUser = 128

// checkUser refuses an id that would make another address of the one that it stands in.
func checkUser(user string) error {
	if user == "" || user == "." || user == ".." || len(user) > maxUser {
		return fmt.Errorf("user %.20q: give an id of 1 to %d bytes", user, maxUser)
	}
	return nil
}

// write makes a call whose answer only says that it was done.
func (c *Client) write(ctx context.Context, what, method, path, user string, body any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.WriteTimeout)
	defer cancel()
	return c.guarded(ctx, what, func() error {
		_, err := c.call(ctx, method, path, user, text)
		return err
	})
}

// guarded makes a call unless the circuit is open.
func (c *Client) guarded(ctx context.Context, what string, call func() error) error {
	err := failsafe.With[any](c.circuit).WithContext(context.WithoutCancel(ctx)).Run(call)
	if errors.Is(err, circuitbreaker.ErrOpen) {
		err = ErrDown
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// call makes a request that is about a user, if any, and returns what it was answered with.
func (c *Client) call(ctx context.Context, method, path, user string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.cfg.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("write a request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.cfg.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.cfg.Key)
	}
	if user != "" {
		req.Header.Set("X-Marquee-User", c.person(user))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, away(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read as far as it is wanted
	text, err := io.ReadAll(io.LimitReader(resp.Body, c.cfg.MaxBytes+1))
	switch {
	case err != nil:
		return nil, away(err)
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil, refusal(resp.StatusCode, text)
	case int64(len(text)) > c.cfg.MaxBytes:
		return nil, fmt.Errorf("%w: it has more than %d bytes", errNonsense, c.cfg.MaxBytes)
	}
	return text, nil
}

// person tells a balancer one user from another, so that each goes to the node that counts what he sees. It is no id: balancers write logs.
func (c *Client) person(user string) string {
	sum := sha256.Sum256([]byte(c.cfg.Publisher + "\x00" + user))
	return hex.EncodeToString(sum[:8])
}

// refusal is an answer that is no success. One that redirects makes no sense.
func refusal(status int, text []byte) error {
	if status < http.StatusBadRequest {
		return fmt.Errorf("%w: status %d", errNonsense, status)
	}
	var problem struct{ Title, Detail string }
	_ = json.Unmarshal(text, &problem) // some answers come from a proxy, which writes pages
	return &Error{Status: status, Title: shorten(problem.Title), Detail: shorten(problem.Detail)}
}

// shorten bounds what is repeated of an answer in an error.
func shorten(s string) string { return fmt.Sprintf("%.200s", s) }

// away says that there was no answer. That the caller did not wait is said as such.
func away(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if call, ok := errors.AsType[*url.Error](err); ok {
		err = call.Err // the address has a token or the id of a person
	}
	return fmt.Errorf("%w: %w", errAway, err)
}
