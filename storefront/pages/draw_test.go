package pages_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/storefront/pages"
)

func TestHull_HoldsEveryPoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 40).Draw(t, "n")
		points := make([]seatmap.Point, n)
		for i := range points {
			points[i] = seatmap.Point{X: float64(rapid.IntRange(-50, 50).Draw(t, "x")), Y: float64(rapid.IntRange(-50, 50).Draw(t, "y"))}
		}
		outline := pages.Hull(points)
		for _, p := range points {
			for i, a := range outline {
				b := outline[(i+1)%len(outline)]
				side := (b.X-a.X)*(p.Y-a.Y) - (b.Y-a.Y)*(p.X-a.X)
				assert.GreaterOrEqual(t, side, -1e-9, "%v lies outside of %v", p, outline)
			}
		}
	})
	square := []seatmap.Point{{X: 0, Y: 0}, {X: 4, Y: 0}, {X: 2, Y: 2}, {X: 4, Y: 4}, {X: 0, Y: 4}}
	assert.Len(t, pages.Hull(square), 4, "what lies inside is left out")
	assert.Len(t, pages.Hull(square[:2]), 2)
}

func TestRouter_FixedWordsFirstAndMethodsNamed(t *testing.T) {
	t.Parallel()
	var r pages.Router
	r.Add("GET", "/")
	r.Add("GET", "/shows/*")
	r.Add("POST", "/shows/*/holds")
	r.Add("GET", "/*")
	for path, params := range map[string][]string{
		"/": nil, "/shows/shw_1": {"shw_1"}, "/shows/shw_1/": {"shw_1"}, "/mumbai": {"mumbai"}, "/shows": {"shows"},
	} {
		found, got, _ := r.Find("GET", path)
		assert.True(t, found, path)
		assert.Equal(t, params, got, path)
	}
	found, _, _ := r.Find("HEAD", "/mumbai")
	assert.True(t, found, "what can be read can be asked for its head")
	found, _, allowed := r.Find("GET", "/shows/shw_1/holds")
	assert.False(t, found)
	assert.Equal(t, []string{"POST"}, allowed)
	found, _, allowed = r.Find("GET", "/shows//holds")
	assert.False(t, found)
	assert.Empty(t, allowed)
}
