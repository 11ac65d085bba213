package pwa_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPages_TheLastPublicOnesOpenWithoutANetwork(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/en/mumbai?date=2026-11-22")
	b.settled()
	b.holds("await has('marquee-pages /en/mumbai')") // the very first, which the worker did not see
	b.open("/en/delhi")
	b.holds("await has('marquee-pages /en/delhi')")
	b.site.set(func(s *site) { s.version = 1 })
	require.Eventually(t, func() bool { // a visit that the network keeps waiting shows the copy, and the next what came late
		newer, err := false, b.try("/en/delhi")
		if err == nil {
			newer, err = evaluate[bool](b, "text().includes('What is on in delhi, 1')")
		}
		return err == nil && newer
	}, patience, polled)
	b.holds("(await kept())['marquee-pages /en/delhi'].includes('delhi, 1') && await has('marquee-pictures /posters/delhi.svg')")
	b.site.net.cut(true)
	b.open("/en/delhi")
	b.sees("What is on in delhi, 1")
	b.holds("one('.pwa-saved').textContent.startsWith('Saved: ')")
	assert.Equal(t, "fixed", is[string](b, "getComputedStyle(one('.pwa')).position"))
	assert.True(t, is[bool](b, "one('img').naturalWidth > 0"), "posters are kept")
	b.open("/en/mumbai?date=2026-11-22")
	b.sees("What is on in mumbai, 0")
	b.open("/en/mumbai")
	b.sees("No network")
	b.quiet()
}

func TestPages_OnlyTheLastAreKept(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/en")
	b.settled()
	for i := range 33 {
		b.open(fmt.Sprintf("/en/city-%02d", i))
	}
	b.holds("await has('marquee-pages /en/city-32')") // 03 to 32 are kept
	b.open("/en/city-05")                             // looked at again, it is the newest
	for i := range 3 {
		b.open(fmt.Sprintf("/en/city-%02d", 33+i))
	}
	b.holds("await has('marquee-pages /en/city-35')")
	pages := func() (list []string) {
		for name := range b.kept() {
			if city, ok := strings.CutPrefix(name, "marquee-pages /en/city-"); ok {
				list = append(list, city)
			}
		}
		slices.Sort(list)
		return list
	}
	require.Eventually(t, func() bool {
		list := pages()
		return len(list) == 30 && slices.Equal(list[:3], []string{"05", "07", "08"})
	}, patience, polled)
}

func TestPages_OnlyTheLastPicturesAreKept(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/en")
	b.settled()
	b.run(`for (let i = 0; i < 90; i++) await fetch("/posters/film-" + i + ".svg")`)
	b.holds("await has('marquee-pictures /posters/film-89.svg')")
	b.holds("Object.keys(await kept()).filter((name) => name.startsWith('marquee-pictures')).length === 80")
	b.site.net.cut(true)
	b.run(`if (!(await fetch("/posters/film-89.svg")).ok) throw new Error("not kept")`)
	assert.False(t, is[bool](b, "await fetch('/posters/film-0.svg').then(() => true, () => false)"))
}

func TestPages_PersonalOnesAreInNoCache(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	for _, path := range []string{"/en/bookings", "/en/holds/1", "/en/account", "/en/w/1", "/en/mumbai", "/en/tickets"} {
		b.open(path)
	}
	b.holds("await has('marquee-pages /en/mumbai')")
	b.holds("await has('marquee-tickets /tickets')")
	found := map[string]bool{}
	for name, body := range b.kept() {
		if strings.Contains(body, secret) {
			found[name] = true
		}
	}
	assert.Equal(t, map[string]bool{"marquee-tickets /b/" + reference: true, "marquee-tickets /tickets": true}, found, "only what was handed over")
	b.site.net.cut(true)
	b.open("/en/bookings")
	b.sees("No network")
}

