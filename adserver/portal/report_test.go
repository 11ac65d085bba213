package portal_test

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/portal"
)

// rows are those of a report as a file.
func rows(t *testing.T, a answer) [][]string {
	t.Helper()
	require.Equal(t, http.StatusOK, a.Status, a.Body)
	assert.Equal(t, "text/csv; charset=utf-8", string(a.Header.ContentType()))
	all, err := csv.NewReader(strings.NewReader(a.Body)).ReadAll()
	require.NoError(t, err)
	return all
}

func TestReport_TotalsAreTheSums(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA") // 1,000 views and 10 clicks for 5.00, in no city
	day := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	k.serve(mine, traffic{at: day, city: "chennai", views: 300, clicks: 6, invalid: 4, gross: 3 * ads.Unit / 2, share: ads.Unit})
	k.serve(mine, traffic{at: day.Add(24 * time.Hour), city: "mumbai", views: 100, clicks: 1, gross: ads.Unit / 2, share: ads.Unit / 3})
	b := k.buyer(mine)
	for _, by := range []string{"day", "campaign", "line", "creative", "placement", "city"} {
		all := rows(t, b.get("/advertisers/1/reports.csv?from=2026-03-01&to=2026-03-05&by="+by))
		assert.Equal(t, by, all[0][0])
		total := all[len(all)-1]
		assert.Equal(t, []string{"total", "600", "400", "7", "0", "4", "2", "EUR", "0", "0"}, total, by)
		for column := 1; column <= 5; column++ {
			sum := 0
			for _, row := range all[1 : len(all)-1] {
				n, err := strconv.Atoi(row[column])
				require.NoError(t, err)
				sum += n
			}
			assert.Equal(t, total[column], strconv.Itoa(sum), "%s %s", by, all[0][column])
		}
	}
	page := b.get("/advertisers/1/reports?from=2026-03-01&to=2026-03-05&by=city").text()
	for _, want := range []string{"chennai EUR 1.50 300 6 2.00 % 0 EUR 0.00 450 4", "mumbai EUR 0.50 100 1 1.00 % 0 EUR 0.00 150 0", "Total EUR 2.00 400 7 1.75 % 0 EUR 0.00 600 4", "reason 3 4"} {
		assert.Contains(t, page, want)
	}
	selling := k.seller(mine).get("/publishers/1/reports?from=2026-03-01&to=2026-03-05&by=day").text()
	assert.Contains(t, selling, "Earned")
	assert.NotContains(t, selling, "ALPHA campaign", "whose ads they were is not told")
}

// Midnight is that of the advertiser. 20:30 UTC is tomorrow in Kolkata.
func TestReport_DaysAreThoseOfTheZone(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	k.serve(mine, traffic{at: time.Date(2026, 3, 2, 20, 30, 0, 0, time.UTC), views: 7})
	all := rows(t, k.buyer(mine).get("/advertisers/1/reports.csv?from=2026-03-02&to=2026-03-03&by=day"))
	assert.Equal(t, []string{"2026-03-02", "10", "7"}[0], all[1][0])
	assert.Equal(t, "0", all[1][2])
	assert.Equal(t, "2026-03-03", all[2][0])
	assert.Equal(t, "7", all[2][2])
	berlin := rows(t, k.seller(mine).get("/publishers/1/reports.csv?from=2026-03-02&to=2026-03-03&by=day"))
	assert.Equal(t, "7", berlin[1][2], "in Berlin it is still the day before")
}

func TestReport_AsksForWhatThereIs(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	b := k.buyer(mine)
	for query, status := range map[string]int{
		"?by=reason": http.StatusNotFound, "?by=x": http.StatusNotFound, "?from=x": http.StatusBadRequest, "?from=2026-02-02&to=2026-02-01": http.StatusBadRequest,
		"?from=2020-01-01&to=2026-01-01": http.StatusBadRequest, "?campaign=x": http.StatusNotFound, "?campaign=99": http.StatusOK, "": http.StatusOK,
	} {
		assert.Equal(t, status, b.get("/advertisers/1/reports"+query).Status, query)
	}
	assert.Equal(t, http.StatusNotFound, k.seller(mine).get("/publishers/1/reports?by=campaign").Status)
}

// The report of somebody else's campaign is empty, as it is of one's own advertiser as well.
func TestReport_OfSomebodyElsesCampaignIsEmpty(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine, others := k.tenant("ALPHA"), k.tenant("BETA")
	all := rows(t, k.buyer(mine).get("/advertisers/1/reports.csv?by=campaign&campaign="+itoa(uint32(others.campaign.ID))))
	assert.Len(t, all, 2)
	assert.Equal(t, "0", all[1][2])
}

func TestCSV_NamesAreNoFormulas(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	c := mine.campaign
	c.Name = `=HYPERLINK("https://evil.example","x")`
	_, err := k.db.Campaigns.Update(t.Context(), 0, c, 1)
	require.NoError(t, err)
	k.serve(mine, traffic{city: "@SUM(1)", views: 1})
	b := k.buyer(mine)
	assert.Equal(t, `'=HYPERLINK("https://evil.example","x")`, rows(t, b.get("/advertisers/1/reports.csv?by=campaign"))[1][0])
	assert.Equal(t, "'@SUM(1)", rows(t, b.get("/advertisers/1/reports.csv?by=city"))[2][0])
}

func TestCell_NeverBeginsAFormula(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[=+\-@\t\r\nab,"]{0,6}`).Draw(t, "text")
		got := portal.Cell(s)
		require.Equal(t, s, strings.TrimPrefix(got, "'"))
		if got != "" {
			require.NotContains(t, "=+-@\t\r\n", got[:1])
		}
	})
}

func TestGrouped_IsTheSameNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[string]string{"0": "0", "999": "999", "1000": "1,000", "1234567.5": "1,234,567.5", "-1234.50": "−1,234.50", "0.00037": "0.00037"} {
		assert.Equal(t, want, portal.Grouped(n))
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		back := strings.NewReplacer(",", "", "−", "-").Replace(portal.Grouped(strconv.FormatInt(n, 10)))
		require.Equal(t, strconv.FormatInt(n, 10), back)
	})
}

func TestRoundUp_EndsTheScale(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]int64{0: 2, 1: 2, 3: 4, 5: 10, 11: 20, 41: 100, 1000: 1000} {
		assert.Equal(t, want, portal.RoundUp(n))
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Min(0).Draw(t, "n")
		require.GreaterOrEqual(t, portal.RoundUp(n), n)
	})
}
