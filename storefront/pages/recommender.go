package pages

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// Recommender says what somebody may like. What it returns can be bought at this moment.
// It is safe for concurrent use; a page that asks waits a tenth of a second at most.
type Recommender interface {
	// Recommend finds events, the best first; fewer than asked for, or none, when nothing else can be bought.
	Recommend(ctx context.Context, w Wish) ([]Suggestion, error)

	// Record keeps what visitors did who agreed to it. What is recorded twice counts once.
	Record(ctx context.Context, list []Deed) error

	// Withdraw takes a deed back: an event that is not hidden any more.
	Withdraw(ctx context.Context, list []Deed) error

	// Hidden are the events that a visitor does not want to see, newest first.
	Hidden(ctx context.Context, visitor string) ([]catalog.EventID, error)

	// Forget erases a visitor everywhere.
	Forget(ctx context.Context, visitor string) error
}

// Wish is what is asked of a Recommender. Its zero value asks for nothing.
type Wish struct {
	Partner  catalog.PartnerID // whose programme; empty means everybody's
	Visitor  string            // the visitor's id; empty without consent
	Recent   []catalog.EventID // what this browser says was looked at in it, the newest first, at most 20; not kept
	Like     catalog.EventID   // more like this one; empty means for the visitor
	City     string            // slug; empty where none was chosen
	Within   bool              // nothing that is not on in City
	Language string            // of the page
	Phone    bool
	N        int
	Exclude  []catalog.EventID // what the page shows already
	Surface  string            // one of the Surface constants
}

// Suggestion is an event that somebody may like, and why.
type Suggestion struct {
	Event  catalog.EventID
	Reason Reason
}

// Reason says why an event is suggested. Code is one of booked, liked, viewed, alike (Event is set), follows, artist, genre (Name
// is set), popular, near (Name is the city's slug), fast, season (Name: new_year valentines easter halloween diwali christmas summer), new, try.
type Reason struct {
	Code  string
	Event catalog.EventID
	Name  string
}

// Deed is something that a visitor did.
type Deed struct {
	Partner catalog.PartnerID // whose site it was on; empty means everybody's
	Visitor string
	Event   catalog.EventID
	Kind    string // one of the Deed constants
	City    string // slug; may be empty
	Phone   bool
	Surface string // where it was suggested; empty when it was not
	At      time.Time
}

// Where events are suggested.
const (
	SurfaceHome   = "home"
	SurfaceCity   = "city"
	SurfaceEvent  = "event"
	SurfaceBooked = "booked"
	SurfaceMail   = "mail"
	SurfaceAPI    = "api"
)

// What visitors do. What they book comes from the outbox.
const (
	DeedShown = "shown"
	DeedView  = "view"
	DeedClick = "click"
	DeedHold  = "hold"
	DeedLike  = "like"
	DeedHide  = "hide"
)
