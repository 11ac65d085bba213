package pages

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/internal/web"
)

// pay begins a payment and sends the visitor to the gateway; a booking that costs nothing is confirmed at once.
func (p *Pages) pay(r *request) error {
	b, err := p.bookingOf(r, r.form("t"))
	if err != nil {
		return err
	}
	if b.Total.IsZero() {
		_, err := withTwin(r.ctx, func() (booking.Booking, error) {
			return p.client.Bookings.ConfirmFree(r.ctx, b.ID, r.form("key"))
		})
		return p.afterPay(r, b, bookingHref(b.ID, b.Link), err)
	}
	start := bms.PaymentRequest{
		BookingID: b.ID, Gateway: r.form("gateway"), Key: r.form("key"),
		// The link travels to the gateway and back: a buyer may return in another browser, as from a bank's app.
		ReturnURL: p.cfg.BaseURL + "/bookings/" + string(b.ID) + "/return?t=" + b.Link,
	}
	intent, err := withTwin(r.ctx, func() (payment.Intent, error) { return p.client.Payments.Start(r.ctx, start) })
	to := intent.RedirectURL
	if to == "" {
		to = bookingHref(b.ID, b.Link)
	}
	return p.afterPay(r, b, to, err)
}

// afterPay goes on, or shows the booking with what went wrong.
func (p *Pages) afterPay(r *request, b bms.Booking, to string, err error) error {
	switch {
	case err == nil:
		return r.redirect(to)
	case mine(err) || errors.Is(err, payment.ErrTemporary) || errors.Is(err, payment.ErrUnknownOutcome):
		return p.showBooking(r, b, err)
	}
	return err
}

// returned is where gateways send buyers back. It asks the gateway for the outcome instead of waiting for
// its notification, which may be late or lost, and shows the booking.
func (p *Pages) returned(r *request) error {
	b, err := p.bookingOf(r, r.query("t"))
	if err != nil {
		return err
	}
	if b.Status == booking.AwaitingPayment {
		p.refresh(r, b)
	}
	return r.redirect(bookingHref(b.ID, b.Link) + "&returned=1")
}

// refresh asks about the last payment. When the gateway does not answer the page says that it is waiting.
func (p *Pages) refresh(r *request, b bms.Booking) {
	history, err := p.client.Bookings.Payments(r.ctx, b.ID)
	if last, found := lastOf(history.Intents); found {
		_, err = p.client.Payments.Refresh(r.ctx, last.ID)
	}
	if err != nil {
		p.cfg.Logger.WarnContext(r.ctx, "payment not refreshed", slog.String("request_id", web.RequestID(r.rc)),
			slog.String("booking", string(b.ID)), slog.String("error", fmt.Sprint(err)))
	}
}
