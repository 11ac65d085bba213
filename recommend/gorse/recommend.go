package gorse

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// maxSignals is how many things that were done in a session count, the last ones.
const maxSignals = 10

// fade is what a signal counts against the one after it.
const fade = .8

// ofSession is what the session counts against the list of the person, whose best has 1.
const ofSession = .5

// Recommend joins the list that Gorse has for the person with what is like the items of the session, which Gorse learns of later. Without
// a user it is the session alone, and without that what is popular. Items of the session are left out.
func (e *Engine) Recommend(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
	if q.N <= 0 {
		return nil, fault.Invalidf("n", "must be above zero, not %d", q.N)
	}
	signals := recent(q.Session)
	if q.User == "" && len(signals) == 0 {
		return e.Popular(ctx, q)
	}
	if q.User != "" {
		if err := checkID("user", string(q.User)); err != nil {
			return nil, err
		}
	}
	var found findings
	err := e.client.guarded(ctx, "recommend", func(ctx context.Context) error {
		found = e.find(ctx, q, signals)
		return found.err(q.User != "")
	})
	if err != nil {
		return nil, err
	}
	return found.join(q, signals, e.cfg.Many), nil
}

// findings are the lists that one recommendation is made of.
type findings struct {
	personal []Score
	alike    [][]Score // one for each signal
	popular  []Score

	personalErr error
	alikeErrs   []error
}

// find asks for all lists at a time.
func (e *Engine) find(ctx context.Context, q recommend.Query, signals []recommend.Signal) findings {
	f := findings{alike: make([][]Score, len(signals)), alikeErrs: make([]error, len(signals))}
	ask := Ask{N: q.N, Categories: narrow(q.Tenant)}
	var asked sync.WaitGroup
	if q.User != "" {
		asked.Go(func() { f.personal, f.personalErr = e.list(ctx, ask, "recommend", string(q.User)) })
		asked.Go(func() { f.popular = e.popularNow(ctx, q.Tenant) })
	}
	for n, s := range signals {
		asked.Go(func() { f.alike[n], f.alikeErrs[n] = e.neighbours(ctx, ask, string(s.Item)) })
	}
	asked.Wait()
	for _, err := range f.alikeErrs {
		if err != nil {
			e.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "a list of like items is missing", slog.Any("error", err))
		}
	}
	return f
}

// list asks for a list inside of a call.
func (e *Engine) list(ctx context.Context, ask Ask, path ...string) ([]Score, error) {
	found, err := e.client.scores(ctx, ask, path...)
	return found.List, err
}

// err is what keeps the findings from being an answer: the list of the person is missing, or without one all others are.
func (f findings) err(personal bool) error {
	if personal {
		return f.personalErr
	}
	if slices.Contains(f.alikeErrs, nil) {
		return nil
	}
	return errors.Join(f.alikeErrs...)
}

// candidate is an item while lists are joined.
type candidate struct {
	score, session, best float64 // best is the most that one signal gave it
	why                  recommend.Reason
}

// join makes one list.
func (f findings) join(q recommend.Query, signals []recommend.Signal, many float64) []recommend.Scored {
	all := map[string]*candidate{}
	at := func(id string) *candidate {
		if all[id] == nil {
			all[id] = &candidate{}
		}
		return all[id]
	}
	for n, s := range f.personal {
		at(s.ID).score = byRank(n, len(f.personal))
	}
	weight := 1.
	for n, signal := range signals {
		for _, s := range f.alike[n] {
			at(s.ID).hear(signal, s.Score*weight*telling(signal.Kind))
		}
		weight *= fade
	}
	for _, s := range f.popular {
		if c := all[s.ID]; c != nil && c.why.Code == "" && s.Score >= many {
			c.why.Code = recommend.BecausePopular
		}
	}
	for _, s := range q.Session {
		if s.Kind != recommend.Shown {
			delete(all, string(s.Item))
		}
	}
	return ranked(all, q.N)
}

// hear adds what a signal says for the candidate; the loudest one is its reason.
func (c *candidate) hear(s recommend.Signal, score float64) {
	c.session += score
	if score > c.best {
		c.best, c.why = score, reasonOf(s)
	}
}

// ranked returns the best n, equal ones by their ids so that the same lists give the same answer.
func ranked(all map[string]*candidate, n int) []recommend.Scored {
	loudest := 0.
	for _, c := range all {
		loudest = max(loudest, c.session)
	}
	list := make([]recommend.Scored, 0, len(all))
	for id, c := range all {
		if loudest > 0 {
			c.score += ofSession * c.session / loudest
		}
		list = append(list, recommend.Scored{Item: recommend.ItemID(id), Score: c.score, Why: c.why})
	}
	slices.SortFunc(list, func(a, b recommend.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Item, b.Item))
	})
	return list[:min(len(list), n)]
}

