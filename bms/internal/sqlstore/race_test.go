package sqlstore_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/internal/sqlstore"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

// engines opens a store on each engine, without the wrapping of its package so
// that a test can reach inside.
var engines = map[string]func(testing.TB, func() time.Time) *sqlstore.DB{
	"sqlite":   openLite,
	"postgres": openPG,
}

func openLite(t testing.TB, now func() time.Time) *sqlstore.DB {
	t.Helper()
	db, err := lite.Open(t.Context(), lite.Config{Path: filepath.Join(t.TempDir(), "race.db"), Now: now})
	require.NoError(t, err)
	require.NoError(t, lite.Migrate(t.Context(), db, sqlite.Migrations(), "bms_migration"))
	return sqlstore.New(db)
}

func openPG(t testing.TB, now func() time.Time) *sqlstore.DB {
	t.Helper()
	url, schema := pgtest.Schema(t)
	db, err := pg.Open(t.Context(), pg.Config{URL: url, SearchPath: schema, Now: now})
	require.NoError(t, err)
	require.NoError(t, pg.Migrate(t.Context(), db, postgres.Migrations(), "bms_migration"))
	return sqlstore.New(db)
}

// rush has buyers fight for seats through two nodes and returns who got which seat. Who gets none is refused by
// one of the given codes.
func rush(t *testing.T, kit *bmstest.Kit, nodes []*bms.Client, seats []string, buyers int, refusals ...fault.Code) map[string][]booking.Reference {
	t.Helper()
	var mu sync.Mutex
	owners := map[string][]booking.Reference{}
	var wait sync.WaitGroup
	for i := range buyers {
		wait.Go(func() {
			node := nodes[i%len(nodes)]
			for n := range seats {
				seat := seats[(i+n)%len(seats)]
				b, err := buy(t.Context(), kit, node, seat)
				if err != nil {
					assert.Contains(t, refusals, fault.CodeOf(err), "%v", err)
					continue
				}
				mu.Lock()
				owners[seat] = append(owners[seat], b.Reference)
				mu.Unlock()
				return
			}
		})
	}
	wait.Wait()
	return owners
}

// buy takes a seat from hold to confirmed booking through one node.
func buy(ctx context.Context, kit *bmstest.Kit, node *bms.Client, seat string) (booking.Booking, error) {
	hold, err := node.Holds.Create(ctx, bms.HoldRequest{ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: seat}}})
	if err != nil {
		return booking.Booking{}, err
	}
	b, err := node.Bookings.Create(ctx, bms.BookingRequest{HoldID: hold.ID, Secret: hold.Secret, Buyer: bmstest.Ada})
	if err != nil {
		return booking.Booking{}, err
	}
	intent, err := node.Payments.Start(ctx, bms.PaymentRequest{BookingID: b.ID, Gateway: sandbox.Name, ReturnURL: "http://shop.example/"})
	if err != nil {
		return booking.Booking{}, err
	}
	if _, err := kit.Bank.Choose(intent.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay}); err != nil {
		return booking.Booking{}, err
	}
	if _, err := node.Payments.Refresh(ctx, intent.ID); err != nil {
		return booking.Booking{}, err
	}
	sold, err := node.Bookings.Get(ctx, b.ID)
	if err == nil && sold.Status != booking.Confirmed {
		err = fault.New(fault.Conflict, "not_confirmed", fmt.Sprintf("booking is %s", sold.Status))
	}
	return sold, err
}

// twoNodes returns the kit's client and a second one on the same database and bank.
func twoNodes(t *testing.T, db store.DB, wrap func(store.DB) store.DB) (*bmstest.Kit, []*bms.Client) {
	t.Helper()
	kit := bmstest.New(t, bmstest.Options{Open: func(testing.TB, func() time.Time) store.DB { return wrap(db) }})
	other, err := bms.New(wrap(db), bms.Config{Gateways: kit.Gateways(), BaseURL: "http://shop.example"})
	require.NoError(t, err)
	return kit, []*bms.Client{kit.Client, other}
}

func tenSeats() []string {
	var seats []string
	for i := range 10 {
		seats = append(seats, fmt.Sprintf("stalls-C-%d", i+1))
	}
	return seats
}

func TestRace_FiftyBuyersTenSeatsTwoNodes(t *testing.T) {
	t.Parallel()
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := bmstest.NewClock(bmstest.Start)
			kit, nodes := twoNodes(t, open(t, clock.Now), func(db store.DB) store.DB { return db })

			owners := rush(t, kit, nodes, tenSeats(), 50, fault.Conflict, fault.Expired, fault.Unavailable)

			assert.Len(t, owners, 10, "every seat is sold")
			for seat, who := range owners {
				assert.Len(t, who, 1, "seat %s", seat)
			}
			kit.MustBeClean()
		})
	}
}

// gullible believes its node's memory without asking the database for the version.
type gullible struct {
	store.DB
	mu       sync.Mutex
	versions map[catalog.ShowID]int64
}

func (g *gullible) Update(ctx context.Context, fn func(store.Tx) error) error {
	return g.DB.Update(ctx, func(tx store.Tx) error { return fn(gullibleTx{tx, g}) })
}

type gullibleTx struct {
	store.Tx
	g *gullible
}

func (t gullibleTx) LockShow(ctx context.Context, show catalog.ShowID) (store.Locked, error) {
	locked, err := t.ShowVersions(ctx, show)
	t.g.mu.Lock()
	defer t.g.mu.Unlock()
	locked.Version = t.g.versions[show] + 1
	return locked, err
}

func (t gullibleTx) WriteInventory(ctx context.Context, show catalog.ShowID, b store.Batch) error {
	t.g.mu.Lock()
	t.g.versions[show] = b.Version
	t.g.mu.Unlock()
	return t.Tx.WriteInventory(ctx, show, b)
}

// TestRace_WithoutGuardsOversells is the negative control: two nodes that both remember a seat as free sell it twice once the guards are gone, even one after
// the other, so the race test can tell.
func TestRace_WithoutGuardsOversells(t *testing.T) {
	t.Parallel()
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := bmstest.NewClock(bmstest.Start)
			db := open(t, clock.Now)
			require.NoError(t, sqlstore.Unguard(t.Context(), db))
			kit, nodes := twoNodes(t, db, func(db store.DB) store.DB {
				return &gullible{DB: db, versions: map[catalog.ShowID]int64{}}
			})

			for i, node := range nodes { // each remembers the empty hall
				_, err := buy(t.Context(), kit, node, fmt.Sprintf("stalls-A-%d", i+1))
				require.NoError(t, err)
			}

			for _, node := range nodes {
				_, err := buy(t.Context(), kit, node, "stalls-C-1")
				require.NoError(t, err, "without guards a seat is sold twice")
			}
			report, err := kit.Audit(t.Context())
			require.NoError(t, err)
			assert.False(t, report.Clean(), "the audit sees it")
		})
	}
}
