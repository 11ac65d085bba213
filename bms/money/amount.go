package money

import (
	"cmp"
	"math"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Sentinels of this package, both Invalid faults.
var (
	// ErrOverflow says that a result does not fit in 64 bits of minor units.
	ErrOverflow = fault.New(fault.Invalid, "amount_overflow", "the amount is too large")
	// ErrCurrency says that two amounts of different currencies met; the error
	// itself is a *MismatchError, which names both.
	ErrCurrency = fault.New(fault.Invalid, "currency_mismatch", "the amounts are in different currencies")
)

// MismatchError is the error of an operation on two currencies. It unwraps to
// ErrCurrency.
type MismatchError struct {
	Left, Right Currency
}

// Error names both currencies.
func (e *MismatchError) Error() string {
	return "cannot combine an amount in " + string(e.Left) + " with one in " + string(e.Right)
}

// Unwrap returns ErrCurrency.
func (e *MismatchError) Unwrap() error { return ErrCurrency }

// Amount is an exact sum of money. The zero Amount has no currency and may be
// added to and compared with an Amount of any currency.
//
// Arithmetic does not check that Currency is Valid: Parse and JSON do, and
// whoever builds an Amount by hand answers for its currency.
type Amount struct {
	// Minor is the value in minor units of Currency: cents for EUR, whole yen
	// for JPY, fils for KWD. Negative amounts are refunds and discounts.
	Minor int64 `json:"minor"`
	// Currency is empty only in the zero Amount.
	Currency Currency `json:"currency"`
}

// New returns the Amount of c with the value minor, in minor units.
func New(minor int64, c Currency) Amount { return Amount{Minor: minor, Currency: c} }

// Zero returns nothing in the currency c.
func Zero(c Currency) Amount { return Amount{Currency: c} }

// Add returns a + b. Errors: ErrCurrency, ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	c, err := common(a, b)
	if err != nil {
		return Amount{}, err
	}
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) {
		return Amount{}, ErrOverflow
	}
	return New(sum, c), nil
}

// Sub returns a - b. Errors: ErrCurrency, ErrOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	c, err := common(a, b)
	if err != nil {
		return Amount{}, err
	}
	difference := a.Minor - b.Minor
	if (difference < a.Minor) != (b.Minor > 0) {
		return Amount{}, ErrOverflow
	}
	return New(difference, c), nil
}

// Neg returns -a. Error: ErrOverflow, for the smallest int64 alone.
func (a Amount) Neg() (Amount, error) {
	if a.Minor == math.MinInt64 {
		return Amount{}, ErrOverflow
	}
	return New(-a.Minor, a.Currency), nil
}

// MulInt returns a * n. Error: ErrOverflow.
func (a Amount) MulInt(n int64) (Amount, error) {
	product := a.Minor * n
	if a.Minor != 0 && (product/a.Minor != n || (a.Minor == -1 && n == math.MinInt64)) {
		return Amount{}, ErrOverflow
	}
	return New(product, a.Currency), nil
}

// Cmp returns -1, 0 or 1 as a is less than, equal to or more than b.
// Error: ErrCurrency.
func (a Amount) Cmp(b Amount) (int, error) {
	if _, err := common(a, b); err != nil {
		return 0, err
	}
	return cmp.Compare(a.Minor, b.Minor), nil
}

// Equal reports whether a and b are the same money: Cmp without error and 0. So
// the zero Amount equals EUR 0, and EUR 0 does not equal USD 0.
func (a Amount) Equal(b Amount) bool {
	_, err := common(a, b)
	return err == nil && a.Minor == b.Minor
}

// IsZero reports whether a is nothing, whatever its currency.
func (a Amount) IsZero() bool { return a.Minor == 0 }

// IsNegative reports whether a is less than nothing.
func (a Amount) IsNegative() bool { return a.Minor < 0 }

// IsPositive reports whether a is more than nothing.
func (a Amount) IsPositive() bool { return a.Minor > 0 }

// Sum returns the total of amounts, the zero Amount when there are none.
// Errors: ErrCurrency, ErrOverflow.
func Sum(amounts ...Amount) (Amount, error) {
	var total Amount
	for _, a := range amounts {
		var err error
		if total, err = total.Add(a); err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}

// common returns the currency that a and b share; the zero Amount takes the
// other's.
func common(a, b Amount) (Currency, error) {
	switch {
	case a.Currency == b.Currency, b == Amount{}:
		return a.Currency, nil
	case a == Amount{}:
		return b.Currency, nil
	}
	return "", &MismatchError{Left: a.Currency, Right: b.Currency}
}
