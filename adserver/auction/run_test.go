package auction_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver/auction"
)

// cpm is a candidate of its own advertiser and campaign, for the first three slots.
func cpm(line uint32, bid int64) auction.Candidate {
	return auction.Candidate{
		Line: line, Campaign: line + 100, Advertiser: line + 200, Creative: line + 300, Tier: auction.Open, Bid: bid, Slots: 7,
	}
}

// with is a candidate with something changed.
func with(c auction.Candidate, change func(*auction.Candidate)) auction.Candidate {
	change(&c)
	return c
}

var (
	guaranteed = func(c *auction.Candidate) { c.Tier = auction.Guaranteed }
	house      = func(c *auction.Candidate) { c.Tier = auction.House }
)

// advertiser puts a candidate with others.
func advertiser(id uint32) func(*auction.Candidate) {
	return func(c *auction.Candidate) { c.Advertiser = id }
}

// won is a Win in short: line, price, cost of an impression.
type won struct {
	line        uint32
	price, cost int64
}

func run(floors []int64, candidates ...auction.Candidate) []won {
	var slots []auction.Slot
	for _, f := range floors {
		slots = append(slots, auction.Slot{Floor: f})
	}
	list := []won{}
	for _, w := range auction.Run(nil, slots, candidates, auction.Auction{ID: 5}) {
		list = append(list, won{candidates[w.Candidate].Line, w.Price, w.Cost})
	}
	return list
}

func TestRun_Prices(t *testing.T) {
	t.Parallel()
	click := func(line uint32, bid int64, rate uint32) auction.Candidate {
		return with(cpm(line, bid), func(c *auction.Candidate) { c.Pricing, c.Rate = auction.CPC, rate })
	}
	deal := func(line uint32, bid, floor int64) auction.Candidate {
		return with(cpm(line, bid), func(c *auction.Candidate) { c.Deal, c.DealFloor = 1, floor })
	}
	one, two := []int64{10}, []int64{10, 10}
	for name, c := range map[string]struct {
		floors     []int64
		candidates []auction.Candidate
		want       []won
	}{
		"nobody":                            {one, nil, []won{}},
		"no slots":                          {nil, []auction.Candidate{cpm(1, 100)}, []won{}},
		"alone at the floor":                {one, []auction.Candidate{cpm(1, 100)}, []won{{1, 10, 10}}},
		"below the floor":                   {one, []auction.Candidate{cpm(1, 9)}, []won{}},
		"at the floor":                      {one, []auction.Candidate{cpm(1, 10)}, []won{{1, 10, 10}}},
		"one more than the next":            {one, []auction.Candidate{cpm(1, 100), cpm(2, 60)}, []won{{1, 61, 61}}},
		"no more than the bid":              {one, []auction.Candidate{cpm(1, 61), cpm(2, 60)}, []won{{1, 61, 61}}},
		"the next is below the floor":       {one, []auction.Candidate{cpm(1, 100), cpm(2, 9)}, []won{{1, 10, 10}}},
		"each slot by the next":             {two, []auction.Candidate{cpm(1, 100), cpm(2, 60), cpm(3, 30)}, []won{{1, 61, 61}, {2, 31, 31}}},
		"slots have floors of their own":    {[]int64{70, 10}, []auction.Candidate{cpm(1, 60), cpm(2, 30)}, []won{{1, 31, 31}}},
		"a slot that stays empty":           {[]int64{70, 10}, []auction.Candidate{cpm(1, 100), cpm(2, 9)}, []won{{1, 70, 70}}},
		"without a bid":                     {[]int64{0}, []auction.Candidate{cpm(1, 0), cpm(2, -5)}, []won{}},
		"nobody bids against himself":       {one, []auction.Candidate{cpm(1, 100), with(cpm(2, 60), advertiser(201)), cpm(3, 30)}, []won{{1, 31, 31}}},
		"a deal has its own floor":          {one, []auction.Candidate{deal(1, 9, 5)}, []won{{1, 5, 5}}},
		"a deal below its own floor":        {one, []auction.Candidate{deal(1, 40, 50)}, []won{}},
		"clicks by what they are worth":     {one, []auction.Candidate{click(1, 50_000, 2_000_000), cpm(2, 60)}, []won{{1, 30_500, 61}}},
		"a price of clicks is rounded up":   {one, []auction.Candidate{click(1, 50_000, 3_000_000), cpm(2, 60)}, []won{{1, 20_334, 61}}},
		"clicks at the floor":               {one, []auction.Candidate{click(1, 10_000, 1_000_000)}, []won{{1, 10_000, 10}}},
		"clicks that nobody makes":          {one, []auction.Candidate{click(1, 1<<62, 0)}, []won{}},
		"clicks that everybody makes":       {one, []auction.Candidate{click(1, 1<<62, 4_000_000_000), cpm(2, 60)}, []won{{1, 61, 61}}},
		"guaranteed pays its own":           {one, []auction.Candidate{cpm(1, 100), with(cpm(2, 20), guaranteed)}, []won{{2, 20, 20}}},
		"guaranteed knows no floor":         {one, []auction.Candidate{with(cpm(2, 1), guaranteed)}, []won{{2, 1, 1}}},
		"guaranteed clicks pay their own":   {one, []auction.Candidate{with(click(2, 5000, 1_000_000), guaranteed)}, []won{{2, 5000, 5}}},
		"guaranteed is nobody's next":       {two, []auction.Candidate{cpm(1, 100), with(cpm(2, 20), guaranteed)}, []won{{2, 20, 20}, {1, 10, 10}}},
		"house is last and pays nothing":    {two, []auction.Candidate{with(cpm(1, 500), house), cpm(2, 10)}, []won{{2, 10, 10}, {1, 0, 0}}},
		"a slot in which some fit":          {two, []auction.Candidate{cpm(1, 90), with(cpm(2, 100), func(c *auction.Candidate) { c.Slots = 2 })}, []won{{1, 10, 10}, {2, 10, 10}}},
		"who has a slot is nobody's next":   {two, []auction.Candidate{cpm(1, 100), cpm(2, 50)}, []won{{1, 51, 51}, {2, 10, 10}}},
		"a slot beyond what anybody can in": {[]int64{10}, []auction.Candidate{with(cpm(1, 90), func(c *auction.Candidate) { c.Slots = 8 })}, []won{}},
	} {
		assert.Equal(t, c.want, run(c.floors, c.candidates...), name)
	}
}

