package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/internal/chrome"
)

// patience is how long a step, in a browser or not, may take on a busy machine.
const patience = 30 * time.Second

// tab is a browser with one page open.
type tab struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // that of the tab, which chromedp is told apart by
}

// newTab starts a Chromium that takes every name for this computer and says that a person sits before it. Without one the test is skipped.
func newTab(t *testing.T) *tab {
	t.Helper()
	path, ok := chrome.Find()
	if !ok {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal(chrome.Missing)
		}
		t.Skip(chrome.Missing)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserAgent(browser),
		chromedp.Flag("host-resolver-rules", "MAP * 127.0.0.1"), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(patience))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until the browser has ended, so that its profile can be removed
		cancel()
	})
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900))) // starts it, for as long as this context lasts
	return &tab{t, ctx}
}

// tell calls a command of the browser's protocol that answers nothing.
func tell[P any](b *tab, command cdp.Command[P, cdp.Empty], params P) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	_, err := chromedp.Call(ctx, command, params)
	require.NoError(b.t, err)
}

func (b *tab) do(what string, action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, action), what)
}

// open goes to a page, which comes before those that a click has opened.
func (b *tab) open(address string) {
	b.t.Helper()
	tell(b, page.BringToFront, cdp.Empty{})
	b.do(address, chromedp.Navigate(address))
}

// call evaluates an expression on the page, and awaits it where it is a promise.
func call[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, expression)
	return v
}

// holds waits until an expression is true.
func (b *tab) holds(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); !call[bool](b, expression); time.Sleep(20 * time.Millisecond) {
		require.True(b.t, time.Now().Before(deadline), "%s does not come", expression)
	}
}

// press clicks a point of the page, whatever is there.
func (b *tab) press(x, y float64) {
	b.t.Helper()
	b.do("a click", chromedp.MouseClickXY(x, y))
}

// clean audits the page by axe-core. A short run, which is the race detector's, leaves that out.
func (b *tab) clean() {
	b.t.Helper()
	if testing.Short() {
		return
	}
	source, err := os.ReadFile(filepath.Join("..", "..", "storefront", "testdata", "axe-core", "axe.js"))
	require.NoError(b.t, err)
	call[string](b, string(source)+";axe.version")
	assert.Empty(b.t, call[[]string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]})
		.then((found) => found.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html)))`))
}

// elsewhere is a site that nobody may come to by an ad's own code.
func elsewhere(t *testing.T) (base string, came *atomic.Int64) {
	t.Helper()
	came = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "elsewhere.example", 1), came
}

// escape is an ad that tries all that it can to lead elsewhere.
func escape(base string) string {
	return fmt.Sprintf(`<!DOCTYPE html><meta http-equiv="refresh" content="0;url=%[1]s/refresh"><base target="_top"><style>a { position: fixed; inset: 0 }</style>
		<script>top.location = "%[1]s/script"; open("%[1]s/open")</script>
		<form action="%[1]s/form" target="_blank"><button autofocus>Send</button></form>
		<a href="%[1]s/link" target="_blank" autofocus>Everything is a link</a><p>Wines</p>`, base)
}

// page serves a page of the publisher's until the test ends, and returns its address.
func (s *site) page(body string) string {
	s.t.Helper()
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A page</title><body style="margin:0">%s`, body)
	}))
	s.t.Cleanup(own.Close)
	return strings.Replace(own.URL, "127.0.0.1", "demo.com", 1)
}

// local has the publisher's pages be on this computer as well, where frames need no certificate.
func (s *site) local() {
	s.t.Helper()
	owner, err := s.db.Publishers.Get(context.Background(), 2)
	require.NoError(s.t, err)
	require.Equal(s.t, "demo", owner.Value.Slug)
	owner.Value.Hosts = append(owner.Value.Hosts, "localhost")
	_, err = s.db.Publishers.Update(context.Background(), 0, owner.Value, owner.Revision)
	require.NoError(s.t, err)
	require.NoError(s.t, s.engine.Reload(context.Background()))
}

// tagged is a page with the tag, a place for a banner, and something below it.
func (s *site) tagged(style string) string {
	return s.page(`<main><h1>What is on</h1><div data-ad="home-banner" style="` + style + `"></div><p id="below">Below</p></main><script async src="` + s.base + `/tag.js" data-publisher="demo"></script>`)
}

// late is a page that asks for its ad when it has been painted, with no room for it.
func (s *site) late() string {
	return s.page(`<main><h1>What is on</h1><div data-ad="home-banner" style="min-height: 20px"></div><p id="below">Below</p></main><script>
		requestAnimationFrame(() => requestAnimationFrame(() => {
			const tag = Object.assign(document.createElement("script"), {src: "` + s.base + `/tag.js"});
			tag.dataset.publisher = "demo";
			document.body.append(tag);
		}))</script>`)
}

