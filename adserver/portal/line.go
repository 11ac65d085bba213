package portal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// lineView is what the form of a line shows beside its fields.
type lineView struct {
	formView
	Placements []choice
	Agreed     bool   // its price and scope are an administrator's to change
	Facts      []fact // what they are, when it is so
}

// choice is a box to be checked.
type choice struct{ Value, Label, Help string }

func (p *Portal) newLinePage(r *request) error {
	f := newForm()
	f.set("tier", string(ads.Auction))
	f.set("pricing", string(ads.CPM))
	f.set("pace", string(ads.Even))
	return r.lineForm(fasthttp.StatusOK, f, ads.Line{})
}

func (r *request) lineForm(status int, f *form, l ads.Line) error {
	places, err := r.placements()
	if err != nil {
		return err
	}
	c := r.campaign.Value
	v := lineView{formView: formView{
		Action: r.atCampaign(c.ID) + "/lines", Back: r.atCampaign(c.ID), New: l.ID == 0,
		Currency: string(r.advertiser.Value.Currency), Zone: r.zone().String(),
	}}
	title := "New line"
	r.parts = []crumb{{r.atOwner(), "Campaigns"}, {r.atCampaign(c.ID), c.Name}}
	if l.ID != 0 {
		title, v.Action, v.Back = "Edit "+l.Name, r.atLine(l.ID)+"/edit", r.atLine(l.ID)
		if v.Agreed = !r.grants(l); v.Agreed {
			v.Facts = r.lineFacts(l)
		}
		r.parts = append(r.parts, crumb{v.Back, l.Name})
	}
	for _, pl := range places {
		v.Placements = append(v.Placements, choice{strconv.Itoa(int(pl.ID)), pl.seller + ": " + pl.Name, placementText(pl.Placement)})
	}
	return r.show(status, lineForm(r.frame(title), f, v))
}

// place is a placement with the name of its publisher.
type place struct {
	ads.Placement
	seller string
}

// placements are those that a line of the advertiser can be seen at: of publishers of its currency.
func (r *request) placements() ([]place, error) {
	sellers, err := r.p.db.Publishers.List(r.ctx, store.Filter{All: true, Page: store.Page{Most: most}})
	if err != nil {
		return nil, err
	}
	var all []place
	for _, s := range sellers {
		if s.Value.Currency != r.advertiser.Value.Currency || s.Value.Suspended {
			continue
		}
		list, err := r.p.db.Placements.List(r.ctx, store.Filter{Owner: s.Owner, Page: store.Page{Most: most}})
		if err != nil {
			return nil, err
		}
		for _, k := range list {
			all = append(all, place{k.Value, s.Value.Name})
		}
	}
	return all, nil
}

// placementText says what fits a placement.
func placementText(p ads.Placement) string {
	var parts []string
	for _, s := range p.Sizes {
		parts = append(parts, sizeText(s))
	}
	for _, f := range p.Kind.Formats() {
		if f == ads.Native || f == ads.Video {
			parts = append(parts, string(f))
		}
	}
	return words(string(p.Kind)) + ": " + strings.Join(parts, ", ")
}

func sizeText(s ads.Size) string { return fmt.Sprintf("%d×%d", s.Width, s.Height) }

// words are an identifier in words.
func words(s string) string { return strings.ReplaceAll(s, "_", " ") }

func (r *request) lineOf(f *form, l ads.Line) ads.Line {
	zone := r.zone()
	l.Name, l.Flight, l.Budget, l.Caps = f.Value("name"), f.flight(zone), f.budget(), f.caps()
	l.Tier, l.Pricing, l.Pace = ads.Tier(f.Value("tier")), ads.Pricing(f.Value("pricing")), ads.Pace(f.Value("pace"))
	l.Bid, l.Product = f.amount("bid"), f.Value("product")
	l.Placements = nil
	for _, s := range f.Values("placements") {
		id, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			f.Problems = append(f.Problems, problem{"placements", "there is no such placement"})
			return l
		}
		l.Placements = append(l.Placements, ads.PlacementID(id))
	}
	l.Bidder = r.bidderOf(f, l.Bidder)
	l.Targeting = expressionOf(f)
	r.p.checkAudience(f, l.Targeting)
	return l
}

// bidderOf reads the fields of an outside bidder. The server calls it, and what it offers is not reviewed, so that only an administrator names one.
func (r *request) bidderOf(f *form, b ads.Bidder) ads.Bidder {
	if _, there := f.values["bidder.url"]; !there || r.who.access() != toAdmin {
		return b
	}
	return ads.Bidder{URL: f.Value("bidder.url"), QPS: f.number("bidder.qps", 0, 100_000)}
}

