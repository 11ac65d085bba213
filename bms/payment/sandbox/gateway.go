package sandbox

import (
	"context"
	"net/url"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// refPrefix is that of the bank's own identifiers of payments.
const refPrefix = "sbx"

// ErrDecided says that a payment has been decided before, or that its time has
// passed.
var ErrDecided = fault.New(fault.Conflict, "payment_decided", "this payment has been decided, please start another one in the shop")

// Create opens a payment; the same request again returns its present facts.
// Errors: an Invalid fault that names the field, payment.ErrKeyReused.
func (g *Gateway) Create(ctx context.Context, q payment.CreateRequest) (f payment.Facts, err error) {
	if err := ctx.Err(); err != nil {
		return f, err
	}
	asked, err := newCreate(q)
	if err != nil {
		return f, err
	}
	err = g.call(&g.faults.CreateTemporary, &g.faults.CreateTimeout, func() error {
		f, err = g.create(asked, q)
		return err
	})
	return f, err
}

// newCreate checks a request.
func newCreate(q payment.CreateRequest) (createEntry, error) {
	switch {
	case q.Key == "" || len(q.Key) > payment.MaxKey:
		return createEntry{}, fault.Invalidf("key", "must have 1 to %d characters, not %d", payment.MaxKey, len(q.Key))
	case q.IntentID == "":
		return createEntry{}, fault.Invalidf("intent_id", "must name the payment")
	case !q.Amount.IsPositive() || !q.Amount.Currency.Valid():
		return createEntry{}, fault.Invalidf("amount", "must be more than zero in an ISO 4217 currency, not %s", q.Amount)
	}
	for field, address := range map[string]string{"return_url": q.ReturnURL, "notify_url": q.NotifyURL} {
		if u, err := url.Parse(address); err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
			return createEntry{}, fault.Invalidf(field, "must be a web address or a path, not %.64q", address)
		}
	}
	return createEntry{
		Key: q.Key, IntentID: q.IntentID, Amount: q.Amount, Reference: q.Reference, Description: q.Description,
		BuyerEmail: q.BuyerEmail, ReturnURL: q.ReturnURL, NotifyURL: q.NotifyURL,
		ExpiresAt: q.ExpiresAt.UTC().Truncate(time.Microsecond),
	}, nil
}

// create does the work of Create. The caller holds mu.
func (g *Gateway) create(asked createEntry, q payment.CreateRequest) (payment.Facts, error) {
	now := g.now()
	if known := g.books.byKey[asked.Key]; known != nil {
		if known.asked != asked {
			return payment.Facts{}, payment.ErrKeyReused
		}
		return g.answer(known, now), nil
	}
	if g.books.byIntent[asked.IntentID] != nil {
		return payment.Facts{}, payment.ErrKeyReused
	}
	ref := id.New[string](refPrefix, now)
	if err := g.commit(entry{Ref: ref, At: now, Create: &asked}); err != nil {
		return payment.Facts{}, err
	}
	r := g.books.byRef[ref]
	if g.cfg.Script != nil {
		if choice := g.cfg.Script(q); choice != nil {
			if err := g.choose(r, chooseEntry{Choice: *choice}, now); err != nil {
				return payment.Facts{}, err
			}
		}
	}
	return g.answer(r, now), nil
}

// answer returns the facts of r with the page, while there is something to do
// on it.
func (g *Gateway) answer(r *record, now time.Time) payment.Facts {
	f := r.facts(now)
	if f.Status == payment.Pending && r.chosen == nil {
		f.RedirectURL = g.cfg.PageURL + "/" + r.ref
	}
	return f
}

// Confirm decides a payment by a token (Token), or takes what its buyer has
// authorized, and returns its facts, a decline included. Where there is nothing
// to do it returns the present facts. Errors: payment.ErrUnknownPayment, payment.ErrKeyReused, an
// Invalid fault about token.
func (g *Gateway) Confirm(ctx context.Context, q payment.ConfirmRequest) (f payment.Facts, err error) {
	if err := ctx.Err(); err != nil {
		return f, err
	}
	err = g.call(&g.faults.ConfirmTemporary, &g.faults.ConfirmTimeout, func() error {
		f, err = g.confirm(q)
		return err
	})
	return f, err
}

// confirm does the work of Confirm. The caller holds mu.
func (g *Gateway) confirm(q payment.ConfirmRequest) (payment.Facts, error) {
	now := g.now()
	r := g.books.find(payment.Lookup{IntentID: q.IntentID, GatewayRef: q.GatewayRef})
	if r == nil {
		return payment.Facts{}, payment.ErrUnknownPayment
	}
	if q.Token == "" {
		var err error
		if r.facts(now).ToConfirm {
			err = g.commit(entry{Ref: r.ref, At: now, Confirm: &confirmEntry{Key: q.Key}})
		}
		return g.answer(r, now), err
	}
	outcome, err := parseToken(q.Token)
	if err != nil {
		return payment.Facts{}, err
	}
	if r.chosen != nil {
		if r.chosen.Key == q.Key && r.chosen.Outcome != outcome {
			return payment.Facts{}, payment.ErrKeyReused
		}
		return g.answer(r, now), nil
	}
	if !r.expired(now) {
		err = g.choose(r, chooseEntry{Choice: Choice{Outcome: outcome}, Key: q.Key}, now)
	}
	return g.answer(r, now), err
}

// Choose decides the payment with the given GatewayRef, as its buyer does on
// the page, and returns the facts. Errors: payment.ErrUnknownPayment,
// ErrDecided, an Invalid fault that names the field of c.
func (g *Gateway) Choose(ref string, c Choice) (payment.Facts, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	r := g.books.byRef[ref]
	if r == nil {
		return payment.Facts{}, payment.ErrUnknownPayment
	}
	if r.chosen != nil || r.expired(now) {
		return g.answer(r, now), ErrDecided
	}
	err := g.choose(r, chooseEntry{Choice: c}, now)
	return g.answer(r, now), err
}

// choose records a decision. The caller holds mu.
func (g *Gateway) choose(r *record, e chooseEntry, now time.Time) error {
	if err := e.validate(); err != nil {
		return err
	}
	e.Webhooks = e.Webhooks.merge(g.faults.Webhooks)
	return g.commit(entry{Ref: r.ref, At: now, Choose: &e})
}

// Inquire returns the present facts. Error: payment.ErrUnknownPayment.
func (g *Gateway) Inquire(ctx context.Context, l payment.Lookup) (f payment.Facts, err error) {
	if err := ctx.Err(); err != nil {
		return f, err
	}
	err = g.call(&g.faults.InquireTemporary, nil, func() error {
		r := g.books.find(l)
		if r == nil {
			return payment.ErrUnknownPayment
		}
		f = g.answer(r, g.now())
		return nil
	})
	return f, err
}
