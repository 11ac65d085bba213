package bms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// subject is everything that a mail about a booking tells of.
type subject struct {
	news    BookingNews
	booking booking.Booking
	programme
	brand  *catalog.Brand // nil when it was made at none
	quote  pricing.Quote
	refund *payment.Refund
}

// programme is what a show belongs to.
type programme struct {
	show    catalog.Show
	event   catalog.Event
	venue   catalog.Venue
	hall    catalog.Hall
	partner catalog.Partner
	plan    *seatmap.Plan
	buyers  map[string]pricing.BuyerType // by key; who says nothing is of the first
}

// read loads what the messages are about, each show and each brand once.
func (s mailSink) read(ctx context.Context, batch []outbox.Message) ([]subject, error) {
	list := make([]subject, len(batch))
	for i, m := range batch {
		if err := json.Unmarshal(m.Body, &list[i].news); err != nil {
			return nil, fmt.Errorf("body of %s: %w", m.ID, err)
		}
	}
	err := s.c.back.Read(ctx, func(tx store.Tx) error {
		r := subjectReader{c: s.c, tx: tx, shows: map[catalog.ShowID]programme{}, brands: map[catalog.BrandID]*catalog.Brand{}}
		var err error
		if r.bookings, err = bookingsOf(ctx, tx, list); err != nil {
			return err
		}
		if r.details, err = tx.HoldDetails(ctx, holdsOf(r.bookings)); err != nil {
			return err
		}
		for i := range list {
			if err := r.read(ctx, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// subjectReader reads what messages of one batch are about.
type subjectReader struct {
	c        *Client
	tx       store.Tx
	bookings map[booking.ID]booking.Booking
	details  map[seating.HoldID]json.RawMessage
	shows    map[catalog.ShowID]programme
	brands   map[catalog.BrandID]*catalog.Brand
}

// read completes a subject of which the news is known.
func (r *subjectReader) read(ctx context.Context, s *subject) error {
	var err error
	s.booking = r.bookings[s.news.BookingID]
	if s.quote, err = decodeQuote(r.details[seating.HoldID(s.booking.HoldID)], s.booking); err != nil {
		return err
	}
	s.programme, err = remembered(r.shows, s.news.ShowID, func(id catalog.ShowID) (programme, error) { return r.c.readShow(ctx, r.tx, id) })
	if err != nil {
		return err
	}
	s.brand, err = remembered(r.brands, catalog.BrandID(s.booking.BrandID), func(id catalog.BrandID) (*catalog.Brand, error) {
		return brandOf(ctx, r.tx, id)
	})
	if err != nil {
		return err
	}
	s.refund, err = refundOf(ctx, r.tx, s.news.RefundID)
	return err
}

func bookingsOf(ctx context.Context, tx store.Tx, list []subject) (map[booking.ID]booking.Booking, error) {
	ids := make([]booking.ID, len(list))
	for i := range list {
		ids[i] = list[i].news.BookingID
	}
	found, err := tx.BookingsByID(ctx, ids)
	byID := make(map[booking.ID]booking.Booking, len(found))
	for _, b := range found {
		byID[b.ID] = b
	}
	return byID, err
}

func holdsOf(bookings map[booking.ID]booking.Booking) []seating.HoldID {
	ids := make([]seating.HoldID, 0, len(bookings))
	for _, b := range bookings {
		ids = append(ids, seating.HoldID(b.HoldID))
	}
	return ids
}

// remembered returns what is known under a key, or reads it.
func remembered[K comparable, V any](known map[K]V, key K, read func(K) (V, error)) (V, error) {
	v, ok := known[key]
	if ok {
		return v, nil
	}
	v, err := read(key)
	if err == nil {
		known[key] = v
	}
	return v, err
}

func refundOf(ctx context.Context, tx store.Tx, id payment.RefundID) (*payment.Refund, error) {
	if id == "" {
		return nil, nil
	}
	refund, err := tx.Refund(ctx, id)
	return &refund, err
}

func (c *Client) readShow(ctx context.Context, tx store.Tx, id catalog.ShowID) (programme, error) {
	var p programme
	var err error
	if p.show, err = tx.Show(ctx, id); err != nil {
		return p, err
	}
	if p.event, err = tx.Event(ctx, p.show.EventID); err != nil {
		return p, err
	}
	if p.venue, err = tx.Venue(ctx, p.show.VenueID); err != nil {
		return p, err
	}
	if p.hall, err = tx.Hall(ctx, p.show.HallID); err != nil {
		return p, err
	}
	if p.partner, err = tx.Partner(ctx, p.show.PartnerID); err != nil {
		return p, err
	}
	if p.plan, err = c.shows.plan(ctx, tx, p.show.SeatMapID); err != nil {
		return p, err
	}
	p.buyers, err = buyerTypes(ctx, tx, pricing.PriceListID(p.show.PriceListID))
	return p, err
}

// buyerTypes returns the buyer types of a price list by key. Who says nothing is of the first.
func buyerTypes(ctx context.Context, tx store.Tx, id pricing.PriceListID) (map[string]pricing.BuyerType, error) {
	list, err := tx.PriceList(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil // a mail without their names is better than none
	}
	types := map[string]pricing.BuyerType{}
	for i, b := range list.BuyerTypes {
		types[b.Key] = b
		if i == 0 {
			types[""] = b
		}
	}
	return types, err
}

// data are the facts that all mails about the show tell. local is where its clock is.
func (p programme) data(local *time.Location) notify.Data {
	return notify.Data{
		Event: p.event.Title, Format: string(p.show.Format), Language: p.show.Language, Subtitles: p.show.Subtitles,
		Venue: p.venue.Name, Hall: p.hall.Name, Address: strings.ReplaceAll(p.venue.Address, "\n", ", "), City: p.venue.City, Country: p.venue.Country,
		Start: p.show.StartsAt.In(local), EventPath: "/" + p.venue.CitySlug + "/events/" + p.event.Slug,
	}
}

// ticket is one of a booking as mails tell of it.
func (p programme) ticket(t booking.Ticket) notify.Ticket {
	kind, known := p.buyers[t.BuyerType]
	if !known {
		kind = pricing.BuyerType{Key: t.BuyerType, Name: t.BuyerType}
	}
	line := p.place(t.Place, t.Seat)
	line.BuyerType, line.BuyerName, line.Price = kind.Key, kind.Name, t.Price
	return line
}

// place is where a seat is, or an area for booking.NoSeat.
func (p programme) place(printed string, number int32) notify.Ticket {
	t := notify.Ticket{Place: printed}
	if number >= 0 && int(number) < len(p.plan.Seats) {
		seat := p.plan.Seats[number]
		t.Section, t.Row, t.Seat = p.plan.Sections[seat.Section].Name, p.plan.Rows[seat.Row].Label, seat.Label
	}
	return t
}
