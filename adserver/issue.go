package adserver

import (
	"math"
	"math/bits"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/auction"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// hold has the auction and reserves what its winners need: places within caps, and their price. When a winner finds that another request took the last of
// it, the auction is held again without him.
func (e *Engine) hold(w *work) {
	for range maxRounds {
		w.wins = auction.Run(w.wins[:0], w.slots, w.candidates, auction.Auction{ID: w.auction, Explore: w.exploring()})
		if e.reserveAll(w) {
			return
		}
	}
	w.wins = w.wins[:0]
}

// exploring is the share of slots that are for exploration: of a page that explores all, for whether it does was drawn before.
func (w *work) exploring() int {
	const all = 1_000_000
	if w.explores {
		return all
	}
	return 0
}

// reserveAll reserves for all winners, or for none; one that cannot is out.
func (e *Engine) reserveAll(w *work) bool {
	for i := range w.wins {
		if e.reserve(w, &w.wins[i]) {
			continue
		}
		e.counters.Raced.Add(1)
		w.candidates[w.wins[i].Candidate].Slots = 0
		for j := range w.wins[:i] {
			e.unreserve(&w.choices[w.wins[j].Candidate], w.wins[j].Cost)
		}
		return false
	}
	return true
}

// reserve takes a place within the caps and the price of an impression.
func (e *Engine) reserve(w *work, win *auction.Win) bool {
	c := &w.choices[win.Candidate]
	it := c.item
	c.pace = nil
	c.held = reservation{line: it.line.ID, day: it.live.campaign.advertiser.day(w.second), click: it.perClick}
	if w.free {
		return true
	}
	if w.user != 0 {
		ticket, ok := e.caps.Reserve(w.user, c.creative.limits, time.Unix(w.second, 0)) // the second that the token tells of it: see ticket
		if !ok {
			return false
		}
		c.held.user, c.held.at, c.held.ids = w.user, ticket.At, ticket.IDs
	}
	if pace := it.live.pace.Load(); pace != nil {
		if !pace.Take(win.Cost) {
			e.unreserve(c, win.Cost)
			return false
		}
		c.pace = pace
	}
	if c.held.click || win.Price == 0 {
		return true
	}
	set, day := it.live.accounts(c.held.day)
	c.held.day = day
	if !set.Reserve(ads.Nano(win.Price)) {
		e.unreserve(c, win.Cost)
		return false
	}
	c.held.price = ads.Nano(win.Price)
	return true
}

// unreserve gives back all that reserve took, of a winner that costs so much.
func (e *Engine) unreserve(c *choice, cost int64) {
	r := &c.held
	if r.user != 0 {
		e.caps.Release(r.ticket())
		r.user = 0
	}
	if c.pace != nil {
		c.pace.Give(cost)
		c.pace = nil
	}
	if r.price > 0 {
		set := e.live.line(r.line).accountsOf(r.day)
		set.Release(r.price)
		r.price = 0
	}
}

// issue signs the winners.
func (e *Engine) issue(w *work, a *Answer) {
	w.offsets = w.offsets[:0]
	for i := range w.wins {
		win := &w.wins[i]
		c := &w.choices[win.Candidate]
		if c.offer != 0 {
			e.show(w, c, win)
		}
		slot := w.slotOf[win.Slot]
		t := e.token(w, win, c, w.places[slot])
		w.offsets = append(w.offsets, len(a.tokens))
		a.tokens = e.ring.Append(a.tokens, &t)
		a.Ads = append(a.Ads, Ad{
			Slot: slot, Creative: &c.creative.Creative, Line: &c.item.line, Fragment: c.creative.fragment, Advertiser: c.item.advertiser.Name,
			Account: c.item.advertiser.ID, Landing: c.creative.host, Price: ads.Nano(win.Price), PerClick: t.Flags&token.PerClick != 0,
			Worth: ads.Nano(win.Cost), Personal: w.personal && c.item.personal,
		})
		if !w.free {
			e.keep(c, &t, w.places[slot])
		}
	}
	for i := range a.Ads { // only now, for the bytes may have moved as they grew
		end := len(a.tokens)
		if i+1 < len(a.Ads) {
			end = w.offsets[i+1]
		}
		a.Ads[i].Token = a.tokens[w.offsets[i]:end]
	}
	if len(w.outside) > 0 {
		e.tellOutside(w)
	}
	if !w.free { // what machines and previews get is no part of how a line does
		w.fatesOf()
	}
	e.counters.Decisions.Add(uint64(len(w.wins)))
	e.counters.Empty.Add(uint64(len(w.slots) - len(w.wins)))
}

// token says what was decided.
func (e *Engine) token(w *work, win *auction.Win, c *choice, p *place) token.Token {
	t := token.Token{
		Node: e.cfg.Node, Epoch: e.epoch, Serial: e.serial.Add(1), Line: c.item.line.ID, Creative: c.creative.ID, Placement: p.ID,
		Price: ads.Nano(win.Price), User: w.user, Issued: uint32(w.second), Lifetime: uint16(e.cfg.ViewFor.Seconds()),
		Agent: w.marks.Agent, Network: w.marks.Network, Day: c.held.day, City: w.city[:min(len(w.city), token.MaxCity)], // cut here, or books would have views and decisions in different places
	}
	if e.users.erased.meanwhile(w.user, w.erased) {
		e.caps.Forget(w.user)
		t.User, c.held.user = 0, 0
	}
	if c.held.click {
		t.Flags |= token.PerClick
	}
	if w.free {
		t.Flags |= token.Unbilled
	}
	if win.Explored {
		t.Flags |= token.Explored
		e.counters.Explored.Add(1)
	}
	if w.may.Measure {
		t.Flags |= token.Measured
	}
	if c.creative.Format == ads.Video {
		t.Flags |= token.Video
		t.Lifetime = uint16(e.cfg.VideoFor.Seconds())
	}
	return t
}

// keep remembers what is reserved until the ad is seen, or can no longer be.
func (e *Engine) keep(c *choice, t *token.Token, p *place) {
	r := &c.held
	r.serial, r.issued, r.network = t.Serial, t.Issued, t.Network
	queue := &e.pictures
	if t.Flags&token.Video != 0 {
		queue = &e.videos
	}
	if r.click {
		c.item.live.outstanding.Add(1)
	}
	queue.add(r)
	e.crowds.add(t.Network, 1)
	e.tally.add(ledger.Place{
		Advertiser: c.item.advertiser.ID, Campaign: c.item.campaign.ID, Line: t.Line, Creative: t.Creative, Publisher: p.publisher.ID,
		Placement: t.Placement, City: t.City, Currency: c.item.advertiser.Currency,
	})
}

// cheap reports whether a candidate is worth less than the floor of each of its slots.
func (w *work) cheap(candidate int) bool {
	c := &w.candidates[candidate]
	if c.Tier != auction.Open {
		return false
	}
	lowest := int64(math.MaxInt64)
	for slots := c.Slots; slots != 0; slots &= slots - 1 {
		lowest = min(lowest, w.slots[bits.TrailingZeros64(slots)].Floor)
	}
	return c.Slots != 0 && c.Worth() < lowest
}

// fatesOf counts who won and who lost.
func (w *work) fatesOf() {
	for i := range w.choices {
		fate := Lost
		if w.cheap(i) {
			fate = Cheap
		}
		for j := range w.wins {
			if w.wins[j].Candidate == i {
				fate = Won
			}
		}
		w.choices[i].item.live.fates[fate].Add(1)
	}
}
