// Package experiment says which of several ways of recommending is better, and does not say so by chance.
//
//	e := experiment.Experiment{Name: "home-blend", Arms: []experiment.Arm{{Name: "control", Share: 50}, {Name: "blend", Share: 50}}}
//	arm := e.Assign(string(user))                            // the same each time
//	err := db.AddExposures(ctx, []experiment.Exposure{...})   // recommend/store joins them with what was clicked and booked
//	rows, err := db.ExperimentRows(ctx, e.Name)
//	report, err := experiment.NewReport(e, rows, experiment.Settings{})
//	err = report.Write(w)
//
// The report may be looked at whenever one likes and as often as one likes: that it ever calls an arm better or worse which is not
// has at most the probability Settings.Alpha, over all looks and arms together.
package experiment

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"regexp"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Experiment compares arms. What the arms do is the caller's.
type Experiment struct {
	// Name tells it from others, and decides with the unit who gets which arm. An experiment that is changed is a new one and needs
	// a new name: what was seen before would count for it. At most 40 small letters, digits, "-" and "_".
	Name string

	// Arms are 2 to 10. The first is the control, with which the others are compared.
	Arms []Arm
}

// Arm is one of the ways.
type Arm struct {
	Name  string // as that of an experiment
	Share int    // parts of the units, 1 to 1000; they need not add up to 100
}

const (
	maxArms  = 10
	maxShare = 1000
)

var goodName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// Validate returns an Invalid fault that names the field at fault, or nil.
func (e Experiment) Validate() error {
	switch {
	case !goodName.MatchString(e.Name):
		return fault.Invalidf("name", "must be 1 to 40 small letters, digits, - and _, not %q", e.Name)
	case len(e.Arms) < 2 || len(e.Arms) > maxArms:
		return fault.Invalidf("arms", "must be 2 to %d, not %d", maxArms, len(e.Arms))
	}
	taken := map[string]bool{}
	for i, a := range e.Arms {
		if err := a.validate(taken); err != nil {
			return err.In(fmt.Sprintf("arms[%d]", i))
		}
		taken[a.Name] = true
	}
	return nil
}

func (a Arm) validate(taken map[string]bool) *fault.Error {
	switch {
	case !goodName.MatchString(a.Name):
		return fault.Invalidf("name", "must be 1 to 40 small letters, digits, - and _, not %q", a.Name)
	case taken[a.Name]:
		return fault.Invalidf("name", "must be there once, and %q is there twice", a.Name)
	case a.Share < 1 || a.Share > maxShare:
		return fault.Invalidf("share", "must be between 1 and %d, not %d", maxShare, a.Share)
	}
	return nil
}

// Assign returns the arm of a unit: a person, or a visit where there is no consent. The experiment must be valid.
//
// The same unit gets the same arm, on every node and after every restart, as long as name and arms stay. An arm whose share grows
// only wins units, one whose share shrinks only loses some, and no unit goes from one to another of the rest; a new arm takes units
// from all, an arm that is taken out gives its own to all. The order of the arms does not matter. Which arm a unit has in one experiment
// says nothing about which it has in another.
func (e Experiment) Assign(unit string) Arm {
	best, least := e.Arms[0], math.Inf(1)
	for _, a := range e.Arms {
		if draw := -math.Log(e.uniform(a.Name, unit)) / float64(a.Share); draw < least {
			best, least = a, draw
		}
	}
	return best
}

// uniform is a number in (0, 1] that experiment, arm and unit decide alone. The least of -log(uniform)/share is then that of each arm
// with the probability of its share: weighted rendezvous hashing (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates",
// IEEE/ACM Transactions on Networking 6(1), 1998).
func (e Experiment) uniform(arm, unit string) float64 {
	sum := sha256.Sum256([]byte(e.Name + "\x00" + arm + "\x00" + unit))
	const digits = 53 // of a float64
	return (float64(binary.BigEndian.Uint64(sum[:])>>(64-digits)) + 1) / (1 << digits)
}
