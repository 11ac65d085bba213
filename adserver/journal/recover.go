package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// recover finds the segments, counts the records of the last, and cuts off what is damaged at its end.
func (j *Journal) recover() error {
	names, err := filepath.Glob(filepath.Join(j.cfg.Dir, "*.journal"))
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	for _, name := range names {
		first, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(name), ".journal"), 10, 64)
		if err != nil {
			return fmt.Errorf("journal: %s is not a segment: move it away", name)
		}
		j.segments = append(j.segments, first)
	}
	slices.Sort(j.segments)
	if len(j.segments) == 0 {
		j.next, j.durable = j.cfg.First, j.cfg.First
		if err := j.syncDir(filepath.Dir(j.cfg.Dir)); err != nil { // the folder may be new
			return err
		}
		return j.begin(j.cfg.First)
	}
	for i, first := range j.segments {
		whole := i+1 == len(j.segments)
		if err := j.count(first, whole); err != nil {
			return err
		}
		if !whole && j.next != j.segments[i+1] {
			return fmt.Errorf("journal: %s has records up to %d, and the next segment begins with %d: something is lost",
				filepath.Base(j.path(first)), j.next, j.segments[i+1])
		}
	}
	j.durable = j.next
	return j.reopen(j.segments[len(j.segments)-1])
}

// count reads a segment through. What a crash left of a write ends the last one; a record that is damaged in any other way is an error.
func (j *Journal) count(first uint64, last bool) error {
	f, err := os.Open(j.path(first))
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	r := bufio.NewReaderSize(f, 1<<18)
	j.next, j.size = first, 0
	var record []byte
	for {
		record, err = readRecord(r, record)
		switch {
		case err == nil:
			j.next++
			j.size += frameSize + int64(len(record))
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errTorn):
			return j.judge(f, last)
		default:
			return fmt.Errorf("journal: record %d in %s: %w", j.next, filepath.Base(f.Name()), err)
		}
	}
}

// judge says what a damaged record means, which comes after size bytes of whole ones.
func (j *Journal) judge(f *os.File, last bool) error {
	rest, err := io.ReadAll(io.NewSectionReader(f, j.size, math.MaxInt64-j.size))
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if last && torn(rest, j.size) {
		return nil
	}
	return fmt.Errorf("journal: record %d is damaged, at byte %d of %s, and it had been on disk, for what follows it was written later: put back a copy of "+
		"the file, or copy it elsewhere and cut it to %d bytes, which loses that record and all after it", j.next, j.size, f.Name(), j.size)
}

// reopen goes on with the last segment, whose whole records are size bytes.
func (j *Journal) reopen(first uint64) error {
	f, err := os.OpenFile(j.path(first), os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() > j.size {
		err = j.cutOff(f)
	}
	if err == nil {
		_, err = f.Seek(j.size, io.SeekStart)
	}
	if err == nil {
		err = j.flush(f)
	}
	if err == nil {
		err = j.syncDir(j.cfg.Dir) // a program that was killed may have begun the file and no more
	}
	if err != nil {
		return errors.Join(fmt.Errorf("journal: %w", err), f.Close())
	}
	j.file = f
	return nil
}

// cutOff ends a segment after its whole records, when a copy of the rest is on disk: whoever looks for something that is missed has it.
func (j *Journal) cutOff(f *os.File) error {
	to, err := os.CreateTemp(j.cfg.Dir, fmt.Sprintf("%020d-*%s", j.next, tornEnd))
	if err != nil {
		return err
	}
	n, err := io.Copy(to, io.NewSectionReader(f, j.size, math.MaxInt64-j.size))
	if err == nil {
		err = j.flush(to)
	}
	if err = errors.Join(err, to.Close()); err == nil {
		err = j.syncDir(j.cfg.Dir)
	}
	if err != nil {
		return err
	}
	j.cfg.Logger.Warn("end of the journal cut off, as a crash leaves it: it was not acknowledged",
		slog.Int64("bytes", n), slog.Uint64("record", j.next), slog.String("copy", to.Name()))
	return f.Truncate(j.size)
}

// tornEnd is how the names of copies end of what was cut off. They begin with the number that the next record had.
const tornEnd = ".torn"

// trimTorn deletes the copies of what was cut off before the oldest segment.
func (j *Journal) trimTorn() error {
	names, err := filepath.Glob(filepath.Join(j.cfg.Dir, "*"+tornEnd))
	for _, name := range names {
		number, _, _ := strings.Cut(filepath.Base(name), "-")
		if n, bad := strconv.ParseUint(number, 10, 64); bad == nil && n < j.First() {
			err = errors.Join(err, os.Remove(name))
		}
	}
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}
