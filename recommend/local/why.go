package local

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

const (
	mostGrounds = 6   // of what a person did, the most telling, that reasons are looked for in
	groundFrom  = .06 // how much something must speak for an item to be named
	freshDays   = 14  // how long an item is new
	many        = 3   // bookings of late from which on it is said that many book something
)

// Explain says of each item why it is recommended: what speaks for it most. It is true of the person, the item and the moment. What is not
// known has no reason.
func (e *Engine) Explain(ctx context.Context, q recommend.Query, items []recommend.ItemID) ([]recommend.Reason, error) {
	v := e.view.Load()
	a, err := e.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	base := v.grounds(a)
	reasons := make([]recommend.Reason, len(items))
	for n, id := range items {
		i, known := v.edition.Index(id)
		if !known {
			continue
		}
		reason, found := v.alike(q, i)
		if !found {
			reason, found = v.personal(a, base, i)
		}
		if !found {
			reason = v.common(a, i)
		}
		reasons[n] = reason
	}
	return reasons, nil
}

// ground is something that a person did with one of the tenant's items, and may be a reason.
type ground struct {
	told
	index int // of the item
}

// grounds are what reasons are looked for in: the most telling of what a person did.
func (v *view) grounds(a *ask) []ground {
	all := slices.Clone(a.told)
	slices.SortFunc(all, func(a, b told) int { return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.item, b.item)) })
	var list []ground
	for _, t := range all[:min(len(all), mostGrounds)] {
		if i, known := v.edition.Index(t.item); known && t.worth > 0 && v.edition.At(i).For(a.Tenant) {
			list = append(list, ground{t, i})
		}
	}
	return list
}

// alike is the reason of an item that is like another one, or that those chose who chose it.
func (v *view) alike(q recommend.Query, i int) (recommend.Reason, bool) {
	j, known := v.edition.Index(q.Like)
	if !known || !v.edition.At(j).For(q.Tenant) || v.edition.Traits(i).Cosine(v.edition.Traits(j)) < .05 && v.shared.speaks(j, i) < groundFrom {
		return recommend.Reason{}, false
	}
	if name := shared(v.edition.At(i).People, v.edition.At(j).People); name != "" {
		return recommend.Reason{Code: recommend.BecauseArtist, Name: name}, true
	}
	return recommend.Reason{Code: recommend.BecauseAlike, Item: q.Like}, true
}

// personal is the reason that lies in what the person did or follows.
func (v *view) personal(a *ask, base []ground, i int) (recommend.Reason, bool) {
	item := v.edition.At(i)
	if name := followedIn(item, a.past.user.Follows); name != "" {
		return recommend.Reason{Code: recommend.BecauseFollows, Name: name}, true
	}
	own := v.tenants[a.Tenant]
	var most float64
	var by told
	for _, g := range base {
		speaks := 1. // what was looked at may be looked at again
		if g.index != i {
			speaks = v.shared.speaks(g.index, i) + own.speaks(g.index, i) + .3*v.edition.Traits(i).Cosine(v.edition.Traits(g.index))
		}
		if speaks >= groundFrom && g.worth*speaks > most {
			most, by = g.worth*speaks, g.told
		}
	}
	if most == 0 {
		return recommend.Reason{}, false
	}
	return v.reasonOf(item, by), true
}

// reasonOf names what speaks for an item most: the artist whom both have, or else what was done.
func (v *view) reasonOf(item *recommend.Item, by told) recommend.Reason {
	before, _ := v.edition.Item(by.item)
	if by.item != item.ID && (by.kind == recommend.View || by.kind == recommend.Click) {
		if name := shared(item.People, before.People); name != "" {
			return recommend.Reason{Code: recommend.BecauseArtist, Name: name}
		}
	}
	code := recommend.BecauseViewed
	switch by.kind {
	case recommend.Book:
		code = recommend.BecauseBooked
	case recommend.Like:
		code = recommend.BecauseLiked
	case recommend.Hold, recommend.Click, recommend.View, recommend.Shown, recommend.Hide:
	}
	return recommend.Reason{Code: code, Item: by.item}
}

// speaks is how much one item speaks for another by what was learnt.
func (l *lens) speaks(from, to int) float64 {
	if l == nil {
		return 0
	}
	var sum float64
	for _, a := range l.entries[from] {
		for _, b := range l.entries[to] {
			if a.Col == b.Col {
				sum += float64(a.Value*b.Value) * direct
				continue
			}
			sum += float64(a.Value * b.Value * l.near.Weight(a.Col, b.Col))
		}
	}
	return sum
}

// common is the reason that is not the person's own.
func (v *view) common(a *ask, i int) recommend.Reason {
	item := v.edition.At(i)
	if s, in := (v.facts.items[i].season & a.season).first(); in {
		return recommend.Reason{Code: recommend.BecauseSeason, Name: string(s)}
	}
	if speed(item, a.now) >= fast && item.Sold >= 10 {
		return recommend.Reason{Code: recommend.BecauseFast}
	}
	city := a.Context.City
	if !item.In(city) {
		city = ""
	}
	switch {
	case city != "" && v.chart.chosen(city, item.ID) >= many:
		return recommend.Reason{Code: recommend.BecausePopular, Name: city}
	case v.chart.chosen("", item.ID) >= many:
		return recommend.Reason{Code: recommend.BecausePopular}
	case fresh(item, a.now):
		return recommend.Reason{Code: recommend.BecauseNew}
	case city != "":
		return recommend.Reason{Code: recommend.BecauseNear, Name: city}
	}
	return recommend.Reason{Code: recommend.BecauseOn}
}

// fresh reports whether an item has just come into the programme.
func fresh(item *recommend.Item, now time.Time) bool {
	return !item.Added.IsZero() && now.Sub(item.Added) < freshDays*24*time.Hour
}

// chosen is how often an item was chosen of late in a city, or everywhere when it is empty, in bookings.
func (c *chart) chosen(city string, id recommend.ItemID) float64 {
	c.pulse.mu.Lock()
	defer c.pulse.mu.Unlock()
	list := c.pulse.all
	if city != "" {
		list = c.pulse.cities[city]
	}
	return list[id].now(c.at)
}

// shared is the first name that is in both lists; empty when there is none.
func shared(list, other []string) string {
	for _, name := range list {
		if slices.ContainsFunc(other, func(o string) bool { return strings.EqualFold(o, name) }) {
			return name
		}
	}
	return ""
}

// followedIn is the name of the one in the item whom, or what, somebody follows.
func followedIn(item *recommend.Item, follows []string) string {
	if len(follows) == 0 {
		return ""
	}
	for _, name := range item.People {
		if slices.Contains(follows, string(recommend.PersonKey(name))) {
			return name
		}
	}
	for _, name := range append(slices.Clone(item.Genres), item.Series) {
		if name != "" && (slices.Contains(follows, string(recommend.GenreKey(name))) || slices.Contains(follows, string(recommend.SeriesKey(name)))) {
			return name
		}
	}
	return ""
}
