package outbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/outbox/outboxtest"
)

// weather is a random schedule of what goes wrong.
type weather struct {
	seed        uint64
	messages    int
	batch       int
	maxAttempts int
	refuse      float64 // share of deliveries refused
	poison      float64 // share of messages that one sink never takes
	lose        float64 // share of settlements lost: a crash between delivery and settlement
	life        time.Duration
}

// storm is a store and sinks in that weather.
type storm struct {
	weather
	*outboxtest.Store

	mu       sync.Mutex
	rnd      *rand.Rand
	failures map[string]int // by sink and message, of deliveries of that message alone
	accepted map[string]int
	poisoned map[outbox.MessageID]bool
}

func (s *storm) chance(p float64) bool {
	return s.rnd.Float64() < p
}

// Settle loses some of the outcomes, as a crash does.
func (s *storm) Settle(ctx context.Context, outcomes []outbox.Outcome) error {
	s.mu.Lock()
	lost := s.chance(s.lose)
	s.mu.Unlock()
	if lost {
		return errRefused
	}
	return s.Store.Settle(ctx, outcomes)
}

// sink returns a sink that fails at random, and always on poisoned messages when picky.
func (s *storm) sink(name string, picky bool) *outboxtest.Sink {
	return &outboxtest.Sink{Label: name, Do: func(_ context.Context, batch []outbox.Message) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		bad := s.chance(s.refuse)
		for _, m := range batch {
			bad = bad || picky && s.poisoned[m.ID]
		}
		for _, m := range batch {
			if !bad {
				s.accepted[name+string(m.ID)]++
			} else if len(batch) == 1 {
				s.failures[name+string(m.ID)]++
			}
		}
		if bad && s.chance(0.5) {
			panic("storm")
		}
		if bad {
			return errRefused
		}
		return nil
	}}
}

// live runs relays one after another, each cut off after a while, until nothing is pending.
func (s *storm) live(t *testing.T) {
	sinks := []outbox.Sink{s.sink("calm", false), s.sink("picky", true)}
	cfg := outbox.Config{
		Batch: s.batch, MaxAttempts: s.maxAttempts, BackoffMax: time.Minute, Grace: time.Millisecond,
		Jitter: rand.NewPCG(s.seed, 1),
	}
	for i := range s.messages {
		m, err := outbox.New("booking.confirmed", fmt.Sprint(i%5), i, time.Now().UTC())
		require.NoError(t, err)
		s.poisoned[m.ID] = s.chance(s.poison)
		s.Add(m)
	}
	for range 2000 {
		if s.Count(outbox.Pending) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), s.life)
		if err := outbox.NewRelay(s, sinks, cfg).Run(ctx); err != nil {
			assert.ErrorIs(t, err, errRefused)
		}
		cancel()
	}
}

func TestRun_NothingIsLostWhateverFails(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := weather{
			seed:        rapid.Uint64().Draw(rt, "seed"),
			messages:    rapid.IntRange(1, 60).Draw(rt, "messages"),
			batch:       rapid.IntRange(1, 20).Draw(rt, "batch"),
			maxAttempts: rapid.IntRange(1, 6).Draw(rt, "max_attempts"),
			refuse:      rapid.Float64Range(0, 0.6).Draw(rt, "refuse"),
			poison:      rapid.Float64Range(0, 0.5).Draw(rt, "poison"),
			lose:        rapid.Float64Range(0, 0.5).Draw(rt, "lose"),
			life:        time.Duration(rapid.IntRange(1, 90).Draw(rt, "life")) * time.Second,
		}
		var s *storm
		synctest.Test(t, func(t *testing.T) {
			s = &storm{
				weather: w, Store: outboxtest.NewStore(time.Now), rnd: rand.New(rand.NewPCG(w.seed, 0)),
				failures: map[string]int{}, accepted: map[string]int{}, poisoned: map[outbox.MessageID]bool{},
			}
			s.live(t)
		})
		s.check(rt)
	})
}

// check holds the promises of the package against what happened.
func (s *storm) check(t *rapid.T) {
	for _, r := range s.Records() {
		if r.Status == outbox.Pending {
			t.Fatalf("%s is still pending: %+v", r.ID, r)
		}
		remains := map[string]int{}
		for _, left := range r.Sinks {
			remains[left.Sink] = left.Failures
		}
		if (r.Status == outbox.Dead) != (len(remains) > 0) {
			t.Fatalf("%s is %s with %v remaining", r.ID, r.Status, remains)
		}
		for _, name := range []string{"calm", "picky"} {
			key := name + string(r.ID)
			failures, dead := remains[name]
			if !dead && s.accepted[key] == 0 {
				t.Fatalf("%s is lost: %s never took it", r.ID, name)
			}
			if dead && (failures != s.maxAttempts || s.failures[key] < s.maxAttempts) {
				t.Fatalf("%s is dead for %s after %d failures, %d stored", r.ID, name, s.failures[key], failures)
			}
			if name == "picky" && s.poisoned[r.ID] && !dead {
				t.Fatalf("%s counts as delivered to %s, which never takes it", r.ID, name)
			}
		}
	}
}
