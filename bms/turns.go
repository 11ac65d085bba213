package bms

import (
	"context"
	"fmt"
	"sync"
)

// turns lets those who want to change the same thing do so one after another within
// this process. It only saves work: a gateway's answer and its notification
// often arrive at once, and the loser of that race would have its whole batch judged again.
// Between processes the versions of rows decide.
type turns struct {
	mu    sync.Mutex
	taken map[string]*turn
}

// turn is held by one and waited for by others.
type turn struct {
	free    chan struct{} // holds one token while nobody has the turn
	waiting int           // those who hold it or wait for it
}

func newTurns() *turns { return &turns{taken: map[string]*turn{}} }

// take waits for the turn on key and returns how to give it back.
func (t *turns) take(ctx context.Context, key string) (giveBack func(), err error) {
	t.mu.Lock()
	own := t.taken[key]
	if own == nil {
		own = &turn{free: make(chan struct{}, 1)}
		own.free <- struct{}{}
		t.taken[key] = own
	}
	own.waiting++
	t.mu.Unlock()
	select {
	case <-own.free:
		return func() {
			own.free <- struct{}{}
			t.leave(key, own)
		}, nil
	case <-ctx.Done():
		t.leave(key, own)
		return nil, fmt.Errorf("wait for %s: %w", key, ctx.Err())
	}
}

// leave forgets a turn that nobody wants any more.
func (t *turns) leave(key string, own *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if own.waiting--; own.waiting == 0 {
		delete(t.taken, key)
	}
}
