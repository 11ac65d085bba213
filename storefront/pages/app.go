package pages

import (
	"errors"
	"strconv"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/pwa"
)

// mountApp lists what makes an app of the site.
func (p *Pages) mountApp() {
	p.routes.addPublic(pwa.ManifestPath, p.manifest)
	p.routes.addPublic(pwa.OfflinePath, p.offline)
	p.routes.add(fasthttp.MethodPost, pwa.ForgetPath, p.forget)
}

// manifest is the web app manifest of the site in a language.
func (p *Pages) manifest(r *request) error {
	icons := []pwa.Icon{{Src: p.files.Path("icon.svg"), Sizes: "any", Type: svgType}}
	if r.site.Brand.ID != "" {
		icons = nil // the built-in one is ours
	}
	for _, i := range appIcons {
		if i.Square {
			continue
		}
		size := strconv.Itoa(i.Size)
		icon := pwa.Icon{Src: p.iconHref(r, i.Name), Sizes: size + "x" + size, Type: pngType}
		if i.Maskable {
			icon.Purpose = "maskable"
		}
		icons = append(icons, icon)
	}
	r.publish(fullyFresh)
	r.rc.SetContentType(pwa.ManifestType)
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cachePublic)
	r.rc.SetBody(pwa.Manifest(pwa.AppOf(p.siteName(r), r.site, r.p, icons...)))
	return nil
}

// offline is the page that stands for one that cannot be had.
func (p *Pages) offline(r *request) error {
	f := p.frame(r, r.p.T("pwa.offline_title"))
	f.Hidden = true
	r.publish(fullyFresh)
	return r.show(fasthttp.StatusOK, cachePublic, offlinePage(f))
}

// forget has the browser forget all that it has of the site.
func (p *Pages) forget(r *request) error {
	if err := errors.Join(p.forgetVisitor(r), p.forgetForAds(r)); err != nil {
		return err // the browser still knows who it is, and may try again
	}
	pwa.Forget(r.rc, web.Cookie{Name: languageCookie}, web.Cookie{Name: cityCookie}, web.Cookie{Name: personalCookie}, web.Cookie{Name: adsCookie})
	f := p.frame(r, r.p.T("pwa.forgotten_title")).own()
	f.Manifest = ""
	return r.show(fasthttp.StatusOK, cacheNever, forgottenPage(f))
}

// addApp has the page take part in the app.
func (f *frame) addApp(p *Pages, r *request) {
	f.Manifest = r.path(pwa.ManifestPath)
	f.AppleIcon = p.iconHref(r, "apple-180")
	f.Light, f.Dark = r.site.Colour("surface"), r.site.DarkColour("surface")
}
