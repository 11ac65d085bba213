package poster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster"
)

// BenchmarkStudio draws what takes longest of the demo programme: an orchestra of sixty heads.
func BenchmarkStudio(b *testing.B) {
	s := studio(b)
	e := catalog.Event{Slug: "beethoven", Title: "Beethoven: Symphony No. 9", Kind: catalog.Concert, Genres: []string{"Classical"}, Year: 1824}
	for name, draw := range map[string]func() ([]byte, error){
		"svg":     func() ([]byte, error) { return s.SVG(e), nil },
		"png-600": func() ([]byte, error) { return s.PNG(e, 600) },
		"card": func() ([]byte, error) {
			return s.Card(poster.Card{Event: e, When: "Sunday, 22 November 2026", Where: "Sumida Hall, Tokyo", Brand: look()})
		},
		"icon-512": func() ([]byte, error) { return s.Icon(poster.Icon{Name: "Marquee", Size: 512}) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				picture, err := draw()
				require.NoError(b, err)
				b.ReportMetric(float64(len(picture)), "bytes")
			}
		})
	}
}
