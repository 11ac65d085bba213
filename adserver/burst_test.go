package adserver_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// price is what an impression of a guaranteed line costs here: a CPM of 2.
const price = ads.Nano(2_000_000)

// rush is how many decisions a burst has: what a node is asked for in a second.
func rush() int {
	if testing.Short() || raceOn {
		return 2_000
	}
	return 20_000
}

// burst has eight ask for ads, of which one in skip is not seen. It returns how many were seen.
func (m *market) burst(decisions, skip int, during func()) int64 {
	m.t.Helper()
	var seen, asked atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var a adserver.Answer
			for range decisions / 8 {
				if !assert.NoError(m.t, m.Decide(request(""), &a)) {
					return
				}
				if asked.Add(1) == int64(decisions/2) && during != nil {
					during()
				}
				for _, ad := range a.Ads {
					if skip > 0 && rand.IntN(skip) == 0 {
						continue
					}
					o, err := m.View(context.Background(), bytes.Clone(ad.Token), visit())
					if assert.NoError(m.t, err) && o.Result == adserver.Counted {
						seen.Add(1)
					}
				}
			}
		})
	}
	all.Wait()
	return seen.Load()
}

// A rush at the end of a budget of whichever level takes all that is left of it and not a billionth more, also of what the ads had that were not seen.
func TestBurst_AtTheEndOfABudget(t *testing.T) {
	t.Parallel()
	const limit = 1000*price - 1 // the last impression no longer fits
	for name, set := range map[string]func(*ads.Campaign, *ads.Line) ads.Nano{
		"line":     func(_ *ads.Campaign, l *ads.Line) ads.Nano { l.Budget.Total = limit; return ads.MaxNano / 4 },
		"campaign": func(c *ads.Campaign, _ *ads.Line) ads.Nano { c.Budget.Total = limit; return ads.MaxNano / 4 },
		"balance":  func(*ads.Campaign, *ads.Line) ads.Nano { return limit },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c ads.Campaign
			var l ads.Line
			m := newMarket(t, set(&c, &l), nil)
			m.line(m.campaign(func(x *ads.Campaign) { x.Budget = c.Budget }), func(x *ads.Line) { x.Budget, x.Tier = l.Budget, ads.Guaranteed })
			m.open()
			m.burst(rush(), 3, nil)
			m.pass(6 * time.Minute)
			require.NoError(t, m.Sweep())
			m.burst(rush(), 0, nil)
			b := m.books()
			assert.Equal(t, limit-price+1, b.gross, "999 impressions")
			assert.Greater(t, b.gross*100, limit*99)
			assert.GreaterOrEqual(t, b.balance, ads.Nano(0))
		})
	}
}

// days are what was spent of the market's only line by day, in days since 1970.
func (m *market) days() map[int32]ads.Nano {
	m.t.Helper()
	require.NoError(m.t, m.Flush(context.Background()))
	spending, err := m.db.Spending(context.Background(), 0)
	require.NoError(m.t, err)
	days := map[int32]ads.Nano{}
	for _, s := range spending.Days {
		days[s.Day] += s.Amount
	}
	return days
}

// inZone moves the advertiser to a time zone.
func (m *market) inZone(name string) {
	m.t.Helper()
	kept, err := m.db.Advertisers.Get(context.Background(), m.advertiser.ID)
	require.NoError(m.t, err)
	kept.Value.TimeZone = name
	_, err = m.db.Advertisers.Update(context.Background(), by, kept.Value, kept.Revision)
	require.NoError(m.t, err)
}

func (m *market) set(at time.Time) {
	m.now.Store(&at)
	require.NoError(m.t, m.Reload(context.Background()))
}

// dayNumber is the number of a date.
func dayNumber(date string) int32 {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	return int32(at.Unix() / (24 * 3600))
}

// A day ends at midnight where the advertiser is, however many hours it had, in the middle of a rush. Each day has its budget, and all of it.
func TestBurst_WhenTheDayEnds(t *testing.T) {
	t.Parallel()
	const daily = 300 * price
	for name, c := range map[string]struct {
		zone, midnight string // the moment in UTC
		before, after  string // dates
		still          time.Duration
	}{
		"25 hours": {"Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-25", "2026-10-26", time.Hour},   // 24 hours after the midnight before, it is the same day
		"23 hours": {"Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-29", "2026-03-30", time.Minute}, // 23 hours after it, it is another
		"UTC":      {"UTC", "2026-07-02T00:00:00Z", "2026-07-01", "2026-07-02", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.MaxNano/4, nil)
			m.inZone(c.zone)
			m.line(m.campaign(func(x *ads.Campaign) { x.Budget.Daily = daily }), func(l *ads.Line) { l.Tier, l.Budget.Daily = ads.Guaranteed, daily })
			m.open()
			midnight, err := time.Parse(time.RFC3339, c.midnight)
			require.NoError(t, err)
			m.set(midnight.Add(-c.still))
			m.burst(rush(), 0, nil)
			assert.Equal(t, map[int32]ads.Nano{dayNumber(c.before): daily}, m.days())
			m.set(midnight.Add(-time.Nanosecond))
			m.burst(rush(), 0, func() { m.now.Store(&midnight) })
			assert.Equal(t, map[int32]ads.Nano{dayNumber(c.before): daily, dayNumber(c.after): daily}, m.days())
			assert.Equal(t, 2*daily, m.books().gross)
		})
	}
}

