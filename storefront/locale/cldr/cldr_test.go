package cldr_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/storefront/locale/cldr"
)

// known is what an ICU with the data of CLDR writes in a language and region. Values and texts alternate.
type known struct {
	Numbers, Rates, Amounts, Prices, Symbols, Ranges, Lists, Kilometres [][]json.RawMessage
	Moments                                                             []moment
}

type moment struct {
	At                                                      time.Time
	Day, Long, Date, Clock, Seconds, When, Moment, DayClock string
}

// spaces makes all spaces the same. The tables of V8 have plain ones where a line must not end.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ")

// each calls check for every language and region that testdata knows.
func each(t *testing.T, check func(t *testing.T, f *cldr.Format, want known)) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "cldr.json"))
	require.NoError(t, err)
	var all map[string]known
	require.NoError(t, json.Unmarshal(text, &all))
	require.Len(t, all, 11)
	for tag, want := range all {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			language, region, _ := strings.Cut(tag, "-")
			f := cldr.For(language, region)
			require.Equal(t, tag, f.Tag())
			require.Equal(t, region, f.Region())
			check(t, f, want)
		})
	}
}

// as reads the i-th entry of a row.
func as[T any](t *testing.T, row []json.RawMessage, i int) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal(row[i], &v))
	return v
}

func TestFormat_NumbersAreThoseOfCLDR(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *cldr.Format, want known) {
		t.Helper()
		require.NotEmpty(t, want.Numbers)
		for _, row := range want.Numbers {
			assert.Equal(t, as[string](t, row, 1), f.Number(as[int](t, row, 0)))
		}
		require.NotEmpty(t, want.Rates)
		for _, row := range want.Rates {
			assert.Equal(t, as[string](t, row, 1), f.Percent(money.Rate(as[int64](t, row, 0))))
		}
	})
}

func TestFormat_MoneyIsThatOfCLDR(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *cldr.Format, want known) {
		t.Helper()
		require.NotEmpty(t, want.Amounts)
		for i, row := range want.Amounts {
			a := money.New(as[int64](t, row, 0), money.Currency(as[string](t, row, 1)))
			assert.Equal(t, as[string](t, row, 2), f.Money(a), "%v", a)
			assert.Equal(t, as[string](t, want.Prices[i], 2), f.Price(a), "%v", a)
		}
		require.NotEmpty(t, want.Symbols)
		for _, row := range want.Symbols {
			code := money.Currency(as[string](t, row, 0))
			require.True(t, code.Valid(), code)
			one := money.New(1, code)
			for range code.Exponent() {
				one.Minor *= 10
			}
			assert.Equal(t, as[string](t, row, 1), f.Price(one), code)
		}
	})
}

func TestFormat_DatesAndTimesAreThoseOfCLDR(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *cldr.Format, want known) {
		t.Helper()
		require.NotEmpty(t, want.Moments)
		for _, m := range want.Moments {
			assert.Equal(t, m.Day, f.Day(m.At))
			assert.Equal(t, m.Long, f.DayLong(m.At))
			assert.Equal(t, m.Date, f.Date(m.At))
			assert.Equal(t, m.Clock, spaces.Replace(f.Clock(m.At)))
			assert.Equal(t, m.Seconds+" UTC", spaces.Replace(f.Deadline(m.At)))
			assert.Equal(t, m.When, spaces.Replace(f.When(m.At)))
			assert.Equal(t, m.Moment, spaces.Replace(f.Moment(m.At)))
			assert.Equal(t, m.DayClock, spaces.Replace(f.DayClock(m.At)))
		}
		require.NotEmpty(t, want.Ranges)
		for _, row := range want.Ranges {
			from, to := date(t, as[string](t, row, 0)), date(t, as[string](t, row, 1))
			assert.Equal(t, as[string](t, row, 2), f.Days(from, to))
			assert.Equal(t, as[string](t, row, 2), f.Days(to, from), "in the wrong order")
		}
	})
}

func date(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	require.NoError(t, err)
	return d
}

func TestFormat_ListsAndDistancesAreThoseOfCLDR(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *cldr.Format, want known) {
		t.Helper()
		require.NotEmpty(t, want.Lists)
		for _, row := range want.Lists {
			assert.Equal(t, as[string](t, row, 1), f.List(as[[]string](t, row, 0)))
		}
		require.NotEmpty(t, want.Kilometres)
		if f.Region() == "US" || f.Region() == "GB" {
			return // in miles, see TestDistance
		}
		for _, row := range want.Kilometres {
			if km := as[float64](t, row, 0); km >= 1 {
				assert.Equal(t, as[string](t, row, 1), spaces.Replace(f.Distance(km*1000)))
			}
		}
	})
}
