package poster

import (
	"slices"
	"strings"
	"unicode"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster/lettering"
)

// taste says what goes with some words.
type taste struct {
	words  string // with a space before and after each
	motifs string // names
	moods  []mood
	faces  []lettering.Face
}

// objects are what titles and synopses tell of. Words are English, the language that titles are in by default; others go by genre.
func objects() []taste {
	return []taste{
		{words: " moon rocket astronaut ", motifs: "moonshot orbits", moods: []mood{space}},
		{words: " vampire count claw ", motifs: "claw house", moods: []mood{fear}},
		{words: " battleship ship sailor voyage harbour harbor shipwreck ", motifs: "liner", moods: []mood{sea}},
		{words: " clock skyscraper climb ", motifs: "clock", moods: []mood{merry}},
		{words: " dice gamble gambler casino ", motifs: "cubes", moods: []mood{legend, merry}},
		{words: " newspaper reporter editor columnist press ", motifs: "newspaper", moods: []mood{merry, noir}},
		{words: " dinosaur dinosaurs plateau prehistoric ", motifs: "giant", moods: []mood{wide, sea}},
		{words: " poisoned poison hours midnight ", motifs: "hourglass", moods: []mood{noir}},
		{words: " umbrella rain storm ", motifs: "umbrella", moods: []mood{tender, merry}},
		{words: " locomotive railway train ", motifs: "train", moods: []mood{wide, merry}},
		{words: " gold mountain snow alps prospector ", motifs: "mountains", moods: []mood{wide}},
		{words: " highway hitch-hiker hitchhiker hitch-hike road ", motifs: "road", moods: []mood{noir}},
		{words: " haunted ", motifs: "house", moods: []mood{fear}},
		{words: " undead dead grave cemetery ", motifs: "graveyard", moods: []mood{fear}},
		{words: " sleepwalker madness asylum hypnotist ", motifs: "spiral eye", moods: []mood{fear, noir}},
		{words: " carnival fair fairground ", motifs: "spiral tents", moods: []mood{fear, noir}},
		{words: " camera cameraman ", motifs: "lens eye", moods: []mood{dusk, noir}},
		{words: " projectionist projector silents ", motifs: "projector", moods: []mood{merry, dusk}},
		{words: " stake burning fire joan ", motifs: "flame", moods: []mood{grave}},
		{words: " prince princess maharaja maharajah raja taj ", motifs: "palace", moods: []mood{legend}},
		{words: " phantom opera ", motifs: "curtain masks", moods: []mood{plush}},
		{words: " wood woods forest midsummer jungle ", motifs: "forest", moods: []mood{wide, tender}},
		{words: " hamlet ghost ", motifs: "skull", moods: []mood{grave, plush}},
		{words: " king queen crown macbeth lear ", motifs: "crown", moods: []mood{plush, grave}},
		{words: " metropolis skyline ", motifs: "city", moods: []mood{space, dusk}},
		{words: " dunes desert oasis ", motifs: "dunes", moods: []mood{feast, legend}},
		{words: " comet comets stars aurora lights ", motifs: "comet", moods: []mood{blue, space}},
		{words: " violin seasons strings quartet ", motifs: "violin", moods: []mood{plush, blue}},
		{words: " symphony philharmonic orchestra ", motifs: "orchestra", moods: []mood{plush, blue}},
		{words: " raga ragas sitar kriti kritis ", motifs: "sitar lotus", moods: []mood{legend, feast}},
	}
}

