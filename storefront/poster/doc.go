// Package poster draws what stands for an event where nobody has made a picture of it: posters, the cards that chat programs show
// beside a link, and the icons of a brand's app.
//
//	studio, err := poster.New()                       // once
//	svg := studio.SVG(event)                          // a poster, for pages
//	png, err := studio.PNG(event, 600)                // the same one as pixels
//	png, err := studio.Card(poster.Card{…})           // 1200 by 630, for Open Graph
//	png, err := studio.Icon(poster.Icon{…})           // 192, 512, 180, for a manifest
//
// A poster is art of flat colours: a motif that follows the event's title, genre and kind, a few inks that go with
// its mood, a layout and a face for the title. Which of them is decided by the slug: the same event has the same poster
// on every computer, and two events seldom have the same one.
//
// Titles are outlines (see package lettering), so they look the same everywhere and never run over. A title in a
// script that we have no letters of is written as text in an SVG, for the fonts of whoever looks at it, and left out
// of a PNG.
//
// A Studio is safe for concurrent use. Each picture takes some milliseconds of a processor, a card some tens: who calls
// bounds how many are drawn at a time, and keeps what was drawn.
package poster
