package gorse_test

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
)

// journal is a gorse.Changes in memory.
type journal struct {
	mu      sync.Mutex
	list    []recommend.Change
	at, got map[string]int
	newsErr error
	ackErr  error
	acks    int
}

func newJournal(changes ...recommend.Change) *journal {
	return &journal{list: changes, at: map[string]int{}, got: map[string]int{}}
}

func (j *journal) News(_ context.Context, consumer string, n int) ([]recommend.Change, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.newsErr != nil {
		return nil, j.newsErr
	}
	from := j.at[consumer]
	j.got[consumer] = min(from+n, len(j.list))
	return j.list[from:j.got[consumer]], nil
}

func (j *journal) Ack(_ context.Context, consumer string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ackErr != nil {
		return j.ackErr
	}
	j.acks++
	j.at[consumer] = j.got[consumer]
	return nil
}

func (j *journal) add(changes ...recommend.Change) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = append(j.list, changes...)
}

func (j *journal) set(news, ack error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.newsErr, j.ackErr = news, ack
}

func (j *journal) left(consumer string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.list) - j.at[consumer]
}

func itemChange(i recommend.Item) recommend.Change { return recommend.Change{At: epoch, Item: &i} }
func userChange(u recommend.User) recommend.Change { return recommend.Change{At: epoch, User: &u} }
func didChange(f recommend.Feedback) recommend.Change {
	return recommend.Change{At: epoch, Feedback: &f}
}

func takeChange(w recommend.Withdrawn) recommend.Change {
	return recommend.Change{At: epoch, Withdrawn: &w}
}

func forgetChange(user recommend.UserID) recommend.Change {
	return recommend.Change{At: epoch, Forgotten: user}
}

// run starts a feed, and ends it with the test.
func (b bench) run(t *testing.T, j *journal, cfg gorse.FeedConfig) *gorse.Feed {
	t.Helper()
	feed, err := gorse.NewFeed(b.engine, j, cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { feed.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return feed
}

// stored is the feedback at the server, as "type user item".
func (b bench) stored(t *testing.T) []string {
	t.Helper()
	list := []string{}
	for f, err := range b.client.Feedback(context.WithoutCancel(t.Context())) {
		require.NoError(t, err)
		list = append(list, f.Type+" "+f.User+" "+f.Item)
	}
	return list
}

func TestFeed_BringsChangesInTheirOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{})
		old := jazz("j1")
		old.Title = "old"
		j := newJournal(
			itemChange(old), itemChange(jazz("j1")), userChange(recommend.User{ID: "ann", City: "berlin"}),
			didChange(did(recommend.Book, "ann", "j1")), didChange(did(recommend.Like, "ben", "j1")),
			takeChange(recommend.Withdrawn{Kind: recommend.Like, User: "ben", Item: "j1"}), didChange(did(recommend.Hide, "ben", "j1")),
			forgetChange("cat"), recommend.Change{At: epoch},
		)
		feed := b.run(t, j, gorse.FeedConfig{})
		synctest.Wait()
		assert.Zero(t, j.left("gorse"))
		assert.Equal(t, []string{"book ann j1", "dislike ben j1"}, b.stored(t))
		i, err := b.client.Item(t.Context(), "j1")
		require.NoError(t, err)
		assert.Equal(t, "j1", i.Comment, "the last one counts")
		assert.Equal(t, gorse.Fed{Delivered: 8}, feed.Fed())
		calls := matching(b.server.Calls(), "/api/")
		assert.Len(t, matching(calls, "PUT /api/feedback"), 2, "what needs no order goes together")

		j.add(didChange(did(recommend.Book, "dan", "j1")))
		feed.Wake()
		synctest.Wait()
		assert.Zero(t, j.left("gorse"), "at once")
		j.add(didChange(did(recommend.Book, "eve", "j1")))
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Zero(t, j.left("gorse"), "after a second without a word")
	})
}

// A server that is away, busy or babbling loses nothing, and is not asked all the time.
func TestFeed_LosesNothingWhileTheServerIsAway(t *testing.T) {
	t.Parallel()
	for _, ill := range []gorsetest.Ill{gorsetest.Down, gorsetest.Busy, gorsetest.Slow, gorsetest.Old} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, gorse.Config{})
			b.server.Suffer(ill)
			j := newJournal()
			for n := range 1100 {
				j.add(didChange(did(recommend.Book, "u"+string(rune('a'+n%26))+strings.Repeat("x", n/26), "j1")))
			}
			feed := b.run(t, j, gorse.FeedConfig{})
			time.Sleep(time.Hour)
			assert.Equal(t, 1100, j.left("gorse"))
			assert.Less(t, len(b.server.Calls()), 500, "it is left alone for a minute at a time")
			assert.Greater(t, feed.Fed().Failures, uint64(10))
			b.server.Suffer(gorsetest.Well)
			time.Sleep(3 * time.Minute)
			assert.Zero(t, j.left("gorse"))
			assert.Len(t, b.stored(t), 1100)
			assert.Zero(t, feed.Fed().Refused)
		})
	}
}

