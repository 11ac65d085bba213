package learn

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// modes are the few directions in which choices differ most: what somebody chooses is nearly a mixture of them, so they join columns that
// nobody has chosen together. Source: Nikolakopoulos et al., EigenRec: generalizing PureSVD for effective and efficient top-N
// recommendations, KAIS 2019, with columns of the same length.
type modes struct {
	vectors  *mat.Dense // a row for each mode, orthonormal
	strength []float64  // how much each is believed, from 0 to 1
}

const (
	modeRounds = 12 // of subspace iteration
	modeDoubt  = 2  // how many times as strong as a column alone a mode must be to be believed half
)

// modesOf finds the strongest modes of a Gram matrix.
func modesOf(gram []float64, n, rank int) (*modes, error) {
	rank = min(rank, n)
	scaled := cosines(gram, n)
	rng := rand.New(rand.NewPCG(uint64(n), 7)) //nolint:gosec // the same data has the same modes
	block, next := mat.NewDense(rank, n, nil), mat.NewDense(rank, n, nil)
	for i, raw := 0, block.RawMatrix().Data; i < len(raw); i++ {
		raw[i] = rng.NormFloat64()
	}
	orthonormal(block)
	for range modeRounds {
		next.Mul(block, scaled)
		block, next = next, block
		orthonormal(block)
	}
	next.Mul(block, scaled)
	var inside mat.Dense
	inside.Mul(next, block.T())
	small := mat.NewSymDense(rank, nil)
	for i := range rank {
		for j := i; j < rank; j++ {
			small.SetSym(i, j, (inside.At(i, j)+inside.At(j, i))/2)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(small, true) {
		return nil, errNotFinite
	}
	var turn mat.Dense
	eigen.VectorsTo(&turn)
	m := &modes{vectors: next, strength: eigen.Values(nil)}
	m.vectors.Mul(turn.T(), block)
	for k, s := range m.strength {
		m.strength[k] = max(s, 0) / (max(s, 0) + modeDoubt)
	}
	return m, nil
}

// cosines is a Gram matrix with its columns scaled to the length 1.
func cosines(gram []float64, n int) *mat.SymDense {
	scaled := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			if length := math.Sqrt(gram[i*n+i] * gram[j*n+j]); length > 0 {
				scaled.SetSym(i, j, gram[i*n+j]/length)
			}
		}
	}
	return scaled
}

// orthonormal makes the rows orthonormal (modified Gram-Schmidt, twice, as the first time leaves rounding errors). Rows that the ones before
// them make up become zeros.
func orthonormal(m *mat.Dense) {
	rows, _ := m.Dims()
	for i := range rows {
		row := m.RawRowView(i)
		before := floats.Norm(row, 2)
		for range 2 {
			for j := range i {
				other := m.RawRowView(j)
				floats.AddScaled(row, -floats.Dot(row, other), other)
			}
		}
		length := floats.Norm(row, 2)
		if !(length > before*1e-9) {
			clear(row)
			continue
		}
		floats.Scale(1/length, row)
	}
}

// of writes what the modes say of a column into weights, one for each column.
func (m *modes) of(col int, weights []float64) {
	clear(weights)
	for k, s := range m.strength {
		row := m.vectors.RawRowView(k)
		floats.AddScaled(weights, s*row[col], row)
	}
}
