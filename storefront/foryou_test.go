package storefront_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/foryou/foryoutest"
)

// suggesting is a shop that suggests a recital, because of the event that it began with.
type suggesting struct {
	*shop

	to      *foryoutest.Recommender
	recital catalog.Event
}

// openSuggesting opens a shop with a recommender.
func openSuggesting(t *testing.T) suggesting {
	t.Helper()
	to := &foryoutest.Recommender{}
	s := open(t, bmstest.Options{}, storefront.Config{Recommender: to})
	return suggesting{s, to, addRecital(t, s, to)}
}

// addRecital adds a second event to a shop and has it suggested.
func addRecital(t *testing.T, s *shop, to *foryoutest.Recommender) catalog.Event {
	t.Helper()
	recital := s.Programme.Event
	recital.ID, recital.Slug, recital.Title, recital.Kind = id.New[catalog.EventID](catalog.EventPrefix, s.Now()), "recital", "Recital", catalog.Concert
	require.NoError(t, s.Catalog.PutEvent(t.Context(), recital))
	s.another(t, 24, func(show *catalog.Show) { show.EventID = recital.ID })
	to.Put(foryou.Suggestion{Event: recital.ID, Reason: foryou.Reason{Code: "viewed", Event: s.Programme.Event.ID}})
	return recital
}

// section asks for what fills the section of a page, as its script does, and returns the status and the markup.
func (b *browser) section(fields url.Values, header ...string) (int, string) {
	b.t.Helper()
	sent := formHeader()
	for i := 0; i < len(header); i += 2 {
		sent[header[i]] = header[i+1]
	}
	answer, body := b.raw(http.MethodPost, "/en/for-you", sent, fields.Encode())
	assert.Equal(b.t, "no-store", answer.Header.Get("Cache-Control"))
	return answer.StatusCode, string(body)
}

// tell posts what a script posts without wanting a page.
func (b *browser) tell(path string, fields url.Values, header ...string) int {
	b.t.Helper()
	sent := formHeader()
	for i := 0; i < len(header); i += 2 {
		sent[header[i]] = header[i+1]
	}
	fields.Set("quiet", "1")
	answer, _ := b.raw(http.MethodPost, "/en/for-you"+path, sent, fields.Encode())
	return answer.StatusCode
}

// agree has a browser agree to be remembered, and returns its id.
func (b *browser) agree() string {
	b.t.Helper()
	require.Equal(b.t, 204, b.tell("/choice", url.Values{"personal": {"yes"}}))
	visitor := b.cookie("visitor", "/")
	require.NotEmpty(b.t, visitor)
	return visitor
}

// recorded are the deeds that were recorded up to now.
func (s suggesting) recorded() []foryou.Deed {
	s.server.Flush()
	return s.to.Deeds()
}

// inMumbai asks for what fills the city's page.
func inMumbai() url.Values { return url.Values{"surface": {"city"}, "city": {"mumbai"}} }

func TestForYou_TheSectionSaysWhatAndWhy(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	status, part := s.visit(t).section(inMumbai())
	require.Equal(t, 200, status)
	for _, says := range []string{
		"Recital", "Because you looked at The General", "Wed, 25 Nov, 5:30", "Aurora Fort, Mumbai", `href="/en/mumbai/events/recital"`,
		"May we remember what you look at here", `href="/en/for-you#used"`,
	} {
		assert.Contains(t, part, says)
	}
	assert.NotContains(t, part, "Not interested", "there is nowhere to keep that")
	assert.Equal(t, []foryou.Wish{{City: "mumbai", Within: true, Language: "en", N: 12, Surface: "city"}}, s.to.Wishes())
}

