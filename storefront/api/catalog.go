package api

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/brand"
)

// How long caches may keep what changes seldom, and what changes with the clock, in seconds.
const (
	keepCatalog = 60
	keepShows   = 10
)

// page is a list that may go on.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"` // cursor of the next page; empty on the last
}

// missing says that a thing of the catalogue does not exist. Other errors stay as they are.
func missing(err error, what, name string) error {
	if errors.Is(err, store.ErrNotFound) {
		return fault.NotFoundf("there is no %s %q", what, clip(name))
	}
	return err
}

func (a *API) cities(ctx context.Context, c *call) error {
	if err := c.query().end(); err != nil {
		return err
	}
	cities, err := a.client.Catalog.CitiesOf(ctx, c.site().Partner)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, public(keepCatalog), page[city]{Items: each(cities, cityOf)})
}

func (a *API) events(ctx context.Context, c *call) error {
	q := c.query()
	in, from := q.text("city", catalog.MaxSlug), q.moment("from")
	if err := q.end(); err != nil {
		return err
	}
	if in == "" {
		return fault.Invalidf("city", "must name a city; /api/v1/cities lists them")
	}
	if from.IsZero() {
		from = a.client.Now()
	}
	listings, err := a.client.Shows.WhatsOnOf(ctx, c.site().Partner, in, from)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, public(keepShows), page[listing]{Items: each(listings, listingOf)})
}

func (a *API) event(ctx context.Context, c *call) error {
	if err := c.query().end(); err != nil {
		return err
	}
	e, err := a.findEvent(ctx, c.site(), c.params[0])
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, public(keepCatalog), eventOf(e))
}

// findEvent returns the event of a site with a slug or an id, which never look alike.
func (a *API) findEvent(ctx context.Context, site *brand.Site, name string) (catalog.Event, error) {
	var e catalog.Event
	var err error
	if strings.HasPrefix(name, catalog.EventPrefix+"_") {
		e, err = a.client.Catalog.Event(ctx, catalog.EventID(name))
	} else {
		e, err = a.client.Catalog.EventBySlug(ctx, name)
	}
	if err != nil {
		return e, missing(err, "event", name)
	}
	sold, err := site.SellsEvent(ctx, a.client.Shows, e)
	if err == nil && !sold {
		err = store.ErrNotFound
	}
	return e, missing(err, "event", name)
}

func (a *API) venues(ctx context.Context, c *call) error {
	q := c.query()
	in := q.text("city", catalog.MaxSlug)
	if err := q.end(); err != nil {
		return err
	}
	venues, err := a.client.Catalog.VenuesOf(ctx, c.site().Partner, in)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, public(keepCatalog), page[venue]{Items: each(venues, venueOf)})
}

func (a *API) venue(ctx context.Context, c *call) error {
	if err := c.query().end(); err != nil {
		return err
	}
	v, err := a.findVenue(ctx, c.site(), c.params[0])
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, public(keepCatalog), venueOf(v))
}

// findVenue returns the venue of a site with a slug or an id.
func (a *API) findVenue(ctx context.Context, site *brand.Site, name string) (catalog.Venue, error) {
	var v catalog.Venue
	var err error
	if strings.HasPrefix(name, catalog.VenuePrefix+"_") {
		v, err = a.client.Catalog.Venue(ctx, catalog.VenueID(name))
	} else {
		v, err = a.client.Catalog.VenueBySlug(ctx, name)
	}
	if err == nil && !site.Sells(v.PartnerID) {
		err = store.ErrNotFound
	}
	return v, missing(err, "venue", name)
}

// Pages of shows.
const (
	showsPerPage    = 50
	maxShowsPerPage = 200
)

func (a *API) shows(ctx context.Context, c *call) error {
	wanted, err := a.showQuery(ctx, c.query())
	if err != nil {
		return err
	}
	limit := wanted.Limit
	wanted.Limit++ // one more tells whether there is a next page
	shows, err := a.client.Shows.List(ctx, wanted)
	if err != nil {
		return err
	}
	var out page[show]
	if len(shows) > limit {
		shows = shows[:limit]
		out.Next = string(shows[limit-1].ID)
	}
	now := a.client.Now()
	out.Items = each(shows, func(s catalog.Show) show { return showOf(s, now) })
	return c.send(fasthttp.StatusOK, public(keepShows), out)
}

// showQuery reads the filters of a list of shows.
func (a *API) showQuery(ctx context.Context, q *query) (store.ShowQuery, error) {
	wanted := store.ShowQuery{
		PartnerID: q.c.site().Partner,
		City:      q.text("city", catalog.MaxSlug), LocalDate: q.day("date"), From: q.moment("from"), Until: q.moment("until"),
		After: catalog.ShowID(q.text("cursor", maxID)), Limit: int(q.integer("limit", 1, maxShowsPerPage, showsPerPage)),
	}
	event, venue, statuses := q.text("event", catalog.MaxSlug), q.text("venue", catalog.MaxSlug), q.texts("status", 5)
	if err := q.end("status"); err != nil {
		return wanted, err
	}
	if wanted.From.IsZero() && wanted.LocalDate == "" {
		wanted.From = a.client.Now()
	}
	if wanted.After != "" {
		if err := id.Check("cursor", catalog.ShowPrefix, wanted.After); err != nil {
			return wanted, err
		}
	}
	var err error
	if wanted.Statuses, err = showStatuses(statuses); err != nil {
		return wanted, err
	}
	return wanted, a.narrow(ctx, q.c.site(), &wanted, event, venue)
}

