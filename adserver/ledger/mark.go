package ledger

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// Mark says that something happened to a token: whoever has all marks of a life can tell what is new from what is sent again.
type Mark struct {
	Epoch   uint32
	Serial  uint64
	Kind    Kind
	Refused bool // it was not billed, for the reason that the journal has
}

// Append appends the mark as ReadMarks reads it.
func (m Mark) Append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, m.what())
	dst = binary.AppendUvarint(dst, uint64(m.Epoch))
	return binary.AppendUvarint(dst, m.Serial)
}

// what is the kind with a bit for what was refused.
func (m Mark) what() uint64 {
	what := uint64(m.Kind) << 1
	if m.Refused {
		what |= 1
	}
	return what
}

func (m Mark) compare(n Mark) int {
	return cmp.Or(cmp.Compare(m.Epoch, n.Epoch), cmp.Compare(m.Serial, n.Serial), cmp.Compare(m.what(), n.what()))
}

// appendMarks appends marks in their order.
func appendMarks(dst []byte, marks []Mark) []byte {
	for _, m := range slices.SortedFunc(slices.Values(marks), Mark.compare) {
		dst = m.Append(dst)
	}
	return dst
}

var errMarks = errors.New("ledger: marks are cut off or damaged")

// ReadMarks reads marks that were appended one after the other.
func ReadMarks(data []byte, fn func(Mark)) error {
	for len(data) > 0 {
		var n [3]uint64
		for i := range n {
			v, size := binary.Uvarint(data)
			if size <= 0 {
				return errMarks
			}
			n[i], data = v, data[size:]
		}
		if n[0]>>1 > math.MaxUint8 || n[1] > math.MaxUint32 {
			return errMarks
		}
		fn(Mark{Epoch: uint32(n[1]), Serial: n[2], Kind: Kind(n[0] >> 1), Refused: n[0]&1 == 1})
	}
	return nil
}
