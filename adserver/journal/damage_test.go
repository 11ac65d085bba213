package journal_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/journal"
)

var segment = fmt.Sprintf("%020d.journal", 0)

// written is a segment with groups of so many records, and where each record ends.
func written(groups ...int) (whole []byte, ends []int) {
	for _, records := range groups {
		for i := range records {
			whole = journal.AppendFrame(whole, record(len(ends)), i == 0)
			ends = append(ends, len(whole))
		}
	}
	return whole, ends
}

// opened opens a journal whose one segment has this in it.
func opened(t require.TestingT, dir string, segmentHas []byte) (*journal.Journal, error) {
	require.NoError(t, os.WriteFile(filepath.Join(dir, segment), segmentHas, 0o600))
	return journal.Open(journal.Config{Dir: dir, Sync: func(*os.File) error { return nil }})
}

func copies(t require.TestingT, dir string) []string {
	names, err := filepath.Glob(filepath.Join(dir, "*.torn"))
	require.NoError(t, err)
	return names
}

// One bit of anything acknowledged is not passed over, wherever it is in the file that is being written, however the records came there.
func TestOpen_DamageInTheNewestSegment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := journal.Open(journal.Config{Dir: dir})
	require.NoError(t, err)
	add(t, j, 0, 500)
	for n := 500; n < 1000; n++ { // together
		j.Append(record(n))
	}
	require.NoError(t, j.Last().Wait(t.Context()))
	require.NoError(t, j.Close())
	whole, err := os.ReadFile(filepath.Join(dir, segment))
	require.NoError(t, err)
	for _, at := range []int{0, 3, 5, 9, len(whole) / 4, len(whole) / 2, len(whole) * 3 / 4, len(whole) * 9 / 10} {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1
		_, err = opened(t, dir, damaged)
		require.ErrorContains(t, err, "damaged", "at %d", at)
		require.ErrorContains(t, err, "cut it to", "what to do is said")
		kept, err := os.ReadFile(filepath.Join(dir, segment))
		require.NoError(t, err)
		require.Equal(t, damaged, kept, "and nothing is done before")
	}
	require.Empty(t, copies(t, dir))
	j, err = opened(t, dir, whole)
	require.NoError(t, err)
	require.EqualValues(t, 1000, j.Next())
	require.NoError(t, j.Close())
}

// Wherever it is damaged: what another group follows had been acknowledged, and so nothing of it is cut off.
func TestOpen_DamageProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		groups := rapid.SliceOfN(rapid.IntRange(1, 8), 2, 6).Draw(r, "groups")
		whole, ends := written(groups...)
		acknowledged := ends[len(ends)-groups[len(groups)-1]-1]
		at := rapid.IntRange(0, acknowledged-1).Draw(r, "at")
		length := rapid.IntRange(1, acknowledged-at).Draw(r, "length")
		damage := rapid.SampledFrom([]byte{0, 0xfe, 'x'}).Draw(r, "damage") // four times 0xff is its own CRC
		damaged := bytes.Clone(whole)
		for i := range damaged[at : at+length] {
			damaged[at+i] = damage
		}
		if bytes.Equal(damaged, whole) {
			return
		}
		dir := folder(r)
		defer func() { require.NoError(r, os.RemoveAll(dir)) }()
		_, err := opened(r, dir, damaged)
		require.ErrorContains(r, err, "damaged")
	})
}

// folder is t.TempDir for a check of many.
func folder(t require.TestingT) string {
	dir, err := os.MkdirTemp("", "journal")
	require.NoError(t, err)
	return dir
}

// A power cut leaves any sectors of the group that was being written: the journal opens, has all groups before, and of that one what is whole at its
// beginning. What it cuts off is kept.
func TestOpen_PowerCutProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		groups := rapid.SliceOfN(rapid.IntRange(1, 20), 1, 4).Draw(r, "groups")
		whole, ends := written(groups...)
		records := len(ends)
		begin := 0 // of the last group
		if before := records - groups[len(groups)-1]; before > 0 {
			begin = ends[before-1]
		}
		left := bytes.Clone(whole)
		for from := begin; from < len(left); {
			to := min(from-from%512+512, len(left))
			if rapid.Bool().Draw(r, "lost") {
				clear(left[from:to])
			}
			from = to
		}
		left = left[:rapid.IntRange(begin, len(left)).Draw(r, "size")]
		want := 0
		for want < records && ends[want] <= len(left) && bytes.Equal(left[:ends[want]], whole[:ends[want]]) {
			want++
		}
		dir := folder(r)
		defer func() { require.NoError(r, os.RemoveAll(dir)) }()
		j, err := opened(r, dir, left)
		require.NoError(r, err)
		defer func() { require.NoError(r, j.Close()) }()
		require.EqualValues(r, want, j.Next())
		whole0 := 0
		if want > 0 {
			whole0 = ends[want-1]
		}
		var kept []byte
		for _, name := range copies(r, dir) {
			kept, err = os.ReadFile(name)
			require.NoError(r, err)
		}
		require.Equal(r, left[whole0:], append([]byte{}, kept...))
	})
}

// A sector that is missing is a power cut's when it is of the group that was written last, and lost by the disk when another group follows.
func TestOpen_MissingSector(t *testing.T) {
	t.Parallel()
	alone, _ := written(1, 40)
	followed, _ := written(1, 40, 1)
	require.Greater(t, len(alone), 2000)
	clear(alone[1024:1536])
	clear(followed[1024:1536])
	j, err := opened(t, t.TempDir(), alone)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	_, err = opened(t, t.TempDir(), followed)
	require.ErrorContains(t, err, "damaged")
}

// Any other damage before a whole record is no power cut's, in the group that was written last as well. After the last whole one it may be.
func TestOpen_DamageInTheLastGroup(t *testing.T) {
	t.Parallel()
	whole, ends := written(1, 40)
	flipped := bytes.Clone(whole)
	flipped[ends[20]-1] ^= 1
	_, err := opened(t, t.TempDir(), flipped)
	require.ErrorContains(t, err, "record 20 is damaged")
	last := bytes.Clone(whole)
	last[len(last)-1] ^= 1
	dir := t.TempDir()
	j, err := opened(t, dir, last)
	require.NoError(t, err, "nothing follows that says it was on disk")
	require.EqualValues(t, 40, j.Next())
	require.NoError(t, j.Close())
	names := copies(t, dir)
	require.Len(t, names, 1)
	kept, err := os.ReadFile(names[0])
	require.NoError(t, err)
	require.Equal(t, last[ends[39]:], kept)
}

// Copies of what was cut off go with the segments that they were cut off from.
func TestTrim_CopiesOfWhatWasCutOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole, _ := written(1, 1, 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, segment), whole[:len(whole)-1], 0o600))
	j := open(t, dir)
	require.NoError(t, j.Trim(j.Next()))
	assert.Len(t, copies(t, dir), 1, "its segment is there")
	add(t, j, 2, 200)
	require.NoError(t, j.Trim(150))
	assert.Empty(t, copies(t, dir))
}
