package seating_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestHold_AccessiblePlaces(t *testing.T) {
	t.Parallel()
	plan := hall(t, "WC..CW......C", "CC...........")
	for _, c := range []struct {
		name  string
		rules seating.Rules
		ask   []int32
		plain bool   // nobody in the party uses a wheelchair
		field string // of the refusal; empty when granted
	}{
		{"space for a wheelchair", seating.Rules{}, []int32{0}, false, ""},
		{"space for nobody in particular", seating.Rules{}, []int32{2, 0}, true, "seats[1]"},
		{"companion with the space", seating.Rules{}, []int32{1, 0}, false, ""},
		{"companion on the other side of seats", seating.Rules{}, []int32{4, 0}, false, ""},
		{"companion behind", seating.Rules{}, []int32{0, 13}, false, ""},
		{"companion of nobody", seating.Rules{}, []int32{1}, false, "seats[0]"},
		{"companion too far away", seating.Rules{}, []int32{0, 12}, false, "seats[1]"},
		{"two companions for one space", seating.Rules{}, []int32{0, 1, 13}, false, "seats[2]"},
		{"two companions where two are allowed", seating.Rules{CompanionsPerWheelchair: 2}, []int32{0, 1, 13}, false, ""},
		{"two companions for two spaces", seating.Rules{}, []int32{0, 5, 1, 4}, false, ""},
		{"no companions allowed", seating.Rules{CompanionsPerWheelchair: -1}, []int32{0, 1}, false, "seats[1]"},
		{"friends on usual seats", seating.Rules{}, []int32{0, 1, 2, 3}, false, ""},
		{"usual seats only", seating.Rules{}, []int32{2, 3}, false, ""},
		{"released to all", seating.Rules{ReleaseAccessibleAt: start}, []int32{0, 1, 12}, true, ""},
		{"not released yet", seating.Rules{ReleaseAccessibleAt: at(1, 0)}, []int32{0}, true, "seats[0]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inv := open(t, plan, c.rules)
			_, err := inv.Hold(start, seating.HoldRequest{ID: "hld_1", Seats: c.ask, Accessible: !c.plain})
			if c.field == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, seating.ErrAccessible)
			assert.Equal(t, c.field, fault.Of(err).Field)
			assert.Equal(t, fault.Forbidden, fault.CodeOf(err))
		})
	}
}

func TestHold_ReleasedPlacesFollowTheUsualRules(t *testing.T) {
	t.Parallel()
	strict := seating.Rules{Orphans: seating.OrphanStrict, ReleaseAccessibleAt: start}
	inv := open(t, hall(t, "C....W"), strict)
	err := refusal(t, inv, seating.ErrOrphan, func() error {
		_, err := inv.Hold(start, seats("hld_1", 1, 2))
		return err
	})
	orphan, ok := errors.AsType[*seating.OrphanError](err)
	require.True(t, ok)
	assert.Equal(t, []int32{0}, orphan.Stranded, "a companion seat is a seat like others now")
	hold(t, inv, start, seats("hld_1", 3, 4))
	assert.Zero(t, inv.Claim(5), "a wheelchair space is never single")
}

func TestBest_LeavesReleasedPlacesForLast(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...", "WWC", "..."), seating.Rules{ReleaseAccessibleAt: start})
	assert.Equal(t, []int32{0, 1, 2}, hold(t, inv, start, best("hld_1", 3)).Seats)
	assert.Equal(t, []int32{6, 7, 8}, hold(t, inv, start, best("hld_2", 3)).Seats)
	assert.Equal(t, []int32{3, 4, 5}, hold(t, inv, start, best("hld_3", 3)).Seats)
}

func TestBest_NeverGivesAccessiblePlacesToOthers(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, ".WC."), seating.Rules{})
	err := refusal(t, inv, seating.ErrNotEnough, func() error {
		_, err := inv.Hold(start, seating.HoldRequest{ID: "hld_1", Accessible: true, Best: &seating.Best{N: 3, Scattered: true}})
		return err
	})
	assert.Equal(t, "there are only 2 places left", err.Error())
}

