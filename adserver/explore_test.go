package adserver_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/money"
)

// A line whose click rate is little known is seen now and then although others bid more, and the journal says of which views that is so. What a view of a CPM
// line is worth is known: a low bid stays one.
func TestExplore_LittleKnownLinesAreSeen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		share    money.Rate
		pricing  ads.Pricing
		explores bool
	}{{-1, ads.CPC, false}, {money.Whole, ads.CPC, true}, {money.Whole, ads.CPM, false}} {
		explores := c.explores
		m := newMarket(t, 10*ads.Unit, func(cfg *adserver.Config) { cfg.Explore = c.share })
		m.line(m.campaign(nil), func(l *ads.Line) { l.Bid = 9 * ads.Unit })
		low, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Bid, l.Pricing = 2*ads.Unit, c.pricing })
		m.open()
		seen := 0
		for n := range 60 {
			if o := m.view(m.one(userName(n))); o.Token.Line == low.ID {
				seen++
			}
		}
		assert.Equal(t, explores, seen > 0)
		marked := 0
		for _, ev := range events(t, filepath.Join(m.dir, "journal")) {
			if ev.Kind == ledger.View && ev.Flags&ledger.Explored != 0 {
				marked++
			}
		}
		if explores {
			assert.Equal(t, 60, marked)
			assert.EqualValues(t, 60, m.Counters().Explored.Load())
		} else {
			assert.Zero(t, marked)
		}
	}
}
