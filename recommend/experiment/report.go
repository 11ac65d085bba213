package experiment

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// Settings say how sure a report has to be. They are chosen before an experiment and kept.
type Settings struct {
	// Alpha is the probability that any arm is ever called better or worse which is not. Zero means 0.05; it must be above 0.0001
	// and below 0.5.
	Alpha float64

	// Worth is the smallest relative difference of a rate that is worth knowing: 0.1 is a tenth more or less. Within it there is "no
	// difference of note", and what is missing is reckoned to see it. Zero means 0.1; it must be at least 0.01 and below 1.
	Worth float64
}

func (s Settings) withDefaults() Settings {
	return Settings{Alpha: cmp.Or(s.Alpha, .05), Worth: cmp.Or(s.Worth, .1)}
}

func (s Settings) validate() error {
	switch {
	case !(s.Alpha > .0001 && s.Alpha < .5):
		return fault.Invalidf("alpha", "must be above 0.0001 and below 0.5, not %v", s.Alpha)
	case !(s.Worth >= .01 && s.Worth < 1):
		return fault.Invalidf("worth", "must be at least 0.01 and below 1, not %v", s.Worth)
	}
	return nil
}

// Verdict is what can be said of an arm compared with the control.
type Verdict string

// The verdicts.
const (
	Undecided    Verdict = "undecided"
	Better       Verdict = "better"
	Worse        Verdict = "worse"
	NoDifference Verdict = "no difference of note"
)

// Interval is an estimate with what the truth may be, whenever one looks.
type Interval struct {
	Point, Low, High float64
}

// Measure is how an arm does in one kind of outcome.
type Measure struct {
	Kind recommend.Kind // Click or Book

	// Rate is the share of the arm's units with such an outcome so far, by itself at 1-Alpha. Who saw their first list a moment ago
	// has had no time to book: that holds for all arms alike and so not for Lift.
	Rate Interval

	// Lift is the relative difference of the rate to that of the control: 0.1 is a tenth more. High is +Inf while nobody of the
	// control has such an outcome. Point is by what is expected of the shares, not by how many units there were by chance, and so not quite
	// what the two rates' points give. The control's is zero.
	Lift Interval

	Verdict Verdict // empty for the control
	Missing string  // what it takes to decide, in words; empty when it is decided and for the control
}

// ArmReport is how an arm does.
type ArmReport struct {
	Row
	Share       float64 // of the units that it should get
	Click, Book Measure
}

// Report is what can be said of an experiment now.
type Report struct {
	Experiment string
	Alpha      float64

	// Unfit says in words why nothing can be concluded; empty when all is well. All verdicts are then Undecided.
	Unfit string

	Arms []ArmReport // as the experiment has them, the control first
}

const (
	// unevenAlpha is how improbable it is that units that are assigned well are ever said not to be. It is strict because what
	// it stops is everything.
	unevenAlpha = .001

	// unevenSpread is how the bet against the shares is spread: it finds shifts of a few parts in a hundred soonest.
	unevenSpread = 1000

	// movedMost is the share of units seen in two arms from which something is wrong. A few change their arm when cookies are lost.
	movedMost = .01
)

// even is the bet on a rate of which nothing is known (Jeffreys' prior).
var even = prior{.5, .5}

// NewReport compares the arms. Rows of arms that the experiment does not have are an error, and so are settings out of bounds; an arm
// without a row has not been seen.
//
// The comparison looks only at units with an outcome, and at which arm they are of. If the arm made no difference, each would be of an arm
// with the probability of its share, whatever their number, the rate and the time that it takes them. A confidence sequence for that
// probability is so one for the quotient of the two rates. Rates far above one half would be compared sooner in another way; such are not to
// be seen here.
func NewReport(e Experiment, rows []Row, s Settings) (Report, error) {
	s = s.withDefaults()
	if err := e.Validate(); err != nil {
		return Report{}, err
	}
	if err := s.validate(); err != nil {
		return Report{}, err
	}
	r := Report{Experiment: e.Name, Alpha: s.Alpha, Arms: e.arms()}
	for i, row := range rows {
		n := slices.IndexFunc(e.Arms, func(a Arm) bool { return a.Name == row.Arm })
		if n < 0 {
			return Report{}, fault.Invalidf(fmt.Sprintf("rows[%d].arm", i), "must be one of the experiment's arms, not %q: an experiment that is changed needs a new name", row.Arm)
		}
		if max(row.ClickUnits, row.BookUnits, row.Moved) > row.Units || min(row.ClickUnits, row.BookUnits, row.Moved) < 0 {
			return Report{}, fault.Invalidf(fmt.Sprintf("rows[%d]", i), "must not count more units with an outcome than there are")
		}
		r.Arms[n].Row = row
	}
	r.Unfit = r.unfit()
	r.measure(s)
	return r, nil
}

// arms are the reports of arms that have not been seen.
func (e Experiment) arms() []ArmReport {
	total := 0
	for _, a := range e.Arms {
		total += a.Share
	}
	list := make([]ArmReport, len(e.Arms))
	for i, a := range e.Arms {
		list[i] = ArmReport{Row: Row{Arm: a.Name}, Share: float64(a.Share) / float64(total)}
	}
	return list
}

