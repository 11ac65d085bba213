package api

import (
	"bytes"
	_ "embed"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
)

// script is what pages of publishers load: see tag.js.
//
//go:embed tag.js
var script []byte

// tag answers with the script. Its address has no version, so browsers ask again after an hour.
func (a *API) tag(rc *fasthttp.RequestCtx) {
	h := &rc.Response.Header
	h.SetContentType("text/javascript; charset=utf-8")
	h.Set(fasthttp.HeaderCacheControl, "public, max-age=3600")
	h.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	rc.SetBody(script)
}

func (a *API) stylesheet(rc *fasthttp.RequestCtx) {
	h := &rc.Response.Header
	h.SetContentType("text/css; charset=utf-8")
	h.Set(fasthttp.HeaderCacheControl, "public, max-age=3600")
	rc.SetBody(pageCSS)
}

// frame answers with a page that is one ad, for pages without JavaScript: <iframe src="…/frame?publisher=demo&placement=home-banner&width=970&height=250">.
// Nothing is known there of who looks, so it is chosen by the place alone.
func (a *API) frame(rc *fasthttp.RequestCtx) {
	args := rc.QueryArgs()
	r := adserver.Request{
		Publisher: string(args.Peek("publisher")), Slots: []adserver.Slot{{ID: "1", Placement: string(args.Peek("placement"))}},
		Page: adserver.Page{City: string(args.Peek("city")), Language: string(args.Peek("language"))},
	}
	r.Visitor.IP, r.Visitor.Agent = a.cfg.Client(rc), rc.Request.Header.UserAgent()
	var answer adserver.Answer
	if err := a.engine.Decide(&r, &answer); err != nil {
		fail(rc, err)
		return
	}
	var page bytes.Buffer
	if err := framePage(frameOf(a.base, &answer)).Render(rc, &page); err != nil {
		fail(rc, err)
		return
	}
	html(rc, page.Bytes())
	rc.Response.Header.Set(fasthttp.HeaderContentSecurityPolicy, framePolicy+"; frame-ancestors "+ancestors(a.engine.HostsOf(r.Publisher))+"; "+sandbox)
	rc.Response.Header.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// framePolicy is that of a page that is one ad, and so of the code in it, which may have style. Our own links open what they lead to.
const framePolicy = "default-src 'none'; img-src https: data: 'self'; style-src 'self' 'unsafe-inline'; frame-src 'none'; base-uri 'none'; form-action 'none'"

const sandbox = "sandbox allow-popups allow-popups-to-escape-sandbox"

// ancestors are who may have a publisher's ad in a frame, as a policy says it: pages of its hosts, and of what is below them, which are who may ask for ads.
// A browser that shows the frame counts it as seen, so that anybody else could have hidden ones paid for. Hosts of this computer, for trying, have any port.
func ancestors(hosts []string) string {
	var list []string
	for _, host := range hosts {
		switch name, err := ads.Domain("hosts", host); {
		case host == "127.0.0.1":
			list = append(list, "https://127.0.0.1:*", "http://127.0.0.1:*")
		case ads.Within(host, "localhost"):
			list = append(list, "https://"+host+":*", "https://*."+host+":*", "http://"+host+":*", "http://*."+host+":*")
		case err == nil:
			list = append(list, "https://"+name, "https://*."+name)
		}
	}
	if len(list) == 0 {
		return "'none'"
	}
	return strings.Join(list, " ")
}

// framed is what a frame shows.
type framed struct {
	Base       string
	Creative   *ads.Creative // nil for none
	Advertiser string
	Token      string
}

func frameOf(base string, a *adserver.Answer) framed {
	f := framed{Base: base}
	if len(a.Ads) > 0 {
		f.Creative, f.Advertiser, f.Token = a.Ads[0].Creative, a.Ads[0].Advertiser, string(a.Ads[0].Token)
	}
	return f
}

func (f framed) click() string { return f.Base + "/c/" + f.Token }

func (f framed) image() (src, alt string) {
	part := f.Creative.Image
	if f.Creative.Format == ads.Native {
		part = f.Creative.Native.Image
	}
	return absolute(f.Base, part.URL), part.Alt
}

func px(n int) string { return strconv.Itoa(n) }
