package adserver_test

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// At whatever moment and apart by whatever one asks, reports are the sum of the events.
func TestReports_AreTheLedgersSum(t *testing.T) {
	t.Parallel()
	m := odd(t)
	for range 5 {
		m.busy(1 + rand.IntN(40))
		m.reopen(rand.IntN(2) == 0)
		m.reopen(true)
		want := store.Figures{Invalid: map[uint8]int64{}}
		for _, ev := range events(t, filepath.Join(m.dir, "journal")) {
			want.Gross += ev.Gross
			want.Share += ev.Share
			switch {
			case ev.Kind == ledger.Decision:
			case ev.Reason != 0:
				want.Invalid[ev.Reason]++
			case ev.Kind == ledger.View:
				want.Views++
			case ev.Kind == ledger.Click:
				want.Clicks++
			}
		}
		for _, dims := range [][]store.Dim{nil, {store.ByLine}, {store.ByDay, store.ByCreative}, {store.ByPlacement, store.ByCity, store.ByCampaign}} {
			assert.Equal(t, want, m.reported(store.Query{By: dims}), dims)
		}
	}
}

// What a program counts in its memory is gone with it.
func TestReports_OfMemoryAreNot(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	m.view(m.one("ann"))
	assert.EqualValues(t, 1, m.Counters().Views.Load())
	m.reopen(false)
	assert.Zero(t, m.Counters().Views.Load())
	assert.EqualValues(t, 1, m.books().views)
}

// A click is held against its own view: another life's ad with the same serial was another.
func TestClick_AfterARestartIsNotTakenForTooFast(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, func(c *adserver.Config) {
		filter, err := fraud.New(fraud.Config{Key: bytes.Repeat([]byte{7}, 32), ClickAfter: 300 * time.Millisecond})
		if err == nil {
			c.Sensors.Fraud = filter
		}
	})
	m.line(m.campaign(nil), nil)
	m.open()
	before := m.one("ann")
	before.Token = bytes.Clone(before.Token)
	m.view(before)
	assert.Equal(t, fraud.TooFast, m.click(before).Reason)
	m.reopen(false)
	m.pass(time.Second)
	after := m.one("bob")
	assert.Equal(t, m.view(after).Token.Serial, m.view(before).Token.Serial)
	assert.Equal(t, adserver.Counted, m.click(before).Result)
	assert.Equal(t, fraud.TooFast, m.click(after).Reason)
}
