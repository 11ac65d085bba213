package shop

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// Programme is what of the demo programme the pages are looked at with. Shows are named by their id.
type Programme struct {
	City, Event string   // slugs, of the cinema
	Cinema      string   // a hall that is drawn seat by seat
	Arena       string   // a hall that is shown in parts
	Lawn        string   // places without seats
	Small       []string // of a small hall, to be sold out: one for each who waits for a place
	Brand       string   // host name of a brand's storefront, that this computer finds by itself
}

// wanted are the shows, by the city and the name of their hall.
var wanted = []struct {
	city, hall string
	of         func(*Programme) *string
}{
	{"mumbai", "Screen 2", func(p *Programme) *string { return &p.Cinema }},
	{"berlin", "Arena", func(p *Programme) *string { return &p.Arena }},
	{"dubai", "Lawn", func(p *Programme) *string { return &p.Lawn }},
}

// soon is how far ahead the shows are at least: their tickets can still be cancelled for money.
const soon = 4 * 24 * time.Hour

type show struct {
	ID       string    `json:"id"`
	StartsAt time.Time `json:"starts_at"`
	Sales    struct {
		Open bool `json:"open"`
	} `json:"sales"`
}

// smallHall is where shows are sold out, in the same city as the cinema.
const smallHall = "Screen 4"

// Learn finds the shows in the programme of a storefront, with so many to be sold out. Error: one is not there, so it is another
// programme.
func (a *API) Learn(ctx context.Context, now time.Time, soldOut int) (p Programme, err error) {
	p = Programme{City: "mumbai", Brand: "palace.localhost"}
	for _, w := range wanted {
		found, err := a.find(ctx, w.city, w.hall, now.Add(soon), 1)
		if err != nil {
			return p, err
		}
		*w.of(&p) = found[0]
	}
	if p.Small, err = a.find(ctx, p.City, smallHall, now.Add(soon), soldOut); err != nil {
		return p, err
	}
	_, p.Event, err = a.hallOf(ctx, p.Cinema)
	return p, err
}

// find returns the first shows in a hall from a time on.
func (a *API) find(ctx context.Context, city, hall string, from time.Time, count int) (ids []string, err error) {
	query := url.Values{"city": {city}, "from": {from.UTC().Format(time.RFC3339)}, "limit": {"100"}}
	for {
		var page struct {
			Items []show `json:"items"`
			Next  string `json:"next"`
		}
		if err := a.call(ctx, "GET", "/shows?"+query.Encode(), "", nil, &page); err != nil {
			return nil, err
		}
		for _, s := range page.Items {
			name, _, err := a.hallOf(ctx, s.ID)
			if err != nil {
				return nil, err
			}
			if name == hall && s.Sales.Open {
				ids = append(ids, s.ID)
			}
			if len(ids) == count {
				return ids, nil
			}
		}
		if query.Set("cursor", page.Next); page.Next == "" {
			return nil, fmt.Errorf("%d of %d shows are on sale in %s of %s: the pages are looked at with the demo programme", len(ids), count, hall, city)
		}
	}
}

// hallOf is the name of the hall of a show, and the slug of its event.
func (a *API) hallOf(ctx context.Context, id string) (hall, event string, err error) {
	var found struct {
		Hall struct {
			Name string `json:"name"`
		} `json:"hall"`
		Event struct {
			Slug string `json:"slug"`
		} `json:"event"`
	}
	err = a.call(ctx, "GET", "/shows/"+id, "", nil, &found)
	return found.Hall.Name, found.Event.Slug, err
}
