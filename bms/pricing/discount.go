package pricing

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// cut is what one offer or voucher takes off one ticket.
type cut struct {
	ticket int
	kind   DiscountKind
	from   int // position in PriceList.Offers or Input.Vouchers
	amount int64
}

// deal is the outcome of applying the offers in some order.
type deal struct {
	by  []int   // the offer that each ticket counts towards, -1 for none
	off []int64 // what it takes off
	sum int64
}

// bestDeal returns the deal that takes the most off, of all orders of the
// offers that apply to these tickets at all.
func (c *calc) bestDeal() deal {
	var best deal
	if len(c.in.List.Offers) == 0 {
		return best
	}
	dearest := dearestFirst(keysOf(c.tickets, func(t ticket) int64 { return t.price }))
	order := make([]int, 0, maxOffers)
	for i := range c.in.List.Offers {
		if c.deal([]int{i}, dearest).sum > 0 {
			order = append(order, i)
		}
	}
	permute(order, 0, func(order []int) {
		if one := c.deal(order, dearest); one.sum > best.sum {
			best = one
		}
	})
	return best
}

// applyOffers lowers the tickets by the best deal.
func (c *calc) applyOffers(d *draft) {
	for i, off := range c.offers.off {
		if off > 0 {
			d.cut(cut{i, FromOffer, c.offers.by[i], off})
		}
	}
}

// deal applies the offers in the given order; each takes what the ones before
// have left.
func (c *calc) deal(order, dearest []int) deal {
	n := len(c.tickets)
	one := deal{by: make([]int, n), off: make([]int64, n)}
	for i := range one.by {
		one.by[i] = -1
	}
	for _, at := range order {
		o := &c.in.List.Offers[at]
		free := make([]int, 0, n)
		for _, i := range dearest {
			if one.by[i] < 0 && o.counts(&c.tickets[i].item) {
				free = append(free, i)
			}
		}
		c.take(&one, at, free)
	}
	return one
}

// take applies one offer to tickets that are free, dearest first.
func (c *calc) take(one *deal, at int, free []int) {
	o := &c.in.List.Offers[at]
	if o.Kind == NForM {
		free = free[:len(free)/o.Take*o.Take]
	} else if len(free) < o.MinTickets {
		return
	}
	for place, i := range free {
		price := c.tickets[i].price
		one.by[i] = at
		switch {
		case o.Kind == NForM && place%o.Take >= o.Pay:
			one.off[i] = price
		case o.Kind == GroupOff:
			one.off[i] = c.part(price, o.Percent, money.HalfUp)
		case o.Kind == GroupPrice:
			one.off[i] = max(0, price-o.SetPrice.Minor)
		}
		one.sum += one.off[i]
	}
}

// openVouchers refuses vouchers that cannot be used and puts the others in the
// order that takes the most off: set prices, then percentages, then amounts.
func (c *calc) openVouchers() error {
	if err := requireCount("vouchers", len(c.in.Vouchers), 0, maxVouchers); err != nil {
		return err
	}
	for i := range c.in.Vouchers {
		if err := c.checkVoucher(i); err != nil {
			return err
		}
		c.vouchers = append(c.vouchers, i)
	}
	slices.SortFunc(c.vouchers, func(i, j int) int {
		v, w := &c.in.Vouchers[i], &c.in.Vouchers[j]
		return cmp.Or(cmp.Compare(v.rank(), w.rank()), cmp.Compare(v.ID, w.ID))
	})
	return nil
}

// checkVoucher refuses the voucher at position i when it cannot be used here.
func (c *calc) checkVoucher(i int) error {
	v, path := &c.in.Vouchers[i], "vouchers["+itoa(i)+"]"
	if err := v.Validate(); err != nil {
		return within(path, err)
	}
	if v.Kind != PercentOff && v.Amount.Currency != c.currency {
		return fault.Invalidf(path+".amount", "is in %s but the price list is in %s", v.Amount.Currency, c.currency)
	}
	if err := v.Usable(c.in.Now, VoucherUse{Event: c.in.Event, Show: c.in.Show}); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(c.in.Vouchers) > 1 && !v.Combinable {
		return fmt.Errorf("%s: %w", path, ErrVoucherAlone)
	}
	for j := range i {
		if c.in.Vouchers[j].ID == v.ID {
			return fault.Invalidf(path, "repeats vouchers[%d]", j)
		}
	}
	if covered := c.covered(v); covered < max(1, v.MinTickets) {
		return fmt.Errorf("%s: %w", path, ErrVoucherTickets)
	}
	return nil
}

