package bms

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// PaymentService takes money through gateways. What is to be done at a gateway is
// recorded under a key before the call, and no transaction is open during it.
type PaymentService struct{ c *Client }

// PaymentRequest asks to pay for a booking.
type PaymentRequest struct {
	BookingID booking.ID
	Gateway   string // name; empty means the only one
	ReturnURL string // where the buyer's browser goes when done, whatever the outcome
	Key       string // idempotency key
}

// ErrNoGateway says that a gateway is not configured.
var ErrNoGateway = fault.New(fault.Invalid, "unknown_gateway", "this way of paying is not offered here")

// Gateways returns the names of the configured gateways, sorted.
func (s *PaymentService) Gateways() []string {
	return slices.Sorted(maps.Keys(s.c.gateways))
}

func (s *PaymentService) gateway(name string) (payment.Gateway, error) {
	if name == "" && len(s.c.gateways) == 1 {
		for _, g := range s.c.gateways {
			return g, nil
		}
	}
	g, ok := s.c.gateways[name]
	if !ok {
		return nil, atField(ErrNoGateway, "gateway")
	}
	return g, nil
}

// Start begins a payment: the places are safe until its deadline, and the buyer is to be sent to
// the intent's RedirectURL. After a declined payment Start begins another as long as the places are held, even
// when the decline came at the very end: the deadline is then the end of the time to try again
// (seating.RetryFor). Errors: booking.ErrExpired or seating.ErrExpired when the places are not held any more, booking.ErrPaid,
// booking.ErrNothingToPay, ErrNoGateway; payment.ErrTemporary and its siblings when the gateway does not answer,
// in which case the same call may be repeated.
func (s *PaymentService) Start(ctx context.Context, r PaymentRequest) (payment.Intent, error) {
	g, err := s.gateway(r.Gateway)
	if err != nil {
		return payment.Intent{}, err
	}
	return once(ctx, s.c, "payments.start", r.Key, r, func(finish finish[payment.Intent]) (payment.Intent, error) {
		started, err := retryStale(func() (startedPayment, error) { return s.start(ctx, r, g.Name()) })
		if err != nil {
			return payment.Intent{}, err
		}
		facts, err := ask(ctx, s.c, func(ctx context.Context) (payment.Facts, error) {
			return g.Create(ctx, s.createRequest(started, r.ReturnURL))
		})
		if err != nil {
			return s.notCreated(ctx, started.intent, err)
		}
		return s.learn(ctx, news{intent: started.intent.ID, facts: facts, also: func(tx store.Tx, i payment.Intent) error { return finish(tx, i) }})
	})
}

// startedPayment is an intent that is recorded and the booking that it pays.
type startedPayment struct {
	intent  payment.Intent
	booking booking.Booking
}

// start records the intent and keeps the places until its deadline.
func (s *PaymentService) start(ctx context.Context, r PaymentRequest, gateway string) (startedPayment, error) {
	paid, err := s.c.paid(ctx, r.BookingID)
	if err != nil {
		return startedPayment{}, err
	}
	b := paid.Booking
	var started startedPayment
	err = s.c.judge.do(ctx, catalog.ShowID(b.ShowID), func(j *ruling) error {
		if j.show.show.Status == catalog.Cancelled {
			return catalog.ErrCancelled
		}
		// Whether the booking can be paid is asked before a place is touched.
		if _, err := b.StartPayment(j.now.Add(s.c.cfg.PayFor), j.now); err != nil {
			return err
		}
		held, ok := j.inventory.Get(seating.HoldID(b.HoldID))
		switch {
		case ok && held.State == seating.StateSold: // it was paid since it was read
			return store.ErrStale
		case !ok || !payable(held, j.now):
			return seating.ErrExpired
		}
		hold, err := j.inventory.StartPayment(j.now, seating.HoldID(b.HoldID), j.now.Add(s.c.cfg.PayFor))
		if err != nil {
			return err
		}
		started, err = s.record(ctx, j, b, paid.Intents, hold, gateway)
		return err
	})
	return started, err
}

// payable reports whether a payment of a hold can still end in time. The first payment sets a deadline of its own; one
// that follows lives on what is left, and the grace after that is for answers, not for beginning.
func payable(h seating.Hold, now time.Time) bool {
	return h.Extended == 0 || h.Until().After(now) || h.PayBy.After(now)
}

