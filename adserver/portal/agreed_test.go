package portal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// granted makes the line of a tenant one that an administrator agreed to.
func (k *kit) granted(tier ads.Tier, t tenant) ads.Line {
	k.Helper()
	l := t.line
	l.Tier, l.Bid, l.Placements, l.Budget = tier, 7*ads.Unit, []ads.PlacementID{t.placement.ID}, ads.Budget{Total: 100 * ads.Unit}
	if tier == ads.House {
		l.Bid = 0
	}
	kept, err := k.db.Lines.Update(k.Context(), 0, l, 1)
	require.NoError(k, err)
	return kept.Value
}

func (k *kit) line(id ads.LineID) ads.Line {
	k.Helper()
	l, err := k.db.Lines.Get(k.Context(), id)
	require.NoError(k, err)
	return l.Value
}

// What was agreed with an administrator stays so: others name the line, start it and stop it.
func TestLine_WhatWasAgreedIsAnAdministratorsToChange(t *testing.T) {
	t.Parallel()
	changed := form{"name", "Mine", "pricing", "cpm", "bid", "0.01", "pace", "asap", "budget.total", "9000", "caps.day", "3", "targeting", "country = IN", "product", "shoes"}
	for _, tier := range []ads.Tier{ads.Guaranteed, ads.House} {
		k := open(t)
		mine := k.tenant("ALPHA")
		want, b := k.granted(tier, mine), k.buyer(mine)
		page := b.get("/advertisers/1/lines/1/edit")
		assert.NotContains(t, page.Body, `name="bid"`, tier)
		assert.Contains(t, page.text(), "an administrator changes its price", tier)
		for _, as := range []ads.Tier{tier, ads.Auction, ads.House, ads.Guaranteed} {
			revision := b.get("/advertisers/1/lines/1/edit").value("revision")
			b.post("/advertisers/1/lines/1/edit", append(changed, "tier", string(as), "revision", revision)...).leads("/advertisers/1/lines/1")
			want.Name = "Mine"
			assert.Equal(t, want, k.line(1), "%s as %s", tier, as)
		}
		b.post("/advertisers/1/lines/1/status", "status", "paused").leads("/advertisers/1/lines/1")
		b.post("/advertisers/1/lines/1/status", "status", "active").leads("/advertisers/1/lines/1")
		admin := k.admin()
		page = admin.get("/advertisers/1/lines/1/edit")
		admin.post("/advertisers/1/lines/1/edit", append(changed, "tier", "auction", "revision", page.value("revision"))...).leads("/advertisers/1/lines/1")
		assert.Equal(t, ads.Unit/100, k.line(1).Bid, "an administrator may")
	}
}

// Nobody can guess the revision that a line will have once it is guaranteed, and be there first.
func TestLine_ARevisionThatIsNotTheOneLookedAt(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	got := b.post("/advertisers/1/lines/1/edit", "name", "x", "tier", "auction", "pricing", "cpm", "bid", "1", "pace", "even", "revision", "2")
	assert.Equal(t, http.StatusConflict, got.Status)
}

// A copy of what was agreed was not agreed to.
func TestCopy_OfWhatWasAgreedIsOfTheAuction(t *testing.T) {
	t.Parallel()
	for tier, bid := range map[ads.Tier]ads.Nano{ads.Guaranteed: 7 * ads.Unit, ads.House: ads.LeastBid} {
		k := open(t)
		mine := k.tenant("ALPHA")
		k.granted(tier, mine)
		b := k.buyer(mine)
		got := b.post("/advertisers/1/lines/1/copy")
		got.leads("/advertisers/1/lines/2")
		assert.Contains(t, b.get(strings.TrimPrefix(got.Location, "/portal")).text(), "bids in the auction")
		b.post("/advertisers/1/campaigns/1/copy").leads("/advertisers/1/campaigns/2")
		for _, id := range []ads.LineID{2, 3, 4} {
			l := k.line(id)
			assert.Equal(t, ads.Auction, l.Tier)
			assert.Equal(t, bid, l.Bid)
			assert.Equal(t, ads.Draft, l.Status)
		}
		admin := k.admin()
		admin.post("/advertisers/1/lines/1/copy").leads("/advertisers/1/lines/5")
		assert.Equal(t, tier, k.line(5).Tier, "an administrator's copy is as agreed")
	}
}

// A campaign bounds its lines, so that its time, budget and caps are agreed as well.
func TestCampaign_OfWhatWasAgreedIsAnAdministratorsToChange(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	c := mine.campaign
	c.Budget, c.Caps, c.Flight.Ends = ads.Budget{Total: 50 * ads.Unit}, []ads.Cap{{Times: 2, Per: ads.PerDay}}, time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	_, err := k.db.Campaigns.Update(t.Context(), 0, c, 1)
	require.NoError(t, err)
	k.granted(ads.Guaranteed, mine)
	wider := form{"name", "Mine", "budget.total", "900", "caps.day", "", "flight.ends", ""}
	b, admin := k.buyer(mine), k.admin()
	page := b.get("/advertisers/1/campaigns/1/edit")
	assert.NotContains(t, page.Body, `name="budget.total"`)
	b.post("/advertisers/1/campaigns/1/edit", append(wider, "revision", "2")...).leads("/advertisers/1/campaigns/1")
	kept, err := k.db.Campaigns.Get(t.Context(), 1)
	require.NoError(t, err)
	c.Name = "Mine"
	assert.Equal(t, c, kept.Value)
	admin.post("/advertisers/1/campaigns/1/edit", append(wider, "revision", "3")...).leads("/advertisers/1/campaigns/1")
	kept, err = k.db.Campaigns.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, ads.Budget{Total: 900 * ads.Unit}, kept.Value.Budget)

	b.post("/advertisers/1/campaigns/1/copy").leads("/advertisers/1/campaigns/2")
	assert.Contains(t, b.get("/advertisers/1/campaigns/2/edit").Body, `name="budget.total"`, "its lines are of the auction")
}

// The name beside an ad is what the reviewer saw there.
func TestAdvertiser_NameIsAnAdministratorsToChange(t *testing.T) {
	t.Parallel()
	k := open(t)
	b, admin := k.buyer(k.tenant("ALPHA")), k.admin()
	page := b.get("/advertisers/1/settings")
	assert.NotContains(t, page.Body, `name="name"`)
	assert.Contains(t, page.text(), "Named ALPHA brand beside its ads")
	b.post("/advertisers/1/settings", "name", "Your Bank", "time_zone", "Europe/Paris", "revision", "1").leads("/advertisers/1/settings")
	a, err := k.db.Advertisers.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, "ALPHA brand", a.Value.Name)
	assert.Equal(t, "Europe/Paris", a.Value.TimeZone)
	admin.post("/advertisers/1/settings", "name", "Alpha & Co.", "time_zone", "Europe/Paris", "revision", "2").leads("/advertisers/1/settings")
	a, err = k.db.Advertisers.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, "Alpha & Co.", a.Value.Name)
}
