// Package seo says what search engines, chat programs and other sites read of a storefront: facts about shows as JSON-LD, the values
// of a page's meta elements, sitemaps and robots.txt.
//
//	site := seo.Site{Origin: "https://kino.example", Name: "Lichthof Kino", Languages: seo.Languages("DE")}
//
//	script := seo.Graph(seo.Events(site, listing, now), seo.Breadcrumbs(site, crumbs...)) // for <script type="application/ld+json">
//	head := seo.Head(site, seo.Page{Path: "/berlin", Lang: "de", Title: "Was läuft in Berlin"})
//	robots := seo.Robots(site)
//	parts := seo.Split(site, entries)                 // of a sitemap
//	index, first := seo.Index(site, parts), seo.Sitemap(site, parts[0])
//
// Everything is a pure function of its arguments. Paths go in without a language ("/mumbai"), as people's addresses have
// them in front ("/hi/mumbai"); what comes out has whole addresses.
//
// Texts of partners go in as they are. What comes out cannot be left by them: JSON-LD has no "<", ">" or "&" as such, XML is escaped,
// and the values of Head are plain text, which whoever writes HTML has to escape.
package seo
