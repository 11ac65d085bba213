package adserver

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Conversion is what an advertiser says came of a click.
type Conversion struct {
	Click []byte // the token that its page was called with
	Kind  string // the advertiser's word: "booking"; see store.Conversion
	Order string // its reference, so that one order counts once; may be empty
	Value ads.Nano

	// By is whose server tells it, and has proved that; zero for what a browser says, or anybody.
	By    ads.AdvertiserID
	Visit Visit
}

// Convert counts what came of a click within ads.Campaign.Attribution, once for each click and kind, and once for each order. What no server of
// the advertiser has proved to tell is judged by who sends it. When it returns, the
// database has it, for reports as well. Errors: token.ErrToken, Invalid about a field, NotFound
// for a click that was not counted, must not be measured, or is another advertiser's than By; store.ErrTooLate.
func (e *Engine) Convert(ctx context.Context, c Conversion) (Outcome, error) {
	o := Outcome{}
	t, err := e.ring.Parse(c.Click)
	if err != nil {
		e.counters.Forged.Add(1)
		return o, err
	}
	o.Token = t
	now := e.cfg.Now()
	o.Reason = e.cfg.Sensors.Fraud.Classify(&fraud.Event{
		Kind: fraud.Conversion, IP: c.Visit.IP, Agent: c.Visit.Agent, Device: e.cfg.Sensors.Devices.Parse(c.Visit.Agent), Ahead: c.Visit.Ahead,
		User: t.User, Issued: time.Unix(int64(t.Issued), 0), Viewed: time.Unix(int64(t.Issued), 0), Now: now, Staff: c.Visit.Staff, ByServer: c.By != 0,
	})
	if o.Reason != fraud.OK {
		o.Result = Refused
		e.counters.refused(o.Reason)
		return o, nil
	}
	said := store.Conversion{
		Click: store.ClickKey{Node: t.Node, Epoch: t.Epoch, Serial: t.Serial}, By: c.By, Kind: c.Kind, Order: c.Order, Value: c.Value, At: now,
	}
	_, counted, err := e.store.Convert(ctx, said)
	if fault.Is(err, fault.NotFound) && t.Node == e.cfg.Node && e.flush(ctx) == nil { // the click may be on its way
		_, counted, err = e.store.Convert(ctx, said)
	}
	if err != nil {
		return o, fmt.Errorf("adserver: convert: %w", err)
	}
	if !counted {
		o.Result = Duplicate
		return o, nil
	}
	o.Result = Counted
	return o, nil
}
