package waitlist_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// model is a show with areas for categories, its line, and what it should have come to.
type model struct {
	now     time.Time
	free    map[string]int // by category
	kept    map[seating.HoldID]map[string]int
	line    []waitlist.Entry // by number
	number  int64
	holds   int
	openers map[waitlist.EntryID]int // how often an entry began to wait
	ends    map[waitlist.EntryID]int // how often it came to an end
	over    map[waitlist.EntryID]int // offers to others that it has seen go past, since it joined
}

func newModel() *model {
	return &model{
		now: now, free: map[string]int{"gold": 0, "silver": 0}, kept: map[seating.HoldID]map[string]int{},
		openers: map[waitlist.EntryID]int{}, ends: map[waitlist.EntryID]int{}, over: map[waitlist.EntryID]int{},
	}
}

var wishes = rapid.Custom(func(t *rapid.T) waitlist.Wish {
	return waitlist.Wish{
		Places:   rapid.IntRange(1, 5).Draw(t, "places"),
		Category: rapid.SampledFrom([]string{"", "gold", "silver"}).Draw(t, "category"),
	}
})

// take keeps places of one category for a wish.
func (m *model) take(w waitlist.Wish) (map[string]int, bool) {
	for _, category := range []string{"gold", "silver"} {
		if (w.Category == "" || w.Category == category) && m.free[category] >= w.Places {
			m.free[category] -= w.Places
			return map[string]int{category: w.Places}, true
		}
	}
	return nil, false
}

func (m *model) giveBack(e waitlist.Entry) {
	for category, n := range m.kept[e.Offer.HoldID] {
		m.free[category] += n
	}
	delete(m.kept, e.Offer.HoldID)
}

// set stores an entry and keeps count of its life.
func (m *model) set(t *rapid.T, e waitlist.Entry) {
	at := slices.IndexFunc(m.line, func(o waitlist.Entry) bool { return o.ID == e.ID })
	before := waitlist.State("")
	if at >= 0 {
		before = m.line[at].State
		m.line = slices.Delete(m.line, at, at+1)
	}
	if !e.State.Valid() {
		t.Fatalf("state %q", e.State)
	}
	if !before.Open() && e.State.Open() {
		m.openers[e.ID]++
		m.over[e.ID] = 0
	}
	if before.Open() && !e.State.Open() {
		m.ends[e.ID]++
	}
	m.line = append(m.line, e)
	slices.SortFunc(m.line, func(a, b waitlist.Entry) int { return int(a.Number - b.Number) })
}

func (m *model) any(t *rapid.T) (waitlist.Entry, bool) {
	if len(m.line) == 0 {
		return waitlist.Entry{}, false
	}
	return m.line[rapid.IntRange(0, len(m.line)-1).Draw(t, "entry")], true
}

func (m *model) join(t *rapid.T) {
	m.number++
	p := waitlist.Person{Name: "Ada", Email: fmt.Sprintf("ada%d@example.com", m.number)}
	e, err := waitlist.Join("shw_1", p, wishes.Draw(t, "wish"), m.now)
	if err != nil {
		t.Fatal(err)
	}
	m.set(t, e.Numbered(m.number))
}

func (m *model) again(t *rapid.T) {
	if e, ok := m.any(t); ok {
		m.number++
		fresh := e
		fresh.Wish, fresh.Person.Name, fresh.BrandID = wishes.Draw(t, "wish"), "Mallory", "brd_1"
		next := e.Again(fresh, m.number, m.now)
		if e.State.Open() && next != e {
			t.Fatalf("whoever knew the address of %d, which is %s, has changed it", e.Number, e.State)
		}
		m.set(t, next)
	}
}

func (m *model) comeBack(t *rapid.T) {
	m.free[rapid.SampledFrom([]string{"gold", "silver"}).Draw(t, "category")] += rapid.IntRange(1, 4).Draw(t, "places")
}

func (m *model) leave(t *rapid.T) {
	if e, ok := m.any(t); ok {
		if e.State == waitlist.Offered {
			m.giveBack(e)
		}
		m.set(t, e.Leave(m.now))
	}
}

func (m *model) withdraw(t *rapid.T) {
	if e, ok := m.any(t); ok && e.State == waitlist.Offered {
		m.giveBack(e)
		m.set(t, e.Withdraw(m.now))
	}
}

func (m *model) claim(t *rapid.T) {
	e, ok := m.any(t)
	if !ok {
		return
	}
	may := e.State == waitlist.Offered && m.now.Before(e.Offer.Until)
	claimed, err := e.Claim("hld_buyer", m.now)
	if (err == nil) != may {
		t.Fatalf("claim of %s at %s: %v", e.State, m.now, err)
	}
	if err == nil {
		delete(m.kept, e.Offer.HoldID) // they are the buyer's
		m.set(t, claimed)
	}
}

func (m *model) wait(t *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(1, 20).Draw(t, "minutes")) * time.Minute)
}

func (m *model) closeAll(t *rapid.T) {
	for _, e := range slices.Clone(m.line) {
		if e.State == waitlist.Offered {
			m.giveBack(e)
		}
		m.set(t, e.Close(m.now))
	}
}

