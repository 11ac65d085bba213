package poster_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/demo"
	"github.com/marquee-tickets/marquee/storefront/poster"
	"github.com/marquee-tickets/marquee/storefront/poster/ink"
)

func studio(t require.TestingT) *poster.Studio {
	s, err := poster.New()
	require.NoError(t, err)
	return s
}

func programme(t require.TestingT) demo.Catalogue {
	c, err := demo.Programme(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	return c
}

func metropolis() catalog.Event {
	return catalog.Event{
		Slug: "metropolis", Kind: catalog.Film, Title: "Metropolis", Year: 1927, Genres: []string{"Science fiction", "Drama"},
		People: []catalog.Person{{Name: "Fritz Lang", Role: catalog.RoleDirector}},
	}
}

func decode(t require.TestingT, data []byte, err error) image.Image {
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	return img
}

// elements counts the elements of a document and fails unless it is XML to its end.
func elements(t require.TestingT, text []byte) map[string]int {
	names := map[string]int{}
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		require.NoError(t, err, string(text))
		if e, ok := token.(xml.StartElement); ok {
			names[e.Name.Local]++
		}
	}
}

func TestSVG_SameEventSamePosterAndNoTwoAlike(t *testing.T) {
	t.Parallel()
	one, other := studio(t), studio(t)
	seen := map[string]string{}
	for _, e := range programme(t).Events {
		svg := string(one.SVG(e))
		assert.Equal(t, svg, string(other.SVG(e)), e.Slug)
		assert.Empty(t, seen[svg], "%s looks like another event", e.Slug)
		seen[svg] = e.Slug
		assert.Less(t, len(svg), 32<<10, e.Slug)
	}
}

// The sequence is that of the published algorithm, so that posters stay as they are.
func TestDice_AreSplitMix64(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431}, poster.Roll(1234567, 4))
}

func TestSVG_AnyTitleIsAPicture(t *testing.T) {
	t.Parallel()
	s := studio(t)
	rapid.Check(t, func(t *rapid.T) {
		e := catalog.Event{
			Slug: rapid.StringMatching(`[a-z0-9-]{1,20}`).Draw(t, "slug"), Kind: rapid.SampledFrom([]catalog.Kind{catalog.Film, catalog.Concert, catalog.Play, catalog.Sport, catalog.Festival, catalog.Online}).Draw(t, "kind"),
			Title: rapid.OneOf(rapid.String(), rapid.StringMatching(`["'<>&]{1,9}[a-zА-Яक-ह日本ا-ي]{0,120}`)).Draw(t, "title"), Year: rapid.IntRange(0, 9999).Draw(t, "year"),
			Genres: []string{rapid.String().Draw(t, "genre")}, Synopsis: rapid.String().Draw(t, "synopsis"),
			People: []catalog.Person{{Name: rapid.String().Draw(t, "name"), Role: catalog.RoleDirector}},
		}
		for name := range elements(t, s.SVG(e)) {
			assert.Contains(t, []string{"svg", "path", "text"}, name)
		}
	})
}

func TestPNG_IsThePosterInPixels(t *testing.T) {
	t.Parallel()
	data, err := studio(t).PNG(metropolis(), 600)
	img := decode(t, data, err)
	assert.Equal(t, image.Rect(0, 0, 600, 900), img.Bounds())
	assert.Less(t, len(data), 60<<10)
	_, err = studio(t).PNG(metropolis(), 0)
	assert.Error(t, err)
	_, err = studio(t).PNG(metropolis(), 20_000)
	assert.Error(t, err)
}

func TestPoster_TitleWithoutLettersIsTextInSVGAndNothingInPNG(t *testing.T) {
	t.Parallel()
	s := studio(t)
	e := metropolis()
	e.Title = "狂った一頁"
	assert.Equal(t, 1, elements(t, s.SVG(e))["text"])
	assert.Contains(t, string(s.SVG(e)), ">狂った一頁</text>")
	silent := e
	silent.Title = ""
	with, err := s.PNG(e, 300)
	require.NoError(t, err)
	without, err := s.PNG(silent, 300)
	require.NoError(t, err)
	assert.Equal(t, without, with, "no empty boxes")
	e.Title = "Metropolis"
	assert.Zero(t, elements(t, s.SVG(e))["text"], "letters that we have are outlines")
}

func TestMotif_FollowsTitleGenreAndKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		event catalog.Event
		among string
	}{
		{catalog.Event{Kind: catalog.Film, Title: "A Trip to the Moon", Genres: []string{"Science fiction"}}, "moonshot orbits"},
		{catalog.Event{Kind: catalog.Film, Title: "X", Genres: []string{"Film noir", "Crime"}}, "blinds lamp road stairs keyhole"},
		{catalog.Event{Kind: catalog.Film, Title: "X", Genres: []string{"Horror"}}, "house claw graveyard eye spiral"},
		{catalog.Event{Kind: catalog.Sport, Title: "Foxes v Stars", Genres: []string{"Basketball"}}, "ball"},
		{catalog.Event{Kind: catalog.Sport, Title: "Foxes v Herons", Genres: []string{"Kabaddi"}}, "lanes goal tiles"},
		{catalog.Event{Kind: catalog.Festival, Title: "Sommer"}, "tents comet dunes"},
		{catalog.Event{Kind: catalog.Play, Title: "नाटक", Genres: []string{"नाटक"}}, "curtain masks chair"},
		{catalog.Event{Kind: catalog.Concert, Title: "X", Genres: []string{"Carnatic classical"}}, "sitar lotus palace"},
		{catalog.Event{Kind: catalog.Online, Title: "X"}, "screen orbits"},
	} {
		for i := range 20 {
			c.event.Slug = fmt.Sprintf("event-%d", i)
			assert.Contains(t, strings.Fields(c.among), poster.MotifOf(c.event), "%+v", c.event)
		}
	}
}

func TestMotifs_EachIsAskedFor(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{}
	for _, names := range poster.Tastes() {
		list := strings.Fields(names)
		require.NotEmpty(t, list)
		for _, name := range list {
			assert.Contains(t, poster.Motifs(), name)
			asked[name] = true
		}
	}
	for _, name := range poster.Motifs() {
		assert.True(t, asked[name], "nothing is drawn with %s", name)
	}
	assert.Greater(t, len(poster.Motifs()), 40)
}

// Every motif with every palette has something to see: three colours at least, none of which has nearly everything.
func TestMotifs_CanBeSeenWithEveryPalette(t *testing.T) {
	t.Parallel()
	for _, name := range poster.Motifs() {
		for i, inks := range poster.Inks() {
			d, _ := poster.Scene(name, inks, fmt.Sprint(i))
			img, err := d.Image(40)
			require.NoError(t, err)
			counts := map[[3]uint8]int{}
			for p := 0; p < len(img.Pix); p += 4 {
				counts[[3]uint8(img.Pix[p:])]++
			}
			most, seen := 0, 0
			for _, n := range counts {
				most = max(most, n)
				if n > 16 {
					seen++
				}
			}
			assert.GreaterOrEqual(t, seen, 3, "%s with %v", name, inks)
			assert.Less(t, most, 1500, "%s with %v is nearly empty", name, inks)
		}
	}
}

func TestPalettes_WritingCanBeRead(t *testing.T) {
	t.Parallel()
	for _, inks := range poster.Inks() {
		assert.GreaterOrEqual(t, ink.Contrast(inks[1], inks[4]), 7.0, "deep and pale of %v", inks)
		for _, other := range []int{0, 1} {
			assert.Greater(t, ink.Contrast(inks[2], inks[other]), 1.3, "main stands out from %v", inks[other])
		}
		for _, on := range inks {
			assert.GreaterOrEqual(t, ink.Contrast(poster.Readable(inks, on, inks[2], inks[4], inks[1]), on), 4.5)
			assert.GreaterOrEqual(t, ink.Contrast(poster.Readable(inks, on), on), 4.5)
		}
		for _, name := range poster.Motifs() {
			_, base := poster.Scene(name, inks, "")
			assert.GreaterOrEqual(t, ink.Contrast(poster.Readable(inks, base, inks[4]), base), 4.5, name)
		}
	}
}

func FuzzSVG(f *testing.F) {
	s := studio(f)
	f.Add("hamlet", "Hamlet", "Tragedy", "A prince")
	f.Add("x", `"><script>alert(1)</script>`, "]]>", "&#0;")
	f.Add("x", "\u202eabc\u0300\u200d क्ष ألف 日本", "", "moon")
	f.Fuzz(func(t *testing.T, slug, title, genre, synopsis string) {
		if len(title) > 800 { // a title has 200 characters
			return
		}
		e := catalog.Event{Slug: slug, Kind: catalog.Film, Title: title, Genres: []string{genre}, Synopsis: synopsis, People: []catalog.Person{{Name: genre, Role: catalog.RoleDirector}}}
		for name := range elements(t, s.SVG(e)) {
			assert.Contains(t, []string{"svg", "path", "text"}, name)
		}
		_, err := s.PNG(e, 60)
		require.NoError(t, err)
	})
}