func TestForYou_EachPageAsksInItsOwnWay(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	b := s.visit(t)
	own, other := string(s.Programme.Event.ID), string(s.recital.ID)
	phone := []string{"User-Agent", "Mozilla/5.0 (Linux; Android 15) Mobile"}
	for _, row := range []struct {
		fields url.Values
		header []string
		want   foryou.Wish
	}{
		{url.Values{"surface": {"home"}, "city": {"mumbai"}, "recent": {own, "nonsense", own, other}}, phone, foryou.Wish{
			City: "mumbai", N: 12, Surface: "home", Recent: []catalog.EventID{s.Programme.Event.ID, s.recital.ID}, Phone: true,
		}},
		{url.Values{"surface": {"home"}, "city": {"atlantis"}, "shown": {own, ""}}, nil, foryou.Wish{
			N: 12, Surface: "home", Exclude: []catalog.EventID{s.Programme.Event.ID},
		}},
		{url.Values{"surface": {"event"}, "city": {"mumbai"}, "event": {own}}, []string{"Sec-CH-UA-Mobile", "?1"}, foryou.Wish{
			City: "mumbai", Within: true, N: 12, Surface: "event", Like: s.Programme.Event.ID, Exclude: []catalog.EventID{s.Programme.Event.ID}, Phone: true,
		}},
	} {
		status, _ := b.section(row.fields, row.header...)
		require.Equal(t, 200, status)
		wishes := s.to.Wishes()
		row.want.Language = "en"
		assert.Equal(t, row.want, wishes[len(wishes)-1])
	}
}

func TestForYou_WhatCannotBeBoughtIsNotShown(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	s.to.Put(foryou.Suggestion{Event: "evt_00000000000000000000000000"}, foryou.Suggestion{Event: s.recital.ID, Reason: foryou.Reason{Code: "genre"}})
	b := s.visit(t)
	_, part := b.section(inMumbai())
	assert.Equal(t, 1, strings.Count(part, "data-suggestion="), "nobody knows the other")
	assert.Contains(t, part, "One of our suggestions", "a reason that lacks its name is not made up")
	status, body := b.section(url.Values{"surface": {"city"}, "city": {"mumbai"}, "shown": {string(s.recital.ID)}})
	assert.Equal(t, 204, status, "the section goes")
	assert.Empty(t, body)
	pune := s.Programme.Venue
	pune.ID, pune.Slug, pune.City, pune.CitySlug = id.New[catalog.VenueID](catalog.VenuePrefix, s.Now()), "pune-hall", "Pune", "pune"
	require.NoError(t, s.Catalog.PutVenue(t.Context(), pune))
	status, _ = b.section(url.Values{"surface": {"city"}, "city": {"pune"}})
	assert.Equal(t, 204, status, "the page of a city has what is on there")
	status, part = b.section(url.Values{"surface": {"home"}, "city": {"pune"}})
	assert.Equal(t, 200, status)
	assert.Contains(t, part, "Aurora Fort, Mumbai", "elsewhere is better than nothing")
	s.Clock.Advance(60 * 24 * time.Hour)
	status, _ = b.section(inMumbai())
	assert.Equal(t, 204, status, "all is over")
}

func TestForYou_ARecommenderThatFailsOrIsSlowSpoilsNoPage(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	b := s.visit(t)
	s.to.Break(errors.New("down"))
	status, _ := b.section(inMumbai())
	assert.Equal(t, 204, status)
	assert.Contains(t, b.get("/for-you").text(), "There is nothing to suggest at the moment.")
	s.to.Break(nil)
	s.to.Stick()
	assert.Contains(t, b.reserve("stalls-A-1").ada().pay("pay").text(), "You are booked.")
}

func TestForYou_Refusals(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	b := s.visit(t)
	status, _ := b.section(url.Values{"surface": {"nowhere"}})
	assert.Equal(t, 400, status)
	assert.Equal(t, 400, b.tell("/seen", url.Values{"kind": {"book"}}), "what is booked is not for browsers to say")
	assert.Equal(t, 404, b.tell("/hide", url.Values{"event": {"evt_00000000000000000000000000"}}))
	evil := map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
	for _, path := range []string{"", "/choice", "/seen", "/like", "/hide", "/forget"} {
		answer, _ := b.raw(http.MethodPost, "/en/for-you"+path, evil, "personal=yes&surface=home")
		assert.Equal(t, 403, answer.StatusCode, path)
	}
	for range 60 {
		status, _ = b.section(url.Values{"surface": {"nowhere"}})
	}
	assert.Equal(t, 429, status)
}

