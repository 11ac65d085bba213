package catalog

import (
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// ShowStatus is where a show is in its life.
type ShowStatus string

// The statuses of a show.
const (
	Draft     ShowStatus = "draft"     // being prepared, seen by operators only
	OnSale    ShowStatus = "on_sale"   // published; sales run within their window
	Paused    ShowStatus = "paused"    // published, sales stopped for now
	SoldOut   ShowStatus = "sold_out"  // nothing left when last looked; what comes back may be bought
	Cancelled ShowStatus = "cancelled" // will not happen, or did not; final
	Past      ShowStatus = "past"      // over
)

// Valid reports whether s is one of the statuses.
func (s ShowStatus) Valid() bool {
	switch s {
	case Draft, OnSale, Paused, SoldOut, Cancelled, Past:
		return true
	}
	return false
}

// next lists the statuses that may follow s. A show that is past can still be
// cancelled, since refunds for one that broke off are often given the day after.
func (s ShowStatus) next() []ShowStatus {
	switch s {
	case Draft:
		return []ShowStatus{OnSale, Cancelled}
	case OnSale:
		return []ShowStatus{Paused, SoldOut, Cancelled, Past}
	case Paused:
		return []ShowStatus{OnSale, SoldOut, Cancelled, Past}
	case SoldOut:
		return []ShowStatus{OnSale, Paused, Cancelled, Past}
	case Past:
		return []ShowStatus{Cancelled}
	case Cancelled:
		return nil
	}
	return nil
}

// Why a show does not sell, or does not change.
var (
	ErrDraft        = fault.New(fault.NotFound, "show_draft", "this show is not announced yet")
	ErrNotYetOnSale = fault.New(fault.Conflict, "not_yet_on_sale", "tickets for this show are not on sale yet")
	ErrPaused       = fault.New(fault.Conflict, "sales_paused", "sales for this show are paused; please try again later")
	ErrSalesClosed  = fault.New(fault.Expired, "sales_closed", "sales for this show have ended")
	ErrCancelled    = fault.New(fault.Conflict, "show_cancelled", "this show has been cancelled")
	ErrPast         = fault.New(fault.Expired, "show_past", "this show is over")
	ErrTransition   = fault.New(fault.Conflict, "show_status", "the show cannot change to this status")
)

// NotYetError is ErrNotYetOnSale with the time at which sales begin.
type NotYetError struct {
	From time.Time // UTC
}

// Error says when sales begin.
func (e *NotYetError) Error() string {
	return fmt.Sprintf("%s: they begin at %s", ErrNotYetOnSale.Message, e.From.Format(time.RFC3339))
}

// Unwrap returns ErrNotYetOnSale.
func (e *NotYetError) Unwrap() error { return ErrNotYetOnSale }

// To returns the show with another status, for the store to save under the next
// version. A change that the life of a show does not have is ErrTransition; so
// is putting a show on sale that is over, or calling one past that is not.
func (s Show) To(status ShowStatus, now time.Time) (Show, error) {
	over := !now.Before(s.EndsAt)
	switch {
	case !status.Valid():
		return s, fault.Invalidf("status", "there is no status %q", string(status))
	case !slices.Contains(s.Status.next(), status):
		return s, fmt.Errorf("a show that is %s cannot become %s: %w", s.Status, status, ErrTransition)
	case status == Past && !over:
		return s, fmt.Errorf("the show ends at %s: %w", s.EndsAt.Format(time.RFC3339), ErrTransition)
	case over && status != Past && status != Cancelled:
		return s, fmt.Errorf("the show ended at %s: %w", s.EndsAt.Format(time.RFC3339), ErrTransition)
	}
	s.Status = status
	return s, nil
}

// OnSaleAt reports whether tickets may be sold at the given time. When they may
// not, the reason is one of ErrDraft, *NotYetError, ErrPaused, ErrSalesClosed,
// ErrCancelled and ErrPast. A sold-out show is on sale: places may come back.
func (s Show) OnSaleAt(now time.Time) (bool, error) {
	reason := s.closed(now)
	return reason == nil, reason
}

func (s Show) closed(now time.Time) error {
	switch {
	case s.Status == Cancelled:
		return ErrCancelled
	case s.Status == Past || !now.Before(s.EndsAt):
		return ErrPast
	case s.Status == Paused:
		return ErrPaused
	case s.Status != OnSale && s.Status != SoldOut:
		return ErrDraft
	case now.Before(s.SalesFrom):
		return &NotYetError{From: s.SalesFrom}
	case !now.Before(s.salesEnd()):
		return ErrSalesClosed
	}
	return nil
}
