package recommend

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Memory is the engine inside of the program, with what the last mile asks about people and items. Package local has one.
type Memory interface {
	Engine

	// Programme is what is known of items.
	Programme() *Programme

	// Settled returns the items that a person has booked or hidden. The map must not be changed; nil is empty.
	Settled(ctx context.Context, user UserID) (map[ItemID]bool, error)

	// Saw reports whether a person has seen an item in any way; it may be wrong now and then about what was long ago.
	Saw(ctx context.Context, user UserID, item ItemID) (bool, error)

	// Trial returns how often an item was shown and chosen.
	Trial(item ItemID) (shown, chosen float64)

	// Explain says of each item why it is recommended to who asks.
	Explain(ctx context.Context, q Query, items []ItemID) ([]Reason, error)
}

// Config sets how a Shelf answers. The zero Config lets everything through.
type Config struct {
	// Before are engines that are asked before the one inside of the program, in turn.
	Before []Engine

	// Budget is how long one of them may take. Zero means 80 milliseconds.
	Budget time.Duration

	// Recall is how long it may take to read what a person has booked, without which there is no answer. Zero means a second.
	Recall time.Duration

	// Available says which items can be bought by who asks: on sale, with places left. It is asked last, and what it is not sure of it does not
	// let through. Nil lets through what is not hidden.
	Available func(ctx context.Context, r Request, items []ItemID) (map[ItemID]bool, error)

	// Taste is how lists are put together. The zero Taste means DefaultTaste.
	Taste Taste

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets what went wrong. Nil discards it.
	Logger *slog.Logger
}

// Taste is how a list is put together from candidates.
type Taste struct {
	// Likely is how much it counts that an item fits, beside that it differs from those before it: 1 sorts by score alone. At least
	// 0.3.
	Likely float64

	// Caps bound how many of a list of ten may have the same organizer, venue or main genre; for other lengths in proportion. They give way
	// where there is nothing else. Zero means no bound.
	PerOrganizer, PerVenue, PerGenre int

	// Explore keeps a place of each list of six or more for an item that is new, so that it can be found out who likes it.
	Explore bool

	// Surprise keeps a place of each list of eight or more for something of a genre that the list does not have.
	Surprise bool
}

// DefaultTaste is a list with some variety, one try and one surprise.
func DefaultTaste() Taste {
	return Taste{Likely: .9, PerOrganizer: 6, PerVenue: 6, PerGenre: 6, Explore: true, Surprise: true}
}

