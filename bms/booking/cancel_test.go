package booking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

func TestCancelAll_ByTheTimeLeft(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		before time.Duration
		back   int64 // of 250.00 + 250.00 + 99.99
		err    error
	}{
		"a day":              {24 * time.Hour, 18750 + 18750 + 7499, nil},
		"two hours":          {2 * time.Hour, 18750 + 18750 + 7499, nil},
		"less":               {2*time.Hour - time.Microsecond, 12500 + 12500 + 5000, nil},
		"twenty minutes":     {20 * time.Minute, 12500 + 12500 + 5000, nil},
		"less than that":     {20*time.Minute - time.Microsecond, 0, booking.ErrTooLate},
		"after it has begun": {-time.Hour, 0, booking.ErrTooLate},
	} {
		b, plan, err := confirmed(t).CancelAll(booking.ByBuyer, curtain.Add(-row.before))
		if row.err != nil {
			assert.ErrorIs(t, err, row.err, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, rupees(row.back), plan.Amount, name)
		assert.Equal(t, rupees(7001), plan.FeesKept, name)
		assert.Equal(t, rupees(59999-row.back), plan.PriceKept, name)
		assert.Equal(t, booking.Cancelled, b.Status, name)
	}
}

func TestCancelTickets_ExplainsEachTicket(t *testing.T) {
	t.Parallel()
	before := confirmed(t)
	ids := []booking.TicketID{before.Tickets[2].ID, before.Tickets[0].ID}
	b, plan, err := before.CancelTickets(ids, booking.ByBuyer, start)
	require.NoError(t, err)

	assert.Equal(t, booking.PartlyCancelled, b.Status)
	assert.Equal(t, booking.ByBuyer, plan.By)
	assert.Equal(t, money.Rate(750_000), plan.Terms.Price)
	assert.Equal(t, string(b.ID)+"/tickets/"+string(before.Tickets[0].ID), plan.Key, "the first by serial, however they are named")
	assert.Equal(t, []booking.TicketRefund{
		{TicketID: ids[1], Serial: 1, Price: rupees(18750), Fees: rupees(0), PriceKept: rupees(6250), FeesKept: rupees(3000), Amount: rupees(18750)},
		{TicketID: ids[0], Serial: 3, Price: rupees(7499), Fees: rupees(0), PriceKept: rupees(2500), FeesKept: rupees(1001), Amount: rupees(7499)},
	}, plan.PerTicket)
	assert.Equal(t, rupees(7499), b.Tickets[2].Refund)
	assert.Equal(t, start, b.Tickets[2].CancelledAt)
	assert.Equal(t, booking.TicketValid, b.Tickets[1].Status)
	assert.Equal(t, booking.TicketValid, before.Tickets[0].Status, "the booking before is untouched")
}

func TestCancelTickets_AnOrganizerGivesEverythingBack(t *testing.T) {
	t.Parallel()
	b := confirmed(t)
	b.Policy = booking.Policy{}
	b, err := b.Use(b.Tickets[0].ID, curtain)
	require.NoError(t, err)

	b, plan, err := b.CancelAll(booking.ByOrganizer, curtain.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, b.Total, plan.Amount)
	assert.True(t, plan.FeesKept.IsZero())
	assert.Len(t, plan.PerTicket, 3, "used tickets too")
	assert.NoError(t, b.Check())
}

func TestCancelTickets_FeesMayGoBackToABuyer(t *testing.T) {
	t.Parallel()
	b := confirmed(t)
	b.Policy = booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 60, Price: money.Whole, Fees: 500_000}}}
	_, plan, err := b.CancelAll(booking.ByBuyer, start)
	require.NoError(t, err)
	assert.Equal(t, rupees(59999+1500+1500+501), plan.Amount, "half of 10.01 rounds up")
	assert.Equal(t, rupees(1500+1500+500), plan.FeesKept)
}

func TestPreview_IsThePlanOfTheCancellation(t *testing.T) {
	t.Parallel()
	b := confirmed(t)
	ids := []booking.TicketID{b.Tickets[1].ID}
	preview, err := b.Preview(ids, booking.ByBuyer, start)
	require.NoError(t, err)
	_, plan, err := b.CancelTickets(ids, booking.ByBuyer, start)
	require.NoError(t, err)
	assert.Equal(t, plan, preview)

	preview, err = b.PreviewAll(booking.ByBuyer, start)
	require.NoError(t, err)
	_, plan, err = b.CancelAll(booking.ByBuyer, start)
	require.NoError(t, err)
	assert.Equal(t, plan, preview)

	_, err = draft(t).PreviewAll(booking.ByBuyer, start)
	assert.ErrorIs(t, err, booking.ErrUnpaid)
}

