package seating

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Frame is what changed on a seat map between one version of a show and the next.
// Its wire form is {"v":12,"s":[[17,1],[18,1]],"a":{"floor":312}}: the version, the
// seats with their new status, the areas with their free places. Empty parts are
// left out.
type Frame struct {
	Version int64          // of the show after the change; 0 or more
	Seats   []SeatStatus   // by seat number, each once
	Areas   map[string]int // free places by area key
}

// SeatStatus is the status of one seat.
type SeatStatus struct {
	Seat   int32
	Status Status
}

// Frame returns what a seat map has to show of the change to the given version. A
// seat that went from one hold to another does not appear.
func (d Delta) Frame(version int64) Frame {
	f := Frame{Version: version}
	for _, c := range d.Seats {
		if c.From.Status != c.To.Status {
			f.Seats = append(f.Seats, SeatStatus{Seat: c.Seat, Status: c.To.Status})
		}
	}
	if len(d.Areas) > 0 {
		f.Areas = make(map[string]int, len(d.Areas))
	}
	for _, a := range d.Areas {
		f.Areas[a.Key] = a.Free
	}
	return f
}

// EncodeFrame returns the wire form of the frame of the change.
func EncodeFrame(d Delta, version int64) []byte { return d.Frame(version).Encode() }

// Encode returns the wire form.
func (f Frame) Encode() []byte {
	out := make([]byte, 0, 32+12*len(f.Seats)+32*len(f.Areas))
	out = append(out, `{"v":`...)
	out = strconv.AppendInt(out, f.Version, 10)
	out = f.appendSeats(out)
	out = f.appendAreas(out)
	return append(out, '}')
}

func (f Frame) appendSeats(out []byte) []byte {
	if len(f.Seats) == 0 {
		return out
	}
	out = append(out, `,"s":[`...)
	for i, s := range f.Seats {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '[')
		out = strconv.AppendInt(out, int64(s.Seat), 10)
		out = append(out, ',', '0'+byte(s.Status), ']')
	}
	return append(out, ']')
}

func (f Frame) appendAreas(out []byte) []byte {
	if len(f.Areas) == 0 {
		return out
	}
	out = append(out, `,"a":{`...)
	for i, key := range slices.Sorted(maps.Keys(f.Areas)) {
		if i > 0 {
			out = append(out, ',')
		}
		quoted, _ := json.Marshal(key) // a string always has a JSON form
		out = append(out, quoted...)
		out = append(out, ':')
		out = strconv.AppendInt(out, int64(f.Areas[key]), 10)
	}
	return append(out, '}')
}

// wireFrame is a Frame as encoding/json reads it.
type wireFrame struct {
	V *int64         `json:"v"`
	S [][]int64      `json:"s"`
	A map[string]int `json:"a"`
}

// ParseFrame reads the wire form. Fields that it does not know are passed over.
// A bad frame is refused with an Invalid fault that names the field.
func ParseFrame(data []byte) (Frame, error) {
	var w wireFrame
	if err := json.Unmarshal(data, &w); err != nil {
		return Frame{}, fault.Invalidf("frame", "is not a frame: %v", err)
	}
	if w.V == nil || *w.V < 0 {
		return Frame{}, fault.Invalidf("v", "must be a version, 0 or more")
	}
	f := Frame{Version: *w.V}
	for i, s := range w.S {
		if len(s) != 2 || s[0] < 0 || s[0] > math.MaxInt32 || s[1] < 0 || s[1] > int64(Blocked) {
			return Frame{}, fault.Invalidf(fmt.Sprintf("s[%d]", i), "must be a seat number and a status from 0 to 3")
		}
		if i > 0 && s[0] <= w.S[i-1][0] {
			return Frame{}, fault.Invalidf(fmt.Sprintf("s[%d]", i), "must come after the seat before it")
		}
		f.Seats = append(f.Seats, SeatStatus{Seat: int32(s[0]), Status: Status(s[1])})
	}
	for key, free := range w.A {
		if free < 0 {
			return Frame{}, fault.Invalidf("a", "%q must have 0 free places or more", key)
		}
	}
	if len(w.A) > 0 {
		f.Areas = w.A
	}
	return f, nil
}

// Apply changes a snapshot and the free places of areas by the frame. A seat that
// lies beyond the snapshot is refused, and then nothing is changed.
func (f Frame) Apply(snapshot []byte, areas map[string]int) error {
	if n := len(f.Seats); n > 0 && int(f.Seats[n-1].Seat) >= 4*len(snapshot) {
		return fault.Invalidf("s", "seat %d is beyond the %d bytes of the snapshot", f.Seats[n-1].Seat, len(snapshot))
	}
	for _, s := range f.Seats {
		shift := s.Seat % 4 * 2
		snapshot[s.Seat/4] = snapshot[s.Seat/4]&^(3<<shift) | byte(s.Status)<<shift
	}
	maps.Copy(areas, f.Areas)
	return nil
}
