package money

import (
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Whole is the Rate of 100 %.
const Whole Rate = 1_000_000

// rateDecimals is how many decimals a percentage in parts per million has.
const rateDecimals = 4

// Rate is a proportion in parts per million: 180_000 is 18 %, 88_750 is
// 8.875 %. JSON: the number of parts.
type Rate int64

// ParseRate reads a percentage such as "8.875%", "18 %" or "-5%": an optional
// minus, digits, at most four decimals after a point, an optional space and the
// percent sign. Anything else is an Invalid fault about the field "rate".
func ParseRate(s string) (Rate, error) {
	number, found := strings.CutSuffix(s, "%")
	if !found {
		return 0, fault.Invalidf("rate", "must be a percentage such as 8.875%%, not %.32q", s)
	}
	parts, err := parseDecimal("rate", strings.TrimSuffix(number, " "), rateDecimals)
	return Rate(parts), err
}

// String returns r as a percentage without needless decimals: "8.875%".
func (r Rate) String() string {
	s := formatDecimal(int64(r), rateDecimals)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + "%"
}

// parseDecimal reads an optional minus, digits and up to exponent decimals
// after a point, and returns the value in units of 10 to the minus exponent.
// Errors: ErrOverflow, an Invalid fault about field.
func parseDecimal(field, s string, exponent int) (int64, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !onlyDigits(whole) || point && !onlyDigits(fraction) {
		return 0, fault.Invalidf(field, "must be digits with at most one point and no grouping, such as 12 or 12.5, not %.32q", s)
	}
	if len(fraction) > exponent {
		return 0, fault.Invalidf(field, "has %d decimals, at most %d can be kept", len(fraction), exponent)
	}
	text := whole + fraction + strings.Repeat("0", exponent-len(fraction))
	if negative {
		text = "-" + text
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, ErrOverflow
	}
	return value, nil
}

// formatDecimal writes value, which is in units of 10 to the minus exponent.
func formatDecimal(value int64, exponent int) string {
	sign := ""
	if value < 0 {
		sign = "-"
	}
	digits := strconv.FormatUint(magnitude(value), 10)
	if exponent == 0 {
		return sign + digits
	}
	if missing := exponent + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - exponent
	return sign + digits[:point] + "." + digits[point:]
}

// onlyDigits reports whether s is one or more ASCII digits.
func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
