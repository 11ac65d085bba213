package frequency_test

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/frequency"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// start is when the tests begin: a whole second.
var start = time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC)

func newTable(t testing.TB, cfg frequency.Config) *frequency.Table {
	t.Helper()
	table, err := frequency.New(cfg)
	require.NoError(t, err)
	return table
}

func line(id uint32, caps ...frequency.Cap) []frequency.Limit {
	return []frequency.Limit{{Kind: frequency.Line, ID: id, Caps: caps}}
}

func per(times uint16, window frequency.Per) frequency.Cap {
	return frequency.Cap{Times: times, Per: window}
}

// see has a user see something at once, and reports whether he may.
func see(table *frequency.Table, user uint64, limits []frequency.Limit, at time.Time) bool {
	ticket, ok := table.Reserve(user, limits, at)
	if ok {
		table.Commit(ticket, at, 0)
	}
	return ok
}

// step is one thing that happens to line 7 and user 1.
type step struct {
	after time.Duration // since start
	do    string        // reserve, view, release, see; with the number of the ticket
	n     int
	caps  []frequency.Cap // from this step on, when there are any
	no    bool            // of reserve and see: there is no place
}

func TestTable_Edges(t *testing.T) {
	t.Parallel()
	const s, m, h, d = time.Second, time.Minute, time.Hour, 24 * time.Hour
	caps := func(c ...frequency.Cap) []frequency.Cap { return c }
	minute, day := caps(per(1, frequency.Minute)), caps(per(1, frequency.Day))
	for name, steps := range map[string][]step{
		"a window ends when it has passed": {
			{do: "see", caps: minute}, {after: 59 * s, do: "see", no: true}, {after: 60*s - 1, do: "see", no: true}, {after: 60 * s, do: "see"},
		},
		"what was seen within a second counts from its end": {
			{after: 1, do: "see", caps: minute}, {after: 60*s + 1, do: "see", no: true}, {after: 61 * s, do: "see"},
		},
		"windows roll": {
			{do: "see", caps: caps(per(2, frequency.Hour))},
			{after: 50 * m, do: "see"},
			{after: 59 * m, do: "see", no: true},
			{after: 60 * m, do: "see"},
			{after: 109 * m, do: "see", no: true},
			{after: 110 * m, do: "see"},
		},
		"the clock goes back": {
			{after: h, do: "see", caps: minute}, {after: 0, do: "see", no: true}, {after: h + m, do: "see"},
		},
		"a reservation outlives a clock that goes back": {
			{after: h, do: "reserve", caps: minute}, {after: 0, do: "reserve", no: true}, {after: h, do: "view"}, {after: h + m, do: "see"},
		},
		"never": {{do: "see", caps: caps(per(0, frequency.Day)), no: true}, {after: d, do: "reserve", no: true}},
		"several windows all hold": {
			{do: "see", caps: caps(per(1, frequency.Minute), per(2, frequency.Hour), per(3, frequency.Lifetime))},
			{after: 30 * s, do: "see", no: true},
			{after: m, do: "see"},
			{after: 3 * m, do: "see", no: true},
			{after: h, do: "see"},
			{after: 90 * d, do: "see", no: true},
		},
		"a reservation counts as a view":                         {{do: "reserve", caps: minute}, {do: "reserve", no: true}, {after: 2 * m, do: "reserve", no: true}},
		"a reservation that ended without a view leaves nothing": {{do: "reserve", caps: day}, {after: s, do: "release"}, {after: s, do: "see"}},
		"a reservation expires": {
			{do: "reserve", caps: day},
			{after: 30*m - s, do: "reserve", no: true},
			{after: 30 * m, do: "reserve", n: 1},
			{after: 31 * m, do: "view", n: 1},
			{after: 32 * m, do: "reserve", no: true},
		},
		"a view after the release counts": {{do: "reserve", caps: day}, {after: m, do: "release"}, {after: h, do: "view"}, {after: h, do: "see", no: true}},
		"a view after the reservation expired counts, beside what was reserved meanwhile": {
			{do: "reserve", caps: caps(per(2, frequency.Day))},
			{after: 31 * m, do: "reserve", n: 1},
			{after: 32 * m, do: "view"},
			{after: 33 * m, do: "view", n: 1},
			{after: 34 * m, do: "see", no: true},
			{after: 32*m + d, do: "see"},
		},
		"each commit is a view": {
			{do: "reserve", caps: caps(per(2, frequency.Day))}, {do: "view"}, {do: "view"}, {after: s, do: "see", no: true},
		},
		"a second release does nothing": {
			{do: "reserve", caps: caps(per(1, frequency.Day))},
			{do: "release"},
			{do: "release"},
			{after: s, do: "reserve", n: 1},
			{after: s, do: "release"},
			{after: s, do: "reserve", no: true},
		},
		"a release after the view does nothing": {{do: "reserve", caps: day}, {do: "view"}, {do: "release"}, {do: "see", no: true}},
		"a cap that is lowered holds at once": {
			{do: "see", caps: caps(per(5, frequency.Day))},
			{after: h, do: "see"},
			{after: 2 * h, do: "see", caps: caps(per(2, frequency.Day)), no: true},
			{after: d, do: "see"},
			{after: d + h, do: "see", caps: caps(per(0, frequency.Day)), no: true},
		},
		"a cap that is raised holds at once": {
			{do: "see", caps: day},
			{after: h, do: "see", no: true},
			{after: h, do: "see", caps: caps(per(3, frequency.Day))},
			{after: 2 * h, do: "see"},
			{after: 3 * h, do: "see", no: true},
		},
		"a window that is put in the place of another": {
			{do: "see", caps: day}, {after: h, do: "see", caps: minute}, {after: h + s, do: "see", no: true}, {after: h + m, do: "see"},
		},
		"lifetimes are counted from the first view on": {
			{do: "see", caps: caps(per(2, frequency.Lifetime))}, {after: 100 * d, do: "see"}, {after: 250 * d, do: "see", no: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, steps)
		})
	}
}

