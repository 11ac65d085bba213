// Package pacing spreads what a line may spend over its flight, and keeps a rush of requests from spending it at once.
//
//	l, err := pacing.NewLine(pacing.Plan{Daily: 50_000_000_000, End: end})
//	l.Step(now, pacing.Spent{Total: …, Today: …}, curve) // every few seconds
//	if l.Pass(random) && l.Take(price) { … }             // in the hot path
//
// Two things hold a line back. The rate of Pass is the share of requests that it takes part in. It is steered as in Agarwal, Ghosh, Wei and
// You, "Budget Pacing for Targeted Online Advertisements at LinkedIn" (KDD 2014), against the share of the day's requests that is expected up
// to now, with two changes: a step goes as far as what was spent at the rate before it says that it should, between half and six fifths
// of that rate, so that the rate does not swing; and what is late or early is made up over half an hour. Take is what bounds each minute,
// before the rate can have noticed anything.
//
// Neither is a hard budget: that is adserver/budget.
package pacing

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// Line is the pace of a line. It is safe for concurrent use; Pass, Take and Give never wait.
type Line struct {
	rate   atomic.Uint64 // of 2^32
	tokens atomic.Int64  // nano that may be spent at once; below 0 when the last was more than there was
	most   atomic.Int64  // of tokens

	mu   sync.Mutex
	plan Plan
	meter
}

// meter is what a line has measured.
type meter struct {
	at    time.Time // of the last step; zero before the first
	total int64     // spent up to then
	share float64   // the rate
	spent float64   // nano lately
	asked float64   // seconds lately, each times the rate that it had
}

// NewLine returns a line that takes part in nothing until its first Step. Errors: an Invalid fault of Plan.Validate.
func NewLine(p Plan) (*Line, error) {
	l := &Line{}
	if err := l.Set(p); err != nil {
		return nil, err
	}
	return l, nil
}

// Set changes the plan from the next Step on; what was measured stays. Errors: those of NewLine, and then nothing changes.
func (l *Line) Set(p Plan) error {
	if err := p.Validate(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plan = p.withDefaults()
	return nil
}

// Pass reports whether a line takes part in a request. The argument is an even random number of the request and the line.
func (l *Line) Pass(random uint32) bool { return uint64(random) < l.rate.Load() }

// Take reports whether what an ad costs may be spent in this minute, in nano, and counts it. The last one that gets something may be dearer than what is
// left; what it owes is taken from what comes. Of clicks, it is to be given what a view is worth.
func (l *Line) Take(nano int64) bool {
	for {
		left := l.tokens.Load()
		if left <= 0 {
			return false
		}
		if l.tokens.CompareAndSwap(left, left-nano) {
			return true
		}
	}
}

// Give gives back what was taken and is not spent after all: as far as there is room, for what has come since is not to be spent at once with it.
func (l *Line) Give(nano int64) {
	for {
		left := l.tokens.Load()
		if l.tokens.CompareAndSwap(left, max(left, min(left+nano, l.most.Load()))) {
			return
		}
	}
}

// Spent is what a line has spent, in nano, with what is reserved for ads that may still be seen.
type Spent struct {
	Total int64 // in the whole flight
	Today int64 // since midnight in the plan's zone
}

// State is what a step has come to, for people.
type State struct {
	Rate    float64 // the share of requests that the line takes part in, 0 to 1
	Budget  int64   // of the day, nano
	Planned int64   // to be spent up to now, of Budget
	Minute  int64   // what may be spent in any minute
}

const (
	// first is the rate to begin with.
	first = .1

	// lowest is the rate at which a line that is ahead goes on to measure what it would spend.
	lowest = 1e-4

	// up and down bound a step by the rate before it: it must come down faster than it may go up.
	up, down = 1.2, .5

	// memory is the time in which what was measured comes to count a third, in seconds.
	memory = 120

	// late is the time over which what is late or early is made up, in seconds.
	late = 1800

	// stride is the longest time between steps for which Take gets all that comes: then no minute has more than State.Minute.
	stride = 10 * time.Second
)

// Step sets the rate for the next seconds and fills up what Take takes from. It is to be called every 2 to 10 seconds by one caller; when it is
// not, less is spent and not more. What it does depends on its arguments and on earlier steps alone.
func (l *Line) Step(now time.Time, spent Spent, c *Curve) State {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.plan.day(now)
	since := l.measure(now, spent)
	if now.Before(d.from) || !now.Before(d.to) {
		l.shut()
		return State{}
	}
	s := State{Budget: l.plan.budget(d, spent, c)}
	s.Minute = l.plan.minute(d, s.Budget)
	s.Planned = planned(d, now, s.Budget, c)
	if spent.Today >= s.Budget {
		l.shut()
		return s
	}
	l.fill(s.Minute, since)
	if l.plan.Pace == ASAP {
		l.share = 1
	} else {
		l.steer(l.wanted(d, now, spent, s, c))
	}
	l.rate.Store(uint64(math.Round(l.share * (1 << 32))))
	s.Rate = l.share
	return s
}

// planned is what is to be spent of a day's budget up to a time.
func planned(d day, now time.Time, budget int64, c *Curve) int64 {
	if !now.Before(d.to) {
		return budget
	}
	all := c.Traffic(d.from, d.to)
	return int64(float64(budget) * c.Traffic(d.from, now) / all)
}

// shut stops the line until a step opens it again, at the rate that it had.
func (l *Line) shut() {
	l.rate.Store(0)
	l.most.Store(0)
	l.tokens.Store(min(0, l.tokens.Load()))
}

// measure takes note of what was spent since the last step, and returns how long ago that is.
func (l *Line) measure(now time.Time, spent Spent) time.Duration {
	if l.at.IsZero() {
		l.meter = meter{at: now, total: spent.Total, share: first}
		return stride
	}
	since := now.Sub(l.at)
	if since <= 0 {
		return 0
	}
	keep := math.Exp(-since.Seconds() / memory)
	l.spent = l.spent*keep + max(0, float64(spent.Total-l.total))
	l.asked *= keep
	if l.rate.Load() > 0 {
		l.asked += l.share * since.Seconds()
	}
	l.at, l.total = now, spent.Total
	return since
}

// fill adds what comes in a time. An eighth of a minute's share is there at once at most and three quarters come in a minute, so that
// no minute, with the eighth that is cut off at its ends, has more than its share.
func (l *Line) fill(minute int64, since time.Duration) {
	most := max(1, minute/8)
	l.most.Store(most)
	more := int64(float64(minute) * .75 * min(since, stride).Minutes())
	for {
		left := l.tokens.Load()
		if l.tokens.CompareAndSwap(left, min(left+more, most)) {
			return
		}
	}
}

// wanted is what should be spent in a second.
func (l *Line) wanted(d day, now time.Time, spent Spent, s State, c *Curve) float64 {
	rest := d.to.Sub(now).Seconds()
	ahead := min(60, rest)
	soon := planned(d, now.Add(time.Duration(ahead*float64(time.Second))), s.Budget, c)
	pace := float64(soon-s.Planned) / max(ahead, 1)
	// At the end of a day less time is left to make something up.
	return pace + float64(s.Planned-spent.Today)/max(min(late, rest/2), 5)
}

// steer moves the rate towards the one at which what is wanted would be spent.
func (l *Line) steer(wanted float64) {
	aim := l.share * up
	if l.spent > 0 {
		aim = wanted * l.asked / l.spent // what is spent goes with the rate
	}
	l.share = min(1, max(lowest, l.share*down, min(aim, l.share*up)))
}
