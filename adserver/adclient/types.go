package adclient

// Request asks for the ads of a page. The publisher's name is the client's.
type Request struct {
	Page   Page   `json:"page"`
	Device Device `json:"device"`
	User   User   `json:"user"`
	Slots  []Slot `json:"slots"` // at least one; all slots of a page in one request keep rivals apart
}

// Page is what an ad stands on. Every field may be empty.
type Page struct {
	URL        string   `json:"url,omitempty"`
	Kind       string   `json:"kind,omitempty"` // home, city, search, event
	Genres     []string `json:"genres,omitempty"`
	Event      string   `json:"event,omitempty"` // its id
	Venue      string   `json:"venue,omitempty"` // its id
	City       string   `json:"city,omitempty"`  // its slug
	Country    string   `json:"country,omitempty"`
	Language   string   `json:"language,omitempty"` // BCP 47
	Query      string   `json:"query,omitempty"`    // what is searched for
	Categories []string `json:"categories,omitempty"`
}

// Device is what shows the page.
type Device struct {
	Agent   string `json:"ua,omitempty"` // the browser's User-Agent
	Address string `json:"ip,omitempty"` // IP address; may be shortened to its network
}

// User is who looks at the page. Without Consent.Personal everything but Consent stays empty.
type User struct {
	ID        string   `json:"id,omitempty"` // opaque, the publisher's own
	Consent   Consent  `json:"consent"`
	Interests []string `json:"interests,omitempty"` // such as "genre:drama"
	Followed  []string `json:"followed,omitempty"`
	Booked    []string `json:"booked,omitempty"`
	Searched  []string `json:"searched,omitempty"`
	Age       string   `json:"age,omitempty"` // such as "25-34"
	Gender    string   `json:"gender,omitempty"`
}

// Consent is what the user has agreed to. Its zero value is a no.
type Consent struct {
	Personal  bool   `json:"personal"`             // ads may go by who he is and what he does
	TCF       string `json:"tcf,omitempty"`        // IAB Transparency and Consent Framework v2
	GPP       string `json:"gpp,omitempty"`        // IAB Global Privacy Platform
	GPPSID    []int  `json:"gpp_sid,omitempty"`    // the sections of GPP that apply
	USPrivacy string `json:"us_privacy,omitempty"` // IAB US Privacy String
	GPC       bool   `json:"gpc,omitempty"`        // Global Privacy Control: the browser says no with every request
}

// Slot is a place on a page.
type Slot struct {
	ID        string `json:"id"` // of the request's own; the answer has it
	Placement string `json:"placement"`
	Count     int    `json:"count"` // at most so many ads
}

// Response has the slots of a request that the server answered, in its order. A slot for which there is no ad has none.
type Response struct {
	Request string    `json:"request"` // the server's id of it
	Slots   []SlotAds `json:"slots"`
}

// Ads are those of a slot, the best first; none where the server has none.
func (r Response) Ads(slot string) []Ad {
	for _, s := range r.Slots {
		if s.ID == slot {
			return s.Ads
		}
	}
	return nil
}

// SlotAds are the ads of a slot.
type SlotAds struct {
	ID  string `json:"id"`
	Ads []Ad   `json:"ads"`
}

// Kind says what an ad is made of.
type Kind string

// The kinds of ads. A publisher shows those that it can.
const (
	KindImage  Kind = "image"
	KindHTML   Kind = "html"
	KindNative Kind = "native"
	KindVideo  Kind = "video"
)

// Ad is an ad with where to tell of what happens to it. Its addresses are absolute, with http or https.
type Ad struct {
	Creative   int64    `json:"creative"` // the server's number of it
	Kind       Kind     `json:"kind"`
	Width      int      `json:"width"`  // pixels; 0 for native ads
	Height     int      `json:"height"` // the same
	Label      string   `json:"label"`  // such as "Sponsored"
	Advertiser string   `json:"advertiser"`
	Image      *Image   `json:"image,omitempty"`  // of KindImage
	HTML       string   `json:"html,omitempty"`   // of KindHTML: a document or part of one, not to be trusted
	Native     *Native  `json:"native,omitempty"` // of KindNative: texts to be escaped
	Click      string   `json:"click"`            // where a click leads; of KindHTML a link over it, whose own links lead nowhere in a frame with sandbox=""
	View       string   `json:"view"`             // to be asked for once at least half of the ad was in sight for a second (MRC)
	Hide       string   `json:"hide"`             // for Client.Hide; may be empty
	Why        string   `json:"why"`              // page that says why this ad; may be empty
	Reasons    []string `json:"reasons,omitempty"`
}

// Image is a picture.
type Image struct {
	Src string `json:"src"`
	Alt string `json:"alt"`
}

// Native are the parts of an ad that the publisher lays out.
type Native struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	CTA   string `json:"cta"`   // what the button says; may be empty
	Image string `json:"image"` // may be empty
}
