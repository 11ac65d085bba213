package main

import "github.com/marquee-tickets/marquee/adserver/ads"

// Run is the program, for tests.
var Run = run

// Banner draws a picture that says something, as those of the demo are drawn.
func Banner(name, title string, size ads.Size) ([]byte, error) {
	return draw(demoAdvertiser{name: name, title: title, colours: [2]uint32{0x14532d, 0x65a30d}}, size)
}
