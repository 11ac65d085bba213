package bms

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// WaitlistService lets people wait for places of a show that has none, and turns what they are offered into holds.
//
// While Client.Run works, places that come back are offered to the line within a second or two, first come, first served, by the
// rule of package waitlist. An offer keeps its places with a house hold. Until it is made they are on general sale: whoever asks
// the judge first has them.
type WaitlistService struct{ c *Client }

// WaitRequest asks for a place in the line of a show.
type WaitRequest struct {
	ShowID catalog.ShowID
	Person waitlist.Person
	Wish   waitlist.Wish
	Brand  catalog.BrandID // of the storefront that asks: mails are from there; empty for none
	Key    string          // idempotency key
}

// WaitEntry is a place in the line as its person may see it.
type WaitEntry struct {
	waitlist.Entry

	Link   string   // what proves the entry to be its person's; it goes to the email address, and to nobody who only knows that
	Ahead  int      // how many wait in front; 0 unless the entry waits
	Places []string // what is offered, as it is printed on tickets; empty unless there is an offer
	Seats  []int32  // the seats among Places, by their numbers in the plan
	Areas  []seating.Places
	Held   *Hold // what became of the offer; nil unless it was claimed
}

// Join puts a person into the line of a show and has a mail with the link sent. For who waits or has an offer already nothing changes,
// and the mail is sent again; who had an offer that ran out, or has left, joins at the end.
//
// Anybody can name any address, so who waits for something else than before leaves by the link first. What is answered tells about an entry that was there before, so show it to nobody but
// whoever has proved the address.
//
// Errors: why the show does not sell (catalog.ErrNotYetOnSale and its siblings); waitlist.ErrPlacesFree; an Invalid fault that names
// the field; store.ErrNotFound.
func (s *WaitlistService) Join(ctx context.Context, r WaitRequest) (WaitEntry, error) {
	if err := sound("show_id", r.ShowID); err != nil {
		return WaitEntry{}, err
	}
	fresh, err := waitlist.Join(r.ShowID, r.Person, r.Wish, s.c.db.Now())
	if err != nil {
		return WaitEntry{}, err
	}
	if err := firstOf(sound("category", r.Wish.Category), s.c.brands.known(ctx, s.c.db, r.Brand)); err != nil {
		return WaitEntry{}, err
	}
	fresh.BrandID = r.Brand
	return once(ctx, s.c, "waitlist.join", r.Key, r, func(finish finish[WaitEntry]) (WaitEntry, error) {
		return s.judged(ctx, r.ShowID, finish, func(j *ruling) (waitlist.Entry, error) {
			return s.join(ctx, j, fresh)
		})
	})
}

// judged has what becomes of an entry judged.
func (s *WaitlistService) judged(ctx context.Context, show catalog.ShowID, finish finish[WaitEntry], decide func(*ruling) (waitlist.Entry, error)) (WaitEntry, error) {
	if _, err := s.link(ctx, waitlist.Entry{}); err != nil { // the judge waits for nothing: the key is in memory from here on
		return WaitEntry{}, err
	}
	var answer WaitEntry
	err := s.c.judge.do(ctx, show, func(j *ruling) error {
		e, err := decide(j)
		if err != nil {
			return err
		}
		answer = WaitEntry{Entry: e}
		answer.Link, _ = s.link(ctx, e)
		if e.State == waitlist.Waiting {
			if answer.Ahead, err = j.tx.WaitAhead(ctx, show, e.Number); err != nil {
				return err
			}
		}
		return finish(j.tx, answer)
	})
	return answer, err
}

// join judges who joins. It refuses before it changes anything.
func (s *WaitlistService) join(ctx context.Context, j *ruling, fresh waitlist.Entry) (waitlist.Entry, error) {
	if _, err := j.show.show.OnSaleAt(j.now); err != nil {
		return fresh, err
	}
	if err := j.possible(fresh.Wish); err != nil {
		return fresh, err
	}
	known, err := j.tx.WaitEntryOf(ctx, fresh.ShowID, fresh.Person.Key())
	exists := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fresh, err
	}
	if !known.State.Open() {
		if _, answer, err := j.placesFor(fresh.Wish); err != nil || answer == waitlist.Given {
			return fresh, firstOf(err, waitlist.ErrPlacesFree)
		}
	}
	last, err := j.tx.LastWaitNumber(ctx, fresh.ShowID)
	if err != nil {
		return fresh, err
	}
	if !exists {
		e := fresh.Numbered(last + 1)
		return e, firstOf(j.tx.AddWaitEntry(ctx, e), s.tell(ctx, j.tx, TopicWaitlistJoined, e))
	}
	return s.joinAgain(ctx, j, known, known.Again(fresh, last+1, j.now))
}

