package seating_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestBest_Pictures(t *testing.T) {
	t.Parallel()
	const strict = seating.OrphanStrict
	for _, c := range []struct {
		name  string
		rule  seating.OrphanRule
		best  seating.Best
		hall  []string
		taken []string
		want  []string // b is what must be given; nil when it is refused
	}{
		{
			"the middle of the hall", "",
			seating.Best{N: 3},
			[]string{".......", ".......", "......."},
			[]string{".......", ".......", "......."},
			[]string{".......", "..bbb..", "......."},
		},
		{
			"side by side further away rather than apart", "",
			seating.Best{N: 3, Scattered: true},
			[]string{".......", ".......", "......."},
			[]string{"x.x.x..", ".x.x.x.", "...xxxx"},
			[]string{".......", ".......", "bbb...."},
		},
		{
			"no aisle between", "",
			seating.Best{N: 4},
			[]string{"... ...", "....   "},
			[]string{"... ...", "....   "},
			[]string{"... ...", "bbbb   "},
		},
		{
			"no single seat left", strict,
			seating.Best{N: 2},
			[]string{"....."},
			[]string{"....."},
			[]string{"bb..."},
		},
		{
			"a single seat left rather than nothing", strict,
			seating.Best{N: 2},
			[]string{"...", "..."},
			[]string{"xx.", "..."},
			[]string{"...", "bb."},
		},
		{
			"the wanted category first", "",
			seating.Best{N: 2, Categories: []string{"gold", "silver"}},
			[]string{"......", "......", "gg...."},
			[]string{"......", "......", "......"},
			[]string{"......", "......", "bb...."},
		},
		{
			"another category rather than apart", "",
			seating.Best{N: 2, Categories: []string{"gold", "silver"}, Scattered: true},
			[]string{"......", "g.g..."},
			[]string{"......", "......"},
			[]string{"..bb..", "......"},
		},
		{
			"two categories rather than nothing", "",
			seating.Best{N: 4, Categories: []string{"gold", "silver"}},
			[]string{"ggg..."},
			[]string{"......"},
			[]string{"bbbb.."},
		},
		{
			"only the categories asked for", "",
			seating.Best{N: 4, Categories: []string{"gold"}, Scattered: true},
			[]string{"ggg..."},
			[]string{"......"},
			nil,
		},
		{
			"never a category that is not for sale", "",
			seating.Best{N: 2, Categories: []string{"gold", "silver"}, Except: []string{"gold"}},
			[]string{".ggg.."},
			[]string{"......"},
			[]string{"....bb"},
		},
		{
			"rather nothing than a category that is not for sale", "",
			seating.Best{N: 4, Except: []string{"gold"}, Scattered: true},
			[]string{".ggg.."},
			[]string{"......"},
			nil,
		},
		{
			"stacked", "",
			seating.Best{N: 4, Stacked: true},
			[]string{"......", "......", "......"},
			[]string{"xxx..x", "xx...x", "...xx."},
			[]string{"......", "..bb..", ".bb..."},
		},
		{
			"stacked, the larger group in front", "",
			seating.Best{N: 5, Stacked: true},
			[]string{"......", "......"},
			[]string{"...xxx", "..xxxx"},
			[]string{"bbb...", "bb...."},
		},
		{
			"stacked, the larger group behind", "",
			seating.Best{N: 5, Stacked: true},
			[]string{"......", "......"},
			[]string{"..xxxx", "...xxx"},
			[]string{"bb....", "bbb..."},
		},
		{
			"stacked in three rows", "",
			seating.Best{N: 7, Stacked: true},
			[]string{"...", "...", "..."},
			[]string{"..x", "..x", "..."},
			[]string{"bb.", "bb.", "bbb"},
		},
		{
			"not stacked unless allowed", "",
			seating.Best{N: 4},
			[]string{"...", "..."},
			[]string{"...", "..."},
			nil,
		},
		{
			"too far aside to be stacked", "",
			seating.Best{N: 4, Stacked: true},
			[]string{"......", "......"},
			[]string{"..xxxx", "xxxx.."},
			nil,
		},
		{
			"scattered in the largest groups", "",
			seating.Best{N: 6, Scattered: true},
			[]string{"..........", "..........", ".........."},
			[]string{"...x.xx...", "xxxxxxxxxx", ".x..x.x.x."},
			[]string{"bbb....bbb", "..........", ".........."},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inv := taken(t, hall(t, c.hall...), seating.Rules{Orphans: c.rule}, c.taken...)
			h, err := inv.Hold(start, seating.HoldRequest{ID: "hld_1", Best: &c.best})
			if c.want == nil {
				require.ErrorIs(t, err, seating.ErrNotEnough)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, marked(c.want, 'b'), h.Seats)
		})
	}
}

