package storefront

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/brand"
)

// errNoSite says that nobody sells tickets at a host name, or not yet.
var errNoSite = fault.New(fault.NotFound, "no_such_site", "no tickets are sold at this address; check how it is spelt, or ask whoever gave it to you")

// enter finds out whose storefront a request is for and leaves it with the request. False means that the request has been
// answered: there is no such storefront.
func (s *Server) enter(rc *fasthttp.RequestCtx) bool {
	site, err := s.siteOf(rc)
	if err != nil {
		s.Fail(rc, err)
		return false
	}
	brand.Enter(rc, site)
	return true
}

// siteOf is the site of a request: that of a draft for who may preview it, else that of the host name.
func (s *Server) siteOf(rc *fasthttp.RequestCtx) (*brand.Site, error) {
	ctx := web.Context(rc)
	if err := s.renewBrands(ctx); err != nil {
		return nil, err
	}
	if brand.Previewing(rc) {
		if id, _, err := s.previews.Open(ctx, brand.TokenOf(rc), s.client.Now()); err == nil {
			if site, ok := s.brands.Draft(id); ok && s.shows(rc.Host(), site) {
				return site, nil
			}
		}
	}
	if site, ok := s.brands.Lookup(rc.Host()); ok {
		return site, nil
	}
	return nil, errNoSite
}

// shows reports whether a preview may be seen at a host name. It may not at another partner's: whoever has a link to a draft could
// send others by it to a shop of his own under the other's name.
func (s *Server) shows(host []byte, draft *brand.Site) bool {
	there, ok := s.brands.Lookup(host)
	return !ok || there.Sells(draft.Brand.PartnerID)
}

// brandsWithin is how long a request waits for brands to be read anew: part of its time, so that enough is left to find
// out that its page cannot be made and to serve the one that is kept.
const brandsWithin = 2 * time.Second

// renewBrands reads the brands again when those that are known may be old. When they cannot be read the known ones count: pages
// that are kept are served while nothing can be read, and they are those of a site.
func (s *Server) renewBrands(ctx context.Context) error {
	known := s.brands.Loaded()
	if known && s.current(s.client.Now()) {
		return nil
	}
	if known {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, brandsWithin)
		defer cancel()
	}
	err := s.brands.Load(ctx)
	if err != nil && known {
		s.log.WarnContext(ctx, "brands not read", slog.String("error", err.Error()))
		return nil
	}
	return err
}

// learnBrands takes in what has changed of brands, before the pages that show it are made anew.
func (s *Server) learnBrands(ctx context.Context, change *bms.Change) error {
	changed := change.Missed || !s.brands.Loaded()
	for _, tag := range change.Tags {
		changed = changed || strings.HasPrefix(tag, bms.BrandTag(""))
	}
	if !changed {
		return nil
	}
	// What is at the host names of no brand may have become a brand's, and the other way round.
	change.Tags = append(change.Tags, bms.BrandTag(""))
	return s.brands.Load(ctx)
}

// brandFile answers a request for a style sheet or a logo and reports whether there is one. One that this node has not heard of
// may be in a page of another that has.
func (s *Server) brandFile(rc *fasthttp.RequestCtx) bool {
	if s.brands.Serve(rc) {
		return true
	}
	if err := s.brands.Load(web.Context(rc)); err != nil {
		s.log.Warn("brands not read", slog.String("error", err.Error()))
		return false
	}
	return s.brands.Serve(rc)
}

// PreviewLink returns the path, with its query, that shows a brand as it is stored to whoever has it, until a time within
// brand.MaxPreview. It leads there on every host name of the storefront but those of other partners. Errors: an Invalid fault about until.
func (s *Server) PreviewLink(ctx context.Context, id catalog.BrandID, until time.Time) (string, error) {
	token, err := s.previews.Token(ctx, id, s.client.Now(), until)
	return brand.PreviewPath + "?t=" + token, err
}

// unkept has nobody keep an answer: it is part of a preview.
func unkept(rc *fasthttp.RequestCtx) {
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set("X-Robots-Tag", "noindex")
	h.Del(fasthttp.HeaderETag)
}

// preview begins the preview of a link, or ends it when the link has no token.
func (s *Server) preview(rc *fasthttp.RequestCtx) {
	rc.Response.Header.Set(fasthttp.HeaderReferrerPolicy, "no-referrer") // this address has the token
	token := string(rc.QueryArgs().Peek("t"))
	if token == "" {
		brand.Drop(rc)
		web.Redirect(rc, "/")
		return
	}
	now := s.client.Now()
	_, until, err := s.previews.Open(web.Context(rc), token, now)
	if err != nil {
		if s.enter(rc) {
			s.pages.Fail(rc, err)
		}
		return
	}
	brand.Keep(rc, token, now, until)
	web.Redirect(rc, "/")
}
