package seo_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/storefront/seo"
)

// urlset is a sitemap as a program reads it.
type urlset struct {
	XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Lang string `xml:"hreflang,attr"`
			Href string `xml:"href,attr"`
		} `xml:"http://www.w3.org/1999/xhtml link"`
	} `xml:"url"`
}

type index struct {
	XMLName  xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Sitemaps []struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod"`
	} `xml:"sitemap"`
}

func parse[T any](t require.TestingT, data []byte) T {
	var v T
	require.NoError(t, xml.Unmarshal(data, &v), string(data))
	return v
}

func entries(n int) []seo.Entry {
	list := make([]seo.Entry, n)
	for i := range list {
		list[i] = seo.Entry{Path: fmt.Sprintf("/mumbai/events/event-%d", i), Modified: now().Add(-time.Duration(i) * time.Minute)}
	}
	return list
}

func TestSitemap_Golden(t *testing.T) {
	t.Parallel()
	s := site()
	s.Languages = s.Languages[:2]
	parts := seo.Split(s, []seo.Entry{{Path: "/mumbai/events/hamlet", Modified: now()}, {Path: "/"}, {Path: "/mumbai", Modified: now().Add(-time.Hour)}, {Path: "/mumbai", Modified: now()}})
	require.Len(t, parts, 1)
	golden(t, "sitemap.xml", seo.Sitemap(s, parts[0]))
	golden(t, "index.xml", seo.Index(s, parts))
}

func TestSitemap_EveryPageInEveryLanguageWithItsAlternates(t *testing.T) {
	t.Parallel()
	parts := seo.Split(site(), entries(3))
	set := parse[urlset](t, seo.Sitemap(site(), parts[0]))
	require.Len(t, set.URLs, 18)
	seen := map[string]bool{}
	for _, u := range set.URLs {
		seen[u.Loc] = true
		require.Len(t, u.Links, 7)
		itself := false
		for _, l := range u.Links {
			assert.Equal(t, "alternate", l.Rel)
			itself = itself || l.Href == u.Loc
		}
		assert.True(t, itself, "a page is among its alternates")
		_, err := time.Parse(time.RFC3339, u.LastMod)
		assert.NoError(t, err)
	}
	assert.Len(t, seen, 18)
}

func TestSplit_PartsAreWithinTheProtocolAndHaveEverythingOnce(t *testing.T) {
	t.Parallel()
	list := entries(60_000)
	for i := range 200 { // as long as addresses become
		list = append(list, seo.Entry{Path: "/" + strings.Repeat("a", 80) + "/events/" + fmt.Sprintf("%080d", i)})
	}
	parts := seo.Split(site(), list)
	assert.Greater(t, len(parts), 30)
	seen := map[string]bool{}
	cursors := map[string]bool{}
	for _, p := range parts {
		require.NotEmpty(t, p.Entries)
		assert.LessOrEqual(t, len(p.Entries)*6, 50_000)
		cursors[p.Cursor] = true
		for _, e := range p.Entries {
			seen[e.Path] = true
		}
		found, ok := seo.Find(parts, p.Cursor)
		assert.True(t, ok)
		assert.Equal(t, p.Entries[0], found.Entries[0])
	}
	assert.Len(t, seen, len(list))
	assert.Len(t, cursors, len(parts), "each has a cursor of its own")
	largest := parts[0]
	for _, p := range parts {
		if len(p.Entries) > len(largest.Entries) {
			largest = p
		}
	}
	xmlSize := len(seo.Sitemap(site(), largest))
	assert.Less(t, xmlSize, 50_000_000)
	assert.Len(t, parse[index](t, seo.Index(site(), parts)).Sitemaps, len(parts))
	_, ok := seo.Find(parts, "none")
	assert.False(t, ok)
}

// No hash begins a part here: what is too large is divided all the same.
func TestSplit_DividesWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	var list []seo.Entry
	for i := range 20_000 {
		e := seo.Entry{Path: fmt.Sprintf("/p/%d", i)}
		if len(seo.Split(site(), []seo.Entry{{Path: "/"}, e})) == 1 {
			list = append(list, e)
		}
	}
	require.Greater(t, len(list), 15_000)
	parts := seo.Split(site(), list)
	assert.Greater(t, len(parts), 3)
	for _, p := range parts {
		assert.LessOrEqual(t, len(p.Entries)*6, 24_000)
	}
}

