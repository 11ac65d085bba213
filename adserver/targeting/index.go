package targeting

import (
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Index finds the items that match a request. It is immutable and safe for concurrent use.
type Index struct {
	items   int
	item    []uint32 // of each alternative; alternatives of one item follow each other, items are in the order given
	all     row
	columns []column
	verify  row                    // alternatives of which the rows say only that they may hold; nil when there are none
	extra   map[uint32]conjunction // what is left to ask of those
	stats   Stats
}

// Stats says how large an index is.
type Stats struct {
	Items        int
	Alternatives int // of all items, see MaxAlternatives
	Dims         int // dimensions that some item asks for
	Values       int // values that some item names, counted in each dimension
	Bytes        int // of its rows of bits; rows of equal content share their memory
}

// Stats returns the size of the index.
func (x *Index) Stats() Stats { return x.stats }

// Compile makes an index of items, in the order in which a Matcher is to find them: usually the highest bid first. An item whose expression is
// wrong, as Check has it, matches nothing and is named in the error, like "items[3].targeting"; the index is there all the same and serves the others.
func Compile(items []Item) (*Index, error) {
	b := builder{items: len(items), extra: map[uint32]conjunction{}, pool: newRowPool()}
	var errs []error
	for i, item := range items {
		written, err := item.Expr.alternatives()
		if err != nil {
			if f := fault.Of(err); f != nil {
				err = f.In(fmt.Sprintf("items[%d]", i))
			}
			errs = append(errs, err)
			continue
		}
		for _, c := range written {
			b.add(uint32(i), c, item.Lenient)
		}
	}
	return b.build(), errors.Join(errs...)
}

// column is what an index knows of one dimension.
type column struct {
	dim     Dim
	none    counted           // what holds for a request without a value, or with values that no item names
	unknown counted           // what holds for a request of which the dimension is unknown
	values  map[string]*value // by the value
}

// value is what an index knows of one value of a dimension. Each of row, add and ban may be in its sparse form instead.
type value struct {
	// Of a dimension of one value: what holds for a request that has it. Sparse, the words replace those of none.
	row counted

	// Of a dimension of many values: what holds as well as none does, and what does not hold whatever other values there are.
	add, ban row

	few, fewBanned sparse
}
