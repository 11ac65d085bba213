package booking

import (
	"encoding/json"
	"time"

	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
)

// The prefixes of the identifiers of this package.
const (
	Prefix       = "bkg"
	TicketPrefix = "tkt"
)

// MaxTickets bounds a booking: the largest party that one buyer may book, and
// what keeps one booking within one unit of work.
const MaxTickets = 200

// ID identifies a Booking: "bkg_" and 26 letters or digits.
type ID string

// NewID returns a fresh identifier that sorts by now.
func NewID(now time.Time) ID { return id.New[ID](Prefix, now) }

// TicketID identifies a Ticket: "tkt_" and 26 letters or digits.
type TicketID string

// NewTicketID returns a fresh identifier that sorts by now.
func NewTicketID(now time.Time) TicketID { return id.New[TicketID](TicketPrefix, now) }

// Status says how far a Booking has come.
type Status string

// The statuses of a Booking.
const (
	Draft           Status = "draft"            // being put together; nothing to pay yet
	AwaitingPayment Status = "awaiting_payment" // the buyer has been sent to pay
	Confirmed       Status = "confirmed"        // paid: every ticket admits
	PartlyCancelled Status = "partly_cancelled" // some tickets cancelled, some admit
	Cancelled       Status = "cancelled"        // all tickets cancelled; a refund is outstanding, or none was due
	Refunded        Status = "refunded"         // all that was due back has been paid back
	Expired         Status = "expired"          // the time to pay passed, or the buyer gave up
	LateRefund      Status = "late_refund"      // money came after expiry and the seats were gone: its refund is on the way
)

// Valid reports whether s is one of the statuses of this package.
func (s Status) Valid() bool {
	switch s {
	case Draft, AwaitingPayment, Confirmed, PartlyCancelled, Cancelled, Refunded, Expired, LateRefund:
		return true
	}
	return false
}

// Open reports whether a booking with this status is still to be paid.
func (s Status) Open() bool { return s == Draft || s == AwaitingPayment }

// Admits reports whether valid tickets of a booking with this status open a gate.
func (s Status) Admits() bool { return s == Confirmed || s == PartlyCancelled }

// Booking is what a buyer bought or is buying.
type Booking struct {
	ID        ID
	Reference Reference
	PartnerID string
	ShowID    string
	HoldID    string
	// BrandID is that of the storefront at which it was made, for its mails; empty when it was made at none.
	BrandID string
	// Visitor is the opaque id of the browser that made it; empty when unknown.
	Visitor string
	Status  Status
	Buyer   Buyer
	// Quote is the full price as pricing computed it, kept as it was.
	Quote json.RawMessage
	// Total is what the buyer pays: the sum of Price and Fees of the tickets.
	Total money.Amount
	// Tickets are in order of Serial and never empty.
	Tickets []Ticket
	// Policy is the cancellation policy as it was at the time of booking.
	Policy Policy
	// ShowStart is when the show begins, which the policy counts from.
	ShowStart time.Time
	// PayBy is the deadline for paying; zero until payment starts.
	PayBy                time.Time
	CreatedAt, UpdatedAt time.Time
	// ConfirmedAt is when it was first confirmed; zero before.
	ConfirmedAt time.Time
	// AccessHash is the SHA-256 of the secret in a guest's link; empty when
	// there is no link.
	AccessHash []byte
	// LinkGeneration is how often the link was made anew; 0 is the first.
	LinkGeneration int
	// Version counts the changes from 1, for optimistic locking.
	Version int
}

// TicketStatus says whether a Ticket still admits.
type TicketStatus string

// The statuses of a Ticket. Valid admits only while the booking's status does.
const (
	TicketValid     TicketStatus = "valid"
	TicketCancelled TicketStatus = "cancelled"
	TicketUsed      TicketStatus = "used"
)

// Valid reports whether s is one of the statuses of this package.
func (s TicketStatus) Valid() bool {
	switch s {
	case TicketValid, TicketCancelled, TicketUsed:
		return true
	}
	return false
}

// NoSeat is the Seat of a ticket to an area.
const NoSeat int32 = -1

// Ticket is one admission.
type Ticket struct {
	ID     TicketID
	Serial int // position in the booking, from 1
	// Seat is the seat's number in the plan of the show, NoSeat for an area.
	Seat int32
	// Place is what is printed: "Stalls, row C, seat 12".
	Place string
	// Area is the key of the area; empty for a seat.
	Area      string
	Category  string
	BuyerType string
	// Price is the gross price and Fees the ticket's share of the booking's
	// fees; neither is negative.
	Price, Fees money.Amount
	Status      TicketStatus
	// Refund is what its cancellation gives back; zero before and when nothing.
	Refund money.Amount
	// CancelledAt and UsedAt are zero before.
	CancelledAt, UsedAt time.Time
}

// Paid returns Price + Fees, what this ticket cost its buyer.
func (t Ticket) Paid() (money.Amount, error) { return t.Price.Add(t.Fees) }
