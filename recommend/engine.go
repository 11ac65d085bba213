package recommend

import (
	"context"
	"time"
)

// Engine knows items and people and finds what a person may like. Engines filter as little as they can: the last mile of a Shelf has
// the rules. They are safe for concurrent use.
type Engine interface {
	// Name is "local" or "gorse"; it stands in answers and logs.
	Name() string

	// UpsertItems stores items, each as a whole. Repeating it changes nothing.
	UpsertItems(ctx context.Context, items []Item) error

	// UpsertUsers stores people, each as a whole. Repeating it changes nothing.
	UpsertUsers(ctx context.Context, users []User) error

	// Record stores feedback. What is recorded twice counts once.
	Record(ctx context.Context, list []Feedback) error

	// Withdraw takes feedback back. What is not there is no error.
	Withdraw(ctx context.Context, list []Withdrawn) error

	// Recommend finds items for the person, or for the session alone when Query.User is empty, the best first.
	Recommend(ctx context.Context, q Query) ([]Scored, error)

	// Similar finds items that are like Query.Like, the best first. An unknown item has none.
	Similar(ctx context.Context, q Query) ([]Scored, error)

	// Popular finds what many like, near the place of the query first, the best first.
	Popular(ctx context.Context, q Query) ([]Scored, error)

	// Forget erases a person and all that they did, at every tenant. Who is not known is no error.
	Forget(ctx context.Context, user UserID) error

	// Health says whether the engine can answer. It is cheap.
	Health(ctx context.Context) Health
}

// Health is how an engine is.
type Health struct {
	OK    bool
	Model string    // version of what it answers from; empty when it has learnt nothing yet
	Since time.Time // when that was learnt
	Says  string    // what is wrong, for the operator; empty when all is well
}

// Query is what an engine is asked.
type Query struct {
	Tenant  Tenant
	User    UserID   // empty without consent: then session and context are all there is
	Session []Signal // what was done in this visit, the oldest first
	Like    ItemID   // for Similar
	N       int      // at most so many; engines may be asked for more than are shown, as filters come after
	Context Context
}

// Signal is something done in a session that is not stored.
type Signal struct {
	Kind Kind
	Item ItemID
	At   time.Time // zero means now
}

// Context is where and when somebody asks. Each field may be empty.
type Context struct {
	City     string  // slug: where they look for something
	Country  string  // ISO 3166-1 alpha-2
	Lat, Lng float64 // degrees; 0, 0 means not known
	Language string  // BCP 47: of the page
	Device   Device
	Now      time.Time // with the zone of the place; zero means the engine's clock
}

// Device is the sort of screen that is looked at.
type Device string

// The devices.
const (
	Phone   Device = "phone"
	Desktop Device = "desktop"
)

// Scored is a candidate.
type Scored struct {
	Item  ItemID
	Score float64 // comparable within one answer only
	Why   Reason

	number int32 // of the item in the programme, from 1 on; 0 when it must be looked up
}

// Reason says why an item is recommended. Its words are the storefront's.
type Reason struct {
	Code ReasonCode
	Item ItemID // what was booked, liked, viewed or is alike; else empty
	Name string // the artist, genre, venue or city; else empty
}

// ReasonCode says what sort of reason it is.
type ReasonCode string

// The reasons.
const (
	BecauseBooked  ReasonCode = "booked"  // you booked Item
	BecauseLiked   ReasonCode = "liked"   // you like Item
	BecauseViewed  ReasonCode = "viewed"  // you looked at Item
	BecauseAlike   ReasonCode = "alike"   // it is like Item
	BecauseFollows ReasonCode = "follows" // you follow Name
	BecauseArtist  ReasonCode = "artist"  // Name takes part, as in what you chose
	BecauseGenre   ReasonCode = "genre"   // you often choose Name
	BecausePopular ReasonCode = "popular" // many book it, in the city Name when that is set
	BecauseNear    ReasonCode = "near"    // it is on in the city Name, which was asked for
	BecauseFast    ReasonCode = "fast"    // its places are sold quickly
	BecauseSeason  ReasonCode = "season"  // it suits the time of the year: Name
	BecauseNew     ReasonCode = "new"     // it has just come into the programme
	BecauseTry     ReasonCode = "try"     // something else than usual
	BecauseOn      ReasonCode = "on"      // it can be bought, and nothing more is known
)

// ReasonCodes are all sorts of reasons.
func ReasonCodes() []ReasonCode {
	return []ReasonCode{
		BecauseBooked, BecauseLiked, BecauseViewed, BecauseAlike, BecauseFollows, BecauseArtist, BecauseGenre, BecausePopular,
		BecauseNear, BecauseFast, BecauseSeason, BecauseNew, BecauseTry, BecauseOn,
	}
}
