package bms

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// holdDetail is what is stored with a hold besides its places.
type holdDetail struct {
	Items    []heldItem        `json:"items"`
	Quote    pricing.Quote     `json:"quote"`
	Vouchers []pricing.Voucher `json:"vouchers,omitempty"`
	Channel  string            `json:"channel,omitempty"`
	Business bool              `json:"business,omitempty"`
}

// heldItem is one place of a hold and its buyer type.
type heldItem struct {
	Seat      int32  `json:"seat"` // booking.NoSeat for an area
	Area      string `json:"area,omitempty"`
	BuyerType string `json:"buyer_type,omitempty"`
}

// heldPlaces is a stored hold with what is needed to understand it.
type heldPlaces struct {
	row    store.HoldRow
	detail holdDetail
	show   *showFacts
}

// freeze stores the quote with the hold.
func (p *heldPlaces) freeze(j *ruling) error {
	raw, err := p.encode()
	if err == nil {
		j.details[p.row.ID] = raw
	}
	return err
}

func (p *heldPlaces) encode() (json.RawMessage, error) {
	raw, err := json.Marshal(p.detail)
	if err != nil {
		return nil, fmt.Errorf("store quote: %w", err)
	}
	return raw, nil
}

// marketNow is what dynamic prices look at.
type marketNow struct{ sold, held, capacity, recent int }

// market is read before the request's own places are taken.
func (j *ruling) market() marketNow {
	n := j.inventory.Counts()
	m := marketNow{sold: n.Sold, held: n.Held, capacity: n.Capacity}
	if d := j.show.list.Dynamic; d != nil && d.DemandMinutes > 0 {
		m.recent = j.inventory.TakenSince(j.now.Add(-time.Duration(d.DemandMinutes) * time.Minute))
	}
	return m
}

// input puts together what the price depends on.
func (p *heldPlaces) input(now time.Time, m marketNow, vouchers []pricing.Voucher) pricing.Input {
	in := p.show.input(now, m)
	in.Vouchers, in.Business = vouchers, p.detail.Business
	if p.detail.Channel != "" {
		in.Channel = p.detail.Channel
	}
	in.Items = make([]pricing.Item, len(p.detail.Items))
	for i, item := range p.detail.Items {
		in.Items[i] = p.priced(i, item)
	}
	return in
}

// priced is a place as pricing sees it.
func (p *heldPlaces) priced(i int, item heldItem) pricing.Item {
	plan := p.show.plan
	if item.Seat != booking.NoSeat {
		seat := plan.Seats[item.Seat]
		return pricing.Item{Key: seat.Name, Category: plan.Categories[seat.Category].Key, BuyerType: item.BuyerType, Seat: seat.Name}
	}
	at, _ := plan.Area(item.Area) // the judge knows the area
	return pricing.Item{Key: item.Area + "/" + strconv.Itoa(i), Category: plan.Areas[at].Category, BuyerType: item.BuyerType}
}

// tickets makes the tickets of a booking from the quote's lines.
func (p *heldPlaces) tickets() ([]booking.Ticket, money.Amount, error) {
	if len(p.detail.Quote.Lines) != len(p.detail.Items) {
		return nil, money.Amount{}, fmt.Errorf("hold %s has %d places but %d prices", p.row.ID, len(p.detail.Items), len(p.detail.Quote.Lines))
	}
	tickets := make([]booking.Ticket, len(p.detail.Items))
	for i, item := range p.detail.Items {
		line := p.detail.Quote.Lines[i]
		tickets[i] = booking.Ticket{
			Seat: item.Seat, Area: item.Area, Place: p.placeName(item), Category: line.Category, BuyerType: line.BuyerType,
			Price: line.Gross, Fees: line.Fees,
		}
	}
	return tickets, p.detail.Quote.Total, nil
}

// placeName is a place as it is printed on the ticket.
func (p *heldPlaces) placeName(item heldItem) string {
	plan := p.show.plan
	if item.Seat == booking.NoSeat {
		at, _ := plan.Area(item.Area)
		return plan.Areas[at].Name
	}
	seat := plan.Seats[item.Seat]
	return fmt.Sprintf("%s, row %s, seat %s", plan.Sections[seat.Section].Name, plan.Rows[seat.Row].Label, seat.Label)
}

// public is the hold as its buyer sees it.
func (p *heldPlaces) public(secret string) Hold {
	h := Hold{
		ID: p.row.ID, Secret: secret, ShowID: p.row.ShowID, State: p.row.State, Quote: p.detail.Quote,
		CreatedAt: p.row.CreatedAt, ExpiresAt: p.row.ExpiresAt, PayBy: p.row.PayBy, ExtendableUntil: p.extendable(),
	}
	for _, v := range p.detail.Vouchers {
		h.Vouchers = append(h.Vouchers, v.Code)
	}
	plan := p.show.plan
	for _, item := range p.detail.Items {
		if item.Seat == booking.NoSeat {
			h.Areas = addAreaItem(h.Areas, item)
			continue
		}
		seat := plan.Seats[item.Seat]
		h.Seats = append(h.Seats, HeldSeat{
			Number: item.Seat, Name: seat.Name, Section: plan.Sections[seat.Section].Name, Row: plan.Rows[seat.Row].Label,
			Label: seat.Label, Category: plan.Categories[seat.Category].Key, BuyerType: item.BuyerType,
		})
	}
	return h
}

func addAreaItem(areas []AreaItem, item heldItem) []AreaItem {
	for i := range areas {
		if areas[i].Area == item.Area && areas[i].BuyerType == item.BuyerType {
			areas[i].Count++
			return areas
		}
	}
	return append(areas, AreaItem{Area: item.Area, BuyerType: item.BuyerType, Count: 1})
}

// extendable is the latest end that the buyer can reach.
func (p *heldPlaces) extendable() time.Time {
	rules := p.show.rules
	if p.row.State != seating.StateHeld || rules.HighDemand {
		return p.row.ExpiresAt
	}
	latest := p.row.CreatedAt.Add(rules.HoldTotal)
	if latest.Before(p.row.ExpiresAt) {
		return p.row.ExpiresAt
	}
	return latest
}
