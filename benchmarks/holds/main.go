// Command holds measures how many seats per second 256 buyers can hold in one
// show at a time, against a peer that commits each hold by itself: pgbench on
// Postgres, the same statements one commit each on SQLite.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/pgtest"
)

const (
	hallSeats  = 10_000
	countUntil = hallSeats * 8 / 10 // seats of a show that count: a full hall refuses, which is cheap
	perHold    = 2
)

func main() {
	buyers := flag.Int("buyers", 256, "buyers at the same time")
	length := flag.Duration("for", 30*time.Second, "how long our side is measured, on each engine")
	peer := flag.Duration("peer-for", 10*time.Second, "how long each of the peer's settings is measured")
	engine := flag.String("engine", "both", "postgres, sqlite or both")
	profile := flag.String("cpuprofile", "", "file to write a CPU profile to")
	flag.Parse()
	stop := func() {}
	if *profile != "" {
		var err error
		if stop, err = bench.Profile(*profile); err != nil {
			fmt.Fprintln(os.Stderr, "bench-holds:", err)
			os.Exit(1)
		}
	}
	err := run(context.Background(), *buyers, *length, *peer, *engine)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-holds:", err)
		os.Exit(1)
	}
}

// result is what one side did.
type result struct {
	seats   int
	elapsed time.Duration
	waits   []time.Duration // of each hold
}

func (r result) perSecond() float64 { return float64(r.seats) / r.elapsed.Seconds() }

func run(ctx context.Context, buyers int, length, peerLength time.Duration, engine string) error {
	report := bench.NewReport("holds")
	report.Printf("buyers: %d, %d seats a hold, shows of %d seats, the first %d count\n", buyers, perHold, hallSeats, countUntil)
	var pgOurs, pgPeer, liteOurs, litePeer result
	var err error
	if engine != "sqlite" {
		if pgOurs, pgPeer, err = runPostgres(ctx, report, buyers, length, peerLength); err != nil {
			return err
		}
	}
	if engine != "postgres" {
		if liteOurs, litePeer, err = runSQLite(ctx, report, buyers, length, peerLength); err != nil {
			return err
		}
	}
	report.Printf("pg_ratio=%.1f pg_holds_per_s=%.0f pg_p99_ms=%s sqlite_ratio=%.1f sqlite_holds_per_s=%.0f sqlite_p99_ms=%s\n",
		ratio(pgOurs, pgPeer), pgOurs.perSecond()/perHold, bench.Ms(bench.Percentile(pgOurs.waits, 99)),
		ratio(liteOurs, litePeer), liteOurs.perSecond()/perHold, bench.Ms(bench.Percentile(liteOurs.waits, 99)))
	return report.Save()
}

func ratio(ours, peer result) float64 {
	if peer.seats == 0 || ours.seats == 0 {
		return 0
	}
	return ours.perSecond() / peer.perSecond()
}

