package pricing

import (
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
)

// PriceListPrefix begins the identifier of a PriceList.
const PriceListPrefix = "prl"

// PriceListID identifies a PriceList.
type PriceListID string

// NewPriceListID returns a fresh identifier that sorts by now.
func NewPriceListID(now time.Time) PriceListID { return id.New[PriceListID](PriceListPrefix, now) }

// PriceList is what a partner charges for the shows that use it.
type PriceList struct {
	ID        PriceListID    `json:"id"`
	PartnerID string         `json:"partner_id"`
	Name      string         `json:"name"`
	Currency  money.Currency `json:"currency"`
	// TaxIncluded says whether the amounts of this list, its fees and the
	// vouchers used with it include tax.
	TaxIncluded bool `json:"tax_included"`
	// TaxTable is the table to tax with, TaxClass the class of its tickets.
	TaxTable TaxTableID `json:"tax_table"`
	TaxClass string     `json:"tax_class"`
	// Rounding is how taxes are rounded over an order.
	Rounding OrderRounding `json:"rounding"`
	// BuyerTypes are the kinds of buyers; the first is the one assumed when an
	// item names none. Empty means that prices do not depend on the buyer.
	BuyerTypes []BuyerType `json:"buyer_types,omitempty"`
	// Dayparts are tried in order; the first that covers the show's start counts.
	Dayparts []Daypart `json:"dayparts,omitempty"`
	Prices   []Price   `json:"prices"`
	// Fees are charged in this order.
	Fees []Fee `json:"fees,omitempty"`
	// Offers are the automatic discounts, 5 at most.
	Offers []Offer `json:"offers,omitempty"`
	// Dynamic moves prices with demand; nil means fixed prices.
	Dynamic *Dynamic `json:"dynamic,omitempty"`
	// Version counts the changes; with ID it stands for the content in a quote.
	Version int `json:"version"`
}

// Price is one entry of a list. Of the entries that match a ticket the most
// specific counts: one for the buyer type before one for the daypart.
type Price struct {
	Category string `json:"category"`
	// BuyerType and Daypart are keys of the list; empty means any.
	BuyerType string       `json:"buyer_type,omitempty"`
	Daypart   string       `json:"daypart,omitempty"`
	Amount    money.Amount `json:"amount"`
}

// BuyerType is a kind of buyer: adult, child, senior, student.
type BuyerType struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	// MinAge and MaxAge are in full years, both inclusive; MaxAge 0 means no limit.
	MinAge int `json:"min_age,omitempty"`
	MaxAge int `json:"max_age,omitempty"`
	// NeedsProof says that the gate asks for a card: student, disabled, member.
	NeedsProof bool `json:"needs_proof,omitempty"`
}

// Validate returns an Invalid fault that names the first bad field by its path,
// such as prices[3].amount, or nil. Compute expects lists that are valid.
func (l PriceList) Validate() error {
	return firstOf(l.validateHead(), l.validateKeys(), l.validatePrices(), l.validateExtras())
}

func (l PriceList) validateHead() error {
	if _, err := money.ParseCurrency(string(l.Currency)); err != nil {
		return err
	}
	if !l.Rounding.Valid() {
		return fault.Invalidf("rounding", "must be one of line, net_sum, net_sum_keep_gross, net_sum_business_only, not %.32q", string(l.Rounding))
	}
	return firstOf(
		requireText("id", string(l.ID)),
		requireText("partner_id", l.PartnerID),
		requireText("name", l.Name),
		requireText("tax_table", string(l.TaxTable)),
		requireText("tax_class", l.TaxClass),
	)
}

func (l PriceList) validateKeys() error {
	return firstOf(
		each("buyer_types", l.BuyerTypes, BuyerType.Validate),
		distinct("buyer_types", l.BuyerTypes, func(b BuyerType) string { return b.Key }),
		each("dayparts", l.Dayparts, Daypart.Validate),
		distinct("dayparts", l.Dayparts, func(d Daypart) string { return d.Key }),
	)
}

func (l PriceList) validatePrices() error {
	if len(l.Prices) == 0 {
		return fault.Invalidf("prices", "must have at least one entry")
	}
	buyers := append(keysOf(l.BuyerTypes, func(b BuyerType) string { return b.Key }), "")
	dayparts := append(keysOf(l.Dayparts, func(d Daypart) string { return d.Key }), "")
	return firstOf(
		each("prices", l.Prices, func(p Price) error {
			return firstOf(
				requireText("category", p.Category),
				requireKnown("buyer_type", p.BuyerType, buyers),
				requireKnown("daypart", p.Daypart, dayparts),
				requireAmount("amount", p.Amount, l.Currency),
			)
		}),
		distinct("prices", l.Prices, func(p Price) string { return p.Category + "\x00" + p.BuyerType + "\x00" + p.Daypart }),
	)
}

