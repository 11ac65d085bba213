package advisor

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/experiment"
)

var _ outbox.Sink = (*Advisor)(nil)

// Name implements outbox.Sink.
func (a *Advisor) Name() string { return "recommendations" }

// Topics implements outbox.Sink.
func (a *Advisor) Topics() []string {
	return []string{bms.TopicBookingConfirmed, bms.TopicBookingCancelled, bms.TopicShowCancelled}
}

// Deliver implements outbox.Sink: what was booked, and what was cancelled.
func (a *Advisor) Deliver(ctx context.Context, batch []outbox.Message) error {
	for _, m := range batch {
		var news bms.BookingNews
		if err := json.Unmarshal(m.Body, &news); err != nil {
			return fmt.Errorf("read message %s: %w", m.ID, err)
		}
		b, err := a.client.Bookings.Get(ctx, news.BookingID)
		if err != nil {
			return fmt.Errorf("booking %s: %w", news.BookingID, err)
		}
		if err := a.booked(ctx, b); err != nil {
			return fmt.Errorf("booking %s: %w", news.BookingID, err)
		}
	}
	return nil
}

// booked takes in a booking as it is now.
func (a *Advisor) booked(ctx context.Context, b booking.Booking) error {
	show, err := a.client.Shows.Show(ctx, catalog.ShowID(b.ShowID))
	if err != nil {
		return err
	}
	user, known, err := a.buyer(ctx, b)
	if err != nil {
		return err
	}
	item := recommend.ItemID(show.EventID)
	if !b.Status.Admits() {
		if err := a.engine.Withdraw(ctx, []recommend.Withdrawn{{Kind: recommend.Book, User: user, Item: item}}); err != nil {
			return err
		}
		return a.back(ctx, show.EventID)
	}
	at := b.ConfirmedAt
	if at.IsZero() {
		at = b.UpdatedAt
	}
	f := recommend.Feedback{Kind: recommend.Book, User: user, Item: item, Tenant: recommend.Tenant(b.PartnerID), At: at, City: a.on.cityOf(show.VenueID)}
	if err := a.engine.Record(ctx, []recommend.Feedback{f}); err != nil {
		return err
	}
	if a.trial == nil || !known {
		return nil
	}
	return a.journal.AddOutcomes(ctx, []experiment.Outcome{{Unit: string(user), Item: item, Kind: recommend.Book, At: at}})
}

// buyer is whose choice a booking is. Who has not agreed to be known has done nothing here before; what they book counts for what is popular, as
// the choice of somebody of whom nothing else is known.
func (a *Advisor) buyer(ctx context.Context, b booking.Booking) (user recommend.UserID, known bool, err error) {
	if known, err = a.knows(ctx, b.Visitor); err != nil || known {
		return userOf(b.Visitor), known, err
	}
	return userOf("booking " + string(b.ID)), false, nil
}

// knows reports whether a visitor has agreed to be known: what they did is then here.
func (a *Advisor) knows(ctx context.Context, visitor string) (bool, error) {
	if visitor == "" {
		return false, nil
	}
	done, err := a.journal.History(ctx, userOf(visitor), 1)
	return len(done) > 0, err
}
