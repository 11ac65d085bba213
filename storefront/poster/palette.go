package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// palette is the inks of a poster. Deep and pale have a contrast of at least 7:1, so that either can be read on the other.
type palette struct {
	ground, // behind everything
	deep, // the darkest
	main, // of the thing that is shown
	second, // beside it
	pale ink.Colour // the lightest
}

// mood is what a picture feels like. It picks the inks.
type mood int

const (
	dusk mood = iota // for anything
	noir
	fear
	merry
	tender
	sea
	wide // outdoors
	space
	legend
	grave
	blue // jazz and its kin
	plush
	fierce // sport
	feast
)

func inks(ground, deep, main, second, pale string) palette {
	return palette{ink.Hex(ground), ink.Hex(deep), ink.Hex(main), ink.Hex(second), ink.Hex(pale)}
}

// palettesOf are the inks that a mood is printed with.
func palettesOf(m mood) []palette {
	switch m {
	case noir:
		return []palette{
			inks("#17171b", "#08080a", "#e6bf2f", "#8b877c", "#f5eee0"),
			inks("#e4dccb", "#131313", "#c5102b", "#8c877b", "#fbf7ec"),
			inks("#20303a", "#0a1116", "#d94f30", "#93a7ad", "#f3ead7"),
			inks("#c9a227", "#14110a", "#8f1d1b", "#5b4a12", "#fdf3d2"),
		}
	case fear:
		return []palette{
			inks("#20301f", "#0a120b", "#a7c636", "#dc4a1f", "#eff1d6"),
			inks("#c8281f", "#150808", "#f3e2be", "#6d0d10", "#fff0d4"),
			inks("#2c1a3b", "#0f0718", "#e8622c", "#7fb069", "#f6ead6"),
			inks("#d9d3bd", "#161513", "#b01e23", "#6f7a5c", "#f9f5e7"),
			inks("#e8a02c", "#1a1013", "#7d1d3f", "#4a3b52", "#fff1cf"),
			inks("#1d3c45", "#081418", "#e94f37", "#8fb8a8", "#f3efdf"),
		}
	case merry:
		return []palette{
			inks("#f6c945", "#22223b", "#e4572e", "#2e86ab", "#fff8e7"),
			inks("#f3a59f", "#2a1f3d", "#d7263d", "#1b998b", "#fff4ea"),
			inks("#3aa6a0", "#12303a", "#f7b32b", "#e4572e", "#fdf7e6"),
			inks("#f2efe2", "#20242e", "#e63946", "#f4b73f", "#fffdf5"),
		}
	case tender:
		return []palette{
			inks("#f2cfc2", "#4a1528", "#c9314b", "#f08a5d", "#fff5ee"),
			inks("#43183a", "#210b1e", "#e0557b", "#f6ae2d", "#fdeef1"),
			inks("#f6d8ae", "#3b1f2b", "#db504a", "#2e5266", "#fff7ea"),
		}
	case sea:
		return []palette{
			inks("#cfe3dd", "#0e2f3d", "#1d6f7a", "#e76f51", "#fbf6e9"),
			inks("#e8b04a", "#10263a", "#c8402f", "#2b6777", "#fdf4dc"),
			inks("#1b4965", "#0a1f2e", "#bee3db", "#ee964b", "#f9f7ef"),
		}
	case wide:
		return []palette{
			inks("#f3b562", "#26364a", "#d1495b", "#2f7f79", "#fff4dd"),
			inks("#a9cfc4", "#1c3a3a", "#e07a3f", "#4f8a6b", "#fbf7e8"),
			inks("#e2593f", "#321620", "#f7b538", "#8f2d3a", "#fff1dc"),
		}
	default:
		return morePalettes(m)
	}
}