// serve does what the background work does, and checks each offer against the rule.
func (m *model) serve(t *rapid.T) {
	for _, e := range slices.Clone(m.line) {
		if e.Over(m.now) {
			m.giveBack(e)
			m.set(t, e.Lapse(m.now))
		}
	}
	line := slices.Clone(m.line)
	_, err := waitlist.Serve(line, func(e *waitlist.Entry) (waitlist.Answer, error) {
		places, ok := m.take(e.Wish)
		if !ok {
			return waitlist.NoRoom, nil
		}
		m.overtake(t, line, *e)
		m.holds++
		hold := seating.HoldID(fmt.Sprintf("hld_%d", m.holds))
		m.kept[hold] = places
		next, err := e.Offering(hold, m.now.Add(30*time.Minute), m.now)
		*e = next
		return waitlist.Given, err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range line {
		m.set(t, e)
	}
}

// overtake checks that whoever is overtaken could not have been served, and not too often.
func (m *model) overtake(t *rapid.T, line []waitlist.Entry, served waitlist.Entry) {
	for _, e := range line {
		if e.Number >= served.Number || e.State != waitlist.Waiting || !e.Wish.Competes(served.Wish) {
			continue
		}
		if m.over[e.ID]++; m.over[e.ID] > waitlist.MaxPassed {
			t.Fatalf("%d was overtaken by %d once too often", e.Number, served.Number)
		}
	}
}

// check holds in every state.
func (m *model) check(t *rapid.T) {
	for category, n := range m.free {
		if n < 0 {
			t.Fatalf("%d places of %s too many were offered", -n, category)
		}
	}
	offers := 0
	for _, e := range m.line {
		begun, ended := m.openers[e.ID], m.ends[e.ID]
		if open := begun - ended; open != 0 && open != 1 || (open == 1) != e.State.Open() {
			t.Fatalf("entry %d is %s, began %d times and ended %d times", e.Number, e.State, begun, ended)
		}
		if e.Passed > waitlist.MaxPassed || e.State == waitlist.Waiting && e.Passed != m.over[e.ID] {
			t.Fatalf("entry %d counts %d offers past it, not %d", e.Number, e.Passed, m.over[e.ID])
		}
		if e.State == waitlist.Offered {
			offers++
			if m.kept[e.Offer.HoldID] == nil {
				t.Fatalf("entry %d has an offer without places", e.Number)
			}
		}
	}
	if offers != len(m.kept) {
		t.Fatalf("%d offers, but places are kept for %d", offers, len(m.kept))
	}
}

// TestModel_NobodyIsOvertakenAgainstTheRule: nothing is offered twice, nobody is overtaken more often than the rule allows, and
// every wait comes to exactly one end.
func TestModel_NobodyIsOvertakenAgainstTheRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newModel()
		t.Repeat(map[string]func(*rapid.T){
			"join": m.join, "again": m.again, "leave": m.leave, "withdraw": m.withdraw, "claim": m.claim, "places": m.comeBack,
			"time": m.wait, "serve": m.serve, "close": m.closeAll, "": m.check,
		})
	})
}

// TestModel_ALineInPartsIsServedAsAWhole: whether a line is read at once or page by page, the same is offered to the same people.
func TestModel_ALineInPartsIsServedAsAWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newModel()
		for range rapid.IntRange(1, 12).Draw(t, "entries") {
			m.join(t)
			m.line[len(m.line)-1].Passed = rapid.IntRange(0, waitlist.MaxPassed).Draw(t, "passed")
		}
		m.comeBack(t)
		give := func(free map[string]int) func(*waitlist.Entry) (waitlist.Answer, error) {
			m := &model{free: maps.Clone(free)}
			return func(e *waitlist.Entry) (waitlist.Answer, error) {
				if e.Wish.Places == 5 {
					return waitlist.Never, nil
				}
				if _, ok := m.take(e.Wish); !ok {
					return waitlist.NoRoom, nil
				}
				next, err := e.Offering("hld_1", now.Add(time.Hour), now)
				*e = next
				return waitlist.Given, err
			}
		}
		whole, parts := slices.Clone(m.line), waitlist.Walk{}
		if _, err := waitlist.Serve(whole, give(m.free)); err != nil {
			t.Fatal(err)
		}
		size, offer := rapid.IntRange(1, 5).Draw(t, "size"), give(m.free)
		for page := range slices.Chunk(m.line, size) {
			parts.Line = append(parts.Line, page...)
			if _, err := parts.On(offer); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(whole, parts.Line) {
			t.Fatalf("whole %v\nparts %v", whole, parts.Line)
		}
	})
}

// TestModel_WhoFitsIsNeverLeftStanding: after a round, nobody whose places are free waits, unless it waits for somebody in
// front who has been passed over as often as may be.
func TestModel_WhoFitsIsNeverLeftStanding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newModel()
		for range rapid.IntRange(1, 8).Draw(t, "entries") {
			m.join(t)
		}
		for range rapid.IntRange(1, 10).Draw(t, "rounds") {
			m.comeBack(t)
			m.serve(t)
			for i, e := range m.line {
				held := slices.ContainsFunc(m.line[:i], func(o waitlist.Entry) bool {
					return o.State == waitlist.Waiting && o.Passed >= waitlist.MaxPassed && o.Wish.Competes(e.Wish)
				})
				if e.State != waitlist.Waiting || held {
					continue
				}
				if _, fits := m.take(e.Wish); fits {
					t.Fatalf("entry %d fits and waits", e.Number)
				}
			}
			m.free = map[string]int{"gold": 0, "silver": 0} // others buy what the line leaves
		}
	})
}
