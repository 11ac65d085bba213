package api

import (
	"context"
	"log/slog"
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/vast"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// system is what documents call us.
const system = "Marquee"

// vast answers a video player with a VAST 4.2 document for one placement: /vast?publisher=demo&placement=pre-roll. Where several ads are taken, they are a
// pod. Whatever the player can be told of itself is in the query: city, language, genre, url of the page, and consent as tcf, gpp, gpp_sid, us_privacy and gdpr.
func (a *API) vast(rc *fasthttp.RequestCtx) {
	shared(rc)
	switch {
	case rc.IsOptions():
		h := &rc.Response.Header
		h.Set(fasthttp.HeaderAccessControlAllowMethods, "GET")
		h.Set(fasthttp.HeaderAccessControlMaxAge, "86400")
		rc.SetStatusCode(fasthttp.StatusNoContent)
		return
	case !rc.IsGet():
		a.refuseVAST(rc, errMethod)
		return
	}
	var answer adserver.Answer
	place, err := a.decideVAST(rc, &answer)
	if err != nil {
		a.refuseVAST(rc, err)
		return
	}
	body, err := vast.Append(nil, a.film(&answer, place.Kind == ads.Overlay))
	if err != nil {
		a.refuseVAST(rc, err)
		return
	}
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set(fasthttp.HeaderXContentTypeOptions, "nosniff")
	h.SetContentType(vast.ContentType)
	rc.SetBody(body)
}

func (a *API) refuseVAST(rc *fasthttp.RequestCtx, err error) {
	fail(rc, err)
	shared(rc)
}

// shared lets pages of any site read the answer. Players ask with credentials, which is only allowed to sites that are named (VAST 4.2, section 5.2); there
// are none that are looked at. Who gets an ad is another matter: see decideVAST.
func shared(rc *fasthttp.RequestCtx) {
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderVary, fasthttp.HeaderOrigin)
	origin := rc.Request.Header.Peek(fasthttp.HeaderOrigin)
	if len(origin) == 0 {
		h.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
		return
	}
	h.SetBytesV(fasthttp.HeaderAccessControlAllowOrigin, origin)
	h.Set(fasthttp.HeaderAccessControlAllowCredentials, "true")
}

// decideVAST reads the query and has the engine decide.
func (a *API) decideVAST(rc *fasthttp.RequestCtx, answer *adserver.Answer) (ads.Placement, error) {
	args := rc.QueryArgs()
	text := func(name string) string { return string(args.Peek(name)) }
	publisher := text("publisher")
	place, err := a.engine.Placement(publisher, text("placement"))
	switch {
	case err != nil:
		return place, err
	case place.Kind != ads.Overlay && !slices.Contains(place.Kind.Formats(), ads.Video):
		return place, fault.Invalidf("placement", "is not in a video")
	}
	h := &rc.Request.Header
	if origin := h.Peek(fasthttp.HeaderOrigin); len(origin) > 0 && !a.engine.Hosts(publisher, hostOf(string(origin))) {
		return place, errOrigin
	}
	if page := text("url"); page != "" {
		if host, _, _ := strings.Cut(hostOf(page), "/"); !a.engine.Hosts(publisher, host) {
			return place, errOrigin
		}
	}
	r := adserver.Request{
		Publisher: publisher, Slots: []adserver.Slot{{ID: "1", Placement: place.Slug, Count: place.Most}},
		Page: adserver.Page{City: text("city"), Language: text("language"), Kind: "video"},
	}
	if genre := text("genre"); genre != "" {
		r.Page.Genres = []string{genre}
	}
	r.Consent.TCF, r.Consent.GPP, r.Consent.USPrivacy, r.Consent.GDPR = text("tcf"), text("gpp"), text("us_privacy"), text("gdpr") == "1"
	if r.Consent.GPPSections, err = sections(text("gpp_sid")); err != nil {
		return place, err
	}
	r.Visitor.IP, r.Visitor.Agent = a.cfg.Client(rc), h.UserAgent()
	r.Visitor.Mobile, r.Visitor.Platform = h.Peek("Sec-CH-UA-Mobile"), h.Peek("Sec-CH-UA-Platform")
	r.Consent.GPC, r.Consent.DoNotTrack = string(h.Peek("Sec-GPC")) == "1", string(h.Peek("DNT")) == "1"
	return place, a.engine.Decide(&r, answer)
}

// sections reads gpp_sid: numbers with commas between.
func sections(text string) (list []int, err error) {
	if text == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || len(list) == maxList {
			return nil, fault.Invalidf("gpp_sid", "must be at most %d numbers with commas between", maxList)
		}
		list = append(list, n)
	}
	return list, nil
}