// byRank is a score between 1 and 0 for a place in a list. Gorse's own cannot be compared: where its list of the person ends, that of
// what is new follows, whose scores are seconds.
func byRank(n, of int) float64 { return float64(of-n) / float64(of) }

// recent returns the signals that count, the latest first, each item once.
func recent(session []recommend.Signal) []recommend.Signal {
	hidden := map[recommend.ItemID]bool{}
	for _, s := range session {
		hidden[s.Item] = s.Kind == recommend.Hide
	}
	var list []recommend.Signal
	for _, s := range slices.Backward(session) {
		known := slices.ContainsFunc(list, func(other recommend.Signal) bool { return other.Item == s.Item })
		if known || hidden[s.Item] || telling(s.Kind) == 0 || checkID("item", string(s.Item)) != nil {
			continue
		}
		if list = append(list, s); len(list) == maxSignals {
			break
		}
	}
	return list
}

// telling is how much a signal of a kind says for what is like its item.
func telling(k recommend.Kind) float64 {
	switch k {
	case recommend.Book, recommend.Like:
		return 1
	case recommend.Hold:
		return .8
	case recommend.Click:
		return .5
	case recommend.View:
		return .4
	case recommend.Shown, recommend.Hide:
	}
	return 0
}

// reasonOf is what is true of an item that is like that of the signal.
func reasonOf(s recommend.Signal) recommend.Reason {
	code := recommend.BecauseAlike
	switch s.Kind {
	case recommend.Book:
		code = recommend.BecauseBooked
	case recommend.Like:
		code = recommend.BecauseLiked
	case recommend.View, recommend.Click:
		code = recommend.BecauseViewed
	case recommend.Hold, recommend.Shown, recommend.Hide:
	}
	return recommend.Reason{Code: code, Item: s.Item}
}

// Popular returns what is booked most of what is on in the city of the query, and after it of what is on elsewhere.
func (e *Engine) Popular(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
	if q.N <= 0 {
		return nil, fault.Invalidf("n", "must be above zero, not %d", q.N)
	}
	var found []Score
	if q.Context.City != "" {
		near, err := e.client.NonPersonalized(ctx, e.cfg.Popular, Ask{N: q.N, Categories: append(narrow(q.Tenant), ofCity+q.Context.City)})
		if err != nil {
			return nil, err
		}
		found = near.List
	}
	if len(found) < q.N {
		all, err := e.client.NonPersonalized(ctx, e.cfg.Popular, Ask{N: q.N, Categories: narrow(q.Tenant)})
		if err != nil {
			return nil, err
		}
		found = lead(found, all.List, q.N)
	}
	return e.popular(found), nil
}

// lead returns the first list followed by what the second has beside it, at most n.
func lead(first, second []Score, n int) []Score {
	list := slices.Clone(first)
	for _, s := range second {
		if len(list) == n {
			break
		}
		if !slices.ContainsFunc(first, func(other Score) bool { return other.ID == s.ID }) {
			list = append(list, s)
		}
	}
	return list
}

// popular gives scores and reasons. That many book an item is said of it when they do: a young shop's list has items that nobody has
// booked.
func (e *Engine) popular(found []Score) []recommend.Scored {
	list := make([]recommend.Scored, len(found))
	for n, s := range found {
		list[n] = recommend.Scored{Item: recommend.ItemID(s.ID), Score: byRank(n, len(found))}
		if s.Score >= e.cfg.Many {
			list[n].Why.Code = recommend.BecausePopular
		}
	}
	return list
}

// loved is what was popular at a tenant.
type loved struct {
	list []Score
	at   time.Time
}

// popularNow is what is popular at a tenant, for reasons: it may be a minute old, and nothing when it cannot be had.
func (e *Engine) popularNow(ctx context.Context, t recommend.Tenant) []Score {
	now := e.cfg.Now()
	if kept, ok := e.loved.Get(t); ok && now.Sub(kept.at) < e.cfg.Fresh {
		return kept.list
	}
	found, err := e.list(ctx, Ask{N: 100, Categories: narrow(t)}, "non-personalized", e.cfg.Popular)
	if err != nil {
		e.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "what is popular is missing for reasons", slog.Any("error", err))
		return nil
	}
	e.loved.Add(t, loved{list: found, at: now})
	return found
}
