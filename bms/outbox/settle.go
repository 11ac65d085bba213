package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// settle stores outcomes as they come, all that are there at a time, until no
// more will come. It returns the error of the last try when outcomes are left.
func (s *session) settle(ctx context.Context) error {
	for {
		select {
		case <-s.ready:
			if err := s.store(ctx, s.cfg.Lease/2); err != nil {
				s.cfg.Logger.LogAttrs(ctx, slog.LevelError, "settle messages", slog.Any("error", err))
				s.retryLater()
			}
		case <-s.quiet:
			return s.store(ctx, s.cfg.Grace)
		}
	}
}

// store settles the outcomes there are and ends their flights. When it fails
// they stay.
func (s *session) store(ctx context.Context, timeout time.Duration) error {
	s.mu.Lock()
	if s.overdue() {
		s.mu.Unlock()
		s.claiming <- struct{}{}
		defer func() { <-s.claiming }()
		s.mu.Lock()
	}
	batch := s.outcomes
	for i, o := range batch {
		batch[i].LeasedUntil = s.flights[o.ID].record.LeasedUntil // a later claim may have renewed it
	}
	s.outcomes = nil
	s.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := s.relay.store.Settle(ctx, batch)

	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.outcomes = append(batch, s.outcomes...)
		return fmt.Errorf("settle %d messages: %w", len(batch), err)
	}
	for _, o := range batch {
		delete(s.flights, o.ID)
	}
	s.signal()
	return nil
}

// overdue reports whether the lease of an outcome's record may end before the outcome is stored. The caller holds s.mu.
func (s *session) overdue() bool {
	soon := s.cfg.Now().Add(-s.cfg.Lease / 2)
	return slices.ContainsFunc(s.outcomes, func(o Outcome) bool { return !s.flights[o.ID].claimed.After(soon) })
}

// retryLater waits a moment, shorter when the session stops, and asks for
// another try.
func (s *session) retryLater() {
	timer := time.NewTimer(s.cfg.Idle)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.quiet:
	}
	offer(s.ready)
}

// awaitWork waits until there may be something to claim. While a Drain waits,
// the end of a flight is a reason to look.
func (s *session) awaitWork(ctx context.Context) {
	changed := s.changed
	if len(s.relay.waiting()) == 0 {
		changed = nil
	}
	timer := time.NewTimer(s.cfg.Idle)
	defer timer.Stop()
	select {
	case <-s.relay.wake:
		s.pause(ctx, s.cfg.Linger)
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// pause waits for d or until ctx ends.
func (s *session) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
