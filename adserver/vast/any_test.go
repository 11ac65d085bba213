package vast_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/vast"
	"github.com/marquee-tickets/marquee/adserver/vast/vasttest"
)

// draw makes documents that may be written.
type draw struct{ t *rapid.T }

func (d draw) text() string { return "x" + rapid.String().Draw(d.t, "text") }

func (d draw) yes() bool { return rapid.Bool().Draw(d.t, "yes") }

func (d draw) upTo(n int) int { return rapid.IntRange(0, n).Draw(d.t, "n") }

func (d draw) url() string { return "https://" + rapid.StringMatching(`[!-~]{1,30}`).Draw(d.t, "url") }

func (d draw) urls(least int) []string {
	var list []string
	for range least + d.upTo(2) {
		list = append(list, d.url())
	}
	return list
}

func (d draw) duration() time.Duration {
	return time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(24*time.Hour)-1).Draw(d.t, "duration"))
}

func (d draw) categories() []vast.Category {
	var list []vast.Category
	for range d.upTo(2) {
		list = append(list, vast.Category{Authority: d.url(), Code: d.text()})
	}
	return list
}

func (d draw) trackings() []vast.Tracking {
	var list []vast.Tracking
	for range d.upTo(3) {
		t := vast.Tracking{URL: d.url(), Event: rapid.SampledFrom([]vast.Event{vast.Start, vast.Complete, vast.Progress, vast.Close, vast.Loaded, vast.OtherInteraction}).Draw(d.t, "event")}
		if t.Event == vast.Progress {
			t.After = d.duration()
		}
		list = append(list, t)
	}
	return list
}

func (d draw) linear() *vast.Linear {
	l := &vast.Linear{
		Duration: d.duration(), Skippable: d.yes(), SkipAfter: d.duration(), Tracking: d.trackings(),
		Clicks: vast.Clicks{Through: d.url(), Tracking: d.urls(0)},
	}
	for range 1 + d.upTo(2) {
		l.Media = append(l.Media, vast.MediaFile{
			URL: d.url(), ID: d.text(), Type: d.text(), Streaming: d.yes(), Width: d.upTo(4000), Height: d.upTo(4000), Bitrate: d.upTo(9000), Codec: d.text(), Scalable: d.yes(), KeepRatio: d.yes(),
		})
	}
	return l
}

func (d draw) overlay() *vast.Overlay {
	o := &vast.Overlay{Tracking: d.trackings()}
	for range 1 + d.upTo(2) {
		v := vast.Variant{ID: d.text(), Width: 1 + d.upTo(900), Height: 1 + d.upTo(300), MinDuration: d.duration(), Scalable: d.yes(), ClickThrough: d.url(), ClickTracking: d.urls(0)}
		switch d.upTo(2) {
		case 0:
			v.HTML = d.text()
		case 1:
			v.Frame = d.url()
		default:
			v.Picture, v.PictureType = d.url(), d.text()
		}
		o.Variants = append(o.Variants, v)
	}
	return o
}

func (d draw) ad() vast.Ad {
	a := vast.Ad{
		ID: d.text(), Sequence: d.upTo(5), System: d.text(), Impressions: d.urls(1), Errors: d.urls(0), Viewable: d.urls(0), ServingID: d.text(), Title: d.text(),
		Advertiser: d.text(), Description: d.text(), Categories: d.categories(), Expires: d.duration(),
	}
	if d.yes() {
		a.Pricing = &vast.Price{Model: vast.CPV, Currency: "INR", Nano: rapid.Int64Range(0, 1<<62).Draw(d.t, "nano")}
	}
	for range d.upTo(2) {
		a.Verifications = append(a.Verifications, vast.Verification{Vendor: d.text(), Script: d.url(), Optional: d.yes(), Parameters: d.text(), Refused: d.urls(0)})
	}
	if d.yes() {
		a.Wrapper = &vast.Wrapper{TagURI: d.url(), FollowAdditional: d.yes(), AllowMultiple: d.yes(), FallbackOnNoAd: d.yes(), BlockedCategories: d.categories()}
		a.Creatives = []vast.Creative{{Linear: &vast.Linear{Tracking: d.trackings(), Clicks: vast.Clicks{Tracking: d.urls(0)}}}}
		return a
	}
	for range 1 + d.upTo(2) {
		c := vast.Creative{ID: d.text(), AdID: d.text(), UniversalIDs: []vast.UniversalID{{Registry: d.text(), Code: d.text()}}}
		if d.yes() {
			c.Linear = d.linear()
		} else {
			c.Overlay = d.overlay()
		}
		a.Creatives = append(a.Creatives, c)
	}
	return a
}

// Every document that Check lets pass follows the rules, and the ads stand in it in their order.
func TestAnyDocument_FollowsTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw{t}
		var in vast.Document
		for range d.upTo(3) {
			in.Ads = append(in.Ads, d.ad())
		}
		if len(in.Ads) == 0 {
			in.Errors = d.urls(0)
		}
		doc, err := vast.Append(nil, in)
		require.NoError(t, err)
		require.NoError(t, vasttest.Validate(doc), "%s", doc)
		said, err := vasttest.Values(doc)
		require.NoError(t, err)
		var ids, titles []string
		for _, a := range in.Ads {
			ids = append(ids, carried(a.ID))
			if a.Wrapper == nil {
				titles = append(titles, returned(carried(a.Title)))
			}
		}
		assert.Equal(t, ids, said["Ad@id"])
		var got []string
		for _, title := range said["AdTitle"] {
			got = append(got, returned(title))
		}
		assert.Equal(t, titles, got)
		if len(in.Ads) == 0 {
			assert.Equal(t, in.Errors, said["Error"])
		}
	})
}

// returned is a text whose ends of lines are all alike, as XML has them.
func returned(s string) string { return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s) }

// carried is what XML carries of a text.
func carried(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, s)
}
