package experiment_test

import (
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend/experiment"
)

var update = flag.Bool("update", false, "write the golden files")

// world is units that come one after the other, with what they do.
type world struct {
	random *rand.Rand
	e      experiment.Experiment
	rates  []float64 // of an arm's units that book; three times as many click
	rows   []experiment.Row
}

func newWorld(e experiment.Experiment, seed uint64, rates ...float64) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 1)), e: e, rates: rates}
	for _, a := range e.Arms {
		w.rows = append(w.rows, experiment.Row{Arm: a.Name})
	}
	return w
}

// one adds a unit and reports whether anybody did anything.
func (w *world) one() bool {
	total := 0
	for _, a := range w.e.Arms {
		total += a.Share
	}
	n, arm := w.random.IntN(total), 0
	for n >= w.e.Arms[arm].Share {
		n -= w.e.Arms[arm].Share
		arm++
	}
	r := &w.rows[arm]
	r.Units++
	r.Exposures++
	clicks, books := w.random.Float64() < 3*w.rates[arm], w.random.Float64() < w.rates[arm]
	if clicks {
		r.ClickUnits++
		r.Clicks++
	}
	if books {
		r.BookUnits++
		r.Bookings++
	}
	return clicks || books
}

func (w *world) report(t *testing.T) experiment.Report {
	t.Helper()
	r, err := experiment.NewReport(w.e, w.rows, experiment.Settings{})
	require.NoError(t, err)
	return r
}

// winner says whether any arm is called better or worse.
func winner(r experiment.Report) bool {
	for _, a := range r.Arms {
		for _, m := range []experiment.Measure{a.Click, a.Book} {
			if m.Verdict == experiment.Better || m.Verdict == experiment.Worse {
				return true
			}
		}
	}
	return false
}

// naive is what a fixed-sample test of the difference of two rates says at 5 %.
func naive(rows []experiment.Row) bool {
	a, b := rows[0], rows[1]
	p := float64(a.ClickUnits+b.ClickUnits) / float64(a.Units+b.Units)
	spread := math.Sqrt(p * (1 - p) * (1/float64(a.Units) + 1/float64(b.Units)))
	return math.Abs(float64(a.ClickUnits)/float64(a.Units)-float64(b.ClickUnits)/float64(b.Units)) > 1.96*spread
}

// visits are the units of one world.
const visits = 2000

