package bms_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/store"
)

func TestSeats_CountsAreThoseOfASnapshot(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	show := kit.Programme.Show.ID
	before, err := kit.Seats.Counts(t.Context(), show)
	require.NoError(t, err)
	assert.Equal(t, before.Capacity, before.Free, "nothing is sold yet")
	assert.Positive(t, before.Free)
	_, err = kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: show, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}})
	require.NoError(t, err)
	for range 2 { // read anew, and from memory
		got, err := kit.Seats.Counts(t.Context(), show)
		require.NoError(t, err)
		assert.Equal(t, before.Free-1, got.Free)
		assert.Equal(t, 1, got.Held)
		snap, err := kit.Seats.Snapshot(t.Context(), show)
		require.NoError(t, err)
		assert.Equal(t, snap.Counts(), got)
	}
	_, err = kit.Seats.Counts(t.Context(), "shw_nowhere")
	require.ErrorIs(t, err, store.ErrNotFound)
}
