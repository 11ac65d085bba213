package portal

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// formats are what a creative can be, in words.
var formats = []choice{
	{string(ads.Image), "Image", "a picture of yours"},
	{string(ads.HTML), "HTML", "markup in a frame; scripts are not run"},
	{string(ads.Native), "Native", "words and a picture in the look of the page"},
	{string(ads.Video), "Video", "before, in or after another video"},
}

// creativeView is the form of a creative.
type creativeView struct {
	formView
	Format  ads.Format
	Formats []choice
	Sizes   []string // of the placements that the line may be seen at
	Preview string   // where the form can be sent to be looked at
	Tag     string   // of a video that another ad server has
	Admin   bool     // who looks may give a video a tag
	Review  ads.Review
}

func (p *Portal) newCreativePage(r *request) error {
	format := ads.Format(cmp.Or(r.query("format"), string(ads.Image)))
	if !format.Valid() {
		return errNoPage
	}
	f := newForm()
	f.set("format", string(format))
	f.set("weight", "50")
	return r.creativeForm(fasthttp.StatusOK, f, ads.Creative{Format: format})
}

func (r *request) creativeForm(status int, f *form, c ads.Creative) error {
	l := r.line.Value
	sizes, err := r.sizes()
	if err != nil {
		return err
	}
	v := creativeView{
		formView: formView{Action: r.atLine(l.ID) + "/creatives", Back: r.atLine(l.ID), New: c.ID == 0},
		Format:   c.Format, Formats: formats, Sizes: sizes, Preview: r.atLine(l.ID) + "/preview", Review: c.Review,
		Tag: c.Video.Tag, Admin: r.who.access() == toAdmin,
	}
	title := "New creative"
	r.parts = []crumb{{r.atOwner(), "Campaigns"}, {r.atCampaign(l.Campaign), r.campaign.Value.Name}, {r.atLine(l.ID), l.Name}}
	if c.ID != 0 {
		title, v.Action, v.Back = "Edit "+c.Name, r.atCreative(c.ID)+"/edit", r.atCreative(c.ID)
		r.parts = append(r.parts, crumb{v.Back, c.Name})
	}
	return r.show(status, creativeForm(r.frame(title), f, v))
}

