package pages

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// Searcher finds what is on.
type Searcher interface {
	Search(ctx context.Context, q search.Query) (search.Result, error)
}

// SearchTag names what is found in a city, for pages that are kept; "" names what is found anywhere.
func SearchTag(city string) string { return "search:" + city }

// errNoSearch says that the storefront was made without a search.
var errNoSearch = fault.New(fault.Unavailable, "search_off", "searching is not possible here at the moment; choose from what is on in your city")

// facets are the filters in the order in which they are offered, with their names in addresses. The text "search.by_" and the name
// says what they are called.
var facets = []struct {
	dimension search.Dimension
	name      string
}{
	{search.Date, "date"},
	{search.Kind, "kind"},
	{search.Price, "price"},
	{search.GenreOf, "genre"},
	{search.Language, "language"},
	{search.Format, "format"},
	{search.VenueOf, "venue"},
	{search.Accessible, "access"},
}

const (
	foundPerPage = 24  // events on a page
	maxPages     = 200 // that can be asked for
	maxValue     = 60  // characters of a filter
	facetValues  = 8   // offered of each filter, the chosen one beside
	alwaysShown  = 3   // rows of filters that are open from the start
)

// wanted is a search as the address says it.
type wanted struct {
	text    string
	filters search.Filters
	sort    search.Sort
	page    int // from 1
}

// searchArguments are the names of the arguments of a search.
func searchArguments() []string {
	names := []string{"q", "sort", "page"}
	for _, f := range facets {
		names = append(names, f.name)
	}
	return names
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
	if _, ok := search.ParseBand(w.filters[search.Price]); !ok {
		w.filters[search.Price] = ""
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

// tooLong reports whether nobody can search for the text.
func (w wanted) tooLong() bool { return utf8.RuneCountInString(w.text) > search.MaxText }

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
	if w.tooLong() {
		return p.refuseText(r, p.frame(r, r.p.T("search.in", locale.With("city", city.Name))).in(city))
	}
	f := p.frame(r, r.searchTitle(w, city.Name)).in(city)
	f.Query, f.Hidden = w.text, f.Hidden || w.text != "" || w.chosen()
	f = p.sponsored(r, f, sponsor.Listing, sponsor.CategoryBanner, sponsor.Footer)
	found, err := p.lookFor(r, search.Query{
		Text: w.text, City: city.Slug, Filters: w.filters, Sort: w.sort, Offset: (w.page - 1) * foundPerPage, Limit: foundPerPage,
	})
	if errors.Is(err, search.ErrStarting) {
		return p.searchTitles(r, f, w, city)
	}
	if err != nil {
		return err
	}
	view, err := p.describeFound(r, w, city, found)
	if err != nil {
		return err
	}
	r.publish(fullyFresh, searchTags(city, found)...)
	return r.show(fasthttp.StatusOK, cachePublic, searchPage(f, view))
}

// searchTags name what a page of a search shows.
func searchTags(city catalog.City, found search.Result) []string {
	tags := []string{bms.CityTag(city.Slug), SearchTag(city.Slug), bms.VenuesTag}
	if found.Total == 0 { // other cities are named
		tags = append(tags, SearchTag(""))
	}
	for _, h := range found.Hits {
		tags = append(tags, bms.EventTag(catalog.EventID(h.Document.Entity)))
	}
	return tags
}

// lookFor searches the programme of the site.
func (p *Pages) lookFor(r *request, q search.Query) (search.Result, error) {
	q.Partner = r.site.Partner
	return p.cfg.Search.Search(r.ctx, q)
}

// refuseText says that nobody can search for so long a text.
func (p *Pages) refuseText(r *request, f frame) error {
	v := searchView{Title: f.Title, Problem: r.p.Fault(search.ErrTextTooLong)}
	f.Title = r.p.T("error.prefix", locale.With("title", f.Title))
	return r.show(fasthttp.StatusBadRequest, cacheNever, searchPage(f, v))
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
	switch {
	case w.text == "":
		return r.redirect(r.path("/"))
	case w.tooLong():
		return p.refuseText(r, p.frame(r, r.p.T("search.everywhere")).own())
	}
	f := p.frame(r, r.p.T("search.words", locale.With("text", w.text))).own()
	f.Query = w.text
	cities, err := p.elsewhere(r, w.text, "")
	if errors.Is(err, search.ErrStarting) {
		return p.citiesByTitle(r, f, w)
	}
	if err != nil {
		return err
	}
	if len(cities) == 1 {
		return r.redirect(cities[0].Href)
	}
	v := searchView{Title: f.Title, Summary: r.p.N("search.in_cities", len(cities)), Empty: r.noCity(cities)}
	if len(cities) == 0 {
		v.Summary = r.p.T("search.nowhere", locale.With("text", w.text))
		found, err := p.lookFor(r, search.Query{Text: w.text})
		if err != nil {
			return err
		}
		if found.Suggestion != "" {
			v.Empty.Suggestion = &link{Text: found.Suggestion, Href: wanted{text: found.Suggestion}.address(r.path("/search"))}
		}
	}
	return r.show(fasthttp.StatusOK, cachePrivate, searchPage(f, v))
}

// noCity is where to go when no city is chosen.
func (r *request) noCity(cities []link) *emptyView {
	return &emptyView{Cities: cities, All: link{Text: r.p.T("search.choose_city"), Href: r.path("/")}}
}

// searchPath is where the search of a page's head leads.
func (f frame) searchPath() string {
	if f.City.Slug == "" {
		return "/search"
	}
	return "/" + f.City.Slug + "/search"
}

// searchLabel names the search of a page's head.
func (f frame) searchLabel(p *locale.Printer) string {
	if f.City.Slug == "" {
		return p.T("search.everywhere")
	}
	return p.T("search.in", locale.With("city", f.City.Name))
}
