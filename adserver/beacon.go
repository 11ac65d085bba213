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
	"github.com/marquee-tickets/marquee/adserver/store"
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

// Measured reports whether what comes of a click may be told of.
func (o *Outcome) Measured() bool { return o.Token.Flags&token.Measured != 0 }

// View counts that an ad was seen. It returns when that is on disk, as is what a duplicate repeats. Errors: token.ErrToken, ErrElsewhere,
// ErrUnavailable when it is not known whether it was counted: sending it again is safe.
func (e *Engine) View(ctx context.Context, text []byte, visit *Visit) (Outcome, error) {
	o, bits, err := e.read(text)
	if err != nil {
		return o, err
	}
	now, t := e.cfg.Now(), &o.Token
	if group, repeated := e.repeated(bits, token.Viewed, t.Serial); repeated {
		return e.acknowledge(ctx, o, nil, group)
	}
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
	if !first {
		return e.acknowledge(ctx, o, nil, group)
	}
	o, err = e.acknowledge(ctx, o, &ev, group)
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
	if group, repeated := e.repeated(bits, token.Clicked, t.Serial); repeated {
		return e.acknowledge(ctx, o, nil, group)
	}
	ev := e.event(ledger.Click, t, now)
	o.Reason = e.judge(fraud.Click, t, visit, now)
	if o.Reason != fraud.OK {
		return e.refuse(o, bits, &ev)
	}
	group, first := e.once(bits, token.Clicked, t.Serial, func() *journal.Group {
		e.charge(ctx, t, bits, &ev)
		return e.record(t, &ev)
	})
	if !first {
		return e.acknowledge(ctx, o, nil, group)
	}
	return e.acknowledge(ctx, o, &ev, group)
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

// repeated reports whether a mark is set, and what to wait for then. What is counted is so before it is judged again: the same token by another browser, or
// too late, takes nothing back and is no second, refused, impression.
func (e *Engine) repeated(bits *token.Bits, m token.Mark, serial uint64) (group *journal.Group, is bool) {
	if !bits.Has(m, serial) {
		return nil, false
	}
	turn := &e.turns[serial%uint64(len(e.turns))]
	turn.Lock() // until the record of who was first is in the journal
	defer turn.Unlock()
	return e.journal.Last(), true
}

// read opens a token and finds the marks of its life of this node.
func (e *Engine) read(text []byte) (o Outcome, bits *token.Bits, err error) {
	if e.replaced.Load() {
		return o, nil, fmt.Errorf("%w: %w", ErrUnavailable, store.ErrReplaced) // the later life counts it
	}
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
		Kind: kind, At: now.UTC().Truncate(time.Microsecond), Day: t.Day, Epoch: t.Epoch, Serial: t.Serial,
		User:  e.users.erased.unless(t.User, t.Epoch, t.Serial),
		Place: ledger.Place{Line: t.Line, Creative: t.Creative, Placement: t.Placement, City: t.City},
	}
	if t.Flags&token.Explored != 0 {
		ev.Flags |= ledger.Explored
	}
	if t.Flags&token.Measured != 0 {
		ev.Flags |= ledger.Measured
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

// settle pays a view from what was reserved for it, or, when that is gone, from what is left, if the caps still have room for it.
func (e *Engine) settle(ctx context.Context, t *token.Token, bits *token.Bits, ev *ledger.Event) {
	line := e.live.line(t.Line)
	reserved := t.Epoch == e.epoch && bits.Set(token.Closed, t.Serial)
	if reserved {
		e.crowds.add(t.Network, -1)
	}
	if line != nil && !reserved {
		e.back(line, t, bits)
	}
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
	if !reserved && t.Epoch == e.epoch && !e.keepAgain(t) {
		e.unpaid(ev)
		return
	}
	e.pay(ctx, line, t, ev)
}

// keepAgain takes a place within caps for a view whose own was given back, and reports false when somebody else's ad has the last one: who says that a bid
// lost, and shows it all the same, is paid for no more views than the caps have. The view is counted, and ends it.
func (e *Engine) keepAgain(t *token.Token) bool {
	limits, owner := e.limitsOf(t), func() uint64 { return e.users.erased.unless(t.User, t.Epoch, t.Serial) }
	if owner() == 0 || len(limits) == 0 {
		return true
	}
	_, ok := e.caps.Reserve(t.User, limits, time.Unix(int64(t.Issued), 0)) // of the token's second, by which the view finds it
	if owner() == 0 {                                                      // who was erased just now is not to be known by this
		e.caps.Forget(t.User)
	}
	return ok
}

// charge pays a click of a CPC line from what is left: the click is the advertiser's for nothing when that is not enough.
func (e *Engine) charge(ctx context.Context, t *token.Token, bits *token.Bits, ev *ledger.Event) {
	line := e.live.line(t.Line)
	if line == nil || t.Flags&token.PerClick == 0 || t.Flags&token.Unbilled != 0 {
		return
	}
	e.clicked(line, t, bits)
	e.pay(ctx, line, t, ev)
}

// pay takes the price of a token from today's budgets.
func (e *Engine) pay(ctx context.Context, line *liveLine, t *token.Token, ev *ledger.Event) {
	set, day := line.accounts(line.campaign.advertiser.day(ev.At.Unix()))
	paid := !e.lessor.lost() && (set.Reserve(t.Price) || e.lessor.cover(ctx, line, t.Price) && set.Reserve(t.Price))
	if !paid {
		e.unpaid(ev)
		return
	}
	set.Settle(t.Price)
	ev.Day = day
	e.bill(t.Price, ev)
}

// unpaid says that an event is the advertiser's for nothing.
func (e *Engine) unpaid(ev *ledger.Event) {
	ev.Flags |= ledger.Unpaid
	e.counters.Unpaid.Add(1)
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
		if ev.Kind == ledger.View && e.users.erased.unless(ev.User, ev.Epoch, ev.Serial) != 0 { // asked again under the journal's lock: see part
			e.caps.Commit(e.ticket(t), ev.At, n+1)
		}
	})
}

