package portal_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// The key with which an advertiser's server tells of conversions is shown to who works for it, and to administrators.
func TestConversionKey_IsShownToItsOwn(t *testing.T) {
	t.Parallel()
	k := open(t, func(c *portal.Config) {
		c.ConversionKey = func(a ads.AdvertiserID) string { return "mqc_" + itoa(uint32(a)) + "_secret" }
	})
	mine, others := k.tenant("ALPHA"), k.tenant("BETA")
	settings := func(of tenant) string { return "/advertisers/" + itoa(uint32(of.advertiser.ID)) + "/settings" }
	for who, b := range map[string]*browser{"its own": k.buyer(mine), "admin": k.admin()} {
		page := b.get(settings(mine))
		assert.Equal(t, http.StatusOK, page.Status, who)
		assert.Contains(t, page.Body, `<code id="conversion-key">mqc_1_secret</code>`, who)
		assert.Contains(t, page.Body, "POST to <code>"+base+"/v1/conversions</code>", who)
		assert.Contains(t, page.text(), `<img src="`+base+`/conversion.gif?click=CLICK&amp;kind=booking`, who)
	}
	other := k.buyer(others)
	for who, b := range map[string]*browser{
		"another": other, "publisher": k.seller(mine), "finance": k.member(store.Member{Role: store.Finance}), "reviewer": k.member(store.Member{Role: store.Reviewer}),
	} {
		page := b.get(settings(mine))
		assert.NotEqual(t, http.StatusOK, page.Status, who)
		assert.NotContains(t, page.Body, "mqc_", who)
	}
	assert.Contains(t, other.get(settings(others)).Body, "mqc_2_secret")
	keyless := open(t)
	alone := keyless.tenant("ALPHA")
	page := keyless.buyer(alone).get(settings(alone)).Body
	assert.Contains(t, page, "conversion.gif")
	assert.NotContains(t, page, "conversion-key")
}

// What conversions were worth is in the reports of who told it, and in nobody else's.
func TestReport_ConversionsAreWorthWhatWasTold(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	at := time.Now().UTC().Add(-time.Minute).Truncate(time.Microsecond)
	place := ledger.Place{
		Advertiser: mine.advertiser.ID, Campaign: mine.campaign.ID, Line: mine.line.ID, Creative: mine.creative.ID, Publisher: mine.publisher.ID,
		Placement: mine.placement.ID, City: "chennai", Currency: "EUR",
	}
	for serial, value := range map[uint64]ads.Nano{1: 12*ads.Unit + ads.Unit/2, 2: 1000 * ads.Unit} {
		key := store.ClickKey{Node: 1, Epoch: 1, Serial: serial}
		require.NoError(t, k.db.Clicks(t.Context(), []store.Click{{Key: key, Place: place, At: at}}))
		_, counted, err := k.db.Convert(t.Context(), store.Conversion{Click: key, Kind: "booking", Value: value, At: at})
		require.NoError(t, err)
		require.True(t, counted)
	}
	buyer, seller := k.buyer(mine), k.seller(mine)
	for _, by := range []string{"day", "campaign", "line", "creative", "placement", "city"} {
		all := rows(t, buyer.get("/advertisers/1/reports.csv?by="+by))
		last := len(all[0]) - 1
		assert.Equal(t, "conversion_value", all[0][last], by)
		assert.Equal(t, "1012.5", all[len(all)-1][last], by)
	}
	page := buyer.get("/advertisers/1/reports?by=city").text()
	assert.Contains(t, page, "Conversions Value of conversions Chosen")
	assert.Regexp(t, `chennai EUR 0\.00 0 0 – 2 EUR 1,012\.50 0 0`, page)
	selling := seller.get("/publishers/1/reports?by=city").text()
	assert.NotContains(t, selling, "1,012.50")
	assert.NotContains(t, selling, "Value of conversions")
	assert.NotContains(t, rows(t, seller.get("/publishers/1/reports.csv?by=city"))[0], "conversion_value")
}
