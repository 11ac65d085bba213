package recommend

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
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
	seen   map[int]bool    // what was found, by its number
	caps   *caps
	answer Answer
}

// candidate is an item that may be shown.
type candidate struct {
	Scored
	index int // in the edition
	from  string
}

const (
	deep     = 3     // how many candidates there are for each place
	deeper   = 10    // and that many more
	nonsense = 1e300 // from here on scores cannot be compared
)

// fill gathers candidates from the sources in turn, until there are enough. What engines say of their own is not believed: each item
// passes the rules.
func (l *list) fill(ctx context.Context) {
	want := deep*l.r.N + deeper
	asked := 0
	for _, from := range l.shelf.sources(l.r) {
		if len(l.pool) >= l.r.N+2 {
			break
		}
		asked++
		found, err := inTime(ctx, from.budget, func(ctx context.Context) ([]Scored, error) { return from.find(ctx, l.r.query(want)) })
		l.shelf.note(ctx, from.name, err)
		if err != nil {
			l.answer.Degraded = true
			continue
		}
		passed := l.passing(ctx, found[:min(len(found), want)], from.name)
		if len(passed) > 0 && l.answer.Engine == "" {
			l.answer.Engine = from.name
			l.answer.Model = from.model(ctx)
		}
		if len(l.pool) == 0 {
			l.pool = passed
			continue
		}
		l.pool = append(l.pool, passed...)
	}
	if asked > 1 { // what was found first may have sold out while the others were asked
		l.pool = l.left(ctx, l.pool)
	}
}

// passing are the candidates that pass the rules, and can be bought.
func (l *list) passing(ctx context.Context, found []Scored, from string) []candidate {
	passed := make([]candidate, 0, len(found))
	for _, s := range found {
		i, known := l.edition.index(s)
		if !known || l.seen[i] || !(math.Abs(s.Score) < nonsense) { // false for NaN
			continue
		}
		l.seen[i] = true
		if !l.allowed(l.edition.At(i)) {
			continue
		}
		passed = append(passed, candidate{s, i, from})
	}
	return l.left(ctx, passed)
}

// left are the candidates that can still be bought. It changes the list.
func (l *list) left(ctx context.Context, list []candidate) []candidate {
	if l.shelf.cfg.Available == nil || len(list) == 0 {
		return list
	}
	ids := make([]ItemID, len(list))
	for i, c := range list {
		ids[i] = c.Item
	}
	can := l.available(ctx, ids)
	return slices.DeleteFunc(list, func(c candidate) bool { return !can(c.Item) })
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
	var err error
	l.gone, err = inTime(ctx, l.shelf.cfg.Recall, func(ctx context.Context) (map[ItemID]bool, error) {
		return l.shelf.memory.Settled(ctx, l.r.User)
	})
	if err != nil {
		return fmt.Errorf("read what was booked: %w", err)
	}
	return nil
}

// available asks what can be bought, where there is somebody to ask. What is not known cannot.
func (l *list) available(ctx context.Context, ids []ItemID) func(ItemID) bool {
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
	l.answer.Items = make([]Pick, 0, len(chosen))
	for _, c := range chosen {
		l.answer.Items = append(l.answer.Items, Pick{Item: c.Item, Score: c.Score, Why: c.Why, Tried: c.Why.Code == BecauseNew && c.from == tried})
	}
}

// explain says why, where an engine has not. It comes after the choice: a reason takes longer to find than a score.
func (l *list) explain(ctx context.Context) {
	ids, at := make([]ItemID, 0, len(l.answer.Items)), make([]int, 0, len(l.answer.Items))
	for i, pick := range l.answer.Items {
		if !l.fitting(pick.Why) {
			ids, at = append(ids, pick.Item), append(at, i)
		}
	}
	if len(ids) == 0 {
		return
	}
	reasons, err := l.shelf.memory.Explain(ctx, l.r.query(len(ids)), ids)
	for n, i := range at {
		why := Reason{Code: BecauseOn}
		if err == nil && l.fitting(reasons[n]) {
			why = reasons[n]
		}
		l.answer.Items[i].Why = why
	}
}

// fitting reports whether a reason can be shown: what belongs to another tenant is not named.
func (l *list) fitting(why Reason) bool {
	if why.Item == "" {
		return why.Code != ""
	}
	item, known := l.edition.Item(why.Item)
	return why.Code != "" && known && item.For(l.r.Tenant)
}

// sortScored sorts the best first, and what is as good by id.
func sortScored(list []Scored) {
	slices.SortFunc(list, func(a, b Scored) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Item, b.Item)) })
}
