package pwa_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ticketPage = "/en/b/" + reference

// keeps opens the page of tickets and waits until it is kept.
func keeps(t *testing.T) *tab {
	t.Helper()
	b := visit(t)
	b.open(ticketPage)
	b.settled()
	b.holds("!one('[data-offline-ready]').hidden")
	return b
}

func TestTickets_OpenWithoutANetwork(t *testing.T) {
	t.Parallel()
	began := time.Now()
	b := keeps(t)
	assert.Empty(t, is[string](b, "one('.pwa-saved')?.textContent ?? ''"), "what is new is not said to be old")
	b.site.net.cut(true)
	b.open(ticketPage)
	b.sees("Your tickets")
	assert.Positive(t, is[int](b, "one('svg.qr').getBoundingClientRect().width"))
	b.holds("one('.pwa-saved').textContent.startsWith('Saved: ')")
	assert.Regexp(t, began.Format("2006")+"|"+time.Now().Format("2006"), is[string](b, "one('.pwa-saved').textContent"), "the year may end meanwhile")
	assert.Equal(t, "fixed", is[string](b, "getComputedStyle(one('.pwa')).position"), "it looks as it should")
	assert.True(t, is[bool](b, "one('img').complete && one('img').naturalWidth > 0"), "its pictures are there")
	b.holds("!one('[data-offline-ready]').hidden")

	b.open("/de/b/" + reference) // one copy for all languages
	b.sees("Your tickets")
	b.open(ticketPage + "/return?id=1")
	b.sees("Your tickets")
	b.quiet()
}

// The control of the test before: what was not handed over is not there.
func TestTickets_OnlyWhatIsHandedOver(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.site.set(func(s *site) { s.booking = unpaid })
	b.open("/en")
	b.settled()
	b.open(ticketPage)
	b.sees("Pay")
	b.run(`(await navigator.serviceWorker.ready).active.postMessage({ type: "keep" })`) // even when a page asks for it
	b.holds("await new Promise((done) => { navigator.serviceWorker.onmessage = (event) => done(event.data.type === 'kept' && !event.data.kept); navigator.serviceWorker.controller.postMessage({ type: 'keep' }) })")
	b.site.net.cut(true)
	b.open(ticketPage)
	b.sees("No network")
	for name, body := range b.kept() {
		assert.NotContains(t, body, secret, name)
	}
}

// Who types the site's name opens an address without a language.
func TestTickets_AreFoundWithoutALanguage(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.site.net.cut(true)
	for _, path := range []string{"/", "/fr/mumbai"} {
		b.open(path)
		b.sees("No network")
		assert.Equal(t, ticketPage, is[string](b, "one('[data-kept-list] a').getAttribute('href')"), path)
	}
}

func TestTickets_TheListOfThemIsKeptToo(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.open("/en/tickets")
	b.holds("await has('marquee-tickets /tickets')")
	b.site.net.cut(true)
	b.open("/en/tickets")
	b.sees("My tickets")
	b.holds("one('.pwa-saved')")
}

func TestTickets_WhatIsNotTrueAnyMoreIsThrownAway(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]state{"cancelled": cancelled, "not theirs": stranger, "gone": gone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := keeps(t)
			require.Contains(t, b.kept(), "marquee-tickets /b/"+reference)
			b.site.set(func(s *site) { s.booking = to })
			b.open(ticketPage)
			b.holds("!await has('marquee-tickets /b/" + reference + "')")
			b.holds("!Object.keys(await kept()).some((name) => name.startsWith('marquee-tickets'))")
			b.site.net.cut(true)
			b.open(ticketPage)
			b.sees("No network")
		})
	}
}

func TestTickets_ATroubledServerDoesNotTakeThemAway(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.site.set(func(s *site) { s.booking = broken })
	b.open(ticketPage)
	b.sees("Your tickets")
	b.holds("one('.pwa-saved')")
}

func TestTickets_AreNotKeptForEver(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.run(`
		const cache = await caches.open("marquee-tickets"), copy = await cache.match("/b/` + reference + `"), headers = new Headers(copy.headers);
		headers.set("x-until", new Date(Date.now() - 1000).toISOString());
		await cache.put("/b/` + reference + `", new Response(await copy.text(), { headers }))`)
	b.site.net.cut(true)
	b.open(ticketPage)
	b.sees("No network")
	b.holds("!await has('marquee-tickets /b/" + reference + "')")
	b.open("/en/elsewhere")
	b.sees("No network")
	assert.Empty(t, is[string](b, "one('[data-kept-list]').textContent"))
}

func TestTickets_ANetworkThatHangsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.site.stall(ticketPage)
	b.open(ticketPage)
	b.sees("Your tickets")
	b.holds("one('.pwa-saved')")
}

func TestTickets_AreRefreshedByBeingOpened(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	before := is[string](b, "(await (await caches.open('marquee-tickets')).match('/b/"+reference+"')).headers.get('x-until')")
	b.site.set(func(s *site) { s.until = s.until.Add(time.Hour) })
	asked := b.site.times(ticketPage)
	b.open(ticketPage)
	b.holds("(await (await caches.open('marquee-tickets')).match('/b/" + reference + "')).headers.get('x-until') > '" + before + "'")
	b.holds("!one('[data-offline-ready]').hidden")
	assert.Equal(t, asked+1, b.site.times(ticketPage), "the server is not asked twice for a page")
}
