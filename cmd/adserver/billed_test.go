package main_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// isSeen opens the storefront until its banner has the ad, which takes the time until the ad server has heard of it, and has the view told. It returns the
// addresses of the ad. No page that may still have got it is left: its view would be a second one.
func (j *journey) isSeen() (ad shownAd) {
	j.Helper()
	b := j.visitor
	b.keepsOffers()
	b.isOffered(company)
	b.holds(fmt.Sprintf(`document.querySelector('[data-ad="home-banner"] .ad-there')?.innerText.includes(%q) === true`, company))
	b.holds(`(img => img.complete && img.naturalWidth === 970)(document.querySelector('[data-ad="home-banner"] img'))`)
	ad = answer[shownAd](b, `(place => ({
		View: place.querySelector("[data-view]").dataset.view, Click: place.querySelector(".ad-body a").href, Why: place.querySelector(".ad-say a").href,
	}))(document.querySelector('[data-ad="home-banner"]'))`)
	b.holds(viewTold)
	return ad
}

// isOffered opens the storefront until its banner is answered with an ad that has some words. On a busy machine that may take long: a page waits 50 ms for an
// ad, and an ad server that was often too slow is left alone for a while. Pages that asked more often than the pause allows would be refused in the end.
func (b *tab) isOffered(words string) {
	b.t.Helper()
	require.True(b.t, within(10*patience, time.Second/2, func() bool { return strings.Contains(b.offer(), words) }), "the ad does not come")
}

// keepsOffers has the pages that are opened from now on keep what they were answered when they asked for the ad of their banner.
func (b *tab) keepsOffers() {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		window.offer = new Promise((done) => {
			const ask = fetch;
			window.fetch = (to, options) => {
				const answer = ask(to, options);
				if (options?.body?.getAll?.("place").includes("home-banner")) {
					answer.then((a) => a.clone().text()).then((text) => done(JSON.parse(text || "{}")["home-banner"] ?? "")).catch(() => done(""));
				}
				return answer;
			};
		})`})
	require.NoError(b.t, err)
}

// offer opens the storefront and returns what its banner is answered with: an ad, which is there in a moment, or nothing, and then none comes to this page.
func (b *tab) offer() string {
	b.t.Helper()
	b.open("/en")
	answer[bool](b, `(document.querySelector('[data-ad="home-banner"]').scrollIntoView({block: "center"}), true)`)
	return answer[string](b, "offer")
}

// viewTold is whether the view of the banner was told, once. What comes late above it may move the ad out of sight.
const viewTold = `(place => (place.scrollIntoView({block: "center"}),
	performance.getEntriesByName(place.querySelector("[data-view]").dataset.view).length === 1))(document.querySelector('[data-ad="home-banner"]'))`

// shownAd is an ad on a page: its addresses.
type shownAd struct{ View, Click, Why string }

// isClicked clicks the ad. A second click of the same leads there, too, and is not counted.
func (j *journey) isClicked(ad shownAd) {
	j.Helper()
	j.visitor.click(`[data-ad="home-banner"] .ad-body a`)
	j.reports(1, 1)
	q, err := http.NewRequestWithContext(j.Context(), http.MethodGet, ad.Click, nil)
	require.NoError(j, err)
	q.Header.Set("User-Agent", agent)
	got, err := http.DefaultTransport.RoundTrip(q)
	require.NoError(j, err)
	require.NoError(j, got.Body.Close())
	assert.Equal(j, http.StatusFound, got.StatusCode)
	assert.Equal(j, landing, got.Header.Get("Location"), "the visitor has not agreed to be measured")
}

// reports opens the report until it has so many views and clicks, and returns what was spent.
func (j *journey) reports(views, clicks int) string {
	j.Helper()
	b := j.buyer
	figure := func(name string) string {
		return answer[string](b, fmt.Sprintf(`[...document.querySelectorAll(".numbers dt")].find((e) => e.innerText === %q).nextElementSibling.innerText`, name))
	}
	if !eventually(func() bool {
		b.open(j.owner + "/reports")
		return figure("Views") == strconv.Itoa(views) && figure("Clicks") == strconv.Itoa(clicks)
	}) {
		require.Fail(j, "the report does not say it", "%d views and %d clicks: %s", views, clicks, answer[string](b, "document.body.innerText"))
	}
	return figure("Spent")
}

// isReported compares what pages say was spent: the report, its file, and what is left.
func (j *journey) isReported(views, clicks int) {
	j.Helper()
	said := j.reports(views, clicks)
	b := j.buyer
	b.sees("No invalid traffic was seen.")
	if clicks > 0 {
		b.looks("report")
	}
	spent := amount(j, said)
	assert.Positive(j, spent)
	assert.LessOrEqual(j, spent, ads.Unit*20/1000, "no more than the bid")

	rows := j.file(answer[string](b, `[...document.links].find((a) => a.innerText === "Download as CSV").href`))
	assert.Equal(j, []string{"day", "decisions", "views", "clicks", "conversions", "invalid", "spent", "currency", "given_back", "conversion_value"}, rows[0])
	total := rows[len(rows)-1]
	assert.Equal(j, []string{"total", strconv.Itoa(views), strconv.Itoa(clicks), "0", "0"}, append([]string{total[0]}, total[2:6]...))
	assert.Equal(j, spent, amount(j, total[6]))
	assert.Equal(j, "GBP", total[7])

	b.open(j.owner + "/balance")
	left := amount(j, answer[string](b, `document.querySelector(".sum").innerText`))
	assert.Equal(j, 50*ads.Unit, left+spent, "the balance fell by what was spent")
}

// amount reads money as pages show it.
func amount(j *journey, text string) ads.Nano {
	j.Helper()
	n, err := ads.ParseNano("amount", strings.TrimPrefix(text, "GBP "))
	require.NoError(j, err)
	return n
}

// file gets a report as the advertiser's browser would.
func (j *journey) file(address string) [][]string {
	j.Helper()
	ctx, cancel := j.buyer.step()
	defer cancel()
	cookies, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
	require.NoError(j, err)
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	require.NoError(j, err)
	for _, c := range cookies.Cookies {
		q.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	got, err := http.DefaultClient.Do(q)
	require.NoError(j, err)
	defer func() { _ = got.Body.Close() }()
	assert.Equal(j, http.StatusOK, got.StatusCode)
	assert.Contains(j, got.Header.Get("Content-Disposition"), "attachment")
	body, err := io.ReadAll(got.Body)
	require.NoError(j, err)
	rows, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	require.NoError(j, err)
	return rows
}

func (j *journey) saysWhy(ad shownAd) {
	j.Helper()
	b := newTab(j.visitor.ctx, j.T, "")
	b.open(ad.Why)
	b.sees(company + " paid for it.")
	b.sees("flow.example")
	b.sees("the kind of device")
	b.sees("Nothing about you was used")
	b.looks("why this ad")
}

// isHidden hides the ad, which then does not come again.
func (j *journey) isHidden() {
	j.Helper()
	b := j.visitor
	b.click(`[data-ad="home-banner"] .ad-say button`)
	b.sees("The ad is hidden.")
	ctx, cancel := b.step()
	defer cancel()
	_, err := chromedp.Call(ctx, page.BringToFront, cdp.Empty{}) // behind what the click has opened it asks for nothing
	require.NoError(j, err)
	for range 4 {
		assert.NotContains(j, b.offer(), company)
	}
}
