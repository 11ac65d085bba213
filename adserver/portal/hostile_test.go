package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`

func TestHostile_NamesAreText(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	ctx := t.Context()
	a, c, l, cr, p, pl := mine.advertiser, mine.campaign, mine.line, mine.creative, mine.publisher, mine.placement
	a.Name, c.Name, l.Name, l.Targeting, cr.Name, cr.ReviewNote, p.Name, pl.Name = evil, evil, evil, evil, evil, evil, evil, evil
	cr.Image.Alt, cr.Review = evil, ads.Submitted
	for _, err := range []error{
		second(k.db.Advertisers.Update(ctx, 0, a, 1)), second(k.db.Campaigns.Update(ctx, 0, c, 1)), second(k.db.Lines.Update(ctx, 0, l, 1)),
		second(k.db.Creatives.Update(ctx, 0, cr, 1)), second(k.db.Publishers.Update(ctx, 0, p, 1)), second(k.db.Placements.Update(ctx, 0, pl, 1)),
	} {
		require.NoError(t, err)
	}
	k.serve(mine, traffic{city: evil, views: 1})
	admin := k.member(store.Member{Role: store.Admin, Name: evil})
	for route := range matrix(mine) {
		if path, ok := strings.CutPrefix(route, "GET "); ok {
			got := ask(admin, route, mine, nil)
			assert.NotContains(t, got.Body, "<script>alert", path)
			assert.NotContains(t, got.Body, "<img src=x", path)
		}
	}
	assert.NotContains(t, admin.get("/advertisers/1/reports?by=city").Body, "<script>alert")
	back := admin.post("/advertisers/1/campaigns", "name", strings.Repeat(evil, 5))
	assert.Equal(t, http.StatusBadRequest, back.Status)
	assert.NotContains(t, back.Body, "<script>alert", "nor what comes back in a form")
	assert.NotContains(t, k.nobody().get("/sign-in?next="+`%22%3E%3Cscript%3Ealert(1)%3C/script%3E`).Body, "<script>alert")
	assert.NotContains(t, admin.get("/advertisers/1?done="+`%3Cscript%3Ealert(1)%3C/script%3E`).Body, "<script>alert")
}

func second[T any](_ T, err error) error { return err }

func TestHostile_OtherSitesCannotSendForms(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	kind, body := "application/x-www-form-urlencoded", []byte("status=paused")
	for _, header := range []form{
		{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"},
	} {
		got := b.send(http.MethodPost, "/advertisers/1/lines/1/status", kind, body, header...)
		assert.Equal(t, http.StatusForbidden, got.Status, header)
	}
	l, err := k.db.Lines.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, ads.Active, l.Value.Status)
	b.send(http.MethodPost, "/advertisers/1/lines/1/status", kind, body, "Origin", base, "Sec-Fetch-Site", "same-origin").leads("/advertisers/1/lines/1")
}

func TestHostile_FormsThatAreNone(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	urlencoded := "application/x-www-form-urlencoded"
	for name, body := range map[string]string{
		"not UTF-8": "name=%ff%fe", "a zero": "name=a%00b", "too long": "name=" + strings.Repeat("x", 200_000), "a long name": strings.Repeat("x", 100) + "=1",
	} {
		assert.Equal(t, http.StatusBadRequest, b.send(http.MethodPost, "/advertisers/1/campaigns", urlencoded, []byte(body)).Status, name)
	}
	assert.Equal(t, http.StatusBadRequest, b.send(http.MethodPost, "/advertisers/1/campaigns", "multipart/form-data; boundary=x", []byte("nonsense")).Status)
	assert.Equal(t, http.StatusBadRequest, b.send(http.MethodPost, "/advertisers/1/campaigns", "application/json", []byte(`{"name":"x"}`)).Status)
	assert.Equal(t, http.StatusBadRequest, b.get("/advertisers/1?x=%ff").Status)
	assert.Equal(t, http.StatusNotFound, b.send(http.MethodPut, "/advertisers/1", "", nil).Status)
	assert.Equal(t, http.StatusNotFound, b.post("/advertisers/1/reports").Status)
}

func TestHeaders_NothingIsKeptOrFramed(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	got := b.get("/advertisers/1")
	assert.Equal(t, "no-store", string(got.Header.Peek("Cache-Control")))
	assert.Contains(t, string(got.Header.Peek("Content-Security-Policy")), "frame-ancestors 'self'; form-action 'self'")
	assert.NotContains(t, string(got.Header.Peek("Content-Security-Policy")), "unsafe")
	_, after, _ := strings.Cut(got.Body, `href="/portal/portal.css`)
	version, _, _ := strings.Cut(after, `"`)
	css := b.get("/portal.css" + version)
	assert.Equal(t, "public, max-age=31536000, immutable", string(css.Header.Peek("Cache-Control")))
	assert.Equal(t, "no-store", string(b.get("/portal.css?v=old").Header.Peek("Cache-Control")))
}

