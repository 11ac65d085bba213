package pages

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/internal/web"
)

// pay begins a payment and sends the visitor to the gateway; a booking that costs nothing is confirmed at once.
func (p *Pages) pay(r *request, b bms.Booking) error {
	if b.Total.IsZero() {
		_, err := withTwin(r.ctx, func() (booking.Booking, error) {
			return p.client.Bookings.ConfirmFree(r.ctx, b.ID, r.form("key"))
		})
		return p.afterPay(r, b, r.path(bookingHref(b.Reference))+justReturned, err)
	}
	if !r.site.Takes(r.form("gateway")) {
		return p.showBooking(r, b, errGateway)
	}
	start := bms.PaymentRequest{
		BookingID: b.ID, Gateway: r.form("gateway"), Key: r.form("key"),
		// Without the link, which is nobody's business but the guest's. Who returns in another browser, as from a
		// bank's app, is asked for the email address.
		ReturnURL: p.base(r) + r.path(bookingHref(b.Reference)) + "/return",
	}
	intent, err := withTwin(r.ctx, func() (payment.Intent, error) { return p.client.Payments.Start(r.ctx, start) })
	to := intent.RedirectURL
	if to == "" {
		to = r.path(bookingHref(b.Reference))
	}
	return p.afterPay(r, b, to, err)
}

var errGateway = fault.New(fault.Invalid, "gateway_not_offered", "this way to pay is not offered here; choose one of those on the page")

// base is where browsers reach the site: the address of the storefront, with the host name of the request when a brand has that.
// Who pays comes back to where the cookie of the booking is.
func (p *Pages) base(r *request) string {
	u, err := url.Parse(p.cfg.BaseURL)
	if err != nil || u.Host == "" || r.site.Brand.ID == "" {
		return p.cfg.BaseURL
	}
	host := u.Hostname()
	for _, own := range r.site.Brand.Hosts {
		if name, _, _ := strings.Cut(strings.ToLower(string(r.rc.Host())), ":"); name == own {
			host = own
		}
	}
	if port := u.Port(); port != "" {
		host = net.JoinHostPort(host, port)
	}
	return u.Scheme + "://" + host
}

// afterPay goes on, or shows the booking with what went wrong.
func (p *Pages) afterPay(r *request, b bms.Booking, to string, err error) error {
	switch {
	case err == nil && strings.HasPrefix(to, "/"):
		return r.redirect(to)
	case err == nil:
		return p.leave(r, to)
	case mine(err) || errors.Is(err, payment.ErrTemporary) || errors.Is(err, payment.ErrUnknownOutcome):
		return p.showBooking(r, b, err)
	}
	return err
}

// leave sends the browser on to a payment service. It is a page that leads there rather than a redirect: our policy
// lets forms go to our own site only, and browsers hold that against the redirects that answer a form, too.
func (p *Pages) leave(r *request, to string) error {
	if own, ok := strings.CutPrefix(to, p.cfg.BaseURL+"/"); ok && p.cfg.BaseURL != "" {
		return r.redirect("/" + own)
	}
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("payment page %.100q: must be an http or https address", to)
	}
	f := p.frame(r, r.p.T("payment.leaving")).own()
	f.Leave = u.String()
	return r.show(fasthttp.StatusOK, cacheNever, leavePage(f))
}

// justReturned says in the address of a booking that its visitor has just paid, or tried to.
const justReturned = "?returned=1"

// returned is where gateways send buyers back. It asks the gateway for the outcome instead of waiting for
// its notification, which may be late or lost, and shows the booking.
func (p *Pages) returned(r *request, b bms.Booking) error {
	if b.Status == booking.AwaitingPayment {
		p.refresh(r, b)
	}
	return r.redirect(r.path(bookingHref(b.Reference)) + justReturned)
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
