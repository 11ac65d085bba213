package experiment_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/experiment"
)

// halves is an experiment of two equal arms.
func halves(name string) experiment.Experiment {
	return experiment.Experiment{Name: name, Arms: []experiment.Arm{{Name: "control", Share: 50}, {Name: "blend", Share: 50}}}
}

func TestExperiment_ValidateNamesTheField(t *testing.T) {
	t.Parallel()
	require.NoError(t, halves("home-blend_2").Validate())
	for _, c := range []struct {
		field string
		spoil func(*experiment.Experiment)
	}{
		{"name", func(e *experiment.Experiment) { e.Name = "" }},
		{"name", func(e *experiment.Experiment) { e.Name = "Home" }},
		{"name", func(e *experiment.Experiment) { e.Name = strings.Repeat("x", 41) }},
		{"name", func(e *experiment.Experiment) { e.Name = "a\n" }},
		{"arms", func(e *experiment.Experiment) { e.Arms = e.Arms[:1] }},
		{"arms", func(e *experiment.Experiment) { e.Arms = make([]experiment.Arm, 11) }},
		{"arms[1].name", func(e *experiment.Experiment) { e.Arms[1].Name = "control" }},
		{"arms[0].name", func(e *experiment.Experiment) { e.Arms[0].Name = "a b" }},
		{"arms[1].share", func(e *experiment.Experiment) { e.Arms[1].Share = 0 }},
		{"arms[0].share", func(e *experiment.Experiment) { e.Arms[0].Share = 1001 }},
	} {
		e := halves("home")
		c.spoil(&e)
		f := fault.Of(e.Validate())
		require.NotNil(t, f, c.field)
		assert.Equal(t, c.field, f.Field)
		assert.Equal(t, fault.Invalid, f.Code)
	}
}

func TestExposure_ValidateNamesTheField(t *testing.T) {
	t.Parallel()
	good := experiment.Exposure{Experiment: "home", Arm: "control", Unit: "ann", Surface: "home", Items: []recommend.ItemID{"a"}, At: time.Unix(1, 0)}
	require.NoError(t, good.Validate())
	for _, c := range []struct {
		field string
		spoil func(*experiment.Exposure)
	}{
		{"experiment", func(e *experiment.Exposure) { e.Experiment = "" }},
		{"arm", func(e *experiment.Exposure) { e.Arm = "" }},
		{"unit", func(e *experiment.Exposure) { e.Unit = "" }},
		{"at", func(e *experiment.Exposure) { e.At = time.Time{} }},
		{"items", func(e *experiment.Exposure) { e.Items = make([]recommend.ItemID, 201) }},
		{"items[1]", func(e *experiment.Exposure) { e.Items = []recommend.ItemID{"a", ""} }},
	} {
		e := good
		c.spoil(&e)
		assert.Equal(t, c.field, fault.Of(e.Validate()).Field)
	}
}

func TestOutcome_ValidateNamesTheField(t *testing.T) {
	t.Parallel()
	good := experiment.Outcome{Unit: "ann", Item: "a", Kind: recommend.Book, At: time.Unix(1, 0)}
	require.NoError(t, good.Validate())
	for _, c := range []struct {
		field string
		spoil func(*experiment.Outcome)
	}{
		{"unit", func(o *experiment.Outcome) { o.Unit = "" }},
		{"item", func(o *experiment.Outcome) { o.Item = "" }},
		{"kind", func(o *experiment.Outcome) { o.Kind = recommend.View }},
		{"at", func(o *experiment.Outcome) { o.At = time.Time{} }},
	} {
		o := good
		c.spoil(&o)
		assert.Equal(t, c.field, fault.Of(o.Validate()).Field)
	}
}

// What is assigned today is assigned tomorrow: another hash would mix up experiments that run.
func TestAssign_IsTheSameForEver(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for i := range 24 {
		got.WriteString(halves("home").Assign(fmt.Sprint("u", i)).Name[:1])
	}
	assert.Equal(t, "bbccbccbcbbbbbccbcbbbccb", got.String())
}

const units = 20_000

// uneven is the chi-square of units over the arms.
func uneven(e experiment.Experiment, counts map[string]int) float64 {
	total, n := 0, 0
	for _, a := range e.Arms {
		total += a.Share
		n += counts[a.Name]
	}
	sum := 0.0
	for _, a := range e.Arms {
		want := float64(n) * float64(a.Share) / float64(total)
		sum += math.Pow(float64(counts[a.Name])-want, 2) / want
	}
	return sum
}

// The bounds of the chi-square are those of a probability of 0.001 with 1, 2 and 3 degrees of freedom; names are fixed, so
// that the outcome is, too.
func TestAssign_GivesArmsTheirShares(t *testing.T) {
	t.Parallel()
	for _, shares := range [][]int{{50, 50}, {90, 10}, {1, 1, 1}, {1000, 1}, {40, 30, 20, 10}} {
		bound := []float64{0, 0, 10.83, 13.82, 16.27}[len(shares)]
		for _, name := range []string{"home", "mail", "event"} {
			e := experiment.Experiment{Name: name}
			for i, share := range shares {
				e.Arms = append(e.Arms, experiment.Arm{Name: fmt.Sprint("arm", i), Share: share})
			}
			counts := map[string]int{}
			for i := range units {
				counts[e.Assign(fmt.Sprint("u", i)).Name]++
			}
			assert.Less(t, uneven(e, counts), bound, "%v %v", e, counts)
		}
	}
}

func TestAssign_ExperimentsAreIndependent(t *testing.T) {
	t.Parallel()
	a, b := halves("home"), halves("mail")
	var table [2][2]float64
	for i := range units {
		unit := fmt.Sprint("u", i)
		table[index(a.Assign(unit))][index(b.Assign(unit))]++
	}
	sum := 0.0
	for _, row := range table {
		for _, n := range row {
			sum += (n - units/4) * (n - units/4) / (units / 4)
		}
	}
	assert.Less(t, sum, 16.27, "%v", table)
}

func index(a experiment.Arm) int {
	if a.Name == "control" {
		return 0
	}
	return 1
}

func TestAssign_OnlyWhoMustMovesWhenASharesChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := experiment.Experiment{Name: "home"}
		for i := range rapid.IntRange(2, 6).Draw(t, "arms") {
			e.Arms = append(e.Arms, experiment.Arm{Name: fmt.Sprint("arm", i), Share: rapid.IntRange(1, 100).Draw(t, "share")})
		}
		grown := experiment.Experiment{Name: e.Name, Arms: append([]experiment.Arm{}, e.Arms...)}
		n := rapid.IntRange(0, len(e.Arms)-1).Draw(t, "which")
		grown.Arms[n].Share += rapid.IntRange(1, 100).Draw(t, "more")
		more := experiment.Experiment{Name: e.Name, Arms: append([]experiment.Arm{{Name: "new", Share: 20}}, e.Arms...)}
		for i := range 50 {
			unit := fmt.Sprint("u", i)
			before, after := e.Assign(unit), grown.Assign(unit)
			if before.Name != after.Name {
				require.Equal(t, e.Arms[n].Name, after.Name, "who moves goes to the arm that grew")
			}
			if after = more.Assign(unit); before.Name != after.Name {
				require.Equal(t, "new", after.Name)
			}
		}
	})
}

func TestWindow(t *testing.T) {
	t.Parallel()
	for _, k := range recommend.Kinds() {
		want := map[recommend.Kind]time.Duration{recommend.Click: 30 * time.Minute, recommend.Book: 168 * time.Hour}[k]
		assert.Equal(t, want, experiment.Window(k), k)
	}
}
