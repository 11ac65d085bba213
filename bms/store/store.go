// Package store is the contract between the services and a database engine:
// units of work as callbacks, and one small interface per domain. The engines
// are bms/sqlite and bms/postgres; store/storetest is the suite that both run.
package store

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// DB runs units of work. It is safe for concurrent use.
type DB interface {
	// View runs fn on one snapshot of the data, read-only.
	View(ctx context.Context, fn func(Tx) error) error

	// Read runs fn without a snapshot: each of its reads is of its own moment. It is cheaper
	// than View, for reading one thing.
	Read(ctx context.Context, fn func(Tx) error) error

	// Update runs fn and commits what it wrote when it returns nil; when Update
	// returns nil the commit is on disk. fn may run more than once, so it touches only tx and variables that it sets anew, and never
	// waits for anything outside the database.
	Update(ctx context.Context, fn func(Tx) error) error

	// Background is the same database over connections set apart for work that
	// nobody waits for, so that it never starves a checkout.
	Background() DB

	// Now is the database's time: UTC, whole microseconds.
	Now() time.Time

	// Close frees what Open took.
	Close() error
}

// Tx is one running unit of work: every domain's statements, on one transaction.
// Writes may be queued and sent with the next read or at the end, so their
// refusal can surface there.
type Tx interface {
	// Now is the unit of work's one time.
	Now() time.Time

	Catalog
	Shows
	Pricing
	Inventory
	Holds
	Bookings
	Payments
	Messages
	Keys
	Settings
	Waiting
	Audit
}

// TopicCatalogChanged is the topic of messages about the catalogue, which engines can find by their time.
const TopicCatalogChanged = "catalog.changed"

// Live carries "this show has a new version" between the nodes that share a
// database. Engines of one process have none.
type Live interface {
	// Announce tells the other nodes the newest version of each show.
	Announce(ctx context.Context, versions map[string]int64) error

	// Hear calls fn for every announcement until ctx ends. An empty show id says
	// that announcements may have been missed.
	Hear(ctx context.Context, fn func(show string, version int64)) error
}

// ErrStale says that a row was changed by someone else since it was read. Read it
// again and decide anew.
var ErrStale = fault.New(fault.Conflict, "stale", "somebody else has just changed this; please try again")

// ErrKeyLost says that a claim of an idempotency key has run out and somebody else has taken the key over.
var ErrKeyLost = fault.New(fault.Conflict, "key_lost", "this request took too long and was begun again under its idempotency key; ask again in a moment")

// ErrDuplicate says that a row with this identity is there already.
var ErrDuplicate = fault.New(fault.Conflict, "duplicate", "this exists already")

// ErrNotFound says that no row has this identity.
var ErrNotFound = fault.New(fault.NotFound, "not_found", "there is no such thing")
