package local

import (
	"math"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// famed is how long it takes for what people choose to count half in what is popular.
const famed = 14 * 24 * time.Hour

// pulse counts what people choose, less the longer it is ago, and when they do. It is safe for concurrent use.
type pulse struct {
	mu     sync.Mutex
	all    counts
	cities map[string]counts
	trials map[recommend.ItemID]Trial
	habits map[habit]float64        // choices of a genre in a circumstance
	times  map[circumstance]float64 // choices in a circumstance
	genres map[string]float64       // choices of a genre
	sum    float64                  // choices
	fresh  bool                     // nothing has come since it was last read
}

// counts are choices of items that fade.
type counts map[recommend.ItemID]fading

type fading struct {
	value float64
	at    time.Time
}

func (f fading) now(t time.Time) float64 {
	return f.value * math.Exp2(-float64(t.Sub(f.at))/float64(famed))
}

// add counts a choice at its time, whichever comes first.
func (c counts) add(id recommend.ItemID, value float64, at time.Time) {
	f := c[id]
	if at.After(f.at) {
		f = fading{f.now(at), at}
		f.value += value
	} else {
		f.value += value * math.Exp2(-float64(f.at.Sub(at))/float64(famed))
	}
	c[id] = f
}

// Trial is how often an item was shown and chosen.
type Trial struct{ Shown, Chosen float64 }

// habit is a genre in a circumstance.
type habit struct {
	genre string
	in    circumstance
}

func newPulse() *pulse {
	return &pulse{
		all: counts{}, cities: map[string]counts{}, trials: map[recommend.ItemID]Trial{},
		habits: map[habit]float64{}, times: map[circumstance]float64{}, genres: map[string]float64{},
	}
}

// fame is how much of a choice a kind of feedback is for what is popular.
func fame(k recommend.Kind) float64 {
	switch k {
	case recommend.Book:
		return 1
	case recommend.Like:
		return .5
	case recommend.Hold:
		return .4
	case recommend.Click:
		return .15
	case recommend.View:
		return .05
	case recommend.Shown, recommend.Hide:
	}
	return 0
}

// add counts feedback about an item; item may be nil when it is not known.
func (p *pulse) add(f recommend.Feedback, item *recommend.Item) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fresh = false
	t := p.trials[f.Item]
	switch f.Kind {
	case recommend.Shown:
		t.Shown++
	case recommend.Click, recommend.Book:
		t.Chosen++
	case recommend.View, recommend.Hold, recommend.Like, recommend.Hide:
	}
	p.trials[f.Item] = t
	v := fame(f.Kind) * f.Strength()
	if v == 0 {
		return
	}
	p.all.add(f.Item, v, f.At)
	for _, city := range citiesOf(f, item) {
		if p.cities[city] == nil {
			p.cities[city] = counts{}
		}
		p.cities[city].add(f.Item, v, f.At)
	}
	if item != nil && item.Genre() != "" {
		p.note(item.Genre(), v, momentOf(recommend.Context{Now: f.At, Device: f.Device}).circumstances())
	}
}

func (p *pulse) note(genre string, v float64, in []circumstance) {
	p.genres[genre] += v
	p.sum += v
	for _, c := range in {
		p.habits[habit{genre, c}] += v
		p.times[c] += v
	}
}

// citiesOf are where a choice counts: where it was made, or else where the item is on.
func citiesOf(f recommend.Feedback, item *recommend.Item) []string {
	if f.City != "" {
		return []string{f.City}
	}
	if item == nil {
		return nil
	}
	var list []string
	seen := map[string]bool{}
	for _, p := range item.Places {
		if !seen[p.City] {
			seen[p.City] = true
			list = append(list, p.City)
		}
	}
	return list
}

// changed reports whether something has come since the last time it was asked.
func (p *pulse) changed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.fresh
	p.fresh = true
	return !was
}
