// Package advisor joins what the storefront asks of recommendations with package recommend: it keeps the items in step with the catalogue,
// says what can be bought, takes bookings from the outbox and translates both ways.
//
//	a, err := advisor.Open(ctx, advisor.Config{Data: "data"})
//	client, err := bms.New(db, bms.Config{Sinks: []outbox.Sink{a}, Suggester: a})
//	a.Attach(client)
//	go a.Run(ctx)
package advisor

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/experiment"
	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/local"
	"github.com/marquee-tickets/marquee/recommend/store"
	"github.com/marquee-tickets/marquee/recommend/store/postgres"
	"github.com/marquee-tickets/marquee/recommend/store/sqlite"
)

// Config says where recommendations are kept and who makes them.
type Config struct {
	// Data is the folder for the file recommend.db, which is made when it is not there. Not used with Database.
	Data string

	// Database is a PostgreSQL database to use instead of the file. Empty means the file.
	Database string

	// Gorse is where a Gorse server is asked first, such as http://127.0.0.1:8088. Empty asks none.
	Gorse string

	// GorseKey is the API key of that server.
	GorseKey string

	// Experiment is the name of the comparison that runs, one of Experiments. Empty runs none.
	Experiment string

	// Budget and Recall are those of recommend.Config: how long an engine may take, and how long what a visitor has booked. Zero means what that says.
	Budget, Recall time.Duration

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets what went wrong. Nil discards it.
	Logger *slog.Logger
}

// Advisor recommends. Attach comes before everything else but Close. It is safe for concurrent use.
type Advisor struct {
	journal *store.DB
	engine  *local.Engine
	gorse   *gorse.Engine // nil without a server
	remote  *gorse.Client // as above
	feed    *gorse.Feed   // as above
	trial   *trial        // nil when no experiment runs
	log     *slog.Logger

	budget, recall time.Duration

	client *bms.Client
	shelf  *recommend.Shelf
	on     programme
}

// Open opens the journal and the engine. The caller closes the advisor, after the client.
func Open(ctx context.Context, cfg Config) (*Advisor, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	trial, err := trialOf(cfg.Experiment)
	if err != nil {
		return nil, err
	}
	journal, err := openJournal(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("recommendations: %w", err)
	}
	a := &Advisor{journal: journal, trial: trial, log: cfg.Logger, budget: cfg.Budget, recall: cfg.Recall}
	if a.engine, err = local.Open(ctx, journal, local.Config{Now: cfg.Now, Logger: cfg.Logger}); err != nil {
		return nil, errors.Join(err, journal.Close())
	}
	if err := a.askGorse(ctx, cfg); err != nil {
		return nil, errors.Join(err, journal.Close())
	}
	return a, nil
}

func openJournal(ctx context.Context, cfg Config) (*store.DB, error) {
	if cfg.Database != "" {
		return postgres.Open(ctx, cfg.Database, "")
	}
	return sqlite.Open(ctx, filepath.Join(cfg.Data, "recommend.db"))
}

// askGorse has a Gorse server asked before the engine inside of the program. Where there is none any more, the journal keeps nothing for it.
func (a *Advisor) askGorse(ctx context.Context, cfg Config) (err error) {
	if cfg.Gorse == "" {
		return a.journal.Retire(ctx, gorse.Name)
	}
	if a.remote, err = gorse.NewClient(gorse.Config{URL: cfg.Gorse, Key: cfg.GorseKey}); err != nil {
		return err
	}
	if a.gorse, err = gorse.NewEngine(a.remote, gorse.EngineConfig{Logger: cfg.Logger}); err != nil {
		return err
	}
	a.feed, err = gorse.NewFeed(a.gorse, a.journal, gorse.FeedConfig{Catalogue: a.catalogue, Logger: cfg.Logger})
	return err
}

// catalogue gives all items to the nightly comparison with a Gorse server.
func (a *Advisor) catalogue(context.Context) iter.Seq2[recommend.Item, error] {
	return func(yield func(recommend.Item, error) bool) {
		e := a.engine.Programme().Now()
		for i := range e.Len() {
			if !yield(*e.At(i), nil) {
				return
			}
		}
	}
}

// Attach says whose catalogue it is.
func (a *Advisor) Attach(client *bms.Client) error {
	a.client = client
	cfg := recommend.Config{Budget: a.budget, Recall: a.recall, Available: a.available, Now: client.Now, Logger: a.log}
	if a.gorse != nil {
		cfg.Before = []recommend.Engine{a.gorse}
	}
	var err error
	a.shelf, err = recommend.New(a.engine, cfg)
	return err
}

// Run keeps the items in step with the catalogue, learns, and feeds the Gorse server, until ctx ends.
func (a *Advisor) Run(ctx context.Context) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	wait.Go(func() { _ = a.engine.Run(ctx) }) // returns nil
	wait.Go(func() { a.prune(ctx) })
	if a.feed != nil {
		wait.Go(func() { a.feed.Run(ctx) })
	}
	return a.follow(ctx)
}

// Close closes the journal.
func (a *Advisor) Close() error {
	if a.remote != nil {
		a.remote.Close()
	}
	return a.journal.Close()
}

const (
	pruneEvery = 6 * time.Hour
	keepNews   = 30 * 24 * time.Hour // for a Gorse server that is down
)

// prune throws away what nobody needs any more.
func (a *Advisor) prune(ctx context.Context) {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		if err := a.journal.Prune(ctx, a.client.Now().Add(-keepNews)); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "old changes of recommendations not deleted", slog.String("error", err.Error()))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// userOf is whom recommendations know a visitor as. It does not tell the visitor's id.
func userOf(visitor string) recommend.UserID {
	if visitor == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("recommendations for " + visitor))
	return recommend.UserID("usr_" + hex.EncodeToString(sum[:12]))
}

// trial is an experiment with what each arm does.
type trial struct {
	experiment.Experiment
	tastes map[string]recommend.Taste
}

// Experiments are the names of what can be compared.
func Experiments() []string { return []string{"variety", "surprise"} }

func trialOf(name string) (*trial, error) {
	usual := recommend.DefaultTaste()
	other := usual
	switch name {
	case "":
		return nil, nil //nolint:nilnil // none runs
	case "variety":
		other = recommend.Taste{Likely: 1, Explore: usual.Explore, Surprise: usual.Surprise}
	case "surprise":
		other.Surprise = !usual.Surprise
	default:
		return nil, fmt.Errorf("there is no experiment %q: choose one of %v", name, Experiments())
	}
	t := &trial{
		Experiment: experiment.Experiment{Name: name, Arms: []experiment.Arm{{Name: "usual", Share: 1}, {Name: "without", Share: 1}}},
		tastes:     map[string]recommend.Taste{"usual": usual, "without": other},
	}
	return t, t.Validate()
}