// acknowledge waits until what is answered is on disk: the record of an event, or, of a repetition, which is none, that of who was first.
func (e *Engine) acknowledge(ctx context.Context, o Outcome, ev *ledger.Event, group *journal.Group) (Outcome, error) {
	o.Result = Duplicate
	if ev != nil {
		o.Result, o.Billed = Counted, ev.Gross
	}
	if err := group.Wait(ctx); err != nil {
		return o, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if ev != nil {
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
	if ev.Place.Line != 0 && e.marked(&o.Token, ev.At) && bits.Set(refusal(ev.Kind), o.Token.Serial) {
		ev.Reason = uint8(o.Reason)
		e.journal.Append(ev.Append(nil))
	}
	return o, nil
}

// refusal is the mark of what is refused.
func refusal(kind ledger.Kind) token.Mark {
	if kind == ledger.Click {
		return token.RefusedClick
	}
	return token.RefusedView
}

// marked reports whether a token's marks are kept: without them a record of it could be written again and again.
func (e *Engine) marked(t *token.Token, now time.Time) bool {
	return now.Sub(time.Unix(int64(t.Issued), 0)) <= e.cfg.ClickFor+slack
}

// ticket is the place within caps that a token has.
func (e *Engine) ticket(t *token.Token) frequency.Ticket {
	return frequency.Ticket{User: t.User, At: t.Issued, IDs: capped(e.limitsOf(t))}
}

// limitsOf are the caps of an ad, as they are now.
func (e *Engine) limitsOf(t *token.Token) []frequency.Limit {
	s := e.current.Load()
	if c := s.creatives[t.Creative]; c != nil {
		return c.limits
	} else if it := s.lines[t.Line]; it != nil && t.Creative == 0 {
		return it.limits
	}
	return nil
}

// capped are the entities of limits.
func capped(limits []frequency.Limit) (ids [4]uint32) {
	for _, l := range limits {
		ids[l.Kind] = l.ID
	}
	return ids
}
