package pages

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// stock is what is left of a show: places on general sale, without the house's seats.
type stock struct{ free, all int }

// Levels at which a stock is said to run low.
const (
	fewLeft     = 10 // places
	fillingPart = 3  // a third of all
)

// text is the stock in words and as a class for colours.
func (s stock) text(p *locale.Printer) (words, level string) {
	switch {
	case s.free == 0:
		return p.T("show.sold_out"), "out"
	case s.free <= fewLeft:
		return p.N("show.few_left", s.free), "low"
	case s.free*fillingPart < s.all:
		return p.T("show.filling"), "low"
	}
	return p.T("show.available"), "good"
}

func (p *Pages) stock(ctx context.Context, show catalog.ShowID) (stock, error) {
	snap, err := p.client.Seats.Snapshot(ctx, show)
	if err != nil {
		return stock{}, fmt.Errorf("seats of %s: %w", show, err)
	}
	return stockOf(snap), nil
}

func stockOf(snap bms.Snapshot) stock {
	var s stock
	for i := range snap.Plan.Seats {
		if snap.Plan.Seats[i].Kind == seatmap.House {
			continue
		}
		s.all++
		if snap.Of(int32(i)) == seating.Free {
			s.free++
		}
	}
	for _, a := range snap.Areas {
		s.all += a.Capacity
		s.free += a.Free
	}
	return s
}

// priceFrom is the lowest price of a show for its first buyer type, "from ₹200 plus fees", and what that comes to with its fees.
func (p *Pages) priceFrom(r *request, show catalog.ShowID) (text string, whole money.Amount, err error) {
	table, err := p.client.Prices.Table(r.ctx, show)
	if err != nil {
		return "", whole, fmt.Errorf("prices of %s: %w", show, err)
	}
	lowest, ok := lowestOf(table)
	if !ok {
		return "", whole, nil
	}
	if whole, err = withFees(lowest, table.Fees); err != nil {
		return "", whole, fmt.Errorf("fees of %s: %w", show, err)
	}
	price := locale.With("price", r.p.Price(lowest))
	if len(table.Fees) > 0 {
		return r.p.T("price.from_plus_fees", price), whole, nil
	}
	return r.p.T("price.from", price), whole, nil
}

// withFees is what one ticket of a price costs when it is all that is booked.
func withFees(price money.Amount, fees []pricing.Fee) (money.Amount, error) {
	whole := price
	for _, f := range fees {
		if price.IsZero() && !f.OnFree {
			continue
		}
		fee, err := price.Mul(f.Percent, money.HalfUp)
		if err != nil {
			return whole, err
		}
		if fee, err = fee.Add(f.Fixed); err != nil {
			return whole, err
		}
		if f.Min != nil && fee.Minor < f.Min.Minor {
			fee = *f.Min
		}
		if f.Max != nil && fee.Minor > f.Max.Minor {
			fee = *f.Max
		}
		if whole, err = whole.Add(fee); err != nil {
			return whole, err
		}
	}
	return whole, nil
}

func lowestOf(t bms.PriceTable) (money.Amount, bool) {
	var lowest money.Amount
	found := false
	for _, row := range t.Rows {
		if len(t.BuyerTypes) > 0 && row.BuyerType != t.BuyerTypes[0].Key {
			continue
		}
		if !found || row.Amount.Minor < lowest.Minor {
			lowest, found = row.Amount, true
		}
	}
	return lowest, found
}

// closedText says in a list why a show cannot be bought, and nothing when it can.
func closedText(p *locale.Printer, s catalog.Show, now time.Time) string {
	_, err := s.OnSaleAt(now)
	if err == nil {
		return ""
	}
	if notYet, ok := errors.AsType[*catalog.NotYetError](err); ok {
		return p.T("show.on_sale_from", locale.With("time", p.Moment(localTime(notYet.From, s.TimeZone))))
	}
	switch {
	case errors.Is(err, catalog.ErrCancelled):
		return p.T("show.cancelled")
	case errors.Is(err, catalog.ErrPaused):
		return p.T("show.paused")
	case errors.Is(err, catalog.ErrSalesClosed), errors.Is(err, catalog.ErrPast):
		return p.T("show.ended")
	}
	return p.Fault(err)
}

// localTime is a moment by the clock of a zone, and in UTC when the zone is not known here.
func localTime(t time.Time, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return t
	}
	return t.In(loc)
}
