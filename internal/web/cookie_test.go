package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

func TestVisitor_IsGivenOnceAndKept(t *testing.T) {
	t.Parallel()
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		before := web.Visitor(rc)
		rc.SetBodyString(before + "|" + web.EnsureVisitor(rc))
	}, web.Config{})
	answer, body := s.ask(t, "GET", "/", nil, "")
	require.Len(t, answer.Cookies(), 1)
	c := answer.Cookies()[0]
	assert.Equal(t, "visitor", c.Name)
	assert.Equal(t, "|"+c.Value, body)
	assert.True(t, c.HttpOnly)
	assert.False(t, c.Secure, "plain HTTP would never send it back")
	assert.Equal(t, http.SameSiteLaxMode, c.SameSite)
	assert.Equal(t, "/", c.Path)
	assert.Equal(t, 180*24*3600, c.MaxAge)

	answer, body = s.ask(t, "GET", "/", map[string]string{"Cookie": "visitor=" + c.Value}, "")
	assert.Empty(t, answer.Cookies())
	assert.Equal(t, c.Value+"|"+c.Value, body)
}

func TestVisitor_IsNotWhatSomebodyMadeUp(t *testing.T) {
	t.Parallel()
	s := serve(t, func(rc *fasthttp.RequestCtx) { rc.SetBodyString(web.Visitor(rc)) }, web.Config{})
	for _, bad := range []string{"short", "<script>alert(1)</script>x", "ABCDEFGHIJKLMNOPQRSTUVWXYZA"} {
		_, body := s.ask(t, "GET", "/", map[string]string{"Cookie": "visitor=" + bad}, "")
		assert.Empty(t, body, bad)
	}
}

func TestSetCookie_IsSecureOverHTTPSAndCanBeRemoved(t *testing.T) {
	t.Parallel()
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		web.SetCookie(rc, web.Cookie{Name: "a", Value: "1", Path: "/holds", MaxAge: time.Hour})
		web.SetCookie(rc, web.Cookie{Name: "b", MaxAge: -1})
		web.SetCookie(rc, web.Cookie{Name: "c", Value: "3"})
	}, web.Config{BaseURL: "https://tickets.example"})
	answer, _ := s.ask(t, "GET", "/", nil, "")
	byName := map[string]*http.Cookie{}
	for _, c := range answer.Cookies() {
		byName[c.Name] = c
		assert.True(t, c.Secure, c.Name)
	}
	require.Len(t, byName, 3)
	assert.Equal(t, "/holds", byName["a"].Path)
	assert.Equal(t, 3600, byName["a"].MaxAge)
	assert.True(t, byName["b"].Expires.Before(time.Unix(1_600_000_000, 0)), "a removed cookie is long over")
	assert.Zero(t, byName["c"].MaxAge)
	assert.True(t, byName["c"].Expires.IsZero(), "it ends with the browser")
}

func TestRedirect_StaysOnThisHost(t *testing.T) {
	t.Parallel()
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		rc.SetBodyString("half a page")
		web.Redirect(rc, "/holds/hld_1")
	}, web.Config{})
	answer, body := s.ask(t, "POST", "/", nil, "")
	assert.Equal(t, 303, answer.StatusCode)
	assert.Equal(t, "/holds/hld_1", answer.Header.Get("Location"))
	assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	assert.Empty(t, body)
}

func TestDropCookie_RemovesEachOfOneName(t *testing.T) {
	t.Parallel()
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		web.DropCookie(rc, "booking", "/b/1")
		web.DropCookie(rc, "booking", "/b/2")
	}, web.Config{BaseURL: "https://tickets.example"})
	answer, _ := s.ask(t, "GET", "/", nil, "")
	var paths []string
	for _, c := range answer.Cookies() {
		assert.Equal(t, "booking", c.Name)
		assert.Empty(t, c.Value)
		assert.Equal(t, fasthttp.CookieExpireDelete.Unix(), c.Expires.Unix())
		assert.True(t, c.Secure)
		paths = append(paths, c.Path)
	}
	assert.Equal(t, []string{"/b/1", "/b/2"}, paths)
}

func TestSetCookie_ScriptsReadOnlyWhatIsForThem(t *testing.T) {
	t.Parallel()
	var rc fasthttp.RequestCtx
	web.SetCookie(&rc, web.Cookie{Name: "secret", Value: "1"})
	web.SetCookie(&rc, web.Cookie{Name: "choice", Value: "yes", Scripts: true})
	assert.Contains(t, string(rc.Response.Header.PeekCookie("secret")), "HttpOnly")
	assert.NotContains(t, string(rc.Response.Header.PeekCookie("choice")), "HttpOnly")
	assert.Contains(t, string(rc.Response.Header.PeekCookie("choice")), "SameSite=Lax")
}