// narrow looks up the event and the venue that a query names.
func (a *API) narrow(ctx context.Context, site *brand.Site, wanted *store.ShowQuery, event, venue string) error {
	if event != "" {
		e, err := a.findEvent(ctx, site, event)
		if err != nil {
			return err
		}
		wanted.EventID = e.ID
	}
	if venue != "" {
		v, err := a.findVenue(ctx, site, venue)
		if err != nil {
			return err
		}
		wanted.VenueID = v.ID
	}
	return nil
}

// showStatuses reads a filter of statuses. Drafts are for operators, so nobody can ask for them.
func showStatuses(names []string) ([]catalog.ShowStatus, error) {
	if len(names) == 0 {
		return []catalog.ShowStatus{catalog.OnSale, catalog.SoldOut, catalog.Paused}, nil
	}
	statuses := make([]catalog.ShowStatus, len(names))
	for i, name := range names {
		statuses[i] = catalog.ShowStatus(name)
		if !statuses[i].Valid() || statuses[i] == catalog.Draft {
			return nil, fault.Invalidf("status", "must be on_sale, paused, sold_out, cancelled or past, not %q", clip(name))
		}
	}
	return statuses, nil
}

func (a *API) show(ctx context.Context, c *call) error {
	if err := c.query().end(); err != nil {
		return err
	}
	s, err := a.announcedShow(ctx, c.site(), catalog.ShowID(c.params[0]))
	if err != nil {
		return err
	}
	detail, err := a.detailOf(ctx, s, a.client.Now())
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, public(keepShows), detail)
}

// detailOf adds to a show what it is made of.
func (a *API) detailOf(ctx context.Context, s catalog.Show, now time.Time) (showDetail, error) {
	e, err := a.client.Catalog.Event(ctx, s.EventID)
	if err != nil {
		return showDetail{}, err
	}
	v, err := a.client.Catalog.Venue(ctx, s.VenueID)
	if err != nil {
		return showDetail{}, err
	}
	h, err := a.client.Catalog.Hall(ctx, s.HallID)
	if err != nil {
		return showDetail{}, err
	}
	plan, err := a.client.Catalog.Plan(ctx, s.SeatMapID)
	if err != nil {
		return showDetail{}, err
	}
	return showDetail{
		Show: showOf(s, now), Event: summaryOf(e), Venue: venueOf(v), Hall: hall{ID: h.ID, Slug: h.Slug, Name: h.Name},
		Geometry: "/api/v1/shows/" + string(s.ID) + "/geometry?digest=" + a.cfg.Halls.Of(plan).Digest,
	}, nil
}

// announcedShow returns a show that the public of a site may see.
func (a *API) announcedShow(ctx context.Context, site *brand.Site, show catalog.ShowID) (catalog.Show, error) {
	s, err := a.client.Shows.Show(ctx, show)
	if err != nil {
		return s, missing(err, "show", string(show))
	}
	if s.Status == catalog.Draft {
		return s, errNoShow(show)
	}
	a.announced.Add(show, s.PartnerID)
	if !site.Sells(s.PartnerID) {
		return s, errNoShow(show)
	}
	return s, nil
}

// mustBeAnnounced refuses shows that the public may not see, without asking the database
// about those that it has seen before.
func (a *API) mustBeAnnounced(ctx context.Context, site *brand.Site, show catalog.ShowID) error {
	if partner, known := a.announced.Get(show); known {
		if !site.Sells(partner) {
			return errNoShow(show)
		}
		return nil
	}
	_, err := a.announcedShow(ctx, site, show)
	return err
}

func errNoShow(show catalog.ShowID) error {
	return fault.NotFoundf("there is no show %q", clip(string(show)))
}

// Announced refuses a show that the public may not see at the host name of a request. Errors: a NotFound fault.
func (a *API) Announced(rc *fasthttp.RequestCtx, show catalog.ShowID) error {
	return a.mustBeAnnounced(web.Context(rc), brand.Of(rc), show)
}

func (a *API) prices(ctx context.Context, c *call) error {
	show := catalog.ShowID(c.params[0])
	if err := c.query().end(); err != nil {
		return err
	}
	if err := a.mustBeAnnounced(ctx, c.site(), show); err != nil {
		return err
	}
	table, err := a.client.Prices.Table(ctx, show)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, public(1), priceTableOf(table))
}

// showQuote says what tickets of a show cost together, before anything is held.
func (a *API) showQuote(ctx context.Context, c *call) error {
	show := catalog.ShowID(c.params[0])
	query := c.query()
	tickets := query.texts("ticket", pricing.MaxItems)
	if err := query.end("ticket"); err != nil {
		return err
	}
	items, err := itemsOf(tickets)
	if err != nil {
		return err
	}
	if err := a.mustBeAnnounced(ctx, c.site(), show); err != nil {
		return err
	}
	q, err := a.client.Prices.Quote(ctx, show, items)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, public(1), quoteOf(q))
}

// itemsOf reads how many tickets there are of which category and buyer type: "2.gold.adult", and "2.gold" where prices do not depend on
// who buys.
func itemsOf(tickets []string) ([]pricing.Item, error) {
	if len(tickets) == 0 {
		return nil, fault.Invalidf("ticket", "must say how many tickets of which category, like 2.gold.adult")
	}
	var items []pricing.Item
	for i, ticket := range tickets {
		number, of, _ := strings.Cut(ticket, ".")
		category, buyer, _ := strings.Cut(of, ".")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > pricing.MaxItems-len(items) || category == "" {
			return nil, fault.Invalidf(fmt.Sprintf("ticket[%d]", i), "must be a number, a category and a buyer type, like 2.gold.adult, with at most %d tickets in all", pricing.MaxItems)
		}
		for range n {
			items = append(items, pricing.Item{Key: strconv.Itoa(len(items)), Category: category, BuyerType: buyer})
		}
	}
	return items, nil
}