// What every page must have, so that everybody can use it: the rest is looked at in a browser.
func TestPages_CanBeUsedByEverybody(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	admin := k.admin()
	for route := range matrix(mine) {
		if !strings.HasPrefix(route, "GET") || strings.HasSuffix(route, "preview") || strings.Contains(route, ".") {
			continue
		}
		got := ask(admin, route, mine, nil)
		if got.Status != http.StatusOK {
			continue
		}
		doc, err := html.Parse(strings.NewReader(got.Body))
		require.NoError(t, err)
		check(t, route, doc)
	}
	doc, err := html.Parse(strings.NewReader(k.nobody().post("/sign-up").Body))
	require.NoError(t, err)
	check(t, "a form with problems", doc)
}

func check(t *testing.T, page string, doc *html.Node) {
	t.Helper()
	ids, labelled, headings := map[string]bool{}, map[string]bool{}, 0
	for n := range doc.Descendants() {
		if id := attribute(n, "id"); id != "" {
			assert.False(t, ids[id], "%s: %s is there twice", page, id)
			ids[id] = true
		}
		if n.Data == "label" {
			labelled[attribute(n, "for")] = true
		}
		if n.Data == "h1" && n.Type == html.ElementNode {
			headings++
		}
	}
	assert.Equal(t, 1, headings, page)
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		assert.Empty(t, attribute(n, "style"), page)
		assert.Empty(t, attribute(n, "onclick"), page)
		switch n.Data {
		case "input", "select", "textarea":
			kind := attribute(n, "type")
			inside := n.Parent.Data == "label"
			assert.True(t, kind == "hidden" || inside || labelled[attribute(n, "id")], "%s: %s has no label", page, attribute(n, "name"))
			for by := range strings.FieldsSeq(attribute(n, "aria-describedby")) {
				assert.True(t, ids[by], "%s: %s is not there", page, by)
			}
		case "table":
			assert.Equal(t, "caption", first(n).Data, page)
		case "th":
			assert.NotEmpty(t, attribute(n, "scope"), page)
		case "iframe":
			assert.NotEmpty(t, attribute(n, "title"), page)
		case "a":
			if id, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok {
				assert.True(t, ids[id], "%s: #%s leads nowhere", page, id)
			}
		}
	}
}

func first(n *html.Node) *html.Node {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return n
}

// A server that takes what other sites send, as one for ads does, has the portal's handler beside it.
func TestHostile_HandlerAlone(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	alone := *k
	alone.handle = k.pages.Handler
	b = &browser{kit: &alone, cookie: b.cookie}
	got := b.send(http.MethodPost, "/advertisers/1/lines/1/status", "application/x-www-form-urlencoded", []byte("status=paused"), "Sec-Fetch-Site", "cross-site")
	assert.Equal(t, http.StatusForbidden, got.Status)
	got = b.get("/advertisers/1")
	assert.Equal(t, http.StatusOK, got.Status)
	assert.Equal(t, "nosniff", string(got.Header.Peek("X-Content-Type-Options")))
	assert.NotEmpty(t, got.Header.Peek("Strict-Transport-Security"))
	signed := alone.nobody().post("/sign-in", "email", "advertiser-1-0@example.com", "password", password)
	assert.Contains(t, string(signed.Header.PeekCookie("portal")), "secure")
}
