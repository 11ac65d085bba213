package pages

import (
	"errors"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// findView is the form that finds a booking.
type findView struct {
	Notice           *notice
	Reference, Email string
	Wrong            bool // the reference is none
}

// findForm asks for a reference and an email address.
func (p *Pages) findForm(r *request) error {
	return r.show(fasthttp.StatusOK, cachePrivate, findPage(p.frame("Find your booking"), findView{}))
}

// find leads to the booking with a reference, for who knows its buyer's email address.
func (p *Pages) find(r *request) error {
	v := findView{Reference: r.form("reference"), Email: r.form("email")}
	b, err := p.client.Bookings.ByReference(r.ctx, v.Reference, v.Email)
	switch {
	case err == nil:
		keepBooking(r.rc, b)
		if r.form("returned") != "" {
			return r.redirect(bookingHref(b.Reference) + "/return")
		}
		return r.redirect(bookingHref(b.Reference))
	case errors.Is(err, bms.ErrNoBooking):
		v.Notice = &notice{Title: "We found no such booking", Lines: []string{sentence(bms.ErrNoBooking.Message)}, Bad: true}
	case fault.Is(err, fault.Invalid):
		v.Wrong = true
		v.Notice = &notice{Title: "Please check the reference", Bad: true, Fields: []link{{Text: referenceHint, Href: "#reference"}}}
	default:
		return err
	}
	return r.show(web.Status(fault.CodeOf(err)), cacheNever, findPage(p.frame("Error: Find your booking"), v))
}

const referenceHint = "Enter the eight letters and digits from your confirmation, such as K7PW-XF3X"
