package bms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestSale_FromHoldToTicketToRefund(t *testing.T) {
	onEngines(t, bmstest.Options{}, sale)
}

func sale(t *testing.T, kit *bmstest.Kit) {
	t.Helper()
	ctx := t.Context()

	hold := kit.Hold("stalls-C-1", "stalls-C-2")
	assert.Equal(t, money.New(62500, "INR"), hold.Quote.Total, "two gold seats and the fee")
	assert.Equal(t, kit.Clock.Now().Add(8*time.Minute), hold.ExpiresAt)

	b := kit.Book(hold)
	assert.Equal(t, booking.Draft, b.Status)
	intent := kit.Start(b.ID)
	assert.Equal(t, payment.Pending, intent.Status)
	assert.NotEmpty(t, intent.RedirectURL)
	kit.Choose(intent, sandbox.Choice{Outcome: sandbox.Pay})

	sold, err := kit.Bookings.ByReference(ctx, string(b.Reference), "ADA@example.com")
	require.NoError(t, err)
	require.Equal(t, booking.Confirmed, sold.Status)
	codes, err := kit.Tickets.Codes(ctx, sold.Booking)
	require.NoError(t, err)
	require.Len(t, codes, 2)

	require.NoError(t, kit.Drain(ctx))
	require.Len(t, kit.Mails.Mails(), 1)
	assert.Equal(t, notify.BookingConfirmed, kit.Mails.Mails()[0].Kind)
	inbox, err := kit.Inbox.Mails(ctx, "ada@example.com", 10)
	require.NoError(t, err)
	require.Len(t, inbox, 1)

	one := []booking.TicketID{sold.Tickets[0].ID}
	plan, err := kit.Bookings.PreviewCancel(ctx, sold.ID, one)
	require.NoError(t, err)
	assert.Equal(t, money.New(30000, "INR"), plan.Amount, "the fee is kept")
	after, err := kit.Bookings.Cancel(ctx, bms.CancelRequest{BookingID: sold.ID, Tickets: one})
	require.NoError(t, err)
	assert.Equal(t, booking.PartlyCancelled, after.Status)
	kit.MustBeClean()

	history, err := kit.Bookings.Payments(ctx, sold.ID)
	require.NoError(t, err)
	require.Len(t, history.Refunds, 1)
	assert.Equal(t, payment.RefundSucceeded, history.Refunds[0].Status)
	again := kit.Hold("stalls-C-1")
	assert.Equal(t, seating.StateHeld, again.State, "a cancelled seat is on sale again")
	kit.MustBeClean()
}