func TestRun_WhoIsNotSeenTogether(t *testing.T) {
	t.Parallel()
	category := func(c *auction.Candidate) { c.Category = 9 }
	repeats := func(c *auction.Candidate) { c.Repeats, c.Advertiser, c.Category = true, 1, 9 }
	for name, c := range map[string]struct {
		candidates []auction.Candidate
		lines      []uint32
		why        []auction.Reason
	}{
		"one campaign": {
			[]auction.Candidate{
				cpm(1, 90), with(cpm(2, 80), func(c *auction.Candidate) { c.Campaign = 101 }), cpm(3, 70), cpm(4, 60), cpm(5, 50),
			},
			[]uint32{1, 3, 4},
			[]auction.Reason{auction.Won, auction.Outbid, auction.Won, auction.Won, auction.Outbid},
		},
		"one advertiser": {
			[]auction.Candidate{with(cpm(1, 90), advertiser(1)), with(cpm(2, 80), advertiser(1)), with(cpm(3, 70), advertiser(1))},
			[]uint32{1},
			[]auction.Reason{auction.Won, auction.Outbid, auction.Outbid},
		},
		"one that wants several, of one category": {
			[]auction.Candidate{with(cpm(1, 90), repeats), with(cpm(2, 80), repeats), with(cpm(3, 70), category)},
			[]uint32{1, 2},
			[]auction.Reason{auction.Won, auction.Won, auction.Outbid},
		},
		"one that wants several, but not all of them": {
			[]auction.Candidate{with(cpm(1, 90), repeats), with(cpm(2, 80), advertiser(1))}, []uint32{1}, []auction.Reason{auction.Won, auction.Outbid},
		},
		"one category": {
			[]auction.Candidate{with(cpm(1, 90), category), with(cpm(2, 80), category), cpm(3, 70)},
			[]uint32{1, 3},
			[]auction.Reason{auction.Won, auction.Outbid, auction.Won},
		},
		"rivals of the first": {
			[]auction.Candidate{with(cpm(1, 90), func(c *auction.Candidate) { c.Rivals = []uint32{5, 202} }), cpm(2, 80)},
			[]uint32{1},
			[]auction.Reason{auction.Won, auction.Outbid},
		},
		"rivals of the second": {
			[]auction.Candidate{cpm(1, 90), with(cpm(2, 80), func(c *auction.Candidate) { c.Rivals = []uint32{201} })},
			[]uint32{1},
			[]auction.Reason{auction.Won, auction.Outbid},
		},
		"outside bidders have no ids": {
			[]auction.Candidate{
				with(cpm(1, 90), func(c *auction.Candidate) { c.Line, c.Campaign, c.Advertiser = 0, 0, 0 }),
				with(cpm(2, 80), func(c *auction.Candidate) { c.Line, c.Campaign, c.Advertiser = 0, 0, 0 }),
			},
			[]uint32{0, 0},
			[]auction.Reason{auction.Won, auction.Won},
		},
	} {
		slots := []auction.Slot{{}, {}, {}}
		wins := auction.Run(nil, slots, c.candidates, auction.Auction{})
		var lines []uint32
		for _, w := range wins {
			lines = append(lines, c.candidates[w.Candidate].Line)
		}
		assert.Equal(t, c.lines, lines, name)
		assert.Equal(t, c.why, auction.Why(nil, slots, c.candidates, wins), name)
	}
}