func TestBest_SaysWhetherSeatsLieApart(t *testing.T) {
	t.Parallel()
	inv := taken(t, hall(t, "....."), seating.Rules{}, ".x.x.")
	_, err := inv.Hold(start, best("hld_1", 2))
	short, ok := errors.AsType[*seating.ShortError](err)
	require.True(t, ok)
	assert.Equal(t, seating.ShortError{Free: 3, Want: 2}, *short)
	assert.Equal(t, "there are no 2 places together any more, but 3 apart", err.Error())

	_, err = inv.Hold(start, seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: 4, Scattered: true}})
	short, ok = errors.AsType[*seating.ShortError](err)
	require.True(t, ok)
	assert.Equal(t, seating.ShortError{Free: 3, Want: 4}, *short)
}

func TestBest_TakesOverExpiredSeats(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0, 1))
	hold(t, inv, start, seats("hld_2", 2, 3))
	h := hold(t, inv, at(9, 0), best("hld_3", 3))
	assert.Len(t, h.Seats, 3)
	_, ok := inv.Get("hld_1")
	assert.False(t, ok)
	_, ok = inv.Get("hld_2")
	assert.False(t, ok)
}

func TestBest_PartiesThatAskAtOnceAllSit(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "................", "................", "................", "................"), seating.Rules{})
	together := 0
	for i := range 32 {
		h := hold(t, inv, start, seating.HoldRequest{
			ID: seating.HoldID(fmt.Sprint("hld_", i)), Best: &seating.Best{N: 2, Scattered: true},
		})
		if h.Seats[0]+1 == h.Seats[1] {
			together++
		}
	}
	assert.Zero(t, inv.Counts().Free)
	assert.GreaterOrEqual(t, together, 28)
}

// cost is what best available minimises, computed anew from the plan.
func cost(plan *seatmap.Plan, seats []int32) float64 {
	sum := 0.0
	for _, s := range seats {
		p, f := plan.Seats[s], plan.Focus[plan.Seats[s].Category]
		sum += (p.X-f.X)*(p.X-f.X) + (p.Y-f.Y)*(p.Y-f.Y)
	}
	return sum
}

// windows returns every n neighbours of the rows that are free and of one of the
// kinds, by trying all.
func (o oracle) windows(n int, kinds string) [][]int32 {
	var out [][]int32
	for r := range o.rows {
		row := o.row(r)
		for i := range row {
			var w []int32
			for j := i; j < len(row) && len(w) < n && (j == i || !row[j].first); j++ {
				if o.taken[row[j].number] || !slices.Contains([]byte(kinds), row[j].kind) {
					break
				}
				w = append(w, row[j].number)
			}
			if len(w) == n {
				out = append(out, w)
			}
		}
	}
	return out
}

// spoils reports whether the choice makes a single seat in any row.
func (o oracle) spoils(choice []int32) bool {
	chosen := map[int32]bool{}
	for _, s := range choice {
		chosen[s] = true
	}
	for r := range o.rows {
		if len(o.made(o.row(r), chosen)) > 0 {
			return true
		}
	}
	return false
}

// first returns the choice that spoils nothing, costs least and comes first.
func (o oracle) first(plan *seatmap.Plan, choices [][]int32) []int32 {
	var best []int32
	for _, c := range choices {
		switch {
		case best == nil, o.spoils(best) && !o.spoils(c):
			best = c
		case !o.spoils(best) && o.spoils(c):
		case cost(plan, c) < cost(plan, best):
			best = c
		}
	}
	return best
}

// drawShow draws a hall in which some seats are sold.
func drawShow(t *rapid.T, rows, places int) (oracle, *seatmap.Plan, *seating.Inventory) {
	o := oracle{rows: drawHall(t, "......ggWH ", rows, places), taken: map[int32]bool{}}
	o.rule = rapid.SampledFrom([]seating.OrphanRule{seating.OrphanOff, seating.OrphanLenient, seating.OrphanStrict}).Draw(t, "rule")
	plan := hall(t, o.rows...)
	inv := open(t, plan, seating.Rules{Orphans: o.rule, MaxPerHold: 30})
	sparse := rapid.IntRange(1, 4).Draw(t, "sparse")
	var gone []int32
	for s := range int32(len(plan.Seats)) {
		if rapid.IntRange(0, sparse).Draw(t, "taken") == 0 {
			gone = append(gone, s)
			o.taken[s] = true
		}
	}
	if len(gone) > 0 {
		_, err := inv.Sell(start, seating.Hold{ID: "hld_0", State: seating.StateExpired, Seats: gone})
		require.NoError(t, err)
	}
	return o, plan, inv
}