// room is the style that the documentation gives a place for a banner.
const room = "aspect-ratio: 970/250; max-width: 970px; padding-top: 24px; box-sizing: content-box"

// bid is what is offered for a click on an ad of code.
const bid = 2 * ads.Unit

// code makes an ad of code that is paid by the click, at a place that is not given away.
func (s *site) code(html string) {
	s.t.Helper()
	banner, err := s.db.Placements.Get(context.Background(), s.place)
	require.NoError(s.t, err)
	banner.Value.Floor = ads.Unit
	_, err = s.db.Placements.Update(context.Background(), 0, banner.Value, banner.Revision)
	require.NoError(s.t, err)
	s.ad("Code", landing, func(l *ads.Line, c *ads.Creative) {
		l.Tier, l.Pricing, l.Bid = ads.Auction, ads.CPC, bid
		c.Format, c.Image, c.HTML = ads.HTML, ads.ImagePart{}, html
	})
}

// seen waits until so many views are counted: who clicks on what nobody has seen is none.
func (s *site) seen(views uint64) {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return s.engine.Counters().Views.Load() == views }, patience, 20*time.Millisecond)
}

// billed waits until so many clicks are in the books, and were paid.
func (s *site) billed(clicks int64) {
	s.t.Helper()
	require.EventuallyWithT(s.t, func(c *assert.CollectT) {
		now := *s.now.Load()
		rows, err := s.db.Report(context.Background(), store.Query{All: true, From: now.AddDate(0, 0, -1), To: now.AddDate(0, 0, 1)})
		require.NoError(c, err)
		var sum store.Figures
		for _, r := range rows {
			sum.Clicks, sum.Gross = sum.Clicks+r.Clicks, sum.Gross+r.Gross
		}
		assert.Equal(c, clicks, sum.Clicks)
		assert.Positive(c, sum.Gross)
		assert.LessOrEqual(c, sum.Gross, ads.Nano(clicks)*bid, "a price follows the click rate, which is worked out anew every second, up to the bid")
	}, patience, 20*time.Millisecond)
}

// An ad of code is one link of ours, by the mouse and by the keyboard; nothing in it leads anywhere.
func TestTag_CodeIsCoveredByTheLink(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	evil, came := elsewhere(t)
	s.code(escape(evil))
	address := s.tagged(room)
	b := newTab(t)
	b.open(address)
	b.holds(`document.querySelector("[data-ad] iframe") !== null`)
	b.clean()
	at := call[[]float64](b, `(r => [r.left + r.width / 2, r.top + r.height / 2])(document.querySelector("[data-ad] iframe").getBoundingClientRect())`)
	s.seen(1)
	b.press(at[0], at[1])
	s.billed(1)

	b.open(address)
	b.holds(`document.querySelector("[data-ad] iframe") !== null`)
	assert.Equal(t, []string{"Why this ad?", "Hide this ad", "Visit Acme <&> Sons"}, b.tabs(), "the frame is no stop")
	s.seen(2)
	b.do("the key", chromedp.KeyEvent("\r"))
	s.billed(2)
	assert.Zero(t, came.Load())
}

// tabs goes by the keyboard to the end of the page, and one back; it returns the names of the stops.
func (b *tab) tabs() (names []string) {
	b.t.Helper()
	const stop = `(e => e === document.body ? "" : e.getAttribute("aria-label") ?? (e.textContent || e.tagName))(document.activeElement)`
	for range 9 {
		b.do("the key", chromedp.KeyEvent("\t"))
		name := call[string](b, stop)
		if name == "" {
			break
		}
		names = append(names, name)
	}
	call[bool](b, `([...document.links].at(-1).focus(), true)`)
	return names
}

// The same without a script on the publisher's page.
func TestFrame_CodeIsCoveredByTheLink(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	evil, came := elsewhere(t)
	s.code(escape(evil))
	s.local()
	frame := s.base + "/frame?" + url.Values{"publisher": {"demo"}, "placement": {"home-banner"}}.Encode()
	b := newTab(t)
	tell(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}) // axe-core is a script
	b.open(frame)
	b.clean()
	tell(b, page.SetBypassCSP, page.SetBypassCSPParams{})
	b.open(frame)
	assert.Equal(t, []string{"Visit Acme <&> Sons", "Why this ad?"}, b.tabs())
	own := s.page(`<iframe src="` + frame + `" width="970" height="300" style="border:0;display:block" title="Advertisement"></iframe>`)
	seen, chosen := s.engine.Counters().Views.Load(), s.engine.Counters().Decisions.Load()
	b.open(strings.Replace(own, "demo.com", "evil.example", 1))
	require.Eventually(t, func() bool { return s.engine.Counters().Decisions.Load() > chosen }, patience, 20*time.Millisecond)
	// The frame has ended, as a document that the page may not look into, with all that it loads: were it the ad, its beacon would be counted.
	b.holds(`document.readyState === "complete" && document.querySelector("iframe").contentDocument === null`)
	assert.Equal(t, seen, s.engine.Counters().Views.Load(), "a page of somebody else shows and bills nothing")
	tell(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open(strings.Replace(own, "demo.com", "localhost", 1))
	require.Eventually(t, func() bool {
		b.press(485, 150)
		return s.engine.Counters().Clicks.Load() == 1
	}, patience, 200*time.Millisecond)
	s.billed(1)
	assert.Zero(t, came.Load())
}

