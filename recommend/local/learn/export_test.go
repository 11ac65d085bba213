package learn

// Objective is what ALS makes small, at the best numbers of people for the numbers of columns that it found.
func (f *Factors) Objective(m *Matrix) (float64, error) {
	var sum float64
	cols, k := f.cols.Dims()
	for _, row := range m.Rows {
		u, err := f.describe(row)
		if err != nil {
			return 0, err
		}
		chosen := map[int]float64{}
		for _, e := range row {
			chosen[int(e.Col)] = float64(e.Value)
		}
		for c := range cols {
			var s float64
			for i := range k {
				s += f.cols.At(c, i) * u.AtVec(i)
			}
			sum += chosen[c]*(1-s)*(1-s) + f.c.Unseen*s*s
		}
		for i := range k {
			sum += f.c.Reg * (float64(len(row)) + f.c.Unseen*float64(cols)) * u.AtVec(i) * u.AtVec(i)
		}
	}
	for c, list := range m.columns() {
		for i := range k {
			sum += f.c.Reg * (float64(len(list)) + f.c.Unseen*float64(len(m.Rows))) * f.cols.At(c, i) * f.cols.At(c, i)
		}
	}
	return sum, nil
}

// InLists is the same neighbours kept in lists, whether or not a table would do.
func (n *Neighbors) InLists() *Neighbors {
	lists := &Neighbors{size: n.size, kept: n.kept, start: []int32{0}}
	for c := range n.size {
		cols, weights := n.Of(int32(c))
		lists.cols, lists.weights = append(lists.cols, cols...), append(lists.weights, weights...)
		lists.start = append(lists.start, int32(len(lists.cols)))
	}
	return lists
}

// Table reports whether the weights are laid out in a table.
func (n *Neighbors) Table() bool { return n.table != nil }
