package bms_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestKey_SameBodyReplaysTheFirstAnswer(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		r := bms.HoldRequest{ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}, Key: "k1"}
		first, err := kit.Holds.Create(t.Context(), r)
		require.NoError(t, err)
		again, err := kit.Holds.Create(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, first.ID, again.ID)
		assert.Equal(t, first.Secret, again.Secret)
		assert.Equal(t, first.Quote.Total, again.Quote.Total)

		r.Seats[0].Seat = "stalls-A-2"
		_, err = kit.Holds.Create(t.Context(), r)
		require.ErrorIs(t, err, bms.ErrKeyReused)

		kit.Clock.Advance(24*time.Hour + time.Second)
		other, err := kit.Holds.Create(t.Context(), r)
		require.NoError(t, err, "after 24 hours the key is free")
		assert.NotEqual(t, first.ID, other.ID)
	})
}

func TestKey_FailureFreesTheKey(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		blocker := kit.Hold("stalls-A-1")
		r := bms.HoldRequest{ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}, Key: "k1"}
		_, err := kit.Holds.Create(t.Context(), r)
		require.ErrorIs(t, err, seating.ErrTaken)
		_, err = kit.Holds.Release(t.Context(), bms.ReleaseRequest{HoldID: blocker.ID, Secret: blocker.Secret})
		require.NoError(t, err)
		_, err = kit.Holds.Create(t.Context(), r)
		assert.NoError(t, err)
	})
}

func TestKey_TwinsAtTheSameMomentGetOneHold(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		r := bms.HoldRequest{ShowID: kit.Programme.Show.ID, Best: &bms.BestRequest{Count: 1}, Key: "k1"}
		var made, busy atomic.Int32
		ids := sync.Map{}
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				h, err := kit.Holds.Create(t.Context(), r)
				switch {
				case err == nil:
					made.Add(1)
					ids.Store(h.ID, true)
				case fault.Is(err, fault.Conflict):
					busy.Add(1)
				default:
					assert.NoError(t, err)
				}
			})
		}
		wait.Wait()
		distinct := 0
		ids.Range(func(any, any) bool { distinct++; return true })
		assert.Equal(t, 1, distinct)
		assert.EqualValues(t, 20, made.Load()+busy.Load())
		snap, err := kit.Seats.Snapshot(t.Context(), r.ShowID)
		require.NoError(t, err)
		assert.Equal(t, 1, snap.Counts().Held)
	})
}

func TestKey_TooLongNamesTheField(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	long := make([]byte, 201)
	for i := range long {
		long[i] = 'k'
	}
	_, err := kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: kit.Programme.Show.ID, Key: string(long)})
	require.Error(t, err)
	assert.Equal(t, "idempotency_key", fault.Of(err).Field)
}
