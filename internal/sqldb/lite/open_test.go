package lite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

func TestOpen_RefusesBadConfig(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	there := filepath.Join(folder, "a.db")
	text := filepath.Join(folder, "letter.txt")
	require.NoError(t, os.WriteFile(text, []byte("Dear Sir or Madam, this is long enough to be read as a header.\n\n\n"), 0o600))
	for name, c := range map[string]struct {
		cfg  lite.Config
		says string
	}{
		"no path":          {lite.Config{}, "Config.Path is empty: give the path of the database file"},
		"in memory":        {lite.Config{Path: ":memory:"}, "give the path of a file"},
		"a URI":            {lite.Config{Path: "file:a.db"}, "give the path of a file"},
		"no folder":        {lite.Config{Path: filepath.Join(folder, "none", "a.db")}, "none does not exist: create it or choose another path"},
		"a folder":         {lite.Config{Path: folder}, "it is a folder: give the path of a file in it"},
		"not a database":   {lite.Config{Path: text}, "is not an SQLite database: move it away or choose another path"},
		"negative readers": {lite.Config{Path: there, Readers: -1}, "Config.Readers is -1"},
		"negative group":   {lite.Config{Path: there, GroupMax: -1}, "Config.GroupMax is -1"},
		"too short a wait": {lite.Config{Path: there, BusyTimeout: time.Microsecond}, "Config.BusyTimeout is 1µs"},
	} {
		_, err := lite.Open(t.Context(), c.cfg)
		require.ErrorContains(t, err, c.says, name)
	}
}

func TestOpen_FolderNotWritable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("this user may write everywhere")
	}
	folder := t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o500))
	_, err := lite.Open(t.Context(), lite.Config{Path: filepath.Join(folder, "a.db")})
	require.ErrorContains(t, err, "check that this user may write the file and the folder")
}

func TestOpen_ADamagedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := lite.Open(t.Context(), lite.Config{Path: path})
	require.NoError(t, err)
	require.NoError(t, db.Close())
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte("not what a page begins with"), 100) // behind the header of the file
	require.NoError(t, err)
	require.NoError(t, f.Close())
	_, err = lite.Open(t.Context(), lite.Config{Path: path})
	require.ErrorContains(t, err, "the file is damaged: put a copy of it in its place")
}

// A new file gets its write-ahead log while nobody else looks at it: SQLite refuses at once, however long it may wait.
func TestOpen_WaitsForWhoLooksAtTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	other, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer func() { assert.NoError(t, other.Close()) }()
	_, err = other.ExecContext(t.Context(), createSeat)
	require.NoError(t, err)
	looks, err := other.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	var n int
	require.NoError(t, looks.QueryRowContext(t.Context(), countSeats).Scan(&n))
	time.AfterFunc(300*time.Millisecond, func() { _ = looks.Rollback() }) // it has done no harm by then
	db := open(t, lite.Config{Path: path, BusyTimeout: time.Millisecond})
	write(t, db, insertSeat, 1)
}

func TestOpen_AnyFileName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b.db", "50%.db", "what?mode=ro", "#1 & more", "ünï.db", "no-suffix"} {
		path := filepath.Join(t.TempDir(), name)
		db := open(t, lite.Config{Path: path})
		write(t, db, createSeat)
		require.NoError(t, db.Close())
		info, err := os.Stat(path)
		require.NoError(t, err, name)
		assert.Positive(t, info.Size(), name)
		if runtime.GOOS != "windows" {
			assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it holds people's names")
		}
	}
}

func TestOpen_Pragmas(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{BusyTimeout: 1500 * time.Millisecond})
	for name, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "1500", "query_only": "0",
	} {
		var got string
		require.NoError(t, db.Update(t.Context(), func(tx sqldb.Tx) error {
			return tx.One(t.Context(), []any{&got}, "pragma "+name)
		}))
		assert.Equal(t, want, got, name)
	}
}

func TestClose_LeavesEverythingInTheFile(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{})
	path := filepath.Join(t.TempDir(), "kept.db")
	db2 := open(t, lite.Config{Path: path})
	write(t, db2, createSeat)
	write(t, db2, insertSeat, 1)
	assert.Equal(t, 1, count(t, db2, "select count(*) from seat"))
	require.NoError(t, db2.Close())
	names, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	assert.Equal(t, []string{path}, names, "no log is left beside it")
	require.NoError(t, db.Close())
	again := open(t, lite.Config{Path: path})
	assert.Equal(t, 1, count(t, again, "select count(*) from seat"))
}

func TestClose_WaitsForNobodyElse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	patient := open(t, lite.Config{Path: path, BusyTimeout: time.Hour})
	other := open(t, lite.Config{Path: path})
	write(t, patient, createSeat)
	require.NoError(t, other.View(t.Context(), func(tx sqldb.Tx) error {
		var n int
		if err := tx.One(t.Context(), []any{&n}, countSeats); err != nil {
			return err
		}
		write(t, patient, insertSeat, 1) // there is more in the log than the reader may see
		return patient.Close()
	}))
	assert.Equal(t, 1, count(t, other, countSeats))
}

func TestNow_IsTheConfigs(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{Now: func() time.Time {
		return time.Date(2030, 1, 2, 3, 4, 5, 6_789, time.FixedZone("", 3600))
	}})
	want := time.Date(2030, 1, 2, 2, 4, 5, 6_000, time.UTC)
	assert.Equal(t, want, db.Now())
	assert.Equal(t, want, db.Background().Now())
}
