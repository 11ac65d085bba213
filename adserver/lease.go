package adserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// lessor leases what this node spends of budgets that nodes share, and gives back what it does not need.
//
// What is leased and what is in the books never exceed a limit together: the database sees to that. A node reserves from what it has leased, and
// a lease ends only in one of three ways: as spent, with the batch of the journal that says so; given back, after it was taken out of the account;
// or all at once, when the node leaves or joins again, and then its journal is in the books to the end. So no budget is overspent, whatever
// crashes; what a node that has crashed had leased waits for its next life.
//
// A node that does not come back is given up after Config.GiveUp, by a mark in the database that it reads before each batch and before it
// begins. What its journal still has is from then on billed to nobody. It has ceased to spend long before that, when it did not hear the
// database for maxSilence.
//
// All methods may be called on nil, which is for budgets that are one node's alone.
type lessor struct {
	db    *store.DB
	node  store.Node
	lease func(ctx context.Context, node store.Node, of store.Budget, number uint64, want, limit ads.Nano) (ads.Nano, error) // the database's
	live  *live
	cfg   Config

	gone    atomic.Bool               // the leases were given to others
	told    atomic.Bool               // that something is not billed for it
	renewed atomic.Pointer[time.Time] // when the database last knew that this node is there
	steady  atomic.Pointer[time.Time] // since when it has without a failure; nil after one

	queue  chan *liveLine
	poked  chan struct{}
	turn   chan struct{} // whoever has put something in deals
	rounds uint64
	asked  atomic.Uint64 // number of what was asked last in this life
}

// wish is what a line wants of leases.
type wish struct {
	asked atomic.Int64 // for what; zero when nothing was asked since the last deal
	dry   atomic.Bool  // there is nothing to lease for the moment, so that nobody asks
	needs ads.Nano     // what was asked for lately, for whoever has the lessor's turn
}

func newLessor(db *store.DB, live *live, cfg Config) *lessor {
	return &lessor{
		db: db, lease: db.Lease, live: live, cfg: cfg, queue: make(chan *liveLine, 1024), poked: make(chan struct{}, 1), turn: make(chan struct{}, 1),
	}
}

// join brings what an earlier life has left to the database, and begins with nothing leased.
func (e *Engine) join(ctx context.Context) error {
	e.lessor.node = store.Node{Number: e.cfg.Node, Epoch: e.epoch}
	if err := e.flush(ctx); err != nil {
		return fmt.Errorf("adserver: bring the journal of an earlier life to the database: %w", err)
	}
	if err := e.store.Join(ctx, e.lessor.node); err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	e.lessor.gone.Store(false)
	e.lessor.heard()
	return e.hear(ctx)
}

// lease does what Run does for leases.
func (e *Engine) lease(ctx context.Context, all *sync.WaitGroup) {
	all.Go(func() { e.lessor.serve(ctx) })
	all.Go(func() { e.every(ctx, lookPeriod, "lease", func() error { return e.lessor.look(ctx) }) })
	all.Go(func() { e.every(ctx, pacePeriod, "read what other nodes spend", func() error { return e.hear(ctx) }) })
	all.Go(func() { e.every(ctx, time.Minute, "take back leases", func() error { return e.lessor.reclaim(ctx) }) })
}

const (
	// lookPeriod is how often it is looked at what is used.
	lookPeriod = time.Second

	// dealers is how many leases are asked for at once.
	dealers = 4
)

// serve leases for lines that ask, until ctx ends.
func (l *lessor) serve(ctx context.Context) {
	for {
		var lines []*liveLine
		select {
		case <-ctx.Done():
			return
		case <-l.poked:
			lines = l.live.all()
		case line := <-l.queue:
			lines = append(lines, line)
			for n := len(l.queue); n > 0; n-- { // they came while the others were served
				lines = append(lines, <-l.queue)
			}
		}
		if err := l.deal(ctx, lines, false); err != nil && ctx.Err() == nil {
			l.cfg.Logger.ErrorContext(ctx, "not leased", slog.String("error", err.Error()))
		}
	}
}

// look leases what was used since the last look, and gives back what was not for long.
func (l *lessor) look(ctx context.Context) error { return l.deal(ctx, l.live.all(), true) }

// ask has somebody lease more for a line. It does not wait, and costs next to nothing.
func (l *lessor) ask(line *liveLine, needs ads.Nano) {
	if l == nil || line.wish.dry.Load() || !line.wish.asked.CompareAndSwap(0, int64(needs)) {
		return
	}
	select {
	case l.queue <- line:
	default: // the next look finds it
	}
}

// cover leases for what must be paid now, and reports whether it may have been enough.
func (l *lessor) cover(ctx context.Context, line *liveLine, needs ads.Nano) bool {
	if l == nil || l.lost() || line.wish.dry.Load() {
		return false
	}
	line.wish.asked.Store(int64(needs))
	return l.deal(ctx, []*liveLine{line}, false) == nil && !l.lost()
}

// poke has all looked at soon, for limits may have changed.
func (l *lessor) poke() {
	if l == nil {
		return
	}
	select {
	case l.poked <- struct{}{}:
	default:
	}
}

