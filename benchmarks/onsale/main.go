// Command onsale measures whole bookings over HTTP on the first minutes of a
// sale: hold, buyer, payment with its notification, confirmation and tickets,
// with mails and their QR pictures delivered within the measured time. The
// shop runs in a process of its own; the buyers are pinned to one core.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/internal/pgtest"
)

// options are the program's flags.
type options struct {
	engine  string
	buyers  int
	length  time.Duration
	load    float64
	serve   string // engine of a shop process; empty for the program itself
	where   string // of its data
	address string // of the shop that a load process buys from
	profile string
}

func main() {
	var o options
	flag.StringVar(&o.engine, "engine", "both", "postgres, sqlite or both")
	flag.IntVar(&o.buyers, "buyers", 256, "buyers at a time in the closed loop")
	flag.DurationVar(&o.length, "for", 20*time.Second, "length of each phase")
	flag.Float64Var(&o.load, "load", 0.7, "arrivals of the open loop, as a part of the capacity")
	flag.StringVar(&o.serve, "serve", "", "run as the shop over this engine (used by the program itself)")
	flag.StringVar(&o.where, "where", "", "connection string or folder of the shop (used by the program itself)")
	flag.StringVar(&o.address, "buy-from", "", "run as the buyers of the shop at this address (used by the program itself)")
	flag.StringVar(&o.profile, "cpuprofile", "", "file to write the shop's CPU profile to")
	flag.Parse()
	if err := o.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench-onsale:", err)
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) error {
	switch {
	case o.serve != "":
		return serve(ctx, o.serve, o.where, o.profile)
	case o.address != "":
		return buyEverything(ctx, o)
	}
	report := bench.NewReport("onsale")
	report.Printf("closed loop: %d buyers; open loop: %.1f of the capacity; %v each; then %d parties at once\n", o.buyers, o.load, o.length, parties)
	var results []outcome
	for _, engine := range []string{"postgres", "sqlite"} {
		r := outcome{Engine: engine}
		if o.engine == "both" || o.engine == engine {
			var err error
			if r, err = o.measure(ctx, report, engine); err != nil {
				return fmt.Errorf("%s: %w", engine, err)
			}
		}
		results = append(results, r)
	}
	pg, lite := results[0], results[1]
	report.Printf("pg_bookings_per_s=%.0f pg_p99_ms=%s sqlite_bookings_per_s=%.0f sqlite_p99_ms=%s oversold=%d refused_while_free=%d audit_violations=%d\n",
		pg.Capacity, bench.Ms(pg.RequestP99), lite.Capacity, bench.Ms(lite.RequestP99),
		pg.Oversold+lite.Oversold, pg.RefusedWhileFree+lite.RefusedWhileFree, pg.Violations+lite.Violations)
	return report.Save()
}

// measure starts a shop over an engine and the buyers, and reads what they found.
func (o options) measure(ctx context.Context, report *bench.Report, engine string) (r outcome, err error) {
	dir, err := os.MkdirTemp("", "bench-onsale")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	where := dir
	if engine == "postgres" {
		server, err := pgtest.FindOrStart(ctx, pgtest.Config{Durable: true})
		if err != nil {
			return r, err
		}
		defer func() { err = errors.Join(err, server.Stop()) }()
		where = server.URL
	}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	shop := exec.CommandContext(ctx, self, "-serve", engine, "-where", where, "-cpuprofile", o.profile)
	address, err := startShop(shop)
	if err != nil {
		return r, err
	}
	result := filepath.Join(dir, "outcome.json")
	args := []string{
		"-c", "0", self, "-buy-from", address, "-engine", engine, "-where", result,
		"-buyers", fmt.Sprint(o.buyers), "-for", o.length.String(), "-load", fmt.Sprint(o.load),
	}
	load := exec.CommandContext(ctx, "taskset", args...)
	load.Stdout, load.Stderr = os.Stdout, os.Stderr
	if err := load.Run(); err != nil {
		return r, errors.Join(fmt.Errorf("buyers (pinned by taskset, of the package util-linux): %w", err), stopShop(shop))
	}
	if err := stopShop(shop); err != nil {
		return r, err
	}
	if r, err = readOutcome(result); err != nil {
		return r, err
	}
	r.tell(report)
	report.Printf("%-9s CPU seconds: shop %.1f, buyers %.1f (Postgres not counted)\n", engine,
		(shop.ProcessState.UserTime() + shop.ProcessState.SystemTime()).Seconds(), (load.ProcessState.UserTime() + load.ProcessState.SystemTime()).Seconds())
	return r, nil
}
