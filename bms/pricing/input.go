package pricing

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// maxVouchers bounds the codes of one booking.
const maxVouchers = 10

// Input is everything that a Quote depends on.
type Input struct {
	// Now is the moment of the quote: the day whose taxes apply, and what
	// vouchers and the time to the show are judged by.
	Now time.Time
	// ShowStart decides the daypart, in Zone.
	ShowStart time.Time
	// Zone is the venue's; nil means UTC.
	Zone *time.Location
	// Show and Event are what vouchers may be limited to.
	Show, Event string
	// List must be valid, and Tax the table that it names.
	List PriceList
	Tax  TaxTable
	// Items are the tickets, one entry each, 1 to 200.
	Items []Item
	// Sold, Held and Capacity are the show's places now, RecentDemand those sold
	// or held within the last Dynamic.DemandMinutes.
	Sold, Held, Capacity, RecentDemand int
	// Vouchers are at most 10. How often each has been used is not judged here:
	// Voucher.Usable does, where the counts are locked.
	Vouchers []Voucher
	// Business says that the buyer is a business, for OrderRounding.
	Business bool
	// TaxFreeState says that the state has declared the show tax-free: the
	// waivable parts of the tickets' tax are not charged.
	TaxFreeState bool
	// Channel is the sales channel, for fees: "web", "box_office".
	Channel string
}

// Item is one ticket to price.
type Item struct {
	// Key tells the items of a booking apart; it names the ticket's line.
	Key string `json:"key"`
	// Category and BuyerType are keys of the price list; an empty BuyerType is
	// the list's first.
	Category  string `json:"category"`
	BuyerType string `json:"buyer_type,omitempty"`
	// Seat is the label that the line carries; it does not matter to the price.
	Seat string `json:"seat,omitempty"`
}

// check refuses input that no quote can be made of; what the list and the table
// hold is checked where it is used.
func (in *Input) check() error {
	if in.Now.IsZero() {
		return fault.Invalidf("now", "must be set")
	}
	if in.ShowStart.IsZero() {
		return fault.Invalidf("show_start", "must be set")
	}
	if in.List.TaxTable != in.Tax.ID {
		return fault.Invalidf("tax", "must be table %.64q, which the price list names, not %.64q", string(in.List.TaxTable), string(in.Tax.ID))
	}
	if !in.List.Currency.Valid() || !in.Tax.Rounding.Valid() {
		return fault.Invalidf("list", "and tax must be valid: check them with Validate")
	}
	return firstOf(
		requireCount("sold", in.Sold, 0, maxCount),
		requireCount("held", in.Held, 0, maxCount),
		requireCount("capacity", in.Capacity, 0, maxCount),
		requireCount("recent_demand", in.RecentDemand, 0, maxCount),
		optionalText("channel", in.Channel),
		in.checkItems(),
	)
}

func (in *Input) checkItems() error {
	if err := requireCount("items", len(in.Items), 1, MaxItems); err != nil {
		return err
	}
	for i := range in.Items {
		if in.Items[i].Key == "" {
			return fault.Invalidf("items["+itoa(i)+"].key", "must not be empty")
		}
		for j := range i {
			if in.Items[i].Key == in.Items[j].Key {
				return fault.Invalidf("items["+itoa(i)+"].key", "repeats items[%d].key", j)
			}
		}
	}
	return nil
}

// local returns t on the venue's clock.
func (in *Input) local(t time.Time) time.Time {
	if in.Zone == nil {
		return t.UTC()
	}
	return t.In(in.Zone)
}

// AddsUp reports whether several tickets cost together what each costs alone, whichever they are: there is no offer, no fee for the whole
// booking, and no tax that is rounded over more than one ticket. It asks for List, TaxFreeState, Channel and Business alone.
func (in *Input) AddsUp() bool {
	alone := len(in.List.Offers) == 0 && in.List.Rounding.For(in.Business) == RoundLine
	for _, f := range in.List.FeesOn(in.Channel) {
		alone = alone && f.Per == PerTicket && in.List.TaxIncluded && !in.TaxFreeState
	}
	return alone
}

// Market returns what a dynamic price looks at.
func (in *Input) Market() Market {
	return Market{
		Sold: in.Sold, Held: in.Held, Capacity: in.Capacity,
		RecentDemand: in.RecentDemand, Left: in.ShowStart.Sub(in.Now),
	}
}
