package api

import (
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// amount is money: exact in minor units, and as the number that people read.
type amount struct {
	Minor    int64          `json:"minor"`
	Currency money.Currency `json:"currency"`
	Decimal  string         `json:"decimal"` // "12.50"
}

func amountOf(a money.Amount) amount {
	return amount{Minor: a.Minor, Currency: a.Currency, Decimal: a.Decimal()}
}

// amountIn is a sum that may be the zero Amount, which has no currency of its own.
func amountIn(a money.Amount, c money.Currency) amount {
	return amountOf(money.New(a.Minor, c))
}

// someAmount is a sum that is left out when there is none.
func someAmount(a money.Amount) *amount {
	if a.IsZero() {
		return nil
	}
	wire := amountOf(a)
	return &wire
}

// each makes a list of wire values, empty rather than null.
func each[T, W any](list []T, wire func(T) W) []W {
	out := make([]W, len(list))
	for i, v := range list {
		out[i] = wire(v)
	}
	return out
}

// listOf is a list that is empty rather than null.
func listOf[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// factor explains how demand moves prices.
type factor struct {
	RatePPM     money.Rate   `json:"rate_ppm"` // 1,000,000 leaves list prices as they are
	Adjustments []adjustment `json:"adjustments"`
}

type adjustment struct {
	Cause     pricing.Cause `json:"cause"`
	Measured  int64         `json:"measured"`
	Threshold int64         `json:"threshold"`
	AdjustPPM money.Rate    `json:"adjust_ppm"`
}

func factorOf(f *pricing.Factor) *factor {
	if f == nil {
		return nil
	}
	return &factor{RatePPM: f.Rate, Adjustments: each(f.Adjustments, func(a pricing.Adjustment) adjustment {
		return adjustment{Cause: a.Cause, Measured: a.Measured, Threshold: a.Threshold, AdjustPPM: a.Adjust}
	})}
}
