package api

import (
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// priceTable is what a show's places cost now.
type priceTable struct {
	Currency    money.Currency `json:"currency"`
	TaxIncluded bool           `json:"tax_included"`
	AddsUp      bool           `json:"adds_up"`
	BuyerTypes  []buyerType    `json:"buyer_types"`
	Prices      []price        `json:"prices"`
	Fees        []fee          `json:"fees"`
	Dynamic     *factor        `json:"dynamic,omitempty"`
}

type buyerType struct {
	Key        string `json:"key"`
	Name       string `json:"name"`
	MinAge     int    `json:"min_age,omitempty"`
	MaxAge     int    `json:"max_age,omitempty"`
	NeedsProof bool   `json:"needs_proof"`
}

type price struct {
	Category  string `json:"category"`
	BuyerType string `json:"buyer_type,omitempty"`
	Amount    amount `json:"amount"`
	AllIn     amount `json:"all_in"`
}

type fee struct {
	Key        string         `json:"key"`
	Name       string         `json:"name"`
	Per        pricing.FeePer `json:"per"`
	Fixed      *amount        `json:"fixed,omitempty"`
	PercentPPM money.Rate     `json:"percent_ppm,omitempty"`
	Min        *amount        `json:"min,omitempty"`
	Max        *amount        `json:"max,omitempty"`
	Refundable bool           `json:"refundable"`
}

func priceTableOf(t bms.PriceTable) priceTable {
	return priceTable{
		Currency: t.Currency, TaxIncluded: t.TaxIncluded, AddsUp: t.AddsUp, Dynamic: factorOf(t.Dynamic),
		BuyerTypes: each(t.BuyerTypes, func(b pricing.BuyerType) buyerType { return buyerType(b) }),
		Prices: each(t.Rows, func(r bms.PriceRow) price {
			return price{Category: r.Category, BuyerType: r.BuyerType, Amount: amountOf(r.Amount), AllIn: amountOf(r.AllIn)}
		}),
		Fees: each(t.Fees, feeOf),
	}
}

func feeOf(f pricing.Fee) fee {
	wire := fee{Key: f.Key, Name: f.Name, Per: f.Per, Fixed: someAmount(f.Fixed), PercentPPM: f.Percent, Refundable: f.Refundable}
	if f.Min != nil {
		wire.Min = someAmount(*f.Min)
	}
	if f.Max != nil {
		wire.Max = someAmount(*f.Max)
	}
	return wire
}

// quote is the full price of a hold or a booking, line by line.
type quote struct {
	At           time.Time      `json:"at"`
	InputsDigest string         `json:"inputs_digest"`
	Currency     money.Currency `json:"currency"`
	TaxIncluded  bool           `json:"tax_included"`
	Dynamic      *factor        `json:"dynamic,omitempty"`
	Lines        []quoteLine    `json:"lines"`
	Fees         []quoteFee     `json:"fees"`
	Taxes        []quoteTax     `json:"taxes"`
	Discounts    []discount     `json:"discounts"`
	Subtotal     amount         `json:"subtotal"`
	Discount     amount         `json:"discount"`
	Net          amount         `json:"net"`
	Tax          amount         `json:"tax"`
	Total        amount         `json:"total"`
}

type quoteLine struct {
	Seat       string         `json:"seat,omitempty"`
	Category   string         `json:"category"`
	BuyerType  string         `json:"buyer_type,omitempty"`
	Base       amount         `json:"base"`
	Price      amount         `json:"price"`
	Discounts  []lineDiscount `json:"discounts"`
	TaxRatePPM money.Rate     `json:"tax_rate_ppm"`
	Net        amount         `json:"net"`
	Tax        amount         `json:"tax"`
	Gross      amount         `json:"gross"`
	Fees       amount         `json:"fees"`
}

type lineDiscount struct {
	Kind   pricing.DiscountKind `json:"kind"`
	Key    string               `json:"key"`
	Amount amount               `json:"amount"`
}

type quoteFee struct {
	Key        string         `json:"key"`
	Name       string         `json:"name"`
	Per        pricing.FeePer `json:"per"`
	Refundable bool           `json:"refundable"`
	TaxRatePPM money.Rate     `json:"tax_rate_ppm"`
	Net        amount         `json:"net"`
	Tax        amount         `json:"tax"`
	Gross      amount         `json:"gross"`
}

type quoteTax struct {
	RatePPM money.Rate `json:"rate_ppm"`
	Net     amount     `json:"net"`
	Tax     amount     `json:"tax"`
	Parts   []taxPart  `json:"parts"`
}

type taxPart struct {
	Name   string `json:"name"`
	Amount amount `json:"amount"`
}

type discount struct {
	Kind    pricing.DiscountKind `json:"kind"`
	Key     string               `json:"key"`
	Name    string               `json:"name"`
	Tickets int                  `json:"tickets"`
	Amount  amount               `json:"amount"`
}

func quoteOf(q pricing.Quote) quote {
	return quote{
		At: q.At, InputsDigest: q.InputsDigest, Currency: q.Currency, TaxIncluded: q.TaxIncluded, Dynamic: factorOf(q.Dynamic),
		Lines: each(q.Lines, quoteLineOf), Fees: each(q.Fees, quoteFeeOf), Taxes: each(q.Taxes, quoteTaxOf),
		Discounts: each(q.Discounts, func(d pricing.Discount) discount {
			return discount{Kind: d.Kind, Key: d.Key, Name: d.Name, Tickets: d.Tickets, Amount: amountIn(d.Amount, q.Currency)}
		}),
		Subtotal: amountOf(q.Subtotal), Discount: amountIn(q.Discount, q.Currency),
		Net: amountOf(q.Net), Tax: amountIn(q.TaxTotal, q.Currency), Total: amountOf(q.Total),
	}
}

func quoteLineOf(l pricing.Line) quoteLine {
	currency := l.Price.Currency
	return quoteLine{
		Seat: l.Seat, Category: l.Category, BuyerType: l.BuyerType, Base: amountOf(l.Base), Price: amountOf(l.Price),
		Discounts: each(l.Discounts, func(d pricing.LineDiscount) lineDiscount {
			return lineDiscount{Kind: d.Kind, Key: d.Key, Amount: amountIn(d.Amount, currency)}
		}),
		TaxRatePPM: l.TaxRate, Net: amountIn(l.Net, currency), Tax: amountIn(l.Tax, currency),
		Gross: amountIn(l.Gross, currency), Fees: amountIn(l.Fees, currency),
	}
}

func quoteFeeOf(f pricing.FeeLine) quoteFee {
	return quoteFee{
		Key: f.Key, Name: f.Name, Per: f.Per, Refundable: f.Refundable, TaxRatePPM: f.TaxRate,
		Net: amountOf(f.Net), Tax: amountIn(f.Tax, f.Net.Currency), Gross: amountOf(f.Gross),
	}
}

func quoteTaxOf(t pricing.TaxLine) quoteTax {
	currency := t.Net.Currency
	return quoteTax{RatePPM: t.Rate, Net: amountOf(t.Net), Tax: amountIn(t.Tax, currency), Parts: each(t.Parts, func(p pricing.TaxAmount) taxPart {
		return taxPart{Name: p.Name, Amount: amountIn(p.Amount, currency)}
	})}
}
