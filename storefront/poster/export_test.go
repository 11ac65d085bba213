package poster

import (
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster/ink"
)

// MotifOf is the name of the motif of an event.
func MotifOf(e catalog.Event) string { return designOf(e).motif.name }

// Motifs are the names of all.
func Motifs() []string {
	var names []string
	for _, m := range motifs() {
		names = append(names, m.name)
	}
	return names
}

// Tastes are the names of motifs that some words or a kind ask for, one string for each.
func Tastes() []string {
	var all []string
	for _, t := range append(objects(), genres()...) {
		all = append(all, t.motifs)
	}
	for _, k := range []catalog.Kind{catalog.Film, catalog.Concert, catalog.Play, catalog.Sport, catalog.Festival, catalog.Online} {
		all = append(all, kindTaste(k).motifs)
	}
	return all
}

// Inks are the five colours of every palette: ground, deep, main, second, pale.
func Inks() [][5]ink.Colour {
	var all [][5]ink.Colour
	for m := dusk; m <= feast; m++ {
		for _, p := range palettesOf(m) {
			all = append(all, [5]ink.Colour{p.ground, p.deep, p.main, p.second, p.pale})
		}
	}
	return all
}

// Readable is the colour for writing on another one.
func Readable(inks [5]ink.Colour, on ink.Colour, wanted ...ink.Colour) ink.Colour {
	return palette{inks[0], inks[1], inks[2], inks[3], inks[4]}.readable(on, wanted...)
}

// Scene draws one motif with one palette.
func Scene(name string, inks [5]ink.Colour, seed string) (d *ink.Drawing, base ink.Colour) {
	s := newScene(palette{inks[0], inks[1], inks[2], inks[3], inks[4]}, diceOf(seed))
	named(name)[0].draw(s)
	return s.d, s.base
}

// Roll is the beginning of a sequence of dice.
func Roll(state uint64, n int) []uint64 {
	d := &dice{state}
	var list []uint64
	for range n {
		list = append(list, d.next())
	}
	return list
}