// record queues a new intent, the end of earlier ones, and the booking's new state.
func (s *PaymentService) record(ctx context.Context, j *ruling, b booking.Booking, earlier []payment.Intent, hold seating.Hold, gateway string) (startedPayment, error) {
	paying, err := b.StartPayment(hold.PayBy, j.now)
	if err != nil {
		return startedPayment{}, err
	}
	intent, err := payment.NewIntent(payment.Order{
		BookingID: string(b.ID), PartnerID: b.PartnerID, Gateway: gateway, Attempt: len(earlier) + 1, Amount: b.Total, ExpiresAt: paying.PayBy,
	}, j.now)
	if err != nil {
		return startedPayment{}, err
	}
	for _, old := range earlier {
		if !old.Status.Open() {
			continue
		}
		if err := j.tx.UpdateIntent(ctx, old.Abandon(payment.ReasonSuperseded, j.now)); err != nil {
			return startedPayment{}, err
		}
	}
	if err := j.tx.UpdateBooking(ctx, paying); err != nil {
		return startedPayment{}, err
	}
	if err := s.c.keepVouchers(ctx, j.tx, hold); err != nil {
		return startedPayment{}, err
	}
	return startedPayment{intent: intent, booking: paying}, j.tx.AddIntent(ctx, intent)
}

// keepVouchers reserves the hold's vouchers for as long as its places.
func (c *Client) keepVouchers(ctx context.Context, tx store.Tx, hold seating.Hold) error {
	return tx.ExtendVoucherUses(ctx, string(hold.ID), hold.Until().Add(c.cfg.Grace))
}

func (s *PaymentService) createRequest(p startedPayment, returnURL string) payment.CreateRequest {
	notify := ""
	if s.c.cfg.BaseURL != "" {
		notify = s.c.cfg.BaseURL + "/webhooks/" + p.intent.Gateway
	}
	return payment.CreateRequest{
		Key: p.intent.CreateKey(), IntentID: p.intent.ID, Amount: p.intent.Amount, Reference: string(p.booking.Reference),
		Description: fmt.Sprintf("Booking %s", p.booking.Reference.Display()), BuyerEmail: p.booking.Buyer.Email,
		ReturnURL: returnURL, NotifyURL: notify, ExpiresAt: p.intent.ExpiresAt,
	}
}

// notCreated deals with a gateway that did not take the payment. A refusal ends the
// intent and frees the buyer to try another way; anything else is cleared up by inquiry.
func (s *PaymentService) notCreated(ctx context.Context, i payment.Intent, cause error) (payment.Intent, error) {
	if payment.ClassOf(cause) == payment.ClassRefused {
		facts := payment.Facts{Status: payment.Failed, Reason: payment.ReasonProcessing}
		if _, err := s.learn(ctx, news{intent: i.ID, facts: facts}); err != nil {
			s.c.log.ErrorContext(ctx, "refused payment not recorded", logErr(err))
		}
	}
	return payment.Intent{}, fmt.Errorf("start payment %s: %w", i.ID, cause)
}

// Get returns a payment. Errors: store.ErrNotFound.
func (s *PaymentService) Get(ctx context.Context, id payment.IntentID) (payment.Intent, error) {
	return find(ctx, s.c.db, id, store.Tx.Intent)
}

// Webhook takes a gateway's notification: raw body and headers as they came. When it
// returns nil the notification is settled for good; after an error the gateway sends it again. One that comes twice
// brings about nothing again. Errors:
// ErrNoGateway, payment.ErrSignature, payment.ErrStale.
func (s *PaymentService) Webhook(ctx context.Context, gateway string, header func(string) string, body []byte) error {
	g, ok := s.c.gateways[gateway]
	if !ok {
		return ErrNoGateway
	}
	events, err := g.ParseWebhook(header, body)
	if err != nil {
		return fmt.Errorf("webhook of %s: %w", gateway, err)
	}
	for _, e := range events {
		if err := s.handle(ctx, gateway, e); err != nil {
			return fmt.Errorf("event %s of %s: %w", e.ID, gateway, err)
		}
	}
	return nil
}

func (s *PaymentService) handle(ctx context.Context, gateway string, e payment.Event) error {
	id := e.IntentID
	if id == "" {
		i, err := view(ctx, s.c.db, func(tx store.Tx) (payment.Intent, error) { return tx.IntentByRef(ctx, gateway, e.GatewayRef) })
		if errors.Is(err, store.ErrNotFound) {
			err = errNoIntent
		}
		if err != nil {
			return s.foreign(ctx, err, e)
		}
		id = i.ID
	}
	_, err := s.learn(ctx, news{intent: id, facts: e.Facts, gateway: gateway, event: e.ID})
	if err != nil {
		return s.foreign(ctx, err, e)
	}
	if e.Refund != nil {
		return s.learnRefund(ctx, id, *e.Refund)
	}
	return nil
}

// foreign accepts notifications about payments that are not ours: a gateway account can serve
// other programs, and refusing would have it repeat them for days.
func (s *PaymentService) foreign(ctx context.Context, err error, e payment.Event) error {
	if !errors.Is(err, errNoIntent) {
		return err
	}
	s.c.log.WarnContext(ctx, "gateway event about an unknown payment", slog.String("event", e.ID))
	return nil
}

// errNoIntent says that a notification is about a payment that we never began.
var errNoIntent = errors.New("no such payment here")

