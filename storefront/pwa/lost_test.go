package pwa_test

import (
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loses has a buyer come back from paying when there is no network.
func loses(t *testing.T) *tab {
	t.Helper()
	return losesIn(t, visit(t))
}

func losesIn(t *testing.T, b *tab) *tab {
	t.Helper()
	b.site.set(func(s *site) { s.booking = unpaid })
	b.open("/en/mumbai")
	b.settled()
	b.holds("await has('marquee-pages /en/mumbai')")
	b.open(ticketPage)
	b.site.net.cut(true)
	b.open(ticketPage + "/return?payment=1")
	b.sees("We are looking up your payment")
	b.sees("nobody is charged twice")
	b.holds("await has('marquee-lost /b/" + reference + "')")
	return b
}

func TestLost_ThePaymentIsLookedUpWhenTheNetworkIsBack(t *testing.T) {
	t.Parallel()
	b := loses(t)
	b.site.set(func(s *site) { s.booking = paid }) // before anybody can ask
	b.site.net.cut(false)
	b.sync()
	b.sees("Your tickets") // the offline page has made way
	assert.Equal(t, ticketPage, is[string](b, "location.pathname"))
	b.holds("await has('marquee-tickets /b/" + reference + "')")
	b.holds("!await has('marquee-lost /b/" + reference + "')")
	b.site.net.cut(true)
	b.open(ticketPage)
	b.holds("one('svg.qr') && one('.pwa-saved')")
	b.quiet()
}

func TestLost_WhatWasNotPaidIsNotKept(t *testing.T) {
	t.Parallel()
	b := loses(t)
	b.site.net.cut(false)
	b.sync()
	b.sees("Pay")
	b.holds("!await has('marquee-lost /b/" + reference + "')")
	for name, body := range b.kept() {
		assert.NotContains(t, body, secret, name)
	}
}

func TestLost_ItIsAskedAgainWhileNobodyKnows(t *testing.T) {
	t.Parallel()
	b := loses(t)
	b.sync() // the network is still away
	b.holds("await has('marquee-lost /b/" + reference + "')")
	b.site.set(func(s *site) { s.booking = pending })
	b.site.net.cut(false)
	b.sync()
	require.Eventually(t, func() bool { return b.site.times(ticketPage+"/return") > 0 }, patience, polled)
	b.open("/en/mumbai")
	b.holds("await has('marquee-lost /b/" + reference + "')")
	b.site.set(func(s *site) { s.booking = paid })
	b.sync()
	b.holds("line('found').includes('Your payment went through')") // on another page
	b.press(".pwa [data-about=found] button")
	b.sees("Your tickets")
}

// The network that comes back while it is still asked in vain is not missed.
func TestLost_ItIsAskedAgainForWhoWakesTheWorkerMeanwhile(t *testing.T) {
	t.Parallel()
	b := loses(t)
	b.site.stall(ticketPage + "/return")
	b.site.set(func(s *site) { s.booking, s.breaks = paid, 1 })
	b.site.net.cut(false)
	b.sync()
	require.Eventually(t, func() bool { return b.site.times(ticketPage+"/return") == 1 }, patience, polled)
	b.sync()
	time.Sleep(200 * time.Millisecond) // who is later than the answer is not refused, and not tested
	b.site.release()
	b.holds("!await has('marquee-lost /b/" + reference + "')")
	b.sees("Your tickets")
}

// Without Background Sync pages wake the worker: those on which the network comes back, and those that are opened.
func TestLost_PagesWakeTheWorker(t *testing.T) {
	t.Parallel()
	for name, wake := range map[string]func(*tab){
		"the network is back": func(b *tab) { b.link(false); b.link(true) },
		"a page is opened":    func(b *tab) { b.open("/en/delhi") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := visit(t)
			b.permit("background-sync", cdpbrowser.PermissionSettingDenied)
			other := b.another()
			other.open("/en/mumbai")
			other.settled()
			call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: greets})
			losesIn(t, b)
			b.greeted()
			b.site.set(func(s *site) { s.booking = paid })
			b.site.net.cut(false)
			wake(other)
			other.holds("line('found').includes('Your payment went through')")
			b.holds("!await has('marquee-lost /b/" + reference + "')")
			b.holds("await has('marquee-tickets /b/" + reference + "')")
			b.sees("Your tickets")
			other.press(".pwa [data-about=found] button:last-of-type") // not now
			other.holds("line('found') === ''")
		})
	}
}

