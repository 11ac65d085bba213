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
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// shown are ads for so many people, each other ones.
func (m *market) shown(from, count int) (list []adserver.Ad) {
	m.t.Helper()
	for n := range count {
		ad := m.one(userName(from + n))
		ad.Token = bytes.Clone(ad.Token)
		list = append(list, ad)
	}
	return list
}

// minutes lets some pass as while Run runs.
func (m *market) minutes(n int) {
	m.t.Helper()
	for range n {
		m.pass(time.Minute)
		require.NoError(m.t, m.Sweep())
		require.NoError(m.t, m.Flush(m.t.Context()))
		require.NoError(m.t, m.Checkpoint())
	}
}

// clicks is a market of ads that are paid by the click.
func clicks(t *testing.T) *market {
	t.Helper()
	m := newMarket(t, 1e6*ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Pricing, l.Bid = ads.CPC, 2*ads.Unit })
	return m.open()
}

// replay sends everything again that was counted, and makes sure that nothing counts now.
func (m *market) replay(list []adserver.Ad) {
	m.t.Helper()
	for _, ad := range list {
		require.NotEqual(m.t, adserver.Counted, m.view(ad).Result)
		require.NotEqual(m.t, adserver.Counted, m.click(ad).Result)
	}
}

// What was seen and clicked is known for as long as its token might count, whatever lives the program has had since and however much it has swept.
func TestReplay_EverythingAfterEachRestart(t *testing.T) {
	t.Parallel()
	m := clicks(t)
	m.onDisk()
	var counted []adserver.Ad
	seen := m.shown(1000, 1)[0] // and clicked late
	m.view(seen)
	count := func(life int) {
		t.Helper()
		for _, ad := range m.shown(10*life, 5) {
			require.Equal(t, adserver.Counted, m.view(ad).Result)
			require.Positive(t, m.click(ad).Billed)
			counted = append(counted, ad)
		}
	}
	count(0)
	for minute := range 75 {
		if minute%13 == 0 {
			m.reopen(minute%2 == 1)
			count(minute/13 + 1)
		}
		m.minutes(1)
		m.replay(counted)
		if minute == 50 {
			o := m.click(seen)
			require.Equal(t, adserver.Counted, o.Result, "that it was seen is known too: %v", o.Reason)
			counted = append(counted, seen)
		}
	}
	b := m.books()
	assert.EqualValues(t, len(counted), b.views)
	assert.EqualValues(t, len(counted), b.clicks)
}

// The journal is kept while a token might count that it has the mark of, and no longer.
func TestReplay_JournalIsKeptForMarks(t *testing.T) {
	t.Parallel()
	m := clicks(t)
	m.onDisk()
	list := m.shown(0, 100) // many times the size of a segment
	for _, ad := range list {
		m.view(ad)
		m.click(ad)
	}
	for range 5 {
		m.minutes(11)
		m.reopen(false)
		m.minutes(1)
		m.replay(list)
		require.Zero(t, m.JournalFirst(), "how old a journal is that was there already is not known")
	}
	m.minutes(62)
	m.view(m.one("late"))
	require.NoError(t, m.Flush(t.Context()))
	require.NotZero(t, m.JournalFirst(), "by now they are all too old")
	m.reopen(false)
	m.replay(list)
}

// The journal is kept while it has views that no checkpoint has: caps outlive it.
func TestReplay_JournalIsKeptForTheCheckpoint(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1e6*ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Caps = []ads.Cap{{Times: 1, Per: ads.Ever}} })
	m.open()
	m.onDisk()
	const people = 200
	for _, ad := range m.shown(0, people) {
		m.view(ad)
	}
	nobodyAgain := func() {
		t.Helper()
		for n := range people {
			require.Empty(t, m.decide(request(userName(n))), n)
		}
	}
	for range 130 {
		m.pass(time.Minute)
		require.NoError(t, m.Flush(t.Context()))
	}
	require.Zero(t, m.JournalFirst())
	m.reopen(false)
	nobodyAgain()
	m.minutes(130)
	require.NotZero(t, m.JournalFirst(), "the checkpoint has them now")
	m.reopen(false)
	nobodyAgain()
}

// A click counts for an hour after the decision, and not for a second more. The person gets where they wanted all the same, and the reason is reported.
func TestNeverBilled_ClickOfAnOldToken(t *testing.T) {
	t.Parallel()
	for _, pricing := range []ads.Pricing{ads.CPC, ads.CPM} {
		t.Run(string(pricing), func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, 100*ads.Unit, nil)
			m.onTheSecond()
			m.line(m.campaign(nil), func(l *ads.Line) { l.Pricing = pricing })
			m.open()
			list := m.shown(0, 4)
			for _, ad := range list {
				m.view(ad)
			}
			before := m.books().gross
			m.pass(time.Hour)
			o := m.click(list[0])
			require.Equal(t, adserver.Counted, o.Result)
			paid := before + o.Billed
			m.pass(time.Second)
			refused := func(ad adserver.Ad) {
				t.Helper()
				o := m.click(ad)
				assert.Equal(t, adserver.Refused, o.Result)
				assert.Equal(t, fraud.ExpiredToken, o.Reason)
				assert.Zero(t, o.Billed)
				assert.Equal(t, "https://acme.com/p", o.Landing)
			}
			refused(list[1])
			m.reopen(false)
			refused(list[2])
			for range 10 { // marks are gone by then, and who repeats it writes nothing more
				m.minutes(13)
				refused(list[3])
			}
			b := m.books()
			assert.Equal(t, paid, b.gross)
			assert.EqualValues(t, 1, b.clicks)
			assert.EqualValues(t, 2, m.reported(store.Query{By: []store.Dim{store.ByLine}}).Invalid[uint8(fraud.ExpiredToken)])
		})
	}
}

// What was counted is counted, whoever sends it again: one impression is billed or refused, not both. A view and a click of one token that are refused are
// two refusals.
func TestNeverBilled_RepetitionsAreNotJudged(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 100*ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Pricing = ads.CPC })
	m.open()
	list := m.shown(0, 2)
	elsewhere := visit()
	elsewhere.Agent = []byte("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")
	require.Equal(t, adserver.Counted, m.view(list[0]).Result)
	m.pass(time.Second)
	require.Equal(t, adserver.Counted, m.click(list[0]).Result)
	for range 2 {
		for _, send := range []func(context.Context, []byte, *adserver.Visit) (adserver.Outcome, error){m.View, m.Click} {
			o, err := send(t.Context(), list[0].Token, elsewhere)
			require.NoError(t, err)
			assert.Equal(t, adserver.Duplicate, o.Result)
			o, err = send(t.Context(), list[1].Token, elsewhere)
			require.NoError(t, err)
			assert.Equal(t, adserver.Refused, o.Result)
		}
	}
	m.reopen(true)
	got := m.reported(store.Query{By: []store.Dim{store.ByLine}})
	assert.EqualValues(t, 1, got.Views)
	assert.EqualValues(t, 1, got.Clicks)
	refused := int64(0)
	for _, n := range got.Invalid {
		refused += n
	}
	assert.EqualValues(t, 2, refused, "%v", got.Invalid)
}
