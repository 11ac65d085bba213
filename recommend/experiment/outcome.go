package experiment

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// Exposure says that a unit saw a list of an arm.
type Exposure struct {
	Experiment string
	Arm        string
	Unit       string // as given to Assign; a person's is recommend.UserID, so that Forget finds it
	Surface    string // where the list stood: "home", "event", "mail"
	Items      []recommend.ItemID
	At         time.Time // UTC
}

// maxItems is how many items a list may have.
const maxItems = 200

// Validate returns an Invalid fault that names the field at fault, or nil.
func (e Exposure) Validate() error {
	switch {
	case !goodName.MatchString(e.Experiment):
		return fault.Invalidf("experiment", "must be a name as experiments have, not %q", e.Experiment)
	case !goodName.MatchString(e.Arm):
		return fault.Invalidf("arm", "must be a name as arms have, not %q", e.Arm)
	case e.Unit == "":
		return fault.Invalidf("unit", "must not be empty")
	case e.At.IsZero():
		return fault.Invalidf("at", "must be set")
	case len(e.Items) > maxItems:
		return fault.Invalidf("items", "must be at most %d, not %d", maxItems, len(e.Items))
	}
	for i, item := range e.Items {
		if item == "" {
			return fault.Invalidf(fmt.Sprintf("items[%d]", i), "must not be empty")
		}
	}
	return nil
}

// Outcome is what a unit did with an item, wherever it came from: recommend.Click or recommend.Book. It counts for an exposure of the same
// unit whose list had the item, within the Window of its kind, and once for each unit, item and kind, however often it is done and
// however many lists had it.
type Outcome struct {
	Unit string
	Item recommend.ItemID
	Kind recommend.Kind
	At   time.Time // UTC
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (o Outcome) Validate() error {
	switch {
	case o.Unit == "":
		return fault.Invalidf("unit", "must not be empty")
	case o.Item == "":
		return fault.Invalidf("item", "must not be empty")
	case Window(o.Kind) == 0:
		return fault.Invalidf("kind", "must be click or book, not %q", o.Kind)
	case o.At.IsZero():
		return fault.Invalidf("at", "must be set")
	}
	return nil
}

// Window is how long after a list was seen an outcome counts for it, that instant included; zero for kinds that never do.
func Window(k recommend.Kind) time.Duration {
	switch k { //nolint:exhaustive // no other is an outcome
	case recommend.Click:
		return 30 * time.Minute
	case recommend.Book:
		return 7 * 24 * time.Hour
	}
	return 0
}

// Row is what was seen of an arm.
type Row struct {
	Arm        string
	Units      int // who saw at least one list of the experiment, the first of them this arm's
	Exposures  int // lists that they saw
	Moved      int // of Units: also saw lists of another arm, which Assign does not do
	ClickUnits int // of Units: have an outcome of the kind that counts
	BookUnits  int
	Clicks     int // such outcomes
	Bookings   int
}
