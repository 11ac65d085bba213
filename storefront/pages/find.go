package pages

import (
	"errors"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// findView is the form that finds a booking.
type findView struct {
	Notice           *notice
	Reference, Email string
	Wrong            bool // the reference is none
}

// findForm asks for a reference and an email address.
func (p *Pages) findForm(r *request) error {
	return r.show(fasthttp.StatusOK, cachePrivate, findPage(p.frame(r, r.p.T("find.heading")), findView{}))
}

// find leads to the booking with a reference, for who knows its buyer's email address.
func (p *Pages) find(r *request) error {
	v := findView{Reference: r.form("reference"), Email: r.form("email")}
	b, err := p.lookUp(r, v)
	switch {
	case err == nil:
		r.keepBooking(b)
		to := r.path(bookingHref(b.Reference))
		if r.form("returned") != "" {
			to += "/return"
		}
		return r.redirect(to)
	case errors.Is(err, bms.ErrNoBooking):
		v.Notice = r.refusal(err)
		v.Notice.Title = r.p.T("find.none")
	case fault.Is(err, fault.Invalid):
		v.Wrong = true
		enter := r.p.T("find.enter_reference", locale.With("example", exampleReference))
		v.Notice = &notice{Title: r.p.T("find.check_reference"), Bad: true, Fields: []link{{Text: enter, Href: "#reference"}}}
	case fault.Is(err, fault.RateLimited):
		v.Notice = r.refusal(err)
		v.Notice.Title = r.p.T("find.wait")
	default:
		return err
	}
	return r.show(web.Status(fault.CodeOf(err)), cacheNever, findPage(p.frame(r, r.titled(r.p.T("find.heading"), v.Notice)), v))
}

// lookUp finds the booking, unless there were too many tries. Error: bms.ErrNoBooking also for one that the site does not sell.
func (p *Pages) lookUp(r *request, v findView) (bms.Booking, error) {
	if err := p.cfg.Throttle.Find(web.Client(r.rc), v.Reference); err != nil {
		return bms.Booking{}, err
	}
	b, err := p.client.Bookings.ByReference(r.ctx, v.Reference, v.Email)
	if err == nil && !r.site.Sells(catalog.PartnerID(b.PartnerID)) {
		return bms.Booking{}, bms.ErrNoBooking
	}
	return b, err
}

// exampleReference shows what a reference looks like.
const exampleReference = "K7PW-XF3X"
