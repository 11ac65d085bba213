package seating_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestHold_OrphanRule(t *testing.T) {
	t.Parallel()
	const off, lenient, strict = seating.OrphanOff, seating.OrphanLenient, seating.OrphanStrict
	for _, c := range []struct {
		name     string
		rule     seating.OrphanRule
		hall     string
		taken    string // x is taken
		ask      string // o is asked for
		stranded string // s would be left single; empty when the request is granted
		instead  string // a is offered; empty when several are equally near
	}{
		{"off allows all", off, "......", "x.....", "..oo..", "", ""},
		{"lenient: a gap between others", lenient, ".....", "xx...", "...oo", "..s..", "..aa."},
		{"lenient: a gap at the aisle", lenient, "......", "......", ".oo...", "", ""},
		{"strict: a gap at the aisle", strict, ".....", ".....", ".oo..", "s....", "aa..."},
		{"strict: the nearest alternative", strict, ".....", ".....", "..oo.", "....s", "...aa"},
		{"strict: unavoidable in blocks of three", strict, "... ...", "... ...", "oo. ...", "", ""},
		{"strict: another block of the row", strict, "... ....", "... ....", "oo. ....", "..s ....", "... aa.."},
		{"lenient: a gap at an inner aisle", lenient, "... ....", "... ....", "oo. ....", "", ""},
		{"strict: both ends", strict, "....", "....", ".oo.", "s..s", ""},
		{"strict: one in the middle of three", strict, "...", "...", ".o.", "s.s", ""},
		{"strict: two of three", strict, "...", "...", "oo.", "", ""},
		{"single before", strict, "......", "x.x...", "...o..", "", ""},
		{"single before and another now", strict, "......", "x.x...", "....o.", "...s.s", ""},
		{"a gap inside the request", lenient, "......", "......", "o.o...", ".s....", ""},
		{"two do not part to avoid it", strict, ".....", "...x.", "oo...", "", ""},
		{"three do not part to avoid it", strict, "......", "....x.", "ooo...", "", ""},
		{"fewer groups are better", strict, ".......", ".......", "oo.oo..", "..s....", "aaaa..."},
		{"groups on both sides of an aisle", strict, "... ...", "... ...", "oo. .oo", "..s s..", ""},
		{"a house seat counts as taken", lenient, "H......", ".......", "..oo...", ".s.....", ""},
		{"a free wheelchair space is company", strict, "W......", ".......", "..oo...", "", ""},
		{"a wheelchair space is never single", strict, "W.....", "......", ".oo...", "", ""},
		{"other categories are no alternative", strict, "....gg", "...x..", ".oo...", "", ""},
		{"other categories can be left single", strict, ".....g", "......", "...oo.", ".....s", "..aa.."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inv := taken(t, hall(t, c.hall), seating.Rules{Orphans: c.rule}, c.taken)
			_, err := inv.Hold(start, seats("hld_1", marked([]string{c.ask}, 'o')...))
			if c.stranded == "" {
				require.NoError(t, err)
				return
			}
			orphan, ok := errors.AsType[*seating.OrphanError](err)
			require.True(t, ok)
			assert.Equal(t, marked([]string{c.stranded}, 's'), orphan.Stranded)
			if c.instead != "" {
				assert.Equal(t, marked([]string{c.instead}, 'a'), orphan.Alternative)
			}
			hold(t, inv, start, seats("hld_1", orphan.Alternative...))
		})
	}
}

func TestHold_OrphanRule_SeveralRows(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, ".....", "...", "...."), seating.Rules{Orphans: seating.OrphanStrict})
	err := refusal(t, inv, seating.ErrOrphan, func() error {
		_, err := inv.Hold(start, seats("hld_1", marked([]string{".oo..", "oo.", "oo.."}, 'o')...))
		return err
	})
	orphan, ok := errors.AsType[*seating.OrphanError](err)
	require.True(t, ok)
	assert.Equal(t, []int32{0}, orphan.Stranded, "the second row cannot avoid it, the third does not do it")
	assert.Equal(t, marked([]string{"oo...", "oo.", "oo.."}, 'o'), orphan.Alternative)
}

func TestHold_OrphanRule_SparesWheelchairParties(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, ".....W"), seating.Rules{Orphans: seating.OrphanStrict})
	r := seats("hld_1", 5, 3)
	r.Accessible = true
	hold(t, inv, start, r)
}

func TestHold_OrphanRule_AcceptsWhatWouldTakeLongToJudge(t *testing.T) {
	t.Parallel()
	row := make([]byte, 1200)
	for i := range row {
		row[i] = '.'
	}
	inv := open(t, hall(t, string(row)), seating.Rules{Orphans: seating.OrphanStrict, MaxPerHold: 1000})
	ask := make([]int32, 0, 1000)
	for s := range int32(1000) {
		ask = append(ask, s+1)
	}
	hold(t, inv, start, seats("hld_1", ask...))
}

// oracle judges orphans by trying every choice of a row, seat by seat.
type oracle struct {
	rule  seating.OrphanRule
	rows  []string // picture of the hall; each at most 12 seats
	taken map[int32]bool
}

