package search

import (
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Band is a range of prices in whole units of a currency, 200 to 500 rupees: from From on and less than To.
type Band struct {
	From, To int64 // To is 0 where the range has no end
}

// Bounds of the numbers of a band, so that they can be counted in minor units of any currency.
const (
	maxBandDigits = 9
	maxBound      = 1e9 - 1
)

// ParseBand reads what Band.String writes, and nothing else.
func ParseBand(s string) (Band, bool) {
	from, to, found := strings.Cut(s, "-")
	if len(from) > maxBandDigits || len(to) > maxBandDigits {
		return Band{}, false
	}
	var b Band
	b.From, _ = strconv.ParseInt(from, 10, 64) // what is wrong is not written so
	b.To, _ = strconv.ParseInt(to, 10, 64)
	some := b.To > b.From || b.To == 0 && b.From > 0
	return b, found && some && b.String() == s
}

// String is the band as filters and addresses have it: "200-500", "0-200", "500-".
func (b Band) String() string {
	s := strconv.FormatInt(b.From, 10) + "-"
	if b.To > 0 {
		s += strconv.FormatInt(b.To, 10)
	}
	return s
}

// Limits are the band in a currency. The second counts only where the band has an end.
func (b Band) Limits(c money.Currency) (from, to money.Amount) {
	unit := unitOf(c)
	return money.New(b.From*unit, c), money.New(b.To*unit, c)
}

// has reports whether a price is in the band, in whose currency it is.
func (b Band) has(price money.Amount) bool {
	unit := unitOf(price.Currency)
	return price.Minor >= b.From*unit && (b.To == 0 || price.Minor < b.To*unit)
}

// unitOf is one unit of a currency in its minor units.
func unitOf(c money.Currency) int64 {
	unit := int64(1)
	for range c.Exponent() {
		unit *= 10
	}
	return unit
}

// Prices say how the prices of a place are divided. The zero Prices divide none, and no filter by price finds anything then.
type Prices struct {
	Currency money.Currency // that most events have; others are in no band
	Bands    []Band         // ascending, without a gap; at most four, or none where all prices are much the same
}

// maxBands is in how many bands prices are divided at most.
const maxBands = 4

// PricesOf divides the lowest prices of events by round numbers into bands, in each of which there is one, of about the same size where
// prices allow it.
// What has begun counts, too: bands are to stay as they are for a while. partner chooses whose shows count; empty means all.
func PricesOf(events iter.Seq[*Document], partner catalog.PartnerID) Prices {
	lowest := map[money.Currency][]int64{}
	for d := range events {
		if price, ok := d.lowest(partner); ok {
			lowest[price.Currency] = append(lowest[price.Currency], price.Minor)
		}
	}
	var p Prices
	for currency, list := range lowest {
		if n := len(lowest[p.Currency]); len(list) > n || len(list) == n && currency < p.Currency {
			p.Currency = currency
		}
	}
	p.Bands = bandsOf(lowest[p.Currency], unitOf(p.Currency))
	return p
}

// lowest is the lowest price of an event.
func (d *Document) lowest(partner catalog.PartnerID) (lowest money.Amount, ok bool) {
	for _, s := range d.Shows {
		if s.Price.Currency == "" || partner != "" && s.Partner != partner {
			continue
		}
		if !ok || s.Price.Currency == lowest.Currency && s.Price.Minor < lowest.Minor {
			lowest, ok = s.Price, true
		}
	}
	return lowest, ok
}

// bandsOf divides prices in minor units.
func bandsOf(prices []int64, unit int64) []Band {
	slices.Sort(prices)
	var bands []Band
	from, rest := int64(0), prices
	for left := maxBands; left > 1; left-- {
		to, below := divide(rest, unit, left)
		if below == 0 {
			break
		}
		bands = append(bands, Band{From: from, To: to})
		from, rest = to, rest[below:]
	}
	if bands == nil {
		return nil
	}
	return append(bands, Band{From: from})
}

// divide returns the round number below which about one part in so many of some prices is, and how many those are. Where many prices are
// the same, it is the next one that leaves some on either side; 0 when there is none.
func divide(prices []int64, unit int64, parts int) (to int64, below int) {
	for _, price := range prices[len(prices)/parts:] {
		to = min(round(price/unit), maxBound)
		if below, _ = slices.BinarySearch(prices, to*unit); below > 0 && below < len(prices) {
			return to, below
		}
	}
	return 0, 0
}

// round is the number that people count prices by which is nearest to another, of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 and their tenfolds.
func round(n int64) int64 {
	best := int64(1)
	for ten := int64(1); ten <= max(n, 1) && ten < math.MaxInt64/100; ten *= 10 {
		for _, tenths := range []int64{10, 15, 20, 25, 30, 40, 50, 60, 80, 100} {
			if m := tenths * ten / 10; m*10 == tenths*ten && distanceTo(m, n) < distanceTo(best, n) {
				best = m
			}
		}
	}
	return best
}

func distanceTo(a, b int64) int64 { return max(a-b, b-a) }
