package adserver

import (
	"math/bits"
	"math/rand/v2"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/auction"
	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/pacing"
	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/bms/money"
)

// work is what one decision needs, kept for the next.
type work struct {
	now      time.Time
	second   int64 // now, since 1970
	snapshot *snapshot
	auction  uint64
	explores bool
	free     bool   // nothing is billed, reserved or counted
	house    bool   // only what costs nothing
	user     uint64 // whose views may be counted; zero is nobody
	asker    uint64 // who asked for no personal ads, or not to see some; also where views must not be counted
	erased   uint64 // how often somebody had been erased when it began
	key      uint64 // of the choice among creatives: the user, or the page where nobody is known
	personal bool
	city     string
	zone     *time.Location // where the visitor seems to be, or the publisher
	marks    fraud.Marks
	accepts  func(Offered) bool // of the slot that is asked for

	signals    targeting.Signals
	matcher    targeting.Matcher
	places     []*place
	slots      []auction.Slot
	slotOf     []int              // index of Request.Slots
	batch      []*item            // that are looked at together
	entrants   []ads.AdvertiserID // of the candidates for one place
	candidates []auction.Candidate
	choices    []choice // beside candidates
	arms       []auction.Arm
	fitting    []*creative
	wins       []auction.Win
	offsets    []int
	may        consent.Permissions
	outside    []outsider // lines that match and whose ads are with bidders
	offers     []offered  // what those offered
}

// choice is the creative that a candidate would show.
type choice struct {
	item     *item
	creative *creative
	held     reservation
	pace     *pacing.Line // that something was taken of
	offer    int          // one more than the number among work.offers, of a bidder's; zero for our own
}

// Decide chooses the ads of a page, reserves what they cost, and signs them. Errors: an Invalid fault about the request.
func (e *Engine) Decide(r *Request, a *Answer) error {
	a.reset()
	w, _ := e.works.Get().(*work)
	defer e.works.Put(w)
	w.now, w.snapshot, w.erased = e.cfg.Now(), e.current.Load(), e.users.erased.times.Load()
	w.second = w.now.Unix()
	publisher, places, err := r.check(w.snapshot, w.places[:0])
	w.places = places
	if err != nil {
		return err
	}
	e.know(w, r, publisher, a)
	w.lay(r)
	e.gather(w, r)
	if len(w.outside) > 0 {
		e.askOutside(w, r, publisher)
	}
	e.hold(w)
	e.issue(w, a)
	return nil
}

// know finds out who asks, and what of that may be used.
func (e *Engine) know(w *work, r *Request, p *publisher, a *Answer) {
	sensors := &e.cfg.Sensors
	at := sensors.Places.Lookup(r.Visitor.IP)
	d := sensors.Devices.Parse(r.Visitor.Agent).WithHints(r.Visitor.Mobile, r.Visitor.Platform)
	signals := r.Consent
	signals.Country = or(signals.Country, or(at.Country, r.Page.Country))
	may, _ := e.cfg.Consent.Decide(signals) // what cannot be read allows nothing; that is the answer
	w.may, w.user, w.asker = may, 0, 0
	if may.FrequencyByUser || may.Personalise { // or what somebody asked for could not be looked up
		w.asker = e.userOf(p, r.User.ID)
	}
	if may.FrequencyByUser {
		w.user = w.asker
	}
	w.personal = may.Personalise && (w.asker == 0 || !e.users.wantsPlain(w.asker))
	w.auction = rand.Uint64() //nolint:gosec // it decides ties, and is not to be known before; it guards nothing
	w.key = w.user
	if w.key == 0 {
		w.key = w.auction
	}
	w.explores = w.auction%uint64(money.Whole) < uint64(e.cfg.Explore)
	a.ID, a.Bot, a.Reason, a.User = w.auction, d.Bot || !d.Known, may.Reason, w.user
	w.free, w.house = a.Bot || r.Preview, e.Healthy() != nil
	w.marks = sensors.Fraud.Marks(r.Visitor.IP, r.Visitor.Agent)
	if !w.free && e.full(w.marks.Network) {
		w.free, w.house = true, true
	}
	where := e.names.of(&at)
	w.city, w.zone = or(r.Page.City, where.city), where.zone
	if w.zone == nil {
		w.zone = p.zone
	}
	w.signals.Reset(w.personal)
	w.sense(r, p, &at, &d)
}

