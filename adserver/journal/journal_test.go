package journal_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/journal"
)

func open(t testing.TB, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 4 << 10})
	require.NoError(t, err)
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// record is a recognisable record of up to 300 bytes.
func record(n int) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(n))
	return append(b, bytes.Repeat([]byte{byte(n)}, n*31%297)...)
}

func add(t testing.TB, j *journal.Journal, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		require.NoError(t, j.Append(record(n)).Wait(t.Context()))
	}
}

func read(t testing.TB, j *journal.Journal, from uint64) (records [][]byte) {
	t.Helper()
	require.NoError(t, j.Read(from, func(n uint64, r []byte) error {
		require.Equal(t, from+uint64(len(records)), n)
		records = append(records, bytes.Clone(r))
		return nil
	}))
	return records
}

func TestJournal_WhatWasWaitedForIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir)
	add(t, j, 0, 100)
	require.NoError(t, j.Close())
	j = open(t, dir)
	assert.EqualValues(t, 100, j.Next())
	add(t, j, 100, 150)
	for _, from := range []int{0, 1, 77, 149, 150} {
		got := read(t, j, uint64(from))
		require.Len(t, got, 150-from)
		for i, r := range got {
			require.Equal(t, record(from+i), r)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.journal"))
	require.NoError(t, err)
	assert.Greater(t, len(files), 3, "cut into segments")
}

// Many append at once; each gets a number of its own, and all are there.
func TestJournal_ManyAtOnce(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir())
	var all sync.WaitGroup
	for w := range 16 {
		all.Go(func() {
			for i := range 50 {
				assert.NoError(t, j.Append(record(w*50+i)).Wait(context.Background()))
			}
		})
	}
	all.Wait()
	seen := map[string]int{}
	for _, r := range read(t, j, 0) {
		seen[string(r)]++
	}
	assert.Len(t, seen, 800)
	for n := range 800 {
		assert.Equal(t, 1, seen[string(record(n))], n)
	}
}

// A crash may leave any part of the last record: whatever was cut, all before it is there and nothing else.
func TestOpen_CutAnywhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir)
	add(t, j, 0, 12)
	require.NoError(t, j.Close())
	path := filepath.Join(dir, fmt.Sprintf("%020d.journal", 0))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	ends := []int{0}
	for n := range 12 {
		ends = append(ends, ends[n]+8+len(record(n)))
	}
	require.Equal(t, len(whole), ends[12])
	for cut := range whole {
		again := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(again, filepath.Base(path)), whole[:cut], 0o600))
		j, err := journal.Open(journal.Config{Dir: again})
		require.NoError(t, err)
		want := 0
		for want < 12 && ends[want+1] <= cut {
			want++
		}
		require.EqualValues(t, want, j.Next(), "cut at %d", cut)
		require.NoError(t, j.Append([]byte("more")).Wait(t.Context()))
		got := read(t, j, 0)
		require.Len(t, got, want+1)
		require.Equal(t, "more", string(got[want]))
		require.NoError(t, j.Close())
	}
}

// Damage in the middle is not taken for the end: the disk has lost what it said it had.
func TestOpen_DamageInTheMiddle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir)
	add(t, j, 0, 100)
	require.NoError(t, j.Close())
	first := filepath.Join(dir, fmt.Sprintf("%020d.journal", 0))
	whole, err := os.ReadFile(first)
	require.NoError(t, err)
	whole[100] ^= 1
	require.NoError(t, os.WriteFile(first, whole, 0o600))
	_, err = journal.Open(journal.Config{Dir: dir})
	require.ErrorContains(t, err, "damaged")
	require.NoError(t, os.Truncate(first, 50))
	_, err = journal.Open(journal.Config{Dir: dir})
	require.Error(t, err)
	require.NoError(t, os.Remove(first))
	j, err = journal.Open(journal.Config{Dir: dir})
	require.NoError(t, err, "whole segments may be gone from the beginning: they were trimmed")
	require.NoError(t, j.Close())
	files, err := filepath.Glob(filepath.Join(dir, "*.journal"))
	require.NoError(t, err)
	require.NoError(t, os.Remove(files[1]))
	_, err = journal.Open(journal.Config{Dir: dir})
	require.ErrorContains(t, err, "lost")
}

