package pricing

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Compute prices the items of in. When offers and vouchers exclude each other
// the buyer gets what makes the total lowest. Errors: Invalid faults that name
// the field, such as items[1].category; for a voucher that cannot be used, the
// sentinel that Voucher.Usable returns, ErrVoucherTickets or ErrVoucherAlone.
func Compute(in Input) (Quote, error) { return quote(&in, nil) }

// Requote prices the items of in again at the prices of a frozen quote: an item
// that the frozen quote has with the same key, category and buyer type keeps
// its Base and Price, and any other is moved by the frozen factor. Discounts,
// fees and taxes are those of in. Errors: as Compute; an Invalid fault about
// the field "frozen" for a quote in another currency.
func Requote(frozen Quote, in Input) (Quote, error) {
	if err := frozen.Validate(); err != nil {
		return Quote{}, within("frozen", err)
	}
	if frozen.Currency != in.List.Currency {
		return Quote{}, fault.Invalidf("frozen", "is in %.3q but the price list is in %.3q", string(frozen.Currency), string(in.List.Currency))
	}
	return quote(&in, &frozen)
}

// calc is what all drafts of one quote share. Amounts in it are minor units of
// the list's currency.
type calc struct {
	in       *Input
	frozen   *Quote
	currency money.Currency
	daypart  string
	factor   *Factor
	tickets  []ticket
	levy     levy      // of tickets
	fees     []feeLevy // those that the channel charges
	offers   deal      // the best one
	vouchers []int     // positions in Input.Vouchers, in the order of use
	err      error     // the first error of arithmetic
}

// ticket is an item with its prices.
type ticket struct {
	item        Item // with its buyer type filled in
	base, price int64
}

// feeLevy is a fee with its tax.
type feeLevy struct {
	fee  *Fee
	levy levy
}

func quote(in *Input, frozen *Quote) (Quote, error) {
	c := &calc{in: in, frozen: frozen, currency: in.List.Currency}
	for _, open := range [...]func() error{in.check, c.openFactor, c.openTickets, c.openTaxes, c.openOffers, c.openVouchers} {
		if err := open(); err != nil {
			return Quote{}, err
		}
	}
	q := c.build(c.best())
	if c.err != nil {
		return Quote{}, c.err
	}
	return q, nil
}

// plan says which discounts a draft uses.
type plan struct{ offers, vouchers bool }

// best returns the draft with the lowest total; of equals, the one that uses
// the fewest discounts.
func (c *calc) best() *draft {
	best := c.draft(plan{})
	for _, p := range [...]plan{{offers: true}, {vouchers: true}, {offers: true, vouchers: true}} {
		if p.offers && c.offers.sum == 0 || p.vouchers && len(c.vouchers) == 0 {
			continue
		}
		if d := c.draft(p); d.total < best.total {
			best = d
		}
	}
	return best
}

// openFactor finds the daypart and the dynamic factor.
func (c *calc) openFactor() error {
	c.daypart = c.in.List.DaypartAt(c.in.local(c.in.ShowStart))
	if c.frozen != nil {
		c.factor = c.frozen.Dynamic
		return nil
	}
	dynamic := c.in.List.Dynamic
	if dynamic == nil {
		return nil
	}
	if err := dynamic.Validate(); err != nil {
		return within("list.dynamic", err)
	}
	factor := dynamic.Factor(c.in.Market())
	c.factor = &factor
	return nil
}

// openTickets finds the prices of the items.
func (c *calc) openTickets() error {
	c.tickets = make([]ticket, len(c.in.Items))
	for i := range c.in.Items {
		t, err := c.openTicket(c.in.Items[i])
		if err != nil {
			return within("items["+itoa(i)+"]", err)
		}
		c.tickets[i] = t
	}
	return nil
}

func (c *calc) openTicket(item Item) (ticket, error) {
	buyer, err := c.in.List.buyerType(item.BuyerType)
	if err != nil {
		return ticket{}, err
	}
	item.BuyerType = buyer
	base, price, err := c.prices(&item)
	if err != nil {
		return ticket{}, err
	}
	return ticket{item, base.Minor, price.Minor}, requireAmount("price", price, c.currency)
}

// prices returns the list price of the item and that after the dynamic factor.
func (c *calc) prices(item *Item) (money.Amount, money.Amount, error) {
	if old := c.frozenLine(item); old != nil {
		return old.Base, old.Price, nil
	}
	base, err := c.in.List.Price(item.Category, item.BuyerType, c.daypart)
	if err != nil || c.factor == nil || c.in.List.Dynamic == nil {
		return base, base, err
	}
	price, err := c.in.List.Dynamic.Price(base, c.factor.Rate)
	return base, price, err
}