// Where only the second slot was open to it, a candidate learns who was in its way.
func TestWhy_NamesWhatWasInTheWay(t *testing.T) {
	t.Parallel()
	second := func(change func(*auction.Candidate)) auction.Candidate {
		c := with(cpm(9, 50), func(c *auction.Candidate) { c.Slots = 2 })
		change(&c)
		return c
	}
	first := with(cpm(1, 90), func(c *auction.Candidate) { c.Category, c.Slots = 9, 1 })
	for want, c := range map[auction.Reason]auction.Candidate{
		auction.SameCampaign:   second(func(c *auction.Candidate) { c.Campaign = first.Campaign }),
		auction.SameAdvertiser: second(func(c *auction.Candidate) { c.Advertiser = first.Advertiser }),
		auction.SameCategory:   second(func(c *auction.Candidate) { c.Category = 9 }),
		auction.Rival:          second(func(c *auction.Candidate) { c.Rivals = []uint32{first.Advertiser} }),
		auction.BelowFloor:     second(func(c *auction.Candidate) { c.Bid = 5 }),
		auction.NoSlot:         second(func(c *auction.Candidate) { c.Slots = 4 }),
		auction.Won:            second(func(*auction.Candidate) {}),
	} {
		slots, candidates := []auction.Slot{{Floor: 10}, {Floor: 10}}, []auction.Candidate{first, c}
		wins := auction.Run(nil, slots, candidates, auction.Auction{})
		assert.Equal(t, []auction.Reason{auction.Won, want}, auction.Why(nil, slots, candidates, wins), want.String())
	}
	assert.Equal(t, "reason 8", auction.Reason(8).String())
}

// Of those that are worth the same each comes first as often as the others, and which of them it is can be told again.
func TestRun_TiesAreDrawn(t *testing.T) {
	t.Parallel()
	candidates := []auction.Candidate{cpm(1, 50), cpm(2, 50), cpm(3, 50)}
	var counts [3]int
	for id := range uint64(3000) {
		counts[auction.Run(nil, []auction.Slot{{}}, candidates, auction.Auction{ID: id})[0].Candidate]++
	}
	for _, n := range counts {
		assert.InDelta(t, 1000, n, 100)
	}
}

// Exploration has its share and no more, draws evenly, pays no more than its own bid, and leaves what is guaranteed alone.
func TestRun_Exploration(t *testing.T) {
	t.Parallel()
	fresh := func(c *auction.Candidate) { c.Fresh = true }
	candidates := []auction.Candidate{cpm(1, 90), with(cpm(2, 40), fresh), with(cpm(3, 20), fresh), cpm(4, 30), with(cpm(5, 5), fresh)}
	slots := []auction.Slot{{Floor: 10}}
	counts := map[int]int{}
	for id := range uint64(20_000) {
		w := auction.Run(nil, slots, candidates, auction.Auction{ID: id, Explore: 100_000})[0]
		counts[w.Candidate]++
		assert.Equal(t, w.Candidate != 0, w.Explored)
		assert.Equal(t, map[int]int64{0: 41, 1: 31, 2: 10}[w.Candidate], w.Price)
	}
	assert.InDelta(t, 2000, counts[1]+counts[2], 150)
	assert.InDelta(t, counts[1], counts[2], 150)
	assert.Zero(t, counts[4], "below the floor")
	sponsored := append(candidates, with(cpm(6, 1), guaranteed)) //nolint:gocritic // another list is meant
	for id := range uint64(100) {
		w := auction.Run(nil, slots, sponsored, auction.Auction{ID: id, Explore: 1_000_000})[0]
		assert.Equal(t, 5, w.Candidate)
		assert.False(t, w.Explored)
	}
}

func TestRun_AllocatesNothing(t *testing.T) {
	slots, candidates := page()
	wins, why := make([]auction.Win, 0, len(slots)), make([]auction.Reason, 0, len(candidates))
	id := uint64(0)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		id++
		wins = auction.Run(wins[:0], slots, candidates, auction.Auction{ID: id, Explore: 20_000})
		why = auction.Why(why[:0], slots, candidates, wins)
	}))
	assert.Len(t, wins, len(slots))
}

// page is one with five slots and 40 candidates.
func page() ([]auction.Slot, []auction.Candidate) {
	candidates := make([]auction.Candidate, 40)
	for i := range candidates {
		n := uint32(i)
		candidates[i] = with(cpm(n+1, int64(1000*(i*7%40+1))), func(c *auction.Candidate) {
			c.Category, c.Advertiser, c.Slots, c.Fresh, c.Rivals = n%12, n%20, 31, n%9 == 0, []uint32{n * 3 % 40}
			if n%3 == 0 {
				c.Pricing, c.Bid, c.Rate = auction.CPC, c.Bid*500, 2_000_000
			}
		})
	}
	return make([]auction.Slot, 5), candidates
}

func BenchmarkRun(b *testing.B) {
	slots, candidates := page()
	wins := make([]auction.Win, 0, len(slots))
	for b.Loop() {
		wins = auction.Run(wins[:0], slots, candidates, auction.Auction{ID: 1, Explore: 20_000})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for tier, name := range []string{"guaranteed", "auction", "house"} {
		assert.True(t, auction.Tier(tier).Valid())
		assert.Equal(t, name, auction.Tier(tier).String())
	}
	assert.False(t, auction.Tier(3).Valid())
	assert.Equal(t, "tier 3", auction.Tier(3).String())
}
