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
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// lose says of an ad that its bid lost.
func (m *market) lose(ad adserver.Ad) adserver.Outcome {
	m.t.Helper()
	o, err := m.Lose(m.LossOf(ad.Token))
	require.NoError(m.t, err)
	return o
}

// A bid that lost gives back the money that was kept for it, once, however often and by how many it is told.
func TestLose_GivesBackTheBudget(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Budget.Daily = ads.Guaranteed, 10*price })
	m.open()
	var list []adserver.Ad
	for range 10 {
		list = append(list, m.kept(""))
	}
	require.Empty(t, m.decide(request("")), "all of the day is kept for the ten")
	var told atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, ad := range list {
				if o, err := m.Lose(m.LossOf(ad.Token)); assert.NoError(t, err) && o.Result == adserver.Counted {
					told.Add(1)
				}
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 10, told.Load())
	assert.EqualValues(t, 10, m.Counters().Released.Load())
	for range 10 {
		assert.Equal(t, adserver.Counted, m.view(m.one("")).Result)
	}
	require.Empty(t, m.decide(request("")), "and nothing was given back twice")

	// What lost is shown after all: there is nothing left to pay it from.
	late := m.view(list[0])
	assert.Equal(t, adserver.Counted, late.Result)
	assert.Zero(t, late.Billed)
	assert.Equal(t, 10*price, m.books().gross)
	m.pass(6 * time.Minute)
	require.NoError(t, m.Sweep())
	assert.Empty(t, m.decide(request("")), "nor when its time is over")
	assert.EqualValues(t, 10, m.Counters().Released.Load())
	assert.Zero(t, m.Unseen())
}

// What lost and is shown after all is paid once, from what is left.
func TestLose_ThenSeen(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	ad := m.kept("")
	assert.Equal(t, adserver.Counted, m.lose(ad).Result)
	assert.Equal(t, price, m.view(ad).Billed)
	assert.Equal(t, adserver.Duplicate, m.view(ad).Result)
	assert.Equal(t, adserver.Duplicate, m.lose(ad).Result)
	m.pass(6 * time.Minute)
	require.NoError(t, m.Sweep())
	assert.Equal(t, books{views: 1, gross: price, share: price * 7 / 10, balance: ads.Unit - price}, m.books())
}

// What was seen has lost nothing, whatever the exchange says.
func TestLose_OfWhatWasSeen(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) {
		l.Tier, l.Budget.Daily, l.Caps = ads.Guaranteed, price, []ads.Cap{{Times: 1, Per: ads.PerDay}}
	})
	m.open()
	ad := m.kept("ann")
	m.view(ad)
	assert.Equal(t, adserver.Duplicate, m.lose(ad).Result)
	assert.Empty(t, m.decide(request("bob")), "the money is spent")
	assert.Zero(t, m.Counters().Released.Load())
	assert.Equal(t, price, m.books().gross)
}

// Nobody has seen an ad that lost: it does not count for their cap.
func TestLose_GivesBackThePlaceWithinCaps(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Caps = ads.Guaranteed, []ads.Cap{{Times: 1, Per: ads.PerDay}} })
	m.open()
	for range 3 {
		ad := m.kept("ann")
		require.Empty(t, m.decide(request("ann")))
		m.lose(ad)
	}
	m.view(m.one("ann"))
	assert.Empty(t, m.decide(request("ann")))
}

// The pace of a line has again what the bid took of it, while that is of this moment.
func TestLose_GivesBackThePace(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		after time.Duration
		back  bool
	}{"at once": {time.Second, true}, "long after": {time.Minute, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, 1000*ads.Unit, nil)
			l, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Pace, l.Budget.Daily = ads.Guaranteed, ads.Even, 100*ads.Unit })
			m.open()
			require.NoError(t, m.Repace())
			before := m.PaceLeft(l.ID)
			var list []adserver.Ad
			for range 1000 { // until the pace lets one through
				if list = m.decide(request("")); len(list) > 0 {
					break
				}
			}
			require.Len(t, list, 1)
			require.Equal(t, before-int64(price), m.PaceLeft(l.ID))
			m.pass(row.after)
			m.lose(list[0])
			if row.back {
				assert.Equal(t, before, m.PaceLeft(l.ID))
			} else {
				assert.Equal(t, before-int64(price), m.PaceLeft(l.ID))
			}
		})
	}
}

