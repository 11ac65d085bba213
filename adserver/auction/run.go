package auction

import "cmp"

// Slot is a place on a page.
type Slot struct {
	Floor int64 // the least that an impression of the auction must bring, nano
}

// Auction is one page.
type Auction struct {
	// ID decides with a line's who comes first of two that are worth the same, and with a slot's number whether there is exploration. It
	// is to be different for each page, and not to be known before.
	ID uint64

	// Explore is the share of the auctioned slots that go to a candidate that is Fresh, whatever its bid, in parts per million. Zero is
	// none.
	Explore int
}

// Win is an ad that is shown.
type Win struct {
	Slot      int   // number in slots
	Candidate int   // number in candidates
	Price     int64 // nano, of one impression or click as the candidate's Pricing says; 0 for house ads
	Cost      int64 // nano, of one impression as the auction has it; Price is made of it
	Second    int64 // what it was worth to the next one of another advertiser, nano for an impression; 0 when there was none
	Explored  bool  // it was drawn among those that are fresh
}

// Run fills the slots, at most 64, and appends to dst a Win for each that is not empty, in the order of the slots. The order of the candidates does not
// matter. It keeps nothing and, where dst has room, allocates nothing. It looks at all candidates twice for each slot.
//
// In the auction the price is one nano more than what the next one would pay, at least the floor and at most what it is worth to the
// winner. Next are those who could have had that slot and are of other advertisers: nobody bids against himself. Who was drawn though others bid more
// pays as if those were not there. Raising a bid can only help.
func Run(dst []Win, slots []Slot, candidates []Candidate, a Auction) []Win {
	p := page{slots: slots, candidates: candidates, auction: a, wins: dst, from: len(dst)}
	for slot := range min(len(slots), 64) {
		best := p.best(slot, false)
		if best < 0 {
			continue
		}
		w := Win{Slot: slot, Candidate: best}
		if candidates[best].Tier == Open && p.draws(slot) {
			if fresh := p.best(slot, true); fresh >= 0 {
				w.Candidate, w.Explored = fresh, true
			}
		}
		p.charge(&w)
		p.wins = append(p.wins, w)
	}
	return p.wins
}

// page is one that is being filled.
type page struct {
	slots      []Slot
	candidates []Candidate
	auction    Auction
	wins       []Win
	from       int // where its wins begin
}

// free reports whether a candidate may have a slot beside those that are filled.
func (p *page) free(i, slot int) bool {
	c := &p.candidates[i]
	return c.fits(slot) && c.enough(p.slots[slot]) && p.apart(i, slot) == Won
}

// apart is why a candidate must not be seen with those in the slots before one.
func (p *page) apart(i, slot int) Reason {
	for n := p.from; n < len(p.wins) && p.wins[n].Slot < slot; n++ {
		other := p.wins[n].Candidate
		if i == other {
			return SameCampaign
		}
		if r := p.candidates[i].apart(&p.candidates[other]); r != Won {
			return r
		}
	}
	return Won
}

// best is who should have a slot, -1 when nobody may. Of those that are drawn chance alone decides. Who is not free is asked last: it takes longest.
func (p *page) best(slot int, drawn bool) int {
	best, most := -1, int64(0)
	for i := range p.candidates {
		c := &p.candidates[i]
		if !c.fits(slot) || drawn && (!c.Fresh || c.Tier != Open) {
			continue
		}
		worth := int64(0)
		if !drawn {
			worth = c.Worth()
		}
		if (best < 0 || p.before(c, &p.candidates[best], slot, cmp.Compare(most, worth))) && p.free(i, slot) {
			best, most = i, worth
		}
	}
	return best
}

// before reports whether one candidate has precedence over another, to which it compares in worth as said.
func (p *page) before(c, d *Candidate, slot, worth int) bool {
	if order := cmp.Or(cmp.Compare(c.Tier, d.Tier), worth); order != 0 {
		return order < 0
	}
	lot := p.auction.ID + uint64(slot)
	return cmp.Or(
		cmp.Compare(mix(lot, uint64(c.Line)), mix(lot, uint64(d.Line))), cmp.Compare(c.Line, d.Line), cmp.Compare(c.Creative, d.Creative),
		cmp.Compare(c.Advertiser, d.Advertiser), cmp.Compare(c.Campaign, d.Campaign), cmp.Compare(c.Deal, d.Deal),
	) < 0
}

// draws reports whether a slot is for exploration.
func (p *page) draws(slot int) bool {
	const million = 1_000_000
	return p.auction.Explore > 0 && mix(p.auction.ID, ^uint64(slot))%million < uint64(p.auction.Explore)
}

// charge sets what a winner pays.
func (p *page) charge(w *Win) {
	c := &p.candidates[w.Candidate]
	switch c.Tier {
	case Guaranteed:
		w.Cost, w.Price = c.Worth(), max(0, c.Bid)
	case Open:
		worth := c.Worth()
		w.Cost = max(0, c.floor(p.slots[w.Slot]))
		if w.Second = p.next(w, worth); w.Second > 0 {
			w.Cost = min(worth, max(w.Cost, w.Second+1))
		}
		w.Price = c.price(w.Cost)
	case House:
	}
}

// next is what the slot is worth to the best of the others.
func (p *page) next(w *Win, worth int64) int64 {
	next := int64(0)
	c := &p.candidates[w.Candidate]
	for i := range p.candidates {
		d := &p.candidates[i]
		if i == w.Candidate || !d.fits(w.Slot) || d.Tier != Open || d.Advertiser != 0 && d.Advertiser == c.Advertiser || d.Line != 0 && d.Line == c.Line {
			continue
		}
		if other := d.Worth(); other > next && (other <= worth || !w.Explored) && p.free(i, w.Slot) {
			next = other
		}
	}
	return next
}

// mix makes a number of two that says nothing of either: the finalizer of SplitMix64 (Steele, Lea and Flood, "Fast Splittable
// Pseudorandom Number Generators", OOPSLA 2014), twice.
func mix(a, b uint64) uint64 { return finalize(finalize(a+0x9E3779B97F4A7C15) ^ b) }

func finalize(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
