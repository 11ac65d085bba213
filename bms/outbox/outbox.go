// Package outbox delivers what happened to whoever must know. A message is
// written in the same transaction as the change it tells of, so neither exists
// without the other; a Relay then hands it to every Sink, at least once and
// under the same ID on every try.
//
//	relay := outbox.NewRelay(store, sinks, outbox.Config{})
//	go relay.Run(ctx) // until ctx ends
//	relay.Wake()      // after each commit that wrote messages
//
// Guarantees:
//
//   - Every message reaches every sink that wants its topic at least once, or
//     ends in the dead letter after MaxAttempts failures of that sink, with the
//     last error, from where it can be sent again.
//   - A failure counts for one message and one sink. A batch that fails is tried
//     again message by message, so a message that cannot be delivered stops no other.
//   - A slow or broken sink delays no other sink: each has its own goroutine and
//     a bounded queue. What does not fit in the queue is put back into the store
//     for a moment; that counts as no failure.
//   - Order: a sink gets the messages of one Key in the order in which Claim
//     returned them, as long as one relay works on the store and none of them
//     failed, was put back, or was given back at shutdown; such a message comes
//     after those that followed it. Between two relays there is no order.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
)

// MessageID identifies a message: "msg_" and 26 letters or digits. Sinks use it
// to recognise a message that they have had before.
type MessageID string

// Message is something that happened.
type Message struct {
	ID        MessageID       `json:"id"`
	Topic     string          `json:"topic"` // words joined by dots: "booking.confirmed"
	Key       string          `json:"key"`   // what its order is kept by, such as a show's or booking's id; may be empty
	Body      json.RawMessage `json:"body"`
	CreatedAt time.Time       `json:"created_at"` // UTC, whole microseconds
}

// New returns a message with a fresh ID whose body is the JSON of body. It
// fails only when body has no JSON form.
func New(topic, key string, body any, now time.Time) (Message, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return Message{}, fmt.Errorf("write body of %s message: %w", topic, err)
	}
	return Message{ID: id.New[MessageID]("msg", now), Topic: topic, Key: key, Body: raw, CreatedAt: now}, nil
}

// Status says how far the delivery of a message is.
type Status string

// The statuses.
const (
	Pending   Status = "pending"   // some sinks have not had it yet
	Delivered Status = "delivered" // every sink has had it
	Dead      Status = "dead"      // the sinks that remain failed too often; Revive starts again
)

// Valid reports whether s is one of the statuses.
func (s Status) Valid() bool {
	switch s {
	case Pending, Delivered, Dead:
		return true
	}
	return false
}

// Record is a message as stored, with the state of its delivery.
type Record struct {
	Message
	Status      Status
	Attempts    int         // most failures that any one sink had with it
	NextAt      time.Time   // not claimed before; a new message has its CreatedAt
	LeasedUntil time.Time   // not claimed by others before; zero when nobody works on it
	DeliveredAt time.Time   // zero until Delivered
	LastError   string      // of the last failed delivery; empty when none failed
	Sinks       []Remaining // who has yet to get it; nil means every sink that wants the topic
}

// Remaining is a sink that has yet to get a message. It is stored as JSON.
type Remaining struct {
	Sink     string    `json:"sink"`
	Failures int       `json:"failures"`
	NextAt   time.Time `json:"next_at"` // not tried before
}

// Outcome is what one claim of a record came to.
type Outcome struct {
	ID          MessageID
	LeasedUntil time.Time   // of the claimed record: tells a late outcome from a current one
	Status      Status      // Pending means: claim it again at NextAt
	NextAt      time.Time   // for Pending only
	DeliveredAt time.Time   // for Delivered only
	Attempts    int         // as in Record
	Error       string      // of the last failure in this claim; empty keeps the record's
	Sinks       []Remaining // as in Record; empty when Delivered
}

// Store is what a Relay needs from storage.
type Store interface {
	// Claim leases up to n pending records that are due and not leased, for the
	// given time from now by the store's clock, and returns them in the order in
	// which they were written, as far as the store knows it. No record is leased
	// to two claims at once.
	Claim(ctx context.Context, n int, lease time.Duration) ([]Record, error)

	// Settle stores the outcomes, as Record.Apply says, and ends their leases. An
	// outcome whose LeasedUntil is not that of the stored record is skipped: the
	// lease ran out and somebody else has claimed the record since.
	Settle(ctx context.Context, outcomes []Outcome) error
}

// Sink takes delivery of messages. Its methods are called by one goroutine at a
// time per Relay.
type Sink interface {
	// Name is stable and unique among the sinks of a relay: it is stored.
	Name() string

	// Topics are the topics wanted. A topic that ends with a dot stands for all
	// that begin with it ("booking."); nil means everything.
	Topics() []string

	// Deliver hands over messages in order, at least one. An error, or a panic,
	// means that the batch may have been delivered in part; the relay delivers
	// its messages again one by one under the same IDs. Deliver returns soon
	// after ctx ends, keeps no reference to batch, and does not change the bodies,
	// which other sinks read.
	Deliver(ctx context.Context, batch []Message) error
}

// ErrNotDead is returned when a message that is not in the dead letter is to be
// sent again.
var ErrNotDead = fault.New(fault.Conflict, "message_not_dead", "only a message in the dead letter can be sent again")

// Apply returns the record as it is stored after o, and false when o is late:
// the record has been claimed again, or settled, since the claim that o is of.
func (r Record) Apply(o Outcome) (Record, bool) {
	if r.Status != Pending || !r.LeasedUntil.Equal(o.LeasedUntil) {
		return r, false
	}
	r.Status, r.Attempts, r.Sinks = o.Status, o.Attempts, o.Sinks
	r.LeasedUntil, r.DeliveredAt = time.Time{}, o.DeliveredAt
	if o.Status == Pending {
		r.NextAt = o.NextAt
	}
	if o.Error != "" {
		r.LastError = o.Error
	}
	return r, true
}

// Revive returns a dead record as one to be delivered from now on, with its
// failures forgotten, to the sinks that have not had it. It fails with
// ErrNotDead for any other record.
func (r Record) Revive(now time.Time) (Record, error) {
	if r.Status != Dead {
		return r, ErrNotDead
	}
	r.Status, r.Attempts, r.NextAt, r.LeasedUntil = Pending, 0, now, time.Time{}
	sinks := make([]Remaining, len(r.Sinks))
	for i, s := range r.Sinks {
		sinks[i] = Remaining{Sink: s.Sink, NextAt: now}
	}
	r.Sinks = sinks
	return r, nil
}
