package pricing

import (
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Dynamic moves the prices of a show with demand. The factor is 1 plus the
// adjustment of at most one step of each kind, kept between Floor and Ceiling;
// a price is the list price times the factor, rounded to Step.
type Dynamic struct {
	// Floor and Ceiling bound the factor and each price, in parts of the list
	// price: 800_000 and 1_500_000 allow 20 % less and 50 % more.
	Floor   money.Rate `json:"floor"`
	Ceiling money.Rate `json:"ceiling"`
	// Occupancy looks at the part of the places that is sold or held.
	Occupancy []LevelStep `json:"occupancy,omitempty"`
	// TimeToShow looks at the time left before the show.
	TimeToShow []TimeStep `json:"time_to_show,omitempty"`
	// Demand looks at the places sold or held within the last DemandMinutes, as
	// part of all places.
	Demand []LevelStep `json:"demand,omitempty"`
	// DemandMinutes is the window of Demand: who fills Input.RecentDemand
	// counts over it. 0 only when there are no Demand steps.
	DemandMinutes int `json:"demand_minutes,omitempty"`
	// Step is what a moved price is a multiple of, in minor units: 1000 for ten
	// rupees. 0 means 1. A price without a multiple between its bounds is not
	// rounded, and a factor of 1 leaves the list price as it is.
	Step int64 `json:"step,omitempty"`
	// Rounding is how a moved price is rounded to Step.
	Rounding money.Rounding `json:"rounding"`
}

// LevelStep applies from a level on. Of several the highest that is reached counts.
type LevelStep struct {
	// AtLeast is a part of the places: 500_000 is half of them.
	AtLeast money.Rate `json:"at_least"`
	// Adjust is added to the factor: 100_000 raises prices by 10 %, -100_000
	// lowers them.
	Adjust money.Rate `json:"adjust"`
}

// TimeStep applies when at most so much time is left. Of several the shortest counts.
type TimeStep struct {
	WithinMinutes int        `json:"within_minutes"`
	Adjust        money.Rate `json:"adjust"`
}

// Validate returns an Invalid fault that names the first bad field by its path,
// such as occupancy[1].at_least, or nil.
func (d Dynamic) Validate() error {
	if !d.Rounding.Valid() {
		return fault.Invalidf("rounding", "must be one of half_up, half_even, half_down, up, down, ceil, floor, not %.16q", string(d.Rounding))
	}
	if d.Step < 0 || d.Step > MaxMinor {
		return fault.Invalidf("step", "must be between 0 and %d minor units, not %d", int64(MaxMinor), d.Step)
	}
	if len(d.Demand) > 0 && d.DemandMinutes == 0 {
		return fault.Invalidf("demand_minutes", "must say the window of the demand steps")
	}
	return firstOf(
		requireRate("floor", d.Floor, 0, money.Whole),
		requireRate("ceiling", d.Ceiling, money.Whole, maxCeiling),
		validateLevels("occupancy", d.Occupancy),
		validateTimes("time_to_show", d.TimeToShow),
		validateLevels("demand", d.Demand),
		requireCount("demand_minutes", d.DemandMinutes, 0, maxCount),
	)
}

func validateLevels(name string, steps []LevelStep) error {
	for i := 1; i < len(steps); i++ {
		if steps[i].AtLeast <= steps[i-1].AtLeast {
			return fault.Invalidf(name+"["+itoa(i)+"].at_least", "must be more than that of the step before")
		}
	}
	return each(name, steps, func(s LevelStep) error {
		return firstOf(
			requireRate("at_least", s.AtLeast, 0, money.Whole),
			requireRate("adjust", s.Adjust, -money.Whole, maxCeiling),
		)
	})
}

func validateTimes(name string, steps []TimeStep) error {
	for i := 1; i < len(steps); i++ {
		if steps[i].WithinMinutes <= steps[i-1].WithinMinutes {
			return fault.Invalidf(name+"["+itoa(i)+"].within_minutes", "must be more than that of the step before")
		}
	}
	return each(name, steps, func(s TimeStep) error {
		return firstOf(
			requireCount("within_minutes", s.WithinMinutes, 1, maxCount),
			requireRate("adjust", s.Adjust, -money.Whole, maxCeiling),
		)
	})
}

// Cause says why a factor moved.
type Cause string

// The causes of an Adjustment.
const (
	ByOccupancy  Cause = "occupancy"
	ByTimeToShow Cause = "time_to_show"
	ByDemand     Cause = "demand"
	ByFloor      Cause = "floor"   // lifted to the floor
	ByCeiling    Cause = "ceiling" // lowered to the ceiling
)

// Valid reports whether c is one of the causes.
func (c Cause) Valid() bool {
	switch c {
	case ByOccupancy, ByTimeToShow, ByDemand, ByFloor, ByCeiling:
		return true
	}
	return false
}

// Factor is what a show's list prices are multiplied by, and why.
type Factor struct {
	// Rate is 1 (money.Whole) plus the sum of all Adjust.
	Rate        money.Rate   `json:"rate"`
	Adjustments []Adjustment `json:"adjustments,omitempty"`
}

// Adjustment is one line of the explanation of a Factor.
type Adjustment struct {
	Cause Cause `json:"cause"`
	// Measured is what was found and Threshold the step that it reached: parts
	// per million of the places for occupancy and demand, whole minutes for
	// time to show, both 0 for floor and ceiling.
	Measured  int64      `json:"measured,omitempty"`
	Threshold int64      `json:"threshold,omitempty"`
	Adjust    money.Rate `json:"adjust"`
}

// Market is what a dynamic price looks at.
type Market struct {
	// Sold and Held are places that are taken, Capacity all of them.
	Sold, Held, Capacity int
	// RecentDemand is how many places were sold or held within the last
	// Dynamic.DemandMinutes.
	RecentDemand int
	// Left is the time before the show; negative after its start.
	Left time.Duration
}

// Factor returns the factor for the market m and its explanation.
func (d Dynamic) Factor(m Market) Factor {
	all := level(nil, ByOccupancy, d.Occupancy, partOf(m.Sold+m.Held, m.Capacity))
	all = soonest(all, d.TimeToShow, int64(m.Left/time.Minute))
	all = level(all, ByDemand, d.Demand, partOf(m.RecentDemand, m.Capacity))
	rate := money.Whole
	for _, a := range all {
		rate += a.Adjust
	}
	switch {
	case rate < d.Floor:
		return Factor{d.Floor, append(all, Adjustment{Cause: ByFloor, Adjust: d.Floor - rate})}
	case rate > d.Ceiling:
		return Factor{d.Ceiling, append(all, Adjustment{Cause: ByCeiling, Adjust: d.Ceiling - rate})}
	}
	return Factor{rate, all}
}

// level appends the highest step that measured reaches.
func level(all []Adjustment, cause Cause, steps []LevelStep, measured money.Rate) []Adjustment {
	for _, s := range slices.Backward(steps) {
		if measured >= s.AtLeast {
			return append(all, Adjustment{Cause: cause, Measured: int64(measured), Threshold: int64(s.AtLeast), Adjust: s.Adjust})
		}
	}
	return all
}

// soonest appends the shortest step that the minutes left are within.
func soonest(all []Adjustment, steps []TimeStep, left int64) []Adjustment {
	for _, s := range steps {
		if left <= int64(s.WithinMinutes) {
			return append(all, Adjustment{Cause: ByTimeToShow, Measured: left, Threshold: int64(s.WithinMinutes), Adjust: s.Adjust})
		}
	}
	return all
}

// Price returns base times the factor, rounded to Step and kept between Floor
// and Ceiling of base. Errors: as money.Amount.Mul.
func (d Dynamic) Price(base money.Amount, factor money.Rate) (money.Amount, error) {
	if factor == money.Whole {
		return base, nil
	}
	low, lowErr := base.Mul(d.Floor, money.Ceil)
	high, highErr := base.Mul(d.Ceiling, money.Floor)
	price, err := base.Mul(factor, d.Rounding)
	if err = firstOf(lowErr, highErr, err); err != nil {
		return money.Amount{}, err
	}
	price.Minor = min(max(price.Minor, low.Minor), high.Minor)
	return d.toStep(price, low.Minor, high.Minor)
}

// toStep returns the multiple of Step between low and high that is nearest to
// price, or price itself when there is none.
func (d Dynamic) toStep(price money.Amount, low, high int64) (money.Amount, error) {
	step := max(d.Step, 1)
	stepped, err := price.RoundTo(step, d.Rounding)
	if err != nil {
		return money.Amount{}, err
	}
	switch {
	case stepped.Minor > high:
		stepped.Minor -= step
	case stepped.Minor < low:
		stepped.Minor += step
	}
	if stepped.Minor < low || stepped.Minor > high {
		return price, nil
	}
	return stepped, nil
}

// partOf returns n as part of capacity; 0 when there is no capacity.
func partOf(n, capacity int) money.Rate {
	if capacity <= 0 {
		return 0
	}
	return money.Rate(int64(n) * int64(money.Whole) / int64(capacity))
}
