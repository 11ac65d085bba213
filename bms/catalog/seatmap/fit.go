package seatmap

import (
	"math"
	"math/cmplx"
)

// run is a row of equal steps, each turned by the same angle from the one before:
// a straight row when the angle is 0, an arc otherwise. It is
// [n, x, y, dx, dy, turn] as Geometry describes it, zeros at the end left out.
type run []int

// fitTolerance is how far from its seat, in map units, a position of a run may be.
const fitTolerance = 0.05

// fit appends the fewest runs that it finds to describe the seats, halving what
// no single run describes.
func fit(runs []run, seats []PlanSeat) []run {
	if r, ok := fitOne(seats); ok {
		return append(runs, r)
	}
	half := len(seats) / 2
	return fit(fit(runs, seats[:half]), seats[half:])
}

// fitOne returns the run through the first, middle and last seat, and whether it
// meets all others. One seat always fits.
func fitOne(seats []PlanSeat) (run, bool) {
	first := position(&seats[0])
	last := len(seats) - 1
	var turn float64
	var step complex128
	if half := last / 2; half > 0 {
		// Over 2·half steps the chord is that over half of them, plus the same turned by half·turn.
		whole, part := position(&seats[2*half])-first, position(&seats[half])-first
		if part != 0 {
			turn = cmplx.Phase(whole/part-1) / float64(half)
		}
	}
	turn = math.Round(turn*1e5) / 1e5
	if last > 0 {
		step = (position(&seats[last]) - first) / turnedSteps(last, turn)
	}
	if cmplx.IsNaN(step) || cmplx.IsInf(step) {
		step = 0
	}
	r := run{
		len(seats), hundredths(real(first)), hundredths(imag(first)),
		int(math.Round(real(step) * 1e3)), int(math.Round(imag(step) * 1e3)), int(math.Round(turn * 1e5)),
	}
	if !r.meets(seats) {
		return nil, false
	}
	for r[len(r)-1] == 0 && len(r) > 3 {
		r = r[:len(r)-1]
	}
	return r, true
}

// turnedSteps is the sum of count unit steps, each turned by the given angle from
// the one before.
func turnedSteps(count int, turn float64) complex128 {
	rotate := cmplx.Rect(1, turn)
	sum, step := complex(0, 0), complex(1, 0)
	for range count {
		sum += step
		step *= rotate
	}
	return sum
}

// meets reports whether the run, which has all six numbers, puts every seat near
// its place.
func (r run) meets(seats []PlanSeat) bool {
	here := complex(float64(r[1])/100, float64(r[2])/100)
	step := complex(float64(r[3])/1e3, float64(r[4])/1e3)
	rotate := cmplx.Rect(1, float64(r[5])/1e5)
	for i := range seats {
		if cmplx.Abs(here-position(&seats[i])) > fitTolerance {
			return false
		}
		here += step
		step *= rotate
	}
	return true
}

func position(s *PlanSeat) complex128 { return complex(s.X, s.Y) }
