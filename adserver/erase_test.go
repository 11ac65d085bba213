package adserver_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// once is a line that a person sees once.
func (m *market) once() {
	m.t.Helper()
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Caps = ads.Guaranteed, []ads.Cap{{Times: 1, Per: ads.Ever}} })
}

// kept returns one that stays as it is when the next is decided on.
func (m *market) kept(user string) adserver.Ad {
	m.t.Helper()
	return m.copied(m.one(user))
}

func (m *market) copied(ad adserver.Ad) adserver.Ad {
	ad.Token = bytes.Clone(ad.Token)
	return ad
}

// clicks are how many the database has once a node has brought its own, and how many of them are somebody's.
func (m *market) clicks(of *market) (all, known int) {
	m.t.Helper()
	require.NoError(m.t, of.Flush(context.Background()))
	require.NoError(m.t, m.raw().View(context.Background(), func(tx sqldb.Tx) error {
		return tx.One(context.Background(), []any{&all, &known}, "select count(*), coalesce(sum(uid <> 0), 0) from ad_click")
	}))
	return all, known
}

// A view of somebody who was erased meanwhile bills, and is nobody's.
func TestErase_WithAnAdInSight(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.once()
	m.open()
	before := m.kept("ann")
	require.NoError(t, m.Erase(t.Context(), "demo", "ann"))
	o := m.view(before)
	assert.Equal(t, adserver.Counted, o.Result)
	assert.EqualValues(t, price, o.Billed)
	after := m.kept("ann")
	assert.Equal(t, adserver.Counted, m.view(after).Result)
	assert.Empty(t, m.decide(request("ann")), "what she sees from then on is counted")
	m.reopen(false)
	assert.Empty(t, m.decide(request("ann")), "after a crash as well")
	assert.EqualValues(t, 2*price, m.books().gross)
}

// A click that is still on its way to the database when somebody is erased does not come to it.
func TestErase_ClickOnItsWay(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	first, second := m.kept("ann"), m.kept("ann")
	m.visited(first)
	require.NoError(t, m.Erase(t.Context(), "demo", "ann"))
	all, known := m.clicks(m)
	assert.Zero(t, all)
	assert.Zero(t, known)
	m.visited(second)
	all, known = m.clicks(m)
	assert.Equal(t, 1, all, "a click of an ad that was in sight counts")
	assert.Zero(t, known, "and is nobody's")
	m.visited(m.kept("ann"))
	_, known = m.clicks(m)
	assert.Equal(t, 1, known, "what she clicks from then on is hers")
	assert.EqualValues(t, 3, m.books().clicks)
}

// What was noted is not undone by a click that somebody was just about to write down.
func TestErase_ClickAboutToBeWritten(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	ad := m.kept("ann")
	m.visited(ad)
	require.NoError(t, m.NoteErased("demo", "ann"))
	all, _ := m.clicks(m)
	assert.Zero(t, all)
	assert.EqualValues(t, 1, m.books().clicks)
}

// Nothing that is erased comes back hours after a crash, when nobody remembers it.
func TestErase_CrashAndALongTimeAway(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	m.visited(m.kept("ann"))
	require.NoError(t, m.Erase(t.Context(), "demo", "ann"))
	require.NoError(t, m.Engine.Abandon())
	m.long()
	m.open()
	all, _ := m.clicks(m)
	assert.Zero(t, all)
}

// An ad that was in sight before a crash is nobody's after it.
func TestErase_WithAnAdOfAnEarlierLifeInSight(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.once()
	m.open()
	ad := m.kept("ann")
	require.NoError(t, m.Erase(t.Context(), "demo", "ann"))
	m.reopen(false)
	assert.Equal(t, adserver.Counted, m.view(ad).Result)
	assert.Len(t, m.decide(request("ann")), 1)
}

// What a node was asked for itself it does not carry out again when it hears of what others were asked for before.
func TestErase_HeardAfterItsOwn(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.once()
	nodes := m.nodes(2, nil)
	one, two := nodes[0], nodes[1]
	m.begin(nodes)
	one.view(one.funded("bob"))
	require.NoError(t, two.Erase(t.Context(), "demo", "bob"))
	require.NoError(t, one.Erase(t.Context(), "demo", "ann"))
	one.view(one.funded("ann"))
	require.NoError(t, one.Ask(t.Context()))
	assert.Empty(t, one.decide(request("ann")))
	assert.Len(t, one.decide(request("bob")), 1)
}

// Who hides an ad from before is not known by it.
func TestErase_HidesNothing(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	before := m.kept("ann")
	require.NoError(t, m.Erase(t.Context(), "demo", "ann"))
	require.NoError(t, m.Hide(t.Context(), before.Token))
	hidden, err := m.db.Hidden(t.Context())
	require.NoError(t, err)
	assert.Empty(t, hidden)
	after := m.kept("ann")
	require.NoError(t, m.Hide(t.Context(), after.Token))
	assert.Empty(t, m.decide(request("ann")))
}