func (c Config) withDefaults() Config {
	if c.Budget == 0 {
		c.Budget = 80 * time.Millisecond
	}
	if c.Recall == 0 {
		c.Recall = time.Second
	}
	if c.Taste == (Taste{}) {
		c.Taste = DefaultTaste()
	}
	if c.Now == nil {
		c.Now = func() time.Time { return time.Now().UTC() } //nolint:forbidigo // the default of the clock seam
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (t Taste) Validate() error {
	switch {
	case !(t.Likely >= .3 && t.Likely <= 1): // false for NaN
		return fault.Invalidf("likely", "must be between 0.3 and 1, not %v", t.Likely)
	case t.PerOrganizer < 0 || t.PerVenue < 0 || t.PerGenre < 0:
		return fault.Invalidf("caps", "must not be negative")
	}
	return nil
}

// Request is what a page asks for.
type Request struct {
	Tenant  Tenant
	User    UserID   // empty without consent
	Session []Signal // what was done in this visit, the oldest first
	Like    ItemID   // more like this one; empty means for the person
	N       int      // 1 to 50
	Exclude []ItemID // what the page shows already
	Within  string   // city: nothing that is on elsewhere alone; empty means anywhere
	Age     int      // years of who asks; 0 means not known, and nothing is left out for it
	Country string   // ISO 3166-1 alpha-2: nothing that is on in other countries alone; empty means anywhere
	Context Context
	Seed    uint64 // the same seed makes the same choices by chance
	Taste   *Taste // instead of that of the Config, as in an experiment
}

// maxN is the most items of one answer.
const maxN = 50

func (r Request) validate() error {
	switch {
	case r.N < 1 || r.N > maxN:
		return fault.Invalidf("n", "must be between 1 and %d, not %d", maxN, r.N)
	case r.Age < 0 || r.Age > 150:
		return fault.Invalidf("age", "must be between 0 and 150 years, not %d", r.Age)
	case r.Taste != nil:
		return r.Taste.Validate()
	}
	return nil
}

// Answer is a list of items, the best first.
type Answer struct {
	Items    []Pick
	Engine   string // which engine found the first of them: "gorse", "local", "popular" or "latest"; empty when nothing was found
	Model    string // the version that it answered from
	Degraded bool   // an engine that should have answered did not
}

// Pick is an item of an answer.
type Pick struct {
	Item  ItemID
	Score float64 // comparable within the answer only
	Why   Reason
	Tried bool // it stands here to find out who likes it
}

// Shelf answers what somebody may like. It is safe for concurrent use.
type Shelf struct {
	memory  Memory
	cfg     Config
	failing sync.Map // names of engines that did not answer the last time
}

// New returns a shelf over the engine inside of the program. It starts nothing. Errors: an Invalid fault that names the field of cfg.
func New(memory Memory, cfg Config) (*Shelf, error) {
	cfg = cfg.withDefaults()
	if err := cfg.Taste.Validate(); err != nil {
		return nil, fmt.Errorf("configure recommendations: %w", err)
	}
	if cfg.Budget < time.Millisecond {
		return nil, fault.Invalidf("budget", "must be at least a millisecond")
	}
	if cfg.Recall < time.Millisecond {
		return nil, fault.Invalidf("recall", "must be at least a millisecond")
	}
	return &Shelf{memory: memory, cfg: cfg}, nil
}

// Recommend answers a request. There may be fewer items than were asked for, when nothing else can be bought. Errors: an Invalid fault
// that names the field; what a person has booked could not be read in time. An engine that fails is no error.
func (s *Shelf) Recommend(ctx context.Context, r Request) (Answer, error) {
	if err := r.validate(); err != nil {
		return Answer{}, err
	}
	taste := s.cfg.Taste
	if r.Taste != nil {
		taste = *r.Taste
	}
	if r.Context.Now.IsZero() {
		r.Context.Now = s.cfg.Now()
	}
	edition := s.memory.Programme().Now()
	l := &list{
		shelf: s, r: r, taste: taste, edition: edition, seen: make(map[int]bool, deep*r.N+deeper), caps: newCaps(edition, taste, r.N),
	}
	if err := l.leaveOut(ctx); err != nil {
		return Answer{}, err
	}
	l.fill(ctx)
	l.arrange(ctx)
	l.explain(ctx)
	return l.answer, nil
}

// note logs that an engine does not answer, and that it does again: once, not for each page.
func (s *Shelf) note(ctx context.Context, engine string, err error) {
	if err == nil {
		if _, was := s.failing.LoadAndDelete(engine); was {
			s.cfg.Logger.InfoContext(ctx, "recommendations found again", slog.String("engine", engine))
		}
		return
	}
	if _, was := s.failing.LoadOrStore(engine, true); !was {
		s.cfg.Logger.WarnContext(ctx, "recommendations not found", slog.String("engine", engine), slog.String("error", err.Error()))
	}
}

// query is what engines are asked.
func (r Request) query(n int) Query {
	return Query{Tenant: r.Tenant, User: r.User, Session: r.Session, Like: r.Like, N: n, Context: r.Context}
}

// source is where candidates come from.
type source struct {
	name   string
	budget time.Duration
	find   func(context.Context, Query) ([]Scored, error)
	model  func(context.Context) string
}

// sources are the engines in the order in which they are asked, and what stands in for them.
func (s *Shelf) sources(r Request) []source {
	list := make([]source, 0, len(s.cfg.Before)+3)
	add := func(e Engine, model func(context.Context) string) {
		find := e.Recommend
		if r.Like != "" {
			find = e.Similar
		}
		list = append(list, source{e.Name(), s.cfg.Budget, find, model})
	}
	for _, e := range s.cfg.Before {
		add(e, func(ctx context.Context) string {
			// An engine that answers may be slow to say from what: then the list is shown without that.
			model, _ := inTime(ctx, s.cfg.Budget, func(ctx context.Context) (string, error) { return e.Health(ctx).Model, nil })
			return model
		})
	}
	add(s.memory, func(ctx context.Context) string { return s.memory.Health(ctx).Model })
	none := func(context.Context) string { return "" }
	return append(list, source{"popular", s.cfg.Budget, s.memory.Popular, none}, source{"latest", s.cfg.Budget, s.latest, none})
}

// latest finds what came into the programme last.
func (s *Shelf) latest(_ context.Context, q Query) ([]Scored, error) {
	e := s.memory.Programme().Now()
	var found []Scored
	for i := range e.Len() {
		item := e.At(i)
		if item.Hidden || !item.For(q.Tenant) {
			continue
		}
		last := Scored{Item: item.ID, Score: float64(item.Added.Unix())}
		if isNew(item, q.Context.Now) {
			last.Why.Code = BecauseNew
		}
		found = append(found, last)
	}
	sortScored(found)
	return found[:min(len(found), q.N)], nil
}

// inTime asks, and goes on without an answer when the time is over, whether who is asked heeds that or not.
func inTime[T any](ctx context.Context, budget time.Duration, ask func(context.Context) (T, error)) (T, error) {
	ctx, stop := context.WithTimeout(ctx, budget)
	type outcome struct {
		found T
		err   error
	}
	done := make(chan outcome, 1)
	go func() { // ends with who is asked; nobody waits for it longer than the budget
		defer stop()
		found, err := ask(ctx)
		done <- outcome{found, err}
	}()
	select {
	case o := <-done:
		return o.found, o.err
	case <-ctx.Done():
		select {
		case o := <-done:
			return o.found, o.err
		default:
			var none T
			return none, ctx.Err()
		}
	}
}
