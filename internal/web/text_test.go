package web_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

func TestIsText_IsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "Ada", "आदा", "two\r\nlines", "a\ttab", "👩‍🔬", "\u00a0"} {
		assert.True(t, web.IsText(s), "%q", s)
		assert.True(t, web.IsText([]byte(s)), "%q", s)
	}
	for _, s := range []string{"\x00", "a\x00b", "\x1b[2J", "\x7f", "\xff", "\xc3", "a\xed\xa0\x80"} {
		assert.False(t, web.IsText(s), "%q", s)
		assert.False(t, web.IsText([]byte(s)), "%q", s)
	}
}

func TestIsWord_IsShortAndOneLine(t *testing.T) {
	t.Parallel()
	assert.True(t, web.IsWord("shw_01k9x3m2q7e8rtb5w0z4n6c1da", 30))
	assert.True(t, web.IsWord("", 0))
	for _, s := range []string{"two\nlines", "a\tb", "\x00", "\xff", strings.Repeat("x", 31)} {
		assert.False(t, web.IsWord(s, 30), "%q", s)
	}
}

func TestAreTexts_NamesAndValues(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{
		"": true, "a=b&c=%F0%9F%8E%AC&d=1%0A2": true, "a=%00": false, "%00=a": false, "a=b&c=%FF": false, "%ff": false,
	} {
		var args fasthttp.Args
		args.Parse(query)
		assert.Equal(t, want, web.AreTexts(&args), query)
	}
}

func FuzzIsText(f *testing.F) {
	for _, seed := range []string{"", "Ada", "a\x00", "\xff", "\u2028"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		is := web.IsText(s)
		assert.Equal(t, is, web.IsText([]byte(s)))
		harmful := strings.ContainsFunc(s, func(r rune) bool { return r < 0x80 && unicode.IsControl(r) && !strings.ContainsRune("\t\n\r", r) })
		assert.Equal(t, utf8.ValidString(s) && !harmful, is)
		assert.Equal(t, is && !strings.ContainsAny(s, "\t\n\r"), web.IsWord(s, len(s)))
	})
}
