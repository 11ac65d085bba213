package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/measure"
	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/ratings"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
	"github.com/marquee-tickets/marquee/recommend/store/sqlite"
)

// onRatings compares the models on a file.
func onRatings(ctx context.Context, file string, seeds int, only bool) error {
	set, err := ratings.Load(file)
	if err != nil {
		return err
	}
	report := bench.NewReport("recommend-ratings")
	report.Printf("%d ratings of %d people and %d items; 75 %% of each person's to learn from, mean of %d divisions\n", len(set.Ratings), set.Users, set.Items, seeds)
	list := models()
	if only {
		list = nil
	}
	for _, m := range list {
		if err := m.compare(ctx, report, set, seeds); err != nil {
			return err
		}
	}
	var runs []measure.Scores
	var times timing
	for seed := range seeds {
		bench.Progress("served, division %d of %d", seed+1, seeds)
		scores, t, err := serve(ctx, set, uint64(seed+1))
		if err != nil {
			return err
		}
		runs = append(runs, scores)
		times.add(t)
	}
	bench.ProgressDone()
	line(report, "served", "", measure.Mean(runs))
	mean := measure.Mean(runs)
	report.Printf("ndcg10=%.4f recall10=%.4f hr10=%.4f %s\n", mean.NDCG, mean.Recall, mean.Hit, times)
	return report.Save()
}

// compare measures one model.
func (m model) compare(ctx context.Context, report *bench.Report, set *ratings.Set, seeds int) error {
	var runs []measure.Scores
	var settings []string
	for seed := range seeds {
		bench.Progress("%s, division %d of %d", m.name, seed+1, seeds)
		train, test := set.Split(.75, uint64(seed+1))
		setting, err := m.choose(ctx, train, uint64(seed+1))
		if err != nil {
			return err
		}
		all := matrix(train)
		learnt, err := m.learn(ctx, all, setting)
		if err != nil {
			return err
		}
		runs = append(runs, evaluate(learnt, train, test, likeness(all)))
		settings = append(settings, fmt.Sprintf("%g", setting))
	}
	bench.ProgressDone()
	line(report, m.name, strings.Join(settings, " "), measure.Mean(runs))
	return nil
}

func line(report *bench.Report, name, settings string, s measure.Scores) {
	report.Printf("%-11s ndcg10 %.4f  recall10 %.4f  hr10 %.4f  coverage %.3f  diversity %.3f %s\n", name, s.NDCG, s.Recall, s.Hit, s.Coverage, s.Diversity, settings)
}

// serve learns with the engine as it is used, and asks it as a page does.
func serve(ctx context.Context, set *ratings.Set, seed uint64) (measure.Scores, timing, error) {
	train, test := set.Split(.75, seed)
	dir, err := os.MkdirTemp("", "bench-recommend")
	if err != nil {
		return measure.Scores{}, timing{}, err
	}
	defer os.RemoveAll(dir)
	journal, err := sqlite.Open(ctx, filepath.Join(dir, "recommend.db"))
	if err != nil {
		return measure.Scores{}, timing{}, err
	}
	defer journal.Close()
	engine, err := local.Open(ctx, journal, local.Config{Window: 100 * 365 * 24 * time.Hour})
	if err != nil {
		return measure.Scores{}, timing{}, err
	}
	if err := teach(ctx, engine, train); err != nil {
		return measure.Scores{}, timing{}, err
	}
	var t timing
	began := time.Now()
	if err := engine.Rebuild(ctx); err != nil {
		return measure.Scores{}, timing{}, err
	}
	t.rebuild = time.Since(began)
	shelf, err := recommend.New(engine, recommend.Config{})
	if err != nil {
		return measure.Scores{}, timing{}, err
	}
	meter := measure.New(10, set.Items, likeness(matrix(train)))
	for u, list := range test.ByUser() {
		began := time.Now()
		answer, err := shelf.Recommend(ctx, recommend.Request{User: user(u), N: 10})
		if err != nil {
			return measure.Scores{}, timing{}, err
		}
		t.answers = append(t.answers, time.Since(began))
		meter.Add(numbers(answer), wanted(list))
	}
	t.reaction, err = reaction(ctx, engine, shelf)
	return meter.Scores(), t, err
}

func user(u int) recommend.UserID { return recommend.UserID(fmt.Sprintf("u%d", u)) }
func item(i int) recommend.ItemID { return recommend.ItemID(fmt.Sprintf("%d", i)) }

func numbers(a recommend.Answer) []int {
	var list []int
	for _, p := range a.Items {
		var n int
		if _, err := fmt.Sscan(string(p.Item), &n); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// teach records what people rated.
func teach(ctx context.Context, engine *local.Engine, train *ratings.Set) error {
	items := make([]recommend.Item, train.Items)
	for i := range items {
		items[i] = recommend.Item{ID: item(i), Tenant: "ptn_1"}
	}
	if err := engine.UpsertItems(ctx, items); err != nil {
		return err
	}
	var batch []recommend.Feedback
	for n, r := range train.Ratings {
		if r.At.IsZero() {
			r.At = time.Unix(1, 0)
		}
		batch = append(batch, recommend.Feedback{
			Kind: recommend.Book, User: user(r.User), Item: item(r.Item), Tenant: "ptn_1", At: r.At, Value: strength(r, train.Best),
		})
		if len(batch) == 500 || n == len(train.Ratings)-1 {
			if err := engine.Record(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}

// timing is how long things took.
type timing struct {
	answers           []time.Duration
	rebuild, reaction time.Duration
}

func (t *timing) add(o timing) {
	t.answers = append(t.answers, o.answers...)
	t.rebuild, t.reaction = max(t.rebuild, o.rebuild), max(t.reaction, o.reaction)
}

func (t timing) String() string {
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return fmt.Sprintf("p50_ms=%.3f p99_ms=%.3f rebuild_s=%.2f reaction_ms=%.2f",
		ms(bench.Percentile(t.answers, 50)), ms(bench.Percentile(t.answers, 99)), t.rebuild.Seconds(), ms(t.reaction))
}

// reaction is how long it takes from recording what somebody new chose to a list that is another one.
func reaction(ctx context.Context, engine *local.Engine, shelf *recommend.Shelf) (time.Duration, error) {
	ask := recommend.Request{User: "somebody-new", N: 10}
	before, err := shelf.Recommend(ctx, ask)
	if err != nil || len(before.Items) == 0 {
		return 0, err
	}
	began := time.Now()
	chosen := before.Items[len(before.Items)-1].Item
	if err := engine.Record(ctx, []recommend.Feedback{{Kind: recommend.Book, User: ask.User, Item: chosen, At: time.Now().UTC()}}); err != nil {
		return 0, err
	}
	for {
		after, err := shelf.Recommend(ctx, ask)
		if err != nil {
			return 0, err
		}
		if fmt.Sprint(numbers(after)) != fmt.Sprint(numbers(before)) {
			return time.Since(began), nil
		}
	}
}

// heap is how much memory is in use after a collection.
func heap() string {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return fmt.Sprintf("%dMB", m.HeapInuse>>20)
}
