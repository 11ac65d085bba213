package storefront_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

// node is a storefront that keeps pages.
type node struct {
	front   *storefront.Server
	handler fasthttp.RequestHandler
}

// newNode starts one over a kit's database and waits until it knows the catalogue.
func newNode(t *testing.T, kit *bmstest.Kit) *node {
	t.Helper()
	return nodeOf(t, kit.Another(kit.Bank), storefront.Config{Sandbox: kit.Bank})
}

// nodeOf is newNode for a client.
func nodeOf(t *testing.T, client *bms.Client, cfg storefront.Config) *node {
	t.Helper()
	cfg.BaseURL, cfg.Texts = host, localetest.New(t)
	front, err := storefront.New(client, cfg)
	require.NoError(t, err)
	t.Cleanup(front.Close)
	server, err := web.New(front.Handler, web.Config{Fail: front.Fail, Quick: front.Quick})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- front.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	n := &node{front: front, handler: server.Handler()}
	require.Eventually(t, func() bool {
		n.get("/en")
		return front.Hears() && strings.Contains(n.status("/en"), "; hit")
	}, patience, 5*time.Millisecond)
	return n
}

func (n *node) ask(path string, pairs ...string) *fasthttp.Response {
	rc := requestTo(path)
	for i := 0; i < len(pairs); i += 2 {
		rc.Request.Header.Set(pairs[i], pairs[i+1])
	}
	n.handler(rc)
	return &rc.Response
}

func (n *node) get(path string, pairs ...string) string { return string(n.ask(path, pairs...).Body()) }

// status is what Cache-Status says.
func (n *node) status(path string) string { return string(n.ask(path).Header.Peek("Cache-Status")) }

// searches waits until the search knows the catalogue. Until then its pages are not kept.
func (n *node) searches(t *testing.T, path string) {
	t.Helper()
	require.Eventually(t, func() bool { return !strings.Contains(n.get(path), "getting ready") }, patience, 5*time.Millisecond)
}

// public are the pages that everybody sees alike.
func public(kit *bmstest.Kit) []string {
	p := kit.Programme
	city := "/en/" + p.Venue.CitySlug
	return []string{"/en", "/ar", city, "/hi/" + p.Venue.CitySlug, city + "?date=" + p.Show.LocalDate, city + "?near=1", city + "/events/" + p.Event.Slug}
}

func TestCache_PublicPagesAreServedFromMemory(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	n := newNode(t, kit)
	for _, path := range public(kit) {
		made := n.get(path)
		answer := n.ask(path, "Accept-Encoding", "br", "Cookie", "marquee_visitor=me")
		assert.Contains(t, string(answer.Header.Peek("Cache-Status")), "Marquee; hit; ttl=", path)
		assert.Equal(t, "br", string(answer.Header.ContentEncoding()), path)
		plain, err := answer.BodyUncompressed()
		require.NoError(t, err)
		assert.Equal(t, made, string(plain), path)
		for _, header := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Surrogate-Key", "Etag"} {
			assert.NotEmpty(t, answer.Header.Peek(header), "%s of %s", header, path)
		}
		assert.Equal(t, "text/html; charset=utf-8", string(answer.Header.ContentType()))
	}
	assert.Equal(t, fasthttp.StatusNotFound, n.ask("/en/atlantis").StatusCode())
}

// Whoever makes up arguments gets the page that there is, and fills no memory.
func TestCache_APageHasItsOwnArgumentsAlone(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	n := newNode(t, kit)
	city := "/en/" + kit.Programme.Venue.CitySlug
	event, date := city+"/events/"+kit.Programme.Event.Slug, "date="+kit.Programme.Show.LocalDate
	for _, c := range []struct{ kept, asked string }{
		{"/en", "/en?q=1&page=2&near=1&utm_source=x"},
		{city, city + "?q=1&sort=soonest&venue=x"},
		{city + "?" + date, city + "?price=1&" + date + "&language=ta"},
		{event, event + "?near=1&kind=film&q=1"},
		{event + "?" + date, event + "?page=2&" + date},
		{"/en/app.webmanifest", "/en/app.webmanifest?q=1"},
		{"/robots.txt", "/robots.txt?q=1"},
	} {
		made := n.get(c.kept)
		answer := n.ask(c.asked)
		assert.Contains(t, string(answer.Header.Peek("Cache-Status")), "; hit", c.asked)
		assert.Equal(t, made, string(answer.Body()), c.asked)
	}
	n.searches(t, city+"/search")
	for _, asked := range []string{city + "/search?q=general", city + "?kind=film", event + "?format=2D"} {
		n.get(asked)
		assert.Contains(t, n.status(asked), "; hit", asked)
		assert.NotEqual(t, n.get(strings.Split(asked, "?")[0]), n.get(asked), asked)
	}
}

