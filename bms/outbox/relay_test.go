package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/outbox/outboxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errRefused = errors.New("refused")

// bench is a relay over a store in memory, inside a bubble of fake time.
type bench struct {
	t     *testing.T
	store *outboxtest.Store
	relay *outbox.Relay
}

func newBench(t *testing.T, cfg outbox.Config, sinks ...outbox.Sink) *bench {
	t.Helper()
	cfg.Jitter = rand.NewPCG(1, 2)
	store := outboxtest.NewStore(time.Now)
	return &bench{t: t, store: store, relay: outbox.NewRelay(store, sinks, cfg)}
}

// add stores n messages with the topic and key and returns them.
func (b *bench) add(n int, topic, key string) []outbox.Message {
	b.t.Helper()
	var added []outbox.Message
	for range n {
		m, err := outbox.New(topic, key, n, time.Now().UTC())
		require.NoError(b.t, err)
		added = append(added, m)
	}
	b.store.Add(added...)
	return added
}

// start runs the relay and returns what stops it and waits for its end.
func (b *bench) start() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.relay.Run(ctx) }()
	synctest.Wait()
	return func() {
		cancel()
		require.NoError(b.t, <-ended)
	}
}

func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestRun_DeliversToEverySinkThatWantsTheTopic(t *testing.T) {
	bubble(t, func(t *testing.T) {
		all := &outboxtest.Sink{Label: "all"}
		bookings := &outboxtest.Sink{Label: "bookings", Wants: []string{"booking."}}
		exact := &outboxtest.Sink{Label: "exact", Wants: []string{"booking"}}
		b := newBench(t, outbox.Config{}, all, bookings, exact)
		stop := b.start()
		confirmed := b.add(1, "booking.confirmed", "")
		show := b.add(1, "show.cancelled", "")
		b.relay.Wake()
		synctest.Wait()
		stop()

		assert.Equal(t, append(confirmed, show...), all.Received())
		assert.Equal(t, confirmed, bookings.Received())
		assert.Empty(t, exact.Received(), "a topic without a final dot is no prefix")
		assert.Equal(t, 2, b.store.Count(outbox.Delivered))
	})
}

func TestRun_MessageThatNobodyWantsIsDelivered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, outbox.Config{})
		b.add(3, "booking.confirmed", "")
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Equal(t, 3, b.store.Count(outbox.Delivered))
	})
}

func TestWake_DeliversWithoutWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail"}
		b := newBench(t, outbox.Config{Idle: time.Hour}, sink)
		stop := b.start()
		defer stop()
		begin := time.Now()
		b.add(5, "booking.confirmed", "")
		b.relay.Wake()
		synctest.Wait()
		assert.Equal(t, 5, len(sink.Received()))
		assert.Zero(t, time.Since(begin), "no fake time passed")
	})
}

func TestRun_FindsMessagesWithoutWake(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail"}
		b := newBench(t, outbox.Config{}, sink)
		stop := b.start()
		defer stop()
		b.add(1, "booking.confirmed", "")
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, 1, len(sink.Received()))
	})
}

func TestLinger_GathersABatch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail"}
		b := newBench(t, outbox.Config{Idle: time.Hour, Linger: 10 * time.Millisecond}, sink)
		stop := b.start()
		defer stop()
		for range 8 {
			b.add(1, "booking.confirmed", "")
			b.relay.Wake()
			time.Sleep(time.Millisecond)
		}
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, 8, len(sink.Received()))
		assert.LessOrEqual(t, sink.Batches(), 2)
	})
}

func TestRun_PoisonMessageStopsNoOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var poison outbox.MessageID
		tries := map[outbox.MessageID]int{}
		sink := &outboxtest.Sink{Label: "mail", Do: func(_ context.Context, batch []outbox.Message) error {
			for _, m := range batch {
				tries[m.ID]++
				if m.ID == poison {
					return errRefused
				}
			}
			return nil
		}}
		b := newBench(t, outbox.Config{MaxAttempts: 3}, sink)
		messages := b.add(20, "booking.confirmed", "")
		poison = messages[7].ID
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Equal(t, 19, len(sink.Received()))

		for range 10 {
			time.Sleep(time.Minute)
			require.NoError(t, b.relay.Drain(t.Context()))
		}
		dead := b.store.Records()[7]
		assert.Equal(t, outbox.Dead, dead.Status)
		assert.Equal(t, 3, dead.Attempts)
		assert.Equal(t, "mail: refused", dead.LastError)
		assert.Equal(t, 4, tries[poison], "once in the batch, which does not count, and three times alone")
		assert.Equal(t, 19, b.store.Count(outbox.Delivered))
	})
}

func TestRevive_DeliversToWhoHasNotHadIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		down := true
		good := &outboxtest.Sink{Label: "good"}
		bad := &outboxtest.Sink{Label: "bad", Do: func(context.Context, []outbox.Message) error {
			if down {
				return errRefused
			}
			return nil
		}}
		b := newBench(t, outbox.Config{MaxAttempts: 1}, good, bad)
		message := b.add(1, "booking.confirmed", "")[0]
		require.NoError(t, b.relay.Drain(t.Context()))
		require.Equal(t, 1, b.store.Count(outbox.Dead))

		down = false
		require.NoError(t, b.store.Revive(message.ID))
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Equal(t, 1, b.store.Count(outbox.Delivered))
		assert.Equal(t, 1, len(bad.Received()))
		assert.Equal(t, 1, len(good.Received()), "who has had it does not get it again")
		assert.ErrorIs(t, b.store.Revive(message.ID), outbox.ErrNotDead)
		assert.True(t, fault.Is(b.store.Revive("msg_none"), fault.NotFound))
	})
}

func TestRun_FailuresCountForOneSink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		failing := func(n int) func(context.Context, []outbox.Message) error {
			return func(context.Context, []outbox.Message) error {
				if n--; n >= 0 {
					return errRefused
				}
				return nil
			}
		}
		twice := &outboxtest.Sink{Label: "twice", Do: failing(2)}
		always := &outboxtest.Sink{Label: "always", Do: failing(1000)}
		b := newBench(t, outbox.Config{MaxAttempts: 3}, twice, always)
		b.add(1, "booking.confirmed", "")
		stop := b.start()
		time.Sleep(time.Hour)
		stop()

		rec := b.store.Records()[0]
		assert.Equal(t, outbox.Dead, rec.Status)
		require.Len(t, rec.Sinks, 1)
		assert.Equal(t, "always", rec.Sinks[0].Sink)
		assert.Equal(t, 3, rec.Sinks[0].Failures)
		assert.Equal(t, 1, len(twice.Received()))
	})
}

func TestRun_BackoffDoublesUpToItsCap(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var tried []time.Time
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error {
			tried = append(tried, time.Now())
			return errRefused
		}}
		b := newBench(t, outbox.Config{Idle: time.Millisecond, BackoffBase: time.Second, BackoffMax: 5 * time.Second, MaxAttempts: 6}, sink)
		b.add(1, "booking.confirmed", "")
		stop := b.start()
		time.Sleep(time.Minute)
		stop()

		require.Len(t, tried, 6)
		for i, seconds := range []int{1, 2, 4, 5, 5} {
			want := time.Duration(seconds) * time.Second
			gap := tried[i+1].Sub(tried[i])
			assert.GreaterOrEqual(t, gap, want/2, "try %d", i)
			assert.LessOrEqual(t, gap, want+10*time.Millisecond, "try %d", i)
		}
	})
}

func TestRun_PanicIsAFailure(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error { panic("out of paper") }}
		b := newBench(t, outbox.Config{MaxAttempts: 1}, sink)
		b.add(1, "booking.confirmed", "")
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Contains(t, b.store.Records()[0].LastError, "out of paper")
		assert.Equal(t, 1, b.store.Count(outbox.Dead))
	})
}

func TestRun_UnknownSinkEndsInTheDeadLetter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		gone := &outboxtest.Sink{Label: "gone", Do: func(context.Context, []outbox.Message) error { return errRefused }}
		b := newBench(t, outbox.Config{MaxAttempts: 2}, gone)
		b.add(1, "booking.confirmed", "")
		require.NoError(t, b.relay.Drain(t.Context()))

		b.relay = outbox.NewRelay(b.store, nil, outbox.Config{MaxAttempts: 2})
		time.Sleep(time.Minute)
		require.NoError(t, b.relay.Drain(t.Context()))
		rec := b.store.Records()[0]
		assert.Equal(t, outbox.Dead, rec.Status)
		assert.Contains(t, rec.LastError, `there is no sink named "gone"`)
	})
}

// slowLog is a log that takes a while to write, and so holds up whoever writes to it.
type slowLog struct{ slog.Handler }

func (h slowLog) Handle(ctx context.Context, r slog.Record) error {
	time.Sleep(time.Millisecond)
	return h.Handler.Handle(ctx, r)
}

func (slowLog) Enabled(context.Context, slog.Level) bool { return true }