// genres are what the genres are drawn with.
func genres() []taste {
	return []taste{
		{" horror ", "house claw graveyard eye spiral", []mood{fear}, []lettering.Face{lettering.Gothic, lettering.Didone}},
		{" noir ", "blinds lamp road stairs keyhole", []mood{noir}, []lettering.Face{lettering.Gothic}},
		{" mystery thriller crime detective ", "keyhole eye stairs window hourglass", []mood{noir}, []lettering.Face{lettering.Gothic, lettering.Geometric}},
		{" science sci-fi ", "city orbits moonshot", []mood{space}, []lettering.Face{lettering.Geometric, lettering.Gothic}},
		{" documentary ", "lens eye projector tiles", []mood{dusk, noir}, []lettering.Face{lettering.Geometric}},
		{" animation family children fantasy ", "balloon castle comet", []mood{merry, legend, wide}, []lettering.Face{lettering.Geometric, lettering.Soft}},
		{" musical ", "curtain piano microphone", []mood{merry, plush}, []lettering.Face{lettering.Soft, lettering.Gothic}},
		{" comedy ", "bowler cocktail umbrella cubes masks tiles", []mood{merry}, []lettering.Face{lettering.Soft, lettering.Geometric, lettering.Gothic}},
		{" romance romantic ", "profiles suns rose umbrella", []mood{tender}, []lettering.Face{lettering.Didone, lettering.Soft}},
		{" mythology epic ", "palace lotus flame", []mood{legend}, []lettering.Face{lettering.Didone, lettering.Soft}},
		{" adventure western ", "mountains train liner giant flock", []mood{wide, sea}, []lettering.Face{lettering.Gothic, lettering.Soft}},
		{" history war biography ", "flame liner crown palace", []mood{grave}, []lettering.Face{lettering.Gothic, lettering.Didone}},
		{" tragedy ", "skull crown masks", []mood{grave, plush}, []lettering.Face{lettering.Didone, lettering.Gothic}},
		{" opera ", "rose curtain masks", []mood{plush, tender}, []lettering.Face{lettering.Didone}},
		{" hindustani carnatic sufi qawwali devotional ", "sitar lotus palace", []mood{legend, feast}, []lettering.Face{lettering.Soft, lettering.Didone}},
		{" classical chamber baroque choral ", "orchestra violin piano", []mood{plush, blue}, []lettering.Face{lettering.Didone, lettering.Geometric}},
		{" jazz blues soul swing ", "vinyl piano microphone", []mood{blue}, []lettering.Face{lettering.Geometric, lettering.Gothic}},
		{" pop indie rock electronic hip folk metal ", "comet vinyl microphone", []mood{blue, space, feast}, []lettering.Face{lettering.Gothic, lettering.Geometric}},
		{" stand-up standup spoken ", "microphone bowler", []mood{merry}, []lettering.Face{lettering.Soft}},
		{" basketball handball volleyball ", "ball", []mood{fierce}, []lettering.Face{lettering.Gothic}},
		{" football soccer rugby futsal ", "goal", []mood{fierce}, []lettering.Face{lettering.Gothic}},
		{" athletics running marathon cycling racing ", "lanes", []mood{fierce}, []lettering.Face{lettering.Gothic}},
		{" world ", "dunes tents lotus", []mood{feast, legend}, []lettering.Face{lettering.Soft, lettering.Geometric}},
		{" drama ", "door window chair flock hourglass suns", []mood{grave, dusk}, []lettering.Face{lettering.Didone, lettering.Gothic, lettering.Geometric}},
		{" silent ", "projector bowler", []mood{dusk, merry}, []lettering.Face{lettering.Soft, lettering.Geometric}},
	}
}

// kindTaste is for events of whose genre nothing is known.
func kindTaste(k catalog.Kind) taste {
	switch k {
	case catalog.Concert:
		return taste{motifs: "vinyl violin microphone piano", moods: []mood{blue, plush}, faces: []lettering.Face{lettering.Geometric, lettering.Didone}}
	case catalog.Play:
		return taste{motifs: "curtain masks chair", moods: []mood{plush, grave}, faces: []lettering.Face{lettering.Didone, lettering.Soft}}
	case catalog.Sport:
		return taste{motifs: "lanes goal tiles", moods: []mood{fierce}, faces: []lettering.Face{lettering.Gothic}}
	case catalog.Festival:
		return taste{motifs: "tents comet dunes", moods: []mood{feast}, faces: []lettering.Face{lettering.Soft, lettering.Geometric}}
	case catalog.Online:
		return taste{motifs: "screen orbits", moods: []mood{space, dusk}, faces: []lettering.Face{lettering.Geometric}}
	case catalog.Film:
	}
	return taste{motifs: "projector tiles suns orbits mountains", moods: []mood{dusk}, faces: []lettering.Face{lettering.Gothic, lettering.Geometric, lettering.Didone}}
}

// design is what a poster is made with.
type design struct {
	motif motif
	inks  palette
	face  lettering.Face
	dice  *dice
}

// designOf decides for an event: what its title tells of before its genre, and its genre before its synopsis.
func designOf(e catalog.Event) design {
	d := diceOf(e.Slug)
	genre, known := find(genres(), words(strings.Join(e.Genres, " ")))
	if !known {
		genre = kindTaste(e.Kind)
	}
	thing, told := first(objects(), words(e.Title))
	if !told {
		thing, told = first(objects(), words(e.Synopsis))
		told = told && (!known || d.below(3) > 0)
	}
	told = told && e.Kind != catalog.Sport // Stars are a team
	if !told {
		thing = genre
	}
	moods := thing.moods
	if known && d.flip() {
		moods = genre.moods
	}
	return design{
		motif: oneOf(d, named(thing.motifs)), inks: oneOf(d, palettesOf(oneOf(d, moods))), face: oneOf(d, genre.faces), dice: d,
	}
}

// named are the motifs with the names.
func named(names string) []motif {
	list := strings.Fields(names)
	return slices.DeleteFunc(motifs(), func(m motif) bool { return !slices.Contains(list, m.name) })
}

// words are those of a text, in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' })
}

// first returns the first taste that knows one of the words.
func first(list []taste, text []string) (taste, bool) {
	for _, t := range list {
		if slices.ContainsFunc(text, t.knows) {
			return t, true
		}
	}
	return taste{}, false
}

func (t taste) knows(word string) bool { return strings.Contains(t.words, " "+word+" ") }

// find returns the taste for the first of the words that one knows.
func find(list []taste, text []string) (taste, bool) {
	for _, w := range text {
		for _, t := range list {
			if t.knows(w) {
				return t, true
			}
		}
	}
	return taste{}, false
}
