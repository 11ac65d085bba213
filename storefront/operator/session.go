package operator

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// sessionCookie proves that a browser once gave the token; it is no use for finding the token.
const sessionCookie = "operator"

// sessionFor is how long a browser stays signed in.
const sessionFor = 12 * time.Hour

// pass is the value of the cookie of those who have the token, good until a time.
func (d *Desk) pass(until time.Time) string {
	end := strconv.FormatInt(until.Unix(), 10)
	mac := hmac.New(sha256.New, d.token[:])
	_, _ = mac.Write([]byte("operator's session until " + end)) // never fails
	return end + "." + hex.EncodeToString(mac.Sum(nil))
}

// isPass reports whether a cookie is a pass that is still good.
func (d *Desk) isPass(cookie []byte) bool {
	end, _, _ := bytes.Cut(cookie, []byte("."))
	seconds, err := strconv.ParseInt(string(end), 10, 64)
	until := time.Unix(seconds, 0)
	return err == nil && subtle.ConstantTimeCompare(cookie, []byte(d.pass(until))) == 1 && d.client.Now().Before(until)
}

// isToken compares in the same time whatever was given.
func (d *Desk) isToken(given []byte) bool {
	sum := sha256.Sum256(given)
	return subtle.ConstantTimeCompare(sum[:], d.token[:]) == 1
}

// proves reports whether a request gives the token. Wrong ones count for its network, and after too many of them the right one is
// refused as well: otherwise it would be found by guessing on. Error: a *web.WaitError.
func (d *Desk) proves(rc *fasthttp.RequestCtx, given []byte) (bool, error) {
	from := web.Network(web.Client(rc))
	if err := d.tries.Check(from); err != nil {
		return false, err
	}
	if d.isToken(given) {
		return true, nil
	}
	return false, d.tries.Take(from)
}

// known reports whether the request is the operator's: a browser's by its cookie, a program's by a bearer token. Error: that of proves.
func (d *Desk) known(rc *fasthttp.RequestCtx) (bool, error) {
	if cookie := rc.Request.Header.Cookie(sessionCookie); len(cookie) > 0 {
		return d.isPass(cookie), nil
	}
	token, ok := bytes.CutPrefix(rc.Request.Header.Peek(fasthttp.HeaderAuthorization), []byte("Bearer "))
	if !ok {
		return false, nil
	}
	return d.proves(rc, token)
}

func (d *Desk) signIn(r *request) error {
	switch proved, err := d.proves(r.rc, r.rc.PostArgs().Peek("token")); {
	case err != nil:
		return err
	case !proved:
		return d.show(r, fasthttp.StatusUnauthorized, "Sign in", signInPage(d.frame("Error: Sign in", ""), "This is not the operator's token."))
	}
	pass := d.pass(d.client.Now().Add(sessionFor))
	web.SetCookie(r.rc, web.Cookie{Name: sessionCookie, Value: pass, Path: Prefix, MaxAge: sessionFor})
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
