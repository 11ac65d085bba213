package portal

import (
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// viewer is who asks. The zero viewer is not signed in.
type viewer struct {
	ID         store.MemberID
	Name       string
	Email      string
	Role       store.Role
	Advertiser ads.AdvertiserID // of an advertiser's member
	Publisher  ads.PublisherID  // of a publisher's member
}

func (v viewer) none() bool { return v.ID == 0 }

// access is the set of the viewer's role alone.
func (v viewer) access() access {
	switch v.Role {
	case store.Buyer:
		return toAdvertiser
	case store.Seller:
		return toPublisher
	case store.Reviewer:
		return toReviewer
	case store.Finance:
		return toFinance
	case store.Admin:
		return toAdmin
	}
	return 0
}

// staff reports whether the viewer works for the platform and is bound to no advertiser or publisher.
func (v viewer) staff() bool { return v.access()&(toReviewer|toFinance|toAdmin) != 0 }

func (v viewer) mayBuyFor(id ads.AdvertiserID) bool {
	return v.staff() || v.Advertiser != 0 && v.Advertiser == id
}

func (v viewer) maySellFor(id ads.PublisherID) bool {
	return v.staff() || v.Publisher != 0 && v.Publisher == id
}

// menu are links above a page.
type menu struct {
	Of    string // whose pages they are, empty for the viewer's own
	Links []crumb
}

// menus are those of a role. Staff sees that of the advertiser or publisher that it looks at, too.
func (r *request) menus() []menu {
	var list []menu
	add := func(of string, links []crumb) {
		if len(links) > 0 {
			list = append(list, menu{of, links})
		}
	}
	add("", staffMenu(r.who.access()))
	if r.who.Advertiser != 0 {
		add("", advertiserMenu(r.who.Advertiser))
	} else if r.advertiser.Owner != 0 && r.who.access()&buyers != 0 {
		add(r.advertiser.Value.Name, advertiserMenu(ads.AdvertiserID(r.advertiser.Owner)))
	}
	if r.who.Publisher != 0 {
		add("", publisherMenu(r.who.Publisher))
	} else if r.publisher.Owner != 0 && r.who.access()&sellers != 0 {
		add(r.publisher.Value.Name, publisherMenu(ads.PublisherID(r.publisher.Owner)))
	}
	return list
}

func staffMenu(who access) []crumb {
	var list []crumb
	for _, m := range []struct {
		who access
		crumb
	}{
		{toReviewer | toAdmin, crumb{"/review", "Review"}},
		{toReviewer | toAdmin, crumb{"/traffic", "Traffic"}},
		{toFinance | toAdmin, crumb{"/finance", "Finance"}},
		{toAdmin, crumb{"/advertisers", "Advertisers"}},
		{toAdmin, crumb{"/publishers", "Publishers"}},
		{toAdmin, crumb{"/members", "Members"}},
		{toAdmin, crumb{"/audit", "Audit log"}},
	} {
		if m.who&who != 0 {
			list = append(list, m.crumb)
		}
	}
	return list
}

func advertiserMenu(id ads.AdvertiserID) []crumb {
	at := atAdvertiser(id)
	return []crumb{{at, "Campaigns"}, {at + "/reports", "Reports"}, {at + "/balance", "Balance"}, {at + "/settings", "Advertiser"}}
}

func publisherMenu(id ads.PublisherID) []crumb {
	at := atPublisher(id)
	return []crumb{{at, "Placements"}, {at + "/reports", "Reports"}, {at + "/earnings", "Earnings"}, {at + "/settings", "Publisher"}}
}

// The paths of things, below Prefix.

func atAdvertiser(id ads.AdvertiserID) string { return fmt.Sprintf("/advertisers/%d", id) }

func atPublisher(id ads.PublisherID) string { return fmt.Sprintf("/publishers/%d", id) }

func (r *request) atOwner() string { return atAdvertiser(ads.AdvertiserID(r.advertiser.Owner)) }

func (r *request) atSeller() string { return atPublisher(ads.PublisherID(r.publisher.Owner)) }

func (r *request) atCampaign(id ads.CampaignID) string {
	return fmt.Sprintf("%s/campaigns/%d", r.atOwner(), id)
}

func (r *request) atLine(id ads.LineID) string { return fmt.Sprintf("%s/lines/%d", r.atOwner(), id) }

func (r *request) atCreative(id ads.CreativeID) string {
	return fmt.Sprintf("%s/creatives/%d", r.atOwner(), id)
}

func (r *request) atPlacement(id ads.PlacementID) string {
	return fmt.Sprintf("%s/placements/%d", r.atSeller(), id)
}

// home leads to the first page of a role.
func (p *Portal) home(r *request) error {
	if menus := r.menus(); len(menus) > 0 {
		r.redirect(menus[0].Links[0].Path)
		return nil
	}
	r.redirect("/account")
	return nil
}
