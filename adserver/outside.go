package adserver

import (
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// second is the kind of auction that bidders are told of: the winner pays what the next one would have.
const second = 2

// mayTell is what bidders may be told of the person: nothing by which it could be recognised, unless it may be known and have ads made for it.
func (w *work) mayTell() openrtb.May {
	return openrtb.May{Identify: w.personal && w.may.Store, Personalise: w.personal}
}

// bidRequest is what bidders are told of page, device and person, but for the places. What must not be told is taken away by package openrtb.
func (e *Engine) bidRequest(w *work, r *Request, p *publisher) *openrtb.Request {
	at := e.cfg.Sensors.Places.Lookup(r.Visitor.IP)
	country := or(r.Page.Country, at.Country)
	q := &openrtb.Request{
		ID: strconv.FormatUint(w.auction, 36), At: second, TMax: e.street.cfg.MostWait, Cur: []string{string(p.Currency)},
		BlockedCats: p.Blocked, BlockedAdvertisers: p.BlockedDomains, Site: siteOf(r, p), User: userTold(w, r), Regs: regsOf(&r.Consent, country),
		Device: openrtb.Device{
			UA: string(r.Visitor.Agent), Language: r.Page.Language, DoNotTrack: r.Consent.DoNotTrack, LimitTracking: r.Consent.LimitTracking,
			Geo: openrtb.Geo{Country: threeLetters(country), Region: or(r.Page.Region, at.Part), City: w.city},
		},
	}
	switch ip := r.Visitor.IP.Unmap(); {
	case ip.Is4():
		q.Device.IP = ip.String()
	case ip.Is6():
		q.Device.IPv6 = ip.WithZone("").String()
	}
	if system := e.street.cfg.Seller.System; system != "" {
		q.Source = openrtb.Source{Complete: true, Ver: "1.0", Nodes: []openrtb.Node{{System: system, Seller: p.Account()}}}
	}
	return q
}

func siteOf(r *Request, p *publisher) *openrtb.Site {
	s := &openrtb.Site{
		ID: p.Account(), Name: p.Name, Search: r.Page.Query, PageCat: r.Page.Categories, Publisher: openrtb.Publisher{ID: p.Account(), Name: p.Name},
		Content: openrtb.Content{Genre: strings.Join(r.Page.Genres, ","), Language: r.Page.Language},
	}
	if len(p.Hosts) > 0 {
		s.Domain, s.Publisher.Domain = p.Hosts[0], p.Hosts[0]
	}
	return s
}

// userTold is what the publisher may tell of somebody. The number is a keyed hash that only this publisher's visitor has.
func userTold(w *work, r *Request) openrtb.User {
	u := openrtb.User{Consent: r.Consent.TCF}
	if w.user != 0 {
		u.ID = strconv.FormatUint(w.user, 36)
	}
	if !w.personal {
		return u
	}
	u.Keywords = strings.Join(r.User.Interests, ",")
	switch r.User.Gender {
	case "male":
		u.Gender = "M"
	case "female":
		u.Gender = "F"
	case "other":
		u.Gender = "O"
	}
	return u
}

func regsOf(c *consent.Strings, country string) openrtb.Regs {
	g := openrtb.Regs{COPPA: c.Child, GDPR: openrtb.No, USPrivacy: c.USPrivacy, GPP: c.GPP, GPPSID: c.GPPSections}
	if c.GDPR || consent.NeedsConsent(or(c.Country, country)) {
		g.GDPR = openrtb.Yes
	}
	return g
}

// threeLetters is a code of ISO 3166-1 alpha-2 as alpha-3, which bidders are told; empty for what is none.
func threeLetters(country string) string {
	if country == "" {
		return ""
	}
	region, err := language.ParseRegion(country)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return region.ISO3()
}
