package pg_test

import (
	"context"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

func TestOpen_RefusesBadConfig(t *testing.T) {
	t.Parallel()
	const there = "postgres://nobody@127.0.0.1:1/none"
	for name, c := range map[string]struct {
		cfg  pg.Config
		says string
	}{
		"no URL":                {pg.Config{}, "Config.URL is empty: give postgres://"},
		"not a URL":             {pg.Config{URL: "postgres://user:s3cret@host:port/x"}, "Config.URL: give postgres://"},
		"negative connections":  {pg.Config{URL: there, CheckoutConns: -1}, "Config.CheckoutConns is -1"},
		"negative background":   {pg.Config{URL: there, BackgroundConns: -2}, "Config.BackgroundConns is -2"},
		"negative lock timeout": {pg.Config{URL: there, LockTimeout: -time.Second}, "Config.LockTimeout is -1s"},
	} {
		_, err := pg.Open(t.Context(), c.cfg)
		require.ErrorContains(t, err, c.says, name)
		assert.NotContains(t, err.Error(), "s3cret", name)
	}
}

func TestOpen_SaysWhichServerDoesNotAnswer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	u := url.URL{Scheme: "postgres", User: url.UserPassword("sam", "s3cret"), Host: address, Path: "/tickets"}
	_, err = pg.Open(t.Context(), pg.Config{URL: u.String()})
	require.ErrorContains(t, err, "cannot use Postgres at "+address+`, database "tickets", as user "sam": start the server or correct the URL`)
	assert.NotContains(t, err.Error(), "s3cret")
}

// setting reads a server's setting inside a unit of work.
func setting(t *testing.T, unit func(context.Context, func(sqldb.Tx) error) error, name string) (value string) {
	t.Helper()
	err := unit(t.Context(), func(tx sqldb.Tx) error {
		return tx.One(t.Context(), []any{&value}, "select current_setting($1)", name)
	})
	require.NoError(t, err)
	return value
}

func TestOpen_Settings(t *testing.T) {
	t.Parallel()
	cfg := small
	cfg.LockTimeout = 1234 * time.Millisecond
	db := open(t, cfg)
	for name, want := range map[string]string{
		"lock_timeout": "1234ms", "TimeZone": "UTC", "application_name": "marquee",
		"idle_in_transaction_session_timeout": "30s",
		"transaction_isolation":               "read committed", "transaction_read_only": "off",
	} {
		assert.Equal(t, want, setting(t, db.Update, name), name)
		assert.Equal(t, want, setting(t, db.Background().Update, name), name)
	}
	assert.Equal(t, "repeatable read", setting(t, db.View, "transaction_isolation"))
	assert.Equal(t, "on", setting(t, db.View, "transaction_read_only"))
}

func TestOpen_LeavesDurabilityToTheServer(t *testing.T) {
	t.Parallel()
	db, err := pg.Open(t.Context(), pg.Config{URL: pgtest.URL(t)})
	require.NoError(t, err)
	defer func() { assert.NoError(t, db.Close()) }()
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	require.NoError(t, err)
	defer func() { assert.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) }()
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var want string
		require.NoError(t, conn.QueryRow(t.Context(), "select current_setting($1)", name).Scan(&want))
		assert.Equal(t, want, setting(t, db.Update, name), name)
	}
}

func TestBackground_HasItsOwnConnections(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Config{CheckoutConns: 1, BackgroundConns: 1})
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		if err := tx.Each(t.Context(), func(sqldb.Row) error { return nil }, "select 1"); err != nil {
			return err
		}
		write(t, db.Background(), createSeat) // would wait for ever for the one checkout connection
		return nil
	})
	require.NoError(t, err)
}

func TestQuery_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Config{CheckoutConns: 1, BackgroundConns: 1})
	for _, unit := range []func(context.Context, func(sqldb.Tx) error) error{db.View, db.Update} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := unit(ctx, func(tx sqldb.Tx) error {
			_, err := tx.Exec(ctx, "select pg_sleep(3600)")
			return err
		})
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, "UTC", setting(t, db.View, "TimeZone"), "a new connection is made")
	}
}

func TestUpdate_LeavesTheQueueForAConnectionWithItsContext(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Config{CheckoutConns: 1, BackgroundConns: 1})
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		if err := tx.Each(t.Context(), func(sqldb.Row) error { return nil }, "select 1"); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		waiting := make(chan error)
		go func() {
			waiting <- db.Update(ctx, func(tx sqldb.Tx) error {
				_, err := tx.Exec(ctx, "select 1")
				return err
			})
		}()
		require.ErrorIs(t, <-waiting, context.DeadlineExceeded)
		return nil
	})
	require.NoError(t, err)
}
