package pricing

import (
	"fmt"
	"strings"

	"github.com/marquee-tickets/marquee/bms/money"
)

// Explain returns the quote in plain English, a step a line: the dynamic factor
// and its causes, each ticket, each fee, each tax, the total. It is meant for
// operators and logs; pages say it in the buyer's language.
func (q Quote) Explain() []string {
	var lines []string
	if q.Dynamic != nil {
		lines = append(lines, q.Dynamic.Explain()...)
	}
	for i := range q.Lines {
		lines = append(lines, q.Lines[i].explain())
	}
	for _, f := range q.Fees {
		lines = append(lines, fmt.Sprintf("%s: net %s + tax %s (%s) = %s", f.Name, f.Net.Decimal(), f.Tax.Decimal(), f.TaxRate, f.Gross))
	}
	for _, t := range q.Taxes {
		lines = append(lines, fmt.Sprintf("tax %s of %s: %s%s", t.Rate, t.Net, t.Tax.Decimal(), explainParts(t.Parts)))
	}
	return append(lines, fmt.Sprintf("total: net %s + tax %s = %s", q.Net.Decimal(), q.TaxTotal.Decimal(), q.Total))
}

// Explain returns a line for each adjustment and one for the factor.
func (f Factor) Explain() []string {
	lines := make([]string, 0, len(f.Adjustments)+1)
	for _, a := range f.Adjustments {
		lines = append(lines, a.explain())
	}
	return append(lines, "dynamic factor: "+f.Rate.String())
}

func (a Adjustment) explain() string {
	adjust := a.Adjust.String()
	if a.Adjust >= 0 {
		adjust = "+" + adjust
	}
	switch a.Cause {
	case ByOccupancy, ByDemand:
		return fmt.Sprintf("%s %s reaches %s: %s", a.Cause, money.Rate(a.Measured), money.Rate(a.Threshold), adjust)
	case ByTimeToShow:
		return fmt.Sprintf("show in %d min, within %d min: %s", a.Measured, a.Threshold, adjust)
	case ByFloor, ByCeiling:
	}
	return fmt.Sprintf("%s: %s", a.Cause, adjust)
}

func (l *Line) explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", l.Key, l.Category)
	if l.BuyerType != "" {
		fmt.Fprintf(&b, "/%s", l.BuyerType)
	}
	fmt.Fprintf(&b, ": list %s", l.Base.Decimal())
	if !l.Price.Equal(l.Base) {
		fmt.Fprintf(&b, ", dynamic %s", l.Price.Decimal())
	}
	for _, d := range l.Discounts {
		fmt.Fprintf(&b, ", %s %s -%s", d.Kind, d.Key, d.Amount.Decimal())
	}
	fmt.Fprintf(&b, "; net %s + tax %s (%s) = %s", l.Net.Decimal(), l.Tax.Decimal(), l.TaxRate, l.Gross)
	if !l.Fees.IsZero() {
		fmt.Fprintf(&b, ", fees %s", l.Fees.Decimal())
	}
	return b.String()
}

// explainParts returns " (CGST 9.00, SGST 9.00)", or nothing for one part.
func explainParts(parts []TaxAmount) string {
	if len(parts) < 2 {
		return ""
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = p.Name + " " + p.Amount.Decimal()
	}
	return " (" + strings.Join(texts, ", ") + ")"
}
