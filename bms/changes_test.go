package bms_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
)

// listener collects what Changes tells.
type listener struct {
	mu   sync.Mutex
	tags []string
	asOf time.Time
	gaps int
}

// listen begins to listen and waits for the first look.
func listen(t *testing.T, client *bms.Client) *listener {
	t.Helper()
	l := &listener{}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- client.Catalog.Changes(ctx, l.take) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	require.Eventually(t, func() bool { return !l.last().IsZero() }, patience, time.Millisecond)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tags = nil // of the programme, stored a moment ago
	return l
}

func (l *listener) take(c bms.Change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tags = append(l.tags, c.Tags...)
	l.asOf = c.AsOf
	if c.Missed {
		l.gaps++
	}
}

func (l *listener) last() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asOf
}

func (l *listener) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(slices.Values(l.tags))
}

func TestChanges_AreHeardByEveryNodeOnce(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		p := kit.Programme
		here, there := listen(t, kit.Client), listen(t, kit.Another(kit.Bank))
		show, venue := p.Show, p.Venue
		listed := []string{bms.CityTag(venue.CitySlug), bms.EventTag(show.EventID), bms.ShowTag(show.ID), bms.VenueTag(venue.ID)}
		var want []string
		for name, change := range map[string]struct {
			do   func() error
			tags []string
		}{
			"event":  {func() error { return kit.Catalog.PutEvent(t.Context(), p.Event) }, []string{bms.EventTag(p.Event.ID)}},
			"venue":  {func() error { return kit.Catalog.PutVenue(t.Context(), venue) }, []string{bms.VenueTag(venue.ID), bms.CityTag(venue.CitySlug), bms.VenuesTag}},
			"prices": {func() error { return kit.Prices.PutList(t.Context(), p.Prices) }, []string{bms.PricesTag}},
			"show":   {func() error { return kit.Shows.Put(t.Context(), show) }, listed},
			"status": {func() error {
				_, err := kit.Shows.SetStatus(t.Context(), show.ID, catalog.Paused)
				return err
			}, listed},
		} {
			require.NoError(t, change.do(), name)
			want = append(want, change.tags...)
		}
		slices.Sort(want)
		for _, l := range []*listener{here, there} {
			require.Eventually(t, func() bool { return slices.Equal(slices.Compact(l.heard()), slices.Compact(slices.Clone(want))) }, patience, 5*time.Millisecond)
			for range 2 { // looks that find the same messages again
				at := l.last()
				kit.Clock.Advance(time.Second)
				require.Eventually(t, func() bool { return l.last().After(at) }, patience, 5*time.Millisecond)
			}
			assert.LessOrEqual(t, len(l.heard()), len(want), "nothing is told twice")
			assert.Zero(t, l.gaps)
		}
		require.NoError(t, kit.Drain(t.Context()), "messages that nobody wants are delivered")
		kit.MustBeClean()
	})
}

// A refused change tells nothing, and neither does a hold.
func TestChanges_OnlyOfTheCatalogue(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	l := listen(t, kit.Client)
	kit.Buy("stalls-A-1")
	bad := kit.Programme.Event
	bad.Slug = ""
	require.Error(t, kit.Catalog.PutEvent(t.Context(), bad))
	at := l.last()
	require.Eventually(t, func() bool { kit.Clock.Advance(time.Millisecond); return l.last().After(at.Add(time.Millisecond)) }, patience, 5*time.Millisecond)
	assert.Empty(t, l.heard())
}

func TestChanges_WhoWasAwayTooLongIsTold(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	l := listen(t, kit.Client)
	kit.Clock.Advance(365 * 24 * time.Hour)
	require.Eventually(t, func() bool { l.mu.Lock(); defer l.mu.Unlock(); return l.gaps == 1 }, patience, 5*time.Millisecond)
}

func TestChanges_ManyShowsAtOnce(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	l := listen(t, kit.Client)
	shows := make([]catalog.Show, 1500)
	for i := range shows {
		shows[i] = kit.Programme.Show
		shows[i].ID = id.New[catalog.ShowID](catalog.ShowPrefix, kit.Clock.Now())
	}
	require.NoError(t, kit.Shows.PutAll(t.Context(), shows))
	has := func(tag string) bool { return slices.Contains(l.heard(), tag) }
	require.Eventually(t, func() bool { return has(bms.ShowTag(shows[0].ID)) && has(bms.ShowTag(shows[1499].ID)) }, patience, 5*time.Millisecond)
	assert.True(t, has(bms.EventTag(shows[0].EventID)))
}
