package pages

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/search"
)

// Searcher finds what is on.
type Searcher interface {
	Search(ctx context.Context, q search.Query) (search.Result, error)
}

// SearchTag names what is found in a city, for pages that are kept; "" names what is found anywhere.
func SearchTag(city string) string { return "search:" + city }

// errNoSearch says that the storefront was made without a search.
var errNoSearch = fault.New(fault.Unavailable, "search_off", "searching is not possible here at the moment; choose from what is on in your city")

// facets are the filters in the order in which they are offered, with their names in addresses.
var facets = []struct {
	dimension   search.Dimension
	name, label string
}{
	{search.Date, "date", "Day"},
	{search.Kind, "kind", "Kind"},
	{search.GenreOf, "genre", "Genre"},
	{search.Language, "language", "Language"},
	{search.Format, "format", "Format"},
	{search.VenueOf, "venue", "Venue"},
	{search.Accessible, "access", "Accessibility"},
}

const (
	foundPerPage = 24  // events on a page
	maxPages     = 200 // that can be asked for
	maxValue     = 60  // characters of a filter
	facetValues  = 8   // offered of each filter, the chosen one beside
	alwaysShown  = 2   // rows of filters that are open from the start
)

// wanted is a search as the address says it.
type wanted struct {
	text    string
	filters search.Filters
	sort    search.Sort
	page    int // from 1
}

// readSearch reads an address. What cannot have come from a link of ours is as if it were not there, but for the day, which people
// type. Error: an Invalid fault about the day.
func readSearch(get func(name string) string) (wanted, error) {
	w := wanted{text: strings.Join(strings.Fields(get("q")), " "), sort: search.Sort(get("sort")), page: 1}
	if n, err := strconv.Atoi(get("page")); err == nil && n >= 1 && n <= maxPages {
		w.page = n
	}
	if !w.sort.Valid() || w.sort == search.ByRelevance {
		w.sort = ""
	}
	for _, f := range facets {
		if value := get(f.name); utf8.RuneCountInString(value) <= maxValue {
			w.filters[f.dimension] = value
		}
	}
	if !catalog.Kind(w.filters[search.Kind]).Valid() {
		w.filters[search.Kind] = ""
	}
	w.filters[search.GenreOf] = strings.ToLower(w.filters[search.GenreOf])
	return w, checkDate(get("date"))
}

// address is where a search is found, below a path.
func (w wanted) address(path string) string {
	sep := "?"
	add := func(name, value string) {
		if value != "" {
			path += sep + name + "=" + url.QueryEscape(value)
			sep = "&"
		}
	}
	add("q", w.text)
	for _, f := range facets {
		add(f.name, w.filters[f.dimension])
	}
	add("sort", string(w.sort))
	if w.page > 1 {
		add("page", strconv.Itoa(w.page))
	}
	return path
}

// with is the search with another value of a filter, from its first page.
func (w wanted) with(d search.Dimension, value string) wanted {
	w.filters[d], w.page = value, 1
	return w
}

// chosen reports whether any filter is chosen.
func (w wanted) chosen() bool { return w.filters != search.Filters{} }

