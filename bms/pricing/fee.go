package pricing

import (
	"slices"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// FeePer says what a fee is charged for.
type FeePer string

// What a fee is charged for.
const (
	PerTicket  FeePer = "ticket"
	PerBooking FeePer = "booking"
)

// Valid reports whether p is one of the constants of this package.
func (p FeePer) Valid() bool { return p == PerTicket || p == PerBooking }

// Fee is charged on top of tickets: Fixed plus Percent of what the tickets cost
// after discounts, kept between Min and Max. Its amounts include tax when the
// price list's do.
type Fee struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Per  FeePer `json:"per"`
	// Fixed may be the zero Amount, Percent 0; both are allowed.
	Fixed   money.Amount `json:"fixed,omitzero"`
	Percent money.Rate   `json:"percent,omitempty"`
	// Min and Max bound the fee for one ticket or one booking; nil means no bound.
	Min *money.Amount `json:"min,omitempty"`
	Max *money.Amount `json:"max,omitempty"`
	// OnFree charges the fee for tickets that cost nothing, too.
	OnFree bool `json:"on_free,omitempty"`
	// TaxClass is the class of the fee in the tax table.
	TaxClass string `json:"tax_class"`
	// Refundable says whether it may be given back with a cancelled ticket.
	Refundable bool `json:"refundable,omitempty"`
	// Channels are the sales channels that charge it; empty means all.
	Channels []string `json:"channels,omitempty"`
}

func (f Fee) validate(c money.Currency) error {
	if !f.Per.Valid() {
		return fault.Invalidf("per", "must be ticket or booking, not %.16q", string(f.Per))
	}
	return firstOf(
		requireText("key", f.Key),
		requireText("name", f.Name),
		requireAmount("fixed", f.Fixed, c),
		requireRate("percent", f.Percent, 0, money.Whole),
		f.validateBounds(c),
		requireText("tax_class", f.TaxClass),
		requireTexts("channels", f.Channels),
	)
}

func (f Fee) validateBounds(c money.Currency) error {
	if f.Min != nil && f.Max != nil && f.Max.Minor < f.Min.Minor {
		return fault.Invalidf("max", "must not be less than min, %s", f.Min)
	}
	return firstOf(requireBound("min", f.Min, c), requireBound("max", f.Max, c))
}

// requireBound refuses a bad amount; nil is no bound.
func requireBound(field string, bound *money.Amount, c money.Currency) error {
	if bound == nil {
		return nil
	}
	return requireAmount(field, *bound, c)
}

// charged reports whether the sales channel charges f.
func (f Fee) charged(channel string) bool {
	return len(f.Channels) == 0 || slices.Contains(f.Channels, channel)
}

// FeesOn returns the fees that a sales channel charges.
func (l PriceList) FeesOn(channel string) []Fee {
	var fees []Fee
	for _, f := range l.Fees {
		if f.charged(channel) {
			fees = append(fees, f)
		}
	}
	return fees
}

// clamp keeps minor between Min and Max.
func (f Fee) clamp(minor int64) int64 {
	if f.Min != nil {
		minor = max(minor, f.Min.Minor)
	}
	if f.Max != nil {
		minor = min(minor, f.Max.Minor)
	}
	return minor
}
