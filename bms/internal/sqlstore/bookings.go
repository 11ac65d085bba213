package sqlstore

import (
	"context"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

func (t *tx) AddBooking(_ context.Context, b booking.Booking) error {
	return t.queue(`insert into booking (id, reference, partner_id, show_id, hold_id, status, total_minor, currency, created_at, version, doc)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		b.ID, b.Reference, b.PartnerID, b.ShowID, b.HoldID, b.Status, b.Total.Minor, b.Total.Currency, b.CreatedAt, b.Version, sqldb.JSON(b))
}

func (t *tx) UpdateBooking(_ context.Context, b booking.Booking) error {
	t.expect(1, store.ErrStale, "update booking set status = $2, version = $3, doc = $4 where id = $1 and version = $5",
		b.ID, b.Status, b.Version, sqldb.JSON(b), b.Version-1)
	if b.ConfirmedAt.IsZero() {
		return nil
	}
	rows, err := ticketRows(b)
	t.write(&t.sql.putTickets, nil, rows)
	return err
}

func ticketRows(b booking.Booking) ([][]any, error) {
	rows := make([][]any, len(b.Tickets))
	for i, ticket := range b.Tickets {
		paid, err := ticket.Paid()
		if err != nil {
			return nil, err
		}
		var seat any
		if ticket.Seat != booking.NoSeat {
			seat = int64(ticket.Seat)
		}
		rows[i] = []any{
			string(ticket.ID), string(b.ID), b.ShowID, int64(ticket.Serial), seat, ticket.Area, paid.Minor, string(ticket.Status),
		}
	}
	return rows, nil
}

func bookingDest(b *booking.Booking) []any { return []any{sqldb.IntoJSON(b), &b.Version} }

func scanBooking(r sqldb.Row, b *booking.Booking) error { return r.Scan(bookingDest(b)...) }

func (t *tx) Booking(ctx context.Context, id booking.ID) (booking.Booking, error) {
	var b booking.Booking
	err := t.one(ctx, "booking "+string(id), bookingDest(&b), "select doc, version from booking where id = $1", id)
	return b, err
}

func (t *tx) BookingByReference(ctx context.Context, ref booking.Reference) (booking.Booking, error) {
	var b booking.Booking
	err := t.one(ctx, "booking "+string(ref), bookingDest(&b), "select doc, version from booking where reference = $1", ref)
	return b, err
}

func (t *tx) BookingByHold(ctx context.Context, hold seating.HoldID) (booking.Booking, error) {
	var b booking.Booking
	err := t.one(ctx, "booking of hold "+string(hold), bookingDest(&b), "select doc, version from booking where hold_id = $1", hold)
	return b, err
}

func (t *tx) BookingsByID(ctx context.Context, ids []booking.ID) ([]booking.Booking, error) {
	return collect(ctx, t, scanBooking, t.sql.bookingsByID, sqldb.JSON(orEmpty(ids)))
}

func (t *tx) AbandonedBookings(ctx context.Context, limit int) ([]booking.Booking, error) {
	return collect(ctx, t, scanBooking, `select booking.doc, booking.version from booking join hold on hold.id = booking.hold_id
where booking.status in ('draft', 'awaiting_payment') and hold.state in ('expired', 'released')
order by booking.id limit $1`, limit)
}

func (t *tx) BookingsOf(ctx context.Context, show catalog.ShowID, in []booking.Status, after booking.ID, limit int) ([]booking.Booking, error) {
	return collect(ctx, t, scanBooking, t.sql.bookingsInStatus, show, after, sqldb.JSON(orEmpty(in)), limit)
}

func (t *tx) BookingOfTicket(ctx context.Context, id booking.TicketID) (booking.Booking, error) {
	var b booking.Booking
	err := t.one(ctx, "booking of ticket "+string(id), bookingDest(&b),
		"select booking.doc, booking.version from ticket join booking on booking.id = ticket.booking_id where ticket.id = $1", id)
	return b, err
}
