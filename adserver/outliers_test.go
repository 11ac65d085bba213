package adserver_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// elsewhere is a node whose journal is made up.
const elsewhere = 9

// spent books views and clicks of a line at the banner, as if another node had counted them.
func (m *market) spent(l ads.Line, at time.Time, views, clicks int) {
	m.t.Helper()
	ctx := context.Background()
	from, err := m.db.Position(ctx, elsewhere)
	require.NoError(m.t, err)
	var b ledger.Batcher
	b.Reset(elsewhere, from)
	ev := ledger.Event{
		Kind: ledger.View, At: at, Day: int32(at.Unix() / 86400), Gross: l.PerImpression(), Share: l.PerImpression() / 2,
		Place: ledger.Place{
			Advertiser: m.advertiser.ID, Campaign: l.Campaign, Line: l.ID, Publisher: m.publisher.ID, Placement: m.banner.ID, Currency: "USD",
		},
	}
	for range views {
		b.Add(&ev)
	}
	ev.Kind, ev.Gross, ev.Share = ledger.Click, 0, 0
	for range clicks {
		b.Add(&ev)
	}
	_, err = m.db.Apply(ctx, b.Batch())
	require.NoError(m.t, err)
}

func (m *market) findings() []store.Finding {
	m.t.Helper()
	all, err := m.db.Findings(context.Background(), store.Filter{All: true})
	require.NoError(m.t, err)
	return all
}

// The day before yesterday one line was clicked on by almost all who saw it. What was paid for it is held, once, and that of nobody else.
func TestOutliers_HoldsWhatIsClickedTooOften(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	c := m.campaign(nil)
	day := m.now.Load().AddDate(0, 0, -2)
	var bad ads.Line
	for i := range 12 {
		l, _ := m.line(c, nil)
		clicks := 2 + i%3
		if i == 7 {
			bad, clicks = l, 180
		}
		m.spent(l, day, 200, clicks)
	}
	m.open()
	held, err := m.Outliers(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, held)
	all := m.findings()
	require.Len(t, all, 1)
	f := all[0]
	assert.Equal(t, ledger.Place{
		Advertiser: m.advertiser.ID, Campaign: c.ID, Line: bad.ID, Publisher: m.publisher.ID, Placement: m.banner.ID, Currency: "USD",
	}, f.Place)
	assert.Equal(t, int32(day.Unix()/86400), f.Day)
	assert.EqualValues(t, 200, f.Views)
	assert.EqualValues(t, 180, f.Clicks)
	assert.Equal(t, 200*bad.PerImpression(), f.Gross)
	assert.Equal(t, 100*bad.PerImpression(), f.Share)
	assert.Equal(t, store.FindingHeld, f.State)

	held, err = m.Outliers(t.Context())
	require.NoError(t, err)
	assert.Zero(t, held, "it is held already")
	require.NoError(t, m.db.ReleaseFinding(t.Context(), by, f.ID))
	held, err = m.Outliers(t.Context())
	require.NoError(t, err)
	assert.Zero(t, held, "somebody has looked at it")
	assert.Len(t, m.findings(), 1)
}

// Today is not over, and what is older than three days was looked at.
func TestOutliers_LooksAtTheLastDaysThatAreOver(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	c := m.campaign(nil)
	lines := make([]ads.Line, 12)
	for i := range lines {
		lines[i], _ = m.line(c, nil)
	}
	for _, ago := range []int{0, 4} {
		for i, l := range lines {
			m.spent(l, m.now.Load().AddDate(0, 0, -ago), 100, 1+90*(i/11))
		}
	}
	m.open()
	held, err := m.Outliers(t.Context())
	require.NoError(t, err)
	assert.Zero(t, held)
	m.pass(24 * time.Hour)
	held, err = m.Outliers(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, held, "the day is over")
}

// What cost nothing needs no refund.
func TestOutliers_HouseIsNobodysLoss(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 0, nil)
	c := m.campaign(nil)
	for i := range 12 {
		l, _ := m.line(c, func(l *ads.Line) { l.Tier, l.Bid = ads.House, 0 })
		m.spent(l, m.now.Load().AddDate(0, 0, -1), 100, 1+90*(i/11))
	}
	m.open()
	held, err := m.Outliers(t.Context())
	require.NoError(t, err)
	assert.Zero(t, held)
	assert.Empty(t, m.findings())
}

// Run looks by itself.
func TestOutliers_RunLooks(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	c := m.campaign(nil)
	for i := range 12 {
		l, _ := m.line(c, nil)
		m.spent(l, m.now.Load().AddDate(0, 0, -1), 100, 1+90*(i/11))
	}
	m.open()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	assert.Eventually(t, func() bool { return len(m.findings()) == 1 }, patience, 10*time.Millisecond)
	cancel()
	require.NoError(t, <-ended)
}
