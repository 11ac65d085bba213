package booking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// inEach returns a booking in each status, by name.
func inEach(t require.TestingT) map[string]booking.Booking {
	must := func(b booking.Booking, err error) booking.Booking {
		require.NoError(t, err)
		return b
	}
	cancel := func(b booking.Booking, ids ...booking.TicketID) booking.Booking {
		b, _, err := b.CancelTickets(ids, booking.ByOrganizer, start)
		require.NoError(t, err)
		return b
	}
	sold := confirmed(t)
	gone := cancel(sold, sold.Tickets[0].ID, sold.Tickets[1].ID, sold.Tickets[2].ID)
	expired := must(awaiting(t).Expire(payBy))
	late := must(expired.PayLate(false, payBy))
	return map[string]booking.Booking{
		"draft": draft(t), "free": free(t), "awaiting": awaiting(t), "confirmed": sold,
		"partly": cancel(sold, sold.Tickets[1].ID), "cancelled": gone, "refunded": gone.RefundSettled(start),
		"expired": expired, "late": late, "late refunded": late.RefundSettled(payBy),
	}
}

// outcome says what a transition did: the new status, "same", or the reason of its fault.
func outcome(before, after booking.Booking, err error) string {
	switch {
	case err != nil:
		return fault.Of(err).Reason
	case before.Version == after.Version:
		return "same"
	}
	return string(after.Status)
}

func TestTransitions_EveryStatusTimesEveryTransition(t *testing.T) {
	t.Parallel()
	now := payBy
	transitions := map[string]func(booking.Booking) (booking.Booking, error){
		"pay":     func(b booking.Booking) (booking.Booking, error) { return b.StartPayment(now.Add(time.Minute), now) },
		"confirm": func(b booking.Booking) (booking.Booking, error) { return b.Confirm(now) },
		"expire":  func(b booking.Booking) (booking.Booking, error) { return b.Expire(now) },
		"abandon": func(b booking.Booking) (booking.Booking, error) { return b.Abandon(now) },
		"honour":  func(b booking.Booking) (booking.Booking, error) { return b.PayLate(true, now) },
		"decline": func(b booking.Booking) (booking.Booking, error) { return b.PayLate(false, now) },
		"settle":  func(b booking.Booking) (booking.Booking, error) { return b.RefundSettled(now), nil },
		"use":     func(b booking.Booking) (booking.Booking, error) { return b.Use(b.Tickets[0].ID, now) },
		"buyer":   func(b booking.Booking) (booking.Booking, error) { return b.SetBuyer(b.Buyer, now) },
	}
	for status, row := range map[string]map[string]string{
		"draft": {
			"pay": "awaiting_payment", "confirm": "booking_unpaid", "expire": "expired", "abandon": "expired",
			"honour": "booking_unpaid", "decline": "booking_unpaid", "settle": "same", "use": "booking_unpaid", "buyer": "draft",
		},
		"free": {
			"pay": "nothing_to_pay", "confirm": "confirmed", "expire": "expired", "abandon": "expired",
			"honour": "booking_unpaid", "decline": "booking_unpaid", "settle": "same", "use": "booking_unpaid", "buyer": "draft",
		},
		"awaiting": {
			"pay": "awaiting_payment", "confirm": "confirmed", "expire": "expired", "abandon": "expired",
			"honour": "confirmed", "decline": "late_refund", "settle": "same", "use": "booking_unpaid", "buyer": "awaiting_payment",
		},
		"confirmed": {
			"pay": "booking_paid", "confirm": "same", "expire": "booking_paid", "abandon": "booking_paid",
			"honour": "same", "decline": "same", "settle": "same", "use": "confirmed", "buyer": "booking_paid",
		},
		"partly": {
			"pay": "booking_paid", "confirm": "same", "expire": "booking_paid", "abandon": "booking_paid",
			"honour": "same", "decline": "same", "settle": "same", "use": "partly_cancelled", "buyer": "booking_paid",
		},
		"cancelled": {
			"pay": "booking_paid", "confirm": "same", "expire": "booking_paid", "abandon": "booking_paid",
			"honour": "same", "decline": "same", "settle": "refunded", "use": "booking_cancelled", "buyer": "booking_paid",
		},
		"refunded": {
			"pay": "booking_paid", "confirm": "same", "expire": "booking_paid", "abandon": "booking_paid",
			"honour": "same", "decline": "same", "settle": "same", "use": "booking_cancelled", "buyer": "booking_paid",
		},
		"expired": {
			"pay": "booking_expired", "confirm": "booking_expired", "expire": "same", "abandon": "same",
			"honour": "confirmed", "decline": "late_refund", "settle": "same", "use": "booking_unpaid", "buyer": "booking_expired",
		},
		"late": {
			"pay": "booking_paid", "confirm": "booking_expired", "expire": "booking_paid", "abandon": "booking_paid",
			"honour": "booking_refunding", "decline": "same", "settle": "refunded", "use": "booking_unpaid", "buyer": "booking_paid",
		},
		"late refunded": {
			"pay": "booking_paid", "confirm": "booking_expired", "expire": "booking_paid", "abandon": "booking_paid",
			"honour": "booking_refunding", "decline": "same", "settle": "same", "use": "booking_unpaid", "buyer": "booking_paid",
		},
	} {
		before := inEach(t)[status]
		require.Len(t, row, len(transitions), status)
		for name, transition := range transitions {
			after, err := transition(before)
			assert.Equal(t, row[name], outcome(before, after, err), "%s of a booking that is %s", name, status)
			if err != nil {
				assert.Equal(t, before, after, "an error changes nothing")
			}
			assert.NoError(t, after.Check())
		}
	}
}

