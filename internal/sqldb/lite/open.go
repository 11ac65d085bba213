package lite

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// checkPath returns the absolute path of a file that exists and can be
// written, creating an empty one where there is none.
func checkPath(path string) (string, error) {
	switch {
	case path == "":
		return "", errors.New("sqldb/lite: Config.Path is empty: give the path of the database file")
	case strings.HasPrefix(path, ":memory:"), strings.HasPrefix(path, "file:"):
		return "", fmt.Errorf("sqldb/lite: Config.Path is %q: give the path of a file; a test uses one in a temporary folder", path)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", openError(path, err)
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", openError(abs, err)
	}
	return abs, f.Close()
}

// openError says what to do about a database file that cannot be opened.
func openError(path string, err error) error {
	folder := filepath.Dir(path)
	advice := fmt.Sprintf("check that this user may write the file and the folder %s", folder)
	info, statErr := os.Stat(path)
	_, folderErr := os.Stat(folder)
	driver, ok := errors.AsType[*sqlite.Error](err)
	switch {
	case errors.Is(folderErr, fs.ErrNotExist):
		advice = fmt.Sprintf("the folder %s does not exist: create it or choose another path", folder)
	case statErr == nil && info.IsDir():
		advice = "it is a folder: give the path of a file in it"
	case ok && driver.Code() == sqlite3.SQLITE_NOTADB:
		advice = "the file is not an SQLite database: move it away or choose another path"
	case ok && driver.Code()&0xff == sqlite3.SQLITE_CORRUPT:
		advice = "the file is damaged: put a copy of it in its place, or choose another path"
	case ok && driver.Code()&0xff == sqlite3.SQLITE_BUSY:
		advice = "another process holds it: stop that process or try again"
	}
	return fmt.Errorf("sqldb/lite: cannot open the database %s: %s: %w", path, advice, err)
}

// writerDSN is how the file is opened for writing.
//
//   - synchronous FULL: a commit is on disk when it returns. WAL with NORMAL loses the last commits when power
//     fails (https://www.sqlite.org/pragma.html#pragma_synchronous).
//   - a checkpoint every 4,000 pages (16 MB), and the log cut to 64 MB after a burst.
func writerDSN(path string, busy time.Duration) string {
	return dsn(path, busy, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-32000)",
		"wal_autocheckpoint(4000)", "journal_size_limit(67108864)")
}

// readerDSN is how the file is opened for reading; whatever writes is refused.
func readerDSN(path string, busy time.Duration) string {
	return dsn(path, busy, "query_only(1)", "cache_size(-8000)")
}

// migratorDSN is how the file is opened for migrations.
func migratorDSN(path string, busy time.Duration) string {
	return dsn(path, busy, "synchronous(FULL)", "foreign_keys(0)")
}

func dsn(path string, busy time.Duration, pragmas ...string) string {
	q := url.Values{
		"_pragma":              append([]string{"busy_timeout(" + strconv.FormatInt(busy.Milliseconds(), 10) + ")"}, pragmas...),
		"_txlock":              {"immediate"},
		"_time_integer_format": {"unix_micro"},
	}
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") { // C:/… on Windows
		p = "/" + p
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: p, RawQuery: q.Encode()}
	return u.String()
}