// play goes through steps.
func play(t *testing.T, steps []step) {
	t.Helper()
	table, tickets := newTable(t, frequency.Config{}), map[int]frequency.Ticket{}
	var limits []frequency.Limit
	for i, s := range steps {
		if s.caps != nil {
			limits = line(7, s.caps...)
		}
		at, ok := start.Add(s.after), true
		switch s.do {
		case "see":
			require.Equal(t, !s.no, table.Allowed(1, limits, at), "step %d, a look before", i)
			ok = see(table, 1, limits, at)
		case "reserve":
			var ticket frequency.Ticket
			require.Equal(t, !s.no, table.Allowed(1, limits, at), "step %d, a look before", i)
			if ticket, ok = table.Reserve(1, limits, at); ok {
				tickets[s.n] = ticket
			}
		case "view":
			table.Commit(tickets[s.n], at, 0)
		case "release":
			table.Release(tickets[s.n])
		}
		require.Equal(t, !s.no, ok, "step %d", i)
	}
}

func TestReserve_AllLevelsOrNone(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{})
	limits := []frequency.Limit{
		{Kind: frequency.Advertiser, ID: 1, Caps: []frequency.Cap{per(5, frequency.Day)}},
		{Kind: frequency.Campaign, ID: 1},
		{Kind: frequency.Line, ID: 1, Caps: []frequency.Cap{per(2, frequency.Day)}},
		{Kind: frequency.Creative, ID: 1, Caps: []frequency.Cap{per(1, frequency.Hour)}},
	}
	ticket, ok := table.Reserve(9, limits, start)
	require.True(t, ok)
	assert.Equal(t, frequency.Ticket{User: 9, At: uint32(start.Unix()), IDs: [4]uint32{1, 0, 1, 1}}, ticket, "what has no caps is not counted")
	assert.Equal(t, 3, table.Stats().Entities)

	_, ok = table.Reserve(9, limits, start)
	require.False(t, ok, "the creative is out of places")
	other := []frequency.Limit{limits[0], limits[2], {Kind: frequency.Creative, ID: 2, Caps: []frequency.Cap{per(1, frequency.Hour)}}}
	second, ok := table.Reserve(9, other, start)
	require.True(t, ok, "the refusal took no place of the line")
	_, ok = table.Reserve(9, limits[2:3], start)
	require.False(t, ok)

	table.Release(ticket)
	table.Release(second)
	assert.Equal(t, frequency.Stats{}, table.Stats(), "nothing was seen, so nothing is remembered")
}