func runPostgres(ctx context.Context, report *bench.Report, buyers int, length, peerLength time.Duration) (ours, peer result, err error) {
	// A server of our own: the peer's 256 clients are more than the default number of connections.
	// Everything else, durability above all, is as Postgres has it by default.
	server, err := pgtest.Start(ctx, pgtest.Config{Durable: true, Settings: map[string]string{"max_connections": "300"}})
	if errors.Is(err, pgtest.ErrNone) {
		server, err = pgtest.FindOrStart(ctx, pgtest.Config{Durable: true})
	}
	if err != nil {
		return ours, peer, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	if err := describe(ctx, report, server.URL); err != nil {
		return ours, peer, err
	}
	const schema = "bench_holds"
	if err := freshSchema(ctx, server.URL, schema); err != nil {
		return ours, peer, err
	}
	db, err := postgres.Open(ctx, postgres.Config{URL: server.URL, Schema: schema})
	if err != nil {
		return ours, peer, err
	}
	if ours, err = sell(ctx, "postgres", db, buyers, length); err != nil {
		return ours, peer, err
	}
	tell(report, "postgres, judged together", ours)
	peer, err = pgbench(ctx, report, server.URL, schema, peerLength)
	return ours, peer, err
}

func runSQLite(ctx context.Context, report *bench.Report, buyers int, length, peerLength time.Duration) (ours, peer result, err error) {
	dir, err := os.MkdirTemp("", "bench-holds")
	if err != nil {
		return ours, peer, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "ours.db")
	db, err := sqlite.Open(ctx, sqlite.Config{Path: path})
	if err != nil {
		return ours, peer, err
	}
	if ours, err = sell(ctx, "sqlite", db, buyers, length); err != nil {
		return ours, peer, err
	}
	tell(report, "sqlite, judged together", ours)
	if peer, err = oneCommitPerHold(ctx, filepath.Join(dir, "peer.db"), peerLength); err != nil {
		return ours, peer, err
	}
	tell(report, "sqlite, one commit per hold", peer)
	return ours, peer, nil
}

func tell(report *bench.Report, side string, r result) {
	report.Printf("%-34s %8.0f seats/s  %7.0f holds/s  p50 %s ms  p99 %s ms  max %s ms\n", side, r.perSecond(), r.perSecond()/perHold,
		bench.Ms(bench.Percentile(r.waits, 50)), bench.Ms(bench.Percentile(r.waits, 99)), bench.Ms(bench.Percentile(r.waits, 100)))
}

// sell has buyers hold seats in show after show until the time is over. A show is left once the
// counted part of its seats is held, so that every request asks for seats that are free.
func sell(ctx context.Context, name string, db store.DB, buyers int, length time.Duration) (result, error) {
	client, err := bms.New(db, bms.Config{})
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	programme := bmstest.Hall(time.Now(), seatmap.Arena(seatmap.HallOptions{Seats: hallSeats}))
	programme.Prices.Fees = nil
	if err := programme.Store(ctx, client); err != nil {
		return result{}, err
	}
	plan, err := client.Catalog.Plan(ctx, programme.SeatMap.ID)
	if err != nil {
		return result{}, err
	}
	pairs := pairsOf(plan)
	var total result
	for total.elapsed < length {
		show := programme.Show
		show.ID = id.New[catalog.ShowID](catalog.ShowPrefix, time.Now())
		if err := client.Shows.Put(ctx, show); err != nil {
			return total, err
		}
		if err := sellShow(ctx, client, show.ID, pairs, buyers, &total); err != nil {
			return total, err
		}
		bench.Progress("%s: %.0f of %.0f s, %.0f seats/s", name, total.elapsed.Seconds(), length.Seconds(), total.perSecond())
	}
	bench.ProgressDone()
	return total, nil
}

// sellShow sells the counted part of one show and adds to the result.
func sellShow(ctx context.Context, client *bms.Client, show catalog.ShowID, pairs [][2]string, buyers int, total *result) error {
	order := rand.Perm(len(pairs))
	var next atomic.Int64
	var mu sync.Mutex
	var failed error
	var wait sync.WaitGroup
	begin := time.Now()
	for range buyers {
		wait.Go(func() {
			var waits []time.Duration
			for {
				n := int(next.Add(1)) - 1
				if n >= countUntil/perHold {
					break
				}
				pair := pairs[order[n]]
				at := time.Now()
				_, err := client.Holds.Create(ctx, bms.HoldRequest{ShowID: show, Seats: []bms.SeatItem{{Seat: pair[0]}, {Seat: pair[1]}}})
				waits = append(waits, time.Since(at))
				if err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					return
				}
			}
			mu.Lock()
			total.waits = append(total.waits, waits...)
			mu.Unlock()
		})
	}
	wait.Wait()
	total.elapsed += time.Since(begin)
	total.seats += countUntil
	return failed
}

// pairsOf are neighbouring seats that anybody may buy, each seat in one pair.
func pairsOf(plan *seatmap.Plan) [][2]string {
	var pairs [][2]string
	for _, block := range plan.Blocks {
		for s := block.First; s+1 < block.End; s += 2 {
			pairs = append(pairs, [2]string{plan.Seats[s].Name, plan.Seats[s+1].Name})
		}
	}
	return pairs
}
