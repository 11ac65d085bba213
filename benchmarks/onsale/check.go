package main

import (
	"time"

	"github.com/marquee-tickets/marquee/bms"
)

// clockError is how far two processes' readings of the time, and the database's, may lie apart.
const clockError = 10 * time.Millisecond

// check compares what buyers were told with the record of the sale.
func (c *crowd) check(r *outcome) error {
	r.Refusals = len(c.refusals)
	for _, show := range c.shows {
		var taken []taking
		if err := c.ask("/bench/stock?show="+show, &taken); err != nil {
			return err
		}
		seats, floor := 0, 0
		for _, t := range taken {
			seats, floor = seats+t.Seats, floor+t.Floor
		}
		r.Oversold += max(seats-hallSeats, 0) + max(floor-areaSize, 0)
		for _, no := range c.refusals {
			if no.show == show && no.wrong(taken) {
				r.RefusedWhileFree++
			}
		}
	}
	var violations []bms.Violation
	if err := c.ask("/bench/audit", &violations); err != nil {
		return err
	}
	r.Violations = len(violations)
	for _, v := range violations {
		c.fail("audit: " + v.Check + " " + v.Subject + " " + v.Detail)
	}
	return nil
}

// wrong reports whether enough places were free when the refusal arrived: nothing is given back
// during the sale, so there were as many or more when it was judged.
func (no refusal) wrong(taken []taking) bool {
	seats, floor := hallSeats, areaSize
	for _, t := range taken {
		if t.At.Before(no.at.Add(clockError)) {
			seats, floor = seats-t.Seats, floor-t.Floor
		}
	}
	return no.seats > 0 && seats >= no.seats || no.floor > 0 && floor >= no.floor
}