// frozenLine returns the line of the frozen quote for the same ticket, or nil.
func (c *calc) frozenLine(item *Item) *Line {
	if c.frozen == nil {
		return nil
	}
	for i := range c.frozen.Lines {
		l := &c.frozen.Lines[i]
		if l.Key == item.Key && l.Category == item.Category && l.BuyerType == item.BuyerType {
			return l
		}
	}
	return nil
}

// openTaxes finds the taxes of the tickets and of the fees that the channel
// charges.
func (c *calc) openTaxes() error {
	day := Date(c.in.local(c.in.Now).Format(time.DateOnly))
	var err error
	if c.levy, err = c.levyFor(c.in.List.TaxClass, day); err != nil {
		return err
	}
	for i := range c.in.List.Fees {
		f := &c.in.List.Fees[i]
		if !f.charged(c.in.Channel) {
			continue
		}
		l, err := c.levyFor(f.TaxClass, day)
		if err = firstOf(err, f.validate(c.currency)); err != nil {
			return within("list.fees["+itoa(i)+"]", err)
		}
		c.fees = append(c.fees, feeLevy{f, l})
	}
	return nil
}

// openOffers finds the best deal of the offers.
func (c *calc) openOffers() error {
	if len(c.in.List.Offers) > maxOffers {
		return fault.Invalidf("list.offers", "has %d entries, at most %d are allowed", len(c.in.List.Offers), maxOffers)
	}
	for i := range c.in.List.Offers {
		if err := c.in.List.Offers[i].validate(c.currency); err != nil {
			return within("list.offers["+itoa(i)+"]", err)
		}
	}
	c.offers = c.bestDeal()
	return nil
}

// draft is one way to price the order.
type draft struct {
	due   []int64  // what each ticket costs after discounts, as a list price
	cuts  []cut    // offers before vouchers
	lines []taxed  // the tickets, then the fees
	fees  []charge // the fees, in the order of lines
	rates []rated  // the sums by rate
	total int64
}

// charge is a fee with the weights by which tickets share it.
type charge struct {
	fee     *Fee
	weights []int64
}

// draft prices the order with the discounts of a plan.
func (c *calc) draft(p plan) *draft {
	n := len(c.tickets)
	d := &draft{due: make([]int64, n), lines: make([]taxed, 0, n+len(c.fees)), rates: make([]rated, 0, 1+len(c.fees))}
	for i := range c.tickets {
		d.due[i] = c.tickets[i].price
	}
	if p.offers {
		c.applyOffers(d)
	}
	if p.vouchers {
		c.applyVouchers(d)
	}
	for _, due := range d.due {
		d.lines = append(d.lines, c.tax(&c.levy, due, d))
	}
	for i := range c.fees {
		c.charge(&c.fees[i], d)
	}
	c.round(d)
	for i := range d.lines {
		d.total += d.lines[i].net + d.lines[i].tax
	}
	return d
}

// charge adds one fee to the draft.
func (c *calc) charge(f *feeLevy, d *draft) {
	weights := make([]int64, len(d.due))
	fee, due := int64(0), int64(0)
	for i := range d.due {
		due += d.due[i]
		if f.fee.Per == PerTicket {
			weights[i] = c.feeOn(f.fee, d.due[i])
			fee += weights[i]
		}
	}
	if f.fee.Per == PerBooking {
		fee = c.feeOn(f.fee, due)
		copy(weights, d.due)
		if due == 0 {
			fill(weights, 1)
		}
	}
	if fee > 0 {
		d.fees = append(d.fees, charge{f.fee, weights})
		d.lines = append(d.lines, c.tax(&f.levy, fee, d))
	}
}

// feeOn returns the fee for tickets that cost due.
func (c *calc) feeOn(f *Fee, due int64) int64 {
	if due == 0 && !f.OnFree {
		return 0
	}
	return f.clamp(f.Fixed.Minor + c.part(due, f.Percent, money.HalfUp))
}

// part returns rate of minor.
func (c *calc) part(minor int64, rate money.Rate, how money.Rounding) int64 {
	a, err := money.New(minor, c.currency).Mul(rate, how)
	c.note(err)
	return a.Minor
}

// included returns the tax at rate that is in gross.
func (c *calc) included(gross int64, rate money.Rate) int64 {
	a, err := money.New(gross, c.currency).TaxIncluded(rate, c.in.Tax.Rounding)
	c.note(err)
	return a.Minor
}

// allocate divides minor by weights.
func (c *calc) allocate(minor int64, weights []int64) []money.Amount {
	parts, err := money.New(minor, c.currency).Allocate(weights...)
	c.note(err)
	return parts
}

// note keeps the first error; the bounds of this package let none happen.
func (c *calc) note(err error) {
	if c.err == nil {
		c.err = err
	}
}

// fill sets every entry of list.
func fill(list []int64, v int64) {
	for i := range list {
		list[i] = v
	}
}
