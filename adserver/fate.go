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
	fates
)

// String returns the fate in words.
func (f Fate) String() string {
	switch f {
	case Won:
		return "chosen"
	case Lost:
		return "others were worth more, or kept it off the page"
	case Slowed:
		return "spared by its pace"
	case Capped:
		return "seen often enough, or not countable without consent"
	case Unfunded:
		return "no budget or balance left"
	case Unfit:
		return "no creative fits"
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