func TestBest_SideBySide_AgainstTryingAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o, plan, inv := drawShow(t, 5, 9)
		b := seating.Best{N: rapid.IntRange(1, 5).Draw(t, "n")}
		kinds := ".g"
		if rapid.Bool().Draw(t, "gold") {
			b.Categories, kinds = []string{"gold"}, "g"
		}
		want := o.first(plan, o.windows(b.N, kinds))
		h, err := inv.Hold(start, seating.HoldRequest{ID: "hld_1", Best: &b})
		if want == nil {
			require.ErrorIs(t, err, seating.ErrNotEnough)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, h.Seats)
	})
}

// stacks returns, for every place where the front group can be, the two groups
// behind each other that belong together.
func (o oracle) stacks(plan *seatmap.Plan, front, back int, kinds string) [][]int32 {
	middle := func(w []int32) (float64, float64) {
		a, b := plan.Seats[w[0]], plan.Seats[w[len(w)-1]]
		return (a.X + b.X) / 2, (a.Y + b.Y) / 2
	}
	far := func(v, w []int32) float64 {
		x1, y1 := middle(v)
		x2, y2 := middle(w)
		return math.Hypot(x1-x2, y1-y2)
	}
	var out [][]int32
	for _, w := range o.windows(front, kinds) {
		var next []int32
		for _, b := range o.windows(back, kinds) {
			if plan.Seats[b[0]].Row != plan.Seats[w[0]].Row+1 || far(w, b) > 3 {
				continue
			}
			better := next == nil || o.spoils(next) && !o.spoils(b)
			if !better && o.spoils(next) == o.spoils(b) {
				d, e := far(w, b), far(w, next)
				better = d < e || d == e && cost(plan, b) < cost(plan, next)
			}
			if better {
				next = b
			}
		}
		if next != nil {
			out = append(out, append(slices.Clone(w), next...))
		}
	}
	return out
}

func TestBest_Stacked_AgainstTryingAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o, plan, inv := drawShow(t, 5, 9)
		n := rapid.IntRange(2, 6).Draw(t, "n")
		if o.windows(n, ".g") != nil {
			t.Skip("they can sit side by side")
		}
		choices := o.stacks(plan, (n+1)/2, n/2, ".g")
		if n%2 == 1 {
			choices = append(choices, o.stacks(plan, n/2, (n+1)/2, ".g")...)
		}
		want := o.first(plan, choices)
		h, err := inv.Hold(start, seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: n, Stacked: true}})
		if want == nil {
			if err == nil {
				require.GreaterOrEqual(t, n, 6, "three rows need a party of six")
			}
			return
		}
		require.NoError(t, err)
		require.InDelta(t, cost(plan, want), cost(plan, h.Seats), 1e-9)
		require.Equal(t, o.spoils(want), o.spoils(h.Seats))
	})
}

func TestBest_Scattered_NobodyRefusedWhileSeatsRemain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o, _, inv := drawShow(t, 5, 9)
		n := rapid.IntRange(1, 20).Draw(t, "n")
		free := len(o.windows(1, ".g"))
		before := inv.Snapshot()
		h, err := inv.Hold(start, seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: n, Scattered: true}})
		if n > free {
			short, ok := errors.AsType[*seating.ShortError](err)
			require.True(t, ok)
			require.Equal(t, seating.ShortError{Free: free, Want: n}, *short)
			require.Equal(t, before, inv.Snapshot())
			return
		}
		require.NoError(t, err)
		require.Len(t, h.Seats, n)
		for i, s := range h.Seats {
			require.False(t, o.taken[s])
			require.True(t, i == 0 || h.Seats[i-1] < s)
		}
		require.Equal(t, free-n, freeGeneral(o, inv))
	})
}

// scatter takes groups as large as can be had, one by one.
func (o oracle) scatter(plan *seatmap.Plan, n int) []int32 {
	var out []int32
	for len(out) < n {
		need := n - len(out)
		group := o.first(plan, o.windows(need, ".g"))
		for size := need - 1; group == nil; size-- {
			group = o.first(plan, o.windows(size, ".g"))
		}
		for _, s := range group {
			o.taken[s] = true
		}
		out = append(out, group...)
	}
	slices.Sort(out)
	return out
}

func TestBest_Scattered_AgainstTakingGroupByGroup(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o, plan, inv := drawShow(t, 1, 40) // a single row, so that nobody sits behind anybody
		n := rapid.IntRange(1, 12).Draw(t, "n")
		if len(o.windows(1, ".g")) < n {
			t.Skip("too few seats")
		}
		h, err := inv.Hold(start, seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: n, Scattered: true}})
		require.NoError(t, err)
		require.Equal(t, o.scatter(plan, n), h.Seats)
	})
}

// freeGeneral counts the seats on general sale that are free in the inventory.
func freeGeneral(o oracle, inv *seating.Inventory) int {
	n := 0
	for r := range o.rows {
		for _, s := range o.row(r) {
			if (s.kind == '.' || s.kind == 'g') && inv.Claim(s.number).Status == seating.Free {
				n++
			}
		}
	}
	return n
}
