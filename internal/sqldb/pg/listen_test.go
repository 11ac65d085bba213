package pg_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

// listen starts a Listen and returns what it hears and how it ended.
func listen(ctx context.Context, db *pg.DB, channel string) (heard chan string, ended chan error) {
	heard, ended = make(chan string, 10), make(chan error, 1)
	go func() { ended <- db.Listen(ctx, channel, func(payload string) { heard <- payload }) }()
	return heard, ended
}

// next is what is heard next.
func next(t *testing.T, heard chan string) string {
	t.Helper()
	select {
	case payload := <-heard:
		return payload
	case <-time.After(30 * time.Second):
		require.FailNow(t, "nothing is heard")
		return ""
	}
}

// channelName is a channel of the test's own: channels are the whole database's.
func channelName(t *testing.T) string {
	_, schema := pgtest.Schema(t)
	return `odd "name" ` + schema
}

func TestListen_HearsWhatIsSent(t *testing.T) {
	t.Parallel()
	db, channel := open(t, small), channelName(t)
	ctx, cancel := context.WithCancel(t.Context())
	heard, ended := listen(ctx, db, channel)
	assert.Empty(t, next(t, heard), "it has begun to listen")
	for _, payload := range []string{"shw_1 7", "ünïcode 🎟️"} {
		require.NoError(t, db.Notify(t.Context(), channel, payload))
		assert.Equal(t, payload, next(t, heard))
	}
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
}

func TestListen_ConnectsAgainAndSaysSo(t *testing.T) {
	t.Parallel()
	p, address := newProxy(t)
	behind, direct, channel := open(t, pg.Config{URL: address}), open(t, small), channelName(t)
	ctx, cancel := context.WithCancel(t.Context())
	heard, ended := listen(ctx, behind, channel)
	assert.Empty(t, next(t, heard))
	p.cutAll()
	assert.Empty(t, next(t, heard), "messages may have been missed")
	require.NoError(t, direct.Notify(t.Context(), channel, "after"))
	assert.Equal(t, "after", next(t, heard))
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
}

func TestListen_EndsWithTheDatabase(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	heard, ended := listen(t.Context(), db, channelName(t))
	assert.Empty(t, next(t, heard))
	require.NoError(t, db.Close())
	err := <-ended
	assert.True(t, sqldb.IsKind(err, sqldb.Unreachable), "got %v", err)
}

func TestNotify_TooLong(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	err := db.Notify(t.Context(), channelName(t), string(make([]byte, 8000)))
	assert.True(t, sqldb.IsKind(err, sqldb.Other), "got %v", err)
}
