package bms

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/store"
)

// The topics of the messages that selling writes. Their key is the booking's id, or
// the show's for those about a show.
const (
	TopicBookingConfirmed = "booking.confirmed"
	TopicBookingCancelled = "booking.cancelled" // by the buyer, or tickets of it by the organizer
	TopicBookingExpired   = "booking.expired"
	TopicLinkRenewed      = "booking.link_renewed" // its guest has another link
	TopicPaymentReturned  = "payment.returned"     // money that no booking could use goes back
	TopicRefundSent       = "refund.sent"          // the gateway has paid a refund
	TopicShowCancelled    = "show.cancelled"       // written once for each booking of the show
)

// BookingNews is the body of every message about a booking. What it does not
// say is read from the store when the message is delivered.
type BookingNews struct {
	BookingID booking.ID         `json:"booking_id"`
	ShowID    catalog.ShowID     `json:"show_id"`
	Tickets   []booking.TicketID `json:"tickets,omitempty"`   // those cancelled
	RefundID  payment.RefundID   `json:"refund_id,omitempty"` // the refund it is about
	Reason    string             `json:"reason,omitempty"`
}

// tell queues a message about a booking.
func (c *Client) tell(ctx context.Context, tx store.Tx, topic string, news BookingNews) error {
	m, err := outbox.New(topic, string(news.BookingID), news, tx.Now())
	if err != nil {
		return err
	}
	return tx.AddMessages(ctx, m)
}

// messageStore is the outbox as its relay wants it.
type messageStore struct{ c *Client }

// messageTimeout bounds one exchange of the relay with the database. A relay that stops does not
// break it off: that would cost Postgres the connection.
const messageTimeout = 30 * time.Second

// Claim implements outbox.Store.
func (s messageStore) Claim(ctx context.Context, n int, lease time.Duration) ([]outbox.Record, error) {
	ctx, cancel := patient(ctx)
	defer cancel()
	var claimed []outbox.Record
	err := s.c.back.Update(ctx, func(tx store.Tx) error {
		var err error
		claimed, err = tx.ClaimMessages(ctx, n, tx.Now().Add(lease))
		return err
	})
	return claimed, err
}

// Settle implements outbox.Store.
func (s messageStore) Settle(ctx context.Context, outcomes []outbox.Outcome) error {
	ctx, cancel := patient(ctx)
	defer cancel()
	return s.c.back.Update(ctx, func(tx store.Tx) error { return tx.SettleMessages(ctx, outcomes) })
}

// patient is ctx without its end, but with one of its own.
func patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), messageTimeout)
}

// MessageService looks after the outbox.
type MessageService struct{ c *Client }

// List returns messages in a status, newest first.
func (s *MessageService) List(ctx context.Context, status outbox.Status, limit int) ([]outbox.Record, error) {
	return view(ctx, s.c.back, func(tx store.Tx) ([]outbox.Record, error) { return tx.ListMessages(ctx, status, limit) })
}

// Count returns how many messages are in each status.
func (s *MessageService) Count(ctx context.Context) (map[outbox.Status]int, error) {
	return view(ctx, s.c.back, func(tx store.Tx) (map[outbox.Status]int, error) { return tx.CountMessages(ctx) })
}

// Resend takes a message out of the dead letter and delivers it again to the sinks
// that have not had it. It takes no idempotency key: a repetition finds the message outside of the dead letter, is
// refused and sends nothing again. Errors: outbox.ErrNotDead, store.ErrNotFound.
func (s *MessageService) Resend(ctx context.Context, id outbox.MessageID) error {
	if err := sound("id", id); err != nil {
		return err
	}
	err := s.c.back.Update(ctx, func(tx store.Tx) error { return tx.ReviveMessage(ctx, id) })
	s.c.relay.Wake()
	return err
}
