package openrtb

import "time"

// Request asks for bids (section 3.2.1). Of its two places, Site and App, one at most is set.
type Request struct {
	ID   string
	Imps []Imp // one at least, MaxImps at most
	Site *Site
	App  *App

	Device Device
	User   User
	Regs   Regs
	Source Source

	Test bool          // not billed
	At   int           // 1 for first price, 2 for second price, 3 for the floor as price
	TMax time.Duration // until the answer must have arrived; 0 when not said
	Cur  []string      // ISO 4217, those in which bids may be; empty means DefaultCurrency

	BlockedCats        []string // bcat
	BlockedAdvertisers []string // badv: domains
	Seats              []string // wseat: buyers that may bid; empty means all
	BlockedSeats       []string // bseat
}

// DefaultCurrency is that of floors and bids which name none.
const DefaultCurrency = "USD"

// MaxImps bounds the impressions of a request.
const MaxImps = 50

// Imp is one impression (section 3.2.4). It has one at least of Banner, Video and Native.
type Imp struct {
	ID     string
	TagID  string // the placement, by the publisher's name
	Banner *Banner
	Video  *Video
	Native *Native

	Instl    bool          // covers the page
	Secure   bool          // everything must come by HTTPS
	Floor    int64         // 1e-9 of FloorCur for a thousand
	FloorCur string        // never empty once read
	Exp      time.Duration // how long after the auction it may be shown; 0 when not said

	Private bool   // only bids for the deals are taken
	Deals   []Deal // agreed beforehand
}

// Deal is an agreement between seller and buyers (section 3.2.12).
type Deal struct {
	ID       string
	Floor    int64
	FloorCur string
	At       int      // as in Request; 0 when not said
	Seats    []string // who may use it; empty means all
}

// Format is a size in pixels (section 3.2.10).
type Format struct{ W, H int }

// Banner is a picture or HTML (section 3.2.6).
type Banner struct {
	Formats []Format // the sizes that fit, from format or w and h; empty when not said
	BType   []int    // kinds of banners that are not wanted
	BAttr   []int    // attributes that are not wanted
	Pos     int      // where on the screen, AdCOM "Placement Positions"; 0 for unknown
	Mimes   []string
	API     []int
}

// Video is a film (section 3.2.7).
type Video struct {
	Mimes          []string
	Protocols      []int // AdCOM "Creative Subtypes": 3 is VAST 3.0, 7 VAST 4.0, 11 VAST 4.1, 13 VAST 4.2; and wrappers
	Min, Max       time.Duration
	W, H           int
	StartDelay     int // seconds; 0 before the content, -1 somewhere in it, -2 after
	Plcmt          int // AdCOM "Plcmt Subtypes": 1 in stream, 2 accompanying, 3 interstitial, 4 alone
	Linearity      int // 1 film, 2 overlay; 0 for both
	Skip           bool
	BAttr          []int
	PlaybackMethod []int
	API            []int
	Pos            int
	Sequence       int
	PodID          string
	MaxSeq         int           // the most ads in a pod; 0 when not said
	PodDur         time.Duration // all of them together; 0 when not said
}

// Native is an ad in the form of the page (section 3.2.9).
type Native struct {
	Request string // JSON of the Native Ads specification
	Ver     string
	API     []int
	BAttr   []int
}

// Site is a place on the web (section 3.2.13).
type Site struct {
	ID, Name, Domain, Page, Ref string
	Search, Keywords            string
	Cat, SectionCat, PageCat    []string
	Mobile                      bool
	Publisher                   Publisher
	Content                     Content
}

// App is a place in a program (section 3.2.14).
type App struct {
	ID, Name, Bundle, Domain, StoreURL string
	Ver, Keywords                      string
	Cat, SectionCat, PageCat           []string
	Publisher                          Publisher
	Content                            Content
}

// Publisher is whose place it is (section 3.2.15).
type Publisher struct {
	ID, Name, Domain string
	Cat              []string
}

// Content is what the ad stands beside (section 3.2.16).
type Content struct {
	ID, Title, Genre, Series, Artist, Language, Keywords, URL string
	Cat                                                       []string
	Length                                                    time.Duration
	Live                                                      bool
}

// Device is what the person looks at (section 3.2.18).
type Device struct {
	UA, IP, IPv6, IFA         string
	Make, Model, OS, OSV      string
	Language                  string // ISO 639-1
	Type                      int    // AdCOM "Device Types"; 0 for unknown
	W, H                      int
	DoNotTrack, LimitTracking bool
	Geo                       Geo
}

// Geo is where the device or the person is (section 3.2.19).
type Geo struct {
	Located           bool // Lat and Lon say something
	Lat, Lon          float64
	Country           string // ISO 3166-1 alpha-3
	Region, City, Zip string
	Metro             string
	Type              int // AdCOM "Location Types"; 0 for unknown
	UTCOffset         int // minutes; 0 for unknown, too
}

// User is the person (section 3.2.20).
type User struct {
	ID, BuyerUID string
	YOB          int    // year of birth; 0 for unknown
	Gender       string // M, F or O
	Keywords     string
	Consent      string // TC string
	Geo          Geo
}

// Flag is a yes, a no, or neither.
type Flag int8

// The flags.
const (
	Unsaid Flag = iota
	No
	Yes
)

// Regs is what laws say about the request (section 3.2.3).
type Regs struct {
	COPPA     bool
	GDPR      Flag
	USPrivacy string
	GPP       string
	GPPSID    []int
}

// Source is where the request comes from (section 3.2.2).
type Source struct {
	TID      string
	Complete bool   // the chain begins with the owner of the place
	Ver      string // of the chain; never empty when there are nodes
	Nodes    []Node // the supply chain, the publisher's first seller first
}

// Node is one who sells on (section 3.2.25): Seller is its number at System.
type Node struct {
	System, Seller, RequestID, Name, Domain string
}
