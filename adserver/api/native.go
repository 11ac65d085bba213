package api

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
)

// nativeAsk is what an impression wants of a native ad. Source: IAB Tech Lab, OpenRTB Native Ads 1.2, section 4.
type nativeAsk struct {
	assets   []nativeAsset
	rooted   bool // within an object "native", as the specification had it before 1.1
	trackers bool // 1.2: impressions are told by event trackers
}

// nativeAsset is one part of it.
type nativeAsset struct {
	id       int
	required bool
	part     nativePart
	most     int // characters; zero means any
}

// nativePart is what an asset is of a creative.
type nativePart int

const (
	noPart nativePart = iota // nothing that we have
	titlePart
	picturePart
	sponsorPart
	bodyPart
	actionPart
	landingPart
)

// Types of images and data (Native Ads 1.2, sections 7.4 and 7.5).
const (
	mainImage     = 3
	dataSponsored = 1
	dataDesc      = 2
	dataURL       = 11
	dataAction    = 12
)

// maxAssets bounds the parts of a native ad.
const maxAssets = 32

// readNative reads what is wanted; nil when it cannot be read, so that nothing is bid.
func readNative(text string) *nativeAsk {
	v, err := fastjson.Parse(text)
	if err != nil {
		return nil
	}
	n := &nativeAsk{}
	if root := v.Get("native"); root != nil {
		v, n.rooted = root, true
	}
	n.trackers = !strings.HasPrefix(string(v.GetStringBytes("ver")), "1.1") && !strings.HasPrefix(string(v.GetStringBytes("ver")), "1.0")
	list := v.GetArray("assets")
	if len(list) == 0 || len(list) > maxAssets {
		return nil
	}
	for _, asset := range list {
		n.assets = append(n.assets, readAsset(asset))
	}
	return n
}

func readAsset(v *fastjson.Value) nativeAsset {
	a := nativeAsset{id: v.GetInt("id"), required: v.GetInt("required") == 1}
	switch {
	case v.Exists("title"):
		a.part, a.most = titlePart, v.GetInt("title", "len")
	case v.Exists("img"):
		if kind := v.GetInt("img", "type"); kind == mainImage || kind == 0 {
			a.part = picturePart
		}
	case v.Exists("data"):
		a.most = v.GetInt("data", "len")
		a.part = map[int]nativePart{dataSponsored: sponsorPart, dataDesc: bodyPart, dataAction: actionPart, dataURL: landingPart}[v.GetInt("data", "type")]
	}
	return a
}

// said is what a creative says in an asset; false when it has nothing for it, or more than fits.
func (a *nativeAsset) said(c *ads.Creative, advertiser, landing string) (string, bool) {
	var text string
	switch a.part {
	case titlePart:
		text = c.Native.Title
	case picturePart:
		return c.Native.Image.URL, true
	case sponsorPart:
		text = advertiser
	case bodyPart:
		text = c.Native.Body
	case actionPart:
		text = c.Native.Action
	case landingPart:
		text = landing
	case noPart:
		return "", false
	}
	return text, a.most == 0 || utf8.RuneCountInString(text) <= a.most
}

// fits reports whether a creative has all that must be there.
func (n *nativeAsk) fits(c *ads.Creative, advertiser, landing string) bool {
	for i := range n.assets {
		if _, ok := n.assets[i].said(c, advertiser, landing); !ok && n.assets[i].required {
			return false
		}
	}
	return true
}

// The answer's own form (Native Ads 1.2, section 5).
type nativeAnswer struct {
	Ver      string          `json:"ver,omitempty"`
	Assets   []nativeSaid    `json:"assets"`
	Link     nativeLink      `json:"link"`
	Pixels   []string        `json:"imptrackers,omitempty"`
	Trackers []nativeTracker `json:"eventtrackers,omitempty"`
}

type nativeSaid struct {
	ID    int          `json:"id"`
	Title *nativeTitle `json:"title,omitempty"`
	Img   *nativeLink  `json:"img,omitempty"`
	Data  *nativeData  `json:"data,omitempty"`
}

type nativeTitle struct {
	Text string `json:"text"`
}

type nativeData struct {
	Value string `json:"value"`
}

type nativeLink struct {
	URL string `json:"url"`
}

type nativeTracker struct {
	Event  int    `json:"event"`  // 1: impression
	Method int    `json:"method"` // 1: a picture
	URL    string `json:"url"`
}

// answer is the ad in the exchange's form.
func (n *nativeAsk) answer(t tracker, ad *adserver.Ad) (string, error) {
	out := nativeAnswer{Ver: "1.2", Link: nativeLink{t.path("/c/")}}
	if n.trackers {
		out.Trackers = []nativeTracker{{Event: 1, Method: 1, URL: t.path("/v/")}}
	} else {
		out.Ver, out.Pixels = "1.1", []string{t.path("/v/")}
	}
	for i := range n.assets {
		a := &n.assets[i]
		text, ok := a.said(ad.Creative, ad.Advertiser, ad.Landing)
		if !ok {
			continue
		}
		said := nativeSaid{ID: a.id}
		switch a.part {
		case titlePart:
			said.Title = &nativeTitle{text}
		case picturePart:
			said.Img = &nativeLink{absolute(t.base, text)}
		case sponsorPart, bodyPart, actionPart, landingPart:
			said.Data = &nativeData{text}
		case noPart:
		}
		out.Assets = append(out.Assets, said)
	}
	var root any = out
	if n.rooted {
		root = map[string]any{"native": out}
	}
	text, err := json.Marshal(root)
	return string(text), err
}
