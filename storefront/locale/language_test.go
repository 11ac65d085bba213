package locale_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

func TestLanguages_AreWhatTheyAreCalled(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	for i, l := range locale.Languages() {
		tag := language.MustParse(l.Tag)
		assert.Equal(t, strings.ToLower(display.Self.Name(tag)), strings.ToLower(l.Name))
		assert.Equal(t, l.Tag == "ar", l.Direction == locale.RTL)
		p := c.Printer(l.Tag, "")
		assert.Equal(t, l, p.Language())
		assert.Equal(t, l.Tag, p.Lang())
		assert.Equal(t, string(l.Direction), p.Dir())
		assert.Equal(t, l.Region, p.Region())
		assert.Equal(t, l, locale.Choose(locale.Languages(), "", l.Tag))
		assert.Equal(t, i == 0, l == locale.Default())
	}
	assert.Len(t, locale.Languages(), 6)
	locale.Languages()[0].Tag = "xx"
	assert.Equal(t, "en", locale.Languages()[0].Tag, "the list is a copy")
}

func TestFromPath(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ path, tag, rest string }{
		{"/en", "en", "/"},
		{"/en/", "en", "/"},
		{"/hi/mumbai", "hi", "/mumbai"},
		{"/ar/dubai/events/x", "ar", "/dubai/events/x"},
		{"/", "", "/"},
		{"", "", ""},
		{"/mumbai", "", "/mumbai"},
		{"/EN/mumbai", "", "/EN/mumbai"},
		{"/en-IN/mumbai", "", "/en-IN/mumbai"},
		{"/english", "", "/english"},
		{"en/mumbai", "", "en/mumbai"},
		{"//en", "", "//en"},
		{"/fr/paris", "", "/fr/paris"},
	} {
		l, rest, ok := locale.FromPath(row.path)
		assert.Equal(t, row.tag != "", ok, row.path)
		assert.Equal(t, row.tag, l.Tag, row.path)
		assert.Equal(t, row.rest, rest, row.path)
	}
}

func TestLanguage_PathIsWhatFromPathReads(t *testing.T) {
	t.Parallel()
	for _, l := range locale.Languages() {
		for _, path := range []string{"/", "/mumbai", "/mumbai/events/shakuntala"} {
			got, rest, ok := locale.FromPath(l.Path(path))
			require.True(t, ok)
			assert.Equal(t, l, got)
			assert.Equal(t, path, rest)
		}
	}
	assert.Equal(t, "/en", locale.Default().Path(""))
}

func TestChoose_TheStrongestWishWins(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, choice, accept string
		tag                  string
	}{
		{"the visitor", "hi", "ta", "hi"},
		{"the browser", "", "ta-IN,ta;q=0.9,en-US;q=0.8", "ta"},
		{"by weight", "", "fr;q=0.9, en;q=0.2, es-MX;q=0.7", "es"},
		{"a region of ours", "", "ar-EG", "ar"},
		{"one that is understood", "", "mr-IN", "hi"},
		{"a relative", "", "gsw", "de"},
		{"nobody", "", "", "en"},
		{"none of ours", "", "fr-FR, ja;q=0.5", "en"},
		{"anything", "", "*", "en"},
		{"a choice of old", "fr", "es", "es"},
		{"a choice that is nonsense", "\x00;;=", "es", "es"},
		{"a header that is nonsense", "", "de;q=x", "en"},
		{"a refused language", "", "de;q=0, es;q=0.1", "es"},
		{"a long header", "", "es," + strings.Repeat("fr;q=0.1,", 1000), "es"},
		{"a long word", "", strings.Repeat("x", 5000), "en"},
	} {
		assert.Equal(t, row.tag, locale.Choose(locale.Languages(), row.choice, row.accept).Tag, row.name)
	}
}

func TestChoose_OnlyWhatIsOffered(t *testing.T) {
	t.Parallel()
	german, _ := locale.ByTag("de")
	arabic, _ := locale.ByTag("ar")
	offered := []locale.Language{german, arabic}
	assert.Equal(t, german, locale.Choose(offered, "", "hi, en;q=0.5"), "the first, for who wants none of them")
	assert.Equal(t, german, locale.Choose(offered, "hi", "en"), "a choice that was made on another site")
	assert.Equal(t, arabic, locale.Choose(offered, "hi", "en, ar;q=0.1"))
	assert.Equal(t, arabic, locale.Choose(offered, "ar", "de"))
	assert.Equal(t, locale.Default(), locale.Choose(nil, "de", "de"))
}

func FuzzChoose(f *testing.F) {
	for _, seed := range []string{"", "en", "hi-IN,hi;q=0.9", "de-DE-u-co-phonebk", "*;q=0.5", "a-b-c-d", "zh-Hant-TW", "x-klingon", ";;;,,,", "en;q=1.0000000001"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, choice, accept string) {
		l := locale.Choose(locale.Languages(), choice, accept)
		assert.Contains(t, locale.Languages(), l)
		assert.Equal(t, l, locale.Choose(locale.Languages(), choice, accept))
		if chosen, ok := locale.ByTag(choice); ok {
			assert.Equal(t, chosen, l)
		}
	})
}

func FuzzFromPath(f *testing.F) {
	for _, seed := range []string{"/", "/en", "/hi/mumbai", "//en", "en", "/EN/x", "/ta/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		l, rest, ok := locale.FromPath(path)
		if !ok {
			assert.Equal(t, path, rest)
			return
		}
		assert.Contains(t, locale.Languages(), l)
		assert.True(t, strings.HasPrefix(rest, "/"))
	})
}