func (p *Portal) createLine(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	l := r.lineOf(f, ads.Line{Campaign: r.campaign.Value.ID, Status: ads.Draft})
	f.check(l)
	if r.houseOnly(f, l) && f.OK() {
		made, err := p.db.Lines.Create(r.ctx, r.by(), l)
		if err == nil {
			return r.done(r.atLine(made.Value.ID), "line-made")
		}
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.lineForm(fasthttp.StatusBadRequest, f, ads.Line{})
}

// grants reports whether who asks may say all of a line. Those that are not of the auction have what an administrator agreed to: a price below any floor,
// a budget, an audience. Others give them a name, start and stop them.
func (r *request) grants(l ads.Line) bool {
	return l.Tier == ads.Auction || r.who.access() == toAdmin
}

// houseOnly refuses tiers that are the platform's to give: house lines cost nothing, and guaranteed ones come before all others.
func (r *request) houseOnly(f *form, l ads.Line) bool {
	if l.Tier != r.line.Value.Tier && !r.grants(l) {
		f.Problems = append(f.Problems, problem{"tier", "is given by an administrator"})
		return false
	}
	return true
}

func (p *Portal) editLinePage(r *request) error {
	l, f := r.line.Value, newForm()
	f.Revision = r.line.Revision
	f.set("name", l.Name)
	f.set("tier", string(l.Tier))
	f.set("pricing", string(l.Pricing))
	f.set("pace", string(l.Pace))
	f.set("product", l.Product)
	f.set("bidder.url", l.Bidder.URL)
	f.set("bidder.qps", strconv.Itoa(l.Bidder.QPS))
	r.p.showTargeting(f, l.Targeting)
	f.set("flight.starts", local(l.Flight.Starts, r.zone()))
	f.set("flight.ends", local(l.Flight.Ends, r.zone()))
	f.setMoney("bid", l.Bid)
	f.setMoney("budget.total", l.Budget.Total)
	f.setMoney("budget.daily", l.Budget.Daily)
	f.setCaps(l.Caps)
	for _, id := range l.Placements {
		f.values["placements"] = append(f.values["placements"], strconv.Itoa(int(id)))
	}
	return r.lineForm(fasthttp.StatusOK, f, l)
}

func (p *Portal) saveLine(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	l, status := r.line.Value, fasthttp.StatusBadRequest
	if r.grants(l) {
		l = r.lineOf(f, l)
	} else {
		l.Name = f.Value("name")
	}
	f.check(l)
	if r.houseOnly(f, l) && f.OK() {
		err := r.putLine(l, f.Revision)
		if err == nil {
			return r.done(r.atLine(l.ID), "saved")
		}
		status = f.refused(err, r.line.Revision)
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.lineForm(status, f, r.line.Value)
}

// putLine stores a line that was changed, unless it is not the revision that was looked at for what may be changed of it.
func (r *request) putLine(l ads.Line, revision int64) error {
	if revision != r.line.Revision {
		return store.ErrChanged
	}
	_, err := r.p.db.Lines.Update(r.ctx, r.by(), l, revision)
	return err
}

func (p *Portal) setLineStatus(r *request) error {
	l := r.line.Value
	to, notice, err := r.moved(l.Status)
	if err != nil {
		return err
	}
	l.Status = to
	if _, err := p.db.Lines.Update(r.ctx, r.by(), l, r.line.Revision); err != nil {
		return err
	}
	return r.done(r.atLine(l.ID), notice)
}

func (p *Portal) copyLine(r *request) error {
	made, err := r.duplicate(r.line.Value, r.campaign.Value.ID, copyName(r.line.Value.Name))
	if err != nil {
		return err
	}
	notice := "copied"
	if !r.grants(r.line.Value) {
		notice = "copied-to-auction"
	}
	return r.done(r.atLine(made), notice)
}

// duplicate makes a draft of a line with its creatives, which are to be reviewed anew.
func (r *request) duplicate(l ads.Line, to ads.CampaignID, name string) (ads.LineID, error) {
	creatives, err := r.creatives(l.ID)
	if err != nil {
		return 0, err
	}
	l.Campaign, l.Name, l.Status = to, name, ads.Draft
	if !r.grants(l) {
		l = forAuction(l)
	}
	made, err := r.p.db.Lines.Create(r.ctx, r.by(), l)
	if err != nil {
		return 0, err
	}
	for _, k := range creatives {
		c := k.Value
		c.Line, c.Review, c.ReviewNote = made.Value.ID, ads.Unsent, ""
		if _, err := r.p.db.Creatives.Create(r.ctx, r.by(), c); err != nil {
			return 0, err
		}
	}
	return made.Value.ID, nil
}

// forAuction is a line without what was agreed: it bids as all others do. One that cost nothing bids the least there is, until somebody says more.
func forAuction(l ads.Line) ads.Line {
	l.Tier, l.Bid = ads.Auction, max(l.Bid, ads.LeastBid)
	return l
}

func (r *request) creatives(line ads.LineID) ([]store.Kept[ads.Creative], error) {
	return r.p.db.Creatives.List(r.ctx, store.Filter{Owner: r.advertiser.Owner, Parent: uint32(line), Page: store.Page{Most: most}})
}

// linePageView is one line.
type linePageView struct {
	At, Campaign string
	L            ads.Line
	Moves        []ads.Status
	Facts        []fact
	Creatives    []creativeRow
	Verdict      string
	Missing      []Reason
	Delivery     *deliveryView // nil for nothing
	figures
	Currency string
}

type creativeRow struct {
	Name, Path string
	Format     string
	State      string
	Interval   string
	Best       bool
	figures
}

func (p *Portal) linePage(r *request) error {
	l := r.line.Value
	creatives, err := r.creatives(l.ID)
	if err != nil {
		return err
	}
	figures, err := r.figuresBy(store.ByCreative, store.Query{Line: l.ID})
	if err != nil {
		return err
	}
	v := linePageView{
		At: r.atLine(l.ID), Campaign: r.atCampaign(l.Campaign), L: l, Moves: moves[l.Status], Facts: r.lineFacts(l),
		Currency: string(r.advertiser.Value.Currency),
	}
	for _, k := range creatives {
		c := k.Value
		row := creativeRow{Name: c.Name, Path: r.atCreative(c.ID), Format: formatText(c), State: stateText(c), figures: figures[uint32(c.ID)]}
		v.figures = v.figures.plus(row.figures)
		v.Creatives = append(v.Creatives, row)
	}
	v.Verdict = p.compare(creatives, v.Creatives)
	if v.Missing, err = r.lineReasons(creatives); err != nil {
		return err
	}
	v.Delivery = r.deliveryOf(l, v.Missing)
	r.parts = []crumb{{r.atOwner(), "Campaigns"}, {v.Campaign, r.campaign.Value.Name}}
	return r.show(fasthttp.StatusOK, linePage(r.frame(l.Name), v))
}

// lineFacts is what was chosen for a line.
func (r *request) lineFacts(l ads.Line) []fact {
	where := "wherever a creative fits"
	if n := len(l.Placements); n == 1 {
		where = "one placement"
	} else if n > 1 {
		where = strconv.Itoa(n) + " placements"
	}
	who := l.Targeting
	if who == "" {
		who = "everybody"
	}
	return []fact{
		{"Price", r.price(l)},
		{"Tier", string(l.Tier)},
		{"Served", r.flight(l.Flight)},
		{"Budget", r.budget(l.Budget)},
		{"Pace", string(l.Pace)},
		{"Times a person may see it", capsText(l.Caps)},
		{"Where", where},
		{"Who", who},
		{"Product", l.Product},
		{"Ads of an outside bidder", bidderText(l.Bidder)},
	}
}

// bidderText is an outside bidder in words, empty for none.
func bidderText(b ads.Bidder) string {
	if b.URL == "" || b.QPS == 0 {
		return b.URL
	}
	return fmt.Sprintf("%s, asked at most %d times a second", b.URL, b.QPS)
}

// price is what a line pays, in words.
func (r *request) price(l ads.Line) string {
	switch {
	case l.Tier == ads.House:
		return "nothing"
	case l.Pricing == ads.CPC:
		return "up to " + r.money(l.Bid) + " a click"
	case l.Tier == ads.Guaranteed:
		return r.money(l.Bid) + " for 1,000 views"
	}
	return "up to " + r.money(l.Bid) + " for 1,000 views"
}

// compare fills in what the comparison of a line's creatives says of each, and returns its sentence, empty while there is nothing to be compared.
func (p *Portal) compare(creatives []store.Kept[ads.Creative], rows []creativeRow) string {
	seen := slices.ContainsFunc(rows, func(row creativeRow) bool { return row.Views > 0 })
	if p.cfg.Compare == nil || len(rows) < 2 || !seen {
		return ""
	}
	arms := make([]Arm, len(rows))
	for i, k := range creatives {
		arms[i] = Arm{k.Value.ID, rows[i].Views, rows[i].Clicks}
	}
	verdict := p.cfg.Compare(arms)
	for i := range rows {
		if i < len(verdict.Intervals) {
			rows[i].Interval = percent(verdict.Intervals[i][0]) + " to " + percent(verdict.Intervals[i][1])
		}
		rows[i].Best = verdict.Better != 0 && arms[i].Creative == verdict.Better
	}
	return verdict.Sentence
}
