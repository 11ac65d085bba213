package pricing

import "github.com/marquee-tickets/marquee/bms/money"

// OrderRounding says how the taxes of an order are rounded. EN 16931, the
// European standard for electronic invoices, asks for the tax of each rate to
// be that of the sum of the net prices (BT-117 is BT-116 times BT-119), which
// taxes rounded line by line often miss by a few units.
type OrderRounding string

// The modes, after those that the documentation of pretix describes.
const (
	// RoundLine rounds the tax of every line for itself.
	RoundLine OrderRounding = "line"
	// RoundNetSum keeps net prices and makes the tax that of their sum; gross
	// prices of single lines move by a unit. For business buyers.
	RoundNetSum OrderRounding = "net_sum"
	// RoundNetSumKeepGross makes the tax that of the net sum, too, but moves net
	// prices, so that the gross total stays. Where no net sum has that total,
	// such as EUR 15.00 at 19 %, it is the next lower one.
	RoundNetSumKeepGross OrderRounding = "net_sum_keep_gross"
	// RoundNetSumBusinessOnly is net_sum for businesses and line for everyone else.
	RoundNetSumBusinessOnly OrderRounding = "net_sum_business_only"
)

// Valid reports whether r is one of the modes.
func (r OrderRounding) Valid() bool {
	switch r {
	case RoundLine, RoundNetSum, RoundNetSumKeepGross, RoundNetSumBusinessOnly:
		return true
	}
	return false
}

// For returns the mode for a buyer: never net_sum_business_only.
func (r OrderRounding) For(business bool) OrderRounding {
	switch {
	case r != RoundNetSumBusinessOnly:
		return r
	case business:
		return RoundNetSum
	}
	return RoundLine
}

// round brings the lines of the draft in line with the sums by rate.
func (c *calc) round(d *draft) {
	mode := c.in.List.Rounding.For(c.in.Business)
	for at := range d.rates {
		r := &d.rates[at]
		net := r.net
		switch mode {
		case RoundNetSum:
		case RoundNetSumKeepGross:
			net = c.netBelow(r.net+r.tax, r.rate)
		case RoundLine, RoundNetSumBusinessOnly:
			return
		}
		tax := c.part(net, r.rate, c.in.Tax.Rounding)
		d.move(at, net-r.net, tax-r.tax)
		r.net, r.tax = net, tax
	}
}

// netBelow returns the largest net price that with its tax is at most gross.
func (c *calc) netBelow(gross int64, rate money.Rate) int64 {
	net := gross - c.included(gross, rate)
	for net > 0 && net+c.part(net, rate, c.in.Tax.Rounding) > gross {
		net--
	}
	return net
}

// move spreads changes of the net and tax sums over the lines of a rate, a unit
// each from the first line on, so that the gross price of most lines stays.
// Lines never fall below zero.
func (d *draft) move(at int, net, tax int64) {
	for moved := true; moved && (net != 0 || tax != 0); {
		moved = false
		for i := range d.lines {
			l := &d.lines[i]
			if l.rate != at || l.net+l.tax == 0 {
				continue
			}
			n, t := nudge(l.net, net), nudge(l.tax, tax)
			l.net, net = l.net+n, net-n
			l.tax, tax = l.tax+t, tax-t
			moved = moved || n != 0 || t != 0
		}
	}
}

// nudge returns the unit by which v moves towards the change that is left, 0
// when it would fall below zero.
func nudge(v, left int64) int64 {
	switch {
	case left > 0:
		return 1
	case left < 0 && v > 0:
		return -1
	}
	return 0
}
