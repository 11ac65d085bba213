package pricing

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/marquee-tickets/marquee/bms/money"
)

// build writes the draft out as a quote.
func (c *calc) build(d *draft) Quote {
	q := Quote{
		At: c.in.Now.UTC(), InputsDigest: c.digest(),
		List: c.in.List.ID, ListVersion: c.in.List.Version, Tax: c.in.Tax.ID, TaxVersion: c.in.Tax.Version,
		Currency: c.currency, TaxIncluded: c.in.List.TaxIncluded, Rounding: c.in.List.Rounding.For(c.in.Business),
		Daypart: c.daypart, Dynamic: c.factor,
		Lines: make([]Line, len(c.tickets)), Discounts: c.discounts(d),
		Total: c.amount(d.total),
	}
	c.buildLines(&q, d)
	c.buildFees(&q, d)
	c.buildTaxes(&q, d)
	subtotal, discount := int64(0), int64(0)
	for i := range c.tickets {
		subtotal += c.tickets[i].price
		discount += c.tickets[i].price - d.due[i]
	}
	q.Subtotal, q.Discount = c.amount(subtotal), c.amount(discount)
	return q
}

// amount returns minor units of the list's currency.
func (c *calc) amount(minor int64) money.Amount { return money.New(minor, c.currency) }

func (c *calc) buildLines(q *Quote, d *draft) {
	for i := range c.tickets {
		t, l := &c.tickets[i], &d.lines[i]
		q.Lines[i] = Line{
			Key: t.item.Key, Category: t.item.Category, BuyerType: t.item.BuyerType, Seat: t.item.Seat,
			Base: c.amount(t.base), Price: c.amount(t.price),
			TaxRate: d.rates[l.rate].rate,
			Net:     c.amount(l.net), Tax: c.amount(l.tax), Gross: c.amount(l.net + l.tax),
			Fees: c.amount(0), FeesTax: c.amount(0), FeesRefundable: c.amount(0),
		}
	}
	for _, one := range d.cuts {
		l := &q.Lines[one.ticket]
		key, _ := c.source(one.kind, one.from)
		l.Discounts = append(l.Discounts, LineDiscount{one.kind, key, c.amount(one.amount)})
	}
}

// buildFees writes the fees and shares them out to the tickets.
func (c *calc) buildFees(q *Quote, d *draft) {
	for k, charged := range d.fees {
		f, l := charged.fee, &d.lines[len(c.tickets)+k]
		q.Fees = append(q.Fees, FeeLine{
			Key: f.Key, Name: f.Name, Per: f.Per, Refundable: f.Refundable, TaxRate: d.rates[l.rate].rate,
			Net: c.amount(l.net), Tax: c.amount(l.tax), Gross: c.amount(l.net + l.tax),
		})
		c.shareFee(q, f, c.allocate(l.net+l.tax, charged.weights), l.tax)
	}
}

// shareFee adds the tickets' shares of one fee to their lines. Its tax follows
// the shares, so that none has more tax than fee.
func (c *calc) shareFee(q *Quote, f *Fee, shares []money.Amount, tax int64) {
	taxes := make([]money.Amount, len(shares))
	if tax > 0 {
		taxes = c.allocate(tax, keysOf(shares, func(a money.Amount) int64 { return a.Minor }))
	}
	for i := range shares {
		line := &q.Lines[i]
		line.Fees.Minor += shares[i].Minor
		line.FeesTax.Minor += taxes[i].Minor
		if f.Refundable {
			line.FeesRefundable.Minor += shares[i].Minor
		}
	}
}

// buildTaxes writes the sums by rate and divides taxes into their parts.
func (c *calc) buildTaxes(q *Quote, d *draft) {
	net, tax := int64(0), int64(0)
	q.Taxes = make([]TaxLine, len(d.rates))
	for at := range d.rates {
		r := &d.rates[at]
		net, tax = net+r.net, tax+r.tax
		q.Taxes[at] = TaxLine{Rate: r.rate, Net: c.amount(r.net), Tax: c.amount(r.tax), Parts: c.divide(q, d, at)}
	}
	q.Net, q.TaxTotal = c.amount(net), c.amount(tax)
}

