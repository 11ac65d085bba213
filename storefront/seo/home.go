package seo

import (
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

type organization struct {
	thing
	Logo      string   `json:"logo,omitempty"`
	Slogan    string   `json:"slogan,omitempty"`
	Email     string   `json:"email,omitempty"`
	Telephone string   `json:"telephone,omitempty"`
	Address   *address `json:"address,omitempty"`
}

func (organization) node() {}

type website struct {
	thing
	Languages []string  `json:"inLanguage,omitempty"`
	Publisher reference `json:"publisher"`
	Search    *search   `json:"potentialAction,omitempty"`
}

func (website) node() {}

// search is how to search the site.
type search struct {
	Type   string     `json:"@type"`
	Target entryPoint `json:"target"`
	Input  string     `json:"query-input"`
}

type entryPoint struct {
	Type     string `json:"@type"`
	Template string `json:"urlTemplate"`
}

// Home is what a home page says: who runs the storefront, and that it can be searched. The logo is a path or a whole address, of a PNG, and
// may be empty; search is the path of the search without a language, such as "/search", with an argument q, and may be empty.
func Home(s Site, lang string, b catalog.Brand, logo, searchPath string) []Node {
	home := s.URL(lang, "/")
	org := organization{
		thing: thing{Type: "Organization", ID: s.Origin + "/#organization", Name: s.Name, URL: home},
		Logo:  s.File(logo), Slogan: b.Tagline, Email: b.SupportEmail, Telephone: b.SupportPhone,
	}
	if b.Address != "" {
		org.Address = &address{Type: "PostalAddress", Street: oneLine(b.Address)}
	}
	site := website{
		thing:     thing{Type: "WebSite", ID: s.Origin + "/#website", Name: s.Name, URL: home},
		Languages: tags(s.Languages), Publisher: reference{org.ID},
	}
	if searchPath != "" {
		site.Search = &search{
			Type:   "SearchAction",
			Target: entryPoint{Type: "EntryPoint", Template: s.URL(lang, searchPath) + "?q={search_term_string}"},
			Input:  "required name=search_term_string",
		}
	}
	return []Node{org, site}
}

func tags(languages []Language) []string {
	var list []string
	for _, l := range languages {
		list = append(list, l.Tag)
	}
	return list
}

// oneLine puts the lines of an address into one.
func oneLine(lines string) string {
	var parts []string
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line != "" {
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, ", ")
}
