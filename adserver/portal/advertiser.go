package portal

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// advertiserView is the page of an advertiser itself.
type advertiserView struct {
	formView
	At      string
	Domains []domainRow
	Problem string // of a domain
	Typed   string
	Admin   bool // who looks may name and suspend it
	A       ads.Advertiser

	Pixel, Postback, Key string // how conversions are told: as a picture, and to which address with which key
}

type domainRow struct {
	Name, Proof, Since string
	Verified           bool
}

func (p *Portal) advertiserPage(r *request) error {
	f := newForm()
	f.Revision = r.advertiser.Revision
	f.set("name", r.advertiser.Value.Name)
	f.set("time_zone", r.advertiser.Value.TimeZone)
	f.setCaps(r.advertiser.Value.Caps)
	return r.advertiserForm(fasthttp.StatusOK, f, "", "")
}

func (r *request) advertiserForm(status int, f *form, problem, typed string) error {
	a := r.advertiser.Value
	v := advertiserView{
		formView: formView{Action: r.atOwner() + "/settings", Back: r.atOwner(), Currency: string(a.Currency), Zone: a.TimeZone},
		At:       r.atOwner(), Problem: problem, Typed: typed, Admin: r.who.access() == toAdmin, A: a,
		Pixel:    `<img src="` + r.p.cfg.BaseURL + `/conversion.gif?click=CLICK&amp;kind=booking&amp;order=ORDER&amp;value=12.50" alt="" width="1" height="1">`,
		Postback: r.p.cfg.BaseURL + "/v1/conversions", Key: r.p.cfg.ConversionKey(a.ID),
	}
	for _, d := range a.Domains {
		v.Domains = append(v.Domains, domainRow{Name: d.Name, Proof: d.Proof, Since: r.moment(d.Verified), Verified: !d.Verified.IsZero()})
	}
	return r.show(status, advertiserPage(r.frame(a.Name), f, v))
}

func (p *Portal) saveAdvertiser(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	a, status := r.advertiser.Value, fasthttp.StatusBadRequest
	a.TimeZone, a.Caps = f.Value("time_zone"), f.caps()
	if r.who.access() == toAdmin {
		a.Name = f.Value("name") // it is beside ads that were approved with the name of then
	}
	f.check(a)
	if f.OK() {
		_, err := p.db.Advertisers.Update(r.ctx, r.by(), a, f.Revision)
		if err == nil {
			return r.done(r.atOwner()+"/settings", "saved")
		}
		status = f.refused(err, r.advertiser.Revision)
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.advertiserForm(status, f, "", "")
}

// addDomain notes a domain, with what has to be found there.
func (p *Portal) addDomain(r *request) error {
	a := r.advertiser.Value
	name, err := ads.Domain("domain", r.form("domain"))
	if err == nil && slices.ContainsFunc(a.Domains, func(d ads.AdvertiserDomain) bool { return d.Name == name }) {
		err = fault.Invalidf("domain", "is in the list already")
	}
	if err == nil {
		a.Domains = append(slices.Clone(a.Domains), ads.AdvertiserDomain{Name: name, Proof: "marquee-ads-" + rand.Text()})
		_, err = p.db.Advertisers.Update(r.ctx, r.by(), a, r.advertiser.Revision)
	}
	switch {
	case err == nil:
		return r.done(r.atOwner()+"/settings", "domain-added")
	case fault.Is(err, fault.Invalid):
		return r.domainRefused(sentence("the domain " + fault.Of(err).Message))
	}
	return err
}

// domainRefused shows the page again with what is wrong.
func (r *request) domainRefused(problem string) error {
	f := newForm()
	f.Revision = r.advertiser.Revision
	f.set("name", r.advertiser.Value.Name)
	f.set("time_zone", r.advertiser.Value.TimeZone)
	f.setCaps(r.advertiser.Value.Caps)
	return r.advertiserForm(fasthttp.StatusBadRequest, f, problem, r.form("domain"))
}

// checkFor is how long the proof of a domain is looked for.
const checkFor = 8 * time.Second

func (p *Portal) checkDomain(r *request) error {
	a := r.advertiser.Value
	i := slices.IndexFunc(a.Domains, func(d ads.AdvertiserDomain) bool { return d.Name == r.form("domain") })
	if i < 0 {
		return errNoPage
	}
	if err := p.limits.checks.Take(r.atOwner()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.ctx, checkFor)
	defer cancel()
	found, err := p.cfg.Domains.Check(ctx, a.Domains[i].Name, a.Domains[i].Proof)
	switch {
	case err != nil:
		return r.domainRefused("We could not look at " + a.Domains[i].Name + " just now. Please try again in some minutes.")
	case !found:
		return r.domainRefused("We did not find the proof at " + a.Domains[i].Name + ". Records in DNS can take hours until they are seen everywhere.")
	}
	a.Domains = slices.Clone(a.Domains)
	a.Domains[i].Verified = p.now()
	if _, err := p.db.Advertisers.Update(r.ctx, r.by(), a, r.advertiser.Revision); err != nil {
		return err
	}
	return r.done(r.atOwner()+"/settings", "domain-verified")
}

func (p *Portal) removeDomain(r *request) error {
	a := r.advertiser.Value
	kept := slices.DeleteFunc(slices.Clone(a.Domains), func(d ads.AdvertiserDomain) bool { return d.Name == r.form("domain") })
	if len(kept) == len(a.Domains) {
		return errNoPage
	}
	a.Domains = kept
	if _, err := p.db.Advertisers.Update(r.ctx, r.by(), a, r.advertiser.Revision); err != nil {
		return err
	}
	return r.done(r.atOwner()+"/settings", "domain-removed")
}

func (p *Portal) suspendAdvertiser(r *request) error {
	a := r.advertiser.Value
	a.Suspended = r.form("suspended") != ""
	if _, err := p.db.Advertisers.Update(r.ctx, r.by(), a, r.advertiser.Revision); err != nil {
		return err
	}
	return r.done(r.atOwner()+"/settings", suspension(a.Suspended))
}

func suspension(on bool) string {
	if on {
		return "suspended"
	}
	return "resumed"
}
