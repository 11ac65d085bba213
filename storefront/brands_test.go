package storefront_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront"
)

// sibling is an identifier like another with a last letter of its own.
func sibling[T ~string](of T, letter string) T {
	if strings.HasSuffix(string(of), letter) {
		letter = "0"
	}
	return of[:len(of)-1] + T(letter)
}

// rival is a second partner in a kit's city, with a venue, an event and a show of its own.
type rival struct {
	partner catalog.Partner
	venue   catalog.Venue
	event   catalog.Event
	show    catalog.Show
}

func addRival(t *testing.T, kit *bmstest.Kit) rival {
	t.Helper()
	p, ctx := kit.Programme, t.Context()
	r := rival{partner: p.Partner, venue: p.Venue, event: p.Event, show: p.Show}
	r.partner.ID, r.partner.Slug, r.partner.Name = sibling(p.Partner.ID, "x"), "rival", "Rival Halls"
	r.venue.ID, r.venue.PartnerID, r.venue.Slug, r.venue.Name = sibling(p.Venue.ID, "x"), r.partner.ID, "rival-hall", "Rival Hall"
	r.event.ID, r.event.PartnerID, r.event.Slug, r.event.Title = sibling(p.Event.ID, "x"), r.partner.ID, "rival-night", "Rival Night"
	r.event.Media = nil
	hall := p.Hall
	hall.ID, hall.PartnerID, hall.VenueID = sibling(hall.ID, "x"), r.partner.ID, r.venue.ID
	plan, err := kit.Catalog.SeatMap(ctx, p.Show.SeatMapID)
	require.NoError(t, err)
	plan.ID, plan.HallID, plan.PartnerID = sibling(plan.ID, "x"), hall.ID, r.partner.ID
	r.show.ID, r.show.PartnerID, r.show.EventID, r.show.VenueID = sibling(p.Show.ID, "x"), r.partner.ID, r.event.ID, r.venue.ID
	r.show.HallID, r.show.SeatMapID = hall.ID, plan.ID
	for _, err := range []error{
		kit.Catalog.PutPartner(ctx, r.partner), kit.Catalog.PutVenue(ctx, r.venue), kit.Catalog.PutEvent(ctx, r.event),
		kit.Catalog.PutHall(ctx, hall), kit.Catalog.AddSeatMap(ctx, plan), kit.Shows.Put(ctx, r.show),
	} {
		require.NoError(t, err)
	}
	return r
}

// brandOf is a live brand of a partner.
func brandOf(kit *bmstest.Kit, partner catalog.PartnerID, letter, name string, hosts ...string) catalog.Brand {
	fresh := string(kit.Programme.Partner.ID)
	return catalog.Brand{
		ID: catalog.BrandID(catalog.BrandPrefix + fresh[len(catalog.PartnerPrefix):len(fresh)-1] + letter), PartnerID: partner, Name: name,
		Hosts: hosts, Locales: []string{"en"}, Currency: "INR",
	}
}

// at asks for a path at a host name.
func (n *node) at(host, path string, pairs ...string) *fasthttp.Response {
	return n.ask(path, append([]string{"Host", host}, pairs...)...)
}

// twoBrands is a node with a brand for each of two partners: own.example and rival.example.
func twoBrands(t *testing.T) (*bmstest.Kit, rival, *node) {
	t.Helper()
	kit := bmstest.New(t, bmstest.Options{})
	r := addRival(t, kit)
	own, theirs := brandOf(kit, kit.Programme.Partner.ID, "1", "Own House", "own.example"), brandOf(kit, r.partner.ID, "2", "Rival House", "rival.example")
	own.Colours, own.Tagline = catalog.Colours{"accent": "#123456"}, "Our own words"
	own.Sections = []catalog.Section{catalog.SectionIntro, catalog.SectionEvents, catalog.SectionCities, catalog.SectionVenues}
	own.Legal = map[string]string{"imprint": "# Who\nOwn Ltd\n<script>alert(1)</script>\n- one", "terms": "Be on time."}
	own.Gateways = []string{"stripe"}
	own.SupportEmail, own.SupportPhone, own.Address = "help@own.example", "+44 (0)20 1234", "1 Own Road\nLondon"
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), own))
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), theirs))
	return kit, r, newNode(t, kit)
}

