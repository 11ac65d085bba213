package poster

import (
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster/ink"
	"github.com/marquee-tickets/marquee/storefront/poster/lettering"
)

// Studio draws. It is safe for concurrent use.
type Studio struct{ letters *lettering.Set }

// New reads the fonts. It fails only when the program was built with damaged ones.
func New() (*Studio, error) {
	set, err := lettering.Open()
	if err != nil {
		return nil, err
	}
	return &Studio{letters: set}, nil
}

// SVG returns an event's poster as a document of its own, two units wide to three high. It needs an event's Slug, Kind and
// Title; Genres, People, Year and Synopsis make it better.
func (s *Studio) SVG(e catalog.Event) []byte { return s.Poster(e).SVG(e.Title) }

// PNG returns an event's poster with so many pixels across, half as many again high. Errors: a width under 1 or over 1672, which
// is ink.MaxPixels.
func (s *Studio) PNG(e catalog.Event, pixels int) ([]byte, error) { return s.Poster(e).PNG(pixels) }

// Poster returns an event's poster as a drawing, for who puts it on something larger. It is not changed any more.
func (s *Studio) Poster(e catalog.Event) *ink.Drawing {
	w := s.letters.Writer()
	defer s.letters.Return(w)
	plan := designOf(e)
	sh := &sheet{d: ink.New(width, height), w: w, plan: plan, title: e.Title, names: namesOf(e), foot: footOf(e)}
	sh.scene = newScene(plan.inks, plan.dice)
	plan.motif.draw(sh.scene)
	oneOf(plan.dice, layoutsOf(plan.motif))(sh)
	return sh.d
}
