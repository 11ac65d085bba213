package frequency_test

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/frequency"
)

// hashed spreads numbers as a keyed hash does.
func hashed(n uint64) uint64 { return rand.New(rand.NewPCG(n, 1)).Uint64() | 1 }

func TestMemory_IsBounded(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{MaxUsers: 2560})
	for n := range uint64(20_000) {
		require.True(t, see(table, hashed(n), line(uint32(n)+1, per(1, frequency.Day)), start.Add(time.Duration(n)*time.Millisecond)))
	}
	stats := table.Stats()
	assert.Equal(t, 2560, stats.Users)
	assert.Equal(t, 2560, stats.Entities)
	assert.EqualValues(t, 20_000-2560, stats.Evicted, "all of them may see it again, and that is counted")
	assert.Zero(t, stats.Expired)
	assert.False(t, see(table, hashed(19_999), line(20_000, per(1, frequency.Day)), start.Add(time.Minute)), "the newest is remembered")
	assert.True(t, see(table, hashed(0), line(1, per(1, frequency.Day)), start.Add(time.Minute)), "the oldest is not")
}

// Users of whom nothing counts any more go before the oldest of those who would miss it.
func TestMemory_WhoHasNoWindowGoesFirst(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{MaxUsers: 256 * 40})
	for n := range uint64(5000) {
		window := frequency.Minute
		if n%4 == 0 {
			window = frequency.Day
		}
		see(table, hashed(n), line(1, per(1, window)), start)
	}
	for n := range uint64(5000) {
		see(table, hashed(n+100_000), line(1, per(1, frequency.Day)), start.Add(time.Hour))
	}
	stats := table.Stats()
	assert.LessOrEqual(t, stats.Users, 256*40)
	assert.Greater(t, stats.Expired, uint64(1000))
	forgotten := 0
	for n := uint64(0); n < 5000; n += 4 {
		if table.Allowed(hashed(n), line(1, per(1, frequency.Day)), start.Add(time.Hour)) {
			forgotten++
		}
	}
	assert.LessOrEqual(t, uint64(forgotten), stats.Evicted)
	assert.Less(t, forgotten, 20, "only where a shard has more than its part")
}

func TestMemory_OneUserIsBounded(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{PerUser: 10})
	for id := range uint32(100) {
		require.True(t, see(table, 1, line(id+1, per(1, frequency.Day)), start))
	}
	assert.Equal(t, frequency.Stats{Users: 1, Entities: 10, Trimmed: 90}, table.Stats())
	assert.True(t, see(table, 1, line(1, per(1, frequency.Day)), start))
	assert.False(t, see(table, 1, line(100, per(1, frequency.Day)), start))
	require.True(t, see(table, 1, line(200, per(1, frequency.Day)), start.Add(25*time.Hour)))
	assert.Equal(t, 1, table.Stats().Entities, "what was over went before what was not")
}

// Where entities run out, the oldest user goes, and one who is alone gives up his own oldest.
func TestMemory_EntitiesAreBounded(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{MaxUsers: 256, MaxEntities: 1024})
	all := func(n uint32) []frequency.Limit {
		var list []frequency.Limit
		for k := range 4 {
			list = append(list, frequency.Limit{Kind: frequency.Kind(k), ID: n, Caps: []frequency.Cap{per(1, frequency.Day)}})
		}
		return list
	}
	for n := range uint32(3000) {
		require.True(t, see(table, hashed(uint64(n)/3), all(n+1), start))
		require.False(t, see(table, hashed(uint64(n)/3), all(n+1), start))
	}
	stats := table.Stats()
	assert.LessOrEqual(t, stats.Entities, 1024)
	assert.Positive(t, stats.Trimmed)
	assert.Positive(t, stats.Evicted)

	table = newTable(t, frequency.Config{MaxUsers: 2048, MaxEntities: 2048}) // room for two such users in each shard
	for n := range uint32(3000) {
		at := start.Add(time.Duration(n) * time.Minute) // now and then somebody's day is over, too
		require.True(t, see(table, hashed(uint64(n)), all(n+1), at))
		require.False(t, see(table, hashed(uint64(n)), all(n+1), at))
	}
	stats = table.Stats()
	assert.LessOrEqual(t, stats.Entities, 2048)
	assert.GreaterOrEqual(t, stats.Entities, 256*6)
	assert.Equal(t, 3000, stats.Users+int(stats.Evicted+stats.Expired))
}

func TestSweep_ForgetsInSmallSteps(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{})
	caps := []frequency.Cap{per(1, frequency.Minute), per(1, frequency.Hour), per(1, frequency.Day), per(1, frequency.Lifetime)}
	for n := range uint64(4000) {
		see(table, hashed(n), line(1, caps[n%4], per(100, caps[n%4].Per)), start)
	}
	round := func(after time.Duration) int {
		n := 0
		for range 256 {
			n += table.Sweep(start.Add(after), 100)
		}
		return n
	}
	assert.LessOrEqual(t, table.Sweep(start.Add(time.Minute), 3), 3)
	round(time.Minute)
	assert.Equal(t, 3000, table.Stats().Users)
	assert.Zero(t, round(time.Hour-time.Second))
	assert.Equal(t, 1000, round(time.Hour))
	assert.Equal(t, 1000, round(24*time.Hour))
	assert.Zero(t, round(179*24*time.Hour))
	assert.Equal(t, 1000, round(180*24*time.Hour))
	assert.Equal(t, frequency.Stats{Expired: 4000}, table.Stats())
	assert.Zero(t, table.Sweep(start, -1))
}

// A view that comes late does not make what was seen after it older.
func TestSweep_GoesByTheLatestView(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{})
	ticket, ok := table.Reserve(1, line(1, per(9, frequency.Lifetime)), start)
	require.True(t, ok)
	table.Commit(ticket, start.Add(100*24*time.Hour), 0)
	table.Commit(ticket, start, 0)
	for range 256 {
		table.Sweep(start.Add(200*24*time.Hour), 10)
	}
	assert.Equal(t, 1, table.Stats().Users)
}

// A user costs about 100 bytes, not hundreds.
func TestMemory_OfAUser(t *testing.T) {
	if underRace {
		t.Skip("the race detector has memory of its own")
	}
	const users = 200_000
	before := inUse()
	table := newTable(t, frequency.Config{})
	for n := range uint64(users) {
		see(table, hashed(n), line(1, per(3, frequency.Day)), start)
	}
	each := float64(inUse()-before) / users
	t.Logf("%.0f bytes for a user with one entity", each)
	assert.Less(t, each, 140.)
	for n := range uint64(users) {
		see(table, hashed(n), []frequency.Limit{{Kind: frequency.Campaign, ID: 1, Caps: []frequency.Cap{per(3, frequency.Day)}}}, start)
	}
	t.Logf("%.0f bytes for a user with two", float64(inUse()-before)/users)
	runtime.KeepAlive(table)
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
