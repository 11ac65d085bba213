package store

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// WaitList says of a show with people in its line what the decision depends on whether there may be something to offer.
type WaitList struct {
	ShowID      catalog.ShowID
	Inventory   int64     // version of its inventory, 0 when it has none yet
	ShowVersion int       // version of the show's row: status, quotas and times
	Until       time.Time // when the first of its running offers ends; zero when there is none
}

// Waiting keeps the waiting lists. Whoever writes an entry holds the show's lock.
type Waiting interface {
	// AddWaitEntry inserts a new entry. ErrDuplicate when the person or the number is in the show's list already.
	AddWaitEntry(context.Context, waitlist.Entry) error
	// UpdateWaitEntry writes e, whose stored version must be e.Version-1: else ErrStale.
	UpdateWaitEntry(context.Context, waitlist.Entry) error
	WaitEntry(context.Context, waitlist.EntryID) (waitlist.Entry, error)
	// WaitEntryOf returns the entry of a person, by waitlist.Person.Key, in a show's list.
	WaitEntryOf(ctx context.Context, show catalog.ShowID, person string) (waitlist.Entry, error)
	// WaitLine returns a show's open entries by number, behind after; 0 is in front of all.
	WaitLine(ctx context.Context, show catalog.ShowID, after int64, limit int) ([]waitlist.Entry, error)
	// WaitOffers returns those of a show's entries that have a running offer, by number.
	WaitOffers(ctx context.Context, show catalog.ShowID) ([]waitlist.Entry, error)
	// WaitAhead counts who waits for a show with a number below the given one. Who has an offer waits no more.
	WaitAhead(ctx context.Context, show catalog.ShowID, number int64) (int, error)
	// LastWaitNumber is the highest number in a show's list, 0 when it is empty.
	LastWaitNumber(context.Context, catalog.ShowID) (int64, error)
	// WaitLists returns the shows that have open entries by id, behind after.
	WaitLists(ctx context.Context, after catalog.ShowID, limit int) ([]WaitList, error)
}
