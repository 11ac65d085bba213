package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

func TestSlugify(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Metropolis":                         "metropolis",
		"The Cabinet of Dr. Caligari":        "the-cabinet-of-dr-caligari",
		"It's a Wonderful Life!":             "its-a-wonderful-life",
		"  Fast  &  Furious — 2 ":            "fast-and-furious-2",
		"R&B+":                               "r-and-b-plus",
		"Die fröhliche Wissenschaft: Straße": "die-froehliche-wissenschaft-strasse",
		"STRAẞE":                             "strasse",
		"Amélie":                             "amelie",
		"Ame\u0301lie":                       "amelie",
		"São Paulo":                          "sao-paulo",
		"Łódź":                               "lodz",
		"Þór & Æsir":                         "thor-and-aesir",
		"İstanbul'da ışık":                   "istanbulda-isik",
		"Броненосец «Потёмкин»": "bronenosets-potyomkin",
		"Ζορμπάς":  "zormpas",
		"Việt Nam": "viet-nam",
		"RRR (रौद्रम् रणम् रुधिरम्)": "rrr",
		"8½":                                        "8",
		"2001: A Space Odyssey":                     "2001-a-space-odyssey",
		strings.Repeat("Supercalifragil ", 10):      "supercalifragil-supercalifragil-supercalifragil-supercalifragil-supercalifragil",
		strings.Repeat("a", 200):                    strings.Repeat("a", catalog.MaxSlug),
		strings.Repeat("a", catalog.MaxSlug):        strings.Repeat("a", catalog.MaxSlug),
		strings.Repeat("a", catalog.MaxSlug) + "-b": strings.Repeat("a", catalog.MaxSlug),
	} {
		assert.Equal(t, want, catalog.Slugify(title), title)
		assert.True(t, catalog.ValidSlug(want), want)
	}
}

func TestSlugify_OtherScriptsGetAStableName(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, title := range []string{"七人の侍", "羅生門", "राजा हरिश्चन्द्र", "العزيمة", "", "!!!"} {
		slug := catalog.Slugify(title)
		assert.Regexp(t, `^x-[0-9a-f]{8}$`, slug, title)
		assert.Equal(t, slug, catalog.Slugify(title))
		assert.Empty(t, seen[slug], "%s has the slug of another title", title)
		seen[slug] = title
	}
}

func TestValidSlug(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "-", "-a", "a-", "a--b", "A", "a b", "ä", "a/b", "a.b", strings.Repeat("a", 81)} {
		assert.False(t, catalog.ValidSlug(bad), bad)
	}
	for _, good := range []string{"a", "7", "a-b-c", strings.Repeat("a", 80)} {
		assert.True(t, catalog.ValidSlug(good), good)
	}
}

func FuzzSlugify(f *testing.F) {
	f.Add("Amélie & co.")
	f.Add("七人の侍")
	f.Add("\xff\xfe")
	f.Add(strings.Repeat("ß-", 100))
	f.Fuzz(func(t *testing.T, title string) {
		slug := catalog.Slugify(title)
		require.True(t, catalog.ValidSlug(slug), "%q of %q", slug, title)
		require.Equal(t, slug, catalog.Slugify(slug), "a slug is its own slug")
	})
}
