package journal

import (
	"fmt"
	"os"
)

// maxKept is the largest buffer that is used again, in bytes: a rush must not hold its memory for ever.
const maxKept = 8 << 20

// write is the writer: it takes what is gathered, writes it, and has it on disk before it says so.
func (j *Journal) write() {
	defer close(j.written)
	for g, first := j.take(); g != nil; g, first = j.take() {
		err := j.put(g, first)
		j.settle(g, err)
	}
}

// take waits for a group with something in it and begins the next. Nil means that the journal is to end.
func (j *Journal) take() (g *Group, first uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.pending.buf) == 0 && !j.closing {
		j.more.Wait()
	}
	if len(j.pending.buf) == 0 || j.failed != nil {
		return nil, 0
	}
	g = j.pending
	j.current, j.pending, j.free = g, newGroup(j.free), nil
	return g, j.durable
}

// put writes a group whose first record has the given number.
func (j *Journal) put(g *Group, first uint64) error {
	if j.size >= j.cfg.SegmentBytes {
		if err := j.begin(first); err != nil {
			return err
		}
	}
	n, err := j.file.Write(g.buf)
	j.size += int64(n)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return j.flush(j.file)
}

func (j *Journal) settle(g *Group, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil && j.failed == nil {
		// What reached the disk is not known, and the kernel may have dropped what it could not write: no later fsync makes up for it.
		j.failed = err
		j.pending.err = err
		close(j.pending.done)
		j.pending = newGroup(nil)
	}
	if err == nil {
		j.durable = g.upto
	}
	g.err, j.current = err, nil
	if cap(g.buf) <= maxKept {
		j.free = g.buf
	}
	g.buf = nil
	close(g.done)
}

// begin starts the segment whose first record has the given number.
func (j *Journal) begin(first uint64) error {
	f, err := os.OpenFile(j.path(first), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if err := j.syncDir(j.cfg.Dir); err != nil { // or a crash loses the name of the file with all that is in it
		return err
	}
	if j.file != nil {
		if err := j.file.Close(); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
	j.file, j.size = f, 0
	j.mu.Lock()
	defer j.mu.Unlock()
	j.segments = append(j.segments, first)
	return nil
}

// syncDir has the names in a folder on disk.
func (j *Journal) syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	defer func() { _ = d.Close() }() // only read
	return j.flush(d)
}

func (j *Journal) flush(f *os.File) error {
	if err := j.cfg.Sync(f); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}
