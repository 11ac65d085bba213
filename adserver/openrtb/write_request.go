package openrtb

import "time"

// AppendRequest writes a request behind dst and returns it. It writes what it is given: BuildRequest takes away what must not be told.
func AppendRequest(dst []byte, q *Request) []byte {
	w := writer{dst}
	w.open('{')
	w.text("id", q.ID)
	w.key("imp")
	w.open('[')
	for i := range q.Imps {
		w.element()
		w.imp(&q.Imps[i])
	}
	w.close(']')
	w.site(q.Site)
	w.app(q.App)
	w.device(&q.Device)
	w.user(&q.User)
	w.yes("test", q.Test)
	w.number("at", q.At)
	w.number("tmax", int(q.TMax/time.Millisecond))
	w.texts("wseat", q.Seats)
	w.texts("bseat", q.BlockedSeats)
	w.texts("cur", q.Cur)
	w.texts("bcat", q.BlockedCats)
	w.texts("badv", q.BlockedAdvertisers)
	w.regs(&q.Regs)
	w.source(&q.Source)
	w.close('}')
	return w.b
}

func (w *writer) imp(i *Imp) {
	w.open('{')
	w.text("id", i.ID)
	w.text("tagid", i.TagID)
	if b := i.Banner; b != nil {
		w.object("banner", func() { w.banner(b) })
	}
	if v := i.Video; v != nil {
		w.object("video", func() { w.video(v) })
	}
	if n := i.Native; n != nil {
		w.object("native", func() {
			w.text("request", n.Request)
			w.text("ver", n.Ver)
			w.numbers("api", n.API)
			w.numbers("battr", n.BAttr)
		})
	}
	w.yes("instl", i.Instl)
	w.yes("secure", i.Secure)
	w.price("bidfloor", i.Floor)
	w.text("bidfloorcur", i.FloorCur)
	w.seconds("exp", i.Exp)
	if i.Private || len(i.Deals) > 0 {
		w.object("pmp", func() { w.deals(i) })
	}
	w.close('}')
}

// object writes a field that is an object.
func (w *writer) object(name string, fields func()) {
	w.key(name)
	w.open('{')
	fields()
	w.close('}')
}

// maybe writes a field that is an object, unless nothing is in it.
func (w *writer) maybe(name string, fields func()) {
	before := len(w.b)
	w.key(name)
	w.open('{')
	empty := len(w.b)
	fields()
	if len(w.b) == empty {
		w.b = w.b[:before]
		return
	}
	w.close('}')
}

func (w *writer) deals(i *Imp) {
	w.yes("private_auction", i.Private)
	if len(i.Deals) == 0 {
		return
	}
	w.key("deals")
	w.open('[')
	for _, d := range i.Deals {
		w.element()
		w.open('{')
		w.text("id", d.ID)
		w.price("bidfloor", d.Floor)
		w.text("bidfloorcur", d.FloorCur)
		w.number("at", d.At)
		w.texts("wseat", d.Seats)
		w.close('}')
	}
	w.close(']')
}

func (w *writer) banner(b *Banner) {
	if len(b.Formats) > 0 {
		w.number("w", b.Formats[0].W)
		w.number("h", b.Formats[0].H)
		w.key("format")
		w.open('[')
		for _, f := range b.Formats {
			w.element()
			w.open('{')
			w.number("w", f.W)
			w.number("h", f.H)
			w.close('}')
		}
		w.close(']')
	}
	w.numbers("btype", b.BType)
	w.numbers("battr", b.BAttr)
	w.number("pos", b.Pos)
	w.texts("mimes", b.Mimes)
	w.numbers("api", b.API)
}

func (w *writer) video(v *Video) {
	w.texts("mimes", v.Mimes)
	w.numbers("protocols", v.Protocols)
	w.seconds("minduration", v.Min)
	w.seconds("maxduration", v.Max)
	w.number("w", v.W)
	w.number("h", v.H)
	w.key("startdelay")
	w.b = appendInt(w.b, v.StartDelay)
	w.number("plcmt", v.Plcmt)
	w.number("linearity", v.Linearity)
	w.yes("skip", v.Skip)
	w.numbers("battr", v.BAttr)
	w.numbers("playbackmethod", v.PlaybackMethod)
	w.numbers("api", v.API)
	w.number("pos", v.Pos)
	w.number("sequence", v.Sequence)
	w.text("podid", v.PodID)
	w.number("maxseq", v.MaxSeq)
	w.seconds("poddur", v.PodDur)
}

