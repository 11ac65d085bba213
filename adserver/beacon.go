package adserver

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/frequency"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// Result is what became of a beacon.
type Result string

// The results.
const (
	Counted   Result = "counted"   // for the first time, and it is on disk
	Duplicate Result = "duplicate" // it was counted before, and that is on disk
	Refused   Result = "refused"   // it is not billed: Outcome.Reason says why
)

// Outcome is what became of a view or click.
type Outcome struct {
	Result Result
	Reason fraud.Reason
	Billed ads.Nano // what the advertiser pays for it

	// Token is what was read; its Node is set with ErrElsewhere too.
	Token token.Token

	// Landing is where a click leads, by the creative that the token names and nothing else. Set for clicks, whatever their result.
	Landing string
}

// View counts that an ad was seen. It returns when that is on disk, as is what a duplicate repeats. Errors: token.ErrToken, ErrElsewhere,
// ErrUnavailable when it is not known whether it was counted: sending it again is safe.
func (e *Engine) View(ctx context.Context, text []byte, visit *Visit) (Outcome, error) {
	o, bits, err := e.read(text)
	if err != nil {
		return o, err
	}
	now, t := e.cfg.Now(), &o.Token
	ev := e.event(ledger.View, t, now)
	o.Reason = e.judge(fraud.View, t, visit, now)
	switch {
	case o.Reason != fraud.OK:
		return e.refuse(ctx, o, bits, &ev)
	case !bits.Set(token.Viewed, t.Serial):
		return e.again(ctx, o)
	}
	e.lately.saw(t, now)
	e.settle(t, bits, &ev)
	o, err = e.put(ctx, o, &ev)
	if err == nil && t.Creative == 0 {
		e.street.billed(&o)
	}
	return o, err
}

// Click counts that an ad was clicked, and says where it leads. It returns as View does.
func (e *Engine) Click(ctx context.Context, text []byte, visit *Visit) (Outcome, error) {
	o, bits, err := e.read(text)
	if err != nil {
		return o, err
	}
	now, t := e.cfg.Now(), &o.Token
	if c := e.current.Load().creatives[t.Creative]; c != nil {
		o.Landing = c.landing
	} else if t.Creative == 0 {
		o.Landing = e.street.landing(t)
	}
	ev := e.event(ledger.Click, t, now)
	o.Reason = e.judge(fraud.Click, t, visit, now)
	switch {
	case o.Reason != fraud.OK:
		return e.refuse(ctx, o, bits, &ev)
	case !bits.Set(token.Clicked, t.Serial):
		return e.again(ctx, o)
	}
	e.charge(t, &ev)
	return e.put(ctx, o, &ev)
}

// read opens a token and finds the marks of its life of this node.
func (e *Engine) read(text []byte) (o Outcome, bits *token.Bits, err error) {
	if o.Token, err = e.ring.Parse(text); err != nil {
		e.counters.Forged.Add(1)
		return o, nil, err
	}
	if o.Token.Node != e.cfg.Node {
		return o, nil, ErrElsewhere
	}
	return o, e.used.of(o.Token.Epoch), nil
}

// event is what happened to a token, not billed yet.
func (e *Engine) event(kind ledger.Kind, t *token.Token, now time.Time) ledger.Event {
	ev := ledger.Event{
		Kind: kind, At: now.UTC().Truncate(time.Microsecond), Day: t.Day, Epoch: t.Epoch, Serial: t.Serial, User: t.User,
		Place: ledger.Place{Line: t.Line, Creative: t.Creative, Placement: t.Placement, City: t.City},
	}
	s := e.current.Load()
	if it := s.lines[t.Line]; it != nil {
		ev.Place.Campaign, ev.Place.Advertiser, ev.Place.Currency = it.campaign.ID, it.advertiser.ID, it.advertiser.Currency
	}
	if p := s.places[t.Placement]; p != nil {
		ev.Place.Publisher = p.publisher.ID
	}
	return ev
}