// A partner's storefront has nothing of another's, whatever address is guessed.
func TestBrands_AnotherPartnersProgrammeIsNotThere(t *testing.T) {
	t.Parallel()
	kit, r, n := twoBrands(t)
	p := kit.Programme
	city := "/en/" + p.Venue.CitySlug
	words := []string{r.event.Title, r.venue.Name, r.event.Slug}
	for _, path := range []string{
		"/en", city, city + "?date=" + p.Show.LocalDate, city + "/events/" + p.Event.Slug,
		"/api/v1/cities", "/api/v1/events?city=" + p.Venue.CitySlug, "/api/v1/venues", "/api/v1/shows", "/api/v1/shows?city=" + p.Venue.CitySlug,
	} {
		for range 2 { // made, then perhaps kept
			own := n.at("own.example", path)
			require.Equal(t, 200, own.StatusCode(), path)
			for _, word := range words {
				assert.NotContains(t, string(own.Body()), word, path)
			}
		}
	}
	show, event := string(r.show.ID), r.event.Slug
	guessed := []string{
		city + "/events/" + event, "/en/events/" + event, "/posters/" + event + ".svg", "/en/shows/" + show, "/shows/" + show + "/live",
		"/api/v1/events/" + event, "/api/v1/events/" + string(r.event.ID), "/api/v1/venues/" + r.venue.Slug, "/api/v1/venues/" + string(r.venue.ID),
		"/api/v1/shows?event=" + event, "/api/v1/shows?venue=" + r.venue.Slug,
		"/api/v1/shows/" + show, "/api/v1/shows/" + show + "/seats", "/api/v1/shows/" + show + "/geometry", "/api/v1/shows/" + show + "/prices",
		"/api/v1/shows/" + show + "/stream",
	}
	for _, path := range guessed {
		assert.NotEqual(t, 404, n.at("rival.example", path).StatusCode(), "%s is there at home", path)
		own := n.at("own.example", path)
		assert.Equal(t, 404, own.StatusCode(), "%s, asked after it was seen elsewhere", path)
		assert.NotContains(t, string(own.Body()), r.event.Title, path)
	}
	everywhere := string(n.at("anywhere.example", city).Body())
	assert.Contains(t, everywhere, r.event.Title)
	assert.Contains(t, everywhere, p.Event.Title)
}

func TestBrands_NobodyHoldsSeatsOfAnotherPartner(t *testing.T) {
	t.Parallel()
	_, r, n := twoBrands(t)
	hold := func(host, path, body, kind string) *fasthttp.Response {
		rc := requestTo(path)
		rc.Request.Header.SetMethod(fasthttp.MethodPost)
		rc.Request.Header.SetHost(host)
		rc.Request.Header.SetContentType(kind)
		rc.Request.Header.Set("Visitor-Id", "visitor-1")
		rc.Request.Header.Set("Idempotency-Key", host+path)
		rc.Request.SetBodyString(body)
		n.handler(rc)
		return &rc.Response
	}
	body := fmt.Sprintf(`{"show_id":%q,"best":{"count":1}}`, r.show.ID)
	assert.Equal(t, 404, hold("own.example", "/api/v1/holds", body, "application/json").StatusCode())
	assert.Equal(t, 201, hold("rival.example", "/api/v1/holds", body, "application/json").StatusCode(), "the request is sound")
	assert.Equal(t, 404, hold("own.example", "/en/shows/"+string(r.show.ID)+"/holds", "best=1", "application/x-www-form-urlencoded").StatusCode())
}

// A film that two partners show is at both, each with its own shows.
func TestBrands_AnEventOfSeveralPartners(t *testing.T) {
	t.Parallel()
	kit, r, n := twoBrands(t)
	p := kit.Programme
	path := "/en/" + p.Venue.CitySlug + "/events/" + p.Event.Slug
	assert.Equal(t, 404, n.at("rival.example", path).StatusCode())
	shown := r.show
	shown.ID, shown.EventID = id.New[catalog.ShowID](catalog.ShowPrefix, kit.Now()), p.Event.ID
	require.NoError(t, kit.Shows.Put(t.Context(), shown))
	require.Eventually(t, func() bool { return n.at("rival.example", path).StatusCode() == 200 }, patience, 5*time.Millisecond)
	theirs, own := string(n.at("rival.example", path).Body()), string(n.at("own.example", path).Body())
	assert.Contains(t, theirs, r.venue.Name)
	assert.NotContains(t, theirs, p.Venue.Name)
	assert.Contains(t, own, p.Venue.Name)
	assert.NotContains(t, own, r.venue.Name)
}