func TestStartPayment_ARetryMayMoveTheDeadlineLaterOnly(t *testing.T) {
	t.Parallel()
	b := awaiting(t)
	sooner, err := b.StartPayment(payBy.Add(-time.Minute), start)
	require.NoError(t, err)
	assert.Equal(t, payBy, sooner.PayBy)
	later, err := b.StartPayment(payBy.Add(time.Minute), payBy)
	require.NoError(t, err)
	assert.Equal(t, payBy.Add(time.Minute), later.PayBy)

	_, err = later.Expire(payBy)
	require.ErrorIs(t, err, booking.ErrNotDue, "the later deadline counts")

	after, err := b.StartPayment(payBy.Add(2*time.Minute), payBy.Add(time.Minute))
	require.NoError(t, err, "a decline came late, and the hold still lives")
	assert.Equal(t, payBy.Add(2*time.Minute), after.PayBy)
	_, err = b.StartPayment(payBy, payBy.Add(time.Microsecond))
	assert.Equal(t, "pay_by", fault.Of(err).Field)
	gone, err := b.Abandon(payBy)
	require.NoError(t, err)
	_, err = gone.StartPayment(payBy.Add(time.Hour), payBy)
	require.ErrorIs(t, err, booking.ErrExpired)
	_, err = draft(t).StartPayment(start, start)
	assert.Equal(t, "pay_by", fault.Of(err).Field)
}

func TestConfirm_RecordsWhenItWasFirstConfirmed(t *testing.T) {
	t.Parallel()
	b := confirmed(t)
	again, err := b.Confirm(start.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, b, again)
	assert.Equal(t, start.Add(time.Minute), again.ConfirmedAt)
	assert.Equal(t, 3, again.Version)
}

func TestConfirm_AFreeBookingNeedsABuyerToo(t *testing.T) {
	t.Parallel()
	b := free(t)
	b.Buyer = booking.Buyer{}
	_, err := b.Confirm(start)
	assert.Equal(t, "buyer.name", fault.Of(err).Field)
}

func TestConfirmFree_OnlyWhatCostsNothing(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]booking.Booking{"draft": draft(t), "awaiting payment": awaiting(t)} {
		same, err := b.ConfirmFree(start)
		require.ErrorIs(t, err, booking.ErrUnpaid, name)
		assert.Equal(t, b, same, name)
	}
	sold, err := free(t).ConfirmFree(start)
	require.NoError(t, err)
	assert.Equal(t, booking.Confirmed, sold.Status)
	paid := confirmed(t)
	again, err := paid.ConfirmFree(start.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, paid, again, "what was confirmed before is no matter of money")
}

func TestExpire_NotBeforeItsTime(t *testing.T) {
	t.Parallel()
	b := awaiting(t)
	_, err := b.Expire(payBy.Add(-time.Microsecond))
	require.ErrorIs(t, err, booking.ErrNotDue)
	gone, err := b.Expire(payBy)
	require.NoError(t, err)
	assert.Equal(t, booking.Expired, gone.Status)
}

func TestUse_EachTicketOnce(t *testing.T) {
	t.Parallel()
	before := confirmed(t)
	ticket := before.Tickets[1].ID
	after, err := before.Use(ticket, curtain)
	require.NoError(t, err)

	used, found := after.Ticket(ticket)
	require.True(t, found)
	assert.Equal(t, booking.TicketUsed, used.Status)
	assert.Equal(t, curtain, used.UsedAt)
	assert.Equal(t, booking.TicketValid, before.Tickets[1].Status, "the booking before is untouched")

	_, err = after.Use(ticket, curtain)
	require.ErrorIs(t, err, booking.ErrTicketUsed)
	_, err = after.Use("tkt_other", curtain)
	require.ErrorIs(t, err, booking.ErrNoTicket)

	part, _, err := before.CancelTickets([]booking.TicketID{ticket}, booking.ByBuyer, start)
	require.NoError(t, err)
	_, err = part.Use(ticket, curtain)
	require.ErrorIs(t, err, booking.ErrTicketCancelled)
	_, found = part.Ticket("tkt_other")
	assert.False(t, found)
}

func TestRefundSettled_NothingBackMeansCancelled(t *testing.T) {
	t.Parallel()
	b, _, err := func() (booking.Booking, booking.RefundPlan, error) {
		b, err := free(t).Confirm(start)
		require.NoError(t, err)
		return b.CancelAll(booking.ByOrganizer, start)
	}()
	require.NoError(t, err)
	assert.Equal(t, booking.Cancelled, b.Status)
	assert.Equal(t, b, b.RefundSettled(start), "no refund was due")
}

// A link may be made anew whatever has become of the booking, which stays as it is.
func TestRenewLink_ChangesTheLinkAlone(t *testing.T) {
	t.Parallel()
	now := payBy.Add(time.Hour)
	for name, b := range inEach(t) {
		after := b.RenewLink([]byte("another hash"), now)
		want := b
		want.LinkGeneration, want.AccessHash = b.LinkGeneration+1, []byte("another hash")
		want.Version, want.UpdatedAt = b.Version+1, now
		assert.Equal(t, want, after, name)
	}
}
