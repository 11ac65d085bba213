package bms_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// patience is how long news may take on a busy machine.
const patience = 30 * time.Second

// next waits for a frame of a watch.
func next(t *testing.T, w *bms.Watch) []byte {
	t.Helper()
	select {
	case frame, open := <-w.Frames:
		require.True(t, open, "the watch has ended")
		return frame
	case <-time.After(patience):
		require.Fail(t, "no frame came")
		return nil
	}
}

func TestWatch_TellsWhatOthersDo(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		show := kit.Programme.Show.ID
		before, err := kit.Seats.Snapshot(t.Context(), show)
		require.NoError(t, err)
		w, err := kit.Seats.Watch(t.Context(), show, before.Version)
		require.NoError(t, err)
		defer w.Close()

		hold := kit.Hold("stalls-A-1")
		frame, err := seating.ParseFrame(next(t, w))
		require.NoError(t, err)
		assert.Equal(t, before.Version+1, frame.Version)
		assert.Equal(t, []seating.SeatStatus{{Seat: hold.Seats[0].Number, Status: seating.Held}}, frame.Seats)

		kit.Clock.Advance(9 * time.Minute)
		require.NoError(t, kit.Drain(t.Context()))
		frame, err = seating.ParseFrame(next(t, w))
		require.NoError(t, err)
		assert.Equal(t, seating.Free, frame.Seats[0].Status, "an expired hold frees its seats on people's maps")

		after, err := kit.Seats.Snapshot(t.Context(), show)
		require.NoError(t, err)
		assert.Equal(t, frame.Version, after.Version)
		assert.Equal(t, before.Status, after.Status)
	})
}

func TestWatch_ResumesBehindAVersionOrStartsWhole(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	show := kit.Programme.Show.ID
	before, err := kit.Seats.Snapshot(t.Context(), show)
	require.NoError(t, err)
	kit.Hold("stalls-A-1")
	kit.Hold("stalls-A-2")

	resumed, err := kit.Seats.Watch(t.Context(), show, before.Version)
	require.NoError(t, err)
	defer resumed.Close()
	for i := range 2 {
		frame, err := seating.ParseFrame(next(t, resumed))
		require.NoError(t, err)
		assert.Equal(t, before.Version+int64(i)+1, frame.Version)
	}
	lost, err := kit.Seats.Watch(t.Context(), show, -1)
	require.NoError(t, err)
	defer lost.Close()
	var whole struct {
		Version  int64  `json:"v"`
		Snapshot []byte `json:"snapshot"`
	}
	require.NoError(t, json.Unmarshal(next(t, lost), &whole))
	now, err := kit.Seats.Snapshot(t.Context(), show)
	require.NoError(t, err)
	assert.Equal(t, now.Version, whole.Version)
	assert.Equal(t, now.Status, whole.Snapshot)
}

func TestWatch_EndsWithItsContextAndWhenTooSlow(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	show := kit.Programme.Show.ID
	ctx, cancel := context.WithCancel(t.Context())
	w, err := kit.Seats.Watch(ctx, show, 0)
	require.NoError(t, err)
	cancel()
	for range w.Frames { // ends
	}
	slow, err := kit.Seats.Watch(t.Context(), show, 0)
	require.NoError(t, err)
	for range 100 { // more than a watcher may fall behind
		h := kit.Hold("stalls-B-1")
		_, err := kit.Holds.Release(t.Context(), bms.ReleaseRequest{HoldID: h.ID, Secret: h.Secret})
		require.NoError(t, err)
	}
	n := 0
	for range slow.Frames {
		n++
	}
	assert.Less(t, n, 200)
}

func TestWatch_SeesTheOtherNode(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{Open: openPostgres})
	other := kit.Another(kit.Bank)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	for _, node := range []*bms.Client{kit.Client, other} {
		go func() { done <- node.Run(ctx) }()
	}
	show := kit.Programme.Show.ID
	w, err := kit.Seats.Watch(ctx, show, 0)
	require.NoError(t, err)

	_, err = other.Holds.Create(ctx, bms.HoldRequest{ShowID: show, Seats: []bms.SeatItem{{Seat: "stalls-C-3"}}})
	require.NoError(t, err)
	frame, err := seating.ParseFrame(next(t, w))
	require.NoError(t, err)
	assert.Len(t, frame.Seats, 1)

	w.Close()
	cancel()
	for range 2 {
		require.NoError(t, <-done)
	}
}
