package pages

import (
	"errors"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// A guest proves a booking to be his with its link. The pages keep it in a cookie that browsers send to
// the pages of that booking alone, so that it is in no address: neither a payment service that sends buyers back, nor a
// Referer, nor the history of a browser has it.
const bookingCookie = "booking"

// bookingCookieFor is how long a browser may open a booking: longer than any payment takes. After that
// the link in the mail opens it, or the reference with the email address.
const bookingCookieFor = 7 * 24 * time.Hour

// bookingHref is the address of a booking's page, which opens it for nobody.
func bookingHref(reference booking.Reference) string { return "/b/" + reference.Display() }

// keepBooking gives the browser the cookie of a booking.
func keepBooking(rc *fasthttp.RequestCtx, b bms.Booking) {
	web.SetCookie(rc, web.Cookie{
		Name: bookingCookie, Value: string(b.ID) + "." + b.Link, Path: bookingHref(b.Reference), MaxAge: bookingCookieFor,
	})
}

// toBooking lets the browser open the booking from now on, and sends it there.
func (r *request) toBooking(b bms.Booking) error {
	keepBooking(r.rc, b)
	return r.redirect(bookingHref(b.Reference))
}

var errNoBooking = fault.New(fault.NotFound, "booking_not_found", "this link leads to no booking; find yours by its reference and your email address")

// enter takes the link of a mail off the address and leads to the booking.
func (p *Pages) enter(r *request) error {
	r.rc.Response.Header.Set(fasthttp.HeaderReferrerPolicy, "no-referrer") // this address has the link
	b, err := p.client.Bookings.ByLink(r.ctx, booking.ID(r.param(0)), r.query("t"))
	switch {
	case errors.Is(err, bms.ErrNoBooking) || fault.Is(err, fault.Invalid):
		return errNoBooking
	case err != nil:
		return err
	}
	return r.toBooking(b)
}

// errStranger says that this browser has not proved the booking of the address to be its user's.
var errStranger = fault.New(fault.Forbidden, "booking_not_yours", "this browser may not open this booking; open it with its reference and your email address")

// guest leads to a handler with the booking of the address. Who cannot prove that it is his is asked for
// the email address, whether there is such a booking or not.
func (p *Pages) guest(h func(*request, bms.Booking) error) handler {
	return func(r *request) error {
		reference, err := booking.ParseReference(r.param(0))
		if err != nil {
			return errNoBooking
		}
		b, err := p.proved(r, reference)
		if errors.Is(err, errStranger) {
			return p.askGuest(r, reference)
		}
		if err != nil {
			return err
		}
		if !r.site.Sells(catalog.PartnerID(b.PartnerID)) {
			return errNoBooking
		}
		return h(r, b)
	}
}

// proved returns the booking with a reference, which the cookie has to be of. Error: errStranger.
func (p *Pages) proved(r *request, reference booking.Reference) (bms.Booking, error) {
	cookie := string(r.rc.Request.Header.Cookie(bookingCookie))
	id, link, found := strings.Cut(cookie, ".")
	if !found || !web.IsWord(cookie, maxParam) {
		return bms.Booking{}, errStranger
	}
	b, err := p.client.Bookings.ByLink(r.ctx, booking.ID(id), link)
	switch {
	case errors.Is(err, bms.ErrNoBooking) || fault.Is(err, fault.Invalid):
		return b, errStranger
	case err == nil && b.Reference != reference:
		return b, errStranger
	}
	return b, err
}

// strangerView asks who it is.
type strangerView struct {
	Reference string
	Returned  bool // from a payment, perhaps that of an app with a browser of its own
}

// askGuest asks for the email address. The page says nothing about the booking, not even that there is one.
func (p *Pages) askGuest(r *request, reference booking.Reference) error {
	v := strangerView{Reference: reference.Display(), Returned: strings.HasSuffix(string(r.rc.Path()), "/return")}
	if v.Returned {
		return r.show(fasthttp.StatusOK, cacheNever, strangerPage(p.frame(r, "Back from your payment").own(), v))
	}
	return r.show(web.Status(errStranger.Code), cacheNever, strangerPage(p.frame(r, "Open your booking").own(), v))
}
