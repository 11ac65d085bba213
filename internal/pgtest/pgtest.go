// Package pgtest finds a Postgres for tests and benchmarks, or starts a private one.
//
// In this order: the server that TEST_DATABASE_URL names; one that answers on
// 127.0.0.1:5432 without a password; a cluster of its own from binaries on this
// machine, gone when the process ends. A test that finds none is skipped,
// or fails where REQUIRE_ALL is 1.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/user"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNone means that there is no Postgres here.
var ErrNone = errors.New("pgtest: no Postgres: set TEST_DATABASE_URL, start one on 127.0.0.1:5432, " +
	"or install its binaries (Debian: apt-get install postgresql)")

const (
	// findTimeout bounds the connection to a server that may be there.
	findTimeout = 2 * time.Second

	// patience bounds what is asked of a server that is there, on a loaded machine: whether it answers, a schema, and, in
	// seconds, a connection of a test's.
	patience = 30 * time.Second
)

// found is the process's one server. A private one ends with the process, and
// is kept here that long: it would end as well when nothing referred to it.
var found = sync.OnceValues(func() (*Server, error) {
	return FindOrStart(context.Background(), Config{})
})

// URL returns the URL of a server for tests, with patience for a connection, the same one throughout the
// process. Use Schema rather than the server's default schema.
func URL(t testing.TB) string {
	t.Helper()
	server, err := found()
	if err != nil {
		refuse(t, err, os.Getenv("REQUIRE_ALL") == "1")
	}
	return with(t, server.URL, "connect_timeout", strconv.Itoa(int(patience/time.Second)))
}

// refuse ends a test that has no server. Missing one is a failure only where all is
// required; one that should be there and is not always is.
func refuse(t testing.TB, err error, all bool) {
	t.Helper()
	if errors.Is(err, ErrNone) && !all {
		t.Skip(err)
	}
	t.Fatal(err)
}

// Schema returns a server and a new, empty schema there that is dropped when
// the test ends. The URL does not name the schema: it goes into search_path.
//
// Connections by that URL do not wait for the disk: a test that ends the server
// itself to see what is left takes URL.
func Schema(t testing.TB) (server, schema string) {
	t.Helper()
	server = URL(t)
	schema = "t_" + strings.ToLower(rand.Text()[:16])
	run(t, server, "create schema "+schema)
	t.Cleanup(func() { run(t, server, "drop schema "+schema+" cascade") })
	return with(t, server, "synchronous_commit", "off"), schema
}

// with adds a parameter to the URL of a server.
func with(t testing.TB, server, name, value string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil || u.Scheme == "" {
		return server + " " + name + "=" + value // key=value pairs
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

func run(t testing.TB, server, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience) // t.Context is over in a Cleanup
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatalf("pgtest: %s: %v", sql, err)
	}
}

// FindOrStart returns a server that is there already, or else a private one,
// which the caller stops. It is for programs without a testing.TB.
func FindOrStart(ctx context.Context, cfg Config) (*Server, error) {
	server, err := Find(ctx)
	if errors.Is(err, ErrNone) {
		return Start(ctx, cfg)
	}
	if err != nil {
		return nil, err
	}
	return &Server{URL: server}, nil
}

// Find returns the URL of a server that is there already. It is ErrNone when
// there is none; a TEST_DATABASE_URL that does not answer is another error.
func Find(ctx context.Context) (string, error) {
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		if err := usable(ctx, given, patience); err != nil {
			return "", fmt.Errorf("pgtest: TEST_DATABASE_URL: %w", err)
		}
		return given, nil
	}
	for _, candidate := range candidates() {
		if usable(ctx, candidate, findTimeout) == nil {
			return candidate, nil
		}
	}
	return "", ErrNone
}

// candidates are what a server on the standard port usually lets in.
func candidates() []string {
	users := []string{"postgres"}
	if u, err := user.Current(); err == nil && u.Username != "postgres" {
		users = append(users, u.Username)
	}
	var urls []string
	for _, name := range users {
		for _, database := range []string{"test", "postgres"} {
			u := url.URL{Scheme: "postgres", User: url.User(name), Host: "127.0.0.1:5432", Path: "/" + database}
			urls = append(urls, u.String())
		}
	}
	return urls
}

// usable connects within a time and checks that schemas may be created there.
func usable(ctx context.Context, server string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var may bool
	err = conn.QueryRow(ctx, "select has_database_privilege(current_database(), 'create')").Scan(&may)
	if err == nil && !may {
		err = fmt.Errorf("user %s may not create schemas in database %s", conn.Config().User, conn.Config().Database)
	}
	return err
}
