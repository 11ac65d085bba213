package ink

import "math"

// Matrix changes places: x becomes m[0]·x + m[2]·y + m[4], and y becomes m[1]·x + m[3]·y + m[5], as in SVG.
type Matrix [6]float32

// Same leaves everything where it is.
func Same() Matrix { return Matrix{1, 0, 0, 1, 0, 0} }

// Move shifts by x and y.
func Move(x, y float32) Matrix { return Matrix{1, 0, 0, 1, x, y} }

// Scale makes everything so many times larger, seen from the origin.
func Scale(by float32) Matrix { return Matrix{by, 0, 0, by, 0, 0} }

// Rotate turns around a point, in degrees clockwise.
func Rotate(degrees, x, y float32) Matrix {
	sin64, cos64 := math.Sincos(float64(degrees) * math.Pi / 180)
	sin, cos := float32(sin64), float32(cos64)
	return Matrix{cos, sin, -sin, cos, x - cos*x + sin*y, y - sin*x - cos*y}
}

// Mirror turns left and right around at a vertical line. Holes stay holes.
func Mirror(x float32) Matrix { return Matrix{-1, 0, 0, 1, 2 * x, 0} }

// Then is the change by m and after it by n.
func (m Matrix) Then(n Matrix) Matrix {
	a, b, c := n.apply(P(m[0], m[1])), n.apply(P(m[2], m[3])), n.apply(P(m[4], m[5]))
	return Matrix{a.X - n[4], a.Y - n[5], b.X - n[4], b.Y - n[5], c.X, c.Y}
}

func (m Matrix) apply(p Point) Point {
	return P(m[0]*p.X+m[2]*p.Y+m[4], m[1]*p.X+m[3]*p.Y+m[5])
}
