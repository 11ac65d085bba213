package bms_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

// momentsDB is a database in which the world goes on once in the middle of a unit of work, as it may wherever that has no
// snapshot: between the statements of what one method reads, or right behind it.
type momentsDB struct {
	store.DB
	at        atomic.Value // the method in or behind which it does; "" for none
	meanwhile func()
}

// arm has the world go on at the next call of a method.
func (d *momentsDB) arm(method string, meanwhile func()) {
	d.meanwhile = meanwhile
	d.at.Store(method)
}

func (d *momentsDB) reached(method string) bool {
	if !d.at.CompareAndSwap(method, "") {
		return false
	}
	d.meanwhile()
	return true
}

func (d *momentsDB) View(ctx context.Context, fn func(store.Tx) error) error {
	return d.DB.View(ctx, func(tx store.Tx) error { return fn(momentsTx{tx, d}) })
}

func (d *momentsDB) Read(ctx context.Context, fn func(store.Tx) error) error {
	return d.DB.Read(ctx, func(tx store.Tx) error { return fn(momentsTx{tx, d}) })
}

func (d *momentsDB) Update(ctx context.Context, fn func(store.Tx) error) error {
	return d.DB.Update(ctx, func(tx store.Tx) error { return fn(momentsTx{tx, d}) })
}

func (d *momentsDB) Background() store.DB { return d }

type momentsTx struct {
	store.Tx
	db *momentsDB
}

func (t momentsTx) PaidBooking(ctx context.Context, id booking.ID) (store.PaidBooking, error) {
	intents, intentsErr := t.IntentsOf(ctx, id)
	refunds, refundsErr := t.RefundsOf(ctx, id)
	t.db.reached("PaidBooking")
	b, err := t.Booking(ctx, id)
	return store.PaidBooking{Booking: b, Intents: intents, Refunds: refunds}, errors.Join(intentsErr, refundsErr, err)
}

func (t momentsTx) Show(ctx context.Context, id catalog.ShowID) (catalog.Show, error) {
	show, err := t.Tx.Show(ctx, id)
	t.db.reached("Show")
	return show, err
}

func (t momentsTx) Brands(ctx context.Context) ([]catalog.Brand, error) {
	brands, err := t.Tx.Brands(ctx)
	t.db.reached("Brands")
	return brands, err
}

func (t momentsTx) SellingShows(ctx context.Context) ([]catalog.ShowID, error) {
	shows, err := t.Tx.SellingShows(ctx)
	t.db.reached("SellingShows")
	return shows, err
}

func (t momentsTx) ShowStates(ctx context.Context, ids []catalog.ShowID) (map[catalog.ShowID]store.ShowState, error) {
	states, err := t.Tx.ShowStates(ctx, ids)
	t.db.reached("ShowStates")
	return states, err
}

func (t momentsTx) LoadInventory(ctx context.Context, show catalog.ShowID) (store.Loaded, error) {
	loaded, err := t.Tx.LoadInventory(ctx, show)
	if err != nil || !t.db.reached("LoadInventory") {
		return loaded, err
	}
	later, err := t.Tx.LoadInventory(ctx, show)
	loaded.Holds = later.Holds // the last of its statements
	return loaded, err
}

// betweenReads is a kit with a second client on the kit's database, between whose reads the world goes on.
func betweenReads(t *testing.T, open func(testing.TB, func() time.Time) store.DB, o bmstest.Options) (*bmstest.Kit, *bms.Client, *momentsDB) {
	t.Helper()
	db := &momentsDB{}
	o.Open = func(t testing.TB, now func() time.Time) store.DB {
		db.DB = open(t, now)
		return db.DB
	}
	kit := bmstest.New(t, o)
	client, err := bms.New(db, bms.Config{Gateways: kit.Gateways(), BaseURL: "http://shop.example"})
	require.NoError(t, err)
	return kit, client, db
}

// childrenFree is a programme in which children pay nothing.
func childrenFree() bmstest.Programme {
	p := bmstest.Small(bmstest.Start)
	for i := range p.Prices.Prices {
		if p.Prices.Prices[i].BuyerType == "child" {
			p.Prices.Prices[i].Amount = money.Zero("INR")
		}
	}
	return p
}

