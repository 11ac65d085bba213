package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// The tag and the look of pages may be loaded by pages of any site, and kept for an hour.
func TestTag(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	got := s.send(http.MethodGet, "/tag.js", "")
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, "text/javascript; charset=utf-8", got.header.Get("Content-Type"))
	assert.Equal(t, "cross-origin", got.header.Get("Cross-Origin-Resource-Policy"))
	assert.Contains(t, got.header.Get("Cache-Control"), "max-age=3600")
	assert.NotEmpty(t, got.body)
	for _, evil := range []string{"eval(", "innerHTML", "document.write"} {
		assert.NotContains(t, got.body, evil)
	}
	assert.Equal(t, "text/css; charset=utf-8", s.send(http.MethodGet, "/page.css", "").header.Get("Content-Type"))
	assert.Equal(t, http.StatusNotFound, s.send(http.MethodGet, "/nowhere", "").status, "what is not the API's is others'")
}

var beaconIn = regexp.MustCompile(`src="([^"]*/v/[\w-]+)"`)

// A frame is a page with one ad that tells of itself without a script, and in which the ad's own code can do nothing to the page around.
func TestFrame(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	empty := s.send(http.MethodGet, "/frame?publisher=demo&placement=home-banner", "")
	assert.Equal(t, http.StatusOK, empty.status)
	assert.NotContains(t, empty.body, "/v/")
	s.ad("A", landing, nil)
	got := s.send(http.MethodGet, "/frame?publisher=demo&placement=home-banner&city=%22%3E%3Cscript%3E", "")
	require.Equal(t, http.StatusOK, got.status)
	csp := got.header.Get("Content-Security-Policy")
	assert.Contains(t, csp, "default-src 'none'")
	assert.Contains(t, csp, "sandbox")
	assert.Contains(t, csp, "; frame-ancestors https://demo.com https://*.demo.com;", "it is made to be framed")
	assert.NotContains(t, got.body, "<script")
	assert.Contains(t, got.body, "Acme &lt;&amp;&gt; Sons")
	assert.Contains(t, got.body, `alt="&#34;quoted&#34; &lt;alt&gt;"`)
	view := beaconIn.FindStringSubmatch(got.body)
	require.NotNil(t, view)
	picture := s.send(http.MethodGet, strings.TrimPrefix(view[1], s.base), "", "Accept", "image/webp,*/*")
	assert.Equal(t, "image/gif", picture.header.Get("Content-Type"))
	assert.EqualValues(t, 1, s.engine.Counters().Views.Load())
	bad := s.send(http.MethodGet, "/frame?publisher=demo&placement=nowhere", "")
	assert.Equal(t, "slots[0].placement", problem(t, bad).Field)
}

// What is loaded in a frame is taken for seen, so only pages of the publisher may have it: by its hosts, as they may ask for ads.
func TestFrame_OnPagesOfThePublisherAlone(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	for name, c := range map[string]struct {
		hosts []string
		want  string
	}{
		"none":      {nil, "'none'"},
		"one":       {[]string{"one.example"}, "https://one.example https://*.one.example"},
		"two":       {[]string{"a.example", "b.example"}, "https://a.example https://*.a.example https://b.example https://*.b.example"},
		"letters":   {[]string{"Bücher.Example"}, "https://xn--bcher-kva.example https://*.xn--bcher-kva.example"},
		"localhost": {[]string{"localhost"}, "https://localhost:* https://*.localhost:* http://localhost:* http://*.localhost:*"},
		"address":   {[]string{"127.0.0.1"}, "https://127.0.0.1:* http://127.0.0.1:*"},
		"brand":     {[]string{"odeon.localhost"}, "https://odeon.localhost:* https://*.odeon.localhost:* http://odeon.localhost:* http://*.odeon.localhost:*"},
	} {
		p := s.newPublisher(name, func(p *ads.Publisher) { p.Hosts = c.hosts })
		_, err := s.db.Placements.Create(t.Context(), 0, ads.Placement{
			Publisher: p.ID, Slug: "banner", Name: "Banner", Kind: ads.HomeBanner, Sizes: []ads.Size{{Width: 970, Height: 250}}, Most: 1,
		})
		require.NoError(t, err)
		s.reload()
		res := s.ask("GET", "/frame?placement=banner&publisher="+name, "")
		require.Equal(t, 200, res.StatusCode(), "%s: %s", name, res.Body())
		csp := string(res.Header.Peek("Content-Security-Policy"))
		assert.Contains(t, csp, "; frame-ancestors "+c.want+"; ", name)
		assert.Equal(t, 1, strings.Count(csp, "frame-ancestors"), name)
	}
}

