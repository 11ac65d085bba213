// Command recommend measures recommendations: how well they find what people chose later, on a file of ratings or in a world that it makes
// up, how long an answer and a rebuild take, and how soon what somebody does is seen in their list.
//
//	go run ./benchmarks/recommend --ratings u.data   # MovieLens or CSV; such a file is never kept in the repository
//	go run ./benchmarks/recommend                    # a made-up world of tastes, cities and events that end
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
)

func main() {
	file := flag.String("ratings", "", "file of ratings: u.data, ratings.dat or CSV; empty makes up a world")
	seeds := flag.Int("seeds", 5, "how many divisions into training and test, or worlds, the figures are the mean of")
	only := flag.Bool("served", false, "measure only what package recommend/local serves")
	speed := flag.Bool("speed", false, "measure only how long answers take, at 2,000 items and 50,000 people")
	profile := flag.String("profile", "", "file for a CPU profile")
	flag.Parse()
	if err := profiled(*profile, func() error { return run(context.Background(), *file, *seeds, *only, *speed) }); err != nil {
		fmt.Fprintln(os.Stderr, "bench-recommend:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, file string, seeds int, only, speed bool) error {
	if file != "" {
		return onRatings(ctx, file, seeds, only)
	}
	if speed {
		return large(ctx)
	}
	return inWorlds(ctx, seeds)
}

// profiled runs fn, and writes a profile of it where one is wanted.
func profiled(file string, fn func() error) error {
	if file == "" {
		return fn()
	}
	stop, err := bench.Profile(file)
	if err != nil {
		return err
	}
	defer stop()
	return fn()
}
