package adserver

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Conversion is what an advertiser says came of a click.
type Conversion struct {
	Click []byte // the token that its page was called with
	Kind  string // the advertiser's word: "booking"
	Order string // its reference, so that one order counts once; may be empty
	Value ads.Nano

	// ByServer says that the advertiser's server tells it, not a browser.
	ByServer bool
	Visit    Visit
}

// convertWithin is how long after its click something counts as come of it.
const convertWithin = 30 * 24 * time.Hour

// Convert counts what came of a click, once for each click and kind, and once for each order. Errors: token.ErrToken, Invalid about a field, NotFound
// for a click that was not counted, store.ErrTooLate.
func (e *Engine) Convert(ctx context.Context, c Conversion) (Outcome, error) {
	o := Outcome{}
	t, err := e.ring.Parse(c.Click)
	if err != nil {
		e.counters.Forged.Add(1)
		return o, err
	}
	o.Token = t
	now := e.cfg.Now()
	if !c.ByServer {
		o.Reason = e.cfg.Sensors.Fraud.Classify(&fraud.Event{
			Kind: fraud.Conversion, IP: c.Visit.IP, Agent: c.Visit.Agent, Device: e.cfg.Sensors.Devices.Parse(c.Visit.Agent), Ahead: c.Visit.Ahead,
			User: t.User, Issued: time.Unix(int64(t.Issued), 0), Viewed: time.Unix(int64(t.Issued), 0), Now: now, Staff: c.Visit.Staff,
		})
		if o.Reason != fraud.OK {
			o.Result = Refused
			e.counters.refused(o.Reason)
			return o, nil
		}
	}
	said := store.Conversion{
		Click: store.ClickKey{Node: t.Node, Epoch: t.Epoch, Serial: t.Serial}, Kind: c.Kind, Order: c.Order, Value: c.Value, At: now,
	}
	place, counted, err := e.store.Convert(ctx, said, convertWithin)
	if fault.Is(err, fault.NotFound) && t.Node == e.cfg.Node && e.flush(ctx) == nil { // the click may be on its way
		place, counted, err = e.store.Convert(ctx, said, convertWithin)
	}
	if err != nil {
		return o, fmt.Errorf("adserver: convert: %w", err)
	}
	if !counted {
		o.Result = Duplicate
		return o, nil
	}
	ev := ledger.Event{Kind: ledger.Conversion, Place: place, At: now.UTC().Truncate(time.Microsecond)}
	return e.acknowledge(ctx, o, &ev, e.record(&t, &ev), true)
}
