package adserver_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/consent"
)

// step is something that happens to ann, and how many ads she is offered then.
type step struct {
	after time.Duration // since the step before
	do    string        // see; look: is offered and does not see; preview; bot; hide; refuse: asks without consent; late: sees what was offered first; sweep
	want  int           // ads that she is offered
}

// A day's cap is over when 24 hours are; what was not seen comes back, what nobody knows of is not counted, and who is not known sees nothing that has a cap.
func TestCaps_Edges(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		caps  []ads.Cap
		steps []step
	}{
		"the window is from the view on": {[]ads.Cap{{Times: 1, Per: ads.PerHour}}, []step{
			{0, "see", 1}, {59*time.Minute + 59*time.Second, "look", 0}, {time.Second, "see", 1}, {time.Second, "look", 0},
		}},
		"it is not the clock's hour": {[]ads.Cap{{Times: 1, Per: ads.PerHour}}, []step{
			{50 * time.Minute, "see", 1}, {20 * time.Minute, "look", 0}, {40 * time.Minute, "see", 1},
		}},
		"it slides": {[]ads.Cap{{Times: 2, Per: ads.PerDay}}, []step{
			{0, "see", 1}, {12 * time.Hour, "see", 1}, {11 * time.Hour, "look", 0}, {time.Hour, "see", 1}, {time.Hour, "look", 0}, {11 * time.Hour, "see", 1},
		}},
		"several windows": {[]ads.Cap{{Times: 1, Per: ads.PerMinute}, {Times: 2, Per: ads.PerDay}}, []step{
			{0, "see", 1}, {30 * time.Second, "look", 0}, {30 * time.Second, "see", 1}, {time.Hour, "look", 0}, {day - time.Hour - time.Minute, "see", 1},
		}},
		"in all":              {[]ads.Cap{{Times: 1, Per: ads.Ever}}, []step{{0, "see", 1}, {179 * day, "sweep", 0}, {0, "look", 0}, {2 * day, "sweep", 0}, {0, "see", 1}}},
		"offered is reserved": {[]ads.Cap{{Times: 2, Per: ads.Ever}}, []step{{0, "look", 1}, {0, "look", 1}, {0, "look", 0}}},
		"what is not seen comes back": {[]ads.Cap{{Times: 1, Per: ads.Ever}}, []step{
			{0, "look", 1}, {4 * time.Minute, "sweep", 0}, {0, "look", 0}, {2 * time.Minute, "sweep", 0}, {0, "see", 1}, {0, "look", 0},
		}},
		"a view that comes too late takes nothing": {[]ads.Cap{{Times: 1, Per: ads.Ever}}, []step{
			{0, "look", 1}, {6 * time.Minute, "sweep", 0}, {0, "late", 0}, {0, "see", 1}, {0, "look", 0},
		}},
		"seen twice is once": {[]ads.Cap{{Times: 2, Per: ads.Ever}}, []step{{0, "see", 1}, {0, "late", 0}, {0, "late", 0}, {0, "see", 1}, {0, "look", 0}}},
		"previews are not counted": {[]ads.Cap{{Times: 1, Per: ads.Ever}}, []step{
			{0, "preview", 1}, {0, "preview", 1}, {0, "see", 1}, {0, "look", 0}, {0, "preview", 1},
		}},
		"bots are not counted": {[]ads.Cap{{Times: 1, Per: ads.Ever}}, []step{{0, "bot", 1}, {0, "bot", 1}, {0, "see", 1}, {0, "look", 0}}},
		"who withdraws consent is not known": {[]ads.Cap{{Times: 2, Per: ads.Ever}}, []step{
			{0, "see", 1}, {0, "refuse", 0}, {0, "refuse", 0}, {0, "see", 1}, {0, "look", 0},
		}},
		"hidden is hidden": {[]ads.Cap{{Times: 9, Per: ads.Ever}}, []step{
			{0, "hide", 1}, {0, "look", 0}, {89 * day, "look", 0}, {day, "see", 1},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.Unit, nil)
			m.onTheSecond()
			m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Caps = ads.Guaranteed, c.caps })
			m.open()
			w := &walk{market: m}
			for n, s := range c.steps {
				if s.after > 0 {
					m.pass(s.after)
				}
				require.Equal(t, s.want, w.take(s.do), "step %d: %s", n, s.do)
			}
		})
	}
}

// walk is ann's way through the steps.
type walk struct {
	*market
	first []byte // token of the first ad that she was offered
}

// take does a step, and returns how many ads she was offered.
func (w *walk) take(do string) int {
	w.t.Helper()
	r, v := request("ann"), visit()
	switch do {
	case "sweep":
		require.NoError(w.t, w.Sweep())
		return 0
	case "late":
		_, err := w.View(context.Background(), w.first, v)
		require.NoError(w.t, err)
		return 0
	case "preview":
		r.Preview = true
	case "bot":
		r.Visitor.Agent = []byte("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)")
		v.Agent = r.Visitor.Agent
	case "refuse":
		r.Consent = consent.Strings{Personal: new(bool)}
	}
	list := w.decide(r)
	for _, ad := range list {
		if w.first == nil {
			w.first = bytes.Clone(ad.Token)
		}
		switch do {
		case "look", "refuse":
		case "hide":
			require.NoError(w.t, w.Hide(context.Background(), ad.Token))
		default:
			_, err := w.View(context.Background(), ad.Token, v)
			require.NoError(w.t, err)
		}
	}
	return len(list)
}

// Who withdraws consent with an ad in sight has seen it: it is billed, and counted for when they come back.
func TestCaps_ConsentWithdrawnBetween(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Caps = []ads.Cap{{Times: 1, Per: ads.Ever}} })
	m.open()
	ad := m.one("ann")
	ad.Token = bytes.Clone(ad.Token)
	no := request("ann")
	no.Consent = consent.Strings{Personal: new(bool)}
	assert.Empty(t, m.decide(no))
	assert.Positive(t, m.view(ad).Billed)
	assert.Empty(t, m.decide(request("ann")))
}

// The caps of all levels are reserved together: who finds one full takes nothing of the others.
func TestCaps_LevelsTogether(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	c := m.campaign(func(c *ads.Campaign) { c.Caps = []ads.Cap{{Times: 3, Per: ads.Ever}} })
	for _, name := range []string{"A", "B"} { // two for the line, three for the campaign of both
		m.line(c, func(l *ads.Line) { l.Name, l.Caps = name, []ads.Cap{{Times: 2, Per: ads.Ever}} })
	}
	m.open()
	times := map[ads.LineID]int{}
	for range 8 {
		for _, ad := range m.decide(request("ann")) {
			o := m.view(ad)
			times[o.Token.Line]++
		}
	}
	sum := 0
	for line, n := range times {
		assert.LessOrEqual(t, n, 2, line)
		sum += n
	}
	assert.Equal(t, 3, sum)
}

// Erased stays erased, though the journal has the views still, and somebody else is just saving what people have seen.
func TestErase_StaysErasedAfterACrash(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Caps = ads.Guaranteed, []ads.Cap{{Times: 1, Per: ads.Ever}} })
	m.open()
	for n := range 40 {
		m.view(m.one(userName(n)))
		assert.Empty(t, m.decide(request(userName(n))))
		var saving sync.WaitGroup
		for range 3 {
			saving.Go(func() { assert.NoError(t, m.Checkpoint()) })
		}
		require.NoError(t, m.Erase(t.Context(), "demo", userName(n)))
		saving.Wait()
		m.reopen(false)
		assert.Len(t, m.decide(request(userName(n))), 1, "%d", n)
	}
}
