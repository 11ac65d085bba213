package outboxtest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/outbox/outboxtest"
)

// clock is a time that tests move by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// stocked returns a store with three messages and its clock.
func stocked(t *testing.T) (*outboxtest.Store, *clock) {
	t.Helper()
	c := &clock{at: time.Date(2025, 11, 21, 18, 0, 0, 0, time.UTC)}
	store := outboxtest.NewStore(c.now)
	for range 3 {
		m, err := outbox.New("booking.confirmed", "", nil, c.at)
		require.NoError(t, err)
		store.Add(m)
	}
	return store, c
}

func claim(t *testing.T, s *outboxtest.Store, n int) []outbox.Record {
	t.Helper()
	records, err := s.Claim(t.Context(), n, time.Minute)
	require.NoError(t, err)
	return records
}

func TestClaim_LeasesARecordOnce(t *testing.T) {
	t.Parallel()
	store, c := stocked(t)
	first := claim(t, store, 2)
	require.Len(t, first, 2)
	assert.Equal(t, c.at.Add(time.Minute), first[0].LeasedUntil)
	assert.Len(t, claim(t, store, 2), 1)
	assert.Empty(t, claim(t, store, 2))

	c.at = c.at.Add(time.Minute)
	assert.Len(t, claim(t, store, 5), 3, "leases run out")
}

func TestClaim_WaitsUntilDue(t *testing.T) {
	t.Parallel()
	store, c := stocked(t)
	rec := claim(t, store, 3)[1]
	require.NoError(t, store.Settle(t.Context(), []outbox.Outcome{{
		ID: rec.ID, LeasedUntil: rec.LeasedUntil, Status: outbox.Pending, NextAt: c.at.Add(time.Hour),
	}}))
	c.at = c.at.Add(time.Hour - time.Microsecond)
	assert.Len(t, claim(t, store, 3), 2)
	c.at = c.at.Add(time.Microsecond)
	assert.Len(t, claim(t, store, 3), 1)
}

func TestSettle_SkipsWhatIsLateOrUnknown(t *testing.T) {
	t.Parallel()
	store, c := stocked(t)
	late := claim(t, store, 1)[0]
	c.at = c.at.Add(time.Hour)
	claim(t, store, 1)
	require.NoError(t, store.Settle(t.Context(), []outbox.Outcome{
		{ID: late.ID, LeasedUntil: late.LeasedUntil, Status: outbox.Dead}, {ID: "msg_unknown"},
	}))
	assert.Equal(t, 3, store.Count(outbox.Pending))
}

func TestRevive(t *testing.T) {
	t.Parallel()
	store, _ := stocked(t)
	rec := claim(t, store, 1)[0]
	require.ErrorIs(t, store.Revive(rec.ID), outbox.ErrNotDead)
	require.NoError(t, store.Settle(t.Context(), []outbox.Outcome{{
		ID: rec.ID, LeasedUntil: rec.LeasedUntil, Status: outbox.Dead, Sinks: []outbox.Remaining{{Sink: "mail", Failures: 1}},
	}}))
	require.Equal(t, 1, store.Count(outbox.Dead))
	require.NoError(t, store.Revive(rec.ID))
	assert.Equal(t, 3, store.Count(outbox.Pending))
	assert.Equal(t, fault.NotFound, fault.CodeOf(store.Revive("msg_unknown")))
}

func TestBreak(t *testing.T) {
	t.Parallel()
	store, _ := stocked(t)
	fire := errors.New("disk on fire")
	store.Break(fire)
	_, err := store.Claim(t.Context(), 1, time.Minute)
	require.ErrorIs(t, err, fire)
	require.ErrorIs(t, store.Settle(t.Context(), nil), fire)
	store.Break(nil)
	assert.Len(t, claim(t, store, 1), 1)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = store.Claim(ended, 1, time.Minute)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestSink_RecordsWhatItAccepts(t *testing.T) {
	t.Parallel()
	refuse := errors.New("refused")
	sink := &outboxtest.Sink{Label: "mail", Wants: []string{"booking."}}
	batch := []outbox.Message{{ID: "msg_1"}, {ID: "msg_2"}}
	require.NoError(t, sink.Deliver(t.Context(), batch))
	sink.Do = func(context.Context, []outbox.Message) error { return refuse }
	require.ErrorIs(t, sink.Deliver(t.Context(), batch), refuse)

	assert.Equal(t, batch, sink.Received())
	assert.Equal(t, 1, sink.Batches())
	assert.Equal(t, "mail", sink.Name())
	assert.Equal(t, []string{"booking."}, sink.Topics())
}
