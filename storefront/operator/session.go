package operator

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// sessionCookie proves that a browser once gave the token; it is no use for finding the token.
const sessionCookie = "operator"

// sessionFor is how long a browser stays signed in.
const sessionFor = 12 * time.Hour

// pass is the value of the cookie of those who have the token.
func (d *Desk) pass() string {
	mac := hmac.New(sha256.New, d.token[:])
	_, _ = mac.Write([]byte("operator's session")) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// isToken compares in the same time whatever was given.
func (d *Desk) isToken(given []byte) bool {
	sum := sha256.Sum256(given)
	return subtle.ConstantTimeCompare(sum[:], d.token[:]) == 1
}

// known reports whether the request is the operator's: a browser's by its cookie, a program's by a bearer token.
func (d *Desk) known(rc *fasthttp.RequestCtx) bool {
	if cookie := rc.Request.Header.Cookie(sessionCookie); len(cookie) > 0 {
		return subtle.ConstantTimeCompare(cookie, []byte(d.pass())) == 1
	}
	token, ok := bytes.CutPrefix(rc.Request.Header.Peek(fasthttp.HeaderAuthorization), []byte("Bearer "))
	return ok && d.isToken(token)
}

func (d *Desk) signIn(r *request) error {
	if !d.isToken(r.rc.PostArgs().Peek("token")) {
		if err := d.tries.Take(web.Network(web.Client(r.rc))); err != nil {
			return err
		}
		return d.show(r, fasthttp.StatusUnauthorized, "Sign in", signInPage(d.frame("Error: Sign in", ""), "This is not the operator's token."))
	}
	web.SetCookie(r.rc, web.Cookie{Name: sessionCookie, Value: d.pass(), Path: Prefix, MaxAge: sessionFor})
	web.Redirect(r.rc, Prefix+"/cache")
	return nil
}

func (d *Desk) signOut(r *request) error {
	web.SetCookie(r.rc, web.Cookie{Name: sessionCookie, Path: Prefix, MaxAge: -1})
	web.Redirect(r.rc, Prefix)
	return nil
}

// said is the sentence to show for a refusal of ours; other errors are returned.
func said(err error) (string, error) {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Code != fault.Internal {
		return f.Message, nil
	}
	return "", err
}
