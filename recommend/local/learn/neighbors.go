package learn

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/gonum"
)

// Neighbors says for each column how much it speaks for the others. It never changes.
type Neighbors struct {
	size int // columns
	kept int // weights

	table []float32 // for each column one weight for each; nil where they are kept in lists

	start   []int32 // where the list of each column begins; one more than columns
	cols    []int32
	weights []float32
}

// dense is of how many weights at least one must be kept for all of them to be laid out in a table. It takes at most twice the room of lists,
// and 0.1 ns for each weight, kept or not, to add up a history, as they lie one behind the other; lists take 0.6 ns for each that is kept. To
// find one weight takes 4 ns and not 13.
const dense = 4

// newNeighbors lays out lists.
func newNeighbors(start, cols []int32, weights []float32) *Neighbors {
	n := &Neighbors{size: len(start) - 1, kept: len(cols), start: start, cols: cols, weights: weights}
	if dense*n.kept < n.size*n.size {
		return n
	}
	table := &Neighbors{size: n.size, table: make([]float32, n.size*n.size)}
	for c := range n.size {
		for i := start[c]; i < start[c+1]; i++ {
			if table.row(int32(c))[cols[i]] = weights[i]; weights[i] != 0 {
				table.kept++
			}
		}
	}
	return table
}

// Cols is how many columns there are.
func (n *Neighbors) Cols() int { return n.size }

// Len is how many weights are kept.
func (n *Neighbors) Len() int { return n.kept }

// row is the part of the table that a column has.
func (n *Neighbors) row(col int32) []float32 { return n.table[int(col)*n.size:][:n.size] }

// Add adds what a history speaks for to the scores, one for each column. Columns of the history that are not known speak for nothing.
func (n *Neighbors) Add(history []Entry, scores []float32) {
	for _, e := range history {
		if int(e.Col) >= n.size {
			continue
		}
		if n.table != nil {
			gonum.Implementation{}.Saxpy(n.size, e.Value, n.row(e.Col), 1, scores, 1)
			continue
		}
		from, to := n.start[e.Col], n.start[e.Col+1]
		cols, weights := n.cols[from:to], n.weights[from:to:to]
		for i, c := range cols {
			scores[c] += e.Value * weights[i]
		}
	}
}

// Of returns what a column speaks for, sorted by column. The slices must not be changed.
func (n *Neighbors) Of(col int32) (cols []int32, weights []float32) {
	if int(col) >= n.size {
		return nil, nil
	}
	if n.table == nil {
		return n.cols[n.start[col]:n.start[col+1]], n.weights[n.start[col]:n.start[col+1]]
	}
	for c, w := range n.row(col) {
		if w != 0 {
			cols, weights = append(cols, int32(c)), append(weights, w)
		}
	}
	return cols, weights
}

// Weight is how much one column speaks for another.
func (n *Neighbors) Weight(from, to int32) float32 {
	if n.table != nil {
		if int(from) >= n.size || int(to) >= n.size {
			return 0
		}
		return n.row(from)[to]
	}
	cols, weights := n.Of(from)
	if i, ok := slices.BinarySearch(cols, to); ok {
		return weights[i]
	}
	return 0
}

// pruner keeps for each column those that speak for or against it the most, the first of those that do so as much.
type pruner struct {
	keep  int
	cols  int
	from  [][]int32 // for each source, in the order of the targets
	speak [][]float32
}

func newPruner(cols, keep int) *pruner {
	return &pruner{keep: keep, cols: cols, from: make([][]int32, cols), speak: make([][]float32, cols)}
}

// target takes what speaks for a column: a weight for each source, 0 for nothing. Targets come in ascending order.
func (p *pruner) target(to int32, weights []float32) {
	bound, ties := p.bound(weights)
	for s, w := range weights {
		size := float32(math.Abs(float64(w)))
		if w == 0 || size < bound {
			continue
		}
		if size == bound {
			if ties == 0 {
				continue
			}
			ties--
		}
		p.from[s] = append(p.from[s], to)
		p.speak[s] = append(p.speak[s], w)
	}
}

// bound is the least weight that is kept, and how many that are just as large are.
func (p *pruner) bound(weights []float32) (least float32, ties int) {
	var sizes []float32
	for _, w := range weights {
		if w != 0 {
			sizes = append(sizes, float32(math.Abs(float64(w))))
		}
	}
	if p.keep <= 0 || len(sizes) <= p.keep {
		return 0, 0
	}
	slices.SortFunc(sizes, func(a, b float32) int { return cmp.Compare(b, a) })
	least = sizes[p.keep-1]
	return least, p.keep - slices.Index(sizes, least)
}

func (p *pruner) done() *Neighbors {
	start := make([]int32, p.cols+1)
	var cols []int32
	var weights []float32
	for s := range p.cols {
		cols = append(cols, p.from[s]...)
		weights = append(weights, p.speak[s]...)
		start[s+1] = int32(len(cols))
	}
	return newNeighbors(start, cols, weights)
}
