package sqlstore_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/internal/sqlstore"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// The large programme: 100,000 shows of 500 events at 200 venues in 20 cities over two months, of which 800
// are sold out: 200,000 claims in 20,000 bookings.
const (
	bigShows  = 100_000
	bigEvents = 500
	bigVenues = 200
	bigCities = 20
	bigLists  = 1000 // price lists
	bigSold   = 800
	bigSeats  = 250
	bigParty  = 10
	bigPer    = bigSeats / bigParty // bookings of a show
)

var errUndo = errors.New("undo")

func bigShow(i int) catalog.ShowID { return catalog.ShowID(fmt.Sprintf("shw_%026d", i)) }

func bigHold(show, i int) seating.Hold {
	h := seating.Hold{
		ID: seating.HoldID(fmt.Sprintf("hld_%020d%06d", show, i)), State: seating.StateSold, CreatedAt: bmstest.Start, SoldAt: bmstest.Start,
	}
	for s := range bigParty {
		h.Seats = append(h.Seats, int32(i*bigParty+s))
	}
	return h
}

func bigBooking(n int) booking.Booking {
	return booking.Booking{
		ID: booking.ID(fmt.Sprintf("bkg_%026d", n)), Reference: booking.Reference(fmt.Sprintf("R%07d", n)), ShowID: string(bigShow(n / bigPer)),
		HoldID: string(bigHold(n/bigPer, n%bigPer).ID), Status: booking.Expired, Total: money.New(2000, "EUR"), CreatedAt: bmstest.Start, Version: 1,
	}
}

// fillBig stores the large programme.
func fillBig(t *testing.T, exec sqldb.DB) {
	t.Helper()
	db := sqlstore.New(exec)
	update(t, db, func(tx store.Tx) error {
		err := tx.PutPartner(t.Context(), catalog.Partner{ID: "ptn_1"})
		for i := range bigLists {
			id := fmt.Sprint("prl_", i)
			err = errors.Join(err, tx.PutPriceList(t.Context(), pricing.PriceList{ID: pricing.PriceListID(id), PartnerID: "ptn_1"}))
		}
		for i := range bigEvents {
			id := fmt.Sprint("evt_", i)
			err = errors.Join(err, tx.PutEvent(t.Context(), catalog.Event{ID: catalog.EventID(id), PartnerID: "ptn_1", Slug: id}))
		}
		for i := range bigVenues {
			id := fmt.Sprint("ven_", i)
			err = errors.Join(err, tx.PutVenue(t.Context(), catalog.Venue{ID: catalog.VenueID(id), PartnerID: "ptn_1", Slug: id, CitySlug: bigCity(i)}))
		}
		return errors.Join(err, tx.PutHall(t.Context(), catalog.Hall{ID: "hal_1", VenueID: "ven_0"}),
			tx.AddSeatMap(t.Context(), catalog.SeatMap{ID: "map_1", HallID: "hal_1", Version: 1}))
	})
	fillShows(t, db)
	logSize(t, exec, "shows that never sold")
	for show := range bigSold {
		update(t, db, func(tx store.Tx) error { return sellOut(t, tx, show) })
	}
	settleBig(t, db)
	logSize(t, exec, "with 200,000 claims and 20,000 bookings")
}

func update(t *testing.T, db store.DB, fn func(store.Tx) error) {
	t.Helper()
	require.NoError(t, db.Update(t.Context(), fn))
}

func bigCity(venue int) string { return fmt.Sprint("city-", venue%bigCities) }

// fillShows puts the shows by the thousand and logs how long that takes.
func fillShows(t *testing.T, db store.DB) {
	t.Helper()
	cities := map[catalog.VenueID]string{}
	for i := range bigVenues {
		cities[catalog.VenueID(fmt.Sprint("ven_", i))] = bigCity(i)
	}
	began := time.Now()
	for from := 0; from < bigShows; from += 1000 {
		shows := make([]catalog.Show, 1000)
		for i := range shows {
			n := from + i
			at := bmstest.Start.Add(time.Duration(n*7919%bigShows) * 52 * time.Second)
			shows[i] = catalog.Show{
				ID: bigShow(n), PartnerID: "ptn_1", EventID: catalog.EventID(fmt.Sprint("evt_", n*31%bigEvents)),
				VenueID: catalog.VenueID(fmt.Sprint("ven_", n%bigVenues)), HallID: "hal_1", SeatMapID: "map_1", PriceListID: "prl_1",
				StartsAt: at, EndsAt: at.Add(2 * time.Hour), TimeZone: "Asia/Kolkata", LocalDate: at.Format(time.DateOnly),
				Format: catalog.Format2D, Language: "en", Status: catalog.OnSale, Version: 1, CreatedAt: bmstest.Start,
			}
		}
		update(t, db, func(tx store.Tx) error { return tx.PutShows(t.Context(), shows, cities) })
	}
	took := time.Since(began)
	t.Logf("PutShows: %d shows in %v, %.0f a second", bigShows, took.Round(time.Millisecond), bigShows/took.Seconds())
}

