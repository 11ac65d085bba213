package pwa_test

import (
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
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
	b.site.net.cut(false)
	b.site.set(func(s *site) { s.booking = paid })
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
	b.site.net.cut(false)
	b.site.set(func(s *site) { s.booking = pending })
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
			losesIn(t, b)
			b.site.net.cut(false)
			b.site.set(func(s *site) { s.booking = paid })
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

func TestLost_AnotherUnknownPageIsNoPayment(t *testing.T) {
	t.Parallel()
	b := loses(t)
	b.open("/en/bookings")
	b.sees("No network")
	assert.True(t, is[bool](b, "one('[data-lost]').hidden"))
	b.holds("Object.keys(await kept()).filter((name) => name.startsWith('marquee-lost')).length === 1")
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
			b.site.net.cut(false)
			b.site.set(func(s *site) { s.booking = paid })
			b.sync()
			require.Eventually(t, func() bool { return b.site.times(ticketPage) > 1 }, patience, polled)
			b.open("/en/mumbai")
			b.holds("!await has('marquee-lost /b/" + reference + "')")
			shown := is[[]string](b, "(await (await navigator.serviceWorker.ready).getNotifications()).map((shown) => shown.title + ' ' + shown.data)")
			if allowed {
				assert.Equal(t, []string{"Your payment went through: your tickets are here. " + ticketPage}, shown)
			} else {
				assert.Empty(t, shown)
			}
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
