package advisor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/recommend"
)

// programme is what is on, in memory: the shows of each event that can be bought, and the venues. It is safe for concurrent use.
type programme struct {
	mu     sync.RWMutex
	shows  map[catalog.EventID][]catalog.Show // by start
	venues map[catalog.VenueID]catalog.Venue
	bands  map[money.Currency][]int64 // upper bounds of price bands 1 to 4
	prices map[catalog.EventID]money.Amount
}

// of returns the shows of an event that have not begun.
func (p *programme) of(event catalog.EventID) []catalog.Show {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.shows[event]
}

func (p *programme) cityOf(venue catalog.VenueID) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.venues[venue].CitySlug
}

// city is the name of a city.
func (p *programme) city(slug string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, v := range p.venues {
		if v.CitySlug == slug {
			return v.City
		}
	}
	return ""
}

// put replaces the shows of some events; of all when events is nil.
func (p *programme) put(events []catalog.EventID, shows map[catalog.EventID][]catalog.Show, venues []catalog.Venue) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.venues = map[catalog.VenueID]catalog.Venue{}
	for _, v := range venues {
		p.venues[v.ID] = v
	}
	if events == nil || p.shows == nil {
		p.shows = map[catalog.EventID][]catalog.Show{}
	}
	for _, e := range events {
		delete(p.shows, e)
	}
	maps.Copy(p.shows, shows)
}

// price notes the lowest prices of events, of all when all is set, and where the fifths of what is sold in a currency begin.
func (p *programme) price(lowest map[catalog.EventID]money.Amount, all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.prices == nil || all {
		p.prices = map[catalog.EventID]money.Amount{}
	}
	maps.Copy(p.prices, lowest)
	sorted := map[money.Currency][]int64{}
	for _, a := range p.prices {
		sorted[a.Currency] = append(sorted[a.Currency], a.Minor)
	}
	p.bands = map[money.Currency][]int64{}
	for c, list := range sorted {
		slices.Sort(list)
		for fifth := 1; fifth < 5; fifth++ {
			p.bands[c] = append(p.bands[c], list[(len(list)-1)*fifth/5])
		}
	}
}

// band is which fifth of the prices an event is in, 1 to 5; 0 when its price is not known.
func (p *programme) band(event catalog.EventID) int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	a, known := p.prices[event]
	if !known {
		return 0
	}
	band := 1
	for _, bound := range p.bands[a.Currency] {
		if a.Minor > bound {
			band++
		}
	}
	return band
}

// showsAtOnce is how many shows are read at a time.
const showsAtOnce = 1000

// upcoming reads the shows that can be bought now or later, by event.
func (a *Advisor) upcoming(ctx context.Context, q store.ShowQuery) (map[catalog.EventID][]catalog.Show, error) {
	q.From, q.Limit, q.Statuses = a.client.Now(), showsAtOnce, []catalog.ShowStatus{catalog.OnSale, catalog.SoldOut}
	all := map[catalog.EventID][]catalog.Show{}
	for {
		page, err := a.client.Shows.List(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("shows: %w", err)
		}
		for _, s := range page {
			all[s.EventID] = append(all[s.EventID], s)
		}
		if len(page) < q.Limit {
			return all, nil
		}
		q.After = page[len(page)-1].ID
	}
}

// itemOf is an event as recommendations see it.
func (a *Advisor) itemOf(ctx context.Context, e catalog.Event) (recommend.Item, error) {
	item := recommend.Item{
		ID: recommend.ItemID(e.ID), Tenant: recommend.Tenant(e.PartnerID), Title: e.Title, Kind: string(e.Kind), Work: workOf(e), People: peopleOf(e),
		Genres: e.Genres, Tags: e.Tags, Language: e.Language, MinAge: e.Certificate.MinAge, Added: e.CreatedAt, PriceBand: a.on.band(e.ID),
	}
	for _, t := range e.Tags {
		if name, ok := strings.CutPrefix(t, "series:"); ok {
			item.Series = strings.TrimSpace(name)
		}
	}
	shows := a.on.of(e.ID)
	if item.Hidden = len(shows) == 0; item.Hidden {
		return item, nil
	}
	item.First, item.Last = shows[0].StartsAt, shows[len(shows)-1].StartsAt
	item.Places = a.placesOf(shows)
	of, err := a.salesOf(ctx, shows)
	item.Capacity, item.Sold, item.Hidden = of.all, of.sold, !of.left
	return item, err
}

// workOf names a film so that it is the same at every partner.
func workOf(e catalog.Event) string {
	if e.Kind != catalog.Film || e.Year == 0 {
		return ""
	}
	title := cmp.Or(e.OriginalTitle, e.Title)
	return title + " " + strconv.Itoa(e.Year)
}

// leading are the roles that say who comes to see it, the most telling first.
var leading = []catalog.Role{
	catalog.RolePerformer, catalog.RoleTeam, catalog.RoleDirector, catalog.RoleConductor, catalog.RoleChoreographer, catalog.RoleCast,
	catalog.RoleSpeaker, catalog.RoleHost, catalog.RoleComposer, catalog.RoleWriter,
}

func peopleOf(e catalog.Event) []string {
	var names []string
	for _, role := range leading {
		for _, p := range e.People {
			if p.Role == role && !slices.Contains(names, p.Name) {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// placesOf are the venues of shows, each once.
func (a *Advisor) placesOf(shows []catalog.Show) []recommend.Place {
	a.on.mu.RLock()
	defer a.on.mu.RUnlock()
	var places []recommend.Place
	seen := map[catalog.VenueID]bool{}
	for _, s := range shows {
		v, known := a.on.venues[s.VenueID]
		if seen[s.VenueID] || !known {
			continue
		}
		seen[s.VenueID] = true
		places = append(places, recommend.Place{Venue: string(v.ID), City: v.CitySlug, Country: v.Country, Lat: v.Lat, Lng: v.Lng})
	}
	return places
}

// counted is how many of an event's next shows are looked at to say how quickly it sells.
const counted = 3

// sales say how an event sells.
type sales struct {
	all, sold int  // places of its next shows
	left      bool // there is a place of any show, or one that is held and may come back
}

// salesOf counts the places of an event's shows, as far as it takes.
func (a *Advisor) salesOf(ctx context.Context, shows []catalog.Show) (sales, error) {
	var of sales
	for i, s := range shows {
		if i >= counted && of.left {
			break
		}
		c, err := a.client.Seats.Counts(ctx, s.ID)
		if err != nil {
			return sales{}, fmt.Errorf("seats of %s: %w", s.ID, err)
		}
		of.left = of.left || c.Free+c.Held > 0
		if i < counted {
			of.all += c.Capacity
			of.sold += min(c.Sold, c.Capacity)
		}
	}
	return of, nil
}

// lowest are the lowest prices of events, each by its next show.
func (a *Advisor) lowest(ctx context.Context, shows map[catalog.EventID][]catalog.Show) (map[catalog.EventID]money.Amount, error) {
	prices := map[catalog.EventID]money.Amount{}
	for event, list := range shows {
		table, err := a.client.Prices.Table(ctx, list[0].ID)
		if errors.Is(err, bms.ErrUnpriced) {
			continue // the others are recommended all the same
		}
		if err != nil {
			return nil, fmt.Errorf("prices of %s: %w", list[0].ID, err)
		}
		for _, row := range table.Rows {
			if low, known := prices[event]; !known || row.Amount.Minor < low.Minor {
				prices[event] = row.Amount
			}
		}
	}
	return prices, nil
}

// renewEvery is how often everything is read anew: what has begun, and what is sold, writes no news.
const renewEvery = 10 * time.Minute