// morePalettes are those of the other moods.
func morePalettes(m mood) []palette {
	switch m {
	case space:
		return []palette{
			inks("#23205a", "#100e33", "#ff6b35", "#3fc1c9", "#f4f1ff"),
			inks("#0f4c5c", "#072b35", "#fb8b24", "#e8d6b0", "#fdf6e3"),
			inks("#111827", "#05080f", "#e4b363", "#ef6461", "#efeee8"),
			inks("#e9e3d0", "#1b1f3b", "#d1352b", "#e0a526", "#fbf8ee"),
		}
	case legend:
		return []palette{
			inks("#e9a23b", "#4b1d3f", "#b5303c", "#1f7a6d", "#fff2d8"),
			inks("#5b2a86", "#2a0f45", "#f2a541", "#e0457b", "#fff3e6"),
			inks("#0f5257", "#06282c", "#f0a202", "#d95d39", "#fdf3dc"),
			inks("#c8553d", "#2f0f1c", "#f2c14e", "#7a2038", "#fff1d6"),
			inks("#f1d9b5", "#2b1c3f", "#c13c6a", "#2f8f8b", "#fffaf0"),
		}
	case grave:
		return []palette{
			inks("#dad2c3", "#23303b", "#a63d40", "#6f8f9c", "#f8f4ec"),
			inks("#394a51", "#172025", "#e9b872", "#b3483f", "#f7f0e4"),
			inks("#a63328", "#260d0b", "#f0d9a8", "#5a1813", "#fbf0dc"),
			inks("#c7cfc4", "#1f2a2b", "#e08e45", "#4d6a6d", "#f8f6ec"),
		}
	default:
		return stagePalettes(m)
	}
}

// stagePalettes are those of what is played and celebrated.
func stagePalettes(m mood) []palette {
	switch m {
	case blue:
		return []palette{
			inks("#2256a0", "#0d1f42", "#f2c14e", "#f05d5e", "#f6f2e4"),
			inks("#f0e5cb", "#14233b", "#1f5aa6", "#e2582e", "#fffaf0"),
			inks("#e2a72e", "#1b1b2f", "#c9342c", "#21639c", "#fff5d9"),
		}
	case plush:
		return []palette{
			inks("#5c1226", "#2a0712", "#e0b15a", "#b3263f", "#fcefdc"),
			inks("#12343b", "#081c20", "#e1b382", "#c84b31", "#fdf3e4"),
			inks("#ead7b7", "#3a1420", "#8e1c34", "#c89b3c", "#fff8ea"),
		}
	case fierce:
		return []palette{
			inks("#ef6c2f", "#1a1a28", "#f9d65c", "#c43d17", "#fff6e4"),
			inks("#1f4bd8", "#0b1440", "#f4d13d", "#e8452c", "#f3f6ff"),
			inks("#16202e", "#070c14", "#e7472e", "#48b8a0", "#f5f1e6"),
			inks("#2f8f5b", "#0c2c1d", "#f6e05e", "#e2573b", "#f6fbec"),
		}
	case feast:
		return []palette{
			inks("#f08a24", "#3a1340", "#d7263d", "#f7d154", "#fff4d8"),
			inks("#2a2a72", "#12123a", "#ff8c42", "#ef476f", "#fdf3e7"),
			inks("#e7d3a1", "#402218", "#c8553d", "#2a7f78", "#fff8e6"),
		}
	default:
		return []palette{
			inks("#14213d", "#0b1326", "#e5533d", "#f2b134", "#f7efdc"),
			inks("#e9c46a", "#1d2f38", "#d1495b", "#2a7f78", "#fff6df"),
			inks("#284b63", "#10222f", "#f4a259", "#d9e2d5", "#fbf5e6"),
		}
	}
}

// readable is the one of the palette's inks for writing on a colour: the first of those given that has a contrast of 4.5:1, else
// whatever of deep, pale, black and white stands out most.
func (p palette) readable(on ink.Colour, wanted ...ink.Colour) ink.Colour {
	for _, c := range wanted {
		if ink.Contrast(c, on) >= 4.5 {
			return c
		}
	}
	best := p.deep
	for _, c := range [...]ink.Colour{p.pale, ink.Black, ink.White} {
		if ink.Contrast(c, on) > ink.Contrast(best, on) {
			best = c
		}
		if ink.Contrast(best, on) >= 4.5 {
			break
		}
	}
	return best
}
