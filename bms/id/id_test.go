package id_test

import (
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
)

type showID string

func TestNew_CarriesPrefixAndTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(0, 1<<45).Draw(t, "ms")).UTC()
		v := id.New[showID]("shw", at)
		require.NoError(t, id.Check("show", "shw", v))
		made, ok := id.Time(v)
		require.True(t, ok)
		require.Equal(t, at, made)
	})
}

func TestNew_SortsByTimeAndNeverRepeats(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	seen := map[showID]bool{}
	var all []string
	for i := range 2000 {
		v := id.New[showID]("shw", start.Add(time.Duration(i)*time.Millisecond))
		require.False(t, seen[v])
		seen[v] = true
		all = append(all, string(v))
	}
	assert.True(t, sort.StringsAreSorted(all))
}

func TestCheck_NamesTheField(t *testing.T) {
	t.Parallel()
	good := string(id.New[showID]("shw", time.Unix(0, 0)))
	for name, bad := range map[string]string{
		"empty":         "",
		"other prefix":  "bkg" + good[3:],
		"short":         good[:len(good)-1],
		"bad letter":    good[:len(good)-1] + "u",
		"upper case":    "shw_" + "01K9X3M2Q7E8RTB5W0Z4N6C1DA",
		"over 128 bits": "shw_8" + good[5:],
	} {
		err := id.Check("show_id", "shw", showID(bad))
		require.Error(t, err, name)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err), name)
		assert.Equal(t, "show_id", fault.Of(err).Field, name)
	}
}

func TestTime_RefusesWhatIsNoID(t *testing.T) {
	t.Parallel()
	for _, bad := range []showID{"", "shw", "shw_", "shw_zzz"} {
		_, ok := id.Time(bad)
		assert.False(t, ok, bad)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("shw_01k9x3m2q7e8rtb5w0z4n6c1da")
	f.Fuzz(func(t *testing.T, s string) {
		if id.Check("f", "shw", showID(s)) == nil {
			_, ok := id.Time(showID(s))
			assert.True(t, ok)
		}
	})
}

func TestOf_SameWordsSameID(t *testing.T) {
	t.Parallel()
	a := id.Of[showID]("shw", "aurora", "screen-1")
	require.NoError(t, id.Check("show", "shw", a))
	assert.Equal(t, a, id.Of[showID]("shw", "aurora", "screen-1"))
	at, ok := id.Time(a)
	assert.True(t, ok)
	assert.Equal(t, time.Unix(0, 0).UTC(), at)
	assert.Less(t, a, id.New[showID]("shw", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)))
	for _, other := range [][]string{{"aurora", "screen-2"}, {"aurora-screen", "1"}, {"auroras", "creen-1"}, {"aurora", "screen-1", ""}, {}} {
		assert.NotEqual(t, a, id.Of[showID]("shw", other...), "%q", other)
	}
	assert.NotEqual(t, a[4:], id.Of[showID]("hal", "aurora", "screen-1")[4:])
}