func TestForYou_NothingIsRecordedWithoutConsent(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	event := string(s.recital.ID)
	everything := func(b *browser, header ...string) {
		for _, kind := range []string{"view", "shown", "click"} {
			assert.Equal(t, 204, b.tell("/seen", url.Values{"kind": {kind}, "event": {event}}, header...))
		}
		b.tell("/like", url.Values{"event": {event}}, header...)
		b.tell("/hide", url.Values{"event": {event}}, header...)
		b.section(inMumbai(), header...)
	}
	unasked, no, gone := s.visit(t), s.visit(t), s.visit(t)
	assert.Equal(t, 204, no.tell("/choice", url.Values{"personal": {"no"}}))
	everything(unasked)
	unasked.reserve("stalls-A-1")
	everything(no)
	no.reserve("stalls-A-2")
	for _, header := range []string{"Sec-GPC", "DNT"} {
		gone.agree()
		everything(gone, header, "1")
	}
	assert.Empty(t, s.recorded())
	for _, w := range s.to.Wishes() {
		assert.Empty(t, w.Visitor)
	}
	assert.Empty(t, unasked.cookie("personal", "/"))
	_, part := no.section(inMumbai())
	assert.NotContains(t, part, "May we remember", "nobody is asked twice")
	_, part = unasked.section(inMumbai(), "Sec-GPC", "1")
	assert.NotContains(t, part, "May we remember", "the browser has answered")

	yes := s.visit(t)
	visitor := yes.agree()
	everything(yes)
	yes.reserve("stalls-B-1")
	var kinds []string
	for _, d := range s.recorded() {
		assert.Equal(t, visitor, d.Visitor)
		kinds = append(kinds, d.Kind)
	}
	assert.ElementsMatch(t, []string{"view", "shown", "click", "like", "hide", "hold"}, kinds, "whoever has agreed is remembered")
	wishes := s.to.Wishes()
	assert.Equal(t, visitor, wishes[len(wishes)-1].Visitor)
}

func TestForYou_DeedsSayWhereAndWhen(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	b := s.visit(t)
	visitor := b.agree()
	fields := url.Values{"kind": {"click"}, "event": {string(s.recital.ID), "evt_x"}, "city": {"mumbai"}, "surface": {"home"}}
	require.Equal(t, 204, b.tell("/seen", fields, "Sec-CH-UA-Mobile", "?1"))
	fields = url.Values{"kind": {"view"}, "event": {string(s.recital.ID)}, "city": {strings.Repeat("x", 500)}, "surface": {"elsewhere"}}
	require.Equal(t, 204, b.tell("/seen", fields))
	at := s.Now()
	assert.Equal(t, []foryou.Deed{
		{Visitor: visitor, Event: s.recital.ID, Kind: "click", City: "mumbai", Phone: true, Surface: "home", At: at},
		{Visitor: visitor, Event: s.recital.ID, Kind: "view", At: at},
	}, s.recorded())
}

func TestForYou_TheChoiceIsKeptForAYearAndScriptsMayReadIt(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	answer, _ := s.visit(t).raw(http.MethodPost, "/en/for-you/choice", formHeader(), "personal=yes&quiet=1")
	var all []string
	for _, c := range answer.Cookies() {
		if c.Name == "personal" {
			assert.Equal(t, "yes", c.Value)
			assert.Equal(t, 365*24*3600, c.MaxAge)
			assert.Equal(t, http.SameSiteLaxMode, c.SameSite)
			assert.False(t, c.HttpOnly)
		}
		all = append(all, c.Name)
	}
	assert.ElementsMatch(t, []string{"personal", "visitor"}, all)
}

