package frequency_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/frequency"
)

// Requests of one user that come at a time get what the cap leaves. The control looks first and counts after, as caps kept by the viewers'
// browsers do: it gives all of them what there is once.
func TestReserve_ParallelRequestsShareTheCap(t *testing.T) {
	t.Parallel()
	const requests, times = 16, 2
	limits := append(line(7, per(times, frequency.Day)), frequency.Limit{Kind: frequency.Campaign, ID: 3, Caps: []frequency.Cap{per(50, frequency.Day)}})
	served := func(take func(*frequency.Table, uint64, func()) bool) int {
		table := newTable(t, frequency.Config{})
		var n atomic.Int64
		var together sync.WaitGroup // all have looked
		together.Add(requests)
		var all sync.WaitGroup
		for range requests {
			all.Go(func() {
				if take(table, 1, func() { together.Done(); together.Wait() }) {
					n.Add(1)
				}
			})
		}
		all.Wait()
		return int(n.Load())
	}
	for range 100 {
		require.Equal(t, times, served(func(table *frequency.Table, user uint64, together func()) bool {
			together()
			_, ok := table.Reserve(user, limits, start)
			return ok
		}))
	}
	assert.Equal(t, requests, served(func(table *frequency.Table, user uint64, together func()) bool {
		ok := table.Allowed(user, limits, start)
		together()
		if ok {
			table.Commit(frequency.Ticket{User: user, At: uint32(start.Unix()), IDs: [4]uint32{0, 3, 7, 0}}, start, 0)
		}
		return ok
	}), "the control serves too much, so the test would notice")
}

// Everything at a time, with checkpoints and sweeps: no user ever has more than the cap, and what was committed is what is there.
func TestTable_EverythingAtATime(t *testing.T) {
	t.Parallel()
	const users, workers, rounds = 20, 8, 400
	table := newTable(t, frequency.Config{MaxUsers: 5120})
	limits := line(7, per(3, frequency.Lifetime))
	var views [users + 1]atomic.Int64
	var sequence atomic.Uint64
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for n := range rounds {
				user := uint64((n*7+w)%users) + 1
				ticket, ok := table.Reserve(user, limits, start)
				switch {
				case ok && n%3 == 0:
					views[user].Add(1)
					table.Commit(ticket, start, sequence.Add(1))
				case ok:
					table.Release(ticket)
				}
				table.Sweep(start, 4)
				if n%100 == 0 {
					assert.NoError(t, table.Checkpoint(discard{}))
					_ = table.Stats()
				}
			}
		})
	}
	all.Wait()
	for user := uint64(1); user <= users; user++ {
		n := views[user].Load()
		require.LessOrEqual(t, n, int64(3))
		for range 3 - n {
			require.True(t, see(table, user, limits, start.Add(time.Hour)), "a place was lost")
		}
		require.False(t, see(table, user, limits, start.Add(time.Hour)))
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