// family sells a seat that is paid for and one that costs nothing.
func family(t *testing.T, kit *bmstest.Kit) (b booking.Booking, paid, free bms.CancelRequest) {
	t.Helper()
	hold, err := kit.Holds.Create(t.Context(), bms.HoldRequest{
		ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}, {Seat: "stalls-A-2", BuyerType: "child"}},
	})
	require.NoError(t, err)
	b = kit.Book(hold).Booking
	kit.Choose(kit.Start(b.ID), sandbox.Choice{Outcome: sandbox.Pay})
	b, err = kit.Bookings.Get(t.Context(), b.ID)
	require.NoError(t, err)
	require.True(t, b.Tickets[1].Price.IsZero())
	one := func(i int) bms.CancelRequest {
		return bms.CancelRequest{BookingID: b.ID, Tickets: []booking.TicketID{b.Tickets[i].ID}}
	}
	return b, one(0), one(1)
}

func TestCancel_PaidBetweenTwoReadsIsNotYetPaid(t *testing.T) {
	t.Parallel()
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, client, db := betweenReads(t, open, bmstest.Options{})
			b := kit.Book(kit.Hold("stalls-A-1"))
			intent := kit.Start(b.ID)
			db.arm("PaidBooking", func() { kit.Choose(intent, sandbox.Choice{Outcome: sandbox.Pay}) })
			_, err := client.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID})
			require.ErrorIs(t, err, booking.ErrUnpaid)
			_, err = client.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID})
			require.NoError(t, err)
			kit.MustBeClean()
		})
	}
}

func TestCancel_RefundThatIsMadeBetweenTwoReadsIsStillOwed(t *testing.T) {
	t.Parallel()
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, client, db := betweenReads(t, open, bmstest.Options{Programme: childrenFree()})
			b, paid, free := family(t, kit)
			db.arm("PaidBooking", func() {
				_, err := kit.Bookings.Cancel(t.Context(), paid)
				require.NoError(t, err)
			})
			after, err := client.Bookings.Cancel(t.Context(), free)
			require.NoError(t, err)
			assert.Equal(t, booking.Cancelled, after.Status, "its refund is outstanding")
			kit.MustBeClean()
			assert.Equal(t, booking.Refunded, statusOf(t, kit, b.ID))
		})
	}
}

func TestStart_PaymentThatBeginsBetweenTwoReadsIsSuperseded(t *testing.T) {
	t.Parallel()
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, client, db := betweenReads(t, open, bmstest.Options{})
			b := kit.Book(kit.Hold("stalls-A-1"))
			db.arm("PaidBooking", func() { kit.Start(b.ID) })
			second, err := client.Payments.Start(t.Context(), bms.PaymentRequest{BookingID: b.ID, ReturnURL: "http://shop.example/"})
			require.NoError(t, err)
			assert.Equal(t, 2, second.Attempt)
			history, err := kit.Bookings.Payments(t.Context(), b.ID)
			require.NoError(t, err)
			require.Len(t, history.Intents, 2)
			assert.Equal(t, payment.ReasonSuperseded, history.Intents[0].Reason)
		})
	}
}

// What is judged is the booking as it was read: whoever has cancelled or paid it since must not make its refusal another one.
func TestCancel_CancelledByAnotherSinceItWasRead(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		b := kit.Buy("stalls-A-1", "stalls-A-2")
		cancel := func(c *bms.Client, tickets ...booking.TicketID) error {
			_, err := c.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID, Tickets: tickets})
			return err
		}
		first := b.Tickets[0].ID
		slow.arm(1, func() { require.NoError(t, cancel(kit.Client, first)) })
		require.ErrorIs(t, cancel(client, first), booking.ErrTicketCancelled)
		slow.arm(1, func() { require.NoError(t, cancel(kit.Client)) })
		require.ErrorIs(t, cancel(client), booking.ErrCancelled)
		kit.MustBeClean()
	})
}

func TestShowCancel_BuyerWhoCancelsMeanwhileIsNoFailure(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		b := kit.Buy("stalls-A-1")
		slow.arm(2, func() { // behind the status
			_, err := kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID})
			require.NoError(t, err)
		})
		_, err := client.Shows.Cancel(t.Context(), bms.CancelShow{ShowID: kit.Programme.Show.ID})
		require.NoError(t, err)
		kit.MustBeClean()
	})
}

func TestStart_PaidSinceTheBookingWasRead(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		first := kit.Start(b.ID)
		slow.arm(1, func() { kit.Choose(first, sandbox.Choice{Outcome: sandbox.Pay}) })
		_, err := client.Payments.Start(t.Context(), bms.PaymentRequest{BookingID: b.ID, ReturnURL: "http://shop.example/"})
		require.ErrorIs(t, err, booking.ErrPaid)
		kit.MustBeClean()
	})
}

