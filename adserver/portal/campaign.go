package portal

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// pageSize is how many rows a list has.
const pageSize = 50

// pager is which part of a list is shown.
type pager struct {
	Next string // query of the next page; empty on the last
	More bool   // this is not the first
}

// page reads which part of a list is asked for.
func (r *request) page() (store.Page, error) {
	s := r.query("after")
	if s == "" {
		return store.Page{Most: pageSize}, nil
	}
	after, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return store.Page{}, errNoPage
	}
	return store.Page{After: uint32(after), Most: pageSize}, nil
}

// pagerOf is how a list goes on after last, when it has as many rows as a page.
func pagerOf(asked store.Page, rows int, last uint32, also string) pager {
	p := pager{More: asked.After != 0}
	if rows == asked.Most {
		p.Next = fmt.Sprintf("?after=%d%s", last, also)
	}
	return p
}

// campaignsView is the first page of an advertiser.
type campaignsView struct {
	At, Of   string // the path and name of the advertiser
	Currency string
	Balance  string
	Empty    bool // there is not one, archived or not
	Archived bool // those are shown
	Rows     []campaignRow
	Pager    pager
	Missing  []Reason
}

type campaignRow struct {
	Name, Path string
	Status     ads.Status
	Flight     string
	Budget     string
	figures
}

func (p *Portal) campaignsPage(r *request) error {
	page, err := r.page()
	if err != nil {
		return err
	}
	v := campaignsView{At: r.atOwner(), Of: r.advertiser.Value.Name, Currency: string(r.advertiser.Value.Currency), Archived: r.query("archived") != ""}
	filter := store.Filter{Owner: r.advertiser.Owner, Page: page}
	also := ""
	if v.Archived {
		filter.State, also = string(ads.Archived), "&archived=1"
	}
	list, err := p.db.Campaigns.List(r.ctx, filter)
	if err != nil {
		return err
	}
	figures, err := r.figuresBy(store.ByCampaign, store.Query{})
	if err != nil {
		return err
	}
	for _, k := range list {
		if c := k.Value; v.Archived || c.Status != ads.Archived {
			v.Rows = append(v.Rows, campaignRow{
				Name: c.Name, Path: r.atCampaign(c.ID), Status: c.Status, Flight: r.flight(c.Flight), Budget: r.budget(c.Budget),
				figures: figures[uint32(c.ID)],
			})
		}
	}
	v.Empty = len(list) == 0 && page.After == 0 && !v.Archived
	if len(list) > 0 {
		v.Pager = pagerOf(page, len(list), uint32(list[len(list)-1].Value.ID), also)
	}
	balance, err := r.balance()
	if err != nil {
		return err
	}
	v.Balance, v.Missing = r.money(balance), r.ownerReasons(balance)
	return r.show(fasthttp.StatusOK, campaignsPage(r.frame("Campaigns"), v))
}

// budget is a budget in words.
func (r *request) budget(b ads.Budget) string {
	switch {
	case b.Total > 0 && b.Daily > 0:
		return r.money(b.Total) + ", " + r.money(b.Daily) + " a day"
	case b.Total > 0:
		return r.money(b.Total)
	case b.Daily > 0:
		return r.money(b.Daily) + " a day"
	}
	return "no limit of its own"
}

// flight is a flight in words.
func (r *request) flight(f ads.Flight) string {
	switch {
	case f.Starts.IsZero() && f.Ends.IsZero():
		return "always"
	case f.Ends.IsZero():
		return "from " + r.moment(f.Starts)
	case f.Starts.IsZero():
		return "until " + r.moment(f.Ends)
	}
	return r.moment(f.Starts) + " to " + r.moment(f.Ends)
}

// moment is a time in the zone of the page.
func (r *request) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(r.zone()).Format("2 Jan 2006 15:04")
}

func (p *Portal) newCampaignPage(r *request) error {
	return r.campaignForm(fasthttp.StatusOK, newForm(), ads.Campaign{})
}

// campaignFormView is the form of a campaign.
type campaignFormView struct {
	formView
	Agreed bool   // its time, budget and caps are an administrator's to change
	Facts  []fact // what they are, when it is so
}

