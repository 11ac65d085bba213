package bms

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// How often each kind of background work looks for something to do. None of it is needed for
// correctness at the moment of sale: expired places can be taken the instant they are free.
const (
	expiryEvery   = time.Second
	paymentEvery  = time.Second
	waitlistEvery = time.Second
	showEvery     = 15 * time.Second
	pruneEvery    = 10 * time.Minute
	announceEvery = 50 * time.Millisecond
)

// How long what is no longer needed is kept.
const (
	keepFrames   = time.Hour
	keepMessages = 30 * 24 * time.Hour
)

// pageOf is how much background work takes on at a time.
const pageOf = 100

// Run does the background work until ctx ends: it delivers messages, closes what has
// expired, asks gateways about open payments, pays refunds, serves waiting lists and finishes cancelled shows. Several
// nodes may run it on one database. It returns nil when ctx ends and everything it started has stopped.
func (c *Client) Run(ctx context.Context) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	every := func(name string, period time.Duration, work func(context.Context) error) {
		wait.Go(func() { c.repeat(ctx, name, period, work) })
	}
	every("expire holds", expiryEvery, c.expireHolds)
	every("inquire payments", paymentEvery, c.inquirePayments)
	every("pay refunds", paymentEvery, c.payRefunds)
	every("serve waiting lists", waitlistEvery, c.serveWaitlists)
	every("cancel shows", showEvery, c.finishCancelledShows)
	every("prune", pruneEvery, c.prune)
	if nodes, ok := c.db.(store.Live); ok {
		every("announce versions", announceEvery, func(ctx context.Context) error { return c.announce(ctx, nodes) })
		wait.Go(func() { c.hear(ctx, nodes) })
	}
	err := c.relay.Run(ctx)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// repeat runs work at once and then periodically until ctx ends.
