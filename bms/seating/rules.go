package seating

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// OrphanRule says which single free seats a request may leave behind.
type OrphanRule string

// The orphan rules. A single seat is a free seat on general sale whose
// neighbours in its block are taken or absent. Only those that the request
// itself makes count.
const (
	OrphanOff     OrphanRule = "off"     // any
	OrphanLenient OrphanRule = "lenient" // only at the end of a block, next to an aisle or a wall
	OrphanStrict  OrphanRule = "strict"  // none
)

// Valid reports whether r is one of the rules.
func (r OrphanRule) Valid() bool {
	switch r {
	case OrphanOff, OrphanLenient, OrphanStrict:
		return true
	}
	return false
}

// Defaults and bounds of Rules.
const (
	defaultHoldFor    = 8 * time.Minute
	defaultHoldTotal  = 20 * time.Minute
	defaultGrace      = 2 * time.Second
	defaultMaxPerHold = 10
	maxHoldTotal      = 24 * time.Hour
	maxGrace          = time.Minute
	maxPlacesPerHold  = 1000
	maxPlaces         = 1_000_000 // in one area of one request, so that sums cannot overflow
	maxReason         = 200       // characters
	maxCompanions     = 10
)

// RetryFor is the least time that a buyer keeps the places after the first
// declined payment, to try another card.
const RetryFor = 2 * time.Minute

// Rules are what the organiser of a show decides about its holds.
type Rules struct {
	// Orphans says which single seats may be left. Empty means OrphanOff.
	Orphans OrphanRule

	// MaxPerBuyer is the most places that one buyer may hold and own in this
	// show. Zero means no limit.
	MaxPerBuyer int

	// MaxPerHold is the most places in one hold. Zero means 10; more than 1,000
	// is rejected. House holds have no limit.
	MaxPerHold int

	// HoldFor is how long places stay held before they return to sale. Zero
	// means 8 minutes; it must not exceed HoldTotal.
	HoldFor time.Duration

	// HoldTotal is how long a buyer can keep places by extending, counted from
	// the start of the hold; payment may go beyond. Zero means 20 minutes; more
	// than 24 hours is rejected.
	HoldTotal time.Duration

	// HighDemand refuses extensions by buyers. Payment still extends.
	HighDemand bool

	// Grace is added to the end of every hold before somebody else can have its
	// places, for answers that are on their way. Zero means 2 seconds; more than
	// a minute is rejected.
	Grace time.Duration

	// CompanionsPerWheelchair is the most companion seats per wheelchair space
	// of the same hold. Zero means 1, negative means none; more than 10 is rejected.
	CompanionsPerWheelchair int

	// ReleaseAccessibleAt is when wheelchair spaces and companion seats go on
	// general sale. Zero means never.
	ReleaseAccessibleAt time.Time
}

// Validate returns an Invalid fault naming the first field that is out of
// bounds; zero values stand for their defaults.
func (r Rules) Validate() error {
	r = r.withDefaults()
	switch {
	case !r.Orphans.Valid():
		return fault.Invalidf("orphans", "must be off, lenient or strict, not %q", r.Orphans)
	case r.MaxPerBuyer < 0:
		return fault.Invalidf("max_per_buyer", "must be 0 for no limit, or more")
	case r.MaxPerHold < 1 || r.MaxPerHold > maxPlacesPerHold:
		return fault.Invalidf("max_per_hold", "must be between 1 and %d", maxPlacesPerHold)
	case r.HoldTotal < 0 || r.HoldTotal > maxHoldTotal:
		return fault.Invalidf("hold_total", "must be between 0 and %v", maxHoldTotal)
	case r.HoldFor < 0 || r.HoldFor > r.HoldTotal:
		return fault.Invalidf("hold_for", "must be between 0 and hold_total (%v)", r.HoldTotal)
	case r.Grace < 0 || r.Grace > maxGrace:
		return fault.Invalidf("grace", "must be between 0 and %v", maxGrace)
	case r.CompanionsPerWheelchair > maxCompanions:
		return fault.Invalidf("companions_per_wheelchair", "must be at most %d", maxCompanions)
	}
	return nil
}

// withDefaults returns r with every zero field replaced by what it means.
func (r Rules) withDefaults() Rules {
	if r.Orphans == "" {
		r.Orphans = OrphanOff
	}
	if r.MaxPerHold == 0 {
		r.MaxPerHold = defaultMaxPerHold
	}
	if r.HoldTotal == 0 {
		r.HoldTotal = max(defaultHoldTotal, r.HoldFor)
	}
	if r.HoldFor == 0 {
		r.HoldFor = min(defaultHoldFor, r.HoldTotal)
	}
	if r.Grace == 0 {
		r.Grace = defaultGrace
	}
	if r.CompanionsPerWheelchair == 0 {
		r.CompanionsPerWheelchair = 1
	}
	r.CompanionsPerWheelchair = max(r.CompanionsPerWheelchair, 0)
	return r
}