func TestCancelTickets_WhatIsRefused(t *testing.T) {
	t.Parallel()
	b := confirmed(t)
	first, second := b.Tickets[0].ID, b.Tickets[1].ID
	b, err := b.Use(first, start)
	require.NoError(t, err)
	b, _, err = b.CancelTickets([]booking.TicketID{second}, booking.ByBuyer, start)
	require.NoError(t, err)
	strict := b
	strict.Policy = booking.Policy{}
	third := b.Tickets[2].ID

	for name, row := range map[string]struct {
		b    booking.Booking
		ids  []booking.TicketID
		by   booking.Canceller
		want *fault.Error
	}{
		"unpaid":             {awaiting(t), []booking.TicketID{first}, booking.ByBuyer, booking.ErrUnpaid},
		"of another booking": {b, []booking.TicketID{third, "tkt_other"}, booking.ByBuyer, booking.ErrNoTicket},
		"cancelled":          {b, []booking.TicketID{second}, booking.ByOrganizer, booking.ErrTicketCancelled},
		"used":               {b, []booking.TicketID{first}, booking.ByBuyer, booking.ErrTicketUsed},
		"no policy":          {strict, []booking.TicketID{third}, booking.ByBuyer, booking.ErrNoCancellation},
	} {
		after, _, err := row.b.CancelTickets(row.ids, row.by, start)
		assert.ErrorIs(t, err, row.want, name)
		assert.Equal(t, row.b, after, name)
	}
	for field, call := range map[string]func() error{
		"tickets": func() error { _, _, err := b.CancelTickets(nil, booking.ByBuyer, start); return err },
		"tickets[1]": func() error {
			_, _, err := b.CancelTickets([]booking.TicketID{third, third}, booking.ByBuyer, start)
			return err
		},
		"by": func() error { _, _, err := b.CancelTickets([]booking.TicketID{third}, "thief", start); return err },
	} {
		assert.Equal(t, field, fault.Of(call()).Field)
	}
}

func TestCancelAll_LeavesABuyersUsedTickets(t *testing.T) {
	t.Parallel()
	b := confirmed(t)
	for _, ticket := range b.Tickets[:2] {
		var err error
		b, err = b.Use(ticket.ID, start)
		require.NoError(t, err)
	}
	part, plan, err := b.CancelAll(booking.ByBuyer, start)
	require.NoError(t, err)
	assert.Equal(t, booking.PartlyCancelled, part.Status)
	assert.Len(t, plan.PerTicket, 1)

	_, _, err = part.CancelAll(booking.ByBuyer, start)
	require.ErrorIs(t, err, booking.ErrTicketUsed)
	gone, _, err := part.CancelAll(booking.ByOrganizer, start)
	require.NoError(t, err)
	_, _, err = gone.CancelAll(booking.ByOrganizer, start)
	assert.ErrorIs(t, err, booking.ErrCancelled)
}

func TestPolicy_WaitingNeverGivesMoreBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var p booking.Policy
		tier := booking.Tier{MinutesBefore: 5000, Price: money.Whole, Fees: money.Whole}
		for range rapid.IntRange(1, 5).Draw(t, "tiers") {
			tier = booking.Tier{
				MinutesBefore: rapid.IntRange(0, tier.MinutesBefore-1).Draw(t, "minutes"),
				Price:         money.Rate(rapid.Int64Range(0, int64(tier.Price)).Draw(t, "price")),
				Fees:          money.Rate(rapid.Int64Range(0, int64(tier.Fees)).Draw(t, "fees")),
			}
			p.Tiers = append(p.Tiers, tier)
			if tier.MinutesBefore == 0 {
				break
			}
		}
		require.NoError(t, p.Validate())
		b := confirmed(t)
		b.Policy, b.ShowStart = p, start.Add(6000*time.Minute)
		sooner := rapid.IntRange(0, 6000).Draw(t, "sooner")
		later := rapid.IntRange(sooner, 6000).Draw(t, "later")
		worth := func(minutes int) int64 {
			plan, err := b.PreviewAll(booking.ByBuyer, start.Add(time.Duration(minutes)*time.Minute))
			if err != nil {
				require.ErrorIs(t, err, booking.ErrTooLate)
				return -1
			}
			require.LessOrEqual(t, plan.Amount.Minor, b.Total.Minor)
			return plan.Amount.Minor
		}
		require.GreaterOrEqual(t, worth(sooner), worth(later))
	})
}

func TestPolicy_Validate(t *testing.T) {
	t.Parallel()
	require.NoError(t, cinemaPolicy().Validate())
	require.NoError(t, booking.Policy{}.Validate())
	for field, tiers := range map[string][]booking.Tier{
		"tiers":                   make([]booking.Tier, booking.MaxTiers+1),
		"tiers[0].minutes_before": {{MinutesBefore: -1}},
		"tiers[1].minutes_before": {{MinutesBefore: 20}, {MinutesBefore: 20}},
		"tiers[0].price":          {{Price: money.Whole + 1}},
		"tiers[1].price":          {{MinutesBefore: 9, Price: 1}, {Price: 2}},
		"tiers[1].fees":           {{MinutesBefore: 9, Fees: 1}, {Fees: 2}},
	} {
		err := booking.Policy{Tiers: tiers}.Validate()
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
}
