package booking

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Order is what a new Booking needs.
type Order struct {
	Reference Reference // from NewReference; unique per store
	PartnerID string
	ShowID    string
	HoldID    string
	BrandID   string // may be empty
	Visitor   string
	// Buyer may be the zero Buyer: SetBuyer comes before StartPayment.
	Buyer Buyer
	Quote json.RawMessage
	// Total is the sum of the tickets' Price and Fees.
	Total money.Amount
	// Tickets are the places, 1 to MaxTickets. New sets their ID, Serial and
	// Status and clears what only a later transition may set.
	Tickets    []Ticket
	Policy     Policy
	ShowStart  time.Time
	AccessHash []byte
}

// New returns a Draft. Errors: an Invalid fault that names the field of o.
func New(o Order, now time.Time) (Booking, error) {
	if err := o.validate(); err != nil {
		return Booking{}, err
	}
	b := Booking{
		ID: NewID(now), Reference: o.Reference, PartnerID: o.PartnerID, ShowID: o.ShowID, HoldID: o.HoldID, BrandID: o.BrandID,
		Visitor: o.Visitor, Status: Draft, Buyer: o.Buyer, Quote: o.Quote, Total: o.Total,
		Tickets: make([]Ticket, len(o.Tickets)), Policy: o.Policy, ShowStart: o.ShowStart,
		CreatedAt: now, UpdatedAt: now, AccessHash: o.AccessHash, Version: 1,
	}
	for i, id := range ticketIDs(len(o.Tickets), now) {
		t := o.Tickets[i]
		b.Tickets[i] = Ticket{
			ID: id, Serial: i + 1, Seat: t.Seat, Place: t.Place, Area: t.Area,
			Category: t.Category, BuyerType: t.BuyerType, Price: t.Price, Fees: t.Fees, Status: TicketValid,
		}
	}
	return b, nil
}

// ticketIDs returns n fresh identifiers that rise, as Serial does: those made
// within one millisecond would sort at random.
func ticketIDs(n int, now time.Time) []TicketID {
	ids := make([]TicketID, n)
	for i := range ids {
		ids[i] = NewTicketID(now)
	}
	slices.Sort(ids)
	return ids
}

// validate names the field of o that is wrong.
func (o Order) validate() error {
	if _, err := ParseReference(string(o.Reference)); err != nil {
		return err
	}
	switch {
	case o.ShowID == "":
		return fault.Invalidf("show_id", "must name the show")
	case o.HoldID == "":
		return fault.Invalidf("hold_id", "must name the hold of the places")
	case o.ShowStart.IsZero():
		return fault.Invalidf("show_start", "must be the time at which the show begins")
	case len(o.Tickets) == 0 || len(o.Tickets) > MaxTickets:
		return fault.Invalidf("tickets", "must be 1 to %d, not %d", MaxTickets, len(o.Tickets))
	case len(o.Quote) > 0 && !json.Valid(o.Quote):
		return fault.Invalidf("quote", "must be JSON")
	}
	if o.Buyer != (Buyer{}) {
		if err := o.Buyer.Validate(); err != nil {
			return fault.Of(err).In("buyer")
		}
	}
	if err := o.Policy.Validate(); err != nil {
		return fault.Of(err).In("policy")
	}
	return o.validateMoney()
}

// validateMoney checks that the total is what the tickets cost.
func (o Order) validateMoney() error {
	if !o.Total.Currency.Valid() {
		return fault.Invalidf("total", "must be in an ISO 4217 currency, not %.16q", string(o.Total.Currency))
	}
	sum := money.Zero(o.Total.Currency)
	for i, t := range o.Tickets {
		field := fmt.Sprintf("tickets[%d]", i)
		if t.Price.IsNegative() || t.Fees.IsNegative() {
			return fault.Invalidf(field, "must not cost less than nothing")
		}
		paid, err := t.Paid()
		if err == nil {
			sum, err = sum.Add(paid)
		}
		if err != nil {
			return fault.Of(err).In(field)
		}
	}
	if sum.Minor != o.Total.Minor {
		return fault.Invalidf("total", "must be what the tickets cost, %s, not %s", sum, o.Total)
	}
	return nil
}
