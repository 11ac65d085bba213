// Package groupcommit runs jobs in groups: what arrives while a group is
// running is gathered and run together as the next group. It is the mechanism
// behind one commit for many units of work.
//
//	g := groupcommit.New(256, func(batch []*request) {
//		judge(batch)
//		for _, r := range batch {
//			r.answer <- r.result
//		}
//	})
//	g.Submit(r)
//
// A Group holds no goroutine and next to no memory while it has no work, so
// that thousands of them cost nothing.
package groupcommit

import "sync"

// Group gathers jobs and runs them in groups, first come, first served, one
// group at a time. It is safe for concurrent use.
type Group[J any] struct {
	max int
	run func(batch []J)

	mu      sync.Mutex
	idle    sync.Cond // running became false
	queue   []J
	running bool // a goroutine is serving the queue
	failed  bool // a run panicked
	cause   any  // what the first one panicked with
}

// New returns a Group that calls run with at most max jobs at a time; a max
// under 1 means 1. run owns the batch that it is given and answers each
// job by itself. It answers in a deferred function when it can panic: the jobs
// that wait behind are run in any case, and Wait raises the panic.
func New[J any](max int, run func(batch []J)) *Group[J] {
	g := &Group[J]{max: max, run: run}
	if g.max < 1 {
		g.max = 1
	}
	g.idle.L = &g.mu
	return g
}

// Submit puts the job at the end of the queue and returns at once.
func (g *Group[J]) Submit(job J) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = append(g.queue, job)
	if !g.running {
		g.running = true
		go g.serve()
	}
}

// Wait returns when no job is queued or running. It panics with the value of
// the first panic of a run, if there was one.
func (g *Group[J]) Wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.running {
		g.idle.Wait()
	}
	if g.failed {
		panic(g.cause)
	}
}

// serve runs groups until the queue is empty. Submit starts it; it ends by
// itself.
func (g *Group[J]) serve() {
	ended := false
	defer func() {
		if !ended {
			g.survive(recover())
		}
	}()
	for batch := g.next(); batch != nil; batch = g.next() {
		g.run(batch)
	}
	ended = true
}

// survive goes on with the jobs behind a run that did not return: it panicked
// with cause, or left its goroutine by runtime.Goexit, which has no cause.
func (g *Group[J]) survive(cause any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if cause != nil && !g.failed {
		g.failed, g.cause = true, cause
	}
	go g.serve()
}

// next takes the next group off the queue. It is nil when the queue is empty,
// and the Group is then idle.
func (g *Group[J]) next() []J {
	g.mu.Lock()
	defer g.mu.Unlock()
	batch := g.queue
	switch {
	case len(batch) == 0:
		g.queue, g.running = nil, false
		g.idle.Broadcast()
		return nil
	case len(batch) <= g.max:
		g.queue = nil
	default:
		batch, g.queue = batch[:g.max:g.max], batch[g.max:]
	}
	return batch
}
