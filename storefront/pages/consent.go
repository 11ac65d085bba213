package pages

import (
	"bytes"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

// personalCookie remembers whether a visitor has agreed that we remember what he looks at: "yes" or "no". Scripts read it so
// that they tell nothing of those who have not.
const personalCookie = "personal"

// consent is what a visitor says to being remembered.
type consent int

const (
	unasked consent = iota
	agreed
	refusedConsent
	never // the browser says so for him with every request
)

// consent returns what the visitor says to being remembered.
func (r *request) consent() consent { return r.answered(personalCookie) }

// answered is what the visitor has answered to the question that a cookie is about. A browser that asks not to be followed has answered
// for him.
//
// Source: Global Privacy Control, section 3 (Sec-GPC); Tracking Preference Expression, section 5 (DNT).
func (r *request) answered(cookie string) consent {
	h := &r.rc.Request.Header
	if string(h.Peek("Sec-GPC")) == "1" || string(h.Peek("DNT")) == "1" {
		return never
	}
	switch string(h.Cookie(cookie)) {
	case "yes":
		return agreed
	case "no":
		return refusedConsent
	}
	return unasked
}

// agreedVisitor is the id of a visitor who has agreed; empty for others.
func (r *request) agreedVisitor() string {
	if r.consent() != agreed {
		return ""
	}
	return web.EnsureVisitor(r.rc)
}

// onPhone reports whether the browser says that it is that of a phone.
func (r *request) onPhone() bool {
	h := &r.rc.Request.Header
	return string(h.Peek("Sec-CH-UA-Mobile")) == "?1" || bytes.Contains(h.UserAgent(), []byte("Mobi"))
}

// choosePersonal takes the answer to the question whether we may remember. Who ends it is forgotten.
func (p *Pages) choosePersonal(r *request) error {
	answer := web.Cookie{Name: personalCookie, Value: "no", MaxAge: rememberFor, Scripts: true}
	if r.form(personalCookie) == "yes" {
		answer.Value = "yes"
		web.EnsureVisitor(r.rc)
	} else if err := p.forgetVisitor(r); err != nil {
		return err
	}
	web.SetCookie(r.rc, answer)
	return r.done(forYouPath)
}

// done answers a form: scripts want nothing, others the page that shows what has changed.
func (r *request) done(path string) error {
	if r.form("quiet") == "" {
		return r.redirect(r.path(path))
	}
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cacheNever)
	r.rc.SetStatusCode(fasthttp.StatusNoContent)
	return nil
}
