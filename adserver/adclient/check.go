package adclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what an ad may have. An ad that has more is left out.
const (
	maxPixels  = 10_000
	maxAddress = 4_096  // bytes
	maxText    = 1_000  // bytes
	maxHTML    = 64_000 // bytes
	maxAds     = 20     // of a slot
)

// errNonsense says that the server answered with something else than an answer.
var errNonsense = errors.New("the ad server's answer makes no sense")

// parse reads an answer and leaves out what was not asked for and ads that nobody could show.
func parse(body []byte, asked []Slot) (Response, error) {
	var r Response
	if err := json.Unmarshal(body, &r); err != nil {
		return Response{}, fmt.Errorf("%w: %w", errNonsense, err)
	}
	if r.Slots == nil {
		return Response{}, fmt.Errorf("%w: it has no slots", errNonsense)
	}
	seen := map[string]bool{}
	r.Slots = slices.DeleteFunc(r.Slots, func(s SlotAds) bool {
		known := !seen[s.ID] && slices.ContainsFunc(asked, func(a Slot) bool { return a.ID == s.ID })
		seen[s.ID] = true
		return !known
	})
	for i, s := range r.Slots {
		most := maxAds
		for _, a := range asked {
			if a.ID == s.ID {
				most = min(most, a.Count)
			}
		}
		ads := slices.DeleteFunc(s.Ads, func(a Ad) bool { return !a.usable() })
		r.Slots[i].Ads = ads[:min(len(ads), most)]
	}
	return r, nil
}

// usable reports whether the ad has what its kind needs, within bounds.
func (a Ad) usable() bool {
	texts := append([]string{a.Label, a.Advertiser}, a.Reasons...)
	addresses := []string{a.Click, a.View, a.Hide, a.Why}
	whole := false
	switch a.Kind {
	case KindImage:
		if a.Image != nil {
			texts, addresses = append(texts, a.Image.Alt), append(addresses, a.Image.Src)
			whole = a.Image.Src != "" && a.Click != "" && a.Width > 0 && a.Height > 0
		}
	case KindHTML:
		whole = a.HTML != "" && len(a.HTML) <= maxHTML && utf8.ValidString(a.HTML) && a.Click != "" && a.Width > 0 && a.Height > 0
	case KindNative:
		if a.Native != nil {
			texts, addresses = append(texts, a.Native.Title, a.Native.Body, a.Native.CTA), append(addresses, a.Native.Image)
			whole = a.Native.Title != "" && a.Click != ""
		}
	case KindVideo:
		whole = true // what plays it reads a document of its own
	}
	return whole && a.View != "" && a.Width >= 0 && a.Width <= maxPixels && a.Height >= 0 && a.Height <= maxPixels &&
		!slices.ContainsFunc(texts, func(s string) bool { return len(s) > maxText }) &&
		!slices.ContainsFunc(addresses, func(s string) bool { return s != "" && !isAddress(s) })
}

// isAddress reports whether s is an absolute address of the web.
func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxAddress && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// maxToken bounds a token in an address, in bytes.
const maxToken = 1_000

// errNoToken says that an address is none that hides an ad.
var errNoToken = errors.New("this is no address that hides an ad")

// hideToken is the token of an address ".../h/TOKEN". Nothing else of the address counts: whoever sends one cannot have the client ask
// another server, or for something else.
func hideToken(address string) (string, error) {
	i := strings.LastIndex(address, "/h/")
	if i < 0 {
		return "", errNoToken
	}
	token := address[i+len("/h/"):]
	if token == "" || len(token) > maxToken {
		return "", errNoToken
	}
	for _, c := range []byte(token) { // base64url (RFC 4648, section 5)
		if c != '-' && c != '_' && c != '=' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return "", errNoToken
		}
	}
	return token, nil
}
