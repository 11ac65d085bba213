package payment_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

var start = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

// order is a payment of EUR 25.00 that has ten minutes.
func order() payment.Order {
	return payment.Order{
		BookingID: "bkg_1", PartnerID: "prt_1", Gateway: "sandbox", Attempt: 1,
		Amount: money.New(2500, "EUR"), ExpiresAt: start.Add(10 * time.Minute),
	}
}

func newIntent(t require.TestingT) payment.Intent {
	i, err := payment.NewIntent(order(), start)
	require.NoError(t, err)
	return i
}

func TestNewIntent_IsCreatedAndWillBeAskedAbout(t *testing.T) {
	t.Parallel()
	i := newIntent(t)

	require.NoError(t, id.Check("id", payment.IntentPrefix, i.ID))
	assert.Equal(t, payment.Created, i.Status)
	assert.Equal(t, 1, i.Version)
	assert.Equal(t, start.Add(15*time.Second), i.InquireAt)
	assert.Zero(t, i.Inquiries)
}

func TestNewIntent_NamesTheField(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*payment.Order){
		"booking_id": func(o *payment.Order) { o.BookingID = "" },
		"gateway":    func(o *payment.Order) { o.Gateway = "" },
		"attempt":    func(o *payment.Order) { o.Attempt = 0 },
		"amount":     func(o *payment.Order) { o.Amount = money.Zero("EUR") },
		"expires_at": func(o *payment.Order) { o.ExpiresAt = start },
	} {
		o := order()
		spoil(&o)
		_, err := payment.NewIntent(o, start)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	o := order()
	o.Amount.Currency = "XXX"
	_, err := payment.NewIntent(o, start)
	assert.ErrorContains(t, err, "ISO 4217")
}

func TestKeys_AreDerivedFromWhatIsStored(t *testing.T) {
	t.Parallel()
	i := newIntent(t)
	i.Captured = money.New(2500, "EUR")

	assert.Equal(t, "bms:"+string(i.ID)+":create", i.CreateKey())
	assert.Equal(t, "bms:"+string(i.ID)+":confirm", i.ConfirmKey())
	assert.Equal(t, "bkg_1/return/"+string(i.ID)+"/2500", i.ReturnKey())
	for _, key := range []string{i.CreateKey(), i.ConfirmKey(), i.ReturnKey()} {
		assert.LessOrEqual(t, len(key), payment.MaxKey)
	}
}

func TestClaim_ThinsOutAndMeetsTheDeadline(t *testing.T) {
	t.Parallel()
	i := newIntent(t)
	var waits []string
	for now := i.InquireAt; len(waits) < 12; now = i.InquireAt {
		i = i.Claim(now)
		waits = append(waits, i.InquireAt.Sub(now).String())
	}
	// 15 s have passed; the sixth inquiry is brought forward to the deadline,
	// and after it the waits double up to six hours.
	assert.Equal(t, "30s 1m0s 2m0s 4m0s 2m15s 16m0s 32m0s 1h4m0s 2h8m0s 4h16m0s 6h0m0s 6h0m0s", strings.Join(waits, " "))
	assert.Equal(t, 12, i.Inquiries)
	assert.Equal(t, 13, i.Version)
}

func TestClaim_WithoutDeadlineIsNeverMoreThanFiveMinutes(t *testing.T) {
	t.Parallel()
	o := order()
	o.ExpiresAt = time.Time{}
	i, err := payment.NewIntent(o, start)
	require.NoError(t, err)
	for range 60 {
		now := i.InquireAt
		i = i.Claim(now)
		require.LessOrEqual(t, i.InquireAt.Sub(now), 5*time.Minute)
	}
}

func TestClaim_EndsAfterFiveDays(t *testing.T) {
	t.Parallel()
	i := newIntent(t)
	last := start
	for !i.InquireAt.IsZero() {
		last = i.InquireAt
		i = i.Claim(last)
		require.Less(t, i.Inquiries, 100)
	}
	assert.GreaterOrEqual(t, last.Sub(start), 5*24*time.Hour)
	assert.Less(t, last.Sub(start), 5*24*time.Hour+6*time.Hour)
}

func TestAbandon_KeepsAskingBecauseMoneyMayCome(t *testing.T) {
	t.Parallel()
	i := newIntent(t)
	later := start.Add(11 * time.Minute)
	for _, reason := range []string{payment.ReasonExpired, payment.ReasonSuperseded, payment.ReasonNotSent} {
		gone := i.Abandon(reason, later)
		assert.Equal(t, payment.Cancelled, gone.Status)
		assert.Equal(t, reason, gone.Reason)
		assert.True(t, gone.InquireAt.After(later), reason)
		assert.Equal(t, gone, gone.Abandon(payment.ReasonExpired, later.Add(time.Hour)), "a settled intent stays as it is")
	}
}

func TestEnums_Valid(t *testing.T) {
	t.Parallel()
	for _, s := range []payment.IntentStatus{payment.Created, payment.Pending, payment.Captured, payment.Failed, payment.Cancelled} {
		assert.True(t, s.Valid(), s)
		assert.Equal(t, s == payment.Created || s == payment.Pending, s.Open(), s)
	}
	for _, s := range []payment.RefundStatus{payment.RefundPending, payment.RefundSucceeded, payment.RefundFailed} {
		assert.True(t, s.Valid(), s)
	}
	for _, e := range []payment.Effect{
		payment.EffectNone, payment.EffectRecorded, payment.EffectCaptured, payment.EffectLate,
		payment.EffectMismatch, payment.EffectFailed, payment.EffectCancelled,
	} {
		assert.True(t, e.Valid(), e)
	}
	for _, c := range []payment.Class{payment.ClassTemporary, payment.ClassUnknown, payment.ClassRefused} {
		assert.True(t, c.Valid(), c)
	}
	assert.True(t, payment.PaymentChanged.Valid())
	assert.False(t, payment.IntentStatus("paid").Valid())
	assert.False(t, payment.RefundStatus("").Valid())
	assert.False(t, payment.Effect("").Valid())
	assert.False(t, payment.Class("").Valid())
	assert.False(t, payment.EventKind("").Valid())
}
