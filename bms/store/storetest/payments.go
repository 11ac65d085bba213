package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/store"
)

var paymentTests = map[string]func(*suite){
	"Payments_IntentRoundTrip":   testIntent,
	"Payments_IntentUpdate":      testIntentUpdate,
	"Payments_IntentUpdateOnce":  testIntentUpdateOnce,
	"Payments_IntentByRef":       testIntentByRef,
	"Payments_IntentsOfABooking": testIntentsOf,
	"Payments_DueIntents":        testDueIntents,
	"Payments_EventSeenOnce":     testSeeEvent,
	"Payments_EventSeenTogether": testSeeEventRace,
}

// intent returns an open attempt at booking bkg_a.
func intent(letter string) payment.Intent {
	return payment.Intent{
		ID: payment.IntentID("pay_" + letter), BookingID: "bkg_a", PartnerID: string(partnerID), Gateway: "bank", Attempt: 1,
		Amount: money.New(500, "EUR"), Status: payment.Pending, CreatedAt: start, UpdatedAt: start, Version: 1,
	}
}

// captured returns the intent with the money taken.
func captured(letter string, minor int64) payment.Intent {
	i := intent(letter)
	i.Status, i.Captured = payment.Captured, money.New(minor, "EUR")
	return i
}

// intents stores booking bkg_a and attempts at it.
func (s *suite) intents(intents ...payment.Intent) {
	s.Helper()
	s.add(draft("a", 1, 2))
	s.must(func(tx store.Tx) error {
		for _, i := range intents {
			if err := tx.AddIntent(s.Context(), i); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *suite) intent(id payment.IntentID) payment.Intent {
	s.Helper()
	return read(s, func(tx store.Tx) (payment.Intent, error) { return tx.Intent(s.Context(), id) })
}

func testIntent(s *suite) {
	i := full[payment.Intent]()
	i.BookingID = "bkg_a"
	missing(s, func(tx store.Tx) (payment.Intent, error) { return tx.Intent(s.Context(), i.ID) })
	s.intents(i, intent("bare"))
	assert.Equal(s, i, s.intent(i.ID))
	assert.Equal(s, intent("bare"), s.intent("pay_bare"))
	s.refused(store.ErrDuplicate, func(tx store.Tx) error { return tx.AddIntent(s.Context(), i) })
	stray := intent("stray")
	stray.BookingID = "bkg_none"
	require.Error(s, s.try(func(tx store.Tx) error { return tx.AddIntent(s.Context(), stray) }))
}

func testIntentUpdate(s *suite) {
	s.intents(intent("a"))
	i := full[payment.Intent]()
	i.ID, i.BookingID, i.Version = "pay_a", "bkg_a", 2
	update := func(i payment.Intent) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.UpdateIntent(s.Context(), i) }
	}
	s.must(update(i))
	assert.Equal(s, i, s.intent("pay_a"))
	for _, version := range []int{1, 2, 4} {
		stale := i
		stale.Version = version
		s.refused(store.ErrStale, update(stale))
	}
	none := intent("none")
	none.Version = 2
	s.refused(store.ErrStale, update(none))
	assert.Equal(s, i, s.intent("pay_a"))
}

func testIntentUpdateOnce(s *suite) {
	s.intents(intent("a"))
	next := captured("a", 500)
	next.Version = 2
	won := 0
	for _, err := range together(8, func(int) error {
		return s.try(func(tx store.Tx) error { return tx.UpdateIntent(s.Context(), next) })
	}) {
		if err == nil {
			won++
			continue
		}
		assert.ErrorIs(s, err, store.ErrStale)
	}
	assert.Equal(s, 1, won)
}

func testIntentByRef(s *suite) {
	a, b := intent("a"), intent("b")
	a.GatewayRef, b.GatewayRef, b.Gateway = "ref-1", "ref-1", "other bank"
	s.intents(a, b)
	by := func(gateway, ref string) func(store.Tx) (payment.Intent, error) {
		return func(tx store.Tx) (payment.Intent, error) { return tx.IntentByRef(s.Context(), gateway, ref) }
	}
	assert.Equal(s, a, read(s, by("bank", "ref-1")))
	assert.Equal(s, b, read(s, by("other bank", "ref-1")))
	missing(s, by("bank", "ref-2"))
	a.GatewayRef, a.Version = "ref-2", 2
	s.must(func(tx store.Tx) error { return tx.UpdateIntent(s.Context(), a) })
	assert.Equal(s, a, read(s, by("bank", "ref-2")))
	missing(s, by("bank", "ref-1"))
}

func testIntentsOf(s *suite) {
	s.add(draft("b"))
	other := intent("x")
	other.BookingID = "bkg_b"
	first, second, third := intent("c"), intent("a"), intent("b")
	second.Attempt, third.Attempt = 2, 3
	s.intents(second, first, third, other)
	of := func(id booking.ID) []payment.Intent {
		return read(s, func(tx store.Tx) ([]payment.Intent, error) { return tx.IntentsOf(s.Context(), id) })
	}
	byAttempt := []payment.Intent{first, second, third} // whatever their ids
	assert.Equal(s, byAttempt, of("bkg_a"))
	paid := read(s, func(tx store.Tx) (store.PaidBooking, error) { return tx.PaidBooking(s.Context(), "bkg_a") })
	assert.Equal(s, byAttempt, paid.Intents)
	assert.Equal(s, []payment.Intent{other}, of("bkg_b"))
	assert.Empty(s, of("bkg_none"))
}

func testDueIntents(s *suite) {
	due := func(letter string, after time.Duration) payment.Intent {
		i := intent(letter)
		i.InquireAt = start.Add(after)
		return i
	}
	c, a, b := due("c", time.Minute), due("a", 2*time.Minute), due("b", 2*time.Minute)
	s.intents(a, c, intent("never"), b, due("later", time.Hour))
	list := func(after time.Duration, limit int) []payment.Intent {
		return read(s, func(tx store.Tx) ([]payment.Intent, error) {
			return tx.DueIntents(s.Context(), start.Add(after), limit)
		})
	}
	assert.Empty(s, list(time.Minute-time.Microsecond, 10))
	assert.Equal(s, []payment.Intent{c}, list(time.Minute, 10))
	assert.Equal(s, []payment.Intent{c, a, b}, list(2*time.Minute, 10))
	assert.Equal(s, []payment.Intent{c, a}, list(2*time.Minute, 2))
	c.InquireAt, c.Version = time.Time{}, 2
	s.must(func(tx store.Tx) error { return tx.UpdateIntent(s.Context(), c) })
	assert.Equal(s, []payment.Intent{a, b}, list(2*time.Minute, 10))
}

func testSeeEvent(s *suite) {
	see := func(gateway, event string) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.SeeEvent(s.Context(), gateway, event) }
	}
	s.must(see("bank", "evt_1"))
	s.must(see("bank", "evt_2"))
	s.must(see("other bank", "evt_1"))
	s.refused(store.ErrDuplicate, see("bank", "evt_1"))
	s.refused(store.ErrDuplicate, func(tx store.Tx) error { return firstOf(see("bank", "evt_3")(tx), see("bank", "evt_3")(tx)) })
	s.must(see("bank", "evt_3")) // the refusal undid it
}

// A webhook that comes many times at once is handled by one.
func testSeeEventRace(s *suite) {
	s.programme()
	won := 0
	for _, err := range together(12, func(int) error {
		return s.try(func(tx store.Tx) error { return tx.SeeEvent(s.Context(), "bank", "evt_1") })
	}) {
		if err == nil {
			won++
			continue
		}
		assert.ErrorIs(s, err, store.ErrDuplicate)
	}
	assert.Equal(s, 1, won)
}
