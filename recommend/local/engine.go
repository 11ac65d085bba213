package local

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/marquee-tickets/marquee/recommend"
)

// Engine is the engine inside of the program. It is safe for concurrent use.
type Engine struct {
	journal   Journal
	cfg       Config
	programme *recommend.Programme
	people    *lru.Cache[recommend.UserID, *past] // who was here lately
	stripes   [64]sync.Mutex                      // each held by who changes what is remembered of some of them
	view      atomic.Pointer[view]

	mu      sync.Mutex // held by who changes what follows, or the view
	pulse   *pulse
	brains  map[recommend.Tenant]*brain
	learnt  time.Time            // when the brains were
	missed  []recommend.Feedback // what came while feedback is being read; nil when it is not
	reading bool

	building sync.Mutex   // held by the one rebuild that runs
	news     atomic.Int64 // changes since the last rebuild
	tuned    tuning       // held by building
}

var _ recommend.Engine = (*Engine)(nil)

// Open returns an engine that knows what its journal knows: items, what is popular, and the model that was learnt last. It starts
// nothing: Run learns.
func Open(ctx context.Context, journal Journal, cfg Config) (*Engine, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("configure local recommendations: %w", err)
	}
	people, err := lru.New[recommend.UserID, *past](cfg.Remember)
	if err != nil {
		return nil, err
	}
	e := &Engine{
		journal: journal, cfg: cfg, programme: recommend.NewProgramme(), people: people, pulse: newPulse(), brains: map[recommend.Tenant]*brain{},
	}
	items, err := journal.Items(ctx)
	if err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	e.programme.Put(items...)
	if err := e.load(ctx); err != nil {
		return nil, err
	}
	if err := e.takePulse(ctx); err != nil {
		return nil, err
	}
	e.refresh()
	return e, nil
}

// Name implements recommend.Engine.
func (e *Engine) Name() string { return "local" }

// Programme is what the engine knows of items.
func (e *Engine) Programme() *recommend.Programme { return e.programme }

// refresh makes the view of what is known now.
func (e *Engine) refresh() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pulse.changed()
	e.view.Store(newView(e.programme.Now(), e.brains, e.pulse, e.cfg.Now()))
}

// refreshPopular brings what is popular up to date.
func (e *Engine) refreshPopular() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.pulse.changed() {
		e.view.Store(e.view.Load().withChart(e.pulse, e.cfg.Now()))
	}
}

// UpsertItems implements recommend.Engine. The next answer knows them.
func (e *Engine) UpsertItems(ctx context.Context, items []recommend.Item) error {
	for i := range items {
		if err := items[i].Validate(); err != nil {
			return fmt.Errorf("item %d of %d: %w", i+1, len(items), err)
		}
	}
	if err := e.journal.PutItems(ctx, items); err != nil {
		return fmt.Errorf("keep %d items: %w", len(items), err)
	}
	e.programme.Put(items...)
	e.refresh()
	return nil
}

// UpsertUsers implements recommend.Engine.
func (e *Engine) UpsertUsers(ctx context.Context, users []recommend.User) error {
	for i, u := range users {
		if err := u.Validate(); err != nil {
			return fmt.Errorf("user %d of %d: %w", i+1, len(users), err)
		}
	}
	if err := e.journal.PutUsers(ctx, users); err != nil {
		return fmt.Errorf("keep %d people: %w", len(users), err)
	}
	for _, u := range users {
		e.change(u.ID, func(p *past) *past { return p.as(u) })
	}
	return nil
}

// Record implements recommend.Engine. The person's next answer here counts it.
func (e *Engine) Record(ctx context.Context, list []recommend.Feedback) error {
	for i, f := range list {
		if err := f.Validate(); err != nil {
			return fmt.Errorf("feedback %d of %d: %w", i+1, len(list), err)
		}
	}
	if err := e.journal.Record(ctx, list); err != nil {
		return fmt.Errorf("keep feedback: %w", err)
	}
	for _, f := range list {
		e.change(f.User, func(p *past) *past { return p.with(deedOf(f)) })
	}
	return nil
}

// Withdraw implements recommend.Engine.
func (e *Engine) Withdraw(ctx context.Context, list []recommend.Withdrawn) error {
	if err := e.journal.Withdraw(ctx, list); err != nil {
		return fmt.Errorf("withdraw feedback: %w", err)
	}
	for _, w := range list {
		e.change(w.User, func(p *past) *past { return p.without(w) })
	}
	return nil
}

// Forget implements recommend.Engine. What others were told because of the person, in numbers of all people together, fades with the next
// rebuild.
func (e *Engine) Forget(ctx context.Context, user recommend.UserID) error {
	if err := e.journal.Forget(ctx, user); err != nil {
		return fmt.Errorf("forget a person: %w", err)
	}
	undo := e.holding(user)
	e.people.Remove(user)
	undo()
	e.news.Add(1)
	return nil
}