// seat is a seat as the oracle sees it.
type oracleSeat struct {
	number int32
	kind   byte
	first  bool // of its block
	last   bool
}

// row returns the seats of a row.
func (o oracle) row(r int) []oracleSeat {
	n := int32(0)
	for _, text := range o.rows[:r] {
		for _, c := range text {
			if c != ' ' {
				n++
			}
		}
	}
	var out []oracleSeat
	text := o.rows[r]
	for i := range len(text) {
		if text[i] == ' ' {
			continue
		}
		out = append(out, oracleSeat{
			number: n, kind: text[i],
			first: i == 0 || text[i-1] == ' ',
			last:  i == len(text)-1 || text[i+1] == ' ',
		})
		n++
	}
	return out
}

// singles returns the single seats of a row when the chosen seats are taken too.
func (o oracle) singles(row []oracleSeat, chosen map[int32]bool) []int32 {
	free := func(i int) bool {
		return row[i].kind != 'H' && !o.taken[row[i].number] && !chosen[row[i].number]
	}
	var out []int32
	for i, s := range row {
		left, right := !s.first && free(i-1), !s.last && free(i+1)
		edge := o.rule == seating.OrphanLenient && (s.first || s.last)
		if free(i) && !left && !right && !edge && s.kind != 'W' && s.kind != 'C' {
			out = append(out, s.number)
		}
	}
	return out
}

// made returns the seats that are single because of the choice.
func (o oracle) made(row []oracleSeat, chosen map[int32]bool) []int32 {
	before := o.singles(row, nil)
	return slices.DeleteFunc(o.singles(row, chosen), func(s int32) bool { return slices.Contains(before, s) })
}

// groups counts the groups of neighbours in a choice.
func (o oracle) groups(row []oracleSeat, chosen map[int32]bool) int {
	n := 0
	for i, s := range row {
		if chosen[s.number] && (s.first || !chosen[row[i-1].number]) {
			n++
		}
	}
	return n
}

// avoidable reports whether some choice in the row, no worse than the given one,
// leaves no single seat.
func (o oracle) avoidable(row []oracleSeat, asked map[int32]bool) bool {
	kinds := map[byte]bool{}
	size := 0
	for _, s := range row {
		if asked[s.number] {
			kinds[s.kind] = true
			size++
		}
	}
	for mask := range 1 << len(row) {
		choice := map[int32]bool{}
		for i, s := range row {
			if mask>>i&1 == 1 && kinds[s.kind] && !o.taken[s.number] {
				choice[s.number] = true
			}
		}
		if len(choice) == size && o.groups(row, choice) <= o.groups(row, asked) && len(o.made(row, choice)) == 0 {
			return true
		}
	}
	return false
}

// stranded returns the single seats for which the request must be refused.
func (o oracle) stranded(ask []int32) []int32 {
	asked := map[int32]bool{}
	for _, s := range ask {
		asked[s] = true
	}
	var out []int32
	for r := range o.rows {
		row := o.row(r)
		if made := o.made(row, asked); len(made) > 0 && o.rule != seating.OrphanOff && o.avoidable(row, asked) {
			out = append(out, made...)
		}
	}
	return out
}

// drawHall draws a picture of a hall with up to so many rows of up to so many places.
func drawHall(t *rapid.T, kinds string, rows, places int) []string {
	row := rapid.StringOfN(rapid.SampledFrom([]rune(kinds)), 1, places, -1)
	return rapid.SliceOfN(row.Filter(func(s string) bool {
		return s[0] != ' ' && s[len(s)-1] != ' '
	}), 1, rows).Draw(t, "hall")
}

func TestHold_OrphanRule_AgainstTryingAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawHall(t, "........ggWH ", 3, 9)
		plan := hall(t, rows...)
		o := oracle{rows: rows, taken: map[int32]bool{}}
		o.rule = rapid.SampledFrom([]seating.OrphanRule{seating.OrphanOff, seating.OrphanLenient, seating.OrphanStrict}).Draw(t, "rule")
		inv := open(t, plan, seating.Rules{Orphans: o.rule, MaxPerHold: 30})
		var gone, ask []int32
		for s := range int32(len(plan.Seats)) {
			switch kind := plan.Seats[s].Kind; {
			case rapid.IntRange(0, 3).Draw(t, "taken") == 0:
				gone = append(gone, s)
				o.taken[s] = true
			case kind != "house" && kind != "wheelchair" && rapid.Bool().Draw(t, "ask"):
				ask = append(ask, s)
			}
		}
		if len(gone) > 0 {
			_, err := inv.Sell(start, seating.Hold{ID: "hld_0", State: seating.StateExpired, Seats: gone})
			require.NoError(t, err)
		}
		if len(ask) == 0 {
			t.Skip("nothing to ask for")
		}
		want := o.stranded(ask)
		_, err := inv.Hold(start, seats("hld_1", ask...))
		if want == nil {
			require.NoError(t, err)
			return
		}
		orphan, ok := errors.AsType[*seating.OrphanError](err)
		require.True(t, ok, "must be refused for %v", want)
		require.Equal(t, want, orphan.Stranded)
		require.Len(t, orphan.Alternative, len(ask))
		hold(t, inv, start, seats("hld_1", orphan.Alternative...))
	})
}
