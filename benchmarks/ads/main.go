//go:build linux

// Command ads measures the ad server over HTTP: decisions with consent, address, user agent, caps, auction and signature, among ten thousand
// lines and for a million people, beside a fasthttp handler that does nothing under the same load, by turns.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/ads/load"
	"github.com/marquee-tickets/marquee/benchmarks/ads/market"
	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
)

type options struct {
	rounds      int
	length      time.Duration
	connections int
	rate        int
	serve, dir  string
	profile     string
	dry         bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 7, "how often each server has its turn")
	flag.DurationVar(&o.length, "for", 3*time.Second, "length of a turn")
	flag.IntVar(&o.connections, "connections", 64, "connections kept open")
	flag.IntVar(&o.rate, "rate", 10_000, "requests a second of the open loop")
	flag.StringVar(&o.serve, "serve", "", "run as a server, ads or empty (used by the program itself)")
	flag.StringVar(&o.dir, "dir", "", "folder of the market (used by the program itself)")
	flag.StringVar(&o.profile, "cpuprofile", "", "file to write the ad server's CPU profile to")
	flag.BoolVar(&o.dry, "dry", false, "keep no results")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench-ads:", err)
		os.Exit(1)
	}
}

func (o options) run() error {
	if o.serve != "" {
		return market.Serve(o.serve, o.dir, o.profile)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "bench-ads")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bench.Progress("filling the market")
	if err := market.Fill(ctx, dir, market.Lines); err != nil {
		return err
	}
	alone, err := inside(ctx, dir)
	if err != nil {
		return err
	}
	report := bench.NewReport("ads")
	report.Printf("%d lines in %d alternatives, %d dimensions; %.0f lines match a request (%.1f %%), found in %s of CPU with %.0f allocations; a whole decision without HTTP in %s with %.0f\n",
		market.Lines, alone.alternatives, alone.dims, alone.matches, 100*alone.matches/market.Lines, alone.match, alone.matchAllocs, alone.decide, alone.decideAllocs)
	report.Printf("OpenRTB 2.6: a request is read, decided on and answered in %s of CPU; %.0f %% get a bid\n", alone.bid, 100*alone.bids)
	turns, err := o.measure(ctx, dir)
	if err != nil {
		return err
	}
	report.Printf("%d rounds of %s for each server and kind of load, %d connections, server and load on the same cores\n", o.rounds, o.length, o.connections)
	o.tell(report, turns, alone)
	if o.dry {
		return nil
	}
	return report.Save()
}

// measure gives each server its turns, in every other round in the other order.
func (o options) measure(ctx context.Context, dir string) (turns []turn, err error) {
	var servers []*server
	defer func() {
		for _, s := range servers {
			if stopping := s.child.Stop(); err == nil {
				err = stopping
			}
		}
	}()
	for _, name := range []string{market.Empty, market.Ads} {
		child, err := market.Start(ctx, "-serve", name, "-dir", dir, "-cpuprofile", o.profileOf(name))
		if err != nil {
			return nil, err
		}
		servers = append(servers, &server{name: name, child: child, traffic: &traffic{crowd: market.NewCrowd(7), wantAd: name == market.Ads}})
	}
	for n := range o.rounds + 1 {
		bench.Progress("round %d of %d", n, o.rounds)
		round, err := o.round(servers, n)
		if err != nil {
			return nil, err
		}
		if n > 0 { // the first one warms
			turns = append(turns, round...)
		}
	}
	bench.ProgressDone()
	return turns, nil
}

// round gives each server a turn of each kind.
func (o options) round(servers []*server, n int) (turns []turn, err error) {
	for i := range servers {
		s := servers[(i+n)%len(servers)]
		for _, rate := range []int{0, o.rate} {
			t, err := s.load(load.Plan{Connections: o.connections, Rate: rate, For: o.length})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			turns = append(turns, t)
		}
	}
	return turns, nil
}

func (o options) profileOf(name string) string {
	if name == market.Ads {
		return o.profile
	}
	return ""
}
