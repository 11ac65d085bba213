package gorse

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// Name is what Engine.Name returns.
const Name = "gorse"

// EngineConfig says which lists of the server an Engine asks for. The zero value suits deploy/gorse/config.toml.
type EngineConfig struct {
	// Popular is the non-personalized list whose scores count bookings. Empty means "popular".
	Popular string

	// Alike is the item-to-item list by labels, of the type "tags". Empty means "alike".
	Alike string

	// Together is the item-to-item list by who books what, of the type "users". Empty means "together".
	Together string

	// Many is from how many bookings on it is said of an item that many book it. Zero means 5.
	Many float64

	// Fresh is for how long it is remembered what is popular, to give reasons for other lists. Zero means a minute.
	Fresh time.Duration

	// Pulse is how long Health waits for the server at most. Zero means 250 milliseconds.
	Pulse time.Duration

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets what goes wrong beside an answer that is given nevertheless. Nil discards it.
	Logger *slog.Logger
}

func (c EngineConfig) withDefaults() EngineConfig {
	c.Popular = orElse(c.Popular, "popular")
	c.Alike = orElse(c.Alike, "alike")
	c.Together = orElse(c.Together, "together")
	c.Many = orElse(c.Many, 5)
	c.Fresh = orElse(c.Fresh, time.Minute)
	c.Pulse = orElse(c.Pulse, 250*time.Millisecond)
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default of the seam
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c EngineConfig) validate() error {
	for field, name := range map[string]string{"Popular": c.Popular, "Alike": c.Alike, "Together": c.Together} {
		if err := checkName("EngineConfig."+field, name); err != nil {
			return fmt.Errorf("gorse: %w", err)
		}
	}
	if c.Many < 0 || c.Fresh < 0 || c.Pulse < 0 {
		return errors.New("gorse: EngineConfig.Many, EngineConfig.Fresh and EngineConfig.Pulse are above zero, or zero for the default")
	}
	return nil
}

// Engine is a recommend.Engine over a Gorse server.
//
// Scores say the order and no more: Gorse joins lists whose scores have different units. A candidate whose reason Gorse does not tell
// has none.
type Engine struct {
	client *Client
	cfg    EngineConfig
	loved  *lru.Cache[recommend.Tenant, loved]
	pulse  pulse
}

var _ recommend.Engine = (*Engine)(nil)

// NewEngine returns an engine, and calls nothing. Errors: a Config field out of bounds, by its name.
func NewEngine(client *Client, cfg EngineConfig) (*Engine, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	kept, err := lru.New[recommend.Tenant, loved](256)
	if err != nil {
		return nil, fmt.Errorf("gorse: %w", err)
	}
	return &Engine{client: client, cfg: cfg, loved: kept}, nil
}

// Name returns "gorse".
func (e *Engine) Name() string { return Name }

// UpsertItems stores items, each as a whole, in batches. It can be repeated.
func (e *Engine) UpsertItems(ctx context.Context, items []recommend.Item) error {
	list, err := validated("items", items, itemOf)
	if err != nil {
		return err
	}
	return e.client.PutItems(ctx, list)
}

// UpsertUsers stores people, each as a whole, in batches. It can be repeated.
func (e *Engine) UpsertUsers(ctx context.Context, users []recommend.User) error {
	list, err := validated("users", users, userOf)
	if err != nil {
		return err
	}
	return e.client.PutUsers(ctx, list)
}

// Record stores feedback in batches. What is recorded twice counts once.
func (e *Engine) Record(ctx context.Context, list []recommend.Feedback) error {
	mapped, err := validated("feedback", list, feedbackOf)
	if err != nil {
		return err
	}
	return e.client.PutFeedback(ctx, mapped)
}

// Withdraw takes feedback back, one after the other. What is not there is no error.
func (e *Engine) Withdraw(ctx context.Context, list []recommend.Withdrawn) error {
	for n, w := range list {
		if !w.Kind.Valid() {
			return fault.Invalidf(fmt.Sprintf("withdrawn[%d].kind", n), "must be a kind of feedback, not %q", w.Kind)
		}
		if err := e.client.DeleteFeedback(ctx, typeOf(w.Kind), string(w.User), string(w.Item)); err != nil {
			return err
		}
	}
	return nil
}

// Forget erases a person and all that they did. The list that Gorse has made for them stays in its cache until that expires.
func (e *Engine) Forget(ctx context.Context, user recommend.UserID) error {
	return e.client.DeleteUser(ctx, string(user))
}
