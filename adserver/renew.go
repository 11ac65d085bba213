package adserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// heard notes that the database knows that this node is there.
func (l *lessor) heard() {
	now := l.cfg.Now()
	l.renewed.Store(&now)
	l.steady.CompareAndSwap(nil, &now)
}

// renew says that this node is there, and learns whether its leases still stand. That they do not is no error: see uncover.
func (l *lessor) renew(ctx context.Context) error {
	if l == nil || l.lost() {
		return nil
	}
	began := l.cfg.Now()
	err := l.db.Renew(ctx, l.node)
	switch {
	case l.ended(err):
		return nil
	case err != nil:
		l.steady.Store(nil)
		return err
	}
	l.renewed.Store(&began)
	l.steady.CompareAndSwap(nil, &began)
	return nil
}

// ended notes whether an error is that the leases were given to others, or to a later life of the node.
func (l *lessor) ended(err error) bool {
	if !errors.Is(err, store.ErrGone) && !errors.Is(err, store.ErrReplaced) {
		return false
	}
	l.gone.Store(true)
	return true
}

// lost reports whether the leases were given to others.
func (l *lessor) lost() bool { return l != nil && l.gone.Load() }

// uncover takes the money out of an event that no lease covers any more.
func (l *lessor) uncover(ctx context.Context, ev *ledger.Event) {
	if !l.lost() || ev.Gross == 0 {
		return
	}
	if !l.told.Swap(true) {
		l.cfg.Logger.ErrorContext(ctx, "what this node has not brought to the database is not billed: it was silent for too long, and others have its leases")
	}
	ev.Gross, ev.Share = 0, 0
	ev.Flags |= ledger.Unpaid
}

// sound returns why nothing may be spent, nil when it may.
func (l *lessor) sound() error {
	if l == nil {
		return nil
	}
	if l.lost() {
		return fmt.Errorf("%w: %w: start this node again", ErrUnavailable, store.ErrGone)
	}
	if age := l.cfg.Now().Sub(*l.renewed.Load()); age > maxSilence {
		return fmt.Errorf("%w: leases were last renewed %s ago", ErrUnavailable, age.Round(time.Second))
	}
	return nil
}

// reclaim shares out what nodes had leased that do not come back. While the database did not answer nobody was heard, so all are given time first.
func (l *lessor) reclaim(ctx context.Context) error {
	since := l.steady.Load()
	if since == nil || l.lost() || l.cfg.Now().Sub(*since) < 2*maxSilence {
		return nil
	}
	nodes, err := l.db.Reclaim(ctx, l.cfg.GiveUp)
	for _, node := range nodes {
		l.cfg.Logger.ErrorContext(ctx, "a node was silent for too long, its leases are shared out", slog.Uint64("node", uint64(node)))
	}
	return err
}
