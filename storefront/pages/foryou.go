package pages

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/foryou"
)

// forYouPath is the page of suggestions. Pages that many share keep a section free for them, which a script asks for by POST.
const forYouPath = "/for-you"

// How many events are suggested.
const (
	shelfSuggestions  = 12
	bookedSuggestions = 6
	pageSuggestions   = 24
)

// mountForYou lists what is about suggestions; nothing where nobody suggests.
func (p *Pages) mountForYou() {
	if p.cfg.Recommender == nil {
		return
	}
	get, post := fasthttp.MethodGet, fasthttp.MethodPost
	p.routes.add(get, forYouPath, p.forYou)
	p.routes.add(post, forYouPath, p.forYouPart)
	p.routes.add(post, forYouPath+"/choice", p.choosePersonal)
	p.routes.add(post, forYouPath+"/seen", p.seen)
	p.routes.add(post, forYouPath+"/like", p.like)
	p.routes.add(post, forYouPath+"/hide", p.hide)
	p.routes.add(post, forYouPath+"/forget", p.forgetPersonal)
}

// suggests reports whether there are suggestions on the site. Previews of brands have none: what is looked at there is no taste.
func (p *Pages) suggests(r *request) bool { return p.cfg.Recommender != nil && !r.site.Preview }

// forYouView is a list of suggestions.
type forYouView struct {
	Surface  string
	City     string // slug; may be empty
	Cards    []suggestedCard
	Personal bool // the visitor has agreed to be remembered
	Ask      bool // and has not been asked yet
}

// suggestedCard is an event that is suggested.
type suggestedCard struct {
	card
	Event catalog.EventID
	Where string
	Why   string
}

// forYouPageView is the page of all suggestions.
type forYouPageView struct {
	forYouView
	Consent   consent
	Hidden    []hiddenView
	Forgotten bool
}

// hiddenView is an event that the visitor has hidden.
type hiddenView struct {
	Event catalog.EventID
	Title string
}

// forYou is the page of all suggestions, with what they go by.
func (p *Pages) forYou(r *request) error {
	city, err := p.cityHere(r, string(r.rc.Request.Header.Cookie(cityCookie)))
	if err != nil {
		return err
	}
	view := forYouPageView{Consent: r.consent(), Forgotten: r.query("forgotten") != ""}
	wish := Wish{City: city.Slug, N: pageSuggestions, Surface: foryou.SurfaceHome}
	if view.forYouView, err = p.suggest(r, wish); err != nil {
		return err
	}
	view.Ask = false // the page asks in its own words
	if view.Hidden, err = p.hiddenBy(r); err != nil {
		return err
	}
	f := p.frame(r, r.p.T("foryou.link")).in(city).own()
	return r.show(fasthttp.StatusOK, cacheNever, forYouPage(f, view))
}

// cityHere is the city with a slug where the site has it, else none.
func (p *Pages) cityHere(r *request, slug string) (catalog.City, error) {
	if slug == "" {
		return catalog.City{}, nil
	}
	city, err := p.cityOf(r, slug)
	if errors.Is(err, errNoCity) {
		return catalog.City{}, nil
	}
	return city, err
}

var errNoSurface = fault.Invalidf("surface", "must be home, city or event")

// forYouPart answers the script of a page with the suggestions for its section; with nothing when there are none.
func (p *Pages) forYouPart(r *request) error {
	if err := p.cfg.Throttle.Wish(web.Client(r.rc)); err != nil {
		return err
	}
	city, err := p.cityHere(r, r.form("city"))
	if err != nil {
		return err
	}
	wish := Wish{
		City: city.Slug, Surface: r.form("surface"), N: shelfSuggestions, Recent: r.eventIDs("recent", foryou.MostRecent),
		Exclude: r.eventIDs("shown", foryou.MostExclude),
	}
	switch wish.Surface {
	case foryou.SurfaceHome:
	case foryou.SurfaceCity:
		wish.Within = true
	case foryou.SurfaceEvent:
		wish.Within = true
		if like := r.eventIDs("event", 1); len(like) == 1 {
			wish.Like = like[0]
			wish.Exclude = append(wish.Exclude, like[0])
		}
	default:
		return errNoSurface
	}
	view, err := p.suggest(r, wish)
	if err != nil {
		return err
	}
	if len(view.Cards) == 0 {
		r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cacheNever)
		r.rc.SetStatusCode(fasthttp.StatusNoContent)
		return nil
	}
	return r.show(fasthttp.StatusOK, cacheNever, suggestions(view))
}