// An erasure that a node was asked for reaches what the others have: counts, clicks on their way, and ads in sight.
func TestErase_AtAnotherNode(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.once()
	nodes := m.nodes(2, nil)
	one, two := nodes[0], nodes[1]
	m.begin(nodes)
	ad := one.funded("ann")
	one.visited(ad)
	require.Empty(t, one.decide(request("ann")))
	inSight := one.funded("bob")

	require.NoError(t, two.Erase(t.Context(), "demo", "ann"))
	require.NoError(t, two.Erase(t.Context(), "demo", "bob"))
	require.NoError(t, one.Flush(t.Context()), "before it has heard")
	require.NoError(t, one.Ask(t.Context()))
	all, known := m.clicks(one)
	assert.Zero(t, all)
	assert.Zero(t, known)
	one.visited(inSight)
	for _, user := range []string{"ann", "bob"} {
		assert.Len(t, one.decide(request(user)), 1, user)
	}
	_, known = m.clicks(one)
	assert.Zero(t, known)
	require.NoError(t, one.Ask(t.Context()))
	for _, user := range []string{"ann", "bob"} {
		assert.Empty(t, one.decide(request(user)), "%s: heard once, it was reserved since", user)
	}
}

// What a node was not told of because it was away it carries out when it is back.
func TestErase_WhileANodeIsAway(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.once()
	nodes := m.nodes(2, nil)
	one, two := nodes[0], nodes[1]
	m.begin(nodes)
	ad, inSight := one.funded("ann"), one.funded("bob")
	one.visited(ad)
	require.NoError(t, one.Checkpoint())
	require.NoError(t, one.Engine.Abandon())
	for _, user := range []string{"ann", "bob"} {
		require.NoError(t, two.Erase(t.Context(), "demo", user))
	}
	one.open()
	all, _ := m.clicks(one)
	assert.Zero(t, all)
	assert.Equal(t, adserver.Counted, one.view(inSight).Result)
	m.begin(nodes)
	for _, user := range []string{"ann", "bob"} {
		assert.NotEmpty(t, one.funded(user).Token)
	}
}

// Each erasure is carried out once: what somebody sees afterwards is counted.
func TestErase_HeardOnce(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.once()
	m.open()
	require.NoError(t, m.Erase(t.Context(), "demo", "ann"))
	m.view(m.kept("ann"))
	for range 2 {
		require.NoError(t, m.Ask(t.Context()))
		assert.Empty(t, m.decide(request("ann")))
		m.reopen(true)
		assert.Empty(t, m.decide(request("ann")))
	}
	m.pass(2 * time.Hour)
	require.NoError(t, m.Ask(t.Context()))
	assert.Empty(t, m.decide(request("ann")))
	require.NoError(t, m.Erase(t.Context(), "demo", "ann"))
	assert.Len(t, m.decide(request("ann")), 1, "again")
}

// A catalogue that changes all the time does not keep a node from hearing what people ask for.
func TestErase_HeardWithACatalogueThatChanges(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.once()
	nodes := m.nodes(2, nil)
	one, two := nodes[0], nodes[1]
	m.begin(nodes)
	one.view(one.funded("ann"))
	require.NoError(t, two.Erase(t.Context(), "demo", "ann"))
	m.newAdvertiser("Other", 0)
	require.NoError(t, one.Ask(t.Context()))
	assert.Len(t, one.decide(request("ann")), 1)
}

// Two beside a decision: whichever comes first, the ad is not somebody's who was erased.
func TestErase_WhileItIsDecided(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.once()
	m.open()
	r := request("ann")
	r.Slots[0].Accepts = func(adserver.Offered) bool {
		assert.NoError(t, m.Erase(context.Background(), "demo", "ann"))
		return true
	}
	var a adserver.Answer
	require.NoError(t, m.Decide(r, &a))
	require.Len(t, a.Ads, 1)
	m.view(a.Ads[0])
	m.click(a.Ads[0])
	_, known := m.clicks(m)
	assert.Zero(t, known)
	assert.Len(t, m.decide(request("ann")), 1)
}

// visited is a click of an ad that was seen.
func (m *market) visited(ad adserver.Ad) {
	m.t.Helper()
	m.view(ad)
	require.Equal(m.t, adserver.Counted, m.click(ad).Result)
}

// long has all that was erased be erased long ago.
func (m *market) long() {
	m.t.Helper()
	require.NoError(m.t, m.raw().Update(context.Background(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(context.Background(), "update ad_erasure set at = 1")
		return err
	}))
}

// begin has nodes lease for what is asked for.
func (m *market) begin(nodes []*market) {
	m.t.Helper()
	for _, n := range nodes {
		n.decide(request("somebody"))
		n.looks(1)
	}
}

// funded is kept of a node that may have to lease first.
func (m *market) funded(user string) adserver.Ad {
	m.t.Helper()
	var a adserver.Answer
	for range 10 {
		require.NoError(m.t, m.Decide(request(user), &a))
		if len(a.Ads) == 1 {
			return m.copied(a.Ads[0])
		}
		require.NoError(m.t, m.Look(context.Background()))
	}
	require.FailNow(m.t, "no ad", user)
	return adserver.Ad{}
}
