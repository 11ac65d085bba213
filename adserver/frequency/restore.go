package frequency

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// ErrDamaged is wrapped by what Restore returns for what Checkpoint did not write, or not so.
var ErrDamaged = errors.New("frequency: the checkpoint is damaged")

// Restore puts what Checkpoint wrote in the place of what the table has; on an error it stays as it is. When the table is smaller than the one that was written,
// those who were not here for the longest are left out. Errors: ErrDamaged, io.ErrUnexpectedEOF when it is too short, and those of r.
//
// Reservations come back as far as they were in the checkpoint; what was handed out after it counts when it is seen.
func (t *Table) Restore(r io.Reader) error {
	var title [len(head)]byte
	if _, err := io.ReadFull(r, title[:]); err != nil {
		return fmt.Errorf("read the head of the checkpoint: %w", unexpected(err))
	}
	if string(title[:]) != head {
		return fmt.Errorf("read the head of the checkpoint: %w: it begins with %q and not with %q", ErrDamaged, title[:], head)
	}
	fresh := make([]shard, shards)
	for i := range fresh {
		fresh[i].init(t.cfg)
		content, err := readBlock(r)
		if err == nil {
			err = fresh[i].decode(content, i)
		}
		if err != nil {
			return fmt.Errorf("read shard %d of the checkpoint: %w", i, err)
		}
	}
	for i := range fresh {
		t.shards[i].take(&fresh[i])
	}
	return nil
}

// take takes over what another shard, which nobody else knows, holds.
func (s *shard) take(from *shard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.index, s.users, s.records, s.extras = from.index, from.users, from.records, from.extras
	s.freeUser, s.freeRecord, s.oldest, s.newest = from.freeUser, from.freeRecord, from.oldest, from.newest
	s.entities, s.hand, s.done, s.ahead = from.entities, 0, from.done, from.ahead
	s.evicted += from.evicted
	s.trimmed += from.trimmed
}

func readBlock(r io.Reader) ([]byte, error) {
	var sums [8]byte
	if _, err := io.ReadFull(r, sums[:]); err != nil {
		return nil, unexpected(err)
	}
	size, sum := binary.LittleEndian.Uint32(sums[:]), binary.LittleEndian.Uint32(sums[4:])
	if size > largest {
		return nil, fmt.Errorf("%w: it is said to have %d bytes", ErrDamaged, size)
	}
	var content bytes.Buffer // grows with what is there, not with what is said
	if _, err := io.CopyN(&content, r, int64(size)); err != nil {
		return nil, unexpected(err)
	}
	if got := crc32.Checksum(content.Bytes(), castagnoli); got != sum {
		return nil, fmt.Errorf("%w: its sum is %08x and should be %08x", ErrDamaged, got, sum)
	}
	return content.Bytes(), nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// decoder reads numbers until one is wrong; then all that follow are 0.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) number(most uint64) uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 || n > most {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

var nothing [4]byte

func (d *decoder) bytes(n int) []byte {
	if len(d.rest) < n {
		d.bad, d.rest = true, nil
		return nothing[:n]
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) small(most int) int {
	n := int(d.bytes(1)[0])
	if n > most {
		d.bad, d.rest = true, nil
		return 0
	}
	return n
}

// decode fills an empty shard.
func (s *shard) decode(content []byte, number int) error {
	d := &decoder{rest: content}
	s.done = d.number(math.MaxUint64)
	before := s.done
	for range d.number(uint64(len(content))) {
		step := d.number(math.MaxUint64 - before)
		if step == 0 {
			return ErrDamaged
		}
		before += step
		s.ahead = append(s.ahead, before)
	}
	for range d.number(uint64(len(content))) {
		id := d.number(math.MaxUint64)
		if _, ok := s.index[id]; ok || id == 0 || shardOf(id) != number {
			return ErrDamaged
		}
		s.decodeUser(d, id)
		if d.bad {
			return ErrDamaged
		}
	}
	if d.bad || len(d.rest) > 0 {
		return ErrDamaged
	}
	return nil
}

func (s *shard) decodeUser(d *decoder, id uint64) {
	u := s.touch(id, 0)
	n := d.number(math.MaxUint16)
	d.bad = d.bad || n == 0
	for range n {
		var r record
		r.kind, r.flags = Kind(d.small(kinds-1)), flags(d.small(math.MaxUint8))&^spilled
		views, holds := d.small(exact), d.small(outstanding)
		r.id, r.life, r.last = uint32(d.number(math.MaxUint32)), uint32(d.number(math.MaxUint32)), uint32(d.number(math.MaxUint32))
		if d.bad || r.id == 0 || s.find(u, r.kind, r.id) != 0 {
			d.bad = true
			return
		}
		i := s.record(u, r.kind, r.id, 0)
		r.next = s.records[i].next
		s.records[i] = r
		s.decodeSeconds(d, i, views, holds)
		s.decodeCounters(d, i)
	}
}

func (s *shard) decodeSeconds(d *decoder, i uint32, views, holds int) {
	before := uint32(0)
	for n := range views + holds {
		second := binary.LittleEndian.Uint32(d.bytes(4))
		s.insert(i, n, second)
		if n >= views {
			s.records[i].holds++
			continue
		}
		d.bad = d.bad || second < before
		before = second
		s.records[i].views++
	}
}

func (s *shard) decodeCounters(d *decoder, i uint32) {
	for range d.small(windows) {
		c := counter{per: Per(d.small(windows - 1)), newest: binary.LittleEndian.Uint32(d.bytes(4))}
		for k := range c.counts {
			c.counts[k] = binary.LittleEndian.Uint16(d.bytes(2))
		}
		e := s.spill(i)
		if d.bad || e.counter(c.per) != nil {
			d.bad = true
			return
		}
		e.counters = append(e.counters, c)
	}
}
