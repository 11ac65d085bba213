// Package journal is a write-ahead journal: what was appended and waited for is on disk, and is read again after any crash.
//
// Many append at once; one writer puts all that came meanwhile into the file and calls fsync once for all of them. Records are numbered
// from 0 without gaps. The file is cut into segments, which are deleted when nobody needs them any more.
//
//	j, err := journal.Open(journal.Config{Dir: dir})
//	err = j.Append(record).Wait(ctx)     // durable when nil
//	err = j.Read(0, func(n uint64, record []byte) error { … })
//
// Guarantees: a record whose Wait returned nil is read after a crash, unless the disk lost what it said it had; what is read is a prefix of
// what was appended, in order; what a crash left of a write at the end is cut off when the journal is opened, and a copy of it kept as *.torn; a
// record that is damaged elsewhere is an error, for then the disk has lost something. When a write fails the journal takes nothing more: every
// Wait from then on returns the error.
package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/internal/filelock"
)

// Config is where a journal is and how it is cut. Only Dir is required.
type Config struct {
	// Dir is the folder, made when it is not there. One journal at a time has it open.
	Dir string

	// SegmentBytes is when the next segment begins. Zero means 64 MiB; under 4 KiB is rejected.
	SegmentBytes int64

	// First is the number of the first record of a journal that is new: that of the next record which is not in the database yet. One that
	// is there already goes on with its own numbers.
	First uint64

	// Sync has a file, or a folder with the names in it, on disk when it returns. Nil means (*os.File).Sync. Tests put something before it.
	Sync func(*os.File) error

	// Logger gets what was cut off at the end when the journal was opened. Nil discards it.
	Logger *slog.Logger
}

// MaxRecord bounds a record, in bytes.
const MaxRecord = 1 << 16

const segmentBytes = 64 << 20

// ErrClosed says that the journal is closed.
var ErrClosed = errors.New("journal: closed")

// Journal is an open journal. It is safe for concurrent use.
type Journal struct {
	cfg     Config
	lock    *os.File
	written chan struct{} // closed when the writer has ended

	mu       sync.Mutex
	more     sync.Cond // there is something to write, or the journal is to end
	pending  *Group    // what is gathered
	current  *Group    // what is being written, nil when nothing is
	next     uint64    // number of the next record
	durable  uint64    // records below are on disk
	failed   error
	closing  bool
	segments []uint64 // first numbers of the segments, ascending; the last is being written

	// The writer's own.
	file *os.File
	size int64
	free []byte // the buffer of the group before
}

// Group is what reaches the disk together.
type Group struct {
	done chan struct{}
	buf  []byte
	upto uint64 // after its last record
	err  error
}

