package payment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

func pending() payment.Facts {
	return payment.Facts{GatewayRef: "ref", Status: payment.Pending, RedirectURL: "https://bank.example/ref"}
}

func captured(minor int64) payment.Facts {
	return payment.Facts{GatewayRef: "ref", Status: payment.Captured, Captured: money.New(minor, "EUR")}
}

func declined() payment.Facts {
	return payment.Facts{GatewayRef: "ref", Status: payment.Failed, Reason: payment.ReasonDeclined}
}

func left() payment.Facts {
	return payment.Facts{GatewayRef: "ref", Status: payment.Cancelled, Reason: payment.ReasonBuyer}
}

// after applies facts one after the other and returns the last effect.
func after(t require.TestingT, i payment.Intent, now time.Time, facts ...payment.Facts) (payment.Intent, payment.Effect) {
	effect := payment.EffectNone
	for _, f := range facts {
		var err error
		i, effect, err = i.Apply(f, now)
		require.NoError(t, err)
	}
	return i, effect
}

func TestApply_WhatNewsMean(t *testing.T) {
	t.Parallel()
	inTime, tooLate := start.Add(time.Minute), start.Add(11*time.Minute)
	for name, row := range map[string]struct {
		now    time.Time
		facts  []payment.Facts
		effect payment.Effect
		status payment.IntentStatus
	}{
		"the gateway knows it":       {inTime, []payment.Facts{pending()}, payment.EffectRecorded, payment.Pending},
		"the same again":             {inTime, []payment.Facts{pending(), pending()}, payment.EffectNone, payment.Pending},
		"paid":                       {inTime, []payment.Facts{pending(), captured(2500)}, payment.EffectCaptured, payment.Captured},
		"paid, nothing before":       {inTime, []payment.Facts{captured(2500)}, payment.EffectCaptured, payment.Captured},
		"paid twice told":            {inTime, []payment.Facts{captured(2500), captured(2500)}, payment.EffectNone, payment.Captured},
		"paid, then old news":        {inTime, []payment.Facts{captured(2500), pending()}, payment.EffectNone, payment.Captured},
		"paid, then a late failure":  {inTime, []payment.Facts{captured(2500), declined()}, payment.EffectNone, payment.Captured},
		"declined":                   {inTime, []payment.Facts{pending(), declined()}, payment.EffectFailed, payment.Failed},
		"declined twice told":        {inTime, []payment.Facts{declined(), declined()}, payment.EffectNone, payment.Failed},
		"declined, then left":        {inTime, []payment.Facts{declined(), left()}, payment.EffectNone, payment.Failed},
		"declined, then paid":        {inTime, []payment.Facts{declined(), captured(2500)}, payment.EffectLate, payment.Captured},
		"left":                       {inTime, []payment.Facts{left()}, payment.EffectCancelled, payment.Cancelled},
		"left, then paid":            {inTime, []payment.Facts{left(), captured(2500)}, payment.EffectLate, payment.Captured},
		"paid after the deadline":    {tooLate, []payment.Facts{captured(2500)}, payment.EffectLate, payment.Captured},
		"paid late, told twice":      {tooLate, []payment.Facts{captured(2500), captured(2500)}, payment.EffectNone, payment.Captured},
		"paid too little":            {inTime, []payment.Facts{captured(2499)}, payment.EffectMismatch, payment.Captured},
		"paid too much":              {inTime, []payment.Facts{captured(2501)}, payment.EffectMismatch, payment.Captured},
		"the rest after too little":  {inTime, []payment.Facts{captured(1000), captured(2500)}, payment.EffectMismatch, payment.Captured},
		"an older, smaller total":    {inTime, []payment.Facts{captured(2500), captured(1000)}, payment.EffectNone, payment.Captured},
		"money whatever it is named": {inTime, []payment.Facts{{GatewayRef: "ref", Status: payment.Cancelled, Captured: money.New(2500, "EUR")}}, payment.EffectCaptured, payment.Captured},
	} {
		i, effect := after(t, newIntent(t), row.now, row.facts...)
		assert.Equal(t, row.effect, effect, name)
		assert.Equal(t, row.status, i.Status, name)
	}
}

func TestApply_LearnsReferencesAndTotals(t *testing.T) {
	t.Parallel()
	now := start.Add(time.Minute)
	i, _ := after(t, newIntent(t), now, pending())
	assert.Equal(t, "ref", i.GatewayRef)
	assert.Equal(t, "https://bank.example/ref", i.RedirectURL)
	assert.Equal(t, now, i.UpdatedAt)
	assert.Equal(t, 2, i.Version)
	assert.False(t, i.InquireAt.IsZero())

	back := captured(2500)
	back.Refunded = money.New(700, "EUR")
	i, effect := after(t, i, now, captured(2500), back, captured(2500))
	assert.Equal(t, payment.EffectNone, effect)
	assert.Equal(t, money.New(700, "EUR"), i.Refunded)
	assert.Empty(t, i.RedirectURL, "there is nowhere to go any more")
	assert.Zero(t, i.InquireAt, "there is nothing to ask any more")
}

func TestApply_AGatewaysWordEndsWhatWeGaveUp(t *testing.T) {
	t.Parallel()
	late := start.Add(11 * time.Minute)
	given := newIntent(t).Abandon(payment.ReasonExpired, late)

	failed, effect := after(t, given, late, declined())
	assert.Equal(t, payment.EffectRecorded, effect, "the booking knows already")
	assert.Equal(t, payment.Failed, failed.Status)
	assert.Equal(t, payment.ReasonDeclined, failed.Reason)
	assert.Zero(t, failed.InquireAt)

	paid, effect := after(t, given, late, captured(2500))
	assert.Equal(t, payment.EffectLate, effect)
	assert.Empty(t, paid.Reason)

	waiting, effect := after(t, given, late, pending())
	assert.Equal(t, payment.EffectRecorded, effect, "the reference is new")
	assert.Equal(t, payment.Cancelled, waiting.Status)
	assert.False(t, waiting.InquireAt.IsZero())
	assert.Empty(t, waiting.RedirectURL)
}

