package storetest

import (
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/store"
)

var ticketTests = map[string]func(*suite){
	"Tickets_SeatSoldOnce":             testTicketWall,
	"Tickets_UnpaidMayOverlap":         testTicketUnpaid,
	"Tickets_CancelledSeatIsFree":      testTicketAfterCancellation,
	"Tickets_PartOfABookingCancelled":  testTicketPartCancelled,
	"Tickets_UsedIsLiving":             testTicketUsed,
	"Tickets_AreaPlacesHaveNoWall":     testTicketAreas,
	"Tickets_ShowsHaveTheirOwn":        testTicketShows,
	"Tickets_OneOfManyWins":            testTicketRace,
	"Tickets_ChangedHandsInOneUnit":    testTicketOneUnit,
	"Tickets_RefusalLeavesTheBookings": testTicketRefusal,
}

func testTicketWall(s *suite) {
	s.book(paid(draft("a", 1, 2)))
	s.add(draft("b", 2, 3))
	require.ErrorIs(s, s.update(paid(draft("b", 2, 3))), store.ErrDuplicate)
	twice := draft("c", 7, 7)
	s.add(twice)
	require.ErrorIs(s, s.update(paid(twice)), store.ErrDuplicate, "one booking, one seat twice")
	require.NoError(s, s.update(func() booking.Booking {
		b := paid(draft("a", 1, 2))
		b.Version++
		return b
	}()), "a booking does not stand in its own way")
}

func testTicketRefusal(s *suite) {
	s.book(paid(draft("a", 1)))
	s.add(draft("b", 2, 1))
	require.ErrorIs(s, s.update(paid(draft("b", 2, 1))), store.ErrDuplicate)
	assert.Equal(s, draft("b", 2, 1), s.booking("bkg_b"))
	_, err := s.ofTicket("tkt_b_1")
	require.ErrorIs(s, err, store.ErrNotFound)
	s.book(paid(draft("c", 2)))
}

func testTicketUnpaid(s *suite) {
	s.add(draft("a", 1), draft("b", 1))
	awaiting := draft("b", 1)
	awaiting.Status, awaiting.Version = booking.AwaitingPayment, 2
	require.NoError(s, s.update(awaiting))
	require.NoError(s, s.update(paid(draft("a", 1))))
	require.ErrorIs(s, s.update(paid(awaiting)), store.ErrDuplicate)
}

func testTicketAfterCancellation(s *suite) {
	a := paid(draft("a", 1, 2))
	s.book(a)
	require.NoError(s, s.update(cancelled(a)))
	s.book(paid(draft("b", 2, 3)))
	got, err := s.ofTicket("tkt_a_2")
	require.NoError(s, err, "a cancelled ticket is still found")
	assert.Equal(s, cancelled(a), got)
	revived := a
	revived.Version = 4
	require.ErrorIs(s, s.update(revived), store.ErrDuplicate, "the seat has gone")
}

func testTicketPartCancelled(s *suite) {
	a := paid(draft("a", 1, 2))
	s.book(a)
	partly := cancelled(a)
	partly.Status, partly.Tickets[0] = booking.PartlyCancelled, a.Tickets[0]
	require.NoError(s, s.update(partly))
	s.add(draft("b", 1), draft("c", 2))
	require.ErrorIs(s, s.update(paid(draft("b", 1))), store.ErrDuplicate)
	require.NoError(s, s.update(paid(draft("c", 2))))
}

func testTicketUsed(s *suite) {
	a := paid(draft("a", 1))
	s.book(a)
	a.Version, a.Tickets[0].Status = 3, booking.TicketUsed
	require.NoError(s, s.update(a))
	s.add(draft("b", 1))
	require.ErrorIs(s, s.update(paid(draft("b", 1))), store.ErrDuplicate)
}

func testTicketAreas(s *suite) {
	for _, letter := range []string{"a", "b"} {
		b := draft(letter, booking.NoSeat, booking.NoSeat)
		b.Tickets[0].Area, b.Tickets[1].Area = "floor", "floor"
		s.book(paid(b))
		got, err := s.ofTicket(b.Tickets[1].ID)
		require.NoError(s, err)
		assert.Equal(s, paid(b), got)
	}
}

func testTicketShows(s *suite) {
	other := paid(draft("b", 1))
	other.ShowID = "shw_2"
	s.book(paid(draft("a", 1)), other)
	got, err := s.ofTicket("tkt_b_1")
	require.NoError(s, err)
	assert.Equal(s, "shw_2", got.ShowID)
}

func testTicketRace(s *suite) {
	const n = 12
	for i := range n {
		s.add(draft(fmt.Sprint(i), 1))
	}
	errs := together(n, func(i int) error { return s.update(paid(draft(fmt.Sprint(i), 1))) })
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		assert.ErrorIs(s, err, store.ErrDuplicate)
	}
	assert.Equal(s, 1, won)
}

// An exchange: one booking gives the seat up and another gets it, at once.
func testTicketOneUnit(s *suite) {
	a := paid(draft("a", 1))
	s.book(a)
	s.must(func(tx store.Tx) error {
		return firstOf(tx.AddBooking(s.Context(), draft("b", 1)),
			tx.UpdateBooking(s.Context(), cancelled(a)), tx.UpdateBooking(s.Context(), paid(draft("b", 1))))
	})
	assert.Equal(s, booking.Confirmed, s.booking("bkg_b").Status)
}
