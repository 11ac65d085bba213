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

// A line of which little is known is seen now and then although others bid more, and the journal says of which views that is so.
func TestExplore_LittleKnownLinesAreSeen(t *testing.T) {
	t.Parallel()
	for share, explores := range map[money.Rate]bool{-1: false, money.Whole: true} {
		m := newMarket(t, 10*ads.Unit, func(c *adserver.Config) { c.Explore = share })
		m.line(m.campaign(nil), func(l *ads.Line) { l.Bid = 9 * ads.Unit })
		low, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Bid = 2 * ads.Unit })
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
		} else {
			assert.Zero(t, marked)
		}
	}
}
