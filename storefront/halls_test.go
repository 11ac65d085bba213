package storefront_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/seatview"
)

// block is a section of rows of twenty seats.
func block(key, name, category string, rows int, x, y float64) seatmap.Section {
	s := seatmap.Section{Key: key, Name: name}
	for r := range rows {
		row := seatmap.Row{Label: strconv.Itoa(r + 1)}
		for n := range 20 {
			row.Seats = append(row.Seats, seatmap.Seat{
				Label: strconv.Itoa(n + 1), X: x + float64(n), Y: y + float64(r), Category: category,
			})
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// bigHall has 920 seats in three sections, one of a single row, a stage, and a floor with an outline.
func bigHall() *seatmap.Map {
	return &seatmap.Map{
		Name:       "Big hall",
		Categories: []seatmap.Category{{Key: "silver", Name: "Silver", Colour: "#8899aa"}, {Key: "gold", Name: "Gold"}},
		Sections: []seatmap.Section{
			block("s1", "Section 1", "gold", 25, 0, 10), block("s2", "Section 2", "silver", 20, 30, 10), block("s3", "Section 3", "silver", 1, 60, 10),
		},
		Areas: []seatmap.Area{{
			Key: "pit", Name: "Pit", Category: "gold", Capacity: 50, Shape: []seatmap.Point{{X: 5, Y: 3}, {X: 15, Y: 3}, {X: 15, Y: 7}, {X: 5, Y: 7}},
		}},
		Drawings: []seatmap.Drawing{{Text: "The stage", Shape: []seatmap.Point{{X: 0, Y: 0}, {X: 50, Y: 0}, {X: 50, Y: 2}, {X: 0, Y: 2}}}},
	}
}

// kindsHall has a seat of every kind in one row, and a second row.
func kindsHall() *seatmap.Map {
	row := seatmap.Row{Label: "A"}
	for i, kind := range []seatmap.Kind{seatmap.Wheelchair, seatmap.Companion, seatmap.Recliner, seatmap.Standard, seatmap.House, seatmap.Standard} {
		row.Seats = append(row.Seats, seatmap.Seat{Label: strconv.Itoa(i + 1), X: float64(i), Y: 0, Category: "silver", Kind: kind})
	}
	second := seatmap.Row{Label: "B"}
	for i := range 6 {
		second.Seats = append(second.Seats, seatmap.Seat{Label: strconv.Itoa(i + 1), X: float64(i), Y: 1, Category: "silver"})
	}
	return &seatmap.Map{
		Name: "Small hall of all kinds", Categories: []seatmap.Category{{Key: "silver", Name: "Silver"}},
		Sections: []seatmap.Section{{Key: "main", Name: "Main", Rows: []seatmap.Row{row, second}}},
	}
}

// openHall starts a shop with one show in a hall of one's own.
func openHall(t *testing.T, m *seatmap.Map, rules catalog.SeatingRules) *shop {
	t.Helper()
	programme := bmstest.Hall(bmstest.Start, m)
	rules.Orphan = catalog.OrphanOff
	programme.Show.Seating = rules
	return open(t, bmstest.Options{Programme: programme}, storefront.Config{})
}

func TestHall_ALargeOneIsChosenFromPartByPart(t *testing.T) {
	t.Parallel()
	s := openHall(t, bigHall(), catalog.SeatingRules{})
	whole := s.visit(t).seats()
	assert.NotContains(t, whole.body, `name="seat"`, "920 boxes would be too many")
	assert.Contains(t, whole.text(), "Section 1 500 of 500 free, from ₹325")
	assert.Contains(t, whole.text(), "Section 2 400 of 400 free, from ₹225")

	part := whole.follow("Section 2")
	assert.Equal(t, "section=s2", part.url.RawQuery)
	assert.Equal(t, 400, strings.Count(part.body, `name="seat"`))
	held := part.form("Reserve and go on").add("seat", "s2-7-3", "s2-7-4").send()
	assert.Contains(t, held.text(), "Section 2, row 7, seat 3")
	assert.Contains(t, part.follow("Back to the whole hall").text(), "Section 2 398 of 400 free")
}

func TestHall_ThePartIsKeptWhenAChoiceIsRefused(t *testing.T) {
	t.Parallel()
	s := openHall(t, bigHall(), catalog.SeatingRules{})
	part := s.visit(t).get("/shows/" + string(s.Programme.Show.ID) + "?section=s1")
	s.Hold("s1-1-1")
	refused := part.form("Reserve and go on").add("seat", "s1-1-1", "s1-1-2").send()
	assert.Equal(t, 409, refused.status)
	assert.Contains(t, refused.text(), "Just taken: Section 1, row 1, seat 1.")
	assert.Equal(t, []string{"s1-1-2"}, refused.form("Reserve and go on").fields["seat"])
}

func TestHall_AnUnknownPartIsTheWhole(t *testing.T) {
	t.Parallel()
	s := openHall(t, bigHall(), catalog.SeatingRules{})
	p := s.visit(t).get("/shows/" + string(s.Programme.Show.ID) + "?section=none")
	assert.Contains(t, p.text(), "Choose a part of the hall")
}

func TestHall_PlacesInAnAreaOfALargeHall(t *testing.T) {
	t.Parallel()
	s := openHall(t, bigHall(), catalog.SeatingRules{})
	held := s.visit(t).seats().form("Reserve and go on").set("area.pit.adult", "2").send()
	assert.Contains(t, held.text(), "Pit Adult ₹300.00")
	assert.Contains(t, s.visit(t).seats().text(), "48 places free")
}

func TestHall_SeatsOfEveryKind(t *testing.T) {
	t.Parallel()
	s := openHall(t, kindsHall(), catalog.SeatingRules{WheelchairNeedsRequest: true})
	p := s.visit(t).seats()
	for _, says := range []string{"row A, Silver, wheelchair space, ₹225", "row A, Silver, companion seat", "row A, Silver, recliner", "5 of 5 free"} {
		assert.Contains(t, p.text(), says)
	}
	assert.Contains(t, p.text(), "Main 11 of 11 free", "the house's seat does not count")
	for _, in := range all(p.doc, "input") {
		if attr(in, "value") == "main-A-5" {
			assert.True(t, has(in, "disabled"), "the house's seat is not for sale")
		}
	}
}

func TestHall_WheelchairSpacesAreForThoseWhoNeedThem(t *testing.T) {
	t.Parallel()
	s := openHall(t, kindsHall(), catalog.SeatingRules{WheelchairNeedsRequest: true})
	refused := s.visit(t).seats().form("Reserve and go on").add("seat", "main-A-1").send()
	assert.Equal(t, 403, refused.status)
	assert.Contains(t, refused.text(), "kept for wheelchair users")
	b := s.visit(t)
	held := b.seats().form("Reserve and go on").add("seat", "main-A-1", "main-A-2").set("accessible", "1").send()
	assert.Contains(t, held.text(), "Main, row A, seat 1")
	s.Clock.Advance(catalog.DefaultHoldFor + 1e9*60)
	again := b.get(held.url.Path).form("Reserve the same places again").send()
	assert.Contains(t, again.text(), "Main, row A, seat 1", "who had it may have it again")
}

func TestHall_ABestPlaceForAWheelchairAndItsCompanion(t *testing.T) {
	t.Parallel()
	s := openHall(t, kindsHall(), catalog.SeatingRules{WheelchairNeedsRequest: true})
	held := s.visit(t).seats().form("Reserve the best seats").set("count", "2", "wheelchairs", "1", "companions", "1").send()
	assert.Contains(t, held.text(), "Main, row A, seat 1")
	assert.Contains(t, held.text(), "Main, row A, seat 2")
}

// elementOn is the configuration of the seat map element of a page.
func elementOn(p *page) (n *html.Node, c seatview.Config) {
	p.t.Helper()
	n = all(p.doc, "bms-seatmap")[0]
	require.NoError(p.t, json.Unmarshal([]byte(rawText(all(n, "script")[0])), &c))
	return n, c
}

func TestHall_WhatTheElementIsTold(t *testing.T) {
	t.Parallel()
	s := openHall(t, kindsHall(), catalog.SeatingRules{MaxPerHold: 4})
	p := s.visit(t).seats()
	n, c := elementOn(p)
	id := string(s.Programme.Show.ID)
	assert.Equal(t, "/shows/"+id+"/live", attr(n, "live"))
	assert.Equal(t, "/api/v1/shows/"+id+"/seats", attr(n, "status"))
	assert.Equal(t, "4", attr(n, "max"))
	assert.Equal(t, money.Currency("INR"), c.Currency)
	assert.Equal(t, 2, c.Exponent)
	assert.Equal(t, "en-IN", c.Locale)
	assert.Equal(t, "Screen", c.Front)
	require.Len(t, c.Types, 2)
	assert.Equal(t, "Child (up to 12)", c.Types[1].Name)
	assert.Equal(t, int64(22500), *c.Prices["silver"][0])
	assert.Equal(t, int64(12500), *c.Prices["silver"][1])
	assert.Equal(t, "/api/v1/shows/"+id+"/quote", attr(n, "quote"), "a fee for the whole booking does not add up")
	for key := range seatview.English() {
		assert.Contains(t, c.Texts, key, "a page gives all words of the element or none")
	}
	answer, _ := p.raw("GET", attr(n, "geometry"), map[string]string{"Accept-Encoding": "br"}, "")
	assert.Equal(t, 200, answer.StatusCode)
	assert.Equal(t, "br", answer.Header.Get("Content-Encoding"))
	assert.Contains(t, answer.Header.Get("Cache-Control"), "immutable")
	answer, body := p.raw("GET", attr(n, "status"), nil, "")
	assert.Equal(t, 200, answer.StatusCode, "the address to ask is the API's")
	assert.Contains(t, string(body), `"frames"`)
	for _, l := range all(p.doc, "link") {
		if attr(l, "rel") == "preload" || attr(l, "rel") == "modulepreload" {
			answer, _ := p.raw("GET", attr(l, "href"), nil, "")
			assert.Equal(t, 200, answer.StatusCode, attr(l, "href"))
		}
	}
}

func TestHall_TheElementSpeaksTheLanguageOfThePage(t *testing.T) {
	t.Parallel()
	s := openHall(t, kindsHall(), catalog.SeatingRules{})
	p := s.visit(t).get("/ar/shows/" + string(s.Programme.Show.ID))
	assert.Equal(t, "rtl", attr(all(p.doc, "html")[0], "dir"))
	_, c := elementOn(p)
	assert.Equal(t, "ar-AE", c.Locale)
	assert.Equal(t, "بالغ", c.Types[0].Name)
	assert.NotEqual(t, seatview.English()["nothing"], c.Texts["nothing"])
	assert.Len(t, c.Texts["places"].Plural, 6, "as many forms as the language has")
}

func TestHall_AChoiceThatWasRefusedIsStillChosen(t *testing.T) {
	t.Parallel()
	s := openHall(t, kindsHall(), catalog.SeatingRules{})
	p := s.visit(t).seats()
	s.Hold("main-B-1")
	refused := p.form("Reserve and go on").add("seat", "main-B-1", "main-B-2").set("accessible", "1").send()
	_, c := elementOn(refused)
	require.NotNil(t, c.Chosen)
	assert.Equal(t, []string{"main-B-2"}, c.Chosen.Seats, "without the one that is gone")
	assert.True(t, c.Chosen.Accessible)
}

func TestHall_SeatsBySomebodyElseAreMarkedForEverybody(t *testing.T) {
	t.Parallel()
	s := openHall(t, kindsHall(), catalog.SeatingRules{})
	s.Hold("main-B-1")
	s.Buy("main-B-2")
	_, err := s.Seats.Block(t.Context(), bms.BlockRequest{ShowID: s.Programme.Show.ID, Seats: []string{"main-B-3"}, Reason: "camera"})
	require.NoError(t, err)
	p := s.visit(t).seats()
	gone := 0
	for _, in := range all(p.doc, "input") {
		if strings.HasPrefix(attr(in, "value"), "main-B-") && has(in, "disabled") {
			gone++
		}
	}
	assert.Equal(t, 3, gone, "not by shape alone: the box is out of reach")
	assert.Equal(t, 4, strings.Count(p.text(), "not available"), "and said, the house's seat included")
}

func TestHall_ACategoryWithoutAPriceIsSaidToHaveNone(t *testing.T) {
	t.Parallel()
	s := openHall(t, kindsHall(), catalog.SeatingRules{})
	list := s.Programme.Prices
	list.Version++
	list.Prices = list.Prices[:1] // no price for children
	require.NoError(t, s.Prices.PutList(t.Context(), list))
	refused := s.visit(t).seats().form("Reserve and go on").add("seat", "main-B-1").set("type.main-B-1", "nobody").send()
	assert.Equal(t, 400, refused.status)
	adult := s.visit(t).post("/shows/"+string(s.Programme.Show.ID)+"/holds", url.Values{"mode": {"seats"}, "seat": {"main-B-1"}})
	assert.Contains(t, adult.text(), "Main, row B, seat 1 Adult ₹200.00")
}
