package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// adsPath is the page about ads. Pages that many share keep places free for them, which a script asks for by POST.
const adsPath = "/ads"

// adsCookie remembers whether a visitor has agreed that ads go by who he is and what he does: "yes" or "no". Scripts read it so that they
// tell nothing of those who have not.
const adsCookie = "ads"

// adCardAt is how many cards of a list stand before an ad among them.
const adCardAt = 3

// mountAds lists what is about ads; nothing where there are none.
func (p *Pages) mountAds() {
	if p.cfg.Ads.Source == nil {
		return
	}
	get, post := fasthttp.MethodGet, fasthttp.MethodPost
	p.routes.add(get, adsPath, p.ads)
	p.routes.add(post, adsPath, p.adsPart)
	p.routes.add(post, adsPath+"/choice", p.chooseAds)
	p.routes.add(post, adsPath+"/hide", p.hideAd)
	p.routes.add(post, adsPath+"/frame", p.adDocument)
}

// adPlaces are the places for ads that a page has, and what stands in them as long as there is no ad.
type adPlaces struct {
	Places []sponsor.Placement
	House  link
}

// has reports whether the page has a place.
func (a adPlaces) has(place sponsor.Placement) bool { return slices.Contains(a.Places, place) }

// number tells a place from the page's others.
func (a adPlaces) number(place sponsor.Placement) string {
	return strconv.Itoa(slices.Index(a.Places, place) + 1)
}

// placesOf are the places that the site has. Previews of brands have none: nobody who looks at one is worth an advertiser's money.
func (p *Pages) placesOf(r *request) []sponsor.Placement {
	if r.site.Preview {
		return nil
	}
	return p.cfg.Ads.At(r.site.Brand)
}

// sponsored gives a page those of some places that the site has, with what ads need. Only pages that many share call it, so that there are
// none where somebody reserves, pays or has tickets.
func (p *Pages) sponsored(r *request, f frame, places ...sponsor.Placement) frame {
	has := p.placesOf(r)
	f.Ads.Places = slices.DeleteFunc(places, func(place sponsor.Placement) bool { return !slices.Contains(has, place) })
	if len(f.Ads.Places) == 0 {
		return f
	}
	f.Ads.House = f.house(r)
	f.Styles, f.Scripts = append(f.Styles, p.files.Path("ads.css")), append(f.Scripts, p.files.Path("ads.js"))
	h := &r.rc.Response.Header
	h.Set(fasthttp.HeaderContentSecurityPolicy, p.cfg.Ads.Policy(string(h.Peek(fasthttp.HeaderContentSecurityPolicy))))
	return f
}

// house is the way to something of ours.
func (f frame) house(r *request) link {
	switch {
	case f.City.Slug != "":
		return link{Text: r.p.T("ads.house_city", locale.With("city", f.City.Name)), Href: r.path("/" + f.City.Slug + "/search")}
	case f.ForYou:
		return link{Text: r.p.T("foryou.link"), Href: r.path(forYouPath)}
	}
	return link{Text: r.p.T("site.my_tickets"), Href: r.path("/tickets")}
}

// adView is an ad on a page.
type adView struct {
	sponsor.Ad
	Label string // that it is one
	Name  string // of what it shows, for who does not see it
}

// adsPart answers the script of a page with the ads for some of its places, by the places' names; with nothing when there are none.
func (p *Pages) adsPart(r *request) error {
	if err := p.cfg.Throttle.Ads(web.Client(r.rc)); err != nil {
		return err
	}
	page, err := p.adPage(r, r.form("at"))
	if err != nil {
		return err
	}
	has := p.placesOf(r)
	var places []sponsor.Placement
	for _, s := range r.forms("place") {
		if place := sponsor.Placement(s); slices.Contains(has, place) && !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	ads := p.chooseFor(r, page, places)
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cacheNever)
	if len(ads) == 0 {
		r.rc.SetStatusCode(fasthttp.StatusNoContent)
		return nil
	}
	parts := map[sponsor.Placement]string{}
	for _, a := range ads {
		var b bytes.Buffer
		if err := adContent(r.adView(a)).Render(speaking(r.ctx, r.p), &b); err != nil {
			return fmt.Errorf("write an ad: %w", err)
		}
		parts[a.Placement] = b.String()
	}
	r.rc.SetContentType("application/json")
	text := json.NewEncoder(r.rc)
	text.SetEscapeHTML(false) // nobody takes it for a page: nosniff
	return text.Encode(parts)
}