// divide divides the taxes of one rate and returns the parts of their sum.
func (c *calc) divide(q *Quote, d *draft, at int) []TaxAmount {
	v := newDivider(d.rates[at].parts)
	if len(v.parts) == 0 {
		return nil
	}
	for i := range d.lines {
		if d.lines[i].rate != at {
			continue
		}
		parts := v.divide(d.lines[i].tax)
		if i < len(q.Lines) && len(v.parts) > 1 {
			q.Lines[i].TaxParts = c.taxAmounts(v.parts, parts)
		}
	}
	return c.taxAmounts(v.parts, v.total)
}

func (c *calc) taxAmounts(parts []TaxPart, minor [maxParts]int64) []TaxAmount {
	amounts := make([]TaxAmount, len(parts))
	for k, p := range parts {
		amounts[k] = TaxAmount{p.Name, c.amount(minor[k])}
	}
	return amounts
}

// discounts sums the cuts up by offer, in the order of the list, and by
// voucher, in the order of the input.
func (c *calc) discounts(d *draft) []Discount {
	var all []Discount
	for i := range c.in.List.Offers {
		if sum := c.discount(d, FromOffer, i); sum.Tickets > 0 {
			all = append(all, sum)
		}
	}
	for i := range c.in.Vouchers {
		all = append(all, c.discount(d, FromVoucher, i))
	}
	return all
}

func (c *calc) discount(d *draft, kind DiscountKind, from int) Discount {
	key, name := c.source(kind, from)
	sum := Discount{Kind: kind, Key: key, Name: name, Amount: c.amount(0)}
	for _, one := range d.cuts {
		if one.kind == kind && one.from == from {
			sum.Tickets++
			sum.Amount.Minor += one.amount
		}
	}
	return sum
}

// source returns the key and the name of an offer or a voucher.
func (c *calc) source(kind DiscountKind, from int) (string, string) {
	if kind == FromOffer {
		o := &c.in.List.Offers[from]
		return o.Key, o.Name
	}
	v := &c.in.Vouchers[from]
	return string(v.ID), v.Code
}

// digest returns 128 bits of the SHA-256 of all that the quote depends on, in
// hexadecimal. Lists, tables and vouchers stand in it by id and version, a
// frozen quote by its own digest.
func (c *calc) digest() string {
	in := c.in
	b := make([]byte, 0, 1024)
	b = texts(b, string(in.List.ID), string(in.Tax.ID), in.Show, in.Event, in.Channel, in.local(in.Now).Location().String(),
		strconv.FormatBool(in.Business), strconv.FormatBool(in.TaxFreeState))
	b = numbers(b, int64(in.List.Version), int64(in.Tax.Version), in.Now.UnixMicro(), in.ShowStart.UnixMicro(),
		int64(in.Sold), int64(in.Held), int64(in.Capacity), int64(in.RecentDemand),
		int64(len(c.tickets)), int64(len(in.Vouchers)))
	for i := range c.tickets {
		it := &c.tickets[i].item
		b = texts(b, it.Key, it.Category, it.BuyerType, it.Seat)
	}
	for i := range in.Vouchers {
		b = texts(b, string(in.Vouchers[i].ID))
		b = numbers(b, int64(in.Vouchers[i].Version))
	}
	if c.frozen != nil {
		b = texts(b, c.frozen.InputsDigest)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// texts appends each text with its length before it.
func texts(b []byte, list ...string) []byte {
	for _, s := range list {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// numbers appends each number.
func numbers(b []byte, list ...int64) []byte {
	for _, n := range list {
		b = binary.AppendVarint(b, n)
	}
	return b
}
