package outbox

import (
	"context"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Relay takes due messages from a Store to the sinks.
type Relay struct {
	store   Store
	sinks   []Sink
	cfg     Config
	wake    chan struct{} // holds one token: there may be something new
	running chan struct{} // holds one token while Run or Drain works

	mu      sync.Mutex
	waiters []chan error // one for each Drain in progress, with room for its answer
}

// NewRelay returns a Relay over the store for the given sinks. It starts
// nothing. The sinks' names must be unique; Run and Drain check it.
func NewRelay(store Store, sinks []Sink, cfg Config) *Relay {
	return &Relay{
		store:   store,
		sinks:   slices.Clone(sinks),
		cfg:     cfg.withDefaults(),
		wake:    make(chan struct{}, 1),
		running: make(chan struct{}, 1),
	}
}

// Wake says that messages were committed, so that delivery starts now and not
// at the next look into the store. It never blocks and may be called at any time.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // a token that nobody has taken yet says the same
	}
}

// Run delivers until ctx ends and then stops in order: it claims no more, gives
// back what no sink has begun with, waits up to Config.Grace for deliveries in
// progress, cancels them, and stores the outcomes. It waits for a sink that
// ignores its context. Only one Run or Drain of a Relay works at a time; another waits for its turn.
//
// Errors of store and sinks are logged and tried again. Run fails on sinks whose names
// clash, and when the last outcomes could not be stored: what they tell of
// is then delivered again.
func (r *Relay) Run(ctx context.Context) error {
	if err := checkNames(r.sinks); err != nil {
		return err
	}
	select {
	case r.running <- struct{}{}:
	case <-ctx.Done():
		return nil
	}
	defer func() { <-r.running }()
	return newSession(r).run(ctx)
}

// Drain delivers until nothing is due and no delivery is in progress, by itself
// or, while Run works, by way of it. Messages that wait for another try
// later are not due. During a Drain a slow sink holds up the others instead of
// having messages put back. It fails when ctx ends or the store fails.
func (r *Relay) Drain(ctx context.Context) error {
	if err := checkNames(r.sinks); err != nil {
		return err
	}
	idle := r.await()
	defer r.forget(idle)
	r.Wake()
	select {
	case err := <-idle:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case r.running <- struct{}{}:
	}
	defer func() { <-r.running }()
	return r.drainAlone(ctx, idle)
}

// drainAlone runs a session until idle gets its answer.
func (r *Relay) drainAlone(ctx context.Context, idle <-chan error) error {
	run, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- newSession(r).run(run) }()
	var err error
	select {
	case err = <-idle:
	case <-ctx.Done():
		err = ctx.Err()
	}
	stop()
	if last := <-ended; err == nil {
		err = last
	}
	return err
}

// await registers a Drain and returns where it gets its answer.
func (r *Relay) await() chan error {
	idle := make(chan error, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiters = append(r.waiters, idle)
	return idle
}

// forget ends the registration of a Drain.
func (r *Relay) forget(idle chan error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiters = slices.DeleteFunc(r.waiters, func(w chan error) bool { return w == idle })
}

// waiting returns the Drains in progress.
func (r *Relay) waiting() []chan error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.waiters)
}

// answer tells the given Drains that they are done.
func answer(waiters []chan error, err error) {
	for _, w := range waiters {
		select {
		case w <- err:
		default: // it has its answer already
		}
	}
}

func checkNames(sinks []Sink) error {
	seen := make(map[string]bool, len(sinks))
	for _, s := range sinks {
		if s.Name() == "" || seen[s.Name()] {
			return fault.Invalidf("sinks", "two sinks are named %q, or one has no name: give each its own", s.Name())
		}
		seen[s.Name()] = true
	}
	return nil
}
