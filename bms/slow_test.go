package bms_test

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

// slowDB is a database that stalls once, before the Nth unit of work that writes from when it was
// armed. What the world does meanwhile is the function's.
type slowDB struct {
	store.DB
	countdown atomic.Int32
	meanwhile func()
	negligent bool // forgets whose claim it is: for negative controls
}

// arm stalls the nth writing unit of work from now; 1 is the claim of a key, 2 what comes after it.
func (d *slowDB) arm(nth int32, meanwhile func()) {
	d.meanwhile = meanwhile
	d.countdown.Store(nth)
}

func (d *slowDB) Update(ctx context.Context, fn func(store.Tx) error) error {
	if d.countdown.Add(-1) == 0 {
		d.meanwhile()
	}
	if !d.negligent {
		return d.DB.Update(ctx, fn)
	}
	return d.DB.Update(ctx, func(tx store.Tx) error { return fn(negligentTx{tx}) })
}

// negligentTx lets everybody finish.
type negligentTx struct{ store.Tx }

func (negligentTx) FinishKey(context.Context, store.KeyClaim, json.RawMessage) error { return nil }

// slowClient is a second client on the kit's database, which is slow.
func slowClient(t *testing.T, o bmstest.Options) (*bmstest.Kit, *bms.Client, *slowDB) {
	t.Helper()
	slow := &slowDB{}
	open := o.Open
	o.Open = func(t testing.TB, now func() time.Time) store.DB {
		slow.DB = open(t, now)
		return slow.DB
	}
	kit := bmstest.New(t, o)
	client, err := bms.New(slow, bms.Config{Gateways: kit.Gateways(), BaseURL: "http://shop.example"})
	require.NoError(t, err)
	return kit, client, slow
}

// onSlowEngines runs a test with a slow client on each engine.
func onSlowEngines(t *testing.T, test func(*testing.T, *bmstest.Kit, *bms.Client, *slowDB)) {
	t.Helper()
	t.Parallel()
	for name, open := range map[string]func(testing.TB, func() time.Time) store.DB{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, client, slow := slowClient(t, bmstest.Options{Open: open})
			test(t, kit, client, slow)
		})
	}
}

// bestSeat asks for any seat, so that nothing but its key tells two requests apart.
func bestSeat(show catalog.ShowID) bms.HoldRequest {
	return bms.HoldRequest{ShowID: show, Best: &bms.BestRequest{Count: 1}, Key: "k1"}
}

// held counts the places that are kept, by the database.
func held(t *testing.T, kit *bmstest.Kit) int {
	t.Helper()
	holds, err := kit.Holds.Open(t.Context(), kit.Programme.Show.ID)
	require.NoError(t, err)
	n := 0
	for _, h := range holds {
		n += h.Len()
	}
	return n
}

func TestKey_WorkThatOutlastsItsLeaseCountsOnce(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		r := bestSeat(kit.Programme.Show.ID)
		var twin bms.Hold
		slow.arm(2, func() {
			_, err := kit.Holds.Create(t.Context(), r)
			require.ErrorIs(t, err, bms.ErrKeyInFlight, "while the lease lasts")
			kit.Clock.Advance(time.Minute + time.Second)
			twin, err = kit.Holds.Create(t.Context(), r)
			require.NoError(t, err)
		})
		mine, err := client.Holds.Create(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, twin.ID, mine.ID, "the slow one gets its twin's answer")
		assert.Equal(t, 1, held(t, kit))
		again, err := kit.Holds.Create(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, twin.ID, again.ID)
		kit.MustBeClean()
	})
}

// The negative control: without the owner's mark the same course of events holds two seats.
func TestKey_WithoutOwnersWorkCountsTwice(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		r := bestSeat(kit.Programme.Show.ID)
		slow.negligent = true
		slow.arm(2, func() {
			kit.Clock.Advance(time.Minute + time.Second)
			_, err := kit.Holds.Create(t.Context(), r)
			require.NoError(t, err)
		})
		_, err := client.Holds.Create(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, 2, held(t, kit))
	})
}

