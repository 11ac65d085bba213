package seo

import "encoding/json"

// Node is a thing of schema.org. It is made by Events, Breadcrumbs and Home.
type Node interface{ node() }

// Graph writes things as one JSON-LD document, to stand as it is in <script type="application/ld+json">. Nil when there is none.
func Graph(groups ...[]Node) []byte {
	var all []Node
	for _, g := range groups {
		all = append(all, g...)
	}
	if len(all) == 0 {
		return nil
	}
	out, err := json.Marshal(struct { // escapes <, > and &, so that no text ends the script
		Context string `json:"@context"`
		Graph   []Node `json:"@graph"`
	}{"https://schema.org", all})
	if err != nil { // there are only strings, numbers and lists of them
		return nil
	}
	return out
}

// thing is what has a type and often a name.
type thing struct {
	Type string `json:"@type"`
	ID   string `json:"@id,omitempty"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

// reference points to a thing of the same graph.
type reference struct {
	ID string `json:"@id"`
}

// Crumb is a step on the way to a page.
type Crumb struct {
	Name string // as the page's navigation has it
	URL  string // whole; empty for the page itself
}

type breadcrumbs struct {
	Type  string     `json:"@type"`
	Items []listItem `json:"itemListElement"`
}

type listItem struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name"`
	Item     string `json:"item,omitempty"`
}

func (breadcrumbs) node() {}

// Breadcrumbs is the way to a page, from the home page on. Steps without a name are left out; of fewer than two nothing is said.
func Breadcrumbs(crumbs ...Crumb) []Node {
	list := breadcrumbs{Type: "BreadcrumbList"}
	for _, c := range crumbs {
		if c.Name != "" {
			list.Items = append(list.Items, listItem{Type: "ListItem", Position: len(list.Items) + 1, Name: c.Name, Item: c.URL})
		}
	}
	if len(list.Items) < 2 {
		return nil
	}
	return []Node{list}
}
