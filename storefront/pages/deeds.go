package pages

import (
	"fmt"
	"slices"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/foryou"
)

// mostSeen is how many events a browser tells of at a time.
const mostSeen = 50

// seen takes what a browser tells of its visitor: that he has opened the page of an event, that suggestions came into sight, that he
// has chosen one. Who has not agreed is not listened to.
func (p *Pages) seen(r *request) error {
	if err := p.cfg.Throttle.Deed(web.Client(r.rc)); err != nil {
		return err
	}
	kind := r.form("kind")
	if !slices.Contains([]string{foryou.DeedView, foryou.DeedShown, foryou.DeedClick}, kind) {
		return fault.Invalidf("kind", "must be view, shown or click")
	}
	for _, e := range r.eventIDs("event", mostSeen) {
		p.note(r, kind, e, r.city(), r.surface())
	}
	r.rc.SetStatusCode(fasthttp.StatusNoContent)
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cacheNever)
	return nil
}

// city is the slug of a city in a form; empty when it is none.
func (r *request) city() string {
	if s := r.form("city"); len(s) <= catalog.MaxSlug && web.IsWord(s, catalog.MaxSlug) {
		return s
	}
	return ""
}

// surface is where something was suggested, in a form; empty when it says nowhere that there is.
func (r *request) surface() string {
	s := r.form("surface")
	if slices.Contains([]string{foryou.SurfaceHome, foryou.SurfaceCity, foryou.SurfaceEvent, foryou.SurfaceBooked, foryou.SurfaceMail}, s) {
		return s
	}
	return ""
}

// note puts a deed of a visitor who has agreed into the queue, which records it in a moment.
func (p *Pages) note(r *request, kind string, event catalog.EventID, city, surface string) {
	if !p.suggests(r) {
		return
	}
	if visitor := r.agreedVisitor(); visitor != "" {
		p.cfg.Deeds.Add(r.deed(visitor, kind, event, city, surface))
	}
}

func (r *request) deed(visitor, kind string, event catalog.EventID, city, surface string) Deed {
	return Deed{Partner: r.site.Partner, Visitor: visitor, Event: event, Kind: kind, City: city, Phone: r.onPhone(), Surface: surface, At: r.now}
}

// like notes that a visitor likes an event, or does not any more.
func (p *Pages) like(r *request) error { return p.opine(r, foryou.DeedLike) }

// hide notes that a visitor does not want to see an event, or does again.
func (p *Pages) hide(r *request) error { return p.opine(r, foryou.DeedHide) }

// opine takes an opinion, or takes it back. It is recorded at once: the page that follows shows it.
func (p *Pages) opine(r *request, kind string) error {
	if err := p.cfg.Throttle.Deed(web.Client(r.rc)); err != nil {
		return err
	}
	event, err := p.client.Catalog.Event(r.ctx, catalog.EventID(r.form("event")))
	if err != nil {
		return noEvent(err)
	}
	sold, err := r.site.SellsEvent(r.ctx, p.client.Shows, event)
	if err != nil {
		return err
	}
	visitor := r.agreedVisitor()
	switch {
	case !sold:
		return errNoEvent
	case visitor == "":
		return r.done(forYouPath) // which asks
	}
	list := []Deed{r.deed(visitor, kind, event.ID, r.city(), r.surface())}
	if r.form("undo") != "" {
		err = p.cfg.Recommender.Withdraw(r.ctx, list)
	} else {
		err = p.cfg.Recommender.Record(r.ctx, list)
	}
	if err != nil {
		return fmt.Errorf("record that a visitor does %s: %w", kind, err)
	}
	return r.done(forYouPath)
}

// hiddenBy are the events of the site that the visitor has hidden, the newest first.
func (p *Pages) hiddenBy(r *request) ([]hiddenView, error) {
	visitor := r.agreedVisitor()
	if visitor == "" {
		return nil, nil
	}
	ids, err := p.cfg.Recommender.Hidden(r.ctx, visitor)
	if err != nil {
		return nil, fmt.Errorf("hidden events: %w", err)
	}
	ids = ids[:min(len(ids), hiddenMost)]
	found, err := p.client.Catalog.Events(r.ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("hidden events: %w", err)
	}
	var list []hiddenView
	for _, e := range found {
		if sold, err := r.site.SellsEvent(r.ctx, p.client.Shows, e); err != nil {
			return nil, err
		} else if sold {
			list = append(list, hiddenView{Event: e.ID, Title: e.Title})
		}
	}
	slices.SortFunc(list, func(a, b hiddenView) int { return slices.Index(ids, a.Event) - slices.Index(ids, b.Event) })
	return list, nil
}

// hiddenMost is how many hidden events are listed.
const hiddenMost = 100

// forgetPersonal erases what is known of the visitor. He is asked again whether we may remember.
func (p *Pages) forgetPersonal(r *request) error {
	if err := p.forgetVisitor(r); err != nil {
		return err
	}
	web.SetCookie(r.rc, web.Cookie{Name: personalCookie, MaxAge: -1, Scripts: true})
	return r.done(forYouPath + "?forgotten=1")
}

// forgetVisitor has the recommender forget the visitor, whether or not he has agreed by now.
func (p *Pages) forgetVisitor(r *request) error {
	visitor := web.Visitor(r.rc)
	if p.cfg.Recommender == nil || visitor == "" {
		return nil
	}
	if err := p.cfg.Deeds.Forget(r.ctx, visitor); err != nil {
		return fmt.Errorf("forget a visitor: %w", err)
	}
	return nil
}
