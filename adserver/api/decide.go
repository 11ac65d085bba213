package api

import (
	"net/netip"
	"strings"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fastjson"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// maxBody bounds the JSON of a request for decisions, in bytes.
const maxBody = 64 << 10

// decisions answers with the ads of a page.
func (a *API) decisions(rc *fasthttp.RequestCtx) {
	h := &rc.Response.Header
	switch {
	case rc.IsOptions():
		h.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
		h.Set(fasthttp.HeaderAccessControlAllowMethods, "GET, POST")
		h.Set(fasthttp.HeaderAccessControlAllowHeaders, "Content-Type")
		h.Set(fasthttp.HeaderAccessControlMaxAge, "86400")
		rc.SetStatusCode(fasthttp.StatusNoContent)
		return
	case rc.IsPost():
	default:
		fail(rc, errMethod)
		return
	}
	w := a.works.Get().(*work) //nolint:forcetypeassert // nothing else is put there
	defer a.works.Put(w)
	if err := a.decide(rc, w); err != nil {
		fail(rc, err)
		return
	}
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
	h.SetContentType("application/json")
	rc.Response.SetBodyRaw(nil)
	rc.SetBody(a.append(w.body[:0], w))
}

// work is what an answer is made in, kept for the next.
type work struct {
	parser  fastjson.Parser
	request adserver.Request
	answer  adserver.Answer
	body    []byte
}

// decide reads the request and has the engine decide.
func (a *API) decide(rc *fasthttp.RequestCtx, w *work) error {
	body := rc.PostBody()
	if len(body) > maxBody {
		return fault.Invalidf("", "the request has more than %d bytes", maxBody)
	}
	v, err := w.parser.ParseBytes(body)
	if err != nil || v.Type() != fastjson.TypeObject {
		return fault.Invalidf("", "the request is not a JSON object")
	}
	r := reader{v: v}
	r.request(&w.request)
	if r.err != nil {
		return r.err
	}
	if err := a.whoever(rc, v, &w.request); err != nil {
		return err
	}
	return a.engine.Decide(&w.request, &w.answer)
}

// whoever finds out whose browser it is: of a publisher's server, which says so, or the one that asks, from a page of the publisher's.
func (a *API) whoever(rc *fasthttp.RequestCtx, v *fastjson.Value, r *adserver.Request) error {
	h := &rc.Request.Header
	r.Visitor = adserver.Visitor{} // of the request before
	if key := h.Peek(fasthttp.HeaderAuthorization); len(key) > 0 {
		if !a.owns(r.Publisher, key) {
			return errKey
		}
		r.Visitor.Agent = v.GetStringBytes("device", "ua")
		r.Visitor.IP, _ = netip.ParseAddr(string(v.GetStringBytes("device", "ip")))
		return nil
	}
	if origin := h.Peek(fasthttp.HeaderOrigin); len(origin) > 0 && !a.engine.Hosts(r.Publisher, hostOf(string(origin))) {
		return errOrigin
	}
	r.Visitor.IP, r.Visitor.Agent = a.cfg.Client(rc), h.UserAgent()
	r.Visitor.Mobile, r.Visitor.Platform = h.Peek("Sec-CH-UA-Mobile"), h.Peek("Sec-CH-UA-Platform")
	r.Consent.GPC = r.Consent.GPC || string(h.Peek("Sec-GPC")) == "1"
	r.Consent.DoNotTrack = string(h.Peek("DNT")) == "1"
	return nil
}

// hostOf is the host of an origin such as https://example.com:8443.
func hostOf(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	host, _, _ = strings.Cut(host, ":")
	return strings.ToLower(host)
}

// reader reads the fields of a request. The first that is wrong is kept.
type reader struct {
	v   *fastjson.Value
	err error
}

// wrong notes what is wrong with a field.
func (r *reader) wrong(field, text string) {
	if r.err == nil {
		r.err = fault.Invalidf(field, "%s", text)
	}
}

// text reads a text at a path, empty when there is none. It shares the parser's memory.
func (r *reader) text(v *fastjson.Value, field string, path ...string) string {
	got := v.Get(path...)
	if got == nil || got.Type() == fastjson.TypeNull {
		return ""
	}
	s, err := got.StringBytes()
	if err != nil {
		r.wrong(field, "must be a text")
		return ""
	}
	if len(s) > maxValue {
		r.wrong(field, "is too long")
		return ""
	}
	return b2s(s)
}

// Bounds of what a request tells.
const (
	maxValue = 8 << 10 // bytes; strings of consent are the longest
	maxList  = 64
)

// texts reads a list of texts into dst.
func (r *reader) texts(dst []string, v *fastjson.Value, field string, path ...string) []string {
	dst = dst[:0]
	got := v.Get(path...)
	if got == nil || got.Type() == fastjson.TypeNull {
		return dst
	}
	list, err := got.Array()
	if err != nil || len(list) > maxList {
		r.wrong(field, "must be a list of at most 64 texts")
		return dst
	}
	for _, item := range list {
		s, err := item.StringBytes()
		if err != nil {
			r.wrong(field, "must be a list of texts")
			return dst
		}
		dst = append(dst, b2s(s))
	}
	return dst
}

// fact reads what is true or false, false when nothing is said. What is neither is refused: an objection that was not understood would be none.
func (r *reader) fact(v *fastjson.Value, field, name string) bool {
	got := v.Get(name)
	if got == nil || got.Type() == fastjson.TypeNull {
		return false
	}
	yes, err := got.Bool()
	if err != nil {
		r.wrong(field, "must be true or false")
	}
	return yes
}

// number reads a whole number, zero when there is none.
func (r *reader) number(v *fastjson.Value, field, name string) int {
	got := v.Get(name)
	if got == nil || got.Type() == fastjson.TypeNull {
		return 0
	}
	n, err := got.Int()
	if err != nil {
		r.wrong(field, "must be a whole number")
	}
	return n
}

// request reads all but whose browser it is.
func (r *reader) request(q *adserver.Request) {
	q.Publisher = r.text(r.v, "publisher", "publisher")
	q.Preview = r.fact(r.v, "preview", "preview")
	r.page(&q.Page)
	r.user(q)
	r.slots(q)
}

func (r *reader) page(p *adserver.Page) {
	v := r.v
	p.Kind = r.text(v, "page.kind", "page", "kind")
	p.Event = r.text(v, "page.event", "page", "event")
	p.Venue = r.text(v, "page.venue", "page", "venue")
	p.City = r.text(v, "page.city", "page", "city")
	p.Country = r.text(v, "page.country", "page", "country")
	p.Region = r.text(v, "page.region", "page", "region")
	p.Language = r.text(v, "page.language", "page", "language")
	p.Query = r.text(v, "page.query", "page", "query")
	p.Genres = r.texts(p.Genres, v, "page.genres", "page", "genres")
	p.Categories = r.texts(p.Categories, v, "page.categories", "page", "categories")
}

func (r *reader) user(q *adserver.Request) {
	v, u := r.v, &q.User
	u.ID = r.text(v, "user.id", "user", "id")
	u.Age = r.text(v, "user.age", "user", "age")
	u.Gender = r.text(v, "user.gender", "user", "gender")
	u.Interests = r.texts(u.Interests, v, "user.interests", "user", "interests")
	u.Followed = r.texts(u.Followed, v, "user.followed", "user", "followed")
	u.Booked = r.texts(u.Booked, v, "user.booked", "user", "booked")
	u.Searched = r.texts(u.Searched, v, "user.searched", "user", "searched")
	r.consent(q)
}

var yes, no = true, false

func (r *reader) consent(q *adserver.Request) {
	c, v := &q.Consent, r.v.Get("user", "consent")
	sections := c.GPPSections[:0]
	*c = zeroConsent
	if v == nil {
		return
	}
	c.TCF = r.text(v, "user.consent.tcf", "tcf")
	c.GPP = r.text(v, "user.consent.gpp", "gpp")
	c.USPrivacy = r.text(v, "user.consent.us_privacy", "us_privacy")
	c.GPC, c.LimitTracking = r.fact(v, "user.consent.gpc", "gpc"), r.fact(v, "user.consent.lmt", "lmt")
	c.GDPR, c.Child = r.fact(v, "user.consent.gdpr", "gdpr"), r.fact(v, "user.consent.child", "child")
	for _, n := range v.GetArray("gpp_sid") {
		sections = append(sections, n.GetInt())
	}
	if len(sections) > 0 {
		c.GPPSections = sections
	}
	if personal := v.Get("personal"); personal != nil {
		c.Personal = &no
		if personal.Type() == fastjson.TypeTrue {
			c.Personal = &yes
		}
	}
}

func (r *reader) slots(q *adserver.Request) {
	q.Slots = q.Slots[:0]
	list := r.v.GetArray("slots")
	if len(list) > adserver.MaxSlots {
		r.wrong("slots", "has more than 20")
		return
	}
	for _, v := range list {
		s := adserver.Slot{ID: r.text(v, "slots.id", "id"), Placement: r.text(v, "slots.placement", "placement"), Count: r.number(v, "slots.count", "count")}
		if !word(s.ID) {
			r.wrong("slots.id", "must be of at most 64 letters, digits and -_.:")
		}
		q.Slots = append(q.Slots, s)
	}
}

// word reports whether a slot's name can be written as it is.
func word(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.', c == ':':
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}
