package pages

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// occasion is a show with what it belongs to.
type occasion struct {
	show  catalog.Show
	event catalog.Event
	venue catalog.Venue
	hall  catalog.Hall
	start time.Time // by the venue's clock
}

var errNoShow = fault.New(fault.NotFound, "show_not_found", "we know no show at this address; it may be over")

// occasionOf reads a show that visitors of the site may see, and has the page written as people there write.
func (p *Pages) occasionOf(r *request, id catalog.ShowID) (occasion, error) {
	var o occasion
	var err error
	if o.show, err = p.client.Shows.Show(r.ctx, id); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return o, errNoShow
		}
		return o, fmt.Errorf("show %s: %w", id, err)
	}
	if o.show.Status == catalog.Draft || !r.site.Sells(o.show.PartnerID) {
		return o, errNoShow
	}
	if o.event, err = p.client.Catalog.Event(r.ctx, o.show.EventID); err != nil {
		return o, fmt.Errorf("event of %s: %w", id, err)
	}
	if o.venue, err = p.client.Catalog.Venue(r.ctx, o.show.VenueID); err != nil {
		return o, fmt.Errorf("venue of %s: %w", id, err)
	}
	if o.hall, err = p.client.Catalog.Hall(r.ctx, o.show.HallID); err != nil {
		return o, fmt.Errorf("hall of %s: %w", id, err)
	}
	r.at(o.venue.Country)
	o.start, err = o.show.Local()
	return o, err
}

// occasionView is the head of every page about a show.
type occasionView struct {
	Title, Poster, When, Where, Detail string
	ShowHref, EventHref                string
}

func (o occasion) view(r *request) occasionView {
	return occasionView{
		Title: o.event.Title, Poster: posterOf(o.event), When: r.p.When(o.start), Detail: detailOf(r.p, o.show),
		Where:    o.venue.Name + ", " + o.hall.Name + ", " + o.venue.City,
		ShowHref: r.path("/shows/" + string(o.show.ID)), EventHref: r.path(o.eventHref()),
	}
}

func (o occasion) eventHref() string {
	return withQuery("/"+o.venue.CitySlug+"/events/"+o.event.Slug, "date", o.show.LocalDate)
}

// frameOf is the frame of a page about a show.
func (p *Pages) frameOf(r *request, title string, o occasion) frame {
	return p.frame(r, title).in(catalog.CityOf(o.venue))
}

// showPageView is the page on which seats are chosen.
type showPageView struct {
	occasionView
	Crumbs   []link
	Notice   *notice
	Offer    *offer
	Closed   string // why nothing can be bought; empty when it can
	Held     []link // reservations of this visitor for this show
	Action   string
	Key      string
	Stock    string
	Level    string
	Notes    []string // about prices
	Element  elementView
	Legend   []legendRow
	Overview bool   // the list shows sections, not seats
	Seated   bool   // there are seats, not only areas
	Section  string // name of the section that is listed, when the hall is listed in parts
	Part     string // its key
	All      string // address of the overview
	Sections []sectionView
	Areas    []areaView
	Reduced  []countField
	Best     bestView
	Access   bool // there are wheelchair spaces
	Chosen   choice
}

// bestView is the form for the best seats.
type bestView struct {
	Max        int
	Count      string
	Categories []option
	Shape      string
	Reduced    []countField
}

// option is one of a choice.
type option struct {
	Value, Text string
	Chosen      bool
}

// offer is what can be had instead of what was asked for, with one click.
type offer struct {
	Text, Button string
	Fields       []fact // hidden fields of the form
}

// show is the page on which seats are chosen.
func (p *Pages) show(r *request) error {
	return p.showWith(r, choice{Seats: map[string]bool{}}, nil)
}

