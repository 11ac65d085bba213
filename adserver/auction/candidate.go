package auction

import (
	"fmt"
	"math/bits"
	"slices"
)

// Tier is a class of lines. All of one go before any of the next.
type Tier uint8

// The tiers, the first one first.
const (
	Guaranteed Tier = iota // sold at a fixed price: pays its own bid
	Open                   // auctioned
	House                  // the publisher's own: pays nothing

	tiers = iota
)

// Valid reports whether t is one of the tiers of this package.
func (t Tier) Valid() bool { return t < tiers }

// String returns the tier's name in small letters.
func (t Tier) String() string {
	switch t {
	case Guaranteed:
		return "guaranteed"
	case Open:
		return "auction"
	case House:
		return "house"
	}
	return fmt.Sprintf("tier %d", uint8(t))
}

// Pricing is what a line pays for.
type Pricing uint8

// The ways to pay.
const (
	CPM Pricing = iota // for impressions
	CPC                // for clicks
)

// Candidate is an ad that could be shown: all but the competition is in its favour.
type Candidate struct {
	// Ids are of the model; 0 for what has none, such as the line of an outside bidder, which is then like no other.
	Line, Campaign, Advertiser, Creative uint32

	Tier    Tier
	Pricing Pricing

	// Bid is the most that one impression, or one click, may cost, in nano: a thousand-millionth of the currency's unit. Above 0, or it does not take
	// part in the auction.
	Bid int64

	// Rate is how many clicks are expected of 1,000,000,000 impressions, at most that many. It is for CPC alone; see Prior.
	Rate uint32

	// Slots has a bit for each of the slots of Run in which it may be shown, the lowest for the first.
	Slots uint64

	// Category is of the products, 0 for none: see the package's comment.
	Category uint32

	// Rivals are advertisers with whom it is not to be seen. It is enough if one of two says so. May be empty.
	Rivals []uint32

	// Repeats says that its advertiser may have several ads on a page; each of them must say so.
	Repeats bool

	// Deal is the agreement with the publisher by which it comes, 0 for none, and DealFloor what is the least then, in nano for an impression, instead
	// of the slot's floor.
	Deal      uint32
	DealFloor int64

	// Fresh says that it has been seen too little for its rate to be known. A fixed share of auctions is among such.
	Fresh bool
}

// billion is what Rate is parts of.
const billion = 1_000_000_000

// Worth is what one impression is worth to the candidate at most, in nano; of clicks it is rounded down.
func (c *Candidate) Worth() int64 {
	switch {
	case c.Bid <= 0:
		return 0
	case c.Pricing == CPM:
		return c.Bid
	}
	high, low := bits.Mul64(uint64(c.Bid), uint64(min(c.Rate, billion)))
	worth, _ := bits.Div64(high, low, billion)
	return int64(worth)
}

// price turns the price of an impression into one of what the candidate pays for. Of clicks it is rounded up, so that they bring in no less; as Worth is
// rounded down, that is never more than the bid.
func (c *Candidate) price(impression int64) int64 {
	if c.Pricing == CPM || c.Rate == 0 {
		return impression
	}
	rate := uint64(min(c.Rate, billion))
	high, low := bits.Mul64(uint64(impression), billion)
	low, carry := bits.Add64(low, rate-1, 0)
	price, _ := bits.Div64(high+carry, low, rate)
	return min(c.Bid, int64(price))
}

// floor is the least that an impression in a slot must bring.
func (c *Candidate) floor(s Slot) int64 {
	if c.Deal != 0 {
		return c.DealFloor
	}
	return s.Floor
}

// enough reports whether a candidate may be shown in a slot for what it is worth.
func (c *Candidate) enough(s Slot) bool {
	return c.Tier != Open || c.Worth() >= max(1, c.floor(s))
}

// fits reports whether a candidate may be shown in the slot with a number.
func (c *Candidate) fits(slot int) bool { return slot < 64 && c.Slots>>slot&1 == 1 }

// apart returns why two candidates are not to be seen together, Won when they may.
func (c *Candidate) apart(d *Candidate) Reason {
	same := func(a, b uint32) bool { return a != 0 && a == b }
	ours := same(c.Advertiser, d.Advertiser)
	switch {
	case same(c.Line, d.Line), same(c.Campaign, d.Campaign):
		return SameCampaign
	case ours && !(c.Repeats && d.Repeats):
		return SameAdvertiser
	case !ours && same(c.Category, d.Category):
		return SameCategory
	case d.Advertiser != 0 && slices.Contains(c.Rivals, d.Advertiser), c.Advertiser != 0 && slices.Contains(d.Rivals, c.Advertiser):
		return Rival
	}
	return Won
}
