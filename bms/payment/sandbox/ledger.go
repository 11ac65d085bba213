package sandbox

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// LedgerEntry is what the bank's own books say of one payment.
type LedgerEntry struct {
	IntentID   payment.IntentID
	GatewayRef string
	Reference  string
	Amount     money.Amount
	Status     payment.IntentStatus
	// Captured is what was taken and Refunded what is given back, arrived or not.
	Captured, Refunded money.Amount
	// Refunds are in the order in which they were asked for.
	Refunds   []payment.RefundFacts
	CreatedAt time.Time
}

// Ledger returns every payment in the order of creation, as of now. It is what
// an audit compares a shop's books with.
func (g *Gateway) Ledger() []LedgerEntry {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	all := make([]LedgerEntry, len(g.books.order))
	for i, r := range g.books.order {
		all[i] = r.ledger(now)
	}
	return all
}

// ledger returns the entry of one payment.
func (r *record) ledger(now time.Time) LedgerEntry {
	f := r.facts(now)
	e := LedgerEntry{
		IntentID: r.asked.IntentID, GatewayRef: r.ref, Reference: r.asked.Reference, Amount: r.asked.Amount,
		Status: f.Status, Captured: f.Captured, Refunded: r.promised(now), CreatedAt: r.createdAt,
	}
	for _, back := range r.refunds {
		e.Refunds = append(e.Refunds, back.facts(now))
	}
	return e
}