// Wait returns when the group is on disk, or with the error that kept it from there. After ctx's end it is not known which.
func (g *Group) Wait(ctx context.Context) error {
	select {
	case <-g.done:
		return g.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Open opens the journal of a folder, making both when they are not there. Errors: another has it open; a record is damaged that had been on
// disk, and the files are left as they are.
func Open(cfg Config) (*Journal, error) {
	if cfg.SegmentBytes == 0 {
		cfg.SegmentBytes = segmentBytes
	}
	if cfg.Sync == nil {
		cfg.Sync = (*os.File).Sync
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Dir == "" || cfg.SegmentBytes < 4<<10 {
		return nil, errors.New("journal: Config.Dir is missing, or Config.SegmentBytes under 4 KiB")
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	lock, err := lockDir(cfg.Dir)
	if err != nil {
		return nil, err
	}
	j := &Journal{cfg: cfg, lock: lock, written: make(chan struct{}), pending: newGroup(nil)}
	j.more.L = &j.mu
	if err := j.recover(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	go j.write()
	return j, nil
}

func newGroup(buf []byte) *Group { return &Group{done: make(chan struct{}), buf: buf[:0]} }

// Append adds a record of 1 to MaxRecord bytes, which may be used again once it returns. Wait on what it returns.
func (j *Journal) Append(record []byte) *Group { return j.AppendWith(record, nil) }

// AppendWith is Append that calls fn with the number of the record, in the order of the numbers and one at a time: when Next says that a number
// is given, what fn does for it is done. fn must be short, and is not called for a record that is refused.
func (j *Journal) AppendWith(record []byte, fn func(n uint64)) *Group {
	if len(record) == 0 || len(record) > MaxRecord {
		return over(fmt.Errorf("journal: a record of %d bytes", len(record)))
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return over(j.failed)
	}
	if j.closing {
		return over(ErrClosed)
	}
	g := j.pending
	g.buf = appendFrame(g.buf, record, len(g.buf) == 0)
	if fn != nil {
		fn(j.next)
	}
	j.next++
	g.upto = j.next
	j.more.Signal()
	return g
}

// Last is the newest group: when it is on disk, so is all that was appended before the call.
func (j *Journal) Last() *Group {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.failed != nil:
		return over(j.failed)
	case len(j.pending.buf) > 0:
		return j.pending
	case j.current != nil:
		return j.current
	}
	return over(nil)
}

// over is a group that is over.
func over(err error) *Group {
	g := &Group{done: make(chan struct{}), err: err}
	close(g.done)
	return g
}

// Next is the number that the next record will have.
func (j *Journal) Next() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next
}

// First is the number of the oldest record that can be read.
func (j *Journal) First() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.segments[0]
}

// Durable is the number below which all records are on disk.
func (j *Journal) Durable() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.durable
}

// Err is why the journal takes nothing more, nil while it does.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.failed
}

// Close writes what is pending and closes the files.
func (j *Journal) Close() error {
	j.mu.Lock()
	if j.closing {
		j.mu.Unlock()
		return nil
	}
	j.closing = true
	j.more.Signal()
	j.mu.Unlock()
	<-j.written
	return errors.Join(j.Err(), j.file.Close(), j.lock.Close())
}

// Read calls fn for the records on disk from number from on, in order. The record is fn's until it returns. Errors: fn's; from is trimmed.
func (j *Journal) Read(from uint64, fn func(n uint64, record []byte) error) error {
	j.mu.Lock()
	segments, end := slices.Clone(j.segments), j.durable
	j.mu.Unlock()
	if from >= end {
		return nil
	}
	if from < segments[0] {
		return fmt.Errorf("journal: record %d is gone: the oldest is %d", from, segments[0])
	}
	for i, first := range segments {
		last := end
		if i+1 < len(segments) {
			last = segments[i+1]
		}
		if last <= from {
			continue
		}
		if err := j.readSegment(first, from, min(last, end), fn); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) readSegment(first, from, end uint64, fn func(uint64, []byte) error) error {
	f, err := os.Open(j.path(first))
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	r := bufio.NewReaderSize(f, 1<<18)
	var record []byte
	for n := first; n < end; n++ {
		if record, err = readRecord(r, record); err != nil {
			return fmt.Errorf("journal: record %d in %s: %w", n, filepath.Base(f.Name()), err)
		}
		if n < from {
			continue
		}
		if err := fn(n, record); err != nil {
			return err
		}
	}
	return nil
}

// Trim deletes the segments of which all records have numbers below, with what was cut off before them. The current one always stays.
func (j *Journal) Trim(below uint64) error {
	j.mu.Lock()
	var gone []uint64
	for len(j.segments) > 1 && j.segments[1] <= below {
		gone = append(gone, j.segments[0])
		j.segments = j.segments[1:]
	}
	j.mu.Unlock()
	for _, first := range gone {
		if err := os.Remove(j.path(first)); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return j.trimTorn()
}

func (j *Journal) path(first uint64) string {
	return filepath.Join(j.cfg.Dir, fmt.Sprintf("%020d.journal", first))
}

// lockDir makes sure that nobody else has the journal open.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	free, err := filelock.Try(f)
	if err == nil && !free {
		err = fmt.Errorf("another program has %s open", dir)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal: %w", err), f.Close())
	}
	return f, nil
}
