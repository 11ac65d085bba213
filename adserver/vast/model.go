package vast

import "time"

// Document is an answer to a player (section 3.2). Without ads it says that there is none.
type Document struct {
	Ads []Ad
	// Errors are fetched when there was no ad to show. They stand only in a document without ads, and may hold the macro ErrorCode.
	Errors []string
}

// ErrorCode is the macro that a player replaces in the URLs of errors by a code of section 2.3.6.3.
const ErrorCode = "[ERRORCODE]"

// Ad is one ad (sections 3.3, 3.4 and 3.19). With Wrapper it is a pointer to another document, else an ad in line, which needs ServingID, Title and
// Creatives. Both need System and at least one of Impressions.
type Ad struct {
	ID       string // ours, for the logs of players; may be empty
	Sequence int    // place in a pod, from 1; 0 for an ad that stands alone

	System      string   // name of the ad server
	Impressions []string // fetched when the first frame is shown; "about:blank" where nobody counts
	Errors      []string // fetched on failure; may hold the macro ErrorCode
	Viewable    []string // fetched when the ad was in view by the standard of the MRC
	Pricing     *Price   // nil tells no price

	ServingID   string // the same in every count of this serving (section 3.4.1)
	Title       string
	Advertiser  string     // may be empty
	Description string     // may be empty
	Categories  []Category // what the ad is about
	Expires     time.Duration

	Verifications []Verification
	Creatives     []Creative
	Wrapper       *Wrapper
}

// Wrapper points to another document (section 3.19), whose ads are counted by the outer one's URLs as well.
type Wrapper struct {
	TagURI string // where the other document is
	// FollowAdditional lets the other document be a wrapper, AllowMultiple be a pod, FallbackOnNoAd have the player take an ad of its own choice
	// from the outer document when the other one is empty.
	FollowAdditional, AllowMultiple, FallbackOnNoAd bool
	BlockedCategories                               []Category
}

// Category is a subject from a list, such as the IAB's Content Taxonomy (section 3.4.5).
type Category struct {
	Authority string // URL of the list
	Code      string
}

// Price is what the ad costs, told for others to compare (section 3.4.8).
type Price struct {
	Model    PriceModel
	Currency string // ISO 4217
	Nano     int64  // 1e-9 of the currency's unit, not negative; for CPM that of a thousand impressions
}

// PriceModel is what a price is for.
type PriceModel string

// The models.
const (
	CPM PriceModel = "CPM" // a thousand impressions
	CPC PriceModel = "CPC" // a click
	CPE PriceModel = "CPE" // an engagement
	CPV PriceModel = "CPV" // a view
)

// Valid reports whether m is one of the models.
func (m PriceModel) Valid() bool {
	switch m {
	case CPM, CPC, CPE, CPV:
		return true
	}
	return false
}

// Verification is a script that measures whether the ad was seen (section 3.17), by the Open Measurement interface.
type Verification struct {
	Vendor     string   // "company.com-omid"
	Script     string   // URL of the script
	Optional   bool     // the script can do without a browser's window
	Parameters string   // for the script; may be empty
	Refused    []string // fetched when the player did not run it
}

// Creative is one part of an ad (section 3.7). In line it needs a Linear or an Overlay, and UniversalIDs; in a wrapper
// it may have either of them for their tracking alone.
type Creative struct {
	ID, AdID     string
	UniversalIDs []UniversalID
	Linear       *Linear
	Overlay      *Overlay
}

// UniversalID is the number of a film in a registry (section 3.7.1). Who has none says registry "unknown", code "unknown".
type UniversalID struct{ Registry, Code string }

// Linear is a film that interrupts the content (section 3.8). In a wrapper only Tracking and Clicks are written.
type Linear struct {
	Duration  time.Duration // under 24 h; written to the millisecond
	Skippable bool          // the viewer may skip, SkipAfter from the start
	SkipAfter time.Duration
	Media     []MediaFile // the same film in several forms, of which the player chooses
	Tracking  []Tracking
	Clicks    Clicks
}

// MediaFile is a file with the film (section 3.9.1).
type MediaFile struct {
	URL           string
	ID            string // may be empty
	Type          string // "video/mp4"
	Streaming     bool   // delivered as a stream; else a file that is loaded while it plays
	Width, Height int    // pixels; 0 by 0 for sound
	Bitrate       int    // kbit/s; 0 leaves it out
	Codec         string // RFC 4281; may be empty
	Scalable      bool   // may be made larger or smaller
	KeepRatio     bool   // and keeps its proportions
}

// Clicks are what happens on a click on the film (section 3.10).
type Clicks struct {
	Through  string   // the page that opens; empty in a wrapper
	Tracking []string // fetched as well
}

// Overlay is a picture or HTML over the film (section 3.12). In a wrapper only Tracking and the tracking of clicks are written.
type Overlay struct {
	Tracking []Tracking
	Variants []Variant // the same ad in several sizes
}

// Variant is one form of an overlay (section 3.13). It has exactly one of HTML, Frame and Picture.
type Variant struct {
	ID            string // may be empty
	Width, Height int    // pixels
	MinDuration   time.Duration
	Scalable      bool
	KeepRatio     bool

	HTML        string // code
	Frame       string // URL of a page
	Picture     string // URL
	PictureType string // "image/png"

	ClickThrough  string
	ClickTracking []string
}

// Tracking is a URL that is fetched when something happens.
type Tracking struct {
	Event Event
	After time.Duration // since the start; for Progress only
	URL   string
}

// Event is something that happens to an ad (section 3.14).
type Event string

// The events, of films and overlays alike.
const (
	Loaded           Event = "loaded"
	CreativeView     Event = "creativeView"
	Start            Event = "start"
	FirstQuartile    Event = "firstQuartile"
	Midpoint         Event = "midpoint"
	ThirdQuartile    Event = "thirdQuartile"
	Complete         Event = "complete"
	Progress         Event = "progress"
	Mute             Event = "mute"
	Unmute           Event = "unmute"
	Pause            Event = "pause"
	Resume           Event = "resume"
	Rewind           Event = "rewind"
	Skip             Event = "skip"
	PlayerExpand     Event = "playerExpand"
	PlayerCollapse   Event = "playerCollapse"
	CloseLinear      Event = "closeLinear"
	AcceptInvitation Event = "acceptInvitation"
	AdExpand         Event = "adExpand"
	AdCollapse       Event = "adCollapse"
	Minimize         Event = "minimize"
	Close            Event = "close"
	OverlayView      Event = "overlayViewDuration"
	OtherInteraction Event = "otherAdInteraction"
)

// Valid reports whether e is one of the events.
func (e Event) Valid() bool {
	switch e {
	case Loaded, CreativeView, Start, FirstQuartile, Midpoint, ThirdQuartile, Complete, Progress, Mute, Unmute, Pause, Resume, Rewind, Skip,
		PlayerExpand, PlayerCollapse, CloseLinear, AcceptInvitation, AdExpand, AdCollapse, Minimize, Close, OverlayView, OtherInteraction:
		return true
	}
	return false
}
