package local

import (
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
	seasons [][]recommend.Season
	tongues []string // languages without regions
	firsts  []int64  // when each is on next, in Unix seconds; 0 when it is not
}

// lens is a brain looking at an edition.
type lens struct {
	*brain
	entries [][]learn.Entry // of each item
}

func newLens(b *brain, e *recommend.Edition) *lens {
	if b == nil {
		return nil
	}
	l := &lens{brain: b, entries: make([][]learn.Entry, e.Len())}
	for i := range e.Len() {
		l.entries[i] = b.entries(e.At(i).Keys())
	}
	return l
}

// newView puts together what is known.
func newView(e *recommend.Edition, brains map[recommend.Tenant]*brain, p *pulse, now time.Time) *view {
	v := &view{
		edition: e, shared: newLens(brains[""], e), tenants: map[recommend.Tenant]*lens{}, chart: newChart(e, p, now),
		seasons: make([][]recommend.Season, e.Len()), tongues: make([]string, e.Len()), firsts: make([]int64, e.Len()),
	}
	for t, b := range brains {
		if t != "" {
			v.tenants[t] = newLens(b, e)
		}
	}
	for i := range e.Len() {
		v.seasons[i], v.tongues[i] = e.At(i).Seasons(), baseOf(e.At(i).Language)
		if first := e.At(i).First; !first.IsZero() {
			v.firsts[i] = first.Unix()
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
