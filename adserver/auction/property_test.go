package auction_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/auction"
)

// auctioned is a random page with few ids, so that much collides.
type auctioned struct {
	slots      []auction.Slot
	candidates []auction.Candidate
	auction.Auction
}

func draw(t *rapid.T) auctioned {
	id := rapid.Uint32Range(0, 6)
	a := auctioned{Auction: auction.Auction{ID: rapid.Uint64().Draw(t, "id"), Explore: rapid.SampledFrom([]int{0, 0, 300_000}).Draw(t, "explore")}}
	for range rapid.IntRange(0, 5).Draw(t, "slots") {
		a.slots = append(a.slots, auction.Slot{Floor: rapid.Int64Range(0, 50).Draw(t, "floor")})
	}
	for line := range uint32(rapid.IntRange(0, 14).Draw(t, "candidates")) {
		c := auction.Candidate{
			Line: line + 1, Campaign: id.Draw(t, "campaign") * 2, Advertiser: id.Draw(t, "advertiser"), Creative: line, Category: id.Draw(t, "category"),
			Tier: auction.Tier(rapid.SampledFrom([]int{0, 1, 1, 1, 2}).Draw(t, "tier")), Bid: rapid.Int64Range(0, 100).Draw(t, "bid"),
			Slots: rapid.Uint64Range(0, 31).Draw(t, "fits"), Repeats: rapid.Bool().Draw(t, "repeats"), Fresh: rapid.Bool().Draw(t, "fresh"),
			Rivals: rapid.SliceOfN(id, 0, 1).Draw(t, "rivals"),
		}
		if rapid.Bool().Draw(t, "clicks") {
			c.Pricing, c.Rate, c.Bid = auction.CPC, rapid.Uint32Range(0, 50_000_000).Draw(t, "rate"), c.Bid*rapid.Int64Range(1, 1e12).Draw(t, "worth")
		}
		if rapid.IntRange(0, 5).Draw(t, "deal") == 0 {
			c.Deal, c.DealFloor = 1, rapid.Int64Range(0, 80).Draw(t, "deal's floor")
		}
		a.candidates = append(a.candidates, c)
	}
	return a
}

func (a auctioned) run() []auction.Win { return auction.Run(nil, a.slots, a.candidates, a.Auction) }

// floor is the least for a candidate in a slot.
func (a auctioned) floor(c auction.Candidate, slot int) int64 {
	if c.Deal != 0 {
		return c.DealFloor
	}
	return a.slots[slot].Floor
}

// together says whether two may be on a page, in the words of the package's comment.
func together(c, d auction.Candidate) bool {
	ours := c.Advertiser == d.Advertiser && c.Advertiser != 0
	return c.Line != d.Line && (c.Campaign != d.Campaign || c.Campaign == 0) && (!ours || c.Repeats && d.Repeats) &&
		(ours || c.Category != d.Category || c.Category == 0) &&
		(d.Advertiser == 0 || !slices.Contains(c.Rivals, d.Advertiser)) && (c.Advertiser == 0 || !slices.Contains(d.Rivals, c.Advertiser))
}

// couldHave are the candidates that might have had a winner's slot, itself among them.
func (a auctioned) couldHave(wins []auction.Win, n int) []auction.Candidate {
	var list []auction.Candidate
	for _, c := range a.candidates {
		slot := wins[n].Slot
		ok := c.Slots>>slot&1 == 1 && (c.Tier != auction.Open || c.Worth() > 0 && c.Worth() >= a.floor(c, slot))
		for _, w := range wins[:n] {
			ok = ok && together(c, a.candidates[w.Candidate])
		}
		if ok {
			list = append(list, c)
		}
	}
	return list
}

func TestRun_PricesAreBetweenFloorAndBid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t)
		wins := a.run()
		for n, w := range wins {
			c := a.candidates[w.Candidate]
			require.LessOrEqual(t, w.Price, c.Bid)
			require.LessOrEqual(t, w.Cost, c.Worth())
			switch c.Tier {
			case auction.Guaranteed:
				require.Equal(t, c.Bid, w.Price)
			case auction.House:
				require.Zero(t, w.Price)
			case auction.Open:
				require.GreaterOrEqual(t, w.Cost, a.floor(c, w.Slot))
				if c.Pricing == auction.CPC {
					paid := float64(w.Price) * float64(c.Rate) / 1e9
					require.GreaterOrEqual(t, paid, float64(w.Cost)*(1-1e-12), "clicks bring in no less than impressions")
					require.Less(t, paid, float64(w.Cost)+float64(c.Rate)/1e9+1e-3, "and no more than rounding makes")
				} else {
					require.Equal(t, w.Cost, w.Price)
				}
				for _, d := range a.couldHave(wins, n) {
					if d.Tier == auction.Open && (d.Advertiser != c.Advertiser || d.Advertiser == 0) && d.Line != c.Line && !w.Explored {
						require.GreaterOrEqual(t, w.Cost, min(d.Worth()+1, c.Worth()), "less than the next would have paid")
					}
				}
			}
		}
	})
}

