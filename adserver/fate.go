package adserver

import "sync/atomic"

// Fate is what became of a line in a request that it matched.
type Fate uint8

// The fates.
const (
	Won      Fate = iota // it was chosen
	Lost                 // others were worth more, or an ad of it or of a rival was on the page already
	Slowed               // its pace spared the request
	Capped               // the person had seen it often enough, or nobody may be counted
	Unfunded             // a budget or the balance has not enough left
	Unfit                // no creative of it for that person at that place
	Cheap                // it was worth less than the floor
	fates
)

// String returns the fate in words.
func (f Fate) String() string {
	switch f {
	case Won:
		return "chosen"
	case Lost:
		return "outbid, or kept off the page by a similar ad"
	case Slowed:
		return "held back by its pace"
	case Capped:
		return "seen often enough by that person, or nobody may be counted"
	case Unfunded:
		return "no budget or balance left"
	case Unfit:
		return "no creative for that person and place"
	case Cheap:
		return "worth less than the floor"
	case fates:
	}
	return "unknown"
}

// Fates are how often each happened to a line since the program began.
type Fates [fates]uint64

type tallies [fates]atomic.Uint64

func (t *tallies) load() (f Fates) {
	for i := range t {
		f[i] = t[i].Load()
	}
	return f
}
