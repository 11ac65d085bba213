package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// patience is how long a sink with a full queue may hold up the others before
// it counts as behind: long enough for a goroutine to get its turn.
const patience = 20 * time.Millisecond

// session is the work of a Relay between start and stop. Its goroutines are the
// claimer, which is the caller of run, one per lane and the settler; run joins them.
type session struct {
	relay    *Relay
	cfg      Config
	lanes    []*lane
	byName   map[string]*lane
	stopping atomic.Bool
	changed  chan struct{} // holds one token: a queue got room or a flight ended
	ready    chan struct{} // holds one token: there are outcomes to settle
	quiet    chan struct{} // closed when no more outcomes will come

	// claiming holds one token, which is put in from a claim until its flights are known. Who settles what may be claimed again meanwhile waits for it: an outcome that is late
	// by our own claim ends a flight that the claim renews, and its message would be delivered again.
	claiming chan struct{}

	mu       sync.Mutex // guards what follows, the flights themselves and cfg.Jitter
	flights  map[MessageID]*flight
	outcomes []Outcome
}

func newSession(r *Relay) *session {
	s := &session{
		relay:   r,
		cfg:     r.cfg,
		byName:  make(map[string]*lane, len(r.sinks)),
		changed: make(chan struct{}, 1),
		ready:   make(chan struct{}, 1),
		quiet:   make(chan struct{}),
		flights: make(map[MessageID]*flight),

		claiming: make(chan struct{}, 1),
	}
	for _, sink := range r.sinks {
		l := newLane(s, sink)
		s.lanes = append(s.lanes, l)
		s.byName[l.name] = l
	}
	return s
}

// run works until ctx ends and stops in order.
func (s *session) run(ctx context.Context) error {
	work, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	var lanes sync.WaitGroup
	for _, l := range s.lanes {
		lanes.Go(func() { l.run(work) })
	}
	settled := make(chan error, 1)
	go func() { settled <- s.settle(context.WithoutCancel(ctx)) }()

	s.claimUntil(ctx)
	s.stopping.Store(true)
	grace := time.AfterFunc(s.cfg.Grace, abandon)
	defer grace.Stop()
	for _, l := range s.lanes {
		close(l.queue)
	}
	lanes.Wait()
	close(s.quiet)
	return <-settled
}

// claimUntil claims what is due until ctx ends.
func (s *session) claimUntil(ctx context.Context) {
	for ctx.Err() == nil {
		s.awaitRoom(ctx)
		waiters, busy := s.relay.waiting(), s.inFlight()
		n, err := s.claim(ctx)
		switch {
		case ctx.Err() != nil: // a Drain that waits takes over
		case err != nil:
			answer(waiters, err)
			s.pause(ctx, s.cfg.Idle)
		case n == 0 && busy == 0:
			answer(waiters, nil)
			s.awaitWork(ctx)
		case n < s.cfg.Batch:
			s.awaitWork(ctx)
		}
	}
}

// claim takes a batch from the store, sends it on its way and returns its length.
func (s *session) claim(ctx context.Context) (int, error) {
	n, tasks, err := s.take(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.cfg.Logger.LogAttrs(ctx, slog.LevelError, "claim messages", slog.Any("error", err))
		}
		return 0, fmt.Errorf("claim messages: %w", err)
	}
	s.dispatch(ctx, tasks)
	return n, nil
}

// take takes a batch from the store and registers it. It returns its length and what each sink is to get of it.
func (s *session) take(ctx context.Context) (int, map[*lane][]task, error) {
	s.claiming <- struct{}{}
	defer func() { <-s.claiming }()
	begin := s.cfg.Now()
	records, err := s.relay.store.Claim(ctx, s.cfg.Batch, s.cfg.Lease)
	if err != nil {
		return 0, nil, err
	}
	tasks := make(map[*lane][]task, len(s.lanes))
	for _, rec := range records {
		s.sort(rec, begin, tasks)
	}
	return len(records), tasks, nil
}

// dispatch queues tasks at their sinks. What has no room waits until every sink has what has.
func (s *session) dispatch(ctx context.Context, tasks map[*lane][]task) {
	for _, l := range s.lanes {
		tasks[l] = tasks[l][l.fill(tasks[l]):]
	}
	for _, l := range s.lanes {
		for _, t := range tasks[l] {
			s.enqueue(ctx, l, t)
		}
	}
}

