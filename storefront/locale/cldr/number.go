package cldr

import (
	"math"
	"strconv"

	"github.com/marquee-tickets/marquee/bms/money"
)

// Number returns a whole number with its digits grouped: "1,23,456".
func (f *Format) Number(n int) string {
	var buf [40]byte
	dst := buf[:0]
	if n < 0 {
		dst = append(dst, f.minus...)
	}
	return string(f.appendGrouped(dst, magnitude(int64(n))))
}

// Percent returns a rate as a percentage, without decimals that say nothing: "8.875 %".
func (f *Format) Percent(r money.Rate) string {
	const decimals = 4 // of a percentage in parts per million
	var buf [48]byte
	dst := buf[:0]
	if r < 0 {
		dst = append(dst, f.minus...)
	}
	dst = f.appendDecimal(dst, magnitude(int64(r)), decimals, true)
	return string(append(dst, f.percent...))
}

// decimalText returns a number with the given decimals, rounded half away from zero; it has no sign.
func (f *Format) decimalText(x float64, decimals int) string {
	scaled := math.Round(math.Abs(x) * math.Pow10(decimals))
	var buf [48]byte
	return string(f.appendDecimal(buf[:0], uint64(min(scaled, 1e18)), decimals, false))
}

// magnitude is how far a number is from zero; the smallest int64 has one, too.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// appendDecimal writes n units of 10 to the minus decimals; with short, without zeros at the end.
func (f *Format) appendDecimal(dst []byte, n uint64, decimals int, short bool) []byte {
	unit := uint64(math.Pow10(decimals))
	dst = f.appendGrouped(dst, n/unit)
	part := n % unit
	if decimals == 0 || short && part == 0 {
		return dst
	}
	dst = append(dst, f.decimal...)
	for unit /= 10; unit > 0 && (!short || part > 0); unit /= 10 {
		dst = append(dst, byte('0'+part/unit))
		part %= unit
	}
	return dst
}

// appendGrouped writes digits with separators: after three from the right, and in India after every two before those.
func (f *Format) appendGrouped(dst []byte, n uint64) []byte {
	var buf [20]byte
	digits := strconv.AppendUint(buf[:0], n, 10)
	if len(digits) < 3+f.fewest {
		return append(dst, digits...)
	}
	for i, d := range digits {
		if left := len(digits) - i; i > 0 && (left == 3 || left > 3 && (left-3)%f.groupSize() == 0) {
			dst = append(dst, f.group...)
		}
		dst = append(dst, d)
	}
	return dst
}

// groupSize is how many digits a group beyond the thousands has.
func (f *Format) groupSize() int {
	if f.indian {
		return 2
	}
	return 3
}