// Whatever a visitor has, it is in nobody else's page.
func TestCache_NothingPersonalIsKept(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	n := newNode(t, kit)
	show := "/shows/" + string(kit.Programme.Show.ID)
	for _, path := range append(public(kit), "/", "/en"+show, show, "/en/bookings", "/en/holds/hld_none", "/en/b/none", "/language/de", "/api/v1/events") {
		mine := n.ask(path+"#x", "Cookie", "visitor=SECRET; b_SECRET=SECRET; city=SECRET; language=SECRET", "Accept-Language", "SECRET", "Authorization", "Bearer SECRET", "X-Forwarded-For", "SECRET", "User-Agent", "SECRET")
		theirs := n.ask(path)
		for _, answer := range []*fasthttp.Response{mine, theirs} {
			assert.NotContains(t, answer.String(), "SECRET", path)
		}
		if strings.Contains(string(theirs.Header.Peek("Cache-Status")), "hit") {
			assert.Empty(t, theirs.Header.Peek("Set-Cookie"), path)
			assert.Contains(t, public(kit), path, "only what is meant to be public is kept")
		}
	}
	for _, kept := range n.front.Cache().Top(100) {
		assert.Contains(t, public(kit), kept.Address)
	}
}

// A change on one node is seen on all, well within a second.
func TestCache_ChangesAreSeenOnEveryNode(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	nodes := []*node{newNode(t, kit), newNode(t, kit)}
	p := kit.Programme
	city := "/en/" + p.Venue.CitySlug
	page := city + "/events/" + p.Event.Slug
	seen := func(path, text string) {
		t.Helper()
		for i, n := range nodes {
			require.Eventually(t, func() bool { return strings.Contains(n.get(path), text) }, patience, 5*time.Millisecond, "%q on %s of node %d", text, path, i)
			require.Eventually(t, func() bool { return strings.Contains(n.status(path), "; hit") }, patience, 5*time.Millisecond)
		}
	}
	seen(city, p.Event.Title)
	seen(page, p.Event.Title)

	event := p.Event
	event.Title = "A title of its own"
	require.NoError(t, kit.Catalog.PutEvent(t.Context(), event))
	seen(city, event.Title)
	seen(page, event.Title)

	venue := p.Venue
	venue.Name = "The other palace"
	require.NoError(t, kit.Catalog.PutVenue(t.Context(), venue))
	seen(page, venue.Name)

	_, err := kit.Shows.SetStatus(t.Context(), p.Show.ID, catalog.Paused)
	require.NoError(t, err)
	seen(page, "Sales paused")

	venue.ID, venue.Slug, venue.City, venue.CitySlug = venue.ID[:len(venue.ID)-1]+"0", "elsewhere", "Elsewhere", "elsewhere"
	require.NoError(t, kit.Catalog.PutVenue(t.Context(), venue))
	seen("/en", "Elsewhere")
}

// A node that does not hear what changes serves nothing from memory that is older than a change may be before it is seen.
func TestCache_WithoutNewsPagesAreMadeAnew(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	front, err := storefront.New(kit.Client, storefront.Config{Texts: localetest.New(t)})
	require.NoError(t, err)
	t.Cleanup(front.Close)
	for n := range 3 {
		for range 10 {
			rc := requestTo("/en/" + kit.Programme.Venue.CitySlug)
			if !front.Quick(rc) {
				front.Handler(rc)
			}
			require.Equal(t, fasthttp.StatusOK, rc.Response.StatusCode())
		}
		assert.EqualValues(t, n+1, front.Cache().Stats().Renders)
		kit.Clock.Advance(time.Second)
	}
}

// Addresses that were guessed are answered without a look into the database; new ones are known as soon as they are there.
func TestCache_WhatNeverWasIsNotLookedFor(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	n := newNode(t, kit)
	p := kit.Programme
	city := "/en/" + p.Venue.CitySlug
	made := n.front.Cache().Stats().Renders
	for _, path := range []string{"/en/atlantis", "/ta/atlantis/events/" + p.Event.Slug, city + "/events/the-film-that-never-was"} {
		answer := n.ask(path)
		assert.Equal(t, fasthttp.StatusNotFound, answer.StatusCode(), path)
		assert.Equal(t, "no-store", string(answer.Header.Peek("Cache-Control")), "nobody in front remembers it")
		assert.Contains(t, string(answer.Body()), "<h1", path)
	}
	assert.Equal(t, made, n.front.Cache().Stats().Renders)

	event := p.Event
	event.ID, event.Slug = event.ID[:len(event.ID)-1]+"0", "the-film-that-never-was"
	require.NoError(t, kit.Catalog.PutEvent(t.Context(), event))
	require.Eventually(t, func() bool { return n.ask(city+"/events/"+event.Slug).StatusCode() == fasthttp.StatusOK }, patience, 5*time.Millisecond)
}

