package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/payment"
)

// The terms of delivery: a shop that does not take a webhook gets it again
// after 1, 2, 4 … seconds, and after maxAttempts never again.
const (
	retryFirst  = time.Second
	maxAttempts = 12 // the last about half an hour after the first
	sendTimeout = 10 * time.Second
	reorderGap  = time.Second // by which old news follow the outcome
	maxAtATime  = 128         // deliveries under way
)

// Webhook is one notification to deliver.
type Webhook struct {
	URL    string
	Header map[string]string
	Body   []byte
}

// Send delivers a webhook and returns nil when the shop has taken it.
type Send func(ctx context.Context, w Webhook) error

// poster returns the Send of real life, an HTTP POST.
func poster() Send {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: maxAtATime, IdleConnTimeout: time.Minute}}
	return func(ctx context.Context, w Webhook) error {
		q, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(w.Body))
		if err != nil {
			return err
		}
		for name, value := range w.Header {
			q.Header.Set(name, value)
		}
		answer, err := client.Do(q)
		if err != nil {
			return err
		}
		// A connection is used again only when its answer was read to the end.
		_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, maxBody))
		if err = errors.Join(err, answer.Body.Close()); err != nil {
			return err
		}
		if answer.StatusCode/100 != 2 {
			return fmt.Errorf("the shop answered %s to a webhook at %s", answer.Status, w.URL)
		}
		return nil
	}
}

// outcomeMail returns the notifications of a decision.
func (r *record) outcomeMail() []*delivery {
	decided := r.decidedAt()
	outcome := delivery{event: "evt_" + r.ref + "_outcome", at: decided, due: decided, refund: -1}
	before := r.createdAt.Add(-time.Microsecond) // a Script decides in the moment of creation
	waiting := delivery{event: "evt_" + r.ref + "_pending", at: before, due: r.chosenAt, refund: -1}
	switch {
	case r.chosen.Webhooks.Reorder:
		waiting.due = decided.Add(reorderGap)
		return r.address(outcome, waiting)
	case r.chosen.Delay > 0:
		return r.address(waiting, outcome)
	}
	return r.address(outcome)
}

// confirmMail returns the notification that an agreed payment was taken.
func (r *record) confirmMail() []*delivery {
	return r.address(delivery{event: "evt_" + r.ref + "_confirmed", at: r.confirmed, due: r.confirmed, refund: -1})
}

// refundMail returns the notifications of the last refund.
func (r *record) refundMail() []*delivery {
	last := len(r.refunds) - 1
	done := r.refunds[last].DoneAt
	return r.address(delivery{event: "evt_" + r.ref + "_refund" + strconv.Itoa(last), at: done, due: done, refund: last})
}

// address makes of events the deliveries that the troubles of r leave.
func (r *record) address(events ...delivery) (all []*delivery) {
	trouble := r.chosen.Webhooks
	if trouble.Drop || r.asked.NotifyURL == "" {
		return nil
	}
	copies := 1
	if trouble.Duplicate {
		copies = 2
	}
	for _, e := range events {
		for n := range copies {
			d := e
			d.id, d.rec, d.due = deliveryID(e.event+"#"+strconv.Itoa(n)), r, e.due.Add(trouble.Delay)
			all = append(all, &d)
		}
	}
	return all
}

// enqueue adds deliveries and wakes Run. The caller holds mu, or is New.
func (g *Gateway) enqueue(all ...*delivery) {
	for _, d := range all {
		g.queue.push(d)
	}
	select {
	case g.newMail <- struct{}{}:
	default: // Run will look anyway
	}
}

// Run delivers webhooks until ctx ends, some at a time, and then waits for
// those under way. A shop that fails gets them again, later and later. Config.Now
// has to be a clock that runs.
func (g *Gateway) Run(ctx context.Context) error {
	var under sync.WaitGroup
	defer under.Wait()
	slots := make(chan struct{}, maxAtATime)
	for ctx.Err() == nil {
		d, wait := g.take()
		if d == nil {
			g.rest(ctx, wait)
			continue
		}
		slots <- struct{}{}
		under.Go(func() {
			defer func() { <-slots }()
			g.deliver(ctx, d)
		})
	}
	return ctx.Err()
}

// take returns the next delivery that is due, or how long there is none.
func (g *Gateway) take() (*delivery, time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if d := g.queue.pop(now); d != nil {
		return d, 0
	}
	if due, any := g.queue.next(); any {
		return nil, due.Sub(now)
	}
	return nil, time.Hour
}

// rest waits for new mail, for the given time or for the end of ctx.
func (g *Gateway) rest(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-g.newMail:
	case <-timer.C:
	}
}

// DeliverDue delivers what is due by the bank's clock, one after the other, and
// returns how many webhooks the shop has taken. It is for tests that move the
// clock themselves; those that fail are due again later. Error: that of ctx.
func (g *Gateway) DeliverDue(ctx context.Context) (taken int, err error) {
	for ctx.Err() == nil {
		d, _ := g.take()
		if d == nil {
			return taken, nil
		}
		if g.deliver(ctx, d) {
			taken++
		}
	}
	return taken, ctx.Err()
}

// Undelivered returns how many webhooks are still to be taken, those under way
// included.
func (g *Gateway) Undelivered() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.queue.open)
}

// deliver sends d once and reports whether the shop has taken it.
func (g *Gateway) deliver(ctx context.Context, d *delivery) bool {
	w, err := g.write(d)
	if err == nil {
		sending, cancel := context.WithTimeout(ctx, sendTimeout)
		defer cancel()
		err = g.cfg.Send(sending, w)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil && ctx.Err() != nil { // we are stopping: it was not the shop
		g.enqueue(d)
		return false
	}
	if d.attempts++; err != nil && d.attempts < maxAttempts {
		d.due = g.now().Add(retryFirst << (d.attempts - 1))
		g.enqueue(d)
		return false
	}
	// Should this not be written, the webhook goes out again after a restart,
	// which the shop must bear anyway.
	if g.commit(entry{Done: d.id}) != nil {
		g.queue.settle(d.id)
	}
	return err == nil
}

// write returns the signed webhook of d.
func (g *Gateway) write(d *delivery) (Webhook, error) {
	g.mu.Lock()
	e := payment.Event{
		ID: d.event, Kind: payment.PaymentChanged, IntentID: d.rec.asked.IntentID,
		GatewayRef: d.rec.ref, Facts: d.rec.facts(d.at),
	}
	if d.refund >= 0 {
		back := d.rec.refunds[d.refund].facts(d.at)
		e.Kind, e.Refund = payment.RefundChanged, &back
	}
	url := d.rec.asked.NotifyURL
	g.mu.Unlock()
	return sign(g.cfg.Secret, url, e, g.now())
}
