package targeting_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestExpr_OneForm(t *testing.T) {
	t.Parallel()
	a, b, c := targeting.In(targeting.City, "A"), targeting.In(targeting.City, "b"), targeting.In(targeting.City, "c")
	all, none := targeting.Everything(), targeting.Nothing()
	for _, same := range [][2]targeting.Expr{
		{{}, all},
		{targeting.And(), all},
		{targeting.Or(), none},
		{targeting.And(a), a},
		{targeting.And(a, targeting.And(b, c)), targeting.And(a, b, c)},
		{targeting.Or(a, targeting.Or(b, c)), targeting.Or(targeting.Or(a, b), c)},
		{targeting.And(a, all, b), targeting.And(a, b)},
		{targeting.And(a, none), none},
		{targeting.Or(a, all), all},
		{targeting.Or(a, none), a},
		{targeting.Not(all), none},
		{targeting.Not(none), all},
		{targeting.Not(targeting.Not(a)), a},
		{targeting.In(targeting.City), none},
		{targeting.In(targeting.City, "b", "a", "B"), targeting.In(targeting.City, "a", "b")},
	} {
		assert.True(t, same[0].Equal(same[1]), "%s and %s", same[0], same[1])
		assert.Equal(t, same[0].String(), same[1].String())
	}
	assert.False(t, targeting.And(a, b).Equal(targeting.And(b, a)), "the order is kept")
	assert.False(t, targeting.And(a, b).Equal(targeting.Or(a, b)))
}

func TestExpr_CheckNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	deep := targeting.In(targeting.City, "a")
	for i := range targeting.MaxDepth {
		if deep = targeting.And(deep, targeting.In(targeting.OS, "a")); i%2 == 0 {
			deep = targeting.Not(deep)
		}
	}
	var wide, long []targeting.Expr
	for i := range 7 {
		wide = append(wide, targeting.Or(targeting.In(targeting.Dims()[i], "a"), targeting.In(targeting.Dims()[i+15], "a")))
	}
	for i := range 300 {
		long = append(long, targeting.In(targeting.Booked, fmt.Sprintf("event-%d", i)))
	}
	for _, c := range []struct {
		expr targeting.Expr
		want string
	}{
		{targeting.In(targeting.City, ""), "targeting: a value of city is empty"},
		{targeting.And(targeting.In(targeting.OS, "x"), targeting.Not(targeting.In(targeting.City, strings.Repeat("x", 129)))), "a value of city is too long"},
		{targeting.In(targeting.Event, "\xff"), "a value of event is not UTF-8"},
		{targeting.In(targeting.Event, "a\nb"), "a value of event has control characters"},
		{targeting.In(targeting.Hour, "18"), "a value of hour is no hour of the week"},
		{targeting.In(targeting.Hour, "168"), "a value of hour is no hour of the week"},
		{targeting.In(99, "x"), "99 is no dimension"},
		{deep, "more than 32 expressions are inside each other"},
		{targeting.And(long...), "bytes long, and at most 4096 are possible"},
		{targeting.And(wide...), "comes to more than 64 alternatives"},
	} {
		err := c.expr.Check()
		require.ErrorContains(t, err, c.want)
		assert.True(t, fault.Is(err, fault.Invalid))
		assert.Equal(t, "targeting", fault.Of(err).Field)
	}
	assert.NoError(t, targeting.And(wide[:6]...).Check(), "64 alternatives")
	assert.NoError(t, targeting.Expr{}.Check())
}

func TestExpr_Dims(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []targeting.Dim{targeting.Country, targeting.OS}, parse(t, `os = a and (not os = b or country = IN)`).Dims())
	assert.Empty(t, targeting.Everything().Dims())
}

func TestExpr_JSONIsItsText(t *testing.T) {
	t.Parallel()
	type line struct{ Targeting targeting.Expr }
	text, err := json.Marshal(line{parse(t, `country = IN and city != "new delhi"`)})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Targeting":"country = IN and city != \"new delhi\""}`, string(text))
	var again line
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, `country = IN and city != "new delhi"`, again.Targeting.String())
	require.NoError(t, json.Unmarshal([]byte(`{"Targeting":""}`), &again))
	assert.Equal(t, targeting.Everything(), again.Targeting)
	assert.Error(t, json.Unmarshal([]byte(`{"Targeting":"country"}`), &again))
}

// Written out, an expression says the same, also of what is unknown.
func TestAlternatives_SayTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		item := items().Draw(rt, "item")
		written, err := targeting.Alternatives(item.Expr)
		require.NoError(rt, err)
		require.LessOrEqual(rt, len(written), targeting.MaxAlternatives)
		var s targeting.Signals
		for range 5 {
			drawSignals(rt, &s)
			some := false
			for _, alternative := range written {
				some = some || targeting.Item{Expr: alternative, Lenient: item.Lenient}.Matches(&s)
			}
			require.Equal(rt, item.Matches(&s), some, "%v", written)
		}
	})
}

func TestAlternatives_AsFewAsNeeded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`genre = a or genre = b or genre = c`:                  {`genre in (a, b, c)`},
		`(os = a or city = b) and (os = a or city = b)`:        {`os = a`, `city = b`},
		`country = IN and country != IN`:                       nil,
		`country in (IN, AE) and country != IN`:                {`country = AE`},
		`country in (IN, AE) and country in (AE, US)`:          {`country = AE`},
		`genre in (a, b) and genre != b`:                       {`genre = a and genre != b`},
		`genre in (a, b) and genre = a`:                        {`genre = a`},
		`genre = a and genre = b`:                              {`genre = a and genre = b`},
		`not (country = IN or genre = a)`:                      {`country != IN and genre != a`},
		`not (country = IN and genre = a)`:                     {`country != IN`, `genre != a`},
		`os = a or (os = a and city = b)`:                      {`os = a`},
		`(os = a and city = b) or os = a`:                      {`os = a`},
		`nothing`:                                              nil,
		`everything`:                                           {`everything`},
		`(country = IN or device = tv) and (os = x or os = y)`: {`country = IN and os in (x, y)`, `device = tv and os in (x, y)`},
	} {
		written, err := targeting.Alternatives(parse(t, text))
		require.NoError(t, err)
		var got []string
		for _, e := range written {
			got = append(got, e.String())
		}
		assert.Equal(t, want, got, text)
	}
}

// An expression that is made to take long is refused before it does.
func TestAlternatives_TooIntricate(t *testing.T) {
	t.Parallel()
	var some []targeting.Expr
	for i := range targeting.MaxAlternatives {
		some = append(some, targeting.And(targeting.In(targeting.Genre, fmt.Sprint(i%8)), targeting.In(targeting.Query, fmt.Sprint(i/8))))
	}
	once := targeting.Or(some...)
	require.NoError(t, once.Check())
	err := targeting.And(once, once).Check()
	require.ErrorContains(t, err, "targeting: is too intricate")
	assert.True(t, fault.Is(err, fault.Invalid))
}
