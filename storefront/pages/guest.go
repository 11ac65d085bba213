package pages

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// A guest proves a booking to be his with its link. The pages keep it in a cookie for each booking, which scripts cannot read and
// which goes to our own site alone, so that it is in no address: neither a payment service that sends buyers back, nor a
// Referer, nor the history of a browser has it.

// bookingCookie begins the names of these cookies; the reference without its dash follows. The value is the id and the link.
const bookingCookie = "b_"

// maxBookingCookies bounds what a browser sends along; the oldest bookings go first.
const maxBookingCookies = 12

// How long a browser may open a booking: until some days after the show, and for a while where that is over. After that the link in
// the mail opens it, or the reference with the email address. Browsers keep no cookie for longer than 400 days
// (RFC 6265bis, section 5.5).
const (
	bookingAfterShow = 7 * 24 * time.Hour
	bookingAtLeast   = 24 * time.Hour
	bookingAtMost    = 400 * 24 * time.Hour
)

// bookingHref is the address of a booking's page without its language. It opens the booking for nobody.
func bookingHref(reference booking.Reference) string { return "/b/" + reference.Display() }

// bookingCookieFor is how long the cookie of a booking is kept.
func bookingCookieFor(showStart, now time.Time) time.Duration {
	return min(max(showStart.Add(bookingAfterShow).Sub(now), bookingAtLeast), bookingAtMost)
}

// keepBooking gives the browser the cookie of a booking.
func (r *request) keepBooking(b bms.Booking) {
	others := slices.DeleteFunc(bookingsHere(r.rc), func(k keptBooking) bool { return k.reference == b.Reference })
	for len(others) >= maxBookingCookies {
		r.dropBooking(others[0].reference)
		others = others[1:]
	}
	web.SetCookie(r.rc, web.Cookie{
		Name: bookingCookie + string(b.Reference), Value: string(b.ID) + "." + b.Link, MaxAge: bookingCookieFor(b.ShowStart, r.now),
	})
}

// dropBooking takes the cookie of a booking away.
func (r *request) dropBooking(reference booking.Reference) {
	web.SetCookie(r.rc, web.Cookie{Name: bookingCookie + string(reference), MaxAge: -1})
}

// keptBooking is what a browser has to show for a booking. Whether it is true is for the SDK to say.
type keptBooking struct {
	reference booking.Reference
	id        booking.ID // empty where the cookie makes no sense
	link      string
}

// bookingsHere lists the bookings that the browser has cookies of, oldest first: their ids begin with the time at which they were made.
func bookingsHere(rc *fasthttp.RequestCtx) []keptBooking {
	var list []keptBooking
	for name, value := range rc.Request.Header.Cookies() {
		text, ours := strings.CutPrefix(string(name), bookingCookie)
		if reference, err := booking.ParseReference(text); ours && err == nil && text == string(reference) {
			list = append(list, readBooking(reference, string(value)))
		}
	}
	slices.SortFunc(list, func(a, b keptBooking) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.reference, b.reference))
	})
	return list
}

// readBooking reads the value of a booking's cookie.
func readBooking(reference booking.Reference, value string) keptBooking {
	kept := keptBooking{reference: reference}
	if id, link, found := strings.Cut(value, "."); found && web.IsWord(value, maxParam) {
		kept.id, kept.link = booking.ID(id), link
	}
	return kept
}

// toBooking lets the browser open the booking from now on, and sends it there.
func (r *request) toBooking(b bms.Booking) error {
	r.keepBooking(b)
	return r.redirect(r.path(bookingHref(b.Reference)))
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
	case !r.site.Sells(catalog.PartnerID(b.PartnerID)):
		return errNoBooking
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

// proved returns the booking with a reference, of which the browser has to have the cookie. Error: errStranger.
func (p *Pages) proved(r *request, reference booking.Reference) (bms.Booking, error) {
	cookie := r.rc.Request.Header.Cookie(bookingCookie + string(reference))
	b, err := p.kept(r, readBooking(reference, string(cookie)))
	if errors.Is(err, bms.ErrNoBooking) {
		return b, errStranger
	}
	return b, err
}

// kept returns the booking of a cookie. Error: bms.ErrNoBooking when the cookie proves nothing.
func (p *Pages) kept(r *request, k keptBooking) (bms.Booking, error) {
	if k.id == "" {
		return bms.Booking{}, bms.ErrNoBooking
	}
	b, err := p.client.Bookings.ByLink(r.ctx, k.id, k.link)
	if fault.Is(err, fault.Invalid) || err == nil && b.Reference != k.reference {
		return bms.Booking{}, bms.ErrNoBooking
	}
	return b, err
}

// strangerView asks who it is.
type strangerView struct {
	Reference string
	Returned  bool // from a payment, perhaps that of an app with a browser of its own
	Renewed   bool // its link has just been ended
}

// renewLink ends the link of the booking, on this browser, too, and has a new one sent to the buyer.
func (p *Pages) renewLink(r *request, b bms.Booking) error {
	ask := bms.RenewLinkRequest{BookingID: b.ID, Link: b.Link, Key: r.form("key")}
	if _, err := withTwin(r.ctx, func() (booking.Booking, error) { return p.client.Bookings.RenewLink(r.ctx, ask) }); err != nil {
		return err
	}
	r.dropBooking(b.Reference)
	return r.redirect(r.path(bookingHref(b.Reference)) + "?renewed=1")
}

// askGuest asks for the email address. The page says nothing about the booking, not even that there is one.
func (p *Pages) askGuest(r *request, reference booking.Reference) error {
	v := strangerView{
		Reference: reference.Display(), Returned: strings.HasSuffix(string(r.rc.Path()), "/return"), Renewed: r.query("renewed") != "",
	}
	if v.Returned {
		return r.show(fasthttp.StatusOK, cacheNever, strangerPage(p.frame(r, r.p.T("guest.back")).own(), v))
	}
	return r.show(web.Status(errStranger.Code), cacheNever, strangerPage(p.frame(r, r.p.T("guest.open")).own(), v))
}
