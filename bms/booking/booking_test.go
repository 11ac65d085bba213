package booking_test

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
)

var (
	start   = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	curtain = start.Add(48 * time.Hour)
	payBy   = start.Add(10 * time.Minute)
)

func rupees(minor int64) money.Amount { return money.New(minor, "INR") }

// cinemaPolicy is 75 % of the price up to 2 hours before the show, 50 % up to
// 20 minutes, fees kept.
func cinemaPolicy() booking.Policy {
	return booking.Policy{Tiers: []booking.Tier{
		{MinutesBefore: 120, Price: 750_000},
		{MinutesBefore: 20, Price: 500_000},
	}}
}

// order is two seats and one place, 250.00 + 250.00 + 99.99 with fees of 30.00,
// 30.00 and 10.01.
func order(t require.TestingT) booking.Order {
	ref, err := booking.NewReference(rand.Reader)
	require.NoError(t, err)
	return booking.Order{
		Reference: ref, PartnerID: "prt_1", ShowID: "shw_1", HoldID: "hld_1", Visitor: "v1",
		Buyer: booking.Buyer{Name: "Asha Rao", Email: "asha@example.com"},
		Quote: []byte(`{"total":67000}`), Total: rupees(67000),
		Tickets: []booking.Ticket{
			{Seat: 11, Place: "Stalls, row C, seat 12", Category: "gold", Price: rupees(25000), Fees: rupees(3000)},
			{Seat: 12, Place: "Stalls, row C, seat 13", Category: "gold", Price: rupees(25000), Fees: rupees(3000)},
			{Seat: booking.NoSeat, Area: "floor", Place: "Floor", Price: rupees(9999), Fees: rupees(1001)},
		},
		Policy: cinemaPolicy(), ShowStart: curtain,
	}
}

func draft(t require.TestingT) booking.Booking {
	b, err := booking.New(order(t), start)
	require.NoError(t, err)
	return b
}

func awaiting(t require.TestingT) booking.Booking {
	b, err := draft(t).StartPayment(payBy, start)
	require.NoError(t, err)
	return b
}

func confirmed(t require.TestingT) booking.Booking {
	b, err := awaiting(t).Confirm(start.Add(time.Minute))
	require.NoError(t, err)
	return b
}

func free(t require.TestingT) booking.Booking {
	o := order(t)
	o.Total = rupees(0)
	for i := range o.Tickets {
		o.Tickets[i].Price, o.Tickets[i].Fees = rupees(0), money.Amount{}
	}
	b, err := booking.New(o, start)
	require.NoError(t, err)
	return b
}

func TestNew_NumbersTheTickets(t *testing.T) {
	t.Parallel()
	o := order(t)
	o.Tickets[0].Status, o.Tickets[0].Refund = booking.TicketUsed, rupees(1)
	b, err := booking.New(o, start)

	require.NoError(t, err)
	require.NoError(t, b.Check())
	require.NoError(t, id.Check("id", booking.Prefix, b.ID))
	assert.Equal(t, booking.Draft, b.Status)
	assert.Equal(t, 1, b.Version)
	for i, ticket := range b.Tickets {
		require.NoError(t, id.Check("id", booking.TicketPrefix, ticket.ID))
		assert.Equal(t, i+1, ticket.Serial)
		assert.Equal(t, booking.TicketValid, ticket.Status)
		assert.Zero(t, ticket.Refund)
		if i > 0 {
			assert.Less(t, b.Tickets[i-1].ID, ticket.ID)
		}
	}
}