// deal leases and gives back for some lines.
func (l *lessor) deal(ctx context.Context, lines []*liveLine, tick bool) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case l.turn <- struct{}{}:
	}
	defer func() { <-l.turn }()
	if l.lost() {
		return nil
	}
	// What was begun is ended: whether a lease that nobody waited for was granted would not be known, and it would lie there.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.cfg.LeaseTimeout)
	defer cancel()
	err := l.carryOut(ctx, l.weigh(lines, tick))
	now := l.cfg.Now()
	for _, line := range lines {
		line.wish.dry.Store(line.dry(now))
	}
	return err
}

// dry reports whether there was nothing to lease of one of a line's budgets.
func (l *liveLine) dry(now time.Time) bool {
	if l.wish.needs == 0 {
		return false
	}
	for _, p := range l.parts(now) {
		if p.account == p.stake.account && p.dry(l.wish.needs) {
			return true
		}
	}
	return false
}

// order is what to lease of a budget, or below zero to give back.
type order struct {
	part
	request
}

// request is what is asked of the database.
type request struct {
	number uint64 // zero for what was not asked before
	amount ads.Nano
}

// weigh works out what to lease and what to give back.
func (l *lessor) weigh(lines []*liveLine, tick bool) []order {
	l.rounds++
	now := l.cfg.Now()
	var seen []part
	var orders []order
	for _, line := range lines {
		asked := ads.Nano(line.wish.asked.Swap(0))
		line.wish.needs = max(line.wish.needs, asked)
		times, busy := prices, asked > 0
		if line.perClick.Load() {
			times, busy = clickPrices, busy || line.outstanding.Load() > 0
		}
		for _, p := range line.parts(now) {
			if p.round != l.rounds {
				p.round = l.rounds
				seen = append(seen, p)
				if old := p.stake.account; old != nil && old != p.account { // of a day that is over
					orders = append(orders, order{part{p.stake, old, p.stake.day}, request{amount: -max(old.Left(), 0)}})
				}
				p.begin(p, tick)
			}
			p.want(line.wish.needs, times, busy)
		}
	}
	for _, p := range seen {
		amount := p.stake.weigh(tick)
		switch {
		case p.stake.unsure.amount > 0:
			orders = append(orders, order{p, p.stake.unsure})
		case amount != 0:
			orders = append(orders, order{p, request{amount: amount}})
		}
	}
	return orders
}

// carryOut asks the database for what was ordered. All are tried.
func (l *lessor) carryOut(ctx context.Context, orders []order) error {
	var all sync.WaitGroup
	errs := make([]error, dealers)
	for i := range min(dealers, len(orders)) {
		all.Go(func() {
			for n := i; n < len(orders); n += dealers {
				errs[i] = errors.Join(errs[i], l.order(ctx, orders[n]))
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

func (l *lessor) order(ctx context.Context, o order) error {
	if o.amount <= 0 {
		return l.giveBack(ctx, o.part, -o.amount)
	}
	if o.number == 0 {
		o.number = l.asked.Add(1)
	}
	o.unsure = request{o.number, o.amount}
	granted, err := l.lease(ctx, l.node, o.budget(), o.number, o.amount, o.limit)
	if l.ended(err) {
		return nil
	}
	if err != nil {
		return err // it may have been granted: the next deal asks for the same
	}
	o.unsure = request{}
	return l.giveBack(ctx, o.part, o.got(granted, o.amount))
}

// giveBack returns some of what is leased. It leaves the account first, and does not come back when it is not known whether others may have it.
func (l *lessor) giveBack(ctx context.Context, p part, n ads.Nano) error {
	if n <= 0 || p.account.Limit() == ads.MaxNano || !p.account.Shrink(n) {
		return nil
	}
	err := l.db.Return(ctx, l.node, p.budget(), n)
	if l.ended(err) { // others have it already
		return nil
	}
	return err
}

// hear learns what all nodes have spent, for paces and for people: no limit depends on it.
func (e *Engine) hear(ctx context.Context) error {
	now := e.cfg.Now()
	spending, err := e.store.Spending(ctx, sinceDay(now))
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	days := map[ledger.Spent]ads.Nano{}
	for _, s := range spending.Days {
		days[ledger.Spent{Line: s.Line, Day: s.Day}] = s.Amount
	}
	sums := map[*stake]ads.Nano{}
	accounts := map[*stake]part{}
	for _, line := range e.live.all() {
		day := line.campaign.advertiser.day(now.Unix())
		for _, p := range line.parts(now) {
			accounts[p.stake] = p
			if p.day == 0 {
				sums[p.stake] += spending.Lines[line.id]
			} else {
				sums[p.stake] += days[ledger.Spent{Line: line.id, Day: day}]
			}
		}
	}
	for s, p := range accounts {
		s.hear(sums[s], p.account)
	}
	return nil
}

// balance is what an advertiser's has left.
func (l *lessor) balance(a *liveAdvertiser) ads.Nano {
	if l == nil {
		return a.balance.Left()
	}
	return a.stake.left(&a.balance)
}