func (c *Client) repeat(ctx context.Context, name string, period time.Duration, work func(context.Context) error) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "background work failed", slog.String("work", name), logErr(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Drain does all background work that is due now and returns when nothing is left: messages are
// delivered, expired holds closed, refunds paid. For tests, benchmarks and shutdown.
func (c *Client) Drain(ctx context.Context) error {
	work := []func(context.Context) error{c.inquirePayments, c.expireHolds, c.finishCancelledShows, c.payRefunds, c.serveWaitlists, c.relay.Drain}
	for _, do := range work {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pages does work on what is due, page by page until nothing is left. What is due still after it was worked on waits for
// the next round: something is wrong with it.
func pages[T any](ctx context.Context, c *Client, due func(store.Tx) ([]T, error), name func(T) string, work func([]T)) error {
	before := map[string]bool{}
	for {
		list, err := view(ctx, c.back, due)
		if err != nil {
			return err
		}
		page := make(map[string]bool, len(list))
		fresh := slices.DeleteFunc(list, func(v T) bool {
			page[name(v)] = true
			return before[name(v)]
		})
		if len(fresh) > 0 {
			work(fresh)
		}
		if len(fresh) == 0 || len(page) < pageOf {
			return ctx.Err()
		}
		before = page
	}
}

// gatewayWidth is how many gateway calls background work has under way at a time.
const gatewayWidth = 8

// atOnce does work on each of a list, some at a time, and returns when all is done. It is for work that waits
// for a gateway: one that answers slowly must not delay everything behind it.
func atOnce[T any](list []T, work func(T)) {
	slots := make(chan struct{}, gatewayWidth)
	var wait sync.WaitGroup
	for _, v := range list {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			work(v)
		})
	}
	wait.Wait()
}

// expireHolds closes holds whose time is over, so that people see the seats as free, and ends the
// unpaid bookings of closed holds. Before it gives up places for which a payment runs it asks the gateway.
func (c *Client) expireHolds(ctx context.Context) error {
	var failed []error
	due := func(tx store.Tx) ([]store.HoldRow, error) {
		return tx.DueHolds(ctx, tx.Now().Add(-c.cfg.Grace), pageOf)
	}
	name := func(h store.HoldRow) string { return string(h.ID) }
	err := pages(ctx, c, due, name, func(due []store.HoldRow) { failed = append(failed, c.closeHolds(ctx, due)) })
	return errors.Join(append(failed, err, c.endAbandoned(ctx))...)
}

func (c *Client) closeHolds(ctx context.Context, due []store.HoldRow) error {
	atOnce(due, func(h store.HoldRow) {
		if h.State == seating.StatePaying {
			c.askBefore(ctx, h.ID)
		}
	})
	var shows []catalog.ShowID
	for _, h := range due {
		if !slices.Contains(shows, h.ShowID) {
			shows = append(shows, h.ShowID)
		}
	}
	var failed []error
	for _, show := range shows {
		failed = append(failed, c.judge.do(ctx, show, func(j *ruling) error {
			j.inventory.Expire(j.now)
			return nil
		}))
	}
	return errors.Join(failed...)
}

// askBefore asks the gateways about the payments of a hold. When they do not answer the hold ends all the
// same: money that comes later is late money.
func (c *Client) askBefore(ctx context.Context, hold seating.HoldID) {
	intents, err := view(ctx, c.back, func(tx store.Tx) ([]payment.Intent, error) {
		b, err := tx.BookingByHold(ctx, hold)
		if err != nil {
			return nil, err
		}
		return tx.IntentsOf(ctx, b.ID)
	})
	for _, i := range intents {
		if i.Status.Open() && err == nil {
			_, err = c.Payments.inquire(ctx, i)
		}
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		c.log.WarnContext(ctx, "gateway not asked before a hold ends", slog.String("hold", string(hold)), logErr(err))
	}
}

// endAbandoned ends unpaid bookings whose hold is closed.
func (c *Client) endAbandoned(ctx context.Context) error {
	var failed []error
	due := func(tx store.Tx) ([]booking.Booking, error) { return tx.AbandonedBookings(ctx, pageOf) }
	name := func(b booking.Booking) string { return string(b.ID) }
	err := pages(ctx, c, due, name, func(due []booking.Booking) {
		for _, b := range due {
			if err := c.abandon(ctx, b); err != nil && !errors.Is(err, store.ErrStale) {
				failed = append(failed, err)
			}
		}
	})
	return errors.Join(append(failed, err)...)
}

func (c *Client) abandon(ctx context.Context, b booking.Booking) error {
	return c.back.Update(ctx, func(tx store.Tx) error {
		ended, err := b.Abandon(tx.Now())
		if err != nil {
			return err
		}
		intents, err := tx.IntentsOf(ctx, b.ID)
		if err != nil {
			return err
		}
		for _, i := range intents {
			if !i.Status.Open() {
				continue
			}
			if err := tx.UpdateIntent(ctx, i.Abandon(payment.ReasonExpired, tx.Now())); err != nil {
				return err
			}
		}
		if err := tx.UpdateBooking(ctx, ended); err != nil {
			return err
		}
		return c.tell(ctx, tx, TopicBookingExpired, BookingNews{BookingID: b.ID, ShowID: catalog.ShowID(b.ShowID)})
	})
}

// inquirePayments asks gateways about payments whose notification may have been lost.
func (c *Client) inquirePayments(ctx context.Context) error {
	due := func(tx store.Tx) ([]payment.Intent, error) { return tx.DueIntents(ctx, tx.Now(), pageOf) }
	name := func(i payment.Intent) string { return string(i.ID) }
	return pages(ctx, c, due, name, func(due []payment.Intent) {
		atOnce(due, func(i payment.Intent) {
			claimed := i.Claim(c.db.Now())
			err := c.back.Update(ctx, func(tx store.Tx) error { return tx.UpdateIntent(ctx, claimed) })
			if err == nil {
				_, err = c.Payments.inquire(ctx, claimed)
			}
			if err != nil && !errors.Is(err, store.ErrStale) {
				c.log.WarnContext(ctx, "payment not cleared up", slog.String("payment", string(i.ID)), logErr(err))
			}
		})
	})
}

// payRefunds has refunds that are due paid.
func (c *Client) payRefunds(ctx context.Context) error {
	due := func(tx store.Tx) ([]payment.Refund, error) { return tx.DueRefunds(ctx, tx.Now(), pageOf) }
	name := func(r payment.Refund) string { return string(r.ID) }
	return pages(ctx, c, due, name, func(due []payment.Refund) {
		atOnce(due, func(r payment.Refund) {
			if err := c.Payments.payRefund(ctx, r); err != nil && !errors.Is(err, store.ErrStale) {
				c.log.ErrorContext(ctx, "refund not paid", slog.String("refund", string(r.ID)), logErr(err))
			}
		})
	})
}

// finishCancelledShows goes on with cancellations that were interrupted.
func (c *Client) finishCancelledShows(ctx context.Context) error {
	var failed []error
	due := func(tx store.Tx) ([]catalog.ShowID, error) { return tx.CancelledShows(ctx, pageOf) }
	name := func(show catalog.ShowID) string { return string(show) }
	err := pages(ctx, c, due, name, func(due []catalog.ShowID) {
		for _, show := range due {
			_, err := c.Shows.cancelBookings(ctx, CancelShow{ShowID: show})
			failed = append(failed, err)
		}
	})
	return errors.Join(append(failed, err)...)
}

// prune forgets what nobody needs any more.
func (c *Client) prune(ctx context.Context) error {
	return c.back.Update(ctx, func(tx store.Tx) error {
		return errors.Join(
			tx.PruneFrames(ctx, tx.Now().Add(-keepFrames)),
			tx.PruneMessages(ctx, tx.Now().Add(-keepMessages)),
			tx.PruneKeys(ctx, tx.Now()),
		)
	})
}

// announce tells the other nodes which shows have changed.
func (c *Client) announce(ctx context.Context, nodes store.Live) error {
	versions := c.live.takeDirty()
	if versions == nil {
		return nil
	}
	err := nodes.Announce(ctx, versions)
	if err != nil {
		c.live.putBack(versions)
	}
	return err
}

// hear follows the announcements of the other nodes until ctx ends.
func (c *Client) hear(ctx context.Context, nodes store.Live) {
	err := nodes.Hear(ctx, func(show string, version int64) {
		if err := c.live.hear(ctx, show, version); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "seats of another node not seen", logErr(err))
		}
	})
	if err != nil && ctx.Err() == nil {
		c.log.ErrorContext(ctx, "announcements of other nodes not heard", logErr(err))
	}
}