func TestKey_LateWorkWithoutATwinCounts(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		slow.arm(2, func() { kit.Clock.Advance(3 * time.Minute) })
		mine, err := client.Holds.Create(t.Context(), bestSeat(kit.Programme.Show.ID))
		require.NoError(t, err)
		again, err := kit.Holds.Create(t.Context(), bestSeat(kit.Programme.Show.ID))
		require.NoError(t, err)
		assert.Equal(t, mine.ID, again.ID)
	})
}

func TestKey_SlowFailureDoesNotDropTheTwinsClaim(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		r := bms.HoldRequest{ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}, Key: "k1"}
		var twin bms.Hold
		slow.arm(2, func() {
			kit.Clock.Advance(time.Minute + time.Second)
			var err error
			twin, err = kit.Holds.Create(t.Context(), r)
			require.NoError(t, err)
		})
		mine, err := client.Holds.Create(t.Context(), r)
		require.NoError(t, err, "its seat is taken, by its twin")
		assert.Equal(t, twin.ID, mine.ID)
		again, err := client.Holds.Create(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, twin.ID, again.ID)
	})
}

func TestKey_LostToATwinThatFailedIsToBeAskedAgain(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		r := bestSeat(kit.Programme.Show.ID)
		slow.arm(2, func() {
			kit.Clock.Advance(time.Minute + time.Second)
			_, err := kit.Shows.SetStatus(t.Context(), r.ShowID, catalog.Paused)
			require.NoError(t, err)
			_, err = kit.Holds.Create(t.Context(), r)
			require.Error(t, err)
			_, err = kit.Shows.SetStatus(t.Context(), r.ShowID, catalog.OnSale)
			require.NoError(t, err)
		})
		_, err := client.Holds.Create(t.Context(), r)
		require.ErrorIs(t, err, bms.ErrKeyInFlight)
		assert.Zero(t, held(t, kit), "it did nothing")
		_, err = client.Holds.Create(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, 1, held(t, kit))
	})
}

func TestKey_TakenOverForAnotherRequestIsRefused(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		r, other := bestSeat(kit.Programme.Show.ID), bestSeat(kit.Programme.Show.ID)
		other.Best = &bms.BestRequest{Count: 2}
		slow.arm(2, func() {
			kit.Clock.Advance(time.Minute + time.Second)
			_, err := kit.Holds.Create(t.Context(), other)
			require.NoError(t, err)
		})
		_, err := client.Holds.Create(t.Context(), r)
		require.ErrorIs(t, err, bms.ErrKeyReused)
		assert.Equal(t, 2, held(t, kit))
	})
}

func TestKey_SlowCancellationRefundsOnce(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		b := kit.Buy("stalls-A-1", "stalls-A-2")
		r := bms.CancelRequest{BookingID: b.ID, Tickets: []booking.TicketID{b.Tickets[0].ID}, Key: "k1"}
		slow.arm(2, func() {
			kit.Clock.Advance(time.Minute + time.Second)
			_, err := kit.Bookings.Cancel(t.Context(), r)
			require.NoError(t, err)
		})
		after, err := client.Bookings.Cancel(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, booking.PartlyCancelled, after.Status)
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Len(t, history.Refunds, 1)
		kit.MustBeClean()
	})
}

func TestKey_ShowThatTakesLongToCancelAnswersWhatItDid(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		kit.Buy("stalls-A-1")
		r := bms.CancelShow{ShowID: kit.Programme.Show.ID, Key: "k1"}
		twins := -1
		slow.arm(4, func() { // the claim, the status, the booking, and then the answer
			kit.Clock.Advance(time.Minute + time.Second)
			var err error
			twins, err = kit.Shows.Cancel(t.Context(), r)
			require.NoError(t, err)
		})
		n, err := client.Shows.Cancel(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		assert.Zero(t, twins, "nothing was left for the twin")
		kit.MustBeClean()
	})
}

// slowBank is a gateway that takes its time to answer Create.
type slowBank struct {
	payment.Gateway
	once      sync.Once
	meanwhile func()
}

