package demo

import (
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// screened is a film with its event.
type screened struct {
	film
	event catalog.EventID
}

// addFilms adds the events of the films.
func (b *builder) addFilms() {
	for _, f := range b.data.films {
		e := b.event(f.Title)
		e.Kind, e.OriginalTitle, e.Synopsis, e.Language = catalog.Film, f.OriginalTitle, f.Synopsis, f.Language
		e.Duration, e.Year, e.Genres = time.Duration(f.Minutes)*time.Minute, f.Year, f.Genres
		e.Certificate, e.Tags = guidance(f.MinAge), f.tags()
		for _, name := range f.Directors {
			e.People = append(e.People, catalog.Person{Name: name, Role: catalog.RoleDirector})
		}
		for _, c := range f.Cast {
			e.People = append(e.People, catalog.Person{Name: c[0], Role: catalog.RoleCast, Character: c[1]})
		}
		b.out.Events = append(b.out.Events, e)
		b.out.PublicDomain[e.ID] = f.PublicDomain
		b.films = append(b.films, screened{film: f, event: e.ID})
	}
}

// event returns what all events have.
func (b *builder) event(title string) catalog.Event {
	slug := catalog.Slugify(title)
	return catalog.Event{
		ID: ident[catalog.EventID](catalog.EventPrefix, slug), PartnerID: partnerID(""), Slug: slug, Title: title,
		CreatedAt: published(), UpdatedAt: published(),
	}
}

// guidance is the house's own advice on age: ratings of the boards differ from
// country to country.
func guidance(minAge int) catalog.Certificate {
	if minAge == 0 {
		return catalog.Certificate{}
	}
	return catalog.Certificate{System: "House guidance", Rating: strconv.Itoa(minAge) + "+", MinAge: minAge}
}

func (f film) tags() []string {
	tags := append([]string{"public domain"}, f.Countries...)
	if f.Silent {
		tags = append(tags, "silent")
	}
	if f.Family {
		tags = append(tags, "family")
	}
	return tags
}

// liveEvent makes the event of something live.
func (b *builder) liveEvent(l live) catalog.Event {
	e := b.event(l.Title)
	e.Kind, e.OriginalTitle, e.Synopsis, e.Language = catalog.Kind(l.Kind), l.OriginalTitle, l.Synopsis, l.Language
	e.Duration, e.Year, e.Genres = time.Duration(l.Minutes)*time.Minute, l.Year, l.Genres
	e.Certificate = guidance(l.MinAge)
	if r := b.rooms[l.Runs[0].Hall]; r != nil { // whose hall it begins in puts it on
		e.PartnerID = partnerID(r.partner)
	}
	if l.Family {
		e.Tags = []string{"family"}
	}
	for _, p := range l.People {
		person := catalog.Person{Name: p[0], Role: catalog.Role(p[1])}
		if len(p) > 2 {
			person.Character = p[2]
		}
		e.People = append(e.People, person)
	}
	return e
}
