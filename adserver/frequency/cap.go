package frequency

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Kind is the level on which something is capped.
type Kind uint8

// The levels of an ad.
const (
	Advertiser Kind = iota
	Campaign
	Line
	Creative

	kinds = iota
)

// Valid reports whether k is one of the levels of this package.
func (k Kind) Valid() bool { return k < kinds }

// String returns the level's name in small letters.
func (k Kind) String() string {
	switch k {
	case Advertiser:
		return "advertiser"
	case Campaign:
		return "campaign"
	case Line:
		return "line"
	case Creative:
		return "creative"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Per is the rolling window of a cap: it ends now, and its beginning is no part of it, so that a view is out of a window of a minute
// when 60 seconds have passed.
type Per uint8

// The windows. A day is 24 hours and a week seven of those.
const (
	Minute Per = iota
	Hour
	Day
	Week
	Lifetime // all that is remembered: see Config.Lifetime

	pers    = iota
	windows = int(Lifetime) // those that end
)

// Valid reports whether p is one of the windows of this package.
func (p Per) Valid() bool { return p < pers }

// String returns the window's name in small letters.
func (p Per) String() string {
	switch p {
	case Minute:
		return "minute"
	case Hour:
		return "hour"
	case Day:
		return "day"
	case Week:
		return "week"
	case Lifetime:
		return "lifetime"
	}
	return fmt.Sprintf("window %d", uint8(p))
}

// seconds is how long a window is, 0 for Lifetime.
func (p Per) seconds() int64 {
	return [pers]int64{Minute: 60, Hour: 3600, Day: 86_400, Week: 604_800}[p]
}

// Cap says how often one user may see something in any window of a length.
type Cap struct {
	Times uint16 // 0 means never
	Per   Per
}

// Limit is the caps of one entity; all of them hold.
type Limit struct {
	Kind Kind
	ID   uint32 // above 0
	Caps []Cap  // none means that nothing is counted
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (l Limit) Validate() error {
	switch {
	case !l.Kind.Valid():
		return fault.Invalidf("kind", "must be one of the levels of an ad, not %d", l.Kind)
	case l.ID == 0:
		return fault.Invalidf("id", "must be above 0")
	}
	for i, c := range l.Caps {
		if !c.Per.Valid() {
			return fault.Invalidf(fmt.Sprintf("caps[%d].per", i), "must be a minute, an hour, a day, a week or the lifetime, not %d", c.Per)
		}
	}
	return nil
}

// Ticket is a place within caps that somebody has. It holds nothing that a signed token does not, so that it can be made anew of one: user,
// second of the reservation, and the entities that had caps.
type Ticket struct {
	User uint64
	At   uint32        // second since 1970, rounded up
	IDs  [kinds]uint32 // by Kind; 0 where there are no caps
}

// newTicket is for what has caps among the limits. It reports false when a limit is not valid, or two are of one level: one ad is of one
// line, campaign and advertiser.
func newTicket(user uint64, limits []Limit, now time.Time) (Ticket, bool) {
	t := Ticket{User: user, At: roundUp(now)}
	for i := range limits {
		l := &limits[i]
		if len(l.Caps) == 0 {
			continue
		}
		if !l.Kind.Valid() || l.ID == 0 || t.IDs[l.Kind] != 0 {
			return Ticket{}, false
		}
		t.IDs[l.Kind] = l.ID
		for _, c := range l.Caps {
			if !c.Per.Valid() {
				return Ticket{}, false
			}
		}
	}
	return t, true
}

// capped reports whether anything of the ad has caps.
func (t Ticket) capped() bool { return t.IDs != [kinds]uint32{} }

// roundUp is the second of what happened: it stays within windows until its last part has left.
func roundUp(at time.Time) uint32 {
	s := at.Unix()
	if at.Nanosecond() > 0 {
		s++
	}
	return uint32(s)
}

// roundDown is the second of a question.
func roundDown(at time.Time) int64 { return at.Unix() }
