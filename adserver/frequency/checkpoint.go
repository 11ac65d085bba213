package frequency

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// A checkpoint is the head, then one block for each shard, in order. A block is its length and the CRC-32C of its content, four bytes each,
// the lowest first, and the content, as below; numbers are in the form of encoding/binary.AppendUvarint, seconds and counts as they are in memory.
//
//	sequences: all up to this are in, how many others are, those, each as the distance to the one before
//	how many users; of each, the one who was not here for the longest first: number, how many records; of each, the one touched last at the end:
//	  kind, id, flags, views ever, last second, how many views, how many reservations, their seconds, how many counters; of each:
//	    window, newest part, counts
const (
	head = "MQFREQ\x00\x01" // the last byte is the version

	// largest is the longest content of a block that is believed.
	largest = 1 << 30
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checkpoint writes the table. Each shard is locked only while it is written to memory, so that what is counted meanwhile may be in or not;
// the sequences say which of the views are. The caller makes the file durable before it puts it in the place of the one before. Errors
// are those of w.
func (t *Table) Checkpoint(w io.Writer) error {
	if _, err := io.WriteString(w, head); err != nil {
		return fmt.Errorf("write the head of the checkpoint: %w", err)
	}
	var block []byte
	for i := range t.shards {
		block = append(block[:0], make([]byte, 8)...)
		block = t.shards[i].append(block, t.settled.Load)
		content := block[8:]
		if len(content) > largest {
			return fmt.Errorf("write shard %d of the checkpoint: it has %d bytes, and %d at most are read", i, len(content), largest)
		}
		binary.LittleEndian.PutUint32(block, uint32(len(content)))
		binary.LittleEndian.PutUint32(block[4:], crc32.Checksum(content, castagnoli))
		if _, err := w.Write(block); err != nil {
			return fmt.Errorf("write shard %d of the checkpoint: %w", i, err)
		}
	}
	return nil
}

// append writes the shard to dst. What is settled is asked under the lock: nothing that was settled before can still come.
func (s *shard) append(dst []byte, settled func() uint64) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(settled())
	dst = binary.AppendUvarint(dst, s.done)
	dst = binary.AppendUvarint(dst, uint64(len(s.ahead)))
	before := s.done
	for _, n := range s.ahead {
		dst = binary.AppendUvarint(dst, n-before)
		before = n
	}
	dst = binary.AppendUvarint(dst, uint64(len(s.index)))
	var order []uint32
	for u := s.oldest; u != 0; u = s.users[u].newer {
		dst = binary.AppendUvarint(dst, s.users[u].id)
		dst = binary.AppendUvarint(dst, uint64(s.users[u].records))
		order = order[:0]
		for i := s.users[u].first; i != 0; i = s.records[i].next {
			order = append(order, i)
		}
		for _, i := range slices.Backward(order) {
			dst = s.appendRecord(dst, i)
		}
	}
	return dst
}

func (s *shard) appendRecord(dst []byte, i uint32) []byte {
	r := &s.records[i]
	dst = append(dst, byte(r.kind), byte(r.flags&^spilled), r.views, r.holds)
	for _, n := range [...]uint32{r.id, r.life, r.last} {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	for _, n := range s.seconds(i) {
		dst = binary.LittleEndian.AppendUint32(dst, n)
	}
	var counters []counter
	if r.flags&spilled != 0 {
		counters = s.extras[i].counters
	}
	dst = append(dst, byte(len(counters)))
	for _, c := range counters {
		dst = append(dst, byte(c.per))
		dst = binary.LittleEndian.AppendUint32(dst, c.newest)
		for _, n := range c.counts {
			dst = binary.LittleEndian.AppendUint16(dst, n)
		}
	}
	return dst
}
