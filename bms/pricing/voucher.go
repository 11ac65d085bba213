package pricing

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
)

// VoucherPrefix begins the identifier of a Voucher.
const VoucherPrefix = "vch"

// VoucherID identifies a Voucher.
type VoucherID string

// NewVoucherID returns a fresh identifier that sorts by now.
func NewVoucherID(now time.Time) VoucherID { return id.New[VoucherID](VoucherPrefix, now) }

// VoucherKind says what a Voucher does to a price.
type VoucherKind string

// The kinds of vouchers.
const (
	PercentOff VoucherKind = "percent"   // Percent off
	AmountOff  VoucherKind = "amount"    // Amount off, down to nothing
	SetPrice   VoucherKind = "set_price" // costs Amount, unless it costs less
)

// Valid reports whether k is one of the kinds.
func (k VoucherKind) Valid() bool { return k == PercentOff || k == AmountOff || k == SetPrice }

// VoucherScope says what a Voucher's value is for.
type VoucherScope string

// The scopes of vouchers.
const (
	EachTicket   VoucherScope = "ticket"  // for each ticket that it covers
	WholeBooking VoucherScope = "booking" // once, for all of them together
)

// Valid reports whether s is one of the scopes.
func (s VoucherScope) Valid() bool { return s == EachTicket || s == WholeBooking }

// Why a voucher cannot be used.
var (
	ErrVoucherNotYet     = fault.New(fault.Conflict, "voucher_not_yet", "this code is not valid yet")
	ErrVoucherOver       = fault.New(fault.Expired, "voucher_over", "this code is no longer valid")
	ErrVoucherElsewhere  = fault.New(fault.Conflict, "voucher_elsewhere", "this code is not for this show")
	ErrVoucherExhausted  = fault.New(fault.Conflict, "voucher_exhausted", "this code has been used up")
	ErrVoucherBuyerLimit = fault.New(fault.Conflict, "voucher_buyer_limit", "you have used this code as often as one buyer may")
	ErrVoucherTickets    = fault.New(fault.Conflict, "voucher_tickets", "this code does not cover these tickets: choose others or more of them")
	ErrVoucherAlone      = fault.New(fault.Conflict, "voucher_alone", "this code cannot be combined with another one")
)

// Voucher lowers the price of those who know its code.
type Voucher struct {
	ID        VoucherID `json:"id"`
	PartnerID string    `json:"partner_id"`
	// Code is the code as it is printed. Codes are compared by Key.
	Code  string       `json:"code"`
	Name  string       `json:"name,omitempty"`
	Kind  VoucherKind  `json:"kind"`
	Scope VoucherScope `json:"scope"`
	// Percent belongs to PercentOff, Amount to the other kinds; it includes tax
	// when the price list does. A set price may be 0, and has its currency all the same.
	Percent money.Rate   `json:"percent,omitempty"`
	Amount  money.Amount `json:"amount"`
	// ValidFrom is the first moment, ValidUntil the first moment after; zero
	// means open.
	ValidFrom  time.Time `json:"valid_from,omitzero"`
	ValidUntil time.Time `json:"valid_until,omitzero"`
	// MaxUses and MaxPerBuyer bound the bookings that use it; 0 means no bound.
	MaxUses     int `json:"max_uses,omitempty"`
	MaxPerBuyer int `json:"max_per_buyer,omitempty"`
	// Events, Shows, Categories and BuyerTypes are what it covers; empty means all.
	Events     []string `json:"events,omitempty"`
	Shows      []string `json:"shows,omitempty"`
	Categories []string `json:"categories,omitempty"`
	BuyerTypes []string `json:"buyer_types,omitempty"`
	// MinTickets is how many tickets it must cover at least; 0 means 1.
	MinTickets int `json:"min_tickets,omitempty"`
	// MaxTicketsPerUse is how many tickets of a booking it lowers, the dearest
	// ones; 0 means all that it covers.
	MaxTicketsPerUse int `json:"max_tickets_per_use,omitempty"`
	// Combinable lets it be used with others that are combinable, too.
	Combinable bool `json:"combinable,omitempty"`
	// Version counts the changes.
	Version int `json:"version"`
}

