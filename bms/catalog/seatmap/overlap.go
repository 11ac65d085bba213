package seatmap

import "math"

// overlap finds seats that are too close, by hashing them into square cells as
// wide as the least distance: a seat can only clash with one in its own cell or
// in the eight around it. Seats that clash are left out, so that a cell never
// holds more than a few.
type overlap struct {
	first map[cell]int32 // cell → its latest seat
	seats []placed
}

type cell struct{ x, y int32 }

type placed struct {
	at   place
	x, y float64
	next int32 // the seat before this one in its cell, -1 for none
}

func newOverlap(seats int) *overlap {
	return &overlap{first: make(map[cell]int32, seats), seats: make([]placed, 0, seats)}
}

// add returns the place of a seat that s is too close to, and whether there is one.
func (o *overlap) add(at place, s *Seat) (place, bool) {
	home := cell{int32(math.Floor(s.X / MinDistance)), int32(math.Floor(s.Y / MinDistance))}
	for dx := int32(-1); dx <= 1; dx++ {
		for dy := int32(-1); dy <= 1; dy++ {
			if other, found := o.near(cell{home.x + dx, home.y + dy}, s); found {
				return other, true
			}
		}
	}
	next, found := o.first[home]
	if !found {
		next = -1
	}
	o.first[home] = number32(len(o.seats))
	o.seats = append(o.seats, placed{at, s.X, s.Y, next})
	return place{}, false
}

func (o *overlap) near(c cell, s *Seat) (place, bool) {
	const tolerance = 1e-9 // seats set exactly the least distance apart may come out a rounding error closer
	i, found := o.first[c]
	if !found {
		return place{}, false
	}
	for ; i >= 0; i = o.seats[i].next {
		other := &o.seats[i]
		if math.Hypot(s.X-other.x, s.Y-other.y) < MinDistance-tolerance {
			return other.at, true
		}
	}
	return place{}, false
}
