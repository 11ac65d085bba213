package bms

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// PriceService keeps price lists, tax tables, cancellation policies and vouchers. Putting
// one replaces that with the same id; holds that exist keep their price. The Put methods take no idempotency key: a
// repetition stores the same once more and at most raises its version.
type PriceService struct{ c *Client }

// PutList stores a price list.
func (s *PriceService) PutList(ctx context.Context, l pricing.PriceList) error {
	parents := func(r *references) error {
		table, err := refer(ctx, r, "tax_table", l.TaxTable, store.Tx.TaxTable)
		if err = firstOf(r.partner(ctx, catalog.PartnerID(l.PartnerID)), err); err != nil {
			return err
		}
		return l.CheckTax(table)
	}
	return s.c.put(ctx, l, []string{PricesTag}, parents, func(tx store.Tx) error { return tx.PutPriceList(ctx, l) })
}

// List returns a price list. Errors: store.ErrNotFound.
func (s *PriceService) List(ctx context.Context, id pricing.PriceListID) (pricing.PriceList, error) {
	return find(ctx, s.c.db, id, store.Tx.PriceList)
}

// TaxTable returns a tax table. Errors: store.ErrNotFound.
func (s *PriceService) TaxTable(ctx context.Context, id pricing.TaxTableID) (pricing.TaxTable, error) {
	return find(ctx, s.c.db, id, store.Tx.TaxTable)
}

// PutTaxTable stores a tax table. Other nodes on the same database tax by it a moment later.
func (s *PriceService) PutTaxTable(ctx context.Context, t pricing.TaxTable) error {
	none := func(*references) error { return nil }
	err := s.c.put(ctx, t, []string{PricesTag}, none, func(tx store.Tx) error { return tx.PutTaxTable(ctx, t) })
	if err == nil {
		s.c.live.forgetFacts()
	}
	return err
}

// maxPolicyID bounds the id of a policy, in characters: what a show can refer to.
const maxPolicyID = 80

// PutPolicy stores a cancellation policy under an id that shows refer to, of 1 to 80 characters. Other nodes
// on the same database cancel by it a moment later.
func (s *PriceService) PutPolicy(ctx context.Context, id string, partner catalog.PartnerID, p booking.Policy) error {
	if err := sound("id", id); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(id); n < 1 || n > maxPolicyID || strings.ContainsFunc(id, unicode.IsControl) || id != strings.TrimSpace(id) {
		return fault.Invalidf("id", "must be one line of 1 to %d characters without spaces around it", maxPolicyID)
	}
	err := s.c.put(ctx, p, []string{PartnerTag(partner)}, ofPartner(ctx, partner), func(tx store.Tx) error { return tx.PutPolicy(ctx, id, partner, p) })
	if err == nil {
		s.c.live.forgetFacts()
	}
	return err
}

// PutVoucher stores a voucher. Errors: store.ErrDuplicate when the partner has another with its code.
func (s *PriceService) PutVoucher(ctx context.Context, v pricing.Voucher) error {
	return s.c.put(ctx, v, nil, ofPartner(ctx, catalog.PartnerID(v.PartnerID)), func(tx store.Tx) error { return tx.PutVoucher(ctx, v) })
}

// PriceTable is what a show's places cost now, before offers.
type PriceTable struct {
	Currency    money.Currency
	TaxIncluded bool // whether Amount and Fees include tax
	// AddsUp says that several tickets cost what their AllIn add up to. Where it is false, such as with an offer or a fee for the whole
	// booking, Quote tells what they cost together.
	AddsUp     bool
	BuyerTypes []pricing.BuyerType
	Rows       []PriceRow      // by category in the order of the seat map, then by buyer type
	Fees       []pricing.Fee   // those that are charged on the web
	Dynamic    *pricing.Factor // why prices differ from the list's; nil when they do not move
}

// PriceRow is the price of a category for a buyer type.
type PriceRow struct {
	Category  string
	BuyerType string
	Amount    money.Amount // as in the price list, moved by demand
	AllIn     money.Amount // what one ticket costs that is booked alone: with every fee and tax
}

// ErrUnpriced says that the price of a show's places cannot be computed, as when its tax table has no rule for this day. Nobody can hold
// any of them until that is mended.
var ErrUnpriced = errors.New("the price cannot be computed")

// Table returns a show's prices as they are at this moment. A hold freezes them. Errors: ErrUnpriced.
func (s *PriceService) Table(ctx context.Context, show catalog.ShowID) (PriceTable, error) {
	facts, err := s.c.facts(ctx, show)
	if err != nil {
		return PriceTable{}, err
	}
	market, err := s.market(ctx, facts)
	if err != nil {
		return PriceTable{}, err
	}
	return facts.table(s.c.db.Now(), market)
}