func TestBrands_OfferTheirGatewaysAlone(t *testing.T) {
	t.Parallel()
	_, _, n := twoBrands(t)
	assert.NotContains(t, string(n.at("own.example", "/api/v1/gateways").Body()), "sandbox")
	assert.Contains(t, string(n.at("rival.example", "/api/v1/gateways").Body()), "sandbox")
}

func TestBrands_HostNamesDoNotSharePages(t *testing.T) {
	t.Parallel()
	_, _, n := twoBrands(t)
	for range 3 {
		for host, name := range map[string]string{"own.example": "Own House", "OWN.example:8080": "Own House", "rival.example": "Rival House", "other.example": "Marquee"} {
			body := string(n.at(host, "/en").Body())
			assert.Contains(t, body, "<span>"+name+"</span>", host)
			for _, other := range []string{"Own House", "Rival House", "Marquee"} {
				if other != name {
					assert.NotContains(t, body, other, host)
				}
			}
		}
	}
	assert.Contains(t, string(n.at("own.example", "/en").Header.Peek("Cache-Status")), "; hit")
	assert.Contains(t, string(n.at("own.example:81", "/en").Header.Peek("Cache-Status")), "; hit", "all host names of a brand share theirs")
}

// A change of a brand is seen on every node, and its style sheet is there at once.
func TestBrands_AChangeIsSeenOnEveryNode(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	b := brandOf(kit, kit.Programme.Partner.ID, "1", "Before", "own.example")
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), b))
	nodes := []*node{newNode(t, kit), newNode(t, kit)}
	seen := func(host, text string) {
		t.Helper()
		for i, n := range nodes {
			require.Eventually(t, func() bool { return strings.Contains(string(n.at(host, "/en").Body()), text) }, patience, 5*time.Millisecond, "%q at %s of node %d", text, host, i)
			require.Eventually(t, func() bool { return strings.Contains(string(n.at(host, "/en").Header.Peek("Cache-Status")), "; hit") }, patience, 5*time.Millisecond)
		}
	}
	seen("own.example", "<span>Before</span>")
	seen("new.example", "<span>Marquee</span>")

	b.Name, b.Hosts, b.Colours = "After", []string{"own.example", "new.example"}, catalog.Colours{"accent": "#123456"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), b))
	seen("own.example", "<span>After</span>")
	seen("new.example", "<span>After</span>")

	_, rest, found := strings.Cut(string(nodes[0].at("own.example", "/en").Body()), `href="/brand/`)
	require.True(t, found)
	path, _, _ := strings.Cut(rest, `"`)
	answer := nodes[1].at("own.example", "/brand/"+path)
	assert.Equal(t, 200, answer.StatusCode())
	assert.Contains(t, string(answer.Body()), "--accent:#123456")

	b.Hosts = []string{"new.example"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), b))
	seen("own.example", "<span>Marquee</span>")
}

// A node that has not heard of a brand yet finds its style sheet all the same.
func TestBrands_ASheetOfAnotherNodeIsFound(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	front, err := storefront.New(kit.Client, storefront.Config{})
	require.NoError(t, err)
	t.Cleanup(front.Close)
	rc := requestTo("/brand/0123456789abcdef.css")
	front.Handler(rc)
	assert.Equal(t, 404, rc.Response.StatusCode())

	b := brandOf(kit, kit.Programme.Partner.ID, "1", "Own", "own.example")
	b.Colours = catalog.Colours{"accent": "#123456"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), b))
	page := requestTo("/en")
	page.Request.Header.SetHost("own.example")
	front.Handler(page)
	_, rest, _ := strings.Cut(string(page.Response.Body()), `href="/brand/`)
	path, _, _ := strings.Cut(rest, `"`)

	other, err := storefront.New(kit.Another(kit.Bank), storefront.Config{})
	require.NoError(t, err)
	t.Cleanup(other.Close)
	rc = requestTo("/brand/" + path)
	other.Handler(rc)
	assert.Equal(t, 200, rc.Response.StatusCode())
}

