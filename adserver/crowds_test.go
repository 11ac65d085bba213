package adserver_test

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// Somebody who asks for ads and looks at none does not hold a budget empty, nor fill the memory: beyond so many, his network is shown house ads, and others
// are not the worse for it.
func TestUnseen_OneNetworkHoldsNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	const most = 10
	m := newMarket(t, 1000*ads.Unit, func(c *adserver.Config) { c.MostUnseen = most })
	paid, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Budget.Total = ads.Guaranteed, 20*price })
	house, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Bid = ads.House, 0 })
	m.open()
	from := func(ip string) adserver.Ad {
		r := request("")
		r.Visitor.IP = netip.MustParseAddr(ip)
		list := m.decide(r)
		require.Len(t, list, 1)
		return list[0]
	}
	var last adserver.Ad
	for n := range 500 {
		want := paid.ID
		if n >= most {
			want = house.ID
		}
		ad := from("203.0.113.9")
		require.Equal(t, want, ad.Line.ID, "%d", n)
		if n < most {
			last = m.copied(ad)
		}
	}
	assert.Equal(t, most, m.Held())
	assert.Equal(t, most, m.Unseen())
	assert.EqualValues(t, 490, m.Counters().Crowded.Load())
	assert.Equal(t, house.ID, from("203.0.113.200").Line.ID, "the same network")
	assert.Equal(t, paid.ID, from("198.51.100.7").Line.ID, "another")

	assert.EqualValues(t, price, m.view(last).Billed)
	assert.Equal(t, adserver.Duplicate, m.view(last).Result)
	assert.Equal(t, paid.ID, from("203.0.113.9").Line.ID, "one was seen")
	assert.Equal(t, house.ID, from("203.0.113.9").Line.ID)
	m.pass(6 * time.Minute)
	require.NoError(t, m.Sweep())
	assert.Zero(t, m.Unseen())
	assert.Equal(t, paid.ID, from("203.0.113.9").Line.ID, "all were released")
	assert.EqualValues(t, 1, m.books().views)
}

// A bound that does not fit its counters is refused by its name.
func TestUnseen_BoundTooHigh(t *testing.T) {
	t.Parallel()
	_, err := adserver.Open(t.Context(), nil, adserver.Config{
		Dir: t.TempDir(), Keys: []token.Key{{Secret: bytes.Repeat([]byte{1}, 32)}}, Secret: bytes.Repeat([]byte{2}, 32), Sensors: sensors(t), MostUnseen: 1_000_001,
	})
	require.ErrorContains(t, err, "Config.MostUnseen")
}

// Who comes from nowhere, as publishers' servers that name no address, is not counted; and a bound can be done without.
func TestUnseen_WithoutABound(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, func(c *adserver.Config) { c.MostUnseen = 1 })
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	r := request("")
	r.Visitor.IP = netip.Addr{}
	for range 5 {
		assert.Len(t, m.decide(r), 1)
	}
	assert.Zero(t, m.Unseen())
	m.one("")
	assert.Empty(t, m.decide(request("")))
	m.cfg = func(c *adserver.Config) { c.MostUnseen = -1 }
	m.reopen(true)
	for range 5 {
		m.one("")
	}
}