func (b *slowBank) Create(ctx context.Context, r payment.CreateRequest) (payment.Facts, error) {
	facts, err := b.Gateway.Create(ctx, r)
	b.once.Do(b.meanwhile)
	return facts, err
}

// What a bank says is recorded, whoever has the key by then: the money may come.
func TestKey_SlowBanksAnswerIsRecordedWithoutTheKey(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		r := bms.PaymentRequest{BookingID: b.ID, Gateway: sandbox.Name, ReturnURL: "http://shop.example/", Key: "k1"}
		var twin payment.Intent
		bank := &slowBank{Gateway: kit.Bank, meanwhile: func() {
			kit.Clock.Advance(time.Minute + time.Second)
			var err error
			twin, err = kit.Payments.Start(t.Context(), r)
			require.NoError(t, err)
		}}
		mine, err := kit.Another(bank).Payments.Start(t.Context(), r)
		require.NoError(t, err, "its own answer")
		require.NotEqual(t, twin.ID, mine.ID)
		assert.Equal(t, payment.ReasonSuperseded, mine.Reason)
		assert.NotEmpty(t, mine.GatewayRef)
		again, err := kit.Payments.Start(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, twin.ID, again.ID, "the key has the twin's answer")

		kit.Choose(mine, sandbox.Choice{Outcome: sandbox.Pay})
		kit.Choose(twin, sandbox.Choice{Outcome: sandbox.Pay})
		require.NoError(t, kit.Drain(t.Context()))
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		require.Len(t, history.Refunds, 1, "of two payments one goes back")
		kit.MustBeClean()
	})
}

// deafBank never answers.
type deafBank struct{ payment.Gateway }

func (deafBank) Create(ctx context.Context, _ payment.CreateRequest) (payment.Facts, error) {
	<-ctx.Done()
	return payment.Facts{}, ctx.Err()
}

func TestStart_DoesNotWaitForADeafBank(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, _ *bms.Client, slow *slowDB) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		client, err := bms.New(slow, bms.Config{Gateways: []payment.Gateway{deafBank{kit.Bank}}, GatewayTimeout: 10 * time.Millisecond})
		require.NoError(t, err)
		r := bms.PaymentRequest{BookingID: b.ID, ReturnURL: "http://shop.example/", Key: "k1"}
		_, err = client.Payments.Start(t.Context(), r)
		require.ErrorIs(t, err, payment.ErrUnknownOutcome)
		assert.Equal(t, fault.Unavailable, fault.CodeOf(err))

		i, err := kit.Payments.Start(t.Context(), r)
		require.NoError(t, err, "the key is free again")
		kit.Choose(i, sandbox.Choice{Outcome: sandbox.Pay})
		kit.Clock.Advance(10 * time.Minute)
		kit.MustBeClean()
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		require.Len(t, history.Intents, 2)
		assert.Equal(t, payment.Cancelled, history.Intents[0].Status, "the bank never heard of it")
	})
}

func TestConfig_GatewayTimeoutEndsBeforeTheLeaseOfAKey(t *testing.T) {
	t.Parallel()
	for _, timeout := range []time.Duration{-1, time.Millisecond, 31 * time.Second, time.Minute} {
		_, err := bms.New(nil, bms.Config{GatewayTimeout: timeout})
		require.Error(t, err)
		assert.Equal(t, "gateway_timeout", fault.Of(err).Field, timeout)
	}
}

// The first tickets after a start do not stop the sale: a hold needs a secret in the middle of its unit of work, for which, where units
// come one after the other, the key of the tickets waits.
func TestSecret_OneThatIsKnownWaitsForNoOther(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		hold := func(seat string) error {
			_, err := client.Holds.Create(t.Context(), bms.HoldRequest{ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: seat}}})
			return err
		}
		require.NoError(t, hold("stalls-A-1"))
		slow.arm(1, func() {
			made := make(chan error, 1)
			go func() { made <- hold("stalls-B-1") }()
			select {
			case err := <-made:
				assert.NoError(t, err)
			case <-time.After(patience):
				assert.Fail(t, "it waits for the key of the tickets")
			}
		})
		_, err := client.Tickets.Keys(t.Context())
		require.NoError(t, err)
	})
}