// Quote prices places of a show as a hold of them would be priced at this moment, without holding any. The items are of the categories and
// buyer types of Table, each with a key of its own. Errors: as pricing.Compute.
func (s *PriceService) Quote(ctx context.Context, show catalog.ShowID, items []pricing.Item) (pricing.Quote, error) {
	facts, err := s.c.facts(ctx, show)
	if err != nil {
		return pricing.Quote{}, err
	}
	market, err := s.market(ctx, facts)
	if err != nil {
		return pricing.Quote{}, err
	}
	in := facts.input(s.c.db.Now(), market)
	in.Items = items
	return pricing.Compute(in)
}

// Lowest returns the lowest price of a show for its first buyer type, with every fee and tax, by its price list: what demand makes of that,
// and which places are left, changes by the minute. It is false when nothing is sold. Errors: ErrUnpriced.
func (s *PriceService) Lowest(ctx context.Context, show catalog.ShowID) (lowest money.Amount, ok bool, err error) {
	facts, err := s.c.facts(ctx, show)
	if err != nil {
		return lowest, false, err
	}
	still := *facts
	still.list.Dynamic = nil
	table, err := still.table(s.c.db.Now(), marketNow{})
	if err != nil {
		return lowest, false, err
	}
	lowest, ok = table.Lowest(facts.plan.Placed)
	return lowest, ok, nil
}

// Lowest returns the lowest AllIn for the first buyer type of the categories that count. It is false when none of them has a price.
func (t PriceTable) Lowest(counts func(category string) bool) (lowest money.Amount, ok bool) {
	for _, row := range t.Rows {
		if len(t.BuyerTypes) > 0 && row.BuyerType != t.BuyerTypes[0].Key || !counts(row.Category) {
			continue
		}
		if !ok || row.AllIn.Minor < lowest.Minor {
			lowest, ok = row.AllIn, true
		}
	}
	return lowest, ok
}

// table is what places cost at a moment.
func (f *showFacts) table(now time.Time, m marketNow) (PriceTable, error) {
	list, in := f.list, f.input(now, m)
	t := PriceTable{
		Currency: list.Currency, TaxIncluded: list.TaxIncluded, AddsUp: in.AddsUp(), BuyerTypes: list.BuyerTypes, Fees: list.FeesOn(in.Channel),
	}
	if list.Dynamic != nil {
		factor := list.Dynamic.Factor(in.Market())
		t.Dynamic = &factor
	}
	daypart := list.DaypartAt(f.show.StartsAt.In(f.zone))
	for _, category := range f.plan.Categories {
		if err := t.addCategory(list, category.Key, daypart); err != nil {
			return PriceTable{}, fmt.Errorf("prices of %q: %w: %w", category.Key, ErrUnpriced, err)
		}
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		in.Items = []pricing.Item{{Key: "1", Category: row.Category, BuyerType: row.BuyerType}}
		alone, err := pricing.Compute(in)
		if err != nil {
			return PriceTable{}, fmt.Errorf("price of %q: %w: %w", row.Category, ErrUnpriced, err)
		}
		row.AllIn = alone.Total
	}
	return t, nil
}

// market is what the show's dynamic prices look at, without asking the judge. Nothing is read for prices that do not move.
func (s *PriceService) market(ctx context.Context, f *showFacts) (marketNow, error) {
	if f.list.Dynamic == nil {
		return marketNow{}, nil
	}
	snap, err := s.c.Seats.Snapshot(ctx, f.show.ID)
	if err != nil {
		return marketNow{}, err
	}
	counts := snap.Counts()
	m := marketNow{sold: counts.Sold, held: counts.Held, capacity: counts.Capacity}
	if f.list.Dynamic.DemandMinutes == 0 {
		return m, nil
	}
	since := s.c.db.Now().Add(-time.Duration(f.list.Dynamic.DemandMinutes) * time.Minute)
	holds, err := view(ctx, s.c.db, func(tx store.Tx) ([]seating.Hold, error) { return tx.HoldsSince(ctx, f.show.ID, since) })
	for _, h := range holds {
		if h.State != seating.StateHouse {
			m.recent += h.Len()
		}
	}
	return m, err
}

// addCategory appends the prices of one category; one that is not sold has none.
func (t *PriceTable) addCategory(list pricing.PriceList, category, daypart string) error {
	buyers := list.BuyerTypes
	if len(buyers) == 0 {
		buyers = []pricing.BuyerType{{}}
	}
	for _, b := range buyers {
		amount, err := list.Price(category, b.Key, daypart)
		if err != nil {
			continue // not for this buyer type
		}
		if t.Dynamic != nil {
			if amount, err = list.Dynamic.Price(amount, t.Dynamic.Rate); err != nil {
				return err
			}
		}
		t.Rows = append(t.Rows, PriceRow{Category: category, BuyerType: b.Key, Amount: amount})
	}
	return nil
}

// facts returns what is known of a show, as of now.
func (c *Client) facts(ctx context.Context, show catalog.ShowID) (*showFacts, error) {
	return find(ctx, c.db, show, func(tx store.Tx, ctx context.Context, show catalog.ShowID) (*showFacts, error) {
		versions, err := tx.ShowVersions(ctx, show)
		if err != nil {
			return nil, err
		}
		return c.shows.at(ctx, tx, show, versions)
	})
}
