package demo

import (
	"cmp"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
)

// mainPartner is whose everything is that the data give to nobody else.
const mainPartner = "meridian"

// partner is one of the partners, by slug.
type partner struct {
	slug, name, legal, country string
	currency                   money.Currency
}

func partners() []partner {
	return []partner{
		{mainPartner, "Meridian Playhouses", "Meridian Playhouses Ltd", "GB", "GBP"},
		{"palace", "Palace Theatres", "Palace Theatres Ltd", "GB", "GBP"},
		{"kino", "Lichthof Kino", "Lichthof Kino GmbH", "DE", "EUR"},
		{"arena", "Spreehalle Live", "Spreehalle Live GmbH", "DE", "EUR"},
	}
}

func (p partner) id() catalog.PartnerID { return partnerID(p.slug) }

// words are what identifiers of the partner's things are made of.
func (p partner) words(of string) []string {
	if p.slug == mainPartner {
		return []string{of}
	}
	return []string{p.slug, of}
}

// partnerID is the identifier of the partner with a slug, or of the main one.
func partnerID(slug string) catalog.PartnerID {
	return ident[catalog.PartnerID](catalog.PartnerPrefix, cmp.Or(slug, mainPartner))
}

// partnerOf is the slug of the partner whose halls use a price list of the city.
func (c *city) partnerOf(list string) string {
	for _, v := range c.Venues {
		if slices.ContainsFunc(v.Halls, func(h hall) bool { return h.List == list }) {
			return v.Partner
		}
	}
	return ""
}

func (b *builder) addPartners() {
	for _, p := range partners() {
		b.out.Partners = append(b.out.Partners, catalog.Partner{
			ID: p.id(), Slug: p.slug, Name: p.name, LegalName: p.legal, Country: p.country, Currency: p.currency, CreatedAt: published(),
		})
	}
	b.out.Brands = []catalog.Brand{everything(), palace(), kino(), arena()}
}

// brandOf is what all brands of the programme have.
func brandOf(slug, name string, currency money.Currency, locales ...string) catalog.Brand {
	return catalog.Brand{
		ID: ident[catalog.BrandID](catalog.BrandPrefix, slug), PartnerID: partnerID(slug), Status: catalog.BrandLive, Name: name,
		Hosts: []string{slug + ".localhost"}, Locales: locales, Currency: currency,
		SupportEmail: "help@" + slug + ".example",
		Legal:        legalOf(name, locales[0]),
	}
}

// legalOf are the legal texts of a brand, in its first language.
func legalOf(name, language string) map[string]string {
	if language == "de" {
		return map[string]string{
			"imprint": "# Wer dahintersteht\n" + name + " ist erfunden. Dieser Shop zeigt ein Demoprogramm; nichts davon kann besucht werden.",
			"privacy": "# Was wir speichern\nWas Sie beim Ausprobieren dieser Demo eingeben, bleibt auf dem Rechner, auf dem sie läuft, und geht nirgendwohin sonst.\n\n" +
				"# Cookies\nOhne die ersten drei könnten Sie nicht buchen:\n- eine nichtssagende Nummer für Ihren Browser\n- ein Nachweis Ihrer Reservierung\n- ein Nachweis Ihrer Buchung\n- die Sprache, die Sie gewählt haben\n- die Stadt, die Sie zuletzt angesehen haben",
			"terms": "# Karten\nDie Karten dieser Demo berechtigen zu nichts, und es fließt kein Geld.\n\n# Stornieren\nWas Sie zurückbekommen, steht bei jeder Buchung.",
		}
	}
	return map[string]string{
		"imprint": "# Who is behind this\n" + name + " is invented. This storefront shows a demo programme; nothing on it can be attended.",
		"privacy": "# What we keep\nWhat you enter while you try this demo is kept on the computer that it runs on, and goes nowhere else.\n\n" +
			"# Cookies\nWithout the first three you could not book:\n- an opaque number for your browser\n- a proof of your reservation\n- a proof of your booking\n- the language that you chose\n- the city that you looked at last",
		"terms": "# Tickets\nThose of this demo admit to nothing, and no money moves.\n\n# Cancelling\nWhat you get back stands beside each booking.",
	}
}

