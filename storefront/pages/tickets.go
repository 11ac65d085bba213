package pages

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/pwa"
)

// ticketsView is the bookings that a browser may open.
type ticketsView struct {
	Upcoming []ticketsRow // the soonest first
	Past     []ticketsRow // over, cancelled or never paid; the latest first
}

// ticketsRow is a booking in the list.
type ticketsRow struct {
	occasionView
	Href      string
	Reference string
	Count     string // of tickets
	Status    string
	Level     string // class of the status: "good", "low", "out"
	start     time.Time
	ends      time.Time
	over      bool
}

// tickets lists the bookings that this browser has cookies of.
func (p *Pages) tickets(r *request) error {
	here := bookingsHere(r.rc)
	var view ticketsView
	spoken := r.p // each row is written as people write where it is on
	for _, k := range here[max(0, len(here)-maxBookingCookies):] {
		row, err := p.ticketsRow(r, k)
		switch {
		case errors.Is(err, bms.ErrNoBooking):
			r.dropBooking(k.reference)
		case err != nil:
			return fmt.Errorf("booking %s: %w", k.id, err)
		case row.over:
			view.Past = append(view.Past, row)
		default:
			view.Upcoming = append(view.Upcoming, row)
		}
	}
	r.p = spoken
	slices.SortStableFunc(view.Upcoming, func(a, b ticketsRow) int { return a.start.Compare(b.start) })
	slices.SortStableFunc(view.Past, func(a, b ticketsRow) int { return b.start.Compare(a.start) })
	f := p.frame(r, r.p.T("tickets.heading")).own()
	if n := len(view.Upcoming); n > 0 {
		f.Main = pwa.Keep(view.Upcoming[n-1].ends.Add(pwa.KeptFor))
	}
	return r.show(fasthttp.StatusOK, cacheNever, ticketsPage(f, view))
}

// ticketsRow reads the booking of a cookie. Error: bms.ErrNoBooking when the cookie proves nothing on this site.
func (p *Pages) ticketsRow(r *request, k keptBooking) (ticketsRow, error) {
	b, err := p.kept(r, k)
	if err != nil {
		return ticketsRow{}, err
	}
	if !r.site.Sells(catalog.PartnerID(b.PartnerID)) {
		return ticketsRow{}, bms.ErrNoBooking
	}
	o, err := p.occasionOf(r, catalog.ShowID(b.ShowID))
	if err != nil {
		return ticketsRow{}, err
	}
	row := ticketsRow{
		occasionView: o.view(r), Href: r.path(bookingHref(b.Reference)), Reference: b.Reference.Display(),
		Count: r.p.N("tickets.count", standing(b.Booking)), start: o.start, ends: o.show.EndsAt, over: !r.now.Before(o.show.EndsAt),
	}
	row.Status, row.Level = rowStatus(r.p, b.Booking, row.over)
	row.over = row.over || row.Level == "out"
	return row, nil
}

// standing counts the tickets of a booking that were not cancelled, or all when all were.
func standing(b booking.Booking) int {
	n := 0
	for _, t := range b.Tickets {
		if t.Status != booking.TicketCancelled {
			n++
		}
	}
	if n == 0 {
		return len(b.Tickets)
	}
	return n
}

// rowStatus is the status of a booking in a word or two, with its class. over says that the show is.
func rowStatus(p *locale.Printer, b booking.Booking, over bool) (text, level string) {
	level = statusLevel(b.Status)
	switch b.Status {
	case booking.Draft, booking.AwaitingPayment:
		return p.T("tickets.unpaid"), level
	case booking.Confirmed, booking.PartlyCancelled:
		switch {
		case over:
			return p.T("tickets.over"), "out"
		case b.Status == booking.PartlyCancelled:
			return p.T("tickets.partly"), level
		}
		return p.T("tickets.booked"), level
	case booking.Cancelled:
		return p.T("tickets.cancelled"), level
	case booking.Refunded:
		return p.T("tickets.money_back"), level
	case booking.LateRefund:
		return p.T("tickets.money_returns"), level
	case booking.Expired:
	}
	return p.T("tickets.not_completed"), level
}
