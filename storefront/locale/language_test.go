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
		chosen, why := c.Choose("/", "", l.Tag)
		assert.Equal(t, l, chosen, "the order of the files is that of the languages")
		assert.Equal(t, locale.FromBrowser, why)
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
	c := localetest.New(t)
	for _, row := range []struct {
		name, path, choice, accept string
		tag                        string
		why                        locale.Source
	}{
		{"the address", "/de/berlin", "hi", "ta", "de", locale.FromURL},
		{"the visitor", "/berlin", "hi", "ta", "hi", locale.FromVisitor},
		{"the browser", "/", "", "ta-IN,ta;q=0.9,en-US;q=0.8", "ta", locale.FromBrowser},
		{"by weight", "/", "", "fr;q=0.9, en;q=0.2, es-MX;q=0.7", "es", locale.FromBrowser},
		{"a region of ours", "/", "", "ar-EG", "ar", locale.FromBrowser},
		{"one that is understood", "/", "", "mr-IN", "hi", locale.FromBrowser},
		{"a relative", "/", "", "gsw", "de", locale.FromBrowser},
		{"nobody", "/", "", "", "en", locale.FromDefault},
		{"none of ours", "/", "", "fr-FR, ja;q=0.5", "en", locale.FromDefault},
		{"anything", "/", "", "*", "en", locale.FromDefault},
		{"a choice of old", "/", "fr", "es", "es", locale.FromBrowser},
		{"a choice that is nonsense", "/", "\x00;;=", "es", "es", locale.FromBrowser},
		{"a header that is nonsense", "/", "", "de;q=x", "en", locale.FromDefault},
		{"a refused language", "/", "", "de;q=0, es;q=0.1", "es", locale.FromBrowser},
		{"a long header", "/", "", "es," + strings.Repeat("fr;q=0.1,", 1000), "es", locale.FromBrowser},
		{"a long word", "/", "", strings.Repeat("x", 5000), "en", locale.FromDefault},
	} {
		l, why := c.Choose(row.path, row.choice, row.accept)
		assert.Equal(t, row.tag, l.Tag, row.name)
		assert.Equal(t, row.why, why, row.name)
	}
}

func FuzzChoose(f *testing.F) {
	for _, seed := range []string{"", "en", "hi-IN,hi;q=0.9", "de-DE-u-co-phonebk", "*;q=0.5", "a-b-c-d", "zh-Hant-TW", "x-klingon", ";;;,,,", "en;q=1.0000000001"} {
		f.Add("/"+seed, seed, seed)
	}
	c, err := locale.New(locale.Config{})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, path, choice, accept string) {
		l, why := c.Choose(path, choice, accept)
		known, ok := locale.ByTag(l.Tag)
		assert.True(t, ok)
		assert.Equal(t, known, l)
		again, _ := c.Choose(path, choice, accept)
		assert.Equal(t, l, again)
		if fromPath, rest, ok := locale.FromPath(path); ok {
			assert.Equal(t, locale.FromURL, why)
			assert.Equal(t, fromPath, l)
			assert.True(t, strings.HasPrefix(rest, "/"))
		} else {
			assert.Equal(t, path, rest)
			assert.NotEqual(t, locale.FromURL, why)
		}
	})
}
