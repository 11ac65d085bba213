package pages

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/waitlist"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// mountWaitlist lists the pages of waiting lists.
func (p *Pages) mountWaitlist() {
	get := func(path string, h handler) { p.routes.add(fasthttp.MethodGet, path, h) }
	post := func(path string, h handler) { p.routes.add(fasthttp.MethodPost, path, h) }
	get("/shows/*/waitlist", p.waitForm)
	post("/shows/*/waitlist", p.wait)
	get("/shows/*/waitlist/joined", p.joined)
	get("/w/*", p.waiting)
	post("/w/*/claim", p.claim)
	post("/w/*/leave", p.leaveWaitlist)
	post("/w/*/rejoin", p.rejoin)
	for _, table := range []*router{&p.routes, &p.bare} { // of mails, with a language and without
		table.add(fasthttp.MethodGet, "/waitlist/*", p.enterWaitlist)
	}
}

// waitFormView is the form by which one joins a waiting list.
type waitFormView struct {
	occasionView
	Notice     *notice
	Closed     string // why nobody can join; empty when one can
	Action     string
	Key        string
	Name       string
	Email      string
	Places     string
	Most       int
	Categories []option
	Apart      bool
	Seated     bool
	Access     bool // there are wheelchair spaces
	Spaces     string
	Companions string
	Errors     map[string]string // by field
}

// waitFields are the fields of the form in their order, with where each is.
var waitFields = []struct{ field, id string }{
	{"places", "places"},
	{"category", "category"},
	{"wheelchairs", "wheelchairs"},
	{"companions", "companions"},
	{"name", "buyer-name"},
	{"email", "buyer-email"},
}

// waitForm shows the form.
func (p *Pages) waitForm(r *request) error { return p.showWaitForm(r, nil) }

// showWaitForm shows the form as it was filled in; refused says what is wrong with that.
func (p *Pages) showWaitForm(r *request, refused error) error {
	o, err := p.occasionOf(r, catalog.ShowID(r.param(0)))
	if err != nil {
		return err
	}
	plan, err := p.client.Catalog.Plan(r.ctx, o.show.SeatMapID)
	if err != nil {
		return err
	}
	v := waitFormView{
		occasionView: o.view(r), Closed: closedText(r.p, o.show, r.now), Action: r.path("/shows/" + string(o.show.ID) + "/waitlist"), Key: newKey(),
		Name: r.form("name"), Email: r.form("email"), Places: firstOf(r.form("places"), "2"), Most: o.show.Seating.WithDefaults().MaxPerHold,
		Categories: waitCategories(r.p, plan, r.form("category")), Apart: r.form("apart") != "", Seated: len(plan.Seats) > 0,
		Spaces: firstOf(r.form("wheelchairs"), "0"), Companions: firstOf(r.form("companions"), "0"),
	}
	for i := range plan.Seats {
		v.Access = v.Access || plan.Seats[i].Kind == seatmap.Wheelchair
	}
	title, status := r.p.T("waitlist.title", locale.With("event", o.event.Title)), fasthttp.StatusOK
	if refused != nil {
		title, status = r.p.T("error.prefix", locale.With("title", title)), web.Status(fault.CodeOf(refused))
		v.explain(r, refused)
	}
	return r.show(status, cacheNever, waitFormPage(p.frameOf(r, title, o).own(), v))
}

// waitCategories are the categories that one may wait for.
func waitCategories(p *locale.Printer, plan *seatmap.Plan, chosen string) []option {
	options := []option{{Text: p.T("waitlist.any"), Chosen: chosen == ""}}
	for _, c := range plan.Categories {
		options = append(options, option{Value: c.Key, Text: c.Name, Chosen: chosen == c.Key})
	}
	return options
}

// explain says what is wrong with what was filled in, beside the fields where it is about some.
func (v *waitFormView) explain(r *request, refused error) {
	v.Errors = map[string]string{}
	if fault.Is(refused, fault.Invalid) {
		v.Errors[fault.Of(refused).Field] = r.p.Fault(refused)
		maps.Copy(v.Errors, buyerErrors(r.p, booking.Buyer{Name: v.Name, Email: v.Email}))
	}
	v.Notice = r.refusal(refused)
	if errors.Is(refused, waitlist.ErrPlacesFree) {
		v.Notice.Title = r.p.T("waitlist.places_free")
		v.Notice.Fields = []link{{Text: r.p.T("waitlist.choose_now"), Href: v.ShowHref}}
	}
	var links []link
	for _, f := range waitFields {
		if text := v.Errors[f.field]; text != "" {
			links = append(links, link{Text: text, Href: "#" + f.id})
		}
	}
	if links != nil {
		v.Notice = &notice{Title: r.p.T("hold.check_details"), Fields: links, Bad: true}
	}
}

// wait puts the visitor on the list.
func (p *Pages) wait(r *request) error {
	o, err := p.occasionOf(r, catalog.ShowID(r.param(0)))
	if err != nil {
		return err
	}
	err = p.join(r, o)
	switch {
	case err == nil:
		return r.redirect(r.path("/shows/" + string(o.show.ID) + "/waitlist/joined"))
	case !mine(err):
		return err
	}
	return p.showWaitForm(r, err)
}