func TestRun_HandsOverAClaimWhole(t *testing.T) {
	bubble(t, func(t *testing.T) {
		refuse := func(context.Context, []outbox.Message) error { return errRefused }
		b := newBench(t, outbox.Config{}, &outboxtest.Sink{Label: "mail", Wants: []string{"booking."}, Do: refuse},
			&outboxtest.Sink{Label: "gone", Wants: []string{"show."}, Do: refuse})
		b.add(1, "booking.confirmed", "")
		b.add(1, "show.cancelled", "")
		b.add(1, "booking.confirmed", "")
		require.NoError(t, b.relay.Drain(t.Context()))

		sink := &outboxtest.Sink{Label: "mail", Wants: []string{"booking."}}
		b.relay = outbox.NewRelay(b.store, []outbox.Sink{sink}, outbox.Config{Logger: slog.New(slowLog{slog.DiscardHandler})})
		time.Sleep(time.Minute)
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Equal(t, 2, len(sink.Received()))
		assert.Equal(t, 1, sink.Batches(), "whatever holds up the one who claims: here the log, about the sink that is gone")
	})
}

func TestRun_RefusesClashingNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		twin := &outboxtest.Sink{Label: "mail"}
		b := newBench(t, outbox.Config{}, twin, twin)
		assert.True(t, fault.Is(b.relay.Run(t.Context()), fault.Invalid))
		assert.ErrorContains(t, b.relay.Drain(t.Context()), `"mail"`)
	})
}

func TestRun_KeepsTheOrderOfAKey(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail"}
		b := newBench(t, outbox.Config{Batch: 7}, sink)
		var want []outbox.Message
		for i := range 100 {
			want = append(want, b.add(1, "booking.confirmed", fmt.Sprint(i%3))...)
		}
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Equal(t, want, sink.Received())
	})
}

func TestRun_RetriesWhenTheStoreFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail"}
		b := newBench(t, outbox.Config{}, sink)
		b.store.Break(errRefused)
		stop := b.start()
		b.add(4, "booking.confirmed", "")
		b.relay.Wake()
		time.Sleep(5 * time.Second)
		assert.Empty(t, sink.Received())
		b.store.Break(nil)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		stop()
		assert.Equal(t, 4, len(sink.Received()))
		assert.Equal(t, 4, b.store.Count(outbox.Delivered))
	})
}

func TestRun_SettlesLaterWhenTheStoreFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, outbox.Config{}, nil...)
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error {
			b.store.Break(errRefused)
			return nil
		}}
		b.relay = outbox.NewRelay(b.store, []outbox.Sink{sink}, outbox.Config{})
		b.add(1, "booking.confirmed", "")
		stop := b.start()
		time.Sleep(3 * time.Second)
		require.Equal(t, 1, b.store.Count(outbox.Pending))
		b.store.Break(nil)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Equal(t, 1, b.store.Count(outbox.Delivered))
		stop()
		assert.Equal(t, 1, len(sink.Received()))
	})
}

func TestRun_TimesAreWholeMicrosecondsInUTC(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error {
			time.Sleep(time.Millisecond + 7*time.Nanosecond)
			return errRefused
		}}
		b := newBench(t, outbox.Config{}, sink)
		b.add(3, "booking.confirmed", "")
		require.NoError(t, b.relay.Drain(t.Context()))
		for _, r := range b.store.Records() {
			assert.Equal(t, time.UTC, r.NextAt.Location())
			assert.Zero(t, r.NextAt.Nanosecond()%1000, "stores keep no more")
			assert.Equal(t, r.NextAt, r.Sinks[0].NextAt)
		}
	})
}

func TestRun_TrustsTheStoresClock(t *testing.T) {
	bubble(t, func(t *testing.T) {
		calls := 0
		sink := &outboxtest.Sink{Label: "mail", Do: func(context.Context, []outbox.Message) error {
			if calls++; calls == 1 {
				return errRefused
			}
			return nil
		}}
		behind := func() time.Time { return time.Now().Add(-time.Minute).UTC() } // the relay's clock, not the store's
		b := newBench(t, outbox.Config{}, sink)
		b.relay = outbox.NewRelay(b.store, []outbox.Sink{sink}, outbox.Config{Now: behind, BackoffBase: 90 * time.Second, Jitter: rand.NewPCG(1, 2)})
		b.add(1, "booking.confirmed", "")
		require.NoError(t, b.relay.Drain(t.Context()))
		time.Sleep(time.Minute)
		require.NoError(t, b.relay.Drain(t.Context()))
		assert.Equal(t, 2, calls, "what the store finds due is tried, whatever our clock says")
		assert.Equal(t, 1, b.store.Count(outbox.Delivered))
	})
}