// Refresh asks the gateway about a payment now, as the page does to which the buyer
// comes back, and returns what is known then. Where the buyer has agreed and the gateway waits for the shop's word, it is
// confirmed. Refresh needs no idempotency key: news are merged, and a repetition brings about nothing again.
func (s *PaymentService) Refresh(ctx context.Context, id payment.IntentID) (payment.Intent, error) {
	i, err := s.Get(ctx, id)
	if err != nil || i.InquireAt.IsZero() {
		return i, err
	}
	return s.inquire(ctx, i)
}

// ask calls a gateway. A call that is cut off by Config.GatewayTimeout may have done its work.
func ask[T any](ctx context.Context, c *Client, call func(context.Context) (T, error)) (T, error) {
	asking, cancel := context.WithTimeout(ctx, c.cfg.GatewayTimeout)
	defer cancel()
	answer, err := call(asking)
	if err != nil && asking.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w: %w", payment.ErrUnknownOutcome, err)
	}
	return answer, err
}

// ConfirmRequest asks to finish a payment from the server.
type ConfirmRequest struct {
	PaymentID payment.IntentID

	// Token is what the gateway's field in the shop's own page made of a card. Empty after the
	// gateway's own page: Refresh and Client.Run then confirm by themselves what the buyer has agreed to.
	Token string

	Key string // idempotency key
}

// Confirm finishes a payment from the server: it charges a token, or takes what the buyer has agreed to. A decline is not
// an error: the intent that is returned has failed, and the places are still held for another Start. A payment that was
// captured before is returned as it is. Errors: store.ErrNotFound, payment.ErrEnded when it was declined or given up, or
// its time is over, ErrNoGateway, payment.ErrRefused for a token that the
// gateway does not take; payment.ErrTemporary and its siblings when the gateway does not answer, in which case the same call may be repeated.
func (s *PaymentService) Confirm(ctx context.Context, r ConfirmRequest) (payment.Intent, error) {
	return once(ctx, s.c, "payments.confirm", r.Key, r, func(finish finish[payment.Intent]) (payment.Intent, error) {
		i, err := s.Get(ctx, r.PaymentID)
		if err != nil {
			return i, err
		}
		switch {
		case i.Status == payment.Captured: // by a call whose answer was lost, perhaps
			return i, s.c.db.Update(ctx, func(tx store.Tx) error { return finish(tx, i) })
		case !i.Payable(s.c.db.Now()):
			return i, payment.ErrEnded
		}
		g, ok := s.c.gateways[i.Gateway]
		if !ok {
			return i, fmt.Errorf("confirm payment %s: %w", i.ID, ErrNoGateway)
		}
		facts, err := s.confirmAt(ctx, g, i, r.Token)
		if err != nil {
			return i, fmt.Errorf("confirm payment %s: %w", i.ID, err)
		}
		return s.learn(ctx, news{intent: i.ID, facts: facts, also: func(tx store.Tx, i payment.Intent) error { return finish(tx, i) }})
	})
}

// confirmAt has the gateway take the money of a payment.
func (s *PaymentService) confirmAt(ctx context.Context, g payment.Gateway, i payment.Intent, token string) (payment.Facts, error) {
	return ask(ctx, s.c, func(ctx context.Context) (payment.Facts, error) {
		return g.Confirm(ctx, payment.ConfirmRequest{Key: i.ConfirmKey(), IntentID: i.ID, GatewayRef: i.GatewayRef, Token: token})
	})
}

// inquire asks the gateway what became of a payment, and has it take the money that waits for our word.
func (s *PaymentService) inquire(ctx context.Context, i payment.Intent) (payment.Intent, error) {
	g, ok := s.c.gateways[i.Gateway]
	if !ok {
		return i, fmt.Errorf("inquire %s: %w", i.ID, ErrNoGateway)
	}
	facts, err := ask(ctx, s.c, func(ctx context.Context) (payment.Facts, error) {
		return g.Inquire(ctx, payment.Lookup{IntentID: i.ID, GatewayRef: i.GatewayRef})
	})
	if err == nil && facts.ToConfirm && i.Payable(s.c.db.Now()) {
		facts, err = s.confirmAt(ctx, g, i, "")
	}
	if errors.Is(err, payment.ErrUnknownPayment) && i.GatewayRef == "" {
		if s.c.db.Now().Before(i.CreatedAt.Add(createTimeout)) {
			return i, nil // the call that creates it may still be on its way
		}
		facts, err = payment.Facts{Status: payment.Cancelled, Reason: payment.ReasonNotSent}, nil
	}
	if err != nil {
		return i, fmt.Errorf("inquire %s: %w", i.ID, err)
	}
	return s.learn(ctx, news{intent: i.ID, facts: facts})
}

// createTimeout is how long a recorded intent may be unknown to its gateway because the call is under
// way: the longest Config.GatewayTimeout and as much again for clocks and queues.
const createTimeout = 2 * maxGatewayTimeout
