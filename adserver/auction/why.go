package auction

import "fmt"

// Reason is why a candidate is not on a page.
type Reason uint8

// The reasons, from none to the farthest from a win.
const (
	Won            Reason = iota
	Outbid                // somebody else had more, a higher tier or better luck
	SameCampaign          // another ad of its campaign or line is on the page
	SameAdvertiser        // another ad of its advertiser is
	SameCategory          // an ad for products of its category is
	Rival                 // an advertiser is with whom it is not to be seen
	BelowFloor            // it bids less than any slot's floor
	NoSlot                // it fits in no slot
)

// String returns the reason in words.
func (r Reason) String() string {
	switch r {
	case Won:
		return "won"
	case Outbid:
		return "outbid"
	case SameCampaign:
		return "its campaign has an ad on the page"
	case SameAdvertiser:
		return "its advertiser has an ad on the page"
	case SameCategory:
		return "the page has an ad of its product category"
	case Rival:
		return "the page has an ad of a rival"
	case BelowFloor:
		return "below the floor"
	case NoSlot:
		return "fits no slot"
	}
	return fmt.Sprintf("reason %d", uint8(r))
}

// Why appends to dst, for each candidate of a Run, why it is not among its wins. Of several slots it is the reason of the one where it came nearest.
func Why(dst []Reason, slots []Slot, candidates []Candidate, wins []Win) []Reason {
	p := page{slots: slots, candidates: candidates, wins: wins}
	for i := range candidates {
		reason := NoSlot
		for slot := range min(len(slots), 64) {
			reason = min(reason, p.why(i, slot))
		}
		dst = append(dst, reason)
	}
	for _, w := range wins {
		dst[len(dst)-len(candidates)+w.Candidate] = Won
	}
	return dst
}

func (p *page) why(i, slot int) Reason {
	c := &p.candidates[i]
	if !c.fits(slot) {
		return NoSlot
	}
	if !c.enough(p.slots[slot]) {
		return BelowFloor
	}
	return max(Outbid, p.apart(i, slot))
}