// A brand speaks the languages that it has, its first to who asks for none of them, and offers no others.
func TestBrands_SpeakTheirLanguagesAlone(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	b := brandOf(kit, kit.Programme.Partner.ID, "1", "Haus", "own.example")
	b.Locales = []string{"de-DE", "ar", "de"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), b))
	n := newNode(t, kit)
	for asked, want := range map[string]string{"": "/de", "hi": "/de", "ar;q=0.9, hi": "/ar", "en, de;q=0.1": "/de"} {
		answer := n.at("own.example", "/", "Accept-Language", asked)
		assert.Equal(t, want, string(answer.Header.Peek("Location")), asked)
	}
	german := string(n.at("own.example", "/de").Body())
	assert.Contains(t, german, `<html lang="de" dir="ltr">`)
	assert.Contains(t, german, `hreflang="ar"`)
	for _, tag := range []string{"en", "hi", "ta", "es"} {
		assert.NotContains(t, german, `hreflang="`+tag+`"`)
		assert.NotEqual(t, 200, n.at("own.example", "/"+tag).StatusCode(), tag)
		assert.Equal(t, 404, n.at("own.example", "/language/"+tag+"?to=%2F").StatusCode(), tag)
	}
	assert.Contains(t, string(n.at("own.example", "/ar/mumbai/search").Body()), `<html lang="ar" dir="rtl">`)
	assert.Equal(t, 200, n.at("other.example", "/hi").StatusCode(), "of no brand are all")
	b.Locales = []string{"de"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), b))
	require.Eventually(t, func() bool {
		return !strings.Contains(string(n.at("own.example", "/de").Body()), "/language/")
	}, patience, 5*time.Millisecond, "one language is no choice")
}

func TestBrands_LegalPagesAndContact(t *testing.T) {
	t.Parallel()
	_, _, n := twoBrands(t)
	imprint := string(n.at("own.example", "/en/legal/imprint").Body())
	for _, want := range []string{"<h1>Imprint</h1>", "<h2>Who</h2>", "&lt;script&gt;", "<li>one</li>", "1 Own Road", "mailto:help@own.example", "tel:+440201234"} {
		assert.Contains(t, imprint, want)
	}
	assert.NotContains(t, imprint, "<script>alert")
	assert.Contains(t, string(n.at("own.example", "/en/legal/imprint").Header.Peek("Cache-Status")), "; hit")
	home := string(n.at("own.example", "/en").Body())
	for _, want := range []string{`href="/en/legal/imprint"`, `href="/en/legal/terms"`, "help@own.example", "Our own words", "Where to find us", "Coming up"} {
		assert.Contains(t, home, want)
	}
	assert.NotContains(t, home, "/legal/privacy")
	assert.Equal(t, 404, n.at("own.example", "/en/legal/privacy").StatusCode())
	assert.Equal(t, 404, n.at("rival.example", "/en/legal/imprint").StatusCode())
	assert.NotContains(t, string(n.at("rival.example", "/en").Body()), "/legal/")
	sheet, app := strings.Index(home, `href="/brand/`), strings.Index(home, `href="/assets/app.`)
	assert.True(t, sheet > 0 && sheet < app, "the brand's style sheet comes first")
}

// front is a storefront over a kit whose catalogue it hears of.
func frontOf(t *testing.T, kit *bmstest.Kit, cfg storefront.Config) *node {
	t.Helper()
	front, err := storefront.New(kit.Another(kit.Bank), cfg)
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
	return &node{front: front, handler: server.Handler()}
}

func TestBrands_StrictHostsServeNobodyElse(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), brandOf(kit, kit.Programme.Partner.ID, "1", "Own House", "own.example")))
	n := frontOf(t, kit, storefront.Config{StrictHosts: true})
	for _, path := range []string{"/en", "/en/" + kit.Programme.Venue.CitySlug, "/en/shows/" + string(kit.Programme.Show.ID), "/api/v1/cities"} {
		assert.Equal(t, 404, n.at("other.example", path).StatusCode(), path)
		assert.Equal(t, 200, n.at("own.example", path).StatusCode(), path)
	}
}