func TestReserve_EntitiesAndUsersAreApart(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{})
	limit := func(k frequency.Kind, id uint32) []frequency.Limit {
		return []frequency.Limit{{Kind: k, ID: id, Caps: []frequency.Cap{per(1, frequency.Day)}}}
	}
	for user := range uint64(3) {
		for _, k := range []frequency.Kind{frequency.Advertiser, frequency.Campaign, frequency.Line, frequency.Creative} {
			for id := range uint32(5) {
				assert.True(t, see(table, user+1, limit(k, id+1), start))
				assert.False(t, see(table, user+1, limit(k, id+1), start))
			}
		}
	}
}

func TestReserve_NobodySeesNoCappedAds(t *testing.T) {
	t.Parallel()
	for _, lenient := range []bool{false, true} {
		table := newTable(t, frequency.Config{Lenient: lenient})
		for range 3 {
			ticket, ok := table.Reserve(0, line(7, per(1, frequency.Day)), start)
			assert.Equal(t, lenient, ok)
			assert.Equal(t, lenient, table.Allowed(0, line(7, per(1, frequency.Day)), start))
			table.Commit(ticket, start, 0)
			table.Release(ticket)
			assert.False(t, table.Replay(ticket, start, 1))
		}
		_, ok := table.Reserve(0, line(7), start)
		assert.True(t, ok, "without caps there is nothing to keep")
		assert.True(t, table.Allowed(0, nil, start))
		assert.Zero(t, table.Stats())
	}
}

func TestReserve_BadLimitsAllowNothing(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{})
	for name, limits := range map[string][]frequency.Limit{
		"id":           line(0, per(1, frequency.Day)),
		"kind":         {{Kind: 4, ID: 1, Caps: []frequency.Cap{per(1, frequency.Day)}}},
		"caps[1].per":  line(1, per(1, frequency.Day), per(1, 5)),
		"one too many": append(line(1, per(1, frequency.Day)), line(2, per(1, frequency.Day))...),
	} {
		assert.False(t, table.Allowed(1, limits, start), name)
		_, ok := table.Reserve(1, limits, start)
		assert.False(t, ok, name)
		if len(limits) == 1 {
			assert.Equal(t, name, fault.Of(limits[0].Validate()).Field)
		}
	}
	assert.NoError(t, line(1, per(0, frequency.Lifetime))[0].Validate())
}

// However many a cap allows, what is outstanding of one user is bounded: he cannot fill the memory with requests.
func TestReserve_OutstandingIsBounded(t *testing.T) {
	t.Parallel()
	table, limits, n := newTable(t, frequency.Config{}), line(7, per(65_535, frequency.Lifetime)), 0
	for ; n < 1000; n++ {
		if _, ok := table.Reserve(1, limits, start); !ok {
			break
		}
	}
	assert.Equal(t, 64, n)
	assert.True(t, table.Allowed(1, limits, start.Add(time.Hour)))
}

