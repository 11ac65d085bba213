package booking

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Policy says what a buyer gets back for a cancelled ticket, by the time left
// before the show. The zero Policy lets buyers cancel nothing. An organizer's
// cancellation always gives everything back, whatever the policy.
type Policy struct {
	// Tiers are in order of falling MinutesBefore. The first that is still
	// early enough applies; when none is, a buyer cannot cancel any more.
	Tiers []Tier `json:"tiers,omitempty"`
}

// Tier is one step of a Policy.
type Tier struct {
	// MinutesBefore is how long before the show's start, at least, a buyer must
	// cancel. 0 means up to the start.
	MinutesBefore int `json:"minutes_before"`
	// Price is the part of a ticket's price that goes back, 0 to money.Whole.
	Price money.Rate `json:"price"`
	// Fees is the part of a ticket's fees that goes back; 0 keeps them all.
	Fees money.Rate `json:"fees,omitempty"`
}

// Canceller says who cancels, and so which terms hold.
type Canceller string

// The cancellers.
const (
	ByBuyer     Canceller = "buyer"     // by the policy
	ByOrganizer Canceller = "organizer" // everything back, fees included
)

// Valid reports whether c is one of the cancellers.
func (c Canceller) Valid() bool { return c == ByBuyer || c == ByOrganizer }

// RefundPlan is what a cancellation gives back, ticket by ticket.
type RefundPlan struct {
	// Key names this cancellation for the refund of its money. It is made of
	// the first ticket, which no other cancellation can contain.
	Key string
	// By is who cancelled.
	By Canceller
	// Terms is the tier that applied; everything for an organizer.
	Terms Tier
	// Amount is what goes back: the sum over PerTicket. It may be zero.
	Amount money.Amount
	// PriceKept and FeesKept are what does not go back.
	PriceKept, FeesKept money.Amount
	// PerTicket is in order of Serial and explains Amount.
	PerTicket []TicketRefund
}

// TicketRefund is what one cancelled ticket gives back.
type TicketRefund struct {
	TicketID TicketID
	Serial   int
	// Price and Fees are what goes back of each.
	Price, Fees money.Amount
	// PriceKept and FeesKept are the rest.
	PriceKept, FeesKept money.Amount
	// Amount is Price + Fees.
	Amount money.Amount
}

// MaxTiers bounds a Policy: more than a buyer would read.
const MaxTiers = 10

// maxMinutesBefore bounds Tier.MinutesBefore: two years, longer than shows are on sale.
const maxMinutesBefore = 2 * 366 * 24 * 60

// everything is what an organizer's cancellation gives back.
var everything = Tier{Price: money.Whole, Fees: money.Whole}

// Validate returns an Invalid fault that names the tier and field at fault: a
// rate under 0 or over 100 %, tiers that are not in order of falling time, or a
// later tier that gives back more than an earlier one.
func (p Policy) Validate() error {
	if len(p.Tiers) > MaxTiers {
		return fault.Invalidf("tiers", "must be at most %d, not %d", MaxTiers, len(p.Tiers))
	}
	earlier := Tier{MinutesBefore: maxMinutesBefore + 1, Price: money.Whole, Fees: money.Whole}
	for i, t := range p.Tiers {
		if err := t.validate(earlier); err != nil {
			return err.In(fmt.Sprintf("tiers[%d]", i))
		}
		earlier = t
	}
	return nil
}

// validate checks t against the tier before it.
func (t Tier) validate(earlier Tier) *fault.Error {
	switch {
	case t.MinutesBefore < 0 || t.MinutesBefore >= earlier.MinutesBefore:
		return fault.Invalidf("minutes_before", "must be 0 to %d, not %d: tiers come in order of falling time, within two years", earlier.MinutesBefore-1, t.MinutesBefore)
	case t.Price < 0 || t.Price > earlier.Price:
		return fault.Invalidf("price", "must be 0%% to %s, not %s: a later tier gives no more than an earlier one", earlier.Price, t.Price)
	case t.Fees < 0 || t.Fees > earlier.Fees:
		return fault.Invalidf("fees", "must be 0%% to %s, not %s: a later tier gives no more than an earlier one", earlier.Fees, t.Fees)
	}
	return nil
}

// Terms returns the tier for a buyer who cancels now. Errors: ErrNoCancellation
// when the policy has none, ErrTooLate when none applies any more.
func (p Policy) Terms(showStart, now time.Time) (Tier, error) {
	for _, t := range p.Tiers {
		if !now.After(t.deadline(showStart)) {
			return t, nil
		}
	}
	if len(p.Tiers) == 0 {
		return Tier{}, ErrNoCancellation
	}
	return Tier{}, ErrTooLate
}

// deadline returns the last moment at which t applies to a show.
func (t Tier) deadline(showStart time.Time) time.Time {
	return showStart.Add(-time.Duration(t.MinutesBefore) * time.Minute)
}

// refund returns what cancelling one ticket gives back. Price and fees are each
// rounded half up to a minor unit per ticket, so tickets cancelled one by one
// give back what they would together.
func (t Tier) refund(ticket Ticket) (TicketRefund, error) {
	price, err := ticket.Price.Mul(t.Price, money.HalfUp)
	if err != nil {
		return TicketRefund{}, err
	}
	fees, err := ticket.Fees.Mul(t.Fees, money.HalfUp)
	if err != nil {
		return TicketRefund{}, err
	}
	amount, err := price.Add(fees)
	if err != nil {
		return TicketRefund{}, err
	}
	return TicketRefund{
		TicketID: ticket.ID, Serial: ticket.Serial, Price: price, Fees: fees, Amount: amount,
		PriceKept: money.New(ticket.Price.Minor-price.Minor, ticket.Price.Currency),
		FeesKept:  money.New(ticket.Fees.Minor-fees.Minor, ticket.Fees.Currency),
	}, nil
}
