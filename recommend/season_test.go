package recommend_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
)

// when reads a time, in a zone of the computer's own list.
func when(t *testing.T, text, zone string) time.Time {
	t.Helper()
	place, err := time.LoadLocation(zone)
	require.NoError(t, err)
	at, err := time.ParseInLocation("2006-01-02 15:04:05", text, place)
	require.NoError(t, err)
	return at
}

// Source of the dates: U.S. Naval Observatory, Astronomical Applications, The Date of Easter.
func TestSeasonsAt_EasterOfKnownYears(t *testing.T) {
	t.Parallel()
	for _, day := range []string{
		"1961-04-02", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18", "2076-04-19",
	} {
		for _, zone := range []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"} {
			sunday := when(t, day+" 00:00:00", zone)
			in := func(at time.Time) bool {
				return slices.Contains(recommend.SeasonsAt(at), recommend.Easter)
			}
			first, end := sunday.AddDate(0, 0, -21), sunday.AddDate(0, 0, 1)
			assert.True(t, in(first), "%s in %s", day, zone)
			assert.False(t, in(first.Add(-time.Second)), "%s in %s", day, zone)
			assert.True(t, in(end.Add(-time.Second)), "%s in %s", day, zone)
			assert.False(t, in(end), "%s in %s", day, zone)
		}
	}
}

func TestSeasonsAt_Boundaries(t *testing.T) {
	t.Parallel()
	none := []recommend.Season(nil)
	for at, want := range map[string][]recommend.Season{
		"2026-01-01 00:00:00": none,
		"2026-01-23 23:59:59": none,
		"2026-01-24 00:00:00": {recommend.Valentines},
		"2026-02-14 23:59:59": {recommend.Valentines},
		"2026-02-15 00:00:00": none,
		"2026-05-31 23:59:59": none,
		"2026-06-01 00:00:00": {recommend.Summer},
		"2026-08-31 23:59:59": {recommend.Summer},
		"2026-09-01 00:00:00": none,
		"2026-10-09 23:59:59": none,
		"2026-10-10 00:00:00": {recommend.Halloween},
		"2026-10-20 12:00:00": {recommend.Halloween, recommend.Diwali},
		"2026-10-31 23:59:59": {recommend.Halloween, recommend.Diwali},
		"2026-11-08 23:59:59": {recommend.Diwali},
		"2026-11-09 00:00:00": none,
		"2026-11-23 23:59:59": none,
		"2026-11-24 00:00:00": {recommend.Christmas},
		"2026-12-20 00:00:00": {recommend.NewYear, recommend.Christmas},
		"2026-12-27 00:00:00": {recommend.NewYear},
		"2026-12-31 23:59:59": {recommend.NewYear},
	} {
		assert.Equal(t, want, recommend.SeasonsAt(when(t, at, "UTC")), at)
	}
}

// It is Valentine's Day where somebody asks, not where the computer is.
func TestSeasonsAt_ByTheZoneOfThePlace(t *testing.T) {
	t.Parallel()
	at := when(t, "2026-02-15 01:00:00", "Asia/Kolkata")
	assert.Empty(t, recommend.SeasonsAt(at))
	assert.Equal(t, []recommend.Season{recommend.Valentines}, recommend.SeasonsAt(at.UTC()), "there it is the evening before")
}

func TestItem_SeasonsByWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		item recommend.Item
		want recommend.Season
	}{
		{recommend.Item{Title: "Easter Oratorio"}, recommend.Easter},
		{recommend.Item{Title: "Eastern Promises"}, ""},
		{recommend.Item{Title: "Once upon a time in the Western"}, ""},
		{recommend.Item{Title: "Osterkonzert"}, recommend.Easter},
		{recommend.Item{Title: "A Midsummer Night's Dream"}, ""},
		{recommend.Item{Title: "Sommernachtstraum"}, recommend.Summer},
		{recommend.Item{Title: "Cinema", Tags: []string{"open-air"}}, recommend.Summer},
		{recommend.Item{Title: "Cinema in the open", Tags: []string{"air"}}, ""},
		{recommend.Item{Title: "Gala", Genres: []string{"New Year's concert"}}, recommend.NewYear},
		{recommend.Item{Title: "Weihnachtsoratorium"}, recommend.Christmas},
		{recommend.Item{Title: "The NUTCRACKER!"}, recommend.Christmas},
		{recommend.Item{Title: "Valentine’s dinner"}, recommend.Valentines},
		{recommend.Item{Title: "Diwali Mela"}, recommend.Diwali},
		{recommend.Item{Title: "A spooky evening"}, recommend.Halloween},
		{recommend.Item{}, ""},
	} {
		var want []recommend.Season
		if c.want != "" {
			want = []recommend.Season{c.want}
		}
		assert.Equal(t, want, c.item.Seasons(), c.item.Title)
	}
}
