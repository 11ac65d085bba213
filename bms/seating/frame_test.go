package seating_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestFrame_WireForm(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]seating.Frame{
		`{"v":0}`:                      {},
		`{"v":12,"s":[[17,1],[18,0]]}`: {Version: 12, Seats: []seating.SeatStatus{{17, seating.Held}, {18, seating.Free}}},
		`{"v":12,"s":[[17,3],[18,2]],"a":{"a-1":0,"floor":312}}`: {
			Version: 12, Seats: []seating.SeatStatus{{17, seating.Blocked}, {18, seating.Sold}}, Areas: map[string]int{"floor": 312, "a-1": 0},
		},
	} {
		assert.Equal(t, want, string(f.Encode()))
		got, err := seating.ParseFrame([]byte(want))
		require.NoError(t, err)
		assert.Equal(t, f, got)
	}
}

func TestEncodeFrame_OfADelta(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "....", "=floor 312"), seating.Rules{})
	r := seats("hld_1", 1, 2)
	r.Areas = []seating.Places{{"floor", 2}}
	hold(t, inv, start, r)
	assert.Equal(t, `{"v":3,"s":[[1,1],[2,1]],"a":{"floor":310}}`, string(seating.EncodeFrame(inv.Delta(), 3)))
}

func TestParseFrame_PassesOverWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	f, err := seating.ParseFrame([]byte(` {"v":1, "heat":[1,2], "s":[]} `))
	require.NoError(t, err)
	assert.Equal(t, seating.Frame{Version: 1}, f)
}

func TestParseFrame_NamesTheField(t *testing.T) {
	t.Parallel()
	for text, field := range map[string]string{
		``:                             "frame",
		`[]`:                           "frame",
		`{"v":1} {"v":2}`:              "frame",
		`{"v":"1"}`:                    "frame",
		`{}`:                           "v",
		`{"v":-1}`:                     "v",
		`{"v":1,"s":[[1,1],[2]]}`:      "s[1]",
		`{"v":1,"s":[[1,1,1]]}`:        "s[0]",
		`{"v":1,"s":[[-1,1]]}`:         "s[0]",
		`{"v":1,"s":[[1,4]]}`:          "s[0]",
		`{"v":1,"s":[[1,-1]]}`:         "s[0]",
		`{"v":1,"s":[[2147483648,1]]}`: "s[0]",
		`{"v":1,"s":[[2,1],[2,1]]}`:    "s[1]",
		`{"v":1,"s":[[2,1],[1,1]]}`:    "s[1]",
		`{"v":1,"a":{"floor":-1}}`:     "a",
	} {
		_, err := seating.ParseFrame([]byte(text))
		require.Error(t, err, text)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err), text)
		assert.Equal(t, field, fault.Of(err).Field, text)
	}
}

func TestFrame_Apply(t *testing.T) {
	t.Parallel()
	bits := []byte{0b11_10_01_00, 0b11}
	areas := map[string]int{"floor": 5, "pit": 6}
	f := seating.Frame{Seats: []seating.SeatStatus{{0, seating.Sold}, {3, seating.Free}, {4, seating.Held}}, Areas: map[string]int{"pit": 1}}
	require.NoError(t, f.Apply(bits, areas))
	assert.Equal(t, []byte{0b00_10_01_10, 0b01}, bits)
	assert.Equal(t, map[string]int{"floor": 5, "pit": 1}, areas)

	f.Seats = append(f.Seats, seating.SeatStatus{Seat: 8})
	f.Areas["pit"] = 0
	err := f.Apply(bits, areas)
	assert.Equal(t, "s", fault.Of(err).Field)
	assert.Equal(t, 1, areas["pit"], "nothing is changed")
}

func TestFrame_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := seating.Frame{Version: rapid.Int64Min(0).Draw(t, "version")}
		for seat := range int32(50) {
			if rapid.Bool().Draw(t, "changed") {
				f.Seats = append(f.Seats, seating.SeatStatus{Seat: seat * 7, Status: seating.Status(rapid.IntRange(0, 3).Draw(t, "status"))})
			}
		}
		areas := rapid.MapOf(rapid.StringN(1, 9, -1), rapid.IntRange(0, 1<<40)).Draw(t, "areas")
		if len(areas) > 0 {
			f.Areas = areas
		}
		got, err := seating.ParseFrame(f.Encode())
		require.NoError(t, err)
		require.Equal(t, f, got)
	})
}

func FuzzParseFrame(f *testing.F) {
	f.Add([]byte(`{"v":12,"s":[[17,1],[18,1]],"a":{"floor":312}}`))
	f.Add([]byte(`{"v":0,"s":[[0,3]]}`))
	f.Add([]byte(`{"v":1,"a":{"\u00e9":1,"b":9223372036854775807}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := seating.ParseFrame(data)
		if err != nil {
			assert.Equal(t, fault.Invalid, fault.CodeOf(err))
			return
		}
		again, err := seating.ParseFrame(frame.Encode())
		require.NoError(t, err)
		assert.Equal(t, frame, again)
		_ = frame.Apply(make([]byte, 16), map[string]int{}) // must not panic, whatever the seats
	})
}
