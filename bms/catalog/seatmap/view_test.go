package seatmap_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// viewed is a hall of two sections with a row of two seats and one of one.
func viewed() *seatmap.Map {
	row := func(label string, y float64) seatmap.Row {
		return seatmap.Row{Label: label, Seats: []seatmap.Seat{{Label: "1", X: 0, Y: y, Category: "a"}, {Label: "2", X: 1, Y: y, Category: "a"}}}
	}
	return &seatmap.Map{
		Name: "Hall", Categories: []seatmap.Category{{Key: "a", Name: "A"}},
		Sections: []seatmap.Section{
			{Key: "stalls", Name: "Stalls", Rows: []seatmap.Row{row("A", 0), row("B", 1)}},
			{Key: "circle", Name: "Circle", View: &seatmap.View{Note: "from above"}, Rows: []seatmap.Row{row("A", 5), row("B", 6)}},
		},
	}
}

func TestView_ARowsOwnCountsBeforeItsSections(t *testing.T) {
	t.Parallel()
	m := viewed()
	m.Sections[1].Rows[1].View = &seatmap.View{Note: "restricted view", Text: "A pillar stands before it.", Image: "/brand/pillar.jpg"}
	m.Background = &seatmap.Background{Image: "https://example.com/hall.png", X: -1, Y: -1, Width: 4, Height: 9}
	text, err := m.JSON()
	require.NoError(t, err)
	read, err := seatmap.ParseJSON(text)
	require.NoError(t, err)
	assert.Equal(t, m, read)
	plan, err := seatmap.Compile(read)
	require.NoError(t, err)
	assert.Nil(t, plan.ViewOf(0))
	assert.Equal(t, "from above", plan.ViewOf(4).Note)
	assert.Equal(t, "restricted view", plan.ViewOf(7).Note)
	assert.Equal(t, m.Background, plan.Background)
	read.Background.Width, read.Sections[1].View.Note = 100, "changed"
	assert.Equal(t, 4.0, plan.Background.Width, "the plan shares nothing with the map")
	assert.Equal(t, "from above", plan.ViewOf(4).Note)
}

func TestView_BadOnesAreRefusedByTheirPlace(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*seatmap.Map){
		"sections[1].view":      func(m *seatmap.Map) { m.Sections[1].View = &seatmap.View{} },
		"sections[1].view.note": func(m *seatmap.Map) { m.Sections[1].View.Note = strings.Repeat("x", 81) },
		"sections[1].view.text": func(m *seatmap.Map) { m.Sections[1].View.Text = strings.Repeat("x", 501) },
		"sections[0].rows[1].view.image": func(m *seatmap.Map) {
			m.Sections[0].Rows[1].View = &seatmap.View{Image: "javascript:alert(1)"}
		},
		"sections[1].view.image": func(m *seatmap.Map) { m.Sections[1].View.Image = "//evil.example/x.png" },
		"background.image":       func(m *seatmap.Map) { m.Background = &seatmap.Background{Width: 1, Height: 1} },
		"background":             func(m *seatmap.Map) { m.Background = &seatmap.Background{Image: "/x.png", Width: -1, Height: 1} },
	} {
		m := viewed()
		change(m)
		_, err := seatmap.Compile(m)
		var wrong *seatmap.MapError
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, field, wrong.Problems[0].Field)
	}
}

func TestView_AGridSaysThatItCannotHaveThem(t *testing.T) {
	t.Parallel()
	m := viewed()
	_, err := seatmap.FormatGrid(m)
	require.ErrorContains(t, err, "views")
	m.Sections[1].View = nil
	m.Background = &seatmap.Background{Image: "/x.png", Width: 1, Height: 1}
	_, err = seatmap.FormatGrid(m)
	require.ErrorContains(t, err, "background")
}
