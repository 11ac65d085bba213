package adserver

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// erased are those who were erased of late. What still comes of ads that were chosen for them before is nobody's. It is safe for concurrent use.
//
// The database numbers erasures; each node carries out those of all nodes, in this order: what comes of older ads is nobody's from now on; what came
// before is brought to the database; there it is deleted, and here forgotten; that is saved; and it is noted up to which number that is done. A node that
// ends in between does it all again.
type erased struct {
	turn sync.Mutex // one at a time
	upto uint64     // number up to which they are carried out here; for who has the turn
	own  map[uint64]struct{}

	times atomic.Uint64 // how often somebody was erased, raised before it is noted who
	mu    sync.RWMutex
	since map[uint64]since
}

// since is from which ad on somebody is known again.
type since struct {
	epoch  uint32
	serial uint64 // the last one that is nobody's
	at     time.Time
	nth    uint64 // of erased.times
}

// unless returns a user, or zero when he was erased since the ad was chosen.
func (x *erased) unless(user uint64, epoch uint32, serial uint64) uint64 {
	if user == 0 {
		return 0
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if s, ok := x.since[user]; ok && (s.epoch != epoch || serial <= s.serial) {
		return 0
	}
	return user
}

// meanwhile reports whether somebody was erased since so many had been.
func (x *erased) meanwhile(user, times uint64) bool {
	if x.times.Load() == times {
		return false
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.since[user].nth > times
}

// note has the ads that were chosen up to now be nobody's.
func (x *erased) note(users []uint64, epoch uint32, serial *atomic.Uint64, now time.Time) {
	nth := x.times.Add(1) // first: a decision that is under way sees this, or has a serial that is not higher
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.since == nil {
		x.since = map[uint64]since{}
	}
	for _, user := range users {
		x.since[user] = since{epoch, serial.Load(), now, nth}
	}
}

// trim lets go of those whose ads from before are refused by their age.
func (x *erased) trim(now time.Time, keep time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for user, s := range x.since {
		if now.Sub(s.at) > keep+slack {
			delete(x.since, user)
		}
	}
}

// Erase forgets a publisher's visitor: what he has seen, hidden, asked for and clicked. What was billed stays, without him; and what comes of ads that he
// has in sight is billed, and is nobody's. Other nodes follow within askPeriod. His number, of which nobody makes anything without the key, stays in the
// journal until it is trimmed, and for 90 days in the database as that of somebody who was erased. An error means that it is to be asked for again. Errors:
// Invalid about the publisher or the id, ErrUnavailable.
func (e *Engine) Erase(ctx context.Context, publisher, id string) error {
	user, err := e.known(publisher, id)
	if err != nil {
		return err
	}
	x := &e.users.erased
	x.turn.Lock()
	defer x.turn.Unlock()
	if err := e.part(ctx, user); err != nil {
		return err
	}
	number, err := e.store.Erase(ctx, user)
	if err != nil {
		return fmt.Errorf("adserver: erase: %w", err)
	}
	e.users.mu.Lock()
	e.users.asked++
	delete(e.users.plain, user)
	delete(e.users.hidden, user)
	e.users.mu.Unlock()
	if err := e.forget(user); err != nil {
		return err
	}
	if number != x.upto+1 { // others come first, of which this node has not heard yet
		x.own[number] = struct{}{}
		return nil
	}
	return e.carriedOut(ctx, number)
}

// part has what comes of older ads be nobody's, and brings what came before to the database.
func (e *Engine) part(ctx context.Context, users ...uint64) error {
	e.users.erased.note(users, e.epoch, &e.serial, e.cfg.Now())
	// Whoever did not see the note is in the journal, and counted in the caps, once its lock was held.
	if err := e.journal.Last().Wait(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if err := e.flush(ctx); err != nil {
		return fmt.Errorf("adserver: erase: %w", err)
	}
	return nil
}

// forget forgets what users have seen, and saves that.
func (e *Engine) forget(users ...uint64) error {
	for _, user := range users {
		e.caps.Forget(user)
	}
	return e.checkpoint()
}

// carriedOut notes that all erasures up to one are carried out here.
func (e *Engine) carriedOut(ctx context.Context, number uint64) error {
	if err := e.store.HearErasures(ctx, e.cfg.Node, number); err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	x := &e.users.erased
	x.upto = number
	for n := range x.own {
		if n <= number {
			delete(x.own, n)
		}
	}
	return nil
}

// recall is hearErased at start-up. Ads of earlier lives are nobody's for those who were erased while these may still be seen or clicked.
func (e *Engine) recall(ctx context.Context) (err error) {
	x := &e.users.erased
	x.own = map[uint64]struct{}{}
	if x.upto, err = e.store.HeardErasures(ctx, e.cfg.Node); err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	recent, err := e.store.Erasures(ctx, x.upto, e.cfg.ClickFor+slack)
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	users := make([]uint64, 0, len(recent))
	for _, r := range recent {
		users = append(users, r.User)
	}
	x.note(users, e.epoch, &e.serial, e.cfg.Now())
	return e.hearErased(ctx)
}

// hearErased carries out what other nodes were asked for, and what was not carried out here to the end.
func (e *Engine) hearErased(ctx context.Context) error {
	x := &e.users.erased
	x.turn.Lock()
	defer x.turn.Unlock()
	x.trim(e.cfg.Now(), e.cfg.ClickFor)
	news, err := e.store.Erasures(ctx, x.upto, 0)
	if err != nil || len(news) == 0 {
		return err
	}
	var users []uint64
	for _, n := range news {
		if _, done := x.own[n.Number]; !done {
			users = append(users, n.User)
		}
	}
	if len(users) > 0 {
		if err := e.part(ctx, users...); err != nil {
			return err
		}
		if err := e.store.EraseClicks(ctx, e.cfg.Node, users); err != nil {
			return fmt.Errorf("adserver: %w", err)
		}
		if err := e.forget(users...); err != nil {
			return err
		}
	}
	return e.carriedOut(ctx, news[len(news)-1].Number)
}