// searchView is a page of what was found.
type searchView struct {
	Title, Summary string
	Problem        string // what is wrong with the text
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

// search is what a city has of what somebody looks for.
func (p *Pages) search(r *request) error {
	city, err := p.cityOf(r, r.param(0))
	if err != nil {
		return err
	}
	if p.cfg.Search == nil {
		return errNoSearch
	}
	w, err := readSearch(r.query)
	if err != nil {
		return err
	}
	f := p.frame(r, searchTitle(w, city.Name)).in(city)
	f.Query, f.Hidden = w.text, f.Hidden || w.text != "" || w.chosen()
	found, err := p.lookFor(r, search.Query{
		Text: w.text, City: city.Slug, Filters: w.filters, Sort: w.sort, Offset: (w.page - 1) * foundPerPage, Limit: foundPerPage,
	})
	if errors.Is(err, search.ErrTextTooLong) {
		f.Query, f.Title = "", "Error: "+f.Title
		return r.show(fasthttp.StatusBadRequest, cacheNever, searchPage(f, searchView{Title: "Search in " + city.Name, Problem: sentence(search.ErrTextTooLong.Message)}))
	}
	if err != nil {
		return err
	}
	view := searchView{Title: searchTitle(w, city.Name), Summary: summaryOf(w, found, city.Name)}
	if err := p.describeFound(r, &view, w, city, found); err != nil {
		return err
	}
	tags := []string{bms.CityTag(city.Slug), SearchTag(city.Slug), bms.VenuesTag}
	if found.Total == 0 {
		if view.Empty, err = p.nothing(r, w, city, found); err != nil {
			return err
		}
		tags = append(tags, SearchTag(""))
	}
	for _, h := range found.Hits {
		tags = append(tags, bms.EventTag(catalog.EventID(h.Document.Entity)))
	}
	r.publish(fullyFresh, tags...)
	return r.show(fasthttp.StatusOK, cachePublic, searchPage(f, view))
}

// lookFor searches the programme of the site.
func (p *Pages) lookFor(r *request, q search.Query) (search.Result, error) {
	q.Partner = r.site.Partner
	return p.cfg.Search.Search(r.ctx, q)
}

func searchTitle(w wanted, city string) string {
	if w.text == "" {
		return "Search in " + city
	}
	return "“" + w.text + "” in " + city
}

// summaryOf says how much was found.
func summaryOf(w wanted, found search.Result, city string) string {
	switch {
	case found.Total == 0 && w.text == "":
		return "Nothing that fits is on in " + city + "."
	case found.Total == 0 && w.chosen():
		return "Nothing for “" + w.text + "” fits what you chose."
	case found.Total == 0:
		return "We found nothing for “" + w.text + "” in " + city + "."
	}
	text := plural(found.Total, "event", "events")
	switch {
	case w.text != "":
		text += " found"
	case found.Total == 1:
		text += " is on"
	default:
		text += " are on"
	}
	if pages := pagesOf(found.Total); pages > 1 {
		text += ", page " + number(w.page) + " of " + number(pages)
	}
	return text + "."
}

func pagesOf(total int) int { return min((total+foundPerPage-1)/foundPerPage, maxPages) }

// describeFound fills in the events and places of a page.
func (p *Pages) describeFound(r *request, view *searchView, w wanted, city catalog.City, found search.Result) error {
	zone, err := time.LoadLocation(city.TimeZone)
	if err != nil {
		return err
	}
	ids := make([]catalog.EventID, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = catalog.EventID(h.Document.Entity)
	}
	events, err := p.client.Catalog.Events(r.ctx, ids)
	if err != nil {
		return err
	}
	for _, h := range found.Hits {
		i := slices.IndexFunc(events, func(e catalog.Event) bool { return string(e.ID) == h.Document.Entity })
		if i >= 0 {
			l := bms.Listing{Event: events[i], FirstShow: h.Next, Shows: h.Shows, Venues: h.Venues}
			view.Cards = append(view.Cards, cardOf(l, city.Slug, w.filters[search.Date], zone))
		}
	}
	for _, d := range found.Places {
		switch {
		case d.Type == search.Venue:
			view.Places = append(view.Places, link{Text: "What is on at " + d.Title, Href: wanted{}.with(search.VenueOf, d.Slug).address("/" + city.Slug + "/search")})
		case d.Slug != city.Slug:
			view.Places = append(view.Places, link{Text: "What is on in " + d.Title, Href: "/" + d.Slug})
		}
	}
	venues, err := p.client.Catalog.VenuesOf(r.ctx, r.site.Partner, city.Slug)
	if err != nil {
		return err
	}
	view.addChosen(w, "/"+city.Slug+"/search", venues)
	view.addRows(w, "/"+city.Slug+"/search", found, venues)
	view.addPages(w, "/"+city.Slug+"/search", found)
	return nil
}

// addChosen lists the filters that are chosen.
func (v *searchView) addChosen(w wanted, path string, venues []catalog.Venue) {
	for _, f := range facets {
		if value := w.filters[f.dimension]; value != "" {
			v.Chosen = append(v.Chosen, link{Text: valueText(f.dimension, value, venues), Href: w.with(f.dimension, "").address(path)})
		}
	}
	if len(v.Chosen) > 1 {
		v.Clear = wanted{text: w.text, sort: w.sort}.address(path)
	}
}

// addRows offers the values of filters that would find something else than what is there.
func (v *searchView) addRows(w wanted, path string, found search.Result, venues []catalog.Venue) {
	for i, f := range facets {
		row := facetRow{Label: f.label}
		chosen := w.filters[f.dimension]
		if chosen != "" {
			continue // it is among the chosen, and there it is dropped
		}
		for _, c := range found.Facets[f.dimension] {
			if len(row.Links) == facetValues {
				break
			}
			row.Links = append(row.Links, link{
				Text: valueText(f.dimension, c.Value, venues) + " (" + number(c.Events) + ")", Href: w.with(f.dimension, c.Value).address(path),
			})
		}
		switch one := len(row.Links) == 1 && found.Facets[f.dimension][0].Events == found.Total; {
		case len(row.Links) == 0 || one: // it would change nothing
		case i < alwaysShown:
			v.Rows = append(v.Rows, row)
		default:
			v.More = append(v.More, row)
		}
	}
}

// addPages offers the orders, and the pages before and behind.
func (v *searchView) addPages(w wanted, path string, found search.Result) {
	at := w.page
	w.page = 1
	if found.Total > 1 {
		for _, s := range []struct {
			sort search.Sort
			text string
		}{{"", "Best match"}, {search.BySoonest, "Soonest"}, {search.ByTitle, "Title"}} {
			if s.sort == "" && w.text == "" {
				continue // without words the best match is the soonest
			}
			ordered := w
			ordered.sort = s.sort
			v.Sorts = append(v.Sorts, link{Text: s.text, Href: ordered.address(path), Current: s.sort == w.sort || w.text == "" && w.sort == "" && s.sort == search.BySoonest})
		}
	}
	for _, near := range []struct {
		page int
		text string
	}{{at - 1, "Previous page"}, {at + 1, "Next page"}} {
		if near.page >= 1 && near.page <= pagesOf(found.Total) {
			w.page = near.page
			v.Pages = append(v.Pages, link{Text: near.text, Href: w.address(path)})
		}
	}
}

// valueText is a value of a filter as people say it.
func valueText(d search.Dimension, value string, venues []catalog.Venue) string {
	switch d {
	case search.Date:
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			return formatDay(day)
		}
	case search.Kind:
		for _, k := range kindNames {
			if string(k.kind) == value {
				return k.many
			}
		}
	case search.Language:
		return languageName(value)
	case search.VenueOf:
		for _, v := range venues {
			if v.Slug == value {
				return v.Name
			}
		}
	case search.Accessible:
		switch value {
		case "wheelchair":
			return "Wheelchair places"
		case "subtitles":
			return "Subtitles"
		}
	case search.GenreOf, search.Format:
	}
	return capitalized(value)
}

