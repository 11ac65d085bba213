package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/postgres"
)

// heard is one announcement.
type heard struct {
	show    string
	version int64
}

// patience is how long news may take on a busy machine.
const patience = 30 * time.Second

// hear returns what the node hears, once it listens.
func hear(t *testing.T, node *postgres.DB) <-chan heard {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	news, done := make(chan heard, 4096), make(chan error, 1)
	go func() {
		done <- node.Hear(ctx, func(show string, version int64) { news <- heard{show, version} })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			assert.NoError(t, err)
		}
	})
	assert.Equal(t, heard{}, next(t, news), "what was announced before is missed")
	return news
}

func next(t *testing.T, news <-chan heard) heard {
	t.Helper()
	select {
	case h := <-news:
		return h
	case <-time.After(patience):
		require.Fail(t, "nothing was heard")
		return heard{}
	}
}

func openNode(t *testing.T, cfg postgres.Config) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func TestLive_OtherNodesHear(t *testing.T) {
	t.Parallel()
	cfg := place(t)
	speaker, listener := openNode(t, cfg), openNode(t, cfg)
	elsewhere := openNode(t, place(t))
	news, strange := hear(t, listener), hear(t, elsewhere)

	require.NoError(t, speaker.Announce(t.Context(), nil))
	require.NoError(t, speaker.Announce(t.Context(), map[string]int64{"shw_1": 41, "shw_2": 1 << 60}))
	got := []heard{next(t, news), next(t, news)}
	assert.ElementsMatch(t, []heard{{"shw_1", 41}, {"shw_2", 1 << 60}}, got)

	require.NoError(t, elsewhere.Announce(t.Context(), map[string]int64{"shw_own": 1}))
	assert.Equal(t, heard{"shw_own", 1}, next(t, strange), "another installation hears its own shows alone")
}

// More than one notification can carry is sent in several.
func TestLive_ManyShows(t *testing.T) {
	t.Parallel()
	db := openNode(t, place(t))
	news := hear(t, db)
	want, got := map[string]int64{}, map[string]int64{}
	for i := range 1000 {
		want[fmt.Sprintf("shw_%026d", i)] = int64(i) + 1<<53
	}
	require.NoError(t, db.Announce(t.Context(), want))
	for len(got) < len(want) {
		h := next(t, news)
		got[h.show] = h.version
	}
	assert.True(t, maps.Equal(want, got))
}
