package waitlist

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// The refusals.
var (
	ErrPlacesFree = fault.New(fault.Conflict, "places_free", "there are such places at the moment; please choose them now")
	ErrNoEntry    = fault.New(fault.NotFound, "waitlist_not_found", "this link leads to no place in a waiting list")
	ErrNoOffer    = fault.New(fault.Conflict, "no_offer", "there are no places for you yet; we write to you when there are")
	ErrOfferOver  = fault.New(fault.Expired, "offer_over", "the time to take these places has run out; you can join the list again at its end")
	ErrClaimed    = fault.New(fault.Conflict, "offer_claimed", "these places have been taken by this link already")
	ErrEnded      = fault.New(fault.Conflict, "waitlist_ended", "this place in the waiting list has come to an end; join the list again if you still want to go")
	ErrOpen       = fault.New(fault.Conflict, "still_waiting", "you are in this list already")
)

func (e Entry) changed(now time.Time) Entry {
	e.Version++
	e.ChangedAt = now
	return e
}

// Numbered returns e with its number, for a new entry.
func (e Entry) Numbered(n int64) Entry {
	e.Number = n
	return e
}

// Again returns what becomes of e when its person joins once more, as in fresh. While something may come of it nothing changes: an
// address proves nobody, and a larger wish would keep the place of a smaller. Otherwise it begins anew with the number given, at the end.
func (e Entry) Again(fresh Entry, number int64, now time.Time) Entry {
	if e.State.Open() {
		return e
	}
	e.State, e.Number, e.Passed, e.JoinedAt = Waiting, number, 0, now
	e.Offer, e.Hold = Offer{}, ""
	e.Person, e.Wish, e.BrandID = fresh.Person, fresh.Wish, fresh.BrandID
	return e.changed(now)
}

// RenewLink returns e with the next generation of its link; the one before leads nowhere. Errors: ErrEnded when nothing can come
// of the entry any more.
func (e Entry) RenewLink(now time.Time) (Entry, error) {
	if !e.State.Open() {
		return e, ErrEnded
	}
	e.LinkGeneration++
	return e.changed(now), nil
}

// Offering returns e with places offered until the given time. Errors: ErrNoOffer when it does not wait.
func (e Entry) Offering(hold seating.HoldID, until, now time.Time) (Entry, error) {
	if e.State != Waiting {
		return e, ErrNoOffer
	}
	e.State, e.Offer = Offered, Offer{HoldID: hold, MadeAt: now, Until: until}
	return e.changed(now), nil
}

// Over reports whether e has an offer whose time has run out.
func (e Entry) Over(now time.Time) bool { return e.State == Offered && !now.Before(e.Offer.Until) }

// Claimable returns nil when e has an offer that can be claimed. Errors: ErrOfferOver, ErrClaimed, ErrNoOffer.
func (e Entry) Claimable(now time.Time) error {
	switch e.State {
	case Offered:
		if e.Over(now) {
			return ErrOfferOver
		}
		return nil
	case Claimed:
		return ErrClaimed
	case Ended:
		return ErrOfferOver
	case Waiting, Left, Closed:
	}
	return ErrNoOffer
}

// Claim returns e with its offer turned into the buyer's hold. Errors: those of Claimable.
func (e Entry) Claim(hold seating.HoldID, now time.Time) (Entry, error) {
	if err := e.Claimable(now); err != nil {
		return e, err
	}
	e.State, e.Hold = Claimed, hold
	return e.changed(now), nil
}

// Lapse ends an offer that is over. An entry without one is returned as it is.
func (e Entry) Lapse(now time.Time) Entry {
	if !e.Over(now) {
		return e
	}
	e.State = Ended
	return e.changed(now)
}

// Withdraw takes an offer back through no fault of its person's: the entry waits again where it was.
func (e Entry) Withdraw(now time.Time) Entry {
	if e.State != Offered {
		return e
	}
	e.State, e.Offer = Waiting, Offer{}
	return e.changed(now)
}

// Leave takes the person out of the line. An entry that is not open is returned as it is.
func (e Entry) Leave(now time.Time) Entry { return e.end(Left, now) }

// Close ends the entry of a show that sells no more. An entry that is not open is returned as it is.
func (e Entry) Close(now time.Time) Entry { return e.end(Closed, now) }

func (e Entry) end(in State, now time.Time) Entry {
	if !e.State.Open() {
		return e
	}
	e.State = in
	return e.changed(now)
}
