package seo_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/storefront/seo"
)

func page() seo.Page {
	return seo.Page{
		Path: "/mumbai/events/metropolis", Lang: "ta", Title: "Metropolis · Mumbai", Description: "High above the city.\n\nFar below.",
		Image: seo.Image{URL: "/cards/metropolis.png", Width: 1200, Height: 630, Alt: "Metropolis, 22 November"},
	}
}

// lines writes tags as text for the golden file.
func lines(t seo.Tags) []byte {
	var b strings.Builder
	b.WriteString("canonical " + t.Canonical + "\n")
	for _, l := range t.Alternates {
		b.WriteString("alternate " + l.Lang + " " + l.Href + "\n")
	}
	for _, v := range t.Properties {
		b.WriteString("property " + v.Key + " = " + v.Content + "\n")
	}
	for _, v := range t.Names {
		b.WriteString("name " + v.Key + " = " + v.Content + "\n")
	}
	return []byte(b.String())
}

func TestHead_Golden(t *testing.T) {
	t.Parallel()
	golden(t, "head.txt", lines(seo.Head(site(), page())))
}

// Each language of a page names all languages, itself among them, and they name each other.
func TestHead_AlternatesAreTheSameInAllLanguages(t *testing.T) {
	t.Parallel()
	p := page()
	want := seo.Head(site(), p).Alternates
	assert.Len(t, want, 7)
	for _, l := range seo.Languages("IN") {
		p.Lang = l.Tag
		tags := seo.Head(site(), p)
		assert.Equal(t, want, tags.Alternates)
		assert.Contains(t, tags.Alternates, seo.Link{Lang: l.Tag, Href: tags.Canonical})
	}
	assert.Equal(t, seo.Link{Lang: "x-default", Href: "https://meridian.example/en/mumbai/events/metropolis"}, want[6])
}

func TestHead_PrivatePagesAndHiddenSitesSayNothing(t *testing.T) {
	t.Parallel()
	private, hidden := page(), site()
	private.Private, hidden.Hidden = true, true
	for _, tags := range []seo.Tags{seo.Head(site(), private), seo.Head(hidden, page())} {
		assert.Contains(t, tags.Names, seo.Value{Key: "robots", Content: "noindex"})
		assert.Empty(t, tags.Canonical)
		assert.Empty(t, tags.Alternates)
		assert.Empty(t, tags.Properties)
	}
}

func TestHead_WithoutAPictureTheCardIsSmall(t *testing.T) {
	t.Parallel()
	p := page()
	p.Image = seo.Image{}
	tags := seo.Head(site(), p)
	assert.Contains(t, tags.Names, seo.Value{Key: "twitter:card", Content: "summary"})
	assert.NotContains(t, string(lines(tags)), "og:image")
}

func TestSite_AddressesAreWhole(t *testing.T) {
	t.Parallel()
	s := site()
	for want, got := range map[string]string{
		"https://meridian.example/hi":        s.URL("hi", "/"),
		"https://meridian.example/ar/london": s.URL("ar", "/london"),
		"https://meridian.example/en/london": s.URL("fr", "/london"), // is not spoken
		"https://meridian.example/posters/a": s.File("/posters/a"),
		"https://cdn.example/a.jpg":          s.File("https://cdn.example/a.jpg"),
		"//cdn.example/a.jpg":                s.File("//cdn.example/a.jpg"),
		"https://meridian.example/en/":       seo.Site{Origin: s.Origin}.URL("", "//")[:28],
	} {
		assert.Equal(t, want, got)
	}
}

func TestLanguages_HaveTheTerritoriesOfTheirFormats(t *testing.T) {
	t.Parallel()
	all := map[string]string{}
	for _, l := range seo.Languages("US") {
		all[l.Tag] = l.Locale
	}
	assert.Equal(t, map[string]string{"en": "en_US", "hi": "hi_IN", "ta": "ta_IN", "es": "es_ES", "de": "de_DE", "ar": "ar_AE"}, all)
	for _, none := range []string{"", "us", "USA", "\u00e9"} {
		assert.Equal(t, "en_GB", seo.Languages(none)[0].Locale)
	}
}

func TestExcerpt_EndsAfterAWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"A short text", 20, "A short text"},
		{"A text of\n\n  two  paragraphs", 40, "A text of two paragraphs"},
		{"The quick brown fox, jumps over", 24, "The quick brown fox…"},
		{strings.Repeat("x", 50), 10, strings.Repeat("x", 9) + "…"},
		{"पहाड़ों के ऊपर शहर", 12, "पहाड़ों के…"},
		{"", 5, ""},
		{"abc", 0, ""},
	} {
		got := seo.Excerpt(c.text, c.most)
		assert.Equal(t, c.want, got)
		assert.LessOrEqual(t, utf8.RuneCountInString(got), c.most)
	}
}

func FuzzHead(f *testing.F) {
	f.Add("Hamlet", "A prince", "/a.png")
	f.Add("\"><script>", "\xff", "//x")
	f.Fuzz(func(t *testing.T, title, description, image string) {
		p := page()
		p.Title, p.Description, p.Image.URL = title, description, image
		tags := seo.Head(site(), p)
		assert.Equal(t, "https://meridian.example/ta/mumbai/events/metropolis", tags.Canonical)
		for _, v := range append(tags.Properties, tags.Names...) {
			assert.NotContains(t, v.Key, " ")
			if v.Key == "description" {
				assert.LessOrEqual(t, utf8.RuneCountInString(v.Content), 200)
				assert.NotContains(t, v.Content, "\n")
			}
		}
	})
}
