package frequency_test

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/frequency"
)

// seen is what a user saw of an entity, written down in full.
type seen struct {
	views []time.Time
	held  []time.Time
}

// allows is the rule in its simplest form; the parts of a large cap's window may be left up to early of it sooner.
func (s *seen) allows(caps []frequency.Cap, now time.Time, early bool) bool {
	held := 0
	for _, h := range s.held {
		if now.Sub(h) < 30*time.Minute {
			held++
		}
	}
	for _, c := range caps {
		n, window := held, length[c.Per]
		if early && c.Times > 16 {
			window += window / 20
		}
		for _, v := range s.views {
			if now.Sub(v) < window {
				n++
			}
		}
		if n >= int(c.Times) {
			return false
		}
	}
	return true
}

var length = map[frequency.Per]time.Duration{
	frequency.Minute: time.Minute, frequency.Hour: time.Hour, frequency.Day: 24 * time.Hour, frequency.Week: 7 * 24 * time.Hour,
	frequency.Lifetime: 150 * 365 * 24 * time.Hour,
}

var pers = rapid.SampledFrom([]frequency.Per{frequency.Minute, frequency.Hour, frequency.Day, frequency.Week, frequency.Lifetime})

// Whatever happens in whatever order, the table says what the list of all views says; where views are counted in parts, it never says
// yes too early and no longer no than a part lasts. Checkpoints and sweeps between change nothing.
func TestTable_SaysWhatTheFullHistorySays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		table := newTable(t, frequency.Config{})
		var caps []frequency.Cap
		for range rapid.IntRange(1, 3).Draw(rt, "caps") {
			caps = append(caps, per(rapid.SampledFrom([]uint16{1, 2, 3, 5, 16, 17, 20, 40}).Draw(rt, "times"), pers.Draw(rt, "per")))
		}
		limits, history, now := line(7, caps...), &seen{}, start
		var tickets []frequency.Ticket
		for range rapid.IntRange(1, 150).Draw(rt, "steps") {
			now = now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, 7 * time.Second, time.Minute, 11 * time.Minute, 3 * time.Hour}).Draw(rt, "pass"))
			switch rapid.IntRange(0, 9).Draw(rt, "do") {
			default:
				ok := table.Allowed(1, limits, now)
				if ok {
					require.True(rt, history.allows(caps, now, false), "too early")
				} else {
					require.False(rt, history.allows(caps, now, true), "too late")
				}
				ticket, reserved := table.Reserve(1, limits, now)
				require.Equal(rt, ok, reserved)
				if ok {
					tickets, history.held = append(tickets, ticket), append(history.held, now)
				}
			case 5, 6, 7:
				if n := len(tickets); n > 0 {
					table.Commit(tickets[n-1], now, 0)
					history.views = append(history.views, now)
					tickets, history.held = tickets[:n-1], history.held[:n-1]
				}
			case 8:
				if n := len(tickets); n > 0 {
					table.Release(tickets[n-1])
					tickets, history.held = tickets[:n-1], history.held[:n-1]
				}
			case 9:
				for range 256 {
					table.Sweep(now, 10)
				}
				table = restored(t, rt, table)
			}
		}
	})
}

// restored is what comes back of a table after a restart.
func restored(t *testing.T, rt *rapid.T, table *frequency.Table) *frequency.Table {
	t.Helper()
	var file bytes.Buffer
	require.NoError(rt, table.Checkpoint(&file))
	fresh := newTable(t, frequency.Config{})
	require.NoError(rt, fresh.Restore(&file))
	return fresh
}

// In no window whatever are there more views than the cap says, as long as they come in time: not only at the moments of the requests.
func TestTable_NoWindowHasMoreThanTheCap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		table := newTable(t, frequency.Config{})
		c := per(uint16(rapid.IntRange(1, 20).Draw(rt, "times")), rapid.SampledFrom([]frequency.Per{frequency.Minute, frequency.Hour}).Draw(rt, "per"))
		var tickets []frequency.Ticket
		var views []time.Time
		now, random := start, rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)) // evenly: rapid likes small numbers, and then no time would pass
		for range 200 {
			now = now.Add(time.Duration(random.Int64N(int64(length[c.Per]) * 2 / int64(c.Times))))
			if ticket, ok := table.Reserve(1, line(7, c), now); ok {
				tickets = append(tickets, ticket)
			}
			if n := len(tickets); n > 0 && random.IntN(3) > 0 {
				i := random.IntN(n)
				if now.Unix()-int64(tickets[i].At) < 29*60 {
					table.Commit(tickets[i], now, 0)
					views = append(views, now)
				}
				tickets = append(tickets[:i], tickets[i+1:]...)
			}
		}
		for i := int(c.Times); i < len(views); i++ {
			require.GreaterOrEqual(rt, views[i].Sub(views[i-int(c.Times)]), length[c.Per])
		}
	})
}

// Views counted in parts: at the edge of a window it is never said too early that there is a place, and at most a twentieth too late.
func TestTable_LargeCapsAtTheEdge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		table, history := newTable(t, frequency.Config{}), &seen{}
		window := rapid.SampledFrom([]frequency.Per{frequency.Minute, frequency.Hour, frequency.Day, frequency.Week}).Draw(rt, "per")
		times := rapid.IntRange(17, 40).Draw(rt, "times")
		limits, now := line(7, per(uint16(times), window)), start.Add(time.Duration(rapid.IntRange(0, 1e6).Draw(rt, "begin"))*time.Second)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)) // as above
		for range 4 * times {
			// Half a window for all, then there is one place whenever one has left it.
			now = now.Add(time.Duration(random.Int64N(int64(length[window]) / int64(times))))
			ok := see(table, 1, limits, now)
			if ok {
				require.True(rt, history.allows(limits[0].Caps, now.Truncate(time.Second), false), "too early")
				history.views = append(history.views, now.Add(time.Second-1).Truncate(time.Second))
			} else {
				require.False(rt, history.allows(limits[0].Caps, now.Truncate(time.Second), true), "too late")
			}
		}
	})
}
