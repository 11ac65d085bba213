package main_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// isSeen opens the storefront until the ad is in its place, which takes the time until the ad server has heard of it, and has the view told. It returns
// the addresses of the ad.
func (j *journey) isSeen() (ad shownAd) {
	j.Helper()
	b := j.visitor
	ours := fmt.Sprintf(`document.querySelector('[data-ad="home-banner"] .ad-there')?.innerText.includes(%q)`, company)
	require.True(j, eventually(func() bool {
		b.open("/en")
		answer[bool](b, `(document.querySelector('[data-ad="home-banner"]').scrollIntoView({block: "center"}), true)`)
		return b.comes(`document.querySelector('[data-ad="home-banner"] .ad-there') !== null`, 3*time.Second) && answer[bool](b, ours+` === true`)
	}), "the ad does not come")
	b.holds(`(img => img.complete && img.naturalWidth === 970)(document.querySelector('[data-ad="home-banner"] img'))`)
	ad = answer[shownAd](b, `(place => ({
		View: place.querySelector("[data-view]").dataset.view, Click: place.querySelector(".ad-body a").href, Why: place.querySelector(".ad-say a").href,
	}))(document.querySelector('[data-ad="home-banner"]'))`)
	b.holds(fmt.Sprintf(`performance.getEntriesByName(%q).length === 1`, ad.View))
	return ad
}

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
	for range 4 {
		b.open("/en")
		answer[bool](b, `(document.querySelector('[data-ad="home-banner"]').scrollIntoView({block: "center"}), true)`)
		b.comes(`document.querySelector('[data-ad="home-banner"] .ad-there') !== null`, time.Second)
		assert.NotContains(j, answer[string](b, `document.querySelector('[data-ad="home-banner"]').innerText`), company)
	}
}
