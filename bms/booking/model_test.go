package booking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// model is a booking as a box office clerk would keep it: what has happened,
// and from that what may.
type model struct {
	paying, given, paid, returning, settled bool
	tickets                                 []string // "", "used" or "cancelled"
	owed                                    int64    // minor units that cancellations gave back
}

// status derives what the machine keeps.
func (m *model) status() booking.Status {
	switch {
	case m.settled:
		return booking.Refunded
	case m.returning:
		return booking.LateRefund
	case m.paid && m.count("cancelled") == len(m.tickets):
		return booking.Cancelled
	case m.paid && m.count("cancelled") > 0:
		return booking.PartlyCancelled
	case m.paid:
		return booking.Confirmed
	case m.given:
		return booking.Expired
	case m.paying:
		return booking.AwaitingPayment
	}
	return booking.Draft
}

// count returns how many tickets are in the given state.
func (m *model) count(state string) (n int) {
	for _, s := range m.tickets {
		if s == state {
			n++
		}
	}
	return n
}

// admits reports whether the gates open for it.
func (m *model) admits() bool { return m.paid && !m.settled && m.count("cancelled") < len(m.tickets) }

// machine runs the booking and the model side by side.
type machine struct {
	b   booking.Booking
	m   model
	now time.Time
}

// step applies an outcome of the booking and, when it should have worked, of the model.
func (s *machine) step(t *rapid.T, should bool, b booking.Booking, err error, then func()) {
	if !should {
		require.Error(t, err)
		require.NotEqual(t, fault.Internal, fault.CodeOf(err))
		return
	}
	require.NoError(t, err)
	s.b = b
	then()
}

func (s *machine) Wait(t *rapid.T) {
	s.now = s.now.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
}

func (s *machine) StartPayment(t *rapid.T) {
	should := !s.m.given && !s.m.paid && !s.m.returning
	b, err := s.b.StartPayment(s.now.Add(10*time.Minute), s.now)
	s.step(t, should, b, err, func() { s.m.paying = true })
}

func (s *machine) Confirm(t *rapid.T) {
	should := s.m.paid || s.m.paying && !s.m.given && !s.m.returning
	b, err := s.b.Confirm(s.now)
	s.step(t, should, b, err, func() { s.m.paid = true })
}

func (s *machine) ConfirmFree(t *rapid.T) {
	b, err := s.b.ConfirmFree(s.now)
	s.step(t, s.m.paid, b, err, func() {})
}

func (s *machine) Expire(t *rapid.T) {
	should := !s.m.paid && !s.m.returning && (s.m.given || !s.m.paying || !s.now.Before(s.b.PayBy))
	b, err := s.b.Expire(s.now)
	s.step(t, should, b, err, func() { s.m.given = true })
}

func (s *machine) PayLate(t *rapid.T) {
	honoured := rapid.Bool().Draw(t, "honoured")
	should := s.m.paid || (s.m.paying || s.m.given) && !(s.m.returning && honoured)
	b, err := s.b.PayLate(honoured, s.now)
	s.step(t, should, b, err, func() {
		s.m.returning = s.m.returning || !honoured && !s.m.paid
		s.m.paid = s.m.paid || honoured
	})
}

func (s *machine) Settle(*rapid.T) {
	s.b = s.b.RefundSettled(s.now)
	s.m.settled = s.m.settled || s.m.returning || s.m.owed > 0 && s.m.count("cancelled") == len(s.m.tickets)
}

func (s *machine) Use(t *rapid.T) {
	i := rapid.IntRange(0, len(s.m.tickets)-1).Draw(t, "ticket")
	b, err := s.b.Use(s.b.Tickets[i].ID, s.now)
	s.step(t, s.m.admits() && s.m.tickets[i] == "", b, err, func() { s.m.tickets[i] = "used" })
}

