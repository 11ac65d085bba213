package recommend

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
)

// list is one answer in the making.
type list struct {
	shelf   *Shelf
	r       Request
	taste   Taste
	edition *Edition

	not    map[ItemID]bool // what is left out for this request
	gone   map[ItemID]bool // what the person has booked or hidden
	pool   []candidate     // what passed the rules and can be bought, the best first
	seen   map[ItemID]bool
	answer Answer
}

// candidate is an item that may be shown.
type candidate struct {
	Scored
	index  int // in the edition
	from   string
	groups [3]int // numbers of its organizer, genre and venue in this list; 0 where none counts
}

const (
	deep   = 3  // how many candidates there are for each place
	deeper = 10 // and that many more
)

// fill gathers candidates from the sources in turn, until there are enough. What engines say of their own is not believed: each item
// passes the rules.
func (l *list) fill(ctx context.Context) {
	want := deep*l.r.N + deeper
	for n, from := range l.shelf.sources(l.r) {
		if len(l.pool) >= l.r.N+2 && n > 0 {
			return
		}
		found, err := l.shelf.inTime(ctx, from, l.r.query(want))
		if err != nil {
			l.answer.Degraded = true
			l.shelf.cfg.Logger.WarnContext(ctx, "recommendations not found", slog.String("engine", from.name), slog.String("error", err.Error()))
			continue
		}
		passed := l.passing(ctx, found, from.name)
		if len(passed) > 0 && l.answer.Engine == "" {
			l.answer.Engine, l.answer.Model = from.name, from.model(ctx)
		}
		l.pool = append(l.pool, passed...)
	}
}

// passing are the candidates that pass the rules, and can be bought.
func (l *list) passing(ctx context.Context, found []Scored, from string) []candidate {
	var passed []candidate
	var ids []ItemID
	for _, s := range found {
		i, known := l.edition.Index(s.Item)
		if !known || l.seen[s.Item] {
			continue
		}
		l.seen[s.Item] = true
		if !l.allowed(l.edition.At(i)) {
			continue
		}
		passed = append(passed, candidate{Scored: s, index: i, from: from})
		ids = append(ids, s.Item)
	}
	can := l.available(ctx, ids)
	return slices.DeleteFunc(passed, func(c candidate) bool { return !can(c.Item) })
}

// allowed are the rules that are ours.
func (l *list) allowed(item *Item) bool {
	switch {
	case item.Hidden, !item.For(l.r.Tenant):
		return false
	case l.r.Age > 0 && item.MinAge > l.r.Age:
		return false
	case l.r.Within != "" && !item.In(l.r.Within):
		return false
	case l.r.Country != "" && !slices.ContainsFunc(item.Places, func(p Place) bool { return p.Country == l.r.Country }):
		return false
	}
	return !l.not[item.ID] && !l.gone[item.ID]
}

// leaveOut notes what the request and the person do not want.
func (l *list) leaveOut(ctx context.Context) error {
	l.not = map[ItemID]bool{l.r.Like: true}
	for _, id := range l.r.Exclude {
		l.not[id] = true
	}
	for _, s := range l.r.Session {
		if s.Kind == Book || s.Kind == Hide {
			l.not[s.Item] = true
		}
	}
	if l.r.User == "" {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, l.shelf.cfg.Budget)
	defer stop()
	var err error
	if l.gone, err = l.shelf.memory.Settled(ctx, l.r.User); err != nil {
		return fmt.Errorf("read what was booked: %w", err)
	}
	return nil
}

// available asks what can be bought. What is not known cannot.
func (l *list) available(ctx context.Context, ids []ItemID) func(ItemID) bool {
	if l.shelf.cfg.Available == nil || len(ids) == 0 {
		return func(ItemID) bool { return true }
	}
	can, err := l.shelf.cfg.Available(ctx, l.r, ids)
	if err != nil {
		l.answer.Degraded = true
		l.shelf.cfg.Logger.WarnContext(ctx, "it is not known what can be bought", slog.String("error", err.Error()))
		return func(ItemID) bool { return false }
	}
	return func(id ItemID) bool { return can[id] }
}

// arrange chooses from the pool and puts it in order.
func (l *list) arrange(ctx context.Context) {
	chosen := l.varied(l.r.N)
	chosen = l.trying(ctx, chosen)
	chosen = l.surprising(chosen)
	for _, c := range chosen {
		l.answer.Items = append(l.answer.Items, Pick{Item: c.Item, Score: c.Score, Why: c.Why, Tried: c.Why.Code == BecauseNew && c.from == tried})
	}
}

// explain says why, where an engine has not. It comes after the choice: a reason takes longer to find than a score.
func (l *list) explain(ctx context.Context) {
	var ids []ItemID
	var at []int
	for i, pick := range l.answer.Items {
		if pick.Why.Code == "" {
			ids, at = append(ids, pick.Item), append(at, i)
		}
	}
	if len(ids) == 0 {
		return
	}
	reasons, err := l.shelf.memory.Explain(ctx, l.r.query(len(ids)), ids)
	for n, i := range at {
		why := Reason{Code: BecauseOn}
		if err == nil && reasons[n].Code != "" {
			why = reasons[n]
		}
		l.answer.Items[i].Why = why
	}
}

// sortScored sorts the best first, and what is as good by id.
func sortScored(list []Scored) {
	slices.SortFunc(list, func(a, b Scored) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Item, b.Item)) })
}