// film is the document of what was decided.
func (a *API) film(answer *adserver.Answer, overlay bool) vast.Document {
	var d vast.Document
	for i := range answer.Ads {
		ad := a.filmed(&answer.Ads[i], overlay)
		ad.ServingID = strconv.FormatUint(answer.ID, 36) + "-" + strconv.Itoa(i+1)
		if err := (vast.Document{Ads: []vast.Ad{ad}}).Check(); err != nil { // its address has macros that a player does not take, say
			a.cfg.Logger.Error("creative that no player takes", slog.String("creative", ad.ID), slog.String("error", err.Error()))
			continue
		}
		d.Ads = append(d.Ads, ad)
	}
	for i := range d.Ads {
		if len(d.Ads) > 1 {
			d.Ads[i].Sequence = i + 1
		}
	}
	return d
}

// filmed is one ad of a document.
func (a *API) filmed(ad *adserver.Ad, overlay bool) vast.Ad {
	c, t := ad.Creative, tracker{a.base, ad.Token}
	v := vast.Ad{
		ID: strconv.Itoa(int(c.ID)), System: system, Title: ad.Advertiser, Advertiser: ad.Advertiser, Expires: a.engine.Lifetime(c.Format),
		Impressions: []string{t.path("/v/")}, Errors: []string{t.event(adserver.TrackError) + "?code=" + vast.ErrorCode},
	}
	for _, code := range c.Categories {
		v.Categories = append(v.Categories, vast.Category{Authority: "https://www.iabtechlab.com/categoryauthority", Code: code})
	}
	part := vast.Creative{ID: v.ID, UniversalIDs: []vast.UniversalID{{Registry: "unknown", Code: "unknown"}}}
	switch {
	case overlay:
		part.Overlay = t.overlay(c, ad.Advertiser)
	case c.Video.Tag != "":
		v.Wrapper = &vast.Wrapper{TagURI: c.Video.Tag, FollowAdditional: true}
		v.Categories, v.Expires, part.UniversalIDs = nil, 0, nil
		part.Linear = &vast.Linear{Tracking: t.trackings(filmEvents), Clicks: vast.Clicks{Tracking: []string{t.event(clickEvent)}}}
	default:
		part.Linear = t.linear(c)
	}
	v.Creatives = []vast.Creative{part}
	return v
}

// tracker makes the addresses of one ad.
type tracker struct {
	base  string
	token []byte
}

func (t tracker) path(of string) string { return t.base + of + string(t.token) }

func (t tracker) event(event string) string { return t.path("/e/") + "/" + event }

// What players are asked to tell.
var (
	filmEvents = []vast.Event{
		vast.Start, vast.FirstQuartile, vast.Midpoint, vast.ThirdQuartile, vast.Complete, vast.Mute, vast.Unmute, vast.Pause, vast.Resume, vast.Skip,
		vast.CloseLinear,
	}
	overlayEvents = []vast.Event{vast.CreativeView, vast.AcceptInvitation, vast.Minimize, vast.Close}
)

func (t tracker) trackings(events []vast.Event) []vast.Tracking {
	list := make([]vast.Tracking, len(events))
	for i, e := range events {
		list[i] = vast.Tracking{Event: e, URL: t.event(string(e))}
	}
	return list
}

func (t tracker) linear(c *ads.Creative) *vast.Linear {
	v := &c.Video
	return &vast.Linear{
		Duration: time.Duration(v.Seconds) * time.Second, Skippable: v.SkipAfter > 0, SkipAfter: time.Duration(v.SkipAfter) * time.Second,
		Media: []vast.MediaFile{{
			URL: absolute(t.base, v.URL), Type: v.MIME, Width: v.Width, Height: v.Height, Bitrate: v.Bitrate, Scalable: true, KeepRatio: true,
		}},
		Tracking: t.trackings(filmEvents), Clicks: vast.Clicks{Through: t.path("/c/")},
	}
}

// overlay is what lies over a film. Code has our link over it, as on pages; of pictures the player makes one.
func (t tracker) overlay(c *ads.Creative, advertiser string) *vast.Overlay {
	v := vast.Variant{Width: c.Size.Width, Height: c.Size.Height, Scalable: true, KeepRatio: true}
	if c.Format == ads.HTML {
		var markup strings.Builder
		_ = code(framed{t.base, c, advertiser, string(t.token)}).Render(context.Background(), &markup) // a builder takes everything
		v.HTML = markup.String()
	} else {
		v.Picture, v.PictureType, v.ClickThrough = absolute(t.base, c.Image.URL), pictureType(c.Image.URL), t.path("/c/")
	}
	return &vast.Overlay{Tracking: t.trackings(overlayEvents), Variants: []vast.Variant{v}}
}

// pictureType is what the end of an address says of a picture; players look at what comes in any case.
func pictureType(address string) string {
	address, _, _ = strings.Cut(address, "?")
	if kind := mime.TypeByExtension(path.Ext(address)); strings.HasPrefix(kind, "image/") {
		return kind
	}
	return "image/png"
}
