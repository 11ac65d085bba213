package vast

import (
	"fmt"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// day bounds times: they are written as a time of day.
const day = 24 * time.Hour

// blank stands where a URL is demanded and nobody wants to know.
const blank = "about:blank"

// Check returns nil when the document can be written, else a *fault.Error with the path of what is wrong.
func (d Document) Check() error {
	if len(d.Ads) > 0 && len(d.Errors) > 0 {
		return fault.Invalidf("errors", "belong to a document without ads; an ad has its own")
	}
	if err := urls("errors", d.Errors); err != nil {
		return err
	}
	for i := range d.Ads {
		if err := d.Ads[i].check(); err != nil {
			return err.In(at("ads", i))
		}
	}
	return nil
}

func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// first returns the first error of several.
func first(errs ...*fault.Error) *fault.Error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *Ad) check() *fault.Error {
	err := first(
		want("system", a.System), a.checkSequence(), urls("impressions", a.Impressions), urls("errors", a.Errors),
		urls("viewable", a.Viewable), a.Pricing.check(), categories("categories", a.Categories), checkExpires(a.Expires),
	)
	if err == nil && len(a.Impressions) == 0 {
		err = fault.Invalidf("impressions", "must not be empty; about:blank stands for nobody")
	}
	if err == nil {
		err = verifications(a.Verifications)
	}
	switch {
	case err != nil:
		return err
	case a.Wrapper != nil:
		return a.checkWrapper()
	default:
		return a.checkInline()
	}
}

// in puts an error inside an outer field.
func in(outer string, err *fault.Error) *fault.Error {
	if err == nil {
		return nil
	}
	return err.In(outer)
}

func (a *Ad) checkSequence() *fault.Error {
	if a.Sequence < 0 {
		return fault.Invalidf("sequence", "must not be negative")
	}
	return nil
}

func (a *Ad) checkInline() *fault.Error {
	if err := first(want("serving_id", a.ServingID), want("title", a.Title)); err != nil {
		return err
	}
	if len(a.Creatives) == 0 {
		return fault.Invalidf("creatives", "must not be empty")
	}
	for i := range a.Creatives {
		if err := a.Creatives[i].check(); err != nil {
			return err.In(at("creatives", i))
		}
	}
	return nil
}

func (a *Ad) checkWrapper() *fault.Error {
	w := a.Wrapper
	if err := first(link("tag_uri", w.TagURI), categories("blocked_categories", w.BlockedCategories)); err != nil {
		return err.In("wrapper")
	}
	for i := range a.Creatives {
		if err := a.Creatives[i].checkOuter(); err != nil {
			return err.In(at("creatives", i))
		}
	}
	return nil
}

// checkOuter checks what a wrapper adds to a creative. By the schema each variant of an overlay has one URL for clicks at most.
func (c *Creative) checkOuter() *fault.Error {
	if c.Linear != nil {
		if err := first(trackings(c.Linear.Tracking), c.Linear.Clicks.check()); err != nil {
			return err.In("linear")
		}
	}
	if c.Overlay == nil {
		return nil
	}
	for i, v := range c.Overlay.Variants {
		err := urls("click_tracking", v.ClickTracking)
		if len(v.ClickTracking) > 1 {
			err = fault.Invalidf("click_tracking", "of a wrapper is one at most")
		}
		if err != nil {
			return err.In(at("overlay.variants", i))
		}
	}
	return in("overlay", trackings(c.Overlay.Tracking))
}

func (c *Creative) check() *fault.Error {
	switch {
	case (c.Linear == nil) == (c.Overlay == nil):
		return fault.Invalidf("", "needs either a linear or an overlay")
	case len(c.UniversalIDs) == 0:
		return fault.Invalidf("universal_ids", "must not be empty; unknown, unknown stands for none")
	}
	for i, id := range c.UniversalIDs {
		if err := first(want("registry", id.Registry), want("code", id.Code)); err != nil {
			return err.In(at("universal_ids", i))
		}
	}
	if c.Linear != nil {
		return in("linear", c.Linear.check())
	}
	return in("overlay", c.Overlay.check())
}

