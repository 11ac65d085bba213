// Package lettering sets titles in a few fonts that it brings along, as outlines: what is drawn looks the same wherever it is
// shown, and on a computer without any font.
//
//	set, err := lettering.Open()                                   // once
//	w := set.Writer()                                              // per picture, for one goroutine
//	block, ok := w.Fit("The General", lettering.Style{Face: lettering.Gothic, Upper: true}, lettering.Room{W: 520, H: 240, Most: 120, Lines: 4})
//	block.Draw(path, 40, 620)
//
// The fonts have Latin as all of Europe, Turkey and Vietnam write it, Cyrillic, Greek, Devanagari, Tamil and Arabic;
// scripts that join their letters are shaped by the rules of OpenType. Of a text with a letter that no font has, nothing is
// set (ok is false), so that nobody sees empty boxes. Pictographs and other signs that no font has are left out.
//
// A text fits: it is broken into lines and made smaller until it does, and words that are too long are broken, too.
//
// The fonts are under the SIL Open Font License 1.1, which is beside them in fonts/OFL.txt with the names of their
// authors. fonts/README.md says how they were made smaller.
package lettering