// showWith shows the seat page with a choice; with err it says why the choice cannot be had.
func (p *Pages) showWith(r *request, c choice, refused error) error {
	o, err := p.occasionOf(r, catalog.ShowID(r.param(0)))
	if err != nil {
		return err
	}
	web.EnsureVisitor(r.rc) // so that a form sent twice comes from the same buyer
	snap, err := p.client.Seats.Snapshot(r.ctx, o.show.ID)
	if err != nil {
		return fmt.Errorf("seats of %s: %w", o.show.ID, err)
	}
	table, err := p.client.Prices.Table(r.ctx, o.show.ID)
	if err != nil {
		return fmt.Errorf("prices of %s: %w", o.show.ID, err)
	}
	h := newHall(r.p, snap, table)
	view := p.showView(r, o, h, c)
	status := fasthttp.StatusOK
	if refused != nil {
		web.SetRetryAfter(r.rc, refused)
		view.Notice, view.Offer = h.explain(refused, c)
		status = web.Status(fault.CodeOf(refused))
	}
	f := p.frameOf(r, r.titled(r.p.T("seats.title", locale.With("event", o.event.Title)), view.Notice), o).own()
	if view.choosing() {
		f = f.withSeatMap(p.files, view.Element)
	}
	return r.show(status, cacheNever, showPage(f, view))
}

// choosing reports whether something can be chosen.
func (v showPageView) choosing() bool { return v.Closed == "" && v.Level != "out" }

func (p *Pages) showView(r *request, o occasion, h *hall, c choice) showPageView {
	v := showPageView{
		occasionView: o.view(r), Key: newKey(), Action: r.path("/shows/" + string(o.show.ID) + "/holds"), Chosen: c, Access: h.accessible(),
		Legend: h.legend(), Notes: h.notes(), Areas: h.areas(c), Reduced: h.reduced("s", c),
		Closed: closedText(r.p, o.show, r.now), Held: p.heldHere(r, o.show.ID), All: r.path("/shows/" + string(o.show.ID)),
	}
	v.Crumbs = []link{r.toCity(o.venue.City, o.venue.CitySlug), {Text: o.event.Title, Href: v.EventHref}}
	v.Stock, v.Level = stockOf(h.snap).text(r.p)
	v.Seated = len(h.snap.Plan.Seats) > 0
	v.Best = h.bestView(c, o.show.Seating.WithDefaults().MaxPerHold)
	v.Element = p.elementView(o, h, c)
	v.Element.Config.Key = v.Key
	p.addSections(r, &v, h, c)
	return v
}

// addSections lists the hall for who has no script: all of it, one section, or the sections alone.
func (p *Pages) addSections(r *request, v *showPageView, h *hall, c choice) {
	plan := h.snap.Plan
	whole := len(plan.Seats) <= wholeHall
	wanted := firstOf(r.query("section"), r.form("section"))
	for i, s := range plan.Sections {
		section := h.section(i, whole || s.Key == wanted, c)
		section.Href = withQuery(v.All, "section", s.Key)
		v.Sections = append(v.Sections, section)
		if !whole && s.Key == wanted {
			v.Section, v.Part = s.Name, s.Key
		}
	}
	if v.Part != "" {
		v.Sections = slices.DeleteFunc(v.Sections, func(s sectionView) bool { return s.Key != v.Part })
	}
	v.Overview = !whole && v.Part == ""
}

// notes say what is in the prices.
func (h *hall) notes() []string {
	notes := []string{h.p.T("price.tax_included")}
	for _, fee := range h.table.Fees {
		notes = append(notes, feeNote(h.p, fee))
	}
	if h.table.Dynamic != nil && len(h.table.Dynamic.Adjustments) > 0 {
		notes = append(notes, h.p.T("price.moves"))
	}
	return notes
}

func (h *hall) bestView(c choice, most int) bestView {
	v := bestView{Max: most, Count: firstOf(c.Count, "2"), Shape: firstOf(c.Shape, shapeTogether), Reduced: h.reduced("b", c)}
	v.Categories = []option{{Text: h.p.T("seats.any_price"), Chosen: c.Category == ""}}
	for _, row := range h.legend() {
		key := h.snap.Plan.Categories[row.Index].Key
		text := row.Name
		if price := h.price(key); price != "" {
			text += ", " + price
		}
		v.Categories = append(v.Categories, option{Value: key, Text: text, Chosen: c.Category == key})
	}
	return v
}

