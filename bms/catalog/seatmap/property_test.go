package seatmap_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// The blocks, rows and sections of a plan divide its seats without gap or overlap,
// and every seat is found by its name.
func TestCompile_EverySeatIsInOneBlockRowAndSection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMap(t)
		p, err := seatmap.Compile(m)
		require.NoError(t, err)
		next := seatmap.Span{}
		for s, section := range p.Sections {
			for r := section.Rows.First; r < section.Rows.End; r++ {
				row := p.Rows[r]
				require.Equal(t, int32(s), row.Section)
				require.Equal(t, next.First, row.Seats.First, "rows follow each other")
				for b := row.Blocks.First; b < row.Blocks.End; b++ {
					block := p.Blocks[b]
					require.Equal(t, next.First, block.First, "blocks follow each other")
					require.Positive(t, block.Len())
					for i := block.First; i < block.End; i++ {
						require.Equal(t, []int32{int32(s), r, b}, []int32{p.Seats[i].Section, p.Seats[i].Row, p.Seats[i].Block})
					}
					next.First = block.End
				}
				require.Equal(t, next.First, row.Seats.End)
			}
		}
		require.Len(t, p.Seats, int(next.First))
		for i, seat := range p.Seats {
			n, ok := p.Seat(seat.Name)
			require.True(t, ok)
			require.Equal(t, int32(i), n)
		}
	})
}

// A block ends exactly where the map says that an aisle follows, or the row ends.
func TestCompile_BlocksEndAtAisles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMap(t)
		p, err := seatmap.Compile(m)
		require.NoError(t, err)
		i := 0
		for _, s := range m.Sections {
			for _, r := range s.Rows {
				for k, seat := range r.Seats {
					parted := i+1 == len(p.Seats) || p.Seats[i].Block != p.Seats[i+1].Block
					require.Equal(t, seat.AisleAfter || k == len(r.Seats)-1, parted)
					i++
				}
			}
		}
	})
}

// Whether seats overlap is judged as if every pair had been measured.
func TestCompile_FindsOverlapsLikeMeasuringEveryPair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &seatmap.Map{Name: "x", Categories: []seatmap.Category{{Key: "s", Name: "S"}}, Sections: []seatmap.Section{{Key: "m", Name: "M", Rows: []seatmap.Row{{Label: "A"}}}}}
		origin := rapid.SampledFrom([]float64{0, -3, 1000.25, -999_990}).Draw(t, "origin")
		coordinate := rapid.Custom(func(t *rapid.T) float64 {
			return origin + float64(rapid.IntRange(-12, 12).Draw(t, "step"))*rapid.SampledFrom([]float64{0.3, 0.5, 0.7}).Draw(t, "unit")
		})
		seats := make([]seatmap.Seat, rapid.IntRange(1, 9).Draw(t, "seats"))
		for i := range seats {
			seats[i] = seatmap.Seat{Label: strconv.Itoa(i), Category: "s", X: coordinate.Draw(t, "x"), Y: coordinate.Draw(t, "y")}
		}
		m.Sections[0].Rows[0].Seats = seats

		clash := false
		for i, a := range seats {
			for _, b := range seats[:i] {
				clash = clash || math.Hypot(a.X-b.X, a.Y-b.Y) < 0.5-1e-9
			}
		}
		_, err := seatmap.Compile(m)
		require.Equal(t, clash, err != nil, "%v", err)
		if err != nil {
			require.Contains(t, err.Error(), "overlap")
		}
	})
}

// Whatever is wrong with one seat is named by its path and by its words.
func TestCompile_NamesTheSeatAtFault(t *testing.T) {
	t.Parallel()
	spoils := map[string]func(*seatmap.Seat){
		"label":    func(s *seatmap.Seat) { s.Label = "a b" },
		"category": func(s *seatmap.Seat) { s.Category = "nosuch" },
		"kind":     func(s *seatmap.Seat) { s.Kind = "nosuch" },
		"x":        func(s *seatmap.Seat) { s.X = math.NaN() },
		"y":        func(s *seatmap.Seat) { s.Y = seatmap.MaxCoordinate + 1 },
	}
	rapid.Check(t, func(t *rapid.T) {
		m := drawMap(t)
		i := rapid.IntRange(0, len(m.Sections)-1).Draw(t, "section")
		j := rapid.IntRange(0, len(m.Sections[i].Rows)-1).Draw(t, "row")
		row := m.Sections[i].Rows[j]
		k := rapid.IntRange(0, len(row.Seats)-1).Draw(t, "seat")
		field := rapid.SampledFrom([]string{"label", "category", "kind", "x", "y"}).Draw(t, "field")
		spoils[field](&row.Seats[k])

		_, err := seatmap.Compile(m)
		var bad *seatmap.MapError
		require.ErrorAs(t, err, &bad)
		require.Len(t, bad.Problems, 1)
		require.Equal(t, fmt.Sprintf("sections[%d].rows[%d].seats[%d].%s", i, j, k, field), bad.Problems[0].Field)
		require.Contains(t, bad.Problems[0].Message, "Section row "+row.Label+" seat "+row.Seats[k].Label)
	})
}

