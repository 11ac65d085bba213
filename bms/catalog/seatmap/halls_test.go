package seatmap_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// generators make halls, each with the sizes that it takes.
var generators = map[string]struct {
	build       func(seatmap.HallOptions) *seatmap.Map
	least, most int
}{
	"cinema":  {seatmap.Cinema, 20, 1_500},
	"theatre": {seatmap.Theatre, 100, 3_000},
	"arena":   {seatmap.Arena, 1_000, 4_000},
}

// fingerprint stands for the names and kinds of all seats.
func fingerprint(p *seatmap.Plan) string {
	var text strings.Builder
	for _, s := range p.Seats {
		fmt.Fprintf(&text, "%s %d %s\n", s.Name, s.Category, s.Kind)
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:6])
}

// A hall of a size is the same hall for ever: tickets name its seats. A changed fingerprint here is a changed
// hall for everybody who sells from a generated one.
func TestGenerators_HallsKeepTheirSeats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		build func(seatmap.HallOptions) *seatmap.Map
		seats int
		want  string
	}{
		"small cinema":  {seatmap.Cinema, 60, "a2ad0940d5a1"},
		"cinema":        {seatmap.Cinema, 180, "de5bc026c9fc"},
		"large cinema":  {seatmap.Cinema, 1_500, "6d5b7092652e"},
		"studio":        {seatmap.Theatre, 100, "4296ae13a2f0"},
		"theatre":       {seatmap.Theatre, 900, "c98c1a5856ae"},
		"arena":         {seatmap.Arena, 10_000, "016be1471d76"},
		"stadium":       {seatmap.Stadium, 60_000, "fac8c34ca761"},
		"great stadium": {seatmap.Stadium, 100_000, "826217e4a714"},
	} {
		got := fingerprint(compiled(t, c.build(seatmap.HallOptions{Seats: c.seats})))
		assert.Equal(t, c.want, got, name)
		assert.Equal(t, got, fingerprint(compiled(t, c.build(seatmap.HallOptions{Seats: c.seats, Name: "Another", Standing: 50}))), "%s: name and floor are no seats", name)
	}
}

// Whatever its size, a hall has what its kind promises.
func TestGenerators_AnySize(t *testing.T) {
	t.Parallel()
	for name, g := range generators {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				n := rapid.IntRange(g.least, g.most).Draw(rt, "seats")
				p, err := seatmap.Compile(g.build(seatmap.HallOptions{Seats: n}))
				require.NoError(rt, err)
				require.Len(rt, p.Seats, n)
				requireCategoriesUsed(rt, p)
				for _, section := range p.Sections {
					requireRowsInOrder(rt, p, section)
				}
				requirePairs(rt, p)
			})
		})
	}
}

// requireCategoriesUsed checks that there is something to choose between: small halls do without one of the price classes.
func requireCategoriesUsed(t require.TestingT, p *seatmap.Plan) {
	used := map[int32]bool{}
	for _, s := range p.Seats {
		used[s.Category] = true
	}
	require.True(t, used[0])
	require.GreaterOrEqual(t, len(used), 2)
}

// requireRowsInOrder checks that the rows of a section follow each other by label, and their seats have labels of their own.
func requireRowsInOrder(t require.TestingT, p *seatmap.Plan, section seatmap.PlanSection) {
	naming := seatmap.RowNaming{Skip: seatmap.SkipIO}
	expected := p.Rows[section.Rows.First].Label
	require.Contains(t, []string{"A", "1"}, expected, "rows begin at the beginning")
	for _, r := range p.Rows[section.Rows.First:section.Rows.End] {
		require.Equal(t, expected, r.Label)
		expected, _ = naming.Next(r.Label)
		labels := map[string]bool{}
		for _, s := range p.Seats[r.Seats.First:r.Seats.End] {
			n, err := strconv.Atoi(s.Label)
			require.NoError(t, err)
			require.True(t, n >= 1 && n <= r.Seats.Len()+1, "%s", s.Name)
			require.False(t, labels[s.Label], "%s", s.Name)
			labels[s.Label] = true
		}
	}
}

// requirePairs checks that there are wheelchair places, and beside each a companion's.
func requirePairs(t require.TestingT, p *seatmap.Plan) {
	count := map[seatmap.Kind]int{}
	for i, s := range p.Seats {
		count[s.Kind]++
		if s.Kind != seatmap.Wheelchair {
			continue
		}
		beside := func(j int) bool {
			return j >= 0 && j < len(p.Seats) && p.Seats[j].Row == s.Row && p.Seats[j].Kind == seatmap.Companion
		}
		require.True(t, beside(i-1) || beside(i+1), "%s", s.Name)
	}
	require.Positive(t, count[seatmap.Wheelchair])
	require.Equal(t, count[seatmap.Wheelchair], count[seatmap.Companion])
}

