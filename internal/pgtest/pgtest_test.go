package pgtest_test

import (
	"errors"
	"net"
	"runtime"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// one reads one value from a server.
func one[T any](t *testing.T, server, sql string, args ...any) (value T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	require.NoError(t, conn.QueryRow(t.Context(), sql, args...).Scan(&value))
	return value
}

const schemaThere = "select exists (select from pg_namespace where nspname = $1)"

func TestSchema_OneForEachCall(t *testing.T) { //nolint:tparallel // its second half looks at what the first has left
	t.Parallel()
	var server, first, second string
	t.Run("in use", func(t *testing.T) { //nolint:paralleltest // see above
		server, first = pgtest.Schema(t)
		_, second = pgtest.Schema(t)
		assert.NotEqual(t, first, second)
		assert.True(t, one[bool](t, server, schemaThere, first))
		assert.True(t, one[bool](t, server, schemaThere, second))
	})
	assert.False(t, one[bool](t, server, schemaThere, first), "dropped with its test")
	assert.False(t, one[bool](t, server, schemaThere, second))
}

func TestURL_IsTheProcesss(t *testing.T) {
	t.Parallel()
	assert.Equal(t, pgtest.URL(t), pgtest.URL(t))
}

// silent is a test that only notes how it was ended.
type silent struct {
	testing.TB
	skipped, failed []any
}

func (s *silent) Helper()           {}
func (s *silent) Skip(args ...any)  { s.skipped = args; runtime.Goexit() }
func (s *silent) Fatal(args ...any) { s.failed = args; runtime.Goexit() }

func TestURL_WithoutAServer(t *testing.T) {
	t.Parallel()
	down := errors.New("TEST_DATABASE_URL: connection refused")
	for _, c := range []struct {
		err     error
		all     bool
		skipped bool
	}{
		{pgtest.ErrNone, false, true},
		{pgtest.ErrNone, true, false},
		{down, false, false},
		{down, true, false},
	} {
		s := &silent{TB: t}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			pgtest.Refuse(s, c.err, c.all)
		}()
		<-ended
		if c.skipped {
			assert.Equal(t, []any{c.err}, s.skipped)
			assert.Empty(t, s.failed)
			continue
		}
		assert.Equal(t, []any{c.err}, s.failed)
		assert.Empty(t, s.skipped)
	}
}

func TestFind_NamedServer(t *testing.T) { //nolint:paralleltest // it sets the environment
	there := pgtest.URL(t)
	t.Setenv("TEST_DATABASE_URL", there)
	got, err := pgtest.Find(t.Context())
	require.NoError(t, err)
	assert.Equal(t, there, got)
	s, err := pgtest.FindOrStart(t.Context(), pgtest.Config{})
	require.NoError(t, err)
	assert.Equal(t, there, s.URL)
	require.NoError(t, s.Stop(), "it is not ours to stop")
	assert.Equal(t, 1, one[int](t, there, "select 1"))

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	t.Setenv("TEST_DATABASE_URL", "postgres://nobody@"+address+"/none")
	_, err = pgtest.Find(t.Context())
	require.ErrorContains(t, err, "TEST_DATABASE_URL", "the server that was asked for is not replaced by another")
	require.NotErrorIs(t, err, pgtest.ErrNone)
	_, err = pgtest.FindOrStart(t.Context(), pgtest.Config{})
	require.ErrorContains(t, err, "TEST_DATABASE_URL")
}

// private starts a private server, or skips where there are no binaries.
func private(t *testing.T, cfg pgtest.Config) *pgtest.Server {
	t.Helper()
	s, err := pgtest.Start(t.Context(), cfg)
	if errors.Is(err, pgtest.ErrNone) {
		t.Skip("the binaries of Postgres are not on this machine")
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Stop()) })
	return s
}

func TestStart_Settings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg   pgtest.Config
		fsync string
	}{
		"for tests":      {pgtest.Config{Settings: map[string]string{"max_connections": "17"}}, "off"},
		"for benchmarks": {pgtest.Config{Durable: true, Settings: map[string]string{"max_connections": "17"}}, "on"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := private(t, c.cfg)
			assert.Equal(t, c.fsync, one[string](t, s.URL, "select current_setting('fsync')"))
			assert.Equal(t, c.fsync, one[string](t, s.URL, "select current_setting('synchronous_commit')"))
			assert.Equal(t, "17", one[string](t, s.URL, "select current_setting('max_connections')"))
			assert.Equal(t, "UTF8", one[string](t, s.URL, "select current_setting('server_encoding')"))
		})
	}
}

func TestStart_SaysWhyAServerDoesNotStart(t *testing.T) {
	t.Parallel()
	private(t, pgtest.Config{}) // skips where there are no binaries
	_, err := pgtest.Start(t.Context(), pgtest.Config{Settings: map[string]string{"no_such_setting": "1"}})
	require.ErrorContains(t, err, "no_such_setting")
}