// What nothing was kept for, or no longer is, gives nothing back.
func TestLose_OfWhatKeepsNothing(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*adserver.Request)
		then   func(*market)
		reason fraud.Reason
	}{
		"a preview": {change: func(r *adserver.Request) { r.Preview = true }, reason: fraud.Forced},
		"too late":  {then: func(m *market) { m.pass(6 * time.Minute) }, reason: fraud.ExpiredToken},
		"much too late": {then: func(m *market) {
			m.pass(6 * time.Minute)
			require.NoError(m.t, m.Sweep())
			m.pass(90 * 24 * time.Hour) // nothing is known of it any more
			require.NoError(m.t, m.Sweep())
		}, reason: fraud.ExpiredToken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.Unit, nil)
			l, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Budget.Total = ads.Guaranteed, 10*price })
			m.open()
			r := request("")
			if row.change != nil {
				row.change(r)
			}
			list := m.decide(r)
			require.Len(t, list, 1)
			ad := list[0]
			ad.Token = bytes.Clone(ad.Token)
			if row.then != nil {
				row.then(m)
			}
			left := m.AtHand(l.ID)
			o := m.lose(ad)
			assert.Equal(t, adserver.Refused, o.Result)
			assert.Equal(t, row.reason, o.Reason)
			assert.Equal(t, left, m.AtHand(l.ID))
		})
	}
}

// The tokens of an earlier life of the node have nothing kept for them in this one.
func TestLose_OfAnEarlierLife(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	l, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Budget.Total = ads.Guaranteed, 10*price })
	m.open()
	ad := m.kept("")
	m.reopen(false)
	assert.Equal(t, adserver.Duplicate, m.lose(ad).Result)
	assert.Equal(t, 10*price, m.AtHand(l.ID))
	assert.Equal(t, price, m.view(ad).Billed)
}

// A page has the tokens of its ads, but not what says that a bid lost: it cannot undo a cap and be paid for it.
func TestLose_TakesNoTokenOfAPage(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	l, _ := m.line(m.campaign(nil), func(l *ads.Line) {
		l.Tier, l.Budget.Total, l.Caps = ads.Guaranteed, 10*price, []ads.Cap{{Times: 1, Per: ads.PerDay}}
	})
	m.open()
	ad, other := m.kept("ann"), m.kept("bob")
	left := m.AtHand(l.ID)
	proof := bytes.TrimPrefix(m.LossOf(other.Token), other.Token)
	for name, text := range map[string][]byte{
		"the token": ad.Token, "without a proof": append(bytes.Clone(ad.Token), '.'), "the proof of another": append(bytes.Clone(ad.Token), proof...),
	} {
		o, err := m.Lose(text)
		require.ErrorIs(t, err, token.ErrToken, name)
		assert.Empty(t, o.Result, name)
	}
	assert.Empty(t, m.decide(request("ann")), "her place is taken still")
	assert.Equal(t, left, m.AtHand(l.ID))
	assert.Zero(t, m.Counters().Lost.Load())
	assert.Equal(t, price, m.view(ad).Billed)
}

// Who bids again and again, says that each bid lost, and then shows all of them is paid for as many views as the caps have.
func TestLose_ThenSeenBeyondTheCap(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Caps = ads.Guaranteed, []ads.Cap{{Times: 2, Per: ads.PerDay}} })
	m.open()
	var list []adserver.Ad
	for range 10 {
		list = append(list, m.kept("ann"))
		m.lose(list[len(list)-1])
		m.pass(time.Second)
	}
	var all sync.WaitGroup
	var billed atomic.Int64
	for _, ad := range list {
		all.Go(func() {
			if o, err := m.View(context.Background(), ad.Token, visit()); assert.NoError(t, err) && assert.Equal(t, adserver.Counted, o.Result) {
				billed.Add(int64(o.Billed))
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 2*price, billed.Load())
	assert.EqualValues(t, 8, m.Counters().Unpaid.Load())
	assert.Equal(t, books{views: 10, gross: 2 * price, share: 2 * (price * 7 / 10), balance: ads.Unit - 2*price}, m.books())
	assert.Empty(t, m.decide(request("ann")))
}