// eventIDs are the ids of events in a form under a name, at most so many; what is none is left out.
func (r *request) eventIDs(name string, most int) []catalog.EventID {
	var list []catalog.EventID
	for _, s := range r.forms(name) {
		if e := catalog.EventID(s); id.Check(name, catalog.EventPrefix, e) == nil && len(list) < most && !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}

// suggest asks for suggestions and makes cards of them. A recommender that fails or is slow leaves the page without.
func (p *Pages) suggest(r *request, w Wish) (forYouView, error) {
	state := r.consent()
	v := forYouView{Surface: w.Surface, City: w.City, Personal: state == agreed, Ask: state == unasked}
	w.Partner, w.Visitor, w.Language, w.Phone = r.site.Partner, r.agreedVisitor(), r.p.Lang(), r.onPhone()
	ctx, cancel := context.WithTimeout(r.ctx, foryou.Budget)
	defer cancel()
	list, err := p.cfg.Recommender.Recommend(ctx, w)
	if err != nil {
		p.cfg.Logger.Warn("nothing suggested", slog.String("surface", w.Surface), slog.String("error", err.Error()))
		return v, nil
	}
	v.Cards, err = p.suggestedCards(r, w, list[:min(len(list), w.N)])
	return v, err
}

// suggestedCards makes cards of suggestions, in their order. What is not sold here by now has none.
func (p *Pages) suggestedCards(r *request, w Wish, list []Suggestion) ([]suggestedCard, error) {
	events, err := p.eventsOf(r, list)
	if err != nil {
		return nil, err
	}
	var cards []suggestedCard
	for _, s := range list {
		e, known := events[s.Event]
		if !known {
			continue
		}
		show, ok, err := p.nextShow(r, e.ID, w)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		c, err := p.suggestedCard(r, e, show)
		if err != nil {
			return nil, err
		}
		if c.Why, err = p.why(r, s.Reason, events); err != nil {
			return nil, err
		}
		cards = append(cards, c)
	}
	return cards, nil
}

// eventsOf are the events that suggestions are about, those of their reasons among them.
func (p *Pages) eventsOf(r *request, list []Suggestion) (map[catalog.EventID]catalog.Event, error) {
	var ids []catalog.EventID
	for _, s := range list {
		ids = append(ids, s.Event)
		if s.Reason.Event != "" {
			ids = append(ids, s.Reason.Event)
		}
	}
	slices.Sort(ids)
	found, err := p.client.Catalog.Events(r.ctx, slices.Compact(ids))
	if err != nil {
		return nil, fmt.Errorf("events to suggest: %w", err)
	}
	byID := make(map[catalog.EventID]catalog.Event, len(found))
	for _, e := range found {
		byID[e.ID] = e
	}
	return byID, nil
}

// nextShow is the next show of an event that is on sale: in the city of the wish when there is one, else, unless it is bound to that, anywhere.
func (p *Pages) nextShow(r *request, event catalog.EventID, w Wish) (catalog.Show, bool, error) {
	q := store.ShowQuery{PartnerID: r.site.Partner, EventID: event, City: w.City, From: r.now, Statuses: []catalog.ShowStatus{catalog.OnSale}, Limit: 1}
	found, err := p.client.Shows.List(r.ctx, q)
	if err == nil && len(found) == 0 && w.City != "" && !w.Within {
		q.City = ""
		found, err = p.client.Shows.List(r.ctx, q)
	}
	if err != nil {
		return catalog.Show{}, false, fmt.Errorf("shows of %s: %w", event, err)
	}
	if len(found) == 0 {
		return catalog.Show{}, false, nil
	}
	return found[0], true, nil
}

// suggestedCard is an event with its next show as a card.
func (p *Pages) suggestedCard(r *request, e catalog.Event, show catalog.Show) (suggestedCard, error) {
	venue, err := p.client.Catalog.Venue(r.ctx, show.VenueID)
	if err != nil {
		return suggestedCard{}, fmt.Errorf("venue of %s: %w", show.ID, err)
	}
	local, err := show.Local()
	if err != nil {
		return suggestedCard{}, err
	}
	return suggestedCard{
		card:  card{Slug: e.Slug, Href: r.path("/" + venue.CitySlug + "/events/" + e.Slug), Poster: posterOf(e), Title: e.Title, Kind: r.p.T("kind." + string(e.Kind)), Rating: e.Certificate.Rating, Next: r.p.DayClock(local)},
		Event: e.ID, Where: joined(r.p, []string{r.p.Isolate(venue.Name), r.p.Isolate(venue.City)}),
	}, nil
}
