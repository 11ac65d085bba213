package adserver

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// Reasons is what may be told of why somebody sees an ad.
type Reasons struct {
	Advertiser string
	Landing    string   // host that it leads to
	Targeting  string   // what its line asks for, as package targeting writes it; empty for everybody
	By         []string // the dimensions that it asks for: "city", "genre"
	Personal   bool     // some of them are of the person
	City       string   // that the page or the address said
	Known      bool     // it is counted how often this person sees it
}

// Why says why somebody sees an ad. Error: token.ErrToken.
func (e *Engine) Why(text []byte) (Reasons, error) {
	t, err := e.ring.Parse(text)
	if err != nil {
		return Reasons{}, err
	}
	r := Reasons{City: t.City, Known: t.User != 0}
	s := e.current.Load()
	it := s.lines[t.Line]
	if c := s.creatives[t.Creative]; c != nil {
		it, r.Landing = c.item, c.host
	} else if t.Creative != 0 || it == nil {
		return r, token.ErrToken
	}
	r.Advertiser, r.Targeting, r.Personal = it.advertiser.Name, it.line.Targeting, it.personal
	for _, dim := range it.dims {
		r.By = append(r.By, dim.String())
	}
	return r, nil
}

// Obstacle is something that keeps a line from being served, in a sentence that its advertiser can act on.
type Obstacle struct {
	Code string // stable word
	Text string
}

// Delivery is how a line does at the moment.
type Delivery struct {
	Obstacles []Obstacle // empty when nothing keeps it from being served
	Fates     Fates      // of requests of people
	Since     time.Time  // from when Fates are counted: the program began then
	Left      ads.Nano   // the least of all its budgets and the balance; ads.MaxNano without any
	Pace      float64    // share of requests that it takes part in: 0 to 1
}

// Explain says how a line does, and what keeps it from being served. False when there is no such line.
func (e *Engine) Explain(id ads.LineID) (Delivery, bool) {
	s := e.current.Load()
	it := s.lines[id]
	if it == nil {
		return Delivery{}, false
	}
	now := e.cfg.Now()
	d := Delivery{Fates: it.live.fates.load(), Since: e.began, Left: it.live.left(now), Pace: 1}
	if it.live.pace.Load() != nil {
		d.Pace = float64(it.live.passes.Load()) / million
	}
	d.Obstacles = append(e.wishes(it, now), e.means(s, it, d.Left)...)
	return d, true
}

// wishes are the obstacles that somebody wants.
func (e *Engine) wishes(it *item, now time.Time) (list []Obstacle) {
	add := func(when bool, code, format string, args ...any) {
		if when {
			list = append(list, Obstacle{code, fmt.Sprintf(format, args...)})
		}
	}
	add(it.advertiser.Suspended, "suspended", "The account is suspended: please write to us.")
	add(it.campaign.Status != ads.Active, "campaign_"+string(it.campaign.Status), "The campaign is %s.", it.campaign.Status)
	add(it.line.Status != ads.Active, "line_"+string(it.line.Status), "The line is %s.", it.line.Status)
	from, to := span(it.campaign.Flight, it.line.Flight)
	add(now.Unix() < from, "not_begun", "Its time begins on %s.", time.Unix(from, 0).In(it.live.campaign.advertiser.zone.Load()).Format("2 January 2006 15:04"))
	add(now.Unix() >= to, "over", "Its time is over.")
	return list
}

// means are the obstacles of what a line lacks.
func (e *Engine) means(s *snapshot, it *item, left ads.Nano) (list []Obstacle) {
	switch {
	case it.bidder == nil && it.line.Programmatic():
		list = append(list, Obstacle{"no_exchange", "This server asks no outside bidders."})
	case it.bidder == nil && len(it.creatives) == 0:
		list = append(list, e.noCreative(s, it))
	case !s.placed(it):
		list = append(list, Obstacle{"no_placement", "No placement takes its creatives: look at their sizes, at what publishers block, and at the placements that were chosen."})
	default:
		list = append(list, s.belowFloors(it)...)
	}
	if !it.house && left < it.live.needs(it.line.Bid, it.perClick) {
		code, text := "budget", "Its budget, or that of its campaign, is spent for now."
		if e.lessor.balance(it.live.campaign.advertiser) < it.line.Bid {
			code, text = "balance", "The account's balance is too low: please top it up."
		}
		list = append(list, Obstacle{code, text})
	}
	return list
}

// placed reports whether some placement takes a line.
func (s *snapshot) placed(it *item) bool {
	for _, p := range s.places {
		if p.open(it) {
			return true
		}
	}
	return false
}

// open reports whether a line may be served at a place now.
func (p *place) open(it *item) bool { return !p.Paused && !p.publisher.Suspended && p.takes(it) }

// belowFloors says that a line of the auction is worth too little for each of its places. What a bidder has is known only when it is asked.
func (s *snapshot) belowFloors(it *item) []Obstacle {
	if it.line.Tier != ads.Auction || it.bidder != nil {
		return nil
	}
	lowest := ads.MaxNano
	for _, p := range s.places {
		if p.open(it) {
			lowest = min(lowest, p.Floor)
		}
	}
	c := candidate(it, it.creatives[0], 0)
	if c.Worth() >= int64(lowest/perMille) {
		return nil
	}
	text := "Its bid"
	if it.perClick {
		text = "By the clicks that are expected of it, its bid"
	}
	return []Obstacle{{"floor", fmt.Sprintf("%s is below the floor of each of its placements: the lowest is %s %s for 1,000 views.", text, it.advertiser.Currency, lowest)}}
}

// noCreative says why none of a line's creatives may be seen.
func (e *Engine) noCreative(s *snapshot, it *item) Obstacle {
	o := Obstacle{"no_creative", "It has no creative yet."}
	for _, c := range s.creatives {
		if c.item != it {
			continue
		}
		switch {
		case c.Paused:
			o = Obstacle{"creative_paused", "Its creatives are paused."}
		case c.Review == ads.Submitted:
			return Obstacle{"in_review", "Its creatives wait for review."}
		case c.Review != ads.Approved:
			o = Obstacle{"not_approved", "None of its creatives is approved."}
		default:
			return Obstacle{"domain", fmt.Sprintf("It is not shown yet that %s is the advertiser's domain.", c.host)}
		}
	}
	return o
}
