package search

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// Candidate is a document that fits the words of a query.
type Candidate struct {
	Document *Document
	Score    float64 // higher fits better
}

// maxPlaces bounds Result.Places.
const maxPlaces = 5

// Select answers a query from what an engine found by its words: it narrows down to the filters, the city and the shows that are still
// to come, counts, sorts and pages.
func Select(q Query, found []Candidate) Result {
	t := tally{q: q, cities: map[string]int{}, venues: map[string]bool{}}
	t.band, _ = ParseBand(q.Filters[Price])
	for _, b := range q.Prices.Bands {
		t.bands = append(t.bands, b.String())
	}
	for d := range t.counts {
		t.counts[d] = map[string]*count{}
	}
	for i := range found {
		t.take(found[i])
	}
	r := Result{Total: len(t.hits), Places: t.bestPlaces(), Currency: q.Prices.Currency}
	sortHits(t.hits, q.Sort)
	from := min(max(q.Offset, 0), len(t.hits))
	r.Hits = t.hits[from:min(from+max(q.Limit, 0), len(t.hits))]
	for d := range t.counts {
		r.Facets[d] = counted(t.counts[d], Dimension(d) == Date)
	}
	slices.SortFunc(r.Facets[Price], func(a, b Count) int { return slices.Index(t.bands, a.Value) - slices.Index(t.bands, b.Value) })
	for city, n := range t.cities {
		r.Cities = append(r.Cities, Count{Value: city, Events: n})
	}
	slices.SortFunc(r.Cities, mostFirst)
	return r
}

// tally is a selection under way.
type tally struct {
	q      Query
	hits   []Hit
	places []Candidate
	counts [dimensions]map[string]*count
	cities map[string]int
	seen   int      // documents looked at, so that each counts once for a value
	band   Band     // that prices have to be in; the zero Band, which no price is in, when it makes no sense
	bands  []string // names of Prices.Bands

	venues map[string]bool // of the document at hand
}

type count struct{ events, seen int }

func (t *tally) take(c Candidate) {
	d := c.Document
	if t.q.City != "" && d.City != t.q.City && d.Type != City || t.q.Partner != "" && !slices.Contains(d.Partner, t.q.Partner) {
		return
	}
	if d.Type != Event {
		t.places = append(t.places, c)
		return
	}
	t.seen++
	hit := Hit{Document: d, Score: c.Score}
	clear(t.venues)
	missed := t.missedByEvent(d)
	for i := range d.Shows {
		s := &d.Shows[i]
		if !s.StartsAt.After(t.q.Now) || t.q.Partner != "" && s.Partner != t.q.Partner {
			continue
		}
		all := missed | t.missedByShow(s)
		t.count(d, s, all)
		if all != 0 {
			continue
		}
		if hit.Shows++; hit.Next.IsZero() || s.StartsAt.Before(hit.Next) {
			hit.Next = s.StartsAt
		}
		t.venues[s.Venue] = true
	}
	if hit.Shows > 0 {
		hit.Venues = len(t.venues)
		t.hits = append(t.hits, hit)
		t.cities[d.City]++
	}
}

// missedByEvent are the filters that the event does not fit, as bits.
func (t *tally) missedByEvent(d *Document) (missed uint) {
	if f := t.q.Filters[Kind]; f != "" && string(d.Kind) != f {
		missed |= 1 << Kind
	}
	if f := t.q.Filters[GenreOf]; f != "" && !slices.ContainsFunc(d.Genres, func(g string) bool { return strings.EqualFold(g, f) }) {
		missed |= 1 << GenreOf
	}
	return missed
}

// missedByShow are the filters that the show does not fit, as bits.
func (t *tally) missedByShow(s *Show) (missed uint) {
	for d, has := range showValues(s) {
		if f := t.q.Filters[d+int(Date)]; f != "" && f != has {
			missed |= 1 << (d + int(Date))
		}
	}
	if f := t.q.Filters[Accessible]; f != "" && !s.Access.has(f) {
		missed |= 1 << Accessible
	}
	if t.q.Filters[Price] != "" && !t.priced(s, t.band) {
		missed |= 1 << Price
	}
	return missed
}

