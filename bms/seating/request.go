package seating

import "time"

// HoldRequest asks for places: named seats or best available ones, and places in
// areas besides or instead. All are given or none.
type HoldRequest struct {
	ID    HoldID // of the hold to make; must be new
	Buyer string // opaque key of the visitor; empty means no limit per buyer

	Seats []int32  // numbers of plan seats, in any order, each once; excludes Best
	Best  *Best    // seats to be chosen; excludes Seats
	Areas []Places // each area once

	// For is how long the places are held. Zero means Rules.HoldFor; more than
	// Rules.HoldTotal is rejected.
	For time.Duration

	// Accessible says that somebody in the party uses a wheelchair. Without it
	// wheelchair spaces and companion seats are refused until they are released.
	Accessible bool
}

// Best asks for the best seats that are free.
//
// Seats side by side in one block come first, nearest the focal point of their
// category and leaving no single seat (by the orphan rule; by OrphanStrict where
// that is off); then seats side by side that leave one; then, if Stacked, groups behind each other in
// adjacent rows; then, if Scattered, groups as large as can be had anywhere. The
// same free seats always give the same answer.
type Best struct {
	N int // people in the party, those in wheelchairs and their companions included

	// Categories are the keys of acceptable categories, the most wanted first. A
	// party sits in the first one where the shape (side by side, stacked,
	// scattered) is possible, and over several only if in none alone. Empty
	// means any, all alike.
	Categories []string

	// Except are the keys of categories that nobody is given: they are not for sale.
	Except []string

	Wheelchairs int // of N, how many need a wheelchair space; needs HoldRequest.Accessible
	Companions  int // of N, how many want a companion seat near those

	Stacked   bool // groups in adjacent rows, behind each other, are welcome
	Scattered bool // seats anywhere are welcome; includes Stacked
}

// BlockRequest asks to keep places from sale.
type BlockRequest struct {
	ID     HoldID // of the house hold to make; must be new
	Seats  []int32
	Areas  []Places
	Reason string    // why, for the organiser's eyes; 1 to 200 characters
	Until  time.Time // when they return to sale; zero means when they are unblocked
}
