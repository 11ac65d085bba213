package adserver

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/adserver/vast"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// TrackError is the event of a player that could not show an ad, beside those of VAST 4.2 (section 3.14).
const TrackError = "error"

// tracks are the events of players that are counted, each by its number. A mask of them and a serial share a word: there are 25 at most.
var tracks = [...]string{
	TrackError, string(vast.Loaded), string(vast.CreativeView), string(vast.Start), string(vast.FirstQuartile), string(vast.Midpoint), string(vast.ThirdQuartile),
	string(vast.Complete), string(vast.Progress), string(vast.Mute), string(vast.Unmute), string(vast.Pause), string(vast.Resume), string(vast.Rewind),
	string(vast.Skip), string(vast.PlayerExpand), string(vast.PlayerCollapse), string(vast.CloseLinear), string(vast.AcceptInvitation), string(vast.AdExpand),
	string(vast.AdCollapse), string(vast.Minimize), string(vast.Close), string(vast.OverlayView), string(vast.OtherInteraction),
}

var errTrack = fault.Invalidf("event", "is none of those of VAST 4.2")

// Track counts what a player tells of an ad, such as "midpoint", once for each ad and event. It is for metrics alone: nothing is billed by it, written
// or kept. Errors: token.ErrToken, ErrElsewhere, Invalid about the event.
func (e *Engine) Track(text []byte, event string) (Outcome, error) {
	n := slices.Index(tracks[:], event)
	if n < 0 {
		return Outcome{}, errTrack
	}
	o, _, err := e.read(text)
	if err != nil {
		return o, err
	}
	t := &o.Token
	switch {
	case t.Flags&token.Unbilled != 0:
		o.Result, o.Reason = Refused, fraud.Forced
	case e.cfg.Now().Sub(time.Unix(int64(t.Issued), 0)) > e.cfg.ClickFor:
		o.Result, o.Reason = Refused, fraud.ExpiredToken
	case !e.tracked.first(t, n):
		o.Result = Duplicate
	default:
		o.Result = Counted
		e.tracked.counts[n].Add(1)
	}
	return o, nil
}

// Tracked returns how often each event of players was counted since the program began.
func (e *Engine) Tracked() map[string]uint64 {
	m := make(map[string]uint64, len(tracks))
	for n, name := range tracks {
		m[name] = e.tracked.counts[n].Load()
	}
	return m
}

const (
	trackedSize = 1 << 16
	trackBits   = len(tracks)
)

// tracked remembers which events of an ad were counted a moment ago. A slot that another ad has taken is as if nothing were known: an event that is
// repeated very late may count again. It is safe for concurrent use.
type tracked struct {
	counts [len(tracks)]atomic.Uint64
	slots  [trackedSize]atomic.Uint64 // of which ad: the upper bits of a mix of its number; what happened: a bit for each event
}

// first reports whether an event of an ad is the first of its kind, and notes it.
func (k *tracked) first(t *token.Token, n int) bool {
	id := mixed(t.Serial, uint64(t.Epoch)) >> trackBits << trackBits
	slot := &k.slots[t.Serial%trackedSize]
	for {
		before := slot.Load()
		after := id | 1<<n
		if before>>trackBits<<trackBits == id {
			after |= before
		}
		if after == before {
			return false
		}
		if slot.CompareAndSwap(before, after) {
			return true
		}
	}
}
