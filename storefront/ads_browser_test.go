package storefront_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
	"github.com/marquee-tickets/marquee/storefront/sponsor/sponsortest"
)

// sponsoredAt is a shop with ads at a port of this computer.
func sponsoredAt(t *testing.T) (*sponsortest.Source, string) {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	base := "http://" + ln.Addr().String()
	src, cfg := ads(t)
	s := openAt(t, ln, bmstest.Options{Config: bms.Config{BaseURL: base}}, storefront.Config{BaseURL: base, Ads: cfg})
	s.withGenres(t)
	return src, base
}

// everyPlace has an ad of each kind.
func everyPlace(src *sponsortest.Source) []sponsor.Ad {
	picture := src.Text(sponsor.Listing)
	picture.Picture = src.URL + "/i/card.svg"
	long := src.Text(sponsor.CategoryBanner)
	long.Title, long.Text = "A title that is far longer than anybody has room for on the screen of a phone", "And a text that goes on and on, so that it fills three lines where there is room for two, and is cut off there."
	return []sponsor.Ad{src.Banner(sponsor.HomeBanner), long, picture, src.Document(sponsor.EventMid), src.Text(sponsor.EventSide), src.Banner(sponsor.Footer)}
}

// What moves while a page is loading, as it may on a busy machine, is not the ads'.
const (
	shiftsBegin = `(window.moved = 0, new PerformanceObserver((l) => l.getEntries().forEach((e) => { moved += e.value; })).observe({type: "layout-shift"}), true)`
	settle      = `(window.settled = false, setTimeout(() => { window.settled = true; }, 300), true)` // some frames later what has moved is known
)

// fillsIn waits until an ad stands in a place.
func (b *tab) fillsIn(place string) {
	b.t.Helper()
	b.scrollTo(`[data-ad="` + place + `"]`)
	b.holds(`document.querySelector('[data-ad="` + place + `"] [data-view]') !== null`)
}

// still checks that nothing has moved since shiftsBegin.
func (b *tab) still(what string) {
	b.t.Helper()
	_, err := ask[bool](b, settle)
	require.NoError(b.t, err)
	b.holds(`window.settled === true`)
	moved, err := ask[float64](b, `window.moved`)
	require.NoError(b.t, err)
	assert.Zero(b.t, moved, what)
}

func TestFlow_AnAdIsSeenToldOfAndHidden(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	src.Put(everyPlace(src)...)
	b := newTab(t, ctx, base)
	b.open("/en")
	b.fillsIn("home-banner")
	b.holds(`document.querySelector('[data-ad="home-banner"] img').complete`)
	require.Eventually(t, func() bool { return src.Told("POST /v/home-banner") == 1 }, patience, 50*time.Millisecond)

	hide := `[data-ad="home-banner"] button`
	_, err := ask[bool](b, `(document.querySelector(`+"`"+hide+"`"+`).focus(), true)`)
	require.NoError(t, err)
	b.enterKey()
	b.holds(`document.querySelector('[data-ad="home-banner"] .ad-house') !== null`)
	b.holds(`document.activeElement.dataset.ad === "home-banner"`)
	b.holds(`document.querySelector('[data-ad="home-banner"] [role=status]').textContent === "The ad is hidden."`)
	require.Eventually(t, func() bool { return len(src.Hidden()) == 1 }, patience, 50*time.Millisecond)
	assert.Equal(t, src.URL+"/h/home-banner", src.Hidden()[0])
	before := len(src.Wishes())
	b.open("/en/mumbai")
	b.scrollTo(`[data-ad="footer"]`)
	require.Eventually(t, func() bool { return len(src.Wishes()) > before }, patience, 10*time.Millisecond)
	_, err = ask[bool](b, settle)
	require.NoError(t, err)
	b.holds(`window.settled === true`)
	b.holds(`document.querySelector('[data-ad="footer"] .ad-house') !== null`) // the same creative
	assert.Equal(t, 1, src.Told("POST /v/home-banner"), "once")
	b.quiet()
}

// behind has a page hear of what is in sight together with the opposite, which was so before: as a busy one does.
const behind = `window.IntersectionObserver = class extends IntersectionObserver {
	constructor(tell, options) {
		super((changes, self) => tell(changes.flatMap((change) => [{isIntersecting: !change.isIntersecting, target: change.target}, change]), self), options);
	}
}`

func TestFlow_ABusyPageTellsOfWhatIsInSightNow(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	src.Put(everyPlace(src)...)
	b := newTab(t, ctx, base)
	step, cancel := b.step()
	defer cancel()
	_, err := chromedp.Call(step, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: behind})
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(step, chromedp.EmulateViewport(1280, 400)))
	b.open("/en")
	b.holds(`document.querySelector('[data-ad="footer"] [data-view]') !== null`)
	b.fillsIn("home-banner")
	require.Eventually(t, func() bool { return src.Told("POST /v/home-banner") == 1 }, patience, 50*time.Millisecond)
	assert.Zero(t, src.Told("POST /v/footer"), "it is below what is in sight")
	b.quiet()
}

