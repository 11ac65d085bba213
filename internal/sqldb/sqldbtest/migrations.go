package sqldbtest

import (
	"context"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
)

// Migrator is an engine's migrations under test.
type Migrator[D sqldb.DB] struct {
	// Place makes an empty database and returns what opens it, any number of
	// times, each for the length of the test.
	Place func(t *testing.T) (open func(t *testing.T) D)

	// To is the engine's MigrateTo.
	To func(ctx context.Context, db D, fsys fs.FS, table string, version int64) error
}

// RunMigrations runs the suite of an engine's migrations.
func RunMigrations[D sqldb.DB](t *testing.T, m Migrator[D]) {
	for name, test := range map[string]func(*testing.T, Migrator[D]){
		"FromEachVersion": testFromEachVersion[D],
		"SeveralAtOnce":   testSeveralAtOnce[D],
		"NewerRefused":    testNewerRefused[D],
		"FailureUndone":   testFailureUndone[D],
		"TwoPrograms":     testTwoPrograms[D],
		"WhileInUse":      testMigrateInUse[D],
		"BadSource":       testBadSource[D],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, m)
		})
	}
}

const versions = "schema_version"

// The steps cannot be repeated unnoticed: a second table fails, a second row
// or a second doubling shows in the sum.
var steps = []string{
	"create table ticket (id bigint primary key, price bigint not null)",
	"insert into ticket (id, price) select coalesce(max(id), 0) + 1, 10 from ticket",
	"update ticket set price = price * 2",
	"alter table ticket add column note text not null default 'none'",
}

// Migrations returns the first n migrations of the suite, at most 4.
func Migrations(n int) fstest.MapFS {
	files := fstest.MapFS{}
	for i, sql := range steps[:n] {
		files[fileName(i+1)] = migration(sql)
	}
	return files
}

func fileName(version int) string { return "0000" + string(rune('0'+version)) + "_step.sql" }

func migration(sql string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("-- +goose Up\n" + sql + ";\n")}
}

// CheckMigrated checks that each of the suite's migrations was applied once.
func CheckMigrated(t *testing.T, db sqldb.DB) {
	t.Helper()
	var rows, sum int
	var note string
	one(t, db, []any{&rows, &sum, &note}, "select count(*), sum(price), max(note) from ticket")
	assert.Equal(t, 1, rows)
	assert.Equal(t, 20, sum)
	assert.Equal(t, "none", note)
}

func testFromEachVersion[D sqldb.DB](t *testing.T, m Migrator[D]) {
	for from := range len(steps) + 1 {
		db := m.Place(t)(t)
		if from > 0 {
			require.NoError(t, m.To(t.Context(), db, Migrations(from), versions, int64(from)))
		}
		for range 2 { // the second finds nothing to do
			require.NoError(t, m.To(t.Context(), db, Migrations(len(steps)), versions, 0), "from %d", from)
			CheckMigrated(t, db)
		}
	}
}

func testSeveralAtOnce[D sqldb.DB](t *testing.T, m Migrator[D]) {
	open := m.Place(t)
	var nodes []D
	for range 4 {
		nodes = append(nodes, open(t))
	}
	var wg sync.WaitGroup
	for _, db := range nodes {
		wg.Go(func() {
			assert.NoError(t, m.To(t.Context(), db, Migrations(len(steps)), versions, 0))
		})
	}
	wg.Wait()
	CheckMigrated(t, nodes[0])
}

func testNewerRefused[D sqldb.DB](t *testing.T, m Migrator[D]) {
	db := m.Place(t)(t)
	require.NoError(t, m.To(t.Context(), db, Migrations(4), versions, 0))
	err := m.To(t.Context(), db, Migrations(2), versions, 0)
	require.ErrorIs(t, err, migrate.ErrNewer)
	assert.ErrorContains(t, err, "it is at version 4, the program knows versions up to 2: run the newer program")
	CheckMigrated(t, db)
}

func testFailureUndone[D sqldb.DB](t *testing.T, m Migrator[D]) {
	db := m.Place(t)(t)
	broken := Migrations(2)
	broken[fileName(3)] = migration("insert into ticket (id, price) values (7, 7);\nupdate ticket set nothing = 1")
	err := m.To(t.Context(), db, broken, versions, 0)
	require.ErrorContains(t, err, "nothing")
	var rows int
	one(t, db, []any{&rows}, "select count(*) from ticket")
	assert.Equal(t, 1, rows, "what came before it stays, of itself nothing")
	require.NoError(t, m.To(t.Context(), db, Migrations(4), versions, 0))
	CheckMigrated(t, db)
}

func testTwoPrograms[D sqldb.DB](t *testing.T, m Migrator[D]) {
	db := m.Place(t)(t)
	require.NoError(t, m.To(t.Context(), db, Migrations(4), versions, 0))
	other := fstest.MapFS{"00001_ad.sql": migration("create table ad (id bigint primary key)")}
	require.NoError(t, m.To(t.Context(), db, other, "ad_version", 0))
	exec(t, db, "insert into ad (id) values (1)")
	CheckMigrated(t, db)
}

func testMigrateInUse[D sqldb.DB](t *testing.T, m Migrator[D]) {
	db := m.Place(t)(t)
	add := func() {
		var id int64
		exec(t, db, "insert into ticket (id, price) select max(id) + 1, 0 from ticket")
		one(t, db, []any{&id}, "select max(id) from ticket")
		exec(t, db, "delete from ticket where id = $1", id)
	}
	for version := int64(2); version <= 4; version++ {
		require.NoError(t, m.To(t.Context(), db, Migrations(4), versions, version))
		add() // statements prepared before a migration work after it
	}
	CheckMigrated(t, db)
}

func testBadSource[D sqldb.DB](t *testing.T, m Migrator[D]) {
	db := m.Place(t)(t)
	require.ErrorContains(t, m.To(t.Context(), db, Migrations(4), "", 0), "the table that records the versions")
	require.ErrorContains(t, m.To(t.Context(), db, Migrations(4), versions, -1), "a version of 0 or more")
	require.ErrorContains(t, m.To(t.Context(), db, fstest.MapFS{}, versions, 0), "no migrations found")
	require.NoError(t, db.Close())
	err := m.To(t.Context(), db, Migrations(4), versions, 0)
	assert.True(t, sqldb.IsKind(err, sqldb.Unreachable), "got %v", err)
}
