package targeting_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestParse_OneText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:  `everything`,
		` `: `everything`,
		`country in (IN, AE) and not city = "chennai" and (genre in (drama, comedy) or followed = "artist:42") and hour in mon 18-23, sat 10-24`: `country in (AE, IN) and city != chennai and (genre in (comedy, drama) or followed = artist:42) and hour in (mon 18-23, sat 10-24)`,
		`country = in`:                           `country = IN`,
		`region in (or, "not", and)`:             `region in (AND, NOT, OR)`,
		`NOT Country IN (in) OR City NOT IN (x)`: `country != IN or city != x`,
		`os = a or os = b and os = c`:            `os = a or (os = b and os = c)`,
		`(((os = a)))`:                           `os = a`,
		`not not os = a`:                         `os = a`,
		`not (os = a or os = b)`:                 `not (os = a or os = b)`,
		`hour = fri 22-2 and os = a`:             `hour in (fri 22-24, sat 0-2) and os = a`,
		`hour not in (9-17)`:                     `hour not in (mon-sun 9-17)`,
		`hour != sun`:                            `hour not in (sun)`,
		`query = "a \"b\" \\"`:                   `query = "a \"b\" \\"`,
		`query in (चेन्नई, "new york", C++)`:     `query in (c++, "new york", चेन्नई)`,
		`os=a and(os!=b)`:                        `os = a and os != b`,
		`os = a and everything or nothing`:       `os = a`,
		"os = a\n\tand os = b":                   `os = a and os = b`,
	} {
		e := parse(t, text)
		assert.Equal(t, want, e.String(), text)
		assert.Equal(t, want, parse(t, want).String(), "it stays so")
	}
}

func TestParse_SaysWhereAndWhatWasExpected(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`country`:                          `column 8: expected "=", "!=", "in" or "not in", found the end`,
		`land = x`:                         `column 1: expected a dimension such as "country", "not" or "(", found "land"`,
		`"country" = x`:                    `column 1: expected a dimension such as "country", "not" or "(", found "country"`,
		`country = `:                       `column 11: expected a value, found the end`,
		`country = (`:                      `column 11: expected a value, found "("`,
		`country in IN`:                    `column 12: expected "(", found "IN"`,
		`country in ()`:                    `column 13: expected a value, found ")"`,
		`country in (IN, )`:                `column 17: expected a value, found ")"`,
		`country in (IN AE)`:               `column 16: expected "," or ")", found "AE"`,
		`country not = IN`:                 `column 13: expected "in", found "="`,
		`country = IN city = x`:            `column 14: expected "and", "or" or the end, found "city"`,
		`(country = IN`:                    `column 14: expected "and", "or" or ")", found the end`,
		`country = IN and`:                 `column 17: expected a dimension such as "country", "not" or "(", found the end`,
		`city = ü and country ! x`:         `column 22: expected "=", "!=", "in" or "not in", found a character that only quotes may have around it`,
		`city = "x`:                        `column 8: expected a value, found quotes that do not end`,
		`city = "x\n"`:                     `column 8: expected a value, found a backslash that is neither before quotes nor before another one`,
		`city = "x\`:                       `column 8: expected a value, found a backslash that is neither before quotes nor before another one`,
		`city = ""`:                        `column 8: expected a value, found empty quotes`,
		"city = \"a\tb\"":                  `column 8: expected a value, found control characters in quotes`,
		`hour = noon`:                      `column 8: expected days such as "mon" or "mon-fri", or hours such as "18-23", found "noon"`,
		`hour in (mon 25)`:                 `column 14: expected hours of the day such as "18-23", found "25"`,
		`hour in (mon 9-17 tue)`:           `column 19: expected "," or ")", found "tue"`,
		`hour in ()`:                       `column 10: expected days such as "mon" or "mon-fri", or hours such as "18-23", found ")"`,
		`os = ` + strings.Repeat("x", 129): `column 6: expected a value of at most 128 bytes, found 129`,
		strings.Repeat("(", 33):            `column 33: expected at most 32 expressions inside each other, found "("`,
		strings.Repeat("not ", 40):         `column 125: expected at most 32 expressions inside each other, found "not"`,
	} {
		_, err := targeting.Parse(text)
		require.EqualError(t, err, want, text)
		syntax, ok := errors.AsType[*targeting.SyntaxError](err)
		require.True(t, ok)
		assert.Positive(t, syntax.Column)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, "targeting: "+want, fault.Of(err).Error())
	}
}

func TestParse_Bounds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		strings.Repeat(" ", 4097): "targeting: is 4097 bytes long, and at most 4096 are possible",
		"city = \xff":             "targeting: is not UTF-8",
		// The letter Ⱥ takes two bytes, and ⱥ three.
		`city = ` + strings.Repeat("Ⱥ", 64):                                                 "is too long",
		strings.Repeat("(os = a and city = b or ", 17) + "os = c" + strings.Repeat(")", 17): "",
		strings.Repeat("(os = a or city = b and ", 17) + "os = c" + strings.Repeat(")", 17): "more than 32 expressions are inside each other",
	} {
		_, err := targeting.Parse(text)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
		assert.True(t, fault.Is(err, fault.Invalid))
	}
}

func TestParse_ReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		e := expressions().Draw(rt, "expr")
		again, err := targeting.Parse(e.String())
		require.NoError(rt, err, e.String())
		require.True(rt, e.Equal(again), "%s and %s", e, again)
	})
}

// Whatever a value is made of, it comes back.
func TestParse_AnyValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := rapid.SampledFrom(targeting.Dims()).Draw(rt, "dim")
		e := targeting.Not(targeting.In(d, rapid.SliceOfN(rapid.String(), 1, 3).Draw(rt, "values")...))
		if e.Check() != nil {
			return
		}
		again, err := targeting.Parse(e.String())
		require.NoError(rt, err, e.String())
		require.True(rt, e.Equal(again), "%s and %s", e, again)
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`country in (IN, AE) and not city = "chennai" and (genre in (drama, comedy) or followed = "artist:42") and hour in mon 18-23, sat 10-24`,
		`not (os = a or (os != "\"" and everything))`, `hour = 9`, `nothing`, `region = or`, `((((`, `city = "`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := targeting.Parse(text)
		if err != nil {
			require.True(t, fault.Is(err, fault.Invalid))
			require.NotEmpty(t, fault.Of(err).Message)
			return
		}
		again, err := targeting.Parse(e.String())
		require.NoError(t, err, e.String())
		require.True(t, e.Equal(again))
		_, err = targeting.Compile([]targeting.Item{{Expr: e}})
		require.NoError(t, err)
	})
}
