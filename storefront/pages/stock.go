package pages

import (
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/money"
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

// priceFrom is the lowest price of a show for its first buyer type, of what is left, with all that one ticket costs that is booked alone.
// Search engines are told it, too: "from ₹225 including fees".
func (p *Pages) priceFrom(r *request, show catalog.ShowID, snap bms.Snapshot) (text string, lowest money.Amount, err error) {
	table, err := p.client.Prices.Table(r.ctx, show)
	if err != nil {
		return "", lowest, fmt.Errorf("prices of %s: %w", show, err)
	}
	left := freeCategories(snap)
	lowest, ok := table.Lowest(func(category string) bool { return left[category] })
	if !ok {
		return "", lowest, nil
	}
	price := locale.With("price", r.p.Price(lowest))
	if len(table.Fees) > 0 {
		return r.p.T("price.from_with_fees", price), lowest, nil
	}
	return r.p.T("price.from", price), lowest, nil
}

// freeCategories are the categories of which places are left.
func freeCategories(snap bms.Snapshot) map[string]bool {
	left := map[string]bool{}
	for i, s := range snap.Plan.Seats {
		if s.Kind != seatmap.House && snap.Of(int32(i)) == seating.Free {
			left[snap.Plan.Categories[s.Category].Key] = true
		}
	}
	for i, a := range snap.Plan.Areas {
		if snap.Areas[i].Free > 0 {
			left[a.Category] = true
		}
	}
	return left
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