// sellOut sells all seats of a show, each party with its booking, payment and message.
func sellOut(t *testing.T, tx store.Tx, show int) error {
	locked, err := tx.LockShow(t.Context(), bigShow(show))
	if err != nil {
		return err
	}
	b := store.Batch{Version: locked.Version, Frame: []byte("{}"), Quotas: []seating.QuotaChange{{Key: "floor", Capacity: 10}}}
	for i := range bigPer {
		h := bigHold(show, i)
		b.Holds = append(b.Holds, store.Written{HoldChange: seating.HoldChange{Hold: h, New: true}})
		for _, seat := range h.Seats {
			b.Seats = append(b.Seats, seating.SeatChange{Seat: seat, To: seating.Claim{Status: seating.Sold, Hold: h.ID}})
		}
		booked := bigBooking(show*bigPer + i)
		err = errors.Join(err, tx.AddBooking(t.Context(), booked),
			tx.AddIntent(t.Context(), payment.Intent{
				ID: payment.IntentID("pay_" + booked.ID[4:]), BookingID: string(booked.ID), Gateway: "bank", Amount: booked.Total, Status: payment.Captured, Version: 1,
			}),
			tx.AddMessages(t.Context(), outbox.Message{
				ID: outbox.MessageID("msg_" + booked.ID[4:]), Topic: "booking.confirmed", Body: []byte("{}"), CreatedAt: bmstest.Start,
			}))
	}
	return errors.Join(err, tx.WriteInventory(t.Context(), bigShow(show), b))
}

// settleBig delivers all messages but a hundred.
func settleBig(t *testing.T, db store.DB) {
	t.Helper()
	update(t, db, func(tx store.Tx) error {
		claimed, err := tx.ClaimMessages(t.Context(), bigSold*bigPer-100, tx.Now().Add(time.Minute))
		outcomes := make([]outbox.Outcome, len(claimed))
		for i, r := range claimed {
			outcomes[i] = outbox.Outcome{ID: r.ID, LeasedUntil: r.LeasedUntil, Status: outbox.Delivered, DeliveredAt: tx.Now()}
		}
		return errors.Join(err, tx.SettleMessages(t.Context(), outcomes))
	})
}

// sizes asks for the bytes of the database.
var sizes = map[sqldb.Dialect]string{
	sqldb.SQLite:   "select page_count * page_size from pragma_page_count(), pragma_page_size()",
	sqldb.Postgres: "select cast(sum(pg_total_relation_size(oid)) as bigint) from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'",
}

func logSize(t *testing.T, exec sqldb.DB, what string) {
	t.Helper()
	var bytes int64
	require.NoError(t, exec.View(t.Context(), func(tx sqldb.Tx) error {
		return tx.One(t.Context(), []any{&bytes}, sizes[exec.Dialect()])
	}))
	t.Logf("size: %d MB, %s", bytes>>20, what)
}

// logBig logs how long the hot units of work take.
func logBig(t *testing.T, exec sqldb.DB) {
	t.Helper()
	db := sqlstore.New(exec)
	for what, run := range hot {
		var took []time.Duration
		for range 20 {
			began := time.Now()
			err := db.Update(t.Context(), func(tx store.Tx) error { return errors.Join(run(t, tx), errUndo) })
			require.ErrorIs(t, err, errUndo)
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		t.Logf("%-26s median %8v, slowest %8v", what, took[10].Round(10*time.Microsecond), took[19].Round(10*time.Microsecond))
	}
}

func sqlExec(t *testing.T, exec sqldb.DB, sql string) {
	t.Helper()
	require.NoError(t, exec.Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), sql)
		return err
	}))
}
