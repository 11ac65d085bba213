package ink

import (
	"math"
	"strconv"
)

// ParseData reads the outlines of SVG's attribute d. It returns false for what is not well formed, or has more than 4,000 commands.
func ParseData(s string) (*Path, bool) {
	r := reader{rest: s, path: new(Path)}
	const most = 4000
	for range most {
		r.blank()
		if r.rest == "" {
			return r.path, true
		}
		if c := r.rest[0]; c|0x20 >= 'a' && c|0x20 <= 'z' {
			r.command, r.rest = c, r.rest[1:]
		} else if r.command == 0 || r.command|0x20 == 'z' {
			return nil, false
		}
		if !r.step() {
			return nil, false
		}
	}
	return nil, false
}

// reader reads path data.
type reader struct {
	rest    string
	path    *Path
	command byte
	at      Point // where the pen is
	begin   Point // of the outline
	control Point // the last one of a curve, for those that go on smoothly
	last    byte  // the command before, in lower case
}

// blank skips what divides numbers.
func (r *reader) blank() {
	for r.rest != "" && (r.rest[0] <= ' ' || r.rest[0] == ',') {
		r.rest = r.rest[1:]
	}
}

// numbers reads n of them, each of a size that can be drawn.
func (r *reader) numbers(n int) ([7]float32, bool) {
	var list [7]float32
	for i := range n {
		r.blank()
		end := numberEnd(r.rest)
		if r.command|0x20 == 'a' && (i == 3 || i == 4) && end > 1 {
			end = 1 // flags may stand together
		}
		v, err := strconv.ParseFloat(r.rest[:end], 32)
		if err != nil || math.Abs(v) > 1e5 || math.IsNaN(v) {
			return list, false
		}
		list[i], r.rest = float32(v), r.rest[end:]
	}
	return list, true
}

// numberEnd is where the number ends that the text begins with.
func numberEnd(s string) int {
	dot, exp := false, false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case (c == '-' || c == '+') && (i == 0 || s[i-1]|0x20 == 'e'):
		case c == '.' && !dot && !exp:
			dot = true
		case c|0x20 == 'e' && !exp && i > 0:
			exp = true
		default:
			return i
		}
	}
	return len(s)
}

// wants is how many numbers a command takes.
func wants(c byte) int {
	switch c {
	case 'h', 'v':
		return 1
	case 'm', 'l', 't':
		return 2
	case 's', 'q':
		return 4
	case 'c':
		return 6
	case 'a':
		return 7
	}
	return 0
}

func (r *reader) step() bool {
	lower := r.command | 0x20
	n, ok := r.numbers(wants(lower))
	if !ok || wants(lower) == 0 && lower != 'z' || len(r.path.steps) == 0 && lower != 'm' {
		return false
	}
	var from Point
	if r.command == lower {
		from = r.at
	}
	at := func(i int) Point { return P(from.X+n[i], from.Y+n[i+1]) }
	switch lower {
	case 'm':
		r.at, r.begin = at(0), at(0)
		r.path.MoveTo(r.at.X, r.at.Y)
		r.command = 'L' | r.command&0x20 // what follows are lines
	case 'z':
		r.at = r.begin
		r.path.LineTo(r.at.X, r.at.Y)
	case 'l':
		r.line(at(0))
	case 'h':
		r.line(P(from.X+n[0], r.at.Y))
	case 'v':
		r.line(P(r.at.X, from.Y+n[0]))
	case 'a':
		r.arc(n, P(from.X+n[5], from.Y+n[6]))
	default:
		r.curve(lower, at)
	}
	r.last = lower
	return true
}

func (r *reader) line(to Point) {
	r.at = to
	r.path.LineTo(to.X, to.Y)
}

// mirrored is the control point that goes on from the last curve, when that was of the kind.
func (r *reader) mirrored(a, b byte) Point {
	if r.last != a && r.last != b {
		return r.at
	}
	return P(2*r.at.X-r.control.X, 2*r.at.Y-r.control.Y)
}

func (r *reader) curve(c byte, at func(int) Point) {
	switch c {
	case 'c':
		r.cube(at(0), at(2), at(4))
	case 's':
		r.cube(r.mirrored('c', 's'), at(0), at(2))
	case 'q':
		r.quad(at(0), at(2))
	case 't':
		r.quad(r.mirrored('q', 't'), at(0))
	}
}

func (r *reader) cube(a, b, to Point) {
	r.path.CubeTo(a, b, to)
	r.control, r.at = b, to
}

func (r *reader) quad(a, to Point) {
	r.path.QuadTo(a, to)
	r.control, r.at = a, to
}

// arc goes on along an ellipse. Source: SVG 2, appendix B.2.4, from end points to the centre.
func (r *reader) arc(n [7]float32, to Point) {
	rx, ry := math.Abs(float64(n[0])), math.Abs(float64(n[1]))
	from := r.at
	if rx == 0 || ry == 0 || from == to {
		r.line(to)
		return
	}
	sin, cos := math.Sincos(float64(n[2]) * math.Pi / 180)
	dx, dy := float64(from.X-to.X)/2, float64(from.Y-to.Y)/2
	x, y := cos*dx+sin*dy, -sin*dx+cos*dy
	if scale := math.Sqrt(x*x/(rx*rx) + y*y/(ry*ry)); scale > 1 {
		rx, ry = rx*scale, ry*scale
	}
	k := math.Sqrt(max(0, rx*rx*ry*ry-rx*rx*y*y-ry*ry*x*x) / (rx*rx*y*y + ry*ry*x*x))
	if (n[3] != 0) == (n[4] != 0) {
		k = -k
	}
	cx, cy := k*rx*y/ry, -k*ry*x/rx
	a := math.Atan2((y-cy)/ry, (x-cx)/rx)
	sweep := math.Atan2((-y-cy)/ry, (-x-cx)/rx) - a
	if n[4] != 0 && sweep < 0 {
		sweep += 2 * math.Pi
	} else if n[4] == 0 && sweep > 0 {
		sweep -= 2 * math.Pi
	}
	start := float32(a * 180 / math.Pi)
	var unit Path
	unit.MoveTo(turn(0, 0, 1, start).X, turn(0, 0, 1, start).Y).arc(0, 0, 1, start, start+float32(sweep*180/math.Pi))
	middle := P((from.X+to.X)/2+float32(cos*cx-sin*cy), (from.Y+to.Y)/2+float32(sin*cx+cos*cy))
	var out Path
	out.Add(&unit, Matrix{float32(cos * rx), float32(sin * rx), float32(-sin * ry), float32(cos * ry), middle.X, middle.Y})
	r.path.steps = append(r.path.steps, out.steps[1:]...)
	r.at = to
}
