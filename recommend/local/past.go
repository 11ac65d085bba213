package local

import (
	"math"
	"slices"
	"time"

	"github.com/bits-and-blooms/bloom/v3"

	"github.com/marquee-tickets/marquee/recommend"
)

// past is what a person did. It never changes: what they do next makes another one.
type past struct {
	user    recommend.User
	deeds   []deed                    // the newest first, each pair of item and kind once, at most mostDeeds beside what settles something
	settled map[recommend.ItemID]bool // what was booked or hidden
	older   *bloom.BloomFilter        // what was seen before those; nil when there is no such thing
}

// deed is what a person did with an item.
type deed struct {
	item  recommend.ItemID
	kind  recommend.Kind
	value float64
	at    time.Time
}

// mostDeeds is how many are remembered exactly; what was seen before goes into a filter of 1 in 100 mistakes.
const (
	mostDeeds  = 1000
	mostRead   = 20_000 // of what a person did; an older booking could come back
	olderItems = 2000
	halfLife   = 365 * 24 * time.Hour // of what a choice says about a person
)

func deedOf(f recommend.Feedback) deed { return deed{f.Item, f.Kind, f.Strength(), f.At} }

// with returns the past with more deeds. Deeds that are in it already are brought up to date.
func (p *past) with(more ...deed) *past {
	next := &past{user: p.user, older: p.older, deeds: make([]deed, 0, len(p.deeds)+len(more))}
	next.deeds = append(append(next.deeds, more...), p.deeds...)
	slices.SortStableFunc(next.deeds, func(a, b deed) int { return b.at.Compare(a.at) })
	type what struct {
		item recommend.ItemID
		kind recommend.Kind
	}
	seen := make(map[what]bool, len(next.deeds))
	next.deeds = slices.DeleteFunc(next.deeds, func(d deed) bool {
		w := what{d.item, d.kind}
		again := seen[w]
		seen[w] = true
		return again
	})
	if len(next.deeds) > mostDeeds {
		next.forgetOlder()
	}
	next.settle()
	return next
}

// settles reports whether the item is not to come back.
func (d deed) settles() bool { return d.kind == recommend.Book || d.kind == recommend.Hide }

// settle notes what was booked or hidden.
func (p *past) settle() {
	p.settled = map[recommend.ItemID]bool{}
	for _, d := range p.deeds {
		if d.settles() {
			p.settled[d.item] = true
		}
	}
}

// forgetOlder puts what is too much into the filter, but for what settles something.
func (p *past) forgetOlder() {
	older := slices.Clone(p.deeds[mostDeeds:])
	p.deeds = p.deeds[:mostDeeds]
	f := bloom.NewWithEstimates(uint(max(olderItems, len(older))), .01)
	if p.older != nil {
		f = p.older.Copy()
	}
	for _, d := range older {
		if d.settles() {
			p.deeds = append(p.deeds, d)
		}
		f.AddString(string(d.item))
	}
	p.older = f
}

// without returns the past without a deed.
func (p *past) without(w recommend.Withdrawn) *past {
	next := *p
	next.deeds = slices.DeleteFunc(slices.Clone(p.deeds), func(d deed) bool { return d.item == w.Item && d.kind == w.Kind })
	next.settle()
	return &next
}

// as returns the past of a person of whom something else is said.
func (p *past) as(u recommend.User) *past {
	next := *p
	next.user = u
	return &next
}

// saw reports whether the person has seen an item; it may be wrong in one of a hundred about what was long ago.
func (p *past) saw(item recommend.ItemID) bool {
	return slices.ContainsFunc(p.deeds, func(d deed) bool { return d.item == item }) || p.older != nil && p.older.TestString(string(item))
}

// told is what an item tells about a person: the strongest of what they did with it, less the longer it is ago.
type told struct {
	item  recommend.ItemID
	kind  recommend.Kind
	worth float64
}

// fade is the exponent by which what a choice says becomes less in a nanosecond. Exp takes half the time of Exp2.
const fade = -math.Ln2 / float64(halfLife)

// tells returns what each item tells, the most first. How long ago a deed is counts from the person's newest one: who comes back after
// a year is the same person.
func (p *past) tells() []told {
	if len(p.deeds) == 0 {
		return nil
	}
	newest := p.deeds[0].at
	at := make(map[recommend.ItemID]int, len(p.deeds))
	list := make([]told, 0, len(p.deeds))
	for _, d := range p.deeds {
		w := worth(d.kind) * d.value * math.Exp(fade*float64(newest.Sub(d.at)))
		if w == 0 {
			continue
		}
		i, known := at[d.item]
		switch {
		case !known:
			at[d.item] = len(list)
			list = append(list, told{d.item, d.kind, w})
		case d.kind == recommend.Hide || list[i].kind != recommend.Hide && w > list[i].worth:
			list[i] = told{d.item, d.kind, w}
		}
	}
	return list
}

// amount is how much is known of a person, in choices.
func amount(list []told) float64 {
	var n float64
	for _, t := range list {
		n += math.Abs(t.worth)
	}
	return n
}
