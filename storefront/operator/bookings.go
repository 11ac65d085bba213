package operator

import (
	"errors"
	"log/slog"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// bookingsView is the form by which a guest's link is made anew.
type bookingsView struct {
	Reference string // as it was typed
	Wrong     string // what is wrong with it
	Done      string // what was done
}

func (d *Desk) bookingsPage(r *request) error {
	return d.showBookings(r, fasthttp.StatusOK, bookingsView{})
}

func (d *Desk) showBookings(r *request, status int, v bookingsView) error {
	title := "Bookings"
	if v.Wrong != "" {
		title = "Error: Bookings"
	}
	return d.show(r, status, title, bookingsPage(d.frame(title, Prefix+"/bookings"), v))
}

// renewLink ends the link of the booking with a reference and has another one mailed to its buyer. The operator does not see it.
func (d *Desk) renewLink(r *request) error {
	v := bookingsView{Reference: r.form("reference")}
	b, err := d.client.Bookings.GetByReference(r.ctx, v.Reference)
	if err == nil {
		b, err = d.client.Bookings.RenewLink(r.ctx, bms.RenewLinkRequest{BookingID: b.ID, ByOperator: true, Key: r.form("key")})
	}
	if err != nil {
		return d.notRenewed(r, v, err)
	}
	d.cfg.Logger.Info("operator renewed a link", slog.String("booking", string(b.ID)))
	return d.showBookings(r, fasthttp.StatusOK, bookingsView{
		Done: "The links to booking " + b.Reference.Display() + " open it no more. Another one is on its way to its buyer by mail.",
	})
}

// notRenewed shows the form again with what is wrong.
func (d *Desk) notRenewed(r *request, v bookingsView, refusal error) error {
	var err error
	if v.Wrong, err = said(refusal); err != nil {
		return err
	}
	if errors.Is(refusal, bms.ErrNoBooking) { // whose sentence asks for the email address, too
		v.Wrong = "There is no booking with this reference."
	}
	return d.showBookings(r, web.Status(fault.CodeOf(refusal)), v)
}