// Validate returns an Invalid fault that names the first bad field, or nil.
func (v Voucher) Validate() error {
	if _, err := NormalizeCode(v.Code); err != nil {
		return err
	}
	if !v.ValidUntil.IsZero() && !v.ValidUntil.After(v.ValidFrom) {
		return fault.Invalidf("valid_until", "must be after valid_from, %s", v.ValidFrom.Format(time.RFC3339))
	}
	return firstOf(
		requireText("id", string(v.ID)),
		requireText("partner_id", v.PartnerID),
		requireText("code", v.Code),
		optionalText("name", v.Name),
		requireYear("valid_from", v.ValidFrom),
		requireYear("valid_until", v.ValidUntil),
		v.validateValue(),
		v.validateLimits(),
	)
}

func (v Voucher) validateValue() error {
	if !v.Scope.Valid() {
		return fault.Invalidf("scope", "must be ticket or booking, not %.16q", string(v.Scope))
	}
	switch v.Kind {
	case PercentOff:
		if v.Amount != (money.Amount{}) && !v.Amount.Currency.Valid() {
			return fault.Invalidf("amount.currency", "must be an ISO 4217 code, or nothing for a voucher of percents")
		}
		return requireRate("percent", v.Percent, 1, money.Whole)
	case AmountOff, SetPrice:
		if _, err := money.ParseCurrency(string(v.Amount.Currency)); err != nil {
			return within("amount", err)
		}
		if v.Kind == AmountOff && v.Amount.IsZero() {
			return fault.Invalidf("amount", "must be more than 0")
		}
		return requireAmount("amount", v.Amount, v.Amount.Currency)
	}
	return fault.Invalidf("kind", "must be one of percent, amount, set_price, not %.16q", string(v.Kind))
}

func (v Voucher) validateLimits() error {
	return firstOf(
		requireCount("max_uses", v.MaxUses, 0, maxCount),
		requireCount("max_per_buyer", v.MaxPerBuyer, 0, maxCount),
		requireCount("min_tickets", v.MinTickets, 0, MaxItems),
		requireCount("max_tickets_per_use", v.MaxTicketsPerUse, 0, MaxItems),
		requireTexts("events", v.Events),
		requireTexts("shows", v.Shows),
		requireTexts("categories", v.Categories),
		requireTexts("buyer_types", v.BuyerTypes),
	)
}

// Key returns the normalized code, by which vouchers are stored and looked up;
// empty when the code is not Valid.
func (v Voucher) Key() string {
	key, _ := NormalizeCode(v.Code)
	return key
}

// VoucherUse is what Usable needs to know about an attempt to use a voucher.
type VoucherUse struct {
	Event, Show string
	// Uses and BuyerUses count the bookings that use the voucher already, paid
	// or reserved: all of them, and those of this buyer.
	Uses, BuyerUses int
}

// Usable returns nil when v can be used at now. Errors: ErrVoucherNotYet,
// ErrVoucherOver, ErrVoucherElsewhere, ErrVoucherExhausted, ErrVoucherBuyerLimit.
func (v Voucher) Usable(now time.Time, use VoucherUse) error {
	switch {
	case now.Before(v.ValidFrom):
		return ErrVoucherNotYet
	case !v.ValidUntil.IsZero() && !now.Before(v.ValidUntil):
		return ErrVoucherOver
	case !oneOfOrAll(use.Event, v.Events), !oneOfOrAll(use.Show, v.Shows):
		return ErrVoucherElsewhere
	case v.MaxUses > 0 && use.Uses >= v.MaxUses:
		return ErrVoucherExhausted
	case v.MaxPerBuyer > 0 && use.BuyerUses >= v.MaxPerBuyer:
		return ErrVoucherBuyerLimit
	}
	return nil
}

// covers reports whether v may lower the ticket.
func (v Voucher) covers(it *Item) bool {
	return oneOfOrAll(it.Category, v.Categories) && oneOfOrAll(it.BuyerType, v.BuyerTypes)
}
