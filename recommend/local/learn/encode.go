package learn

import (
	"encoding/binary"
	"errors"
	"math"
)

// Append appends the neighbours to out, for DecodeNeighbors: the number of columns, then for each how many neighbours it has, their
// columns and their weights.
func (n *Neighbors) Append(out []byte) []byte {
	out = binary.AppendUvarint(out, uint64(n.Cols()))
	for c := range n.Cols() {
		cols, weights := n.Of(int32(c))
		out = binary.AppendUvarint(out, uint64(len(cols)))
		last := int32(0)
		for i, to := range cols {
			out = binary.AppendUvarint(out, uint64(to-last))
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(weights[i]))
			last = to
		}
	}
	return out
}

var errEncoded = errors.New("neighbours are damaged")

// DecodeNeighbors reads what Append wrote, which must be all of in.
func DecodeNeighbors(in []byte) (*Neighbors, error) {
	bad := false
	number := func(most uint64) uint64 {
		v, size := binary.Uvarint(in)
		if size <= 0 || v > most {
			bad = true
			return 0
		}
		in = in[size:]
		return v
	}
	cols := number(uint64(len(in)))
	start := make([]int32, 1, cols+1)
	var to []int32
	var weights []float32
	for c := uint64(0); c < cols && !bad; c++ {
		last := uint64(0)
		for i, count := uint64(0), number(cols); i < count && !bad; i++ {
			step := number(cols)
			if last += step; last >= cols || i > 0 && step == 0 || len(in) < 4 {
				return nil, errEncoded
			}
			w := math.Float32frombits(binary.LittleEndian.Uint32(in))
			if in = in[4:]; w != w || math.IsInf(float64(w), 0) {
				return nil, errEncoded
			}
			to, weights = append(to, int32(last)), append(weights, w)
		}
		start = append(start, int32(len(to)))
	}
	if bad || len(in) > 0 {
		return nil, errEncoded
	}
	return newNeighbors(start, to, weights), nil
}
