package bms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// Bounds of one round over a show's line, during which the show's other requests wait.
const (
	waitPage   = 500                    // entries that are read at a time
	waitOffers = 50                     // offers
	waitFor    = 200 * time.Millisecond // after which no more entries are read: some 20,000 have been by then
)

// waitRound is one round over a line.
type waitRound struct {
	s       *WaitlistService
	j       *ruling
	show    catalog.ShowID
	walk    waitlist.Walk
	offers  int
	short   map[waitlist.Wish]int // the least number of places that could not be had, by wish without its number
	changed bool                  // something is to be written
}

// round judges one round. When there is nothing to do it changes nothing and returns errIdle.
func (s *WaitlistService) round(ctx context.Context, j *ruling, show catalog.ShowID) error {
	r := &waitRound{s: s, j: j, show: show, short: map[waitlist.Wish]int{}}
	_, err := j.show.show.OnSaleAt(j.now)
	switch {
	case err == nil:
		err = r.serve(ctx)
	case errors.Is(err, catalog.ErrCancelled) || errors.Is(err, catalog.ErrPast) || errors.Is(err, catalog.ErrSalesClosed):
		err = r.closeSome(ctx)
	default: // paused: who could not claim because of that waits on
		err = r.tidy(ctx, waitlist.Entry.Withdraw)
	}
	if err == nil && !r.changed {
		return errIdle
	}
	return err
}

// serve ends what is over and offers what there is.
func (r *waitRound) serve(ctx context.Context) error {
	if err := r.tidy(ctx, waitlist.Entry.Lapse); err != nil {
		return err
	}
	line, err := r.offerAll(ctx)
	if err != nil {
		return err
	}
	for i := range line {
		if err := r.store(ctx, line[i], r.walk.Line[i]); err != nil {
			return err
		}
	}
	return nil
}

// offerAll offers what there is, page after page of the line, as long as there is something to offer and time. It returns
// what has been read of the line as it was before.
func (r *waitRound) offerAll(ctx context.Context) (line []waitlist.Entry, err error) {
	end := r.s.c.db.Now().Add(waitFor)
	for after := int64(0); ; after = line[len(line)-1].Number {
		page, err := r.j.tx.WaitLine(ctx, r.show, after, waitPage)
		if err != nil {
			return nil, err
		}
		line, r.walk.Line = append(line, page...), append(r.walk.Line, page...)
		if _, err := r.walk.On(r.offer); err != nil {
			return nil, err
		}
		if len(page) < waitPage || r.offers == waitOffers || r.j.inventory.Counts().Free == 0 || !r.s.c.db.Now().Before(end) {
			return line, nil
		}
	}
}

// tidy looks after running offers: what becomes of those that are over is for end to say. An offer whose places the house took back is
// withdrawn.
func (r *waitRound) tidy(ctx context.Context, end func(waitlist.Entry, time.Time) waitlist.Entry) error {
	offers, err := r.j.tx.WaitOffers(ctx, r.show)
	if err != nil {
		return err
	}
	for _, e := range offers {
		become := end
		if !e.Over(r.j.now) {
			if _, ok := r.j.offeredTo(e); ok {
				continue
			}
			become = waitlist.Entry.Withdraw
		}
		if err := firstOf(r.j.takeBack(e), r.store(ctx, e, become(e, r.j.now))); err != nil {
			return err
		}
	}
	return nil
}

// closeSome ends the first entries; the rounds that follow end the others.
func (r *waitRound) closeSome(ctx context.Context) error {
	page, err := r.j.tx.WaitLine(ctx, r.show, 0, waitPage)
	if err != nil {
		return err
	}
	for _, e := range page {
		if err := firstOf(r.j.takeBack(e), r.store(ctx, e, e.Close(r.j.now))); err != nil {
			return err
		}
	}
	return nil
}

// offer keeps places for an entry, if there are such.
func (r *waitRound) offer(e *waitlist.Entry) (waitlist.Answer, error) {
	if r.offers == waitOffers {
		return waitlist.NoRoom, nil
	}
	kind, now := e.Wish, r.j.now
	kind.Places = 0
	if least, known := r.short[kind]; known && e.Wish.Places >= least {
		return waitlist.NoRoom, nil
	}
	found, answer, err := r.j.placesFor(e.Wish)
	if err != nil || answer != waitlist.Given {
		if answer == waitlist.NoRoom {
			r.short[kind] = e.Wish.Places
		}
		return answer, err
	}
	until := now.Add(r.s.c.cfg.OfferFor)
	if end := salesEnd(r.j.show.show); end.Before(until) {
		until = end
	}
	kept, err := r.j.inventory.Block(now, seating.BlockRequest{
		ID: id.New[seating.HoldID]("hld", now), Seats: found.Seats, Areas: found.Areas, Reason: waitReason, Until: until.Add(waitSlack),
	})
	if err != nil {
		return waitlist.NoRoom, fmt.Errorf("keep places: %w", err)
	}
	r.offers++
	*e, err = e.Offering(kept.ID, until, now)
	return waitlist.Given, err
}

// store writes what became of an entry, if something did, and has its person told.
func (r *waitRound) store(ctx context.Context, before, after waitlist.Entry) error {
	if after == before {
		return nil
	}
	r.changed = true
	after.Version, after.ChangedAt = before.Version+1, r.j.now
	if err := r.j.tx.UpdateWaitEntry(ctx, after); err != nil {
		return err
	}
	if topic := topicOf(before, after); topic != "" {
		return r.s.tell(ctx, r.j.tx, topic, after)
	}
	return nil
}
