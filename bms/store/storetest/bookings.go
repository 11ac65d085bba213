package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

var bookingTests = map[string]func(*suite){
	"Bookings_RoundTrip":          testBooking,
	"Bookings_AddOnce":            testBookingDuplicates,
	"Bookings_Update":             testBookingUpdate,
	"Bookings_UpdateOnce":         testBookingUpdateOnce,
	"Bookings_ByID":               testBookingsByID,
	"Bookings_Abandoned":          testAbandoned,
	"Bookings_AbandonedOldest":    testAbandonedOrder,
	"Bookings_OfShow":             testBookingsOf,
	"Bookings_OfTicket":           testBookingOfTicket,
	"Bookings_OfUnpaidTicketNone": testBookingOfUnpaidTicket,
}

// draft returns an unpaid booking of two seats named for the letter: bkg_a of hld_a.
func draft(letter string, seats ...int32) booking.Booking {
	b := booking.Booking{
		ID: booking.ID("bkg_" + letter), Reference: booking.Reference("REF" + letter), PartnerID: string(partnerID), ShowID: string(showID),
		HoldID: "hld_" + letter, Status: booking.Draft, Total: money.New(int64(len(seats))*250, "EUR"),
		ShowStart: start.Add(48 * time.Hour), Quote: json.RawMessage(`{}`), CreatedAt: start, UpdatedAt: start, Version: 1,
	}
	for i, seat := range seats {
		b.Tickets = append(b.Tickets, booking.Ticket{
			ID: booking.TicketID(fmt.Sprint("tkt_", letter, "_", i+1)), Serial: i + 1, Seat: seat,
			Price: money.New(200, "EUR"), Fees: money.New(50, "EUR"), Status: booking.TicketValid,
		})
	}
	return b
}

// paid returns the booking as it is after payment, to be written over the draft.
func paid(b booking.Booking) booking.Booking {
	b.Status, b.ConfirmedAt, b.Version = booking.Confirmed, start.Add(time.Minute), b.Version+1
	return b
}

// cancelled returns the paid booking with its tickets cancelled, to be written over it.
func cancelled(b booking.Booking) booking.Booking {
	b.Status, b.Version = booking.Cancelled, b.Version+1
	b.Tickets = append([]booking.Ticket(nil), b.Tickets...)
	for i := range b.Tickets {
		b.Tickets[i].Status, b.Tickets[i].CancelledAt = booking.TicketCancelled, start.Add(time.Hour)
	}
	return b
}

