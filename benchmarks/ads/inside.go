//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/ads/market"
)

// figures are what is measured without HTTP, in this process.
type figures struct {
	alternatives, dims        int
	matches                   float64       // lines that match a request
	match, decide, bid        time.Duration // CPU of each
	matchAllocs, decideAllocs float64
	bids                      float64 // share of requests of exchanges that got one
}

// times is how often each is done.
const times = 20_000

// inside measures the parts.
func inside(ctx context.Context, dir string) (f figures, err error) {
	m, err := market.NewMatching()
	if err != nil {
		return f, err
	}
	stats := m.Stats()
	f.alternatives, f.dims = stats.Alternatives, stats.Dims
	f.matches = float64(m.Count(times)) / times
	f.match = timed(m.Match)
	f.matchAllocs = testing.AllocsPerRun(times, m.Match)

	d, err := market.NewDeciding(ctx, dir)
	if err != nil {
		return f, err
	}
	timed(d.Decide) // grows what is kept
	f.decide = timed(d.Decide)
	f.decideAllocs = testing.AllocsPerRun(times, d.Decide)
	if err := d.Close(ctx); err != nil {
		return f, err
	}
	return f, f.exchange(ctx, dir)
}

// exchange measures a request of OpenRTB.
func (f *figures) exchange(ctx context.Context, dir string) error {
	b, err := market.NewBidding(ctx, dir)
	if err != nil {
		return err
	}
	if b.Offered() {
		timed(b.Bid)
		f.bid = timed(b.Bid)
		f.bids = b.Filled()
		if f.bids < .5 {
			err = fmt.Errorf("only %.0f %% of the requests of exchanges got a bid", 100*f.bids)
		}
	}
	return errors.Join(err, b.Close(ctx))
}

// timed is how much of the processor's time a call takes, which others on the machine change little.
func timed(fn func()) time.Duration {
	start := market.CPU()
	for range times {
		fn()
	}
	return (market.CPU() - start) / times
}
