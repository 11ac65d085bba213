package seo

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/xml"
	"hash/fnv"
	"slices"
	"strings"
	"time"
)

// Where sitemaps are.
const (
	IndexPath   = "/sitemap.xml" // the index, which robots.txt names
	SitemapPath = "/sitemaps/"   // then the cursor of a part, and
	SitemapEnd  = ".xml"         // this
	firstCursor = "a"            // of the first part, whatever is in it
	xmlns       = "http://www.sitemaps.org/schemas/sitemap/0.9"
	xhtml       = "http://www.w3.org/1999/xhtml"
)

// Bounds of a part. The protocol allows 50,000 addresses and 50 MB.
const (
	usual    = 1000     // pages in a part, on average
	maxURLs  = 24_000   // addresses: pages by languages
	maxBytes = 40 << 20 // estimated, of the XML
)

// Entry is a page that others shall know, in all languages of the site.
type Entry struct {
	Path     string    // without a language: "/mumbai"
	Modified time.Time // when what it says was changed last; zero means not known
}

// Part is a sitemap: some of the entries.
type Part struct {
	Cursor  string // its name: letters and digits
	Entries []Entry
}

// Split divides entries into sitemaps, by path; a path that is there twice counts once, with its later change.
//
// A part begins where the hash of a path says so. Whatever is added or taken away elsewhere, the other parts stay as they are and keep
// their cursors, so that an index which somebody has read stays good. Only a part that would become larger than the protocol allows is divided
// by its size.
func Split(s Site, entries []Entry) []Part {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), b.Modified.Compare(a.Modified))
	})
	entries = slices.CompactFunc(entries, func(a, b Entry) bool { return a.Path == b.Path })
	var parts []Part
	size := 0
	for i, e := range entries {
		hash := hashOf(e.Path)
		weight := s.weight(e)
		last := len(parts) - 1
		if i == 0 || hash%usual == 0 || (len(parts[last].Entries)+1)*len(s.Languages) > maxURLs || size+weight > maxBytes {
			parts = append(parts, Part{Cursor: cursorOf(i, hash)})
			last, size = last+1, 0
		}
		parts[last].Entries = append(parts[last].Entries, e)
		size += weight
	}
	return parts
}

func hashOf(path string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(path)) // a hash in memory cannot fail
	sum := h.Sum64()
	return sum ^ sum>>32 // the low bits of FNV alone are those of few letters
}

func cursorOf(i int, hash uint64) string {
	if i == 0 {
		return firstCursor
	}
	var b [8]byte
	for j := range b {
		b[j] = byte(hash >> (8 * j))
	}
	return hex.EncodeToString(b[:])
}

// weight is about how many bytes an entry has, in all languages.
func (s Site) weight(e Entry) int {
	const around = 60 // of a link
	n := len(s.Languages)
	return n * (n + 2) * (len(s.Origin) + 6*len(e.Path) + around) // every letter of a path may become six
}

// Find returns the part with the cursor.
func Find(parts []Part, cursor string) (Part, bool) {
	i := slices.IndexFunc(parts, func(p Part) bool { return p.Cursor == cursor })
	if i < 0 {
		return Part{}, false
	}
	return parts[i], true
}

// Index is the sitemap index, which names the parts. Of a hidden site it names none.
func Index(s Site, parts []Part) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<sitemapindex xmlns="` + xmlns + `">`)
	for _, p := range parts {
		if s.Hidden {
			break
		}
		latest := time.Time{}
		for _, e := range p.Entries {
			if e.Modified.After(latest) {
				latest = e.Modified
			}
		}
		b.WriteString("\n<sitemap>")
		element(&b, "loc", s.Origin+SitemapPath+p.Cursor+SitemapEnd)
		lastmod(&b, latest)
		b.WriteString("</sitemap>")
	}
	b.WriteString("\n</sitemapindex>\n")
	return b.Bytes()
}

// Sitemap is a part: each page in each language, with its alternates.
func Sitemap(s Site, p Part) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<urlset xmlns="` + xmlns + `" xmlns:xhtml="` + xhtml + `">`)
	for _, e := range p.Entries {
		if s.Hidden {
			break
		}
		links := linksOf(alternates(s, e.Path))
		for _, l := range s.Languages {
			b.WriteString("\n<url>")
			element(&b, "loc", s.URL(l.Tag, e.Path))
			lastmod(&b, e.Modified)
			b.WriteString(links)
			b.WriteString("</url>")
		}
	}
	b.WriteString("\n</urlset>\n")
	return b.Bytes()
}

// linksOf are the alternates of a page, which are the same in all languages.
func linksOf(list []Link) string {
	var b bytes.Buffer
	for _, l := range list {
		b.WriteString(`<xhtml:link rel="alternate" hreflang="` + l.Lang + `" href="`)
		escape(&b, l.Href)
		b.WriteString(`"/>`)
	}
	return b.String()
}

func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	escape(b, text)
	b.WriteString("</" + name + ">")
}

func lastmod(b *bytes.Buffer, t time.Time) {
	if !t.IsZero() {
		element(b, "lastmod", t.UTC().Format(time.RFC3339))
	}
}

func escape(b *bytes.Buffer, text string) {
	_ = xml.EscapeText(b, []byte(strings.ToValidUTF8(text, "\ufffd"))) // a buffer takes everything
}