// moved is by how much what is on a page has moved since it was opened, by the measure of the Layout Instability API.
func (b *tab) moved() float64 {
	b.t.Helper()
	return call[float64](b, `new Promise((done) => {
		let sum = 0;
		new PerformanceObserver((l) => l.getEntries().forEach((e) => { sum += e.value; })).observe({type: "layout-shift", buffered: true});
		requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 300))); // some frames later what has moved is known
	})`)
}

// A page that reserves the room moves by nothing when an ad comes, of whatever kind, or is hidden.
func TestTag_MovesNothing(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	for name, format := range map[string]ads.Format{"a picture": ads.Image, "code": ads.HTML} {
		s := newSite(t, nil)
		s.ad("A", landing, func(_ *ads.Line, c *ads.Creative) {
			if c.Format = format; format == ads.HTML {
				c.Image, c.HTML = ads.ImagePart{}, `<p style="height:900px">Wines</p>`
			}
		})
		for _, style := range []string{room, "aspect-ratio: 970/250; max-width: 970px", "height: 250px"} {
			for _, width := range []int64{390, 1280} {
				b.do("a screen", chromedp.EmulateViewport(width, 900))
				b.open(s.tagged(style))
				b.holds(`document.querySelector("[data-ad] small") !== null`)
				assert.Zero(t, b.moved(), "%s, %s, %d", name, style, width)
				call[bool](b, `(document.querySelector("[data-ad] button").click(), true)`)
				assert.Zero(t, b.moved(), "%s hidden, %s, %d", name, style, width)
				call[bool](b, `(localStorage.clear(), true)`)
			}
		}
		b.do("a screen", chromedp.EmulateViewport(1280, 900))
		b.open(s.tagged(room))
		b.holds(`document.querySelector("[data-ad] small") !== null`)
		assert.Equal(t, []float64{24, 250}, call[[]float64](b, `(([box, ad]) => [ad.top - box.top, box.bottom - ad.top])(
			["[data-ad]", "[data-ad] :is(img, iframe)"].map((s) => document.querySelector(s).getBoundingClientRect()))`), "all of %s is in sight below its head", name)
		b.open(s.late()) // an ad that is there before the first frame would move nothing
		b.holds(`document.querySelector("[data-ad] small") !== null`)
		assert.Positive(t, b.moved(), "where nothing is reserved it is noticed")
	}
}

// Who hides an ad without being known does not see it again on this site.
func TestTag_WhatIsHiddenStaysHidden(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	b := newTab(t)
	address := s.tagged(room)
	b.open(address)
	b.holds(`document.querySelector("[data-ad] button") !== null`)
	b.clean()
	call[bool](b, `(document.querySelector("[data-ad] button").click(), true)`)
	assert.Equal(t, "This ad is hidden.", call[string](b, `document.activeElement.textContent`))
	decisions := s.engine.Counters().Decisions.Load()
	b.open(address)
	require.Eventually(t, func() bool { return s.engine.Counters().Decisions.Load() > decisions }, patience, 20*time.Millisecond)
	b.moved()
	assert.True(t, call[bool](b, `document.querySelector("[data-ad]").childElementCount === 0`))
	call[bool](b, `(localStorage.setItem("marquee-ads-hidden", "{nonsense"), true)`)
	b.open(address)
	b.holds(`document.querySelector("[data-ad] button") !== null`)
}

// A busy page hears of what is in sight together with the opposite, which was so before.
func TestTag_ABusyPageTellsOfWhatIsInSightNow(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	b := newTab(t)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		window.IntersectionObserver = class extends IntersectionObserver {
			constructor(tell, options) {
				super((changes, self) => tell(changes.flatMap((change) => [{intersectionRatio: 1 - change.intersectionRatio}, change]), self), options);
			}
		}`})
	require.NoError(t, err)
	b.open(s.tagged(room))
	s.seen(1)
	b.open(s.tagged(room + "; margin-top: 200vh"))
	b.holds(`document.querySelector("[data-ad] img") !== null`)
	call[bool](b, `new Promise((done) => setTimeout(() => done(true), 1500))`)
	s.seen(1)
	call[bool](b, `(document.querySelector("[data-ad]").scrollIntoView(), true)`)
	s.seen(2)
}
