package cldr

import (
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/money"
)

// Money returns an amount with all decimals that its currency has: "₹1,18,000.00", "1.234,00 €", "KWD 3.500". The
// zero Amount, which has no currency, is a number alone.
func (f *Format) Money(a money.Amount) string { return f.amount(a, false) }

// Price is Money without decimals that are all zero, for price tags: "₹200".
func (f *Format) Price(a money.Amount) string { return f.amount(a, true) }

func (f *Format) amount(a money.Amount, price bool) string {
	n, decimals := magnitude(a.Minor), a.Currency.Exponent()
	if unit := pow10(decimals); price && n%unit == 0 {
		n, decimals = n/unit, 0
	}
	symbol := f.Symbol(a.Currency)
	var buf [64]byte
	dst := append(buf[:0], f.mark...)
	if a.Minor < 0 {
		dst = append(dst, f.minus...)
	}
	if symbol == "" {
		return string(f.appendDecimal(dst, n, decimals, false))
	}
	if f.symbolBehind {
		dst = f.appendDecimal(dst, n, decimals, false)
		dst = append(dst, nbsp...)
		return string(append(dst, symbol...))
	}
	dst = append(dst, symbol...)
	if wantsSpace(symbol) {
		dst = append(dst, nbsp...)
	}
	return string(f.appendDecimal(dst, n, decimals, false))
}

// Symbol returns what a currency is called beside an amount: its sign, where readers know it, and else its code.
func (f *Format) Symbol(c money.Currency) string {
	if symbol, ok := f.symbols[string(c)]; ok {
		return symbol
	}
	if symbol, ok := symbols[string(c)]; ok {
		return symbol
	}
	return string(c)
}

// wantsSpace reports whether a symbol before an amount is kept apart from it: one that ends in a
// letter is. Source: CLDR, currencySpacing.
func wantsSpace(symbol string) bool {
	last, _ := utf8.DecodeLastRuneInString(symbol)
	return !unicode.IsSymbol(last)
}

// pow10 is 10 to the power of a small exponent.
func pow10(exponent int) uint64 {
	n := uint64(1)
	for range exponent {
		n *= 10
	}
	return n
}
