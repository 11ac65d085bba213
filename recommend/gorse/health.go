package gorse

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// Live asks whether the server runs and how its stores are. It needs no key and does not mind the circuit.
func (c *Client) Live(ctx context.Context) (Health, error) { return c.health(ctx, "live") }

// Ready asks whether the server can work. A server whose stores are away is not ready, which is no error. It needs no key and does not
// mind the circuit.
func (c *Client) Ready(ctx context.Context) (Health, error) { return c.health(ctx, "ready") }

func (c *Client) health(ctx context.Context, which string) (Health, error) {
	a, err := c.get(ctx, nil, "health", which)
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusServiceUnavailable {
		return Health{Says: e.Text}, nil
	}
	if err != nil {
		return Health{}, err
	}
	return decodeHealth(a.body)
}

// askReady fails unless the server is ready.
func (c *Client) askReady(ctx context.Context) error {
	h, err := c.Ready(ctx)
	if err == nil && !h.Ready {
		return &Error{Status: http.StatusServiceUnavailable, Text: h.Says}
	}
	return err
}

// Check fails with a sentence for the operator when the server is not ready, is too old or does not take the key.
func (c *Client) Check(ctx context.Context) error {
	if err := c.askReady(ctx); err != nil {
		return err
	}
	c.known.Store(false)
	return c.guarded(ctx, "check the gorse server", func(ctx context.Context) error {
		_, err := c.get(ctx, bound(1), "items")
		return err
	})
}

// knowVersion fails with ErrTooOld for a server of v0.4, which alone has a list of what is popular at this place. It asks until it
// has had an answer once.
func (c *Client) knowVersion(ctx context.Context) error {
	if c.known.Load() {
		return nil
	}
	a, err := c.get(ctx, bound(1), "popular")
	e, answered := errors.AsType[*Error](err)
	switch {
	case err == nil:
		var list []json.RawMessage
		if err := decode(a.body, &list); err != nil {
			return err // it is no Gorse at all
		}
		return ErrTooOld
	case answered && e.Status == http.StatusNotFound:
		c.known.Store(true)
		return nil
	}
	return err
}

// pulseFor is how long the health of an engine is remembered, which is for pages, too.
const pulseFor = 5 * time.Second

// pulse is how the server was a moment ago.
type pulse struct {
	mu   sync.Mutex
	last recommend.Health
	at   time.Time
}

// Health says whether the server is ready, and when it learnt last. What it says may be 5 seconds old. It waits for
// EngineConfig.Pulse at most.
func (e *Engine) Health(ctx context.Context) recommend.Health {
	if e.client.Down() {
		return recommend.Health{Says: "the Gorse server has failed often and is left alone for some seconds"}
	}
	e.pulse.mu.Lock()
	defer e.pulse.mu.Unlock()
	if now := e.cfg.Now(); e.pulse.at.IsZero() || now.Sub(e.pulse.at) >= pulseFor {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.cfg.Pulse) // a visitor who leaves says nothing of the server
		defer cancel()
		e.pulse.last, e.pulse.at = e.feel(ctx), now
	}
	return e.pulse.last
}

// feel asks the server.
func (e *Engine) feel(ctx context.Context) recommend.Health {
	ready, err := e.client.Ready(ctx)
	switch {
	case err != nil:
		return recommend.Health{Says: err.Error()}
	case !ready.Ready:
		return recommend.Health{Says: ready.Says}
	}
	popular, err := e.client.NonPersonalized(ctx, e.cfg.Popular, Ask{N: 1})
	if err != nil {
		return recommend.Health{Says: err.Error()}
	}
	h := recommend.Health{OK: true, Since: popular.Made}
	if !popular.Made.IsZero() {
		h.Model = popular.Made.Format(time.RFC3339)
	}
	return h
}
