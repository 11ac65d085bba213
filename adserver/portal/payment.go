package portal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	case t.State == store.TopUpPaid:
		return p.bookReturned(ctx, t, f)
	case f.Captured.IsPositive() && !f.Captured.Equal(t.Amount):
		if err := p.db.FailTopUp(ctx, t.ID, "another amount was paid"); err != nil {
			return err
		}
		return p.giveBack(ctx, t, f)
	case f.Captured.IsPositive():
		return p.bookPaid(ctx, t, f)
	case t.State == store.TopUpCreated && (f.Status == payment.Failed || f.Status == payment.Cancelled):
		return p.db.FailTopUp(ctx, t.ID, f.Reason)
	}
	return nil
}

// bookPaid adds to the balance what was paid and has not gone back, and takes out of it what went back since. The gateway's totals only grow, so that it
// does not matter which it tells first.
func (p *Portal) bookPaid(ctx context.Context, t store.TopUp, f payment.Facts) error {
	if f.Refunded.IsPositive() {
		if _, err := p.db.ReturnTopUp(ctx, t.ID, f.Refunded); err != nil {
			return err
		}
	}
	_, err := p.db.PayTopUp(ctx, t.ID)
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	// It was given up, or went back as a whole, or there is no room for it.
	if err := p.db.FailTopUp(ctx, t.ID, "it could not be booked and goes back"); err != nil {
		return err
	}
	return p.giveBack(ctx, t, f)
}

// bookReturned takes out of the balance what went back of a top-up that is in it. What the gateway took beyond its amount never was in the balance: it is
// what goes back first, and whoever runs the gateway is told to give it back, for who took more there knows why.
func (p *Portal) bookReturned(ctx context.Context, t store.TopUp, f payment.Facts) error {
	if f.Captured.Currency != t.Amount.Currency || f.Captured.Minor < t.Amount.Minor {
		return nil // of before it was paid
	}
	beyond := f.Captured.Minor - t.Amount.Minor
	if f.Refunded.Minor < beyond {
		p.cfg.Logger.ErrorContext(ctx, "the gateway took more than a top-up's amount: give it back there", slog.Uint64("top_up", uint64(t.ID)),
			slog.String("payment", f.GatewayRef), slog.String("amount", money.New(beyond-f.Refunded.Minor, f.Captured.Currency).String()))
	}
	back := min(f.Refunded.Minor-beyond, t.Amount.Minor)
	if back <= 0 {
		return nil
	}
	_, err := p.db.ReturnTopUp(ctx, t.ID, money.New(back, t.Amount.Currency))
	return err
}

// giveBack returns what was paid and cannot be booked, once.
func (p *Portal) giveBack(ctx context.Context, t store.TopUp, f payment.Facts) error {
	t, err := p.db.TopUp(ctx, t.ID)
	if err != nil {
		return err
	}
	back := max(f.Refunded.Minor, t.Refunded.Minor) // facts may be of before
	left := money.New(f.Captured.Minor-back, f.Captured.Currency)
	if !left.IsPositive() {
		return nil
	}
	key := fmt.Sprintf("%s:return:%d", intentOf(t), f.Captured.Minor)
	if back > 0 { // a key is of one amount
		key += fmt.Sprintf(":%d", back)
	}
	p.cfg.Logger.WarnContext(ctx, "top-up given back", slog.Uint64("top_up", uint64(t.ID)), slog.String("amount", left.String()))
	_, err = p.cfg.Gateway.Refund(ctx, payment.RefundRequest{
		Key: key, GatewayRef: f.GatewayRef, IntentID: payment.IntentID(intentOf(t)), Amount: left, Reason: "it could not be booked",
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
	facts, err := p.facts(ctx, t)
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

// facts are what the gateway says of a top-up now.
func (p *Portal) facts(ctx context.Context, t store.TopUp) (payment.Facts, error) {
	return p.cfg.Gateway.Inquire(ctx, payment.Lookup{IntentID: payment.IntentID(intentOf(t)), GatewayRef: t.Intent})
}

const (
	paidFor    = 30 * 24 * time.Hour // for which a paid top-up is asked about
	paidEvery  = time.Hour           // at most, for each of them and each node
	paidAtOnce = 20                  // top-ups of one Reconcile: a gateway bounds how much it is asked
)

// round is how far the top-ups that are paid have been asked about.
type round struct {
	mu    sync.Mutex
	began time.Time
	after uint32 // top-up; zero when none is left of this round
}

// next returns some top-ups to ask about.
func (r *round) next(ctx context.Context, db *store.DB, now time.Time) ([]store.TopUp, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.after == 0 && now.Sub(r.began) < paidEvery {
		return nil, nil
	}
	list, err := db.PaidTopUps(ctx, now.Add(-paidFor), store.Page{After: r.after, Most: paidAtOnce})
	switch {
	case err != nil:
		return nil, err
	case r.after == 0:
		r.began = now
	}
	r.after = 0
	if len(list) == paidAtOnce {
		r.after = list[len(list)-1].ID
	}
	return list, nil
}

// lookBack asks the gateway about some top-ups that were paid: of them something may have gone back.
func (p *Portal) lookBack(ctx context.Context) error {
	if p.cfg.Gateway == nil {
		return nil
	}
	list, err := p.round.next(ctx, p.db, p.now())
	errs := []error{err}
	for _, t := range list {
		if t.Gateway != p.cfg.Gateway.Name() {
			continue
		}
		facts, err := p.facts(ctx, t)
		switch {
		case errors.Is(err, payment.ErrUnknownPayment): // as of a test bank that forgets
		case err != nil:
			errs = append(errs, fmt.Errorf("inquire about paid top-up %d: %w", t.ID, err))
		default:
			errs = append(errs, p.settle(ctx, t, facts))
		}
	}
	return errors.Join(errs...)
}

// Reconcile asks the gateway about every top-up whose outcome is not known, for buyers who did not come back and notifications that were
// lost, and once an hour about those that were paid in the last 30 days, for refunds of which the notification was lost. Whoever runs the portal calls it
// every minute or so; any number of nodes may. Errors are those of all top-ups together.
func (p *Portal) Reconcile(ctx context.Context) error {
	return errors.Join(p.inquireAll(ctx), p.lookBack(ctx))
}

// inquireAll asks the gateway about all top-ups that are open.
func (p *Portal) inquireAll(ctx context.Context) error {
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
		if !e.Kind.Valid() {
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
