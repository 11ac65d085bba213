//go:build linux

// Command beacons measures how many views and clicks the ad server takes in a second, each on disk before it is answered and each sent twice. At the
// end the server is killed, the journal is read again, and the books are held against what was sent: every view is to be there, once.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/ads/load"
	"github.com/marquee-tickets/marquee/benchmarks/ads/market"
	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
)

type options struct {
	rounds      int
	ads         int
	connections int
	serve, dir  string
	profile     string
	dry         bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 5, "how often ads are decided on and then seen")
	flag.IntVar(&o.ads, "ads", 60_000, "ads of a round, each of which is seen twice")
	flag.IntVar(&o.connections, "connections", 256, "connections kept open")
	flag.StringVar(&o.serve, "serve", "", "run as a server (used by the program itself)")
	flag.StringVar(&o.dir, "dir", "", "folder of the market (used by the program itself)")
	flag.StringVar(&o.profile, "cpuprofile", "", "file to write the server's CPU profile to; the server is then stopped in order instead of killed")
	flag.BoolVar(&o.dry, "dry", false, "keep no results")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench-beacons:", err)
		os.Exit(1)
	}
}

func (o options) run() error {
	if o.serve != "" {
		return market.Serve(o.serve, o.dir, o.profile)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "bench-beacons")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bench.Progress("filling the market")
	if err := market.Fill(ctx, dir, market.Lines); err != nil {
		return err
	}
	seen := newSeen()
	rounds, err := o.rush(ctx, dir, seen)
	if err != nil {
		return err
	}
	bench.Progress("reading the journal again")
	books, err := audit(ctx, dir, seen)
	if err != nil {
		return err
	}
	bench.ProgressDone()
	return o.report(rounds, seen, books)
}

// round is what one round came to.
type round struct {
	result load.Result
	inside market.Figures
}

// rush decides and tells of what was decided on, round by round, and then ends the server as it is.
func (o options) rush(ctx context.Context, dir string, seen *seen) (rounds []round, err error) {
	child, err := market.Start(ctx, "-serve", market.Ads, "-dir", dir, "-cpuprofile", o.profile)
	if err != nil {
		return nil, err
	}
	defer func() {
		end := child.Kill
		if o.profile != "" {
			end = child.Stop
		}
		if ending := end(); err == nil {
			err = ending
		}
	}()
	crowd := market.NewCrowd(11)
	for n := range o.rounds {
		bench.Progress("round %d of %d: decisions", n+1, o.rounds)
		decided := &decisions{crowd: crowd, most: o.ads, who: make([]market.Visitor, o.connections)}
		plan := load.Plan{Addr: child.Addr, Connections: o.connections}
		if _, err := load.Run(plan, decided); err != nil {
			return nil, fmt.Errorf("decisions: %w", err)
		}
		if _, err := child.Figures(); err != nil {
			return nil, err
		}
		bench.Progress("round %d of %d: beacons", n+1, o.rounds)
		var r round
		if r.result, err = load.Run(plan, newBeacons(decided.ads, seen, uint64(n))); err != nil {
			return nil, fmt.Errorf("beacons: %w", err)
		}
		if r.inside, err = child.Figures(); err != nil {
			return nil, err
		}
		if r.inside.Refused > 0 {
			return nil, fmt.Errorf("%d beacons were taken for invalid traffic", r.inside.Refused)
		}
		rounds = append(rounds, r)
	}
	return rounds, nil
}

func (o options) report(rounds []round, seen *seen, b books) error {
	report := bench.NewReport("ads-beacons")
	report.Printf("%d rounds of %d ads, each view and every twentieth click sent twice by different connections of %d; each answer after its fsync\n", o.rounds, o.ads, o.connections)
	middle := func(figure func(round) float64) float64 {
		var list []float64
		for _, r := range rounds {
			list = append(list, figure(r))
		}
		slices.Sort(list)
		return list[len(list)/2]
	}
	ms := func(p float64) func(round) float64 {
		return func(r round) float64 { return float64(r.result.Latency.Percentile(p)) / float64(time.Millisecond) }
	}
	report.Printf("%.0f requests/s; acknowledged after p50 %.1f ms, p99 %.1f ms; CPU of the server %.1f µs a request, with all that it does in the background\n",
		middle(func(r round) float64 { return r.result.PerSecond() }), middle(ms(50)), middle(ms(99)),
		middle(func(r round) float64 { return float64(r.inside.CPU.Microseconds()) / float64(r.result.Answers) }))
	report.Printf("after a kill: %d views and %d clicks in the books, %d and %d acknowledged; billed %s; the audit found %d discrepancies\n",
		b.views, b.clicks, seen.count(view), seen.count(click), b.gross, b.discrepancies)
	report.Printf("beacons_per_s=%.0f ack_p99_ms=%.1f doubled=%d lost=%d\n", middle(func(r round) float64 { return r.result.PerSecond() }), middle(ms(99)), b.doubled, b.lost)
	if o.dry {
		return nil
	}
	return report.Save()
}
