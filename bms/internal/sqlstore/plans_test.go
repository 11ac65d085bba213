package sqlstore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/internal/sqlstore"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// hot is what runs for every visitor or in every round of background work, and so must
// never read a table from end to end.
var hot = map[string]func(*testing.T, store.Tx) error{
	"LoadInventory": func(t *testing.T, tx store.Tx) error {
		l, err := tx.LoadInventory(t.Context(), bigShow(7))
		assert.Len(t, l.Claims, bigSeats)
		return err
	},
	"WriteInventory": writeBig,
	"HoldsSince": func(t *testing.T, tx store.Tx) error {
		_, err := tx.HoldsSince(t.Context(), bigShow(7), bmstest.Start)
		return err
	},
	"ListShows city": listBig(store.ShowQuery{City: "city-3", From: bmstest.Start}),
	"ListShows city and day": listBig(store.ShowQuery{
		City: "city-3", LocalDate: "2026-12-01", From: bmstest.Start, Statuses: []catalog.ShowStatus{catalog.OnSale},
	}),
	"ListShows event":          listBig(store.ShowQuery{EventID: "evt_17", From: bmstest.Start}),
	"ListShows event and city": listBig(store.ShowQuery{EventID: "evt_17", City: "city-7", From: bmstest.Start, LocalDate: "2026-12-01"}),
	"ListShows venue":          listBig(store.ShowQuery{VenueID: "ven_5", From: bmstest.Start}),
	"ListShows next page":      listBig(store.ShowQuery{City: "city-3", After: bigShow(40_003)}),
	"WhatsOn": func(t *testing.T, tx store.Tx) error {
		list, err := tx.WhatsOn(t.Context(), "city-3", "", bmstest.Start)
		assert.NotEmpty(t, list)
		return err
	},
	"WhatsOn of a partner": func(t *testing.T, tx store.Tx) error {
		_, err := tx.WhatsOn(t.Context(), "city-3", "ptn_none", bmstest.Start)
		return err
	},
	"BookingByReference": func(t *testing.T, tx store.Tx) error {
		_, err := tx.BookingByReference(t.Context(), bigBooking(123).Reference)
		return err
	},
	"BookingByHold": func(t *testing.T, tx store.Tx) error {
		_, err := tx.BookingByHold(t.Context(), seating.HoldID(bigBooking(123).HoldID))
		return err
	},
	"ClaimMessages": func(t *testing.T, tx store.Tx) error {
		_, err := tx.ClaimMessages(t.Context(), 100, tx.Now().Add(time.Minute))
		return err
	},
	"DueHolds": func(t *testing.T, tx store.Tx) error {
		_, err := tx.DueHolds(t.Context(), tx.Now(), 100)
		return err
	},
	"DueIntents": func(t *testing.T, tx store.Tx) error {
		_, err := tx.DueIntents(t.Context(), tx.Now(), 100)
		return err
	},
	"AbandonedBookings": func(t *testing.T, tx store.Tx) error {
		_, err := tx.AbandonedBookings(t.Context(), 100)
		return err
	},
	"CancelledShows": func(t *testing.T, tx store.Tx) error {
		_, err := tx.CancelledShows(t.Context(), 100)
		return err
	},
}

func listBig(q store.ShowQuery) func(*testing.T, store.Tx) error {
	return func(t *testing.T, tx store.Tx) error {
		shows, err := tx.ListShows(t.Context(), q)
		assert.NotEmpty(t, shows)
		return err
	}
}

// writeBig takes a seat, sells one, gives one back, counts a quota and changes a hold.
func writeBig(t *testing.T, tx store.Tx) error {
	show := bigShow(7)
	locked, err := tx.LockShow(t.Context(), show)
	if err != nil {
		return err
	}
	old := seating.Claim{Status: seating.Sold, Hold: bigHold(7, 0).ID}
	next := seating.Claim{Status: seating.Sold, Hold: "hld_next"}
	hold := bigHold(7, 0)
	hold.State = seating.StateReleased
	return tx.WriteInventory(t.Context(), show, store.Batch{
		Version: locked.Version, Frame: []byte("{}"),
		Seats: []seating.SeatChange{
			{Seat: 900, To: next}, {Seat: 0, From: old, To: seating.Claim{Status: seating.Blocked, Hold: old.Hold}}, {Seat: 1, From: old},
		},
		Holds: []store.Written{
			{HoldChange: seating.HoldChange{Hold: hold}},
			{HoldChange: seating.HoldChange{Hold: seating.Hold{ID: "hld_next", State: seating.StateSold, CreatedAt: tx.Now()}, New: true}},
		},
		Quotas: []seating.QuotaChange{{Key: "floor", Capacity: 10, Held: 1}},
	})
}

// TestPlans_HotStatementsUseIndexes asks the engines how they run the hot statements over a large
// programme, and logs how large and how quick that is.
func TestPlans_HotStatementsUseIndexes(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("100,000 shows take too long here")
	}
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			exec := sqlstore.Executor(open(t, bmstest.NewClock(bmstest.Start).Now))
			t.Cleanup(func() { assert.NoError(t, exec.Close()) })
			fillBig(t, exec)
			if exec.Dialect() == sqldb.Postgres {
				// As autovacuum does; SQLite plans without statistics. The schemas of other tests on the server are theirs.
				sqlExec(t, exec, `do $$ declare name text; begin
					for name in select tablename from pg_tables where schemaname = current_schema() loop execute format('analyze %I', name); end loop;
				end $$`)
			}
			logBig(t, exec)
			for what, run := range hot {
				for _, s := range recorded(t, exec, run) {
					lines := plan(t, exec, s)
					assert.Empty(t, scans(lines), "%s\n%s\n%s", what, s.SQL, strings.Join(lines, "\n"))
				}
			}
			whole := plan(t, exec, sqldb.Stmt{SQL: "select count(*) from show where local_date <> $1", Args: []any{"2026-12-01"}})
			assert.NotEmpty(t, scans(whole), "the test can tell")
		})
	}
}

// recorded returns the statements of a unit of work, which is undone.
func recorded(t *testing.T, exec sqldb.DB, run func(*testing.T, store.Tx) error) []sqldb.Stmt {
	t.Helper()
	r := &recorder{DB: exec}
	err := sqlstore.New(r).Update(t.Context(), func(tx store.Tx) error {
		if err := run(t, tx); err != nil {
			return err
		}
		if _, err := tx.Partners(t.Context()); err != nil { // sends what is queued
			return err
		}
		return errUndo
	})
	require.ErrorIs(t, err, errUndo)
	r.seen = r.seen[:len(r.seen)-1] // that of Partners
	require.NotEmpty(t, r.seen)
	return r.seen
}
