package pwa_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/pwa"
)

// remembered is a browser that has something of everything.
func remembered(t *testing.T) *tab {
	t.Helper()
	b := keeps(t)
	b.open("/en/mumbai")
	b.holds("await has('marquee-pages /en/mumbai')")
	b.open(ticketPage)
	b.settled()
	b.holds("!one('[data-offline-ready]').hidden")
	b.run(`
		localStorage.setItem("city", "mumbai");
		sessionStorage.setItem("step", "1");
		document.cookie = "visitor=somebody; path=/";
		await new Promise((done, fail) => { const open = indexedDB.open("seats"); open.onsuccess = () => { open.result.close(); done(); }; open.onerror = fail; })`)
	return b
}

// leftovers is what a browser has of the site.
type leftovers struct {
	Registrations, Caches, Local, Session, Databases, Cookies int
}

func (b *tab) leftovers() leftovers {
	b.t.Helper()
	left := is[leftovers](b, `({
		Registrations: await registrations(), Caches: (await caches.keys()).length, Local: localStorage.length, Session: sessionStorage.length,
		Databases: (await indexedDB.databases()).length,
	})`)
	left.Cookies = len(call(b, network.GetCookies, network.GetCookiesParams{URLs: []string{b.site.base + ticketPage}}).Cookies)
	return left
}

func TestForget_LeavesNothing(t *testing.T) {
	t.Parallel()
	b := remembered(t)
	there := b.leftovers()
	assert.GreaterOrEqual(t, there.Caches, 4, "the control")
	there.Caches = 0
	assert.Equal(t, leftovers{Registrations: 1, Local: 1, Session: 1, Databases: 1, Cookies: 2}, there, "the control")
	b.press("form[data-forget] button")
	b.sees("This device has forgotten you")
	assert.Equal(t, leftovers{}, b.leftovers())
	b.quiet()
	b.site.net.cut(true)
	assert.Error(t, b.try(ticketPage))
}

// Without script the browser does it by itself, by the header.
func TestForget_WithoutScript(t *testing.T) {
	t.Parallel()
	b := remembered(t)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open(ticketPage)
	b.press("form[data-forget] button")
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
	require.Eventually(t, func() bool { return b.site.times("/en/forget") == 1 }, patience, polled)
	b.sees("This device has forgotten you")
	left := b.leftovers()
	left.Session = 0 // that of the tab goes with the tab
	assert.Equal(t, leftovers{}, left)
}

// With script all that is within its reach goes, even when the server cannot be asked.
func TestForget_WithoutANetwork(t *testing.T) {
	t.Parallel()
	b := remembered(t)
	b.site.net.cut(true)
	b.link(false)
	b.press("form[data-forget] button")
	b.sees("press again once there is one")
	left := b.leftovers()
	assert.Equal(t, leftovers{Cookies: 2}, left, "cookies are out of reach")
	b.site.net.cut(false)
	b.link(true)
	b.press("form[data-forget] button")
	b.sees("This device has forgotten you")
	assert.Equal(t, leftovers{}, b.leftovers())
}

// What was under way when everything was forgotten does not come after it.
func TestForget_NothingComesAfterIt(t *testing.T) {
	t.Parallel()
	b := remembered(t)
	b.site.stall("/en/surat")
	other := b.another()
	opened := make(chan error, 1)
	go func() { opened <- other.try("/en/surat") }()
	require.Eventually(t, func() bool { return b.site.times("/en/surat") > 0 }, patience, polled)
	b.press("form[data-forget] button")
	b.sees("This device has forgotten you")
	b.site.release()
	require.NoError(t, <-opened)
	other.sees("What is on in surat")
	for name := range b.kept() {
		assert.NotContains(t, name, "surat")
	}
}

func TestForget_ExpiresEveryCookie(t *testing.T) {
	t.Parallel()
	var rc fasthttp.RequestCtx
	rc.Request.SetRequestURI("http://shop.example/hi/forget")
	rc.Request.Header.SetMethod(fasthttp.MethodPost)
	rc.Request.Header.SetCookie("visitor", "x")
	rc.Request.Header.SetCookie("hold_1", "y")
	pwa.Forget(&rc, web.Cookie{Name: "booking", Path: "/hi/b/K7PW-XF3X"}, web.Cookie{Name: "booking", Path: "/hi/b/K7PW-XF3Y"}, web.Cookie{Name: "city"})
	var set []string
	for _, line := range rc.Response.Header.Cookies() {
		var c fasthttp.Cookie
		require.NoError(t, c.ParseBytes(line))
		assert.Equal(t, fasthttp.CookieExpireDelete.UTC(), c.Expire().UTC())
		assert.Empty(t, c.Value())
		set = append(set, string(c.Key())+" "+string(c.Path()))
	}
	assert.ElementsMatch(t, []string{
		"visitor /", "visitor /hi", "visitor /hi/forget", "hold_1 /", "hold_1 /hi", "hold_1 /hi/forget", "booking /hi/b/K7PW-XF3X", "booking /hi/b/K7PW-XF3Y", "city /",
	}, set)
	assert.Equal(t, `"cache", "cookies", "storage"`, string(rc.Response.Header.Peek("Clear-Site-Data")))
	assert.Equal(t, "no-store", string(rc.Response.Header.Peek("Cache-Control")))
}
