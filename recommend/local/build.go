package local

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

const (
	fewPeople   = 2    // who must have to do with a key for it to be learnt
	mostChoices = 1000 // of one person that are learnt from, the newest ones
	ownFrom     = 1000 // choices that a tenant needs for a model of its own
)

// relearn rebuilds now and then, when there is something new.
func (e *Engine) relearn(ctx context.Context) {
	wait := time.Duration(0)
	if e.Health(ctx).Model != "" {
		wait = e.cfg.Rebuild
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = e.cfg.Rebuild
		if e.news.Load() == 0 && e.Health(ctx).Model != "" {
			continue
		}
		if err := e.Rebuild(ctx); err != nil && ctx.Err() == nil {
			e.cfg.Logger.ErrorContext(ctx, "recommendations not learnt", slog.String("error", err.Error()))
		}
	}
}

// Rebuild learns from all feedback anew, for all people together and for each tenant that has enough of its own, and keeps what was
// learnt. Answers go on meanwhile. One rebuild runs at a time; others wait.
func (e *Engine) Rebuild(ctx context.Context) error {
	e.building.Lock()
	defer e.building.Unlock()
	seen := e.news.Load()
	began := e.cfg.Now()
	people, err := e.gather(ctx)
	if err != nil {
		return err
	}
	brains := map[recommend.Tenant]*brain{}
	for _, tenant := range people.tenants() {
		b, err := e.learn(ctx, people.of(tenant), began)
		if err != nil {
			return fmt.Errorf("learn for %q: %w", tenant, err)
		}
		brains[tenant] = b
		if err := e.journal.SaveModel(ctx, tenant, b.version, began, b.encode()); err != nil {
			return fmt.Errorf("keep the model: %w", err)
		}
	}
	e.mu.Lock()
	e.brains, e.learnt = brains, began
	e.mu.Unlock()
	e.news.Add(-seen)
	e.refresh()
	e.cfg.Logger.InfoContext(ctx, "recommendations learnt", slog.Int("people", len(people.rows)), slog.Int("models", len(brains)), slog.Duration("took", e.cfg.Now().Sub(began)))
	return nil
}

// crowd is who chose what.
type crowd struct {
	rows []row
}

// row is what one person chose.
type row struct {
	user    recommend.UserID
	choices []choice
}

type choice struct {
	tenant recommend.Tenant // of the item
	keys   []recommend.Weighted
	value  float64
	at     time.Time
}

// gather reads all feedback: for what is learnt, and for what is popular.
func (e *Engine) gather(ctx context.Context) (*crowd, error) {
	edition := e.programme.Now()
	c := &crowd{}
	var deeds []deed
	var user recommend.UserID
	flush := func() {
		if len(deeds) > 0 {
			c.add(user, deeds, edition)
		}
		deeds = deeds[:0]
	}
	err := e.readAll(ctx, func(f recommend.Feedback) {
		if f.User != user {
			flush()
			user = f.User
		}
		deeds = append(deeds, deedOf(f))
	})
	flush()
	return c, err
}

// takePulse reads what is popular from the journal.
func (e *Engine) takePulse(ctx context.Context) error {
	return e.readAll(ctx, func(recommend.Feedback) {})
}

// readAll reads all feedback of the window, and counts what is popular from it anew. What is recorded meanwhile is counted too.
func (e *Engine) readAll(ctx context.Context, fn func(recommend.Feedback)) error {
	e.mu.Lock()
	e.reading, e.missed = true, nil
	e.mu.Unlock()
	now := e.cfg.Now()
	edition := e.programme.Now()
	p := newPulse()
	err := e.journal.EachFeedback(ctx, now.Add(-e.cfg.Window), func(f recommend.Feedback) error {
		item, _ := edition.Item(f.Item)
		if f.At.Before(now) {
			p.add(f, item)
		}
		fn(f)
		return ctx.Err()
	})
	e.mu.Lock()
	defer e.mu.Unlock()
	missed := e.missed
	e.reading, e.missed = false, nil
	if err != nil {
		return fmt.Errorf("read feedback: %w", err)
	}
	for _, f := range missed {
		if !f.At.Before(now) {
			item, _ := edition.Item(f.Item)
			p.add(f, item)
		}
	}
	e.pulse = p
	return nil
}

