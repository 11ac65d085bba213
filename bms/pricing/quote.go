package pricing

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Quote is the full price of a hold. It is kept as it was made; Requote adds a
// voucher to it without moving its prices.
type Quote struct {
	// At is the moment of the quote, in UTC.
	At time.Time `json:"at"`
	// List, Tax and their versions say what it was made from, InputsDigest what
	// else: the same digest means the same quote.
	List         PriceListID `json:"list"`
	ListVersion  int         `json:"list_version"`
	Tax          TaxTableID  `json:"tax_table"`
	TaxVersion   int         `json:"tax_version"`
	InputsDigest string      `json:"inputs_digest"`

	Currency money.Currency `json:"currency"`
	// TaxIncluded says whether list prices (Base, Price, discounts, Subtotal,
	// Discount) include tax.
	TaxIncluded bool `json:"tax_included"`
	// Rounding is the mode that was applied, never net_sum_business_only.
	Rounding OrderRounding `json:"rounding"`
	// Daypart is the key of the show's daypart; empty when it has none.
	Daypart string `json:"daypart,omitempty"`
	// Dynamic explains the factor; nil when prices are fixed.
	Dynamic *Factor `json:"dynamic,omitempty"`

	// Lines are the tickets, in the order of the items.
	Lines []Line `json:"lines"`
	// Fees are the fees that were charged, in the order of the list.
	Fees []FeeLine `json:"fees,omitempty"`
	// Taxes has one entry for each rate, those of 0 included.
	Taxes []TaxLine `json:"taxes"`
	// Discounts has an entry for each offer that applied and each voucher of the
	// input: with no tickets when an offer was better for the buyer.
	Discounts []Discount `json:"discounts,omitempty"`

	// Subtotal is the sum of the tickets' Price, Discount what was taken off.
	Subtotal money.Amount `json:"subtotal"`
	Discount money.Amount `json:"discount"`
	// Net and TaxTotal are the sums over tickets and fees, Total what to pay.
	Net      money.Amount `json:"net"`
	TaxTotal money.Amount `json:"tax"`
	Total    money.Amount `json:"total"`
}

// Line is one ticket. What it costs its buyer is Gross + Fees.
type Line struct {
	Key       string `json:"key"`
	Category  string `json:"category"`
	BuyerType string `json:"buyer_type,omitempty"`
	Seat      string `json:"seat,omitempty"`
	// Base is the list price, Price that after the dynamic factor.
	Base  money.Amount `json:"base"`
	Price money.Amount `json:"price"`
	// Discounts lower Price, offers before vouchers.
	Discounts []LineDiscount `json:"discounts,omitempty"`
	// TaxRate is what was charged: without the parts that the state waived.
	TaxRate money.Rate   `json:"tax_rate"`
	Net     money.Amount `json:"net"`
	Tax     money.Amount `json:"tax"`
	Gross   money.Amount `json:"gross"`
	// TaxParts divide Tax; empty when it has one part only.
	TaxParts []TaxAmount `json:"tax_parts,omitempty"`
	// Fees is the ticket's share of all fees with tax, FeesTax the tax in it,
	// FeesRefundable the share of those that may be given back, with tax.
	Fees           money.Amount `json:"fees"`
	FeesTax        money.Amount `json:"fees_tax"`
	FeesRefundable money.Amount `json:"fees_refundable"`
}

// FeeLine is one fee, for all tickets together.
type FeeLine struct {
	Key        string       `json:"key"`
	Name       string       `json:"name"`
	Per        FeePer       `json:"per"`
	Refundable bool         `json:"refundable,omitempty"`
	TaxRate    money.Rate   `json:"tax_rate"`
	Net        money.Amount `json:"net"`
	Tax        money.Amount `json:"tax"`
	Gross      money.Amount `json:"gross"`
}

// TaxLine is the tax of one rate.
type TaxLine struct {
	Rate money.Rate   `json:"rate"`
	Net  money.Amount `json:"net"`
	Tax  money.Amount `json:"tax"`
	// Parts divide Tax by who levies it; empty when nobody does.
	Parts []TaxAmount `json:"parts,omitempty"`
}

// TaxAmount is one part of a tax.
type TaxAmount struct {
	Name   string       `json:"name"`
	Amount money.Amount `json:"amount"`
}

// DiscountKind says where a discount comes from.
type DiscountKind string

// The kinds of discounts.
const (
	FromOffer   DiscountKind = "offer"
	FromVoucher DiscountKind = "voucher"
)

// Valid reports whether k is one of the kinds.
func (k DiscountKind) Valid() bool { return k == FromOffer || k == FromVoucher }

// LineDiscount is what one offer or voucher takes off one ticket.
type LineDiscount struct {
	Kind DiscountKind `json:"kind"`
	// Key is the offer's key or the voucher's id.
	Key    string       `json:"key"`
	Amount money.Amount `json:"amount"`
}

