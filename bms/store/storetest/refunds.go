package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/store"
)

var refundTests = map[string]func(*suite){
	"Refunds_RoundTrip":           testRefund,
	"Refunds_NeverOverCaptured":   testRefundSum,
	"Refunds_KeyIsUnique":         testRefundKey,
	"Refunds_RaceForTheRest":      testRefundRace,
	"Refunds_FailedFreesItsMoney": testRefundFailed,
	"Refunds_FailedIsReopened":    testRefundReopened,
	"Refunds_ReopenedOnce":        testRefundReopenRace,
	"Refunds_FailedList":          testFailedRefunds,
	"Refunds_AttemptsGuard":       testRefundAttempts,
	"Refunds_SettledStays":        testRefundSettled,
	"Refunds_PaidWhileItFails":    testRefundPaidWhileFailing,
	"Refunds_SurviveTheIntent":    testRefundAndIntent,
	"Refunds_Due":                 testDueRefunds,
}

// refund returns one of pay_a that is to be made.
func refund(letter string, minor int64) payment.Refund {
	return payment.Refund{
		ID: payment.RefundID("rfd_" + letter), Key: "key-" + letter, IntentID: "pay_a", BookingID: "bkg_a",
		Amount: money.New(minor, "EUR"), Status: payment.RefundPending, NextAt: start, CreatedAt: start, UpdatedAt: start,
	}
}

func (s *suite) refund(r payment.Refund) error {
	return s.try(func(tx store.Tx) error { return tx.AddRefund(s.Context(), r) })
}

func (s *suite) settle(r payment.Refund, attempts int) error {
	return s.try(func(tx store.Tx) error { return tx.UpdateRefund(s.Context(), r, attempts) })
}

func (s *suite) refunds() []payment.Refund {
	s.Helper()
	return read(s, func(tx store.Tx) ([]payment.Refund, error) { return tx.RefundsOf(s.Context(), "bkg_a") })
}

func testRefund(s *suite) {
	s.intents(captured("a", 1_000_000))
	r := full[payment.Refund]()
	r.IntentID, r.BookingID, r.Status = "pay_a", "bkg_a", payment.RefundPending
	get := func(tx store.Tx) (payment.Refund, error) { return tx.Refund(s.Context(), r.ID) }
	missing(s, get)
	require.NoError(s, s.refund(r))
	require.NoError(s, s.refund(refund("b", 1)))
	assert.Equal(s, r, read(s, get))
	assert.ElementsMatch(s, []payment.Refund{r, refund("b", 1)}, s.refunds())
	assert.Empty(s, read(s, func(tx store.Tx) ([]payment.Refund, error) { return tx.RefundsOf(s.Context(), "bkg_none") }))
}

func testRefundSum(s *suite) {
	s.intents(captured("a", 500), intent("unpaid"))
	require.ErrorIs(s, s.refund(refund("all", 501)), store.ErrStale)
	require.NoError(s, s.refund(refund("a", 300)))
	require.ErrorIs(s, s.refund(refund("b", 201)), store.ErrStale)
	require.NoError(s, s.refund(refund("c", 200)))
	require.ErrorIs(s, s.refund(refund("d", 1)), store.ErrStale)

	unpaid, strange, none := refund("e", 1), refund("f", 1), refund("g", 1)
	unpaid.IntentID, none.IntentID, strange.Amount = "pay_unpaid", "pay_none", money.New(1, "JPY")
	for _, r := range []payment.Refund{unpaid, strange} {
		require.ErrorIs(s, s.refund(r), store.ErrStale)
	}
	require.Error(s, s.refund(none))
	assert.ElementsMatch(s, []payment.Refund{refund("a", 300), refund("c", 200)}, s.refunds())
}

func testRefundKey(s *suite) {
	s.intents(captured("a", 500), captured("b", 500))
	require.NoError(s, s.refund(refund("a", 300)))
	again, whole, elsewhere := refund("b", 100), refund("c", 300), refund("d", 100)
	again.Key, whole.Key, elsewhere.Key, elsewhere.IntentID = "key-a", "key-a", "key-a", "pay_b"
	for _, r := range []payment.Refund{again, whole, elsewhere} {
		require.ErrorIs(s, s.refund(r), store.ErrDuplicate, "%s", r.Amount)
	}
	require.NoError(s, s.refund(refund("e", 200)), "what was refused took nothing of the captured money")
}

func testRefundRace(s *suite) {
	s.intents(captured("a", 500))
	won := 0
	for _, err := range together(12, func(i int) error { return s.refund(refund(fmt.Sprint(i), 100)) }) {
		if err == nil {
			won++
			continue
		}
		assert.ErrorIs(s, err, store.ErrStale)
	}
	assert.Equal(s, 5, won)
	assert.Len(s, s.refunds(), 5)
}

