package notifytest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/notify/notifytest"
)

var _ notify.Channel = (*notifytest.Recorder)(nil)

func mail(t *testing.T, message, to string) notify.Mail {
	t.Helper()
	m, err := notify.Compose(notify.English(), notify.RefundSent,
		notify.Envelope{MessageID: message, To: to, From: "tickets@aurora.example"},
		notify.Data{Event: "Metropolis"}, time.Date(2025, 11, 21, 18, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	return m
}

func TestRecorder_KeepsEachMailOnce(t *testing.T) {
	t.Parallel()
	var r notifytest.Recorder
	ada, bob := mail(t, "msg_1", "ada@example.com"), mail(t, "msg_2", "bob@example.com")
	require.NoError(t, r.Send(t.Context(), []notify.Mail{ada, bob}))
	require.NoError(t, r.Send(t.Context(), []notify.Mail{ada}))

	assert.Equal(t, []notify.Mail{ada, bob}, r.Mails())
	assert.Equal(t, 1, r.Repeats())
	assert.Equal(t, []notify.Mail{bob}, r.To("bob@example.com", notify.RefundSent))
	assert.Empty(t, r.To("bob@example.com", notify.BookingConfirmed))

	r.Reset()
	assert.Empty(t, r.Mails())
	require.NoError(t, r.Send(t.Context(), []notify.Mail{ada}))
	assert.Len(t, r.Mails(), 1)
}

func TestRecorder_RefusesWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	var r notifytest.Recorder
	good, bad := mail(t, "msg_1", "ada@example.com"), mail(t, "msg_2", "ada@example.com")
	bad.Subject = "two\nlines"
	err := r.Send(t.Context(), []notify.Mail{good, bad})
	assert.True(t, fault.Is(err, fault.Invalid), "%v", err)
	assert.Empty(t, r.Mails(), "all or nothing")
}

func TestRecorder_Break(t *testing.T) {
	t.Parallel()
	var r notifytest.Recorder
	down := errors.New("connection refused")
	r.Break(down)
	require.ErrorIs(t, r.Send(t.Context(), []notify.Mail{mail(t, "msg_1", "ada@example.com")}), down)
	r.Break(nil)
	require.NoError(t, r.Send(t.Context(), []notify.Mail{mail(t, "msg_1", "ada@example.com")}))
	assert.Len(t, r.Mails(), 1)
	assert.Zero(t, r.Repeats())
	assert.Equal(t, "recorder", r.Name())

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, r.Send(ended, nil), context.Canceled)
}
