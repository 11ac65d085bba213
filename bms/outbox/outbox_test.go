package outbox_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/outbox"
)

var epoch = time.Date(2025, 11, 21, 18, 0, 0, 0, time.UTC)

func TestNew_WritesTheBody(t *testing.T) {
	t.Parallel()
	m, err := outbox.New("booking.confirmed", "bkg_1", map[string]int{"seats": 2}, epoch)
	require.NoError(t, err)

	require.NoError(t, id.Check("id", "msg", m.ID))
	assert.JSONEq(t, `{"seats":2}`, string(m.Body))
	assert.Equal(t, epoch, m.CreatedAt)
	assert.Equal(t, "bkg_1", m.Key)

	wire, err := json.Marshal(m)
	require.NoError(t, err)
	var back outbox.Message
	require.NoError(t, json.Unmarshal(wire, &back))
	assert.Equal(t, m, back)
}

func TestNew_RefusesWhatHasNoJSON(t *testing.T) {
	t.Parallel()
	_, err := outbox.New("booking.confirmed", "", func() {}, epoch)
	assert.ErrorContains(t, err, "booking.confirmed")
}

func TestStatus_Valid(t *testing.T) {
	t.Parallel()
	for _, s := range []outbox.Status{outbox.Pending, outbox.Delivered, outbox.Dead} {
		assert.True(t, s.Valid(), s)
	}
	assert.False(t, outbox.Status("lost").Valid())
}

func TestApply_SkipsLateOutcomes(t *testing.T) {
	t.Parallel()
	leased := outbox.Record{Status: outbox.Pending, LeasedUntil: epoch, LastError: "older"}
	done := outbox.Outcome{Status: outbox.Delivered, LeasedUntil: epoch, DeliveredAt: epoch.Add(time.Second)}

	got, ok := leased.Apply(done)
	assert.True(t, ok)
	assert.Equal(t, outbox.Delivered, got.Status)
	assert.Equal(t, epoch.Add(time.Second), got.DeliveredAt)
	assert.True(t, got.LeasedUntil.IsZero())
	assert.Equal(t, "older", got.LastError, "an outcome without an error keeps the last one")

	again := leased
	again.LeasedUntil = epoch.Add(time.Minute) // somebody else has it now
	kept, ok := again.Apply(done)
	assert.False(t, ok)
	assert.Equal(t, again, kept)

	_, ok = got.Apply(done)
	assert.False(t, ok, "a settled record stays as it is")
}

func TestApply_PendingKeepsWhoRemains(t *testing.T) {
	t.Parallel()
	rest := []outbox.Remaining{{Sink: "mail", Failures: 3, NextAt: epoch.Add(time.Hour)}}
	got, ok := outbox.Record{Status: outbox.Pending}.Apply(outbox.Outcome{
		Status: outbox.Pending, NextAt: epoch.Add(time.Hour), Attempts: 3, Error: "refused", Sinks: rest,
	})
	require.True(t, ok)
	assert.Equal(t, outbox.Record{
		Status: outbox.Pending, NextAt: epoch.Add(time.Hour), Attempts: 3, LastError: "refused", Sinks: rest,
	}, got)
}

func TestRevive(t *testing.T) {
	t.Parallel()
	dead := outbox.Record{
		Status: outbox.Dead, Attempts: 12, LastError: "refused",
		Sinks: []outbox.Remaining{{Sink: "mail", Failures: 12, NextAt: epoch}},
	}
	now := epoch.Add(time.Hour)
	got, err := dead.Revive(now)
	require.NoError(t, err)
	assert.Equal(t, outbox.Pending, got.Status)
	assert.Zero(t, got.Attempts)
	assert.Equal(t, now, got.NextAt)
	assert.Equal(t, []outbox.Remaining{{Sink: "mail", NextAt: now}}, got.Sinks)
	assert.Equal(t, 12, dead.Sinks[0].Failures, "the original is untouched")

	_, err = got.Revive(now)
	assert.ErrorIs(t, err, outbox.ErrNotDead)
}
