package adserver_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
)

// A winner that is undone, because another on the page lost its budget to somebody else, gives back what it took of its pace.
func TestPace_UndoneWinnerGivesBack(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	paced, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Bid, l.Pace, l.Budget.Daily = 3*ads.Unit, ads.Even, 100*ads.Unit })
	other := m.newAdvertiser("Other", ads.Unit)
	poor, _ := m.line(m.campaign(func(c *ads.Campaign) { c.Advertiser = other.ID }), func(l *ads.Line) { l.Budget.Total = price })
	m.open()
	require.NoError(t, m.Repace())

	emptied, met := false, false
	empty := func() { // what the poor one has left goes to another page
		r := request("")
		r.Slots[0].Floor = price
		r.Slots[0].Accepts = func(o adserver.Offered) bool { return o.Line.ID == poor.ID }
		for len(m.decide(r)) > 0 {
			emptied = true
		}
	}
	r := request("")
	r.Slots[0].Count, r.Slots[0].Floor = 2, price
	r.Slots[0].Accepts = func(o adserver.Offered) bool {
		if o.Line.ID == paced.ID {
			met = true
			return true
		}
		if met && !emptied {
			empty()
		}
		return met
	}
	for range 1000 { // until the pace lets one through
		met = false
		before := m.PaceLeft(paced.ID)
		list := m.decide(r)
		if !emptied {
			continue
		}
		require.EqualValues(t, 1, m.Counters().Raced.Load())
		require.Len(t, list, 1)
		require.Equal(t, paced.ID, list[0].Line.ID)
		assert.Equal(t, int64(list[0].Worth), before-m.PaceLeft(paced.ID), "it took once")
		return
	}
	require.Fail(t, "its pace let nothing through")
}
