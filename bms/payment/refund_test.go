package payment_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// paidIntent has captured EUR 25.00.
func paidIntent(t require.TestingT) payment.Intent {
	i, _ := after(t, newIntent(t), start, captured(2500))
	return i
}

func euros(minor int64) money.Amount { return money.New(minor, "EUR") }

func TestNewRefund_IsOwedAtOnce(t *testing.T) {
	t.Parallel()
	i := paidIntent(t)
	r, fresh, err := payment.NewRefund(i, nil, payment.RefundOrder{Key: i.ReturnKey(), Amount: euros(2500), Reason: "late_payment"}, start)

	require.NoError(t, err)
	assert.True(t, fresh)
	assert.Equal(t, payment.RefundPending, r.Status)
	assert.Equal(t, start, r.NextAt)
	assert.Equal(t, i.ID, r.IntentID)
	assert.Equal(t, i.BookingID, r.BookingID)
	assert.Equal(t, "late_payment", r.Reason)
}

func TestNewRefund_EachKeyOnce(t *testing.T) {
	t.Parallel()
	i := paidIntent(t)
	first, _, err := payment.NewRefund(i, nil, payment.RefundOrder{Key: "k", Amount: euros(1000)}, start)
	require.NoError(t, err)
	prior := []payment.Refund{first}

	again, fresh, err := payment.NewRefund(i, prior, payment.RefundOrder{Key: "k", Amount: euros(1000)}, start.Add(time.Hour))
	require.NoError(t, err)
	assert.False(t, fresh)
	assert.Equal(t, first, again)

	_, _, err = payment.NewRefund(i, prior, payment.RefundOrder{Key: "k", Amount: euros(1001)}, start)
	require.ErrorIs(t, err, payment.ErrKeyReused)
	_, _, err = payment.NewRefund(paidIntent(t), prior, payment.RefundOrder{Key: "k", Amount: euros(1000)}, start)
	assert.ErrorIs(t, err, payment.ErrKeyReused, "another intent")
}

func TestNewRefund_NeverMoreThanCaptured(t *testing.T) {
	t.Parallel()
	i := paidIntent(t)
	for name, row := range map[string]struct {
		intent payment.Intent
		prior  []payment.Refund
		amount money.Amount
		ok     bool
	}{
		"all of it":             {i, nil, euros(2500), true},
		"one too many":          {i, nil, euros(2501), false},
		"another currency":      {i, nil, money.New(1, "USD"), false},
		"nothing captured":      {newIntent(t), nil, euros(1), false},
		"the rest":              {i, []payment.Refund{{IntentID: i.ID, Amount: euros(2000)}}, euros(500), true},
		"over the rest":         {i, []payment.Refund{{IntentID: i.ID, Amount: euros(2000)}}, euros(501), false},
		"failed do not count":   {i, []payment.Refund{{IntentID: i.ID, Amount: euros(2000), Status: payment.RefundFailed}}, euros(2500), true},
		"other intents neither": {i, []payment.Refund{{IntentID: "pay_other", Amount: euros(2000)}}, euros(2500), true},
	} {
		_, _, err := payment.NewRefund(row.intent, row.prior, payment.RefundOrder{Key: "k", Amount: row.amount}, start)
		if row.ok {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorIs(t, err, payment.ErrOverRefund, name)
		}
	}
}

func TestRefundable_CountsWhatTheGatewayGaveBackItself(t *testing.T) {
	t.Parallel()
	i := paidIntent(t)
	i.Refunded = euros(2400)
	left, err := i.Refundable([]payment.Refund{{IntentID: i.ID, Amount: euros(2000), Status: payment.RefundSucceeded}})
	require.NoError(t, err)
	assert.Equal(t, euros(100), left)

	_, err = i.Refundable([]payment.Refund{{IntentID: i.ID, Amount: money.New(5, "USD")}})
	assert.ErrorIs(t, err, money.ErrCurrency)
}

func TestNewRefund_NamesTheField(t *testing.T) {
	t.Parallel()
	i := paidIntent(t)
	for field, o := range map[string]payment.RefundOrder{
		"key":    {Amount: euros(1)},
		"amount": {Key: "k", Amount: euros(0)},
	} {
		_, _, err := payment.NewRefund(i, nil, o, start)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	long := payment.RefundOrder{Key: strings.Repeat("k", payment.MaxKey+1), Amount: euros(1)}
	_, _, err := payment.NewRefund(i, nil, long, start)
	assert.Equal(t, fault.Invalid, fault.CodeOf(err))
}

func TestRefund_SumNeverExceedsCaptured(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := paidIntent(t)
		var refunds []payment.Refund
		for range rapid.IntRange(1, 20).Draw(t, "orders") {
			o := payment.RefundOrder{
				Key:    rapid.StringMatching(`[a-h]`).Draw(t, "key"),
				Amount: euros(rapid.Int64Range(1, 1500).Draw(t, "amount")),
			}
			r, fresh, err := payment.NewRefund(i, refunds, o, start)
			if err != nil || !fresh {
				continue
			}
			f := payment.RefundFacts{Key: r.Key, Amount: r.Amount, Status: payment.RefundSucceeded}
			r, _, err = r.Apply(f, start)
			require.NoError(t, err)
			refunds = append(refunds, r)
		}
		var sum int64
		keys := map[string]bool{}
		for _, r := range refunds {
			sum += r.Amount.Minor
			require.False(t, keys[r.Key], "a key twice")
			keys[r.Key] = true
		}
		require.LessOrEqual(t, sum, i.Captured.Minor)
	})
}

