// Package seating judges who gets a seat.
//
// An [Inventory] is the state of one show in memory: which seats and area places
// are free, held, sold or blocked, and by which [Hold]. Every request is checked
// whole and then applied whole; a refused request changes nothing. What requests
// changed accumulates in a [Delta], which the caller writes to its store in one
// transaction:
//
//	inv, err := seating.New(plan, seating.Rules{Orphans: seating.OrphanLenient}, nil)
//	err = inv.Load(holds, claims, quotas)     // from the store
//	hold, err := inv.Hold(now, seating.HoldRequest{ID: id, Buyer: visitor, Best: &seating.Best{N: 2}})
//	delta := inv.Delta()                      // written by the caller, then inv.ResetDelta()
//
// Expiry is part of every judgement. A hold whose time (and [Rules.Grace]) has
// passed counts as absent: its places are given to whoever asks, and the whole
// expired hold is closed at that moment. Expire is hygiene alone.
//
// The clock of an Inventory never goes back: a time earlier than one it was
// already given is read as that later one.
//
// An Inventory is not safe for concurrent use: one goroutine owns it, or a lock
// of the caller guards it. It starts no goroutine, does no I/O and never reads
// the clock. Slices inside the values it returns are shared with it and must not
// be modified.
package seating
