package brand_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/storefront/brand"
)

// brands is a source that tests change.
type brands struct {
	list []catalog.Brand
	err  error
}

func (b *brands) Brands(context.Context) ([]catalog.Brand, error) { return b.list, b.err }

func palace() catalog.Brand {
	return catalog.Brand{
		ID: "brd_1", PartnerID: "ptn_1", Name: "The Palace", Hosts: []string{"palace.example", "www.palace.example"},
		Colours: catalog.Colours{"accent": "#5a2ca0"}, LogoSVG: `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		Legal: map[string]string{"terms": "# Terms\nBe on time.", "imprint": "Palace Ltd", "privacy": " "},
	}
}

func kino() catalog.Brand {
	return catalog.Brand{ID: "brd_2", PartnerID: "ptn_2", Name: "Kino", Hosts: []string{"kino.example"}, LogoURL: "/media/kino.png"}
}

// registryOf has loaded the brands.
func registryOf(t *testing.T, cfg brand.Config, list ...catalog.Brand) (*brand.Registry, *brands) {
	t.Helper()
	source := &brands{list: list}
	r := brand.New(source, cfg)
	require.NoError(t, r.Load(t.Context()))
	return r, source
}

func nameAt(r *brand.Registry, host string) string {
	site, ok := r.Lookup([]byte(host))
	if !ok {
		return ""
	}
	return site.Name
}

func TestRegistry_ADefaultBrand(t *testing.T) {
	t.Parallel()
	r, source := registryOf(t, brand.Config{Name: "Marquee", Default: "Palace.example"}, palace(), kino())
	palaces, _ := r.Key([]byte("palace.example"))
	for _, host := range []string{"other.example", "127.0.0.1:8080", "", strings.Repeat("x", 300)} {
		assert.Equal(t, palace().Name, nameAt(r, host), host)
		key, ok := r.Key([]byte(host))
		assert.True(t, ok)
		assert.Equal(t, palaces, key, "its pages are kept once")
	}
	assert.Equal(t, kino().Name, nameAt(r, "kino.example"))
	source.list = []catalog.Brand{kino()}
	require.NoError(t, r.Load(t.Context()))
	assert.Empty(t, nameAt(r, "other.example"), "not another programme than the one that was asked for")
}

func TestRegistry_FindsBrandsByHostName(t *testing.T) {
	t.Parallel()
	everything := brand.Config{Name: "Marquee"}
	open, _ := registryOf(t, everything, palace(), kino())
	strict, _ := registryOf(t, brand.Config{Name: "Marquee", Strict: true}, palace(), kino())
	for host, want := range map[string]string{
		"palace.example": "The Palace", "palace.example:8080": "The Palace", "PALACE.Example": "The Palace", "www.palace.example": "The Palace",
		"palace.example.": "The Palace", "kino.example": "Kino",
		"": "Marquee", "example": "Marquee", "xpalace.example": "Marquee", "palace.example.evil": "Marquee", "[::1]:8080": "Marquee",
		strings.Repeat("a", 300): "Marquee", "palace.example\x00": "Marquee", ":8080": "Marquee", ".": "Marquee",
	} {
		assert.Equal(t, want, nameAt(open, host), host)
		if want == "Marquee" {
			want = ""
		}
		assert.Equal(t, want, nameAt(strict, host), host)
	}
}

func TestRegistry_KnowsNothingBeforeItHasLoaded(t *testing.T) {
	t.Parallel()
	source := &brands{err: errors.New("no database")}
	r := brand.New(source, brand.Config{Name: "Marquee"})
	require.ErrorContains(t, r.Load(t.Context()), "no database")
	assert.False(t, r.Loaded())
	_, known := r.Lookup([]byte("palace.example"))
	assert.False(t, known)
	_, kept := r.Key([]byte("palace.example"))
	assert.False(t, kept)
	_, found := r.Draft("brd_1")
	assert.False(t, found)
	assert.False(t, r.Serve(ask("/brand/x.css")))

	source.err, source.list = nil, []catalog.Brand{palace()}
	require.NoError(t, r.Load(t.Context()))
	assert.True(t, r.Loaded())
	assert.Equal(t, "The Palace", nameAt(r, "palace.example"))
	source.err = errors.New("no database")
	require.Error(t, r.Load(t.Context()))
	assert.Equal(t, "The Palace", nameAt(r, "palace.example"), "what was known stays")
}

// All host names of a brand share its pages, and no two brands do.
func TestRegistry_KeysOfPages(t *testing.T) {
	t.Parallel()
	r, _ := registryOf(t, brand.Config{}, palace(), kino())
	for host, want := range map[string]string{
		"palace.example": "palace.example", "WWW.palace.example:80": "palace.example", "kino.example": "kino.example", "other.example": "",
	} {
		key, ok := r.Key([]byte(host))
		assert.True(t, ok, host)
		assert.Equal(t, want, key, host)
		if key != "" {
			again, ok := r.Key([]byte(key))
			assert.True(t, ok && again == key, "the key is a host of the brand")
		}
	}
}

func TestRegistry_LookupAllocatesNothing(t *testing.T) {
	r, _ := registryOf(t, brand.Config{}, palace(), kino())
	host, unknown := []byte("WWW.Palace.Example:8080"), []byte("other.example")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = r.Key(host)
		_, _ = r.Key(unknown)
	}))
}

func TestRegistry_DraftsAreNotThere(t *testing.T) {
	t.Parallel()
	draft := palace()
	draft.Status = catalog.BrandDraft
	r, source := registryOf(t, brand.Config{Name: "Marquee"}, draft, kino())
	_, known := r.Lookup([]byte("palace.example"))
	assert.False(t, known, "not even the storefront of no brand is at its host name")
	_, kept := r.Key([]byte("palace.example"))
	assert.False(t, kept)
	seen, ok := r.Draft(draft.ID)
	require.True(t, ok)
	assert.True(t, seen.Preview)
	assert.Equal(t, "The Palace", seen.Name)
	_, ok = r.Draft("brd_none")
	assert.False(t, ok)

	draft.Status = catalog.BrandLive
	source.list = []catalog.Brand{draft, kino()}
	require.NoError(t, r.Load(t.Context()))
	assert.Equal(t, "The Palace", nameAt(r, "palace.example"))
	site, _ := r.Lookup([]byte("palace.example"))
	assert.False(t, site.Preview)
}

// Stores refuse two live brands of one host name; should there be two all the same, every node takes the same.
func TestRegistry_OneBrandForAHostName(t *testing.T) {
	t.Parallel()
	draft, live, late := palace(), kino(), kino()
	draft.Status, live.Hosts = catalog.BrandDraft, draft.Hosts
	late.ID, late.Name, late.Hosts = "brd_3", "Late", draft.Hosts
	r, _ := registryOf(t, brand.Config{}, draft, live, late, catalog.Brand{ID: "brd_4"})
	assert.Equal(t, "Kino", nameAt(r, "palace.example"))
	draft.Status, live.Status = catalog.BrandLive, catalog.BrandDraft
	r, _ = registryOf(t, brand.Config{}, draft, live)
	assert.Equal(t, "The Palace", nameAt(r, "palace.example"))
}

func ask(path string) *fasthttp.RequestCtx {
	rc := new(fasthttp.RequestCtx)
	rc.Request.SetRequestURI(path)
	return rc
}

func TestRegistry_ServesSheetsAndLogosForEver(t *testing.T) {
	t.Parallel()
	r, source := registryOf(t, brand.Config{}, palace(), kino())
	site, _ := r.Lookup([]byte("palace.example"))
	require.True(t, strings.HasPrefix(site.Style, brand.Prefix) && strings.HasSuffix(site.Style, ".css"), site.Style)
	for path, kind := range map[string]string{site.Style: "text/css; charset=utf-8", site.Logo: "image/svg+xml"} {
		rc := ask(path)
		require.True(t, r.Serve(rc), path)
		assert.Equal(t, kind, string(rc.Response.Header.ContentType()))
		assert.Contains(t, string(rc.Response.Header.Peek("Cache-Control")), "immutable")
		assert.Contains(t, string(rc.Response.Header.Peek("Content-Security-Policy")), "sandbox")
		assert.NotEmpty(t, rc.Response.Body())
	}
	assert.False(t, r.Serve(ask("/brand/0000000000000000.css")))
	post := ask(site.Style)
	post.Request.Header.SetMethod(fasthttp.MethodPost)
	assert.False(t, r.Serve(post))
	other, _ := r.Lookup([]byte("kino.example"))
	assert.Empty(t, other.Style)
	assert.Equal(t, "/media/kino.png", other.Logo)

	before := site.Style
	for i := range 3 {
		changed := palace()
		changed.Colours = catalog.Colours{"accent": []string{"#0b5c3b", "#7a1f1f", "#5a2ca0"}[i]}
		source.list = []catalog.Brand{changed}
		require.NoError(t, r.Load(t.Context()))
		site, _ = r.Lookup([]byte("palace.example"))
		assert.True(t, r.Serve(ask(site.Style)))
		assert.True(t, r.Serve(ask(before)), "pages of before still find theirs")
	}
	assert.Equal(t, before, site.Style, "the same content has the same address")
}

func TestRegistry_LogsColoursThatCannotBeRead(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	pale := palace()
	pale.Colours = catalog.Colours{"accent": "#ffd84d"}
	r, _ := registryOf(t, brand.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))}, pale)
	assert.Contains(t, log.String(), "field=colours.accent wanted=#ffd84d")
	log.Reset()
	require.NoError(t, r.Load(t.Context()))
	assert.Empty(t, log.String(), "once for each look")
}

func TestSite_WhoseProgramme(t *testing.T) {
	t.Parallel()
	all := kino()
	all.AllPartners = true
	r, _ := registryOf(t, brand.Config{}, palace(), all)
	own, _ := r.Lookup([]byte("palace.example"))
	everybodys, _ := r.Lookup([]byte("kino.example"))
	none, _ := r.Lookup([]byte("other.example"))
	assert.True(t, own.Sells("ptn_1"))
	assert.False(t, own.Sells("ptn_2"))
	assert.True(t, everybodys.Sells("ptn_1") && none.Sells("ptn_1"))
	assert.Equal(t, "brand:brd_1", own.Tag())
	assert.Equal(t, "brand:", none.Tag())
}

// lister is a partner that shows some events.
type lister struct {
	asked store.ShowQuery
	shows []catalog.Show
	err   error
}

func (l *lister) List(_ context.Context, q store.ShowQuery) ([]catalog.Show, error) {
	l.asked = q
	return l.shows, l.err
}

func TestSite_SellsWhatItsPartnerOwnsOrShows(t *testing.T) {
	t.Parallel()
	r, _ := registryOf(t, brand.Config{}, palace())
	site, _ := r.Lookup([]byte("palace.example"))
	sells := func(e catalog.Event, l *lister) bool {
		ok, err := site.SellsEvent(t.Context(), l, e)
		require.NoError(t, err)
		return ok
	}
	film := catalog.Event{ID: "evt_1", PartnerID: "ptn_2"}
	assert.True(t, sells(catalog.Event{ID: "evt_1", PartnerID: "ptn_1"}, &lister{}))
	assert.False(t, sells(film, &lister{}))
	shows := &lister{shows: []catalog.Show{{}}}
	assert.True(t, sells(film, shows))
	assert.Equal(t, catalog.PartnerID("ptn_1"), shows.asked.PartnerID)
	assert.NotContains(t, shows.asked.Statuses, catalog.Draft)
	_, err := site.SellsEvent(t.Context(), &lister{err: errors.New("no database")}, film)
	assert.ErrorContains(t, err, "no database")
}

func TestSite_ChoicesOfABrand(t *testing.T) {
	t.Parallel()
	site := brand.Of(ask("/"))
	assert.True(t, site.Takes("anything") && site.Sells("anybody"))
	assert.Equal(t, []catalog.Section{catalog.SectionCities, catalog.SectionEvents}, site.Sections())
	assert.Empty(t, site.Documents())

	b := palace()
	b.Gateways, b.Sections = []string{"stripe"}, []catalog.Section{catalog.SectionVenues}
	r, _ := registryOf(t, brand.Config{}, b)
	site, _ = r.Lookup([]byte("palace.example"))
	rc := ask("/")
	brand.Enter(rc, site)
	assert.Same(t, site, brand.Of(rc))
	assert.True(t, site.Takes("stripe"))
	assert.False(t, site.Takes("sandbox"))
	assert.Equal(t, b.Sections, site.Sections())
	assert.Equal(t, []string{"imprint", "terms"}, site.Documents())
	blocks, ok := site.Document("terms")
	assert.True(t, ok)
	assert.Equal(t, []brand.Block{{Heading: "Terms"}, {Lines: []string{"Be on time."}}}, blocks)
	for _, name := range []string{"privacy", "secrets", ""} {
		_, ok = site.Document(name)
		assert.False(t, ok, name)
	}
}