func (l PriceList) validateExtras() error {
	if l.Dynamic != nil {
		if err := within("dynamic", l.Dynamic.Validate()); err != nil {
			return err
		}
	}
	if len(l.Offers) > maxOffers {
		return fault.Invalidf("offers", "has %d entries, at most %d are allowed", len(l.Offers), maxOffers)
	}
	return firstOf(
		each("fees", l.Fees, func(f Fee) error { return f.validate(l.Currency) }),
		distinct("fees", l.Fees, func(f Fee) string { return f.Key }),
		each("offers", l.Offers, func(o Offer) error { return o.validate(l.Currency) }),
		distinct("offers", l.Offers, func(o Offer) string { return o.Key }),
	)
}

// CheckTax returns an Invalid fault that names what the list's table cannot tax, or nil: a class without a
// rule, or slabs in another currency. That no day is without a rule is the table's own affair.
func (l PriceList) CheckTax(t TaxTable) error {
	classes := append([]string{l.TaxClass}, keysOf(l.Fees, func(f Fee) string { return f.TaxClass })...)
	for i, class := range classes {
		field := "tax_class"
		if i > 0 {
			field = "fees[" + itoa(i-1) + "].tax_class"
		}
		found := false
		for _, r := range t.Rules {
			if r.Class != "" && r.Class != class {
				continue
			}
			found = true
			if len(r.Slabs) > 0 && r.Slabs[0].UpTo != nil && r.Slabs[0].UpTo.Currency != l.Currency {
				limit := r.Slabs[0].UpTo
				return fault.Invalidf(field, "the tax table %.64q has slabs for it in %.3q but the price list is in %.3q", t.Name, string(limit.Currency), string(l.Currency))
			}
		}
		if !found {
			return fault.Invalidf(field, "the tax table %.64q has no rule for %.64q", t.Name, class)
		}
	}
	return nil
}

// Validate returns an Invalid fault that names the first bad field, or nil.
func (b BuyerType) Validate() error {
	if b.MaxAge != 0 && b.MaxAge < b.MinAge {
		return fault.Invalidf("max_age", "must not be less than min_age, %d", b.MinAge)
	}
	return firstOf(
		requireText("key", b.Key),
		requireText("name", b.Name),
		requireCount("min_age", b.MinAge, 0, maxAgeYears),
		requireCount("max_age", b.MaxAge, 0, maxAgeYears),
	)
}

// DaypartAt returns the key of the first daypart that covers a show starting at
// local, a time in the venue's zone; empty when none does.
func (l PriceList) DaypartAt(local time.Time) string {
	for _, d := range l.Dayparts {
		if d.Covers(local) {
			return d.Key
		}
	}
	return ""
}

// Price returns the list price of a category for a buyer type in a daypart,
// each of which may be empty, in the list's currency. An empty buyer type is the list's first. Errors:
// Invalid faults about the fields "buyer_type", for one that the list does not
// have, and "category", when nothing matches.
func (l PriceList) Price(category, buyerType, daypart string) (money.Amount, error) {
	buyerType, err := l.buyerType(buyerType)
	if err != nil {
		return money.Amount{}, err
	}
	best, bestScore := -1, -1
	for i := range l.Prices {
		if score := l.Prices[i].match(category, buyerType, daypart); score > bestScore {
			best, bestScore = i, score
		}
	}
	if best < 0 {
		return money.Amount{}, fault.Invalidf("category", "has no price: price list %.64q has none for category %.64q and buyer type %.64q", l.Name, category, buyerType)
	}
	price := l.Prices[best].Amount
	if err := requireAmount("category", price, l.Currency); err != nil {
		return money.Amount{}, err
	}
	return money.New(price.Minor, l.Currency), nil
}

// buyerType returns key, or the list's first buyer type when key is empty.
func (l PriceList) buyerType(key string) (string, error) {
	if key == "" && len(l.BuyerTypes) > 0 {
		return l.BuyerTypes[0].Key, nil
	}
	known := key == "" || slices.ContainsFunc(l.BuyerTypes, func(b BuyerType) bool { return b.Key == key })
	if !known {
		return "", fault.Invalidf("buyer_type", "is %.64q, which price list %.64q does not have", key, l.Name)
	}
	return key, nil
}

// match returns how specifically p applies, -1 when it does not.
func (p *Price) match(category, buyerType, daypart string) int {
	score := 0
	if p.Category != category {
		return -1
	}
	switch p.BuyerType {
	case "":
	case buyerType:
		score += 2
	default:
		return -1
	}
	switch p.Daypart {
	case "":
	case daypart:
		score++
	default:
		return -1
	}
	return score
}

// keysOf returns the key of each entry.
func keysOf[T, K any](entries []T, key func(T) K) []K {
	keys := make([]K, 0, len(entries)+1)
	for _, entry := range entries {
		keys = append(keys, key(entry))
	}
	return keys
}
