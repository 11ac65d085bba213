package local

import (
	"math"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// desk is the room that one answer is worked out in. Desks are used again.
type desk struct {
	keys       []float32 // for each key of a brain
	traits     []float32 // for each trait
	history    []learn.Entry
	out        []bool // items that are left out
	candidates []int32
	learnt     []float32 // for each candidate, as those below
	alike      []float32
	popular    []float32
	around     []float32
}

var desks = sync.Pool{New: func() any { return new(desk) }}

// room returns n zeros in the room of s.
func room[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	s = s[:n]
	clear(s)
	return s
}

// ask is a query with what is known of who asks.
type ask struct {
	recommend.Query
	past   *past
	told   []told
	now    time.Time
	season seasons // that it is
}

// rank scores what the tenant has on, the best first.
func (v *view) rank(a *ask, mix Mix) []recommend.Scored {
	d := desks.Get().(*desk) //nolint:forcetypeassert // of this pool
	defer desks.Put(d)
	v.findCandidates(d, a)
	n := len(d.candidates)
	d.learnt, d.alike, d.popular, d.around = room(d.learnt, n), room(d.alike, n), room(d.popular, n), room(d.around, n)
	v.addLearnt(d, a)
	v.addAlike(d, a)
	v.addPopular(d, a)
	v.addAround(d, a)
	known := amount(a.told)
	trust := float32(known / (known + mix.Trust))
	learnt := standard(d.learnt, float32(mix.Learnt)*trust)
	alike := standard(d.alike, float32(mix.Alike)*(1-trust/2))
	popular := standard(d.popular, float32(mix.Popular)*(1-.9*trust))
	around := float32(mix.Around)
	best := newBest(v.edition, a.N)
	for i, c := range d.candidates {
		best.offer(c, learnt.of(d.learnt[i])+alike.of(d.alike[i])+popular.of(d.popular[i])+around*d.around[i])
	}
	return best.list()
}

// findCandidates are the items that the tenant has on, and that the person has neither booked nor hidden.
func (v *view) findCandidates(d *desk, a *ask) {
	d.out = room(d.out, v.edition.Len())
	leave := func(id recommend.ItemID) {
		if i, known := v.edition.Index(id); known {
			d.out[i] = true
		}
	}
	leave(a.Like)
	for id := range a.past.settled {
		leave(id)
	}
	d.candidates = d.candidates[:0]
	for _, i := range v.facts.on[a.Tenant] {
		if !d.out[i] {
			d.candidates = append(d.candidates, i)
		}
	}
}

// addLearnt scores by what was learnt of everybody, and of the tenant's people as far as there are enough of them.
func (v *view) addLearnt(d *desk, a *ask) {
	own := v.tenants[a.Tenant]
	share := float32(0)
	if own != nil {
		share = float32(own.share())
		v.look(own, d, a, share)
	}
	if v.shared != nil {
		v.look(v.shared, d, a, 1-share)
	}
}

// look adds what one brain says, with a weight.
func (v *view) look(l *lens, d *desk, a *ask, weight float32) {
	d.history = d.history[:0]
	for _, t := range a.told {
		if i, known := v.edition.Index(t.item); known {
			for _, e := range l.entries[i] {
				d.history = append(d.history, learn.Entry{Col: e.Col, Value: e.Value * float32(t.worth)})
			}
		}
	}
	for _, key := range a.past.user.Follows {
		if n, known := l.number[recommend.Key(key)]; known {
			d.history = append(d.history, learn.Entry{Col: n, Value: .5})
		}
	}
	if len(d.history) == 0 {
		return
	}
	d.history = learn.Row(d.history) // the same genre many times is one entry
	d.keys = room(d.keys, len(l.keys))
	l.near.Add(d.history, d.keys)
	for _, e := range d.history {
		d.keys[e.Col] += direct * e.Value
	}
	for i, c := range d.candidates {
		var sum float32
		for _, e := range l.entries[c] {
			sum += e.Value * d.keys[e.Col]
		}
		d.learnt[i] += weight * sum / l.lengths[c]
	}
}

// direct is how much a key that somebody chose speaks for itself: for an artist whom they saw, the next event of the same artist.
const direct = .02

// addAlike scores by what items are like.
func (v *view) addAlike(d *desk, a *ask) {
	if len(a.told) == 0 && len(a.past.user.Follows) == 0 {
		return
	}
	d.traits = room(d.traits, v.edition.TraitKinds())
	for _, t := range a.told {
		if i, known := v.edition.Index(t.item); known {
			for _, x := range v.edition.Traits(i) {
				d.traits[x.ID] += x.Weight * float32(t.worth)
			}
		}
	}
	for _, key := range a.past.user.Follows {
		if n, known := v.edition.Trait(recommend.Key(key)); known {
			d.traits[n] += followed
		}
	}
	for i, c := range d.candidates {
		var sum float32
		for _, x := range v.edition.Traits(int(c)) {
			sum += x.Weight * d.traits[x.ID]
		}
		d.alike[i] = sum
	}
}

// followed is what it says of a person that they follow somebody, beside 1 for a booking.
const followed = .8

func (v *view) addPopular(d *desk, a *ask) {
	list := v.chart.in(a.Context.City)
	for i, c := range d.candidates {
		d.popular[i] = list[c]
	}
}

// addAround scores by where and when.
func (v *view) addAround(d *desk, a *ask) {
	far, moods := v.far(a.Context), v.chart.moods(a.Context)
	tongues := v.facts.understood(a.past.user.Language, a.Context.Language)
	until := a.now.Unix() + soon
	for i, c := range d.candidates {
		f := &v.facts.items[c]
		// Looked up rather than asked: which items are soon, and in a language that is understood, a processor guesses wrong half of the time.
		x := moods[c] + far[c] + tongues[f.tongue] + gains[isSoon(f.first, until)]
		if f.season&a.season != 0 {
			x++
		}
		d.around[i] = x
	}
}

// gains is what an item gains by being on soon.
var gains = [2]float32{0, .2}

func isSoon(first, until int64) (yes int) {
	if first <= until {
		yes = 1
	}
	return yes
}

// far is what each item loses by being far away. Where somebody is in a city as a whole, it is worked out once.
func (v *view) far(c recommend.Context) []float32 {
	if c.Lat == 0 && c.Lng == 0 && v.edition.Knows(c.City) {
		return v.chart.far(c.City)
	}
	return farFrom(v.edition, "", v.edition.Here(c))
}

func farFrom(e *recommend.Edition, city string, here recommend.Spot) []float32 {
	list := make([]float32, e.Len())
	for i := range list {
		list[i] = near(e.At(i), city, here)
	}
	return list
}

// farAway is what is lost by being further away than anybody goes for an evening.
const farAway = -3

// near is what an item loses by being far: one for each 40 km, nothing in the city that is looked at.
func near(item *recommend.Item, city string, here recommend.Spot) float32 {
	if city == "" && here == (recommend.Spot{}) || city != "" && item.In(city) || len(item.Places) == 0 {
		return 0
	}
	km, known := item.Nearest(here)
	if !known {
		return farAway
	}
	return float32(max(-km/40, farAway))
}

// soon is within how many seconds an item gains by being on: a fortnight.
const soon = 14 * 24 * 60 * 60

// scale brings a part of a score to mean 0 and standard deviation 1, and weighs it.
type scale struct{ mean, by float32 }

func (s scale) of(x float32) float32 { return (x - s.mean) * s.by }

// standard finds the scale of a list, with a weight; where it is all the same it counts for nothing.
func standard(list []float32, weight float32) scale {
	if len(list) == 0 {
		return scale{}
	}
	// Counted from the first on, so that no digits are lost where all are large and nearly the same. Two at a time: a sum waits for the one
	// before it.
	first := float64(list[0])
	var sum, squares, sum2, squares2 float64
	for i := 1; i < len(list); i += 2 {
		x, y := float64(list[i-1])-first, float64(list[i])-first
		sum, squares, sum2, squares2 = sum+x, squares+x*x, sum2+y, squares2+y*y
	}
	if len(list)%2 == 1 {
		x := float64(list[len(list)-1]) - first
		sum, squares = sum+x, squares+x*x
	}
	n := float64(len(list))
	mean := (sum + sum2) / n
	dev := math.Sqrt(max((squares+squares2)/n-mean*mean, 0))
	if dev < 1e-9 {
		return scale{}
	}
	return scale{mean: float32(first + mean), by: weight / float32(dev)}
}
