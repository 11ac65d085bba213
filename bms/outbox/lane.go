package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// lane is a sink with its queue. One goroutine delivers from it.
type lane struct {
	session *session
	sink    Sink
	name    string
	topics  []string
	queue   chan task
	behind  bool // owned by the claimer: the sink does not keep up, so the others do not wait for it

	filling sync.Mutex // held while the tasks of a claim are queued: they are gathered together, not as far as they have come

	mu     sync.Mutex
	pace   time.Duration // how long a message takes, smoothed
	booked time.Time     // until when the messages put back so far will keep the sink busy
}

func newLane(s *session, sink Sink) *lane {
	return &lane{
		session: s,
		sink:    sink,
		name:    sink.Name(),
		topics:  sink.Topics(),
		queue:   make(chan task, 2*s.cfg.Batch),
	}
}

// wants reports whether the sink takes messages of the topic.
func (l *lane) wants(topic string) bool {
	return l.topics == nil || slices.ContainsFunc(l.topics, func(t string) bool {
		return t == topic || strings.HasSuffix(t, ".") && strings.HasPrefix(topic, t)
	})
}

// roomy reports whether the queue takes a whole batch.
func (l *lane) roomy() bool { return cap(l.queue)-len(l.queue) >= l.session.cfg.Batch }

// run delivers what is queued until the queue is closed and empty.
func (l *lane) run(ctx context.Context) {
	for first := range l.queue {
		batch := l.gather(first)
		l.session.signal()
		l.deliver(ctx, batch)
	}
}

// fill queues tasks as long as there is room and returns how many it has queued.
func (l *lane) fill(tasks []task) int {
	l.filling.Lock()
	defer l.filling.Unlock()
	for i, t := range tasks {
		select {
		case l.queue <- t:
		default:
			return i
		}
	}
	return len(tasks)
}

// gather returns first and what else is queued now, up to a batch.
func (l *lane) gather(first task) []task {
	l.filling.Lock()
	defer l.filling.Unlock()
	batch := []task{first}
	for len(batch) < l.session.cfg.Batch {
		select {
		case t, ok := <-l.queue:
			if !ok {
				return batch
			}
			batch = append(batch, t)
		default:
			return batch
		}
	}
	return batch
}

// deliver hands over the batch at once and, when that fails, message by message.
func (l *lane) deliver(ctx context.Context, batch []task) {
	batch = slices.DeleteFunc(batch, l.putBackIfLate)
	if len(batch) == 0 {
		return
	}
	err := l.try(ctx, batch)
	if err == nil {
		l.session.served(batch)
		return
	}
	if len(batch) == 1 {
		l.fail(ctx, batch[0], err)
		return
	}
	for i, t := range batch {
		if l.putBackIfLate(t) {
			continue
		}
		if err := l.try(ctx, batch[i:i+1]); err != nil {
			l.fail(ctx, t, err)
		} else {
			l.session.served(batch[i : i+1])
		}
	}
}

// putBackIfLate gives back a task that is too late to begin with: its lease is
// half over, or the session stops. It reports whether it did.
func (l *lane) putBackIfLate(t task) bool {
	now := l.session.cfg.Now()
	stopping := l.session.stopping.Load()
	if !stopping && now.Before(l.session.claimedAt(t.flight).Add(l.session.cfg.Lease/2)) {
		return false
	}
	l.session.putBack(t, l.name, now)
	return true
}

// fail counts a failure, unless it came of stopping.
func (l *lane) fail(ctx context.Context, t task, err error) {
	if ctx.Err() != nil {
		l.session.putBack(t, l.name, l.session.cfg.Now())
		return
	}
	l.session.failed(t, l.name, err)
}

// try makes one delivery and measures it.
func (l *lane) try(ctx context.Context, batch []task) error {
	ctx, cancel := context.WithTimeout(ctx, l.session.cfg.Lease/3)
	defer cancel()
	messages := make([]Message, len(batch))
	for i, t := range batch {
		messages[i] = t.flight.record.Message
	}
	begin := l.session.cfg.Now()
	err := l.call(ctx, messages)
	l.measure(l.session.cfg.Now().Sub(begin) / time.Duration(len(batch)))
	return err
}

// call makes a panic of the sink an error.
func (l *lane) call(ctx context.Context, messages []Message) (err error) { //nolint:nonamedreturns // recover needs it
	defer func() {
		if v := recover(); v != nil {
			l.session.cfg.Logger.LogAttrs(ctx, slog.LevelError, "sink panicked",
				slog.String("sink", l.name), slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("sink %s panicked: %v", l.name, v)
		}
	}()
	return l.sink.Deliver(ctx, messages)
}

// measure updates the pace: an average in which the latest delivery weighs a quarter.
func (l *lane) measure(perMessage time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pace += (perMessage - l.pace) / 4
}

// returnAt says when a message that found the queue full should come back:
// after those put back before it, at the pace of the sink.
func (l *lane) returnAt(now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if earliest := now.Add(l.session.cfg.Idle); l.booked.Before(earliest) {
		l.booked = earliest
	}
	if latest := now.Add(l.session.cfg.BackoffMax); l.booked.After(latest) {
		l.booked = latest
	}
	l.booked = l.booked.Add(l.pace.Truncate(time.Microsecond))
	return l.booked
}
