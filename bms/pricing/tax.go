package pricing

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Bounds of a tax rule. The parts' are what a quote keeps on its stack.
const (
	maxParts = 4
	maxShare = 1_000_000
)

// TaxTableID identifies a TaxTable: "tax-in" for the built-in one of India.
type TaxTableID string

// Classes that the built-in tables know. A table may have others.
const (
	ClassCinema   = "cinema"   // admission to films
	ClassLive     = "live"     // concerts, plays, festivals
	ClassSport    = "sport"    // matches
	ClassStandard = "standard" // everything else: convenience fees, online shows
)

// TaxTable is the taxes of one place, as dated data: a change of rate is a new
// rule, and a quote is taxed by the rules of its day.
type TaxTable struct {
	ID   TaxTableID `json:"id"`
	Name string     `json:"name"`
	// Country is the ISO 3166-1 code of two capital letters; empty for none.
	Country string `json:"country,omitempty"`
	// Rounding is how each tax is rounded to the minor unit.
	Rounding money.Rounding `json:"rounding"`
	// Rules have at most one for a class on any day.
	Rules []TaxRule `json:"rules"`
	// Version counts the changes; with ID it stands for the content in a quote.
	Version int `json:"version"`
}

// TaxRule taxes one class during one period.
type TaxRule struct {
	// Class is what it taxes; empty means every class without a rule of its own
	// that day.
	Class string `json:"class,omitempty"`
	// From is the first day, Until the first day after, both in the venue's
	// zone; empty means open.
	From  Date `json:"from,omitempty"`
	Until Date `json:"until,omitempty"`
	// Basis is which price of a ticket the slabs look at; needed when there is
	// more than one.
	Basis SlabBasis `json:"basis,omitempty"`
	// Slabs are in order of rising UpTo; the last has none.
	Slabs []Slab `json:"slabs"`
	// Parts divide the tax between those who levy it; empty only when every
	// rate is 0.
	Parts []TaxPart `json:"parts,omitempty"`
}

// SlabBasis says which price of one ticket decides its slab.
type SlabBasis string

// The bases of slabs.
const (
	NetPrice   SlabBasis = "net"   // without tax
	GrossPrice SlabBasis = "gross" // with tax
)

// Valid reports whether b is one of the bases.
func (b SlabBasis) Valid() bool { return b == NetPrice || b == GrossPrice }

// Slab is the rate for tickets up to a price.
type Slab struct {
	// UpTo is the highest price that the slab takes; nil in the last slab.
	UpTo *money.Amount `json:"up_to,omitempty"`
	Rate money.Rate    `json:"rate"`
}

// TaxPart is one of those who levy a tax.
type TaxPart struct {
	Name string `json:"name"`
	// Share is the weight of the part among all: 1 and 1 are halves.
	Share int64 `json:"share"`
	// Waivable says that the part is not charged when a show is declared
	// tax-free (Input.TaxFree).
	Waivable bool `json:"waivable,omitempty"`
}

// Date is a calendar day such as "2025-09-22"; empty means open.
type Date string

// Valid reports whether d is a day of the calendar.
func (d Date) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Validate returns an Invalid fault that names the first bad field by its path,
// such as rules[2].slabs[0].rate, or nil.
func (t TaxTable) Validate() error {
	if len(t.Rules) == 0 {
		return fault.Invalidf("rules", "must have at least one entry")
	}
	if !t.Rounding.Valid() {
		return fault.Invalidf("rounding", "must be one of half_up, half_even, half_down, up, down, ceil, floor, not %.16q", string(t.Rounding))
	}
	if t.Country != "" && !isCountry(t.Country) {
		return fault.Invalidf("country", "must be two capital letters, not %.8q", t.Country)
	}
	return firstOf(
		requireText("id", string(t.ID)),
		requireText("name", t.Name),
		each("rules", t.Rules, TaxRule.Validate),
		t.validatePeriods(),
	)
}

// validatePeriods refuses two rules for a class on the same day.
func (t TaxTable) validatePeriods() error {
	for i, later := range t.Rules {
		for j, earlier := range t.Rules[:i] {
			if later.Class == earlier.Class && later.overlaps(earlier) {
				return fault.Invalidf("rules["+itoa(i)+"].from", "overlaps rules[%d] of the same class", j)
			}
		}
	}
	return nil
}

