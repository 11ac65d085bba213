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
	return r.show(fasthttp.StatusOK, cachePrivate, findPage(p.frame(r, "Find your booking"), findView{}))
}

// find leads to the booking with a reference, for who knows its buyer's email address.
func (p *Pages) find(r *request) error {
	v := findView{Reference: r.form("reference"), Email: r.form("email")}
	b, err := p.lookUp(r, v)
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
	case fault.Is(err, fault.RateLimited):
		web.SetRetryAfter(r.rc, err)
		v.Notice = &notice{Title: "Please wait a moment", Lines: []string{sentence(fault.Of(err).Message)}, Bad: true}
	default:
		return err
	}
	return r.show(web.Status(fault.CodeOf(err)), cacheNever, findPage(p.frame(r, "Error: Find your booking"), v))
}

// lookUp finds the booking, unless there were too many tries.
func (p *Pages) lookUp(r *request, v findView) (bms.Booking, error) {
	if err := p.cfg.Throttle.Find(web.Client(r.rc), v.Reference); err != nil {
		return bms.Booking{}, err
	}
	return p.client.Bookings.ByReference(r.ctx, v.Reference, v.Email)
}

const referenceHint = "Enter the eight letters and digits from your confirmation, such as K7PW-XF3X"
