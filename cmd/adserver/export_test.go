package main

import "github.com/marquee-tickets/marquee/adserver/ads"

// Run is the program, for tests.
var Run = run

// Banner draws a picture that says something, as those of the demo are drawn.
func Banner(name, title string, size ads.Size) ([]byte, error) {
	return draw(demoAdvertiser{name: name, title: title, colours: [2]uint32{0x14532d, 0x65a30d}}, size)
}

// HasTestBank is whether a server with these flags has the test bank.
func HasTestBank(demo, asked bool, database string) bool {
	return (&serveCmd{storage: storage{Database: database}, Demo: demo, TestBank: asked}).testBank()
}