// A draft is seen with a link alone, and what it shows is never kept for anybody else.
func TestBrands_DraftsAreSeenByLinkAlone(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	draft := brandOf(kit, kit.Programme.Partner.ID, "1", "Secret House", "own.example")
	draft.Status, draft.Legal = catalog.BrandDraft, map[string]string{"terms": "Secret terms"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), draft))
	n := newNode(t, kit)
	paths := append(slices.DeleteFunc(public(kit), func(path string) bool { return !strings.HasPrefix(path, "/en") }), "/en/legal/terms", "/api/v1/cities", "/en/shows/"+string(kit.Programme.Show.ID))
	for _, path := range paths {
		assert.Equal(t, 404, n.at("own.example", path).StatusCode(), path)
	}
	link, err := n.front.PreviewLink(t.Context(), draft.ID, kit.Now().Add(time.Hour))
	require.NoError(t, err)
	_, token, _ := strings.Cut(link, "?t=")
	entered := n.at("other.example", link)
	assert.Equal(t, 303, entered.StatusCode())
	assert.Contains(t, string(entered.Header.PeekCookie("preview")), token)
	cookie := "visitor=me; preview=" + token

	for _, host := range []string{"own.example", "other.example"} { // wherever the link was opened
		for range 2 {
			for _, path := range paths {
				answer := n.at(host, path, "Cookie", cookie, "Accept-Encoding", "br, gzip")
				require.Equal(t, 200, answer.StatusCode(), path)
				assert.Equal(t, "no-store", string(answer.Header.Peek("Cache-Control")), path)
				assert.Empty(t, answer.Header.Peek("Cache-Status"), path)
				assert.Empty(t, answer.Header.Peek("Surrogate-Key"), path)
				if !strings.HasPrefix(path, "/api/") {
					body, err := answer.BodyUncompressed()
					require.NoError(t, err)
					assert.Contains(t, string(body), "Secret House", path)
					assert.Contains(t, string(body), "This is a preview", path)
				}
			}
		}
	}
	for _, host := range []string{"own.example", "other.example"} {
		for _, path := range paths {
			assert.NotContains(t, string(n.at(host, path).Body()), "Secret", "%s%s for somebody else", host, path)
		}
	}
	for _, kept := range n.front.Cache().Top(100) {
		assert.NotContains(t, kept.Address, "legal")
	}
	forged := n.at("other.example", "/en", "Cookie", "preview="+strings.Replace(token, ".", ".9", 1))
	assert.NotContains(t, string(forged.Body()), "Secret")
	assert.Contains(t, string(forged.Header.Peek("Cache-Status")), "; hit", "a cookie that is no proof costs no rendering")
	assert.Equal(t, 404, n.at("own.example", "/en", "Cookie", "preview=x").StatusCode())
	kit.Clock.Advance(2 * time.Hour)
	assert.NotContains(t, string(n.at("other.example", "/en", "Cookie", cookie).Body()), "Secret")
}

// A link to a partner's draft shows nothing under the name of another partner.
func TestBrands_NoPreviewAtAnotherPartnersHost(t *testing.T) {
	t.Parallel()
	kit, r, n := twoBrands(t)
	draft := brandOf(kit, r.partner.ID, "3", "Rival Draft", "draft.example")
	draft.Status = catalog.BrandDraft
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), draft))
	link, err := n.front.PreviewLink(t.Context(), draft.ID, kit.Now().Add(time.Hour))
	require.NoError(t, err)
	_, token, _ := strings.Cut(link, "?t=")
	shown := func(host string) string {
		return string(n.at(host, "/en", "Cookie", "preview="+token).Body())
	}
	require.Eventually(t, func() bool { return strings.Contains(shown("draft.example"), "Rival Draft") }, patience, 5*time.Millisecond)
	assert.Contains(t, shown("rival.example"), "Rival Draft", "the partner's own")
	assert.Contains(t, shown("other.example"), "Rival Draft", "nobody's")
	assert.NotContains(t, shown("own.example"), "Rival Draft")
	assert.Contains(t, shown("own.example"), "Own House")
}

func TestBrands_LinksToPreviews(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	draft := brandOf(kit, kit.Programme.Partner.ID, "1", "Secret House", "own.example")
	draft.Status = catalog.BrandDraft
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), draft))
	n, other := newNode(t, kit), newNode(t, kit)
	link, err := n.front.PreviewLink(t.Context(), draft.ID, kit.Now().Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, 303, other.ask(link).StatusCode(), "good on every node")
	assert.Equal(t, 403, n.ask(link+"x").StatusCode())
	ended := n.ask("/preview")
	assert.Equal(t, 303, ended.StatusCode())
	assert.Contains(t, strings.ToLower(string(ended.Header.PeekCookie("preview"))), "expires")
	_, err = n.front.PreviewLink(t.Context(), draft.ID, kit.Now())
	require.Error(t, err)

	own := frontOf(t, kit, storefront.Config{PreviewSecret: "a secret of our own"})
	assert.Equal(t, 403, own.ask(link).StatusCode(), "another secret")
	mine, err := own.front.PreviewLink(t.Context(), draft.ID, kit.Now().Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, 303, own.ask(mine).StatusCode())
	assert.Equal(t, 403, n.ask(mine).StatusCode())
}

