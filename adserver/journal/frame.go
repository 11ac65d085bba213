package journal

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"slices"
)

// A record is framed by its length and its CRC, 4 bytes each. The CRC of the first of a group is inverted: a group is written when the one
// before it is on disk, so wherever such a record is found, all before it had been there.
const frameSize = 8

// table is CRC-32C (RFC 3720, appendix B.4), which processors have an instruction for.
var table = crc32.MakeTable(crc32.Castagnoli)

// errTorn says that a record is cut off or damaged.
var errTorn = errors.New("the record is damaged")

func appendFrame(buf, record []byte, begins bool) []byte {
	sum := crc32.Checksum(record, table)
	if begins {
		sum = ^sum
	}
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(record)))
	buf = binary.LittleEndian.AppendUint32(buf, sum)
	return append(buf, record...)
}

// readRecord reads one record into buf and returns it. Errors: io.EOF at the end, errTorn.
func readRecord(r *bufio.Reader, buf []byte) ([]byte, error) {
	var frame [frameSize]byte
	if n, err := io.ReadFull(r, frame[:]); err != nil {
		if n == 0 && errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, cut(err)
	}
	size, ok := sizeOf(frame[:])
	if !ok {
		return nil, errTorn
	}
	buf = slices.Grow(buf[:0], size)[:size]
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, cut(err)
	}
	if whole, _ := check(frame[:], buf); !whole {
		return nil, errTorn
	}
	return buf, nil
}

// cut tells a file that ends too early from one that cannot be read.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	return err
}

// sizeOf is how long the record of a frame is; false when none is so long.
func sizeOf(frame []byte) (int, bool) {
	size := binary.LittleEndian.Uint32(frame)
	return int(size), size > 0 && size <= MaxRecord
}

// check says whether a record is what its frame says, and whether it begins a group.
func check(frame, record []byte) (whole, begins bool) {
	got, want := crc32.Checksum(record, table), binary.LittleEndian.Uint32(frame[4:])
	return got == want || ^got == want, ^got == want
}

// recordAt finds a whole record at the beginning of b, and is how long it is with its frame; zero when there is none.
func recordAt(b []byte) (n int, begins bool) {
	if len(b) < frameSize {
		return 0, false
	}
	size, ok := sizeOf(b)
	if !ok || len(b) < frameSize+size {
		return 0, false
	}
	whole, begins := check(b, b[frameSize:frameSize+size])
	if !whole {
		return 0, false
	}
	return frameSize + size, begins
}

// torn reports whether b, which begins with a damaged record at this offset of the newest segment, may be what a power cut left of a write that
// was not acknowledged. A disk writes the sectors of a group in any order, so whole records may follow; but none that begins another group,
// and before each of them a sector must be missing.
func torn(b []byte, offset int64) bool {
	whole := 0 // where the whole records before end
	for at := 0; at < len(b); {
		n, begins := recordAt(b[at:])
		if n == 0 {
			at++
			continue
		}
		if begins || at > whole && !unwritten(b[whole:at], offset+int64(whole)) {
			return false
		}
		at += n
		whole = at
	}
	return true
}

// sector is the least that a disk writes, in bytes.
const sector = 512

// unwritten reports whether some sector of b is missing, or what b has of its first: a file that grew reads as zeros where nothing was written.
func unwritten(b []byte, offset int64) bool {
	for len(b) > 0 {
		n := sector - int(offset%sector)
		if n > len(b) {
			return false
		}
		if !slices.ContainsFunc(b[:n], func(c byte) bool { return c != 0 }) {
			return true
		}
		b, offset = b[n:], offset+int64(n)
	}
	return false
}
