package pricing

import (
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// maxOffers bounds the offers of a list, as every order of them is tried.
const maxOffers = 5

// OfferKind says how an Offer works.
type OfferKind string

// The kinds of offers.
const (
	NForM      OfferKind = "n_for_m"     // Take tickets for the price of Pay
	GroupOff   OfferKind = "group_off"   // Percent off from MinTickets on
	GroupPrice OfferKind = "group_price" // SetPrice each from MinTickets on
)

// Valid reports whether k is one of the kinds.
func (k OfferKind) Valid() bool { return k == NForM || k == GroupOff || k == GroupPrice }

// Offer is a discount that applies by itself. A ticket counts towards one offer
// at most; of all ways to apply the offers of a list in some order, the one
// that takes the most off counts.
type Offer struct {
	Key  string    `json:"key"`
	Name string    `json:"name"`
	Kind OfferKind `json:"kind"`
	// Take and Pay belong to NForM: of every Take tickets, dearest first, the
	// cheapest Take - Pay are free. 3 and 2 are "three for two".
	Take int `json:"take,omitempty"`
	Pay  int `json:"pay,omitempty"`
	// MinTickets belongs to the group kinds: from how many tickets on.
	MinTickets int `json:"min_tickets,omitempty"`
	// Percent belongs to GroupOff, SetPrice to GroupPrice; tickets that cost
	// less than SetPrice keep their price.
	Percent  money.Rate    `json:"percent,omitempty"`
	SetPrice *money.Amount `json:"set_price,omitempty"`
	// Categories and BuyerTypes are the tickets that count; empty means all.
	Categories []string `json:"categories,omitempty"`
	BuyerTypes []string `json:"buyer_types,omitempty"`
	// WithVouchers lets vouchers lower a ticket that this offer has lowered.
	WithVouchers bool `json:"with_vouchers,omitempty"`
}

func (o Offer) validate(c money.Currency) error {
	return firstOf(
		requireText("key", o.Key),
		requireText("name", o.Name),
		o.validateKind(c),
		requireBound("set_price", o.SetPrice, c),
		requireTexts("categories", o.Categories),
		requireTexts("buyer_types", o.BuyerTypes),
	)
}

func (o Offer) validateKind(c money.Currency) error {
	switch o.Kind {
	case NForM:
		return firstOf(requireCount("take", o.Take, 2, MaxItems), requireCount("pay", o.Pay, 1, o.Take-1))
	case GroupOff:
		return firstOf(requireCount("min_tickets", o.MinTickets, 2, MaxItems), requireRate("percent", o.Percent, 1, money.Whole))
	case GroupPrice:
		if o.SetPrice == nil {
			return fault.Invalidf("set_price", "must say the price")
		}
		return firstOf(requireCount("min_tickets", o.MinTickets, 2, MaxItems), requireAmount("set_price", *o.SetPrice, c))
	}
	return fault.Invalidf("kind", "must be one of n_for_m, group_off, group_price, not %.16q", string(o.Kind))
}

// counts reports whether a ticket counts towards o.
func (o Offer) counts(it *Item) bool {
	return oneOfOrAll(it.Category, o.Categories) && oneOfOrAll(it.BuyerType, o.BuyerTypes)
}
