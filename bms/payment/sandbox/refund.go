package sandbox

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// refundPrefix is that of the bank's own identifiers of refunds.
const refundPrefix = "sbr"

// reasonClosed is why a refund of Faults.RefundFails does not arrive.
const reasonClosed = "the buyer's account is closed"

// Refund gives money back; the same request again returns its present facts, or
// tries again when the refund has failed. Errors: an Invalid fault that names
// the field, payment.ErrUnknownPayment, payment.ErrKeyReused,
// payment.ErrOverRefund, payment.ErrRefused by Faults.RefundRefused.
func (g *Gateway) Refund(ctx context.Context, q payment.RefundRequest) (f payment.RefundFacts, err error) {
	if err := ctx.Err(); err != nil {
		return f, err
	}
	switch {
	case q.Key == "" || len(q.Key) > payment.MaxKey:
		return f, fault.Invalidf("key", "must have 1 to %d characters, not %d", payment.MaxKey, len(q.Key))
	case !q.Amount.IsPositive():
		return f, fault.Invalidf("amount", "must be more than zero, not %s", q.Amount)
	}
	err = g.call(&g.faults.RefundTemporary, &g.faults.RefundTimeout, func() error {
		f, err = g.refund(q)
		return err
	})
	return f, err
}

// refund does the work of Refund. The caller holds mu.
func (g *Gateway) refund(q payment.RefundRequest) (payment.RefundFacts, error) {
	now := g.now()
	r := g.books.find(payment.Lookup{IntentID: q.IntentID, GatewayRef: q.GatewayRef})
	if r == nil {
		return payment.RefundFacts{}, payment.ErrUnknownPayment
	}
	if known, found := r.refundOf(q.Key); found {
		switch f := known.facts(now); {
		case known.Amount != q.Amount:
			return payment.RefundFacts{}, payment.ErrKeyReused
		case f.Status != payment.RefundFailed:
			return f, nil
		}
	}
	if err := r.checkLeft(q.Amount, now); err != nil {
		return payment.RefundFacts{}, err
	}
	if spend(&g.faults.RefundRefused) {
		return payment.RefundFacts{}, payment.ErrRefused
	}
	return g.send(r, refundEntry{Key: q.Key, Amount: q.Amount, DoneAt: now.Add(g.faults.RefundDelay), Failed: spend(&g.faults.RefundFails)}, now)
}

// GiveBack gives back money of the payment with the given GatewayRef at the bank's own desk, as an operator does who does
// not go through the shop. The shop is told like of any refund, without a key. Errors:
// payment.ErrUnknownPayment, payment.ErrOverRefund, an Invalid fault for an amount that is not more than zero.
func (g *Gateway) GiveBack(ref string, amount money.Amount) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	r := g.books.byRef[ref]
	switch {
	case r == nil:
		return payment.ErrUnknownPayment
	case !amount.IsPositive():
		return fault.Invalidf("amount", "must be more than zero, not %s", amount)
	}
	if err := r.checkLeft(amount, now); err != nil {
		return err
	}
	_, err := g.send(r, refundEntry{Amount: amount, DoneAt: now}, now)
	return err
}

// send books a refund. The caller holds mu.
func (g *Gateway) send(r *record, back refundEntry, now time.Time) (payment.RefundFacts, error) {
	back.Ref = id.New[string](refundPrefix, now)
	if err := g.commit(entry{Ref: r.ref, At: now, Refund: &back}); err != nil {
		return payment.RefundFacts{}, err
	}
	return back.facts(now), nil
}

// refundOf returns the last try of the refund with a key.
func (r *record) refundOf(key string) (last refundEntry, found bool) {
	for _, back := range r.refunds {
		if back.Key == key {
			last, found = back, true
		}
	}
	return last, found
}

// checkLeft refuses to give back more than is left.
func (r *record) checkLeft(amount money.Amount, now time.Time) error {
	left, err := r.facts(now).Captured.Sub(r.promised(now))
	if err != nil {
		return err
	}
	if order, err := amount.Cmp(left); err != nil || order > 0 {
		return payment.ErrOverRefund
	}
	return nil
}

// refunded returns what had arrived back at the buyer at a moment.
func (r *record) refunded(at time.Time) money.Amount {
	sum := money.Zero(r.asked.Amount.Currency)
	for _, back := range r.refunds {
		if !at.Before(back.DoneAt) && !back.Failed {
			sum.Minor += back.Amount.Minor
		}
	}
	return sum
}

// promised returns what is given back altogether at a moment, arrived or still on its way.
func (r *record) promised(at time.Time) money.Amount {
	sum := money.Zero(r.asked.Amount.Currency)
	for _, back := range r.refunds {
		if at.Before(back.DoneAt) || !back.Failed {
			sum.Minor += back.Amount.Minor
		}
	}
	return sum
}

// facts returns what the bank says of a refund at a moment.
func (b refundEntry) facts(at time.Time) payment.RefundFacts {
	f := payment.RefundFacts{Key: b.Key, GatewayRef: b.Ref, Amount: b.Amount, Status: payment.RefundPending, At: at}
	switch {
	case at.Before(b.DoneAt):
	case b.Failed:
		f.Status, f.Reason = payment.RefundFailed, reasonClosed
	default:
		f.Status = payment.RefundSucceeded
	}
	return f
}