// Where the clock is set back over midnight the day before comes back for an hour, and its budget does not.
func TestBurst_WhenTheDayComesBack(t *testing.T) {
	t.Parallel()
	const daily = 300 * price
	m := newMarket(t, ads.MaxNano/4, nil)
	m.inZone("America/St_Johns") // until 2011 its clocks changed at 00:01
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Budget.Daily = ads.Guaranteed, daily })
	m.open()
	back := time.Date(2010, 11, 7, 2, 31, 0, 0, time.UTC) // 00:01 becomes 23:01
	m.set(back.Add(-time.Hour))
	m.burst(rush(), 0, nil)
	m.set(back.Add(-30 * time.Second))
	m.burst(160, 0, nil)
	m.set(back)
	m.burst(rush(), 0, nil)
	assert.Equal(t, map[int32]ads.Nano{dayNumber("2010-11-06"): daily, dayNumber("2010-11-07"): daily}, m.days())
	m.reopen(false)
	m.set(back.Add(time.Hour))
	assert.Zero(t, m.burst(800, 0, nil), "and after a restart")
}

// budgetOf changes the budget of a line, as its advertiser does on the portal.
func (m *market) budgetOf(l ads.Line, b ads.Budget) {
	kept, err := m.db.Lines.Get(context.Background(), l.ID)
	if assert.NoError(m.t, err) {
		kept.Value.Budget = b
		_, err = m.db.Lines.Update(context.Background(), by, kept.Value, kept.Revision)
		assert.NoError(m.t, err)
		assert.NoError(m.t, m.Reload(context.Background()))
	}
}

// A budget that is raised in a rush is spent to its new limit; one that is lowered ends where it is, or at its new limit when that is higher.
func TestBurst_BudgetChanges(t *testing.T) {
	t.Parallel()
	const before = 200 * price
	for name, after := range map[string]ads.Nano{"raised": 450*price + 1, "lowered": 150 * price, "taken away and given back": before} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.MaxNano/4, nil)
			l, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Budget.Total = ads.Guaranteed, before })
			m.open()
			var over ads.Nano // what was gone already
			seen := m.burst(240, 0, func() {
				if after == before {
					m.budgetOf(l, ads.Budget{Total: 1000})
				}
				m.budgetOf(l, ads.Budget{Total: after})
				how, _ := m.Explain(l.ID)
				over = -min(how.Left, 0)
			})
			seen += m.burst(rush(), 0, nil)
			gross := m.books().gross
			assert.EqualValues(t, price*ads.Nano(seen), gross)
			assert.Equal(t, (after+over)/price*price, gross)
			m.reopen(false)
			assert.Zero(t, m.burst(800, 0, nil))
		})
	}
}

// Who pauses a line, a campaign, a placement or an account is heard without asking: the database tells the engine, and the next decision knows.
func TestWatch_PauseIsSeen(t *testing.T) {
	t.Parallel()
	for name, pause := range map[string]func(*market, ads.Line) error{
		"line": func(m *market, l ads.Line) error {
			kept, err := m.db.Lines.Get(m.t.Context(), l.ID)
			kept.Value.Status = ads.Paused
			return changed(m.db.Lines, kept, err)
		},
		"campaign": func(m *market, l ads.Line) error {
			kept, err := m.db.Campaigns.Get(m.t.Context(), l.Campaign)
			kept.Value.Status = ads.Paused
			return changed(m.db.Campaigns, kept, err)
		},
		"account": func(m *market, _ ads.Line) error {
			kept, err := m.db.Advertisers.Get(m.t.Context(), m.advertiser.ID)
			kept.Value.Suspended = true
			return changed(m.db.Advertisers, kept, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.Unit, nil)
			l, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
			m.open()
			ctx, stop := context.WithCancel(t.Context())
			var runs sync.WaitGroup
			runs.Go(func() { assert.NoError(t, m.Run(ctx)) })
			m.one("")
			require.NoError(t, pause(m, l))
			assert.Eventually(t, func() bool {
				var a adserver.Answer
				return m.Decide(request(""), &a) == nil && len(a.Ads) == 0
			}, patience, time.Millisecond, "nobody called Reload")
			stop()
			runs.Wait()
		})
	}
}

func changed[ID ~uint32, T any](in store.Table[ID, T], kept store.Kept[T], err error) error {
	if err == nil {
		_, err = in.Update(context.Background(), by, kept.Value, kept.Revision)
	}
	return err
}
