package seo

import "strings"

// personal are the pages of one person, without a language: nothing of them is to be read by programs. A name with a slash at its
// end has pages below; one without is a page.
func personal() []string {
	return []string{"/holds/", "/b/", "/shows/", "/w/", "/bookings/", "/bookings", "/tickets/", "/tickets", "/inbox/", "/inbox"}
}

// machinery is what has no language and is not for search engines.
func machinery() []string {
	return []string{"/api/", "/operator", "/preview", "/sandbox/", "/webhooks/", "/holds/", "/b/", "/shows/", "/w/", "/bookings", "/tickets", "/inbox"}
}

// Robots is the file /robots.txt of the site's host (RFC 9309). Of a hidden site nothing is to be read.
//
// Personal pages are named in each language and to their end, since "/*/tickets" would keep an event called Tickets
// Please from being found as well.
func Robots(s Site) []byte {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	if s.Hidden {
		b.WriteString("Disallow: /\n")
		return []byte(b.String())
	}
	for _, path := range machinery() {
		b.WriteString("Disallow: " + path + "\n")
	}
	for _, l := range s.Languages {
		for _, path := range personal() {
			b.WriteString("Disallow: /" + l.Tag + path)
			if !strings.HasSuffix(path, "/") {
				b.WriteString("$\nDisallow: /" + l.Tag + path + "?")
			}
			b.WriteByte('\n')
		}
	}
	b.WriteString("Disallow: /*/search?\n") // no end of filters
	b.WriteString("\nSitemap: " + s.Origin + IndexPath + "\n")
	return []byte(b.String())
}
