package frequency_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/frequency"
)

// record is a view as the journal keeps it.
type record struct {
	ticket   frequency.Ticket
	at       time.Time
	sequence uint64
}

// A restart at any moment: the checkpoint was made in the middle, out of order and while more came, and the whole journal is replayed over
// it, twice. Each view counts once.
func TestReplay_EachViewOnce(t *testing.T) {
	t.Parallel()
	const users, views = 40, 900
	table := newTable(t, frequency.Config{})
	limits := line(7, per(65_535, frequency.Lifetime))
	var journal []record
	var file bytes.Buffer
	var counts [users + 1]int
	for n := range uint64(views) {
		user := hashed(n*n)%users + 1
		ticket, ok := table.Reserve(user, limits, start)
		require.True(t, ok)
		counts[user]++
		journal = append(journal, record{ticket, start.Add(time.Duration(n) * time.Second), n + 1})
	}
	order := make([]int, views) // beacons are committed in another order than they are journaled in, within ten
	for n := range order {
		order[n] = n/10*10 + n*3%10
	}
	for done, n := range order {
		r := journal[n]
		table.Commit(r.ticket, r.at, r.sequence)
		if done%70 == 0 {
			table.Settled(uint64(done / 10 * 10)) // nothing up to there is missing
		}
		if done == 553 {
			require.NoError(t, table.Checkpoint(&file))
		}
	}
	fresh := newTable(t, frequency.Config{})
	require.NoError(t, fresh.Restore(&file))
	replayed := 0
	for range 2 {
		for _, r := range journal {
			if fresh.Replay(r.ticket, r.at, r.sequence) {
				replayed++
			}
		}
	}
	assert.Equal(t, views-554, replayed, "all that was not in the checkpoint, and nothing else")
	for user := 1; user <= users; user++ {
		n := counts[user]
		later := start.Add(24 * time.Hour)
		assert.False(t, fresh.Allowed(uint64(user), line(7, per(uint16(n), frequency.Lifetime)), later), "views were lost")
		assert.True(t, fresh.Allowed(uint64(user), line(7, per(uint16(n)+1, frequency.Lifetime)), later), "a view was counted twice")
	}
}

// Without a checkpoint the caps are not known while views are replayed; they hold all the same, the large ones too.
func TestReplay_IntoAnEmptyTable(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{})
	for n := range uint64(60) {
		require.True(t, table.Replay(frequency.Ticket{User: 1, IDs: [4]uint32{0, 0, 7, 0}}, start.Add(time.Duration(n)*10*time.Minute), n+1))
	}
	now := start.Add(590*time.Minute + time.Second)
	for _, c := range []struct {
		times  uint16
		per    frequency.Per
		places bool
	}{
		{1, frequency.Minute, false},
		{2, frequency.Minute, true},
		{6, frequency.Hour, false},
		{7, frequency.Hour, true},
		{60, frequency.Day, false},
		{61, frequency.Day, true},
		{60, frequency.Week, false},
		{61, frequency.Week, true},
		{60, frequency.Lifetime, false},
		{61, frequency.Lifetime, true},
	} {
		assert.Equal(t, c.places, table.Allowed(1, line(7, per(c.times, c.per)), now), "%d per %s", c.times, c.per)
	}
}

func TestCheckpoint_ReservationsComeBack(t *testing.T) {
	t.Parallel()
	table, limits := newTable(t, frequency.Config{}), line(7, per(1, frequency.Day))
	ticket, ok := table.Reserve(1, limits, start)
	require.True(t, ok)
	var file bytes.Buffer
	require.NoError(t, table.Checkpoint(&file))
	fresh := newTable(t, frequency.Config{})
	require.NoError(t, fresh.Restore(&file))
	assert.False(t, see(fresh, 1, limits, start))
	fresh.Release(ticket)
	assert.True(t, see(fresh, 1, limits, start))
}

