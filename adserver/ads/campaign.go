package ads

import (
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
}

// Validate returns an Invalid fault about the first field that is wrong.
func (c Campaign) Validate() error {
	if !c.Status.Valid() {
		return fault.Invalidf("status", "must be draft, active, paused or archived")
	}
	return first(text("name", c.Name, maxName), c.Flight.validate(), c.Budget.validate(), caps(c.Caps))
}
