package api

import (
	"context"
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

// How many events are recommended.
const (
	recommendUsual = 12
	recommendMost  = 50
)

// recommendation is an event that somebody may like.
type recommendation struct {
	Event    eventSummary `json:"event"`
	Reason   reasonWire   `json:"reason"`
	NextShow show         `json:"next_show"`
}

// reasonWire says why: what the code is about, if anything.
type reasonWire struct {
	Code  string          `json:"code"`
	Event catalog.EventID `json:"event,omitempty"`
	Name  string          `json:"name,omitempty"`
}

// recommend answers with what somebody may like. A recommender that fails or is slow has nothing to recommend.
func (a *API) recommend(ctx context.Context, c *call) error {
	if err := a.cfg.Throttle.Wish(web.Client(c.rc)); err != nil {
		return err
	}
	wish, like, err := readWishOf(c)
	if err != nil {
		return err
	}
	if like != "" {
		e, err := a.findEvent(ctx, c.site(), like)
		if err != nil {
			return inField("like", err)
		}
		wish.Like = e.ID
	}
	out := page[recommendation]{Items: []recommendation{}}
	if a.cfg.Recommender != nil {
		if out.Items, err = a.recommended(ctx, c, wish); err != nil {
			return err
		}
	}
	return c.send(fasthttp.StatusOK, noStore, out)
}

// readWishOf reads what is asked for, and the event that it shall be like, by slug or id.
func readWishOf(c *call) (w foryou.Wish, like string, err error) {
	w = foryou.Wish{Partner: c.site().Partner, N: recommendUsual, Surface: foryou.SurfaceAPI}
	if w.Visitor, err = c.agreedVisitor(); err != nil {
		return w, "", err
	}
	err = c.read(func(r *reader, name string) bool {
		switch name {
		case "city":
			w.City = r.text(catalog.MaxSlug)
		case "within":
			w.Within = r.boolean()
		case "like":
			like = r.text(catalog.MaxSlug)
		case "language":
			w.Language = r.text(maxID)
		case "n":
			w.N = r.integer(1, recommendMost)
		case "recent":
			w.Recent = r.events(foryou.MostRecent)
		case "exclude":
			w.Exclude = r.events(foryou.MostExclude)
		default:
			return false
		}
		return true
	})
	if err == nil && w.Within && w.City == "" {
		err = fault.Invalidf("within", "needs a city")
	}
	return w, like, err
}

// events reads a list of ids of events.
func (r *reader) events(most int) []catalog.EventID {
	var list []catalog.EventID
	r.list(most, func() {
		e := catalog.EventID(r.text(maxID))
		if r.err == nil && id.Check("", catalog.EventPrefix, e) != nil {
			r.fail("must be the id of an event")
			return
		}
		list = append(list, e)
	})
	return list
}

// agreedVisitor is whom a program names as somebody who has agreed to be remembered; empty without. The cookie of a browser does
// not count: it says nothing of that.
func (c *call) agreedVisitor() (string, error) {
	if c.header(headerVisitor) == "" {
		return "", nil
	}
	return c.visitor()
}

// recommended are the recommendations for a wish that are on sale here.
func (a *API) recommended(ctx context.Context, c *call, w foryou.Wish) ([]recommendation, error) {
	items := []recommendation{}
	asked, cancel := context.WithTimeout(ctx, foryou.Budget)
	defer cancel()
	list, err := a.cfg.Recommender.Recommend(asked, w)
	if err != nil {
		a.cfg.Logger.WarnContext(ctx, "nothing recommended", slog.String("error", err.Error()))
		return items, nil
	}
	for _, s := range list[:min(len(list), w.N)] {
		next, ok, err := a.nextShow(ctx, s.Event, w)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		e, err := a.client.Catalog.Event(ctx, s.Event)
		if err != nil {
			return nil, fmt.Errorf("event to recommend: %w", err)
		}
		items = append(items, recommendation{Event: summaryOf(e), Reason: a.reasonOf(ctx, c, s.Reason), NextShow: showOf(next, a.client.Now())})
	}
	return items, nil
}

// nextShow is the next show of an event that is on sale, in the city of the wish if there is one.
func (a *API) nextShow(ctx context.Context, event catalog.EventID, w foryou.Wish) (catalog.Show, bool, error) {
	q := store.ShowQuery{PartnerID: w.Partner, EventID: event, City: w.City, From: a.client.Now(), Statuses: []catalog.ShowStatus{catalog.OnSale}, Limit: 1}
	found, err := a.client.Shows.List(ctx, q)
	if err == nil && len(found) == 0 && w.City != "" && !w.Within {
		q.City = ""
		found, err = a.client.Shows.List(ctx, q)
	}
	if err != nil || len(found) == 0 {
		return catalog.Show{}, false, err
	}
	return found[0], true, nil
}

// reasonOf is a reason without an event that is none of the site's.
func (a *API) reasonOf(ctx context.Context, c *call, r foryou.Reason) reasonWire {
	wire := reasonWire(r)
	if wire.Event != "" {
		if _, err := a.findEvent(ctx, c.site(), string(wire.Event)); err != nil {
			wire.Event = ""
		}
	}
	return wire
}

var errNoRecommender = fault.New(fault.NotFound, "no_recommendations", "this storefront recommends nothing, and remembers nothing")

// feedback is what a program tells of somebody.
type feedback struct {
	event, kind string
	undo        bool
}

// fedBack are the kinds of deeds that programs tell. What was held and booked is known.
var fedBack = []string{foryou.DeedShown, foryou.DeedView, foryou.DeedClick, foryou.DeedLike, foryou.DeedHide}

func (a *API) giveFeedback(ctx context.Context, c *call) error {
	if err := a.cfg.Throttle.Deed(web.Client(c.rc)); err != nil {
		return err
	}
	if a.cfg.Recommender == nil {
		return errNoRecommender
	}
	visitor, err := c.agreedVisitor()
	if err != nil {
		return err
	}
	if visitor == "" {
		return fault.Invalidf(headerVisitor, "must say who has agreed to be remembered; a cookie does not")
	}
	f, err := readFeedback(c)
	if err != nil {
		return err
	}
	e, err := a.findEvent(ctx, c.site(), f.event)
	if err != nil {
		return inField("event", err)
	}
	list := []foryou.Deed{{Partner: c.site().Partner, Visitor: visitor, Event: e.ID, Kind: f.kind, Surface: foryou.SurfaceAPI, At: a.client.Now()}}
	if err := a.keep(ctx, list, f.undo); err != nil {
		return err
	}
	return c.nothing()
}

// keep records opinions at once, and the rest in a moment.
func (a *API) keep(ctx context.Context, list []foryou.Deed, undo bool) error {
	var err error
	switch kind := list[0].Kind; {
	case undo:
		err = a.cfg.Recommender.Withdraw(ctx, list)
	case kind == foryou.DeedLike || kind == foryou.DeedHide:
		err = a.cfg.Recommender.Record(ctx, list)
	default:
		a.cfg.Deeds.Add(list...)
	}
	if err != nil {
		return fmt.Errorf("keep feedback: %w", err)
	}
	return nil
}

func readFeedback(c *call) (feedback, error) {
	var f feedback
	err := c.read(func(r *reader, name string) bool {
		switch name {
		case "event":
			f.event = r.text(catalog.MaxSlug)
		case "kind":
			f.kind = r.text(maxID)
		case "undo":
			f.undo = r.boolean()
		default:
			return false
		}
		return true
	})
	switch {
	case err != nil:
		return f, err
	case f.event == "":
		return f, fault.Invalidf("event", "must name the event, by id or slug")
	case !slices.Contains(fedBack, f.kind):
		return f, fault.Invalidf("kind", "must be shown, view, click, like or hide, not %q", clip(f.kind))
	case f.undo && f.kind != foryou.DeedLike && f.kind != foryou.DeedHide:
		return f, fault.Invalidf("undo", "only a like or a hide can be taken back")
	}
	return f, nil
}

// forgetVisitor erases what is known of a visitor.
func (a *API) forgetVisitor(ctx context.Context, c *call) error {
	if a.cfg.Recommender == nil {
		return errNoRecommender
	}
	visitor, err := c.visitor()
	if err != nil {
		return err
	}
	if err := c.readNothing(); err != nil {
		return err
	}
	if err := a.cfg.Deeds.Forget(ctx, visitor); err != nil {
		return fmt.Errorf("forget a visitor: %w", err)
	}
	return c.nothing()
}

// nothing answers that it is done.
func (c *call) nothing() error {
	c.rc.Response.Header.Set(fasthttp.HeaderCacheControl, noStore)
	c.rc.SetStatusCode(fasthttp.StatusNoContent)
	return nil
}