// unfit says whether units fell to arms as they should.
func (r *Report) unfit() string {
	units, shares := make([]int, len(r.Arms)), make([]float64, len(r.Arms))
	all, moved := 0, 0
	for i, a := range r.Arms {
		units[i], shares[i] = a.Units, a.Share
		all += a.Units
		moved += a.Moved
	}
	switch {
	case unevenness(units, shares, unevenSpread) >= -math.Log(unevenAlpha):
		return "the arms did not get their shares of the visitors: the assignment or the counting is broken, or the shares were changed under the same name"
	case float64(moved) > movedMost*float64(all):
		return fmt.Sprintf("%d of %d visitors saw lists of several arms: the assignment is broken, or the arms were changed under the same name", moved, all)
	}
	return ""
}

// measure fills in both kinds of all arms.
func (r *Report) measure(s Settings) {
	// Each of the comparisons gets its part of Alpha, so that all together keep it.
	part := s.Alpha / float64(2*(len(r.Arms)-1))
	control := r.Arms[0]
	for i := range r.Arms {
		a := &r.Arms[i]
		a.Click = Measure{Kind: recommend.Click, Rate: rate(a.ClickUnits, a.Units, s.Alpha)}
		a.Book = Measure{Kind: recommend.Book, Rate: rate(a.BookUnits, a.Units, s.Alpha)}
		if i == 0 {
			continue
		}
		p := pair{share: a.Share / (a.Share + control.Share), alpha: part, worth: s.Worth, units: a.Units + control.Units, unfit: r.Unfit != ""}
		p.needs = p.needed()
		p.compare(&a.Click, control.ClickUnits, a.ClickUnits)
		p.compare(&a.Book, control.BookUnits, a.BookUnits)
	}
}

func rate(hits, units int, alpha float64) Interval {
	var i Interval
	i.Low, i.High = even.interval(float64(hits), float64(units-hits), alpha)
	if units > 0 {
		i.Point = float64(hits) / float64(units)
	}
	return i
}

// pair compares an arm with the control.
type pair struct {
	share float64 // of the arm among the units of both
	alpha float64
	worth float64
	units int // of both
	needs int // as needed reckons
	unfit bool
}

// prior bets that the difference is about twice what is worth knowing.
func (p pair) prior() prior {
	away := 2 * p.worth
	strength := 1/(p.share*(1-p.share)*away*away) - 1
	return prior{strength * p.share, strength * (1 - p.share)}
}

// lift is the relative difference of the rates when the arm has the share of the outcomes.
func (p pair) lift(share float64) float64 { return odds(share)/odds(p.share) - 1 }

func odds(share float64) float64 { return share / (1 - share) }

func (p pair) compare(m *Measure, control, arm int) {
	low, high := p.prior().interval(float64(arm), float64(control), p.alpha)
	m.Lift = Interval{Low: p.lift(low), High: p.lift(high)}
	if control+arm > 0 {
		m.Lift.Point = p.lift(float64(arm) / float64(control+arm))
	}
	switch {
	case p.unfit:
		m.Verdict, m.Missing = Undecided, "an assignment that works"
	case m.Lift.Low > 0:
		m.Verdict = Better
	case m.Lift.High < 0:
		m.Verdict = Worse
	case m.Lift.Low > -p.worth && m.Lift.High < p.worth:
		m.Verdict = NoDifference
	default:
		m.Verdict, m.Missing = Undecided, p.missing(m.Kind, control+arm)
	}
}

// missing says in words what it takes to see a difference that is worth knowing, with hits seen so far.
func (p pair) missing(kind recommend.Kind, hits int) string {
	more := p.needs - hits
	did := map[recommend.Kind]string{recommend.Click: "clicked", recommend.Book: "booked"}[kind]
	switch {
	case more <= 0:
		return fmt.Sprintf("a difference of %s would most likely show by now: if there is one it is smaller", percent(p.worth))
	case hits == 0:
		return fmt.Sprintf("about %s visitors who %s, to see a difference of %s", thousands(round(more)), did, percent(p.worth))
	}
	visitors := int(float64(more) / float64(hits) * float64(p.units))
	return fmt.Sprintf("about %s more visitors of the two arms, %s of whom %s, to see a difference of %s",
		thousands(round(visitors)), thousands(round(more)), did, percent(p.worth))
}

// oneInFive is the point of the normal distribution below which one fifth lies.
const oneInFive = -.8416

// needed is how many units with an outcome see a difference that is worth knowing in four of five cases.
func (p pair) needed() int {
	o := odds(p.share) * (1 + p.worth)
	truth := o / (1 + o)
	seen := func(n float64) bool {
		arm := n*truth + oneInFive*math.Sqrt(n*truth*(1-truth))
		return arm > n*p.share && p.prior().evidence(arm, n-arm, p.share) >= -math.Log(p.alpha)
	}
	enough := 16.0
	for !seen(enough) {
		enough *= 2
	}
	few := enough / 2
	for enough-few > 1 {
		if middle := (few + enough) / 2; seen(middle) {
			enough = middle
		} else {
			few = middle
		}
	}
	return int(math.Ceil(enough))
}