func (r *request) campaignForm(status int, f *form, c ads.Campaign) error {
	title, action, back := "New campaign", r.atOwner()+"/campaigns", r.atOwner()
	r.parts = []crumb{{r.atOwner(), "Campaigns"}}
	if c.ID != 0 {
		title, action, back = "Edit "+c.Name, r.atCampaign(c.ID)+"/edit", r.atCampaign(c.ID)
		r.parts = append(r.parts, crumb{back, c.Name})
	}
	agreed, err := r.agreed(c)
	if err != nil {
		return err
	}
	v := campaignFormView{
		formView: formView{Action: action, Back: back, New: c.ID == 0, Currency: string(r.advertiser.Value.Currency), Zone: r.zone().String()},
		Agreed:   agreed,
	}
	if agreed {
		v.Facts = r.campaignFacts(c)
	}
	return r.show(status, campaignForm(r.frame(title), f, v))
}

// agreed reports whether a campaign has a line whose price and scope are an administrator's to change, and another asks. The campaign's time, budget and
// caps are bounds of the line too.
func (r *request) agreed(c ads.Campaign) (bool, error) {
	if c.ID == 0 || r.who.access() == toAdmin {
		return false, nil
	}
	lines, err := r.linesOf(c.ID)
	return slices.ContainsFunc(lines, func(k store.Kept[ads.Line]) bool { return !r.grants(k.Value) }), err
}

func (r *request) linesOf(c ads.CampaignID) ([]store.Kept[ads.Line], error) {
	return r.p.db.Lines.List(r.ctx, store.Filter{Owner: r.advertiser.Owner, Parent: uint32(c), Page: store.Page{Most: most}})
}

// formView is what forms say around their fields.
type formView struct {
	Action, Back   string
	New            bool
	Currency, Zone string
}

func campaignOf(f *form, zone *time.Location, c ads.Campaign) ads.Campaign {
	c.Name, c.Flight, c.Budget, c.Caps = f.Value("name"), f.flight(zone), f.budget(), f.caps()
	if c.Attribution = 0; f.Value("attribution") != "" {
		c.Attribution = f.number("attribution", 1, ads.MaxAttribution)
	}
	return c
}