func TestBest_WheelchairParties(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		rules seating.Rules
		best  seating.Best
		hall  []string
		taken []string
		want  []string // b is what must be given; nil when it is refused
	}{
		{
			"a space near the focal point",
			seating.Rules{},
			seating.Best{N: 1, Wheelchairs: 1},
			[]string{"W.....W", ".......", "...W..."},
			[]string{".......", ".......", "......."},
			[]string{".......", ".......", "...b..."},
		},
		{
			"a space with its companion rather than a better one alone",
			seating.Rules{},
			seating.Best{N: 2, Wheelchairs: 1, Companions: 1},
			[]string{"WC.....", ".......", "...W..."},
			[]string{".......", ".......", "......."},
			[]string{"bb.....", ".......", "......."},
		},
		{
			"a companion without a companion seat sits as near as can be",
			seating.Rules{},
			seating.Best{N: 2, Wheelchairs: 1, Companions: 1},
			[]string{"W......", "......."},
			[]string{".......", "......."},
			[]string{"bb.....", "......."},
		},
		{
			"two spaces together",
			seating.Rules{},
			seating.Best{N: 4, Wheelchairs: 2, Companions: 2},
			[]string{"W.........WCCW", "C............."},
			[]string{"..............", ".............."},
			[]string{"..........bbbb", ".............."},
		},
		{
			"a family",
			seating.Rules{},
			seating.Best{N: 5, Wheelchairs: 1, Companions: 1},
			[]string{"WC......", "........"},
			[]string{"........", "........"},
			[]string{"bb......", "bbb....."},
		},
		{
			"two spaces far apart",
			seating.Rules{},
			seating.Best{N: 2, Wheelchairs: 2},
			[]string{"W..................W"},
			[]string{"...................."},
			nil,
		},
		{
			"two spaces far apart, if they may",
			seating.Rules{},
			seating.Best{N: 2, Wheelchairs: 2, Scattered: true},
			[]string{"W..................W"},
			[]string{"...................."},
			[]string{"b..................b"},
		},
		{
			"the others together, or not at all",
			seating.Rules{},
			seating.Best{N: 3, Wheelchairs: 1},
			[]string{"W...."},
			[]string{"..x.x"},
			nil,
		},
		{
			"the others apart, if they may",
			seating.Rules{},
			seating.Best{N: 3, Wheelchairs: 1, Stacked: true},
			[]string{"W....."},
			[]string{"..x.x."},
			[]string{"bb.b.."},
		},
		{
			"too few seats for the others",
			seating.Rules{},
			seating.Best{N: 4, Wheelchairs: 1, Scattered: true},
			[]string{"W..."},
			[]string{"..x."},
			nil,
		},
		{
			"too few spaces",
			seating.Rules{},
			seating.Best{N: 2, Wheelchairs: 2, Scattered: true},
			[]string{"WW.."},
			[]string{"x..."},
			nil,
		},
		{
			"of the wanted category, else of the next",
			seating.Rules{},
			seating.Best{N: 2, Wheelchairs: 1, Categories: []string{"gold", "silver"}},
			[]string{"W.....gg"},
			[]string{"........"},
			[]string{"bb......"},
		},
		{
			"no companion seats by rule",
			seating.Rules{CompanionsPerWheelchair: -1},
			seating.Best{N: 2, Wheelchairs: 1},
			[]string{"WC....."},
			[]string{"......."},
			[]string{"b.b...."},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inv := taken(t, hall(t, c.hall...), c.rules, c.taken...)
			r := seating.HoldRequest{ID: "hld_1", Accessible: true, Best: &c.best}
			if c.want == nil {
				refused(t, inv, seating.ErrNotEnough, func() error {
					_, err := inv.Hold(start, r)
					return err
				})
				return
			}
			assert.Equal(t, marked(c.want, 'b'), hold(t, inv, start, r).Seats)
		})
	}
}
