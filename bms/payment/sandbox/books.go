package sandbox

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/payment"
)

// books is everything the bank knows of its payments.
type books struct {
	byRef    map[string]*record
	byIntent map[payment.IntentID]*record
	byKey    map[string]*record // by the key of Create
	order    []*record          // as they were created
}

func newBooks() books {
	return books{
		byRef:    map[string]*record{},
		byIntent: map[payment.IntentID]*record{},
		byKey:    map[string]*record{},
	}
}

// record is one payment. What it is at a moment follows from what was decided
// and when, so the passing of time needs no entry of its own.
type record struct {
	ref       string
	createdAt time.Time
	asked     createEntry
	chosen    *chooseEntry // nil until the buyer has decided
	chosenAt  time.Time
	confirmed time.Time // when the shop took what was authorized; zero before
	refunds   []refundEntry
}

// create opens a payment.
func (b *books) create(e entry) {
	r := &record{ref: e.Ref, createdAt: e.At, asked: *e.Create}
	b.byRef[r.ref], b.byIntent[r.asked.IntentID], b.byKey[r.asked.Key] = r, r, r
	b.order = append(b.order, r)
}

// find returns the payment that l names, nil when there is none or the two
// names are of different ones.
func (b *books) find(l payment.Lookup) *record {
	r := b.byRef[l.GatewayRef]
	if l.GatewayRef == "" {
		return b.byIntent[l.IntentID]
	}
	if r != nil && l.IntentID != "" && r.asked.IntentID != l.IntentID {
		return nil
	}
	return r
}

// decidedAt returns when the bank's decision takes effect.
func (r *record) decidedAt() time.Time { return r.chosenAt.Add(r.chosen.Delay) }

// facts returns what the bank says of r at a moment.
func (r *record) facts(at time.Time) payment.Facts {
	f := payment.Facts{GatewayRef: r.ref, Status: payment.Pending, At: at}
	switch {
	case r.chosen == nil || at.Before(r.chosenAt):
		if r.expired(at) {
			f.Status, f.Reason = payment.Cancelled, payment.ReasonSessionExpired
		}
	case at.Before(r.decidedAt()):
	case r.chosen.Outcome == Authorize:
		r.authorized(&f)
	default:
		f.Status, f.Reason = r.chosen.Outcome.status()
	}
	if f.Status == payment.Captured {
		f.Captured, f.Refunded = r.asked.Amount, r.refunded(at)
	}
	return f
}

// authorized fills in what became of an agreement: taken, lapsed or waiting for the shop.
func (r *record) authorized(f *payment.Facts) {
	switch {
	case !r.confirmed.IsZero() && !f.At.Before(r.confirmed):
		f.Status = payment.Captured
	case r.expired(f.At):
		f.Status, f.Reason = payment.Cancelled, payment.ReasonSessionExpired
	default:
		f.ToConfirm = true
	}
}

// expired reports whether the time for paying had passed at a moment.
func (r *record) expired(at time.Time) bool {
	return !r.asked.ExpiresAt.IsZero() && at.After(r.asked.ExpiresAt)
}
