package gorse

import (
	"context"
	"log/slog"

	"github.com/marquee-tickets/marquee/recommend"
)

// step is what of a batch can be sent together: the order within it does not matter, that of the steps does.
type step struct {
	items     []recommend.Item
	users     []recommend.User
	feedback  []recommend.Feedback
	withdrawn []recommend.Withdrawn
	forgotten recommend.UserID
}

// stepsOf cuts changes where their order matters: a withdrawal or a forgetting comes after all that was before it, and before all that
// follows. Of items and people what is said last counts, and feedback makes those that it names, so that these go together.
func stepsOf(changes []recommend.Change) []step {
	var list []step
	var open step
	cut := func() {
		if !open.empty() {
			list = append(list, open)
		}
		open = step{}
	}
	for _, c := range changes {
		if c.Forgotten != "" {
			cut()
			list = append(list, step{forgotten: c.Forgotten})
			continue
		}
		if taken := c.Withdrawn != nil; taken != (len(open.withdrawn) > 0) {
			cut()
		}
		open.add(c)
	}
	cut()
	return list
}

// add puts a change into the step; one without anything in it adds nothing.
func (s *step) add(c recommend.Change) {
	switch {
	case c.Item != nil:
		s.items = append(s.items, *c.Item)
	case c.User != nil:
		s.users = append(s.users, *c.User)
	case c.Feedback != nil:
		s.feedback = append(s.feedback, *c.Feedback)
	case c.Withdrawn != nil:
		s.withdrawn = append(s.withdrawn, *c.Withdrawn)
	}
}

func (s step) empty() bool {
	return len(s.items)+len(s.users)+len(s.feedback)+len(s.withdrawn) == 0 && s.forgotten == ""
}

// deliver sends a step. An error means that it may be sent in part, and can be sent again as a whole.
func (f *Feed) deliver(ctx context.Context, s step) error {
	if s.forgotten != "" {
		return send(ctx, f, []recommend.UserID{s.forgotten}, func(ctx context.Context, list []recommend.UserID) error {
			return f.engine.Forget(ctx, list[0])
		})
	}
	if err := send(ctx, f, s.items, f.engine.UpsertItems); err != nil {
		return err
	}
	if err := send(ctx, f, s.users, f.engine.UpsertUsers); err != nil {
		return err
	}
	if err := send(ctx, f, s.feedback, f.engine.Record); err != nil {
		return err
	}
	return send(ctx, f, s.withdrawn, f.engine.Withdraw)
}

// send hands over a list. One that is refused is halved until what it is refused for stands alone, and is left out.
func send[T any](ctx context.Context, f *Feed, list []T, to func(context.Context, []T) error) error {
	if len(list) == 0 {
		return nil
	}
	err := to(ctx, list)
	switch {
	case err == nil:
		f.delivered.Add(uint64(len(list)))
		return nil
	case !Refused(err):
		return err
	case len(list) == 1:
		f.refused.Add(1)
		f.cfg.Logger.LogAttrs(ctx, slog.LevelError, "gorse refuses a change", slog.Any("error", err))
		return nil
	}
	if err := send(ctx, f, list[:len(list)/2], to); err != nil {
		return err
	}
	return send(ctx, f, list[len(list)/2:], to)
}
