package bms

import (
	"context"
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

// PriceTable is what a show's places cost now, before offers and fees.
type PriceTable struct {
	Currency    money.Currency
	TaxIncluded bool
	BuyerTypes  []pricing.BuyerType
	Rows        []PriceRow // by category in the order of the seat map, then by buyer type
	Fees        []pricing.Fee
	Dynamic     *pricing.Factor // why prices differ from the list's; nil when they do not move
}

// PriceRow is the price of a category for a buyer type.
type PriceRow struct {
	Category  string
	BuyerType string
	Amount    money.Amount
}

// Table returns a show's prices as they are at this moment. A hold freezes them.
func (s *PriceService) Table(ctx context.Context, show catalog.ShowID) (PriceTable, error) {
	facts, err := s.c.facts(ctx, show)
	if err != nil {
		return PriceTable{}, err
	}
	list := facts.list
	t := PriceTable{Currency: list.Currency, TaxIncluded: list.TaxIncluded, BuyerTypes: list.BuyerTypes, Fees: list.Fees}
	if list.Dynamic != nil {
		snap, err := s.c.Seats.Snapshot(ctx, show)
		if err != nil {
			return PriceTable{}, err
		}
		market, err := s.market(ctx, facts, snap.Counts())
		if err != nil {
			return PriceTable{}, err
		}
		factor := list.Dynamic.Factor(market)
		t.Dynamic = &factor
	}
	daypart := list.DaypartAt(facts.show.StartsAt.In(facts.zone))
	for _, category := range facts.plan.Categories {
		if err := t.addCategory(list, category.Key, daypart); err != nil {
			return PriceTable{}, err
		}
	}
	return t, nil
}

// market is what the show's dynamic prices look at, without asking the judge.
func (s *PriceService) market(ctx context.Context, f *showFacts, counts seating.Counts) (pricing.Market, error) {
	now := s.c.db.Now()
	m := pricing.Market{Sold: counts.Sold, Held: counts.Held, Capacity: counts.Capacity, Left: f.show.StartsAt.Sub(now)}
	if f.list.Dynamic.DemandMinutes == 0 {
		return m, nil
	}
	since := now.Add(-time.Duration(f.list.Dynamic.DemandMinutes) * time.Minute)
	holds, err := view(ctx, s.c.db, func(tx store.Tx) ([]seating.Hold, error) { return tx.HoldsSince(ctx, f.show.ID, since) })
	for _, h := range holds {
		if h.State != seating.StateHouse {
			m.RecentDemand += h.Len()
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