func TestPages_WhatCannotBeHadSaysSoInItsLanguage(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.open("/ar/mumbai")
	b.holds("(await kept())['marquee-shell /ar/offline']")
	b.site.net.cut(true)
	b.open("/en/atlantis")
	b.sees("No network")
	assert.True(t, is[bool](b, "one('[data-lost]').hidden"))
	assert.Equal(t, "Your tickets · Marquee", is[string](b, "one('[data-kept-list]').innerText.trim()"), "it leads to what is there")
	assert.Equal(t, ticketPage, is[string](b, "one('[data-kept-list] a').getAttribute('href')"))
	b.open("/ar/atlantis")
	b.sees("لا توجد شبكة")
	assert.Equal(t, "rtl", is[string](b, "document.dir"))
	b.open("/ta/atlantis") // a language that nobody had here
	b.holds("one('[data-offline]')")
	b.quiet()
}

func TestPages_TheNetworkIsNotKeptWaitingForTheWorker(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/en")
	b.settled()
	b.open("/en/mumbai")
	b.sees("What is on in mumbai")
	b.site.set(func(s *site) { assert.Positive(t, s.early) })
	assert.Equal(t, 1, b.site.times("/en/mumbai"), "asked for once")
}

func TestPages_TheOfflinePageMakesWayWhenTheNetworkIsBack(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.site.net.cut(true)
	b.link(false)
	b.open("/en/pune")
	b.sees("No network")
	assert.Empty(t, is[string](b, "one('.pwa').textContent"), "it says so itself")
	b.site.net.cut(false)
	b.link(true)
	b.sees("What is on in pune")
}

// Who has chosen a ticket just before the network is back gets that, and not what the page had stood for.
func TestPages_TheOfflinePageTakesNobodyAwayWhoLeavesIt(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.site.net.cut(true)
	b.link(false)
	b.open("/en/pune")
	b.sees("No network")
	b.site.net.cut(false)
	b.site.stall(ticketPage) // the copy is shown a while later
	is[bool](b, `(one('[data-kept-list] a').click(), dispatchEvent(new Event("online")), true)`)
	b.holds("location.pathname === '" + ticketPage + "'")
}

func TestPages_TheySayThatThereIsNoNetwork(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/de/pune")
	b.settled()
	assert.Empty(t, is[string](b, "line('offline')"))
	b.link(false)
	b.holds("line('offline').startsWith('Sie sind offline.')")
	b.link(true)
	b.holds("line('offline') === ''")
}

func TestPages_ANetworkThatHangsIsNotWaitedForWhereThereIsACopy(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/en/goa")
	b.settled()
	b.holds("await has('marquee-pages /en/goa')")
	b.site.stall("/en/goa")
	b.open("/en/goa")
	b.sees("What is on in goa")
	b.holds("one('.pwa-saved')")
}

// Where there is no copy, the network is waited for.
func TestPages_ANetworkThatHangsIsWaitedForWhereThereIsNoCopy(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/en/goa")
	b.settled()
	b.holds("await has('marquee-pages /en/goa')")
	b.site.stall("/en/surat")
	b.site.stall("/en/goa")
	opened := make(chan error, 1)
	go func() { opened <- b.try("/en/surat") }()
	require.Eventually(t, func() bool { return b.site.times("/en/surat") > 0 }, patience, polled)
	other := b.another()
	other.open("/en/goa") // asked for later, and a copy is shown already
	other.holds("one('.pwa-saved')")
	b.site.release()
	assert.NoError(t, <-opened)
	b.sees("What is on in surat")
	b.holds("!one('.pwa-saved')")
}

func TestPages_TheWorkerKeepsOutOfWhatIsNotItsBusiness(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	css := b.site.files.Path("app.css")
	b.site.net.cut(true)
	assert.True(t, is[bool](b, "(await fetch('"+css+"')).ok"), "the control: files are kept")
	for _, request := range []string{
		"'" + css + "', {headers: {range: 'bytes=0-3'}}", "'" + css + "', {method: 'POST'}", "'/api/v1/cities'", "'/en/mumbai'",
	} {
		assert.False(t, is[bool](b, "await fetch("+request+").then(() => true, () => false)"), request)
	}
	for _, path := range []string{"/api/v1/cities", "/sandbox/pay", "/operator", "/webhooks/sandbox", "/preview?t=x"} {
		assert.Error(t, b.try(path), path)
	}
	assert.NoError(t, b.try("/apiary"))
	b.sees("No network")
}
