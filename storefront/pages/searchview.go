package pages

import (
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// searchView is a page of what was found.
type searchView struct {
	Title, Summary string
	Page           string // which of several it is; may be empty
	Problem        string // what is wrong with the text
	Notice         *notice
	Chosen         []link // filters, each linked to the search without it
	Clear          string // address without filters; empty when there are none
	Rows           []facetRow
	More           []facetRow // that are folded away
	Sorts          []link
	Cards          []card
	Places         []link
	Pages          []link // previous and next
	Empty          *emptyView
}

// facetRow is a filter with what can be chosen.
type facetRow struct {
	Label string
	Links []link
}

// emptyView is where to go when nothing was found.
type emptyView struct {
	Suggestion *link
	Drop       []link // filters, each linked to the search without it, which finds something
	Cities     []link // other cities that have it
	All        link
}

// searchTitle is the heading of a search in a city.
func (r *request) searchTitle(w wanted, city string) string {
	if w.text == "" {
		return r.p.T("search.in", locale.With("city", city))
	}
	return r.p.T("search.title", locale.With("text", w.text), locale.With("city", city))
}

// summaryOf says how much was found.
func (r *request) summaryOf(w wanted, total int, city string) string {
	text, in := locale.With("text", w.text), locale.With("city", city)
	switch {
	case total > 0 && w.text == "":
		return r.p.N("search.on", total)
	case total > 0:
		return r.p.N("search.found", total)
	case w.text == "":
		return r.p.T("search.none_on", in)
	case w.chosen():
		return r.p.T("search.none_chosen", text)
	}
	return r.p.T("search.none", text, in)
}

func pagesOf(total int) int { return min((total+foundPerPage-1)/foundPerPage, maxPages) }

// searching is a search of a city that is being described.
type searching struct {
	*request
	wanted
	city     catalog.City
	path     string // of the search, in the language of the page
	venues   []catalog.Venue
	currency money.Currency
}

// describeFound makes the page of what was found.
func (p *Pages) describeFound(r *request, w wanted, city catalog.City, found search.Result) (searchView, error) {
	s := &searching{request: r, wanted: w, city: city, path: r.path("/" + city.Slug + "/search"), currency: found.Currency}
	v := searchView{Title: r.searchTitle(w, city.Name), Summary: r.summaryOf(w, found.Total, city.Name)}
	var err error
	if s.venues, err = p.client.Catalog.VenuesOf(r.ctx, r.site.Partner, city.Slug); err != nil {
		return v, fmt.Errorf("venues of %s: %w", city.Slug, err)
	}
	if v.Cards, err = p.foundCards(s, found.Hits); err != nil {
		return v, err
	}
	s.addPlaces(&v, found.Places)
	s.addChosen(&v)
	s.addRows(&v, found)
	s.addSorts(&v, found)
	s.addPages(&v, found)
	if found.Total == 0 {
		v.Empty, err = p.nothing(s, found)
	}
	return v, err
}

// foundCards are the events that were found.
func (p *Pages) foundCards(s *searching, hits []search.Hit) ([]card, error) {
	zone, err := time.LoadLocation(s.city.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("zone of %s: %w", s.city.Slug, err)
	}
	ids := make([]catalog.EventID, len(hits))
	for i, h := range hits {
		ids[i] = catalog.EventID(h.Document.Entity)
	}
	events, err := p.client.Catalog.Events(s.ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	var cards []card
	for _, h := range hits {
		i := slices.IndexFunc(events, func(e catalog.Event) bool { return string(e.ID) == h.Document.Entity })
		if i >= 0 {
			l := bms.Listing{Event: events[i], FirstShow: h.Next, Shows: h.Shows, Venues: h.Venues}
			cards = append(cards, s.card(l, s.city.Slug, s.filters[search.Date], zone))
		}
	}
	return cards, nil
}

// addPlaces links the venues and cities that the words name.
func (s *searching) addPlaces(v *searchView, places []*search.Document) {
	for _, d := range places {
		switch {
		case d.Type == search.Venue:
			text := s.p.T("search.at_venue", locale.With("venue", d.Title))
			v.Places = append(v.Places, link{Text: text, Href: wanted{}.with(search.VenueOf, d.Slug).address(s.path)})
		case d.Slug != s.city.Slug:
			v.Places = append(v.Places, s.toCity(d.Title, d.Slug))
		}
	}
}

// addChosen lists the filters that are chosen.
func (s *searching) addChosen(v *searchView) {
	for _, f := range facets {
		if value := s.filters[f.dimension]; value != "" {
			v.Chosen = append(v.Chosen, link{Text: s.valueText(f.dimension, value), Href: s.with(f.dimension, "").address(s.path)})
		}
	}
	if len(v.Chosen) > 1 {
		v.Clear = wanted{text: s.text, sort: s.sort}.address(s.path)
	}
}

// addRows offers the values of filters that would find something else than what is there. What is chosen is among the chosen, and
// there it is dropped.
func (s *searching) addRows(v *searchView, found search.Result) {
	for i, f := range facets {
		counts := found.Facets[f.dimension]
		if s.filters[f.dimension] != "" || len(counts) == 0 || len(counts) == 1 && counts[0].Events == found.Total {
			continue
		}
		row := facetRow{Label: s.p.T("search.by_" + f.name)}
		for _, c := range counts[:min(len(counts), facetValues)] {
			row.Links = append(row.Links, link{
				Text: s.counted(s.valueText(f.dimension, c.Value), c.Events), Href: s.with(f.dimension, c.Value).address(s.path),
			})
		}
		if i < alwaysShown {
			v.Rows = append(v.Rows, row)
		} else {
			v.More = append(v.More, row)
		}
	}
}

// counted is something with how many events it has.
func (r *request) counted(value string, events int) string {
	return r.p.T("search.counted", locale.With("value", value), locale.With("count", r.p.Number(events)))
}

// addSorts offers the orders.
func (s *searching) addSorts(v *searchView, found search.Result) {
	if found.Total < 2 {
		return
	}
	for _, by := range []search.Sort{search.ByRelevance, search.BySoonest, search.ByTitle} {
		ordered := s.wanted
		ordered.sort, ordered.page = by, 1
		current := by == s.sort
		switch {
		case by == search.ByRelevance && s.text == "":
			continue // without words the best match is the soonest
		case by == search.ByRelevance:
			ordered.sort, current = "", s.sort == ""
		case by == search.BySoonest && s.text == "":
			current = current || s.sort == ""
		}
		v.Sorts = append(v.Sorts, link{Text: s.p.T("search.sort_" + string(by)), Href: ordered.address(s.path), Current: current})
	}
}

// addPages says which page it is, and offers the ones before and behind.
func (s *searching) addPages(v *searchView, found search.Result) {
	pages := pagesOf(found.Total)
	if pages > 1 {
		v.Page = s.p.T("search.page_of", locale.With("page", s.p.Number(s.page)), locale.With("pages", s.p.Number(pages)))
	}
	add := func(page int, text string) {
		if page >= 1 && page <= pages {
			next := s.wanted
			next.page = page
			v.Pages = append(v.Pages, link{Text: text, Href: next.address(s.path)})
		}
	}
	add(s.page-1, s.p.T("search.previous"))
	add(s.page+1, s.p.T("search.next"))
}

// valueText is a value of a filter as people say it.
func (s *searching) valueText(d search.Dimension, value string) string {
	switch d {
	case search.Date:
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			return s.p.Day(day)
		}
	case search.Kind:
		return s.p.T("kinds." + value)
	case search.Price:
		return s.priceText(value)
	case search.Language:
		return capitalized(s.p.LanguageName(value))
	case search.Format:
		return capitalized(detailOf(s.p, catalog.Show{Format: catalog.Format(value)}))
	case search.VenueOf:
		if i := slices.IndexFunc(s.venues, func(v catalog.Venue) bool { return v.Slug == value }); i >= 0 {
			return s.venues[i].Name
		}
	case search.Accessible:
		switch value {
		case "wheelchair":
			return s.p.T("search.wheelchair")
		case "subtitles":
			return s.p.T("search.subtitles")
		}
	case search.GenreOf:
		return capitalized(genreName(s.p, value))
	}
	return capitalized(value)
}

// priceText is a band of prices as people say it. Where nothing has a price there is no currency to say it in.
func (s *searching) priceText(value string) string {
	band, ok := search.ParseBand(value)
	from, to := band.Limits(s.currency)
	switch {
	case !ok || s.currency == "":
		return value
	case band.To == 0:
		return s.p.T("search.price_over", locale.With("price", s.p.Price(from)))
	case band.From == 0:
		return s.p.T("search.price_under", locale.With("price", s.p.Price(to)))
	}
	return s.p.T("search.price_between", locale.With("from", s.p.Price(from)), locale.With("to", s.p.Price(to)))
}
