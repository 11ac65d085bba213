package local

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// format is the first byte of a kept model.
const format = 1

// encode writes what was learnt: the format, how much there was, the keys, and the weights of each.
func (b *brain) encode() []byte {
	out := []byte{format}
	out = binary.LittleEndian.AppendUint64(out, math.Float64bits(b.weight))
	out = binary.AppendUvarint(out, uint64(len(b.version)))
	out = append(out, b.version...)
	out = binary.AppendUvarint(out, uint64(len(b.keys)))
	for _, k := range b.keys {
		out = binary.AppendUvarint(out, uint64(len(k)))
		out = append(out, k...)
	}
	return b.near.Append(out)
}

var errModel = errors.New("the kept model is damaged")

// decode reads what encode wrote.
func decode(in []byte) (*brain, error) {
	if len(in) < 9 || in[0] != format {
		return nil, fmt.Errorf("%w: it is of another format", errModel)
	}
	b := &brain{weight: math.Float64frombits(binary.LittleEndian.Uint64(in[1:])), number: map[recommend.Key]int32{}}
	in = in[9:]
	text := func() (string, bool) {
		n, size := binary.Uvarint(in)
		if size <= 0 || n > uint64(len(in)-size) {
			return "", false
		}
		s := string(in[size : size+int(n)])
		in = in[size+int(n):]
		return s, true
	}
	var ok bool
	if b.version, ok = text(); !ok {
		return nil, errModel
	}
	n, size := binary.Uvarint(in)
	if size <= 0 || n > uint64(len(in)) || !(b.weight >= 0) || math.IsInf(b.weight, 1) {
		return nil, errModel
	}
	in = in[size:]
	for i := range n {
		k, ok := text()
		if !ok {
			return nil, errModel
		}
		b.keys = append(b.keys, recommend.Key(k))
		b.number[recommend.Key(k)] = int32(i)
	}
	near, err := learn.DecodeNeighbors(in)
	if err != nil || near.Cols() != len(b.keys) || len(b.number) != len(b.keys) {
		return nil, errors.Join(errModel, err)
	}
	b.near = near
	return b, nil
}

// load takes up the models that were kept. One that cannot be read is learnt anew.
func (e *Engine) load(ctx context.Context) error {
	tenants := map[recommend.Tenant]bool{"": true}
	edition := e.programme.Now()
	for i := range edition.Len() {
		tenants[edition.At(i).Tenant] = true
	}
	for t := range tenants {
		kept, found, err := e.journal.LoadModel(ctx, t)
		if err != nil {
			return fmt.Errorf("read the model: %w", err)
		}
		if !found {
			continue
		}
		b, err := decode(kept.Bytes)
		if err != nil {
			e.cfg.Logger.WarnContext(ctx, "model of recommendations not read; it will be learnt anew", slog.String("tenant", string(t)), slog.String("error", err.Error()))
			continue
		}
		e.brains[t] = b
		if kept.At.After(e.learnt) {
			e.learnt = kept.At
		}
	}
	return nil
}
