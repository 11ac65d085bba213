package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

func TestBrand_LookIsCheckedByField(t *testing.T) {
	t.Parallel()
	assertValidates(t, brand, []spoilt[catalog.Brand]{
		{"status", func(b *catalog.Brand) { b.Status = "hidden" }},
		{"tagline", func(b *catalog.Brand) { b.Tagline = "two\nlines" }},
		{"dark_colours.accent", func(b *catalog.Brand) { b.DarkColours["accent"] = "black" }},
		{"font", func(b *catalog.Brand) { b.Font = "Comic Sans" }},
		{"corners", func(b *catalog.Brand) { b.Corners = "9px" }},
		{"sections[1]", func(b *catalog.Brand) { b.Sections[1] = "advertising" }},
		{"sections[1]", func(b *catalog.Brand) { b.Sections[1] = b.Sections[0] }},
		{"gateways[0]", func(b *catalog.Brand) { b.Gateways[0] = "Stripe!" }},
		{"gateways[1]", func(b *catalog.Brand) { b.Gateways[1] = b.Gateways[0] }},
		{"support_phone", func(b *catalog.Brand) { b.SupportPhone = "1\n2" }},
		{"address", func(b *catalog.Brand) { b.Address = "a\x00b" }},
		{"logo_svg", func(b *catalog.Brand) { b.LogoSVG = "<svg" }},
	})
}

func TestBrand_LookLimits(t *testing.T) {
	t.Parallel()
	assertLimits(t, brand, []limit[catalog.Brand]{
		{"tagline", 200, func(b *catalog.Brand, n int) { b.Tagline = letters(n) }},
		{"support_phone", 40, func(b *catalog.Brand, n int) { b.SupportPhone = letters(n) }},
		{"address", 500, func(b *catalog.Brand, n int) { b.Address = letters(n) }},
		{"logo_svg", 16 << 10, func(b *catalog.Brand, n int) { b.LogoSVG = logo(strings.Repeat(" ", n-len(logo("")))) }},
	})
}

func TestBrand_WithoutALookIsLive(t *testing.T) {
	t.Parallel()
	b := brand()
	assert.False(t, b.Live())
	b.Status, b.Font, b.Corners, b.LogoSVG, b.Sections, b.Gateways, b.Colours, b.DarkColours = "", "", "", "", nil, nil, nil, nil
	assert.NoError(t, b.Validate())
	assert.True(t, b.Live())
	b.Status = catalog.BrandLive
	assert.True(t, b.Live())
}

func logo(inside string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">` + inside + `</svg>`
}

func TestBrand_LogosAreShapesOnly(t *testing.T) {
	t.Parallel()
	withLogo := func(svg string) error {
		b := brand()
		b.LogoSVG = svg
		return b.Validate()
	}
	for _, good := range []string{
		"", logo(""), logo(`<title>a &amp; b</title><path d="M0 0h9"/>`), logo(`<!-- drawn by hand --><text x="1">K</text>`),
		logo(`<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs><rect width="9" height="9" fill="url(#g)"/><use href="#g"/>`),
	} {
		assert.NoError(t, withLogo(good), good)
	}
	for _, bad := range []string{
		"logo", "<p>logo</p>", `<svg viewBox="0 0 9 9"></svg>`, logo("<path"), logo("") + logo(""), "logo" + logo(""), logo("") + "logo", logo(`</svg><svg>`),
		logo(`<script>alert(1)</script>`), logo(`<style>a{}</style>`), logo(`<foreignObject/>`), logo(`<a href="#x"/>`), logo(`<image href="#x"/>`),
		logo(`<animate attributeName="href"/>`), logo(`<path onload="alert(1)"/>`), logo(`<path OnClick="alert(1)"/>`), logo(`<path style="fill:url(//x)"/>`),
		logo(`<use href="https://evil.example/x.svg#a"/>`), logo(`<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="//evil.example"/>`),
		logo(`<path fill="url(https://evil.example)"/>`), logo(`<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>`),
		`<!DOCTYPE svg [<!ENTITY a "b">]>` + logo("&a;"), `<?xml-stylesheet href="x.css"?>` + logo(""), logo("&a;"),
	} {
		assertRefused(t, withLogo(bad), "logo_svg")
	}
}

// FuzzBrand_Logo: whatever is accepted holds nothing that runs or loads.
func FuzzBrand_Logo(f *testing.F) {
	f.Add(logo(`<path d="M0 0h9"/>`))
	f.Add(logo(`<script>alert(1)</script>`))
	f.Add(logo(`<use href="#a"/>`))
	f.Fuzz(func(t *testing.T, svg string) {
		b := brand()
		b.LogoSVG = svg
		if svg == "" || b.Validate() != nil {
			return
		}
		lower := strings.ToLower(svg)
		for _, word := range []string{"<script", ":script", "<style", "<foreignobject", "<!doctype", "<?"} {
			if strings.Contains(stripped(lower), word) {
				t.Fatalf("%q was accepted with %s", svg, word)
			}
		}
		if !strings.Contains(lower, "<svg") && !strings.Contains(lower, ":svg") {
			t.Fatalf("%q was accepted as a picture", svg)
		}
	})
}

// stripped is the text without its comments and quoted values, in which anything may stand.
func stripped(s string) string {
	var out strings.Builder
	for s != "" {
		switch {
		case strings.HasPrefix(s, "<!--"):
			_, s, _ = strings.Cut(s, "-->")
		case strings.HasPrefix(s, "<![cdata["):
			_, s, _ = strings.Cut(s, "]]>")
		case s[0] == '"' || s[0] == '\'':
			_, s, _ = strings.Cut(s[1:], s[:1])
		default:
			out.WriteByte(s[0])
			s = s[1:]
		}
	}
	return out.String()
}
