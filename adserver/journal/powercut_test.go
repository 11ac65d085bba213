package journal_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/journal"
	"github.com/marquee-tickets/marquee/adserver/journal/journaltest"
)

// onDisk opens a journal whose disk forgets what was not synced.
func onDisk(t *testing.T) (*journal.Journal, *journaltest.Disk, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "journal")
	var disk journaltest.Disk
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 4 << 10, Sync: disk.Sync})
	require.NoError(t, err)
	t.Cleanup(func() { _ = j.Close() })
	return j, &disk, dir
}

// left is what a power cut leaves of a journal.
func left(t *testing.T, disk *journaltest.Disk, dir string) [][]byte {
	t.Helper()
	to := t.TempDir()
	require.NoError(t, disk.Copy(dir, to))
	j := open(t, to)
	defer func() { require.NoError(t, j.Close()) }()
	return read(t, j, 0)
}

// The moment that a record is acknowledged it outlives a power cut, with the name of the file that it is in.
func TestPowerCut_AcknowledgedIsThere(t *testing.T) {
	t.Parallel()
	j, disk, dir := onDisk(t)
	assert.Contains(t, disk.Folders(), filepath.Dir(dir), "the name of a new folder is kept as well")
	for n := range 100 {
		require.NoError(t, j.Append(record(n)).Wait(t.Context()))
		got := left(t, disk, dir)
		require.GreaterOrEqual(t, len(got), n+1)
		require.Equal(t, record(n), got[n])
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.journal"))
	require.NoError(t, err)
	require.Greater(t, len(files), 2, "new files were begun")
}

// What a program that was killed has left is on disk once the journal is opened again, for it counts from then on.
func TestPowerCut_AfterAProgramWasKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole, _ := written(2, 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, segment), whole, 0o600)) // nothing of it is synced
	var disk journaltest.Disk
	j, err := journal.Open(journal.Config{Dir: dir, Sync: disk.Sync})
	require.NoError(t, err)
	defer func() { require.NoError(t, j.Close()) }()
	require.Len(t, left(t, &disk, dir), 3)
}

// Nobody is told before the disk says that it has it: neither who appends nor who waits for all before.
func TestPowerCut_NobodyIsToldBefore(t *testing.T) {
	t.Parallel()
	j, disk, dir := onDisk(t)
	release := disk.Hold()
	defer release()
	first := j.Append(record(0))
	require.True(t, disk.Came(30*time.Second), "it is written, and the disk does not have it yet")
	second := j.Append(record(1))
	var told sync.WaitGroup
	for _, g := range []*journal.Group{first, second, j.Last()} {
		soon, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
		require.ErrorIs(t, g.Wait(soon), context.DeadlineExceeded)
		stop()
		told.Go(func() { assert.NoError(t, g.Wait(context.Background())) })
	}
	require.Zero(t, j.Durable())
	require.Empty(t, left(t, disk, dir), "what was not synced is lost")
	release()
	told.Wait()
	require.Len(t, left(t, disk, dir), 2)
}

// The computer's own disk is asked as well: what can be written and not synced is acknowledged to nobody.
func TestJournal_DiskDoesNotSync(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir())
	add(t, j, 0, 3)
	in, out, err := os.Pipe() // takes what is written, and has no disk
	require.NoError(t, err)
	var drained sync.WaitGroup
	drained.Go(func() { _, _ = io.Copy(io.Discard, in) })
	j.WriteTo(out)
	require.Error(t, j.Append(record(3)).Wait(t.Context()))
	require.Error(t, j.Append(record(4)).Wait(t.Context()), "nor anything after it")
	require.EqualValues(t, 3, j.Durable())
	require.Error(t, j.Close())
	drained.Wait()
	require.NoError(t, in.Close())
}