func (s *machine) Cancel(t *rapid.T) {
	by := rapid.SampledFrom([]booking.Canceller{booking.ByBuyer, booking.ByOrganizer}).Draw(t, "by")
	picked := rapid.SliceOfNDistinct(rapid.IntRange(0, len(s.m.tickets)-1), 1, -1, rapid.ID).Draw(t, "tickets")
	left := curtain.Sub(s.now)
	should := s.m.admits() && (by == booking.ByOrganizer || left >= 20*time.Minute)
	var ids []booking.TicketID
	for _, i := range picked {
		ids = append(ids, s.b.Tickets[i].ID)
		should = should && s.m.tickets[i] != "cancelled" && (by == booking.ByOrganizer || s.m.tickets[i] == "")
	}
	b, plan, err := s.b.CancelTickets(ids, by, s.now)
	s.step(t, should, b, err, func() {
		for _, i := range picked {
			s.m.tickets[i] = "cancelled"
			s.m.owed += s.worth(i, by, left)
		}
		require.Len(t, plan.PerTicket, len(picked))
	})
}

// worth is what the model gives back for a ticket.
func (s *machine) worth(i int, by booking.Canceller, left time.Duration) int64 {
	ticket := s.b.Tickets[i]
	switch {
	case by == booking.ByOrganizer:
		return ticket.Price.Minor + ticket.Fees.Minor
	case left >= 2*time.Hour:
		return (ticket.Price.Minor*3 + 2) / 4 // three quarters, half up
	}
	return (ticket.Price.Minor + 1) / 2
}

func (s *machine) Check(t *rapid.T) {
	require.NoError(t, s.b.Check())
	require.Equal(t, s.m.status(), s.b.Status)
	var owed int64
	for _, ticket := range s.b.Tickets {
		owed += ticket.Refund.Minor
	}
	require.Equal(t, s.m.owed, owed)
	require.LessOrEqual(t, owed, s.b.Total.Minor)
}

func TestBooking_BehavesAsTheModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &machine{b: draft(t), m: model{tickets: make([]string, 3)}, now: start}
		t.Repeat(map[string]func(*rapid.T){
			"":             s.Check,
			"wait":         s.Wait,
			"startPayment": s.StartPayment,
			"confirm":      s.Confirm,
			"confirm free": s.ConfirmFree,
			"expire":       s.Expire,
			"payLate":      s.PayLate,
			"settle":       s.Settle,
			"use":          s.Use,
			"cancel":       s.Cancel,
		})
	})
}

func TestRefunds_DoNotDependOnHowTicketsAreGrouped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := order(t)
		o.Tickets, o.Total = nil, rupees(0)
		for range rapid.IntRange(1, 12).Draw(t, "tickets") {
			price := rapid.Int64Range(0, 100_000).Draw(t, "price")
			fees := rapid.Int64Range(0, 10_000).Draw(t, "fees")
			o.Tickets = append(o.Tickets, booking.Ticket{Price: rupees(price), Fees: rupees(fees)})
			o.Total.Minor += price + fees
		}
		rate := func(name string) money.Rate {
			return money.Rate(rapid.Int64Range(0, int64(money.Whole)).Draw(t, name))
		}
		o.Policy = booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 60, Price: rate("price"), Fees: rate("fees")}}}
		b, err := booking.New(o, start)
		require.NoError(t, err)
		b, err = b.StartPayment(payBy, start)
		if o.Total.IsZero() {
			err = nil
		}
		require.NoError(t, err)
		b, err = b.Confirm(start)
		require.NoError(t, err)

		all, err := b.PreviewAll(booking.ByBuyer, start)
		require.NoError(t, err)
		keys, sum := map[string]bool{}, int64(0)
		for _, ticket := range rapid.Permutation(b.Tickets).Draw(t, "order") {
			var plan booking.RefundPlan
			b, plan, err = b.CancelTickets([]booking.TicketID{ticket.ID}, booking.ByBuyer, start)
			require.NoError(t, err)
			require.False(t, keys[plan.Key], "a refund key twice")
			keys[plan.Key] = true
			sum += plan.Amount.Minor
		}
		require.Equal(t, all.Amount.Minor, sum)
		require.LessOrEqual(t, sum, o.Total.Minor)
		require.Equal(t, o.Total.Minor, sum+all.PriceKept.Minor+all.FeesKept.Minor, "given back and kept are the total")
	})
}
