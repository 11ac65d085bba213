package storefront_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront"
)

// languageOf is what the nearest element around the first text with a class says about its language.
func languageOf(t *testing.T, p *page, class string) string {
	t.Helper()
	found := classed(p.doc, class)
	require.NotEmpty(t, found, "%s on %s", class, p.url)
	for n := found[0]; n != nil; n = n.Parent {
		if n.Type != html.ElementNode {
			continue
		}
		if lang := attr(n, "lang"); lang != "" {
			return lang
		}
	}
	return ""
}

func TestForeign_ADescriptionSaysItsLanguage(t *testing.T) {
	t.Parallel()
	const tamil = "மதுரையில் ஒரு கோடை இரவு, IMAX."
	for _, c := range []struct{ text, catalog, page, want string }{
		{"A train and a soldier.", "", "ar", "en"},
		{"A train and a soldier.", "", "en", "en"},
		{"Ein Zug und ein Soldat.", "de", "en", "de"},
		{"Ein Zug und ein Soldat.", "de-AT", "de", "de"},
		{tamil, "", "en", "ta"},
		{tamil, "", "ta", "ta"},
		{"एक रेलगाड़ी और एक सैनिक।", "mr", "en", "mr"},
		{"Поезд и солдат.", "", "en", "en"}, // none that we know: nothing is said
	} {
		s := open(t, bmstest.Options{}, storefront.Config{CatalogLanguage: c.catalog})
		event := s.Programme.Event
		event.Synopsis = c.text
		require.NoError(t, s.Catalog.PutEvent(t.Context(), event))
		p := s.visit(t).get("/" + c.page + "/mumbai/events/the-general")
		assert.Equal(t, c.want, languageOf(t, p, "prose"), "%s on a page in %s of a catalogue in %q", c.text, c.page, c.catalog)
	}
	_, err := storefront.New(bmstest.New(t, bmstest.Options{}).Client, storefront.Config{CatalogLanguage: "x"})
	require.True(t, fault.Is(err, fault.Invalid), err)
	assert.Equal(t, "catalog_language", fault.Of(err).Field)
}

// A brand writes in the first of its languages.
func TestForeign_TheTextsOfABrandSayTheirLanguage(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	b := brandOf(kit, kit.Programme.Partner.ID, "1", "Unser Haus", "unser.example")
	b.Locales, b.Tagline = []string{"de", "en", "ar"}, "Bühne und Leinwand"
	b.Sections = []catalog.Section{catalog.SectionIntro, catalog.SectionEvents}
	b.Legal = map[string]string{"terms": "# Karten\nSeien Sie pünktlich."}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), b))
	n := newNode(t, kit)
	for path, want := range map[string]string{
		"/en/legal/terms": `<div dir="auto" lang="de"><h2>Karten</h2>`, "/ar/legal/terms": `<div dir="auto" lang="de"><h2>Karten</h2>`,
		"/de/legal/terms": `<div dir="auto"><h2>Karten</h2>`,
		"/en":             `<bdi dir="auto" lang="de">Bühne und Leinwand</bdi>`, "/de": `<bdi dir="auto">Bühne und Leinwand</bdi>`,
	} {
		assert.Contains(t, string(n.at("unser.example", path).Body()), want, path)
	}
}