// Two arms that are the same, looked at after every unit. Only a unit that did something can bring a verdict.
func TestReport_NoWinnerOnNoise(t *testing.T) {
	t.Parallel()
	ever, naively := 0, 0
	for run := range uint64(runs) {
		w := newWorld(halves("home"), run, .02, .02)
		found, fooled := false, false
		for range visits {
			did := w.one()
			found = found || did && winner(w.report(t))
			fooled = fooled || w.rows[0].Units > 50 && w.rows[1].Units > 50 && naive(w.rows)
		}
		ever += count(found)
		naively += count(fooled)
	}
	t.Logf("a winner in %d of %d runs, with a fixed-sample test in %d", ever, runs, naively)
	assert.LessOrEqual(t, ever, runs*5/100, "alpha")
	assert.Greater(t, naively, 4*runs*5/100, "the negative control: looking often fools a test that is made for one look")
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Several arms, unequal shares and rare bookings keep alpha as well.
func TestReport_NoWinnerOnNoiseWithSeveralArms(t *testing.T) {
	t.Parallel()
	e := experiment.Experiment{Name: "home", Arms: []experiment.Arm{{Name: "control", Share: 80}, {Name: "a", Share: 10}, {Name: "b", Share: 10}}}
	ever, few := 0, runs/4
	for run := range uint64(few) {
		w := newWorld(e, run, .01, .01, .01)
		found := false
		for range visits {
			found = found || w.one() && winner(w.report(t))
		}
		ever += count(found)
	}
	t.Logf("a winner in %d of %d runs", ever, few)
	assert.LessOrEqual(t, ever, few*5/100)
}

func TestReport_FindsATrueEffect(t *testing.T) {
	t.Parallel()
	const few = runs / 20
	right, wrong, looks := 0, 0, 0
	for run := range uint64(few) {
		w := newWorld(halves("home"), run, .04, .05) // a quarter more
		for range 20_000 {
			if !w.one() {
				continue
			}
			looks++
			if m := w.report(t).Arms[1].Click; m.Verdict == experiment.Better {
				right++
				assert.Positive(t, m.Lift.Low)
				break
			} else if m.Verdict == experiment.Worse {
				wrong++
				break
			}
		}
	}
	t.Logf("%d right, %d wrong of %d", right, wrong, few)
	assert.GreaterOrEqual(t, right, few*95/100)
	assert.LessOrEqual(t, wrong, 1)
}

// The truth stays inside of the intervals, at all looks of nearly all runs.
func TestReport_IntervalsHoldTheTruth(t *testing.T) {
	t.Parallel()
	const few = runs / 10
	rates, lifts := 0, 0
	for run := range uint64(few) {
		w := newWorld(halves("home"), run, .1, .12)
		rate, lift := false, false
		for range visits / 4 {
			w.one()
			r := w.report(t)
			b := r.Arms[1].Book
			rate = rate || b.Rate.Low > .12 || b.Rate.High < .12
			lift = lift || b.Lift.Low > .2 || b.Lift.High < .2
		}
		rates += count(rate)
		lifts += count(lift)
	}
	t.Logf("outside: rate %d, lift %d of %d", rates, lifts, few)
	assert.LessOrEqual(t, rates, max(1, few*5/100))
	assert.LessOrEqual(t, lifts, few*5/100)
}

func TestReport_WorseIsFoundAsBetterIs(t *testing.T) {
	t.Parallel()
	better := []experiment.Row{{Arm: "control", Units: 10_000, BookUnits: 500}, {Arm: "blend", Units: 10_000, BookUnits: 700}}
	worse := []experiment.Row{{Arm: "control", Units: 10_000, BookUnits: 700}, {Arm: "blend", Units: 10_000, BookUnits: 500}}
	a, err := experiment.NewReport(halves("home"), better, experiment.Settings{})
	require.NoError(t, err)
	b, err := experiment.NewReport(halves("home"), worse, experiment.Settings{})
	require.NoError(t, err)
	assert.Equal(t, experiment.Better, a.Arms[1].Book.Verdict)
	assert.Equal(t, experiment.Worse, b.Arms[1].Book.Verdict)
	assert.Empty(t, a.Arms[1].Book.Missing)
	assert.Empty(t, a.Arms[0].Book.Verdict)
	assert.InDelta(t, (1+a.Arms[1].Book.Lift.Low)*(1+b.Arms[1].Book.Lift.High), 1, 1e-9, "the quotient the other way round")
	assert.InDelta(t, .4, a.Arms[1].Book.Lift.Point, 1e-9)
	assert.InDelta(t, .07, a.Arms[1].Book.Rate.Point, 1e-9)
}

func TestReport_NoDifferenceOfNote(t *testing.T) {
	t.Parallel()
	r, err := experiment.NewReport(halves("home"), []experiment.Row{
		{Arm: "control", Units: 100_000, ClickUnits: 20_000}, {Arm: "blend", Units: 100_000, ClickUnits: 20_100},
	}, experiment.Settings{})
	require.NoError(t, err)
	assert.Equal(t, experiment.NoDifference, r.Arms[1].Click.Verdict)
	assert.Equal(t, experiment.Undecided, r.Arms[1].Book.Verdict)
}

// What is said to be missing suffices in about four of five cases.
func TestReport_MissingSuffices(t *testing.T) {
	t.Parallel()
	r, err := experiment.NewReport(halves("home"), []experiment.Row{{Arm: "blend", Units: 10}, {Arm: "control", Units: 10}}, experiment.Settings{Worth: .2})
	require.NoError(t, err)
	assert.Equal(t, "about 2,200 visitors who booked, to see a difference of 20 %", r.Arms[1].Book.Missing)
	const few = 200
	found := 0
	for run := range uint64(few) {
		random := rand.New(rand.NewPCG(run, 2))
		rows := []experiment.Row{{Arm: "control", Units: 10_000}, {Arm: "blend", Units: 10_000}}
		for range 2200 {
			rows[count(random.Float64() < 1.2/2.2)].BookUnits++
		}
		r, err := experiment.NewReport(halves("home"), rows, experiment.Settings{Worth: .2})
		require.NoError(t, err)
		found += count(r.Arms[1].Book.Verdict == experiment.Better)
	}
	assert.InDelta(t, .8, float64(found)/few, .1)
}

func TestReport_BrokenAssignmentIsFlagged(t *testing.T) {
	t.Parallel()
	for _, rows := range [][]experiment.Row{
		{{Arm: "control", Units: 5400, BookUnits: 300}, {Arm: "blend", Units: 4600, BookUnits: 500}},
		{{Arm: "control", Units: 300}},
		{{Arm: "control", Units: 5000, Moved: 60}, {Arm: "blend", Units: 5000, BookUnits: 900, Moved: 60}},
	} {
		r, err := experiment.NewReport(halves("home"), rows, experiment.Settings{})
		require.NoError(t, err)
		assert.NotEmpty(t, r.Unfit, "%v", rows)
		assert.False(t, winner(r), "nothing is concluded from it")
		assert.Equal(t, "an assignment that works", r.Arms[1].Book.Missing)
	}
}

func TestReport_GoodAssignmentIsNotFlagged(t *testing.T) {
	t.Parallel()
	flagged := 0
	for run := range uint64(runs / 7) {
		w := newWorld(halves("home"), run, 0, 0)
		found := false
		for range visits / 4 {
			w.one()
			found = found || w.report(t).Unfit != ""
		}
		flagged += count(found)
	}
	assert.LessOrEqual(t, flagged, 2, "one in a thousand")
	w := newWorld(experiment.Experiment{Name: "home", Arms: []experiment.Arm{{Name: "a", Share: 9}, {Name: "b", Share: 1}}}, 1, .1, .1)
	for range 10_000 {
		w.one()
	}
	assert.Empty(t, w.report(t).Unfit, "unequal shares are no fault")
}

func TestReport_BadInputIsNamed(t *testing.T) {
	t.Parallel()
	for field, try := range map[string]func() (experiment.Report, error){
		"name": func() (experiment.Report, error) { return experiment.NewReport(halves(""), nil, experiment.Settings{}) },
		"alpha": func() (experiment.Report, error) {
			return experiment.NewReport(halves("a"), nil, experiment.Settings{Alpha: math.NaN()})
		},
		"worth": func() (experiment.Report, error) {
			return experiment.NewReport(halves("a"), nil, experiment.Settings{Worth: 2})
		},
		"rows[0].arm": func() (experiment.Report, error) {
			return experiment.NewReport(halves("a"), []experiment.Row{{Arm: "old"}}, experiment.Settings{})
		},
		"rows[0]": func() (experiment.Report, error) {
			return experiment.NewReport(halves("a"), []experiment.Row{{Arm: "blend", Units: 1, BookUnits: 2}}, experiment.Settings{})
		},
	} {
		_, err := try()
		require.Error(t, err, field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
}

// Whatever was counted, intervals are in order, hold their point, and rule out less with fewer units.
func TestReport_IntervalsAreInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows []experiment.Row
		for _, arm := range []string{"control", "blend"} {
			n := rapid.IntRange(0, 1_000_000).Draw(t, "units")
			rows = append(rows, experiment.Row{Arm: arm, Units: n, BookUnits: rapid.IntRange(0, n).Draw(t, "books"), ClickUnits: rapid.IntRange(0, n).Draw(t, "clicks")})
		}
		r, err := experiment.NewReport(halves("home"), rows, experiment.Settings{
			Alpha: rapid.Float64Range(.0002, .49).Draw(t, "alpha"), Worth: rapid.Float64Range(.01, .99).Draw(t, "worth"),
		})
		require.NoError(t, err)
		for i, a := range r.Arms {
			for _, m := range []experiment.Measure{a.Click, a.Book} {
				require.LessOrEqual(t, 0., m.Rate.Low)
				require.LessOrEqual(t, m.Rate.High, 1.)
				require.False(t, a.Units > 0 && (m.Rate.Point < m.Rate.Low || m.Rate.Point > m.Rate.High), "%+v", m)
				require.False(t, i > 0 && (m.Lift.Point < m.Lift.Low || m.Lift.Point > m.Lift.High || m.Lift.Low < -1), "%+v", m)
				require.Equal(t, i == 0, m.Verdict == "")
				require.Equal(t, m.Verdict == experiment.Undecided, m.Missing != "")
			}
		}
		require.NoError(t, r.Write(&strings.Builder{}))
	})
}

func TestWrite(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, rows := range [][]experiment.Row{
		nil,
		{
			{Arm: "control", Units: 12_034, Exposures: 31_200, ClickUnits: 1204, BookUnits: 250, Clicks: 1800, Bookings: 260},
			{Arm: "blend", Units: 11_980, Exposures: 30_900, ClickUnits: 1502, BookUnits: 262, Clicks: 2100, Bookings: 270},
		},
		{{Arm: "control", Units: 12_034, Exposures: 31_200, ClickUnits: 1204}, {Arm: "blend", Units: 9000, ClickUnits: 90, BookUnits: 7}},
	} {
		r, err := experiment.NewReport(halves("home-blend"), rows, experiment.Settings{})
		require.NoError(t, err)
		require.NoError(t, r.Write(&b))
		b.WriteString("\n")
	}
	const golden = "testdata/report.txt"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String())
}
