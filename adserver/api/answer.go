package api

import (
	"encoding/json"
	"strconv"
	"unsafe"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/consent"
)

var zeroConsent consent.Strings

// b2s is a string over bytes that are not changed while it is used: those of a request, until it is answered.
func b2s(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) } //nolint:gosec // see above; a copy of each field is a third of the garbage of a request

// description is what an answer says of a creative.
type description struct {
	Creative   ads.CreativeID `json:"creative"`
	Kind       ads.Format     `json:"kind"`
	Width      int            `json:"width,omitempty"`
	Height     int            `json:"height,omitempty"`
	Label      string         `json:"label"`
	Advertiser string         `json:"advertiser"`
	Image      *image         `json:"image,omitempty"`
	HTML       string         `json:"html,omitempty"`
	Native     *native        `json:"native,omitempty"`
	Video      *video         `json:"video,omitempty"`
}

type image struct {
	Src string `json:"src"`
	Alt string `json:"alt"`
}

type native struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	CTA   string `json:"cta"`
	Image string `json:"image"`
	Alt   string `json:"alt"`
}

type video struct {
	Src     string `json:"src"`
	MIME    string `json:"mime"`
	Seconds int    `json:"seconds"`
	Tag     string `json:"tag,omitempty"`
}

// label is what an ad is called in English; publishers say it in the page's language.
const label = "Sponsored"

// Fragment returns what answers say of a creative, without the braces around: for adserver.Config.Fragment. base is where browsers reach uploads.
func Fragment(base string) func(c ads.Creative, advertiser string) []byte {
	return func(c ads.Creative, advertiser string) []byte {
		d := description{
			Creative: c.ID, Kind: c.Format, Width: c.Size.Width, Height: c.Size.Height, Label: label, Advertiser: advertiser, HTML: c.HTML,
		}
		switch c.Format {
		case ads.Image:
			d.Image = &image{absolute(base, c.Image.URL), c.Image.Alt}
		case ads.Native:
			n := c.Native
			d.Native = &native{n.Title, n.Body, n.Action, absolute(base, n.Image.URL), n.Image.Alt}
		case ads.Video:
			d.Video = &video{absolute(base, c.Video.URL), c.Video.MIME, c.Video.Seconds, c.Video.Tag}
		case ads.HTML:
		}
		text, err := json.Marshal(d)
		if err != nil {
			return nil // no field of it can fail
		}
		return text[1 : len(text)-1]
	}
}

// absolute is the address of a picture or video; uploads are ours.
func absolute(base, address string) string {
	if address != "" && address[0] == '/' {
		return base + address
	}
	return address
}

// append writes the answer. Names of slots and tokens need no escapes.
func (a *API) append(dst []byte, w *work) []byte {
	dst = append(dst, `{"request":"`...)
	dst = strconv.AppendUint(dst, w.answer.ID, 36)
	dst = append(dst, `","slots":[`...)
	for i := range w.request.Slots {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"id":"`...)
		dst = append(dst, w.request.Slots[i].ID...)
		dst = append(dst, `","ads":[`...)
		dst = a.appendAds(dst, w.answer.Ads, i)
		dst = append(dst, "]}"...)
	}
	dst = append(dst, "]}"...)
	w.body = dst
	return dst
}

// appendAds writes those of a slot.
func (a *API) appendAds(dst []byte, list []adserver.Ad, slot int) []byte {
	first := true
	for i := range list {
		if list[i].Slot != slot {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = a.appendAd(dst, &list[i])
	}
	return dst
}

func (a *API) appendAd(dst []byte, ad *adserver.Ad) []byte {
	dst = append(dst, '{')
	dst = append(dst, ad.Fragment...)
	for _, address := range [...]struct{ name, path string }{
		{`,"click":"`, "/c/"}, {`","view":"`, "/v/"}, {`","hide":"`, "/h/"}, {`","why":"`, "/why/"},
	} {
		dst = append(dst, address.name...)
		dst = append(dst, a.base...)
		dst = append(dst, address.path...)
		dst = append(dst, ad.Token...)
	}
	dst = append(dst, `","personal":`...)
	dst = strconv.AppendBool(dst, ad.Personal)
	return append(dst, '}')
}
