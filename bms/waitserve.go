package bms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

const noSeat = booking.NoSeat

// The topics of the messages about waiting lists. Their key is the entry's id.
const (
	TopicWaitlistJoined  = "waitlist.joined"
	TopicWaitlistOffered = "waitlist.offered"
	TopicWaitlistEnded   = "waitlist.ended"  // an offer ran out
	TopicWaitlistClosed  = "waitlist.closed" // the show sells no more
)

// WaitlistNews is the body of every message about a waiting list.
type WaitlistNews struct {
	EntryID waitlist.EntryID `json:"entry_id"`
	ShowID  catalog.ShowID   `json:"show_id"`
	HoldID  seating.HoldID   `json:"hold_id,omitempty"` // that keeps the places of the offer it is about
}

// waitSlack is how much longer than its offer a house hold lasts, so that the places go to the next in the line before
// everybody can take them; when no background work runs they return to sale by themselves.
const waitSlack = 5 * time.Minute

// waitReason is why the house keeps the places of an offer.
const waitReason = "offered to the waiting list"

// waitLookAgain is how long a line is left alone in which nothing could be done and of whose show nothing has changed.
const waitLookAgain = time.Minute

// waitMemory remembers lines in which there was nothing to do.
type waitMemory struct {
	mu   sync.Mutex
	idle map[catalog.ShowID]idleLine
}

type idleLine struct {
	list store.WaitList
	at   time.Time
}

// maxIdleLines bounds the memory; all of it is forgotten when there are more.
const maxIdleLines = 4096

// may reports whether there may be something to do.
func (m *waitMemory) may(l store.WaitList, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.idle[l.ShowID]
	over := !l.Until.IsZero() && !now.Before(l.Until)
	return !ok || known.list != l || over || now.Sub(known.at) >= waitLookAgain
}

func (m *waitMemory) note(l store.WaitList, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.idle == nil || len(m.idle) >= maxIdleLines {
		m.idle = map[catalog.ShowID]idleLine{}
	}
	m.idle[l.ShowID] = idleLine{list: l, at: now}
}

// serveWaitlists ends offers that are over, offers what has come back, and closes the lists of shows that sell no more.
func (c *Client) serveWaitlists(ctx context.Context) error {
	var failed []error
	for after := catalog.ShowID(""); ; {
		lists, err := view(ctx, c.back, func(tx store.Tx) ([]store.WaitList, error) { return tx.WaitLists(ctx, after, pageOf) })
		if err != nil {
			return err
		}
		for _, l := range lists {
			after = l.ShowID
			if now := c.db.Now(); c.waits.may(l, now) {
				if err := c.Waitlists.serve(ctx, l.ShowID); err != nil {
					failed = append(failed, fmt.Errorf("waiting list of %s: %w", l.ShowID, err))
					continue
				}
				c.waits.note(l, now)
			}
		}
		if len(lists) < pageOf {
			return errors.Join(failed...)
		}
	}
}

// errIdle is the refusal of a round in which there was nothing to do: nothing is written then.
var errIdle = fault.New(fault.Conflict, "idle", "there is nothing to do in this waiting list")

