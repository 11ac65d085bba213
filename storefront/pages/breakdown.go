package pages

import (
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// priceLine is a line of a price breakdown.
type priceLine struct {
	Label  string
	Note   string // smaller, below the label
	Amount string
	Class  string // "off" for what lowers the price, "tax" for what is included already
}

// breakdown is a price from the tickets down to the total.
type breakdown struct {
	Tickets  []priceLine
	Extras   []priceLine // discounts, fees, taxes on top
	Total    string
	Included []priceLine // taxes that are in the total
	Reasons  []string    // why prices differ from the list's
}

// names are what keys of a quote and the places of tickets are called, in the language of the page. Foreign words in them are
// isolated, so that they are shown as they are: <bdi> would take the direction of the first of them for the whole.
type names struct {
	seat  map[string]string // by key of the line
	buyer map[string]string // by buyer type
	plan  *seatmap.Plan     // of the show
}

// place is where a ticket admits to. What the plan does not know any more is called as it was when it was booked.
func (n names) place(p *locale.Printer, t booking.Ticket) string {
	if t.Seat >= 0 && int(t.Seat) < len(n.plan.Seats) {
		return place(p, n.plan, t.Seat)
	}
	if at, ok := n.plan.Area(t.Area); ok {
		return p.Isolate(n.plan.Areas[at].Name)
	}
	return p.Isolate(t.Place)
}

// breakdownOf puts a quote into lines that add up to its total.
func breakdownOf(p *locale.Printer, q pricing.Quote, n names) breakdown {
	b := breakdown{Total: p.Money(q.Total)}
	for _, l := range q.Lines {
		b.Tickets = append(b.Tickets, priceLine{
			Label: firstOf(n.seat[l.Key], p.Isolate(firstOf(l.Seat, l.Category))), Amount: p.Money(l.Price), Note: lineNote(p, l, n.buyer[l.BuyerType]),
		})
	}
	for _, d := range q.Discounts {
		b.Extras = append(b.Extras, discountLine(p, d))
	}
	for _, f := range q.Fees {
		amount := f.Net
		if q.TaxIncluded {
			amount = f.Gross
		}
		b.Extras = append(b.Extras, priceLine{Label: p.Isolate(feeName(p, f.Key, f.Name)), Amount: p.Money(amount)})
	}
	b.addTaxes(p, q)
	if q.Dynamic != nil {
		b.Reasons = reasons(p, *q.Dynamic)
	}
	return b
}

// lineNote says for whom a ticket is, and its price in the list where that is another.
func lineNote(p *locale.Printer, l pricing.Line, buyer string) string {
	if l.Base.Equal(l.Price) {
		return buyer
	}
	list := p.T("price.list_price", locale.With("price", p.Money(l.Base)))
	if buyer == "" {
		return list
	}
	return p.T("price.buyer_list_price", locale.With("buyer", buyer), locale.With("price", list))
}

func discountLine(p *locale.Printer, d pricing.Discount) priceLine {
	line := priceLine{Label: p.Isolate(d.Name), Amount: p.Money(money.New(-d.Amount.Minor, d.Amount.Currency)), Class: "off"}
	if d.Kind == pricing.FromVoucher {
		line.Label = p.T("voucher.named", locale.With("code", d.Name))
	}
	if d.Tickets == 0 {
		line.Note = p.T("price.other_discount")
	}
	return line
}

// addTaxes lists the taxes: on top where prices are without, and as part of the total where
// they are with it. What the rounding of an order moves is a line of its own.
func (b *breakdown) addTaxes(p *locale.Printer, q pricing.Quote) {
	for _, t := range q.Taxes {
		if t.Tax.IsZero() {
			continue
		}
		line := priceLine{Label: p.T("price.tax", locale.With("rate", p.Percent(t.Rate))), Amount: p.Money(t.Tax), Note: partsNote(p, t.Parts)}
		if q.TaxIncluded {
			line.Label, line.Class = p.T("price.included", locale.With("tax", line.Label)), "tax"
			b.Included = append(b.Included, line)
			continue
		}
		b.Extras = append(b.Extras, line)
	}
	if rest := restOf(q); !rest.IsZero() {
		b.Extras = append(b.Extras, priceLine{Label: p.T("price.rounding"), Amount: p.Money(rest)})
	}
}

// partsNote names the parts of a tax: "CGST ₹9.00 and SGST ₹9.00".
func partsNote(p *locale.Printer, parts []pricing.TaxAmount) string {
	if len(parts) < 2 {
		return ""
	}
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = p.T("price.tax_part", locale.With("name", part.Name), locale.With("amount", p.Money(part.Amount)))
	}
	return p.List(words)
}

// restOf is what the total has beyond the lines that are shown.
func restOf(q pricing.Quote) money.Amount {
	rest := q.Total.Minor - q.Subtotal.Minor + q.Discount.Minor
	for _, f := range q.Fees {
		if q.TaxIncluded {
			rest -= f.Gross.Minor
		} else {
			rest -= f.Net.Minor
		}
	}
	if !q.TaxIncluded {
		rest -= q.TaxTotal.Minor
	}
	return money.New(rest, q.Currency)
}

// reasons say why a show's prices are not those of the list.
func reasons(p *locale.Printer, f pricing.Factor) []string {
	var lines []string
	for _, a := range f.Adjustments {
		lines = append(lines, reason(p, a))
	}
	return lines
}

// percentOf is how many parts per million make a percent.
const percentOf = 10_000

func reason(p *locale.Printer, a pricing.Adjustment) string {
	rate := locale.With("rate", p.Percent(max(a.Adjust, -a.Adjust)))
	way := "more"
	if a.Adjust < 0 {
		way = "less"
	}
	switch a.Cause {
	case pricing.ByOccupancy:
		taken := money.Rate(a.Measured / percentOf * percentOf) // in whole percent
		return p.T("reason.occupancy_"+way, rate, locale.With("percent", p.Percent(taken)))
	case pricing.ByTimeToShow:
		return p.T("reason.time_"+way, rate)
	case pricing.ByDemand, pricing.ByFloor, pricing.ByCeiling:
		return p.T("reason."+string(a.Cause)+"_"+way, rate)
	}
	return p.T("reason."+way, rate)
}

// feeNote announces a fee before places are chosen.
func feeNote(p *locale.Printer, f pricing.Fee) string {
	amount := p.Price(f.Fixed)
	if f.Percent > 0 {
		percent := p.T("fee.percent", locale.With("rate", p.Percent(f.Percent)))
		if f.Fixed.IsPositive() {
			percent = p.T("fee.both", locale.With("fixed", amount), locale.With("percent", percent))
		}
		amount = percent
	}
	name, amountArg := locale.With("fee", feeName(p, f.Key, f.Name)), locale.With("amount", amount)
	if f.Per == pricing.PerBooking {
		return p.T("fee.per_booking", name, amountArg)
	}
	return p.T("fee.per_ticket", name, amountArg)
}