func testRefundFailed(s *suite) {
	s.intents(captured("a", 500))
	require.NoError(s, s.refund(refund("a", 500)))
	failed := refund("a", 500)
	failed.Status, failed.NextAt, failed.Failure = payment.RefundFailed, time.Time{}, "account closed"
	require.NoError(s, s.settle(failed, 0))
	assert.Equal(s, []payment.Refund{failed}, s.refunds())
	require.ErrorIs(s, s.settle(failed, 0), store.ErrStale, "its money is freed once")
	require.ErrorIs(s, s.refund(refund("b", 501)), store.ErrStale)
	require.NoError(s, s.refund(refund("c", 500)))
}

func (s *suite) reopen(r payment.Refund, attempts int) error {
	return s.try(func(tx store.Tx) error { return tx.ReopenRefund(s.Context(), r, attempts) })
}

// failedRefund stores a refund of pay_a that has failed at its first attempt, and returns it.
func (s *suite) failedRefund(letter string, minor int64) payment.Refund {
	s.Helper()
	failed := refund(letter, minor)
	require.NoError(s, s.refund(failed))
	failed = failed.Claim(start)
	require.NoError(s, s.settle(failed, 0))
	failed.Status, failed.NextAt, failed.Failure = payment.RefundFailed, time.Time{}, "account closed"
	require.NoError(s, s.settle(failed, 1))
	return failed
}

func testRefundReopened(s *suite) {
	s.intents(captured("a", 500))
	failed := s.failedRefund("a", 300)
	open := failed
	open.Status, open.NextAt, open.Failure = payment.RefundPending, start.Add(time.Minute), ""
	require.ErrorIs(s, s.reopen(open, 0), store.ErrStale, "another attempt failed")
	require.ErrorIs(s, s.settle(open, 1), store.ErrStale, "late news of the attempt do not reopen it")
	assert.Equal(s, []payment.Refund{failed}, s.refunds())

	require.NoError(s, s.refund(refund("b", 201)))
	require.ErrorIs(s, s.reopen(open, 1), store.ErrStale, "its money has gone elsewhere")
	b := refund("b", 201)
	b.Status, b.NextAt = payment.RefundFailed, time.Time{}
	require.NoError(s, s.settle(b, 0))
	require.NoError(s, s.reopen(open, 1))
	require.ErrorIs(s, s.reopen(open, 1), store.ErrStale, "it is open")
	assert.ElementsMatch(s, []payment.Refund{open, b}, s.refunds())
	require.ErrorIs(s, s.refund(refund("c", 201)), store.ErrStale, "its money counts again")
	due := read(s, func(tx store.Tx) ([]payment.Refund, error) {
		return tx.DueRefunds(s.Context(), start.Add(time.Minute), 10)
	})
	assert.Equal(s, []payment.Refund{open}, due)

	done := open.Claim(start)
	done.Status, done.NextAt = payment.RefundSucceeded, time.Time{}
	require.NoError(s, s.settle(done, 1))
	require.ErrorIs(s, s.reopen(open, 2), store.ErrStale, "what was paid stays")
}

func testRefundReopenRace(s *suite) {
	s.intents(captured("a", 1000))
	open := s.failedRefund("a", 300)
	open.Status, open.NextAt = payment.RefundPending, start
	won := 0
	for _, err := range together(8, func(int) error { return s.reopen(open, 1) }) {
		if err == nil {
			won++
			continue
		}
		assert.ErrorIs(s, err, store.ErrStale)
	}
	assert.Equal(s, 1, won)
	require.ErrorIs(s, s.refund(refund("b", 701)), store.ErrStale)
	require.NoError(s, s.refund(refund("c", 700)), "it counts once")
}

func testFailedRefunds(s *suite) {
	s.intents(captured("a", 500))
	list := func(after payment.RefundID, limit int) []payment.Refund {
		return read(s, func(tx store.Tx) ([]payment.Refund, error) { return tx.FailedRefunds(s.Context(), after, limit) })
	}
	assert.Empty(s, list("", 10))
	c, a, b := s.failedRefund("c", 1), s.failedRefund("a", 1), s.failedRefund("b", 1)
	require.NoError(s, s.refund(refund("aa", 1)))
	assert.Equal(s, []payment.Refund{a, b, c}, list("", 10))
	assert.Equal(s, []payment.Refund{a, b}, list("", 2))
	assert.Equal(s, []payment.Refund{c}, list(b.ID, 2))
	b.Status, b.NextAt = payment.RefundPending, start
	require.NoError(s, s.reopen(b, 1))
	assert.Equal(s, []payment.Refund{a, c}, list("", 10))
}

