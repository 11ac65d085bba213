package pages

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
)

// shelf is a row of events under a heading.
type shelf struct {
	ID    string // of the heading
	Title string
	More  string // address of all of it; empty when this is all
	Cards []card
}

// slide is an event in the carousel.
type slide struct {
	card
	Event   catalog.EventID
	Lead    string           // what it is, in a sentence or two; may be empty
	Foreign templ.Attributes // of Lead
}

const (
	fewEvents  = 8   // a city with no more shows them all at once
	shelfMost  = 12  // events on a shelf
	slidesMost = 5   // events in the carousel
	leadMost   = 160 // characters of what is said of an event in the carousel
)

// addShelves puts what is on in a city on shelves: what is today, what is at the weekend, and each kind.
func (p *Pages) addShelves(r *request, v *cityView, on []bms.Listing, city catalog.City, zone *time.Location) error {
	for _, l := range featured(on) {
		v.Slides = append(v.Slides, r.slide(l, city.Slug, zone))
	}
	now := r.now.In(zone)
	add := func(id, title, more, date string, list []bms.Listing) {
		if len(list) == 0 {
			return
		}
		s := shelf{ID: "shelf-" + id, Title: title, More: more}
		for _, l := range list[:min(len(list), shelfMost)] {
			s.Cards = append(s.Cards, r.card(l, city.Slug, date, zone))
		}
		v.Shelves = append(v.Shelves, s)
	}
	today := now.Format(time.DateOnly)
	list, err := p.whatsOn(r, city.Slug, today)
	if err != nil {
		return err
	}
	add("today", r.p.T("city.today"), withQuery(v.All, "date", today), today, list)
	for _, day := range weekend(now) {
		date := day.Format(time.DateOnly)
		if date == today {
			continue
		}
		if list, err = p.whatsOn(r, city.Slug, date); err != nil {
			return err
		}
		add(date, r.p.DayLong(day), withQuery(v.All, "date", date), date, list)
	}
	for _, k := range kinds {
		var list []bms.Listing
		for _, l := range on {
			if l.Event.Kind == k {
				list = append(list, l)
			}
		}
		add(string(k), r.p.T("kinds."+string(k)), withQuery(v.All, "kind", string(k)), "", list)
	}
	return nil
}

// weekend is the next Saturday and Sunday from a day on; on a Sunday it is that day alone.
func weekend(now time.Time) []time.Time {
	if now.Weekday() == time.Sunday {
		return []time.Time{now}
	}
	saturday := now.AddDate(0, 0, int(time.Saturday-now.Weekday()))
	return []time.Time{saturday, saturday.AddDate(0, 0, 1)}
}

// featured are the events of the carousel: of each kind in turn the one with the most shows.
func featured(on []bms.Listing) []bms.Listing {
	byKind := map[catalog.Kind][]bms.Listing{}
	for _, l := range on {
		byKind[l.Event.Kind] = append(byKind[l.Event.Kind], l)
	}
	for _, list := range byKind {
		slices.SortStableFunc(list, func(a, b bms.Listing) int { return b.Shows - a.Shows })
	}
	var chosen []bms.Listing
	for round := 0; len(chosen) < min(slidesMost, len(on)); round++ {
		for _, k := range kinds {
			if len(byKind[k]) > round && len(chosen) < slidesMost {
				chosen = append(chosen, byKind[k][round])
			}
		}
	}
	return chosen
}

// slide is an event of a city in the carousel.
func (r *request) slide(l bms.Listing, city string, zone *time.Location) slide {
	return slide{card: r.card(l, city, "", zone), Event: l.Event.ID, Lead: leadOf(l.Event.Synopsis), Foreign: r.foreign(l.Event.Synopsis)}
}

// leadOf is the beginning of a text: whole sentences as far as there is room, or else its first words.
func leadOf(text string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(first); len(runes) > leadMost {
		cut := string(runes[:leadMost])
		if end := strings.LastIndexAny(cut, ".!?।"); end > len(cut)/3 {
			_, size := utf8.DecodeRuneInString(cut[end:])
			return cut[:end+size]
		}
		if end := strings.LastIndexByte(cut, ' '); end > 0 {
			cut = cut[:end]
		}
		return strings.TrimRight(cut, ",;: ") + "…"
	}
	return first
}