// joinAgain stores what became of an entry that was there, and has its mail sent once more.
func (s *WaitlistService) joinAgain(ctx context.Context, j *ruling, before, after waitlist.Entry) (waitlist.Entry, error) {
	if after != before {
		if err := j.tx.UpdateWaitEntry(ctx, after); err != nil {
			return after, err
		}
	}
	return after, s.tell(ctx, j.tx, standing(after), after)
}

// RejoinRequest asks to wait once more for what one waited for, at the end of the line.
type RejoinRequest struct {
	EntryID waitlist.EntryID
	Link    string
	Key     string // idempotency key
}

// Rejoin puts whoever has left or let an offer run out at the end of the line. Who is in it already stays there. Errors: waitlist.ErrNoEntry
// and those of Join.
func (s *WaitlistService) Rejoin(ctx context.Context, r RejoinRequest) (WaitEntry, error) {
	e, err := s.own(ctx, r.EntryID, r.Link)
	if err != nil {
		return WaitEntry{}, err
	}
	return once(ctx, s.c, "waitlist.rejoin", r.Key, r, func(finish finish[WaitEntry]) (WaitEntry, error) {
		return s.judged(ctx, e.ShowID, finish, func(j *ruling) (waitlist.Entry, error) {
			known, err := s.proved(ctx, j.tx, r.EntryID, r.Link)
			if err != nil || known.State.Open() {
				return known, err
			}
			return s.join(ctx, j, known)
		})
	})
}

// LeaveRequest asks to be taken out of a line.
type LeaveRequest struct {
	EntryID waitlist.EntryID
	Link    string
	Key     string // idempotency key
}

// Leave takes the person out of the line. Places that are offered go to the next. An entry that has come to an end is left as it is.
// Errors: waitlist.ErrNoEntry.
func (s *WaitlistService) Leave(ctx context.Context, r LeaveRequest) (WaitEntry, error) {
	e, err := s.own(ctx, r.EntryID, r.Link)
	if err != nil {
		return WaitEntry{}, err
	}
	return once(ctx, s.c, "waitlist.leave", r.Key, r, func(finish finish[WaitEntry]) (WaitEntry, error) {
		return s.judged(ctx, e.ShowID, finish, func(j *ruling) (waitlist.Entry, error) {
			known, err := s.proved(ctx, j.tx, r.EntryID, r.Link)
			if err != nil || !known.State.Open() {
				return known, err
			}
			if err := j.takeBack(known); err != nil {
				return known, err
			}
			left := known.Leave(j.now)
			return left, j.tx.UpdateWaitEntry(ctx, left)
		})
	})
}

// Get returns the entry that a link leads to, with how many wait in front, what is offered or what became of it. Errors:
// waitlist.ErrNoEntry.
func (s *WaitlistService) Get(ctx context.Context, entry waitlist.EntryID, link string) (WaitEntry, error) {
	if err := s.ready(ctx, entry); err != nil {
		return WaitEntry{}, err
	}
	e, err := view(ctx, s.c.db, func(tx store.Tx) (WaitEntry, error) { return s.read(ctx, tx, entry, link) })
	if err != nil || e.Hold == "" {
		e.Link = link
		return e, err
	}
	secret, err := s.c.vault.token(ctx, "hold", string(e.Hold))
	if err != nil {
		return e, err
	}
	held, err := s.c.Holds.Get(ctx, e.Hold, secret)
	e.Link, e.Held = link, &held
	return e, err
}

func (s *WaitlistService) read(ctx context.Context, tx store.Tx, entry waitlist.EntryID, link string) (WaitEntry, error) {
	var e WaitEntry
	var err error
	if e.Entry, err = s.proved(ctx, tx, entry, link); err != nil {
		return WaitEntry{}, err
	}
	switch e.State {
	case waitlist.Waiting:
		e.Ahead, err = tx.WaitAhead(ctx, e.ShowID, e.Number)
	case waitlist.Offered:
		err = s.readOffer(ctx, tx, &e)
	case waitlist.Claimed, waitlist.Ended, waitlist.Left, waitlist.Closed:
	}
	return e, err
}

