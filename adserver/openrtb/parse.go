package openrtb

import (
	"net/netip"
	"slices"
	"time"

	"github.com/valyala/fastjson"
)

// maxSide bounds widths and heights in pixels.
const maxSide = 20_000

// ParseRequest reads a request and checks it. What it does not know it leaves out. Fields that came in ext before they had a place of their own are read
// there, too: regs.ext.gdpr, regs.ext.us_privacy, regs.ext.gpp, user.ext.consent and source.ext.schain. The document may have 256 KB.
func ParseRequest(data []byte) (*Request, error) {
	var q Request
	err := read(data, func(r *reader, v *fastjson.Value) { r.request(v, &q) })
	if err != nil {
		return nil, err
	}
	return &q, nil
}

func (r *reader) request(v *fastjson.Value, q *Request) {
	q.ID = r.text(v, "id")
	if q.ID == "" {
		r.fail("id", "must not be empty")
	}
	r.imps(v, q)
	r.place(v, q)
	q.Device = r.device(v)
	q.User = r.user(v)
	q.Regs = r.regs(v)
	q.Source = r.source(v)
	q.Test = r.yes(v, "test")
	if q.At = r.whole(v, "at", 0, 1000); q.At == 0 {
		q.At = 2
	}
	q.TMax = time.Duration(r.whole(v, "tmax", 0, 60_000)) * time.Millisecond
	if q.Cur = r.list(v, "cur"); slices.ContainsFunc(q.Cur, func(c string) bool { return !isCurrency(c) }) {
		r.fail("cur", "must be currencies of ISO 4217")
	}
	q.BlockedCats = r.list(v, "bcat")
	q.BlockedAdvertisers = r.list(v, "badv")
	q.Seats = r.list(v, "wseat")
	q.BlockedSeats = r.list(v, "bseat")
}

func (r *reader) place(v *fastjson.Value, q *Request) {
	if site, ok := r.enter(v, "site"); ok {
		q.Site = &Site{
			ID: r.text(site, "id"), Name: r.text(site, "name"), Domain: r.text(site, "domain"), Page: r.text(site, "page"), Ref: r.text(site, "ref"),
			Search: r.text(site, "search"), Keywords: r.text(site, "keywords"),
			Cat: r.list(site, "cat"), SectionCat: r.list(site, "sectioncat"), PageCat: r.list(site, "pagecat"),
			Mobile: r.yes(site, "mobile"), Publisher: r.publisher(site), Content: r.content(site),
		}
		r.leave()
	}
	if app, ok := r.enter(v, "app"); ok {
		q.App = &App{
			ID: r.text(app, "id"), Name: r.text(app, "name"), Bundle: r.text(app, "bundle"), Domain: r.text(app, "domain"),
			StoreURL: r.text(app, "storeurl"), Ver: r.text(app, "ver"), Keywords: r.text(app, "keywords"),
			Cat: r.list(app, "cat"), SectionCat: r.list(app, "sectioncat"), PageCat: r.list(app, "pagecat"),
			Publisher: r.publisher(app), Content: r.content(app),
		}
		r.leave()
	}
	if q.Site != nil && q.App != nil {
		r.fail("app", "must not be there beside site")
	}
}

func (r *reader) publisher(v *fastjson.Value) (p Publisher) {
	if v, ok := r.enter(v, "publisher"); ok {
		p = Publisher{ID: r.text(v, "id"), Name: r.text(v, "name"), Domain: r.text(v, "domain"), Cat: r.list(v, "cat")}
		r.leave()
	}
	return p
}

func (r *reader) content(v *fastjson.Value) (c Content) {
	if v, ok := r.enter(v, "content"); ok {
		c = Content{
			ID: r.text(v, "id"), Title: r.text(v, "title"), Genre: r.text(v, "genre"), Series: r.text(v, "series"), Artist: r.text(v, "artist"),
			Language: r.text(v, "language"), Keywords: r.text(v, "keywords"), URL: r.text(v, "url"), Cat: r.list(v, "cat"),
			Length: r.seconds(v, "len"), Live: r.yes(v, "livestream"),
		}
		r.leave()
	}
	return c
}

