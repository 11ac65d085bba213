package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

var auditTests = map[string]func(*suite){
	"Audit_CleanStoreHasNoFindings": testAuditClean,
	"Audit_NamesItsChecks":          testAuditNames,
	"Audit_SeesWhatIsWrong":         testAuditSees,
}

// findings runs every check and returns what it found by name.
func (s *suite) findings(limit int) map[string][]store.Finding {
	s.Helper()
	return read(s, func(tx store.Tx) (map[string][]store.Finding, error) {
		all := map[string][]store.Finding{}
		for _, check := range tx.AuditChecks() {
			list, err := tx.RunAudit(s.Context(), check, limit)
			if err != nil {
				return nil, err
			}
			if len(list) > 0 {
				all[check] = list
			}
		}
		return all, nil
	})
}

// sale stores a booking of seats 1 and 2 that was sold and paid for, as the services leave it.
func (s *suite) sale() {
	s.Helper()
	s.programme()
	require.NoError(s, s.write(store.Batch{
		Seats: []seating.SeatChange{change(1, free, sold("hld_a")), change(2, free, sold("hld_a"))},
		Holds: []store.Written{newHold("hld_a", seating.StateSold, 1, 2)},
	}))
	i := captured("a", 500)
	s.book(paid(draft("a", 1, 2)))
	s.must(func(tx store.Tx) error {
		return firstOf(tx.AddIntent(s.Context(), i), tx.AddMessages(s.Context(), message("a", 0)))
	})
}

func testAuditClean(s *suite) {
	assert.Empty(s, s.findings(10), "an empty store")
	s.sale()
	assert.Empty(s, s.findings(10), "a sale")

	all := read(s, func(tx store.Tx) (payment.Intent, error) { return tx.Intent(s.Context(), "pay_a") })
	back := refund("a", all.Captured.Minor)
	require.NoError(s, s.update(cancelled(paid(draft("a", 1, 2)))))
	require.NoError(s, s.refund(back))
	released := newHold("hld_a", seating.StateReleased, 1, 2)
	released.New = false
	require.NoError(s, s.write(store.Batch{
		Seats: []seating.SeatChange{change(1, sold("hld_a"), free), change(2, sold("hld_a"), free)}, Holds: []store.Written{released},
	}))
	s.finish("msg_a", outbox.Outcome{Status: outbox.Delivered, DeliveredAt: start})
	s.clock.advance(1000 * time.Hour)
	assert.Empty(s, s.findings(10), "a cancellation")
}

func testAuditNames(s *suite) {
	checks := read(s, func(tx store.Tx) ([]string, error) { return tx.AuditChecks(), nil })
	require.NotEmpty(s, checks)
	seen := map[string]bool{}
	for _, name := range checks {
		assert.False(s, seen[name], name)
		assert.Regexp(s, "^[a-z_]+$", name)
		seen[name] = true
	}
	_, err := look(s, func(tx store.Tx) ([]store.Finding, error) { return tx.RunAudit(s.Context(), "no such check", 10) })
	require.ErrorIs(s, err, store.ErrNotFound)
}

// What the contract's own methods can bring about and the services must not.
func testAuditSees(s *suite) {
	s.sale()
	seats := []seating.SeatChange{change(7, free, sold("hld_x")), change(8, free, sold("hld_x")), change(9, free, sold("hld_x"))}
	require.NoError(s, s.write(store.Batch{Seats: seats}))
	found := s.findings(10)
	assert.Len(s, found["sold_seat_without_ticket"], 3)
	assert.Len(s, found["claim_without_hold"], 3)
	assert.Len(s, s.findings(2)["claim_without_hold"], 2, "at most limit")

	b := paid(draft("b", 20))
	b.Total = money.New(1, "EUR")
	s.book(b)
	found = s.findings(10)
	for _, check := range []string{"ticket_without_sold_seat", "total_is_not_its_lines", "confirmed_without_money", "confirmation_without_message"} {
		require.Len(s, found[check], 1, check)
		assert.Contains(s, found[check][0].Subject+found[check][0].Detail, "_b", check)
	}
}
