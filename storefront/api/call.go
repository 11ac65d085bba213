package api

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/brand"
)

// call is one request while its handler works on it.
type call struct {
	api    *API
	rc     *fasthttp.RequestCtx
	params params
}

// site is the storefront at the host name that is asked.
func (c *call) site() *brand.Site { return brand.Of(c.rc) }

// The headers of the API's own.
const (
	headerIdempotencyKey = "Idempotency-Key"
	headerHoldSecret     = "Hold-Secret"
	headerBookingToken   = "Booking-Token"
	headerVisitor        = "Visitor-Id"
)

// Bounds of what clients send, in bytes.
const (
	maxBody    = 64 << 10
	maxKey     = 200 // of an idempotency key; the SDK's bound
	maxSecret  = 100
	minVisitor = 8
	maxVisitor = 64
	maxID      = 40  // identifiers have 30
	maxName    = 400 // of a seat, an area, a category: keys of up to 100 characters, joined
	maxLine    = 1000
	maxURL     = 2000
)

// header returns a request header as a string of its own.
func (c *call) header(name string) string { return string(c.rc.Request.Header.Peek(name)) }

// key returns the idempotency key, empty when none is sent.
func (c *call) key() (string, error) {
	key := c.header(headerIdempotencyKey)
	if len(key) > maxKey || !printable(key) {
		return "", fault.Invalidf(headerIdempotencyKey, "must have at most %d printable ASCII characters", maxKey)
	}
	return key, nil
}

// printable reports whether s has visible ASCII characters alone.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// secret returns what proves who asks: the named header, or else the bearer of Authorization.
func (c *call) secret(name string) (string, error) {
	secret := c.rc.Request.Header.Peek(name)
	if len(secret) == 0 {
		secret = bearer(c.rc.Request.Header.Peek(fasthttp.HeaderAuthorization))
	}
	if len(secret) == 0 || len(secret) > maxSecret {
		return "", errNoSecret(name)
	}
	return string(secret), nil
}

// errNoSecret says which header is missing.
func errNoSecret(name string) error {
	missing := fault.New(fault.Unauthenticated, "secret_missing", "send the header "+name+", or the same as Authorization: Bearer")
	return missing.In(name)
}

// bearer returns the credentials of "Authorization: Bearer …" (RFC 6750, section 2.1), nil for any other.
func bearer(authorization []byte) []byte {
	scheme, credentials, _ := bytes.Cut(authorization, []byte(" "))
	if !bytes.EqualFold(scheme, []byte("Bearer")) {
		return nil
	}
	return bytes.TrimSpace(credentials)
}

// visitor returns the opaque id that limits per buyer count by: that of the header,
// which programs send, or that of the cookie, which our pages set.
func (c *call) visitor() (string, error) {
	id := c.header(headerVisitor)
	if id == "" {
		id = web.Visitor(c.rc)
	}
	if len(id) < minVisitor || len(id) > maxVisitor || !printable(id) {
		return "", fault.Invalidf(headerVisitor, "must say who is buying: an id of %d to %d printable ASCII characters, always the same for one buyer", minVisitor, maxVisitor)
	}
	return id, nil
}

// read reads the body as an object. A body that has to be there is refused when it is not.
func (c *call) read(field func(r *reader, name string) bool) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	return readObject(body, field)
}

// readNothing accepts no body, or an object without fields.
func (c *call) readNothing() error {
	if len(c.rc.Request.Body()) == 0 {
		return nil
	}
	return c.read(func(*reader, string) bool { return false })
}

// body returns the body of a request that says it is JSON. It is valid until the handler returns.
func (c *call) body() ([]byte, error) {
	h := &c.rc.Request.Header
	kind, _, _ := bytes.Cut(h.ContentType(), []byte(";"))
	if !bytes.EqualFold(bytes.TrimSpace(kind), []byte("application/json")) || len(h.ContentEncoding()) > 0 {
		return nil, errMediaType
	}
	body := c.rc.Request.Body()
	switch {
	case len(body) > maxBody:
		return nil, errTooLarge
	case len(bytes.TrimLeft(body, jsonSpace)) == 0:
		return nil, errMalformed
	}
	return body, nil
}

// noStore keeps an answer out of every cache: it is personal, or old in a moment.
const noStore = "no-store"

// public lets caches keep an answer that is the same for everybody for some seconds.
func public(seconds int) string { return fmt.Sprintf("public, max-age=%d", seconds) }

// send answers with a value as JSON.
func (c *call) send(status int, cache string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	c.sendRaw(status, cache, body)
	return nil
}

// sendRaw answers with JSON that is there already. The body may be kept until it is sent.
func (c *call) sendRaw(status int, cache string, body []byte) {
	c.rc.SetStatusCode(status)
	c.rc.SetContentType("application/json")
	c.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cache)
	c.rc.Response.SetBodyRaw(body)
}

// created answers with a new thing and its address.
func (c *call) created(location string, v any) error {
	c.rc.Response.Header.Set(fasthttp.HeaderLocation, location)
	return c.send(fasthttp.StatusCreated, noStore, v)
}
