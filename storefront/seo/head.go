package seo

import (
	"cmp"
	"strconv"
)

// Page is what there is to say of a page.
type Page struct {
	Path        string // without a language: "/mumbai/events/hamlet"; the one address of the page, so without arguments that change little
	Lang        string // that the page is in
	Title       string // without the name of the site
	Description string // a sentence or two; may be empty, and is cut at 200 characters
	Type        string // of Open Graph; empty means "website"
	Image       Image  // may be empty
	Private     bool   // of one person, or an error: nobody shall find it
}

// Image is what stands beside a link in chat programs.
type Image struct {
	URL           string // path or whole address of a PNG or JPEG
	Width, Height int    // pixels; 0 means not known
	Alt           string // what it shows
}

// Link is an alternate of a page.
type Link struct {
	Lang string // for hreflang: "hi", or "x-default"
	Href string // whole
}

// Value is a meta element.
type Value struct {
	Key     string // for property= (Open Graph), or for name=
	Content string
}

// Tags are the elements of a page's head.
type Tags struct {
	Canonical  string  // for link rel="canonical"; empty for pages that nobody shall find
	Alternates []Link  // for link rel="alternate" hreflang, x-default last; none for pages that nobody shall find
	Properties []Value // for meta property
	Names      []Value // for meta name
}

// Head returns the elements of a page's head. They are plain text: whoever writes them as HTML escapes them.
//
// Languages of a page link to each other and to themselves, as search engines want it; x-default is the site's default language,
// for people who speak none of them.
func Head(s Site, p Page) Tags {
	var t Tags
	description := Excerpt(p.Description, 200)
	if description != "" {
		t.Names = append(t.Names, Value{"description", description})
	}
	if p.Private || s.Hidden {
		t.Names = append(t.Names, Value{"robots", "noindex"})
		return t
	}
	t.Canonical = s.URL(p.Lang, p.Path)
	t.Alternates = alternates(s, p.Path)
	here := s.language(p.Lang)
	t.Properties = []Value{
		{"og:site_name", s.Name}, {"og:type", cmp.Or(p.Type, "website")}, {"og:title", p.Title}, {"og:url", t.Canonical}, {"og:locale", here.Locale},
	}
	for _, l := range s.Languages {
		if l.Tag != here.Tag {
			t.Properties = append(t.Properties, Value{"og:locale:alternate", l.Locale})
		}
	}
	if description != "" {
		t.Properties = append(t.Properties, Value{"og:description", description})
	}
	t.picture(s, p)
	return t
}

// picture says what stands beside a link. Other programs than Twitter read Open Graph, and Twitter falls back to it for all but the kind of card.
func (t *Tags) picture(s Site, p Page) {
	if p.Image.URL == "" {
		t.Names = append(t.Names, Value{"twitter:card", "summary"})
		return
	}
	t.Names = append(t.Names, Value{"twitter:card", "summary_large_image"})
	t.Properties = append(t.Properties, Value{"og:image", s.File(p.Image.URL)})
	if p.Image.Width > 0 && p.Image.Height > 0 {
		t.Properties = append(t.Properties, Value{"og:image:width", strconv.Itoa(p.Image.Width)}, Value{"og:image:height", strconv.Itoa(p.Image.Height)})
	}
	if p.Image.Alt != "" {
		t.Properties = append(t.Properties, Value{"og:image:alt", p.Image.Alt})
		t.Names = append(t.Names, Value{"twitter:image:alt", p.Image.Alt})
	}
}

// alternates are a page in all languages.
func alternates(s Site, path string) []Link {
	list := make([]Link, 0, len(s.Languages)+1)
	for _, l := range s.Languages {
		list = append(list, Link{l.Tag, s.URL(l.Tag, path)})
	}
	return append(list, Link{"x-default", s.URL("", path)})
}
