package pages

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/storefront/ics"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// calendarFile is the show of a booking for a calendar, behind the booking's address.
const calendarFile = "/calendar.ics"

// calendar is the show of a booking as a file for calendars. It has what is printed on a ticket and neither the codes, which
// admit, nor the link, which opens the booking: calendars are shared.
func (p *Pages) calendar(r *request, b bms.Booking) error {
	if !b.Status.Admits() {
		return errNoPage
	}
	o, err := p.occasionOf(r, catalog.ShowID(b.ShowID))
	if err != nil {
		return err
	}
	labels, err := p.namesOf(r, o, pricing.Quote{})
	if err != nil {
		return err
	}
	event := ics.Event{
		UID: string(b.ID), Stamp: r.now, Start: o.show.StartsAt, End: o.show.EndsAt, Summary: o.event.Title,
		Description: ticketLines(r.p, b.Booking, labels), URL: p.base(r) + r.path(bookingHref(b.Reference)),
	}
	if !o.show.Online {
		event.Location = addressOf(o)
		event.Lat, event.Lng = o.venue.Lat, o.venue.Lng
	}
	h := &r.rc.Response.Header
	h.SetContentType(ics.ContentType)
	h.Set(fasthttp.HeaderContentDisposition, `attachment; filename="`+b.Reference.Display()+`.ics"`)
	h.Set(fasthttp.HeaderCacheControl, cacheNever)
	r.rc.SetBody(ics.Calendar{Product: "-//Marquee//Tickets//" + strings.ToUpper(r.p.Lang()), Events: []ics.Event{event}}.Append(nil))
	return nil
}

// ticketLines are the reference and the places of the tickets that admit, a line each.
func ticketLines(p *locale.Printer, b booking.Booking, n names) string {
	lines := []string{p.T("booking.reference", locale.With("reference", b.Reference.Display()))}
	for _, t := range b.Tickets {
		if t.Status != booking.TicketCancelled {
			lines = append(lines, n.place(p, t))
		}
	}
	return strings.Join(lines, "\n")
}

// addressOf is where a show is, in one line.
func addressOf(o occasion) string {
	parts := []string{o.venue.Name, o.hall.Name}
	if o.venue.Address != "" {
		parts = append(parts, strings.ReplaceAll(o.venue.Address, "\n", ", "))
	}
	return strings.Join(append(parts, o.venue.City), ", ")
}

// mapSite is whose map shows the way to a venue.
const mapSite = "OpenStreetMap"

// directionsTo is the address of the way to a venue on a map: by its coordinates, or by its address where those are not
// known. A show that is online has none.
func directionsTo(o occasion) string {
	if o.show.Online {
		return ""
	}
	to := strings.ReplaceAll(firstOf(o.venue.Address, o.venue.Name), "\n", ", ") + ", " + o.venue.City
	if o.venue.Lat != 0 || o.venue.Lng != 0 {
		to = degrees(o.venue.Lat) + "," + degrees(o.venue.Lng)
	}
	return "https://www.openstreetmap.org/directions?to=" + url.QueryEscape(to)
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }
