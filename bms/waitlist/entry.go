package waitlist

import (
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// EntryID identifies an entry: "wle_" and 26 letters or digits.
type EntryID string

// Prefix is that of an EntryID.
const Prefix = "wle"

// State says where an entry is in its life.
type State string

// The states of an entry.
const (
	Waiting State = "waiting" // in the line
	Offered State = "offered" // places are kept for it until Offer.Until
	Claimed State = "claimed" // the offer became a hold of the buyer's
	Ended   State = "ended"   // the offer ran out
	Left    State = "left"    // left by its person
	Closed  State = "closed"  // the show sells no more
)

// Valid reports whether s is one of the states.
func (s State) Valid() bool {
	switch s {
	case Waiting, Offered, Claimed, Ended, Left, Closed:
		return true
	}
	return false
}

// Open reports whether something may still come of the entry.
func (s State) Open() bool {
	switch s {
	case Waiting, Offered:
		return true
	case Claimed, Ended, Left, Closed:
		return false
	}
	return false
}

// Person is who waits.
type Person struct {
	Name   string `json:"name"`
	Email  string `json:"email"`
	Locale string `json:"locale,omitempty"` // language tag for mails
}

// Key is what the person is known by in a show's list: an address counts once, however it is capitalized.
func (p Person) Key() string { return strings.ToLower(p.Email) }

// Clean returns p without spaces around its fields.
func (p Person) Clean() Person {
	b := p.buyer().Clean()
	return Person{Name: b.Name, Email: b.Email, Locale: b.Locale}
}

// Validate returns an Invalid fault that names the first field at fault, or nil: the bounds are those of a buyer.
func (p Person) Validate() error { return p.buyer().Validate() }

func (p Person) buyer() booking.Buyer {
	return booking.Buyer{Name: p.Name, Email: p.Email, Locale: p.Locale}
}

// Wish is what an entry waits for.
type Wish struct {
	Places      int    `json:"places"`                // at least 1, all of them or none
	Category    string `json:"category,omitempty"`    // key; empty means any
	Apart       bool   `json:"apart,omitempty"`       // seats apart from each other will do
	Wheelchairs int    `json:"wheelchairs,omitempty"` // of Places, wheelchair spaces
	Companions  int    `json:"companions,omitempty"`  // of Places, seats beside those
}

// Accessible reports whether somebody of the party uses a wheelchair. Such an entry gets only offers with
// as many wheelchair spaces as it wants.
func (w Wish) Accessible() bool { return w.Wheelchairs > 0 }

// Validate returns an Invalid fault that names the first field at fault, or nil. most is how many places one hold may have.
func (w Wish) Validate(most int) error {
	switch {
	case w.Places < 1 || w.Places > most:
		return fault.Invalidf("places", "must be between 1 and %d", most)
	case w.Wheelchairs < 0 || w.Wheelchairs > w.Places:
		return fault.Invalidf("wheelchairs", "must be between 0 and the number of places, %d", w.Places)
	case w.Companions < 0 || w.Companions > w.Places-w.Wheelchairs:
		return fault.Invalidf("companions", "must be between 0 and the places that are left, %d", w.Places-w.Wheelchairs)
	case w.Companions > 0 && w.Wheelchairs == 0:
		return fault.Invalidf("companions", "go with wheelchair spaces; say how many of those you need")
	}
	return nil
}

// Competes reports whether one place could serve either wish.
func (w Wish) Competes(o Wish) bool {
	sameCategory := w.Category == "" || o.Category == "" || w.Category == o.Category
	spacesOnly := func(a, b Wish) bool {
		return a.Accessible() && a.Wheelchairs+a.Companions == a.Places && !b.Accessible()
	}
	return sameCategory && !spacesOnly(w, o) && !spacesOnly(o, w)
}

// Offer is places kept for an entry.
type Offer struct {
	HoldID seating.HoldID `json:"hold_id"` // of the house hold that keeps them
	MadeAt time.Time      `json:"made_at"`
	Until  time.Time      `json:"until"` // the first moment at which it cannot be claimed any more
}

// Entry is one person's place in the line of one show. It is a value: transitions return a changed copy.
type Entry struct {
	ID        EntryID
	ShowID    catalog.ShowID
	BrandID   catalog.BrandID // of the storefront at which its person has joined, for mails; empty when at none
	Person    Person
	Wish      Wish
	State     State
	Number    int64          // its place in the line, from 1 and never given twice in a show; lower is earlier
	Passed    int            // offers made past it since it joined
	Offer     Offer          // the latest; zero before the first
	Hold      seating.HoldID // of the buyer who claimed; empty before
	JoinedAt  time.Time
	ChangedAt time.Time
	Version   int // raised by each change

	// LinkGeneration is how often the entry's link was made anew; 0 is the first.
	LinkGeneration int
}

// Join returns a new entry, still without a number. Errors: an Invalid fault that names the field of the person.
func Join(show catalog.ShowID, p Person, w Wish, now time.Time) (Entry, error) {
	p = p.Clean()
	if err := p.Validate(); err != nil {
		return Entry{}, err
	}
	return Entry{
		ID: id.New[EntryID](Prefix, now), ShowID: show, Person: p, Wish: w, State: Waiting, JoinedAt: now, ChangedAt: now, Version: 1,
	}, nil
}
