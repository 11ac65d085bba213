package sandbox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// confirm has the shop take what was agreed.
func (w *world) confirm(t *testing.T, ref string) payment.Facts {
	t.Helper()
	f, err := w.Confirm(t.Context(), payment.ConfirmRequest{Key: "confirm", GatewayRef: ref})
	require.NoError(t, err)
	return f
}

func TestAuthorize_TheMoneyIsTakenByConfirm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	_, f := w.create(t)
	assert.Equal(t, f, w.confirm(t, f.GatewayRef), "there is nothing to take yet")
	_, err := w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Authorize, Delay: time.Minute})
	require.NoError(t, err)
	assert.False(t, w.confirm(t, f.GatewayRef).ToConfirm, "the bank is still thinking")
	assert.Equal(t, []string{"pending"}, w.deliver(t))

	w.advance(time.Minute)
	agreed := w.inquire(t, f.GatewayRef)
	assert.True(t, agreed.ToConfirm)
	assert.Empty(t, agreed.RedirectURL, "the buyer has done all there is to do")
	assert.Equal(t, []string{"pending"}, w.deliver(t))
	w.open(t)
	assert.Equal(t, payment.Captured, w.confirm(t, f.GatewayRef).Status)
	before := w.Ledger()
	w.open(t)
	assert.Equal(t, before, w.Ledger(), "the bank remembers")
	assert.Equal(t, []string{"captured"}, w.deliver(t))
	assert.Equal(t, payment.Captured, w.confirm(t, f.GatewayRef).Status)
	assert.Empty(t, w.deliver(t), "told once")
}

func TestAuthorize_LapsesWithTheTimeForPaying(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.pay(t, sandbox.Choice{})
	assert.Equal(t, payment.Captured, w.inquire(t, ref).Status)
	_, f := w.create(t)
	_, err := w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Authorize})
	require.NoError(t, err)
	w.advance(10*time.Minute + time.Microsecond)
	gone := w.confirm(t, f.GatewayRef)
	assert.Equal(t, payment.Cancelled, gone.Status)
	assert.Equal(t, payment.ReasonSessionExpired, gone.Reason)
	assert.True(t, w.entry(f.GatewayRef).Captured.IsZero())
}

func TestAuthorize_IsNoToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, f := w.create(t)
	_, err := w.Confirm(t.Context(), payment.ConfirmRequest{Key: "k", GatewayRef: f.GatewayRef, Token: sandbox.Token(sandbox.Authorize)})
	assert.Equal(t, "token", fault.Of(err).Field)
}

func TestAuthorize_FaultsOfConfirm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, f := w.create(t)
	_, err := w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Authorize})
	require.NoError(t, err)
	w.SetFaults(sandbox.Faults{ConfirmTemporary: 1, ConfirmTimeout: 1})
	q := payment.ConfirmRequest{Key: "confirm", GatewayRef: f.GatewayRef}
	_, err = w.Confirm(t.Context(), q)
	require.ErrorIs(t, err, payment.ErrTemporary)
	assert.True(t, w.inquire(t, f.GatewayRef).ToConfirm)
	_, err = w.Confirm(t.Context(), q)
	require.ErrorIs(t, err, payment.ErrUnknownOutcome)
	assert.Equal(t, payment.Captured, w.inquire(t, f.GatewayRef).Status)
}
