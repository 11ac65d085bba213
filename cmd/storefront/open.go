package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/filelock"
)

// storage says where everything is kept.
type storage struct {
	Data     string `default:"./data" env:"MARQUEE_DATA" help:"Folder for the SQLite file marquee.db and the books of the test bank. Made when it is not there. Default: ${default}." placeholder:"FOLDER"`
	Database string `env:"MARQUEE_DATABASE" help:"PostgreSQL database to use instead of the SQLite file, as postgres://user@host/name." placeholder:"URL"`
	LogLevel string `default:"warn" enum:"debug,info,warn,error" env:"MARQUEE_LOG_LEVEL" help:"What is logged to standard error: debug, info (each request), warn or error. Default: ${default}."`
}

// sqliteFile is the database in the data folder.
func (s storage) sqliteFile() string { return filepath.Join(s.Data, "marquee.db") }

// logger writes to w what the level asks for.
func (s storage) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return nil, fmt.Errorf("log level: %w", err)
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level})), nil
}

// folder makes the data folder and tries whether it can be written to.
func (s storage) folder() error {
	if err := os.MkdirAll(s.Data, 0o750); err != nil {
		return folderAdvice(s.Data, err)
	}
	probe, err := os.CreateTemp(s.Data, ".writable-*")
	if err != nil {
		return folderAdvice(s.Data, err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return folderAdvice(s.Data, err)
	}
	return nil
}

// take makes the data folder and keeps it for this storefront until unlock: the books of the test bank have one
// writer. An audit reads the database only, and needs no lock.
func (s storage) take() (unlock func(), err error) {
	if err := s.folder(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(s.Data, "storefront.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, folderAdvice(s.Data, err)
	}
	unlock = func() { _ = f.Close() } // gives the lock back, too
	free, err := filelock.Try(f)
	switch {
	case err != nil:
		unlock()
		return nil, fmt.Errorf("lock the data folder %s: %w", s.Data, err)
	case !free:
		unlock()
		return nil, takenAdvice(s.Data)
	}
	return unlock, nil
}

// open opens the database.
func (s storage) open(ctx context.Context) (store.DB, error) {
	if s.Database == "" {
		return sqlite.Open(ctx, sqlite.Config{Path: s.sqliteFile()})
	}
	db, err := postgres.Open(ctx, postgres.Config{URL: s.Database})
	if err != nil {
		return nil, &advice{err: err, try: "Check that PostgreSQL runs and that --database names a database which you may use."}
	}
	return db, nil
}

// existing opens the database that is there for a command that sells nothing. The caller closes the client.
func (s storage) existing(ctx context.Context, env environment) (*bms.Client, error) {
	if s.Database == "" {
		if _, err := os.Stat(s.sqliteFile()); errors.Is(err, fs.ErrNotExist) {
			return nil, &advice{
				err: fmt.Errorf("there is no database at %s", s.sqliteFile()),
				try: "Name the folder of one with --data, or a PostgreSQL database with --database.",
			}
		}
	}
	log, err := s.logger(env.err)
	if err != nil {
		return nil, err
	}
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	c, err := bms.New(db, bms.Config{Logger: log})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return c, nil
}

// bank is the test bank with its books in the data folder. The secret may change
// with every start: notifications are signed when they are sent.
func (s storage) bank() (*sandbox.Gateway, error) {
	secret := make([]byte, 32)
	rand.Read(secret) // never fails: crypto/rand aborts the program instead
	return sandbox.New(sandbox.Config{Secret: secret, Journal: filepath.Join(s.Data, "sandbox.journal")})
}
