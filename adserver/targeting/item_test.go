package targeting_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/targeting"
)

// Three values: what is unknown neither holds nor fails, except that a lenient item takes it for nothing when it excludes.
func TestItem_Unknown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text                         string
		strict, lenient, nobody, has bool // of an unknown past, as strict and as lenient; of an empty one; of one with x
	}{
		{`booked = x`, false, false, false, true},
		{`booked != x`, false, true, true, false},
		{`not (booked = x and country = IN)`, false, true, true, false},
		{`not (booked = x and country = AE)`, true, true, true, true},
		{`booked = x or booked != x`, false, true, true, true},
		{`booked != x or country = IN`, true, true, true, true},
	} {
		var unknown targeting.Signals
		unknown.Add(targeting.Country, "IN")
		empty, has := signals("country", "IN"), signals("country", "IN", "booked", "x")
		strict, lenient := targeting.Item{Expr: parse(t, c.text)}, targeting.Item{Expr: parse(t, c.text), Lenient: true}

		assert.Equal(t, c.strict, strict.Matches(&unknown), c.text)
		assert.Equal(t, c.lenient, lenient.Matches(&unknown), c.text)
		assert.Equal(t, c.nobody, strict.Matches(empty), c.text)
		assert.Equal(t, c.nobody, lenient.Matches(empty), c.text)
		assert.Equal(t, c.has, strict.Matches(has), c.text)
	}
}

func TestExplain_InWords(t *testing.T) {
	t.Parallel()
	s := signals("country", "IN", "city", "chennai", "genre", "drama", "genre", "crime", "hour", "018")
	for text, want := range map[string]string{
		`everything`:                            `matches: everything is accepted`,
		`nothing`:                               `does not match: nothing is accepted`,
		`country = IN`:                          `matches: country is IN`,
		`country in (AE, US, GB)`:               `does not match: country is IN, but must be AE, GB or US`,
		`country != IN`:                         `does not match: country is IN, but must not be IN`,
		`country != AE`:                         `matches: country is IN, and must not be AE`,
		`os = ios`:                              `does not match: os has no value, but must be ios`,
		`os != ios`:                             `matches: os has no value, and must not be ios`,
		`age = 18-24`:                           `does not match: age is unknown, but must be 18-24`,
		`age != 18-24`:                          `does not match: age is unknown, but must not be 18-24`,
		`genre in (drama, comedy)`:              `matches: genre is drama`,
		`genre = comedy`:                        `does not match: genre is crime or drama, but must be comedy`,
		`genre in (a,b,c,d,e,f,g)`:              `does not match: genre is crime or drama, but must be a, b, c, d, e or 2 more`,
		`hour in tue, sat-sun 20-24`:            `does not match: hour is mon 18-19, but must be tue or sat-sun 20-24`,
		`country = IN and city = delhi`:         `does not match: city is chennai, but must be delhi`,
		`country = AE and city = delhi`:         `does not match: country is IN, but must be AE; city is chennai, but must be delhi`,
		`country = AE or city = delhi`:          `does not match: country is IN, but must be AE; city is chennai, but must be delhi`,
		`country = IN and city = chennai`:       `matches: country is IN; city is chennai`,
		`country = AE or city = chennai`:        `matches: city is chennai`,
		`not (country = AE or city = delhi)`:    `matches: country is IN, and must not be AE; city is chennai, and must not be delhi`,
		`not (country = IN and city = chennai)`: `does not match: country is IN, but must not be IN; city is chennai, but must not be chennai`,
	} {
		assert.Equal(t, want, targeting.Item{Expr: parse(t, text)}.Explain(s).String(), text)
	}
	lenient := targeting.Item{Expr: parse(t, `age != 18-24`), Lenient: true}
	assert.Equal(t, `matches: age has no value, and must not be 18-24`, lenient.Explain(s).String())
}

// Explanations and decisions never differ, and the clauses bear the verdict out.
func TestExplain_AgreesWithMatches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		item := items().Draw(rt, "item")
		var s targeting.Signals
		drawSignals(rt, &s)
		why := item.Explain(&s)
		require.Equal(rt, item.Matches(&s), why.Matches)
		for _, c := range why.Clauses {
			require.True(rt, c.Outcome.Valid())
			require.Equal(rt, why.Matches, c.Outcome == targeting.Holds, "%s", why)
			require.NotEmpty(rt, c.Values)
		}
		require.NotEmpty(rt, why.String())
	})
	assert.False(t, targeting.Outcome("maybe").Valid())
}

func ExampleItem_Explain() {
	expr, err := targeting.Parse(`country in (IN, AE) and not city = "chennai" and (genre in (drama, comedy) or followed = "artist:42")`)
	if err != nil {
		fmt.Println(err)
		return
	}
	var s targeting.Signals
	s.Reset(false) // this viewer's ads may not be personalised
	s.Add(targeting.Country, "in")
	s.Add(targeting.City, "delhi")
	s.Add(targeting.Genre, "thriller")

	fmt.Println(targeting.Item{Expr: expr}.Explain(&s))
	// Output:
	// does not match: genre is thriller, but must be comedy or drama; followed is unknown, but must be artist:42
}

func ExampleMatcher() {
	var items []targeting.Item // the highest bid first
	for _, text := range []string{`country = IN and genre = drama`, `country = AE`, `city != chennai`} {
		expr, err := targeting.Parse(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		items = append(items, targeting.Item{Expr: expr})
	}
	index, err := targeting.Compile(items)
	if err != nil {
		fmt.Println(err)
	}

	var s targeting.Signals
	s.Add(targeting.Country, "IN")
	s.Add(targeting.Genre, "drama")
	var m targeting.Matcher
	m.Match(index, &s)
	for item, ok := m.Next(); ok; item, ok = m.Next() {
		fmt.Println(items[item].Expr)
	}
	// Output:
	// country = IN and genre = drama
	// city != chennai
}