// Discount is what one offer or voucher takes off in all.
type Discount struct {
	Kind DiscountKind `json:"kind"`
	Key  string       `json:"key"`
	// Name is the offer's name, the voucher's code.
	Name string `json:"name"`
	// Tickets is how many it lowered; a voucher with 0 is not used up.
	Tickets int          `json:"tickets"`
	Amount  money.Amount `json:"amount"`
}

// Used returns the ids of the vouchers that lowered a ticket, in the order of
// the input. Only these count as uses.
func (q Quote) Used() []VoucherID {
	var used []VoucherID
	for _, d := range q.Discounts {
		if d.Kind == FromVoucher && d.Tickets > 0 {
			used = append(used, VoucherID(d.Key))
		}
	}
	return used
}

// Validate checks that the quote adds up: tickets and shares of fees to the
// total, fees to the shares, taxes to their parts. Error: an Invalid fault that
// names the sum that is wrong.
func (q Quote) Validate() error {
	if !q.Currency.Valid() || len(q.Lines) == 0 {
		return fault.Invalidf("lines", "must have at least one ticket, in a valid currency")
	}
	var s sums
	for i := range q.Lines {
		if err := within("lines["+itoa(i)+"]", s.line(&q.Lines[i])); err != nil {
			return err
		}
	}
	for i := range q.Fees {
		s.fee(&q.Fees[i])
	}
	for i := range q.Taxes {
		if err := within("taxes["+itoa(i)+"]", s.taxLine(&q.Taxes[i])); err != nil {
			return err
		}
	}
	return s.check(&q)
}

// sums adds up the columns of a quote.
type sums struct {
	price, cut              int64 // of tickets, list prices
	net, tax, gross         int64 // of tickets and fees
	shares, sharesTax       int64 // of fees, by ticket
	fees, feesTax           int64 // of fees, by fee
	taxedNet, taxedTax      int64 // by rate
	refundable, refundable2 int64
}

func (s *sums) line(l *Line) error {
	cuts := int64(0)
	for _, d := range l.Discounts {
		cuts += d.Amount.Minor
	}
	s.price += l.Price.Minor
	s.cut += cuts
	s.net, s.tax, s.gross = s.net+l.Net.Minor, s.tax+l.Tax.Minor, s.gross+l.Gross.Minor
	s.shares, s.sharesTax = s.shares+l.Fees.Minor, s.sharesTax+l.FeesTax.Minor
	s.refundable += l.FeesRefundable.Minor
	return firstOf(
		equal("gross", l.Net.Minor+l.Tax.Minor, l.Gross.Minor),
		equal("tax_parts", partsOr(l.TaxParts, l.Tax.Minor), l.Tax.Minor),
		notBelow("price", l.Price.Minor, cuts),
	)
}

func (s *sums) fee(f *FeeLine) {
	s.net, s.tax, s.gross = s.net+f.Net.Minor, s.tax+f.Tax.Minor, s.gross+f.Gross.Minor
	s.fees, s.feesTax = s.fees+f.Gross.Minor, s.feesTax+f.Tax.Minor
	if f.Refundable {
		s.refundable2 += f.Gross.Minor
	}
}

func (s *sums) taxLine(t *TaxLine) error {
	s.taxedNet, s.taxedTax = s.taxedNet+t.Net.Minor, s.taxedTax+t.Tax.Minor
	return equal("parts", partsOr(t.Parts, t.Tax.Minor), t.Tax.Minor)
}

func (s *sums) check(q *Quote) error {
	return firstOf(
		equal("subtotal", s.price, q.Subtotal.Minor),
		equal("discount", s.cut, q.Discount.Minor),
		equal("net", s.net, q.Net.Minor),
		equal("tax", s.tax, q.TaxTotal.Minor),
		equal("total", s.gross, q.Total.Minor),
		equal("taxes", s.taxedNet, s.net),
		equal("taxes", s.taxedTax, s.tax),
		equal("fees", s.shares, s.fees),
		equal("fees", s.sharesTax, s.feesTax),
		equal("fees", s.refundable, s.refundable2),
	)
}

// partsOr returns the sum of parts, or whole when there are none.
func partsOr(parts []TaxAmount, whole int64) int64 {
	if len(parts) == 0 {
		return whole
	}
	total := int64(0)
	for _, p := range parts {
		total += p.Amount.Minor
	}
	return total
}

func equal(field string, got, want int64) error {
	if got != want {
		return fault.Invalidf(field, "does not add up: %d and %d minor units", got, want)
	}
	return nil
}

func notBelow(field string, whole, part int64) error {
	if part > whole {
		return fault.Invalidf(field, "is %d minor units, less than its discounts of %d", whole, part)
	}
	return nil
}
