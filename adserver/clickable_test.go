package adserver_test

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
)

// perClick is a line that pays by click.
func (m *market) perClick(budget ads.Nano) ads.Line {
	m.t.Helper()
	l, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Pricing, l.Bid, l.Budget.Total = ads.CPC, ads.Unit, budget })
	return l
}

// Ads that were seen can be clicked for an hour: for so long they count for what a line's clicks may still cost.
func TestClicks_SeenAdsAreOutstandingUntilClickedOrOver(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	l := m.perClick(0)
	m.open()
	after := func(d time.Duration) int64 {
		m.pass(d)
		require.NoError(t, m.Sweep())
		return m.Outstanding(l.ID)
	}
	unseen, seen, clicked := m.kept(""), m.kept(""), m.kept("")
	m.view(seen)
	m.view(clicked)
	assert.EqualValues(t, 3, after(4*time.Minute))
	assert.EqualValues(t, 2, after(2*time.Minute), "what was not seen is over")
	assert.Equal(t, adserver.Counted, m.click(clicked).Result)
	assert.Equal(t, adserver.Duplicate, m.click(clicked).Result)
	assert.EqualValues(t, 1, after(0))
	assert.EqualValues(t, 1, after(54*time.Minute), "it can still be clicked")
	assert.EqualValues(t, 0, after(3*time.Minute), "and no longer")
	assert.Equal(t, adserver.Refused, m.click(seen).Result)
	assert.Equal(t, adserver.Refused, m.click(unseen).Result)
	assert.EqualValues(t, 0, after(2*time.Hour))
	assert.EqualValues(t, 1, m.books().clicks)
}

// clickable is an ad as the test knows it.
type clickable struct {
	token  []byte
	issued time.Time
	seen   bool
	left   bool

	lost, clicked bool
}

// see notes a view. What had lost, and was shown after all, can be clicked.
func (c *clickable) see(r adserver.Result) {
	c.seen = c.seen || r != adserver.Refused
	c.left = c.left && (r != adserver.Counted || !c.lost || c.clicked)
}

// over notes which ads are no longer outstanding at a sweep.
func (c *clickable) over(now time.Time) {
	c.left = c.left || !c.seen && now.Sub(c.issued) > 5*time.Minute || now.Unix()/60 >= c.issued.Add(time.Hour).Unix()/60+2
}

// In whatever order ads are seen, clicked, lost and swept, each is outstanding as long as it should be, and none is taken twice.
func TestClicks_OutstandingAtRandom(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1_000_000*ads.Unit, nil)
	l := m.perClick(0)
	m.open()
	dice := rand.New(rand.NewPCG(7, 8))
	var all []*clickable
	for step := range 3000 {
		now := *m.now.Load()
		switch do := dice.IntN(11); {
		case do < 3 || len(all) == 0:
			all = append(all, &clickable{token: bytes.Clone(m.one("").Token), issued: now})
		case do < 10:
			c := all[max(0, len(all)-1-dice.IntN(40))]
			ad := adserver.Ad{Token: c.token}
			switch {
			case do < 6:
				c.see(m.view(ad).Result)
			case do < 9:
				c.clicked = m.click(ad).Result == adserver.Counted || c.clicked
			default:
				c.lost = m.lose(ad).Result == adserver.Counted || c.lost
			}
			c.left = c.left || c.clicked || c.lost && !c.seen
		default:
			m.pass(time.Duration(dice.IntN(200)) * time.Second)
			require.NoError(t, m.Sweep())
			for _, c := range all {
				c.over(*m.now.Load())
			}
		}
		var want int64
		for _, c := range all {
			if !c.left {
				want++
			}
		}
		require.Equal(t, want, m.Outstanding(l.ID), "step %d", step)
	}
	m.pass(2 * time.Hour)
	require.NoError(t, m.Sweep())
	assert.Zero(t, m.Outstanding(l.ID))
	assert.Zero(t, m.Clickable(), "and nothing is kept of it")
	assert.Zero(t, m.Unseen())
}

// A line with money for three clicks does not have more ads out, round after round, than may bring about as many.
func TestClicks_BoundLastsAsLongAsTheyCount(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	l := m.perClick(3 * ads.Unit)
	m.open()
	most := 0
	for round := range 6 {
		before := m.Outstanding(l.ID)
		for range 200 {
			for _, ad := range m.decide(request("")) {
				m.view(ad)
			}
		}
		bound := m.MostOutstanding(l.ID, ads.Unit, 3*ads.Unit)
		assert.LessOrEqual(t, m.Outstanding(l.ID), max(bound, before), "round %d", round)
		most = max(most, int(m.Outstanding(l.ID)))
		m.pass(5*time.Minute + 2*time.Second)
		require.NoError(t, m.Sweep())
		assert.EqualValues(t, most, m.Outstanding(l.ID), "round %d: all can still be clicked", round)
	}
}