// change replaces what is remembered of a person. Who is not in memory is read from the journal when they ask.
func (e *Engine) change(user recommend.UserID, fn func(*past) *past) {
	defer e.holding(user)()
	if p, known := e.people.Peek(user); known {
		e.people.Add(user, fn(p))
	}
}

// holding keeps others from changing what is remembered of a person until it is undone.
func (e *Engine) holding(user recommend.UserID) (undo func()) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(user)) // never fails
	mu := &e.stripes[h.Sum32()%uint32(len(e.stripes))]
	mu.Lock()
	return mu.Unlock
}

// pastOf returns what is known of a person; nothing of nobody.
func (e *Engine) pastOf(ctx context.Context, user recommend.UserID) (*past, error) {
	if user == "" {
		return &past{}, nil
	}
	if p, known := e.people.Get(user); known {
		return p, nil
	}
	defer e.holding(user)() // so that nothing that is recorded meanwhile is lost
	if p, known := e.people.Get(user); known {
		return p, nil
	}
	history, err := e.journal.History(ctx, user, mostRead)
	if err != nil {
		return nil, fmt.Errorf("read a history: %w", err)
	}
	about, _, err := e.journal.User(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("read about a person: %w", err)
	}
	deeds := make([]deed, len(history))
	for i, f := range history {
		deeds[i] = deedOf(f)
	}
	p := (&past{user: about}).with(deeds...)
	e.people.Add(user, p)
	return p, nil
}

// Health implements recommend.Engine.
func (e *Engine) Health(context.Context) recommend.Health {
	e.mu.Lock()
	defer e.mu.Unlock()
	return recommend.Health{OK: true, Model: e.view.Load().version(""), Since: e.learnt}
}

// listenEvery is how often what is popular is brought up to date.
const listenEvery = 250 * time.Millisecond

// Run hears what any node records, keeps what is popular up to date and learns anew now and then, until ctx ends.
func (e *Engine) Run(ctx context.Context) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	wait.Go(func() { e.listen(ctx) })
	wait.Go(func() { e.relearn(ctx) })
	tick := time.NewTicker(listenEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			e.refreshPopular()
		}
	}
}

// listen takes in what was written, by whichever node.
func (e *Engine) listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := e.journal.Watch(ctx, func(changes []recommend.Change) {
			if len(changes) == 0 { // it begins: what was written before is not told
				e.catchUp(ctx)
			}
			e.hear(changes)
		})
		if err == nil || errors.Is(err, context.Canceled) {
			return
		}
		e.cfg.Logger.WarnContext(ctx, "changes for recommendations not read", slog.String("error", err.Error()))
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// catchUp takes in what was written since the engine was opened, or while it did not hear.
func (e *Engine) catchUp(ctx context.Context) {
	items, err := e.journal.Items(ctx)
	if err != nil {
		e.cfg.Logger.WarnContext(ctx, "items for recommendations not read", slog.String("error", err.Error()))
		return
	}
	for i := range e.stripes { // so that nobody whose history was read before is added afterwards
		e.stripes[i].Lock()
	}
	e.people.Purge()
	for i := range e.stripes {
		e.stripes[i].Unlock()
	}
	e.programme.Put(items...)
	e.refresh()
}

// hear takes in changes. Hearing one twice changes nothing but what is popular, a little.
func (e *Engine) hear(changes []recommend.Change) {
	var items []recommend.Item
	for _, c := range changes {
		if c.Item != nil {
			items = append(items, *c.Item)
		}
	}
	e.programme.Put(items...) // first: of feedback about what is not known the genre is not counted
	for _, c := range changes {
		switch {
		case c.User != nil:
			e.change(c.User.ID, func(p *past) *past { return p.as(*c.User) })
		case c.Feedback != nil:
			f := *c.Feedback
			e.change(f.User, func(p *past) *past { return p.with(deedOf(f)) })
			e.beat(f)
		case c.Withdrawn != nil:
			e.change(c.Withdrawn.User, func(p *past) *past { return p.without(*c.Withdrawn) })
		case c.Forgotten != "":
			undo := e.holding(c.Forgotten)
			e.people.Remove(c.Forgotten)
			undo()
		}
	}
	e.news.Add(int64(len(changes)))
	if len(items) > 0 {
		e.refresh()
	}
}

// beat counts feedback in what is popular.
func (e *Engine) beat(f recommend.Feedback) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.reading {
		e.missed = append(e.missed, f)
	}
	item, _ := e.programme.Now().Item(f.Item)
	e.pulse.add(f, item)
}
