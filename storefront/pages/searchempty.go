package pages

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// nothing is where to go when nothing was found.
func (p *Pages) nothing(s *searching, found search.Result) (*emptyView, error) {
	v := &emptyView{All: link{Text: s.p.T("city.show_all", locale.With("city", s.city.Name)), Href: s.request.path("/" + s.city.Slug)}}
	better := wanted{text: found.Suggestion, filters: s.filters, sort: s.sort}
	if better.text == "" && s.chosen() { // what was chosen may hide what was meant
		free, err := p.lookFor(s.request, search.Query{Text: s.text, City: s.city.Slug})
		if err != nil {
			return nil, err
		}
		better = wanted{text: free.Suggestion, sort: s.sort}
	}
	if better.text != "" {
		v.Suggestion = &link{Text: better.text, Href: better.address(s.path)}
	}
	var err error
	if v.Drop, err = p.droppable(s); err != nil {
		return nil, err
	}
	v.Cities, err = p.elsewhere(s.request, s.text, s.city.Slug)
	return v, err
}

// droppable are the filters without which something is found.
func (p *Pages) droppable(s *searching) ([]link, error) {
	var drop []link
	for _, f := range facets {
		value := s.filters[f.dimension]
		if value == "" {
			continue
		}
		without := s.with(f.dimension, "")
		less, err := p.lookFor(s.request, search.Query{Text: s.text, City: s.city.Slug, Filters: without.filters})
		if err != nil {
			return nil, err
		}
		if less.Total > 0 {
			text := s.p.T("search.without", locale.With("filter", s.valueText(f.dimension, value)), locale.With("count", s.p.Number(less.Total)))
			drop = append(drop, link{Text: text, Href: without.address(s.path)})
		}
	}
	return drop, nil
}

// mostCities is how many other cities are named.
const mostCities = 6

// elsewhere are the cities that have what somebody looks for, but one.
func (p *Pages) elsewhere(r *request, text, but string) ([]link, error) {
	if text == "" {
		return nil, nil
	}
	found, err := p.lookFor(r, search.Query{Text: text})
	if err != nil {
		return nil, err
	}
	cities, err := p.client.Catalog.CitiesOf(r.ctx, r.site.Partner)
	if err != nil {
		return nil, fmt.Errorf("cities: %w", err)
	}
	var list []link
	for _, c := range found.Cities {
		i := slices.IndexFunc(cities, func(city catalog.City) bool { return city.Slug == c.Value })
		if i >= 0 && c.Value != but && len(list) < mostCities {
			list = append(list, r.cityWith(cities[i], text, c.Events))
		}
	}
	return list, nil
}

// cityWith is a link to what a city has of what somebody looks for.
func (r *request) cityWith(city catalog.City, text string, events int) link {
	return link{Text: r.counted(city.Name, events), Href: wanted{text: text}.address(r.path("/" + city.Slug + "/search"))}
}

// In the first seconds after a start there is no index yet. Whoever searches then finds by titles, and is told so; nobody keeps
// the page.

// startingNotice says that only titles are looked through.
func (r *request) startingNotice(again string) *notice {
	return &notice{
		Title: r.p.T("search.starting"), Lines: []string{r.p.T("search.starting_text")},
		Fields: []link{{Text: r.p.T("search.again"), Href: again}},
	}
}

// searchTitles is what a city has by its titles.
func (p *Pages) searchTitles(r *request, f frame, w wanted, city catalog.City) error {
	zone, err := time.LoadLocation(city.TimeZone)
	if err != nil {
		return fmt.Errorf("zone of %s: %w", city.Slug, err)
	}
	v := searchView{Title: r.searchTitle(w, city.Name), Notice: r.startingNotice(w.address(r.path("/" + city.Slug + "/search")))}
	on, err := p.titled(r, city.Slug, w)
	if err != nil {
		return err
	}
	for _, l := range on {
		v.Cards = append(v.Cards, r.card(l, city.Slug, w.filters[search.Date], zone))
	}
	if len(on) > 0 {
		v.Summary = r.summaryOf(w, len(on), city.Name)
	}
	f.Hidden = true
	return r.show(fasthttp.StatusOK, cacheNever, searchPage(f, v))
}

// citiesByTitle are the cities that have what somebody looks for by its title.
func (p *Pages) citiesByTitle(r *request, f frame, w wanted) error {
	cities, err := p.client.Catalog.CitiesOf(r.ctx, r.site.Partner)
	if err != nil {
		return fmt.Errorf("cities: %w", err)
	}
	var list []link
	for _, city := range cities {
		on, err := p.titled(r, city.Slug, w)
		if err != nil {
			return err
		}
		if len(on) > 0 {
			list = append(list, r.cityWith(city, w.text, len(on)))
		}
	}
	v := searchView{Title: f.Title, Notice: r.startingNotice(w.address(r.path("/search"))), Empty: r.noCity(list[:min(len(list), mostCities)])}
	return r.show(fasthttp.StatusOK, cacheNever, searchPage(f, v))
}

// titled are the events of a city whose titles have all words, on the day and of the kind that are wanted.
func (p *Pages) titled(r *request, city string, w wanted) ([]bms.Listing, error) {
	on, err := p.whatsOn(r, city, w.filters[search.Date])
	if err != nil {
		return nil, fmt.Errorf("events in %s: %w", city, err)
	}
	words, kind := strings.Fields(strings.ToLower(w.text)), catalog.Kind(w.filters[search.Kind])
	return slices.DeleteFunc(on, func(l bms.Listing) bool {
		title := strings.ToLower(l.Event.Title + " " + l.Event.OriginalTitle)
		missing := func(word string) bool { return !strings.Contains(title, word) }
		return kind != "" && l.Event.Kind != kind || slices.ContainsFunc(words, missing)
	}), nil
}