// lay makes a slot of the auction of each ad that is asked for.
func (w *work) lay(r *Request) {
	w.slots, w.slotOf = w.slots[:0], w.slotOf[:0]
	for i, s := range r.Slots {
		for range max(s.Count, 1) {
			if len(w.slots) < maxAds {
				w.slots = append(w.slots, auction.Slot{Floor: int64(max(s.Floor, w.places[i].floor))})
				w.slotOf = append(w.slotOf, i)
			}
		}
	}
}

// Bounds of one decision.
const (
	maxAds     = 64 // of a page; so many slots an auction has
	enough     = 8  // advertisers for a place, and more where it takes several ads
	enoughMore = 64 // lines, where little-known ones are looked for
	maxRounds  = 4  // auctions, when winners lose what they need to others
)

// gather finds who may be shown at each place.
func (e *Engine) gather(w *work, r *Request) {
	w.candidates, w.choices, w.outside, w.offers = w.candidates[:0], w.choices[:0], w.outside[:0], w.offers[:0]
	for i, p := range w.places {
		if w.asked(r, i) {
			continue
		}
		w.accepts = r.Slots[i].Accepts
		w.stand(p)
		w.matcher.Match(w.snapshot.index, &w.signals)
		e.enter(w, p, w.slotsAt(r, i))
	}
}

// enter finds candidates for some slots at a place: the best of enough advertisers, so that an auction has somebody to set its price, and something else to
// show where two of one advertiser must not be seen together.
func (e *Engine) enter(w *work, p *place, slots uint64) {
	count := bits.OnesCount64(slots)
	want, each := enough+2*(count-1), 1+count
	if w.explores {
		want, each = enoughMore, enoughMore
	}
	w.entrants = w.entrants[:0]
	for want > 0 && w.take(each) {
		e.spare(w)
		e.afford(w)
		for _, it := range w.batch {
			if want == 0 {
				return
			}
			known := w.entered(it.by)
			if known >= each || !e.consider(w, it, p, slots) {
				continue
			}
			if !it.outside { // what a bidder has is known when it was asked
				w.entrants = append(w.entrants, it.by)
			}
			if known == 0 || w.explores {
				want--
			}
		}
	}
}

// entered is how many lines of an advertiser are candidates for the place.
func (w *work) entered(id ads.AdvertiserID) (lines int) {
	for _, other := range w.entrants {
		if other == id {
			lines++
		}
	}
	return lines
}

// batch is how many lines that match are looked at together. What is asked of a line lies in some ten places of memory, which the processor can fetch for
// many lines at once, and for one only one after the other: so each question is put to all of the batch before the next one.
const batch = 16

// take fills the batch with the next lines that match and are to be served now, of advertisers with fewer than so many candidates, and reports whether there
// are any.
func (w *work) take(each int) bool {
	w.batch = w.batch[:0]
	for len(w.batch) < batch {
		n, ok := w.matcher.Next()
		if !ok {
			break
		}
		if h := &w.snapshot.heads[n]; w.second >= h.from && w.second < h.to && (h.house || !w.house) && w.entered(h.advertiser) < each {
			w.batch = append(w.batch, h.item)
		}
	}
	return len(w.batch) > 0
}

// spare leaves out of the batch the lines whose pace spares this request.
func (e *Engine) spare(w *work) {
	if w.free {
		return
	}
	kept := w.batch[:0]
	for _, it := range w.batch {
		if pace := it.live.pace.Load(); it.house || pace == nil || pace.Pass(uint32(mixed(w.auction, uint64(it.id)))) {
			kept = append(kept, it)
		} else {
			it.live.fates[Slowed].Add(1)
		}
	}
	w.batch = kept
}

// afford leaves out of the batch the lines that cannot pay for one more ad.
func (e *Engine) afford(w *work) {
	if w.free {
		return
	}
	kept := w.batch[:0]
	for _, it := range w.batch {
		if it.house || e.pays(w, it) {
			kept = append(kept, it)
		} else {
			it.live.fates[Unfunded].Add(1)
		}
	}
	w.batch = kept
}