func (p *Pages) join(r *request, o occasion) error {
	w := bms.WaitRequest{
		ShowID: o.show.ID, Brand: r.site.Brand.ID, Key: r.form("key"), Person: waitlist.Person{Name: r.form("name"), Email: r.form("email"), Locale: r.p.Lang()},
		Wish: waitlist.Wish{Category: r.form("category"), Apart: r.form("apart") != ""},
	}
	for field, n := range map[string]*int{"places": &w.Wish.Places, "wheelchairs": &w.Wish.Wheelchairs, "companions": &w.Wish.Companions} {
		var err error
		if *n, err = parseCount(field, r.form(field)); err != nil {
			return err
		}
	}
	if err := w.Person.Validate(); err != nil {
		return err
	}
	if err := p.cfg.Throttle.Join(web.Client(r.rc), w.Person.Key()); err != nil {
		return err
	}
	_, err := withTwin(r.ctx, func() (bms.WaitEntry, error) { return p.client.Waitlists.Join(r.ctx, w) })
	return err
}

// joined says that a mail is on its way.
func (p *Pages) joined(r *request) error {
	o, err := p.occasionOf(r, catalog.ShowID(r.param(0)))
	if err != nil {
		return err
	}
	return r.show(fasthttp.StatusOK, cacheNever, waitJoinedPage(p.frameOf(r, r.stateTitle(r.p.T("waitlist.joined"), o), o).own(), o.view(r)))
}

// enterWaitlist takes the link of a mail off the address and leads to the entry.
func (p *Pages) enterWaitlist(r *request) error {
	r.rc.Response.Header.Set(fasthttp.HeaderReferrerPolicy, "no-referrer") // this address has the link
	e, err := p.client.Waitlists.Get(r.ctx, waitlist.EntryID(r.param(0)), r.query("t"))
	if err != nil {
		return err
	}
	keepWait(r.rc, e)
	return r.redirect(r.path(waitHref(e.ID)))
}

var errNoWait = fault.New(fault.NotFound, "waitlist_not_found",
	"this browser may not open this place in the waiting list; please use the link in the mail that we have sent you")

// entryOf reads the entry of the address, proved by its cookie.
func (p *Pages) entryOf(r *request) (bms.WaitEntry, error) {
	id, proof := waitLink(r)
	e, err := p.client.Waitlists.Get(r.ctx, id, proof)
	if errors.Is(err, waitlist.ErrNoEntry) {
		return e, errNoWait
	}
	return e, err
}

// waitView is a place in a waiting list.
type waitView struct {
	occasionView
	Notice   *notice
	Base     string
	Key      string
	Heading  string
	Text     string
	Facts    []fact
	Places   []string
	Deadline countdown
	Take     string // words of the button that takes the places or goes on with them; empty for none
	Leave    bool
	Rejoin   bool
}

// waiting is the page of a place in a waiting list.
func (p *Pages) waiting(r *request) error {
	e, err := p.entryOf(r)
	if err != nil {
		return err
	}
	return p.showWaiting(r, e, nil)
}

func (p *Pages) showWaiting(r *request, e bms.WaitEntry, refused error) error {
	o, err := p.occasionOf(r, e.ShowID)
	if err != nil {
		return err
	}
	plan, err := p.client.Catalog.Plan(r.ctx, o.show.SeatMapID)
	if err != nil {
		return err
	}
	v := waitView{
		occasionView: o.view(r), Base: r.path(waitHref(e.ID)), Key: newKey(),
		Facts: []fact{{r.p.T("waitlist.you_wait_for"), wishText(r.p, plan, e.Wish)}},
	}
	v.tell(r.p, e, o.show.TimeZone, r.now)
	v.Places = offeredPlaces(r.p, plan, e, r.now)
	status := fasthttp.StatusOK
	if refused != nil {
		v.Notice, status = r.refusal(refused), web.Status(fault.CodeOf(refused))
	}
	return r.show(status, cacheNever, waitPage(p.frameOf(r, r.stateTitle(v.Heading, o), o).own(), v))
}

// stateTitle is the title of a page that says how things stand with a place in a waiting list.
func (r *request) stateTitle(heading string, o occasion) string {
	return r.p.T("waitlist.state_title", locale.With("heading", heading), locale.With("event", o.event.Title))
}

