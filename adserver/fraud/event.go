package fraud

import (
	"bytes"
	"net/netip"
	"time"

	"github.com/marquee-tickets/marquee/adserver/device"
)

// Kind is what happened.
type Kind uint8

// The kinds.
const (
	View Kind = iota
	Click
	Conversion
	kinds
)

// Event is what is known of something that happened to an ad. What is not known is left out, and what would be judged by it is not judged.
type Event struct {
	Kind   Kind
	IP     netip.Addr    // whose it is, behind proxies that are trusted
	Agent  []byte        // User-Agent, as it was sent
	Device device.Device // what Agent says
	Ahead  Ahead

	// User is who did it, by the keyed hash that caps of frequency go by; 0 is nobody that is known.
	User uint64

	// Decided are the marks that Filter.Marks gave when the ad was decided on.
	Decided Marks

	// DecidedIn is the country (ISO 3166-1 alpha-2) that the ad was decided on for, where that was asked for; SeenIn is that of IP.
	DecidedIn, SeenIn string

	Issued time.Time // when the ad was decided on
	Viewed time.Time // when its view was counted; zero before
	Now    time.Time

	Forced bool // a test or a preview, by its token
	Staff  bool // by somebody who is signed in as such

	// ByServer says that no browser has sent it but a server of the advertiser, which has said who it is: a conversion that it tells of. Then only
	// what was done is judged, not who says so.
	ByServer bool
}

// Ahead are the headers by which browsers say that they fetch ahead of time: Sec-Purpose (Fetch Standard, section 2.2.5, "prefetch", followed by
// ";prerender" and others), and Purpose and X-Moz of older ones. Empty where they were not sent.
type Ahead struct{ SecPurpose, Purpose, XMoz []byte }

// Fetched reports whether one of the headers says so.
func (a Ahead) Fetched() bool { return ahead(a.SecPurpose) || ahead(a.Purpose) || ahead(a.XMoz) }

func ahead(header []byte) bool {
	for _, word := range [...]string{"prefetch", "prerender", "preview"} {
		if len(header) >= len(word) && bytes.EqualFold(header[:len(word)], []byte(word)) {
			return true
		}
	}
	return false
}
