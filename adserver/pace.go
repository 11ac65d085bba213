package adserver

import (
	"maps"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/auction"
	"github.com/marquee-tickets/marquee/adserver/pacing"
)

// planOf is what a line may spend and when; false for one that is to be spent as fast as it can, or has no budget to spread.
func planOf(l ads.Line, c ads.Campaign, zone *time.Location) (pacing.Plan, bool) {
	if l.Tier == ads.House || l.Pace == ads.ASAP || l.Budget == (ads.Budget{}) {
		return pacing.Plan{}, false
	}
	p := pacing.Plan{Total: int64(l.Budget.Total), Daily: int64(l.Budget.Daily), Zone: zone}
	from, to := span(c.Flight, l.Flight)
	if from > 0 {
		p.Start = time.Unix(from, 0)
	}
	if to < 1<<40 {
		p.End = time.Unix(to, 0)
	}
	if p.End.IsZero() && p.Daily == 0 {
		return p, false // a total without an end: there is no day to hold it to
	}
	return p, true
}

// pacedBy brings the pace of a line to what the catalogue says.
func (l *liveLine) pacedBy(p pacing.Plan, paced bool) error {
	if !paced {
		l.pace.Store(nil)
		return nil
	}
	if line := l.pace.Load(); line != nil {
		return line.Set(p)
	}
	line, err := pacing.NewLine(p)
	if err == nil {
		l.pace.Store(line)
	}
	return err
}

// repace steps all paces, and works out click rates anew.
func (e *Engine) repace() error {
	now := e.cfg.Now()
	lines := e.live.all()
	rerate(lines)
	for _, l := range lines {
		if pace := l.pace.Load(); pace != nil {
			l.step(pace, now, e.curve)
		}
	}
	return nil
}

// all are the lines, in no order.
func (l *live) all() []*liveLine {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.Collect(maps.Values(l.lines))
}

// rerate works out click rates, each from what was seen of the line and of all.
func rerate(lines []*liveLine) {
	seen := make([]auction.ClickRate, 0, len(lines))
	for _, l := range lines {
		seen = append(seen, l.counts.rate())
	}
	prior := auction.NewPrior(seen)
	for i, l := range lines {
		if l.perClick.Load() { // nobody asks for the others'
			l.rate.Store(prior.Mean(seen[i]))
			l.upper.Store(prior.Upper(seen[i], sure))
		}
	}
}

func (l *liveLine) step(pace *pacing.Line, now time.Time, curve *pacing.Curve) {
	state := pace.Step(now, l.spent(now), curve)
	l.passes.Store(uint32(state.Rate * million))
}

const million = 1_000_000

// sure is how certain it is that a click rate is below its upper bound.
const sure = 0.99

func (c *counts) rate() auction.ClickRate {
	return auction.ClickRate{Views: uint64(c.views.Load()), Clicks: uint64(c.clicks.Load())}
}

// spent is what a line has spent, on other nodes as well, with what is reserved here.
func (l *liveLine) spent(now time.Time) pacing.Spent {
	today, _ := l.purse.today(l.campaign.advertiser.day(now.Unix()))
	return pacing.Spent{Total: int64(l.purse.inAll.gone(&l.purse.total)), Today: int64(l.purse.byDay.gone(today))}
}

// clickRate is what a click rate is taken for, of an impression.
func (l *liveLine) clickRate() float64 { return float64(l.rate.Load()) / billion }
