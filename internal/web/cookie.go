package web

import (
	"crypto/rand"
	"time"

	"github.com/valyala/fasthttp"
)

// Cookie is a cookie that scripts cannot read, unless it says so, and other sites cannot have sent
// with their forms.
type Cookie struct {
	Name, Value string
	Path        string        // empty means "/"
	Scripts     bool          // scripts may read it
	MaxAge      time.Duration // whole seconds; 0 means until the browser is closed, less than 0 removes it
}

// SetCookie adds a cookie to the answer: HttpOnly unless scripts may read it, SameSite=Lax, Secure over HTTPS.
func SetCookie(rc *fasthttp.RequestCtx, c Cookie) {
	raw := fasthttp.AcquireCookie()
	defer fasthttp.ReleaseCookie(raw)
	raw.SetKey(c.Name)
	raw.SetValue(c.Value)
	raw.SetPath("/")
	if c.Path != "" {
		raw.SetPath(c.Path)
	}
	raw.SetHTTPOnly(!c.Scripts)
	raw.SetSameSite(fasthttp.CookieSameSiteLaxMode)
	raw.SetSecure(Secure(rc))
	switch {
	case c.MaxAge < 0:
		raw.SetExpire(fasthttp.CookieExpireDelete)
	case c.MaxAge > 0:
		raw.SetMaxAge(int(c.MaxAge / time.Second))
	}
	rc.Response.Header.SetCookie(raw)
}

// visitorCookie holds the opaque id of a browser.
const visitorCookie = "visitor"

// visitorFor is how long a browser keeps its id: limits per buyer count by it.
const visitorFor = 180 * 24 * time.Hour

// visitorLen is the length of an id, that of rand.Text.
const visitorLen = 26

// Visitor returns the opaque id of the browser, empty when it has none yet.
func Visitor(rc *fasthttp.RequestCtx) string {
	id := string(rc.Request.Header.Cookie(visitorCookie))
	if len(id) != visitorLen || !validRequestID(id) {
		return ""
	}
	return id
}

// EnsureVisitor returns the opaque id of the browser and gives it one when it has none.
func EnsureVisitor(rc *fasthttp.RequestCtx) string {
	id := Visitor(rc)
	if id == "" {
		id = rand.Text()
		SetCookie(rc, Cookie{Name: visitorCookie, Value: id, MaxAge: visitorFor})
	}
	return id
}

// DropCookie has the browser remove the cookie that has a name and a path: it may have several of one name. SetCookie sets
// only the last of a name.
func DropCookie(rc *fasthttp.RequestCtx, name, path string) {
	raw := fasthttp.AcquireCookie()
	defer fasthttp.ReleaseCookie(raw)
	raw.SetKey(name)
	raw.SetPath(path)
	raw.SetExpire(fasthttp.CookieExpireDelete)
	raw.SetHTTPOnly(true)
	raw.SetSameSite(fasthttp.CookieSameSiteLaxMode)
	raw.SetSecure(Secure(rc))
	rc.Response.Header.AddBytesV(fasthttp.HeaderSetCookie, raw.Cookie())
}
