package seatmap_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

func TestGenerators_MakeExactlyTheSeatsAskedFor(t *testing.T) {
	t.Parallel()
	for _, g := range []struct {
		name  string
		make  func(seatmap.HallOptions) *seatmap.Map
		seats []int
	}{
		{"cinema", seatmap.Cinema, []int{20, 21, 37, 60, 61, 100, 180, 181, 240, 333, 420, 600, 999, 1_500}},
		{"theatre", seatmap.Theatre, []int{100, 101, 250, 400, 777, 900, 1_200, 2_000, 3_000}},
		{"arena", seatmap.Arena, []int{1_000, 1_001, 4_321, 9_999, 10_000, 20_000, 30_000}},
		{"stadium", seatmap.Stadium, []int{10_000, 45_678, 60_000, 100_000}},
	} {
		for _, n := range g.seats {
			t.Run(fmt.Sprint(g.name, n), func(t *testing.T) {
				t.Parallel()
				p, err := seatmap.Compile(g.make(seatmap.HallOptions{Seats: n}))
				require.NoError(t, err)
				assert.Len(t, p.Seats, n)
			})
		}
	}
}

func TestGenerators_DefaultsAndBounds(t *testing.T) {
	t.Parallel()
	count := func(m *seatmap.Map) int {
		p, err := seatmap.Compile(m)
		require.NoError(t, err)
		return len(p.Seats)
	}
	assert.Equal(t, 180, count(seatmap.Cinema(seatmap.HallOptions{})))
	assert.Equal(t, 900, count(seatmap.Theatre(seatmap.HallOptions{})))
	assert.Equal(t, 10_000, count(seatmap.Arena(seatmap.HallOptions{})))
	assert.Equal(t, 60_000, count(seatmap.Stadium(seatmap.HallOptions{})))
	assert.Equal(t, 20, count(seatmap.Cinema(seatmap.HallOptions{Seats: -5})))
	assert.Equal(t, 30_000, count(seatmap.Arena(seatmap.HallOptions{Seats: 1 << 40})))
	assert.Equal(t, "Gaiety", seatmap.Cinema(seatmap.HallOptions{Name: "Gaiety"}).Name)
}

func TestGenerators_Standing(t *testing.T) {
	t.Parallel()
	for _, build := range []func(seatmap.HallOptions) *seatmap.Map{seatmap.Theatre, seatmap.Arena, seatmap.Stadium} {
		p, err := seatmap.Compile(build(seatmap.HallOptions{Standing: 500}))
		require.NoError(t, err)
		area, ok := p.Area("floor")
		require.True(t, ok)
		assert.Equal(t, 500, p.Areas[area].Capacity)
		assert.Len(t, p.Areas[area].Shape, 4)
		assert.Equal(t, len(p.Seats)+500, p.Capacity())
	}
	full := seatmap.Stadium(seatmap.HallOptions{Seats: 90_000, Standing: 50_000})
	p, err := seatmap.Compile(full)
	require.NoError(t, err)
	assert.Equal(t, seatmap.MaxPlaces, p.Capacity(), "standing is cut to what a map may have")
}

func TestCinema_LooksLikeOne(t *testing.T) {
	t.Parallel()
	p, err := seatmap.Compile(seatmap.Cinema(seatmap.HallOptions{Seats: 240}))
	require.NoError(t, err)

	for _, r := range p.Rows {
		assert.NotContains(t, []string{"I", "O"}, r.Label)
		assert.Equal(t, 3, r.Blocks.Len(), "row %s has two aisles", r.Label)
	}
	last := p.Rows[len(p.Rows)-1]
	for _, s := range p.Seats[last.Seats.First:last.Seats.End] {
		assert.Equal(t, seatmap.Recliner, s.Kind)
		assert.Equal(t, "recliner", p.Categories[s.Category].Key)
	}
	assertWheelchairsHaveCompanions(t, p)
}

func TestTheatre_NumbersOddLeftEvenRight(t *testing.T) {
	t.Parallel()
	p, err := seatmap.Compile(seatmap.Theatre(seatmap.HallOptions{}))
	require.NoError(t, err)

	assert.Len(t, p.Sections, 3)
	house := 0
	for _, s := range p.Seats {
		odd := (s.Label[len(s.Label)-1]-'0')%2 == 1
		assert.Equal(t, odd, s.X < 0.25, "%s at %v", s.Name, s.X)
		if s.Kind == seatmap.House {
			house++
		}
	}
	assert.Equal(t, 8, house)
	assertWheelchairsHaveCompanions(t, p)
}

func TestArena_RowsGoFromLeftToRightAsSeenFromTheSeats(t *testing.T) {
	t.Parallel()
	p, err := seatmap.Compile(seatmap.Arena(seatmap.HallOptions{}))
	require.NoError(t, err)

	for _, r := range p.Rows {
		if r.Seats.Len() < 2 {
			continue
		}
		a, b := p.Seats[r.Seats.First], p.Seats[r.Seats.End-1]
		// The floor's centre is the origin, in front of every seat: it lies to the
		// left of who walks from the first to the last seat, y pointing down.
		assert.Negative(t, (b.X-a.X)*(0-a.Y)-(b.Y-a.Y)*(0-a.X), "section %d row %s", r.Section, r.Label)
	}
	assert.Equal(t, []seatmap.Point{{}, {}, {}}, p.Focus)
	assertWheelchairsHaveCompanions(t, p)
}

// assertWheelchairsHaveCompanions checks that each wheelchair place has a companion
// seat of its own beside it.
func assertWheelchairsHaveCompanions(t *testing.T, p *seatmap.Plan) {
	t.Helper()
	wheelchairs, companions := 0, 0
	for i, s := range p.Seats {
		switch s.Kind {
		case seatmap.Companion:
			companions++
		case seatmap.Wheelchair:
			wheelchairs++
			beside := false
			for _, j := range []int{i - 1, i + 1} {
				beside = beside || j >= 0 && j < len(p.Seats) && p.Seats[j].Block == s.Block && p.Seats[j].Kind == seatmap.Companion
			}
			assert.True(t, beside, s.Name)
		case seatmap.Standard, seatmap.Recliner, seatmap.House:
		}
	}
	assert.Positive(t, wheelchairs)
	assert.Equal(t, wheelchairs, companions)
}

func BenchmarkStadium60000(b *testing.B) {
	for b.Loop() {
		seatmap.Stadium(seatmap.HallOptions{})
	}
}
