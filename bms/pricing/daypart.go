package pricing

import (
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Clock is a local time of day, "00:00" to "23:59".
type Clock string

// ParseClock returns the time of day that s says in the form 15:04, or an
// Invalid fault about the field "clock".
func ParseClock(s string) (Clock, error) {
	c := Clock(s)
	if !c.Valid() {
		return "", fault.Invalidf("clock", "must be a time of day such as 17:30, not %.16q", s)
	}
	return c, nil
}

// Valid reports whether c is two digits up to 23, a colon and two digits up to 59.
func (c Clock) Valid() bool { return c.minutes() >= 0 }

// minutes returns the minutes since midnight, -1 when c is not Valid.
func (c Clock) minutes() int {
	if len(c) != len("15:04") || c[2] != ':' {
		return -1
	}
	hour, minute := twoDigits(c[0], c[1]), twoDigits(c[3], c[4])
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return -1
	}
	return hour*60 + minute
}

// twoDigits returns the number that two ASCII digits say, -100 or less when
// they are none.
func twoDigits(tens, ones byte) int {
	if tens < '0' || tens > '9' || ones < '0' || ones > '9' {
		return -100
	}
	return int(tens-'0')*10 + int(ones-'0')
}

// Daypart is a part of the week with prices of its own: matinee, weekend, late
// night. Times are those of the venue's wall clock on the day of the show.
type Daypart struct {
	Key  string `json:"key"`
	Name string `json:"name,omitempty"`
	// Weekdays on which it begins, 0 for Sunday; empty means every day.
	Weekdays []time.Weekday `json:"weekdays,omitempty"`
	// From is the first minute, To the first minute after. To at or before From
	// means the next day: a Friday from 22:00 to 02:00 covers the first two
	// hours of Saturday, and equal times cover 24 hours.
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

// Validate returns an Invalid fault that names the first bad field, or nil.
func (d Daypart) Validate() error {
	if err := requireText("key", d.Key); err != nil {
		return err
	}
	if !d.From.Valid() {
		return fault.Invalidf("from", "must be a time of day such as 17:30, not %.16q", string(d.From))
	}
	if !d.To.Valid() {
		return fault.Invalidf("to", "must be a time of day such as 17:30, not %.16q", string(d.To))
	}
	return each("weekdays", d.Weekdays, func(w time.Weekday) error {
		return requireCount("", int(w), int(time.Sunday), int(time.Saturday))
	})
}

// Covers reports whether a show that starts at local, a time in the venue's
// zone, lies in the daypart.
func (d Daypart) Covers(local time.Time) bool {
	from, to := d.From.minutes(), d.To.minutes()
	at := local.Hour()*60 + local.Minute()
	if from < to {
		return from <= at && at < to && d.on(local.Weekday())
	}
	yesterday := (local.Weekday() + 6) % 7
	return at >= from && d.on(local.Weekday()) || at < to && d.on(yesterday)
}

// on reports whether d begins on the weekday w.
func (d Daypart) on(w time.Weekday) bool {
	return len(d.Weekdays) == 0 || slices.Contains(d.Weekdays, w)
}
