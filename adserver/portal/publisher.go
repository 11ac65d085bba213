package portal

import (
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// placementsView is the first page of a publisher.
type placementsView struct {
	At    string
	Rows  []placementRow
	Pager pager
	Name  string
	Off   bool // the publisher is suspended
}

type placementRow struct {
	Path, Pause, Name, Slug, Kind, Floor string
	Paused                               bool
}

func (p *Portal) placementsPage(r *request) error {
	page, err := r.page()
	if err != nil {
		return err
	}
	list, err := p.db.Placements.List(r.ctx, store.Filter{Owner: r.publisher.Owner, Page: page})
	if err != nil {
		return err
	}
	v := placementsView{At: r.atSeller(), Name: r.publisher.Value.Name, Off: r.publisher.Value.Suspended}
	for _, k := range list {
		pl := k.Value
		at := r.atPlacement(pl.ID)
		v.Rows = append(v.Rows, placementRow{
			Path: at, Pause: at + "/pause", Name: pl.Name, Slug: pl.Slug, Kind: placementText(pl), Floor: r.money(pl.Floor), Paused: pl.Paused,
		})
		v.Pager = pagerOf(page, len(list), uint32(pl.ID), "")
	}
	return r.show(fasthttp.StatusOK, placementsPage(r.frame("Placements"), v))
}

func (p *Portal) newPlacementPage(r *request) error {
	f := newForm()
	f.set("most", "1")
	return r.placementForm(fasthttp.StatusOK, f, ads.Placement{})
}

// placementView is the form of a placement.
type placementView struct {
	formView
	Kinds []choice
}

func (r *request) placementForm(status int, f *form, pl ads.Placement) error {
	title := "New placement"
	v := placementView{formView: formView{Action: r.atSeller() + "/placements", Back: r.atSeller(), New: pl.ID == 0, Currency: string(r.publisher.Value.Currency)}}
	if pl.ID != 0 {
		title, v.Action = pl.Name, r.atPlacement(pl.ID)
	}
	for _, k := range ads.PlacementKinds() {
		var takes []string
		for _, format := range k.Formats() {
			takes = append(takes, string(format))
		}
		v.Kinds = append(v.Kinds, choice{string(k), words(string(k)) + " (" + strings.Join(takes, ", ") + ")", ""})
	}
	r.parts = []crumb{{r.atSeller(), "Placements"}}
	return r.show(status, placementForm(r.frame(title), f, v))
}

func placementOf(f *form, pl ads.Placement) ads.Placement {
	pl.Name, pl.Slug, pl.Kind = f.Value("name"), f.Value("slug"), ads.PlacementKind(f.Value("kind"))
	pl.Floor, pl.Most, pl.Sizes = f.amount("floor"), f.number("most", 1, 10), nil
	for _, s := range f.words("sizes") {
		size, err := parseSize("sizes", s)
		f.note(err)
		pl.Sizes = append(pl.Sizes, size)
	}
	return pl
}

func (p *Portal) createPlacement(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	pl := placementOf(f, ads.Placement{Publisher: ads.PublisherID(r.publisher.Owner)})
	f.check(pl)
	if f.OK() {
		_, err := p.db.Placements.Create(r.ctx, r.by(), pl)
		if err == nil {
			return r.done(r.atSeller(), "placement-made")
		}
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.placementForm(fasthttp.StatusBadRequest, f, ads.Placement{})
}

func (p *Portal) placementPage(r *request) error {
	pl, f := r.placement.Value, newForm()
	f.Revision = r.placement.Revision
	f.set("name", pl.Name)
	f.set("slug", pl.Slug)
	f.set("kind", string(pl.Kind))
	f.set("most", strconv.Itoa(pl.Most))
	f.setMoney("floor", pl.Floor)
	var sizes []string
	for _, s := range pl.Sizes {
		sizes = append(sizes, plainSize(s))
	}
	f.set("sizes", strings.Join(sizes, ", "))
	return r.placementForm(fasthttp.StatusOK, f, pl)
}

func (p *Portal) savePlacement(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	pl, status := placementOf(f, r.placement.Value), fasthttp.StatusBadRequest
	f.check(pl)
	if f.OK() {
		_, err := p.db.Placements.Update(r.ctx, r.by(), pl, f.Revision)
		if err == nil {
			return r.done(r.atSeller(), "saved")
		}
		status = f.refused(err, r.placement.Revision)
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.placementForm(status, f, r.placement.Value)
}

func (p *Portal) pausePlacement(r *request) error {
	pl := r.placement.Value
	pl.Paused = r.form("paused") != ""
	if _, err := p.db.Placements.Update(r.ctx, r.by(), pl, r.placement.Revision); err != nil {
		return err
	}
	notice := "placement-resumed"
	if pl.Paused {
		notice = "placement-paused"
	}
	return r.done(r.atSeller(), notice)
}

// publisherView is the page of a publisher itself.
type publisherView struct {
	formView
	At    string
	Admin bool
	P     ads.Publisher
}

func (f *form) fillPublisher(p ads.Publisher) {
	for name, value := range map[string]string{
		"name": p.Name, "slug": p.Slug, "time_zone": p.TimeZone, "currency": string(p.Currency), "share": strings.TrimSuffix(p.Share.String(), "%"),
		"hosts": strings.Join(p.Hosts, "\n"), "blocked": strings.Join(p.Blocked, ", "), "blocked_domains": strings.Join(p.BlockedDomains, "\n"),
	} {
		f.set(name, value)
	}
}

// publisherOf reads the form. What is agreed with the platform, the share and the name in requests, only an administrator changes.
func (r *request) publisherOf(f *form, p ads.Publisher) ads.Publisher {
	p.Name, p.TimeZone = f.Value("name"), f.Value("time_zone")
	p.Hosts, p.Blocked, p.BlockedDomains = f.words("hosts"), f.words("blocked"), f.words("blocked_domains")
	if r.who.access() != toAdmin {
		return p
	}
	p.Slug = f.Value("slug")
	share, err := money.ParseRate(strings.TrimSpace(strings.TrimSuffix(f.Value("share"), "%")) + "%")
	if err != nil {
		err = fault.Invalidf("share", "must be a percentage such as 70 or 62.5")
	}
	f.note(err)
	p.Share = share
	return p
}

func (p *Portal) publisherPage(r *request) error {
	f := newForm()
	f.Revision = r.publisher.Revision
	f.fillPublisher(r.publisher.Value)
	return r.publisherForm(fasthttp.StatusOK, f)
}

func (r *request) publisherForm(status int, f *form) error {
	pub := r.publisher.Value
	v := publisherView{
		formView: formView{Action: r.atSeller() + "/settings", Back: r.atSeller(), Currency: string(pub.Currency)}, At: r.atSeller(),
		Admin: r.who.access() == toAdmin, P: pub,
	}
	return r.show(status, publisherPage(r.frame(pub.Name), f, v))
}

func (p *Portal) savePublisher(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	pub, status := r.publisherOf(f, r.publisher.Value), fasthttp.StatusBadRequest
	f.check(pub)
	if f.OK() {
		_, err := p.db.Publishers.Update(r.ctx, r.by(), pub, f.Revision)
		if err == nil {
			return r.done(r.atSeller()+"/settings", "saved")
		}
		status = f.refused(err, r.publisher.Revision)
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.publisherForm(status, f)
}

func (p *Portal) suspendPublisher(r *request) error {
	pub := r.publisher.Value
	pub.Suspended = r.form("suspended") != ""
	if _, err := p.db.Publishers.Update(r.ctx, r.by(), pub, r.publisher.Revision); err != nil {
		return err
	}
	return r.done(r.atSeller()+"/settings", suspension(pub.Suspended))
}

func (p *Portal) newPublisherPage(r *request) error {
	f := newForm()
	f.set("share", "70")
	f.set("time_zone", "UTC")
	return r.newPublisherForm(fasthttp.StatusOK, f)
}

func (r *request) newPublisherForm(status int, f *form) error {
	v := publisherView{formView: formView{Action: "/publishers", Back: "/publishers", New: true}, Admin: true}
	r.parts = []crumb{{"/publishers", "Publishers"}}
	return r.show(status, publisherPage(r.frame("New publisher"), f, v))
}

func (p *Portal) createPublisher(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	pub := r.publisherOf(f, ads.Publisher{Currency: money.Currency(strings.ToUpper(f.Value("currency")))})
	f.check(pub)
	if f.OK() {
		made, err := p.db.Publishers.Create(r.ctx, r.by(), pub)
		if err == nil {
			return r.done(atPublisher(made.Value.ID), "publisher-made")
		}
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.newPublisherForm(fasthttp.StatusBadRequest, f)
}