// A journal that is new goes on with the numbers of one that was lost, so that nothing of it is taken for what is known already.
func TestOpen_First(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, first := range []uint64{500, 9} { // the second time it is not new
		j, err := journal.Open(journal.Config{Dir: dir, First: first})
		require.NoError(t, err)
		var told uint64
		require.NoError(t, j.AppendWith(record(1), func(n uint64) { told = n }).Wait(t.Context()))
		assert.Equal(t, j.Next()-1, told)
		assert.Len(t, read(t, j, 500), int(j.Next())-500)
		require.NoError(t, j.Close())
	}
}

func TestJournal_Trim(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir)
	add(t, j, 0, 200)
	require.NoError(t, j.Trim(120))
	require.Error(t, j.Read(0, func(uint64, []byte) error { return nil }), "what is gone is not passed over in silence")
	assert.Len(t, read(t, j, 120), 80)
	require.NoError(t, j.Trim(1<<40))
	assert.NotEmpty(t, read(t, j, 199), "the current segment stays")
	require.NoError(t, j.Close())
	j = open(t, dir)
	assert.EqualValues(t, 200, j.Next())
}

// After a failed write nothing is taken, and nobody is told that it was.
func TestJournal_DiskFails(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir())
	add(t, j, 0, 3)
	j.BreakDisk()
	require.Error(t, j.Append(record(3)).Wait(t.Context()))
	require.Error(t, j.Append(record(4)).Wait(t.Context()))
	require.Error(t, j.Last().Wait(t.Context()))
	require.Error(t, j.Err())
	assert.EqualValues(t, 3, j.Durable())
}

func TestJournal_LastWaitsForAllBefore(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir())
	require.NoError(t, j.Last().Wait(t.Context()), "nothing to wait for")
	for n := range 200 {
		j.Append(record(n))
		require.NoError(t, j.Last().Wait(t.Context()))
		require.EqualValues(t, n+1, j.Durable())
	}
}

func TestJournal_RefusesWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir())
	require.Error(t, j.Append(nil).Wait(t.Context()))
	require.Error(t, j.Append(make([]byte, journal.MaxRecord+1)).Wait(t.Context()))
	require.NoError(t, j.Append(make([]byte, journal.MaxRecord)).Wait(t.Context()))
	require.NoError(t, j.Close())
	require.NoError(t, j.Close(), "twice is once")
	require.ErrorIs(t, j.Append(record(1)).Wait(t.Context()), journal.ErrClosed)
}

func TestOpen_OneAtATime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir)
	_, err := journal.Open(journal.Config{Dir: dir})
	require.ErrorContains(t, err, "another program")
	require.NoError(t, j.Close())
	open(t, dir)
	_, err = journal.Open(journal.Config{})
	require.ErrorContains(t, err, "Dir")
}

// Whatever is in the file, opening it invents nothing: what is read had its checksum. When it is not opened the file stays as it is.
func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	j := open(f, dir)
	add(f, j, 0, 4)
	require.NoError(f, j.Close())
	name := fmt.Sprintf("%020d.journal", 0)
	whole, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(f, err)
	f.Add(whole)
	damaged := bytes.Clone(whole)
	damaged[9] ^= 1
	f.Add(damaged)
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
		j, err := journal.Open(journal.Config{Dir: dir})
		if err != nil {
			require.ErrorContains(t, err, "damaged")
			kept, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			require.True(t, bytes.Equal(data, kept))
			return
		}
		size := 0
		for _, r := range read(t, j, 0) {
			size += 8 + len(r)
		}
		require.LessOrEqual(t, size, len(data))
		require.NoError(t, j.Close())
	})
}

func BenchmarkAppend_64AtOnce(b *testing.B) {
	j, err := journal.Open(journal.Config{Dir: b.TempDir()})
	require.NoError(b, err)
	r := make([]byte, 80)
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := j.Append(r).Wait(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.StopTimer()
	require.NoError(b, j.Close())
}