func TestSplit_WhatIsAddedElsewhereChangesNothing(t *testing.T) {
	t.Parallel()
	list := entries(4_000)
	before := seo.Split(site(), list)
	rapid.Check(t, func(t *rapid.T) {
		added := seo.Entry{Path: "/mumbai/events/event-" + rapid.StringMatching(`[0-9]{1,5}-[a-z]{1,8}`).Draw(t, "slug")}
		after := map[string]seo.Part{}
		for _, p := range seo.Split(site(), append(slices.Clip(list), added)) {
			after[p.Cursor] = p
		}
		changed := 0
		for _, p := range before {
			now, ok := after[p.Cursor]
			require.True(t, ok, "an address that the index had stays good")
			if len(now.Entries) != len(p.Entries) {
				changed++
			}
		}
		assert.LessOrEqual(t, changed, 1)
	})
}

func TestSitemap_OfAHiddenSiteIsEmpty(t *testing.T) {
	t.Parallel()
	s := site()
	s.Hidden = true
	parts := seo.Split(s, entries(3))
	assert.Empty(t, parse[urlset](t, seo.Sitemap(s, parts[0])).URLs)
	assert.Empty(t, parse[index](t, seo.Index(s, parts)).Sitemaps)
	assert.Empty(t, seo.Split(s, nil))
}

func FuzzSitemap(f *testing.F) {
	f.Add("/mumbai")
	f.Add(`/"><script>&amp;`)
	f.Add("\xff\x00]]>")
	f.Fuzz(func(t *testing.T, path string) {
		parts := seo.Split(site(), []seo.Entry{{Path: path, Modified: now()}, {Path: path + "x"}})
		for _, p := range parts {
			set := parse[urlset](t, seo.Sitemap(site(), p))
			assert.Len(t, set.URLs, 6*len(p.Entries))
			if clean := !bytes.ContainsAny([]byte(path), "\x00\r\ufffd") && strings.ToValidUTF8(path, "") == path && path != "/"; clean && isText(path) {
				assert.Equal(t, "https://meridian.example/en"+p.Entries[0].Path, set.URLs[0].Loc)
			}
		}
		parse[index](t, seo.Index(site(), parts))
	})
}

// isText reports whether XML can say all of it.
func isText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff
	}) && strings.TrimSpace(s) == s
}

func TestRobots_Golden(t *testing.T) {
	t.Parallel()
	golden(t, "robots.txt", seo.Robots(site()))
	hidden := site()
	hidden.Hidden = true
	assert.Equal(t, "User-agent: *\nDisallow: /\n", string(seo.Robots(hidden)))
}

func TestRobots_KeepsFromPersonalPagesOnly(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/en": true, "/hi/mumbai": true, "/ar/mumbai/events/tickets-please": true, "/en/mumbai/events/bookings": true, "/de/berlin/events/inbox": true, "/posters/hamlet.png": true,
		"/en/legal/terms": true, "/sitemap.xml": true, "/en/mumbai/events/shows": true, "/assets/app.js": true, "/en/mumbai/search": true, "/en/ticketsburg": true,
		"/en/holds/hld_1": false, "/ta/b/4XYK": false, "/es/b/4XYK/return": false, "/en/tickets": false, "/en/tickets?x=1": false, "/ar/bookings": false, "/en/bookings/1": false,
		"/hi/shows/shw_1": false, "/de/w/1": false, "/en/inbox": false, "/inbox/1": false, "/api/v1/events": false, "/operator": false, "/webhooks/stripe": false,
		"/holds/hld_1": false, "/b/4XYK?t=x": false, "/en/mumbai/search?q=a": false, "/preview?t=x": false, "/shows/shw_1/live": false,
	} {
		assert.Equal(t, want, allowed(string(seo.Robots(site())), path), path)
	}
}

// allowed reads robots.txt as RFC 9309 says, for one group without Allow lines.
func allowed(robots, path string) bool {
	for line := range strings.Lines(robots) {
		rule, ok := strings.CutPrefix(strings.TrimSpace(line), "Disallow: ")
		if ok && matches(rule, path) {
			return false
		}
	}
	return true
}

func matches(rule, path string) bool {
	rule, end := strings.CutSuffix(rule, "$")
	first, rest, star := strings.Cut(rule, "*")
	if !strings.HasPrefix(path, first) {
		return false
	}
	if star {
		return strings.Contains(path[len(first):], rest)
	}
	return !end || path == first
}
