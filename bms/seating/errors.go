package seating

import (
	"fmt"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// The sentinels of the package. Where data helps, a request returns one of the
// typed errors below instead, which unwraps to its sentinel.
var (
	ErrTaken         = fault.New(fault.Conflict, "seat_taken", "one of these places has just been taken")
	ErrNotEnough     = fault.New(fault.Conflict, "not_enough_places", "there are not enough places left")
	ErrOrphan        = fault.New(fault.Conflict, "single_seat_left", "this choice would leave a single seat; please move along")
	ErrLimit         = fault.New(fault.Conflict, "limit_reached", "this is more than one person may have")
	ErrNotForSale    = fault.New(fault.Forbidden, "not_for_sale", "one of these seats is not on sale")
	ErrAccessible    = fault.New(fault.Forbidden, "accessible_only", "one of these places is kept for wheelchair users and those with them")
	ErrUnknownSeat   = fault.New(fault.NotFound, "unknown_seat", "the hall has no such seat")
	ErrUnknownArea   = fault.New(fault.NotFound, "unknown_area", "the hall has no such area")
	ErrExpired       = fault.New(fault.Expired, "hold_expired", "the time to book these places has run out; please choose again")
	ErrNotHeld       = fault.New(fault.Conflict, "not_held", "these places are not held any more")
	ErrSold          = fault.New(fault.Conflict, "already_sold", "these places are paid for already")
	ErrPaying        = fault.New(fault.Conflict, "payment_running", "a payment for these places is under way")
	ErrHighDemand    = fault.New(fault.Forbidden, "high_demand", "so many people want seats for this show that the time cannot be extended")
	ErrExtensionUsed = fault.New(fault.Conflict, "extension_used", "these places cannot be kept any longer; please pay now")
	ErrDuplicateHold = fault.New(fault.Conflict, "duplicate_hold", "this hold exists already")
	ErrInconsistent  = fault.New(fault.Internal, "inconsistent_inventory", "the stored seats of this show contradict each other")
)

// TakenError says which seats of a request somebody else has. It unwraps to ErrTaken.
type TakenError struct {
	Seats []int32 // ascending, never empty
}

// Error returns a sentence for the customer.
func (e *TakenError) Error() string {
	if len(e.Seats) == 1 {
		return "one of these seats has just been taken"
	}
	return fmt.Sprintf("%d of these seats have just been taken", len(e.Seats))
}

// Unwrap returns the fault with this message, and the sentinel.
func (e *TakenError) Unwrap() []error { return told(ErrTaken, e) }

// OrphanError says which seats a request would leave single. It unwraps to ErrOrphan.
type OrphanError struct {
	Stranded    []int32 // ascending, never empty
	Alternative []int32 // ascending: as many seats as were asked for, free and accepted at this instant
}

// Error returns a sentence for the customer.
func (e *OrphanError) Error() string {
	if len(e.Stranded) == 1 {
		return "this choice would leave a single seat between others; please move along"
	}
	return fmt.Sprintf("this choice would leave %d single seats between others; please move along", len(e.Stranded))
}

// Unwrap returns the fault with this message, and the sentinel.
func (e *OrphanError) Unwrap() []error { return told(ErrOrphan, e) }

// LimitError says which number was exceeded. It unwraps to ErrLimit.
type LimitError struct {
	Max  int // places allowed
	Have int // places that the buyer has already; 0 for the limit of one hold
	Want int // places asked for
}

// Error returns a sentence for the customer.
func (e *LimitError) Error() string {
	if e.Have > 0 {
		return fmt.Sprintf("one person may have %d places for this show, and you have %d already", e.Max, e.Have)
	}
	return fmt.Sprintf("at most %d places can be booked at once", e.Max)
}

// Unwrap returns the fault with this message, and the sentinel.
func (e *LimitError) Unwrap() []error { return told(ErrLimit, e) }

// ShortError says that too few places are left, or too few together. It unwraps
// to ErrNotEnough.
type ShortError struct {
	Area string // key of the area; empty for best available seats
	Free int    // places left; at least Want when they only lie apart
	Want int    // places asked for
}

// Error returns a sentence for the customer.
func (e *ShortError) Error() string {
	switch {
	case e.Free >= e.Want:
		return fmt.Sprintf("there are no %d places together any more, but %d apart", e.Want, e.Free)
	case e.Free == 0:
		return "there are no places left"
	case e.Free == 1:
		return "there is only one place left"
	default:
		return fmt.Sprintf("there are only %d places left", e.Free)
	}
}

// Unwrap returns the fault with this message, and the sentinel.
func (e *ShortError) Unwrap() []error { return told(ErrNotEnough, e) }

// SeatError says which seat of a request the hall does not have, or may not be
// given to or back by this buyer. It unwraps to ErrUnknownSeat, ErrNotForSale,
// ErrAccessible or ErrNotHeld.
type SeatError struct {
	Seat  int32
	Field string // path of the seat in the request: "seats[2]"; empty when none
	Cause *fault.Error
}

// Error returns a sentence for the customer.
func (e *SeatError) Error() string { return e.Cause.Message }

// Unwrap returns the fault with the field named, and the sentinel.
func (e *SeatError) Unwrap() []error { return []error{e.Cause.In(e.Field), e.Cause} }

// AreaError says which area of a request is at fault. It unwraps to
// ErrUnknownArea or, when its places are given back by who has not got them, to
// ErrNotHeld.
type AreaError struct {
	Area  string
	Field string // path of the area in the request: "areas[0].area"
	Cause *fault.Error
}

// Error returns a sentence for the customer.
func (e *AreaError) Error() string { return e.Cause.Message }

// Unwrap returns the fault with the field named, and the sentinel.
func (e *AreaError) Unwrap() []error { return []error{e.Cause.In(e.Field), e.Cause} }

// told returns what a typed error unwraps to: the fault that carries its own
// sentence, and the sentinel that errors.Is finds.
func told(sentinel *fault.Error, err error) []error {
	return []error{fault.New(sentinel.Code, sentinel.Reason, err.Error()), sentinel}
}
