package money

// Parse reads an amount of c without regard to locale: an optional minus,
// digits, and a point followed by at most as many decimals as c has. Grouping,
// exponents, signs of currency and surrounding space are refused. Errors:
// ErrOverflow; Invalid faults about the fields "currency" and "amount".
func Parse(s string, c Currency) (Amount, error) {
	if _, err := ParseCurrency(string(c)); err != nil {
		return Amount{}, err
	}
	minor, err := parseDecimal("amount", s, c.Exponent())
	if err != nil {
		return Amount{}, err
	}
	return New(minor, c), nil
}

// Decimal returns the value with all decimals of its currency and no grouping:
// "12.50". Parse reads it back.
func (a Amount) Decimal() string { return formatDecimal(a.Minor, a.Currency.Exponent()) }

// String returns the currency and the value: "EUR 12.50"; "0" for the zero
// Amount. It is meant for logs and messages, not for pages.
func (a Amount) String() string {
	if a.Currency == "" {
		return a.Decimal()
	}
	return string(a.Currency) + " " + a.Decimal()
}