// Rows of a cinema lie behind each other and around its middle, and grow towards the back.
func TestCinema_IsDrawnAroundItsMiddle(t *testing.T) {
	t.Parallel()
	for _, n := range []int{20, 21, 60, 61, 180, 333, 999, 1_500} {
		p := compiled(t, seatmap.Cinema(seatmap.HallOptions{Seats: n}))
		depth := math.Inf(-1)
		for i, r := range p.Rows {
			seats := p.Seats[r.Seats.First:r.Seats.End]
			low, high := seats[0].X, seats[len(seats)-1].X
			assert.InDelta(t, 0, low+high, 0.01, "row %s of %d is in the middle", r.Label, n)
			assert.True(t, slices.IsSortedFunc(seats, func(a, b seatmap.PlanSeat) int { return int(math.Copysign(1, a.X-b.X)) }), "from left to right")
			centre := seats[len(seats)/2].Y
			assert.Greater(t, centre, depth, "row %s lies behind the one before", r.Label)
			depth = centre
			if i > 0 && i < len(p.Rows)-1 {
				assert.GreaterOrEqual(t, r.Seats.Len(), p.Rows[i-1].Seats.Len()-1, "row %s of %d", r.Label, n)
			}
		}
	}
}

// The tiers of a bowl lie further out, the higher they are, and the best category is along the sides of the lowest.
func TestStadium_TiersAndPrices(t *testing.T) {
	t.Parallel()
	p := compiled(t, seatmap.Stadium(seatmap.HallOptions{Seats: 60_000}))
	nearest := map[byte]float64{}
	for _, s := range p.Seats {
		tier := p.Sections[s.Section].Key[0]
		out := math.Hypot(math.Max(0, math.Abs(s.X)-112), math.Max(0, math.Abs(s.Y)-76))
		if known, ok := nearest[tier]; !ok || out < known {
			nearest[tier] = out
		}
		if p.Categories[s.Category].Key == "premium" {
			assert.Equal(t, byte('1'), tier, s.Name)
			assert.LessOrEqual(t, math.Abs(s.X), 112.5, "%s is along a side", s.Name)
		}
	}
	require.Greater(t, len(nearest), 1)
	for tier := byte('2'); nearest[tier] > 0; tier++ {
		assert.Greater(t, nearest[tier], nearest[tier-1])
	}
	for i, s := range p.Sections {
		number, err := strconv.Atoi(s.Key)
		require.NoError(t, err)
		assert.Equal(t, "Section "+s.Key, s.Name)
		if i > 0 {
			before, err := strconv.Atoi(p.Sections[i-1].Key)
			require.NoError(t, err)
			assert.True(t, number == before+1 || number%100 == 1, "%d follows %d", number, before)
		}
	}
}

// What is asked for beyond what a hall takes is cut to it, never refused: a generator always makes a hall.
func TestGenerators_TakeAnyNumber(t *testing.T) {
	t.Parallel()
	for name, g := range generators {
		for _, o := range []seatmap.HallOptions{
			{Seats: math.MinInt}, {Seats: -1}, {Seats: 1}, {Standing: -5}, {Standing: math.MaxInt}, {Seats: g.least - 1, Standing: 1}, {Name: "Ä"},
		} {
			p, err := seatmap.Compile(g.build(o))
			require.NoError(t, err, "%s %+v", name, o)
			assert.LessOrEqual(t, p.Capacity(), seatmap.MaxPlaces)
			if o.Seats != 0 {
				assert.Len(t, p.Seats, g.least, "%s %+v", name, o)
			}
			if o.Name != "" {
				assert.Equal(t, o.Name, p.Name)
			}
		}
	}
}

// A generated hall can be kept in every form that there is for one.
func TestGenerators_SurviveEveryForm(t *testing.T) {
	t.Parallel()
	for name, g := range generators {
		m := g.build(seatmap.HallOptions{Seats: g.least, Standing: 10})
		data, err := m.JSON()
		require.NoError(t, err, name)
		again, err := seatmap.ParseJSON(data)
		require.NoError(t, err, name)
		assert.Equal(t, m, again, name)
		assertDraws(t, compiled(t, again))
		drawnAgain, err := seatmap.ParsePretix(toPretix(t, m, 25))
		require.NoError(t, err, name)
		assert.Len(t, compiled(t, drawnAgain).Seats, g.least, name)
	}
}