// All of it by forms alone.
func TestForYou_ThePageWithoutScript(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	b := s.visit(t)
	p := b.get("/mumbai").follow("All suggestions")
	assert.Equal(t, "/en/for-you", p.url.Path)
	assert.Contains(t, p.body, `<meta name="robots" content="noindex">`)
	assert.Equal(t, "no-store", p.header.Get("Cache-Control"))
	assert.Contains(t, p.text(), "Because you looked at The General")
	assert.Contains(t, p.text(), "We remember nothing that you look at.")
	p = p.form("Remember what I look at").send()
	assert.Equal(t, "/en/for-you", p.url.Path)
	assert.Contains(t, p.text(), "You have agreed that we remember")
	p = p.form("I like this").send()
	p = p.form("Not interested").send()
	assert.NotContains(t, p.text(), "Because you looked at", "it is hidden at once")
	assert.Contains(t, p.text(), "Hidden by you Recital Undo")
	p = p.form("Undo").send()
	assert.NotContains(t, p.text(), "Hidden by you")
	assert.Contains(t, p.text(), "Because you looked at The General")
	assert.Len(t, s.to.Deeds(), 1, "liked it is still")
	visitor := b.cookie("visitor", "/")
	p = p.form("Forget what you know of me").send()
	assert.Contains(t, p.text(), "We have forgotten it")
	assert.Contains(t, p.text(), "We remember nothing that you look at.")
	assert.Contains(t, p.body, "data-forgotten", "by which a script clears the list of this browser")
	assert.Equal(t, []string{visitor}, s.to.Forgotten())
	assert.Empty(t, s.to.Deeds())
	_, part := b.section(inMumbai())
	assert.Contains(t, part, "May we remember", "and he is asked anew")
}

func TestForYou_WhoEndsItIsForgotten(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	b := s.visit(t)
	visitor := b.agree()
	b.tell("/seen", url.Values{"kind": {"view"}, "event": {string(s.recital.ID)}})
	p := b.get("/for-you").form("Stop, and forget").send()
	assert.Contains(t, p.text(), "We remember nothing that you look at.")
	assert.Equal(t, []string{visitor}, s.to.Forgotten())
	assert.Empty(t, s.recorded(), "what was on its way is gone, too")
}

func TestForYou_ForgettingTheDeviceForgetsEverywhere(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	b := s.visit(t)
	visitor := b.agree()
	s.to.Break(errors.New("down"))
	failed := b.get("/tickets").form("Forget this device").send()
	assert.Equal(t, 500, failed.status)
	assert.Equal(t, visitor, b.cookie("visitor", "/"), "it can be tried again")
	s.to.Break(nil)
	assert.Contains(t, b.get("/tickets").form("Forget this device").send().text(), "This device has forgotten you")
	assert.Equal(t, []string{visitor}, s.to.Forgotten())
	assert.Empty(t, b.cookie("personal", "/"))
}

func TestForYou_BehindABooking(t *testing.T) {
	t.Parallel()
	s := openSuggesting(t)
	s.to.Put(
		foryou.Suggestion{Event: s.Programme.Event.ID, Reason: foryou.Reason{Code: "popular"}},
		foryou.Suggestion{Event: s.recital.ID, Reason: foryou.Reason{Code: "booked", Event: s.Programme.Event.ID}},
	)
	b := s.visit(t)
	unpaid := b.reserve("stalls-A-1").ada()
	assert.NotContains(t, unpaid.text(), "You may also like", "nobody is kept from paying")
	paid := unpaid.pay("pay")
	assert.Contains(t, paid.text(), "You may also like")
	assert.Contains(t, paid.text(), "Because you booked The General")
	wishes := s.to.Wishes()
	assert.Equal(t, foryou.Wish{Like: s.Programme.Event.ID, City: "mumbai", Within: true, Language: "en", N: 6, Surface: "booked"}, wishes[len(wishes)-1])
	cancelled := paid.follow("Cancel tickets").form("See what you get back").send().form("Cancel these tickets").send()
	assert.Contains(t, cancelled.text(), "Booking cancelled")
	assert.NotContains(t, cancelled.text(), "You may also like")
}

func TestForYou_WithoutARecommenderThereIsNothing(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	for _, path := range []string{"/en", "/mumbai", "/mumbai/events/the-general", "/tickets"} {
		p := b.get(path)
		assert.NotContains(t, p.body, "for-you", path)
		assert.NotContains(t, p.text(), "Suggestions", path)
	}
	assert.Equal(t, 404, b.get("/for-you").status)
	paid := b.reserve("stalls-A-1").ada().pay("pay")
	assert.NotContains(t, paid.text(), "You may also like")
	assert.Contains(t, b.get("/tickets").form("Forget this device").send().text(), "This device has forgotten you")
}

