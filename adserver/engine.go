package adserver

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/frequency"
	"github.com/marquee-tickets/marquee/adserver/journal"
	"github.com/marquee-tickets/marquee/adserver/pacing"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Engine decides and counts. It is safe for concurrent use.
type Engine struct {
	cfg     Config
	store   *store.DB
	ring    *token.Ring
	journal *journal.Journal
	caps    *frequency.Table
	live    *live
	users   users
	key     [sha256.Size]byte // of the hashes of users
	current atomic.Pointer[snapshot]

	epoch uint32
	began time.Time // this life

	replaced atomic.Bool // a later life of the node has begun
	serial   atomic.Uint64
	used     used
	turns    turns

	pictures, videos held
	clickable        clickable
	crowds           crowds
	lately           lately
	tracked          tracked
	street           street
	names            names
	tally            tally
	works            sync.Pool
	counters         Counters
	marks            marks
	curve            *pacing.Curve
	flushing         sync.Mutex // one batch at a time, or the later of two is refused and whoever waits for it fails
	reloading        sync.Mutex // one catalogue at a time, or one that was read earlier could take the place of a later one
	saving           sync.Mutex // one checkpoint at a time, or an older one could take the place of a newer
	lessor           *lessor    // nil when budgets are this node's alone
}

// Errors of what is asked of an Engine.
var (
	// ErrElsewhere says that a token is another node's: Token.Node says whose.
	ErrElsewhere = fault.New(fault.Conflict, "elsewhere", "this address belongs to another server")
	// ErrUnavailable says that nothing can be counted at the moment.
	ErrUnavailable = fault.New(fault.Unavailable, "not_counting", "the ad server cannot count at the moment; please try again")
)

// Open brings an engine to where the one before it ended: budgets, caps and the marks of tokens are as they were. Run it, and Close it. Errors: a field of
// Config, the folder is in use, the journal is damaged, the database does not answer.
func Open(ctx context.Context, db *store.DB, cfg Config) (*Engine, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	ring, err := token.NewRing(cfg.Keys...)
	if err != nil {
		return nil, fmt.Errorf("adserver: Config.Keys: %w", err)
	}
	caps, err := frequency.New(cfg.Caps)
	if err != nil {
		return nil, fmt.Errorf("adserver: Config.Caps: %w", err)
	}
	e := &Engine{
		cfg: cfg, store: db, ring: ring, caps: caps, live: newLive(cfg.Shared), curve: pacing.Flat(), key: sha256.Sum256(cfg.Secret), began: cfg.Now(),
	}
	if err := e.street.open(&e.cfg); err != nil {
		return nil, err
	}
	e.works.New = func() any { return new(work) }
	if cfg.Shared {
		e.lessor = newLessor(db, e.live, cfg)
	}
	if err := e.open(ctx); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *Engine) open(ctx context.Context) (err error) {
	folder, err := e.folder()
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	// The number of this life is durable before anything is made with it.
	life, err := e.store.Begin(ctx, e.cfg.Node, folder)
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	applied := life.Applied
	e.epoch = life.Epoch
	e.used.begin(e.epoch)
	e.journal, err = journal.Open(journal.Config{Dir: e.journalDir(), First: applied, Logger: e.cfg.Logger})
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	if e.journal.Next() < applied {
		err = fmt.Errorf("adserver: the journal in %s ends before what the database has of node %d: it is an old copy; move it away, or give another node number",
			e.cfg.Dir, e.cfg.Node)
	}
	if err == nil {
		err = e.recover(ctx, applied)
	}
	if err == nil && e.lessor != nil {
		err = e.join(ctx)
	}
	if err == nil {
		err = e.Reload(ctx)
	}
	if err != nil {
		return errors.Join(err, e.journal.Close())
	}
	return nil
}

// Close brings what is counted to the database and closes the journal. Requests and Run must have ended before.
func (e *Engine) Close(ctx context.Context) error {
	err := errors.Join(e.tallied(), e.journal.Last().Wait(ctx), e.flush(ctx))
	if err == nil && e.lessor != nil {
		err = e.store.Leave(ctx, e.lessor.node) // only now: what is not in the books yet is spent from leases
		if errors.Is(err, store.ErrReplaced) {
			err = nil // it has none any more
		}
	}
	return errors.Join(err, e.checkpoint(), e.journal.Close())
}

// Healthy returns why the engine can serve no paid ads, nil when it can.
func (e *Engine) Healthy() error {
	if err := e.journal.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if e.replaced.Load() {
		return fmt.Errorf("%w: %w", ErrUnavailable, store.ErrReplaced)
	}
	if age := e.cfg.Now().Sub(e.marks.heard()); age > maxSilence {
		return fmt.Errorf("%w: the database was last heard %s ago", ErrUnavailable, age.Round(time.Second))
	}
	return e.lessor.sound()
}

// maxSilence is how long the catalogue may not have been heard of before nothing that costs money is served: somebody may have stopped it.
const maxSilence = time.Minute

// Reload reads the catalogue anew. Run does it at each change.
func (e *Engine) Reload(ctx context.Context) error {
	e.reloading.Lock()
	defer e.reloading.Unlock()
	catalog, version, err := e.store.Catalog(ctx)
	if err != nil {
		return fmt.Errorf("adserver: read the catalogue: %w", err)
	}
	credits, err := e.store.PaidIn(ctx)
	if err != nil {
		return fmt.Errorf("adserver: read balances: %w", err)
	}
	if err := e.live.follow(catalog, credits, e.cfg.Now(), e.curve); err != nil {
		e.cfg.Logger.ErrorContext(ctx, "pace of a line", slog.String("error", err.Error()))
	}
	e.lessor.poke()
	rerate(e.live.all())
	e.current.Store(e.compile(catalog, version))
	e.marks.hear(e.cfg.Now())
	return nil
}
