package catalog

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// OrphanRule says what happens to a choice of seats that would leave a single
// seat between taken ones, which is hard to sell.
type OrphanRule string

// The orphan rules.
const (
	OrphanOff     OrphanRule = "off"     // nothing is refused
	OrphanLenient OrphanRule = "lenient" // refused when another choice in the row avoids it; a seat left beside an aisle or a wall does not count
	OrphanStrict  OrphanRule = "strict"  // the same, and such a seat counts too
)

// Valid reports whether r is one of the rules.
func (r OrphanRule) Valid() bool {
	switch r {
	case OrphanOff, OrphanLenient, OrphanStrict:
		return true
	}
	return false
}

// What the zero values of SeatingRules mean.
const (
	DefaultHoldFor     = 8 * time.Minute
	DefaultHoldTotal   = 20 * time.Minute
	DefaultMaxPerHold  = 10
	DefaultMaxPerBuyer = 20
)

// SeatingRules says how the places of a show are given out. The zero value is
// what most shows want.
type SeatingRules struct {
	// Orphan is the rule about stranded single seats. Empty means OrphanLenient.
	Orphan OrphanRule `json:"orphan,omitempty"`

	// MaxPerHold is the most places in one hold. 0 means DefaultMaxPerHold; at most 1,000.
	MaxPerHold int `json:"max_per_hold,omitempty"`

	// MaxPerBuyer is the most places that one buyer may hold and have bought
	// together. 0 means DefaultMaxPerBuyer; at most 10,000, at least MaxPerHold.
	MaxPerBuyer int `json:"max_per_buyer,omitempty"`

	// HoldFor is how long held places stay reserved, in nanoseconds when stored.
	// 0 means DefaultHoldFor; 1 minute to 1 hour.
	HoldFor time.Duration `json:"hold_for,omitempty"`

	// HoldTotal is how long a buyer may stretch a hold to by extending it, counted from its beginning.
	// 0 means DefaultHoldTotal or HoldFor, whichever is longer; HoldFor to 4 hours.
	HoldTotal time.Duration `json:"hold_total,omitempty"`

	// HighDemand says that many wait for each place, so buyers cannot extend holds.
	HighDemand bool `json:"high_demand,omitempty"`

	// WheelchairNeedsRequest keeps wheelchair and companion places for buyers who
	// ask for them. False sells wheelchair places to anybody who picks them.
	WheelchairNeedsRequest bool `json:"wheelchair_needs_request,omitempty"`

	// Quotas are shared limits over areas, at most 50.
	Quotas []Quota `json:"quotas,omitempty"`
}

// Quota is a limit that several areas share, besides the capacity that each has.
type Quota struct {
	Key      string   `json:"key"`      // unique in the show; lower-case letters, digits and hyphens
	Name     string   `json:"name"`     // for operators
	Capacity int      `json:"capacity"` // places, at least 1
	Areas    []string `json:"areas"`    // keys of areas of the seat map, at least one
}

// WithDefaults returns the rules with every zero value replaced by what it means.
func (r SeatingRules) WithDefaults() SeatingRules {
	if r.Orphan == "" {
		r.Orphan = OrphanLenient
	}
	if r.MaxPerHold == 0 {
		r.MaxPerHold = DefaultMaxPerHold
	}
	if r.MaxPerBuyer == 0 {
		r.MaxPerBuyer = max(DefaultMaxPerBuyer, r.MaxPerHold)
	}
	if r.HoldFor == 0 {
		r.HoldFor = DefaultHoldFor
	}
	if r.HoldTotal == 0 {
		r.HoldTotal = max(DefaultHoldTotal, r.HoldFor)
	}
	return r
}

// Validate returns an Invalid fault that names the field at fault, or nil. Whether
// the areas of quotas exist is for CheckAreas to say.
func (r SeatingRules) Validate() error {
	r = r.WithDefaults()
	switch {
	case r.MaxPerHold < 1 || r.MaxPerHold > 1_000:
		return fault.Invalidf("max_per_hold", "must be between 1 and 1000, or 0 for %d", DefaultMaxPerHold)
	case r.MaxPerBuyer < r.MaxPerHold || r.MaxPerBuyer > 10_000:
		return fault.Invalidf("max_per_buyer", "must be between max_per_hold and 10000, or 0 for %d", DefaultMaxPerBuyer)
	case r.HoldFor < time.Minute || r.HoldFor > time.Hour:
		return fault.Invalidf("hold_for", "must be between 1 minute and 1 hour, or 0 for %v", DefaultHoldFor)
	case r.HoldTotal < r.HoldFor || r.HoldTotal > 4*time.Hour:
		return fault.Invalidf("hold_total", "must be between hold_for and 4 hours, or 0 for %v", DefaultHoldTotal)
	}
	keys := map[string]bool{}
	return first(checkEnum("orphan", r.Orphan), checkEach("quotas", r.Quotas, 50, func(q Quota) error {
		if keys[q.Key] {
			return fault.Invalidf("key", "%s is used twice", q.Key)
		}
		keys[q.Key] = true
		return q.validate()
	}))
}

func (q Quota) validate() error {
	if q.Capacity < 1 || q.Capacity > seatmap.MaxPlaces {
		return fault.Invalidf("capacity", "must be between 1 and %d", seatmap.MaxPlaces)
	}
	return first(
		checkSlug("key", q.Key),
		checkText("name", q.Name, 0, 120),
		checkList("areas", q.Areas, 1, func(field, s string) error { return checkText(field, s, 1, seatmap.MaxKey) }),
	)
}

// CheckAreas returns an Invalid fault that names the first quota with an area that the
// plan does not have, or with the key of one that it has, or nil.
func (r SeatingRules) CheckAreas(plan *seatmap.Plan) error {
	return checkEach("quotas", r.Quotas, 50, func(q Quota) error {
		if _, ok := plan.Area(q.Key); ok {
			return fault.Invalidf("key", "%q is the key of an area of the seat map; a quota needs one of its own", q.Key)
		}
		return checkList("areas", q.Areas, 1, func(field, key string) error {
			if _, ok := plan.Area(key); !ok {
				return fault.Invalidf(field, "the seat map has no area %q", key)
			}
			return nil
		})
	})
}