// priced reports whether the price of a show is in a band.
func (t *tally) priced(s *Show, b Band) bool {
	return b != Band{} && s.Price.Currency != "" && s.Price.Currency == t.q.Prices.Currency && b.has(s.Price)
}

// showValues are those of Date, Language, Format and VenueOf.
func showValues(s *Show) [4]string { return [4]string{s.Date, s.Language, s.Format, s.Venue} }

func (a Access) has(name string) bool {
	for bit, n := range accessNames {
		if n == name {
			return a&bit != 0
		}
	}
	return false
}

// count counts a show's values in the dimensions whose own filter is the only one that may be missed.
func (t *tally) count(d *Document, s *Show, missed uint) {
	free := func(dim Dimension) bool { return missed&^(1<<dim) == 0 }
	if free(Kind) {
		t.add(Kind, string(d.Kind))
	}
	if free(GenreOf) {
		for _, g := range d.Genres {
			t.add(GenreOf, strings.ToLower(g))
		}
	}
	for i, value := range showValues(s) {
		if dim := Date + Dimension(i); value != "" && free(dim) {
			t.add(dim, value)
		}
	}
	if free(Accessible) {
		t.countAccess(s)
	}
	if free(Price) {
		t.countPrice(s)
	}
}

func (t *tally) countAccess(s *Show) {
	if s.Access == 0 {
		return
	}
	for bit, name := range accessNames {
		if s.Access&bit != 0 {
			t.add(Accessible, name)
		}
	}
}

func (t *tally) countPrice(s *Show) {
	for i, b := range t.q.Prices.Bands {
		if t.priced(s, b) {
			t.add(Price, t.bands[i])
		}
	}
}

// add counts a value once for each event.
func (t *tally) add(d Dimension, value string) {
	c := t.counts[d][value]
	if c == nil {
		c = &count{}
		t.counts[d][value] = c
	}
	if c.seen != t.seen {
		c.seen = t.seen
		c.events++
	}
}

// bestPlaces are the venues and cities, the best first. Without words there are none.
func (t *tally) bestPlaces() []*Document {
	if t.q.Text == "" {
		return nil
	}
	slices.SortFunc(t.places, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Document.Title, b.Document.Title), strings.Compare(a.Document.ID, b.Document.ID))
	})
	var places []*Document
	for _, c := range t.places[:min(len(t.places), maxPlaces)] {
		places = append(places, c.Document)
	}
	return places
}

func sortHits(hits []Hit, by Sort) {
	next := func(a, b Hit) int { return a.Next.Compare(b.Next) }
	title := func(a, b Hit) int {
		return strings.Compare(strings.ToLower(a.Document.Title), strings.ToLower(b.Document.Title))
	}
	order := []func(a, b Hit) int{func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) }, next, title}
	switch by {
	case BySoonest:
		order = order[1:]
	case ByTitle:
		order = []func(a, b Hit) int{title, next}
	case ByRelevance:
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		for _, compare := range order {
			if c := compare(a, b); c != 0 {
				return c
			}
		}
		return strings.Compare(a.Document.ID, b.Document.ID)
	})
}

// counted are the counts of a dimension in order.
func counted(of map[string]*count, byValue bool) []Count {
	list := make([]Count, 0, len(of))
	for value, c := range of {
		list = append(list, Count{Value: value, Events: c.events})
	}
	if byValue {
		slices.SortFunc(list, func(a, b Count) int { return strings.Compare(a.Value, b.Value) })
	} else {
		slices.SortFunc(list, mostFirst)
	}
	return list
}

func mostFirst(a, b Count) int {
	return cmp.Or(cmp.Compare(b.Events, a.Events), strings.Compare(a.Value, b.Value))
}

// On reports whether the document has a show after a time, of a partner if one is named. Venues and cities always do.
func (d *Document) On(partner catalog.PartnerID, now time.Time) bool {
	if partner != "" && !slices.Contains(d.Partner, partner) {
		return false
	}
	return d.Type != Event || slices.ContainsFunc(d.Shows, func(s Show) bool {
		return s.StartsAt.After(now) && (partner == "" || s.Partner == partner)
	})
}
