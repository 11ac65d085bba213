package pages

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// stock is what is left of a show: places on general sale, without the house's seats.
type stock struct{ free, all int }

// Levels at which a stock is said to run low.
const (
	fewLeft     = 10 // places
	fillingPart = 3  // a third of all
)

// text is the stock in words and as a class for colours.
func (s stock) text() (words, level string) {
	switch {
	case s.free == 0:
		return "Sold out", "out"
	case s.free <= fewLeft:
		return plural(s.free, "place", "places") + " left", "low"
	case s.free*fillingPart < s.all:
		return "Filling fast", "low"
	}
	return "Available", "good"
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

// priceFrom is the lowest price of a show for its first buyer type: "from ₹200 plus fees".
func (p *Pages) priceFrom(ctx context.Context, show catalog.ShowID) (string, error) {
	table, err := p.client.Prices.Table(ctx, show)
	if err != nil {
		return "", fmt.Errorf("prices of %s: %w", show, err)
	}
	lowest, ok := lowestOf(table)
	if !ok {
		return "", nil
	}
	text := "from " + formatPrice(lowest)
	if len(table.Fees) > 0 {
		text += " plus fees"
	}
	return text, nil
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
func closedText(s catalog.Show, now time.Time) string {
	_, err := s.OnSaleAt(now)
	if err == nil {
		return ""
	}
	if notYet, ok := errors.AsType[*catalog.NotYetError](err); ok {
		return "On sale from " + localTime(notYet.From, s.TimeZone).Format("2 Jan, 15:04")
	}
	switch {
	case errors.Is(err, catalog.ErrCancelled):
		return "Cancelled"
	case errors.Is(err, catalog.ErrPaused):
		return "Sales paused"
	case errors.Is(err, catalog.ErrSalesClosed), errors.Is(err, catalog.ErrPast):
		return "Sales have ended"
	}
	return sentence(fault.Of(err).Message)
}

// localTime is a moment by the clock of a zone, and in UTC when the zone is not known here.
func localTime(t time.Time, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return t
	}
	return t.In(loc)
}
