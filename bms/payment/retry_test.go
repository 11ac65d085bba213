package payment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/payment"
)

// failedRefund is a refund of EUR 10.00 of the intent that the gateway could not make.
func failedRefund(t require.TestingT, i payment.Intent) payment.Refund {
	r, _, err := payment.NewRefund(i, nil, payment.RefundOrder{Key: "k", Amount: euros(1000)}, start)
	require.NoError(t, err)
	f := refundFacts(payment.RefundFailed)
	f.Reason = "account closed"
	r, _, err = r.Claim(start).Apply(f, start)
	require.NoError(t, err)
	return r
}

func TestRetry_IsOwedAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	i, later := paidIntent(t), start.Add(time.Hour)
	failed := failedRefund(t, i)
	assert.Equal(t, "account closed", failed.Failure)
	again, err := failed.Retry(i, []payment.Refund{failed}, later)
	require.NoError(t, err)

	assert.Equal(t, payment.RefundPending, again.Status)
	assert.Equal(t, later, again.NextAt)
	assert.Equal(t, later, again.UpdatedAt)
	assert.Equal(t, failed.Key, again.Key)
	assert.Equal(t, failed.Amount, again.Amount)
	assert.Equal(t, failed.Attempts, again.Attempts)
	assert.Empty(t, again.Failure)
	assert.Empty(t, again.GatewayRef, "the next try has another")
}

func TestRetry_OnlyOfWhatFailed(t *testing.T) {
	t.Parallel()
	i := paidIntent(t)
	pending := pendingRefund(t)
	pending.IntentID = i.ID
	done, _, err := pending.Apply(refundFacts(payment.RefundSucceeded), start)
	require.NoError(t, err)
	for _, r := range []payment.Refund{pending, done} {
		same, err := r.Retry(i, []payment.Refund{r}, start)
		require.ErrorIs(t, err, payment.ErrNotFailed)
		assert.Equal(t, r, same)
	}
	failed := failedRefund(t, i)
	_, err = failed.Retry(paidIntent(t), nil, start)
	assert.ErrorIs(t, err, payment.ErrMismatch, "another intent")
}

func TestRetry_CountsWhatWentBackMeanwhile(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		refunded int64 // by the gateway, all in all
		others   []int64
		status   payment.RefundStatus
		err      error
	}{
		"nothing":                      {0, nil, payment.RefundPending, nil},
		"less by hand":                 {999, nil, payment.RefundPending, nil},
		"as much by hand":              {1000, nil, payment.RefundSucceeded, nil},
		"all by hand":                  {2500, nil, payment.RefundSucceeded, nil},
		"another of ours":              {1500, []int64{1500}, payment.RefundPending, nil},
		"another of ours and by hand":  {2500, []int64{1500}, payment.RefundSucceeded, nil},
		"another of ours takes it all": {2500, []int64{2500}, payment.RefundFailed, payment.ErrOverRefund},
		"too little is left":           {1600, []int64{1000}, payment.RefundFailed, payment.ErrOverRefund},
	} {
		i := paidIntent(t)
		failed := failedRefund(t, i)
		i.Refunded = euros(row.refunded)
		prior := []payment.Refund{failed}
		for _, minor := range row.others {
			prior = append(prior, payment.Refund{IntentID: i.ID, Amount: euros(minor), Status: payment.RefundSucceeded})
		}
		again, err := failed.Retry(i, prior, start)
		require.ErrorIs(t, err, row.err, name)
		assert.Equal(t, row.status, again.Status, name)
		assert.Equal(t, row.status == payment.RefundPending, !again.NextAt.IsZero(), name)
	}
}

func TestRetry_IsNotStoppedByOldNews(t *testing.T) {
	t.Parallel()
	i := paidIntent(t)
	failed := failedRefund(t, i)
	again, err := failed.Retry(i, nil, start)
	require.NoError(t, err)
	for _, old := range []payment.RefundStatus{payment.RefundFailed, payment.RefundPending} {
		same, changed, err := again.Apply(refundFacts(old), start)
		require.NoError(t, err)
		assert.False(t, changed, old)
		assert.Equal(t, again, same)
	}
	fresh := refundFacts(payment.RefundFailed)
	fresh.GatewayRef = "ref 2"
	second, changed, err := again.Apply(fresh, start)
	require.NoError(t, err)
	assert.True(t, changed)
	assert.Equal(t, payment.RefundFailed, second.Status)

	done, _, err := again.Apply(refundFacts(payment.RefundSucceeded), start)
	require.NoError(t, err)
	assert.Equal(t, payment.RefundSucceeded, done.Status, "what the gateway took for failed has arrived after all")
}

// Whatever fails, is tried again and is given back by hand: the sum that goes back never passes what was captured,
// and no key pays twice.
func TestRetry_SumNeverExceedsCaptured(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := paidIntent(t)
		var refunds []payment.Refund
		paid, byHand := map[string]int64{}, int64(0)
		at := func() int { return rapid.IntRange(0, len(refunds)-1).Draw(t, "refund") }
		gateway := func(n int, s payment.RefundStatus) {
			r := refunds[n]
			if r.Status != payment.RefundPending {
				return
			}
			if s == payment.RefundSucceeded && i.Refunded.Minor+r.Amount.Minor > i.Captured.Minor {
				refunds[n] = r.Fail(payment.ErrOverRefund, start)
				return
			}
			f := payment.RefundFacts{Key: r.Key, Amount: r.Amount, Status: s}
			next, _, err := r.Apply(f, start)
			require.NoError(t, err)
			if refunds[n] = next; s == payment.RefundSucceeded {
				require.Zero(t, paid[r.Key], "a key that pays twice")
				paid[r.Key] = r.Amount.Minor
				i.Refunded = euros(i.Refunded.Minor + r.Amount.Minor)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"order": func(t *rapid.T) {
				o := payment.RefundOrder{Key: rapid.StringMatching(`[a-h]`).Draw(t, "key"), Amount: euros(rapid.Int64Range(1, 1500).Draw(t, "amount"))}
				if r, fresh, err := payment.NewRefund(i, refunds, o, start); err == nil && fresh {
					refunds = append(refunds, r)
				}
			},
			"pay": func(t *rapid.T) {
				if len(refunds) > 0 {
					gateway(at(), rapid.SampledFrom([]payment.RefundStatus{payment.RefundSucceeded, payment.RefundFailed}).Draw(t, "status"))
				}
			},
			"by hand": func(t *rapid.T) {
				part := rapid.Int64Range(0, i.Captured.Minor-i.Refunded.Minor).Draw(t, "part")
				byHand += part
				i.Refunded = euros(i.Refunded.Minor + part)
			},
			"retry": func(t *rapid.T) {
				if len(refunds) == 0 {
					return
				}
				n := at()
				if r, err := refunds[n].Retry(i, refunds, start); err == nil {
					refunds[n] = r
				}
			},
			"": func(t *rapid.T) {
				var sum, settled int64
				for _, r := range refunds {
					if r.Status == payment.RefundSucceeded {
						settled += r.Amount.Minor
					}
				}
				for _, minor := range paid {
					sum += minor
				}
				require.LessOrEqual(t, sum+byHand, i.Captured.Minor)
				require.Equal(t, sum+byHand, i.Refunded.Minor)
				require.LessOrEqual(t, settled, i.Refunded.Minor, "nothing counts as paid that no money went back for")
			},
		})
	})
}