// serve goes through the line of a show, round after round until there is nothing left to do.
func (s *WaitlistService) serve(ctx context.Context, show catalog.ShowID) error {
	for {
		err := s.c.judge.do(ctx, show, func(j *ruling) error { return s.round(ctx, j, show) })
		if errors.Is(err, errIdle) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// topicOf is that of the message about what happened to an entry; empty when nobody need be told.
func topicOf(before, after waitlist.Entry) string {
	if before.State == after.State && before.Offer == after.Offer {
		return ""
	}
	switch after.State {
	case waitlist.Offered:
		return TopicWaitlistOffered
	case waitlist.Ended:
		return TopicWaitlistEnded
	case waitlist.Closed:
		return TopicWaitlistClosed
	case waitlist.Waiting, waitlist.Claimed, waitlist.Left:
	}
	return ""
}

// tell queues a message about an entry.
func (s *WaitlistService) tell(ctx context.Context, tx store.Tx, topic string, e waitlist.Entry) error {
	m, err := outbox.New(topic, string(e.ID), WaitlistNews{EntryID: e.ID, ShowID: e.ShowID, HoldID: e.Offer.HoldID}, tx.Now())
	if err != nil {
		return err
	}
	return tx.AddMessages(ctx, m)
}

// offeredTo returns the hold that keeps the places of an offer, and whether it has them all still.
func (j *ruling) offeredTo(e waitlist.Entry) (seating.Hold, bool) {
	h, ok := j.inventory.Get(e.Offer.HoldID)
	return h, ok && h.State == seating.StateHouse && h.Len() == e.Wish.Places
}

// takeBack gives the places of a running offer back, as far as it has them.
func (j *ruling) takeBack(e waitlist.Entry) error {
	if e.State != waitlist.Offered {
		return nil
	}
	if h, ok := j.inventory.Get(e.Offer.HoldID); !ok || h.State != seating.StateHouse {
		return nil
	}
	_, err := j.inventory.Release(j.now, e.Offer.HoldID)
	return err
}

// placesFor finds places for a wish and leaves them free.
func (j *ruling) placesFor(w waitlist.Wish) (seating.Hold, waitlist.Answer, error) {
	answer := waitlist.Never
	for _, ask := range j.asks(w) {
		ask.ID = id.New[seating.HoldID]("hld", j.now)
		found, err := j.inventory.Hold(j.now, ask)
		switch {
		case err == nil:
			_, err = j.inventory.Release(j.now, ask.ID)
			return found, waitlist.Given, err
		case errors.Is(err, seating.ErrNotEnough):
			answer = waitlist.NoRoom
		case fault.Is(err, fault.Internal):
			return found, answer, err
		}
	}
	return seating.Hold{}, answer, nil
}

// asks are the ways in which a wish can come true: seats, or places of one area.
func (j *ruling) asks(w waitlist.Wish) []seating.HoldRequest {
	var asks []seating.HoldRequest
	if countSeats(j.show.plan, w.Category, "") > 0 {
		best := &seating.Best{N: w.Places, Wheelchairs: w.Wheelchairs, Companions: w.Companions, Scattered: w.Apart}
		if w.Category != "" {
			best.Categories = []string{w.Category}
		}
		asks = append(asks, seating.HoldRequest{Best: best, Accessible: w.Accessible()})
	}
	if w.Accessible() {
		return asks
	}
	for _, a := range j.show.plan.Areas {
		if w.Category == "" || a.Category == w.Category {
			asks = append(asks, seating.HoldRequest{Areas: []seating.Places{{Area: a.Key, N: w.Places}}})
		}
	}
	return asks
}

// possible refuses what can never come true in this hall. The error is an Invalid fault that names the field.
func (j *ruling) possible(w waitlist.Wish) error {
	if err := w.Validate(j.show.show.Seating.WithDefaults().MaxPerHold); err != nil {
		return err
	}
	plan := j.show.plan
	if w.Category != "" && !slices.ContainsFunc(plan.Categories, func(c seatmap.Category) bool { return c.Key == w.Category }) {
		return fault.Invalidf("category", "there is no category %.64q in this hall", w.Category)
	}
	if spaces := countSeats(plan, w.Category, seatmap.Wheelchair); w.Wheelchairs > spaces {
		return fault.Invalidf("wheelchairs", "there are only %d wheelchair spaces", spaces)
	}
	most := countSeats(plan, w.Category, "")
	for _, a := range plan.Areas {
		if !w.Accessible() && (w.Category == "" || a.Category == w.Category) {
			most = max(most, a.Capacity)
		}
	}
	if w.Places > most {
		return fault.Invalidf("places", "there are only %d such places together", most)
	}
	return nil
}

// countSeats counts the seats that are sold, of one category and kind or of any.
func countSeats(plan *seatmap.Plan, category string, kind seatmap.Kind) int {
	n := 0
	for i := range plan.Seats {
		seat := &plan.Seats[i]
		if seat.Kind != seatmap.House && (kind == "" || seat.Kind == kind) && (category == "" || plan.Categories[seat.Category].Key == category) {
			n++
		}
	}
	return n
}
