package adserver

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/budget"
	"github.com/marquee-tickets/marquee/adserver/pacing"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// live is what changes with every decision: budgets, paces and counts. It stays when the catalogue is read anew, so that
// nothing that is reserved is lost. It is safe for concurrent use.
type live struct {
	mu          sync.RWMutex
	advertisers map[ads.AdvertiserID]*liveAdvertiser
	campaigns   map[ads.CampaignID]*liveCampaign
	lines       map[ads.LineID]*liveLine
	shared      bool // budgets are spent from what is leased of them
}

// purse is a budget in total and by day.
type purse struct {
	total budget.Account
	days  budget.Days
	daily atomic.Int64 // limit of a day

	shared       bool
	inAll, byDay stake // of total and of the day, when they are shared
}

// begin says what a new purse is of.
func (p *purse) begin(shared bool, kind store.BudgetKind, id uint32) {
	p.shared = shared
	p.inAll.of = store.Budget{Kind: kind, ID: id}
	p.byDay.of = p.inAll.of
}

// limit is what a budget without a limit counts as.
func limit(n ads.Nano) ads.Nano {
	if n == 0 {
		return ads.MaxNano
	}
	return n
}

func (p *purse) setLimits(b ads.Budget) {
	if p.shared {
		p.setCaps(b)
		return
	}
	p.total.SetLimit(limit(b.Total))
	p.daily.Store(int64(limit(b.Daily)))
	p.days.SetLimit(limit(b.Daily))
}

// today is the account of a day, or of the current one when that day is over: it says which.
func (p *purse) today(day int32) (account *budget.Account, of int32) {
	return p.days.On(day, ads.Nano(p.daily.Load()))
}

type liveAdvertiser struct {
	zone    atomic.Pointer[time.Location]
	balance budget.Account // its limit is all that was ever paid in
	quarter atomic.Pointer[quarter]
	stake   stake // of balance, when it is shared
}

// quarter is a quarter of an hour: by so much zones differ, so that no day begins within one.
type quarter struct {
	zone   *time.Location
	number int64 // since 1970
	day    int32
}

const secondsPerQuarter = 15 * 60

// day is the number of the day in the advertiser's time zone, from 1970 on, at a second.
func (a *liveAdvertiser) day(second int64) int32 {
	zone, number := a.zone.Load(), second/secondsPerQuarter
	if q := a.quarter.Load(); q != nil && q.number == number && q.zone == zone {
		return q.day
	}
	_, offset := time.Unix(second, 0).In(zone).Zone()
	day := int32((second + int64(offset)) / secondsPerDay)
	a.quarter.Store(&quarter{zone, number, day})
	return day
}

const secondsPerDay = 24 * 3600

type liveCampaign struct {
	advertiser *liveAdvertiser
	purse      purse
}

type liveLine struct {
	pace     atomic.Pointer[pacing.Line] // nil for what is not spread
	campaign *liveCampaign
	purse    purse

	// outstanding are ads of a CPC line that may still be seen, or were and can still be clicked, for the bound of what they may cost.
	outstanding atomic.Int64
	rate, upper atomic.Uint32 // expected clicks of a milliard views, and what they are below for almost certain
	rated       atomic.Pointer[estimate]
	counts      counts

	id       ads.LineID
	perClick atomic.Bool
	passes   atomic.Uint32 // share of requests that its pace lets through, in parts per million
	arms     sync.Map      // ads.CreativeID → *counts
	fates    tallies
	wish     wish // for more of what is leased, when budgets are shared
}

// counts are what a click rate is estimated from.
type counts struct{ views, clicks atomic.Int64 }

// arm returns the counts of a creative.
func (l *liveLine) arm(id ads.CreativeID) *counts {
	if c, ok := l.arms.Load(id); ok {
		return c.(*counts) //nolint:forcetypeassert // nothing else is stored
	}
	c, _ := l.arms.LoadOrStore(id, new(counts))
	return c.(*counts) //nolint:forcetypeassert // nothing else is stored
}

// accounts are all that an ad of the line is paid from on a day, or on the current one when that day is over, and which day that is: the one that is
// emptied most often first.
func (l *liveLine) accounts(day int32) (set budget.Set, of int32) {
	c := l.campaign
	for {
		line, its := l.purse.today(day)
		campaign, theirs := c.purse.today(its)
		if its == theirs {
			return budget.Set{line, &l.purse.total, campaign, &c.purse.total, &c.advertiser.balance}, its
		}
		day = theirs // for another line of the campaign it is tomorrow already
	}
}

// accountsOf are those of a day for what was reserved before: a day that is over has none.
func (l *liveLine) accountsOf(day int32) budget.Set {
	c := l.campaign
	return budget.Set{l.purse.days.Of(day), &l.purse.total, c.purse.days.Of(day), &c.purse.total, &c.advertiser.balance}
}

func newLive(shared bool) *live {
	return &live{
		shared:      shared,
		advertisers: map[ads.AdvertiserID]*liveAdvertiser{},
		campaigns:   map[ads.CampaignID]*liveCampaign{},
		lines:       map[ads.LineID]*liveLine{},
	}
}

// line returns a line's state, nil when there is no such line.
func (l *live) line(id ads.LineID) *liveLine {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.lines[id]
}
