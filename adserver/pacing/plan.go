package pacing

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Pace is how a day's budget is to be spent.
type Pace string

// The paces.
const (
	Even Pace = "even" // over the day, as requests come
	ASAP Pace = "asap" // as soon as there are requests
)

// Valid reports whether p is one of the paces of this package.
func (p Pace) Valid() bool { return p == Even || p == ASAP }

// Plan is what a line may spend and when. Money is in nano: a thousand-millionth of the currency's unit.
type Plan struct {
	// Start and End are the flight: from Start on, and no longer at End. A zero Start means that it has begun, a zero End that it goes on,
	// which needs Daily.
	Start, End time.Time

	// Total is what may be spent in the whole flight, 0 for no such bound. One of Total and Daily is above 0.
	Total int64

	// Daily is what may be spent from one midnight to the next, 0 for no such bound: then what is left of Total is divided among the days
	// that are left, by the requests that are expected on each.
	Daily int64

	// Pace is how the day's budget is spent. Empty means Even.
	Pace Pace

	// Burst is how much of the day's budget may be spent in any minute, in parts per million, however many requests come. Zero means
	// 10,000, which is 1 %; 1 to 1,000,000. A flight that has only an hour of a day may spend 24 times as much of that day's budget, and so on.
	Burst int

	// Zone says when days begin. Nil means UTC.
	Zone *time.Location
}

func (p Plan) withDefaults() Plan {
	if p.Pace == "" {
		p.Pace = Even
	}
	if p.Burst == 0 {
		p.Burst = 10_000
	}
	if p.Zone == nil {
		p.Zone = time.UTC
	}
	return p
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (p Plan) Validate() error {
	const million = 1_000_000
	p = p.withDefaults()
	switch {
	case !p.End.IsZero() && !p.End.After(p.Start):
		return fault.Invalidf("end", "must be after the start")
	case p.Total < 0:
		return fault.Invalidf("total", "must not be below 0")
	case p.Daily < 0:
		return fault.Invalidf("daily", "must not be below 0")
	case p.Daily == 0 && p.Total == 0:
		return fault.Invalidf("total", "must be above 0 when there is no daily budget")
	case p.Daily == 0 && p.End.IsZero():
		return fault.Invalidf("end", "must be there when there is no daily budget: a total is divided among the days until then")
	case !p.Pace.Valid():
		return fault.Invalidf("pace", "must be even or asap, not %q", p.Pace)
	case p.Burst < 1 || p.Burst > million:
		return fault.Invalidf("burst", "must be between 1 and 1,000,000 parts per million, not %d", p.Burst)
	}
	return nil
}

// day is the part of a day that is in the flight.
type day struct{ from, to time.Time }

// day returns the one with a time.
func (p Plan) day(now time.Time) day {
	year, month, date := now.In(p.Zone).Date()
	d := day{time.Date(year, month, date, 0, 0, 0, 0, p.Zone), time.Date(year, month, date+1, 0, 0, 0, 0, p.Zone)}
	if p.Start.After(d.from) {
		d.from = p.Start
	}
	if !p.End.IsZero() && p.End.Before(d.to) {
		d.to = p.End
	}
	return d
}

// budget is what may be spent on a day of the flight. It depends on what was spent before the day alone, and so is the same at any
// time of the day.
func (p Plan) budget(d day, spent Spent, c *Curve) int64 {
	left := p.Total - (spent.Total - spent.Today)
	switch {
	case p.Total == 0:
		return p.Daily
	case left <= 0:
		return 0
	case p.Daily > 0:
		return min(p.Daily, left)
	}
	share := 1.0
	if rest := c.Traffic(d.from, p.End); rest > 0 {
		share = min(1, c.Traffic(d.from, d.to)/rest)
	}
	return min(left, int64(float64(left)*share))
}

// minute is what may be spent in any minute of a day.
func (p Plan) minute(d day, budget int64) int64 {
	const hours24 = 24 * time.Hour
	part := float64(p.Burst) / 1e6
	if length := d.to.Sub(d.from); length < hours24 {
		part *= float64(hours24) / float64(max(length, time.Minute))
	}
	return max(1, int64(min(1, part)*float64(budget)))
}