// Validate returns an Invalid fault that names the first bad field, or nil.
func (r TaxRule) Validate() error {
	if r.From != "" && !r.From.Valid() {
		return fault.Invalidf("from", "must be a day such as 2025-09-22, not %.16q", string(r.From))
	}
	if r.Until != "" && (!r.Until.Valid() || r.Until <= r.From) {
		return fault.Invalidf("until", "must be a day after from, not %.16q", string(r.Until))
	}
	if len(r.Slabs) > 1 && !r.Basis.Valid() {
		return fault.Invalidf("basis", "must be net or gross, not %.16q", string(r.Basis))
	}
	return firstOf(optionalText("class", r.Class), r.validateSlabs(), r.validateParts())
}

func (r TaxRule) validateSlabs() error {
	if len(r.Slabs) == 0 {
		return fault.Invalidf("slabs", "must have at least one entry")
	}
	for i := range r.Slabs {
		if err := r.validateSlab(i); err != nil {
			return within("slabs["+itoa(i)+"]", err)
		}
	}
	return nil
}

func (r TaxRule) validateSlab(i int) error {
	limit := r.Slabs[i].UpTo
	if last := i == len(r.Slabs)-1; last != (limit == nil) {
		return fault.Invalidf("up_to", "must be there in every slab but the last")
	}
	if limit == nil {
		return requireRate("rate", r.Slabs[i].Rate, 0, money.Whole)
	}
	if !limit.Currency.Valid() || limit.Currency != r.Slabs[0].UpTo.Currency {
		return fault.Invalidf("up_to", "must be in one currency for all slabs, not in %.8q", string(limit.Currency))
	}
	if i > 0 && limit.Minor <= r.Slabs[i-1].UpTo.Minor {
		return fault.Invalidf("up_to", "must be more than that of the slab before")
	}
	return firstOf(
		requireAmount("up_to", *limit, limit.Currency),
		requireRate("rate", r.Slabs[i].Rate, 0, money.Whole),
	)
}

func (r TaxRule) validateParts() error {
	if len(r.Parts) > maxParts {
		return fault.Invalidf("parts", "has %d entries, at most %d are allowed", len(r.Parts), maxParts)
	}
	for _, s := range r.Slabs {
		if s.Rate > 0 && len(r.Parts) == 0 {
			return fault.Invalidf("parts", "must name the tax, as a rate is not 0")
		}
	}
	return firstOf(
		each("parts", r.Parts, func(p TaxPart) error {
			return firstOf(requireText("name", p.Name), requireCount("share", int(p.Share), 1, maxShare))
		}),
		distinct("parts", r.Parts, func(p TaxPart) string { return p.Name }),
	)
}

// Rule returns the rule for a class on a day: the class's own, else the one for
// every class. Error: an Invalid fault about the field "tax_class" when there
// is none.
func (t TaxTable) Rule(class string, day Date) (*TaxRule, error) {
	var general *TaxRule
	for i := range t.Rules {
		r := &t.Rules[i]
		switch {
		case !r.holdsOn(day):
		case r.Class == class:
			return r, nil
		case r.Class == "":
			general = r
		}
	}
	if general == nil {
		return nil, fault.Invalidf("tax_class", "has no tax: table %.64q has no rule for class %.64q on %s", t.Name, class, day)
	}
	return general, nil
}

// NextChange returns the first day after a day on which a rule begins or ends; empty when none does.
func (t TaxTable) NextChange(after Date) Date {
	var next Date
	for _, r := range t.Rules {
		for _, d := range [...]Date{r.From, r.Until} {
			if d > after && (next == "" || d < next) {
				next = d
			}
		}
	}
	return next
}

// holdsOn reports whether day lies in the rule's period.
func (r TaxRule) holdsOn(day Date) bool {
	return r.From <= day && (r.Until == "" || day < r.Until)
}

// overlaps reports whether some day lies in both periods.
func (r TaxRule) overlaps(other TaxRule) bool {
	return (other.Until == "" || r.From < other.Until) && (r.Until == "" || other.From < r.Until)
}

// isCountry reports whether s is two capital letters.
func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}
