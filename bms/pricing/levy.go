package pricing

import (
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// levy is a tax rule as it applies to one order.
type levy struct {
	rule  *TaxRule
	parts []TaxPart // those that are charged
	// kept of all shares are charged; they differ when the state waives its part.
	kept, all int64
}

// taxed is a ticket or fee with its tax.
type taxed struct {
	net, tax int64
	rate     int // position in draft.rates
}

// rated is the sum of what is taxed at one rate.
type rated struct {
	rate     money.Rate
	parts    []TaxPart
	net, tax int64
}

// levyFor returns the tax of a class on a day.
func (c *calc) levyFor(class string, day Date) (levy, error) {
	rule, err := c.in.Tax.Rule(class, day)
	if err != nil {
		return levy{}, err
	}
	if err := rule.Validate(); err != nil {
		return levy{}, within("tax", err)
	}
	if limit := rule.Slabs[0].UpTo; limit != nil && limit.Currency != c.currency {
		return levy{}, fault.Invalidf("tax", "has slabs in %.3q but the price list is in %.3q", string(limit.Currency), string(c.currency))
	}
	l := levy{rule: rule, parts: rule.Parts}
	for _, p := range rule.Parts {
		l.all += p.Share
	}
	l.kept = l.all
	if c.in.TaxFreeState {
		l.waive()
	}
	return l, nil
}

// waive leaves out the parts that a tax-free show is not charged.
func (l *levy) waive() {
	l.parts, l.kept = nil, 0
	for _, p := range l.rule.Parts {
		if !p.Waivable {
			l.parts = append(l.parts, p)
			l.kept += p.Share
		}
	}
}

// tax returns the tax on due, a list price, and counts it in the draft's sums.
// A waived part leaves the net price as it was and lowers the gross price.
func (c *calc) tax(l *levy, due int64, d *draft) taxed {
	full := c.slab(l.rule, due)
	rate, net := full, due
	if c.in.List.TaxIncluded {
		net -= c.included(due, full)
	}
	if l.kept < l.all {
		rate = money.Rate(int64(full) * l.kept / l.all)
	}
	tax := due - net
	if !c.in.List.TaxIncluded || l.kept < l.all {
		tax = c.part(net, rate, c.in.Tax.Rounding)
	}
	at := d.rateAt(rate, l.parts)
	d.rates[at].net += net
	d.rates[at].tax += tax
	return taxed{net, tax, at}
}

// slab returns the rate for due, a list price: that of the first slab whose
// limit holds with its own rate. A price with tax that is too high for one slab
// and whose net price is too low for the next is taxed by the next.
func (c *calc) slab(r *TaxRule, due int64) money.Rate {
	for i := range r.Slabs {
		s := &r.Slabs[i]
		if s.UpTo == nil || c.price(r.Basis, s.Rate, due) <= s.UpTo.Minor {
			return s.Rate
		}
	}
	return 0 // not reached: the last slab has no limit
}

// price returns due, a list price, without or with tax at rate.
func (c *calc) price(basis SlabBasis, rate money.Rate, due int64) int64 {
	switch {
	case basis == NetPrice && c.in.List.TaxIncluded:
		return due - c.included(due, rate)
	case basis == GrossPrice && !c.in.List.TaxIncluded:
		return due + c.part(due, rate, c.in.Tax.Rounding)
	}
	return due
}

// rateAt returns the position of the sum for a rate and its parts.
func (d *draft) rateAt(rate money.Rate, parts []TaxPart) int {
	if rate == 0 {
		parts = nil
	}
	for i := range d.rates {
		if d.rates[i].rate == rate && sameParts(d.rates[i].parts, parts) {
			return i
		}
	}
	d.rates = append(d.rates, rated{rate: rate, parts: parts})
	return len(d.rates) - 1
}

// sameParts reports whether two taxes are levied by the same in the same shares.
func sameParts(a, b []TaxPart) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Share != b[i].Share {
			return false
		}
	}
	return true
}

// divider divides the taxes of one rate between its parts, line by line, so
// that the parts of all lines together are as even as those of a single one:
// what a part got too little of on one line it gets on the next.
type divider struct {
	parts []TaxPart
	all   int64
	debt  [maxParts]int64 // in units of 1/all
	total [maxParts]int64
}

func newDivider(parts []TaxPart) divider {
	v := divider{parts: parts}
	for _, p := range parts {
		v.all += p.Share
	}
	return v
}

// divide returns the parts of tax; they add up to it.
func (v *divider) divide(tax int64) [maxParts]int64 {
	var out [maxParts]int64
	left := tax
	for k, p := range v.parts {
		// tax*share/all without leaving 64 bits, as shares are small.
		out[k] = tax/v.all*p.Share + tax%v.all*p.Share/v.all
		v.debt[k] += tax % v.all * p.Share % v.all
		left -= out[k]
	}
	for ; left > 0; left-- {
		k := v.deepest()
		out[k]++
		v.debt[k] -= v.all
	}
	for k := range v.parts {
		v.total[k] += out[k]
	}
	return out
}

// deepest returns the part with the most debt, the first of equals.
func (v *divider) deepest() int {
	deepest := 0
	for k := range v.parts {
		if v.debt[k] > v.debt[deepest] {
			deepest = k
		}
	}
	return deepest
}
