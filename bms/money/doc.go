// Package money holds exact amounts of money: whole minor units of one ISO 4217
// currency, with checked arithmetic, rates in parts per million and rounding
// that is always an argument.
//
//	price := money.New(1250, "EUR")                       // EUR 12.50
//	tax, err := price.TaxIncluded(190_000, money.HalfUp)  // the 19 % inside it: EUR 2.00
//	shares, err := price.Allocate(1, 1, 1)                // 4.17 + 4.17 + 4.16
//
// An Amount is an immutable value. Nothing here uses floating point, loses a
// minor unit, wraps around or mixes currencies: what cannot be said exactly is
// an error. Every function may be called from several goroutines at once.
package money