// A smaller table takes those who were here last.
func TestRestore_IntoLessRoom(t *testing.T) {
	t.Parallel()
	table, limits := newTable(t, frequency.Config{}), line(7, per(1, frequency.Lifetime))
	for n := range uint64(5000) {
		see(table, hashed(n), limits, start.Add(time.Duration(n)*time.Second))
	}
	for id := range uint32(20) {
		see(table, 1, line(id+1, per(1, frequency.Lifetime)), start)
	}
	var file bytes.Buffer
	require.NoError(t, table.Checkpoint(&file))
	fresh := newTable(t, frequency.Config{MaxUsers: 2560, PerUser: 4})
	require.NoError(t, fresh.Restore(&file))
	assert.LessOrEqual(t, fresh.Stats().Users, 2560)
	assert.Positive(t, fresh.Stats().Evicted)
	assert.EqualValues(t, 16, fresh.Stats().Trimmed)
	assert.False(t, fresh.Allowed(hashed(4999), limits, start.Add(2*time.Hour)))
	assert.True(t, fresh.Allowed(hashed(0), limits, start.Add(2*time.Hour)))
	assert.False(t, fresh.Allowed(1, line(20, per(1, frequency.Lifetime)), start))
	assert.True(t, fresh.Allowed(1, line(1, per(1, frequency.Lifetime)), start))
}

func TestRestore_DamageIsFoundAndChangesNothing(t *testing.T) {
	t.Parallel()
	table, limits := newTable(t, frequency.Config{}), line(7, per(1, frequency.Lifetime))
	for n := range uint64(300) {
		see(table, n+1, limits, start)
	}
	var file bytes.Buffer
	require.NoError(t, table.Checkpoint(&file))
	whole := file.Bytes()
	fresh := newTable(t, frequency.Config{})
	require.True(t, see(fresh, 5000, limits, start))
	for at := 0; at < len(whole); at += 37 {
		require.ErrorIs(t, fresh.Restore(bytes.NewReader(whole[:at])), io.ErrUnexpectedEOF, "cut at %d", at)
		broken := bytes.Clone(whole)
		broken[at] ^= 0x10
		require.Error(t, fresh.Restore(bytes.NewReader(broken)), "a bit at %d", at)
	}
	assert.ErrorIs(t, fresh.Restore(bytes.NewReader(append([]byte("MQFREQ\x00\x02"), whole[8:]...))), frequency.ErrDamaged, "another version")
	huge := append(bytes.Clone(whole[:8]), 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)
	assert.ErrorIs(t, fresh.Restore(bytes.NewReader(huge)), frequency.ErrDamaged)
	assert.Equal(t, 1, fresh.Stats().Users)
	assert.False(t, see(fresh, 5000, limits, start))
}

func TestCheckpoint_TellsOfWritesThatFail(t *testing.T) {
	t.Parallel()
	table := newTable(t, frequency.Config{})
	require.True(t, see(table, 1, line(7, per(1, frequency.Day)), start))
	for _, after := range []int{0, 8, 100} {
		assert.ErrorIs(t, table.Checkpoint(&full{after}), errFull)
	}
}

var errFull = errors.New("no space left")

type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// The sum keeps chance away, not somebody who can write the file: what is read is checked as well, and never does more than its length allows.
func FuzzRestore(f *testing.F) {
	table, err := frequency.New(frequency.Config{})
	require.NoError(f, err)
	var users []uint64 // of the first shard
	for n := uint64(1); n < 3000; n++ {
		if n*0x9E3779B97F4A7C15>>56 == 0 {
			users = append(users, n)
			for k := range n % 40 {
				ticket, _ := table.Reserve(n, line(uint32(n%3)+1, per(40, frequency.Day), per(60, frequency.Lifetime)), start.Add(time.Duration(k)*time.Minute))
				if k%5 != 0 {
					table.Commit(ticket, start.Add(time.Duration(k)*time.Minute), n*100+k)
				}
			}
		}
	}
	var file bytes.Buffer
	require.NoError(f, table.Checkpoint(&file))
	whole := file.Bytes()
	size := binary.LittleEndian.Uint32(whole[8:])
	f.Add(whole[16 : 16+size])
	f.Add([]byte{0, 0, 0})
	f.Add([]byte{1, 1, 1, 0})
	f.Fuzz(func(t *testing.T, content []byte) {
		fresh := newTable(t, frequency.Config{MaxUsers: 1024})
		if err := frequency.DecodeShard(fresh, content); err != nil {
			require.ErrorIs(t, err, frequency.ErrDamaged)
			return
		}
		// What was believed can be used, and written again.
		for _, user := range users {
			see(fresh, user, line(uint32(user%3)+1, per(20, frequency.Day)), start)
		}
		for n := range 256 {
			fresh.Sweep(start.Add(time.Duration(n)*time.Hour), 10)
		}
		var again bytes.Buffer
		require.NoError(t, fresh.Checkpoint(&again))
		require.NoError(t, newTable(t, frequency.Config{}).Restore(&again))
	})
}