// What is personal is never in a page that is kept for everybody.
func TestForYou_PublicPagesAreTheSameForEverybody(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	to := &foryoutest.Recommender{}
	n := frontOf(t, kit, storefront.Config{Recommender: to})
	to.Put(foryou.Suggestion{Event: kit.Programme.Event.ID, Reason: foryou.Reason{Code: "booked", Event: kit.Programme.Event.ID}})
	for _, path := range []string{"/en", "/en/mumbai", "/en/mumbai/events/the-general"} {
		theirs := n.ask(path)
		mine := n.ask(path, "Cookie", "personal=yes; visitor=ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		never := n.ask(path, "Cookie", "personal=no", "Sec-GPC", "1")
		require.Equal(t, 200, mine.StatusCode(), path)
		for _, answer := range []*fasthttp.Response{mine, never} {
			assert.Equal(t, string(theirs.Body()), string(answer.Body()), path)
			assert.Empty(t, answer.Header.Peek("Set-Cookie"), path)
		}
		body := string(mine.Body())
		assert.Equal(t, 1, strings.Count(body, "data-for-you="), path)
		assert.NotContains(t, body, "May we remember", path)
		assert.NotContains(t, body, "data-suggestion=", path)
	}
	assert.Empty(t, to.Wishes(), "no page asks while it is made")
	for _, kept := range n.front.Cache().Top(100) {
		assert.NotContains(t, kept.Address, "for-you")
	}
}

func TestForYou_PartnersNeverSeeEachOthersEvents(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	r := addRival(t, kit)
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), brandOf(kit, kit.Programme.Partner.ID, "1", "Own House", "own.example")))
	to := &foryoutest.Recommender{}
	n := frontOf(t, kit, storefront.Config{Recommender: to})
	to.Put(
		foryou.Suggestion{Event: r.event.ID, Reason: foryou.Reason{Code: "popular"}},
		foryou.Suggestion{Event: kit.Programme.Event.ID, Reason: foryou.Reason{Code: "booked", Event: r.event.ID}},
	)
	const cookie = "personal=yes; visitor=ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	require.NoError(t, to.Record(t.Context(), []foryou.Deed{{Visitor: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", Event: r.event.ID, Kind: "hide"}}))
	to.Put(foryou.Suggestion{Event: kit.Programme.Event.ID, Reason: foryou.Reason{Code: "booked", Event: r.event.ID}})
	own := string(n.at("own.example", "/en/for-you", "Cookie", cookie).Body())
	assert.Contains(t, own, "The General")
	assert.Contains(t, own, "Because of what you booked", "what cannot be named is said in less")
	assert.NotContains(t, own, "Rival Night")
	wishes := to.Wishes()
	assert.Equal(t, kit.Programme.Partner.ID, wishes[0].Partner)
	everywhere := string(n.at("anywhere.example", "/en/for-you", "Cookie", cookie).Body())
	assert.Contains(t, everywhere, "Because you booked Rival Night")
	assert.Contains(t, everywhere, "Hidden by you")

	rc := requestTo("/en/for-you/hide")
	rc.Request.Header.SetMethod(http.MethodPost)
	rc.Request.Header.SetHost("own.example")
	rc.Request.Header.Set("Cookie", cookie)
	rc.Request.Header.SetContentType("application/x-www-form-urlencoded")
	rc.Request.SetBodyString("event=" + string(r.event.ID))
	n.front.Handler(rc)
	assert.Equal(t, 404, rc.Response.StatusCode())
}

func TestForYou_HostileTextsStayTexts(t *testing.T) {
	t.Parallel()
	const markup = `"><script>alert(1)</script>`
	s := openSuggesting(t)
	s.recital.Title = markup
	require.NoError(t, s.Catalog.PutEvent(t.Context(), s.recital))
	s.to.Put(foryou.Suggestion{Event: s.recital.ID, Reason: foryou.Reason{Code: "artist", Name: markup}})
	b := s.visit(t)
	b.agree()
	_, part := b.section(inMumbai())
	require.Contains(t, part, "&lt;script&gt;")
	assert.NotContains(t, part, "<script>alert")
	p := b.get("/for-you").form("Not interested").send()
	assert.NotContains(t, p.body, "<script>alert")
	for _, bad := range hostile {
		for _, body := range []string{"surface=city&city=" + bad, "surface=" + bad, "surface=home&recent=" + bad} {
			answer, _ := b.raw(http.MethodPost, "/en/for-you", formHeader(), body)
			assert.Equal(t, 400, answer.StatusCode, body)
		}
	}
}
