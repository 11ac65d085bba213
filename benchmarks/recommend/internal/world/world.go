// Package world makes up a place where people with tastes go to events that end, so that it is known what they would like of what is new.
//
// Everybody likes a few scenes out of many. A scene is what its artists have in common and what nobody writes down: what is written down of
// an event is its genre, which several scenes share, its artists, venue, series, price and language. So a genre says a little of what
// somebody likes, an artist much, and who else goes to the same artists says which other artists they will like.
package world

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// Config is the size of a world. Zero fields mean the usual size.
type Config struct {
	People, Cities, Scenes, Genres, Artists, Weeks, EventsAWeek, Cold int
	Seed                                                              uint64
}

func (c Config) withDefaults() Config {
	set := func(field *int, usual int) {
		if *field == 0 {
			*field = usual
		}
	}
	set(&c.People, 3000)
	set(&c.Cities, 5)
	set(&c.Scenes, 24)
	set(&c.Genres, 4)
	set(&c.Artists, 480)
	set(&c.Weeks, 40)
	set(&c.EventsAWeek, 40)
	set(&c.Cold, 350)
	return c
}

// World is made by New.
type World struct {
	Items    []recommend.Item
	Feedback []recommend.Feedback
	People   []Person
	Now      time.Time // the end of the last week
	Cold     []int     // items that nobody has seen yet
	SoldOut  []bool    // of each item: it can be bought no more, whatever the item itself says

	cfg     Config
	rng     *rand.Rand
	artists []artist
	scene   []int           // of each item
	been    map[[2]int]bool // where artists have played
}

// Person is one of them.
type Person struct {
	ID     recommend.UserID
	City   string
	tastes []float64       // for each scene
	fan    map[int]float64 // artists whom they like beyond their scene
	dear   float64         // how much they mind a high price
	tongue string
}

// Language is what they speak.
func (p *Person) Language() string { return p.tongue }

type artist struct {
	name         string
	scene, genre int
	known        float64 // how many have heard of them
}

var start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

const week = 7 * 24 * time.Hour

// New makes a world: the same for the same configuration.
func New(cfg Config) *World {
	cfg = cfg.withDefaults()
	w := &World{cfg: cfg, been: map[[2]int]bool{}, rng: rand.New(rand.NewPCG(cfg.Seed, 99)), Now: start.Add(time.Duration(cfg.Weeks) * week)}
	w.addArtists()
	w.addPeople()
	on := map[string][]int{}
	for n := range cfg.Weeks {
		begin := start.Add(time.Duration(n) * week)
		w.addEvents(cfg.EventsAWeek, begin, on)
		w.live(begin, on)
	}
	w.addCold(on)
	return w
}

func (w *World) addArtists() {
	for i := range w.cfg.Artists {
		scene := i % w.cfg.Scenes
		w.artists = append(w.artists, artist{
			name: fmt.Sprintf("Artist %d", i), scene: scene, genre: scene % w.cfg.Genres, known: w.rng.ExpFloat64(),
		})
	}
}

func (w *World) addPeople() {
	for i := range w.cfg.People {
		p := Person{
			ID: recommend.UserID(fmt.Sprintf("usr-%d", i)), City: city(w.rng.IntN(w.cfg.Cities)),
			tastes: make([]float64, w.cfg.Scenes), fan: map[int]float64{}, dear: w.rng.Float64(), tongue: tongue(w.rng.IntN(3)),
		}
		for range 2 + w.rng.IntN(2) {
			p.tastes[w.rng.IntN(w.cfg.Scenes)] += 2.5 + w.rng.Float64()
		}
		for a, artist := range w.artists {
			if p.tastes[artist.scene] > 0 && w.rng.Float64() < .25 {
				p.fan[a] = 1.5 * w.rng.Float64()
			}
		}
		w.People = append(w.People, p)
	}
}

func city(n int) string   { return fmt.Sprintf("city-%d", n) }
func tongue(n int) string { return []string{"en", "de", "hi"}[n] }

// stop is where an artist plays next: in a city where they have not been yet. Tours come to each city once.
func (w *World) stop() (a, c int) {
	for {
		a, c = w.rng.IntN(len(w.artists)), w.rng.IntN(w.cfg.Cities)
		if !w.been[[2]int{a, c}] {
			w.been[[2]int{a, c}] = true
			return a, c
		}
	}
}

