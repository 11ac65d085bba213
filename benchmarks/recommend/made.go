package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/measure"
	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/world"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
	"github.com/marquee-tickets/marquee/recommend/store"
	"github.com/marquee-tickets/marquee/recommend/store/sqlite"
)

// order is that in which the ways to find events are measured.
var order = []string{"oracle", "served", "content", "content-plain", "popular"}

// inWorlds measures recommendations of events that end, in worlds whose people's tastes are known.
func inWorlds(ctx context.Context, seeds int) error {
	report := bench.NewReport("recommend-world")
	sum := map[string][]measure.Scores{}
	unavailable, lists := 0, 0
	model := ""
	for seed := range seeds {
		w := world.New(world.Config{Seed: uint64(seed + 1)})
		if seed == 0 {
			report.Printf("%d people, %d events of which %d are new, %d pieces of feedback; mean of %d worlds\n", len(w.People), len(w.Items), len(w.Cold), len(w.Feedback), seeds)
		}
		bench.Progress("world %d of %d", seed+1, seeds)
		town, err := settle(ctx, w, local.Config{})
		if err != nil {
			return err
		}
		ways := town.ways()
		for _, name := range order { // what people choose is thrown for each: in another order they choose other things
			sum[name] = append(sum[name], town.cold(ways[name]))
		}
		all, wrong, err := town.everyday(ctx)
		if err != nil {
			return err
		}
		sum["everyday"] = append(sum["everyday"], all)
		unavailable += wrong
		lists += len(w.People)
		model = town.engine.Health(ctx).Model
		town.close()
	}
	bench.ProgressDone()
	for _, name := range order {
		line(report, name, "", measure.Mean(sum[name]))
	}
	everyday := measure.Mean(sum["everyday"])
	report.Printf("lists of everything on sale: coverage %.3f  diversity %.3f\n", everyday.Coverage, everyday.Diversity)
	// Content alone is better off without variety; it is compared at its best.
	cold := func(name string) float64 { return measure.Mean(sum[name]).Recall }
	report.Printf("model=%s cold_recall10=%.3f of_oracle=%.2f of_content_only=%.2f of_popular=%.2f unavailable=%d in %d lists coverage=%.2f\n",
		model, cold("served"), cold("served")/cold("oracle"), cold("served")/max(cold("content"), cold("content-plain")), cold("served")/cold("popular"), unavailable, lists,
		everyday.Coverage)
	if err := report.Save(); err != nil {
		return err
	}
	return large(ctx)
}

// town is a world whose events an engine knows.
type town struct {
	w       *world.World
	dir     string
	journal *store.DB
	engine  *local.Engine
	content *local.Engine // the same without what was learnt
	rebuild time.Duration
}

// settle tells an engine all that happened in a world.
func settle(ctx context.Context, w *world.World, cfg local.Config) (*town, error) {
	dir, err := os.MkdirTemp("", "bench-recommend")
	if err != nil {
		return nil, err
	}
	t := &town{w: w, dir: dir}
	if t.journal, err = sqlite.Open(ctx, filepath.Join(dir, "recommend.db")); err != nil {
		return nil, err
	}
	cfg.Now = func() time.Time { return w.Now }
	if t.engine, err = local.Open(ctx, t.journal, cfg); err != nil {
		return nil, err
	}
	if err := t.engine.UpsertItems(ctx, w.Items); err != nil {
		return nil, err
	}
	for batch := range slices.Chunk(w.Feedback, 1000) {
		if err := t.engine.Record(ctx, batch); err != nil {
			return nil, err
		}
	}
	began := time.Now()
	if err := t.engine.Rebuild(ctx); err != nil {
		return nil, err
	}
	t.rebuild = time.Since(began)
	cfg.Mix = local.DefaultMix()
	cfg.Mix.Learnt, cfg.Mix.Alike = 0, 1 // with which it does best
	t.content, err = local.Open(ctx, t.journal, cfg)
	return t, err
}

func (t *town) close() {
	_ = t.journal.Close()
	_ = os.RemoveAll(t.dir)
}

// ways are the ways to find events for a person that are compared.
func (t *town) ways() map[string]func(p *world.Person) []int {
	fresh := map[recommend.ItemID]bool{}
	for _, i := range t.w.Cold {
		fresh[t.w.Items[i].ID] = true
	}
	by := func(e *local.Engine, taste recommend.Taste, user func(*world.Person) recommend.UserID) func(p *world.Person) []int {
		shelf, err := recommend.New(e, recommend.Config{
			Taste: taste, Now: func() time.Time { return t.w.Now },
			Available: func(context.Context, recommend.Request, []recommend.ItemID) (map[recommend.ItemID]bool, error) {
				return fresh, nil
			},
		})
		return func(p *world.Person) []int {
			if err != nil {
				panic(err) // the configuration is ours
			}
			return t.list(shelf, recommend.Request{User: user(p), N: 10, Within: p.City, Context: recommend.Context{City: p.City, Language: p.Language()}})
		}
	}
	known := func(p *world.Person) recommend.UserID { return p.ID }
	usual := recommend.DefaultTaste()
	nobody := func(*world.Person) recommend.UserID { return "" }
	return map[string]func(*world.Person) []int{
		"served": by(t.engine, usual, known), "popular": by(t.engine, usual, nobody), "oracle": t.oracle,
		"content": by(t.content, usual, known), "content-plain": by(t.content, recommend.Taste{Likely: 1}, known),
	}
}

