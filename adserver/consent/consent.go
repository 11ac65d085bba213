package consent

import (
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Strings are the signals of one request, as they came. The zero value says nothing at all and allows nothing.
type Strings struct {
	TCF         string // TC string v2.x, base64url segments separated by dots; empty for none
	GPP         string // GPP string: header and sections, separated by "~"; empty for none
	GPPSections []int  // gpp_sid: the sections of GPP that apply; nil means all that are in the string
	USPrivacy   string // US privacy string, "1YNN"; empty for none

	LimitTracking bool // the device asks not to be tracked (OpenRTB device.lmt)
	DoNotTrack    bool // the browser's header DNT: 1
	GPC           bool // the browser's header Sec-GPC: 1, which objects to sale, sharing and targeted advertising
	GDPR          bool // somebody said that the GDPR applies (OpenRTB regs.gdpr=1); false leaves it to Country
	Child         bool // the person is known to be a child (OpenRTB regs.coppa=1)

	// Country is where the person is, ISO 3166-1 alpha-2 or alpha-3. Unknown and empty ones are taken for countries that need consent.
	Country string
	// Personal is the consent that the publisher itself asked for; nil when it did not. A yes stands in for a TCF string where there is
	// none, save for precise places; a no refuses everything.
	Personal *bool
}

// Permissions are what may be done while a request is answered. The zero value allows ads that are chosen by what is on the page, the
// kind of device and the rough place, and to count them; nothing about the person is used or kept.
type Permissions struct {
	Store           bool // an identifier may be set, read and kept on the device (TCF purpose 1)
	Personalise     bool // profiles, interests and behaviour may be kept and choose ads (purposes 1, 3 and 4)
	FrequencyByUser bool // how often this person saw an ad may be counted (purposes 1 and 2)
	Measure         bool // what this person did after an ad may be attributed to it (purpose 7)
	PreciseGeo      bool // a place finer than the town may be used (special feature 1)

	// Reason is the signal that took most away, one of the Reason constants.
	Reason string
}

// Why permissions are as they are.
const (
	ReasonConsent    = "consent"          // the person was asked, and the rest is the answer
	ReasonPublisher  = "publisher"        // the publisher's own consent decided
	ReasonNotNeeded  = "not_needed"       // no consent is needed there, and nobody objected
	ReasonNoSignal   = "no_signal"        // consent is needed there, and there is none
	ReasonOptOut     = "opt_out"          // the person objected to sale, sharing or targeted advertising
	ReasonDevice     = "device"           // the device or browser asks not to be tracked
	ReasonChild      = "child"            // the person is known to be a child
	ReasonMalformed  = "malformed"        // a string could not be read
	ReasonUnreadable = "unknown_section"  // a section of the GPP string that applies is not known here
	ReasonVendor     = "vendor_no_access" // the person refused this vendor
)

// Rules are what a decision depends on beside the request. The zero value is that of a publisher's own ad server.
type Rules struct {
	// Vendor is our number on the IAB's Global Vendor List. With it, purposes count only if the person allowed this vendor, too, and the publisher
	// did not restrict it. Zero means that we are the publisher: its own segment of the TC string counts, or the purposes where it has none.
	Vendor uint16
}

// Decide returns what may be done for a request with these signals. Its errors are of fault.Invalid, name the string as field (tcf, gpp, gpp_sid,
// us_privacy), and come with permissions that allow nothing.
func (r Rules) Decide(s Strings) (Permissions, error) {
	heard, err := r.hear(&s)
	switch {
	case err != nil:
		return Permissions{Reason: ReasonMalformed}, err
	case s.Child || heard.child:
		return Permissions{Reason: ReasonChild}, nil
	case s.LimitTracking || s.DoNotTrack:
		return Permissions{Reason: ReasonDevice}, nil
	case s.Personal != nil && !*s.Personal:
		return Permissions{Reason: ReasonPublisher}, nil
	case heard.unknown:
		return Permissions{Reason: ReasonUnreadable}, nil
	}
	may := s.ground(&heard)
	if heard.optOut || s.GPC {
		may.Personalise, may.PreciseGeo = false, false
		if may.Reason == ReasonNotNeeded {
			may.Reason = ReasonOptOut
		}
	}
	return may, nil
}

// signals are what the strings of a request say together.
type signals struct {
	asked   bool        // there is a TC string
	consent Permissions // what all TC strings allow
	optOut  bool        // an American string objects
	child   bool        // an American string knows a child
	unknown bool        // a section applies that cannot be read
}

func (r Rules) hear(s *Strings) (signals, error) {
	var heard signals
	if s.TCF != "" {
		if err := r.hearTCF(&heard, s.TCF); err != nil {
			return heard, err.In("tcf")
		}
	}
	if s.GPP != "" {
		if err := r.hearGPP(&heard, s.GPP, s.GPPSections); err != nil {
			return heard, err
		}
	} else if len(s.GPPSections) > 0 && s.GPPSections[0] > 0 { // -1 says that none applies
		return heard, fault.Invalidf("gpp_sid", "names sections without a GPP string")
	}
	if s.USPrivacy != "" {
		if err := hearUSPrivacy(&heard, s.USPrivacy); err != nil {
			return heard, err.In("us_privacy")
		}
	}
	return heard, nil
}

// ground is what is allowed before objections: by a TC string, the publisher or the country.
func (s *Strings) ground(heard *signals) Permissions {
	switch {
	case heard.asked:
		return heard.consent
	case s.Personal != nil:
		return Permissions{Store: true, Personalise: true, FrequencyByUser: true, Measure: true, Reason: ReasonPublisher}
	case s.GDPR || NeedsConsent(s.Country):
		return Permissions{Reason: ReasonNoSignal}
	default:
		return Permissions{Store: true, Personalise: true, FrequencyByUser: true, Measure: true, PreciseGeo: true, Reason: ReasonNotNeeded}
	}
}

// and is what both allow; the reason is that of whoever refuses.
func (p Permissions) and(q Permissions) Permissions {
	return Permissions{
		Store:           p.Store && q.Store,
		Personalise:     p.Personalise && q.Personalise,
		FrequencyByUser: p.FrequencyByUser && q.FrequencyByUser,
		Measure:         p.Measure && q.Measure,
		PreciseGeo:      p.PreciseGeo && q.PreciseGeo,
		Reason:          max(p.Reason, q.Reason), // "vendor_no_access" before "consent"
	}
}
