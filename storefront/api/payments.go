package api

import (
	"context"
	"net/url"
	"slices"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
)

func (a *API) gateways(_ context.Context, c *call) error {
	if err := c.query().end(); err != nil {
		return err
	}
	offered := slices.DeleteFunc(slices.Clone(a.client.Payments.Gateways()), func(name string) bool { return !c.site().Takes(name) })
	return c.send(fasthttp.StatusOK, public(keepCatalog), page[string]{Items: listOf(offered)})
}

func (a *API) startPayment(ctx context.Context, c *call) error {
	own, err := a.ownBooking(ctx, c)
	if err != nil {
		return err
	}
	key, err := c.key()
	if err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	wanted, err := readPayment(body)
	if err != nil {
		return err
	}
	if !c.site().Takes(wanted.Gateway) {
		return fault.Invalidf("gateway", "%q is not offered here; /api/v1/gateways lists those that are", clip(wanted.Gateway))
	}
	wanted.BookingID, wanted.Key = own.ID, key
	i, err := a.client.Payments.Start(ctx, wanted)
	if err != nil {
		return err
	}
	return c.created("/api/v1/payments/"+string(i.ID), payOf(i))
}

// readPayment reads the body of a request to pay.
func readPayment(body []byte) (bms.PaymentRequest, error) {
	var p bms.PaymentRequest
	err := readObject(body, func(r *reader, name string) bool {
		switch name {
		case "gateway":
			p.Gateway = r.text(maxName)
		case "return_url":
			p.ReturnURL = r.text(maxURL)
		default:
			return false
		}
		return true
	})
	if err != nil {
		return p, err
	}
	return p, checkReturn(p.ReturnURL)
}

// checkReturn accepts where a browser can be sent: an address with a host, or none.
func checkReturn(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return fault.Invalidf("return_url", "must be an address like https://tickets.example/done")
	}
	return nil
}

// payments is what was paid for a booking and given back.
type payments struct {
	Payments []pay    `json:"payments"`
	Refunds  []refund `json:"refunds"`
}

func (a *API) bookingPayments(ctx context.Context, c *call) error {
	own, err := a.ownBooking(ctx, c)
	if err != nil {
		return err
	}
	history, err := a.client.Bookings.Payments(ctx, own.ID)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, payments{Payments: each(history.Intents, payOf), Refunds: each(history.Refunds, refundOf)})
}

// errNoPayment says that there is no such payment, or that who asks may not see it.
var errNoPayment = fault.New(fault.NotFound, "payment_not_found", "there is no such payment, or it is of another booking")

// ownPayment returns the payment of the address, if who asks has the token of its booking.
func (a *API) ownPayment(ctx context.Context, c *call) (payment.Intent, error) {
	token, err := c.secret(headerBookingToken)
	if err != nil {
		return payment.Intent{}, err
	}
	i, err := a.client.Payments.Get(ctx, payment.IntentID(c.params[0]))
	if err == nil {
		_, err = c.here(a.client.Bookings.ByLink(ctx, booking.ID(i.BookingID), token))
	}
	if fault.Is(err, fault.NotFound) {
		return payment.Intent{}, errNoPayment
	}
	return i, err
}

func (a *API) payment(ctx context.Context, c *call) error {
	i, err := a.ownPayment(ctx, c)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, payOf(i))
}

// refreshPayment asks the gateway about a payment now.
func (a *API) refreshPayment(ctx context.Context, c *call) error {
	own, err := a.ownPayment(ctx, c)
	if err != nil {
		return err
	}
	if err := c.readNothing(); err != nil {
		return err
	}
	i, err := a.client.Payments.Refresh(ctx, own.ID)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, payOf(i))
}