func TestApply_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	known, _ := after(t, newIntent(t), start, pending())
	other := pending()
	other.GatewayRef = "other"
	_, _, err := known.Apply(other, start)
	require.ErrorIs(t, err, payment.ErrMismatch)

	dollars := payment.Facts{Status: payment.Captured, Captured: money.New(2500, "USD")}
	_, _, err = known.Apply(dollars, start)
	require.ErrorIs(t, err, payment.ErrMismatch)

	for field, f := range map[string]payment.Facts{
		"status":     {Status: "paid"},
		"captured":   {Status: payment.Captured},
		"to_confirm": {Status: payment.Failed, ToConfirm: true},
		"refunded":   {Status: payment.Captured, Captured: money.New(1, "EUR"), Refunded: money.New(2, "EUR")},
	} {
		i, effect, err := known.Apply(f, start)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
		assert.Equal(t, payment.EffectNone, effect)
		assert.Equal(t, known, i, "an error changes nothing")
	}
	negative := payment.Facts{Status: payment.Pending, Captured: money.New(-1, "EUR")}
	_, _, err = known.Apply(negative, start)
	assert.Equal(t, fault.Invalid, fault.CodeOf(err))
}

// agreed is said of a payment that waits for Confirm.
func agreed() payment.Facts {
	f := pending()
	f.ToConfirm = true
	return f
}

func TestApply_AnAgreementIsToBeConfirmedAtOnce(t *testing.T) {
	t.Parallel()
	now := start.Add(time.Minute)
	i, effect := after(t, newIntent(t), now, pending(), agreed())
	assert.Equal(t, payment.EffectRecorded, effect)
	assert.Equal(t, payment.Pending, i.Status)
	assert.True(t, i.ToConfirm)
	assert.Equal(t, now, i.InquireAt)

	claimed := i.Claim(now)
	for _, old := range []payment.Facts{agreed(), pending()} {
		same, effect, err := claimed.Apply(old, now.Add(time.Second))
		require.NoError(t, err)
		assert.Equal(t, payment.EffectNone, effect)
		assert.Equal(t, claimed, same, "told twice, or out of order")
	}
	paid, effect := after(t, claimed, now, captured(2500))
	assert.Equal(t, payment.EffectCaptured, effect)
	assert.False(t, paid.ToConfirm)
	gone, _ := after(t, newIntent(t).Abandon(payment.ReasonSuperseded, now), now, agreed())
	assert.False(t, gone.ToConfirm, "nobody wants it any more")
}

func TestPayable_UntilTheDeadlineUnlessGivenUp(t *testing.T) {
	t.Parallel()
	i := newIntent(t)
	assert.True(t, i.Payable(start))
	assert.True(t, i.Payable(i.ExpiresAt))
	assert.False(t, i.Payable(i.ExpiresAt.Add(time.Microsecond)))
	assert.False(t, i.Abandon(payment.ReasonSuperseded, start).Payable(start))
	done, _ := after(t, i, start, captured(2500))
	assert.False(t, done.Payable(start))
	i.ExpiresAt = time.Time{}
	assert.True(t, i.Payable(start.Add(1000*time.Hour)))
}

// anyFacts draws what a confused gateway could report of a payment of 2500.
var anyFacts = rapid.Custom(func(t *rapid.T) payment.Facts {
	f := rapid.SampledFrom([]payment.Facts{
		{Status: payment.Pending}, pending(), agreed(), declined(), left(), captured(2500), captured(1000), captured(2600),
	}).Draw(t, "facts")
	if f.Status == payment.Captured && rapid.Bool().Draw(t, "refunded") {
		f.Refunded = money.New(rapid.Int64Range(1, f.Captured.Minor).Draw(t, "back"), "EUR")
	}
	return f
})

func TestApply_IsMonotoneIdempotentAndSaysMoneyOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i, now := newIntent(t), start
		var highest, told int64
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "seconds")) * time.Second)
			if rapid.IntRange(0, 5).Draw(t, "abandon") == 0 {
				i = i.Abandon(payment.ReasonExpired, now)
			}
			f := anyFacts.Draw(t, "facts")
			next, effect, err := i.Apply(f, now)
			require.NoError(t, err)

			highest = max(highest, f.Captured.Minor)
			switch effect {
			case payment.EffectCaptured, payment.EffectLate, payment.EffectMismatch:
				require.Greater(t, highest, told, "money that was told before")
				told = highest
			case payment.EffectFailed, payment.EffectCancelled:
				require.True(t, i.Status.Open())
			case payment.EffectNone:
				require.Equal(t, i, next)
			case payment.EffectRecorded:
			}
			require.Equal(t, highest, told, "money that was not told")
			require.Equal(t, highest, next.Captured.Minor)
			require.GreaterOrEqual(t, next.Refunded.Minor, i.Refunded.Minor)
			require.LessOrEqual(t, next.Refunded.Minor, next.Captured.Minor)
			require.Equal(t, highest > 0, next.Status == payment.Captured)

			again, effect, err := next.Apply(f, now)
			require.NoError(t, err)
			require.Equal(t, payment.EffectNone, effect)
			require.Equal(t, next, again)
			i = next
		}
	})
}
