package ads

import (
	"mime"
	"regexp"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Format is what a creative is made of.
type Format string

// The formats.
const (
	Image  Format = "image"
	HTML   Format = "html"   // shown in a frame that can do nothing to the page
	Native Format = "native" // words and a picture in the page's own look
	Video  Format = "video"
)

// Valid reports whether f is one of the formats.
func (f Format) Valid() bool { return f == Image || f == HTML || f == Native || f == Video }

// Review is how far a creative is on its way to be served.
type Review string

// The states of review.
const (
	Unsent    Review = "draft"     // being made
	Submitted Review = "submitted" // waits for a reviewer
	Approved  Review = "approved"
	Rejected  Review = "rejected" // ReviewNote says why
)

// Valid reports whether r is one of the states.
func (r Review) Valid() bool {
	return r == Unsent || r == Submitted || r == Approved || r == Rejected
}

// Creative is what is seen. Only approved ones are served, and an edit of what is seen asks for another review.
type Creative struct {
	ID      CreativeID
	Line    LineID
	Name    string
	Format  Format
	Size    Size   // of Image and HTML
	Landing string // where a click leads: HTTPS, on a domain the advertiser has shown to be its own
	Weight  int    // how often beside its siblings: 1 to 100

	Image  ImagePart
	HTML   string
	Native NativePart
	Video  VideoPart

	Caps []Cap

	// Categories of the IAB Content Taxonomy that the ad is of, such as "IAB1-6"; publishers block by them. A draft may have none.
	Categories []string

	Paused     bool
	Review     Review
	ReviewNote string // what the reviewer said
	Created    time.Time
}

// ImagePart is what an Image shows.
type ImagePart struct {
	URL string // HTTPS, or the path of an upload: AssetPath and its name
	Alt string // what it says, for who does not see it
}

// NativePart is what a Native ad says.
type NativePart struct {
	Title, Body, Action string // Action is the label of its link: "Book now"
	Image               ImagePart
}

// VideoPart is what a Video plays.
type VideoPart struct {
	URL           string // HTTPS, or the path of an upload
	MIME          string // "video/mp4"
	Seconds       int    // 1 to 180
	Width, Height int
	Bitrate       int // kbit/s; zero when not known
	SkipAfter     int // seconds; zero means that it cannot be skipped

	// Tag is the address of a VAST document (HTTPS), where another ad server has the video. The fields above may then be empty.
	Tag string
}

// Validate returns an Invalid fault about the first field that is wrong.
func (c Creative) Validate() error { return first(c.Problems()...) }

// Problems returns an Invalid fault about each field that is wrong, empty when none is; of a video, about the first.
func (c Creative) Problems() []error {
	_, _, err := link("landing", c.Landing)
	list := append([]error{text("name", c.Name, maxName), err}, c.parts()...)
	return wrong(append(list,
		unless(c.Weight >= 1 && c.Weight <= 100, "weight", "must be between 1 and 100"),
		each("categories", c.Categories, 10, func(s string) error { return category("", s) }), caps(c.Caps),
		unless(c.Review.Valid(), "review", "must be draft, submitted, approved or rejected"))...)
}

// Reviewable returns an Invalid fault about what a review needs and a draft may be without: what names no category would pass all that publishers block.
func (c Creative) Reviewable() error {
	return unless(len(c.Categories) > 0, "categories", "must be one at least, such as IAB1-6")
}

func (c Creative) parts() []error {
	switch c.Format {
	case Image:
		return append(c.Image.problems("image"), sized(c.Size))
	case HTML:
		return []error{sized(c.Size), markup(c.HTML)}
	case Native:
		words := []error{
			text("native.title", c.Native.Title, 60), text("native.body", c.Native.Body, 180), text("native.action", c.Native.Action, 25),
		}
		return append(words, c.Native.Image.problems("native.image")...)
	case Video:
		return []error{c.Video.validate()}
	}
	return []error{fault.Invalidf("format", "must be image, html, native or video")}
}

// Picture returns the address of what an Image or Native shows, empty for other formats.
func (c Creative) Picture() string {
	switch c.Format {
	case Image:
		return c.Image.URL
	case Native:
		return c.Native.Image.URL
	case HTML, Video:
	}
	return ""
}

// LandingURL returns the address that a click is sent to, its host in ASCII; empty when Landing is not valid.
func (c Creative) LandingURL() string {
	address, _, err := link("landing", c.Landing)
	if err != nil {
		return ""
	}
	return address
}

// LandingHost returns the host that a click leads to, empty when the address is not valid.
func (c Creative) LandingHost() string {
	_, host, err := link("landing", c.Landing)
	if err != nil {
		return ""
	}
	return host
}

// VideoHost returns the host that has a Video's file, empty when that is an upload, or when there is none.
func (c Creative) VideoHost() string {
	if c.Format != Video || c.Video.Tag != "" || Uploaded(c.Video.URL) {
		return ""
	}
	_, host, err := link("video.url", c.Video.URL)
	if err != nil {
		return ""
	}
	return host
}

func sized(s Size) error {
	if err := size(s); err != nil {
		return fault.Of(err).In("size")
	}
	return nil
}

func markup(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return fault.Invalidf("html", "is missing")
	case len(s) > MaxHTML:
		return fault.Invalidf("html", "is longer than %d bytes", MaxHTML)
	}
	return nil
}

func (p ImagePart) problems(field string) []error {
	return []error{media(field+".url", p.URL), text(field+".alt", p.Alt, maxText)}
}

func (v VideoPart) validate() error {
	if v.Tag != "" {
		_, _, err := link("video.tag", v.Tag)
		return err
	}
	if err := media("video.url", v.URL); err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(v.MIME)
	switch {
	case err != nil || !strings.HasPrefix(kind, "video/"):
		return fault.Invalidf("video.mime", "must be a type such as video/mp4")
	case v.Seconds < 1 || v.Seconds > 180:
		return fault.Invalidf("video.seconds", "must be between 1 and 180")
	case size(Size{v.Width, v.Height}) != nil:
		return fault.Invalidf("video.width", "and height must be between 1 and 4096 pixels")
	case v.Bitrate < 0 || v.SkipAfter < 0 || v.SkipAfter >= v.Seconds:
		return fault.Invalidf("video.skip_after", "must be shorter than the video")
	}
	return nil
}

// AssetPath is where the ad server serves what was uploaded to it, by the hash of its content.
const AssetPath = "/a/"

// Uploaded reports whether an address is the path of an upload, so that nobody can put something else there after a review.
func Uploaded(address string) bool { return asset.MatchString(address) }

var asset = regexp.MustCompile(`^` + AssetPath + `[0-9a-f]{32}\.[a-z0-9]{2,5}$`)

// media checks the address of a picture or video.
func media(field, s string) error {
	if Uploaded(s) {
		return nil
	}
	_, _, err := link(field, s)
	return err
}

// iab is an identifier of the IAB Content Taxonomy 1.0 ("IAB7", "IAB7-39"), or a number of 2.0 and later.
var iab = regexp.MustCompile(`^(IAB[1-9][0-9]?(-[1-9][0-9]{0,2})?|[1-9][0-9]{0,4})$`)

func category(field, s string) error {
	if !iab.MatchString(s) {
		return fault.Invalidf(field, "must be a category of the IAB such as IAB1-6, not %.32q", s)
	}
	return nil
}
