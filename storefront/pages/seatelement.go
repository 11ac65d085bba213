package pages

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/seatview"
)

// elementView is the element <bms-seatmap> of a page.
type elementView struct {
	Geometry string // addresses
	Status   string
	Live     string
	Quote    string // empty where prices add up
	Max      int
	Config   seatview.Config
}

// quoted has the element ask what tickets cost together, where that is not the sum of their prices.
func (v elementView) quoted() templ.Attributes {
	if v.Quote == "" {
		return nil
	}
	return templ.Attributes{"quote": v.Quote}
}

// elementView is the element of a show with a choice.
func (p *Pages) elementView(o occasion, h *hall, c choice) elementView {
	base := "/shows/" + string(o.show.ID)
	v := elementView{
		Geometry: "/api/v1" + base + "/geometry?digest=" + p.cfg.Halls.Of(h.snap.Plan).Digest, Status: "/api/v1" + base + "/seats", Live: base + "/live",
		Max: o.show.Seating.WithDefaults().MaxPerHold,
	}
	if !h.table.AddsUp {
		v.Quote = "/api/v1" + base + "/quote"
	}
	v.Config = seatview.Config{
		Currency: h.table.Currency, Exponent: h.table.Currency.Exponent(), Locale: h.p.Tag(), Prices: h.pricesByKey(), Texts: textsOf(h.p.Words("map.")),
		Front: h.p.T("front." + frontOf(o.event.Kind)), Chosen: h.chosen(c),
	}
	v.Config.Views, v.Config.Background = viewsOf(h.snap.Plan), backgroundOf(h.snap.Plan)
	for _, b := range h.table.BuyerTypes {
		v.Config.Types = append(v.Config.Types, seatview.BuyerType{Key: b.Key, Name: buyerName(h.p, b)})
	}
	return v
}

// viewsOf says what one sees from which seats, by rows.
func viewsOf(plan *seatmap.Plan) []seatview.ViewNote {
	var views []seatview.ViewNote
	for _, row := range plan.Rows {
		v := plan.ViewOf(row.Seats.First)
		if v == nil {
			continue
		}
		if n := len(views); n > 0 && views[n-1].End == int(row.Seats.First) && views[n-1].Note == v.Note && views[n-1].Text == v.Text && views[n-1].Image == v.Image {
			views[n-1].End = int(row.Seats.End)
			continue
		}
		views = append(views, seatview.ViewNote{First: int(row.Seats.First), End: int(row.Seats.End), Note: v.Note, Text: v.Text, Image: v.Image})
	}
	return views
}

// backgroundOf is the picture below the seats; nil for none.
func backgroundOf(plan *seatmap.Plan) *seatview.Background {
	b := plan.Background
	if b == nil {
		return nil
	}
	return &seatview.Background{Source: b.Image, X: b.X, Y: b.Y, Width: b.Width, Height: b.Height}
}

// pricesByKey are the prices in minor units by category, nil where there is none.
func (h *hall) pricesByKey() map[string][]*int64 {
	prices := map[string][]*int64{}
	for key, list := range h.prices {
		row := make([]*int64, len(list))
		for i := range list {
			if list[i].Currency != "" {
				row[i] = &list[i].Minor
			}
		}
		prices[key] = row
	}
	return prices
}

// chosen is a choice for the element; nil when nothing is chosen.
func (h *hall) chosen(c choice) *seatview.Chosen {
	chosen := seatview.Chosen{Types: c.Types, Accessible: c.Accessible}
	for _, item := range c.seats(h.snap.Plan) {
		if n, ok := h.snap.Plan.Seat(item.Seat); ok && h.free(n) {
			chosen.Seats = append(chosen.Seats, item.Seat)
		}
	}
	for key, text := range c.Areas {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			if chosen.Areas == nil {
				chosen.Areas = map[string]int{}
			}
			chosen.Areas[key] = n
		}
	}
	if len(chosen.Seats)+len(chosen.Areas) == 0 && !chosen.Accessible {
		return nil
	}
	return &chosen
}

// textsOf are texts of a language as the element wants them.
func textsOf(words map[string]any) seatview.Texts {
	texts := seatview.Texts{}
	for key, word := range words {
		switch word := word.(type) {
		case string:
			texts[key] = seatview.Text{Whole: word}
		case map[string]string:
			texts[key] = seatview.Text{Plural: word}
		}
	}
	return texts
}

// frontOf is what an audience looks at.
func frontOf(kind catalog.Kind) string {
	switch kind {
	case catalog.Film:
		return "screen"
	case catalog.Sport:
		return "field"
	case catalog.Concert, catalog.Play, catalog.Festival, catalog.Online:
	}
	return "stage"
}

// preload is something that the page will want at once.
type preload struct{ Href, As string }

// withSeatMap has the page load the element, and what that asks for first, early.
func (f frame) withSeatMap(files *assets.Set, e elementView) frame {
	f.Scripts = append(f.Scripts, files.Path("seatmap.js"))
	f.Modules = append(append(f.Modules, files.Path("chooser.js")), files.Preload("seatmap.js")...)
	f.Preloads = append(f.Preloads, preload{files.Path("seatmap.css"), "fetch"}, preload{e.Geometry, "fetch"}, preload{e.Status, "fetch"})
	return f
}