// The geometry of any map gives its seats back.
func TestGeometry_AnyMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMap(rt)
		for i := range m.Sections {
			bend(rt, &m.Sections[i])
		}
		p, err := seatmap.Compile(m)
		if err != nil {
			rt.Skip("bent until seats overlap")
		}
		assertDraws(t, p)
	})
}

// bend moves the seats of a section off their grid: around an arc, at random, or not at all.
func bend(t *rapid.T, s *seatmap.Section) {
	radius := rapid.SampledFrom([]float64{0, 15, 80, -40}).Draw(t, "radius")
	jitter := rapid.SampledFrom([]float64{0, 0.004, 0.2}).Draw(t, "jitter")
	for j := range s.Rows {
		for k := range s.Rows[j].Seats {
			seat := &s.Rows[j].Seats[k]
			if radius != 0 {
				r := radius + float64(j)
				sin, cos := math.Sincos(seat.X / r)
				seat.X, seat.Y = r*sin, seat.Y+r*cos
			}
			seat.X += jitter * float64(rapid.IntRange(-1, 1).Draw(t, "dx"))
			seat.Y += jitter * float64(rapid.IntRange(-1, 1).Draw(t, "dy"))
		}
	}
}

// A field that does not exist is named with its whole path, wherever it stands.
func TestParseJSON_NamesAStrayFieldAnywhere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		data, err := drawMap(t).JSON()
		require.NoError(t, err)
		var tree map[string]any
		require.NoError(t, json.Unmarshal(data, &tree))
		at, object := drawObject(t, tree)
		object["stray"] = rapid.SampledFrom([]any{nil, 1.5, "x", []any{}, map[string]any{"a": 1.0}}).Draw(t, "value")
		data, err = json.MarshalIndent(tree, "", rapid.SampledFrom([]string{"", " "}).Draw(t, "indent"))
		require.NoError(t, err)

		_, err = seatmap.ParseJSON(data)
		require.Error(t, err)
		require.Equal(t, strings.TrimPrefix(at+".stray", "."), fault.Of(err).Field)
		var line, column int
		_, scanned := fmt.Sscanf(fault.Of(err).Message, "line %d column %d:", &line, &column)
		require.NoError(t, scanned)
		require.True(t, strings.HasPrefix(strings.Split(string(data), "\n")[line-1][column-1:], `"stray"`), "the column is that of the name")
	})
}

// drawObject picks an object in the tree of a map and tells its path.
func drawObject(t *rapid.T, tree map[string]any) (string, map[string]any) {
	path, object := "", tree
	for _, list := range []string{"sections", "rows", "seats"} {
		if rapid.Bool().Draw(t, "stop") {
			break
		}
		elements := object[list].([]any)
		i := rapid.IntRange(0, len(elements)-1).Draw(t, list)
		path, object = fmt.Sprintf("%s.%s[%d]", path, list, i), elements[i].(map[string]any)
	}
	return strings.TrimPrefix(path, "."), object
}

// A plan drawn larger, elsewhere or with its rows the other way round is the same hall.
func TestParsePretix_ScaleAndPlaceDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := seatmap.Cinema(seatmap.HallOptions{Seats: rapid.IntRange(20, 200).Draw(rt, "seats")})
		want, err := seatmap.ParsePretix(toPretix(t, m, 25))
		require.NoError(t, err)

		for _, r := range m.Sections[0].Rows {
			if rapid.Bool().Draw(rt, "turned") {
				slices.Reverse(r.Seats)
			}
			for k := range r.Seats {
				r.Seats[k].X += 300
				r.Seats[k].Y -= 70
			}
		}
		got, err := seatmap.ParsePretix(toPretix(t, m, float64(rapid.IntRange(5, 200).Draw(rt, "pitch"))))
		require.NoError(t, err)
		requireSameHall(t, want, got)
	})
}

func requireSameHall(t *testing.T, want, got *seatmap.Map) {
	t.Helper()
	require.Equal(t, rowLabels(want.Sections[0]), rowLabels(got.Sections[0]))
	for j, r := range want.Sections[0].Rows {
		for k, seat := range r.Seats {
			other := got.Sections[0].Rows[j].Seats[k]
			require.InDelta(t, seat.X, other.X, 0.0021)
			require.InDelta(t, seat.Y, other.Y, 0.0021)
		}
	}
}

func TestCompile_CostsOneAllocationPerSeat(t *testing.T) {
	m := seatmap.Stadium(seatmap.HallOptions{Seats: 20_000})
	allocations := testing.AllocsPerRun(3, func() {
		_, err := seatmap.Compile(m)
		assert.NoError(t, err)
	})
	assert.Less(t, allocations, 1.3*20_000)
}

func TestCompile_TakesTenTimesAsLongForTenTimesTheSeats(t *testing.T) {
	best := func(seats int) time.Duration {
		m := seatmap.Stadium(seatmap.HallOptions{Seats: seats})
		least := time.Hour
		for range 5 {
			began := time.Now()
			p, err := seatmap.Compile(m)
			require.NoError(t, err)
			require.Len(t, p.Seats, seats)
			least = min(least, time.Since(began))
		}
		return least
	}
	few, many := best(10_000), best(100_000)
	assert.Less(t, many, 40*few, "with the square of the seats it would be a hundred times as long")
}