// escape is a document that tries all that it can to lead elsewhere.
func escape(base string) string {
	return `<base target="_top"><meta http-equiv="refresh" content="0;url=` + base + `/refresh"><script>document.title="ran";top.location="` + base + `/script"</script>
		<a href="` + base + `/link" target="_blank" autofocus style="position:fixed;inset:0">Shoes</a><form action="` + base + `/form"><button autofocus>Send</button></form>`
}

// An ad that is a document is seen with its style, and is one link of ours: by the pointer and by the keyboard, nothing in it leads anywhere.
func TestFlow_AnAdThatIsADocumentIsALink(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	elsewhere := sponsortest.New()
	t.Cleanup(elsewhere.Close)
	ad := src.Document(sponsor.EventMid)
	ad.Document = escape(elsewhere.URL)
	src.Put(ad)
	b := newTab(t, ctx, base)
	b.open("/en/mumbai/events/the-general")
	b.fillsIn("event-mid")
	require.Eventually(t, func() bool { return src.Told("POST /v/event-mid") == 1 }, patience, 50*time.Millisecond)
	reached, err := ask[bool](b, `(() => { try { return document.querySelector("iframe").contentDocument !== null; } catch { return false; } })()`)
	require.NoError(t, err)
	assert.False(t, reached, "it is another origin")
	title, err := ask[string](b, `document.title`)
	require.NoError(t, err)
	assert.NotEqual(t, "ran", title)

	_, err = ask[bool](b, `(document.querySelector('[data-ad="event-mid"] .ad-say button').focus(), true)`)
	require.NoError(t, err)
	b.key("\t")
	b.holds(`document.activeElement.matches('[data-ad="event-mid"] .ad-body a[aria-label="Ad by Acme"]')`)
	b.key("\t")
	b.holds(`document.activeElement.closest('[data-ad="event-mid"]') === null`)
	at, err := ask[[]float64](b, `(r => [r.left + r.width / 2, r.top + r.height / 2])(document.querySelector('[data-ad="event-mid"] iframe').getBoundingClientRect())`)
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(b.ctx, chromedp.MouseClickXY(at[0], at[1])))
	require.Eventually(t, func() bool { return src.Told("GET /c/event-mid") == 1 }, patience, 50*time.Millisecond)
	assert.Zero(t, elsewhere.All())
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems { // that its script and its refresh are blocked is said; that a style is, is not
		assert.Regexp(t, "Blocked script execution|Refused to execute the redirect|Blocked autofocusing", p)
	}
}

// The words of an ad that pages lay out are cut at the end of a line, and nowhere else, and its picture keeps its form.
func TestFlow_WordsOfAnAdAreWhole(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	long := func(p sponsor.Placement) sponsor.Ad {
		a := src.Text(p)
		a.Picture, a.Title = src.URL+"/i/card.svg", "A title that is far longer than anybody has room for on the screen of a phone"
		a.Text = "And a text that goes on and on, so that it fills three lines where there is room for two, and is cut off there."
		return a
	}
	src.Put(long(sponsor.HomeBanner), long(sponsor.Footer))
	b := newTab(t, ctx, base)
	for _, pixels := range []int64{390, 1280} {
		b.width(pixels)
		b.open("/en")
		for _, place := range []string{"home-banner", "footer"} {
			b.fillsIn(place)
			cut, err := ask[[]string](b, `((words) => [...words.children].filter((e) => {
				const box = e.getBoundingClientRect(), room = words.getBoundingClientRect(), lines = box.height / parseFloat(getComputedStyle(e).lineHeight);
				return box.top < room.top || box.bottom > room.bottom || Math.abs(lines - Math.round(lines)) > .05;
			}).map((e) => e.textContent))(document.querySelector('[data-ad="`+place+`"] .ad-words'))`)
			require.NoError(t, err)
			assert.Empty(t, cut, "%s, %d pixels", place, pixels)
			form, err := ask[float64](b, `(r => r.width / r.height)(document.querySelector('[data-ad="`+place+`"] .ad-text img').getBoundingClientRect())`)
			require.NoError(t, err)
			assert.InDelta(t, 1.5, form, .4, "%s, %d pixels", place, pixels)
		}
	}
	b.quiet()
}

