package gorse

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/recommend"
)

// Similar returns what is like an item: by what it is, and by who books it. An item that is not known has none.
func (e *Engine) Similar(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
	if err := checkID("like", string(q.Like)); err != nil {
		return nil, err
	}
	var found []Score
	err := e.client.guarded(ctx, "recommend items like another", func(ctx context.Context) error {
		var err error
		found, err = e.neighbours(ctx, Ask{N: q.N, Categories: narrow(q.Tenant)}, string(q.Like))
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]recommend.Scored, len(found))
	for n, s := range found {
		list[n] = recommend.Scored{
			Item: recommend.ItemID(s.ID), Score: s.Score, Why: recommend.Reason{Code: recommend.BecauseAlike, Item: q.Like},
		}
	}
	return list, nil
}

// neighbours are the items that are like another inside of a call, the best first, with scores between 0 and 1.
func (e *Engine) neighbours(ctx context.Context, ask Ask, item string) ([]Score, error) {
	var alike, together []Score
	var errs [2]error
	var asked sync.WaitGroup
	asked.Go(func() { alike, errs[0] = e.list(ctx, ask, "item-to-item", e.cfg.Alike, item) })
	asked.Go(func() { together, errs[1] = e.list(ctx, ask, "item-to-item", e.cfg.Together, item) })
	asked.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	alike = slices.DeleteFunc(alike, func(s Score) bool { return s.ID == item || s.Score <= apart })
	together = slices.DeleteFunc(together, func(s Score) bool { return s.ID == item || s.Score <= apart || s.Score >= same })
	return merge(ask.N, alike, together), nil
}

// Scores of Gorse for items that have nothing in common, with which it fills its lists, and for items that have all in common. In a list
// by who books what the latter are the ones that nobody has booked.
const (
	apart = .5
	same  = 1
)

// merge makes one list of several by the places of items in them. Scores as such say little: those of items that have something in common
// differ in the third digit.
func merge(n int, lists ...[]Score) []Score {
	sum := map[string]float64{}
	for _, list := range lists {
		for place, s := range list {
			sum[s.ID] += byRank(place, len(list)) / float64(len(lists))
		}
	}
	merged := make([]Score, 0, len(sum))
	for id, score := range sum {
		merged = append(merged, Score{ID: id, Score: score})
	}
	slices.SortFunc(merged, func(a, b Score) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	return merged[:min(n, len(merged))]
}
