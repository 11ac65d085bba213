package adserver_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
)

// shortly is how long who must wait is watched: who does not has answered long before.
const shortly = 200 * time.Millisecond

// patience is how long something may take to come on a busy machine.
const patience = 30 * time.Second

// beacon is View or Click.
type beacon func(context.Context, []byte, *adserver.Visit) (adserver.Outcome, error)

// sendAll sends a beacon so often at once. What was answered comes one by one.
func sendAll(t *testing.T, send beacon, tok []byte, times int) <-chan adserver.Result {
	t.Helper()
	answers := make(chan adserver.Result, times)
	for range times {
		go func() {
			o, err := send(context.Background(), tok, visit())
			assert.NoError(t, err)
			answers <- o.Result
		}()
	}
	return answers
}

// silent makes sure that nobody is answered yet.
func silent(t *testing.T, answers <-chan adserver.Result) {
	t.Helper()
	select {
	case r := <-answers:
		require.Fail(t, "answered before the disk has it", r)
	case <-time.After(shortly):
	}
}

// results counts answers.
func results(answers <-chan adserver.Result, times int) map[adserver.Result]int {
	got := map[adserver.Result]int{}
	for range times {
		got[<-answers]++
	}
	return got
}

// While the disk has not got it nobody is told that a beacon is counted, neither who is first nor who repeats it.
func TestAcknowledged_WaitsForTheDisk(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(*market) beacon{
		"view":  func(m *market) beacon { return m.View },
		"click": func(m *market) beacon { return m.Click },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.Unit, nil)
			m.line(m.campaign(nil), nil)
			m.open()
			disk := m.onDisk()
			tok := bytes.Clone(m.one("ann").Token)
			before := 0
			if name == "click" {
				_, err := m.View(t.Context(), tok, visit())
				require.NoError(t, err)
				before = 1
			}
			release := disk.Hold()
			defer release()
			first := sendAll(t, of(m), tok, 1)
			require.True(t, disk.Came(patience), "the record is written and not synced")
			again := sendAll(t, of(m), tok, 3)
			silent(t, again)
			silent(t, first)
			require.Len(t, m.synced(disk), before)
			release()
			assert.Equal(t, adserver.Counted, <-first)
			assert.Equal(t, map[adserver.Result]int{adserver.Duplicate: 3}, results(again, 3))
			assert.Len(t, m.synced(disk), before+1)
		})
	}
}

// Who is first may wait for a lease before its record has a place in the journal. Whoever repeats the beacon meanwhile waits for that too: there is nothing on
// disk yet, and a crash would take back what they were told.
func TestAcknowledged_WaitsForWhoIsFirst(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 100*ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Budget.Total = 50 * ads.Unit })
	raw, n := m.raw(), m.node(1, nil)
	n.decide(request("ann"))
	require.NoError(t, n.Lease(t.Context()))
	tok := bytes.Clone(n.one("ann").Token)
	n.reopen(false) // it has nothing leased now
	disk := n.onDisk()
	for _, send := range []beacon{n.View, n.Click} {
		before := len(n.synced(disk))
		release := func() {}
		if before == 0 {
			release = occupied(t, raw)
		}
		answers := sendAll(t, send, tok, 4)
		if before == 0 {
			silent(t, answers)
		}
		release()
		assert.Equal(t, map[adserver.Result]int{adserver.Counted: 1, adserver.Duplicate: 3}, results(answers, 4))
		assert.Len(t, n.synced(disk), before+1)
	}
}

// A checkpoint of what people have seen is there only when the journal has all of it on disk: another view would otherwise get the number of one that a
// power cut took, and pass for counted.
func TestCheckpoint_WaitsForTheJournal(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Caps = []ads.Cap{{Times: 1, Per: ads.Ever}} })
	m.open()
	disk := m.onDisk()
	tok := bytes.Clone(m.one("ann").Token)
	release := disk.Hold()
	defer release()
	answers := sendAll(t, m.View, tok, 1)
	require.True(t, disk.Came(patience))
	saved := make(chan error, 1)
	go func() { saved <- m.Checkpoint() }()
	select {
	case err := <-saved:
		require.Fail(t, "saved before the journal is on disk", err)
	case <-time.After(shortly):
	}
	path := filepath.Join(m.dir, "seen.checkpoint")
	require.NoFileExists(t, path)
	release()
	require.NoError(t, <-saved)
	assert.Equal(t, adserver.Counted, <-answers)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Positive(t, info.Size())
}