// ownClient is a client with a connection of its own to a kit's database, which can be closed while the kit goes on.
func ownClient(t *testing.T) (*bmstest.Kit, *bms.Client) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	open := func(t testing.TB, now func() time.Time) store.DB {
		t.Helper()
		db, err := sqlite.Open(context.WithoutCancel(t.Context()), sqlite.Config{Path: path, Now: now})
		require.NoError(t, err)
		return db
	}
	kit := bmstest.New(t, bmstest.Options{Open: open})
	client, err := bms.New(open(t, kit.Clock.Now), bms.Config{BaseURL: host})
	require.NoError(t, err)
	return kit, client
}

// Pages that are kept are served while the database is away.
func TestCache_WithoutADatabaseKeptPagesAreServed(t *testing.T) {
	t.Parallel()
	kit, client := ownClient(t)
	n := nodeOf(t, client, storefront.Config{})
	page := n.get("/en")
	require.NoError(t, client.Close())
	kit.Clock.Advance(time.Hour)
	answer := n.ask("/en")
	assert.Equal(t, fasthttp.StatusOK, answer.StatusCode())
	assert.Equal(t, page, string(answer.Body()))
	assert.Contains(t, string(answer.Header.Peek("Cache-Status")), "detail=error")
	assert.Equal(t, fasthttp.StatusServiceUnavailable, n.ask("/en/"+kit.Programme.Venue.CitySlug).StatusCode(), "what is not kept cannot be made")
	kit.Clock.Advance(25 * time.Hour)
	assert.Equal(t, fasthttp.StatusServiceUnavailable, n.ask("/en").StatusCode(), "not for ever")
}

// slowly is a logger that calls a function at each message of a text.
type slowly struct {
	slog.Handler

	at string
	do func()
}

// Enabled implements slog.Handler.
func (slowly) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (s slowly) Handle(_ context.Context, r slog.Record) error {
	if r.Message == s.at {
		s.do()
	}
	return nil
}

// What happens while news are taken in is not known, however long that takes.
func TestCache_NewsThatTookLongAreOld(t *testing.T) {
	t.Parallel()
	kit, client := ownClient(t)
	own := brandOf(kit, kit.Programme.Partner.ID, "1", "Own House", "own.example")
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), own))
	var once sync.Once
	taken := make(chan struct{})
	log := slowly{slog.DiscardHandler, "colour of a brand adjusted", func() {
		once.Do(func() {
			kit.Clock.Advance(time.Minute)
			_ = client.Close() // no news will come after these
			close(taken)
		})
	}}
	n := nodeOf(t, client, storefront.Config{Logger: slog.New(log)})
	kept := func() bool {
		rc := requestTo("/en")
		rc.Request.Header.SetHost("own.example")
		return n.front.Quick(rc)
	}
	require.Eventually(t, func() bool { return n.at("own.example", "/en").StatusCode() == fasthttp.StatusOK && kept() }, patience, 5*time.Millisecond)

	pale := brandOf(kit, kit.Programme.Partner.ID, "2", "Pale House", "pale.example")
	pale.Colours = catalog.Colours{"accent": "#fefefe"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), pale))
	select {
	case <-taken:
	case <-time.After(patience):
		require.Fail(t, "the news did not arrive")
	}
	assert.Never(t, kept, 300*time.Millisecond, 5*time.Millisecond)
}

// Who waits for a page in vain gets a page that says so, and not a document for programs.
func TestCache_WhoWaitsInVainGetsAPage(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	n := newNode(t, kit)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	rc := requestTo("/en/" + kit.Programme.Venue.CitySlug)
	web.Detach(ctx, rc, false)
	n.front.Handler(rc)
	assert.Equal(t, fasthttp.StatusServiceUnavailable, rc.Response.StatusCode())
	assert.Equal(t, "text/html; charset=utf-8", string(rc.Response.Header.ContentType()))
	assert.Contains(t, string(rc.Response.Body()), "<h1")
}
