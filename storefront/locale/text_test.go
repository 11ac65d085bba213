package locale_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

func TestParseText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"": nil, "plain": nil, "{city}": {"city"}, "{a} and {b_c}": {"a", "b_c"}, "{a}{a}": {"a", "a"},
	} {
		names, _, err := locale.ParseText(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, names, text)
	}
	for _, text := range []string{"{", "}", "{city", "city}", "{}", "{City}", "{.City}", "{{city}}", "{a b}", "{a}}"} {
		_, _, err := locale.ParseText(text)
		require.Error(t, err, text)
	}
}

func FuzzParseText(f *testing.F) {
	for _, seed := range []string{"", "{city}", "a {b} c {d_e}", "{", "}", "{{a}}", "{ä}", "\x00{a}\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		names, filled, err := locale.ParseText(s)
		if err != nil {
			return
		}
		assert.Equal(t, s, filled, "what has no value stays")
		assert.Equal(t, strings.Count(s, "{"), len(names))
	})
}

func TestIsolate_OnlyWhatWouldDisturb(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	en, ar := c.Printer("en", ""), c.Printer("ar", "")
	for _, row := range []struct {
		text   string
		en, ar bool // isolated
	}{
		{"Shakuntala", false, true},
		{"शकुंतला", false, true},
		{"ألف ليلة", true, false},
		{"ליל", true, false},
		{"ألف ليلة (2D)", true, true},
		{"19:30", false, true},
		{"+91 98765 43210", false, true},
		{"", false, false},
		{"…", false, false},
		{"\u200f50.00\u00a0د.إ.\u200f", true, false},
		{"22 نوفمبر", true, false},
	} {
		want := func(isolated bool) string {
			if isolated {
				return "\u2068" + row.text + "\u2069"
			}
			return row.text
		}
		assert.Equal(t, want(row.en), en.Isolate(row.text), "English: %q", row.text)
		assert.Equal(t, want(row.ar), ar.Isolate(row.text), "Arabic: %q", row.text)
	}
}

func TestDirectionOf(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	en, ar := c.Printer("en", ""), c.Printer("ar", "")
	for text, want := range map[string]locale.Direction{"Dubai دبي": locale.LTR, "دبي Dubai": locale.RTL, "42 دبي": locale.RTL, "मुंबई": locale.LTR} {
		assert.Equal(t, want, en.DirectionOf(text), text)
		assert.Equal(t, want, ar.DirectionOf(text), text)
	}
	assert.Equal(t, locale.LTR, en.DirectionOf("42"))
	assert.Equal(t, locale.RTL, ar.DirectionOf("42"))
}
