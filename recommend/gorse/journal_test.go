package gorse_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
	"github.com/marquee-tickets/marquee/recommend/store"
	"github.com/marquee-tickets/marquee/recommend/store/sqlite"
)

var _ gorse.Changes = (*store.DB)(nil)

// noted says when a feed is done with the forgetting of somebody. Nobody else may ask the journal for the feed's news, which are then taken
// for brought.
type noted struct {
	*store.DB
	last *bool
	done chan struct{}
}

func (n noted) News(ctx context.Context, consumer string, most int) ([]recommend.Change, error) {
	news, err := n.DB.News(ctx, consumer, most)
	for _, c := range news {
		*n.last = *n.last || c.Forgotten != ""
	}
	return news, err
}

func (n noted) Ack(ctx context.Context, consumer string) error {
	err := n.DB.Ack(ctx, consumer)
	if *n.last && err == nil {
		close(n.done)
		*n.last = false
	}
	return err
}

// The journal that a storefront has, and a server that is away while things happen.
func TestFeed_CatchesUpFromTheStore(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "recommend.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	b := newBench(t, gorse.Config{Retries: -1, Rest: time.Millisecond})
	b.server.Suffer(gorsetest.Down)

	ctx, cancel := context.WithCancel(t.Context())
	journal := noted{db, new(bool), make(chan struct{})}
	feed, err := gorse.NewFeed(b.engine, journal, gorse.FeedConfig{BackoffMin: 1, BackoffMax: 1})
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() { feed.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})

	require.NoError(t, db.PutItems(ctx, []recommend.Item{jazz("j1"), film("f1")}))
	require.NoError(t, db.PutUsers(ctx, []recommend.User{{ID: "ann", Tenant: "ptn_a", City: "berlin"}}))
	require.NoError(t, db.Record(ctx, []recommend.Feedback{did(recommend.Book, "ann", "j1"), did(recommend.Like, "ann", "f1"), did(recommend.Book, "ben", "j1")}))
	require.NoError(t, db.Withdraw(ctx, []recommend.Withdrawn{{Kind: recommend.Like, User: "ann", Item: "f1"}}))
	require.NoError(t, db.Forget(ctx, "ben"))
	b.server.Suffer(gorsetest.Well)
	feed.Wake()
	<-journal.done
	assert.Equal(t, []string{"book ann j1"}, b.stored(t))
	i, err := b.client.Item(t.Context(), "f1")
	require.NoError(t, err)
	assert.Equal(t, "f1", i.Comment)
	_, err = b.client.User(t.Context(), "ben")
	assert.Error(t, err)
}
