package portal_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// What was earned today may yet turn out to be nothing: it is in the balance, and cannot be asked for.
func TestEarnings_OfDaysThatAreNotCheckedAreNotPaidOut(t *testing.T) {
	t.Parallel()
	now := time.Now()
	k := open(t, func(c *portal.Config) { c.Now = func() time.Time { return now } })
	alpha := k.tenant("ALPHA")
	k.serve(alpha, traffic{views: 1000, clicks: 10, gross: 100 * ads.Unit, share: 70 * ads.Unit})
	b := k.seller(alpha)
	last := store.LastChecked(now)
	page := b.get("/publishers/1/earnings")
	assert.Contains(t, page.text(), "EUR 73.50")
	// 3.50 earned before, of which 1.00 is asked for and 0.50 is held.
	assert.Contains(t, page.text(), "Of this EUR 2.00 can be paid out: it was earned up to "+time.Unix(int64(last)*86400, 0).UTC().Format(time.DateOnly))
	assert.Equal(t, "2.00", page.value("amount"))

	got := b.post("/publishers/1/payouts", "amount", "2.01")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Amount must be at most what can be paid out")
	b.post("/publishers/1/payouts", "amount", "2.00").leads("/publishers/1/earnings")
	asked, err := k.db.Payouts(t.Context(), store.Filter{Owner: 1})
	require.NoError(t, err)
	require.Len(t, asked, 2)
	assert.Equal(t, last, asked[1].LastDay)
	assert.Equal(t, last, asked[1].FirstDay, "the publisher is newer than that")
}

// A day is one row, however many batches of however many nodes booked it.
func TestEarnings_OneRowForADay(t *testing.T) {
	t.Parallel()
	now := time.Now()
	k := open(t, func(c *portal.Config) { c.Now = func() time.Time { return now } })
	alpha := k.tenant("ALPHA") // with 3.50 five days ago
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	midnight := now.In(zone)
	midnight = time.Date(midnight.Year(), midnight.Month(), midnight.Day()-2, 0, 0, 0, 0, zone)
	evening := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), 23, 0, 0, 0, zone) // not all days have 24 hours
	for _, at := range []time.Time{midnight.Add(-time.Second), midnight, midnight.Add(time.Hour), evening} {
		k.serve(alpha, traffic{at: at, views: 1000, gross: 10 * ads.Unit, share: 7 * ads.Unit})
	}
	_, err = k.db.RefundFinding(t.Context(), 0, alpha.finding)
	require.NoError(t, err)
	b := k.seller(alpha)
	page := b.get("/publishers/1/earnings")
	day := func(ago int) string { return midnight.AddDate(0, 0, ago).Format("2 Jan 2006") }
	_, history, _ := strings.Cut(page.text(), "History")
	assert.Equal(t, 3, strings.Count(history, " Ads EUR"), history)
	assert.Regexp(t, "Invalid traffic given back invalid traffic EUR −0.50 "+day(0)+" Ads EUR 21.00 "+day(-1)+" Ads EUR 7.00 .*Ads EUR 3.50", history)
	assert.NotContains(t, page.Body, "?until=", "there was nothing before")
	now = now.AddDate(0, 0, 40)
	page = b.get("/publishers/1/earnings")
	assert.NotContains(t, page.text(), " Ads EUR")
	older := regexp.MustCompile(`\?until=[0-9-]+`).FindString(page.Body)
	require.NotEmpty(t, older)
	assert.Contains(t, b.get("/publishers/1/earnings"+older).text(), day(0)+" Ads EUR 21.00")
	assert.Equal(t, http.StatusNotFound, b.get("/publishers/1/earnings?until=x").Status)
}