func TestNew_NamesTheField(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*booking.Order){
		"reference":  func(o *booking.Order) { o.Reference = "AEIOU123" },
		"show_id":    func(o *booking.Order) { o.ShowID = "" },
		"hold_id":    func(o *booking.Order) { o.HoldID = "" },
		"show_start": func(o *booking.Order) { o.ShowStart = time.Time{} },
		"quote":      func(o *booking.Order) { o.Quote = []byte("{") },
		"total":      func(o *booking.Order) { o.Total.Minor++ },
		"tickets":    func(o *booking.Order) { o.Tickets = nil },
		"tickets[1]": func(o *booking.Order) { o.Tickets[1].Price = money.New(25000, "USD") },
		"tickets[2]": func(o *booking.Order) { o.Tickets[2].Fees = rupees(-1) },

		"buyer.email":           func(o *booking.Order) { o.Buyer.Email = "asha" },
		"policy.tiers[1].price": func(o *booking.Order) { o.Policy.Tiers[1].Price = 800_000 },
		"policy.tiers[0].fees":  func(o *booking.Order) { o.Policy.Tiers[0].Fees = -1 },
	} {
		o := order(t)
		spoil(&o)
		_, err := booking.New(o, start)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	for name, spoil := range map[string]func(*booking.Order){
		"no currency":      func(o *booking.Order) { o.Total.Currency = "" },
		"too many tickets": func(o *booking.Order) { o.Tickets = make([]booking.Ticket, booking.MaxTickets+1) },
		"overflow":         func(o *booking.Order) { o.Tickets[0].Price = rupees(1<<63 - 1) },
	} {
		o := order(t)
		spoil(&o)
		_, err := booking.New(o, start)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err), name)
	}
}

func TestNew_BuyerMayComeLater(t *testing.T) {
	t.Parallel()
	o := order(t)
	o.Buyer = booking.Buyer{}
	b, err := booking.New(o, start)
	require.NoError(t, err)

	_, err = b.StartPayment(payBy, start)
	require.Error(t, err)
	assert.Equal(t, "buyer.name", fault.Of(err).Field)

	_, err = b.SetBuyer(booking.Buyer{Name: "Asha", Email: "a@b"}, start)
	assert.Equal(t, "buyer.email", fault.Of(err).Field)

	b, err = b.SetBuyer(booking.Buyer{Name: "Asha", Email: "a@b.example"}, start)
	require.NoError(t, err)
	_, err = b.StartPayment(payBy, start)
	assert.NoError(t, err)
}

func TestStatus_Predicates(t *testing.T) {
	t.Parallel()
	for s, want := range map[booking.Status][2]bool{ // open, admits
		booking.Draft: {true, false}, booking.AwaitingPayment: {true, false},
		booking.Confirmed: {false, true}, booking.PartlyCancelled: {false, true},
		booking.Cancelled: {}, booking.Refunded: {}, booking.Expired: {}, booking.LateRefund: {},
	} {
		assert.True(t, s.Valid(), s)
		assert.Equal(t, want, [2]bool{s.Open(), s.Admits()}, s)
	}
	assert.False(t, booking.Status("paid").Valid())
	for _, s := range []booking.TicketStatus{booking.TicketValid, booking.TicketCancelled, booking.TicketUsed} {
		assert.True(t, s.Valid(), s)
	}
	assert.False(t, booking.TicketStatus("").Valid())
	assert.False(t, booking.Canceller("nobody").Valid())
}

func TestCheck_FindsWhatTransitionsCannotMake(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*booking.Booking){
		"does not exist":       func(b *booking.Booking) { b.Status = "paid" },
		"has no tickets":       func(b *booking.Booking) { b.Tickets = nil },
		"never confirmed":      func(b *booking.Booking) { b.ConfirmedAt = time.Time{} },
		"was confirmed but is": func(b *booking.Booking) { b.Status = booking.Expired },
		"by its tickets":       func(b *booking.Booking) { b.Status = booking.Cancelled },
		"it would be":          func(b *booking.Booking) { b.Tickets[0].Status = booking.TicketCancelled },
		`status "torn"`:        func(b *booking.Booking) { b.Tickets[0].Status = "torn" },
		"is valid but gives":   func(b *booking.Booking) { b.Tickets[0].Refund = rupees(1) },
		"but its tickets cost": func(b *booking.Booking) { b.Total.Minor-- },
		"cannot combine":       func(b *booking.Booking) { b.Tickets[0].Fees.Currency = "USD" },
		"in USD with one in":   func(b *booking.Booking) { b.Total.Currency = "USD" },
		"cost INR 280.00 but g": func(b *booking.Booking) {
			b.Tickets[0].Status, b.Tickets[0].Refund = booking.TicketCancelled, rupees(28001)
			b.Status = booking.PartlyCancelled
		},
	} {
		b := confirmed(t)
		require.NoError(t, b.Check())
		spoil(&b)
		assert.ErrorContains(t, b.Check(), want)
	}
}
