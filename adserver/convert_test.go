package adserver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// conversions are how many reports have.
func (m *market) conversions() (n int64) {
	m.t.Helper()
	now := *m.now.Load()
	rows, err := m.db.Report(m.t.Context(), store.Query{All: true, From: now.AddDate(0, 0, -100), To: now.AddDate(0, 0, 1), By: []store.Dim{store.ByCreative}})
	require.NoError(m.t, err)
	for _, r := range rows {
		n += r.Conversions
	}
	return n
}

// booking says that a click led to one.
func (m *market) booking(ad adserver.Ad, order string) (adserver.Outcome, error) {
	return m.Convert(m.t.Context(), adserver.Conversion{Click: ad.Token, Kind: "booking", Order: order, By: m.advertiser.ID})
}

// A conversion is in reports once it is stored, whatever becomes of the program: one that is known and not counted would never be.
func TestConvert_InReportsAtOnce(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	ad := m.kept("ann")
	m.visited(ad)
	require.NoError(t, m.Flush(t.Context()))
	require.NoError(t, m.Abandon())
	for _, want := range []adserver.Result{adserver.Counted, adserver.Duplicate} {
		o, err := m.booking(ad, "42")
		require.NoError(t, err)
		assert.Equal(t, want, o.Result)
		assert.EqualValues(t, 1, m.conversions())
	}
	m.open()
	assert.EqualValues(t, 1, m.books().views, "and is in no journal")
	assert.EqualValues(t, 1, m.conversions())
}

// A conversion counts within the time that its campaign gives.
func TestConvert_WithinTheTimeOfItsCampaign(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(func(c *ads.Campaign) { c.Attribution = 7 }), nil)
	m.open()
	ad := m.kept("ann")
	m.visited(ad)
	m.pass(7 * 24 * time.Hour)
	o, err := m.booking(ad, "1")
	require.NoError(t, err)
	assert.Equal(t, adserver.Counted, o.Result)
	m.pass(time.Second)
	_, err = m.booking(ad, "2")
	require.ErrorIs(t, err, store.ErrTooLate)
}