// tell says how things stand.
func (v *waitView) tell(p *locale.Printer, e bms.WaitEntry, zone string, now time.Time) {
	switch e.State {
	case waitlist.Waiting:
		v.Heading, v.Text, v.Leave = p.T("waitlist.joined"), p.T("waitlist.waiting_text"), true
		v.Facts = append(v.Facts, fact{p.T("waitlist.your_place"), p.Number(e.Ahead + 1)})
	case waitlist.Offered:
		if e.Over(now) {
			v.Heading, v.Text, v.Rejoin = p.T("waitlist.run_out"), p.T("waitlist.run_out_text"), true
			return
		}
		v.Heading, v.Take, v.Leave = p.T("waitlist.offered"), p.T("waitlist.take"), true
		v.Deadline = countdownTo(p, e.Offer.Until, now, zone)
	case waitlist.Claimed:
		v.Heading, v.Text = p.T("waitlist.claimed"), p.T("waitlist.claimed_text")
		if e.Held != nil && alive(*e.Held, now) {
			v.Take = p.T("waitlist.go_on")
			return
		}
		v.Text, v.Rejoin = p.T("waitlist.claimed_over"), true
	case waitlist.Ended:
		v.Heading, v.Text, v.Rejoin = p.T("waitlist.run_out"), p.T("waitlist.ended_text"), true
	case waitlist.Left:
		v.Heading, v.Text, v.Rejoin = p.T("waitlist.left"), p.T("waitlist.left_text"), true
	case waitlist.Closed:
		v.Heading, v.Text = p.T("waitlist.closed"), p.T("waitlist.closed_text")
	}
}

// offeredPlaces are the places of an offer that can still be taken.
func offeredPlaces(p *locale.Printer, plan *seatmap.Plan, e bms.WaitEntry, now time.Time) []string {
	if e.State != waitlist.Offered || e.Over(now) {
		return nil
	}
	var list []string
	for _, seat := range e.Seats {
		list = append(list, place(p, plan, seat))
	}
	for _, a := range e.Areas {
		if at, ok := plan.Area(a.Area); ok {
			list = append(list, slices.Repeat([]string{plan.Areas[at].Name}, a.N)...)
		}
	}
	return list
}

// wishText says what is waited for.
func wishText(p *locale.Printer, plan *seatmap.Plan, w waitlist.Wish) string {
	words := []string{p.N("waitlist.places", w.Places)}
	for _, c := range plan.Categories {
		if c.Key == w.Category {
			words[0] = p.N("waitlist.places_in", w.Places, locale.With("category", c.Name))
		}
	}
	if w.Wheelchairs > 0 {
		words = append(words, p.N("waitlist.spaces", w.Wheelchairs))
	}
	if w.Apart {
		words = append(words, p.T("waitlist.apart_too"))
	}
	return strings.Join(words, " · ")
}

// claim takes the places of an offer and goes on to the reservation. Whoever has taken them already goes on, too.
func (p *Pages) claim(r *request) error {
	id, proof := waitLink(r)
	ask := bms.ClaimRequest{EntryID: id, Link: proof, Visitor: web.EnsureVisitor(r.rc), Key: r.form("key")}
	held, err := withTwin(r.ctx, func() (bms.Hold, error) { return p.client.Waitlists.Claim(r.ctx, ask) })
	if err == nil {
		return p.toHold(r, held)
	}
	e, gone := p.entryOf(r)
	switch {
	case gone != nil:
		return gone
	case errors.Is(err, waitlist.ErrClaimed) && e.Held != nil:
		return p.toHold(r, *e.Held)
	case !mine(err):
		return err
	}
	return p.showWaiting(r, e, err)
}

// toHold gives the browser the proof of a hold, and leads there.
func (p *Pages) toHold(r *request, held bms.Hold) error {
	if proofOf(r.rc, held.ID).secret == "" {
		keepProof(r.rc, held.ID, heldProof{secret: held.Secret})
	}
	return r.redirect(r.path("/holds/" + string(held.ID)))
}

// leaveWaitlist takes the visitor off the list.
func (p *Pages) leaveWaitlist(r *request) error {
	return p.onEntry(r, func(id waitlist.EntryID, proof string) (bms.WaitEntry, error) {
		return p.client.Waitlists.Leave(r.ctx, bms.LeaveRequest{EntryID: id, Link: proof, Key: r.form("key")})
	})
}

// rejoin puts the visitor at the end of the line.
func (p *Pages) rejoin(r *request) error {
	return p.onEntry(r, func(id waitlist.EntryID, proof string) (bms.WaitEntry, error) {
		return p.client.Waitlists.Rejoin(r.ctx, bms.RejoinRequest{EntryID: id, Link: proof, Key: r.form("key")})
	})
}

// onEntry does something with the entry of the address and comes back to its page, which says what went wrong.
func (p *Pages) onEntry(r *request, do func(waitlist.EntryID, string) (bms.WaitEntry, error)) error {
	id, proof := waitLink(r)
	_, err := withTwin(r.ctx, func() (bms.WaitEntry, error) { return do(id, proof) })
	if err == nil {
		return r.redirect(r.path(waitHref(id)))
	}
	e, gone := p.entryOf(r)
	switch {
	case gone != nil:
		return gone
	case !mine(err):
		return err
	}
	return p.showWaiting(r, e, err)
}

// waitAttributes mark a field at fault and lead to what is wrong with it.
func waitAttributes(name, problem string) templ.Attributes {
	if problem == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": name + "-problem"}
}