// nothing is where to go when nothing was found.
func (p *Pages) nothing(r *request, w wanted, city catalog.City, found search.Result) (*emptyView, error) {
	path := "/" + city.Slug + "/search"
	v := &emptyView{All: link{Text: "See everything in " + city.Name, Href: "/" + city.Slug}}
	better := wanted{text: found.Suggestion, filters: w.filters, sort: w.sort}
	if better.text == "" && w.chosen() { // what was chosen may hide what was meant
		free, err := p.lookFor(r, search.Query{Text: w.text, City: city.Slug})
		if err != nil {
			return nil, err
		}
		better = wanted{text: free.Suggestion, sort: w.sort}
	}
	if better.text != "" {
		v.Suggestion = &link{Text: better.text, Href: better.address(path)}
	}
	venues, err := p.client.Catalog.VenuesOf(r.ctx, r.site.Partner, city.Slug)
	if err != nil {
		return nil, err
	}
	for _, f := range facets {
		value := w.filters[f.dimension]
		if value == "" {
			continue
		}
		less, err := p.lookFor(r, search.Query{Text: w.text, City: city.Slug, Filters: w.with(f.dimension, "").filters})
		if err != nil {
			return nil, err
		}
		if less.Total > 0 {
			text := "Search without “" + valueText(f.dimension, value, venues) + "” (" + number(less.Total) + ")"
			v.Drop = append(v.Drop, link{Text: text, Href: w.with(f.dimension, "").address(path)})
		}
	}
	v.Cities, err = p.elsewhere(r, w.text, city.Slug)
	return v, err
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
		return nil, err
	}
	var list []link
	for _, c := range found.Cities {
		i := slices.IndexFunc(cities, func(city catalog.City) bool { return city.Slug == c.Value })
		if i >= 0 && c.Value != but && len(list) < mostCities {
			list = append(list, link{Text: cities[i].Name + " (" + number(c.Events) + ")", Href: wanted{text: text}.address("/" + c.Value + "/search")})
		}
	}
	return list, nil
}

// searchAnywhere leads who has chosen no city yet to those that have what he looks for.
func (p *Pages) searchAnywhere(r *request) error {
	if p.cfg.Search == nil {
		return errNoSearch
	}
	w, err := readSearch(r.query)
	if err != nil {
		return err
	}
	if w.text == "" {
		return r.redirect("/")
	}
	f := p.frame(r, "“"+w.text+"”").own()
	f.Query = w.text
	v := searchView{Title: f.Title}
	cities, err := p.elsewhere(r, w.text, "")
	switch {
	case errors.Is(err, search.ErrTextTooLong):
		f.Query, f.Title = "", "Error: Search"
		v = searchView{Title: "Search", Problem: sentence(search.ErrTextTooLong.Message)}
		return r.show(fasthttp.StatusBadRequest, cacheNever, searchPage(f, v))
	case err != nil:
		return err
	case len(cities) == 1:
		return r.redirect(cities[0].Href)
	}
	v.Summary = "We found this in " + plural(len(cities), "city", "cities") + "."
	v.Empty = &emptyView{Cities: cities, All: link{Text: "Choose a city", Href: "/"}}
	if len(cities) == 0 {
		v.Summary = "We found nothing for “" + w.text + "” in any city."
		found, err := p.lookFor(r, search.Query{Text: w.text})
		if err != nil {
			return err
		}
		if found.Suggestion != "" {
			v.Empty.Suggestion = &link{Text: found.Suggestion, Href: wanted{text: found.Suggestion}.address("/search")}
		}
	}
	return r.show(fasthttp.StatusOK, cachePrivate, searchPage(f, v))
}

// searchPath is where the search of a page's head leads.
func (f frame) searchPath() string {
	if f.City.Slug == "" {
		return "/search"
	}
	return "/" + f.City.Slug + "/search"
}

// searchLabel names the search of a page's head.
func (f frame) searchLabel() string {
	if f.City.Slug == "" {
		return "Search in all cities"
	}
	return "Search in " + f.City.Name
}