// Code of an advertiser is in a frame of its own, with all that could end the attribute it stands in escaped.
func TestFrame_CodeIsLockedIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, func(_ *ads.Line, c *ads.Creative) {
		c.Format, c.Image, c.HTML = ads.HTML, ads.ImagePart{}, `"><script>top.location='https://evil.example'</script>`
	})
	got := s.send(http.MethodGet, "/frame?publisher=demo&placement=home-banner", "")
	assert.NotContains(t, got.body, "<script")
	assert.Contains(t, got.body, `sandbox="" inert`)
	assert.Contains(t, got.body, "&lt;script&gt;")
}

// The page that says why has what chose the ad in people's words, and cannot be framed, scripted or kept.
func TestWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, func(l *ads.Line, _ *ads.Creative) { l.Targeting = "country = IN and interest = drama" })
	body := strings.Replace(decision, `"id":"ann",`, `"id":"ann","interests":["drama"],`, 1)
	body = strings.Replace(body, `"country":"IN"`, `"country":"IN","city":"<b>chennai</b>"`, 1)
	list := s.tokens(body)
	require.Len(t, list, 1)
	got := s.send(http.MethodGet, "/why/"+list[0], "")
	assert.Equal(t, http.StatusOK, got.status)
	for _, want := range []string{"Acme &lt;&amp;&gt; Sons", "acme.com", "interests of yours", "country", "is about you", "&lt;b&gt;chennai", "is counted"} {
		assert.Contains(t, got.body, want)
	}
	csp := got.header.Get("Content-Security-Policy")
	assert.Contains(t, csp, "frame-ancestors 'none'")
	assert.NotContains(t, csp, "script-src")
	assert.Equal(t, "no-store", got.header.Get("Cache-Control"))
	assert.Equal(t, "no-referrer", got.header.Get("Referrer-Policy"))
	assert.Zero(t, s.engine.Counters().Views.Load(), "who asks why has not been counted for it")
}

// Who follows a link that is cut off reads a sentence; a program gets a problem document.
func TestLinks_ThatLeadNowhereSaySo(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, path := range []string{"/why/x", "/c/x"} {
		got := s.send(http.MethodGet, path, "", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
		assert.Equal(t, http.StatusBadRequest, got.status, path)
		assert.Equal(t, "text/html; charset=utf-8", got.header.Get("Content-Type"), path)
		assert.Equal(t, "no-store", got.header.Get("Cache-Control"), path)
		assert.Contains(t, got.header.Get("Content-Security-Policy"), "default-src 'none'", path)
		assert.Contains(t, got.body, "<h1>This link leads nowhere</h1>", path)
		assert.Contains(t, got.body, "this address is not valid.", path)
		assert.Empty(t, got.header.Get("Location"), path)
		assert.Equal(t, "token", problem(t, s.send(http.MethodGet, path, "", "Accept", "*/*")).Reason, path)
	}
	b := newTab(t)
	b.open(s.base + "/why/x")
	b.clean()
}

// Uploads are served by their names alone, and can do nothing.
func TestAsset(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	name, err := s.db.PutAsset(t.Context(), 0, "image/png", "png", []byte("\x89PNG\r\n\x1a\n<script>"))
	require.NoError(t, err)
	got := s.send(http.MethodGet, "/a/"+name, "")
	assert.Equal(t, "image/png", got.header.Get("Content-Type"))
	assert.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"))
	assert.Contains(t, got.header.Get("Content-Security-Policy"), "sandbox")
	assert.Contains(t, got.header.Get("Cache-Control"), "immutable")
	for _, other := range []string{"", "x.png", "../secret", "..%2f..%2fads.db", name + "x", name + "/x", "%00"} {
		assert.Equal(t, http.StatusNotFound, s.send(http.MethodGet, "/a/"+other, "").status, other)
	}
}