// pays reports whether the budgets of a line have enough left, and asks for more of what is leased when they have not.
func (e *Engine) pays(w *work, it *item) bool {
	line := it.live
	set, _ := line.accounts(line.campaign.advertiser.day(w.second))
	needs := line.needs(it.bid, it.perClick)
	if set.Left() >= needs {
		return true
	}
	e.lessor.ask(line, needs)
	return false
}

// asked reports whether the place of a slot was that of one before, which is as particular.
func (w *work) asked(r *Request, i int) bool {
	if r.Slots[i].Accepts != nil {
		return false
	}
	for before, p := range w.places[:i] {
		if p == w.places[i] && r.Slots[before].Accepts == nil {
			return true
		}
	}
	return false
}

// slotsAt has a bit for each slot of the auction that is asked for with a slot of the page.
func (w *work) slotsAt(r *Request, i int) (slots uint64) {
	for at, n := range w.slotOf {
		if n == i || w.places[n] == w.places[i] && r.Slots[n].Accepts == nil && r.Slots[i].Accepts == nil {
			slots |= 1 << at
		}
	}
	return slots
}

// consider enters a line that matches among the candidates, unless something keeps it off.
func (e *Engine) consider(w *work, it *item, p *place, slots uint64) bool {
	line := it.live
	if it.outside {
		return e.considerOutside(w, it, slots)
	}
	c := e.pick(w, it, p)
	if c == nil {
		if !w.free { // what machines and previews get is no part of how a line does
			line.fates[Unfit].Add(1)
		}
		return false
	}
	if !w.free && !e.caps.Allowed(w.user, c.limits, w.now) {
		line.fates[Capped].Add(1)
		return false
	}
	for i := range w.choices {
		if w.choices[i].creative == c {
			w.candidates[i].Slots |= slots
			return true
		}
	}
	w.candidates = append(w.candidates, candidate(it, c, slots))
	w.choices = append(w.choices, choice{item: it, creative: c})
	return true
}

// needs is what must be left for one more ad: its price, or that of the clicks that ads which are out may still have, and of its own.
func (l *liveLine) needs(bid ads.Nano, perClick bool) ads.Nano {
	if !perClick {
		return bid / perMille
	}
	clicks := float64(l.outstanding.Load()+1) * float64(l.upper.Load()) / billion
	return bid + ads.Nano(clicks*float64(bid))
}

const billion = 1e9

// pick returns the creative that somebody sees of a line at a place, nil when there is none.
func (e *Engine) pick(w *work, it *item, p *place) *creative {
	w.arms, w.fitting = w.arms[:0], w.fitting[:0]
	for _, c := range it.creatives {
		if p.shows(c) && w.accepted(it, c) && (w.asker == 0 || !e.users.hides(w.asker, c.ID, w.now)) {
			w.arms = append(w.arms, auction.Arm{Creative: uint32(c.ID), Weight: uint32(c.Weight)})
			w.fitting = append(w.fitting, c)
		}
	}
	if len(w.fitting) == 1 {
		return w.fitting[0]
	}
	if n := auction.Choose(w.key, uint32(it.id), w.arms); n >= 0 {
		return w.fitting[n]
	}
	return nil
}

// accepted reports whether who asks wants a creative.
func (w *work) accepted(it *item, c *creative) bool {
	return w.accepts == nil || w.accepts(Offered{&c.Creative, &it.line, &it.advertiser, c.host})
}

func candidate(it *item, c *creative, slots uint64) auction.Candidate {
	v := auction.Candidate{
		Line: uint32(it.id), Campaign: uint32(it.of), Advertiser: uint32(it.by), Creative: uint32(c.ID),
		Tier: auction.Tier(it.tier), Bid: int64(it.bid / perMille), Slots: slots, Category: it.product,
	}
	if it.perClick { // what a view is worth is to be found out; of other lines it is the bid
		v.Pricing, v.Bid, v.Rate = auction.CPC, int64(it.bid), it.live.rate.Load()
		v.Fresh = it.live.counts.views.Load() < fresh
	}
	return v
}

// fresh is how many views a line must have before its click rate is taken as known.
const fresh = 1000

// mixed spreads two numbers over all: the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
func mixed(a, b uint64) uint64 {
	x := a + b*0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
