// Package foryou is what a storefront knows of recommendations: the small interface that it asks, and the queue in which it puts
// what visitors do. Who answers is decided by the program that embeds the storefront.
//
//	queue := foryou.NewQueue(recommender, foryou.QueueConfig{Now: client.Now})
//	go queue.Run(ctx)
//	queue.Add(foryou.Deed{Visitor: visitor, Event: event, Kind: foryou.DeedView, At: now})
//
// Guarantees: adding a deed never waits for the recommender; nothing is recorded of a visitor after Forget has returned that
// was added before.
package foryou

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// Recommender says what somebody may like. What it returns can be bought at this moment.
// It is safe for concurrent use. A page that asks waits for Budget at most.
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

// What visitors do. What they book is recorded by the program, from the outbox.
const (
	DeedShown = "shown"
	DeedView  = "view"
	DeedClick = "click"
	DeedHold  = "hold"
	DeedLike  = "like"
	DeedHide  = "hide"
)

// Budget is how long a page or an answer waits for suggestions. After that it does without.
const Budget = 250 * time.Millisecond

// Bounds of the lists of a Wish.
const (
	MostRecent  = 20
	MostExclude = 100
)
