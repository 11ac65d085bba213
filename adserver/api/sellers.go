package api

import (
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/sellers"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// directory is what says who may sell, made once for each version of the catalogue.
type directory struct {
	version      int64
	text         []byte // ads.txt
	sellers      []byte // sellers.json
	textErr, err error
}

// directories keeps the newest.
type directories struct{ newest atomic.Pointer[directory] }

var errNoDomain = fault.NotFoundf("this server is reached by no domain name, so that it sells nothing for others")

// domain is the one that we are known by in ads.txt; empty where the server is reached by an address or a name without a point.
func (a *API) domain() string {
	u, err := url.Parse(a.base)
	if err != nil {
		return ""
	}
	name, err := ads.Domain("", u.Hostname())
	if err != nil {
		return ""
	}
	return name
}

// adsTxt answers with what publishers put into the ads.txt of their sites for us to sell their places: /ads.txt has the records of all,
// /ads.txt?publisher=demo the file of one.
func (a *API) adsTxt(rc *fasthttp.RequestCtx) {
	if a.domain() == "" {
		fail(rc, errNoDomain)
		return
	}
	d := a.directory()
	text, err := d.text, d.textErr
	if slug := rc.QueryArgs().Peek("publisher"); len(slug) > 0 {
		text, err = a.adsTxtOf(string(slug))
	}
	if err != nil {
		fail(rc, err)
		return
	}
	public(rc, "text/plain; charset=utf-8", text)
}

func (a *API) adsTxtOf(slug string) ([]byte, error) {
	p, _, err := a.engine.Inventory(slug)
	if err != nil {
		return nil, err
	}
	s := seller(p)
	return a.appendAdsTxt(s.Domain, s)
}

func (a *API) appendAdsTxt(owner string, list ...sellers.Publisher) ([]byte, error) {
	f := sellers.AdsTxt{OwnerDomain: owner}
	if a.cfg.Contact != "" {
		f.Contacts = []string{a.cfg.Contact}
	}
	for _, p := range list {
		f.Records = append(f.Records, p.Record(a.domain(), ""))
	}
	return sellers.AppendAdsTxt(nil, f)
}

// sellersJSON answers with who is paid when an ad is sold through us.
func (a *API) sellersJSON(rc *fasthttp.RequestCtx) {
	switch d := a.directory(); {
	case a.domain() == "" || a.cfg.Contact == "":
		fail(rc, errNoDomain)
	case d.err != nil:
		fail(rc, d.err)
	default:
		public(rc, "application/json", d.sellers)
	}
}

// public answers with a file that anybody may have; crawlers read it once a day.
func public(rc *fasthttp.RequestCtx, kind string, body []byte) {
	h := &rc.Response.Header
	h.SetContentType(kind)
	h.Set(fasthttp.HeaderCacheControl, "public, max-age=3600")
	h.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
	h.Set(fasthttp.HeaderXContentTypeOptions, "nosniff")
	rc.SetBody(body)
}

// directory returns the newest, made anew when the catalogue has changed.
func (a *API) directory() *directory {
	version := a.engine.Version()
	if d := a.sellers.newest.Load(); d != nil && d.version == version {
		return d
	}
	d := &directory{version: version}
	var list []sellers.Publisher
	for _, p := range a.engine.Publishers() {
		list = append(list, seller(p))
	}
	d.text, d.textErr = a.appendAdsTxt("", list...)
	d.sellers, d.err = sellers.DirectoryJSON(sellers.Directory{ContactEmail: a.cfg.Contact, Publishers: list})
	a.sellers.newest.Store(d)
	return d
}

// seller is a publisher as sellers.json has it. One whose pages have no domain of their own, as when they are tried on this computer, is not named.
func seller(p ads.Publisher) sellers.Publisher {
	s := sellers.Publisher{ID: p.Account(), Name: p.Name, Kind: sellers.Owner}
	for _, host := range p.Hosts {
		if name, err := ads.Domain("", host); err == nil {
			s.Domain = strings.TrimPrefix(name, "www.")
			break
		}
	}
	s.Confidential = s.Domain == ""
	return s
}
