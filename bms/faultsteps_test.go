package bms_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// slowNode is a second program on the schedules' database. Both are slow where they are told to be.
type slowNode struct {
	client *bms.Client
	db     *slowDB
}

// key is a new idempotency key.
func (s *schedule) key() string {
	s.keys++
	return fmt.Sprintf("schedule-%d-%d", s.seed, s.keys)
}

// paySlowly starts a payment at a bank that answers after the lease of the request's key, while the buyer's
// browser sends the request again.
func (s *schedule) paySlowly() {
	s.t.Helper()
	r := bms.PaymentRequest{BookingID: s.booking, Gateway: sandbox.Name, ReturnURL: "http://shop.example/", Key: s.key()}
	var twin payment.Intent
	twinErr := errors.New("there was no twin")
	bank := &slowBank{Gateway: s.kit.Bank, meanwhile: func() {
		s.kit.Clock.Advance(time.Minute + time.Second)
		twin, twinErr = s.kit.Payments.Start(s.t.Context(), r)
	}}
	i, err := s.kit.Another(bank).Payments.Start(s.t.Context(), r)
	if err == nil {
		s.intents = append(s.intents, i)
	}
	if twinErr == nil {
		s.intents = append(s.intents, twin)
		s.met["payment lost its key"]++
		again, err := s.kit.Payments.Start(s.t.Context(), r)
		require.NoError(s.t, err, s.name())
		require.Equal(s.t, twin.ID, again.ID, "%s: the key has its owner's answer", s.name())
	}
}

// payAtOnce has the buyer pay and come back, as most do.
func (s *schedule) payAtOnce() {
	s.t.Helper()
	for _, i := range s.intents {
		if _, err := s.kit.Bank.Choose(i.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay}); err == nil {
			_, _ = s.kit.Payments.Refresh(s.t.Context(), i.ID) // the bank may be busy
		}
	}
}

// cancelSlowly cancels by a program that stands still for longer than the lease, while the buyer's browser sends
// the request again.
func (s *schedule) cancelSlowly() {
	s.t.Helper()
	r := bms.CancelRequest{BookingID: s.booking, Key: s.key()}
	twinErr := errors.New("there was no twin")
	s.slow.db.arm(2, func() {
		s.kit.Clock.Advance(time.Minute + time.Second)
		_, twinErr = s.kit.Bookings.Cancel(s.t.Context(), r)
	})
	after, err := s.slow.client.Bookings.Cancel(s.t.Context(), r)
	s.slow.db.countdown.Store(0)
	if twinErr == nil {
		s.met["cancellation lost its key"]++
		require.NoError(s.t, err, "%s: the slow one gets its twin's answer", s.name())
		require.Equal(s.t, s.booking, after.ID, s.name())
	}
}

// retryRefunds has refunds that failed made again, as an operator does who looks after them. Some click twice.
func (s *schedule) retryRefunds() {
	s.t.Helper()
	failed, err := s.kit.Payments.FailedRefunds(s.t.Context(), "", 0)
	require.NoError(s.t, err, s.name())
	for _, r := range failed {
		retry := bms.RefundRetry{RefundID: r.ID, Key: s.key()}
		again, err := s.kit.Payments.RetryRefund(s.t.Context(), retry)
		if errors.Is(err, payment.ErrTemporary) { // the bank was busy
			continue
		}
		require.NoError(s.t, err, "%s: refund %s", s.name(), r.Key)
		s.met["refund made again"]++
		twice, err := s.kit.Payments.RetryRefund(s.t.Context(), retry)
		require.NoError(s.t, err, s.name())
		require.Equal(s.t, again, twice, s.name())
	}
}