func (p *Portal) createCampaign(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	c := campaignOf(f, r.zone(), ads.Campaign{Advertiser: ads.AdvertiserID(r.advertiser.Owner), Status: ads.Draft})
	f.check(c)
	if f.OK() {
		made, err := p.db.Campaigns.Create(r.ctx, r.by(), c)
		if err == nil {
			return r.done(r.atCampaign(made.Value.ID), "campaign-made")
		}
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.campaignForm(fasthttp.StatusBadRequest, f, ads.Campaign{})
}

func (p *Portal) editCampaignPage(r *request) error {
	c, f := r.campaign.Value, newForm()
	f.Revision = r.campaign.Revision
	f.set("name", c.Name)
	f.set("flight.starts", local(c.Flight.Starts, r.zone()))
	f.set("flight.ends", local(c.Flight.Ends, r.zone()))
	f.setMoney("budget.total", c.Budget.Total)
	f.setMoney("budget.daily", c.Budget.Daily)
	f.setCaps(c.Caps)
	if c.Attribution != 0 {
		f.set("attribution", strconv.Itoa(c.Attribution))
	}
	return r.campaignForm(fasthttp.StatusOK, f, c)
}

func (p *Portal) saveCampaign(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	agreed, err := r.agreed(r.campaign.Value)
	if err != nil {
		return err
	}
	c, status := r.campaign.Value, fasthttp.StatusBadRequest
	if agreed {
		c.Name = f.Value("name")
	} else {
		c = campaignOf(f, r.zone(), c)
	}
	f.check(c)
	if f.OK() {
		_, err := p.db.Campaigns.Update(r.ctx, r.by(), c, f.Revision)
		if err == nil {
			return r.done(r.atCampaign(c.ID), "saved")
		}
		status = f.refused(err, r.campaign.Revision)
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.campaignForm(status, f, r.campaign.Value)
}

// moves are the changes of status that a button can ask for.
var moves = map[ads.Status][]ads.Status{
	ads.Draft:    {ads.Active, ads.Archived},
	ads.Active:   {ads.Paused, ads.Archived},
	ads.Paused:   {ads.Active, ads.Archived},
	ads.Archived: {ads.Paused},
}

var errMove = fault.New(fault.Conflict, "status_impossible", "this is not possible from the present status; please open the page again")

// moved checks a change of status that was asked for, and says what it is called.
func (r *request) moved(from ads.Status) (to ads.Status, notice string, err error) {
	to = ads.Status(r.form("status"))
	if !slices.Contains(moves[from], to) {
		return from, "", errMove
	}
	return to, string(to) + "&undo=" + string(undoOf(from)), nil
}

// undoOf is what undoes a change from a status: nothing becomes a draft again.
func undoOf(from ads.Status) ads.Status {
	if from == ads.Draft {
		return ads.Paused
	}
	return from
}

func (p *Portal) setCampaignStatus(r *request) error {
	c := r.campaign.Value
	to, notice, err := r.moved(c.Status)
	if err != nil {
		return err
	}
	c.Status = to
	if _, err := p.db.Campaigns.Update(r.ctx, r.by(), c, r.campaign.Revision); err != nil {
		return err
	}
	return r.done(r.atCampaign(c.ID), notice)
}

// campaignView is one campaign.
type campaignView struct {
	At, Owner string
	C         ads.Campaign
	Moves     []ads.Status
	Facts     []fact
	Lines     []lineRow
	Missing   []Reason
	figures
	Currency string
}

// fact is a line of what is known of something.
type fact struct{ Label, Text string }

type lineRow struct {
	Name, Path string
	Status     ads.Status
	Price      string
	Creatives  string
	figures
}

// most bounds the lists inside a page that have no pages of their own.
const most = 500

func (p *Portal) campaignPage(r *request) error {
	c := r.campaign.Value
	lines, err := r.linesOf(c.ID)
	if err != nil {
		return err
	}
	figures, err := r.figuresBy(store.ByLine, store.Query{Campaign: c.ID})
	if err != nil {
		return err
	}
	v := campaignView{At: r.atCampaign(c.ID), Owner: r.atOwner(), C: c, Moves: moves[c.Status], Currency: string(r.advertiser.Value.Currency)}
	v.Facts = r.campaignFacts(c)
	for _, k := range lines {
		l := k.Value
		row := lineRow{Name: l.Name, Path: r.atLine(l.ID), Status: l.Status, Price: r.price(l), figures: figures[uint32(l.ID)]}
		v.figures = v.figures.plus(row.figures)
		v.Lines = append(v.Lines, row)
	}
	if v.Missing, err = r.campaignReasons(lines); err != nil {
		return err
	}
	r.parts = []crumb{{r.atOwner(), "Campaigns"}}
	return r.show(fasthttp.StatusOK, campaignPage(r.frame(c.Name), v))
}

// campaignFacts is what was chosen for a campaign.
func (r *request) campaignFacts(c ads.Campaign) []fact {
	return []fact{{"Served", r.flight(c.Flight)}, {"Budget", r.budget(c.Budget)}, {"Times a person may see it", capsText(c.Caps)}, {"Counts as come of a click", daysText(c.Attributed())}}
}

// capsText are caps in words.
func capsText(caps []ads.Cap) string {
	text := ""
	for _, c := range caps {
		if text != "" {
			text += ", "
		}
		text += strconv.Itoa(c.Times)
		if c.Per == ads.Ever {
			text += " in all"
		} else {
			text += " in a " + string(c.Per)
		}
	}
	if text == "" {
		return "any number"
	}
	return text
}

// daysText is a time of whole days in words.
func daysText(d time.Duration) string {
	if n := int(d.Hours()) / 24; n != 1 {
		return "for " + strconv.Itoa(n) + " days"
	}
	return "for a day"
}

// copyCampaign makes a draft of a campaign with all its lines and creatives. It is no unit of work: what fails leaves a draft that is not whole.
func (p *Portal) copyCampaign(r *request) error {
	c := r.campaign.Value
	lines, err := r.linesOf(c.ID)
	if err != nil {
		return err
	}
	c.Name, c.Status = copyName(c.Name), ads.Draft
	made, err := p.db.Campaigns.Create(r.ctx, r.by(), c)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Value.Status == ads.Archived {
			continue
		}
		if _, err := r.duplicate(l.Value, made.Value.ID, l.Value.Name); err != nil {
			return err
		}
	}
	notice := "copied"
	if slices.ContainsFunc(lines, func(k store.Kept[ads.Line]) bool { return !r.grants(k.Value) }) {
		notice = "copied-to-auction"
	}
	return r.done(r.atCampaign(made.Value.ID), notice)
}

// copyName is the name of a copy, as long as names may be.
func copyName(name string) string {
	const suffix, longest = " (copy)", 120
	if letters := []rune(name); len(letters)+len(suffix) > longest {
		name = string(letters[:longest-len(suffix)])
	}
	return name + suffix
}