// readOffer fills in what is offered, and names each place as it is printed on a ticket.
func (s *WaitlistService) readOffer(ctx context.Context, tx store.Tx, e *WaitEntry) error {
	hold, err := tx.HoldPlaces(ctx, e.Offer.HoldID)
	if err != nil {
		return err
	}
	versions, err := tx.ShowVersions(ctx, e.ShowID)
	if err != nil {
		return err
	}
	facts, err := s.c.shows.at(ctx, tx, e.ShowID, versions)
	if err != nil {
		return err
	}
	p := heldPlaces{show: facts}
	e.Places, e.Seats, e.Areas = nil, hold.Seats, hold.Areas
	for _, item := range itemsOf(hold, nil) {
		e.Places = append(e.Places, p.placeName(item))
	}
	return nil
}

// ClaimRequest asks for the places of an offer.
type ClaimRequest struct {
	EntryID    waitlist.EntryID
	Link       string
	Visitor    string   // opaque key of the buyer's browser; limits per buyer count by it
	BuyerTypes []string // of the first places; the others get the price list's first
	Channel    string   // sales channel, for fees; empty means the web
	Key        string   // idempotency key
}

// Claim turns an offer into a hold of the buyer's: the same places, at the price of this moment, for as long as any other hold of the
// show. Of several who claim one offer, one gets it.
//
// Errors: waitlist.ErrNoEntry, ErrNoOffer, ErrOfferOver and ErrClaimed; why the show does not sell; seating.ErrLimit; an Invalid fault
// that names the field. After a refusal the offer stands as before.
func (s *WaitlistService) Claim(ctx context.Context, r ClaimRequest) (Hold, error) {
	e, err := s.own(ctx, r.EntryID, r.Link)
	if err != nil {
		return Hold{}, err
	}
	return once(ctx, s.c, "waitlist.claim", r.Key, r, func(finish finish[Hold]) (Hold, error) {
		secretOf, err := s.c.Holds.secrets(ctx)
		if err != nil {
			return Hold{}, err
		}
		var held Hold
		err = s.c.judge.do(ctx, e.ShowID, func(j *ruling) error {
			places, err := s.claim(ctx, j, r)
			if err != nil {
				return err
			}
			held = places.public(secretOf(places.row.ID))
			return finish(j.tx, held)
		})
		return held, err
	})
}

// claim judges a claim. It refuses before it changes anything.
func (s *WaitlistService) claim(ctx context.Context, j *ruling, r ClaimRequest) (heldPlaces, error) {
	e, err := s.proved(ctx, j.tx, r.EntryID, r.Link)
	if err != nil {
		return heldPlaces{}, err
	}
	if err := e.Claimable(j.now); err != nil {
		return heldPlaces{}, err
	}
	if _, err := j.show.show.OnSaleAt(j.now); err != nil {
		return heldPlaces{}, err
	}
	if err := (HoldRequest{Best: &BestRequest{BuyerTypes: r.BuyerTypes}}).checkBuyers(j.show.list); err != nil {
		return heldPlaces{}, atField(fault.Of(err), strings.TrimPrefix(fault.Of(err).Field, "best."))
	}
	offered, ok := j.offeredTo(e)
	if !ok {
		return heldPlaces{}, waitlist.ErrNoOffer
	}
	places := heldPlaces{row: store.HoldRow{ShowID: e.ShowID, DetailVersion: 1}, show: j.show}
	places.detail = holdDetail{Items: itemsOf(offered, r.BuyerTypes), Channel: r.Channel}
	if places.detail.Quote, err = pricing.Compute(places.input(j.now, j.market(), nil)); err != nil {
		return places, err
	}
	ask := seating.HoldRequest{ID: id.New[seating.HoldID]("hld", j.now), Buyer: r.Visitor}
	if places.row.Hold, err = j.inventory.HandOver(j.now, e.Offer.HoldID, ask); err != nil {
		return places, err
	}
	claimed, err := e.Claim(ask.ID, j.now)
	return places, firstOf(err, places.freeze(j), j.tx.UpdateWaitEntry(ctx, claimed))
}

// itemsOf lists the places of a hold with their buyer types: seats by number, then areas.
func itemsOf(hold seating.Hold, buyers []string) []heldItem {
	items := make([]heldItem, 0, hold.Len())
	add := func(item heldItem) {
		if len(items) < len(buyers) {
			item.BuyerType = buyers[len(items)]
		}
		items = append(items, item)
	}
	for _, seat := range hold.Seats {
		add(heldItem{Seat: seat})
	}
	for _, a := range hold.Areas {
		for range a.N {
			add(heldItem{Seat: noSeat, Area: a.Area})
		}
	}
	return items
}

// salesEnd is the moment from which a show sells nothing any more.
func salesEnd(show catalog.Show) time.Time {
	if show.SalesUntil.IsZero() {
		return show.StartsAt
	}
	return show.SalesUntil
}