// send posts a body, or asks with another method, at a host name.
func (n *node) send(method, host, path, body string, pairs ...string) *fasthttp.Response {
	rc := requestTo(path)
	rc.Request.Header.SetMethod(method)
	rc.Request.SetBodyString(body)
	for i := 0; i < len(pairs); i += 2 {
		rc.Request.Header.Set(pairs[i], pairs[i+1])
	}
	rc.Request.Header.SetHost(host)
	n.handler(rc)
	return &rc.Response
}

// Who has the secrets of a booking opens it where its partner sells, and nowhere else: there it is as if there was none.
func TestBrands_ABookingOpensAtItsOwnBrand(t *testing.T) {
	t.Parallel()
	kit, _, n := twoBrands(t)
	hold := kit.Hold("stalls-A-1")
	b := kit.Book(kit.Hold("stalls-A-2"))
	pay := kit.Start(b.ID)
	ofHold, ofBooking := "Bearer "+hold.Secret, "Bearer "+b.Link
	reference := `{"reference":"` + b.Reference.Display() + `","email":"` + b.Buyer.Email + `"}`
	for _, row := range []struct{ method, path, secret, body string }{
		{"POST", "/bookings/find", "", reference},
		{"GET", "/bookings/" + string(b.ID), ofBooking, ""},
		{"GET", "/bookings/" + string(b.ID) + "/tickets", ofBooking, ""},
		{"GET", "/bookings/" + string(b.ID) + "/quote", ofBooking, ""},
		{"GET", "/bookings/" + string(b.ID) + "/payments", ofBooking, ""},
		{"GET", "/bookings/" + string(b.ID) + "/cancellation", ofBooking, ""},
		{"GET", "/payments/" + string(pay.ID), ofBooking, ""},
		{"POST", "/payments/" + string(pay.ID) + "/refresh", ofBooking, ""},
		{"GET", "/holds/" + string(hold.ID), ofHold, ""},
		{"POST", "/holds/" + string(hold.ID) + "/extension", ofHold, `{"seconds":60}`},
		{"POST", "/holds/" + string(hold.ID) + "/vouchers", ofHold, `{"code":"X"}`},
		{"POST", "/bookings", ofHold, `{"hold_id":"` + string(hold.ID) + `","buyer":{"name":"Ada Lovelace","email":"ada@example.com"}}`},
		{"DELETE", "/holds/" + string(hold.ID), ofHold, ""},
		{"POST", "/bookings/" + string(b.ID) + "/link", ofBooking, ""},
	} {
		pairs := []string{"Content-Type", "application/json", "Visitor-Id", "visitor-of-tests"}
		if row.secret != "" {
			pairs = append(pairs, "Authorization", row.secret)
		}
		theirs := n.send(row.method, "rival.example", "/api/v1"+row.path, row.body, pairs...)
		assert.Equal(t, 404, theirs.StatusCode(), "%s %s", row.method, row.path)
		assert.Contains(t, string(theirs.Body()), `_not_found"`, row.path)
		own := n.send(row.method, "own.example", "/api/v1"+row.path, row.body, pairs...)
		assert.NotContains(t, string(own.Body()), `hold_not_found`, row.path)
		assert.NotContains(t, string(own.Body()), `booking_not_found`, row.path)
		assert.NotContains(t, string(own.Body()), `payment_not_found`, row.path)
	}
}

// A page of another brand gives no cookie of a booking that it would not open.
func TestBrands_FindLooksAtItsOwnBookings(t *testing.T) {
	t.Parallel()
	kit, _, n := twoBrands(t)
	b := kit.Book(kit.Hold("stalls-A-2"))
	form := "reference=" + b.Reference.Display() + "&email=" + b.Buyer.Email
	for host, want := range map[string]int{"own.example": 303, "rival.example": 404} {
		answer := n.send("POST", host, "/en/bookings", form, "Content-Type", "application/x-www-form-urlencoded")
		assert.Equal(t, want, answer.StatusCode(), host)
		assert.Equal(t, want == 303, len(answer.Header.PeekCookie("b_"+string(b.Reference))) > 0, host)
		answer = n.at(host, "/en/bookings/"+string(b.ID)+"?t="+b.Link)
		assert.Equal(t, want, answer.StatusCode(), host)
		assert.Equal(t, want == 303, len(answer.Header.PeekCookie("b_"+string(b.Reference))) > 0, host)
	}
}
