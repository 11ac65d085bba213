package portal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/internal/web"
)

// payWithin is how long an advertiser may take to pay.
const payWithin = 30 * time.Minute

var errNoGateway = fault.New(fault.Unavailable, "no_gateway", "payments are not taken here at the moment")

// topUp stores that somebody wants to pay, asks the gateway to expect it, and leads there.
func (p *Portal) topUp(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	if p.cfg.Gateway == nil {
		return errNoGateway
	}
	amount, err := money.Parse(f.Value("amount"), r.advertiser.Value.Currency)
	if err != nil || !amount.IsPositive() {
		f.note(fault.Invalidf("amount", "must be an amount such as 100.00, above zero"))
		return r.balanceForm(fasthttp.StatusBadRequest, f)
	}
	made, err := p.db.CreateTopUp(r.ctx, r.by(), store.TopUp{Advertiser: r.advertiser.Value.ID, Amount: amount, Gateway: p.cfg.Gateway.Name()})
	if err != nil {
		if err := f.refuse(err); err != nil {
			return err
		}
		return r.balanceForm(fasthttp.StatusBadRequest, f)
	}
	back := p.cfg.BaseURL + Prefix + fmt.Sprintf("%s/top-ups/%d", r.atOwner(), made.ID)
	facts, err := p.cfg.Gateway.Create(r.ctx, payment.CreateRequest{
		Key: intentOf(made), IntentID: payment.IntentID(intentOf(made)), Amount: amount, Reference: fmt.Sprintf("AD-%d", made.ID),
		Description: "Advertising balance of " + r.advertiser.Value.Name, BuyerEmail: r.who.Email, ReturnURL: back,
		NotifyURL: p.cfg.BaseURL + Prefix + "/payments", ExpiresAt: p.now().Add(payWithin),
	})
	if err != nil {
		return p.notBegun(r.ctx, made, err)
	}
	if facts.GatewayRef != "" {
		if err := p.db.NameIntent(r.ctx, made.ID, facts.GatewayRef); err != nil {
			return err
		}
		made.Intent = facts.GatewayRef
	}
	if facts.RedirectURL == "" || facts.Status != payment.Pending {
		if err := p.settle(r.ctx, made, facts); err != nil {
			return err
		}
		web.Redirect(r.rc, back[len(p.cfg.BaseURL):])
		return nil
	}
	web.Redirect(r.rc, facts.RedirectURL)
	return nil
}

// notBegun ends a top-up that the gateway surely knows nothing of. Whatever may have happened is asked for later.
func (p *Portal) notBegun(ctx context.Context, t store.TopUp, err error) error {
	if payment.ClassOf(err) != payment.ClassUnknown {
		err = errors.Join(err, p.db.FailTopUp(ctx, t.ID, "the gateway did not take it"))
	}
	return err
}

// intentOf is the identifier of a top-up's payment, which a crash does not lose: it is made of what is stored. The time tells it from that
// of another database with the same gateway.
func intentOf(t store.TopUp) string {
	return fmt.Sprintf("%s_%012x%014x", payment.IntentPrefix, t.ID, t.Created.UnixMicro())
}

// topUpOf finds the top-up of an event.
func (p *Portal) topUpOf(ctx context.Context, e payment.Event) (store.TopUp, error) {
	if digits, ok := strings.CutPrefix(string(e.IntentID), payment.IntentPrefix+"_"); ok && len(digits) == 26 {
		if id, err := strconv.ParseUint(digits[:12], 16, 32); err == nil {
			t, err := p.db.TopUp(ctx, uint32(id))
			if err == nil && intentOf(t) == string(e.IntentID) {
				return t, nil
			}
			if err != nil && !fault.Is(err, fault.NotFound) {
				return t, err
			}
		}
	}
	return p.db.TopUpOf(ctx, p.cfg.Gateway.Name(), e.GatewayRef)
}