// covered counts the tickets that v may lower.
func (c *calc) covered(v *Voucher) int {
	n := 0
	for i := range c.tickets {
		if v.covers(&c.tickets[i].item) {
			n++
		}
	}
	return n
}

// rank is the place of v among other vouchers.
func (v Voucher) rank() int {
	return slices.Index([]VoucherKind{SetPrice, PercentOff, AmountOff}, v.Kind)
}

// applyVouchers lowers the tickets by each voucher in turn.
func (c *calc) applyVouchers(d *draft) {
	for _, at := range c.vouchers {
		v := &c.in.Vouchers[at]
		tickets := c.voucherTickets(d, v)
		if len(tickets) == 0 {
			continue
		}
		for k, off := range c.voucherCuts(d, v, tickets) {
			if off > 0 {
				d.cut(cut{tickets[k], FromVoucher, at, off})
			}
		}
	}
}

// voucherTickets returns the tickets that v lowers, dearest first: none when an
// offer without vouchers has left fewer than MinTickets.
func (c *calc) voucherTickets(d *draft, v *Voucher) []int {
	var tickets []int
	for _, i := range dearestFirst(d.due) {
		if v.covers(&c.tickets[i].item) && !c.closed(d, i) {
			tickets = append(tickets, i)
		}
	}
	if len(tickets) < v.MinTickets {
		return nil
	}
	if v.MaxTicketsPerUse > 0 {
		tickets = tickets[:min(len(tickets), v.MaxTicketsPerUse)]
	}
	return tickets
}

// closed reports whether an offer has closed the ticket to vouchers.
func (c *calc) closed(d *draft, ticket int) bool {
	for _, one := range d.cuts {
		if one.ticket == ticket && one.kind == FromOffer && !c.in.List.Offers[one.from].WithVouchers {
			return true
		}
	}
	return false
}

// voucherCuts returns what v takes off each of the tickets.
func (c *calc) voucherCuts(d *draft, v *Voucher, tickets []int) []int64 {
	cuts, due := make([]int64, len(tickets)), make([]int64, len(tickets))
	sum := int64(0)
	for k, i := range tickets {
		due[k] = d.due[i]
		cuts[k] = c.voucherOff(v, due[k])
		sum += due[k]
	}
	if v.Scope == EachTicket || sum == 0 {
		return cuts
	}
	for k, part := range c.allocate(c.voucherOff(v, sum), due) {
		cuts[k] = part.Minor
	}
	return cuts
}

// voucherOff returns what v takes off due.
func (c *calc) voucherOff(v *Voucher, due int64) int64 {
	switch v.Kind {
	case PercentOff:
		return c.part(due, v.Percent, money.HalfUp)
	case AmountOff:
		return min(due, v.Amount.Minor)
	case SetPrice:
		return max(0, due-v.Amount.Minor)
	}
	return 0
}

// cut lowers a ticket and keeps the reason.
func (d *draft) cut(one cut) {
	d.due[one.ticket] -= one.amount
	d.cuts = append(d.cuts, one)
}

// dearestFirst returns the positions of due by falling amount, those of equals
// in order.
func dearestFirst(due []int64) []int {
	order := make([]int, len(due))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(due[j], due[i]) })
	return order
}

// permute calls visit with every order of list[from:], the order given first.
func permute(list []int, from int, visit func([]int)) {
	if from >= len(list)-1 {
		visit(list)
		return
	}
	for i := from; i < len(list); i++ {
		list[from], list[i] = list[i], list[from]
		permute(list, from+1, visit)
		list[from], list[i] = list[i], list[from]
	}
}
