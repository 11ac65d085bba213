package main_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
)

// coded are the data of an ad server with one ad, which is code that would rather lead elsewhere and is paid by the click.
func coded(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	ctx := t.Context()
	db, err := sqlite.Open(context.Background(), filepath.Join(data, "ads.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	p, err := db.Publishers.Create(ctx, 0, ads.Publisher{Slug: "demo", Name: "Demo", Currency: "USD", TimeZone: "UTC", Share: 700_000, Hosts: []string{"127.0.0.1"}})
	require.NoError(t, err)
	size := ads.Size{Width: 970, Height: 250}
	_, err = db.Placements.Create(ctx, 0, ads.Placement{
		Publisher: p.Value.ID, Slug: "home-banner", Name: "Home", Kind: ads.HomeBanner, Sizes: []ads.Size{size}, Most: 1, Floor: ads.Unit,
	})
	require.NoError(t, err)
	a, err := db.Advertisers.Create(ctx, 0, ads.Advertiser{
		Name: company, Currency: "USD", TimeZone: "UTC", Domains: []ads.AdvertiserDomain{{Name: "flow.example", Verified: time.Unix(1, 0).UTC()}},
	})
	require.NoError(t, err)
	_, err = db.Post(ctx, ledger.Entry{Ref: "top-up", Kind: ledger.TopUp, At: time.Unix(1, 0).UTC(), Postings: []ledger.Posting{
		{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(a.Value.ID), Currency: "USD"}, Amount: 100 * ads.Unit},
		{Account: ledger.Account{Kind: ledger.OfGateway, Currency: "USD"}, Amount: -100 * ads.Unit},
	}})
	require.NoError(t, err)
	c, err := db.Campaigns.Create(ctx, 0, ads.Campaign{Advertiser: a.Value.ID, Name: "Boxes", Status: ads.Active})
	require.NoError(t, err)
	l, err := db.Lines.Create(ctx, 0, ads.Line{
		Campaign: c.Value.ID, Name: "By the click", Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPC, Bid: 2 * ads.Unit, Pace: ads.ASAP,
	})
	require.NoError(t, err)
	_, err = db.Creatives.Create(ctx, 0, ads.Creative{
		Line: l.Value.ID, Name: "Code", Format: ads.HTML, Size: size, Landing: landing, Weight: 1, Review: ads.Approved,
		HTML: `<a href="https://elsewhere.example/" target="_blank" style="position:fixed;inset:0;background:#dfd">Wines</a>`,
	})
	require.NoError(t, err)
	return data
}

// TestFlow_AClickOnCodeIsBilled has a visitor of a storefront click an ad that is code.
func TestFlow_AClickOnCodeIsBilled(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	data := coded(t)
	base := served(t, data)
	b := newTab(ctx, t, storefront(t, base, command(t, "key", "demo", "--data", data)))
	const there = `document.querySelector('[data-ad="home-banner"] iframe') !== null`
	b.keepsOffers()
	b.isOffered("<iframe")
	b.holds(there)
	b.holds(viewTold)
	for _, v := range b.violations() {
		assert.Fail(t, v.Rule, "%s: %s", v.Help, v.Where)
	}
	time.Sleep(time.Second) // nobody clicks in the moment in which he sees it
	var at []float64
	require.True(t, eventually(func() bool { // that the page has come to rest
		before := at
		at = answer[[]float64](b, `(r => [r.left + r.width / 2, r.top + r.height / 2])(document.querySelector('[data-ad="home-banner"] iframe').getBoundingClientRect())`)
		time.Sleep(300 * time.Millisecond)
		return slices.Equal(before, at)
	}))
	b.do("a click", chromedp.MouseClickXY(at[0], at[1]))

	db, err := sqlite.Open(context.Background(), filepath.Join(data, "ads.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	var sum store.Figures
	require.True(t, eventually(func() bool {
		now := time.Now()
		rows, err := db.Report(t.Context(), store.Query{All: true, From: now.AddDate(0, 0, -1), To: now.AddDate(0, 0, 2)})
		require.NoError(t, err)
		sum = store.Figures{}
		for _, r := range rows {
			sum.Views, sum.Clicks, sum.Gross = sum.Views+r.Views, sum.Clicks+r.Clicks, sum.Gross+r.Gross
		}
		return sum.Clicks > 0
	}), "no click is counted")
	assert.Positive(t, sum.Views)
	assert.EqualValues(t, 1, sum.Clicks)
	assert.Positive(t, sum.Gross, "and it is paid")
	assert.Empty(t, b.complaints())
}
