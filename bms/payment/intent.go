package payment

import (
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
)

// The prefixes of the identifiers of this package.
const (
	IntentPrefix = "pay"
	RefundPrefix = "rfd"
)

// IntentID identifies an Intent: "pay_" and 26 letters or digits.
type IntentID string

// NewIntentID returns a fresh identifier that sorts by now.
func NewIntentID(now time.Time) IntentID { return id.New[IntentID](IntentPrefix, now) }

// IntentStatus says how far an Intent has come.
type IntentStatus string

// The statuses of an Intent. Created and Pending are open; the others are
// settled, and only Captured may still follow Failed or Cancelled.
const (
	Created   IntentStatus = "created"   // recorded; the gateway may not know it yet
	Pending   IntentStatus = "pending"   // the buyer has to act or the gateway is working
	Captured  IntentStatus = "captured"  // the money is ours
	Failed    IntentStatus = "failed"    // the gateway said no; Reason says why
	Cancelled IntentStatus = "cancelled" // the buyer or we gave it up; Reason says who
)

// Valid reports whether s is one of the statuses of this package.
func (s IntentStatus) Valid() bool {
	switch s {
	case Created, Pending, Captured, Failed, Cancelled:
		return true
	}
	return false
}

// Open reports whether an Intent with this status still waits for its outcome.
func (s IntentStatus) Open() bool { return s == Created || s == Pending }

// Reasons of Failed intents, as classes that a buyer can act on. Adapters map
// their gateway's codes to these.
const (
	ReasonDeclined          = "declined"           // the bank said no without saying why
	ReasonInsufficientFunds = "insufficient_funds" // not enough money or credit
	ReasonExpiredCard       = "expired_card"       // the card is past its date
	ReasonAuthentication    = "authentication"     // the buyer failed or left the bank's check
	ReasonFraud             = "suspected_fraud"    // refused by a risk rule: do not tell the buyer more
	ReasonProcessing        = "processing_error"   // a fault on the gateway's side
)

// Reasons of intents that a gateway cancelled.
const (
	ReasonBuyer          = "cancelled_by_buyer" // the buyer left the payment page by its cancel button
	ReasonSessionExpired = "session_expired"    // the gateway's own time for paying passed
)

// Reasons of intents that we cancelled (Intent.Abandon), which no gateway has
// confirmed. Adapters never report them.
const (
	ReasonExpired    = "expired"    // the deadline passed without an outcome
	ReasonSuperseded = "superseded" // the buyer began another attempt
	ReasonNotSent    = "not_sent"   // the gateway never heard of it
)

// Intent is one attempt to pay for a booking. A booking has several when the
// first ones fail; each has a gateway payment of its own.
type Intent struct {
	ID        IntentID
	BookingID string
	PartnerID string
	// Gateway is the Name of the gateway that was asked.
	Gateway string
	// GatewayRef is the gateway's own identifier; empty until it is known.
	GatewayRef string
	// Attempt counts the intents of a booking from 1.
	Attempt int
	// Amount is what the buyer is asked for, more than zero.
	Amount money.Amount
	// Captured and Refunded are what the gateway says it took and gave back,
	// in the currency of Amount or the zero Amount. They never fall.
	Captured, Refunded money.Amount
	Status             IntentStatus
	// Reason is the class of a failure or cancellation, one of the Reason
	// constants; empty in the other statuses.
	Reason string
	// RedirectURL is where the buyer acts; empty when there is nowhere to go.
	RedirectURL string
	// ToConfirm says that the buyer has agreed and that the gateway waits for
	// Gateway.Confirm. False again when the gateway has settled it.
	ToConfirm bool
	// ExpiresAt is the deadline for paying. Money that is learned of after it
	// is late. Zero means none.
	ExpiresAt            time.Time
	CreatedAt, UpdatedAt time.Time
	// InquireAt is when to ask the gateway next; zero means never.
	InquireAt time.Time
	// Inquiries counts how often asking the gateway was begun.
	Inquiries int
	// Version counts the changes from 1, for optimistic locking.
	Version int
}

