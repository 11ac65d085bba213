package local

import (
	"context"
	"log/slog"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// Journal keeps what the engine learns from. Package recommend/store has one.
type Journal interface {
	PutItems(context.Context, []recommend.Item) error
	Items(context.Context) ([]recommend.Item, error)
	PutUsers(context.Context, []recommend.User) error
	User(context.Context, recommend.UserID) (recommend.User, bool, error)
	Record(context.Context, []recommend.Feedback) error
	Withdraw(context.Context, []recommend.Withdrawn) error
	// History returns a person's feedback, the newest first.
	History(ctx context.Context, user recommend.UserID, most int) ([]recommend.Feedback, error)
	// EachFeedback calls fn with all feedback since a time, that of one person together.
	EachFeedback(ctx context.Context, since time.Time, fn func(recommend.Feedback) error) error
	Forget(context.Context, recommend.UserID) error
	// Watch calls fn with what any node writes from now on, until ctx ends.
	Watch(ctx context.Context, fn func([]recommend.Change)) error
	SaveModel(ctx context.Context, tenant recommend.Tenant, version string, at time.Time, model []byte) error
	LoadModel(context.Context, recommend.Tenant) (recommend.Model, bool, error)
}

// Config sets how the engine learns and answers. The zero Config is a good one.
type Config struct {
	// Rebuild is how often the model is learnt anew when there is something new. Zero means 10 minutes; values under a second are
	// rejected.
	Rebuild time.Duration

	// Exact is the most keys that are learnt with EASE, whose time grows with their cube; with more of them RP3 learns. Zero means
	// 2,000.
	Exact int

	// Remember is how many people's histories are kept in memory. Zero means 100,000.
	Remember int

	// Window is how far back is learnt from. Zero means two years.
	Window time.Duration

	// Mix weighs the parts of a score. The zero Mix means DefaultMix.
	Mix Mix

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets what operators should know. Nil discards it.
	Logger *slog.Logger
}

// Mix weighs the parts of a score. Each part is in standard deviations among the candidates before it is weighed.
type Mix struct {
	Learnt  float64 // who chose this also chose that
	Alike   float64 // what an item is like
	Popular float64 // what many choose here
	Around  float64 // where and when
	Trust   float64 // how many choices make the learnt part count half; above 0
}

// DefaultMix does well in the worlds of benchmarks/recommend.
func DefaultMix() Mix { return Mix{Learnt: 1, Alike: .2, Popular: .1, Around: .7, Trust: .5} }

func (c Config) withDefaults() Config {
	if c.Rebuild == 0 {
		c.Rebuild = 10 * time.Minute
	}
	if c.Exact == 0 {
		c.Exact = 2000
	}
	if c.Remember == 0 {
		c.Remember = 100_000
	}
	if c.Window == 0 {
		c.Window = 2 * 365 * 24 * time.Hour
	}
	if c.Mix == (Mix{}) {
		c.Mix = DefaultMix()
	}
	if c.Now == nil {
		c.Now = func() time.Time { return time.Now().UTC() } //nolint:forbidigo // the default of the clock seam
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) validate() error {
	switch {
	case c.Rebuild < time.Second:
		return fault.Invalidf("rebuild", "must be at least a second")
	case c.Exact < 0 || c.Exact > 10_000:
		return fault.Invalidf("exact", "must be at most 10,000 keys: the time to learn grows with their cube")
	case c.Remember < 1:
		return fault.Invalidf("remember", "must be at least 1")
	case c.Window < time.Hour:
		return fault.Invalidf("window", "must be at least an hour")
	}
	return c.Mix.validate()
}

func (m Mix) validate() error {
	for _, part := range []struct {
		field string
		value float64
	}{{"learnt", m.Learnt}, {"alike", m.Alike}, {"popular", m.Popular}, {"around", m.Around}, {"trust", m.Trust}} {
		if !(part.value >= 0 && part.value <= 1000) { // false for NaN
			return fault.Invalidf("mix."+part.field, "must be between 0 and 1000, not %v", part.value)
		}
	}
	if m.Trust == 0 {
		return fault.Invalidf("mix.trust", "must be above 0: somebody of whom nothing is known is trusted with nothing")
	}
	return nil
}

// worth is how much of a choice a kind of feedback is.
func worth(k recommend.Kind) float64 {
	switch k {
	case recommend.Book:
		return 1
	case recommend.Like:
		return .8
	case recommend.Hold:
		return .5
	case recommend.Click:
		return .25
	case recommend.View:
		return .2
	case recommend.Hide:
		return -.7
	case recommend.Shown:
	}
	return 0
}
