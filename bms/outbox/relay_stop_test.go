package outbox_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/outbox/outboxtest"
)

func TestRun_SlowSinkDelaysNoOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		slow := &outboxtest.Sink{Label: "slow", Do: func(ctx context.Context, _ []outbox.Message) error {
			select {
			case <-time.After(9 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
		fast := &outboxtest.Sink{Label: "fast"}
		b := newBench(t, outbox.Config{Batch: 10}, slow, fast)
		b.add(500, "booking.confirmed", "")
		stop := b.start()
		time.Sleep(100 * time.Millisecond)
		assert.Equal(t, 500, len(fast.Received()), "at once")
		assert.Less(t, len(slow.Received()), 500)

		time.Sleep(time.Hour)
		synctest.Wait()
		stop()
		assert.Equal(t, 500, b.store.Count(outbox.Delivered), "the slow one gets everything in its time")
		for _, r := range b.store.Records() {
			assert.Zero(t, r.Attempts, "to be put back is no failure")
		}
		assert.Equal(t, 500, len(fast.Received()), "and the fast one nothing twice")
	})
}

func TestRun_HangingSinkIsCancelled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		hangs := &outboxtest.Sink{Label: "hangs", Do: func(ctx context.Context, _ []outbox.Message) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		fast := &outboxtest.Sink{Label: "fast"}
		b := newBench(t, outbox.Config{MaxAttempts: 2}, hangs, fast)
		b.add(1, "booking.confirmed", "")
		stop := b.start()
		time.Sleep(time.Minute)
		stop()
		assert.Equal(t, 1, b.store.Count(outbox.Dead))
		assert.Contains(t, b.store.Records()[0].LastError, "deadline exceeded")
		assert.Equal(t, 1, len(fast.Received()))
	})
}

func TestRun_SinkThatIgnoresItsContextGetsNothingTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		calls := 0
		deaf := &outboxtest.Sink{Label: "deaf", Do: func(context.Context, []outbox.Message) error {
			calls++
			time.Sleep(5 * time.Minute) // many leases
			return nil
		}}
		fast := &outboxtest.Sink{Label: "fast"}
		b := newBench(t, outbox.Config{}, deaf, fast)
		b.add(1, "booking.confirmed", "")
		stop := b.start()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		stop()
		assert.Equal(t, 1, calls)
		assert.Equal(t, 1, len(fast.Received()))
		assert.Equal(t, 1, b.store.Count(outbox.Delivered))
	})
}

// slowClaims is a store whose claims take a second to be answered once they are made.
type slowClaims struct{ *outboxtest.Store }

func (s slowClaims) Claim(ctx context.Context, n int, lease time.Duration) ([]outbox.Record, error) {
	records, err := s.Store.Claim(ctx, n, lease)
	if len(records) > 0 {
		time.Sleep(time.Second)
	}
	return records, err
}

func TestRun_WhatEndsWhileItIsClaimedAgainIsNotDeliveredTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		calls := 0
		deaf := &outboxtest.Sink{Label: "deaf", Do: func(context.Context, []outbox.Message) error {
			calls++
			time.Sleep(30*time.Second - 500*time.Millisecond) // the lease ends after 30 seconds, of which the first claim has taken one
			return nil
		}}
		b := newBench(t, outbox.Config{Idle: 100 * time.Millisecond}, deaf)
		b.relay = outbox.NewRelay(slowClaims{b.store}, []outbox.Sink{deaf}, outbox.Config{Idle: 100 * time.Millisecond})
		b.add(1, "booking.confirmed", "")
		stop := b.start()
		time.Sleep(5 * time.Minute)
		stop()
		assert.Equal(t, 1, calls)
		assert.Equal(t, 1, b.store.Count(outbox.Delivered))
	})
}