// add takes in what a person did with items that are known.
func (c *crowd) add(user recommend.UserID, deeds []deed, e *recommend.Edition) {
	slices.SortStableFunc(deeds, func(a, b deed) int { return b.at.Compare(a.at) })
	strongest := map[recommend.ItemID]int{}
	r := row{user: user}
	for _, d := range deeds {
		v := worth(d.kind) * d.value
		item, known := e.Item(d.item)
		if v <= 0 || !known {
			continue
		}
		if i, again := strongest[d.item]; again {
			r.choices[i].value = max(r.choices[i].value, v)
			continue
		}
		if len(r.choices) < mostChoices {
			strongest[d.item] = len(r.choices)
			r.choices = append(r.choices, choice{item.Tenant, item.Keys(), v, d.at})
		}
	}
	if len(r.choices) > 0 {
		c.rows = append(c.rows, r)
	}
}

// tenants are those that have a model: all together first, then who has enough to learn from.
func (c *crowd) tenants() []recommend.Tenant {
	sum := map[recommend.Tenant]int{}
	for _, r := range c.rows {
		for _, x := range r.choices {
			sum[x.tenant]++
		}
	}
	list := []recommend.Tenant{""}
	for _, t := range slices.Sorted(maps.Keys(sum)) {
		if t != "" && sum[t] >= ownFrom && len(sum) > 1 {
			list = append(list, t)
		}
	}
	return list
}

// of are the choices among a tenant's items; all for the empty tenant.
func (c *crowd) of(t recommend.Tenant) *crowd {
	if t == "" {
		return c
	}
	own := &crowd{}
	for _, r := range c.rows {
		mine := row{user: r.user}
		for _, x := range r.choices {
			if x.tenant == t {
				mine.choices = append(mine.choices, x)
			}
		}
		if len(mine.choices) > 0 {
			own.rows = append(own.rows, mine)
		}
	}
	return own
}

// keys are those that enough people have to do with, the most frequent first.
func (c *crowd) keys() []recommend.Key {
	count := map[recommend.Key]int{}
	for _, r := range c.rows {
		seen := map[recommend.Key]bool{}
		for _, x := range r.choices {
			for _, k := range x.keys {
				if !seen[k.Key] {
					seen[k.Key] = true
					count[k.Key]++
				}
			}
		}
	}
	maps.DeleteFunc(count, func(_ recommend.Key, n int) bool { return n < fewPeople })
	list := slices.Collect(maps.Keys(count))
	slices.SortFunc(list, func(a, b recommend.Key) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	return list
}

// learn makes a model of a crowd.
func (e *Engine) learn(ctx context.Context, c *crowd, now time.Time) (*brain, error) {
	b := &brain{keys: c.keys(), number: map[recommend.Key]int32{}}
	for i, k := range b.keys {
		b.number[k] = int32(i)
	}
	m := &learn.Matrix{Cols: len(b.keys)}
	for _, r := range c.rows {
		var list []learn.Entry
		for _, x := range r.choices {
			for _, k := range b.entries(x.keys) {
				list = append(list, learn.Entry{Col: k.Col, Value: k.Value * float32(x.value)})
			}
			b.weight += x.value
		}
		m.Rows = append(m.Rows, damped(learn.Row(list)))
	}
	near, how, err := e.tuned.fit(ctx, m, e.cfg.Exact)
	if err != nil {
		return nil, err
	}
	b.near, b.version = near, fmt.Sprintf("%s-%s", how, now.UTC().Format("20060102T150405.000"))
	return b, nil
}

// damped makes people who choose a lot count a little less for each choice: they choose less carefully.
func damped(list []learn.Entry) []learn.Entry {
	by := float32(math.Pow(float64(max(len(list), 1)), -.1))
	for i := range list {
		list[i].Value *= by
	}
	return list
}
