package gorse_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
)

// apply applies a change to what a server should know, as "type user item".
func apply(known map[string]bool, c recommend.Change) {
	switch {
	case c.Feedback != nil:
		known[string(c.Feedback.Kind)+" "+string(c.Feedback.User)+" "+string(c.Feedback.Item)] = true
	case c.Withdrawn != nil:
		delete(known, string(c.Withdrawn.Kind)+" "+string(c.Withdrawn.User)+" "+string(c.Withdrawn.Item))
	case c.Forgotten != "":
		for _, kind := range []string{"book", "view"} {
			for _, item := range []string{"j1", "j2"} {
				delete(known, kind+" "+string(c.Forgotten)+" "+item)
			}
		}
	}
}

func drawChange(t *rapid.T) recommend.Change {
	kind := rapid.SampledFrom([]recommend.Kind{recommend.Book, recommend.View}).Draw(t, "kind")
	user := rapid.SampledFrom([]string{"ann", "ben"}).Draw(t, "user")
	item := rapid.SampledFrom([]string{"j1", "j2"}).Draw(t, "item")
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		return itemChange(jazz(item))
	case 1:
		return userChange(recommend.User{ID: recommend.UserID(user)})
	case 2, 3:
		return takeChange(recommend.Withdrawn{Kind: kind, User: recommend.UserID(user), Item: recommend.ItemID(item)})
	case 4, 5:
		return forgetChange(recommend.UserID(user))
	}
	return didChange(did(kind, user, item))
}

// Whatever happens in whatever order, with requests that fail before or after the server did them, and with feeds that are stopped
// and started, the server knows in the end what the journal says. No more is known of a person than before a forgetting had come through.
func TestFeed_EndsWhereTheJournalEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		changes := rapid.SliceOfN(rapid.Custom(drawChange), 1, 40).Draw(rt, "changes")
		fails := rapid.SliceOfN(rapid.IntRange(0, 5), 200, 200).Draw(rt, "fails")
		size := rapid.IntRange(1, 10).Draw(rt, "batch")
		stops := rapid.SliceOfN(rapid.IntRange(1, 4000), 0, 3).Draw(rt, "milliseconds until a stop")

		want := map[string]bool{}
		for _, c := range changes {
			apply(want, c)
		}
		left, got := 0, []string{}
		synctest.Test(t, func(t *testing.T) {
			left, got = feedThrough(t, newJournal(changes...), fails, size, append(stops, 3600_000))
		})
		require.Zero(rt, left)
		require.ElementsMatch(rt, slices.Collect(maps.Keys(want)), got)
	})
}

// feedThrough runs feeds one after the other over a connection that fails, each for some milliseconds, and returns how many changes
// are left and what the server knows.
func feedThrough(t *testing.T, j *journal, fails []int, size int, runs []int) (left int, got []string) {
	t.Helper()
	w := &lossy{fails: fails}
	b := newBench(t, gorse.Config{Transport: w, Retries: -1})
	w.next = b.server.Transport()
	for _, ms := range runs {
		feed, err := gorse.NewFeed(b.engine, j, gorse.FeedConfig{Batch: size})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(ms)*time.Millisecond)
		feed.Run(ctx)
		cancel()
	}
	w.fails = nil
	return j.left("gorse"), b.stored(t)
}

// lossy loses requests (1), and answers (2), as it is told.
type lossy struct {
	next  http.RoundTripper
	fails []int
}

func (l *lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	how := 0
	if len(l.fails) > 0 {
		how, l.fails = l.fails[0], l.fails[1:]
	}
	if how == 1 {
		return nil, errCut
	}
	resp, err := l.next.RoundTrip(r)
	if how == 2 && err == nil {
		resp.Body.Close()
		return nil, errCut
	}
	return resp, err
}
