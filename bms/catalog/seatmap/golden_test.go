package seatmap_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

var update = flag.Bool("update", false, "write the golden files anew")

// describe lists a plan: what is sold, and each row with its place, its seats and
// the number of the category of each, its aisles and what is not a standard seat.
func describe(p *seatmap.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d seats, %d places\n", p.Name, len(p.Seats), p.Capacity())
	for i, c := range p.Categories {
		fmt.Fprintf(&b, "category %s %q %s focus %.4g,%.4g\n", c.Key, c.Name, c.Colour, p.Focus[i].X, p.Focus[i].Y)
	}
	for _, s := range p.Sections {
		fmt.Fprintf(&b, "section %s %q\n", s.Key, s.Name)
		for _, r := range p.Rows[s.Rows.First:s.Rows.End] {
			b.WriteString(describeRow(p, r))
		}
	}
	for _, a := range p.Areas {
		fmt.Fprintf(&b, "area %s %q %s %d %v\n", a.Key, a.Name, a.Category, a.Capacity, a.Shape)
	}
	return b.String()
}

func describeRow(p *seatmap.Plan, r seatmap.PlanRow) string {
	first := p.Seats[r.Seats.First]
	words := []string{fmt.Sprintf("  %s at %v,%v:", r.Label, first.X, first.Y)}
	for i := r.Seats.First; i < r.Seats.End; i++ {
		s := p.Seats[i]
		if i > r.Seats.First && s.Block != p.Seats[i-1].Block {
			words = append(words, "|")
		}
		word := fmt.Sprintf("%s/%d", s.Label, s.Category)
		if s.Kind != seatmap.Standard {
			word += "(" + string(s.Kind) + ")"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ") + "\n"
}

// Seat names are what people hold in their hands, so the halls of testdata must
// come out the same for ever.
func TestParseGrid_HallsKeepTheirSeats(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/halls/*.grid")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 5)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			got := describe(compiled(t, parsed(t, string(text))))
			golden := strings.TrimSuffix(file, ".grid") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

func TestFormatGrid_HallsSurviveBeingWritten(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/halls/*.grid")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		m := parsed(t, string(text))
		written, err := seatmap.FormatGrid(m)
		require.NoError(t, err, file)
		assert.Equal(t, describe(compiled(t, m)), describe(compiled(t, parsed(t, written))), file)
	}
}
