package pacing

import (
	"fmt"
	"math"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Hours is how many hours a week has. Hour 0 begins on Monday at midnight UTC.
const Hours = 168

// Curve is how requests fall to the hours of a week. It is never changed and may be shared.
type Curve struct {
	before [Hours + 1]float64 // share of the week's requests before each hour; the last is 1
}

// least is the share of the mean that an hour has at least: that nobody came is not certain to be so next week.
const least = .05

// NewCurve returns the curve of what was counted in each hour of the week, in any unit: one week, or the mean of several. An hour gets a
// twentieth of the mean at least; when all are 0 the curve is flat. Errors: an Invalid fault for a number below 0, infinite or none.
func NewCurve(requests [Hours]float64) (*Curve, error) {
	sum := 0.0
	for h, n := range requests {
		if !(n >= 0) || math.IsInf(n, 0) {
			return nil, fault.Invalidf(fmt.Sprintf("requests[%d]", h), "must be a number of requests, not %v", n)
		}
		sum += n / Hours
	}
	if sum == 0 || math.IsInf(sum, 0) {
		return Flat(), nil
	}
	c, all := &Curve{}, 0.0
	for _, n := range requests {
		all += max(n/sum, least)
	}
	for h, n := range requests {
		c.before[h+1] = c.before[h] + max(n/sum, least)/all
	}
	c.before[Hours] = 1
	return c, nil
}

// Flat returns the curve of a week whose hours are alike.
func Flat() *Curve {
	c := &Curve{}
	for h := range c.before {
		c.before[h] = float64(h) / Hours
	}
	return c
}

// monday is when a week began, in seconds since 1970.
const monday = 4 * 24 * 3600

// Traffic is what is expected between two times, in weeks' worth: 1 for any whole week. It is 0 when to is not after from.
func (c *Curve) Traffic(from, to time.Time) float64 {
	if !to.After(from) {
		return 0
	}
	weeks, before := c.until(from)
	more, until := c.until(to)
	return float64(more-weeks) + (until - before)
}

// until is what is expected from 1970 to a time: whole weeks, and the part of the last.
func (c *Curve) until(t time.Time) (weeks int64, part float64) {
	const week = Hours * 3600
	seconds := t.Unix() - monday
	weeks = seconds / week
	if seconds %= week; seconds < 0 {
		weeks, seconds = weeks-1, seconds+week
	}
	hour := seconds / 3600
	in := (float64(seconds%3600) + float64(t.Nanosecond())/1e9) / 3600
	return weeks, c.before[hour] + in*(c.before[hour+1]-c.before[hour])
}
