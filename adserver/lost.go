package adserver

import (
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// Lose gives back at once what is kept for an ad that was bid elsewhere and lost there: its price, the place within caps, and its share of the pace. What
// was seen keeps it; what is seen all the same, later, is paid from what is left then, within caps. It may be repeated, and nothing is written. It takes what LossOf
// made, and not a token alone: any page has those of its ads, and would undo their caps. Errors: token.ErrToken, ErrElsewhere, ErrUnavailable.
func (e *Engine) Lose(loss []byte) (Outcome, error) {
	text, err := e.ring.Lost(loss)
	if err != nil {
		e.counters.Forged.Add(1)
		return Outcome{}, err
	}
	o, bits, err := e.read(text)
	if err != nil {
		return o, err
	}
	t, age := &o.Token, e.cfg.Now().Sub(time.Unix(int64(o.Token.Issued), 0))
	switch {
	case t.Flags&token.Unbilled != 0: // nothing was kept for it
		o.Result, o.Reason = Refused, fraud.Forced
	case age > time.Duration(t.Lifetime)*time.Second: // that is released already, and one day its marks are forgotten
		o.Result, o.Reason = Refused, fraud.ExpiredToken
	case t.Epoch != e.epoch || !e.release(e.reservationOf(t), bits):
		o.Result = Duplicate
	default:
		o.Result = Counted
		e.counters.Lost.Add(1)
		if age <= paceBack {
			e.unpace(t)
		}
	}
	return o, nil
}

// LossOf is what says that the bid of an ad lost: its token with a proof, for the exchange that the bid is sent to, and no part of what shows the ad.
func (e *Engine) LossOf(text []byte) []byte { return e.ring.AppendLoss(nil, text) }

// paceBack is for how long a pace takes back what a lost bid had of it. What comes later would be spent in one minute with that minute's own.
const paceBack = 10 * time.Second

// reservationOf is what was kept for a token.
func (e *Engine) reservationOf(t *token.Token) *reservation {
	ticket := e.ticket(t)
	r := &reservation{
		serial: t.Serial, user: e.users.erased.unless(t.User, t.Epoch, t.Serial), line: t.Line, issued: t.Issued, day: t.Day,
		at: ticket.At, ids: ticket.IDs, network: t.Network, click: t.Flags&token.PerClick != 0,
	}
	if !r.click {
		r.price = t.Price
	}
	return r
}

// unpace gives a line's pace back what an ad took of it. Of clicks that is what a view is worth, by what is known of the line now.
func (e *Engine) unpace(t *token.Token) {
	line := e.live.line(t.Line)
	if line == nil {
		return
	}
	pace, cost := line.pace.Load(), t.Price
	if pace == nil {
		return
	}
	if t.Flags&token.PerClick != 0 {
		cost = ads.Nano(float64(cost) * line.clickRate())
	}
	pace.Give(int64(cost))
}