// The refund of a first ticket is paid while a second one, which gives nothing back, is cancelled: nothing is owed then.
func TestCancel_RefundThatIsPaidMeanwhileSettlesTheBooking(t *testing.T) {
	t.Parallel()
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, client, slow := slowClient(t, bmstest.Options{Open: open, Programme: childrenFree()})
			b, paid, free := family(t, kit)
			_, err := kit.Bookings.Cancel(t.Context(), paid)
			require.NoError(t, err)
			slow.arm(1, func() { require.NoError(t, kit.Drain(t.Context())) })
			after, err := client.Bookings.Cancel(t.Context(), free)
			require.NoError(t, err)
			assert.Equal(t, booking.Refunded, after.Status)
			assert.Equal(t, booking.Refunded, statusOf(t, kit, b.ID))
			kit.MustBeClean()
		})
	}
}

// An audit reads as of its beginning, and what it reads late is old by then.
func TestAudit_WhatIsStoredMeanwhileCountsBehindIt(t *testing.T) {
	t.Parallel()
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, client, db := betweenReads(t, open, bmstest.Options{})
			hold, partner := kit.Hold("stalls-A-1"), kit.Programme.Partner.ID
			db.arm("SellingShows", func() {
				require.NoError(t, client.Prices.PutPolicy(t.Context(), bmstest.PolicyID, partner, booking.Policy{}))
			})
			_, err := client.Audit(t.Context())
			require.NoError(t, err)
			b, err := client.Bookings.Create(t.Context(), bms.BookingRequest{HoldID: hold.ID, Secret: hold.Secret, Buyer: bmstest.Ada})
			require.NoError(t, err)
			assert.Empty(t, b.Policy.Tiers)
		})
	}
}

// busyDB is a database in which somebody else is faster before each of the next units of work that write.
type busyDB struct {
	store.DB
	left   atomic.Int32
	faster func()
}

func (d *busyDB) Update(ctx context.Context, fn func(store.Tx) error) error {
	if d.left.Add(-1) >= 0 {
		d.faster()
	}
	return d.DB.Update(ctx, fn)
}

// Of eight who begin a payment at once the last may meet seven others twice: when they begin, and when the bank has answered them.
func TestStart_OfEightAtOnceTheLastBeginsToo(t *testing.T) {
	t.Parallel()
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := &busyDB{}
			kit := bmstest.New(t, bmstest.Options{Open: func(t testing.TB, now func() time.Time) store.DB {
				db.DB = open(t, now)
				return db.DB
			}})
			client, err := bms.New(db, bms.Config{Gateways: kit.Gateways()})
			require.NoError(t, err)
			hold := kit.Hold("stalls-A-1")
			b := kit.Book(hold)
			db.faster = func() { kit.Book(hold) } // changes its buyer
			db.left.Store(2 * 7)
			_, err = client.Payments.Start(t.Context(), bms.PaymentRequest{BookingID: b.ID, ReturnURL: "http://shop.example/"})
			require.NoError(t, err)
		})
	}
}

// The tests below have one unit of work write in the middle of another one that does, which SQLite's one writer never lets happen.

func TestSetStatus_OfSeveralAtOnceAllSucceed(t *testing.T) {
	t.Parallel()
	kit, client, db := betweenReads(t, openPostgres, bmstest.Options{})
	show := kit.Programme.Show.ID
	db.arm("Show", func() {
		_, err := kit.Shows.SetStatus(t.Context(), show, catalog.Paused)
		require.NoError(t, err)
	})
	paused, err := client.Shows.SetStatus(t.Context(), show, catalog.Paused)
	require.NoError(t, err)
	assert.Equal(t, catalog.Paused, paused.Status)
	stored, err := kit.Shows.Show(t.Context(), show)
	require.NoError(t, err)
	assert.Equal(t, stored, paused)
}

func TestPut_PlaceIsHeldWhileAQuotaIsCompared(t *testing.T) {
	t.Parallel()
	kit, client, db := betweenReads(t, openPostgres, bmstest.Options{Programme: licensed(t, 8)})
	kit.Hold("stalls-A-1")
	show := kit.Programme.Show
	show.Seating.Quotas = []catalog.Quota{{Key: "licence", Capacity: 6, Areas: []string{"floor", "pit"}}}
	db.arm("LoadInventory", func() { kit.Hold("stalls-A-2") })
	require.NoError(t, client.Shows.Put(t.Context(), show))
	kit.MustBeClean()
}

// alongside begins something in the middle of a unit of work, which it may have to wait for. It returns what came of it.
func alongside(db *momentsDB, method string, do func() error) <-chan error {
	done := make(chan error, 1)
	db.arm(method, func() {
		began := make(chan error, 1)
		go func() { began <- do() }()
		select {
		case err := <-began:
			done <- err
		case <-time.After(200 * time.Millisecond):
			go func() { done <- <-began }()
		}
	})
	return done
}

