package adserver

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/budget"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// stake is this node's part of a budget that nodes share. The limit of its account is what is leased and what was spent from leases, so that
// nothing is reserved that is not leased; a budget without a limit is not leased, and its account has none either.
type stake struct {
	of store.Budget // without its day

	mu  sync.Mutex
	cap ads.Nano // what the catalogue says, ads.MaxNano for no limit

	elsewhere atomic.Int64 // spent by other nodes and by earlier lives of this one, as last heard

	// What follows is for whoever holds the lessor's turn.
	round   uint64 // that it was last looked at in
	account *budget.Account
	day     int32
	unsure  request // a lease whose answer did not come
	meter
}

// meter is what was seen of the use of a stake.
type meter struct {
	limit ads.Nano // of the catalogue
	used  ads.Nano // of the account, at the last look
	rate  ads.Nano // used between looks
	floor ads.Nano // what the lines in use want to have at hand
	least ads.Nano // below this none of them can show an ad
	busy  bool     // something wants it, used or not

	quiet   int // looks since it was used
	surplus int // looks with much more at hand than is used
	backoff int // looks to wait after the next time that there is not enough
	wait    int // looks until it is tried again
}

// How much is leased, and for how long.
const (
	looks       = 3   // so many looks' use is leased ahead
	prices      = 4   // and this many impressions at least
	clickPrices = 2   // or what clicks may still cost, so often
	patience    = 3   // looks until a surplus is given back
	hold        = 300 // looks until what nobody uses is
	longestWait = 16  // looks between attempts to lease of an empty budget
)

// setCap sets what the catalogue says.
func (s *stake) setCap(a *budget.Account, n ads.Nano) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cap = max(n, 0)
	s.fit(a)
}

// fit opens the account of a budget without a limit, and closes that of one which has one now: what it has spent is gone, and what is reserved
// is to be leased. The lock is held.
func (s *stake) fit(a *budget.Account) {
	if a == nil {
		return
	}
	open := a.Limit() == ads.MaxNano
	switch {
	case s.cap == ads.MaxNano && !open:
		a.SetLimit(ads.MaxNano)
	case s.cap != ads.MaxNano && open:
		a.SetLimit(a.Spent())
	}
}

// gone is what all nodes have spent, with what is reserved here.
func (s *stake) gone(a *budget.Account) ads.Nano {
	return ads.Nano(s.elsewhere.Load()) + a.Limit() - a.Left()
}

// left is what the budget has left for all nodes, as last heard.
func (s *stake) left(a *budget.Account) ads.Nano {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cap == ads.MaxNano {
		return ads.MaxNano
	}
	return s.cap - s.gone(a)
}

// hear notes what all have spent together.
func (s *stake) hear(all ads.Nano, a *budget.Account) {
	s.elsewhere.Store(int64(max(all-a.Spent(), 0)))
}

// begin prepares a look. A new day begins with nothing.
func (s *stake) begin(p part, tick bool) {
	if s.account != p.account {
		s.account, s.day, s.unsure, s.meter = p.account, p.day, request{}, meter{}
	}
	if tick {
		s.floor, s.least, s.busy = 0, ads.MaxNano, false
	}
}

// want notes that a line needs so much for one more ad.
func (s *stake) want(needs ads.Nano, times int, busy bool) {
	if needs > 0 {
		s.floor, s.least = max(s.floor, needs*ads.Nano(times)), min(s.least, needs)
	}
	if busy {
		s.busy, s.quiet = true, 0
	}
}

// weigh returns how much to lease, or below zero how much to give back.
func (s *stake) weigh(tick bool) ads.Nano {
	a := s.account
	s.mu.Lock()
	s.fit(a)
	limit := s.cap
	s.mu.Unlock()
	left := a.Left()
	used := a.Limit() - left
	recent := max(used-s.used, 0)
	if tick {
		s.age(used, recent)
	}
	lowered := limit < s.limit
	if limit > s.limit {
		s.wait, s.backoff = 0, 0
	}
	s.limit = limit
	target := s.target(recent)
	switch {
	case limit == ads.MaxNano:
		return 0
	case lowered:
		return -max(left, 0) // what remains of the new limit is shared out anew
	case 2*left < target && s.wait == 0:
		return target - left
	case s.surplus >= patience:
		return -max(left-target, 0)
	}
	return 0
}

func (s *stake) target(recent ads.Nano) ads.Nano {
	if s.quiet >= hold {
		return 0
	}
	return min(max(s.floor, looks*max(s.rate, recent)), ads.MaxNano/2)
}

// age lets the time between two looks pass.
func (s *stake) age(used, recent ads.Nano) {
	s.used, s.rate, s.wait = used, max(recent, s.rate/2), max(s.wait-1, 0)
	s.quiet++
	if s.busy || recent > 0 {
		s.quiet = 0
	}
	s.surplus++
	most := s.target(recent)
	if s.quiet < patience {
		most *= 2
	}
	if s.account.Left() <= most {
		s.surplus = 0
	}
}

// got enters what a lease of so much was granted, and returns what of it is of no use here and may be elsewhere.
func (s *stake) got(granted, wanted ads.Nano) (useless ads.Nano) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cap != ads.MaxNano {
		s.account.Grow(granted)
	}
	if granted == wanted {
		s.backoff = 0
		return 0
	}
	s.backoff = min(max(2*s.backoff, 1), longestWait)
	s.wait = s.backoff
	if left := s.account.Left(); left > 0 && left < s.least {
		return left
	}
	return 0
}

// dry reports whether the budget keeps a line from showing an ad, and it was tried of late to lease more.
func (s *stake) dry(needs ads.Nano) bool {
	return s.wait > 0 && s.account.Left() < needs
}

// part is a stake and what it is leased for now.
type part struct {
	*stake
	account *budget.Account
	day     int32
}

// budget is what the store knows the part by.
func (p part) budget() store.Budget {
	of := p.of
	of.Day = p.day
	return of
}

// parts are those of all budgets that an ad of the line is paid from, as accounts has them.
func (l *liveLine) parts(now time.Time) [5]part {
	c, a := l.campaign, l.campaign.advertiser
	day := a.day(now.Unix())
	return [5]part{l.purse.part(day), {&l.purse.inAll, &l.purse.total, 0}, c.purse.part(day), {&c.purse.inAll, &c.purse.total, 0}, {&a.stake, &a.balance, 0}}
}

func (p *purse) part(day int32) part {
	account, of := p.today(day)
	return part{&p.byDay, account, of}
}

// setCaps is setLimits of a purse that is shared.
func (p *purse) setCaps(b ads.Budget) {
	fresh := ads.Nano(0) // a new day has nothing leased yet
	if b.Daily == 0 {
		fresh = ads.MaxNano
	}
	p.daily.Store(int64(fresh))
	_, today := p.days.Current()
	p.byDay.setCap(today, limit(b.Daily))
	p.inAll.setCap(&p.total, limit(b.Total))
}

// left is the least that any of a line's budgets has left, on all nodes.
func (l *liveLine) left(now time.Time) ads.Nano {
	if !l.purse.shared {
		set, _ := l.accounts(l.campaign.advertiser.day(now.Unix()))
		return set.Left()
	}
	least := ads.MaxNano
	for _, p := range l.parts(now) {
		least = min(least, p.left(p.account))
	}
	return least
}
