package booking

import (
	"fmt"

	"github.com/marquee-tickets/marquee/bms/money"
)

// Check returns the first rule of this package that the stored booking breaks,
// nil when it breaks none. It is for audits: transitions cannot break them.
func (b Booking) Check() error {
	switch {
	case !b.Status.Valid():
		return fmt.Errorf("%s: status %q does not exist", b.ID, b.Status)
	case len(b.Tickets) == 0:
		return fmt.Errorf("%s: has no tickets", b.ID)
	case b.ConfirmedAt.IsZero() && b.wasConfirmed():
		return fmt.Errorf("%s: is %s but was never confirmed", b.ID, b.Status)
	case !b.ConfirmedAt.IsZero() && (b.Status.Open() || b.Status == Expired || b.Status == LateRefund):
		return fmt.Errorf("%s: was confirmed but is %s", b.ID, b.Status)
	}
	if want := statusOf(b.Tickets); (b.Status.Admits() || b.Status == Cancelled) && b.Status != want {
		return fmt.Errorf("%s: is %s but by its tickets it would be %s", b.ID, b.Status, want)
	}
	return b.checkMoney()
}

// checkMoney checks that the tickets cost the total and give back no more than
// they cost.
func (b Booking) checkMoney() error {
	sum := money.Zero(b.Total.Currency)
	for _, t := range b.Tickets {
		if err := t.check(); err != nil {
			return fmt.Errorf("%s: %s: %w", b.ID, t.ID, err)
		}
		paid, _ := t.Paid() // check has looked at its error
		var err error
		if sum, err = sum.Add(paid); err != nil {
			return fmt.Errorf("%s: %s: %w", b.ID, t.ID, err)
		}
	}
	if !sum.Equal(b.Total) {
		return fmt.Errorf("%s: total is %s but its tickets cost %s", b.ID, b.Total, sum)
	}
	return nil
}

// check returns the first rule that t breaks by itself.
func (t Ticket) check() error {
	paid, err := t.Paid()
	switch {
	case err != nil:
		return err
	case !t.Status.Valid():
		return fmt.Errorf("status %q does not exist", t.Status)
	case t.Refund.IsPositive() && t.Status != TicketCancelled:
		return fmt.Errorf("is %s but gives %s back", t.Status, t.Refund)
	case t.Refund.IsNegative() || t.Refund.Minor > paid.Minor:
		return fmt.Errorf("cost %s but gives %s back", paid, t.Refund)
	}
	return nil
}

// wasConfirmed reports whether only confirmed bookings reach b's status.
func (b Booking) wasConfirmed() bool {
	return b.Status.Admits() || b.Status == Cancelled
}