// chooseFor asks for ads for some places of a page, and leaves out what cannot be shown or what this browser has hidden. A source that
// fails or is slow leaves the page with what is ours.
func (p *Pages) chooseFor(r *request, page sponsor.Page, places []sponsor.Placement) []sponsor.Ad {
	if len(places) == 0 {
		return nil
	}
	w, err := p.adWish(r, page)
	if err != nil {
		p.cfg.Logger.Warn("ads chosen without a taste", slog.String("error", err.Error()))
	}
	w.Places = places
	ctx, cancel := context.WithTimeout(r.ctx, sponsor.Budget)
	defer cancel()
	list, err := p.cfg.Ads.Source.Choose(ctx, w)
	if err != nil {
		p.cfg.Logger.Debug("no ads", slog.String("error", err.Error()))
		return nil
	}
	hidden, seen := r.forms("hidden"), map[sponsor.Placement]bool{}
	return slices.DeleteFunc(list, func(a sponsor.Ad) bool {
		out := seen[a.Placement] || !slices.Contains(places, a.Placement) || !p.cfg.Ads.Shows(a) || a.Creative != 0 && slices.Contains(hidden, strconv.FormatInt(a.Creative, 10))
		seen[a.Placement] = seen[a.Placement] || !out
		return out
	})
}

// adView is an ad with its words in the language of the page.
func (r *request) adView(a sponsor.Ad) adView {
	v := adView{Ad: a, Label: r.p.T("ads.label"), Name: a.Alt}
	if a.Placement == sponsor.Listing {
		v.Label = r.p.T("ads.sponsored")
	}
	switch {
	case v.Name != "":
	case a.Advertiser != "":
		v.Name = r.p.T("ads.frame", locale.With("advertiser", r.p.Isolate(a.Advertiser)))
	default:
		v.Name = v.Label
	}
	return v
}

// errNoDocument refuses a frame without a document.
var errNoDocument = fault.Invalidf("document", "must not be empty")

// adDocument gives a document that a page got for an ad to the frame that it is for. It is nobody's origin and can run no script, whoever
// sends it.
func (p *Pages) adDocument(r *request) error {
	document := r.form("document")
	if document == "" {
		return errNoDocument
	}
	h := &r.rc.Response.Header
	h.Set(fasthttp.HeaderContentSecurityPolicy, p.cfg.Ads.FramePolicy())
	h.Set(fasthttp.HeaderCacheControl, cacheNever)
	r.rc.SetContentType("text/html; charset=utf-8")
	r.rc.SetBodyString(`<!DOCTYPE html><meta charset="utf-8"><style>body{margin:0}</style>` + document)
	return nil
}

// maxHide bounds what hides an ad, in bytes.
const maxHide = 4096

// hideAd has an ad shown no more. The page has hidden it already, so that a source that fails is no matter for the visitor.
func (p *Pages) hideAd(r *request) error {
	if err := p.cfg.Throttle.Deed(web.Client(r.rc)); err != nil {
		return err
	}
	token := r.form("ad")
	if token == "" || !web.IsWord(token, maxHide) {
		return fault.Invalidf("ad", "must be that of an ad")
	}
	if err := p.cfg.Ads.Source.Hide(r.ctx, token); err != nil && !errors.Is(err, context.Canceled) {
		p.cfg.Logger.Warn("ad not hidden", slog.String("error", err.Error()))
	}
	return r.done("/")
}

// ads is the page about ads.
func (p *Pages) ads(r *request) error {
	if len(p.placesOf(r)) == 0 {
		return errNoPage
	}
	f := p.frame(r, r.p.T("ads.link")).own()
	return r.show(fasthttp.StatusOK, cacheNever, adsPage(f, r.answered(adsCookie)))
}

// chooseAds takes the answer to whether ads may go by who the visitor is. Who ends it is forgotten.
func (p *Pages) chooseAds(r *request) error {
	answer := web.Cookie{Name: adsCookie, Value: "no", MaxAge: rememberFor, Scripts: true}
	if r.form(adsCookie) == "yes" {
		answer.Value = "yes"
		web.EnsureVisitor(r.rc)
	} else if err := p.forgetForAds(r); err != nil {
		return err
	}
	web.SetCookie(r.rc, answer)
	return r.done(adsPath)
}

// forgetForAds has a visitor forgotten who has agreed that ads go by what he does. Others are not known.
func (p *Pages) forgetForAds(r *request) error {
	visitor := web.Visitor(r.rc)
	if p.cfg.Ads.Source == nil || visitor == "" || string(r.rc.Request.Header.Cookie(adsCookie)) != "yes" {
		return nil
	}
	if err := p.cfg.Ads.Source.Forget(r.ctx, visitor); err != nil {
		return fmt.Errorf("forget a visitor's taste in ads: %w", err)
	}
	return nil
}