func TestFlow_AdsAreAccessible(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	ads := everyPlace(src)
	ads[3].Document = "<p>Shoes</p>" // without a script, of which the console would say that it is blocked
	src.Put(ads...)
	b := newTab(t, ctx, base)
	for _, path := range []string{"/en", "/en/mumbai", "/ta/mumbai", "/ar/mumbai/events/the-general", "/en/mumbai/search"} {
		b.width(1280)
		b.open(path)
		_, err := ask[bool](b, `(document.querySelectorAll("[data-ad]").forEach((place) => place.scrollIntoView()), true)`)
		require.NoError(t, err)
		for _, place := range []string{"home-banner", "listing", "category-banner", "event-side", "event-mid", "footer"} {
			there, err := ask[bool](b, `document.querySelector('[data-ad="`+place+`"]') !== null`)
			require.NoError(t, err)
			if there {
				b.fillsIn(place)
			}
		}
		b.accessible(path)
		b.fits()
		cut, err := ask[[]string](b, `[...document.querySelectorAll(".ad-say")].filter((e) => e.scrollWidth > e.clientWidth + 1 || e.offsetTop + e.offsetHeight > e.closest(".ad-head").offsetTop + e.closest(".ad-head").offsetHeight + 1).map((e) => e.closest(".ad").dataset.ad)`)
		require.NoError(t, err)
		assert.Empty(t, cut, "why and hide are whole on a narrow screen: %s", path)
	}
	b.accessibleAt("/en/ads", "about ads")
	b.quiet()
}

// The pages keep the room that ads take, whether they come or not.
func TestFlow_AdsMoveNothing(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	b := newTab(t, ctx, base)
	for _, pixels := range []int64{390, 1280} {
		b.width(pixels)
		for _, some := range []bool{true, false} {
			if src.Put(); some {
				src.Put(everyPlace(src)...)
			}
			for path, place := range map[string]string{"/en": "home-banner", "/en/mumbai": "listing", "/en/mumbai/search": "category-banner", "/en/mumbai/events/the-general": "event-mid"} {
				b.open(path)
				_, err := ask[bool](b, shiftsBegin)
				require.NoError(t, err)
				for _, at := range []string{place, "footer"} {
					if some {
						b.fillsIn(at)
					} else {
						before := len(src.Wishes())
						b.scrollTo(`[data-ad="` + at + `"]`)
						b.holds(`document.querySelector('[data-ad="` + at + `"] .ad-house') !== null`)
						require.Eventually(t, func() bool { return before == 0 || len(src.Wishes()) > 0 }, patience, 10*time.Millisecond)
					}
				}
				b.still(path)
			}
		}
	}
	b.quiet()
}

// A place that grows is noticed, so that TestFlow_AdsMoveNothing means something.
func TestFlow_APlaceThatGrowsIsNoticed(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	_, base := sponsoredAt(t)
	b := newTab(t, ctx, base)
	b.open("/en")
	_, err := ask[bool](b, shiftsBegin)
	require.NoError(t, err)
	b.scrollTo(`[data-ad="home-banner"]`)
	b.still("before")
	_, err = ask[bool](b, `(document.querySelector('[data-ad="home-banner"]').style.blockSize = "500px", true)`)
	require.NoError(t, err)
	b.holds(`window.moved > 0`)
}

func TestFlow_WithoutAnAnswerPagesHaveWhatIsOurs(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	b := newTab(t, ctx, base)
	nonsense := src.Banner(sponsor.HomeBanner)
	nonsense.Picture, nonsense.Click = "javascript:alert(1)", "data:text/html,x"
	for name, spoil := range map[string]func(){
		"down": func() { src.Break(errors.New("down")) }, "nothing": func() { src.Break(nil) }, "nonsense": func() { src.Put(nonsense) }, "slow": src.Stick,
	} {
		spoil()
		before := len(src.Wishes())
		b.open("/en")
		_, err := ask[bool](b, shiftsBegin)
		require.NoError(t, err)
		b.scrollTo(`[data-ad="home-banner"]`)
		require.Eventually(t, func() bool { return len(src.Wishes()) > before }, patience, 10*time.Millisecond, name)
		b.still(name)
		b.holds(`document.querySelector('[data-ad="home-banner"] .ad-house') !== null`)
		b.sees("Your next evening out is not far away")
	}
	b.quiet()
}

func TestFlow_APictureThatDoesNotComeLeavesWhatIsOurs(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	broken := src.Banner(sponsor.HomeBanner)
	broken.Picture = src.URL + "/none.png"
	src.Put(broken)
	b := newTab(t, ctx, base)
	b.open("/en")
	b.scrollTo(`[data-ad="home-banner"]`)
	require.Eventually(t, func() bool { return src.Told("GET /none.png") > 0 }, patience, 20*time.Millisecond)
	b.holds(`document.querySelector('[data-ad="home-banner"] .ad-house') !== null`)
	assert.Zero(t, src.Told("POST /v/home-banner"))
}

func TestFlow_AdsWithoutScript(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	src, base := sponsoredAt(t)
	src.Put(everyPlace(src)...)
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b := newTab(t, ctx, base)
	b.open("/en/mumbai")
	b.sees("Your next evening out is not far away")
	b.press(link("Everything that is on in Mumbai"))
	b.press(link("Ads on this site"))
	b.press(button("Let ads go by my interests"))
	b.press(button("Stop, and forget my interests"))
	b.sees("Ads go by the page alone")
	assert.Empty(t, src.Wishes())
	b.quiet()
}
