package targeting_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/marquee-tickets/marquee/adserver/targeting"
)

// twelve are the dimensions of the benchmark, how many values each has, and how many of 100 items ask for it.
var twelve = []struct {
	dim           targeting.Dim
	values, asked int
}{
	{targeting.Placement, 40, 50},
	{targeting.Size, 8, 100},
	{targeting.Country, 30, 70},
	{targeting.City, 100, 30},
	{targeting.Device, 4, 40},
	{targeting.OS, 6, 20},
	{targeting.Language, 12, 30},
	{targeting.Hour, 168, 20},
	{targeting.Genre, 20, 40},
	{targeting.Interest, 60, 40},
	{targeting.Booked, 40, 10},
	{targeting.Age, 6, 20},
}

// visit is a request before it is put into signals.
type visit struct {
	values [][]byte
	dims   []targeting.Dim
}

type world struct {
	items    []targeting.Item
	index    *targeting.Index
	visits   []visit
	requests []targeting.Signals
}

// name is a value of a dimension.
func name(d targeting.Dim, i int) string {
	if d == targeting.Hour {
		return fmt.Sprintf("%03d", i)
	}
	return fmt.Sprintf("%s-%d", d, i)
}

func newWorld(n int) *world {
	w := &world{}
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		w.items = append(w.items, targeting.Item{Expr: randomExpr(r)})
	}
	var err error
	if w.index, err = targeting.Compile(w.items); err != nil {
		panic(err)
	}
	for range 64 {
		w.visits = append(w.visits, randomVisit(r))
	}
	w.requests = make([]targeting.Signals, len(w.visits))
	for i := range w.visits {
		fill(&w.requests[i], &w.visits[i])
	}
	return w
}

func randomExpr(r *rand.Rand) targeting.Expr {
	var all []targeting.Expr
	for _, t := range twelve {
		if r.IntN(100) >= t.asked {
			continue
		}
		values := make([]string, 0, 8)
		for range 1 + r.IntN(max(2, t.values/4)) {
			values = append(values, name(t.dim, r.IntN(t.values)))
		}
		x := targeting.In(t.dim, values...)
		if r.IntN(10) == 0 {
			x = targeting.Not(x)
		}
		all = append(all, x)
	}
	return targeting.And(all...)
}

func randomVisit(r *rand.Rand) (v visit) {
	for _, t := range twelve {
		n := 1
		if t.dim.Many() {
			n = 1 + r.IntN(6)
		}
		for range n {
			v.dims, v.values = append(v.dims, t.dim), append(v.values, []byte(name(t.dim, r.IntN(t.values))))
		}
	}
	return v
}

func fill(s *targeting.Signals, v *visit) {
	s.Reset(true)
	for i, d := range v.dims {
		s.AddBytes(d, v.values[i])
	}
}

// sizes are how many items an index is measured with.
var sizes = []int{10_000, 100_000}

func BenchmarkMatcher_All(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(n)
			var m targeting.Matcher
			matches, i := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				m.Match(w.index, &w.requests[i%len(w.requests)])
				for _, ok := m.Next(); ok; _, ok = m.Next() {
					matches++
				}
				i++
			}
			b.ReportMetric(float64(matches)/float64(b.N), "matches/op")
			b.ReportMetric(float64(w.index.Stats().Bytes), "bytes/index")
		})
	}
}

// The first two are what an auction of second prices needs.
func BenchmarkMatcher_FirstTwo(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(n)
			var m targeting.Matcher
			i := 0
			for b.Loop() {
				m.Match(w.index, &w.requests[i%len(w.requests)])
				m.Next()
				m.Next()
				i++
			}
		})
	}
}

func BenchmarkSignals_Fill(b *testing.B) {
	w := newWorld(1)
	var s targeting.Signals
	i := 0
	for b.Loop() {
		fill(&s, &w.visits[i%len(w.visits)])
		i++
	}
}

// The rival: every expression is asked.
func BenchmarkWalk(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(n)
			i, matches := 0, 0
			for b.Loop() {
				for j := range w.items {
					if w.items[j].Matches(&w.requests[i%len(w.requests)]) {
						matches++
					}
				}
				i++
			}
			b.ReportMetric(float64(matches)/float64(b.N), "matches/op")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(n)
			for b.Loop() {
				if _, err := targeting.Compile(w.items); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
