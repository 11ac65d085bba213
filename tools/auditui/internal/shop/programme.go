package shop

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"time"
)

// Programme is what of the demo programme the pages are looked at with. Shows are named by their id.
type Programme struct {
	City, Event string // slugs, of the cinema
	Cinema      string // a hall that is drawn seat by seat
	Arena       string // a hall that is shown in parts
	Lawn        string // places without seats
	Small       string // a small hall, to be sold out
	Brand       string // host name of a brand's storefront, that this computer finds by itself
}

// wanted are the shows, by the city and the name of their hall.
var wanted = []struct { //nolint:gochecknoglobals // a table
	city, hall string
	of         func(*Programme) *string
}{
	{"mumbai", "Screen 2", func(p *Programme) *string { return &p.Cinema }},
	{"berlin", "Arena", func(p *Programme) *string { return &p.Arena }},
	{"dubai", "Lawn", func(p *Programme) *string { return &p.Lawn }},
	{"mumbai", "Screen 4", func(p *Programme) *string { return &p.Small }},
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

// Learn finds the shows in the programme of a storefront. Error: one is not there, so it is another programme.
func (a *API) Learn(ctx context.Context, now time.Time) (Programme, error) {
	p := Programme{City: "mumbai", Brand: "palace.localhost"}
	for _, w := range wanted {
		id, event, err := a.find(ctx, w.city, w.hall, now.Add(soon))
		if err != nil {
			return p, err
		}
		*w.of(&p) = id
		if p.Event == "" {
			p.Event = event
		}
	}
	return p, nil
}

// find returns the first show in a hall from a time on, with its event.
func (a *API) find(ctx context.Context, city, hall string, from time.Time) (id, event string, err error) {
	query := url.Values{"city": {city}, "from": {from.UTC().Format(time.RFC3339)}, "limit": {"100"}}
	for {
		var page struct {
			Items []show `json:"items"`
			Next  string `json:"next"`
		}
		if err := a.call(ctx, "GET", "/shows?"+query.Encode(), "", nil, &page); err != nil {
			return "", "", err
		}
		for _, s := range page.Items {
			name, slug, err := a.hallOf(ctx, s.ID)
			if err != nil || name == hall && s.Sales.Open {
				return s.ID, slug, err
			}
		}
		if query.Set("cursor", page.Next); page.Next == "" {
			return "", "", fmt.Errorf("no show is on sale in %s of %s: the pages are looked at with the demo programme", hall, cmp.Or(city, "any city"))
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
