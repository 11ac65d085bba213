package local

import (
	"math"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// view is everything that an answer is made from. It never changes, but for what its chart makes when it is first asked for.
type view struct {
	edition *recommend.Edition
	shared  *lens
	tenants map[recommend.Tenant]*lens
	chart   *chart
	facts   *facts
}

// lens is a brain looking at an edition.
type lens struct {
	*brain
	entries [][]learn.Entry // of each item
	lengths []float32       // of each item's entries as a vector; 1 where there are none
}

func newLens(b *brain, e *recommend.Edition) *lens {
	if b == nil {
		return nil
	}
	l := &lens{brain: b, entries: make([][]learn.Entry, e.Len()), lengths: make([]float32, e.Len())}
	var all []learn.Entry // one behind the other: each answer walks along all of them
	for i := range e.Len() {
		l.entries[i] = b.entries(e.At(i).Keys())
		all = append(all, l.entries[i]...)
		var square float32
		for _, x := range l.entries[i] {
			square += x.Value * x.Value
		}
		if l.lengths[i] = 1; square > 0 {
			l.lengths[i] = float32(math.Sqrt(float64(square)))
		}
	}
	for i, list := range l.entries {
		l.entries[i], all = all[:len(list):len(list)], all[len(list):]
	}
	return l
}

// newView puts together what is known.
func newView(e *recommend.Edition, brains map[recommend.Tenant]*brain, p *pulse, now time.Time) *view {
	v := &view{edition: e, shared: newLens(brains[""], e), tenants: map[recommend.Tenant]*lens{}, chart: newChart(e, p, now), facts: newFacts(e)}
	for t, b := range brains {
		if t != "" {
			v.tenants[t] = newLens(b, e)
		}
	}
	return v
}

// withChart is the view with what is popular now.
func (v *view) withChart(p *pulse, now time.Time) *view {
	next := *v
	next.chart = newChart(v.edition, p, now)
	return &next
}

// version names the model that answers for a tenant.
func (v *view) version(t recommend.Tenant) string {
	switch {
	case v.tenants[t] != nil:
		return v.tenants[t].version
	case v.shared != nil:
		return v.shared.version
	}
	return ""
}