// sort adds a record to the tasks of the sinks that are to get it.
func (s *session) sort(rec Record, claimed time.Time, tasks map[*lane][]task) {
	try, later := due(rec, s.lanes, claimed, s.cfg.MaxAttempts)
	f := &flight{record: rec, claimed: claimed, remaining: later, open: len(try)}
	if !s.begin(f) {
		return
	}
	for _, target := range try {
		t := task{flight: f, failures: target.Failures}
		if l := s.byName[target.Sink]; l == nil {
			s.failed(t, target.Sink, fmt.Errorf("there is no sink named %q", target.Sink))
		} else {
			tasks[l] = append(tasks[l], t)
		}
	}
}

// begin registers a flight, and reports false when the message is in flight
// already: its lease ran out while a sink was busy with it, and is renewed by the new claim.
func (s *session) begin(f *flight) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.flights[f.record.ID]; old != nil {
		old.record.LeasedUntil, old.claimed = f.record.LeasedUntil, f.claimed
		return false
	}
	s.flights[f.record.ID] = f
	if f.open == 0 {
		s.land(f)
	}
	return true
}

// enqueue puts a task into the lane's queue. A full queue sends it back to the
// store, so that the other lanes go on; during a Drain it waits.
func (s *session) enqueue(ctx context.Context, l *lane, t task) {
	select {
	case l.queue <- t:
		return
	default:
	}
	if len(s.relay.waiting()) == 0 {
		s.putBack(t, l.name, l.returnAt(s.cfg.Now()))
		return
	}
	select {
	case l.queue <- t:
	case <-ctx.Done():
		s.putBack(t, l.name, s.cfg.Now())
	}
}

// served records that a sink took the messages.
func (s *session) served(batch []task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range batch {
		s.answered(t.flight)
	}
}

// failed records that a sink did not take the message.
func (s *session) failed(t task, sink string, err error) {
	failures := t.failures + 1
	level := slog.LevelWarn
	if failures >= s.cfg.MaxAttempts {
		level = slog.LevelError
	}
	s.cfg.Logger.LogAttrs(context.Background(), level, "delivery failed", slog.String("sink", sink),
		slog.String("message_id", string(t.flight.record.ID)), slog.Int("failures", failures), slog.Any("error", err))

	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.cfg.Now().Add(s.cfg.wait(failures))
	t.flight.err = fmt.Sprintf("%s: %v", sink, err)
	t.flight.remaining = append(t.flight.remaining, Remaining{Sink: sink, Failures: failures, NextAt: next})
	s.answered(t.flight)
}

// putBack records that a sink is to get the message later, without a failure.
func (s *session) putBack(t task, sink string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.flight.remaining = append(t.flight.remaining, Remaining{Sink: sink, Failures: t.failures, NextAt: at})
	s.answered(t.flight)
}

// answered counts an answer. The caller holds s.mu.
func (s *session) answered(f *flight) {
	f.open--
	if f.open == 0 {
		s.land(f)
	}
}

// land makes an outcome of a flight that has all its answers. The caller holds s.mu.
func (s *session) land(f *flight) {
	s.outcomes = append(s.outcomes, f.outcome(s.cfg.Now(), s.cfg.MaxAttempts))
	offer(s.ready)
}

// claimedAt returns when the flight was claimed last.
func (s *session) claimedAt(f *flight) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f.claimed
}

// inFlight returns how many messages are claimed and not settled.
func (s *session) inFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.flights)
}

// full reports whether more is in flight than full queues and four batches of
// outcomes make.
func (s *session) full() bool { return s.inFlight() >= s.cfg.Batch*(3*len(s.lanes)+4) }

// crowded reports whether a sink that keeps up so far has no room for a batch.
func (s *session) crowded() bool {
	return slices.ContainsFunc(s.lanes, func(l *lane) bool {
		l.behind = l.behind && len(l.queue) > 0
		return !l.behind && !l.roomy()
	})
}

// awaitRoom waits until the sinks can take another batch. A sink that makes no
// room within patience is behind: the others no longer wait for it, until it
// has emptied its queue.
func (s *session) awaitRoom(ctx context.Context) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for s.full() || s.crowded() {
		select {
		case <-s.changed:
		case <-timer.C:
			for _, l := range s.lanes {
				l.behind = !l.roomy()
			}
		case <-ctx.Done():
			return
		}
	}
}

// signal tells the claimer that a queue got room or a flight ended.
func (s *session) signal() { offer(s.changed) }

// offer puts a token into a channel that holds one.
func offer(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
