package portal

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// request is one request, with what its path names.
type request struct {
	rc    *fasthttp.RequestCtx
	ctx   context.Context //nolint:containedctx // a request is passed down one call chain and kept nowhere
	p     *Portal
	who   viewer
	parts []crumb // the way to the page

	advertiser store.Kept[ads.Advertiser]
	campaign   store.Kept[ads.Campaign]
	line       store.Kept[ads.Line]
	creative   store.Kept[ads.Creative]
	publisher  store.Kept[ads.Publisher]
	placement  store.Kept[ads.Placement]
	other      map[string]uint32 // identifiers of what has pages of its own: payouts, findings, members
}

// resolve loads what the identifiers of a path name, from left to right, and compares whose it is. Whatever is not there, or is somebody
// else's, is the same: there is no such page.
func (r *request) resolve(ids []id) error {
	r.other = map[string]uint32{}
	for _, id := range ids {
		if err := r.load(id); err != nil {
			if fault.Is(err, fault.NotFound) {
				return errNoPage
			}
			return err
		}
	}
	return nil
}

func (r *request) load(id id) (err error) {
	db := r.p.db
	switch id.name {
	case "advertiser":
		if !r.who.mayBuyFor(ads.AdvertiserID(id.value)) {
			return errNoPage
		}
		r.advertiser, err = db.Advertisers.Get(r.ctx, ads.AdvertiserID(id.value))
	case "publisher":
		if !r.who.maySellFor(ads.PublisherID(id.value)) {
			return errNoPage
		}
		r.publisher, err = db.Publishers.Get(r.ctx, ads.PublisherID(id.value))
	case "campaign":
		r.campaign, err = db.Campaigns.Get(r.ctx, ads.CampaignID(id.value))
		return owned(err, r.campaign.Owner, r.advertiser.Owner)
	case "line":
		return r.loadLine(ads.LineID(id.value))
	case "creative":
		return r.loadCreative(ads.CreativeID(id.value))
	case "placement":
		r.placement, err = db.Placements.Get(r.ctx, ads.PlacementID(id.value))
		return owned(err, r.placement.Owner, r.publisher.Owner)
	default:
		r.other[id.name] = id.value
	}
	return err
}

// loadLine loads a line and the campaign above it.
func (r *request) loadLine(id ads.LineID) (err error) {
	if r.line, err = r.p.db.Lines.Get(r.ctx, id); err != nil {
		return err
	}
	if err = owned(nil, r.line.Owner, r.advertiser.Owner); err != nil {
		return err
	}
	r.campaign, err = r.p.db.Campaigns.Get(r.ctx, r.line.Value.Campaign)
	return err
}

// loadCreative loads a creative, and what is above it. For a reviewer the path names no advertiser: any may come.
func (r *request) loadCreative(id ads.CreativeID) (err error) {
	if r.creative, err = r.p.db.Creatives.Get(r.ctx, id); err != nil {
		return err
	}
	if r.advertiser.Owner == 0 && r.who.access()&(toReviewer|toAdmin) != 0 {
		if r.advertiser, err = r.p.db.Advertisers.Get(r.ctx, ads.AdvertiserID(r.creative.Owner)); err != nil {
			return err
		}
	}
	if err = owned(nil, r.creative.Owner, r.advertiser.Owner); err != nil {
		return err
	}
	return r.loadLine(r.creative.Value.Line)
}

// owned compares owners. Zero owns nothing.
func owned(err error, owner, want uint32) error {
	if err == nil && (owner != want || want == 0) {
		return errNoPage
	}
	return err
}

// by is who does it, for the log.
func (r *request) by() store.MemberID { return r.who.ID }

// zone is the time zone in which times of the page are.
func (r *request) zone() *time.Location {
	name := r.advertiser.Value.TimeZone
	if r.publisher.Owner != 0 {
		name = r.publisher.Value.TimeZone
	}
	if loc, err := time.LoadLocation(name); err == nil {
		return loc
	}
	return time.UTC
}

// form returns a value of the posted form, without spaces around it.
func (r *request) form(name string) string {
	if strings.HasPrefix(string(r.rc.Request.Header.ContentType()), "multipart/") {
		return strings.TrimSpace(string(r.rc.FormValue(name)))
	}
	return strings.TrimSpace(string(r.rc.PostArgs().Peek(name)))
}

// query returns a value of the address.
func (r *request) query(name string) string {
	return strings.TrimSpace(string(r.rc.QueryArgs().Peek(name)))
}

// redirect leads to a path below Prefix.
func (r *request) redirect(path string) { web.Redirect(r.rc, Prefix+path) }

// done leads to a page and says there what was done: a key of notices.
func (r *request) done(path, notice string) error {
	r.redirect(path + "?done=" + notice)
	return nil
}

func escape(s string) string { return url.QueryEscape(s) }

// crumb is a page above another.
type crumb struct{ Path, Text string }

// frame is what every page shows around its content.
type frame struct {
	Title  string
	Who    viewer
	Menus  []menu
	Here   string // path of the page, to mark it in a menu
	Crumbs []crumb
	Notice notice
}

func (r *request) frame(title string) frame {
	here := strings.TrimPrefix(string(r.rc.Path()), Prefix)
	return frame{Title: title, Who: r.who, Menus: r.menus(), Here: here, Crumbs: r.parts, Notice: r.notice()}
}

// show writes a page.
func (r *request) show(status int, page templ.Component) error {
	r.rc.Response.ResetBody()
	if err := page.Render(r.ctx, r.rc.Response.BodyWriter()); err != nil {
		return fmt.Errorf("render %s: %w", r.rc.Path(), err)
	}
	r.rc.SetStatusCode(status)
	r.rc.SetContentType("text/html; charset=utf-8")
	return nil
}

// fail writes the page for an error.
func (p *Portal) fail(r *request, err error) {
	problem := web.ProblemOf(err)
	if problem.Status >= fasthttp.StatusInternalServerError {
		p.cfg.Logger.ErrorContext(r.ctx, "portal page failed",
			slog.String("request_id", web.RequestID(r.rc)), slog.String("path", string(r.rc.Path())), slog.String("error", err.Error()))
	}
	if string(r.rc.Path()) == Prefix+"/payments" {
		web.WriteProblem(r.rc, err)
		return
	}
	web.SetRetryAfter(r.rc, err)
	text := sentence(problem.Detail)
	if problem.Reason == "body_too_large" {
		text = fmt.Sprintf("What was sent is larger than we take: a picture may have at most %d MB. Go back to choose another.", maxUpload>>20)
	}
	if err := r.show(problem.Status, failPage(r.frame(problem.Title), text, problem.Status)); err != nil {
		web.WriteProblem(r.rc, err)
	}
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	if last := s[len(s)-1]; last != '.' && last != '?' && last != '!' {
		s += "."
	}
	return capital(s)
}

// capital begins with a capital.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
