package openrtb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// noticeTimeout is how long a bidder may take to take note.
const noticeTimeout = 5 * time.Second

// notices are URLs of bidders that wait to be fetched. All wait equally long after a failure, so that those which failed form a queue, too.
type notices struct {
	cfg    Config
	client *http.Client
	fresh  chan notice
	again  chan notice
	stats  noticeCounts
}

type notice struct {
	url   string
	tries int       // that failed
	due   time.Time // for the next one
}

type noticeCounts struct{ sent, failed, givenUp, dropped atomic.Int64 }

// NoticeStats counts notices since the start.
type NoticeStats struct {
	Sent    int64 // taken note of
	Failed  int64 // tries that failed
	GivenUp int64 // failed Config.Tries times
	Dropped int64 // did not fit among Config.Pending
}

func newNotices(cfg Config) notices {
	return notices{
		cfg:    cfg,
		client: &http.Client{Transport: cfg.NoticeTransport, CheckRedirect: noRedirect, Timeout: noticeTimeout},
		fresh:  make(chan notice, cfg.Pending),
		again:  make(chan notice, cfg.Pending),
	}
}

// Won tells the bidder in the background that its offer won.
func (x *Exchange) Won(o Sourced, m Macros) { x.notices.add(o.NURL, o, m) }

// Billed tells the bidder in the background that it owes the price.
func (x *Exchange) Billed(o Sourced, m Macros) { x.notices.add(o.BURL, o, m) }

// Lost tells the bidder in the background that and why its offer lost (m.Loss).
func (x *Exchange) Lost(o Sourced, m Macros) { x.notices.add(o.LURL, o, m) }

// Notices returns the counts of notices.
func (x *Exchange) Notices() NoticeStats {
	s := &x.notices.stats
	return NoticeStats{Sent: s.sent.Load(), Failed: s.failed.Load(), GivenUp: s.givenUp.Load(), Dropped: s.dropped.Load()}
}

// Run sends notices until ctx ends, and returns when all that it started has ended. Those that wait then are lost.
func (x *Exchange) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for range x.cfg.Workers {
		all.Go(func() { x.notices.send(ctx) })
	}
	all.Go(func() { x.notices.repeat(ctx) })
	all.Wait()
	return context.Cause(ctx)
}

// add puts a notice in the queue. What the macros say of the bid itself is taken from the bid.
func (n *notices) add(text string, o Sourced, m Macros) {
	if text == "" {
		return
	}
	m.BidID, m.ImpID, m.SeatID, m.AdID = o.ID, o.ImpID, o.Seat, o.CrID
	if m.Currency == "" {
		m.Currency = o.Cur
	}
	n.put(n.fresh, notice{url: m.URL(text)})
}

// put adds to a queue, unless it is full.
func (n *notices) put(queue chan notice, one notice) {
	select {
	case queue <- one:
	default:
		n.stats.dropped.Add(1)
	}
}

// send fetches what is in the queue.
func (n *notices) send(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case one := <-n.fresh:
			if err := n.fetch(ctx, one.url); err != nil {
				n.failed(ctx, one, err)
			} else {
				n.stats.sent.Add(1)
			}
		}
	}
}

func (n *notices) failed(ctx context.Context, one notice, err error) {
	n.stats.failed.Add(1)
	if one.tries++; one.tries >= n.cfg.Tries {
		n.stats.givenUp.Add(1)
		n.cfg.Logger.WarnContext(ctx, "notice to bidder given up", slog.String("host", host(one.url)), slog.Int("tries", one.tries), slog.Any("error", err))
		return
	}
	one.due = n.cfg.Now().Add(n.cfg.Every)
	n.put(n.again, one)
}

// repeat hands notices back that are due again. They came in that order.
func (n *notices) repeat(ctx context.Context) {
	for {
		var one notice
		select {
		case <-ctx.Done():
			return
		case one = <-n.again:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(one.due.Sub(n.cfg.Now())):
		}
		select {
		case <-ctx.Done():
			return
		case n.fresh <- one:
		}
	}
}

func (n *notices) fetch(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	res, err := n.client.Do(req)
	if err != nil {
		if outer, ok := errors.AsType[*url.Error](err); ok {
			return outer.Err // without the URL
		}
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.CopyN(io.Discard, res.Body, 4096) // so that the connection can be used again
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return nil
}

// host is what may be told of a URL in a log: the rest may hold prices.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
