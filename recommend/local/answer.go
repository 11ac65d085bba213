package local

import (
	"context"
	"math"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// Recommend implements recommend.Engine.
func (e *Engine) Recommend(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
	a, err := e.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	return e.view.Load().rank(a, e.cfg.Mix), nil
}

// Similar implements recommend.Engine: what those chose who chose the item, and what is like it. Who asks counts a little.
func (e *Engine) Similar(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
	v := e.view.Load()
	if _, known := v.edition.Index(q.Like); !known {
		return nil, nil
	}
	q.Session = nil
	a, err := e.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	little := .1 / max(amount(a.told), 1)
	for i := range a.told {
		a.told[i].worth *= little
	}
	a.told = append(a.told, told{item: q.Like, kind: recommend.View, worth: 1})
	mix := e.cfg.Mix
	mix.Alike, mix.Popular, mix.Trust = mix.Learnt, mix.Popular/2, 1
	return v.rank(a, mix), nil
}

// Popular implements recommend.Engine.
func (e *Engine) Popular(_ context.Context, q recommend.Query) ([]recommend.Scored, error) {
	a := e.askOf(q, &past{})
	return e.view.Load().rank(a, Mix{Popular: e.cfg.Mix.Popular, Around: e.cfg.Mix.Around, Trust: 1}), nil
}

func (e *Engine) when(c recommend.Context) time.Time {
	if !c.Now.IsZero() {
		return c.Now
	}
	return e.cfg.Now()
}

// ask finds out who asks. What they did in this session counts as what they did before; it is not kept.
func (e *Engine) ask(ctx context.Context, q recommend.Query) (*ask, error) {
	p, err := e.pastOf(ctx, q.User)
	if err != nil {
		return nil, err
	}
	if len(q.Session) > 0 {
		now := e.when(q.Context)
		deeds := make([]deed, len(q.Session))
		for i, s := range q.Session {
			if s.At.IsZero() {
				s.At = now
			}
			deeds[i] = deed{s.Item, s.Kind, 1, s.At}
		}
		p = p.with(deeds...)
	}
	return e.askOf(q, p), nil
}

func (e *Engine) askOf(q recommend.Query, p *past) *ask {
	now := e.when(q.Context)
	return &ask{Query: q, past: p, told: p.tells(), now: now, season: seasonsOf(recommend.SeasonsAt(now))}
}

// Trial returns how often an item was shown and chosen, for who tries out what is new.
func (e *Engine) Trial(item recommend.ItemID) (shown, chosen float64) {
	e.mu.Lock()
	p := e.pulse
	e.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.trials[item]
	return math.Max(t.Shown, t.Chosen), t.Chosen
}

// Settled returns the items that a person has booked or hidden.
func (e *Engine) Settled(ctx context.Context, user recommend.UserID) (map[recommend.ItemID]bool, error) {
	p, err := e.pastOf(ctx, user)
	if err != nil {
		return nil, err
	}
	return p.settled, nil
}

// Saw reports whether a person has seen an item in any way. About what was long ago it may be wrong in one of a hundred.
func (e *Engine) Saw(ctx context.Context, user recommend.UserID, item recommend.ItemID) (bool, error) {
	p, err := e.pastOf(ctx, user)
	if err != nil {
		return false, err
	}
	return p.saw(item), nil
}
