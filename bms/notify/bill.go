package notify

import (
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// bill writes what was paid, if the data tells: lines that add up to the total. Taxes are added to lines without them, and named
// below the total where they are part of the lines.
func (l *letter) bill() {
	q := l.d.Quote
	if q == nil {
		return
	}
	b := billing{l: l, rest: q.Total.Minor}
	b.add(l.T("mail.bill.tickets"), q.Subtotal)
	for _, off := range q.Discounts {
		if minus, err := off.Amount.Neg(); err == nil && !off.Amount.IsZero() {
			b.add(l.discount(off), minus)
		}
	}
	for _, f := range q.Fees {
		if q.TaxIncluded {
			b.add(l.joined(clean(f.Name)), f.Gross)
		} else {
			b.add(l.joined(clean(f.Name)), f.Net)
		}
	}
	if !q.TaxIncluded {
		b.rest -= q.TaxTotal.Minor
	}
	if b.rest != 0 {
		b.add(l.T("mail.bill.rounding"), money.New(b.rest, q.Currency))
	}
	included := b.taxes(q)
	l.heading(l.T("mail.bill.title"))
	l.bills(b.rows, row{l.T("mail.bill.total"), l.money(q.Total)}, included)
}

// billing is a bill while it is put together.
type billing struct {
	l    *letter
	rows []row
	rest int64 // of the total, that no row has told of yet
}

func (b *billing) add(label string, amount money.Amount) {
	b.rows = append(b.rows, row{label, b.l.money(amount)})
	b.rest -= amount.Minor
}

// taxes adds the taxes to the rows, or returns those that the rows include.
func (b *billing) taxes(q *pricing.Quote) (included []row) {
	for _, t := range q.Taxes {
		label, amount := b.l.tax(t), b.l.money(t.Tax)
		switch {
		case t.Tax.IsZero():
		case q.TaxIncluded:
			included = append(included, row{b.l.T("mail.bill.includes", with("tax", label)), amount})
		default:
			b.rows = append(b.rows, row{label, amount})
		}
	}
	return included
}

func (l *letter) discount(d pricing.Discount) string {
	if d.Kind == pricing.FromVoucher {
		return l.T("mail.bill.voucher", with("code", clean(d.Name)))
	}
	return l.joined(clean(d.Name))
}

// tax names a tax with its parts: "Tax 18 % (CGST ₹9.00, SGST ₹9.00)"; without them when it has one only.
func (l *letter) tax(t pricing.TaxLine) string {
	name := l.T("mail.bill.tax", with("rate", l.in.Formats.Rate(t.Rate)))
	if len(t.Parts) < 2 {
		return name
	}
	words := make([]string, len(t.Parts))
	for i, p := range t.Parts {
		words[i] = clean(p.Name) + " " + l.money(p.Amount)
	}
	return name + " (" + l.joined(words...) + ")"
}
