package poster

// motif is a picture, with what it leaves free.
type motif struct {
	name string
	draw func(*scene)
	room room
}

// room is where something may be put on a picture.
type room uint8

const (
	above  room = 1 << iota // nothing but sky is above it: a title may be there
	below                   // nothing but its base is below it
	around                  // it goes on in all directions: a label may be put on it
)

// motifs are all pictures.
func motifs() []motif { return append(tales(), stages()...) }

// tales are those that films are told with.
func tales() []motif {
	return []motif{
		{"house", house, above | below},
		{"claw", claw, below},
		{"eye", eye, around},
		{"spiral", spiral, around},
		{"graveyard", graveyard, above | below},
		{"blinds", blinds, below | around},
		{"road", road, above},
		{"lamp", lamp, below},
		{"keyhole", keyhole, above | below},
		{"stairs", stairs, below | around},
		{"city", city, below},
		{"moonshot", moonshot, below},
		{"orbits", orbits, around},
		{"mountains", mountains, above | below},
		{"liner", liner, below},
		{"bowler", bowler, above | below},
		{"clock", clock, above | below},
		{"train", train, below},
		{"balloon", balloon, below},
		{"castle", castle, below},
		{"profiles", profiles, around},
		{"suns", suns, above | below},
		{"rose", rose, above},
		{"lotus", lotus, above | below},
		{"palace", palace, above | below},
	}
}

// stages are those of what is played, sung and celebrated, and of rooms.
func stages() []motif {
	return []motif{
		{"curtain", curtain, below},
		{"masks", masks, above | below},
		{"skull", skull, above | below},
		{"crown", crown, around},
		{"forest", forest, below},
		{"door", door, above},
		{"flame", flame, above | below},
		{"tiles", tiles, around},
		{"violin", violin, around},
		{"orchestra", orchestra, above | below},
		{"piano", piano, below},
		{"vinyl", vinyl, below},
		{"comet", comet, below},
		{"sitar", sitar, below},
		{"microphone", microphone, below},
		{"ball", ball, above | below},
		{"goal", goal, around},
		{"lanes", lanes, above | below},
		{"tents", tents, below},
		{"cubes", cubes, above | below},
		{"cocktail", cocktail, above | below},
		{"umbrella", umbrella, below},
		{"window", window, around},
		{"chair", chair, below},
		{"hourglass", hourglass, above | below},
		{"flock", flock, above | below},
		{"giant", giant, above | below},
		{"newspaper", newspaper, above},
		{"dunes", dunes, below},
		{"projector", projector, above | below},
		{"lens", lens, above | below},
		{"screen", screen, below},
	}
}
