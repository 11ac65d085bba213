package pg_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

// server is a clock that is ahead of ours, behind a line that takes its time.
type server struct {
	mu    sync.Mutex
	ahead time.Duration
	lines []time.Duration // how long each next question takes; the last one stays
	asked int
	down  bool
}

// set sets the server's clock, or stops the server.
func (s *server) set(ahead time.Duration, down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead, s.down = ahead, down
}

func (s *server) ask(context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return time.Time{}, errors.New("no answer")
	}
	line := s.lines[min(s.asked, len(s.lines)-1)]
	s.asked++
	time.Sleep(line / 2)
	said := time.Now().Add(s.ahead)
	time.Sleep(line - line/2)
	return said, nil
}

// off is how far the clock is from the server's.
func off(c *pg.Clock, s *server) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return pg.Time(c).Sub(time.Now().Add(s.ahead)).Abs()
}

func TestClock_TellsTheServersTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{ahead: 3 * time.Hour, lines: []time.Duration{80 * time.Millisecond, 2 * time.Millisecond, 9 * time.Millisecond}}
		var c pg.Clock
		require.NoError(t, pg.Measure(&c, t.Context(), s.ask))
		assert.Zero(t, off(&c, s))
		time.Sleep(time.Hour)
		assert.Zero(t, off(&c, s), "it goes on by itself")
	})
}

// An answer on a lopsided line is off by at most half of what it took; a
// quicker one from before is kept until it may have drifted further.
func TestClock_KeepsTheBetterReading(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{ahead: -time.Minute, lines: []time.Duration{time.Millisecond}}
		var c pg.Clock
		require.NoError(t, pg.Measure(&c, t.Context(), s.ask))
		slow := func(context.Context) (time.Time, error) {
			said := time.Now().Add(s.ahead)
			time.Sleep(time.Second) // all of it on the way back
			return said, nil
		}
		require.NoError(t, pg.Measure(&c, t.Context(), slow))
		assert.Zero(t, off(&c, s), "the slow answer is not believed")
		time.Sleep(2 * time.Hour)
		require.NoError(t, pg.Measure(&c, t.Context(), slow))
		assert.Equal(t, 500*time.Millisecond, off(&c, s), "it is better than one that is hours old")
	})
}

func TestClock_MeasuredAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{lines: []time.Duration{time.Millisecond}}
		var c pg.Clock
		measure := func(ctx context.Context) error { return pg.Measure(&c, ctx, s.ask) }
		require.NoError(t, measure(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			pg.Keep(ctx, measure)
		}()
		s.set(time.Second, false)
		time.Sleep(pg.ClockEvery + time.Second)
		assert.Zero(t, off(&c, s))
		s.set(time.Second, true)
		time.Sleep(10 * pg.ClockEvery)
		assert.Zero(t, off(&c, s), "what it knew stays in force")
		cancel()
		<-ended
	})
}

func TestNow_IsTheServers(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	var at time.Time
	before, off := db.Now(), pg.Off(db) // half of what asking took, which on a busy machine may be long
	require.NoError(t, db.View(t.Context(), func(tx sqldb.Tx) error {
		return tx.One(t.Context(), []any{&at}, "select clock_timestamp()")
	}))
	after := db.Now()
	off = max(off, pg.Off(db)) + time.Microsecond // to which times are cut
	assert.WithinRange(t, at, before.Add(-off), after.Add(off))
	assert.Equal(t, time.UTC, before.Location())
}

func TestNow_IsTheConfigs(t *testing.T) {
	t.Parallel()
	fixed := time.Date(2030, 1, 2, 3, 4, 5, 6_789, time.FixedZone("", 3600))
	cfg := small
	cfg.Now = func() time.Time { return fixed }
	db := open(t, cfg)
	want := time.Date(2030, 1, 2, 2, 4, 5, 6_000, time.UTC)
	assert.Equal(t, want, db.Now())
	require.NoError(t, db.Update(t.Context(), func(tx sqldb.Tx) error {
		assert.Equal(t, want, tx.Now())
		return nil
	}))
}