func (w *writer) site(s *Site) {
	if s == nil {
		return
	}
	w.object("site", func() {
		w.text("id", s.ID)
		w.text("name", s.Name)
		w.text("domain", s.Domain)
		w.text("page", s.Page)
		w.text("ref", s.Ref)
		w.text("search", s.Search)
		w.text("keywords", s.Keywords)
		w.texts("cat", s.Cat)
		w.texts("sectioncat", s.SectionCat)
		w.texts("pagecat", s.PageCat)
		w.yes("mobile", s.Mobile)
		w.publisher(&s.Publisher)
		w.content(&s.Content)
	})
}

func (w *writer) app(a *App) {
	if a == nil {
		return
	}
	w.object("app", func() {
		w.text("id", a.ID)
		w.text("name", a.Name)
		w.text("bundle", a.Bundle)
		w.text("domain", a.Domain)
		w.text("storeurl", a.StoreURL)
		w.text("ver", a.Ver)
		w.text("keywords", a.Keywords)
		w.texts("cat", a.Cat)
		w.texts("sectioncat", a.SectionCat)
		w.texts("pagecat", a.PageCat)
		w.publisher(&a.Publisher)
		w.content(&a.Content)
	})
}

func (w *writer) publisher(p *Publisher) {
	w.maybe("publisher", func() {
		w.text("id", p.ID)
		w.text("name", p.Name)
		w.text("domain", p.Domain)
		w.texts("cat", p.Cat)
	})
}

func (w *writer) content(c *Content) {
	w.maybe("content", func() {
		w.text("id", c.ID)
		w.text("title", c.Title)
		w.text("genre", c.Genre)
		w.text("series", c.Series)
		w.text("artist", c.Artist)
		w.text("language", c.Language)
		w.text("keywords", c.Keywords)
		w.text("url", c.URL)
		w.texts("cat", c.Cat)
		w.seconds("len", c.Length)
		w.yes("livestream", c.Live)
	})
}

func (w *writer) device(d *Device) {
	w.maybe("device", func() {
		w.text("ua", d.UA)
		w.text("ip", d.IP)
		w.text("ipv6", d.IPv6)
		w.text("ifa", d.IFA)
		w.text("make", d.Make)
		w.text("model", d.Model)
		w.text("os", d.OS)
		w.text("osv", d.OSV)
		w.text("language", d.Language)
		w.number("devicetype", d.Type)
		w.number("w", d.W)
		w.number("h", d.H)
		w.yes("dnt", d.DoNotTrack)
		w.yes("lmt", d.LimitTracking)
		w.geo(&d.Geo)
	})
}

func (w *writer) geo(g *Geo) {
	w.maybe("geo", func() {
		if g.Located {
			w.key("lat")
			w.b = appendFloat(w.b, g.Lat)
			w.key("lon")
			w.b = appendFloat(w.b, g.Lon)
		}
		w.text("country", g.Country)
		w.text("region", g.Region)
		w.text("city", g.City)
		w.text("zip", g.Zip)
		w.text("metro", g.Metro)
		w.number("type", g.Type)
		w.number("utcoffset", g.UTCOffset)
	})
}

func (w *writer) user(u *User) {
	w.maybe("user", func() {
		w.text("id", u.ID)
		w.text("buyeruid", u.BuyerUID)
		w.number("yob", u.YOB)
		w.text("gender", u.Gender)
		w.text("keywords", u.Keywords)
		w.text("consent", u.Consent)
		w.geo(&u.Geo)
	})
}

func (w *writer) regs(g *Regs) {
	w.maybe("regs", func() {
		w.yes("coppa", g.COPPA)
		w.flag("gdpr", g.GDPR)
		w.text("us_privacy", g.USPrivacy)
		w.text("gpp", g.GPP)
		w.numbers("gpp_sid", g.GPPSID)
	})
}

func (w *writer) source(s *Source) {
	w.maybe("source", func() {
		w.text("tid", s.TID)
		if len(s.Nodes) == 0 {
			return
		}
		w.object("schain", func() {
			w.text("ver", s.Ver)
			w.key("complete")
			w.b = appendInt(w.b, bit(s.Complete))
			w.key("nodes")
			w.open('[')
			for _, n := range s.Nodes {
				w.element()
				w.open('{')
				w.text("asi", n.System)
				w.text("sid", n.Seller)
				w.text("rid", n.RequestID)
				w.text("name", n.Name)
				w.text("domain", n.Domain)
				w.number("hp", 1)
				w.close('}')
			}
			w.close(']')
		})
	})
}
