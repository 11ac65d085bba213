package adserver_test

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/consent"
)

// Whichever level has the cap, and whatever else is wider: the tightest holds.
func TestCaps_EveryLevel(t *testing.T) {
	t.Parallel()
	one := []ads.Cap{{Times: 1, Per: ads.PerDay}}
	wide := []ads.Cap{{Times: 5, Per: ads.PerDay}}
	for name, caps := range map[string][4][]ads.Cap{
		"advertiser": {one, wide, wide, wide}, "campaign": {wide, one, wide, nil}, "line": {nil, wide, one, wide}, "creative": {wide, nil, wide, one},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.Unit, nil)
			m.onTheSecond()
			kept, err := m.db.Advertisers.Get(t.Context(), m.advertiser.ID)
			require.NoError(t, err)
			kept.Value.Caps = caps[0]
			_, err = m.db.Advertisers.Update(t.Context(), by, kept.Value, kept.Revision)
			require.NoError(t, err)
			c := m.campaign(func(c *ads.Campaign) { c.Caps = caps[1] })
			l := ads.Line{Campaign: c.ID, Name: "L", Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPM, Bid: 2 * ads.Unit, Pace: ads.ASAP, Caps: caps[2]}
			made, err := m.db.Lines.Create(t.Context(), by, l)
			require.NoError(t, err)
			m.creative(made.Value, func(c *ads.Creative) { c.Caps = caps[3] })
			m.open()
			m.view(m.one("ann"))
			assert.Empty(t, m.decide(request("ann")))
			m.view(m.one("bob"))
			m.pass(24 * time.Hour)
			m.view(m.one("ann"))
			assert.Empty(t, m.decide(request("ann")))
		})
	}
}

// Of requests of one person at a time, with a cap of one, one gets the ad.
func TestCaps_ParallelRequests(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Caps = []ads.Cap{{Times: 1, Per: ads.Ever}} })
	m.open()
	for n := range 50 {
		var got atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				var a adserver.Answer
				assert.NoError(t, m.Decide(request(userName(n)), &a))
				got.Add(int64(len(a.Ads)))
			})
		}
		all.Wait()
		assert.EqualValues(t, 1, got.Load())
	}
}

// What people have seen is known after an orderly end, and after a crash by what the journal has since the last checkpoint.
func TestCaps_SurviveRestarts(t *testing.T) {
	t.Parallel()
	for _, orderly := range []bool{true, false} {
		m := newMarket(t, ads.Unit, nil)
		m.line(m.campaign(nil), func(l *ads.Line) { l.Caps = []ads.Cap{{Times: 2, Per: ads.Ever}} })
		m.open()
		m.view(m.one("ann"))
		require.NoError(t, m.Checkpoint())
		m.view(m.one("ann"))
		m.view(m.one("bob"))
		m.reopen(orderly)
		assert.Empty(t, m.decide(request("ann")), orderly)
		m.view(m.one("bob"))
		assert.Empty(t, m.decide(request("bob")), "counted once each, though a checkpoint and the journal may both have it")
		m.reopen(orderly)
		assert.Empty(t, m.decide(request("bob")))
	}
}

// Without consent nobody is counted: what has caps is for others, and what has none is for all.
func TestCaps_WithoutConsent(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Caps = []ads.Cap{{Times: 9, Per: ads.PerDay}} })
	m.open()
	no := false
	for name, c := range map[string]consent.Strings{"silence": {}, "no": {Personal: &no}} {
		r := request("ann")
		r.Page.Country = "DE"
		r.Consent = c
		assert.Empty(t, m.decide(r), name)
	}
	m.line(m.campaign(nil), nil)
	require.NoError(t, m.Reload(t.Context()))
	r := request("ann")
	r.Page.Country, r.Consent = "DE", consent.Strings{}
	var a adserver.Answer
	require.NoError(t, m.Decide(r, &a))
	assert.Len(t, a.Ads, 1)
	assert.Zero(t, a.User)
}

// Hidden means hidden, from then on and after a restart; erased means that nothing is known.
func TestUsers_HideEraseAndPrefer(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) {
		l.Caps, l.Targeting = []ads.Cap{{Times: 9, Per: ads.Ever}}, "interest = drama"
	})
	m.open()
	ask := func() int {
		r := request("ann")
		r.User.Interests = []string{"drama"}
		return len(m.decide(r))
	}
	r := request("ann")
	r.User.Interests = []string{"drama"}
	ad := m.decide(r)[0]
	assert.True(t, ad.Personal)
	require.NoError(t, m.Hide(t.Context(), bytes.Clone(ad.Token)))
	assert.Zero(t, ask())
	m.reopen(false)
	assert.Zero(t, ask())
	require.NoError(t, m.Erase(t.Context(), "demo", "ann"))
	assert.Equal(t, 1, ask())
	require.NoError(t, m.Prefer(t.Context(), "demo", "ann", false))
	assert.Zero(t, ask(), "no ads by who she is")
	m.reopen(true)
	assert.Zero(t, ask())
	require.NoError(t, m.Prefer(context.Background(), "demo", "ann", true))
	assert.Equal(t, 1, ask())
	require.Error(t, m.Erase(t.Context(), "nobody", "ann"))
	require.Error(t, m.Prefer(t.Context(), "demo", "", true))
}

// Strings of TCF that allow purposes of the vendor 0, whom no vendor's bit stands for.
const (
	tcfAll          = "CP1R2oAP1R2oBAfABBAAAwEAAPIAAAAAAAAAAAAAAAAA" // 1, 2, 3, 4 and 7
	tcfNoSelection  = "CP1R2oAP1R2oBAfABBAAAwEAALIAAAAAAAAAAAAAAAAA" // 1, 3, 4 and 7: profiles, and no counting of views
	tcfNoProfiles   = "CP1R2oAP1R2oBAfABBAAAwEAAMAAAAAAAAAAAAAAAAAA" // 1 and 2
	dramaInterested = "interest = drama"
)

// What somebody asked for holds whatever else is allowed: also where views must not be counted, and nobody is in the token.
func TestUsers_AreHeardWhereViewsAreNotCounted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tcf            string
		before         int // personal ads of who asked for nothing
		counted, hides bool
	}{
		"all":          {tcfAll, 1, true, true},
		"no selection": {tcfNoSelection, 1, false, true},
		"no profiles":  {tcfNoProfiles, 0, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.Unit, nil)
			m.line(m.campaign(nil), func(l *ads.Line) { l.Targeting = dramaInterested })
			m.open()
			ask := func(tcf string) (list []adserver.Ad, a adserver.Answer) {
				r := request("ann")
				r.Consent, r.User.Interests = consent.Strings{TCF: tcf, GDPR: true}, []string{"drama"}
				require.NoError(t, m.Decide(r, &a))
				return a.Ads, a
			}
			list, a := ask(c.tcf)
			require.Len(t, list, c.before)
			assert.Equal(t, c.counted, a.User != 0)
			require.NoError(t, m.Prefer(t.Context(), "demo", "ann", false))
			list, _ = ask(c.tcf)
			assert.Empty(t, list, "who opted out has no personal ads")
			require.NoError(t, m.Prefer(t.Context(), "demo", "ann", true))
			list, _ = ask(tcfAll)
			require.Len(t, list, 1)
			require.NoError(t, m.Hide(t.Context(), bytes.Clone(list[0].Token)))
			if list, _ = ask(c.tcf); c.hides {
				assert.Empty(t, list, "and who hid an ad does not see it")
			}
		})
	}
}