// everything is the storefront of all partners.
func everything() catalog.Brand {
	b := brandOf(mainPartner, "Meridian", "GBP", "en", "hi", "ta", "es", "de", "ar")
	b.Hosts = []string{"meridian.localhost"}
	b.AllPartners = true
	return b
}

// palace is plush and gold, dark on every screen.
func palace() catalog.Brand {
	b := brandOf("palace", "The Palace Theatres", "GBP", "en", "es", "ar")
	b.Tagline = "Seven houses, one curtain: plays, concerts and operas from London to Tokyo."
	b.Colours = catalog.Colours{"ground": "#1a0a10", "surface": "#26101a", "raised": "#341725", "accent": "#e3bd6b", "ink": "#fbeee0", "ink-soft": "#cdb3a6", "line": "#4d2a38"}
	b.DarkColours = b.Colours
	b.Font, b.Corners = catalog.FontSerif, catalog.CornersSoft
	b.LogoSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><path fill="#e3bd6b" d="M3 31h30v3H3zM5 28h26v2H5zM18 3 34 13H2z"/>` +
		`<path fill="#a8324a" d="M6 14h24v13H6z"/><path fill="#e3bd6b" d="M9 14h2v13H9zm8 0h2v13h-2zm8 0h2v13h-2z"/></svg>`
	b.Sections = []catalog.Section{catalog.SectionIntro, catalog.SectionEvents, catalog.SectionCities}
	b.SupportPhone, b.Address = "+44 20 7946 0018", "The Palace Theatres\n3 Gallery Walk\nLondon"
	return b
}

// kino is a small cinema: black, white and one red, without a round corner.
func kino() catalog.Brand {
	b := brandOf("kino", "Lichthof Kino", "EUR", "de", "en")
	b.Tagline = "Stumm- und Tonfilme in einem Kreuzberger Hinterhof, jeden Abend."
	b.Colours = catalog.Colours{"ground": "#ffffff", "surface": "#ffffff", "raised": "#f2f2f2", "ink": "#0a0a0a", "ink-soft": "#555555", "line": "#d0d0d0", "accent": "#d4001a"}
	b.DarkColours = catalog.Colours{"ground": "#0a0a0a", "ink": "#ffffff", "accent": "#ff5a5f"}
	b.Font, b.Corners = catalog.FontMono, catalog.CornersSquare
	b.LogoSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><path fill="#d4001a" d="M0 0h36v36H0z"/><path fill="#fff" d="M7 6h5v10L21 6h7L17 18l12 12h-7L12 20v10H7z"/></svg>`
	b.Sections = []catalog.Section{catalog.SectionIntro, catalog.SectionEvents, catalog.SectionVenues}
	b.Address = "Lichthof Kino\nBerlin-Kreuzberg"
	return b
}

// arena is loud: blue and lime, round and narrow.
func arena() catalog.Brand {
	b := brandOf("arena", "Spreehalle Live", "EUR", "de", "en", "es")
	b.Tagline = "Tourneen, Spiele und Festivals. Zehntausend Plätze, und der Rasen gehört Ihnen."
	b.Colours = catalog.Colours{"ground": "#eef4ff", "surface": "#ffffff", "raised": "#dce8ff", "ink": "#06123a", "ink-soft": "#41507d", "line": "#bccdf2", "accent": "#1f3fff"}
	b.DarkColours = catalog.Colours{"ground": "#050b24", "ink": "#eef4ff", "accent": "#b8ff3c"}
	b.Font, b.Corners = catalog.FontCondensed, catalog.CornersRound
	b.LogoSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><circle cx="18" cy="18" r="18" fill="#1f3fff"/><ellipse cx="18" cy="18" rx="13" ry="8" fill="none" stroke="#b8ff3c" stroke-width="4"/><circle cx="18" cy="18" r="3" fill="#b8ff3c"/></svg>`
	b.Sections = []catalog.Section{catalog.SectionIntro, catalog.SectionEvents, catalog.SectionVenues}
	b.SupportPhone, b.Address = "+49 30 901820", "Spreehalle Live\nBerlin"
	return b
}
