package money

import (
	"cmp"
	"math"
	"math/bits"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Rounding says what becomes of the part of a minor unit that cannot be kept.
// The zero value is not Valid: whoever divides money says how.
type Rounding string

// The ways to round, with what each makes of -2.5, 2.5 and 2.6.
const (
	HalfUp   Rounding = "half_up"   // to the nearest, halves away from zero: -3, 3, 3
	HalfEven Rounding = "half_even" // to the nearest, halves to the even one: -2, 2, 3
	HalfDown Rounding = "half_down" // to the nearest, halves towards zero: -2, 2, 3
	Up       Rounding = "up"        // away from zero: -3, 3, 3
	Down     Rounding = "down"      // towards zero: -2, 2, 2
	Ceil     Rounding = "ceil"      // to the greater: -2, 3, 3
	Floor    Rounding = "floor"     // to the lesser: -3, 2, 2
)

// Valid reports whether r is one of the roundings of this package.
func (r Rounding) Valid() bool {
	switch r {
	case HalfUp, HalfEven, HalfDown, Up, Down, Ceil, Floor:
		return true
	}
	return false
}

// Mul returns r of a: 18 % of it for the rate 180_000. The product is computed
// in 128 bits and rounded once. Errors: ErrOverflow, an Invalid fault for a
// Rounding that is not Valid.
func (a Amount) Mul(r Rate, how Rounding) (Amount, error) {
	return a.MulRatio(int64(r), int64(Whole), how)
}

// MulRatio returns a * num / den, computed in 128 bits and rounded once.
// Errors: ErrOverflow, an Invalid fault for den < 1 or a Rounding that is not
// Valid.
func (a Amount) MulRatio(num, den int64, how Rounding) (Amount, error) {
	if den < 1 {
		return Amount{}, fault.Invalidf("den", "must be at least 1, not %d", den)
	}
	if !how.Valid() {
		return Amount{}, fault.Invalidf("rounding", "must be one of half_up, half_even, half_down, up, down, ceil, floor, not %.16q", string(how))
	}
	divisor := magnitude(den)
	hi, lo := bits.Mul64(magnitude(a.Minor), magnitude(num))
	if hi >= divisor {
		return Amount{}, ErrOverflow
	}
	quotient, rest := bits.Div64(hi, lo, divisor)
	sign := cmp.Compare(a.Minor, 0) * cmp.Compare(num, 0)
	if how.away(quotient, rest, divisor, sign) {
		if quotient++; quotient == 0 {
			return Amount{}, ErrOverflow
		}
	}
	minor, ok := signed(quotient, sign)
	if !ok {
		return Amount{}, ErrOverflow
	}
	return New(minor, a.Currency), nil
}

// TaxIncluded returns the tax in the gross amount a at the rate r, a * r / (1 + r). Errors: as MulRatio; an Invalid fault for a rate of -100 %
// or less.
func (a Amount) TaxIncluded(r Rate, how Rounding) (Amount, error) {
	if r <= -Whole || r > math.MaxInt64-Whole {
		return Amount{}, fault.Invalidf("rate", "must be more than -100%%, not %s", r)
	}
	return a.MulRatio(int64(r), int64(Whole+r), how)
}

// RoundTo returns a as a multiple of step minor units, as cash is rounded where
// small coins are gone: step 5 for Swiss francs. Errors: ErrOverflow, an
// Invalid fault for step < 1 or a Rounding that is not Valid.
func (a Amount) RoundTo(step int64, how Rounding) (Amount, error) {
	if step < 1 {
		return Amount{}, fault.Invalidf("step", "must be at least 1 minor unit, not %d", step)
	}
	multiple, err := a.MulRatio(1, step, how)
	if err != nil {
		return Amount{}, err
	}
	return multiple.MulInt(step)
}

// away reports whether a quotient with the given rest of den moves one unit
// away from zero, for a result of the given sign.
func (r Rounding) away(quotient, rest, den uint64, sign int) bool {
	if rest == 0 {
		return false
	}
	switch r {
	case Up:
		return true
	case Ceil:
		return sign > 0
	case Floor:
		return sign < 0
	case HalfUp:
		return rest >= den-rest
	case HalfDown:
		return rest > den-rest
	case HalfEven:
		return rest > den-rest || rest == den-rest && quotient&1 == 1
	case Down:
	}
	return false
}

// magnitude returns |v|; it is right for the smallest int64 too.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v) // two's complement: right for every v
	}
	return uint64(v)
}

// signed returns v with the given sign, and false when that does not fit.
func signed(v uint64, sign int) (int64, bool) {
	if sign < 0 {
		return int64(-v), v <= 1<<63 // the caller looks at the second value first
	}
	return int64(v), v <= math.MaxInt64
}
