package api

import (
	"net/netip"
	"strings"

	"golang.org/x/text/language"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// visitor is what a request for bids says of who looks at which page.
func (b *bidding) visitor() adserver.Request {
	q := b.q
	r := adserver.Request{
		Publisher: b.publisher.Slug, Preview: q.Test, Page: pageOf(q), User: userOf(&q.User, b.year()), Consent: consentOf(q),
		Visitor: adserver.Visitor{Agent: []byte(q.Device.UA)},
	}
	address := q.Device.IP
	if address == "" {
		address = q.Device.IPv6
	}
	r.Visitor.IP, _ = netip.ParseAddr(address) // which was checked; without one it is nowhere
	return r
}

// year is the one it is, for ages.
func (b *bidding) year() int { return b.api.cfg.Now().Year() }

func consentOf(q *openrtb.Request) consent.Strings {
	return consent.Strings{
		TCF: q.User.Consent, GPP: q.Regs.GPP, GPPSections: q.Regs.GPPSID, USPrivacy: q.Regs.USPrivacy, GDPR: q.Regs.GDPR == openrtb.Yes,
		Child: q.Regs.COPPA, LimitTracking: q.Device.LimitTracking, DoNotTrack: q.Device.DoNotTrack, Country: place(q).Country,
	}
}

// place is where the device is, or else the person is at home.
func place(q *openrtb.Request) *openrtb.Geo {
	if q.Device.Geo != (openrtb.Geo{}) {
		return &q.Device.Geo
	}
	return &q.User.Geo
}

// pageOf is what is around the ads. Values are texts of strangers: they are compared with what lines ask for, and nothing else.
func pageOf(q *openrtb.Request) adserver.Page {
	geo := place(q)
	p := adserver.Page{Country: country(geo.Country), City: strings.ReplaceAll(strings.ToLower(geo.City), " ", "-"), Language: q.Device.Language}
	if p.Region = strings.ToUpper(geo.Region); p.Region != "" && !strings.Contains(p.Region, "-") && p.Country != "" {
		p.Region = p.Country + "-" + p.Region // ISO 3166-2 is the two of them
	}
	var content *openrtb.Content
	var lists [3][]string
	switch {
	case q.Site != nil:
		content, lists, p.Query = &q.Site.Content, [3][]string{q.Site.PageCat, q.Site.SectionCat, q.Site.Cat}, q.Site.Search
	case q.App != nil:
		content, lists = &q.App.Content, [3][]string{q.App.PageCat, q.App.SectionCat, q.App.Cat}
	default:
		return p
	}
	for _, list := range lists {
		p.Categories = append(p.Categories, list...)
	}
	p.Categories = append(p.Categories, content.Cat...)
	p.Categories = p.Categories[:min(len(p.Categories), maxList)]
	if content.Genre != "" {
		p.Genres = []string{strings.ToLower(content.Genre)}
	}
	if content.Language != "" {
		p.Language = content.Language
	}
	return p
}

// country is the code of two letters for one of three (ISO 3166-1); empty for what is none.
func country(code string) string {
	if code == "" {
		return ""
	}
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return region.String()
}

// maxUserID is how long the name of a person may be, in bytes; longer ones are nobody's.
const maxUserID = 128

func userOf(u *openrtb.User, year int) adserver.User {
	v := adserver.User{ID: u.BuyerUID}
	if v.ID == "" {
		v.ID = u.ID
	}
	if len(v.ID) > maxUserID {
		v.ID = ""
	}
	switch u.Gender {
	case "M":
		v.Gender = "male"
	case "F":
		v.Gender = "female"
	case "O":
		v.Gender = "other"
	}
	if u.YOB > 0 {
		v.Age = band(year - u.YOB)
	}
	for word := range strings.SplitSeq(u.Keywords, ",") {
		if word = strings.ToLower(strings.TrimSpace(word)); word != "" && len(v.Interests) < maxList {
			v.Interests = append(v.Interests, word)
		}
	}
	return v
}

// band is the band of ages that somebody is in; empty for who is under age, and for what is no age.
func band(age int) string {
	for _, b := range []struct {
		from int
		name string
	}{{120, ""}, {65, "65+"}, {55, "55-64"}, {45, "45-54"}, {35, "35-44"}, {25, "25-34"}, {18, "18-24"}} {
		if age >= b.from {
			return b.name
		}
	}
	return ""
}