// addEvents brings events into the programme at a time, and says where they are on.
func (w *World) addEvents(n int, at time.Time, on map[string][]int) {
	for range n {
		a, c := w.stop()
		lead, venue := w.artists[a], w.rng.IntN(6)
		item := recommend.Item{
			ID: recommend.ItemID(fmt.Sprintf("evt-%d", len(w.Items))), Tenant: recommend.Tenant(fmt.Sprintf("ptn-%d", venue%3)),
			Title: lead.name + " live", Kind: "concert", People: []string{lead.name}, Genres: []string{fmt.Sprintf("genre %d", lead.genre)},
			Language: tongue(w.rng.IntN(3)), PriceBand: 1 + w.rng.IntN(5), Added: at.Add(time.Duration(w.rng.Int64N(int64(2 * 24 * time.Hour)))), Capacity: 200,
			Places: []recommend.Place{{
				Venue: fmt.Sprintf("ven-%d-%d", c, venue), City: city(c), Country: "DE", Lat: 48 + float64(c), Lng: 10 + .02*float64(venue),
			}},
		}
		if b := w.rng.IntN(len(w.artists)); w.artists[b].scene == lead.scene { // who plays before comes from the same scene
			item.People = append(item.People, w.artists[b].name)
		}
		if w.rng.Float64() < .25 {
			item.Series = fmt.Sprintf("Series %d", lead.scene*2+w.rng.IntN(2))
		}
		item.First = item.Added.Add(2*week + time.Duration(w.rng.Int64N(int64(3*week))))
		item.Last = item.First
		on[city(c)] = append(on[city(c)], len(w.Items))
		w.Items = append(w.Items, item)
		w.scene = append(w.scene, lead.scene)
		w.SoldOut = append(w.SoldOut, false)
	}
}

// Utility is how much a person would like an item: what the oracle knows.
func (w *World) Utility(p *Person, i int) float64 {
	item := &w.Items[i]
	u := p.tastes[w.scene[i]] - .25*p.dear*float64(item.PriceBand)
	for a, more := range p.fan {
		if w.artists[a].name == item.People[0] {
			u += more
		}
	}
	if item.Language == p.tongue {
		u += .4
	}
	return u
}

// live lets a week go by: people look at what is on where they live, and book some of it.
func (w *World) live(begin time.Time, on map[string][]int) {
	end := begin.Add(week)
	for c, list := range on {
		kept := list[:0]
		for _, i := range list {
			if w.Items[i].First.Before(end) { // over
				w.Items[i].Hidden = true
				continue
			}
			kept = append(kept, i)
		}
		on[c] = kept
	}
	for p := range w.People {
		if w.rng.Float64() < .25 {
			w.visit(&w.People[p], begin, on[w.People[p].City])
		}
	}
}

// visit is somebody looking at some of what is on: they open what they like most of it, and sometimes book.
func (w *World) visit(p *Person, begin time.Time, on []int) {
	if len(on) == 0 {
		return
	}
	at := begin.Add(3*24*time.Hour + time.Duration(w.rng.Int64N(int64(3*24*time.Hour))))
	for range 2 {
		best, value := -1, math.Inf(-1)
		for range min(8, len(on)) {
			i := on[w.rng.IntN(len(on))]
			if v := w.Utility(p, i) + w.noise(); v > value && w.Items[i].Added.Before(at) {
				best, value = i, v
			}
		}
		if best < 0 {
			return
		}
		at = at.Add(time.Minute)
		w.did(p, recommend.View, best, at)
		if value > 2 && w.rng.Float64() < .4 && w.Items[best].Sold < w.Items[best].Capacity {
			w.Items[best].Sold += 2
			w.did(p, recommend.Book, best, at.Add(time.Minute))
		}
	}
}

// noise is what nobody knows of a choice (a Gumbel variate: choices follow a logit model).
func (w *World) noise() float64 { return -.6 * math.Log(-math.Log(w.rng.Float64())) }

func (w *World) did(p *Person, kind recommend.Kind, i int, at time.Time) {
	w.Feedback = append(w.Feedback, recommend.Feedback{
		Kind: kind, User: p.ID, Item: w.Items[i].ID, Tenant: w.Items[i].Tenant, At: at, City: p.City,
	})
}

// addCold brings events that nobody has seen, and sells out some of what is on without telling the items.
func (w *World) addCold(on map[string][]int) {
	first := len(w.Items)
	for c := range w.cfg.Cities { // in order: a map's is another each time
		for _, i := range on[city(c)] {
			w.SoldOut[i] = w.rng.Float64() < .2
		}
	}
	w.addEvents(w.cfg.Cold, w.Now.Add(-2*24*time.Hour), on)
	for i := first; i < len(w.Items); i++ {
		w.Cold = append(w.Cold, i)
	}
}

// Available are the items that can be bought.
func (w *World) Available() map[recommend.ItemID]bool {
	can := map[recommend.ItemID]bool{}
	for i, item := range w.Items {
		if !item.Hidden && !w.SoldOut[i] {
			can[item.ID] = true
		}
	}
	return can
}

// Wanted are three of the new events in a person's city that they will choose, when they see all of them.
func (w *World) Wanted(p *Person) map[int]bool {
	wanted := map[int]bool{}
	for len(wanted) < 3 {
		best, value := -1, math.Inf(-1)
		for _, i := range w.Cold {
			if !wanted[i] && w.Items[i].In(p.City) {
				if v := w.Utility(p, i) + w.noise(); v > value {
					best, value = i, v
				}
			}
		}
		if best < 0 {
			break
		}
		wanted[best] = true
	}
	return wanted
}
