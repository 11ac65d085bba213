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

// occasionOf reads a show that visitors of the site may see.
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
	o.start, err = o.show.Local()
	return o, err
}

// occasionView is the head of every page about a show.
type occasionView struct {
	Title, Poster, When, Where, Detail string
	ShowHref, EventHref                string
}

func (o occasion) view() occasionView {
	return occasionView{
		Title: o.event.Title, Poster: posterOf(o.event), When: formatWhen(o.start), Detail: detailOf(o.show),
		Where:    o.venue.Name + ", " + o.hall.Name + ", " + o.venue.City,
		ShowHref: "/shows/" + string(o.show.ID), EventHref: o.eventHref(),
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
	Legend   []legendRow
	Notes    []string // about prices
	Map      string   // SVG
	Front    string   // what all seats look at
	Overview bool     // Map shows sections, not seats
	Seated   bool     // there are seats, not only areas
	Section  string   // name of the section that is shown, when the hall is shown in parts
	Part     string   // its key
	All      string   // address of the overview
	Sections []sectionView
	Areas    []areaView
	Reduced  []countField
	Best     bestView
	Access   bool // there are wheelchair spaces
	Chosen   choice
	Max      int
	Data     seatData
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
	h := newHall(snap, table)
	view := p.showView(r, o, h, c)
	status := fasthttp.StatusOK
	if refused != nil {
		view.Notice, view.Offer = h.explain(refused, c)
		status = web.Status(fault.CodeOf(refused))
	}
	return r.show(status, cacheNever, showPage(p.frameOf(r, "Choose your seats for "+o.event.Title, o).own(), view))
}

func (p *Pages) showView(r *request, o occasion, h *hall, c choice) showPageView {
	v := showPageView{
		occasionView: o.view(), Key: newKey(), Action: "/shows/" + string(o.show.ID) + "/holds", Chosen: c, Access: h.accessible(),
		Legend: h.legend(), Notes: h.notes(), Areas: h.areas(c), Reduced: h.reduced("s", c), Max: o.show.Seating.WithDefaults().MaxPerHold,
		Front: frontOf(o.event.Kind), Closed: closedText(o.show, r.now), Held: p.heldHere(r, o.show.ID), All: "/shows/" + string(o.show.ID),
	}
	v.Crumbs = []link{{Text: "What is on in " + o.venue.City, Href: "/" + o.venue.CitySlug}, {Text: o.event.Title, Href: o.eventHref()}}
	v.Stock, v.Level = stockOf(h.snap).text()
	v.Seated = len(h.snap.Plan.Seats) > 0
	v.Best = h.bestView(c, v.Max)
	v.Data = h.data(o.show.ID, v.Max)
	p.addSections(r, &v, h, c)
	return v
}

// frontOf is what an audience looks at.
func frontOf(kind catalog.Kind) string {
	switch kind {
	case catalog.Film:
		return "Screen"
	case catalog.Sport:
		return "Field"
	case catalog.Concert, catalog.Play, catalog.Festival, catalog.Online:
	}
	return "Stage"
}

// addSections lists and draws the hall: all of it, one section, or the sections alone.
func (p *Pages) addSections(r *request, v *showPageView, h *hall, c choice) {
	plan := h.snap.Plan
	whole := len(plan.Seats) <= wholeHall
	wanted := r.query("section")
	if wanted == "" {
		wanted = r.form("section")
	}
	var shown []sectionView
	for i, s := range plan.Sections {
		section := h.section(i, whole || s.Key == wanted, c)
		section.Href = withQuery(v.All, "section", s.Key)
		v.Sections = append(v.Sections, section)
		if !whole && s.Key == wanted {
			v.Section, v.Part, shown = s.Name, s.Key, []sectionView{section}
		}
	}
	d := newDrawing()
	switch {
	case shown != nil:
		v.Sections = shown
		d.seats(plan, shown)
	case whole:
		d.scenery(plan, v.Front)
		d.areas(plan)
		d.seats(plan, v.Sections)
	default:
		v.Overview = true
		d.scenery(plan, v.Front)
		d.areas(plan)
		d.blocks(plan, v.Sections)
	}
	if !d.empty {
		v.Map = d.svg()
	}
}

// notes say what is in the prices and what comes on top.
func (h *hall) notes() []string {
	var notes []string
	if h.table.TaxIncluded {
		notes = append(notes, "Prices include tax.")
	} else {
		notes = append(notes, "Tax is added; you see it before you pay.")
	}
	for _, fee := range h.table.Fees {
		notes = append(notes, feeNote(fee))
	}
	if h.table.Dynamic != nil && len(h.table.Dynamic.Adjustments) > 0 {
		notes = append(notes, "Prices of this show move with demand. Yours stays as it is from the moment your seats are kept for you.")
	}
	return notes
}

func (h *hall) bestView(c choice, most int) bestView {
	v := bestView{Max: most, Count: firstOf(c.Count, "2"), Shape: firstOf(c.Shape, shapeTogether), Reduced: h.reduced("b", c)}
	v.Categories = []option{{Text: "Any price", Chosen: c.Category == ""}}
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
	n := &notice{Title: "That did not work", Lines: []string{sentence(web.ProblemOf(err).Detail)}, Bad: true}
	seats, named := errors.AsType[*bms.SeatsError](err)
	switch {
	case errors.Is(err, seating.ErrTaken):
		n.Title = "Somebody was faster"
		if named {
			n.Lines = []string{"Just taken: " + list(places(h.snap.Plan, seats.Seats)) + ". Nothing is reserved for you yet."}
		}
		return n, h.offerBest(c)
	case errors.Is(err, seating.ErrOrphan) && named:
		n.Title = "Please move along a seat"
		n.Lines = []string{
			"Your choice would leave a single seat between taken ones: " + list(places(h.snap.Plan, seats.Seats)) + ".",
			"Single seats are hard to sell, so this show keeps neighbours together wherever it is possible.",
		}
		return n, h.offerSeats(seats.Alternative, c)
	case errors.Is(err, seating.ErrNotEnough):
		n.Title = "Not enough places are left"
		if c.Best && c.Shape != shapeScattered {
			n.Lines = append(n.Lines, "Seats apart from each other may still be free.")
			c.Shape, c.Category = shapeScattered, ""
			return n, h.offerBest(c)
		}
	case fault.Is(err, fault.Invalid):
		n.Fields = []link{{Text: "Go to the field", Href: "#" + h.fieldID(fault.Of(err).Field, c.Best)}}
	}
	return n, nil
}

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
	where := ""
	category := c.Category
	if category == "" && !c.Best {
		category = h.commonCategory(c)
	}
	o := &offer{Fields: []fact{{"mode", "best"}, {"count", number(n)}, {"shape", firstOf(c.Shape, shapeStacked)}}}
	if category != "" {
		o.Fields = append(o.Fields, fact{"category", category})
		for _, known := range h.snap.Plan.Categories {
			if known.Key == category {
				where = " in " + known.Name
			}
		}
	}
	o.Fields = append(o.Fields, c.countFields()...)
	o.Text = "We can take the best " + plural(n, "seat", "seats") + " that we still have" + where + "."
	o.Button = "Take the best " + plural(n, "seat", "seats") + where
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
		Text:   "Free and fine: " + list(places(h.snap.Plan, names)) + ".",
		Button: "Take these seats",
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