// A wrong key, or a server that is none, is the operator's to put right; no change is given up for it.
func TestFeed_WaitsForItsOperator(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{Key: "wrong"})
		j := newJournal(didChange(did(recommend.Book, "ann", "j1")))
		var log strings.Builder
		feed := b.run(t, j, gorse.FeedConfig{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		assert.Equal(t, 1, j.left("gorse"))
		assert.Zero(t, feed.Fed().Refused)
		assert.Contains(t, log.String(), "401: unauthorized")
	})
}

// What is refused for good is left out alone, however much goes with it.
func TestFeed_LeavesOutWhatIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{})
		j := newJournal()
		for n := range 300 {
			item := jazz("j" + string(rune('a'+n%26)) + strings.Repeat("x", n/26))
			if n == 123 || n == 124 {
				item.ID = "no/good"
			}
			j.add(itemChange(item))
		}
		j.add(didChange(did(recommend.Book, "a b", "ja")), didChange(did(recommend.Book, "ann", "ja")), forgetChange("c d"),
			takeChange(recommend.Withdrawn{Kind: "odd", User: "ann", Item: "ja"}), takeChange(recommend.Withdrawn{Kind: recommend.Book, User: "ann", Item: "ja"}))
		var log strings.Builder
		feed := b.run(t, j, gorse.FeedConfig{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Zero(t, j.left("gorse"))
		assert.Equal(t, uint64(5), feed.Fed().Refused)
		assert.Zero(t, feed.Fed().Failures)
		assert.Equal(t, 5, strings.Count(log.String(), "gorse refuses a change"))
		items := 0
		for _, err := range b.client.Items(t.Context()) {
			require.NoError(t, err)
			items++
		}
		assert.Equal(t, 298, items)
		assert.Empty(t, b.stored(t))
	})
}

// A journal that fails is asked again, and one that could not note how far the feed is gives the same again.
func TestFeed_OutlivesItsJournalsFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{})
		j := newJournal(didChange(did(recommend.Book, "ann", "j1")))
		j.set(errors.New("disk is full"), nil)
		feed := b.run(t, j, gorse.FeedConfig{Consumer: "other"})
		synctest.Wait()
		assert.Equal(t, uint64(1), feed.Fed().Failures)
		j.set(nil, errors.New("disk is full"))
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, 1, j.left("other"))
		assert.Equal(t, []string{"book ann j1"}, b.stored(t))
		j.set(nil, nil)
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Zero(t, j.left("other"))
		assert.Equal(t, []string{"book ann j1"}, b.stored(t), "once, though sent twice")
	})
}

// A feed that is stopped while the server hangs ends, and acknowledges nothing.
func TestFeed_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{})
		b.server.Suffer(gorsetest.Slow)
		j := newJournal(didChange(did(recommend.Book, "ann", "j1")))
		feed, err := gorse.NewFeed(b.engine, j, gorse.FeedConfig{})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		begin := time.Now()
		feed.Run(ctx)
		assert.Equal(t, 1500*time.Millisecond, time.Since(begin))
		assert.Zero(t, j.acks)
	})
}

func TestFeed_ReconcilesAtNight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // whose time begins at midnight
		b := newBench(t, gorse.Config{Retries: -1})
		midnight := time.Now()
		var broken atomic.Pointer[error]
		none := error(nil)
		broken.Store(&none)
		catalogue := func(context.Context) iter.Seq2[recommend.Item, error] { return list(*broken.Load(), jazz("new")) }
		require.NoError(t, b.engine.UpsertItems(t.Context(), []recommend.Item{jazz("gone")}))
		feed := b.run(t, newJournal(), gorse.FeedConfig{Catalogue: catalogue, ReconcileAt: 4})
		time.Sleep(4*time.Hour - time.Second)
		assert.True(t, feed.Fed().Reconciled.IsZero())
		time.Sleep(3 * time.Second)
		synctest.Wait()
		assert.WithinDuration(t, midnight.Add(4*time.Hour), feed.Fed().Reconciled, 2*time.Second)
		gone, err := b.client.Item(t.Context(), "gone")
		require.NoError(t, err)
		assert.True(t, gone.Hidden)
		_, err = b.client.Item(t.Context(), "new")
		require.NoError(t, err)

		away := errors.New("no catalogue tonight")
		broken.Store(&away)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		assert.Equal(t, uint64(1), feed.Fed().Failures)
		broken.Store(&none)
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		assert.WithinDuration(t, midnight.Add(28*time.Hour+10*time.Minute), feed.Fed().Reconciled, 2*time.Second, "soon again")
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		assert.WithinDuration(t, midnight.Add(52*time.Hour), feed.Fed().Reconciled, 2*time.Second, "and then at night")
	})
}

func TestNewFeed_NamesTheFieldAtFault(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	for _, cfg := range []gorse.FeedConfig{{ReconcileAt: 25}, {ReconcileAt: -1}} {
		_, err := gorse.NewFeed(b.engine, newJournal(), cfg)
		assert.ErrorContains(t, err, "FeedConfig.ReconcileAt")
	}
	_, err := gorse.NewFeed(b.engine, newJournal(), gorse.FeedConfig{Batch: -1})
	assert.ErrorContains(t, err, "FeedConfig.Batch")
}
