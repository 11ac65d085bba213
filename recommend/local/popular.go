package local

import (
	"math"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// chart is what is popular in an edition at one time. What it says of a city is made when it is first asked for.
type chart struct {
	edition *recommend.Edition
	pulse   *pulse
	at      time.Time

	rates []float64 // choices a day, everywhere
	mu    sync.Mutex
	city  map[string][]float32
	away  map[string][]float32
	mood  map[moment][]float32
}

const (
	priorDays = 3  // an item's own days count half beside its genre's after so many
	cityDays  = 10 // a city's own days count half beside everywhere's after so many
)

func newChart(e *recommend.Edition, p *pulse, now time.Time) *chart {
	c := &chart{edition: e, pulse: p, at: now, rates: make([]float64, e.Len()), city: map[string][]float32{}, away: map[string][]float32{}, mood: map[moment][]float32{}}
	p.mu.Lock()
	defer p.mu.Unlock()
	type sum struct{ chosen, days float64 }
	genres := map[string]sum{}
	for i := range e.Len() {
		item := e.At(i)
		g := genres[item.Genre()]
		genres[item.Genre()] = sum{g.chosen + p.all[item.ID].now(now), g.days + days(item, now)}
	}
	for i := range e.Len() {
		item := e.At(i)
		g := genres[item.Genre()]
		usual := g.chosen / max(g.days, 1)
		c.rates[i] = (p.all[item.ID].now(now) + priorDays*usual) / (days(item, now) + priorDays)
	}
	return c
}

// days is how long an item could be chosen, in days that fade as choices do.
func days(item *recommend.Item, now time.Time) float64 {
	if item.Added.IsZero() {
		return fadedDays
	}
	age := max(now.Sub(item.Added), 0)
	return fadedDays * (1 - math.Exp2(-float64(age)/float64(famed)))
}

// fadedDays is how many days all of the past comes to.
const fadedDays = float64(famed) / float64(24*time.Hour) / math.Ln2

// in says how popular each item is in a city, or everywhere when it is empty: the logarithm of its smoothed rate and how quickly its
// places go.
func (c *chart) in(city string) []float32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulse.mu.Lock()
	defer c.pulse.mu.Unlock()
	local := c.pulse.cities[city]
	if len(local) == 0 { // nor is anything kept of cities that somebody made up
		city = ""
	}
	if list, known := c.city[city]; known {
		return list
	}
	list := make([]float32, c.edition.Len())
	share := c.share(local)
	for i := range list {
		item := c.edition.At(i)
		rate := c.rates[i]
		if city != "" {
			rate = (local[item.ID].now(c.at) + cityDays*rate*share) / (days(item, c.at) + cityDays)
		}
		list[i] = float32(math.Log(rate+1e-3) + speed(item, c.at))
	}
	c.city[city] = list
	return list
}

// far is what each item loses by being far from a city.
func (c *chart) far(city string) []float32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	list, known := c.away[city]
	if !known {
		list = farFrom(c.edition, city, c.edition.Here(recommend.Context{City: city}))
		c.away[city] = list
	}
	return list
}

// share is the part of all choices that were made in a city.
func (c *chart) share(local counts) float64 {
	var here, all float64
	for _, f := range local {
		here += f.now(c.at)
	}
	for _, f := range c.pulse.all {
		all += f.now(c.at)
	}
	return (here + 1) / (all + 10)
}

// speed is how quickly places are sold: the part of them that a week sells, at most all.
func speed(item *recommend.Item, now time.Time) float64 {
	if item.Capacity == 0 || item.Added.IsZero() {
		return 0
	}
	week := 7 * 24 * time.Hour
	weeks := max(float64(now.Sub(item.Added))/float64(week), 1./7)
	return min(float64(item.Sold)/float64(item.Capacity)/weeks, 1)
}

// fast is from which speed on it is said that places go quickly.
const fast = .25

// moods says for each item how much its genre suits the circumstances of a context.
func (c *chart) moods(q recommend.Context) []float32 {
	m := momentOf(q)
	c.mu.Lock()
	defer c.mu.Unlock()
	if list, known := c.mood[m]; known {
		return list
	}
	c.pulse.mu.Lock()
	defer c.pulse.mu.Unlock()
	in, list := m.circumstances(), make([]float32, c.edition.Len())
	lifts := map[string]float64{}
	for i := range list {
		genre := c.edition.At(i).Genre()
		lift, known := lifts[genre]
		if !known {
			lift = c.pulse.lift(genre, in)
			lifts[genre] = lift
		}
		list[i] = float32(lift)
	}
	c.mood[m] = list
	return list
}
