package pages

import (
	"fmt"
	"strings"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
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

// names are what keys of a quote are called.
type names struct {
	seat  map[string]string // by key of the line
	buyer map[string]string // by buyer type
}

// breakdownOf puts a quote into lines that add up to its total.
func breakdownOf(q pricing.Quote, n names) breakdown {
	b := breakdown{Total: formatMoney(q.Total)}
	for _, l := range q.Lines {
		line := priceLine{Label: firstOf(n.seat[l.Key], l.Seat, l.Category), Amount: formatMoney(l.Price)}
		line.Note = n.buyer[l.BuyerType]
		if !l.Base.Equal(l.Price) {
			line.Note = strings.TrimPrefix(line.Note+", list price "+formatMoney(l.Base), ", ")
		}
		b.Tickets = append(b.Tickets, line)
	}
	for _, d := range q.Discounts {
		b.Extras = append(b.Extras, discountLine(d))
	}
	for _, f := range q.Fees {
		amount := f.Net
		if q.TaxIncluded {
			amount = f.Gross
		}
		b.Extras = append(b.Extras, priceLine{Label: f.Name, Amount: formatMoney(amount)})
	}
	b.addTaxes(q)
	if q.Dynamic != nil {
		b.Reasons = reasons(*q.Dynamic)
	}
	return b
}

func discountLine(d pricing.Discount) priceLine {
	line := priceLine{Label: d.Name, Amount: "−" + formatMoney(d.Amount), Class: "off"}
	if d.Kind == pricing.FromVoucher {
		line.Label = "Voucher " + d.Name
	}
	if d.Tickets == 0 {
		line.Note = "another discount is better for you"
	}
	return line
}

// addTaxes lists the taxes: on top where prices are without, and as part of the total where
// they are with it. What the rounding of an order moves is a line of its own.
func (b *breakdown) addTaxes(q pricing.Quote) {
	for _, t := range q.Taxes {
		if t.Tax.IsZero() {
			continue
		}
		line := priceLine{Label: "Tax " + formatRate(t.Rate), Amount: formatMoney(t.Tax), Note: partsNote(t.Parts)}
		if q.TaxIncluded {
			line.Class = "tax"
			b.Included = append(b.Included, line)
			continue
		}
		b.Extras = append(b.Extras, line)
	}
	if rest := restOf(q); !rest.IsZero() {
		b.Extras = append(b.Extras, priceLine{Label: "Rounding", Amount: formatMoney(rest)})
	}
}

// partsNote names the parts of a tax: "CGST ₹9.00, SGST ₹9.00".
func partsNote(parts []pricing.TaxAmount) string {
	if len(parts) < 2 {
		return ""
	}
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = p.Name + " " + formatMoney(p.Amount)
	}
	return strings.Join(words, ", ")
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
func reasons(f pricing.Factor) []string {
	var lines []string
	for _, a := range f.Adjustments {
		lines = append(lines, reason(a))
	}
	return lines
}

// percentOf is how many parts per million make a percent.
const percentOf = 10_000

func reason(a pricing.Adjustment) string {
	by := formatRate(max(a.Adjust, -a.Adjust)) + " more"
	if a.Adjust < 0 {
		by = formatRate(-a.Adjust) + " less"
	}
	switch a.Cause {
	case pricing.ByOccupancy:
		return fmt.Sprintf("%s because %d%s%% of the places are taken", by, a.Measured/percentOf, nbsp)
	case pricing.ByTimeToShow:
		return by + " because the show is near"
	case pricing.ByDemand:
		return by + " because many people are booking at the moment"
	case pricing.ByFloor:
		return by + ", so that the price does not fall below the lowest one of this show"
	case pricing.ByCeiling:
		return by + ", so that the price does not rise above the highest one of this show"
	}
	return by
}

// feeNote announces a fee before places are chosen.
func feeNote(f pricing.Fee) string {
	var parts []string
	if f.Fixed.IsPositive() {
		parts = append(parts, formatPrice(f.Fixed))
	}
	if f.Percent > 0 {
		parts = append(parts, formatRate(f.Percent)+" of the ticket price")
	}
	per := "ticket"
	if f.Per == pricing.PerBooking {
		per = "booking"
	}
	return fmt.Sprintf("%s: %s per %s is added.", f.Name, strings.Join(parts, " plus "), per)
}
