package seatview_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/seatview"
)

func TestConfig_IsTheElementsJSON(t *testing.T) {
	t.Parallel()
	full := int64(300_00)
	text, err := json.Marshal(seatview.Config{
		Currency: "INR", Exponent: 2, Locale: "en-IN", Key: "k1",
		Types: []seatview.BuyerType{{Key: "adult", Name: "Adult"}}, Prices: map[string][]*int64{"gold": {&full, nil}},
		Refused: &seatview.Refusal{Text: "Taken.", Seats: []string{"stalls-C-7"}},
		Views:   []seatview.ViewNote{{First: 3, End: 5, Note: "restricted view"}},
		Texts:   seatview.Texts{"live": {Whole: "Live"}, "places": {Plural: map[string]string{"one": "{n} place", "other": "{n} places"}}},
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"currency": "INR", "exponent": 2, "locale": "en-IN", "key": "k1",
		"types": [{"key": "adult", "name": "Adult"}], "prices": {"gold": [30000, null]},
		"refused": {"text": "Taken.", "seats": ["stalls-C-7"]},
		"views": [{"first": 3, "end": 5, "note": "restricted view"}],
		"texts": {"live": "Live", "places": {"one": "{n} place", "other": "{n} places"}}
	}`, string(text))
}

func TestText_IsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	for _, text := range []seatview.Text{{Whole: "Live"}, {Plural: map[string]string{"other": "{n} places"}}, {}} {
		data, err := json.Marshal(text)
		require.NoError(t, err)
		var again seatview.Text
		require.NoError(t, json.Unmarshal(data, &again))
		assert.Equal(t, text, again)
	}
	var text seatview.Text
	assert.Error(t, json.Unmarshal([]byte("7"), &text))
}

func TestEnglish_HasEveryWord(t *testing.T) {
	t.Parallel()
	words := seatview.English()
	assert.Equal(t, "Live updates paused", words["paused"].Whole)
	assert.Equal(t, "{n} places", words["places"].Plural["other"])
	names := regexp.MustCompile(`\{[^}]*\}`)
	for key, text := range words {
		require.True(t, text.Whole != "" || text.Plural["other"] != "", "%s: has a text, or one for other numbers", key)
		for _, form := range append([]string{text.Whole}, text.Plural["one"], text.Plural["other"]) {
			for _, name := range names.FindAllString(form, -1) {
				assert.Regexp(t, `^\{[a-z]+\}$`, name, key)
			}
		}
	}
}
