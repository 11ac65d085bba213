package recommend

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// UserID identifies a person for recommendations alone. It is made of the visitor's id and does not tell it.
type UserID string

// User is what a person has said of themselves, or what is known without their history.
type User struct {
	ID       UserID   `json:"id"`
	Tenant   Tenant   `json:"tenant"` // where they are a visitor
	City     string   `json:"city,omitempty"`
	Language string   `json:"language,omitempty"` // BCP 47
	Follows  []string `json:"follows,omitempty"`  // keys as Keys makes them: artists, venues, genres
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (u User) Validate() error { return checkID("id", string(u.ID)) }

// Kind says what somebody did with an item.
type Kind string

// The kinds of feedback, from the least telling on.
const (
	Shown Kind = "shown" // it stood in a list that they saw
	View  Kind = "view"  // its page was opened
	Click Kind = "click" // it was chosen from a list of recommendations
	Hold  Kind = "hold"  // places were held
	Like  Kind = "like"  // they said so, or wait for places
	Book  Kind = "book"  // it was paid for
	Hide  Kind = "hide"  // they do not want to see it again
)

// Kinds are all kinds of feedback.
func Kinds() []Kind { return []Kind{Shown, View, Click, Hold, Like, Book, Hide} }

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool {
	switch k {
	case Shown, View, Click, Hold, Like, Book, Hide:
		return true
	}
	return false
}

// Feedback is something that a person did with an item. The same kind of the same person with the same item is the same
// feedback: recording it again overwrites it, so that it may be delivered more than once.
type Feedback struct {
	Kind   Kind      `json:"kind"`
	User   UserID    `json:"user"`
	Item   ItemID    `json:"item"`
	Tenant Tenant    `json:"tenant"`           // whose page it was done on
	At     time.Time `json:"at"`               // UTC
	Value  float64   `json:"value,omitempty"`  // how strongly, such as 0.8 for four of five stars; 0 means 1, at most 1
	City   string    `json:"city,omitempty"`   // slug: where they were looking for something
	Device Device    `json:"device,omitempty"` // what they looked at
}

// Strength is how strongly it was meant, above 0 and at most 1.
func (f Feedback) Strength() float64 {
	if f.Value == 0 {
		return 1
	}
	return f.Value
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (f Feedback) Validate() error {
	switch {
	case !f.Kind.Valid():
		return fault.Invalidf("kind", "must be one of shown, view, click, hold, like, book and hide, not %q", f.Kind)
	case f.At.IsZero():
		return fault.Invalidf("at", "must be set")
	case !(f.Value >= 0 && f.Value <= 1): // false for NaN
		return fault.Invalidf("value", "must be between 0 and 1, not %v", f.Value)
	}
	if err := checkID("user", string(f.User)); err != nil {
		return err
	}
	return checkID("item", string(f.Item))
}

// Withdrawn is feedback that counts no more: a booking was cancelled, an item is not hidden any longer.
type Withdrawn struct {
	Kind Kind   `json:"kind"`
	User UserID `json:"user"`
	Item ItemID `json:"item"`
}