// list is what a shelf answers, by the items' numbers.
func (t *town) list(shelf *recommend.Shelf, r recommend.Request) []int {
	answer, err := shelf.Recommend(context.Background(), r)
	if err != nil {
		panic(err) // the requests are ours
	}
	e := t.engine.Programme().Now()
	var list []int
	for _, p := range answer.Items {
		i, _ := e.Index(p.Item)
		list = append(list, i)
	}
	return list
}

// oracle knows what people like.
func (t *town) oracle(p *world.Person) []int {
	var near []int
	for _, i := range t.w.Cold {
		if t.w.Items[i].In(p.City) {
			near = append(near, i)
		}
	}
	slices.SortFunc(near, func(a, b int) int {
		if t.w.Utility(p, a) > t.w.Utility(p, b) {
			return -1
		}
		return 1
	})
	return near[:min(len(near), 10)]
}

// cold measures a way by what people choose of what is new.
func (t *town) cold(find func(*world.Person) []int) measure.Scores {
	meter := measure.New(10, len(t.w.Cold), t.alike)
	for i := range t.w.People {
		p := &t.w.People[i]
		meter.Add(find(p), t.w.Wanted(p))
	}
	return meter.Scores()
}

func (t *town) alike(a, b int) float64 {
	e := t.engine.Programme().Now()
	return e.Traits(a).Cosine(e.Traits(b))
}

// everyday asks for everybody as a page does, and counts what cannot be bought.
func (t *town) everyday(ctx context.Context) (scores measure.Scores, wrong int, err error) {
	can := t.w.Available()
	shelf, err := recommend.New(t.engine, recommend.Config{
		Now: func() time.Time { return t.w.Now },
		Available: func(context.Context, recommend.Request, []recommend.ItemID) (map[recommend.ItemID]bool, error) {
			return can, nil
		},
	})
	if err != nil {
		return scores, 0, err
	}
	meter := measure.New(10, len(can), t.alike)
	for i := range t.w.People {
		p := &t.w.People[i]
		list := t.list(shelf, recommend.Request{User: p.ID, N: 10, Context: recommend.Context{City: p.City, Language: p.Language()}, Seed: uint64(i)})
		for _, n := range list {
			if !can[t.w.Items[n].ID] {
				wrong++
			}
		}
		meter.Add(list, nil)
	}
	return meter.Scores(), wrong, ctx.Err()
}

// large measures how long answers take at 2,000 items and 50,000 people.
func large(ctx context.Context) error {
	report := bench.NewReport("recommend-speed")
	bench.Progress("making up 50,000 people")
	w := world.New(world.Config{People: 50_000, Weeks: 40, EventsAWeek: 44, Cold: 240, Seed: 1})
	for i := range w.Items { // all of them are candidates
		w.Items[i].Hidden = false
	}
	t, err := settle(ctx, w, local.Config{})
	if err != nil {
		return err
	}
	defer t.close()
	bench.ProgressDone()
	report.Printf("%d items on sale, %d people, %d pieces of feedback\n", len(w.Items), len(w.People), len(w.Feedback))
	return t.speed(ctx, report)
}

// speed asks once for everybody to warm up, and then measures.
func (t *town) speed(ctx context.Context, report *bench.Report) error {
	shelf, err := recommend.New(t.engine, recommend.Config{Now: func() time.Time { return t.w.Now }})
	if err != nil {
		return err
	}
	var times timing
	times.rebuild = t.rebuild
	for _, warm := range []bool{true, false} {
		for i := range t.w.People {
			p := &t.w.People[i]
			began := time.Now()
			if _, err := shelf.Recommend(ctx, recommend.Request{User: p.ID, N: 10, Context: recommend.Context{City: p.City, Language: p.Language()}}); err != nil {
				return err
			}
			if !warm {
				times.answers = append(times.answers, time.Since(began))
			}
		}
	}
	if times.reaction, err = t.reaction(ctx, shelf); err != nil {
		return err
	}
	report.Printf("memory=%s %s\n", heap(), times)
	return report.Save()
}

// reaction is the longest of a hundred times from recording that somebody booked what stood first to a list that is another one.
func (t *town) reaction(ctx context.Context, shelf *recommend.Shelf) (time.Duration, error) {
	var most time.Duration
	for i := range 100 {
		p := &t.w.People[i]
		ask := recommend.Request{User: p.ID, N: 10, Context: recommend.Context{City: p.City}}
		before := t.list(shelf, ask)
		began := time.Now()
		booked := recommend.Feedback{Kind: recommend.Book, User: p.ID, Item: t.w.Items[before[0]].ID, At: t.w.Now}
		if err := t.engine.Record(ctx, []recommend.Feedback{booked}); err != nil {
			return 0, err
		}
		if slices.Equal(t.list(shelf, ask), before) {
			return 0, fmt.Errorf("what %s booked changed nothing", p.ID)
		}
		most = max(most, time.Since(began))
	}
	return most, nil
}
