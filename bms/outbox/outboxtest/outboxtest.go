// Package outboxtest is a kit for testing what works with an outbox: a Store
// kept in memory and a Sink that records what it gets.
package outboxtest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/outbox"
)

// Store is an outbox.Store in memory. It is safe for concurrent use.
type Store struct {
	now func() time.Time

	mu      sync.Mutex
	records []outbox.Record
	index   map[outbox.MessageID]int
	broken  error
}

// NewStore returns an empty Store that tells the time by now.
func NewStore(now func() time.Time) *Store {
	return &Store{now: now, index: make(map[outbox.MessageID]int)}
}

// Add stores messages as pending and due from their CreatedAt.
func (s *Store) Add(messages ...outbox.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range messages {
		s.index[m.ID] = len(s.records)
		s.records = append(s.records, outbox.Record{Message: m, Status: outbox.Pending, NextAt: m.CreatedAt})
	}
}

// Break makes Claim and Settle fail with err until it is called with nil.
func (s *Store) Break(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

// Claim does what outbox.Store says.
func (s *Store) Claim(ctx context.Context, n int, lease time.Duration) ([]outbox.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failure(ctx); err != nil {
		return nil, err
	}
	now := s.now()
	var claimed []outbox.Record
	for i := range s.records {
		r := &s.records[i]
		if len(claimed) == n {
			break
		}
		if r.Status != outbox.Pending || r.NextAt.After(now) || r.LeasedUntil.After(now) {
			continue
		}
		r.LeasedUntil = now.Add(lease)
		claimed = append(claimed, copyOf(*r))
	}
	return claimed, nil
}

// Settle does what outbox.Store says.
func (s *Store) Settle(ctx context.Context, outcomes []outbox.Outcome) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failure(ctx); err != nil {
		return err
	}
	for _, o := range outcomes {
		i, ok := s.index[o.ID]
		if !ok {
			continue
		}
		if r, current := s.records[i].Apply(o); current {
			s.records[i] = r
		}
	}
	return nil
}

// Revive sends a message of the dead letter again. It fails with
// outbox.ErrNotDead for any other and with not_found for none.
func (s *Store) Revive(id outbox.MessageID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.index[id]
	if !ok {
		return fault.NotFoundf("there is no message %s", id)
	}
	r, err := s.records[i].Revive(s.now())
	if err != nil {
		return err
	}
	s.records[i] = r
	return nil
}

// Records returns all records in the order in which they were added.
func (s *Store) Records() []outbox.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]outbox.Record, len(s.records))
	for i, r := range s.records {
		all[i] = copyOf(r)
	}
	return all
}

// Count returns how many records have the status.
func (s *Store) Count(status outbox.Status) int {
	n := 0
	for _, r := range s.Records() {
		if r.Status == status {
			n++
		}
	}
	return n
}

// failure returns why an operation fails now. The caller holds s.mu.
func (s *Store) failure(ctx context.Context) error {
	if s.broken != nil {
		return s.broken
	}
	return ctx.Err()
}

// copyOf returns r with its own list of sinks.
func copyOf(r outbox.Record) outbox.Record {
	r.Sinks = slices.Clone(r.Sinks)
	return r
}

// Sink is an outbox.Sink that records what it gets. Set its fields before use.
type Sink struct {
	Label string   // its name
	Wants []string // its topics

	// Do decides on a delivery before it is recorded; nil accepts everything.
	// A batch that it refuses is not recorded.
	Do func(ctx context.Context, batch []outbox.Message) error

	mu       sync.Mutex
	received []outbox.Message
	batches  int
}

// Name returns the label.
func (s *Sink) Name() string { return s.Label }

// Topics returns what the sink wants.
func (s *Sink) Topics() []string { return s.Wants }

// Deliver asks Do and records the batch.
func (s *Sink) Deliver(ctx context.Context, batch []outbox.Message) error {
	if s.Do != nil {
		if err := s.Do(ctx, batch); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, batch...)
	s.batches++
	return nil
}

// Received returns the messages accepted so far, in order, repeats included.
func (s *Sink) Received() []outbox.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

// Batches returns how many deliveries were accepted so far.
func (s *Sink) Batches() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.batches
}
