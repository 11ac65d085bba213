package targeting_test

import (
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/targeting"
)

// few are dimensions of every kind: one value or many, personal or not.
var few = []targeting.Dim{
	targeting.Country, targeting.Device, targeting.Gender, targeting.Genre, targeting.Query, targeting.Booked, targeting.Interest, targeting.Hour,
}

var letters = []string{"a", "b", "c", "d", "e"}

func drawClause(t *rapid.T) targeting.Expr {
	d := rapid.SampledFrom(few).Draw(t, "dim")
	if d == targeting.Hour {
		var h targeting.Hours
		for _, hour := range rapid.SliceOfN(rapid.IntRange(0, 9), 1, 4).Draw(t, "hours") {
			h = h.With(hour)
		}
		return targeting.During(h)
	}
	return targeting.In(d, rapid.SliceOfN(rapid.SampledFrom(letters), 1, 3).Draw(t, "values")...)
}

// drawPair wants two values at once where a request may have many.
func drawPair(t *rapid.T) targeting.Expr {
	d := rapid.SampledFrom([]targeting.Dim{targeting.Genre, targeting.Query, targeting.Booked, targeting.Interest}).Draw(t, "dim")
	one := func() targeting.Expr {
		return targeting.In(d, rapid.SliceOfN(rapid.SampledFrom(letters), 1, 2).Draw(t, "values")...)
	}
	return targeting.And(one(), one())
}

// drawAny draws any expression, also such as have too many alternatives.
func drawAny(t *rapid.T, depth int) targeting.Expr {
	kind := rapid.IntRange(0, 10).Draw(t, "kind")
	if depth == 0 {
		kind = min(kind, 7)
	}
	switch kind {
	case 0:
		return rapid.SampledFrom([]targeting.Expr{targeting.Everything(), targeting.Nothing()}).Draw(t, "constant")
	case 1, 2, 3:
		return drawClause(t)
	case 4, 5:
		return targeting.Not(drawClause(t))
	case 6, 7:
		return drawPair(t)
	case 8:
		return targeting.Not(drawAny(t, depth-1))
	}
	kids := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) targeting.Expr { return drawAny(t, depth-1) }), 1, 4).Draw(t, "kids")
	if kind == 9 {
		return targeting.And(kids...)
	}
	return targeting.Or(kids...)
}

// expressions are those that Check accepts.
func expressions() *rapid.Generator[targeting.Expr] {
	return rapid.Custom(func(t *rapid.T) targeting.Expr { return drawAny(t, 4) }).
		Filter(func(e targeting.Expr) bool { return e.Check() == nil })
}

func items() *rapid.Generator[targeting.Item] {
	return rapid.Custom(func(t *rapid.T) targeting.Item {
		return targeting.Item{Expr: expressions().Draw(t, "expr"), Lenient: rapid.Bool().Draw(t, "lenient")}
	})
}

// catalogues are lists of items in which each of a few comes again and again, and which are often long enough for rows of both forms.
func catalogues() *rapid.Generator[[]targeting.Item] {
	return rapid.Custom(func(t *rapid.T) []targeting.Item {
		kinds := rapid.SliceOfN(items(), 1, 12).Draw(t, "kinds")
		common := rapid.IntRange(0, len(kinds)-1).Draw(t, "common")
		runs := rapid.SliceOfN(rapid.IntRange(0, 60), 0, 20).Draw(t, "runs")
		var all []targeting.Item
		for i, run := range runs {
			for range run {
				all = append(all, kinds[common])
			}
			all = append(all, kinds[i%len(kinds)])
		}
		return all
	})
}

func drawSignals(t *rapid.T, s *targeting.Signals) {
	s.Reset(rapid.Bool().Draw(t, "personalise"))
	for _, d := range few {
		if d == targeting.Hour {
			s.Add(d, rapid.SampledFrom([]string{"", "000", "001", "004", "009", "010", "167"}).Draw(t, "hour"))
			continue
		}
		for _, v := range rapid.SliceOfN(rapid.SampledFrom(append(letters, "f", "g")), 0, 4).Draw(t, "signals") {
			s.Add(d, v)
		}
		if rapid.IntRange(0, 9).Draw(t, "unknown") == 0 {
			s.MarkUnknown(d)
		}
	}
}
