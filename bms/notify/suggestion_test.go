package notify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/notify/notifytest"
)

func TestWhy_SaysWhatItCanAndNothingElse(t *testing.T) {
	t.Parallel()
	words := notify.EnglishWords()
	for _, row := range []struct {
		why  notify.Why
		want string
	}{
		{notify.Why{Code: "booked", Event: "Dune"}, "Because you booked Dune"},
		{notify.Why{Code: "booked"}, "Because of what you booked"},
		{notify.Why{Code: "liked", Event: "Dune"}, "Because you like Dune"},
		{notify.Why{Code: "liked"}, "Because of what you like"},
		{notify.Why{Code: "viewed", Event: "Dune"}, "Because you looked at Dune"},
		{notify.Why{Code: "viewed"}, "Because of what you looked at"},
		{notify.Why{Code: "alike", Event: "Dune"}, "Similar to Dune"},
		{notify.Why{Code: "alike"}, "One of our suggestions"},
		{notify.Why{Code: "follows", Name: "Ada"}, "Because you follow Ada"},
		{notify.Why{Code: "follows"}, "One of our suggestions"},
		{notify.Why{Code: "artist", Name: "Ada"}, "With Ada"},
		{notify.Why{Code: "genre", Name: "Opera"}, "Genre Opera"},
		{notify.Why{Code: "popular", City: "Berlin"}, "Popular in Berlin"},
		{notify.Why{Code: "popular"}, "Popular at the moment"},
		{notify.Why{Code: "near", City: "Berlin"}, "On in Berlin"},
		{notify.Why{Code: "near"}, "On near you"},
		{notify.Why{Code: "fast"}, "Selling fast"},
		{notify.Why{Code: "season", Name: "diwali"}, "For Diwali"},
		{notify.Why{Code: "season", Name: "monsoon"}, "One of our suggestions"},
		{notify.Why{Code: "new"}, "New in the programme"},
		{notify.Why{Code: "try"}, "Something different"},
		{notify.Why{Code: "magic", Event: "Dune"}, "One of our suggestions"},
		{notify.Why{}, "One of our suggestions"},
	} {
		id, args := row.why.Text()
		assert.Equal(t, row.want, words.Text(id, args...), "%+v", row.why)
	}
}

func TestSuggestions_AreThreeAtMostAndLinksOfTheSite(t *testing.T) {
	t.Parallel()
	d := notifytest.Metropolis()
	for _, title := range []string{"One", "Two\nBcc: x", "<b>Three</b>", "Four"} {
		d.Suggestions = append(d.Suggestions, notify.Suggestion{Event: title, Path: "/mumbai/events/x", Why: notify.Why{Code: "try"}})
	}
	c, err := notify.English().Render(notify.BookingConfirmed, "en", d)
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(c.Text, "https://aurora.example/mumbai/events/x"))
	assert.Equal(t, 3, strings.Count(c.HTML, `href="https://aurora.example/mumbai/events/x"`))
	assert.NotContains(t, c.HTML, "<b>Three")
	assert.NotContains(t, c.Text, "\nBcc")
	d.Site.URL = ""
	c, err = notify.English().Render(notify.BookingConfirmed, "en", d)
	require.NoError(t, err)
	assert.NotContains(t, c.Text, "You may also like", "without links they are of no use")
	c, err = notify.English().Render(notify.BookingCancelled, "en", d)
	require.NoError(t, err)
	assert.NotContains(t, c.Text, "You may also like")
}
