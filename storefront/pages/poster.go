package pages

import (
	"fmt"
	"hash/fnv"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// posterOf returns the address of an event's poster: its own, or one that we draw.
func posterOf(e catalog.Event) string {
	for _, m := range e.Media {
		if m.Kind == catalog.Poster {
			return m.URL
		}
	}
	return "/posters/" + e.Slug + ".svg"
}

// posterCache lets browsers keep a drawn poster for a day: it changes with the title only.
const posterCache = "public, max-age=86400"

// poster draws the poster of an event that has none.
func (p *Pages) poster(r *request) error {
	slug, ok := strings.CutSuffix(r.param(0), ".svg")
	if !ok {
		return errNoPage
	}
	event, err := p.eventOf(r, slug)
	if err != nil {
		return err
	}
	r.rc.SetContentType("image/svg+xml")
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, posterCache)
	r.rc.SetBodyString(drawPoster(event))
	return nil
}

// palette is the colours of a drawn poster: ground, figure and writing. The
// writing has at least 7:1 contrast on the ground.
type palette struct{ ground, figure, accent, ink string }

var palettes = [...]palette{
	{"#1d2b3a", "#c8553d", "#f2b134", "#fbf3e4"},
	{"#2b1b2e", "#8d3b72", "#e0a458", "#fdf0e6"},
	{"#12343b", "#2d7f79", "#e1b382", "#fdf6ec"},
	{"#38151a", "#a4243b", "#d8973c", "#fbeee0"},
	{"#1b2f1f", "#5c8a3f", "#e3c567", "#f8f5e4"},
	{"#23233b", "#5661b3", "#f28f3b", "#f6f1ff"},
	{"#3a2b14", "#b5762a", "#6fa3a0", "#fff6e0"},
	{"#222222", "#777777", "#d9c9a3", "#f7f3ea"},
}

// motifs draw the picture above the title, each in a field of 300 by 300.
var motifs = [...]func(*strings.Builder, palette, uint32){sun, skyline, rays, moon, waves, arches}

// drawPoster returns an SVG that is always the same for the same event: its
// title, year and genre under a picture of plain shapes.
func drawPoster(e catalog.Event) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(e.Slug)) // a hash in memory cannot fail
	seed := hash.Sum32()
	c := palettes[seed%uint32(len(palettes))]
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 450" role="img" aria-label="%s"><path fill="%s" d="M0 0h300v450H0z"/>`,
		html.EscapeString("Poster: "+e.Title), c.ground)
	motifs[seed/8%uint32(len(motifs))](&b, c, seed/64)
	fmt.Fprintf(&b, `<path fill="%s" d="M0 292h300v158H0z"/><path fill="%s" d="M24 304h40v4H24z"/>`, c.ground, c.accent)
	lines, size := posterLines(e.Title)
	y := 318 + size
	for _, line := range lines {
		fmt.Fprintf(&b, `<text x="24" y="%d" fill="%s" font-family="Georgia,serif" font-weight="700" font-size="%d">%s</text>`, y, c.ink, size, html.EscapeString(line))
		y += size + 4
	}
	fmt.Fprintf(&b, `<text x="24" y="432" fill="%s" font-family="system-ui,sans-serif" font-size="14" letter-spacing="1">%s</text></svg>`,
		c.accent, html.EscapeString(posterFoot(e)))
	return b.String()
}

// posterFoot is the last line of a poster.
func posterFoot(e catalog.Event) string {
	var parts []string
	if e.Year != 0 {
		parts = append(parts, number(e.Year))
	}
	if len(e.Genres) > 0 {
		parts = append(parts, e.Genres[0])
	}
	return strings.ToUpper(strings.Join(parts, " · "))
}

