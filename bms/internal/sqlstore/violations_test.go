package sqlstore_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/internal/sqlstore"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// violations says for each check of the audit how to break what it watches, in a
// store with one confirmed booking of a seat and a place on the floor. What a constraint forbids is done without it.
var violations = map[string][]string{
	"seat_sold_twice": {
		"drop index ticket_seat",
		`insert into ticket (id, booking_id, show_id, serial, seat, area, amount_minor, status)
select 'tkt_again', booking_id, show_id, 99, seat, area, 0, status from ticket where seat is not null`,
	},
	"sold_seat_without_ticket":      {"delete from ticket where seat is not null"},
	"ticket_without_sold_seat":      {"delete from seat_claim"},
	"claim_without_hold":            {"update hold set state = 'expired'"},
	"area_sales_differ":             {"update quota set sold = sold + 1"},
	"total_is_not_its_lines":        {"update booking set total_minor = total_minor + 1"},
	"confirmed_without_tickets":     {"update ticket set status = 'cancelled'"},
	"living_ticket_of_dead_booking": {"update booking set status = 'expired'"},
	"money_without_booking":         {"update booking set status = 'late_refund'"},
	"confirmed_without_money":       {"update intent set captured_minor = 0"},
	"refunds_differ":                {"update intent set refunded_minor = 1"},
	"confirmation_without_message":  {"delete from message"},
	"refund_failed": {
		`insert into refund (id, key, intent_id, booking_id, status, currency, amount_minor, next_at, attempts, doc)
select 'rfd_failed', 'key', id, booking_id, 'failed', currency, 1, null, 1, '{}' from intent`,
	},
	"message_dead":  {"update message set status = 'dead'"},
	"message_stuck": {}, // nobody delivers it for hours
}

// overCapacity breaks the quota's constraint, which each engine lets go in its own way.
var overCapacity = map[sqldb.Dialect][]string{
	sqldb.Postgres: {"alter table quota drop constraint quota_capacity", "update quota set sold = capacity + 1"},
	sqldb.SQLite:   {"pragma ignore_check_constraints = 1", "update quota set sold = capacity + 1", "pragma ignore_check_constraints = 0"},
}

func TestAudit_NamesEachViolation(t *testing.T) {
	t.Parallel()
	for engine, open := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			for _, check := range checksOf(t, open(t, bmstest.NewClock(bmstest.Start).Now)) {
				t.Run(check, func(t *testing.T) {
					t.Parallel()
					clock := bmstest.NewClock(bmstest.Start)
					db := open(t, clock.Now)
					soldStore(t, db)
					require.Empty(t, audit(t, db), "before")
					violate(t, db, check)
					if check == "message_stuck" {
						clock.Advance(7 * time.Hour)
					}
					assert.Contains(t, audit(t, db), check)
				})
			}
		})
	}
}

func checksOf(t *testing.T, db *sqlstore.DB) []string {
	t.Helper()
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	var checks []string
	require.NoError(t, db.View(t.Context(), func(tx store.Tx) error {
		checks = tx.AuditChecks()
		return nil
	}))
	known := append(slices.Collect(maps.Keys(violations)), "quota_over_capacity")
	require.ElementsMatch(t, checks, known, "every check has its violation")
	return checks
}

// soldStore sells a seat and a place on the floor.
func soldStore(t *testing.T, db *sqlstore.DB) {
	t.Helper()
	kit := bmstest.New(t, bmstest.Options{Open: func(testing.TB, func() time.Time) store.DB { return db }})
	hold, err := kit.Holds.Create(t.Context(), bms.HoldRequest{
		ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}, Areas: []bms.AreaItem{{Area: "floor", Count: 1}},
	})
	require.NoError(t, err)
	b, err := kit.Bookings.Create(t.Context(), bms.BookingRequest{HoldID: hold.ID, Secret: hold.Secret, Buyer: bmstest.Ada})
	require.NoError(t, err)
	intent, err := kit.Payments.Start(t.Context(), bms.PaymentRequest{BookingID: b.ID, Gateway: sandbox.Name, ReturnURL: "http://shop.example/"})
	require.NoError(t, err)
	_, err = kit.Bank.Choose(intent.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
	_, err = kit.Payments.Refresh(t.Context(), intent.ID)
	require.NoError(t, err)
	sold, err := kit.Bookings.Get(t.Context(), b.ID)
	require.NoError(t, err)
	require.Equal(t, booking.Confirmed, sold.Status)
}

func violate(t *testing.T, db *sqlstore.DB, check string) {
	t.Helper()
	exec := sqlstore.Executor(db)
	statements, ok := violations[check]
	if !ok {
		statements = overCapacity[exec.Dialect()]
	}
	require.NoError(t, exec.Update(t.Context(), func(tx sqldb.Tx) error {
		for _, sql := range statements {
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				return err
			}
		}
		return nil
	}))
}

// audit returns the findings by check, of those that found something.
func audit(t *testing.T, db store.DB) map[string][]store.Finding {
	t.Helper()
	found := map[string][]store.Finding{}
	require.NoError(t, db.View(t.Context(), func(tx store.Tx) error {
		for _, check := range tx.AuditChecks() {
			list, err := tx.RunAudit(t.Context(), check, 10)
			if err != nil {
				return err
			}
			if len(list) > 0 {
				found[check] = list
			}
		}
		return nil
	}))
	return found
}
