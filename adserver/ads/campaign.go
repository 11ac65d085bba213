package ads

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Status is what an advertiser wants of a campaign or line.
type Status string

// The statuses.
const (
	Draft    Status = "draft"    // being made; never served
	Active   Status = "active"   // served when all else allows
	Paused   Status = "paused"   // not served until it is active again
	Archived Status = "archived" // not served again, kept for reports
)

// Valid reports whether s is one of the statuses.
func (s Status) Valid() bool {
	switch s {
	case Draft, Active, Paused, Archived:
		return true
	}
	return false
}

// Budget is the most that may be spent.
type Budget struct {
	Total Nano // over the whole time; zero means no limit of its own
	Daily Nano // on each day of the advertiser's time zone; zero means no limit of its own
}

func (b Budget) validate() error {
	if err := first(amount("budget.total", b.Total), amount("budget.daily", b.Daily)); err != nil {
		return err
	}
	if b.Total > 0 && b.Daily > b.Total {
		return fault.Invalidf("budget.daily", "must not be more than the total of %s", b.Total)
	}
	return nil
}

// Flight is when something is served.
type Flight struct {
	Starts time.Time // served from then on; zero means at once
	Ends   time.Time // not served from then on; zero means until the budget is spent
}

// Covers reports whether t is in the flight.
func (f Flight) Covers(t time.Time) bool {
	return !t.Before(f.Starts) && (f.Ends.IsZero() || t.Before(f.Ends))
}

func (f Flight) validate() error {
	if !f.Ends.IsZero() && !f.Ends.After(f.Starts) {
		return fault.Invalidf("flight.ends", "must be after the start")
	}
	return nil
}

// Period is the time that a cap counts over. It rolls: a minute is the last 60 seconds.
type Period string

// The periods.
const (
	PerMinute Period = "minute"
	PerHour   Period = "hour"
	PerDay    Period = "day"
	Ever      Period = "lifetime"
)

// Valid reports whether p is one of the periods.
func (p Period) Valid() bool { return p == PerMinute || p == PerHour || p == PerDay || p == Ever }

// Cap is how often one person may see something.
type Cap struct {
	Times int // 1 to 1000
	Per   Period
}

func caps(list []Cap) error {
	seen := map[Period]bool{}
	return each("caps", list, 4, func(c Cap) error {
		switch {
		case c.Times < 1 || c.Times > 1000:
			return fault.Invalidf("times", "must be between 1 and 1000")
		case !c.Per.Valid():
			return fault.Invalidf("per", "must be minute, hour, day or lifetime")
		case seen[c.Per]:
			return fault.Invalidf("per", "has a cap already")
		}
		seen[c.Per] = true
		return nil
	})
}

// Campaign is what an advertiser wants to say for some time.
type Campaign struct {
	ID         CampaignID
	Advertiser AdvertiserID
	Name       string
	Status     Status
	Flight     Flight
	Budget     Budget
	Caps       []Cap // over all its lines
	Created    time.Time

	// Attribution is for how many days after a click something counts as come of it: at most 90. Zero means 30.
	Attribution int
}

// Days of Campaign.Attribution.
const (
	DefaultAttribution = 30
	MaxAttribution     = 90 // for so long clicks are kept
)

// Attributed is for how long after a click something counts as come of it.
func (c Campaign) Attributed() time.Duration {
	const day = 24 * time.Hour
	if c.Attribution == 0 {
		return DefaultAttribution * day
	}
	return time.Duration(c.Attribution) * day
}

// Validate returns an Invalid fault about the first field that is wrong.
func (c Campaign) Validate() error { return first(c.Problems()...) }

// Problems returns an Invalid fault about each field that is wrong, empty when none is.
func (c Campaign) Problems() []error {
	return wrong(text("name", c.Name, maxName), state(c.Status), c.Flight.validate(), c.Budget.validate(), caps(c.Caps),
		unless(c.Attribution >= 0 && c.Attribution <= MaxAttribution, "attribution", fmt.Sprintf("must be between 1 and %d", MaxAttribution)))
}

func state(s Status) error {
	return unless(s.Valid(), "status", "must be draft, active, paused or archived")
}