// posterLines breaks a title into at most three lines, and says how large they can be.
func posterLines(title string) (lines []string, size int) {
	for _, try := range []struct{ size, width, most int }{{34, 12, 2}, {26, 17, 3}, {21, 22, 4}} {
		lines, size = wrap(title, try.width), try.size
		if len(lines) <= try.most {
			return lines, size
		}
	}
	return append(lines[:3], "…"), size
}

// wrap breaks text at spaces into lines of at most width characters; a longer word has a line of its own.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

func sun(b *strings.Builder, c palette, n uint32) {
	x := 110 + int(n%80)
	for i, r := range []int{120, 92, 64} {
		fill := c.figure
		if i%2 == 1 {
			fill = c.accent
		}
		fmt.Fprintf(b, `<circle cx="%d" cy="170" r="%d" fill="%s"/>`, x, r, fill)
	}
	for y := 190; y < 300; y += 22 {
		fmt.Fprintf(b, `<path fill="%s" d="M0 %dh300v%dH0z"/>`, c.ground, y, (y-170)/10)
	}
}

func skyline(b *strings.Builder, c palette, n uint32) {
	fmt.Fprintf(b, `<circle cx="%d" cy="90" r="44" fill="%s"/>`, 70+n%160, c.accent)
	for i := range uint32(9) {
		height := 70 + (n>>(i%16)*37+i*53)%150
		x := i * 34
		fmt.Fprintf(b, `<path fill="%s" d="M%d %dh30v%dh-30z"/>`, c.figure, x, 300-height, height)
		for y := 312 - height; y < 290; y += 24 {
			fmt.Fprintf(b, `<path fill="%s" d="M%d %dh6v9h-6zM%d %dh6v9h-6z"/>`, c.ground, x+7, y, x+18, y)
		}
	}
}

func rays(b *strings.Builder, c palette, n uint32) {
	x := 60 + int(n%180)
	for i := range 8 {
		fill := c.figure
		if i%2 == 1 {
			fill = c.accent
		}
		fmt.Fprintf(b, `<path fill="%s" d="M%d 300L%d 0h40z"/>`, fill, x, -140+i*76)
	}
	fmt.Fprintf(b, `<circle cx="%d" cy="300" r="70" fill="%s"/><circle cx="%d" cy="300" r="52" fill="%s"/>`, x, c.ink, x, c.ground)
}

func moon(b *strings.Builder, c palette, n uint32) {
	x := 90 + int(n%120)
	fmt.Fprintf(b, `<circle cx="%d" cy="110" r="70" fill="%s"/><circle cx="%d" cy="92" r="60" fill="%s"/>`, x, c.accent, x+28, c.ground)
	for i := range 12 {
		fmt.Fprintf(b, `<circle cx="%d" cy="%d" r="2" fill="%s"/>`, (int(n%97)+i*73)%300, (int(n%61)+i*41)%190, c.ink)
	}
	fmt.Fprintf(b, `<path fill="%s" d="M0 300V250L70 190l60 60 50-36 120 86z"/>`, c.figure)
}

func waves(b *strings.Builder, c palette, n uint32) {
	fmt.Fprintf(b, `<circle cx="%d" cy="110" r="58" fill="%s"/>`, 80+n%140, c.accent)
	for i := range 5 {
		y := 150 + i*32
		fill := c.figure
		if i%2 == 1 {
			fill = c.ground
		}
		fmt.Fprintf(b, `<path fill="%s" d="M%d %dq25 -28 50 0t50 0 50 0 50 0 50 0 50 0 50 0 50 0V300H-60z"/>`, fill, -50+i*12, y)
	}
}

func arches(b *strings.Builder, c palette, n uint32) {
	for i, r := range []int{130, 104, 78, 52} {
		fill := [...]string{c.figure, c.accent, c.ground, c.ink}[(uint32(i)+n)%4]
		fmt.Fprintf(b, `<path fill="%s" d="M%d 300V170a%d %d 0 0 1 %d 0V300z"/>`, fill, 150-r, r, r, 2*r)
	}
}
