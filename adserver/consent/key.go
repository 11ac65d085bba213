package consent

import "strings"

// Key stands for all that a decision depends on, so that decisions can be kept: signals with equal keys are decided equally by the same Rules.
type Key struct {
	tcf, gpp, usPrivacy, country string
	sections                     uint64
	flags                        uint16
}

// Bits of Key.flags.
const (
	flagLimit uint16 = 1 << iota
	flagDNT
	flagGPC
	flagGDPR
	flagChild
	flagAsked
	flagPersonal
	flagSections
)

// Key returns the key of the signals. False means that there is none, for sections that are out of all bounds: decide without a cache. The strings are those
// of s and not copied; whoever reuses their memory calls Clone.
func (s Strings) Key() (Key, bool) {
	k := Key{tcf: s.TCF, gpp: s.GPP, usPrivacy: s.USPrivacy, country: s.Country}
	for _, id := range s.GPPSections {
		if id < 0 || id > 63 {
			return Key{}, false
		}
		k.sections |= 1 << id
	}
	k.set(flagLimit, s.LimitTracking)
	k.set(flagDNT, s.DoNotTrack)
	k.set(flagGPC, s.GPC)
	k.set(flagGDPR, s.GDPR)
	k.set(flagChild, s.Child)
	k.set(flagAsked, s.Personal != nil)
	k.set(flagPersonal, s.Personal != nil && *s.Personal)
	k.set(flagSections, len(s.GPPSections) > 0)
	return k, true
}

func (k *Key) set(flag uint16, on bool) {
	if on {
		k.flags |= flag
	}
}

// Clone returns a key that shares no memory with what k was made of.
func (k Key) Clone() Key {
	k.tcf, k.gpp, k.usPrivacy, k.country = strings.Clone(k.tcf), strings.Clone(k.gpp), strings.Clone(k.usPrivacy), strings.Clone(k.country)
	return k
}