func (l *Linear) check() *fault.Error {
	switch {
	case l.Duration < time.Millisecond || l.Duration >= day:
		return fault.Invalidf("duration", "must be a millisecond at least and under a day")
	case l.SkipAfter < 0 || l.SkipAfter >= day:
		return fault.Invalidf("skip_after", "must not be negative, and under a day")
	case len(l.Media) == 0:
		return fault.Invalidf("media", "must not be empty")
	}
	for i := range l.Media {
		m := &l.Media[i]
		err := first(link("url", m.URL), want("type", m.Type), size(m.Width, m.Height, 0))
		if err == nil && m.Bitrate < 0 {
			err = fault.Invalidf("bitrate", "must not be negative")
		}
		if err != nil {
			return err.In(at("media", i))
		}
	}
	return first(trackings(l.Tracking), l.Clicks.check())
}

func (c *Clicks) check() *fault.Error {
	err := urls("tracking", c.Tracking)
	if err == nil && c.Through != "" {
		err = link("through", c.Through)
	}
	return in("clicks", err)
}

func (o *Overlay) check() *fault.Error {
	if len(o.Variants) == 0 {
		return fault.Invalidf("variants", "must not be empty")
	}
	for i := range o.Variants {
		if err := o.Variants[i].check(); err != nil {
			return err.In(at("variants", i))
		}
	}
	return trackings(o.Tracking)
}

func (v *Variant) check() *fault.Error {
	n := 0
	var err *fault.Error
	if v.HTML != "" {
		n++
	}
	if v.Frame != "" {
		n++
		err = link("frame", v.Frame)
	}
	if v.Picture != "" {
		n++
		err = first(err, link("picture", v.Picture), want("picture_type", v.PictureType))
	}
	if v.ClickThrough != "" {
		err = first(err, link("click_through", v.ClickThrough))
	}
	switch {
	case n != 1:
		return fault.Invalidf("", "needs one of html, frame and picture")
	case v.MinDuration < 0 || v.MinDuration >= day:
		return fault.Invalidf("min_duration", "must not be negative, and under a day")
	default:
		return first(err, size(v.Width, v.Height, 1), urls("click_tracking", v.ClickTracking))
	}
}

func (p *Price) check() *fault.Error {
	switch {
	case p == nil:
		return nil
	case !p.Model.Valid():
		return fault.Invalidf("pricing.model", "is none of CPM, CPC, CPE and CPV")
	case p.Nano < 0:
		return fault.Invalidf("pricing.nano", "must not be negative")
	case len(p.Currency) != 3 || strings.Trim(p.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return fault.Invalidf("pricing.currency", "must be three capitals")
	}
	return nil
}

func checkExpires(d time.Duration) *fault.Error {
	if d < 0 {
		return fault.Invalidf("expires", "must not be negative")
	}
	return nil
}

func verifications(list []Verification) *fault.Error {
	for i, v := range list {
		if err := first(want("vendor", v.Vendor), link("script", v.Script), urls("refused", v.Refused)); err != nil {
			return err.In(at("verifications", i))
		}
	}
	return nil
}

func categories(field string, list []Category) *fault.Error {
	for i, c := range list {
		if err := first(link("authority", c.Authority), want("code", c.Code)); err != nil {
			return err.In(at(field, i))
		}
	}
	return nil
}

func trackings(list []Tracking) *fault.Error {
	for i, t := range list {
		err := link("url", t.URL)
		switch {
		case !t.Event.Valid():
			err = fault.Invalidf("event", "%q is not known", t.Event)
		case t.After < 0 || t.After >= day || t.After > 0 && t.Event != Progress:
			err = fault.Invalidf("after", "belongs to progress, is not negative, and under a day")
		}
		if err != nil {
			return err.In(at("tracking", i))
		}
	}
	return nil
}

func size(width, height, smallest int) *fault.Error {
	switch {
	case width < smallest:
		return fault.Invalidf("width", "must be %d at least", smallest)
	case height < smallest:
		return fault.Invalidf("height", "must be %d at least", smallest)
	}
	return nil
}

// want says that a text must not be empty.
func want(field, text string) *fault.Error {
	if strings.TrimSpace(text) == "" {
		return fault.Invalidf(field, "must not be empty")
	}
	return nil
}

func urls(field string, list []string) *fault.Error {
	for i, u := range list {
		if u == blank {
			continue
		}
		if err := link("", u); err != nil {
			return err.In(at(field, i))
		}
	}
	return nil
}

// link checks a URL that a player fetches. It is not parsed, as it may hold macros in brackets.
func link(field, u string) *fault.Error {
	if !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://") {
		return fault.Invalidf(field, "must begin with https:// or http://")
	}
	for i := range len(u) {
		if u[i] <= ' ' || u[i] >= 0x7f {
			return fault.Invalidf(field, "must be of visible ASCII; percent-encode the rest")
		}
	}
	return nil
}
