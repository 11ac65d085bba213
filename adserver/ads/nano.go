package ads

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Nano is an amount of money in billionths of a currency's major unit: 1 USD is 1_000_000_000. An impression at a CPM of 0.37 USD
// is 370_000 exactly. The currency is known from whose money it is.
type Nano int64

// Unit is one major unit of any currency: a dollar, a rupee, a dinar.
const Unit Nano = 1_000_000_000

// MaxNano is the most that any budget, balance or bid may be: 4,611,686,018 units, so that a sum of two never overflows before it is checked.
const MaxNano = Nano(math.MaxInt64 / 2)

// LeastBid is the lowest bid above zero for a thousand impressions, of which one has an exact price.
const LeastBid Nano = perMille

// perMille is how many impressions a CPM bid is for.
const perMille = 1000

// ParseNano reads a decimal of at most nine places, such as "12.5". Errors: Invalid, about field.
func ParseNano(field, s string) (Nano, error) {
	whole, part, _ := strings.Cut(strings.TrimSpace(s), ".")
	if len(part) > 9 {
		return 0, fault.Invalidf(field, "has more than nine decimal places")
	}
	n, err := strconv.ParseUint(whole+part+strings.Repeat("0", 9-len(part)), 10, 63)
	if err != nil || whole == "" {
		return 0, fault.Invalidf(field, "must be an amount such as 12.50")
	}
	if Nano(n) > MaxNano {
		return 0, fault.Invalidf(field, "must be at most %s", MaxNano)
	}
	return Nano(n), nil
}

// String returns the amount as a decimal of units without needless zeros: "12.5".
func (n Nano) String() string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	whole, part := u/uint64(Unit), strconv.FormatUint(u%uint64(Unit)+uint64(Unit), 10)[1:]
	text := sign + strconv.FormatUint(whole, 10)
	if part = strings.TrimRight(part, "0"); part != "" {
		text += "." + part
	}
	return text
}

// Plus is the sum of two amounts that are MaxNano at most, and MaxNano where it would be more: for sums that nobody pays.
func (n Nano) Plus(m Nano) Nano { return min(n+m, MaxNano) }

// OfAmount returns what an amount of money is in billionths. Error: Invalid about field, for more than MaxNano or less than its negative.
func OfAmount(field string, a money.Amount) (Nano, error) {
	per := perMinor(a.Currency)
	if limit := int64(MaxNano) / per; a.Minor > limit || a.Minor < -limit {
		return 0, fault.Invalidf(field, "must be at most %s", MaxNano)
	}
	return Nano(a.Minor * per), nil
}

// Amount returns the whole minor units of n, cut towards zero, and what is left over, of the same sign.
func (n Nano) Amount(c money.Currency) (whole money.Amount, rest Nano) {
	per := perMinor(c)
	return money.New(int64(n)/per, c), Nano(int64(n) % per)
}

// perMinor is how many billionths a minor unit has.
func perMinor(c money.Currency) int64 {
	per := int64(Unit)
	for range c.Exponent() {
		per /= 10
	}
	return per
}

// Share splits n into the share of rate, cut to whole billionths, and the rest. The two sum to n. n is not negative, rate between 0 and 100 %.
func (n Nano) Share(rate money.Rate) (share, rest Nano) {
	hi, lo := bits.Mul64(uint64(n), uint64(rate))
	q, _ := bits.Div64(hi, lo, uint64(money.Whole))
	return Nano(q), n - Nano(q)
}