// The page that waits asks by itself: what it could not learn is looked up even when nobody looks at it any more.
func TestLost_ThePageThatWaitsHasItRemembered(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.site.set(func(s *site) { s.booking = pending })
	b.open("/en/mumbai")
	b.settled()
	b.holds("await has('marquee-pages /en/mumbai')")
	b.open(ticketPage)
	b.run("window.mark = 1")
	b.site.net.cut(true)
	b.holds("await has('marquee-lost /b/" + reference + "')")
	assert.True(t, is[bool](b, "window.mark === 1 && text().includes('Waiting for your bank')"), "one question without an answer takes nothing away")
	b.open("/en/mumbai") // from what is kept
	b.site.set(func(s *site) { s.booking = paid })
	b.site.net.cut(false)
	b.sync()
	b.holds("line('found').includes('Your payment went through')")
	b.holds("!await has('marquee-lost /b/" + reference + "')")
	b.quiet()
}

// A connection that hangs is given up, and the page asks again.
func TestLost_ThePageThatWaitsDoesNotHang(t *testing.T) {
	t.Parallel()
	b := visit(t)
	const sooner = `AbortSignal.timeout = ((timeout) => (ms) => timeout.call(AbortSignal, ms / 100))(AbortSignal.timeout)`
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: sooner})
	b.site.set(func(s *site) { s.booking = pending })
	b.site.stall(ticketPage + "/return")
	b.open(ticketPage)
	b.settled()
	require.Eventually(t, func() bool { return b.site.times(ticketPage+"/return") >= 2 }, patience, polled)
	b.holds("await has('marquee-lost /b/" + reference + "')")
	b.site.set(func(s *site) { s.booking = paid })
	b.site.release()
	b.sees("Your tickets")
	b.quiet()
}

// greets has a page note that it has woken the worker.
const greets = `ServiceWorker.prototype.postMessage = ((post) => function (message) { post.call(this, message); window.greeted ||= message.type === "hello" })(ServiceWorker.prototype.postMessage)`

// greeted waits until the page has woken the worker and the worker has tried the network in vain: it does not do so later by surprise.
func (b *tab) greeted() {
	b.t.Helper()
	b.holds("window.greeted")
	b.run(`await new Promise((done) => {
		navigator.serviceWorker.addEventListener("message", ({data}) => data.type === "kept" && done());
		navigator.serviceWorker.controller.postMessage({type: "keep"}); // asks for the same page, behind what was asked before
	})`)
}

func TestLost_AnotherUnknownPageIsNoPayment(t *testing.T) {
	t.Parallel()
	b := loses(t)
	b.open("/en/bookings")
	b.sees("No network")
	assert.True(t, is[bool](b, "one('[data-lost]').hidden"))
	b.holds("Object.keys(await kept()).filter((name) => name.startsWith('marquee-lost')).length === 1")
}

// An old link to a booking is no payment, and says nothing of one; coming back from paying is one, by either address.
func TestLost_OnlyWhoComesBackFromPayingHasLostSomething(t *testing.T) {
	t.Parallel()
	for query, lost := range map[string]bool{"": false, "?from=mail": false, "?returned=1": true} {
		b := visit(t)
		b.open("/en/mumbai")
		b.settled()
		b.holds("await has('marquee-pages /en/mumbai')")
		b.site.net.cut(true)
		b.open(ticketPage + query)
		b.sees("No network")
		assert.Equal(t, !lost, is[bool](b, "one('[data-lost]').hidden"), query)
		assert.Equal(t, lost, is[bool](b, "await has('marquee-lost /b/"+reference+"')"), query)
	}
}

func TestLost_ANotificationIsShownWhereItIsAllowed(t *testing.T) {
	t.Parallel()
	for name, allowed := range map[string]bool{"allowed": true, "not allowed": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := loses(t)
			if allowed {
				b.permit("notifications", cdpbrowser.PermissionSettingGranted)
			}
			ctx, cancel := b.step()
			defer cancel()
			require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank"))) // nobody looks at the shop
			b.site.set(func(s *site) { s.booking = paid })
			b.site.net.cut(false)
			b.sync()
			w := b.worker() // a page that is opened would be told instead
			w.holds("!await has('marquee-lost /b/" + reference + "')")
			const shown = "(await registration.getNotifications()).map((shown) => shown.title + ' ' + shown.data)"
			if allowed {
				w.holds("(" + shown + ").length > 0")
				assert.Equal(t, []string{"Your payment went through: your tickets are here. " + ticketPage}, is[[]string](w, shown))
				return
			}
			b.open("/en/mumbai")
			b.settled()
			assert.Empty(t, is[[]string](w, shown))
		})
	}
}

// permit says what the site may do.
func (b *tab) permit(what string, setting cdpbrowser.PermissionSetting) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	_, err := chromedp.CallBrowser(ctx, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
		Permission: &cdpbrowser.PermissionDescriptor{Name: what}, Setting: setting, Origin: b.site.base, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
	require.NoError(b.t, err)
}