// book stores paid bookings, each by way of its draft.
func (s *suite) book(paid ...booking.Booking) {
	s.Helper()
	s.must(func(tx store.Tx) error {
		for _, b := range paid {
			before := b
			before.Status, before.ConfirmedAt, before.Version = booking.Draft, time.Time{}, b.Version-1
			if err := firstOf(tx.AddBooking(s.Context(), before), tx.UpdateBooking(s.Context(), b)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *suite) add(bookings ...booking.Booking) {
	s.Helper()
	s.must(func(tx store.Tx) error {
		for _, b := range bookings {
			if err := tx.AddBooking(s.Context(), b); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *suite) update(b booking.Booking) error {
	return s.try(func(tx store.Tx) error { return tx.UpdateBooking(s.Context(), b) })
}

func (s *suite) booking(id booking.ID) booking.Booking {
	s.Helper()
	return read(s, func(tx store.Tx) (booking.Booking, error) { return tx.Booking(s.Context(), id) })
}

func testBooking(s *suite) {
	b, bare := full[booking.Booking](), draft("bare")
	getters := []func(store.Tx) (booking.Booking, error){
		func(tx store.Tx) (booking.Booking, error) { return tx.Booking(s.Context(), b.ID) },
		func(tx store.Tx) (booking.Booking, error) { return tx.BookingByReference(s.Context(), b.Reference) },
		func(tx store.Tx) (booking.Booking, error) {
			return tx.BookingByHold(s.Context(), seating.HoldID(b.HoldID))
		},
	}
	for _, get := range getters {
		missing(s, get)
	}
	s.add(b, bare)
	for _, get := range getters {
		assert.Equal(s, b, read(s, get))
	}
	assert.Equal(s, bare, s.booking(bare.ID))
}

func testBookingDuplicates(s *suite) {
	s.add(draft("a", 1))
	sameHold, sameReference, sameID := draft("b", 1), draft("c", 1), draft("d", 1)
	sameHold.HoldID, sameReference.Reference, sameID.ID = "hld_a", "REFa", "bkg_a"
	for _, b := range []booking.Booking{sameHold, sameReference, sameID} {
		s.refused(store.ErrDuplicate, func(tx store.Tx) error { return tx.AddBooking(s.Context(), b) })
	}
	assert.Equal(s, draft("a", 1), s.booking("bkg_a"))
	errs := together(8, func(i int) error {
		return s.try(func(tx store.Tx) error {
			b := draft(fmt.Sprint("race", i))
			b.HoldID = "hld_race"
			return tx.AddBooking(s.Context(), b)
		})
	})
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

func testBookingUpdate(s *suite) {
	b := full[booking.Booking]()
	b.ConfirmedAt, b.Version = time.Time{}, 1
	s.add(b)
	b.Status, b.Version, b.Buyer.Name, b.PayBy, b.Quote = booking.AwaitingPayment, 2, "Nový Jméno", time.Time{}, nil
	require.NoError(s, s.update(b))
	got := s.booking(b.ID)
	assert.Equal(s, "null", string(got.Quote), "an empty quote is JSON's nothing")
	got.Quote = nil
	assert.Equal(s, b, got)
	for _, version := range []int{1, 2, 4} {
		stale := b
		stale.Version = version
		require.ErrorIs(s, s.update(stale), store.ErrStale, "version %d", version)
	}
	none := draft("none")
	none.Version = 2
	require.ErrorIs(s, s.update(none), store.ErrStale)
}

func testBookingUpdateOnce(s *suite) {
	s.add(draft("a", 1))
	errs := together(8, func(int) error { return s.update(paid(draft("a", 1))) })
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		assert.ErrorIs(s, err, store.ErrStale)
	}
	assert.Equal(s, 1, won)
	assert.Equal(s, paid(draft("a", 1)), s.booking("bkg_a"))
}

func testBookingsByID(s *suite) {
	s.add(draft("a"), draft("b"), draft("c"))
	list := func(ids ...booking.ID) []booking.Booking {
		return read(s, func(tx store.Tx) ([]booking.Booking, error) { return tx.BookingsByID(s.Context(), ids) })
	}
	assert.ElementsMatch(s, []booking.Booking{draft("c"), draft("a")}, list("bkg_c", "bkg_none", "bkg_a", "bkg_a"))
	assert.Empty(s, list("bkg_none"))
	assert.Empty(s, list())
}

func (s *suite) abandoned(limit int) []booking.ID {
	s.Helper()
	return bookingIDs(read(s, func(tx store.Tx) ([]booking.Booking, error) { return tx.AbandonedBookings(s.Context(), limit) }))
}

func bookingIDs(list []booking.Booking) []booking.ID {
	got := []booking.ID{}
	for _, b := range list {
		got = append(got, b.ID)
	}
	return got
}

func testAbandoned(s *suite) {
	s.programme()
	awaiting, late := draft("b"), draft("e")
	awaiting.Status, late.Status = booking.AwaitingPayment, booking.Expired
	s.add(draft("a"), awaiting, draft("c"), draft("d"), late, draft("f"))
	s.book(paid(draft("g", 1)))
	s.holds(newHold("hld_a", seating.StateExpired), newHold("hld_b", seating.StateReleased), newHold("hld_c", seating.StateHeld),
		newHold("hld_d", seating.StatePaying), newHold("hld_e", seating.StateExpired), newHold("hld_f", seating.StateSold), newHold("hld_g", seating.StateReleased))
	assert.Equal(s, []booking.ID{"bkg_a", "bkg_b"}, s.abandoned(10))
	list := read(s, func(tx store.Tx) ([]booking.Booking, error) { return tx.AbandonedBookings(s.Context(), 1) })
	assert.Equal(s, []booking.Booking{draft("a")}, list)
}

func testAbandonedOrder(s *suite) {
	s.programme()
	for _, letter := range []string{"c", "a", "b"} {
		s.add(draft(letter))
		s.holds(newHold(seating.HoldID("hld_"+letter), seating.StateExpired))
	}
	assert.Equal(s, []booking.ID{"bkg_a", "bkg_b", "bkg_c"}, s.abandoned(10), "ids sort by time")
	assert.Equal(s, []booking.ID{"bkg_a", "bkg_b"}, s.abandoned(2))
}

func testBookingsOf(s *suite) {
	s.add(draft("d"), draft("c"))
	s.book(paid(draft("a", 1)), cancelled(paid(draft("b", 1))), paid(draft("e", 2)))
	other := draft("f")
	other.ShowID = "shw_2"
	s.add(other)
	of := func(show catalog.ShowID, after booking.ID, limit int, in ...booking.Status) []booking.ID {
		return bookingIDs(read(s, func(tx store.Tx) ([]booking.Booking, error) {
			return tx.BookingsOf(s.Context(), show, in, after, limit)
		}))
	}
	assert.Equal(s, []booking.ID{"bkg_a", "bkg_e"}, of(showID, "", 10, booking.Confirmed))
	assert.Equal(s, []booking.ID{"bkg_a", "bkg_b", "bkg_e"}, of(showID, "", 10, booking.Confirmed, booking.Cancelled))
	all := []booking.Status{booking.Draft, booking.Confirmed, booking.Cancelled}
	assert.Equal(s, []booking.ID{"bkg_a", "bkg_b"}, of(showID, "", 2, all...))
	assert.Equal(s, []booking.ID{"bkg_c", "bkg_d"}, of(showID, "bkg_b", 2, all...))
	assert.Equal(s, []booking.ID{"bkg_e"}, of(showID, "bkg_d", 2, all...))
	assert.Empty(s, of(showID, "bkg_e", 2, all...))
	assert.Equal(s, []booking.ID{"bkg_f"}, of("shw_2", "", 10, all...))
	assert.Empty(s, of("shw_none", "", 10, all...))
	assert.Empty(s, of(showID, "", 10), "no state, no booking")
}

func (s *suite) ofTicket(id booking.TicketID) (booking.Booking, error) {
	return look(s, func(tx store.Tx) (booking.Booking, error) { return tx.BookingOfTicket(s.Context(), id) })
}

func testBookingOfTicket(s *suite) {
	b := paid(draft("a", 1, 2))
	s.book(b, paid(draft("b", 3)))
	for _, ticket := range b.Tickets {
		got, err := s.ofTicket(ticket.ID)
		require.NoError(s, err)
		assert.Equal(s, b, got)
	}
	_, err := s.ofTicket("tkt_none")
	require.ErrorIs(s, err, store.ErrNotFound)
}

func testBookingOfUnpaidTicket(s *suite) {
	s.add(draft("a", 1))
	_, err := s.ofTicket("tkt_a_1")
	require.ErrorIs(s, err, store.ErrNotFound)
}
