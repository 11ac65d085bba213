package adserver

import (
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/pacing"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// follow brings the limits to what the catalogue says. What is spent and reserved stays as it is.
func (l *live) follow(c store.Catalog, credits map[ads.AdvertiserID]ads.Nano, now time.Time, curve *pacing.Curve) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range c.Advertisers {
		l.advertiser(a.ID).setZone(a.TimeZone)
		l.advertiser(a.ID).setCredit(credits[a.ID], l.shared)
	}
	campaigns := map[ads.CampaignID]ads.Campaign{}
	for _, m := range c.Campaigns {
		campaigns[m.ID] = m
		l.campaign(m.ID, m.Advertiser).purse.setLimits(m.Budget)
	}
	for _, line := range c.Lines {
		if l.campaigns[line.Campaign] != nil {
			err = errors.Join(err, l.lineOf(line.ID, line.Campaign).follow(line, campaigns[line.Campaign], now, curve))
		}
	}
	return err
}

func (a *liveAdvertiser) setZone(name string) {
	if zone := a.zone.Load(); zone == nil || zone.String() != name {
		a.zone.Store(location(name))
	}
}

// setCredit sets what was paid in.
func (a *liveAdvertiser) setCredit(n ads.Nano, shared bool) {
	if shared {
		a.stake.setCap(&a.balance, n)
		return
	}
	a.balance.SetLimit(n)
}

func (l *liveLine) follow(line ads.Line, c ads.Campaign, now time.Time, curve *pacing.Curve) error {
	l.purse.setLimits(line.Budget)
	l.perClick.Store(line.Pricing == ads.CPC)
	plan, paced := planOf(line, c, l.campaign.advertiser.zone.Load())
	fresh := l.pace.Load() == nil
	if err := l.pacedBy(plan, paced); err != nil {
		return fmt.Errorf("adserver: pace of line %d: %w", line.ID, err)
	}
	if pace := l.pace.Load(); pace != nil && fresh {
		l.step(pace, now, curve) // before its first step it takes part in nothing
	}
	return nil
}

// advertiser, campaign and lineOf return the state of what they name, making it where there is none. The lock is held.
func (l *live) advertiser(id ads.AdvertiserID) *liveAdvertiser {
	a := l.advertisers[id]
	if a == nil {
		a = &liveAdvertiser{stake: stake{of: store.Budget{Kind: store.AdvertiserBudget, ID: uint32(id)}}}
		a.zone.Store(time.UTC)
		l.advertisers[id] = a
	}
	return a
}

func (l *live) campaign(id ads.CampaignID, owner ads.AdvertiserID) *liveCampaign {
	c := l.campaigns[id]
	if c == nil {
		c = &liveCampaign{advertiser: l.advertiser(owner)}
		c.purse.begin(l.shared, store.CampaignBudget, uint32(id))
		l.campaigns[id] = c
	}
	return c
}

func (l *live) lineOf(id ads.LineID, campaign ads.CampaignID) *liveLine {
	line := l.lines[id]
	if line == nil {
		line = &liveLine{id: id, campaign: l.campaigns[campaign]}
		line.purse.begin(l.shared, store.LineBudget, uint32(id))
		l.lines[id] = line
	}
	return line
}
