package journal

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// errTorn says that a record is cut off or damaged.
var errTorn = errors.New("the record is damaged")

// readRecord reads one record into buf and returns it. Errors: io.EOF at the end, errTorn.
func readRecord(r *bufio.Reader, buf []byte) ([]byte, error) {
	var frame [frameSize]byte
	if n, err := io.ReadFull(r, frame[:]); err != nil {
		if n == 0 && errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, torn(err)
	}
	size := binary.LittleEndian.Uint32(frame[:])
	if size == 0 || size > MaxRecord {
		return nil, errTorn
	}
	buf = slices.Grow(buf[:0], int(size))[:size]
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, torn(err)
	}
	if crc32.Checksum(buf, table) != binary.LittleEndian.Uint32(frame[4:]) {
		return nil, errTorn
	}
	return buf, nil
}

// torn tells a file that ends too early from one that cannot be read.
func torn(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	return err
}

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

// count reads a segment through. A damaged record ends the last one and is an error in others, unless what follows is as damaged as it.
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
		case errors.Is(err, io.EOF), errors.Is(err, errTorn) && last:
			return nil
		default:
			return fmt.Errorf("journal: record %d in %s: %w", j.next, filepath.Base(f.Name()), err)
		}
	}
}

// reopen goes on with the last segment, whose whole records are size bytes.
func (j *Journal) reopen(first uint64) error {
	f, err := os.OpenFile(j.path(first), os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() > j.size {
		j.cfg.Logger.Warn("end of the journal cut off: it was not acknowledged",
			slog.Int64("bytes", info.Size()-j.size), slog.Uint64("record", j.next))
		err = f.Truncate(j.size)
	}
	if err == nil {
		_, err = f.Seek(j.size, io.SeekStart)
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("journal: %w", err), f.Close())
	}
	j.file = f
	return nil
}