// settle pays a view from what was reserved for it, or, when that is gone, from what is left.
func (e *Engine) settle(t *token.Token, bits *token.Bits, ev *ledger.Event) {
	line := e.live.line(t.Line)
	reserved := t.Epoch == e.epoch && bits.Set(token.Closed, t.Serial)
	if line == nil || t.Price == 0 || t.Flags&(token.PerClick|token.Unbilled) != 0 {
		return
	}
	if reserved {
		set := line.accountsOf(t.Day)
		set.Settle(t.Price)
		e.bill(t.Price, ev)
		return
	}
	ev.Flags |= ledger.Late
	e.pay(line, t, ev)
}

// charge pays a click of a CPC line from what is left: the click is the advertiser's for nothing when that is not enough.
func (e *Engine) charge(t *token.Token, ev *ledger.Event) {
	line := e.live.line(t.Line)
	if line == nil || t.Flags&token.PerClick == 0 || t.Flags&token.Unbilled != 0 {
		return
	}
	e.pay(line, t, ev)
}

// pay takes the price of a token from today's budgets.
func (e *Engine) pay(line *liveLine, t *token.Token, ev *ledger.Event) {
	set, day := line.accounts(line.campaign.advertiser.day(ev.At))
	if !set.Reserve(t.Price) {
		ev.Flags |= ledger.Unpaid
		e.counters.Unpaid.Add(1)
		return
	}
	set.Settle(t.Price)
	ev.Day = day
	e.bill(t.Price, ev)
}

// bill enters a price in an event, with the publisher's share of it.
func (e *Engine) bill(price ads.Nano, ev *ledger.Event) {
	ev.Gross = price
	if p := e.current.Load().places[ev.Place.Placement]; p != nil {
		ev.Share, _ = price.Share(p.publisher.Share)
	}
}

// put writes an event to the journal and waits until it is on disk.
func (e *Engine) put(ctx context.Context, o Outcome, ev *ledger.Event) (Outcome, error) {
	o.Result, o.Billed = Counted, ev.Gross
	e.live.count(ev)
	var buf [256]byte
	record := ev.Append(buf[:0])
	// What has a number is counted in the caps as well, so that a checkpoint knows by one number what it has.
	group := e.journal.AppendWith(record, func(n uint64) {
		if ev.Kind == ledger.View && ev.User != 0 && ev.Reason == 0 {
			e.caps.Commit(e.ticket(&o.Token), ev.At, n+1)
		}
	})
	if err := group.Wait(ctx); err != nil {
		return o, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	e.counters.counted(ev)
	return o, nil
}

// again answers for what was counted before. It may be on its way to the disk still.
func (e *Engine) again(ctx context.Context, o Outcome) (Outcome, error) {
	o.Result = Duplicate
	e.counters.Duplicates.Add(1)
	if err := e.journal.Last().Wait(ctx); err != nil {
		return o, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return o, nil
}

// refuse records once for each token that something was not billed, and why. Nobody waits for that.
func (e *Engine) refuse(_ context.Context, o Outcome, bits *token.Bits, ev *ledger.Event) (Outcome, error) {
	o.Result = Refused
	e.counters.refused(o.Reason)
	if ev.Place.Line != 0 && bits.Set(token.Invalid, o.Token.Serial) {
		ev.Reason = uint8(o.Reason)
		e.journal.Append(ev.Append(nil))
	}
	return o, nil
}

// ticket is the place within caps that a token has.
func (e *Engine) ticket(t *token.Token) frequency.Ticket {
	ticket := frequency.Ticket{User: t.User, At: t.Issued}
	s := e.current.Load()
	if c := s.creatives[t.Creative]; c != nil {
		ticket.IDs = capped(c.limits)
	} else if it := s.lines[t.Line]; it != nil && t.Creative == 0 {
		ticket.IDs = capped(it.limits)
	}
	return ticket
}

// capped are the entities of limits that have caps.
func capped(limits []frequency.Limit) (ids [4]uint32) {
	for _, l := range limits {
		if len(l.Caps) > 0 {
			ids[l.Kind] = l.ID
		}
	}
	return ids
}
