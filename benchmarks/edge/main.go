// Command edge measures how fast the storefront serves a page that it has in memory: against a bare fasthttp handler that
// writes the same bytes and headers, nginx with proxy_cache and Varnish, all with kept connections, in the same run by
// turns. The server and wrk each have a core of their own.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
)

// sizes are the pages' sizes in KB, as they are sent.
var sizes = []int{1, 5, 20}

type options struct {
	rounds      int
	length      time.Duration
	connections int
	serve, copy string
	profile     string
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 9, "how often each server has its turn")
	flag.DurationVar(&o.length, "for", 2*time.Second, "length of a turn")
	flag.IntVar(&o.connections, "connections", 32, "connections kept open")
	flag.StringVar(&o.serve, "serve", "", "run as a server, edge or bare and a port (used by the program itself)")
	flag.StringVar(&o.copy, "copy", "", "address whose pages the bare server copies (used by the program itself)")
	flag.StringVar(&o.profile, "cpuprofile", "", "file to write the edge server's CPU profile to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := o.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-edge:", err)
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) error {
	switch what, port, _ := strings.Cut(o.serve, ":"); what {
	case "edge":
		return serveEdge(port, o.profile)
	case "bare":
		return serveBare(port, o.copy)
	}
	allocs, err := hitAllocs()
	if err != nil {
		return err
	}
	renders, err := stampede()
	if err != nil {
		return err
	}
	report := bench.NewReport("edge")
	turns, err := o.measure(ctx, report)
	if err != nil {
		return err
	}
	bare, nginx, varnish := 1e9, 1e9, 1e9
	for _, size := range sizes {
		tell(report, size, turns)
		bare = min(bare, ratio(turns, size, "bare"))
		if size <= 5 {
			nginx, varnish = min(nginx, ratio(turns, size, "nginx")), min(varnish, ratio(turns, size, "varnish"))
		}
	}
	report.Printf("vs_bare=%.2f vs_nginx=%.2f vs_varnish=%.2f hit_allocs=%.0f stampede_renders=%d\n", bare, nginx, varnish, allocs, renders)
	return report.Save()
}

// turn is what a server did in one turn.
type turn struct {
	server   string
	size     int
	perSec   float64
	cpuMicro float64 // CPU time of the server for each request
	failed   int
}

// measure gives each server its turns, size by size, one after another within each round, in every other round from the last to the first.
func (o options) measure(ctx context.Context, report *bench.Report) ([]turn, error) {
	dir, err := os.MkdirTemp("", "bench-edge")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // servers that give up root read it
		return nil, err
	}
	servers, err := o.start(ctx, dir)
	defer servers.stop()
	if err != nil {
		return nil, err
	}
	if err := alike(servers[0], servers[1]); err != nil {
		return nil, err
	}
	report.Printf("%d rounds of %s for each server and size, %d connections, server on one core and wrk on the other; %s\n", o.rounds, o.length, o.connections, servers.versions())
	var turns []turn
	order := slices.Clone(servers)
	for round := range o.rounds {
		for _, size := range sizes {
			for _, s := range order {
				bench.Progress("round %d of %d: %s, %d KB", round+1, o.rounds, s.name, size)
				t, err := s.load(ctx, size, o)
				if err != nil {
					return nil, fmt.Errorf("%s, %d KB: %w", s.name, size, err)
				}
				if t.failed > 0 {
					return nil, fmt.Errorf("%s, %d KB: %d answers were not as they should be", s.name, size, t.failed)
				}
				turns = append(turns, t)
			}
		}
		slices.Reverse(order)
	}
	bench.ProgressDone()
	return turns, nil
}

// of returns a figure of a server's turns with a size.
func of(turns []turn, server string, size int, figure func(turn) float64) []float64 {
	var list []float64
	for _, t := range turns {
		if t.server == server && t.size == size {
			list = append(list, figure(t))
		}
	}
	return list
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

func perSec(t turn) float64   { return t.perSec }
func cpuMicro(t turn) float64 { return t.cpuMicro }

// ratio is the median over the rounds of our requests per second by the peer's in the same round.
func ratio(turns []turn, size int, peer string) float64 {
	return median(ratios(turns, size, peer, perSec))
}

// ratios are our figure by the peer's in each round.
func ratios(turns []turn, size int, peer string, figure func(turn) float64) []float64 {
	ours, theirs := of(turns, "edge", size, figure), of(turns, peer, size, figure)
	list := make([]float64, len(ours))
	for i := range ours {
		list[i] = ours[i] / theirs[i]
	}
	return list
}