func pendingRefund(t require.TestingT) payment.Refund {
	r, _, err := payment.NewRefund(paidIntent(t), nil, payment.RefundOrder{Key: "k", Amount: euros(1000)}, start)
	require.NoError(t, err)
	return r
}

func refundFacts(s payment.RefundStatus) payment.RefundFacts {
	return payment.RefundFacts{Key: "k", GatewayRef: "ref", Amount: euros(1000), Status: s}
}

func TestRefundApply_OnlyMovesUp(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		news    []payment.RefundStatus
		want    payment.RefundStatus
		changed bool // by the last of the news
	}{
		"working":               {[]payment.RefundStatus{payment.RefundPending}, payment.RefundPending, true},
		"working twice":         {[]payment.RefundStatus{payment.RefundPending, payment.RefundPending}, payment.RefundPending, false},
		"done":                  {[]payment.RefundStatus{payment.RefundSucceeded}, payment.RefundSucceeded, true},
		"done twice":            {[]payment.RefundStatus{payment.RefundSucceeded, payment.RefundSucceeded}, payment.RefundSucceeded, false},
		"done, then old news":   {[]payment.RefundStatus{payment.RefundSucceeded, payment.RefundPending}, payment.RefundSucceeded, false},
		"done, then a failure":  {[]payment.RefundStatus{payment.RefundSucceeded, payment.RefundFailed}, payment.RefundSucceeded, false},
		"failed, then done":     {[]payment.RefundStatus{payment.RefundFailed, payment.RefundSucceeded}, payment.RefundSucceeded, true},
		"failed, then old news": {[]payment.RefundStatus{payment.RefundFailed, payment.RefundPending}, payment.RefundFailed, false},
	} {
		r, changed := pendingRefund(t), false
		for _, s := range row.news {
			var err error
			r, changed, err = r.Apply(refundFacts(s), start)
			require.NoError(t, err)
		}
		assert.Equal(t, row.want, r.Status, name)
		assert.Equal(t, row.changed, changed, name)
		assert.Equal(t, row.want == payment.RefundPending, !r.NextAt.IsZero(), name)
		assert.Equal(t, "ref", r.GatewayRef, name)
	}
}

func TestRefundApply_RefusesWhatBelongsToAnother(t *testing.T) {
	t.Parallel()
	r := pendingRefund(t)
	key, amount, status := refundFacts(payment.RefundSucceeded), refundFacts(payment.RefundSucceeded), refundFacts("done")
	key.Key, amount.Amount = "other", euros(999)

	_, _, err := r.Apply(key, start)
	require.ErrorIs(t, err, payment.ErrMismatch)
	_, _, err = r.Apply(amount, start)
	require.ErrorIs(t, err, payment.ErrMismatch)
	_, _, err = r.Apply(status, start)
	assert.Equal(t, fault.Invalid, fault.CodeOf(err))
}

func TestRefundClaim_BacksOffToAnHourAndNeverEnds(t *testing.T) {
	t.Parallel()
	r := pendingRefund(t)
	var waits []string
	for range 13 {
		now := r.NextAt
		r = r.Claim(now)
		waits = append(waits, r.NextAt.Sub(now).String())
	}
	assert.Equal(t, "5s 10s 20s 40s 1m20s 2m40s 5m20s 10m40s 21m20s 42m40s 1h0m0s 1h0m0s 1h0m0s", strings.Join(waits, " "))
	assert.Equal(t, 13, r.Attempts)
}

func TestRefundFail_OnlyARefusalIsFinal(t *testing.T) {
	t.Parallel()
	claimed := pendingRefund(t).Claim(start)
	for _, err := range []error{payment.ErrTemporary, payment.ErrUnknownOutcome} {
		r := claimed.Fail(err, start)
		assert.Equal(t, payment.RefundPending, r.Status)
		assert.Equal(t, claimed.NextAt, r.NextAt)
		assert.Equal(t, err.Error(), r.Failure)
	}
	refused := claimed.Fail(payment.ErrOverRefund, start)
	assert.Equal(t, payment.RefundFailed, refused.Status)
	assert.Zero(t, refused.NextAt)

	done, _, err := claimed.Fail(payment.ErrTemporary, start).Apply(refundFacts(payment.RefundSucceeded), start)
	require.NoError(t, err)
	assert.Empty(t, done.Failure, "what went wrong on the way is over")
	assert.Equal(t, done, done.Fail(payment.ErrOverRefund, start), "what is settled stays")
}