// explain says why a choice cannot be had and what can be had instead.
func (h *hall) explain(err error, c choice) (*notice, *offer) {
	n := &notice{Title: h.p.T("error.failed"), Lines: []string{h.p.Fault(err)}, Bad: true}
	seats, named := errors.AsType[*bms.SeatsError](err)
	switch {
	case errors.Is(err, seating.ErrTaken):
		n.Title = h.p.T("refused.taken")
		if named {
			n.Lines = []string{h.p.T("refused.taken_places", locale.With("places", h.listed(seats.Seats)))}
		}
		return n, h.offerBest(c)
	case errors.Is(err, seating.ErrOrphan) && named:
		n.Title = h.p.T("refused.orphan")
		n.Lines = []string{h.p.T("refused.orphan_places", locale.With("places", h.listed(seats.Seats))), h.p.T("refused.orphan_why")}
		return n, h.offerSeats(seats.Alternative, c)
	case errors.Is(err, seating.ErrNotEnough):
		n.Title = h.p.T("refused.not_enough")
		if c.Best && c.Shape != shapeScattered {
			n.Lines = append(n.Lines, h.p.T("refused.apart"))
			c.Shape, c.Category = shapeScattered, ""
			return n, h.offerBest(c)
		}
	case fault.Is(err, fault.Invalid):
		n.Fields = []link{{Text: h.p.T("error.go_to_field"), Href: "#" + h.fieldID(fault.Of(err).Field, c.Best)}}
	}
	return n, nil
}

// listed are named seats in a sentence.
func (h *hall) listed(names []string) string { return h.p.List(places(h.p, h.snap.Plan, names)) }

// fieldID is the element of the seat page that a field of the form is about.
func (h *hall) fieldID(field string, best bool) string {
	switch {
	case field == "count", h.accessible() && (field == "wheelchairs" || field == "companions"):
		return field
	case best:
		return "best"
	}
	return "seats"
}

// offerBest offers the best seats of the size that was asked for.
func (h *hall) offerBest(c choice) *offer {
	n := c.size()
	if n == 0 {
		return nil
	}
	category := c.Category
	if category == "" && !c.Best {
		category = h.commonCategory(c)
	}
	o := &offer{
		Text: h.p.N("offer.best", n), Button: h.p.N("offer.take_best", n),
		Fields: []fact{{"mode", "best"}, {"count", number(n)}, {"shape", firstOf(c.Shape, shapeStacked)}},
	}
	for _, known := range h.snap.Plan.Categories {
		if category != "" && known.Key == category {
			name := locale.With("category", known.Name)
			o.Text, o.Button = h.p.N("offer.best_in", n, name), h.p.N("offer.take_best_in", n, name)
			o.Fields = append(o.Fields, fact{"category", category})
		}
	}
	o.Fields = append(o.Fields, c.countFields()...)
	return o
}

// countFields carries the buyer types into another form.
func (c choice) countFields() []fact {
	counts := map[string]int{}
	for key := range c.Counts {
		counts[key], _ = parseCount(key, c.Counts[key]) // checked before
	}
	for seat, key := range c.Types {
		if c.Seats[seat] {
			counts[key]++
		}
	}
	var fields []fact
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if key != "" && counts[key] > 0 {
			fields = append(fields, fact{"n." + key, number(counts[key])})
		}
	}
	return fields
}

// commonCategory is the category that all chosen seats have; empty when they have several.
func (h *hall) commonCategory(c choice) string {
	common := int32(-1)
	for name := range c.Seats {
		n, ok := h.snap.Plan.Seat(name)
		if !ok {
			continue
		}
		category := h.snap.Plan.Seats[n].Category
		if common >= 0 && common != category {
			return ""
		}
		common = category
	}
	if common < 0 {
		return ""
	}
	return h.snap.Plan.Categories[common].Key
}

// offerSeats offers named seats.
func (h *hall) offerSeats(names []string, c choice) *offer {
	if len(names) == 0 {
		return h.offerBest(c)
	}
	o := &offer{
		Text:   h.p.T("offer.free_and_fine", locale.With("places", h.listed(names))),
		Button: h.p.T("offer.take_these"),
		Fields: []fact{{"mode", "seats"}},
	}
	for _, name := range names {
		o.Fields = append(o.Fields, fact{"seat", name})
	}
	o.Fields = append(o.Fields, c.countFields()...)
	if c.Accessible {
		o.Fields = append(o.Fields, fact{"accessible", "1"})
	}
	return o
}