// sizes are those of the placements that the line may be seen at, as a form has them.
func (r *request) sizes() ([]string, error) {
	fit, err := r.fitting()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, p := range fit {
		for _, s := range p.Sizes {
			if text := plainSize(s); !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	return all, nil
}

// fitting are the placements that the line may be seen at.
func (r *request) fitting() ([]place, error) {
	all, err := r.placements()
	if chosen := r.line.Value.Placements; len(chosen) > 0 {
		all = slices.DeleteFunc(all, func(p place) bool { return !slices.Contains(chosen, p.ID) })
	}
	return all, err
}

func plainSize(s ads.Size) string { return fmt.Sprintf("%dx%d", s.Width, s.Height) }

// parseSize reads a size such as 300x250.
func parseSize(field, s string) (ads.Size, error) {
	width, height, ok := strings.Cut(strings.NewReplacer("×", "x", " ", "", "X", "x").Replace(s), "x")
	w, errW := strconv.Atoi(width)
	h, errH := strconv.Atoi(height)
	if !ok || errW != nil || errH != nil {
		return ads.Size{}, fault.Invalidf(field, "must be a width and a height such as 300x250")
	}
	return ads.Size{Width: w, Height: h}, nil
}

// creativeOf reads the form. Fields of other formats are left as they are.
func (r *request) creativeOf(f *form, c ads.Creative) ads.Creative {
	c.Name, c.Landing, c.Weight = f.Value("name"), f.Value("landing"), f.number("weight", 1, 100)
	c.Categories, c.Caps = f.words("categories"), f.caps()
	if c.Format == ads.Image || c.Format == ads.HTML {
		size, err := parseSize("size", f.Value("size"))
		f.note(err)
		c.Size = size
	}
	switch c.Format {
	case ads.Image:
		c.Image = ads.ImagePart{URL: f.Value("image.url"), Alt: f.Value("image.alt")}
	case ads.HTML:
		c.HTML = f.Value("html")
	case ads.Native:
		c.Native = ads.NativePart{
			Title: f.Value("native.title"), Body: f.Value("native.body"), Action: f.Value("native.action"),
			Image: ads.ImagePart{URL: f.Value("native.image.url"), Alt: f.Value("native.image.alt")},
		}
	case ads.Video:
		c.Video = r.videoOf(f, c.Video)
	}
	return c
}

// videoOf reads the fields of a video. A tag has another ad server choose what is played, after any review, so that only an administrator gives it; with
// one there is no file to be described.
func (r *request) videoOf(f *form, v ads.VideoPart) ads.VideoPart {
	if _, there := f.values["video.tag"]; there && r.who.access() == toAdmin {
		v.Tag = f.Value("video.tag")
	}
	if v.Tag != "" {
		return v
	}
	return ads.VideoPart{
		URL: f.Value("video.url"), MIME: f.Value("video.mime"), Seconds: f.number("video.seconds", 1, 180),
		Width: f.number("video.width", 1, 4096), Height: f.number("video.height", 1, 4096),
		Bitrate: f.number("video.bitrate", 0, 100_000), SkipAfter: f.number("video.skip_after", 0, 180),
	}
}

// hosted refuses a video at an address that nobody answers for, where it could be changed after it was approved: an advertiser's is on a domain that is
// verified as its own, or where it was before. An administrator's may be anywhere.
func (r *request) hosted(c ads.Creative, before string) error {
	host := c.VideoHost()
	if host == "" || c.Video.URL == before || r.who.access() == toAdmin || r.advertiser.Value.Owns(host) {
		return nil
	}
	return fault.Invalidf("video.url", "must be on a domain that is verified as yours, or be given by an administrator: elsewhere it could be changed after it was approved")
}

// fill writes a creative into a form.
func (f *form) fill(c ads.Creative) {
	for name, value := range map[string]string{
		"name": c.Name, "format": string(c.Format), "landing": c.Landing, "weight": strconv.Itoa(c.Weight), "categories": strings.Join(c.Categories, ", "),
		"size": plainSize(c.Size), "video.tag": c.Video.Tag, "image.url": c.Image.URL, "image.alt": c.Image.Alt, "html": c.HTML,
		"native.title": c.Native.Title, "native.body": c.Native.Body, "native.action": c.Native.Action,
		"native.image.url": c.Native.Image.URL, "native.image.alt": c.Native.Image.Alt,
		"video.url": c.Video.URL, "video.mime": c.Video.MIME, "video.seconds": strconv.Itoa(c.Video.Seconds), "video.width": strconv.Itoa(c.Video.Width),
		"video.height": strconv.Itoa(c.Video.Height), "video.bitrate": strconv.Itoa(c.Video.Bitrate), "video.skip_after": strconv.Itoa(c.Video.SkipAfter),
	} {
		f.set(name, value)
	}
	f.setCaps(c.Caps)
}

// pictures are the fields that have the address of an upload, of each format.
var pictures = map[ads.Format]string{ads.Image: "image.url", ads.Native: "native.image.url"}

// uploaded stores the picture that came with a form, and writes its address into the form. What it has without one must be an upload as well: a picture
// at another address could be changed after it was approved, and storefronts load none from there.
func (r *request) uploaded(f *form, format ads.Format) error {
	field, ok := pictures[format]
	if !ok {
		return nil
	}
	f.set("file", "") // so that what is wrong with it is said beside it
	a, err := r.attached("file", "file")
	if err != nil {
		return f.refuse(err)
	}
	if a.Kind == "" {
		return r.stored(f, field)
	}
	if err := r.p.limits.uploads.Take(r.who.Email); err != nil {
		return err
	}
	if err := a.whole("file"); err != nil {
		return f.refuse(err)
	}
	address, err := r.store(a)
	if err != nil {
		return err
	}
	f.set(field, address)
	if f.Value("size") == "" && format == ads.Image {
		f.set("size", plainSize(a.Size))
	}
	return nil
}

var errNoPicture = fault.Invalidf("file", "is missing: choose one")

// stored refuses a form whose picture is none of our uploads.
func (r *request) stored(f *form, field string) error {
	address := f.Value(field)
	if !ads.Uploaded(address) {
		f.set(field, "")
		return f.refuse(errNoPicture)
	}
	_, err := r.p.db.Asset(r.ctx, strings.TrimPrefix(address, ads.AssetPath))
	if fault.Is(err, fault.NotFound) {
		f.set(field, "")
		err = errNoPicture
	}
	return f.refuse(err)
}

func (p *Portal) createCreative(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	format := ads.Format(f.Value("format"))
	if !format.Valid() {
		return fault.Invalidf("format", "must be one of those offered")
	}
	if err := r.uploaded(f, format); err != nil {
		return err
	}
	c := r.creativeOf(f, ads.Creative{Line: r.line.Value.ID, Format: format, Review: ads.Unsent})
	f.check(c)
	f.note(r.hosted(c, ""))
	if f.OK() {
		made, err := p.db.Creatives.Create(r.ctx, r.by(), c)
		if err == nil {
			return r.done(r.atCreative(made.Value.ID), "creative-made")
		}
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.creativeForm(fasthttp.StatusBadRequest, f, ads.Creative{Format: format})
}

func (p *Portal) editCreativePage(r *request) error {
	f := newForm()
	f.Revision = r.creative.Revision
	f.fill(r.creative.Value)
	return r.creativeForm(fasthttp.StatusOK, f, r.creative.Value)
}

func (p *Portal) saveCreative(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	before := r.creative.Value
	if err := r.uploaded(f, before.Format); err != nil {
		return err
	}
	c, status, notice := r.creativeOf(f, before), fasthttp.StatusBadRequest, "saved"
	f.check(c)
	f.note(r.hosted(c, before.Video.URL))
	if f.OK() {
		if c.Review = reviewAfter(before, c); c.Review == ads.Submitted {
			f.note(c.Reviewable())
		}
		if c.Review == ads.Submitted && before.Review == ads.Approved {
			notice = "resubmitted"
		}
	}
	if f.OK() {
		_, err := p.db.Creatives.Update(r.ctx, r.by(), c, f.Revision)
		if err == nil {
			return r.done(r.atCreative(c.ID), notice)
		}
		status = f.refused(err, r.creative.Revision)
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.creativeForm(status, f, before)
}

// reviewAfter is the state of review after an edit: what people see has to be looked at again once it is another.
func reviewAfter(before, c ads.Creative) ads.Review {
	if reflect.DeepEqual(seen(before), seen(c)) {
		return before.Review
	}
	switch before.Review {
	case ads.Approved, ads.Submitted:
		return ads.Submitted
	case ads.Rejected, ads.Unsent:
	}
	return ads.Unsent
}

// seen is a creative without what a viewer does not notice.
func seen(c ads.Creative) ads.Creative {
	c.Name, c.Weight, c.Caps, c.Paused, c.Review, c.ReviewNote = "", 0, nil, false, "", ""
	if len(c.Categories) == 0 {
		c.Categories = nil
	}
	return c
}

var (
	errReview  = fault.New(fault.Conflict, "review_impossible", "this creative has been sent to be reviewed already")
	errJudged  = fault.New(fault.Conflict, "judged", "somebody has approved or rejected this already, or it was changed; please open it again")
	errForeign = fault.New(fault.Conflict, "picture_elsewhere", "its picture is at an address elsewhere, where it could be changed after it was approved; edit it and choose the picture")
	errDomain  = fault.New(fault.Conflict, "domain_not_verified", "show that the domain of its address is yours first, on the page of the advertiser")
)

func (p *Portal) submitCreative(r *request) error {
	c := r.creative.Value
	if c.Review != ads.Unsent && c.Review != ads.Rejected {
		return errReview
	}
	if !r.advertiser.Value.Owns(c.LandingHost()) {
		return errDomain
	}
	if picture := c.Picture(); picture != "" && !ads.Uploaded(picture) {
		return errForeign
	}
	if err := cmp.Or(c.Reviewable(), r.hosted(c, "")); err != nil {
		return r.mend(err)
	}
	c.Review, c.ReviewNote = ads.Submitted, ""
	if _, err := p.db.Creatives.Update(r.ctx, r.by(), c, r.creative.Revision); err != nil {
		return err
	}
	return r.done(r.atCreative(c.ID), "submitted")
}

// mend shows the form of a creative that cannot be reviewed as it is, with what is wrong.
func (r *request) mend(err error) error {
	f := newForm()
	f.Revision = r.creative.Revision
	f.fill(r.creative.Value)
	f.note(err)
	return r.creativeForm(fasthttp.StatusBadRequest, f, r.creative.Value)
}

func (p *Portal) pauseCreative(r *request) error {
	c := r.creative.Value
	c.Paused = r.form("paused") != ""
	if _, err := p.db.Creatives.Update(r.ctx, r.by(), c, r.creative.Revision); err != nil {
		return err
	}
	notice := "creative-resumed"
	if c.Paused {
		notice = "creative-paused"
	}
	return r.done(r.atCreative(c.ID), notice)
}

// creativePageView is one creative.
type creativePageView struct {
	At       string
	C        ads.Creative
	State    string
	Facts    []fact
	Previews []preview
	Owned    bool // its address is on a domain that is the advertiser's
	CanSend  bool
	Settings string
	figures
	Currency string
}

func (p *Portal) creativePage(r *request) error {
	c := r.creative.Value
	fit, err := r.fitting()
	if err != nil {
		return err
	}
	figures, err := r.figuresOfCreative(c.ID)
	if err != nil {
		return err
	}
	v := creativePageView{
		At: r.atCreative(c.ID), C: c, State: stateText(c), Facts: creativeFacts(c), Previews: previews(r.atCreative(c.ID)+"/preview", c, fit),
		Owned: r.advertiser.Value.Owns(c.LandingHost()), CanSend: c.Review == ads.Unsent || c.Review == ads.Rejected,
		Settings: r.atOwner() + "/settings", figures: figures, Currency: string(r.advertiser.Value.Currency),
	}
	l := r.line.Value
	r.parts = []crumb{{r.atOwner(), "Campaigns"}, {r.atCampaign(l.Campaign), r.campaign.Value.Name}, {r.atLine(l.ID), l.Name}}
	return r.show(fasthttp.StatusOK, creativePage(r.frame(c.Name), v))
}

// creativeFacts is what was chosen for a creative.
func creativeFacts(c ads.Creative) []fact {
	list := []fact{{"Format", formatText(c)}, {"Leads to", c.Landing}, {"Weight", strconv.Itoa(c.Weight)}, {"Times a person may see it", capsText(c.Caps)}}
	if len(c.Categories) > 0 {
		list = append(list, fact{"Categories", strings.Join(c.Categories, ", ")})
	}
	return list
}

func formatText(c ads.Creative) string {
	switch c.Format {
	case ads.Image:
		return "image " + sizeText(c.Size)
	case ads.HTML:
		return "HTML " + sizeText(c.Size)
	case ads.Video:
		if c.Video.Tag != "" {
			return "video of another ad server"
		}
		return fmt.Sprintf("video of %d s", c.Video.Seconds)
	case ads.Native:
	}
	return string(c.Format)
}

// stateText is how far a creative is, in words.
func stateText(c ads.Creative) string {
	switch {
	case c.Review == ads.Unsent:
		return "draft"
	case c.Review == ads.Submitted:
		return "waits for review"
	case c.Review == ads.Rejected:
		return "rejected"
	case c.Paused:
		return "paused"
	}
	return "approved"
}