func testRefundAttempts(s *suite) {
	s.intents(captured("a", 500))
	require.NoError(s, s.refund(refund("a", 100)))
	won := 0
	for _, err := range together(8, func(int) error { return s.settle(refund("a", 100).Claim(start), 0) }) {
		if err == nil {
			won++
			continue
		}
		assert.ErrorIs(s, err, store.ErrStale)
	}
	assert.Equal(s, 1, won, "one worker asks the gateway")
	claimed := refund("a", 100).Claim(start)
	assert.Equal(s, []payment.Refund{claimed}, s.refunds())
	require.ErrorIs(s, s.settle(claimed.Claim(start), 2), store.ErrStale)
	require.NoError(s, s.settle(claimed.Claim(start), 1))
	require.ErrorIs(s, s.settle(refund("none", 100), 0), store.ErrStale)
}

func testRefundSettled(s *suite) {
	s.intents(captured("a", 500))
	require.NoError(s, s.refund(refund("a", 500)))
	done := refund("a", 500)
	done.Status, done.NextAt, done.GatewayRef = payment.RefundSucceeded, time.Time{}, "re_1"
	require.NoError(s, s.settle(done, 0))
	failed := done
	failed.Status = payment.RefundFailed
	require.ErrorIs(s, s.settle(failed, 0), store.ErrStale)
	assert.Equal(s, []payment.Refund{done}, s.refunds())
	require.ErrorIs(s, s.refund(refund("b", 1)), store.ErrStale, "its money is gone")
}

// Of two who hear different things of a refund the one that it is paid is right, and counts it whatever the other has just
// written.
func testRefundPaidWhileFailing(s *suite) {
	s.intents(captured("a", 500))
	require.NoError(s, s.refund(refund("a", 500)))
	failed, done := refund("a", 500), refund("a", 500)
	failed.Status, failed.NextAt, failed.Failure = payment.RefundFailed, time.Time{}, "account closed"
	done.Status, done.NextAt = payment.RefundSucceeded, time.Time{}
	paid := make(chan error, 1)
	s.must(func(tx store.Tx) error {
		require.NoError(s, tx.UpdateRefund(s.Context(), failed, 0))
		_, err := tx.Refund(s.Context(), failed.ID) // what is queued has been sent by now
		go func() { paid <- s.settle(done, 0) }()
		time.Sleep(100 * time.Millisecond) // it has begun by then, and waits for us
		return err
	})
	require.NoError(s, <-paid)
	assert.Equal(s, []payment.Refund{done}, s.refunds())
	require.ErrorIs(s, s.refund(refund("b", 1)), store.ErrStale, "its money is gone")
}

// Writing the intent does not forget what is refunded of it.
func testRefundAndIntent(s *suite) {
	s.intents(captured("a", 500))
	require.NoError(s, s.refund(refund("a", 400)))
	next := captured("a", 500)
	next.Version = 2
	s.must(func(tx store.Tx) error { return tx.UpdateIntent(s.Context(), next) })
	require.ErrorIs(s, s.refund(refund("b", 101)), store.ErrStale)
	more := captured("a", 600)
	more.Version = 3
	s.must(func(tx store.Tx) error { return tx.UpdateIntent(s.Context(), more) })
	require.NoError(s, s.refund(refund("b", 200)))
}

func testDueRefunds(s *suite) {
	s.intents(captured("a", 500))
	at := func(letter string, after time.Duration) payment.Refund {
		r := refund(letter, 1)
		r.NextAt = start.Add(after)
		return r
	}
	c, a, b, never := at("c", time.Minute), at("a", 2*time.Minute), at("b", 2*time.Minute), refund("never", 1)
	never.NextAt = time.Time{}
	for _, r := range []payment.Refund{a, b, c, never, at("later", time.Hour)} {
		require.NoError(s, s.refund(r))
	}
	due := func(after time.Duration, limit int) []payment.Refund {
		return read(s, func(tx store.Tx) ([]payment.Refund, error) {
			return tx.DueRefunds(s.Context(), start.Add(after), limit)
		})
	}
	assert.Empty(s, due(time.Minute-time.Microsecond, 10))
	assert.Equal(s, []payment.Refund{c}, due(time.Minute, 10))
	assert.Equal(s, []payment.Refund{c, a, b}, due(2*time.Minute, 10))
	assert.Equal(s, []payment.Refund{c, a}, due(2*time.Minute, 2))
	c.Status, c.NextAt = payment.RefundSucceeded, time.Time{}
	require.NoError(s, s.settle(c, 0))
	assert.Equal(s, []payment.Refund{a, b}, due(2*time.Minute, 10))
}