// Each slot has the best of those that could have it, unless it was drawn, and is empty only when nobody could.
func TestRun_TheBestWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t)
		wins := a.run()
		for n, w := range wins {
			c := a.candidates[w.Candidate]
			require.Equal(t, w.Explored, w.Explored && a.Explore > 0 && c.Fresh && c.Tier == auction.Open)
			mine := false
			for _, d := range a.couldHave(wins, n) {
				mine = mine || d.Line == c.Line
				require.GreaterOrEqual(t, d.Tier, c.Tier)
				if d.Tier == c.Tier && !w.Explored {
					require.LessOrEqual(t, d.Worth(), c.Worth())
				}
			}
			require.True(t, mine, "who wins is one of those who could")
		}
		filled := map[int]bool{}
		for _, w := range wins {
			require.False(t, filled[w.Slot])
			filled[w.Slot] = true
		}
		for slot := range a.slots {
			if !filled[slot] {
				before := slices.DeleteFunc(slices.Clone(wins), func(w auction.Win) bool { return w.Slot > slot })
				require.Empty(t, a.couldHave(append(before, auction.Win{Slot: slot}), len(before)))
			}
		}
	})
}

func TestRun_SeparationHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t)
		wins := a.run()
		for n, w := range wins {
			for _, v := range wins[:n] {
				require.True(t, together(a.candidates[w.Candidate], a.candidates[v.Candidate]))
			}
		}
		reasons := auction.Why(nil, a.slots, a.candidates, wins)
		for i, r := range reasons {
			require.Equal(t, slices.ContainsFunc(wins, func(w auction.Win) bool { return w.Candidate == i }), r == auction.Won)
		}
	})
}

func TestRun_RaisingABidNeverLoses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t)
		before := a.run()
		if len(before) == 0 {
			return
		}
		w := before[rapid.IntRange(0, len(before)-1).Draw(t, "winner")]
		a.candidates[w.Candidate].Bid += rapid.Int64Range(1, 1e6).Draw(t, "more")
		for _, v := range a.run() {
			if v.Candidate == w.Candidate {
				require.LessOrEqual(t, v.Slot, w.Slot, "it has the same slot or an earlier one")
				return
			}
		}
		require.Fail(t, "it lost")
	})
}

func TestRun_TheOrderOfCandidatesDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t)
		wins := a.run()
		require.Equal(t, wins, a.run())
		b := a
		b.candidates = slices.Clone(a.candidates)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		random.Shuffle(len(b.candidates), func(i, j int) { b.candidates[i], b.candidates[j] = b.candidates[j], b.candidates[i] })
		again := b.run()
		require.Len(t, again, len(wins))
		for n := range wins {
			require.Equal(t, a.candidates[wins[n].Candidate], b.candidates[again[n].Candidate])
			wins[n].Candidate = again[n].Candidate
			require.Equal(t, wins[n], again[n])
		}
	})
}

// No sum overflows, however large bids and rates are.
func TestRun_LargeNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		large := rapid.Int64Range(1, math.MaxInt64)
		c := auction.Candidate{Line: 1, Tier: auction.Open, Pricing: auction.CPC, Bid: large.Draw(t, "bid"), Rate: rapid.Uint32().Draw(t, "rate"), Slots: 1}
		d := auction.Candidate{Line: 2, Tier: auction.Open, Bid: large.Draw(t, "next"), Slots: 1}
		for _, w := range auction.Run(nil, []auction.Slot{{Floor: large.Draw(t, "floor")}}, []auction.Candidate{c, d}, auction.Auction{}) {
			winner := []auction.Candidate{c, d}[w.Candidate]
			require.LessOrEqual(t, w.Price, winner.Bid)
			require.Positive(t, w.Price)
		}
	})
}
