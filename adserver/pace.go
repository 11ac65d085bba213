package adserver

import (
	"maps"
	"math"
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
	for i, l := range lines {
		if pace := l.pace.Load(); pace != nil {
			l.step(pace, now, e.curve)
		}
		if i%paceStretch == paceStretch-1 {
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}

// paceStretch is how many lines are stepped at once: decisions that come meanwhile wait for the processor.
const paceStretch = 256

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
			l.rerate(estimate{seen[i], prior})
		}
	}
}

// estimate is what a click rate is worked out from.
type estimate struct {
	seen  auction.ClickRate
	prior auction.Prior
}

// near reports whether another would come to much the same: working it out takes some microseconds, for each of all lines.
func (x estimate) near(y estimate) bool {
	const much = 0.02
	alike := func(a, b float64) bool { return math.Abs(a-b) <= much*b }
	return x.seen == y.seen && alike(x.prior.Clicks, y.prior.Clicks) && alike(x.prior.Views, y.prior.Views)
}

func (l *liveLine) rerate(x estimate) {
	if last := l.rated.Load(); last != nil && x.near(*last) {
		return
	}
	l.rated.Store(&x)
	l.rate.Store(x.prior.Mean(x.seen))
	l.upper.Store(x.prior.Upper(x.seen, sure))
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
