package targeting_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func found(m *targeting.Matcher, x *targeting.Index, s *targeting.Signals) []int {
	all := []int{}
	m.Match(x, s)
	for item, ok := m.Next(); ok; item, ok = m.Next() {
		all = append(all, item)
	}
	return all
}

func walked(items []targeting.Item, s *targeting.Signals) []int {
	all := []int{}
	for i, item := range items {
		if item.Matches(s) {
			all = append(all, i)
		}
	}
	return all
}

// The main guard: for any items and any request, the index finds what walking through every expression finds, in order and each once.
func TestIndex_FindsWhatEveryExpressionSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		items := catalogues().Draw(rt, "items")
		x, err := targeting.Compile(items)
		require.NoError(rt, err)
		var m targeting.Matcher
		var s targeting.Signals
		for range 5 { // the Matcher and the Signals are used again
			drawSignals(rt, &s)
			require.Equal(rt, walked(items, &s), found(&m, x, &s))
		}
	})
}

// The control of the guard above: without asking again where rows cannot tell, it fails.
func TestIndex_UnverifiedFindsTooMuch(t *testing.T) {
	t.Parallel()
	both := []targeting.Item{{Expr: parse(t, `genre = a and genre = b`)}}
	var m targeting.Matcher
	s := signals("genre", "a")

	x, err := targeting.Compile(both)
	require.NoError(t, err)
	assert.Empty(t, found(&m, x, s))
	s.Add(targeting.Genre, "b")
	assert.Equal(t, []int{0}, found(&m, x, s))

	wrong := 0
	for seed := range 100 {
		world := rapid.Custom(func(rt *rapid.T) bool {
			items := catalogues().Draw(rt, "items")
			x, err := targeting.CompileUnverified(items)
			require.NoError(rt, err)
			var s targeting.Signals
			drawSignals(rt, &s)
			return assert.ObjectsAreEqual(walked(items, &s), found(&m, x, &s))
		})
		if !world.Example(seed) {
			wrong++
		}
	}
	assert.Positive(t, wrong, "the property does not see the lack of verification")
}

// Rows of few words and rows of many say the same.
func TestIndex_RareAndCommonValues(t *testing.T) {
	t.Parallel()
	var items []targeting.Item
	for i := range 2000 {
		text := fmt.Sprintf(`event = e%d and genre in (g%d, g%d) and booked != b%d and country != c%d`, i, i%3, i%1000, i%1500, i%1200)
		if i%2 == 0 {
			text = fmt.Sprintf(`genre in (g%d, g%d) and query != q%d and country != C%d and not interest in (i%d, i%d)`, i%3, i%1000, i%2, i%2, i%1500, i%4)
		}
		items = append(items, targeting.Item{Expr: parse(t, text)})
	}
	x, err := targeting.Compile(items)
	require.NoError(t, err)
	var m targeting.Matcher
	for i := range 40 {
		s := signals("event", fmt.Sprintf("e%d", i*50+1), "country", fmt.Sprintf("c%d", i*3), "query", fmt.Sprintf("q%d", i%3))
		for j := range 1 + i%8 {
			s.Add(targeting.Genre, fmt.Sprintf("g%d", (i*7+j*131)%1000))
			s.Add(targeting.Booked, fmt.Sprintf("b%d", (i*50+j*37)%1500))
			s.Add(targeting.Interest, fmt.Sprintf("i%d", (i+j*400)%1500))
		}
		assert.Equal(t, walked(items, s), found(&m, x, s), "request %d", i)
	}
}

func TestIndex_Empty(t *testing.T) {
	t.Parallel()
	x, err := targeting.Compile(nil)
	require.NoError(t, err)
	var m targeting.Matcher
	_, ok := m.Next()
	assert.False(t, ok, "the zero Matcher finds nothing")
	assert.Empty(t, found(&m, x, signals()))

	x, err = targeting.Compile(make([]targeting.Item, 130))
	require.NoError(t, err)
	assert.Len(t, found(&m, x, signals("country", "IN")), 130, "no targeting at all")
	_, ok = m.Next()
	assert.False(t, ok, "the end stays the end")
	m.Reset()
	_, ok = m.Next()
	assert.False(t, ok)
}

// An item with several alternatives that hold is found once.
func TestIndex_EachItemOnce(t *testing.T) {
	t.Parallel()
	items := []targeting.Item{
		{Expr: parse(t, `country = IN or device = phone or genre = drama`)},
		{Expr: targeting.Nothing()},
		{Expr: parse(t, `country = IN or genre = drama`)},
	}
	x, err := targeting.Compile(items)
	require.NoError(t, err)
	assert.Equal(t, 5, x.Stats().Alternatives)
	var m targeting.Matcher
	assert.Equal(t, []int{0, 2}, found(&m, x, signals("country", "in", "device", "phone", "genre", "drama")))
}

// One bad item does not take the others off the air.
func TestCompile_NamesTheItemAtFault(t *testing.T) {
	t.Parallel()
	x, err := targeting.Compile([]targeting.Item{
		{Expr: targeting.In(targeting.Country, "IN")},
		{Expr: targeting.In(targeting.Country, "")},
		{Expr: targeting.In(0, "x")},
		{},
	})
	require.ErrorContains(t, err, "items[1].targeting: a value of country is empty")
	require.ErrorContains(t, err, "items[2].targeting: 0 is no dimension")
	assert.True(t, fault.Is(err, fault.Invalid))
	var m targeting.Matcher
	assert.Equal(t, []int{0, 3}, found(&m, x, signals("country", "IN")))
}

func TestIndex_Concurrently(t *testing.T) {
	t.Parallel()
	world := newWorld(300)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			var m targeting.Matcher
			for i := range 20 {
				s := &world.requests[(g*7+i)%len(world.requests)]
				assert.Equal(t, walked(world.items, s), found(&m, world.index, s))
			}
		})
	}
	wg.Wait()
}

// 10,000 items and 12 dimensions are found in without allocating, from the filling of the signals to the last item.
// It runs alone, for allocations are counted for the whole program.
func TestMatcher_AllocatesNothing(t *testing.T) {
	if underRace {
		t.Skip("the race detector allocates")
	}
	world := newWorld(10_000)
	var m targeting.Matcher
	var s targeting.Signals
	i := 0
	once := func() {
		fill(&s, &world.visits[i%len(world.visits)])
		m.Match(world.index, &s)
		for _, ok := m.Next(); ok; _, ok = m.Next() {
		}
		i++
	}
	for range world.visits {
		once()
	}
	assert.Zero(t, testing.AllocsPerRun(100, once))
}

// Memory is that of dense rows at most, and rows of equal content share it.
func TestStats_RowsAreShared(t *testing.T) {
	t.Parallel()
	var items []targeting.Item
	for i := range 6400 {
		items = append(items, targeting.Item{Expr: parse(t, fmt.Sprintf(`country in (c%d, d%d)`, i%5, i%5))})
	}
	x, err := targeting.Compile(items)
	require.NoError(t, err)
	assert.Equal(t, targeting.Stats{Items: 6400, Alternatives: 6400, Dims: 1, Values: 10, Bytes: 6 * 800}, x.Stats())
}
