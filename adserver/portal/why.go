package portal

import (
	"fmt"
	"slices"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// ownerReasons are what keeps all of an advertiser's lines from being served.
func (r *request) ownerReasons(balance ads.Nano) []Reason {
	var list []Reason
	a := r.advertiser.Value
	if a.Suspended {
		list = append(list, Reason{"The advertiser is suspended; an administrator can say why.", ""})
	}
	switch {
	case balance < 0:
		list = append(list, Reason{belowZero, r.atOwner() + "/balance"})
	case balance == 0:
		list = append(list, Reason{"There is no balance: top up first.", r.atOwner() + "/balance"})
	}
	if !slices.ContainsFunc(a.Domains, func(d ads.AdvertiserDomain) bool { return !d.Verified.IsZero() }) {
		list = append(list, Reason{"No domain is verified: show that yours is your own.", r.atOwner() + "/settings"})
	}
	return list
}

// belowZero says how that can be, for ads are paid from what is there.
const belowZero = "The balance is below zero, as when a payment goes back that was spent: no ad is served until it is made up."

// ownReasons asks for the balance and returns ownerReasons. A house line costs nothing.
func (r *request) ownReasons() ([]Reason, error) {
	balance, err := r.balance()
	if r.line.Value.Tier == ads.House {
		balance = max(balance, 1)
	}
	return r.ownerReasons(balance), err
}

// campaignReasons are what keeps a campaign from being served.
func (r *request) campaignReasons(lines []store.Kept[ads.Line]) ([]Reason, error) {
	list, err := r.ownReasons()
	c := r.campaign.Value
	at := r.atCampaign(c.ID)
	list = append(list, r.timing("campaign", c.Status, c.Flight, at)...)
	started := slices.ContainsFunc(lines, func(k store.Kept[ads.Line]) bool { return k.Value.Status == ads.Active })
	switch {
	case len(lines) == 0:
		list = append(list, Reason{"The campaign has no line yet.", at + "/lines/new"})
	case !started:
		list = append(list, Reason{"No line of the campaign is started.", at})
	}
	return list, err
}

// timing are reasons that campaigns and lines share.
func (r *request) timing(what string, s ads.Status, f ads.Flight, at string) []Reason {
	var list []Reason
	switch s {
	case ads.Draft:
		list = append(list, Reason{"The " + what + " is a draft: start it when it is ready.", at})
	case ads.Paused:
		list = append(list, Reason{"The " + what + " is paused.", at})
	case ads.Archived:
		list = append(list, Reason{"The " + what + " is archived.", at})
	case ads.Active:
	}
	switch now := r.p.now(); {
	case now.Before(f.Starts):
		list = append(list, Reason{"The " + what + " starts on " + r.moment(f.Starts) + ".", at + "/edit"})
	case !f.Covers(now):
		list = append(list, Reason{"The " + what + " ended on " + r.moment(f.Ends) + ".", at + "/edit"})
	}
	return list
}

// lineReasons are what keeps a line from being served: what is plain from what is stored, and only when nothing is, what the program knows, which
// would say the same in other words.
func (r *request) lineReasons(creatives []store.Kept[ads.Creative]) ([]Reason, error) {
	list, err := r.ownReasons()
	if err != nil {
		return nil, err
	}
	l, c := r.line.Value, r.campaign.Value
	list = append(list, r.timing("campaign", c.Status, c.Flight, r.atCampaign(c.ID))...)
	list = append(list, r.timing("line", l.Status, l.Flight, r.atLine(l.ID))...)
	more, err := r.creativeReasons(creatives)
	if err != nil {
		return nil, err
	}
	list = append(list, more...)
	if more, err = r.spentReasons(); err != nil {
		return nil, err
	}
	list = append(list, more...)
	if more, err = r.unseenReasons(creatives); err != nil {
		return nil, err
	}
	list = append(list, more...)
	if len(list) > 0 {
		return list, nil
	}
	if list, err = r.p.cfg.Why(r.ctx, l.ID); err != nil {
		return nil, fmt.Errorf("why line %d is not served: %w", l.ID, err)
	}
	return list, nil
}

// creativeReasons are about what there is to be seen.
func (r *request) creativeReasons(creatives []store.Kept[ads.Creative]) ([]Reason, error) {
	at := r.atLine(r.line.Value.ID)
	if r.line.Value.Programmatic() {
		return nil, nil // its bidder has them
	}
	if len(creatives) == 0 {
		return []Reason{{"The line has no creative yet.", at + "/creatives/new"}}, nil
	}
	ready := slices.Clone(creatives)
	ready = slices.DeleteFunc(ready, func(k store.Kept[ads.Creative]) bool { return k.Value.Review != ads.Approved || k.Value.Paused })
	if len(ready) == 0 {
		return []Reason{{"No creative is approved and running: send one to be reviewed.", at}}, nil
	}
	var list []Reason
	a := r.advertiser.Value
	owned := slices.ContainsFunc(ready, func(k store.Kept[ads.Creative]) bool { return a.Owns(k.Value.LandingHost()) })
	if !owned {
		list = append(list, Reason{"No creative leads to a domain that is verified.", r.atOwner() + "/settings"})
	}
	fit, err := r.fitting()
	if err != nil {
		return nil, err
	}
	fits := slices.ContainsFunc(fit, func(p place) bool {
		return !p.Paused && slices.ContainsFunc(ready, func(k store.Kept[ads.Creative]) bool { return p.Fits(k.Value) })
	})
	if !fits {
		list = append(list, Reason{"No placement fits a creative: look at its sizes, and at the placements of the line.", at + "/edit"})
	}
	return list, nil
}

// spentReasons are about budgets.
func (r *request) spentReasons() ([]Reason, error) {
	var list []Reason
	l, c := r.line.Value, r.campaign.Value
	for _, b := range []struct {
		what, at string
		budget   ads.Budget
		query    store.Query
	}{
		{"campaign", r.atCampaign(c.ID), c.Budget, store.Query{Campaign: c.ID}},
		{"line", r.atLine(l.ID), l.Budget, store.Query{Line: l.ID}},
	} {
		if b.budget == (ads.Budget{}) {
			continue
		}
		spent, err := r.spent(b.query)
		switch {
		case err != nil:
			return nil, err
		case b.budget.Total > 0 && spent.total >= b.budget.Total:
			list = append(list, Reason{"The budget of the " + b.what + " is spent." + r.givenBack(spent.back), b.at + "/edit"})
		case b.budget.Daily > 0 && spent.today >= b.budget.Daily:
			list = append(list, Reason{"The budget of the " + b.what + " for today is spent.", b.at + "/edit"})
		}
	}
	return list, nil
}

// givenBack says why a budget is spent of which reports say that less was.
func (r *request) givenBack(back ads.Nano) string {
	if back == 0 {
		return ""
	}
	return " Of this " + r.money(back) + " was given back as invalid traffic, which does not come back into the budget: raise it to spend that again."
}

// unseen is how often a creative is chosen without a view until something must be wrong: of a place that one in twenty of its page's visitors get to see,
// so many without a view happen once in a hundred and fifty times.
const unseen = 100

// unseenReasons are about creatives that are chosen and never in sight, yesterday and today: the page may refuse to show them, which it tells nobody.
func (r *request) unseenReasons(creatives []store.Kept[ads.Creative]) ([]Reason, error) {
	q := r.ever(store.Query{Line: r.line.Value.ID}, store.ByCreative)
	q.From = q.To.AddDate(0, 0, -1)
	rows, err := r.p.db.Report(r.ctx, q)
	if err != nil {
		return nil, err
	}
	var list []Reason
	for _, row := range rows {
		i := slices.IndexFunc(creatives, func(k store.Kept[ads.Creative]) bool { return k.Value.ID == row.Creative })
		if i < 0 || row.Views > 0 || len(row.Invalid) > 0 || row.Decisions < unseen {
			continue
		}
		list = append(list, Reason{fmt.Sprintf("%s was chosen %s times since yesterday and was never in sight: pages may not show it, or have its place where nobody looks.",
			creatives[i].Value.Name, count(row.Decisions)), r.atCreative(row.Creative)})
	}
	return list, nil
}
