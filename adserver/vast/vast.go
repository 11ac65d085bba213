package vast

import (
	"strconv"
	"time"
)

// Version is the version of the template that is written.
const Version = "4.2"

// ContentType is what a document is served as.
const ContentType = "application/xml; charset=utf-8"

// namespace is where the schema's names are.
const namespace = "http://www.iab.com/VAST"

// Append writes the document behind dst and returns it. When Check finds something it returns dst as it was and that error.
func Append(dst []byte, d Document) ([]byte, error) {
	if err := d.Check(); err != nil {
		return dst, err
	}
	w := writer{b: append(dst, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"...)}
	w.start("VAST")
	w.attr("version", Version)
	w.attr("xmlns", namespace)
	if len(d.Ads) == 0 && len(d.Errors) == 0 {
		w.b = append(w.b, "/>\n"...)
		return w.b, nil
	}
	w.inside()
	w.elements("Error", d.Errors)
	for i := range d.Ads {
		w.ad(&d.Ads[i])
	}
	w.end("VAST")
	w.b = append(w.b, '\n')
	return w.b, nil
}

func (w *writer) ad(a *Ad) {
	w.start("Ad")
	w.attr("id", a.ID)
	w.number("sequence", a.Sequence, 1)
	w.inside()
	if a.Wrapper != nil {
		w.wrapper(a)
	} else {
		w.inline(a)
	}
	w.end("Ad")
}

// base writes what both kinds of ads begin with.
func (w *writer) base(a *Ad) {
	w.element("AdSystem", a.System)
	w.elements("Error", a.Errors)
	w.elements("Impression", a.Impressions)
	w.price(a.Pricing)
	if len(a.Viewable) > 0 {
		w.open("ViewableImpression")
		w.elements("Viewable", a.Viewable)
		w.end("ViewableImpression")
	}
}

func (w *writer) price(p *Price) {
	if p == nil {
		return
	}
	w.start("Pricing")
	w.attr("model", string(p.Model))
	w.attr("currency", p.Currency)
	w.inside()
	w.b = appendNano(w.b, p.Nano)
	w.end("Pricing")
}

func (w *writer) inline(a *Ad) {
	w.open("InLine")
	w.base(a)
	w.element("AdServingId", a.ServingID)
	w.element("AdTitle", a.Title)
	w.verifications(a.Verifications)
	w.maybe("Advertiser", a.Advertiser)
	w.categories("Category", a.Categories)
	w.open("Creatives")
	for i := range a.Creatives {
		w.creative(&a.Creatives[i])
	}
	w.end("Creatives")
	w.maybe("Description", a.Description)
	if a.Expires >= time.Second {
		w.start("Expires")
		w.inside()
		w.b = strconv.AppendInt(w.b, int64(a.Expires/time.Second), 10)
		w.end("Expires")
	}
	w.end("InLine")
}

func (w *writer) wrapper(a *Ad) {
	w.start("Wrapper")
	w.flag("followAdditionalWrappers", a.Wrapper.FollowAdditional)
	w.flag("allowMultipleAds", a.Wrapper.AllowMultiple)
	w.flag("fallbackOnNoAd", a.Wrapper.FallbackOnNoAd)
	w.inside()
	w.base(a)
	w.verifications(a.Verifications)
	w.categories("BlockedAdCategories", a.Wrapper.BlockedCategories)
	if len(a.Creatives) > 0 {
		w.open("Creatives")
		for i := range a.Creatives {
			w.outerCreative(&a.Creatives[i])
		}
		w.end("Creatives")
	}
	w.element("VASTAdTagURI", a.Wrapper.TagURI)
	w.end("Wrapper")
}

func (w *writer) categories(name string, list []Category) {
	for _, c := range list {
		w.start(name)
		w.attr("authority", c.Authority)
		w.text(name, c.Code)
	}
}

func (w *writer) verifications(list []Verification) {
	if len(list) == 0 {
		return
	}
	w.open("AdVerifications")
	for _, v := range list {
		w.start("Verification")
		w.attr("vendor", v.Vendor)
		w.inside()
		w.start("JavaScriptResource")
		w.attr("apiFramework", "omid")
		w.flag("browserOptional", v.Optional)
		w.text("JavaScriptResource", v.Script)
		if len(v.Refused) > 0 {
			w.open("TrackingEvents")
			for _, u := range v.Refused {
				w.start("Tracking")
				w.attr("event", "verificationNotExecuted")
				w.text("Tracking", u)
			}
			w.end("TrackingEvents")
		}
		w.maybe("VerificationParameters", v.Parameters)
		w.end("Verification")
	}
	w.end("AdVerifications")
}

func (w *writer) startCreative(c *Creative) {
	w.start("Creative")
	w.attr("id", c.ID)
	w.attr("adId", c.AdID)
	w.inside()
}

func (w *writer) creative(c *Creative) {
	w.startCreative(c)
	if c.Linear != nil {
		w.linear(c.Linear)
	}
	if c.Overlay != nil {
		w.open("NonLinearAds")
		w.trackings(c.Overlay.Tracking)
		for i := range c.Overlay.Variants {
			w.variant(&c.Overlay.Variants[i])
		}
		w.end("NonLinearAds")
	}
	for _, id := range c.UniversalIDs {
		w.start("UniversalAdId")
		w.attr("idRegistry", id.Registry)
		w.text("UniversalAdId", id.Code)
	}
	w.end("Creative")
}

// outerCreative writes what a wrapper adds to the creative of the ad that it leads to.
func (w *writer) outerCreative(c *Creative) {
	w.startCreative(c)
	if c.Linear != nil {
		w.open("Linear")
		w.trackings(c.Linear.Tracking)
		w.clicks(&c.Linear.Clicks)
		w.end("Linear")
	}
	if c.Overlay != nil {
		w.open("NonLinearAds")
		w.trackings(c.Overlay.Tracking)
		for _, v := range c.Overlay.Variants {
			w.open("NonLinear")
			w.elements("NonLinearClickTracking", v.ClickTracking)
			w.end("NonLinear")
		}
		w.end("NonLinearAds")
	}
	w.end("Creative")
}

func (w *writer) linear(l *Linear) {
	w.start("Linear")
	if l.Skippable {
		w.duration("skipoffset", l.SkipAfter)
	}
	w.inside()
	w.trackings(l.Tracking)
	w.open("Duration")
	w.b = appendTime(w.b, l.Duration)
	w.end("Duration")
	w.open("MediaFiles")
	for i := range l.Media {
		w.media(&l.Media[i])
	}
	w.end("MediaFiles")
	w.clicks(&l.Clicks)
	w.end("Linear")
}

func (w *writer) media(m *MediaFile) {
	delivery := "progressive"
	if m.Streaming {
		delivery = "streaming"
	}
	w.start("MediaFile")
	w.attr("id", m.ID)
	w.attr("delivery", delivery)
	w.attr("type", m.Type)
	w.number("width", m.Width, 0)
	w.number("height", m.Height, 0)
	w.attr("codec", m.Codec)
	w.number("bitrate", m.Bitrate, 1)
	w.flag("scalable", m.Scalable)
	w.flag("maintainAspectRatio", m.KeepRatio)
	w.text("MediaFile", m.URL)
}

func (w *writer) clicks(c *Clicks) {
	if c.Through == "" && len(c.Tracking) == 0 {
		return
	}
	w.open("VideoClicks")
	w.elements("ClickTracking", c.Tracking)
	w.maybe("ClickThrough", c.Through)
	w.end("VideoClicks")
}

func (w *writer) variant(v *Variant) {
	w.start("NonLinear")
	w.attr("id", v.ID)
	w.number("width", v.Width, 0)
	w.number("height", v.Height, 0)
	w.flag("scalable", v.Scalable)
	w.flag("maintainAspectRatio", v.KeepRatio)
	if v.MinDuration > 0 {
		w.duration("minSuggestedDuration", v.MinDuration)
	}
	w.inside()
	w.maybe("HTMLResource", v.HTML)
	w.maybe("IFrameResource", v.Frame)
	if v.Picture != "" {
		w.start("StaticResource")
		w.attr("creativeType", v.PictureType)
		w.text("StaticResource", v.Picture)
	}
	w.maybe("NonLinearClickThrough", v.ClickThrough)
	w.elements("NonLinearClickTracking", v.ClickTracking)
	w.end("NonLinear")
}

func (w *writer) trackings(list []Tracking) {
	if len(list) == 0 {
		return
	}
	w.open("TrackingEvents")
	for _, t := range list {
		w.start("Tracking")
		w.attr("event", string(t.Event))
		if t.Event == Progress {
			w.duration("offset", t.After)
		}
		w.text("Tracking", t.URL)
	}
	w.end("TrackingEvents")
}
