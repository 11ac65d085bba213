package adserver

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/frequency"
	"github.com/marquee-tickets/marquee/adserver/journal"
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
	if o.Reason != fraud.OK {
		return e.refuse(o, bits, &ev)
	}
	group, first := e.once(bits, token.Viewed, t.Serial, func() *journal.Group {
		e.lately.saw(t, now)
		e.settle(ctx, t, bits, &ev)
		return e.record(t, &ev)
	})
	o, err = e.acknowledge(ctx, o, &ev, group, first)
	if err == nil && first && t.Creative == 0 {
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
	if o.Reason != fraud.OK {
		return e.refuse(o, bits, &ev)
	}
	group, first := e.once(bits, token.Clicked, t.Serial, func() *journal.Group {
		e.charge(ctx, t, &ev)
		return e.record(t, &ev)
	})
	return e.acknowledge(ctx, o, &ev, group, first)
}

// turns are locks by serial.
type turns [256]sync.Mutex

// once sets a mark, and has who is first put the record into the journal before anybody else learns that the mark is set: what a repetition waits for then
// has the record. Otherwise one that comes in between would be told that something is counted which a crash can still take back.
func (e *Engine) once(bits *token.Bits, m token.Mark, serial uint64, record func() *journal.Group) (group *journal.Group, first bool) {
	turn := &e.turns[serial%uint64(len(e.turns))]
	turn.Lock()
	defer turn.Unlock()
	if !bits.Set(m, serial) {
		return e.journal.Last(), false
	}
	return record(), true
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
	if t.Flags&token.Explored != 0 {
		ev.Flags |= ledger.Explored
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
func (e *Engine) settle(ctx context.Context, t *token.Token, bits *token.Bits, ev *ledger.Event) {
	line := e.live.line(t.Line)
	reserved := t.Epoch == e.epoch && bits.Set(token.Closed, t.Serial)
	if line == nil || t.Price == 0 || t.Flags&(token.PerClick|token.Unbilled) != 0 {
		return
	}
	if reserved && !e.lessor.lost() {
		set := line.accountsOf(t.Day)
		set.Settle(t.Price)
		e.bill(t.Price, ev)
		return
	}
	ev.Flags |= ledger.Late
	e.pay(ctx, line, t, ev)
}

// charge pays a click of a CPC line from what is left: the click is the advertiser's for nothing when that is not enough.
func (e *Engine) charge(ctx context.Context, t *token.Token, ev *ledger.Event) {
	line := e.live.line(t.Line)
	if line == nil || t.Flags&token.PerClick == 0 || t.Flags&token.Unbilled != 0 {
		return
	}
	e.pay(ctx, line, t, ev)
}

// pay takes the price of a token from today's budgets.
func (e *Engine) pay(ctx context.Context, line *liveLine, t *token.Token, ev *ledger.Event) {
	set, day := line.accounts(line.campaign.advertiser.day(ev.At.Unix()))
	paid := !e.lessor.lost() && (set.Reserve(t.Price) || e.lessor.cover(ctx, line, t.Price) && set.Reserve(t.Price))
	if !paid {
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

// record appends an event to the journal.
func (e *Engine) record(t *token.Token, ev *ledger.Event) *journal.Group {
	e.live.count(ev)
	var buf [256]byte
	// What has a number is counted in the caps as well, so that a checkpoint knows by one number what it has.
	return e.journal.AppendWith(ev.Append(buf[:0]), func(n uint64) {
		if ev.Kind == ledger.View && ev.User != 0 {
			e.caps.Commit(e.ticket(t), ev.At, n+1)
		}
	})
}

// acknowledge waits until what is answered is on disk: the record, or that of who was first.
func (e *Engine) acknowledge(ctx context.Context, o Outcome, ev *ledger.Event, group *journal.Group, first bool) (Outcome, error) {
	o.Result = Duplicate
	if first {
		o.Result, o.Billed = Counted, ev.Gross
	}
	if err := group.Wait(ctx); err != nil {
		return o, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if first {
		e.counters.counted(ev)
	} else {
		e.counters.Duplicates.Add(1)
	}
	return o, nil
}

// refuse records once for each token that something was not billed, and why. Nobody waits for that.
func (e *Engine) refuse(o Outcome, bits *token.Bits, ev *ledger.Event) (Outcome, error) {
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

// capped are the entities of limits.
func capped(limits []frequency.Limit) (ids [4]uint32) {
	for _, l := range limits {
		ids[l.Kind] = l.ID
	}
	return ids
}
