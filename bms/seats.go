package bms

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// SeatService shows which seats are free, live, and lets the house keep some.
type SeatService struct{ c *Client }

// Snapshot is the state of a show's places at a version.
type Snapshot struct {
	Version int64
	Plan    *seatmap.Plan
	Status  []byte // two bits a seat, the first seat lowest: 0 free, 1 held, 2 sold, 3 blocked
	Areas   []seating.AreaState
}

// Of returns the status of the seat with the given number in the plan.
func (s Snapshot) Of(seat int32) seating.Status {
	return seating.Status(s.Status[seat/4] >> (seat % 4 * 2) & 3)
}

// Snapshot returns the places of a show as this process knows them: at most a moment behind the
// judge. Errors: store.ErrNotFound.
func (s *SeatService) Snapshot(ctx context.Context, show catalog.ShowID) (Snapshot, error) {
	b, err := s.board(ctx, show)
	if err != nil {
		return Snapshot{}, err
	}
	return b.picture(), nil
}

// Counts returns how many places of a show are in which state. Unlike Snapshot it keeps nothing in memory of a show that nobody looks at: it is for those
// who go through many. Errors: store.ErrNotFound.
func (s *SeatService) Counts(ctx context.Context, show catalog.ShowID) (seating.Counts, error) {
	if sound("", show) != nil {
		return seating.Counts{}, store.ErrNotFound
	}
	b, err := s.c.live.glance(ctx, show)
	if err != nil {
		return seating.Counts{}, err
	}
	return b.picture().Counts(), nil
}

// board is what this process knows of a show's places.
func (s *SeatService) board(ctx context.Context, show catalog.ShowID) (*board, error) {
	if sound("", show) != nil {
		return nil, store.ErrNotFound
	}
	return s.c.live.board(ctx, show)
}

// Watch streams what changes in a show's places behind version since. A watcher that
// was away for too long gets one whole frame first. The stream ends when ctx does, too.
func (s *SeatService) Watch(ctx context.Context, show catalog.ShowID, since int64) (*Watch, error) {
	b, err := s.board(ctx, show)
	if err != nil {
		return nil, err
	}
	w := b.watch(since)
	w.endWith(ctx)
	return w, nil
}

// BlockRequest asks to keep places from sale.
type BlockRequest struct {
	ShowID catalog.ShowID
	Seats  []string // names in the plan
	Areas  []seating.Places
	Reason string    // why, for colleagues: "camera position"; required
	Until  time.Time // zero means until released
	Key    string    // idempotency key
}

// Block keeps free places from sale. Errors: seating.ErrTaken.
func (s *SeatService) Block(ctx context.Context, r BlockRequest) (seating.Hold, error) {
	if r.Reason == "" {
		return seating.Hold{}, fault.Invalidf("reason", "must say why the places are kept")
	}
	if err := sound("show_id", r.ShowID); err != nil {
		return seating.Hold{}, err
	}
	return once(ctx, s.c, "seats.block", r.Key, r, func(finish finish[seating.Hold]) (seating.Hold, error) {
		var held seating.Hold
		err := s.c.judge.do(ctx, r.ShowID, func(j *ruling) error {
			seats, err := seatNumbers(j.show.plan, r.Seats)
			if err != nil {
				return err
			}
			held, err = j.inventory.Block(j.now, seating.BlockRequest{
				ID: id.New[seating.HoldID]("hld", j.now), Seats: seats, Areas: r.Areas, Reason: r.Reason, Until: r.Until,
			})
			if err != nil {
				return nameSeats(err, j.show.plan)
			}
			return finish(j.tx, held)
		})
		return held, err
	})
}

// UnblockRequest asks to give blocked places back to sale: those named, or all of the block
// when none are.
type UnblockRequest struct {
	ShowID catalog.ShowID
	HoldID seating.HoldID
	Seats  []string // names
	Areas  []seating.Places
	Key    string // idempotency key
}

// Unblock gives blocked places back to sale. Errors: seating.ErrNotHeld.
func (s *SeatService) Unblock(ctx context.Context, r UnblockRequest) (seating.Hold, error) {
	if err := sound("show_id", r.ShowID); err != nil {
		return seating.Hold{}, err
	}
	return once(ctx, s.c, "seats.unblock", r.Key, r, func(finish finish[seating.Hold]) (seating.Hold, error) {
		var held seating.Hold
		err := s.c.judge.do(ctx, r.ShowID, func(j *ruling) error {
			seats, err := seatNumbers(j.show.plan, r.Seats)
			if err != nil {
				return err
			}
			block, ok := j.inventory.Get(r.HoldID)
			if !ok || block.State != seating.StateHouse {
				return seating.ErrNotHeld
			}
			if len(seats)+len(r.Areas) == 0 {
				held, err = j.inventory.Release(j.now, r.HoldID)
			} else {
				held, err = j.inventory.Unblock(j.now, r.HoldID, seats, r.Areas)
			}
			if err != nil {
				return err
			}
			return finish(j.tx, held)
		})
		return held, err
	})
}

// seatNumbers looks seats up by name.
func seatNumbers(plan *seatmap.Plan, names []string) ([]int32, error) {
	numbers := make([]int32, len(names))
	for i, name := range names {
		n, ok := plan.Seat(name)
		if !ok {
			return nil, fault.Invalidf(fmt.Sprintf("seats[%d]", i), "there is no seat %q in this hall", name)
		}
		numbers[i] = n
	}
	return numbers, nil
}

// Counts adds the places up by status. Places of areas that are not free count as sold, and of
// areas that share a quota each counts all that is left of it.
func (s Snapshot) Counts() seating.Counts {
	c := seating.Counts{Capacity: s.Plan.Capacity()}
	for i := range s.Plan.Seats {
		status := s.Of(int32(i))
		switch {
		case s.Plan.Seats[i].Kind == seatmap.House && (status == seating.Free || status == seating.Blocked):
			c.House++
		case status == seating.Free:
			c.Free++
		case status == seating.Held:
			c.Held++
		case status == seating.Sold:
			c.Sold++
		default:
			c.Blocked++
		}
	}
	c.Capacity -= c.House
	for _, a := range s.Areas {
		c.Free += a.Free
		c.Sold += a.Capacity - a.Free
	}
	return c
}

// SeatsError is a refusal that is about certain seats.
type SeatsError struct {
	Seats       []string // names of the seats at fault: taken, or left alone
	Alternative []string // names of seats that can be had instead; empty when none are offered
	Err         error
}

// Error names the seats.
func (e *SeatsError) Error() string {
	return fmt.Sprintf("%v (%s)", e.Err, strings.Join(e.Seats, ", "))
}

// Unwrap returns the refusal.
func (e *SeatsError) Unwrap() error { return e.Err }

// SeatNames returns the seats at fault and those that can be had instead, for whoever passes errors on
// without knowing this type.
func (e *SeatsError) SeatNames() (atFault, instead []string) { return e.Seats, e.Alternative }

// nameSeats adds the names of the seats to a refusal that knows them by number.
func nameSeats(err error, plan *seatmap.Plan) error {
	names := func(numbers []int32) []string {
		list := make([]string, len(numbers))
		for i, n := range numbers {
			list[i] = plan.Seats[n].Name
		}
		return list
	}
	if taken, ok := errors.AsType[*seating.TakenError](err); ok {
		return &SeatsError{Seats: names(taken.Seats), Err: err}
	}
	if orphan, ok := errors.AsType[*seating.OrphanError](err); ok {
		return &SeatsError{Seats: names(orphan.Stranded), Alternative: names(orphan.Alternative), Err: err}
	}
	return err
}