// Order is what a new Intent needs.
type Order struct {
	BookingID string
	PartnerID string
	Gateway   string
	Attempt   int          // from 1
	Amount    money.Amount // more than zero
	ExpiresAt time.Time    // zero means no deadline
}

// NewIntent returns an Intent with status Created and its first inquiry set.
// Errors: an Invalid fault that names the field of o.
func NewIntent(o Order, now time.Time) (Intent, error) {
	switch {
	case o.BookingID == "":
		return Intent{}, fault.Invalidf("booking_id", "must name the booking to pay for")
	case o.Gateway == "":
		return Intent{}, fault.Invalidf("gateway", "must name the gateway to pay through")
	case o.Attempt < 1:
		return Intent{}, fault.Invalidf("attempt", "must count from 1, not %d", o.Attempt)
	case !o.Amount.IsPositive():
		return Intent{}, fault.Invalidf("amount", "must be more than zero, not %s", o.Amount)
	case !o.Amount.Currency.Valid():
		return Intent{}, fault.Invalidf("amount", "must be in an ISO 4217 currency, not %.16q", string(o.Amount.Currency))
	case !o.ExpiresAt.IsZero() && !o.ExpiresAt.After(now):
		return Intent{}, fault.Invalidf("expires_at", "must be in the future")
	}
	i := Intent{
		ID: NewIntentID(now), BookingID: o.BookingID, PartnerID: o.PartnerID, Gateway: o.Gateway,
		Attempt: o.Attempt, Amount: o.Amount, Status: Created, ExpiresAt: o.ExpiresAt,
		CreatedAt: now, UpdatedAt: now, Version: 1,
	}
	i.InquireAt = i.nextInquiry(now)
	return i, nil
}

// CreateKey returns the idempotency key of Gateway.Create for i. It is derived
// from what is stored, so it survives a crash between the commit and the call.
func (i Intent) CreateKey() string { return "bms:" + string(i.ID) + ":create" }

// ConfirmKey returns the idempotency key of Gateway.Confirm for i.
func (i Intent) ConfirmKey() string { return "bms:" + string(i.ID) + ":confirm" }

// ReturnKey returns the refund key for giving all of i back because the booking
// cannot use it: late and the seats gone, paid by another attempt already, or
// not the amount asked. It is the same every time until more is captured.
func (i Intent) ReturnKey() string {
	return i.BookingID + "/return/" + string(i.ID) + "/" + strconv.FormatInt(i.Captured.Minor, 10)
}

// Payable reports whether i may be confirmed at now: it is open, and its
// deadline has not passed. What was given up is left unconfirmed, so that the
// buyer keeps the money.
func (i Intent) Payable(now time.Time) bool {
	return i.Status.Open() && (i.ExpiresAt.IsZero() || !now.After(i.ExpiresAt))
}

// Claim counts an inquiry and sets the time of the next. Commit it before
// asking, so that no other worker asks too and a crash leaves a retry behind.
func (i Intent) Claim(now time.Time) Intent {
	i.Inquiries++
	i.InquireAt = i.nextInquiry(now)
	return i.changed(now)
}

// Abandon gives an open intent up without the gateway's word: reason is
// ReasonExpired, ReasonSuperseded or ReasonNotSent. Inquiries go on, because
// money may still come; it is then late. A settled intent is returned as it is.
func (i Intent) Abandon(reason string, now time.Time) Intent {
	if !i.Status.Open() {
		return i
	}
	i.Status, i.Reason, i.RedirectURL = Cancelled, reason, ""
	i.InquireAt = i.nextInquiry(now)
	return i.changed(now)
}

// changed stamps a change of i.
func (i Intent) changed(now time.Time) Intent {
	i.UpdatedAt = now
	i.Version++
	return i
}
