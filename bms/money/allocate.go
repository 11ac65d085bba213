package money

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// maxParts bounds Split: more than the seats of the largest venue.
const maxParts = 1_000_000

// Allocate divides a in proportion to weights and loses nothing: the parts, in
// the order of weights, add up to a. Each is within one minor unit of its exact
// share; units left over go to the largest remainders, the first of equals
// (largest remainder method). A part with weight 0 is zero. Negative amounts
// divide like positive ones. Errors: an Invalid fault for no weights, a
// negative one, or weights that are all 0 or exceed an int64 together.
func (a Amount) Allocate(weights ...int64) ([]Amount, error) {
	total, err := sumWeights(weights)
	if err != nil {
		return nil, err
	}
	parts := make([]Amount, len(weights))
	rests := make([]uint64, len(weights))
	whole, left := magnitude(a.Minor), magnitude(a.Minor)
	for i, w := range weights {
		hi, lo := bits.Mul64(whole, magnitude(w)) // w <= total, so the quotient fits in 64 bits
		share, rest := bits.Div64(hi, lo, total)
		parts[i], rests[i] = a.part(share), rest
		left -= share
	}
	a.handOut(parts, rests, left)
	return parts, nil
}

// Split divides a into n parts that differ by one minor unit at most, the
// larger ones first, and add up to a. Error: an Invalid fault for n < 1 or over
// 1,000,000.
func (a Amount) Split(n int) ([]Amount, error) {
	if n < 1 || n > maxParts {
		return nil, fault.Invalidf("n", "must be between 1 and %d, not %d", maxParts, n)
	}
	share, rest := magnitude(a.Minor)/uint64(n), magnitude(a.Minor)%uint64(n)
	parts := make([]Amount, n)
	for i := range parts {
		parts[i] = a.part(share)
		if uint64(i) < rest {
			parts[i] = a.part(share + 1)
		}
	}
	return parts, nil
}

// handOut adds one unit to each of the left parts with the largest rests.
func (a Amount) handOut(parts []Amount, rests []uint64, left uint64) {
	if left == 0 {
		return
	}
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rests[j], rests[i]) })
	for _, i := range order[:left] {
		parts[i] = a.part(magnitude(parts[i].Minor) + 1)
	}
}

// part returns share units in a's currency and with a's sign. A share is at
// most |a|, so it fits.
func (a Amount) part(share uint64) Amount {
	minor, _ := signed(share, cmp.Compare(a.Minor, 0))
	return New(minor, a.Currency)
}

// sumWeights returns the total of weights, which is at least 1.
func sumWeights(weights []int64) (uint64, error) {
	var total int64
	for _, w := range weights {
		if w < 0 {
			return 0, fault.Invalidf("weights", "must not be negative, not %d", w)
		}
		if total += w; total < 0 {
			return 0, fault.Invalidf("weights", "are too large together")
		}
	}
	if total == 0 {
		return 0, fault.Invalidf("weights", "must have at least one that is more than 0")
	}
	return magnitude(total), nil
}
