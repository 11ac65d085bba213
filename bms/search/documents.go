package search

import (
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
)

// EventKey begins the ids of an event's documents, and with a city's slug is one.
func EventKey(event catalog.EventID, city string) string {
	return "event:" + string(event) + ":" + city
}

// VenueKey is the id of a venue's document.
func VenueKey(venue catalog.VenueID) string { return "venue:" + string(venue) }

// CityKey is the id of a city's document.
func CityKey(slug string) string { return "city:" + slug }

// Source is a show with what the catalogue says beside it.
type Source struct {
	Show       catalog.Show
	Wheelchair bool         // its seat map has places for wheelchairs
	Price      money.Amount // the lowest of its price list; zero when it is not known
}

// DocumentsOf are the documents of an event, one for each city of its shows. Shows in venues that are not
// named, and those that nobody can buy or wait for, are left out.
func DocumentsOf(e catalog.Event, venues map[catalog.VenueID]catalog.Venue, shows []Source) []Document {
	byCity := map[string]*Document{}
	var cities []string
	for _, s := range shows {
		venue, known := venues[s.Show.VenueID]
		if !known || s.Show.Status != catalog.OnSale && s.Show.Status != catalog.SoldOut {
			continue
		}
		d := byCity[venue.CitySlug]
		if d == nil {
			d = documentOf(e, venue.CitySlug)
			byCity[venue.CitySlug] = d
			cities = append(cities, venue.CitySlug)
		}
		d.Shows = append(d.Shows, showOf(e, venue, s))
		if !slices.Contains(d.Partner, s.Show.PartnerID) {
			d.Partner = append(d.Partner, s.Show.PartnerID)
		}
	}
	slices.Sort(cities)
	list := make([]Document, len(cities))
	for i, city := range cities {
		list[i] = *byCity[city]
		slices.SortStableFunc(list[i].Shows, func(a, b Show) int { return a.StartsAt.Compare(b.StartsAt) })
	}
	return list
}

func documentOf(e catalog.Event, city string) *Document {
	d := &Document{
		ID: EventKey(e.ID, city), Type: Event, Entity: string(e.ID), Slug: e.Slug, City: city,
		Title: e.Title, Original: e.OriginalTitle, Genres: e.Genres, Tags: e.Tags, Kind: e.Kind,
		Certificate: e.Certificate.Rating, Synopsis: e.Synopsis,
	}
	for _, p := range e.People {
		if !slices.Contains(d.People, p.Name) {
			d.People = append(d.People, p.Name)
		}
	}
	return d
}

func showOf(e catalog.Event, venue catalog.Venue, s Source) Show {
	show := Show{
		StartsAt: s.Show.StartsAt, Date: s.Show.LocalDate, Format: string(s.Show.Format), Language: s.Show.Language,
		Venue: venue.Slug, Partner: s.Show.PartnerID, Price: s.Price,
	}
	if show.Language == "" {
		show.Language = e.Language
	}
	if s.Wheelchair {
		show.Access |= Wheelchair
	}
	if len(s.Show.Subtitles) > 0 {
		show.Access |= Subtitled
	}
	return show
}

// PlacesOf are the documents of venues and of their cities.
func PlacesOf(venues []catalog.Venue) []Document {
	var list []Document
	partners := map[string][]catalog.PartnerID{}
	for _, v := range venues {
		list = append(list, Document{
			ID: VenueKey(v.ID), Type: Venue, Entity: string(v.ID), Slug: v.Slug, City: v.CitySlug,
			Partner: []catalog.PartnerID{v.PartnerID}, Title: v.Name, Also: []string{strings.ReplaceAll(v.Address, "\n", " "), v.City},
		})
		if !slices.Contains(partners[v.CitySlug], v.PartnerID) {
			partners[v.CitySlug] = append(partners[v.CitySlug], v.PartnerID)
		}
	}
	for _, c := range catalog.Cities(venues) {
		list = append(list, Document{ID: CityKey(c.Slug), Type: City, Slug: c.Slug, City: c.Slug, Title: c.Name, Partner: partners[c.Slug]})
	}
	return list
}