// settle does what the gateway's facts mean for a top-up. It may be told the same again, late, or out of order.
func (p *Portal) settle(ctx context.Context, t store.TopUp, f payment.Facts) error {
	if f.ToConfirm && f.Status == payment.Pending && t.State == store.TopUpCreated {
		confirmed, err := p.cfg.Gateway.Confirm(ctx, payment.ConfirmRequest{
			Key: intentOf(t) + ":confirm", IntentID: payment.IntentID(intentOf(t)), GatewayRef: f.GatewayRef,
		})
		if err != nil {
			return fmt.Errorf("confirm top-up %d: %w", t.ID, err)
		}
		f = confirmed
	}
	switch {
	case f.Captured.IsPositive() && !f.Captured.Equal(t.Amount):
		if err := p.db.FailTopUp(ctx, t.ID, "another amount was paid"); err != nil {
			return err
		}
		return p.giveBack(ctx, t, f)
	case f.Captured.IsPositive():
		_, err := p.db.PayTopUp(ctx, t.ID)
		if fault.Is(err, fault.Conflict) { // it was given up
			return p.giveBack(ctx, t, f)
		}
		return err
	case t.State == store.TopUpCreated && (f.Status == payment.Failed || f.Status == payment.Cancelled):
		return p.db.FailTopUp(ctx, t.ID, f.Reason)
	}
	return nil
}

// giveBack returns what was paid and cannot be booked, once.
func (p *Portal) giveBack(ctx context.Context, t store.TopUp, f payment.Facts) error {
	left, err := f.Captured.Sub(f.Refunded)
	if f.Refunded == (money.Amount{}) {
		left, err = f.Captured, nil
	}
	if err != nil || !left.IsPositive() {
		return err
	}
	p.cfg.Logger.WarnContext(ctx, "top-up given back", slog.Uint64("top_up", uint64(t.ID)), slog.String("amount", left.String()))
	_, err = p.cfg.Gateway.Refund(ctx, payment.RefundRequest{
		Key: fmt.Sprintf("%s:return:%d", intentOf(t), f.Captured.Minor), GatewayRef: f.GatewayRef, IntentID: payment.IntentID(intentOf(t)),
		Amount: left, Reason: "it could not be booked",
	})
	if err != nil {
		return fmt.Errorf("give back top-up %d: %w", t.ID, err)
	}
	return nil
}

// inquire asks the gateway about a top-up that is open.
func (p *Portal) inquire(ctx context.Context, t store.TopUp) error {
	if p.cfg.Gateway == nil || t.Gateway != p.cfg.Gateway.Name() || t.State != store.TopUpCreated {
		return nil
	}
	facts, err := p.cfg.Gateway.Inquire(ctx, payment.Lookup{IntentID: payment.IntentID(intentOf(t)), GatewayRef: t.Intent})
	switch {
	case errors.Is(err, payment.ErrUnknownPayment) && p.now().Sub(t.Created) > payWithin:
		return p.db.FailTopUp(ctx, t.ID, "the gateway knows nothing of it")
	case errors.Is(err, payment.ErrUnknownPayment):
		return nil
	case err != nil:
		return fmt.Errorf("inquire about top-up %d: %w", t.ID, err)
	}
	return p.settle(ctx, t, facts)
}

// Reconcile asks the gateway about every top-up whose outcome is not known, for buyers who did not come back and notifications that were
// lost. Whoever runs the portal calls it every minute or so; any number of nodes may. Errors are those of all top-ups together.
func (p *Portal) Reconcile(ctx context.Context) error {
	var errs []error
	for after := uint32(0); ; {
		list, err := p.db.TopUps(ctx, store.Filter{All: true, State: string(store.TopUpCreated), Page: store.Page{After: after, Most: 100}})
		if err != nil || len(list) == 0 {
			return errors.Join(append(errs, err)...)
		}
		for _, t := range list {
			after = t.ID
			errs = append(errs, p.inquire(ctx, t))
		}
	}
}

// notified takes a gateway's notification. Any answer but 204 has the gateway send it again.
func (p *Portal) notified(r *request) error {
	if p.cfg.Gateway == nil {
		return errNoGateway
	}
	header := func(name string) string { return string(r.rc.Request.Header.Peek(name)) }
	events, err := p.cfg.Gateway.ParseWebhook(header, slices.Clone(r.rc.PostBody()))
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Kind != payment.PaymentChanged {
			continue
		}
		t, err := p.topUpOf(r.ctx, e)
		if fault.Is(err, fault.NotFound) {
			continue // of another shop at the same gateway
		}
		if err == nil {
			err = p.settle(r.ctx, t, e.Facts)
		}
		if err != nil {
			return err
		}
	}
	r.rc.SetStatusCode(fasthttp.StatusNoContent)
	return nil
}