func TestRun_StopSettlesWhatIsInProgress(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error {
			time.Sleep(2 * time.Second)
			return nil
		}}
		b := newBench(t, outbox.Config{Batch: 5}, sink)
		b.add(20, "booking.confirmed", "")
		stop := b.start()
		begin := time.Now()
		stop()
		assert.Equal(t, 2*time.Second, time.Since(begin))
		received := len(sink.Received())
		assert.Positive(t, received)
		assert.Less(t, received, 20)
		assert.Equal(t, received, b.store.Count(outbox.Delivered))
		for _, r := range b.store.Records() {
			assert.True(t, r.LeasedUntil.IsZero(), "another relay can go on at once")
			assert.Zero(t, r.Attempts)
			assert.False(t, r.NextAt.After(time.Now()))
		}
	})
}

func TestRun_StopCancelsAfterGrace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail", Do: func(ctx context.Context, _ []outbox.Message) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		b := newBench(t, outbox.Config{Grace: time.Second}, sink)
		b.add(1, "booking.confirmed", "")
		stop := b.start()
		begin := time.Now()
		stop()
		assert.Equal(t, time.Second, time.Since(begin))
		rec := b.store.Records()[0]
		assert.Equal(t, outbox.Pending, rec.Status)
		assert.Zero(t, rec.Attempts, "what we cancelled is no failure of the sink")
		assert.True(t, rec.LeasedUntil.IsZero())
	})
}

func TestRun_SaysWhenTheLastOutcomesAreNotStored(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, outbox.Config{})
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error {
			b.store.Break(errRefused)
			return nil
		}}
		b.relay = outbox.NewRelay(b.store, []outbox.Sink{sink}, outbox.Config{})
		b.add(1, "booking.confirmed", "")
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, b.relay.Run(ctx), errRefused)

		b.store.Break(nil)
		sink.Do = nil
		time.Sleep(time.Minute) // the lease runs out
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Equal(t, 2, len(sink.Received()), "delivered again rather than lost")
		assert.Equal(t, 1, b.store.Count(outbox.Delivered))
	})
}

func TestDrain_WaitsForRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error {
			time.Sleep(time.Second)
			return nil
		}}
		b := newBench(t, outbox.Config{Batch: 2, Idle: time.Hour}, sink)
		stop := b.start()
		defer stop()
		b.add(30, "booking.confirmed", "")
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Equal(t, 30, b.store.Count(outbox.Delivered))
	})
}

func TestDrain_TakesOverWhenRunStops(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error {
			time.Sleep(time.Second)
			return nil
		}}
		b := newBench(t, outbox.Config{Batch: 2}, sink)
		stop := b.start()
		b.add(30, "booking.confirmed", "")
		drained := make(chan error, 1)
		go func() { drained <- b.relay.Drain(t.Context()) }()
		time.Sleep(3500 * time.Millisecond)
		stop()
		require.NoError(t, <-drained)
		assert.Equal(t, 30, b.store.Count(outbox.Delivered))
		assert.Equal(t, 30, len(sink.Received()))
	})
}

func TestDrain_ReportsTheStoresFailure(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, outbox.Config{})
		b.store.Break(errRefused)
		assert.ErrorIs(t, b.relay.Drain(t.Context()), errRefused)
	})
}

func TestDrain_EndsWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail", Do: func(ctx context.Context, _ []outbox.Message) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		b := newBench(t, outbox.Config{}, sink)
		b.add(1, "booking.confirmed", "")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.ErrorIs(t, b.relay.Drain(ctx), context.DeadlineExceeded)
	})
}

func TestRun_TwoRelaysShareTheWork(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail"}
		b := newBench(t, outbox.Config{Batch: 3}, sink)
		other := outbox.NewRelay(b.store, []outbox.Sink{sink}, outbox.Config{Batch: 3})
		b.add(200, "booking.confirmed", "")
		both := make(chan error, 2)
		go func() { both <- b.relay.Drain(t.Context()) }()
		go func() { both <- other.Drain(t.Context()) }()
		require.NoError(t, <-both)
		require.NoError(t, <-both)
		assert.Equal(t, 200, len(sink.Received()), "no record is leased twice")
	})
}
