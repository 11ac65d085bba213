// Package foryoutest is a Recommender for tests: it keeps what it is told in memory and suggests what a test has put on its shelf.
package foryoutest

import (
	"context"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/foryou"
)

// Recommender suggests from a shelf: never what the visitor has hidden, what is excluded, or what is like itself. It is safe for
// concurrent use. The zero Recommender has nothing to suggest.
type Recommender struct {
	mu     sync.Mutex
	shelf  []foryou.Suggestion
	err    error
	stuck  bool
	wishes []foryou.Wish
	deeds  []foryou.Deed
	forgot []string
}

// Put replaces what is suggested, the best first.
func (r *Recommender) Put(list ...foryou.Suggestion) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shelf = list
}

// Break has all calls fail with an error; nil mends it.
func (r *Recommender) Break(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

// Stick has Recommend answer only once its context has ended.
func (r *Recommender) Stick() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stuck = true
}

// Recommend implements foryou.Recommender.
func (r *Recommender) Recommend(ctx context.Context, w foryou.Wish) ([]foryou.Suggestion, error) {
	r.mu.Lock()
	stuck := r.stuck
	r.mu.Unlock()
	if stuck {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wishes = append(r.wishes, w)
	if r.err != nil {
		return nil, r.err
	}
	hidden := r.hidden(w.Visitor)
	var list []foryou.Suggestion
	for _, s := range r.shelf {
		if len(list) < w.N && s.Event != w.Like && !slices.Contains(w.Exclude, s.Event) && !slices.Contains(hidden, s.Event) {
			list = append(list, s)
		}
	}
	return list, nil
}

// Record implements foryou.Recommender.
func (r *Recommender) Record(_ context.Context, list []foryou.Deed) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.deeds = append(r.deeds, list...)
	}
	return r.err
}

// Withdraw implements foryou.Recommender.
func (r *Recommender) Withdraw(_ context.Context, list []foryou.Deed) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range list {
		r.deeds = slices.DeleteFunc(r.deeds, func(o foryou.Deed) bool {
			return o.Visitor == d.Visitor && o.Event == d.Event && o.Kind == d.Kind
		})
	}
	return r.err
}

// Hidden implements foryou.Recommender.
func (r *Recommender) Hidden(_ context.Context, visitor string) ([]catalog.EventID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hidden(visitor), r.err
}

func (r *Recommender) hidden(visitor string) []catalog.EventID {
	var list []catalog.EventID
	for _, d := range slices.Backward(r.deeds) {
		if visitor != "" && d.Visitor == visitor && d.Kind == foryou.DeedHide && !slices.Contains(list, d.Event) {
			list = append(list, d.Event)
		}
	}
	return list
}

// Forget implements foryou.Recommender.
func (r *Recommender) Forget(_ context.Context, visitor string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	r.forgot = append(r.forgot, visitor)
	r.deeds = slices.DeleteFunc(r.deeds, func(d foryou.Deed) bool { return d.Visitor == visitor })
	return nil
}

// Wishes are what was asked, in order.
func (r *Recommender) Wishes() []foryou.Wish {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.wishes)
}

// Deeds are what is known, in order.
func (r *Recommender) Deeds() []foryou.Deed {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.deeds)
}

// Forgotten are the visitors who were forgotten, in order.
func (r *Recommender) Forgotten() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.forgot)
}
