package targeting

import (
	"maps"
	"slices"
)

// builder gathers alternatives and makes an index of them.
type builder struct {
	items int
	item  []uint32
	dims  [dims]*drafted
	extra map[uint32]conjunction
	pool  *rowPool
}

// drafted is a column in the making: which alternatives must have a value, and which must not.
type drafted struct {
	must, not map[string][]uint32
	required  []uint32 // alternatives that must have some value
	strict    []uint32 // alternatives that exclude, and do not hold when the dimension is unknown
}

// add takes one alternative of an item.
func (b *builder) add(item uint32, c conjunction, lenient bool) {
	bit := uint32(len(b.item))
	b.item = append(b.item, item)
	for _, t := range c {
		if b.dims[t.dim] == nil {
			b.dims[t.dim] = &drafted{must: map[string][]uint32{}, not: map[string][]uint32{}}
		}
		d := b.dims[t.dim]
		if len(t.must) > 0 {
			d.required = append(d.required, bit)
			note(d.must, narrowest(t.must), bit)
		}
		if len(t.must) > 1 { // a row has room for one of these sets, the Matcher asks for all of them
			b.extra[bit] = append(b.extra[bit], t)
		}
		note(d.not, t.not, bit)
		if len(t.not) > 0 && !lenient {
			d.strict = append(d.strict, bit)
		}
	}
}

func note(lists map[string][]uint32, values []string, bit uint32) {
	for _, v := range values {
		lists[v] = append(lists[v], bit)
	}
}

// narrowest is the smallest set.
func narrowest(sets [][]string) []string {
	return slices.MinFunc(sets, func(a, b []string) int { return len(a) - len(b) })
}

func (b *builder) build() *Index {
	x := &Index{items: b.items, item: b.item, all: full(len(b.item)), extra: b.extra}
	x.stats = Stats{Items: b.items, Alternatives: len(b.item)}
	if len(b.extra) > 0 {
		x.verify = make(row, len(x.all))
		for bit := range b.extra {
			x.verify.set(bit)
		}
	}
	for d, drafted := range b.dims {
		if drafted != nil {
			c := b.column(Dim(d), drafted)
			x.stats.Dims++
			x.stats.Values += len(c.values)
			x.columns = append(x.columns, c)
		}
	}
	x.stats.Bytes = b.pool.bytes
	return x
}

func (b *builder) column(d Dim, from *drafted) column {
	none := full(len(b.item))
	for _, bit := range from.required {
		none.clear(bit)
	}
	unknown := slices.Clone(none)
	for _, bit := range from.strict {
		unknown.clear(bit)
	}
	c := column{dim: d, none: b.keep(none), unknown: b.keep(unknown), values: map[string]*value{}}
	named := maps.Clone(from.must)
	maps.Copy(named, from.not)
	for v := range named {
		if d.Many() {
			c.values[v] = b.oneOfMany(from.must[v], from.not[v])
		} else {
			c.values[v] = b.single(none, from.must[v], from.not[v])
		}
	}
	return c
}

func (b *builder) keep(r row) counted { return counted{b.pool.keep(r), r.count()} }

// single makes the value of a dimension of one value.
func (b *builder) single(none row, must, not []uint32) *value {
	r := slices.Clone(none)
	for _, bit := range must {
		r.set(bit)
	}
	for _, bit := range not {
		r.clear(bit)
	}
	if few, ok := b.sparse(r, slices.Concat(must, not)); ok {
		return &value{few: few, row: counted{count: r.count()}}
	}
	return &value{row: b.keep(r)}
}

// oneOfMany makes a value of a dimension of many values.
func (b *builder) oneOfMany(must, not []uint32) *value {
	v := &value{}
	v.add, v.few = b.bits(must)
	v.ban, v.fewBanned = b.bits(not)
	return v
}

// bits is a row in which only the given bits are set, in one form or the other.
func (b *builder) bits(of []uint32) (row, sparse) {
	if len(of) == 0 {
		return nil, sparse{}
	}
	r := make(row, (len(b.item)+63)/64)
	for _, bit := range of {
		r.set(bit)
	}
	if few, ok := b.sparse(r, of); ok {
		return nil, few
	}
	return b.pool.keep(r), sparse{}
}

// sparse takes from a row the words of some bits, if they are few.
func (b *builder) sparse(r row, of []uint32) (sparse, bool) {
	var at []uint32
	for _, bit := range of {
		at = append(at, bit/64)
	}
	slices.Sort(at)
	at = slices.Compact(at)
	if !worthwhile(len(at), len(r)) {
		return sparse{}, false
	}
	few := sparse{at: slices.Clip(at), words: make([]uint64, len(at))}
	for i, word := range at {
		few.words[i] = r[word]
	}
	b.pool.bytes += 12 * len(at)
	return few, true
}