func TestPut_ShowThatIsCancelledMeanwhileStaysCancelled(t *testing.T) {
	t.Parallel()
	kit, client, db := betweenReads(t, openPostgres, bmstest.Options{})
	show := kit.Programme.Show
	cancelled := alongside(db, "ShowStates", func() error {
		_, err := kit.Shows.SetStatus(t.Context(), show.ID, catalog.Cancelled)
		return err
	})
	require.NoError(t, client.Shows.Put(t.Context(), show))
	require.NoError(t, <-cancelled)
	stored, err := kit.Shows.Show(t.Context(), show.ID)
	require.NoError(t, err)
	assert.Equal(t, catalog.Cancelled, stored.Status)
}

func TestPut_FirstPlaceOfAShowIsHeldWhileItsSeatMapChanges(t *testing.T) {
	t.Parallel()
	kit, client, db := betweenReads(t, openPostgres, bmstest.Options{})
	smaller, show := kit.Programme.SeatMap, kit.Programme.Show
	m, err := seatmap.ParseGrid(parlour)
	require.NoError(t, err)
	smaller.ID, smaller.Version, smaller.Map = fresh[catalog.SeatMapID](catalog.SeatMapPrefix), 2, m
	require.NoError(t, kit.Catalog.AddSeatMap(t.Context(), smaller))
	show.SeatMapID = smaller.ID
	held := alongside(db, "ShowStates", func() error {
		_, err := kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: show.ID, Seats: []bms.SeatItem{{Seat: "stalls-C-10"}}})
		return err
	})
	require.NoError(t, client.Shows.Put(t.Context(), show))
	assert.True(t, fault.Is(<-held, fault.Invalid), "there is no such seat any more")
	kit.MustBeClean()
}

// Both find no such show. The second to store it must not replace that of the first, whose answer has been given.
func TestAnnounce_TheSameShowAnnouncedMeanwhileIsReturned(t *testing.T) {
	t.Parallel()
	kit, client, db := betweenReads(t, openPostgres, bmstest.Options{})
	_, err := kit.Shows.Announce(t.Context(), premiere())
	require.NoError(t, err)
	next := premiere()
	next.Show.StartsAt = next.Show.StartsAt.Add(3 * time.Hour)
	var first catalog.Show
	db.arm("Show", func() {
		var err error
		first, err = kit.Shows.Announce(t.Context(), next)
		require.NoError(t, err)
	})
	second, err := client.Shows.Announce(t.Context(), next)
	require.NoError(t, err)
	assert.Equal(t, first, second, "as it is stored")
	stored, err := kit.Shows.Show(t.Context(), first.ID)
	require.NoError(t, err)
	assert.Equal(t, first, stored)
}

func TestPutBrand_OfTwoAtOnceOneHasTheHost(t *testing.T) {
	t.Parallel()
	kit, client, db := betweenReads(t, openPostgres, bmstest.Options{})
	brand := func(name string) catalog.Brand {
		return catalog.Brand{
			ID: fresh[catalog.BrandID](catalog.BrandPrefix), PartnerID: kit.Programme.Partner.ID, Name: name, Hosts: []string{"tickets.example"},
			Locales: []string{"en"}, Currency: "INR",
		}
	}
	other := alongside(db, "Brands", func() error { return kit.Catalog.PutBrand(t.Context(), brand("Borealis")) })
	require.NoError(t, client.Catalog.PutBrand(t.Context(), brand("Aurora")))
	require.True(t, fault.Is(<-other, fault.Conflict))
}

func TestAnnounce_OfTwoAtOnceOneStoresTheBrand(t *testing.T) {
	t.Parallel()
	kit, client, db := betweenReads(t, openPostgres, bmstest.Options{})
	_, err := kit.Shows.Announce(t.Context(), premiere())
	require.NoError(t, err)
	announce := func(c *bms.Client, after time.Duration) error {
		a := premiere()
		a.Brand = catalog.Brand{Name: "Bijou", Hosts: []string{"bijou.example"}, Locales: []string{"de"}}
		a.Show.StartsAt = a.Show.StartsAt.Add(after)
		_, err := c.Shows.Announce(t.Context(), a)
		return err
	}
	other := alongside(db, "Brands", func() error { return announce(kit.Client, 3*time.Hour) })
	require.NoError(t, announce(client, 6*time.Hour))
	require.NoError(t, <-other)
	brands, err := kit.Catalog.Brands(t.Context())
	require.NoError(t, err)
	assert.Len(t, brands, 1)
}
