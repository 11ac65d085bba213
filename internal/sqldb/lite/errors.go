package lite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// translate says a driver's error in the terms of sqldb. The end of a context
// stays what it is.
func translate(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &sqldb.Error{Kind: sqldb.Other, Err: err}
	driver, ok := errors.AsType[*sqlite.Error](err)
	switch {
	case ok:
		e.Kind, e.Constraint = kindOf(driver.Code()), constraint(driver.Error())
	case errors.Is(err, sql.ErrConnDone):
		e.Kind = sqldb.Unreachable
	}
	return e
}

// kindOf reads a result code (https://www.sqlite.org/rescode.html).
func kindOf(code int) sqldb.Kind {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return sqldb.Unique
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return sqldb.Check
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return sqldb.ForeignKey
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return sqldb.Retry
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR:
		return sqldb.Unreachable
	}
	return sqldb.Other
}

// constraint reads the columns or the name out of "constraint failed: UNIQUE
// constraint failed: seat.show, seat.label (2067)". It is empty where the message has none.
func constraint(message string) string {
	_, name, ok := strings.Cut(message, " constraint failed: ")
	if !ok {
		return ""
	}
	if i := strings.LastIndex(name, " ("); i >= 0 {
		name = name[:i]
	}
	return name
}

const (
	// patience is how long what happens once, at the start of a program, is tried while other processes keep the database busy.
	patience = time.Minute

	// firstPause and maxPause are between two tries, for SQLite does not always wait: it refuses at once to begin a write-ahead log
	// while others look at the file.
	firstPause = 5 * time.Millisecond
	maxPause   = 200 * time.Millisecond
)

// patiently repeats fn while other processes keep the database busy.
func patiently(ctx context.Context, fn func() error) error {
	over := time.After(patience)
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		err := fn()
		if !sqldb.IsKind(translate(err), sqldb.Retry) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-over:
			return err
		case <-time.After(pause):
		}
	}
}

func errClosed() error {
	return &sqldb.Error{Kind: sqldb.Unreachable, Err: errors.New("the database is closed")}
}