func (r *reader) device(v *fastjson.Value) (d Device) {
	if v, ok := r.enter(v, "device"); ok {
		d = Device{
			UA: r.text(v, "ua"), IP: r.address(v, "ip"), IPv6: r.address(v, "ipv6"), IFA: r.text(v, "ifa"),
			Make: r.text(v, "make"), Model: r.text(v, "model"), OS: r.text(v, "os"), OSV: r.text(v, "osv"), Language: r.text(v, "language"),
			Type: r.whole(v, "devicetype", 0, 1000), W: r.whole(v, "w", 0, maxSide), H: r.whole(v, "h", 0, maxSide),
			DoNotTrack: r.yes(v, "dnt"), LimitTracking: r.yes(v, "lmt"), Geo: r.geo(v),
		}
		r.leave()
	}
	return d
}

// address returns a field that is an IP address. A truncated one, as exchanges send it, must still be an address.
func (r *reader) address(v *fastjson.Value, key string) string {
	text := r.text(v, key)
	if text == "" {
		return ""
	}
	if _, err := netip.ParseAddr(text); err != nil {
		r.fail(key, "must be an IP address")
	}
	return text
}

func (r *reader) geo(v *fastjson.Value) (g Geo) {
	if v, ok := r.enter(v, "geo"); ok {
		g = Geo{
			Located: r.get(v, "lat") != nil && r.get(v, "lon") != nil,
			Lat:     r.number(v, "lat", -90, 90), Lon: r.number(v, "lon", -180, 180),
			Country: r.text(v, "country"), Region: r.text(v, "region"), City: r.text(v, "city"), Zip: r.text(v, "zip"), Metro: r.text(v, "metro"),
			Type: r.whole(v, "type", 0, 1000), UTCOffset: r.whole(v, "utcoffset", -24*60, 24*60),
		}
		r.leave()
	}
	return g
}

func (r *reader) user(v *fastjson.Value) (u User) {
	if v, ok := r.enter(v, "user"); ok {
		u = User{
			ID: r.text(v, "id"), BuyerUID: r.text(v, "buyeruid"), YOB: r.whole(v, "yob", 0, 9999), Gender: r.text(v, "gender"),
			Keywords: r.text(v, "keywords"), Consent: r.text(v, "consent"), Geo: r.geo(v),
		}
		if ext, ok := r.enter(v, "ext"); ok {
			if u.Consent == "" {
				u.Consent = r.text(ext, "consent")
			}
			r.leave()
		}
		r.leave()
	}
	return u
}

func (r *reader) regs(v *fastjson.Value) (g Regs) {
	if v, ok := r.enter(v, "regs"); ok {
		g = r.regsOf(v)
		g.COPPA = r.yes(v, "coppa")
		if ext, ok := r.enter(v, "ext"); ok {
			g = g.or(r.regsOf(ext))
			r.leave()
		}
		r.leave()
	}
	return g
}

func (r *reader) regsOf(v *fastjson.Value) Regs {
	return Regs{GDPR: r.flag(v, "gdpr"), USPrivacy: r.text(v, "us_privacy"), GPP: r.text(v, "gpp"), GPPSID: r.wholes(v, "gpp_sid")}
}

// or fills what is not said from another.
func (g Regs) or(other Regs) Regs {
	if g.GDPR == Unsaid {
		g.GDPR = other.GDPR
	}
	if g.USPrivacy == "" {
		g.USPrivacy = other.USPrivacy
	}
	if g.GPP == "" {
		g.GPP = other.GPP
	}
	if g.GPPSID == nil {
		g.GPPSID = other.GPPSID
	}
	return g
}

func (r *reader) source(v *fastjson.Value) (s Source) {
	if v, ok := r.enter(v, "source"); ok {
		s.TID = r.text(v, "tid")
		if !r.chain(v, &s) {
			if ext, ok := r.enter(v, "ext"); ok {
				r.chain(ext, &s)
				r.leave()
			}
		}
		r.leave()
	}
	return s
}

// chain reads a supply chain and reports whether there is one.
func (r *reader) chain(v *fastjson.Value, s *Source) bool {
	v, ok := r.enter(v, "schain")
	if !ok {
		return false
	}
	s.Complete, s.Ver = r.yes(v, "complete"), r.text(v, "ver")
	if s.Ver == "" {
		s.Ver = "1.0"
	}
	r.each(v, "nodes", MaxImps, func(v *fastjson.Value) {
		s.Nodes = append(s.Nodes, Node{
			System: r.text(v, "asi"), Seller: r.text(v, "sid"), RequestID: r.text(v, "rid"), Name: r.text(v, "name"), Domain: r.text(v, "domain"),
		})
	})
	r.leave()
	return true
}
