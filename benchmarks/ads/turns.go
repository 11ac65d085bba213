//go:build linux

package main

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/ads/load"
	"github.com/marquee-tickets/marquee/benchmarks/ads/market"
	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
)

// server is one that is measured.
type server struct {
	name    string
	child   *market.Child
	traffic *traffic
}

// traffic asks for ads, and checks that there are answers.
type traffic struct {
	crowd  *market.Crowd
	wantAd bool
	filled int
}

// Append implements load.Traffic.
func (t *traffic) Append(dst []byte, _ int) []byte {
	dst, _ = t.crowd.Append(dst)
	return dst
}

var viewAddress = []byte(`"view":"`)

// Answered implements load.Traffic.
func (t *traffic) Answered(_, status int, body []byte) error {
	if status != 200 {
		return fmt.Errorf("status %d: %s", status, body)
	}
	if bytes.Contains(body, viewAddress) {
		t.filled++
	}
	return nil
}

// turn is what a server did in one turn.
type turn struct {
	server string
	open   bool // by the clock, not as fast as it goes
	result load.Result
	inside market.Figures
	filled float64 // share of requests that got an ad
}

// load is one turn.
func (s *server) load(p load.Plan) (turn, error) {
	p.Addr, s.traffic.filled = s.child.Addr, 0
	if _, err := s.child.Figures(); err != nil {
		return turn{}, err
	}
	result, err := load.Run(p, s.traffic)
	if err != nil {
		return turn{}, err
	}
	inside, err := s.child.Figures()
	if err != nil {
		return turn{}, err
	}
	t := turn{server: s.name, open: p.Rate > 0, result: result, inside: inside, filled: float64(s.traffic.filled) / float64(result.Answers)}
	if s.traffic.wantAd && t.filled < .5 {
		return t, fmt.Errorf("only %.0f %% of the requests got an ad", 100*t.filled)
	}
	return t, nil
}

func perSec(t turn) float64    { return t.result.PerSecond() }
func p50(t turn) float64       { return micros(t.result.Latency.Percentile(50)) }
func p99(t turn) float64       { return micros(t.result.Latency.Percentile(99)) }
func insideP50(t turn) float64 { return micros(t.inside.P50) }
func insideP99(t turn) float64 { return micros(t.inside.P99) }
func cpu(t turn) float64       { return micros(t.inside.CPU) / float64(t.result.Answers) }
func mallocs(t turn) float64   { return float64(t.inside.Mallocs) / float64(t.result.Answers) }
func filled(t turn) float64    { return t.filled }

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// of returns a figure of a server's turns.
func of(turns []turn, server string, open bool, figure func(turn) float64) (list []float64) {
	for _, t := range turns {
		if t.server == server && t.open == open {
			list = append(list, figure(t))
		}
	}
	return list
}

// tell prints the medians.
func (o options) tell(report *bench.Report, turns []turn, alone figures) {
	for _, open := range []bool{false, true} {
		for _, name := range []string{market.Ads, market.Empty} {
			middle := func(figure func(turn) float64) float64 { return median(of(turns, name, open, figure)) }
			kind := "closed loop"
			if open {
				kind = fmt.Sprintf("open loop of %d/s", o.rate)
			}
			report.Printf("%-20s %-6s %7.0f requests/s, p50 %6.0f µs, p99 %6.0f µs; in the server p50 %5.1f µs, p99 %6.1f µs, CPU %5.1f µs, %4.1f allocations; %3.0f %% with an ad\n",
				kind, name, middle(perSec), middle(p50), middle(p99), middle(insideP50), middle(insideP99), middle(cpu), middle(mallocs), 100*middle(filled))
		}
	}
	ours, empty := of(turns, market.Ads, true, p99), of(turns, market.Empty, true, p99)
	over := make([]float64, len(ours))
	for i := range ours {
		over[i] = ours[i] - empty[i] // of the same round
	}
	report.Printf("decisions_per_s=%.0f p99_over_empty_us=%.0f server_p99_us=%.0f match_allocs=%.0f openrtb_cpu_us=%.0f\n",
		median(of(turns, market.Ads, false, perSec)), median(over), median(of(turns, market.Ads, true, insideP99)), alone.matchAllocs, micros(alone.bid))
}
