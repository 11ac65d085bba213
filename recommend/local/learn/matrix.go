// Package learn finds out which things go together from who chose what. It knows numbers alone: rows are people, columns are what
// they chose among. It does no I/O and starts no goroutines.
//
//	near, err := learn.EASE(ctx, matrix, learn.EASEConfig{})
//	near.Add(history, scores) // one score for each column
//
// EASE is the most exact of them and its cost grows with the cube of the columns; RP3 costs about as much as reading the matrix,
// and is for more columns. KNN and ALS are what they are measured against.
package learn

import (
	"context"
	"errors"
	"math"
	"slices"
)

// Entry is what somebody chose, and how much.
type Entry struct {
	Col   int32
	Value float32
}

// Matrix is who chose what.
type Matrix struct {
	Cols int
	Rows [][]Entry // each sorted by column, every column once
}

// Entries is how many there are.
func (m *Matrix) Entries() int {
	n := 0
	for _, row := range m.Rows {
		n += len(row)
	}
	return n
}

// check refuses what nothing can be learnt from: columns that are not there and values that are no numbers.
func (m *Matrix) check() error {
	for _, row := range m.Rows {
		for i, e := range row {
			switch {
			case e.Col < 0 || int(e.Col) >= m.Cols, i > 0 && e.Col <= row[i-1].Col:
				return errColumns
			case !(math.Abs(float64(e.Value)) <= math.MaxFloat32): // false for NaN
				return errNotFinite
			}
		}
	}
	return nil
}

var (
	errColumns   = errors.New("columns are not in ascending order below their number")
	errNotFinite = errors.New("values are not finite")
)

// columns is the matrix the other way round: for each column the rows it is in.
func (m *Matrix) columns() [][]Entry {
	cols := make([][]Entry, m.Cols)
	for r, row := range m.Rows {
		for _, e := range row {
			cols[e.Col] = append(cols[e.Col], Entry{int32(r), e.Value})
		}
	}
	return cols
}

// Row sorts entries by column and adds up those of the same one. It changes the list.
func Row(list []Entry) []Entry {
	slices.SortFunc(list, func(a, b Entry) int { return int(a.Col) - int(b.Col) })
	kept := list[:0]
	for _, e := range list {
		if n := len(kept); n > 0 && kept[n-1].Col == e.Col {
			kept[n-1].Value += e.Value
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

// stopped is asked now and then by what takes long.
func stopped(ctx context.Context, i int) error {
	if i%64 == 0 {
		return ctx.Err()
	}
	return nil
}