func TestForget_Erases(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{})
	limits := line(7, per(1, frequency.Lifetime))
	require.True(t, see(table, 1, limits, start))
	require.True(t, see(table, 2, limits, start))
	ticket, ok := table.Reserve(3, limits, start)
	require.True(t, ok)
	table.Forget(1)
	table.Forget(1)
	table.Forget(3)
	assert.Equal(t, 1, table.Stats().Users)
	assert.True(t, see(table, 1, limits, start))
	assert.False(t, see(table, 2, limits, start))
	table.Release(ticket)
	assert.Equal(t, 2, table.Stats().Users)
}

func TestNew_NamesTheFieldAtFault(t *testing.T) {
	t.Parallel()
	for field, cfg := range map[string]frequency.Config{
		"MaxUsers": {MaxUsers: 255}, "MaxEntities": {MaxUsers: 5000, MaxEntities: 4999}, "PerUser": {PerUser: 3}, "Hold": {Hold: time.Millisecond},
		"Lifetime": {Lifetime: time.Hour},
	} {
		_, err := frequency.New(cfg)
		assert.ErrorContains(t, err, "Config."+field, field)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for k, name := range []string{"advertiser", "campaign", "line", "creative"} {
		assert.True(t, frequency.Kind(k).Valid())
		assert.Equal(t, name, frequency.Kind(k).String())
	}
	for p, name := range []string{"minute", "hour", "day", "week", "lifetime"} {
		assert.True(t, frequency.Per(p).Valid())
		assert.Equal(t, name, frequency.Per(p).String())
	}
	assert.False(t, frequency.Kind(4).Valid())
	assert.False(t, frequency.Per(5).Valid())
	assert.Equal(t, "kind 4 window 5", frequency.Kind(4).String()+" "+frequency.Per(5).String())
}

func TestReserve_AllocatesNothingForKnownUsers(t *testing.T) {
	if underRace {
		t.Skip("the race detector allocates")
	}
	table := newTable(t, frequency.Config{})
	limits := []frequency.Limit{
		{Kind: frequency.Advertiser, ID: 1, Caps: []frequency.Cap{per(50, frequency.Day), per(3, frequency.Minute)}},
		{Kind: frequency.Line, ID: 1, Caps: []frequency.Cap{per(50, frequency.Hour)}},
		{Kind: frequency.Creative, ID: 1, Caps: []frequency.Cap{per(50, frequency.Lifetime)}},
	}
	for n := range 40 { // some with their seconds in the record, some not
		user := uint64(n%20) + 1
		require.True(t, see(table, user, limits, start.Add(time.Duration(n)*time.Hour)))
	}
	now, user := start.Add(50*time.Hour), uint64(0)
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		user = user%20 + 1
		if !table.Allowed(user, limits, now) {
			panic("a place was lost")
		}
		ticket, ok := table.Reserve(user, limits, now)
		if !ok {
			panic("a place was lost")
		}
		table.Release(ticket)
	}))
}

func BenchmarkReserveAndCommit(b *testing.B) {
	for _, users := range []uint64{1000, 1_000_000} {
		b.Run(strconv.FormatUint(users, 10), func(b *testing.B) {
			table := newTable(b, frequency.Config{})
			limits := []frequency.Limit{
				{Kind: frequency.Campaign, ID: 1, Caps: []frequency.Cap{per(1000, frequency.Day)}},
				{Kind: frequency.Line, ID: 1, Caps: []frequency.Cap{per(1000, frequency.Day)}},
			}
			user := uint64(0)
			for b.Loop() {
				user = user%users + 1
				ticket, _ := table.Reserve(user*0x9E3779B97F4A7C15, limits, start)
				table.Commit(ticket, start, 0)
			}
		})
	}
}

func BenchmarkCheckpoint(b *testing.B) {
	const users = 200_000
	table := newTable(b, frequency.Config{})
	for n := range uint64(users) {
		see(table, hashed(n), line(1, per(3, frequency.Day)), start)
	}
	var file bytes.Buffer
	for b.Loop() {
		file.Reset()
		require.NoError(b, table.Checkpoint(&file))
	}
	b.ReportMetric(float64(file.Len())/users, "bytes/user")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/users, "ns/user")
}
