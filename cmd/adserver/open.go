package main

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/postgres"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
	"github.com/marquee-tickets/marquee/internal/filelock"
)

// storage says where everything is kept.
type storage struct {
	Data     string `default:"./data/ads" env:"MARQUEE_ADS_DATA" help:"Folder for the SQLite file ads.db, the journal of this node and its secret. Made when it is not there. Default: ${default}." placeholder:"FOLDER"`
	Database string `env:"MARQUEE_ADS_DATABASE" help:"PostgreSQL database to use instead of the SQLite file, as postgres://user@host/name." placeholder:"URL"`
	Schema   string `env:"MARQUEE_ADS_SCHEMA" help:"Schema of that database. Made when it is not there. Default: the connection's own." placeholder:"NAME"`
	Secret   string `env:"MARQUEE_ADS_SECRET" help:"What tokens, publishers' keys and the numbers of people are made with: 64 hexadecimal digits, the same on all nodes. Default: one that is made and kept in the data folder." placeholder:"HEX"`
	LogLevel string `default:"warn" enum:"debug,info,warn,error" env:"MARQUEE_ADS_LOG_LEVEL" help:"What is logged to standard error: debug, info, warn or error. Default: ${default}."`
}

// logger writes to w what the level asks for.
func (s storage) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return nil, fmt.Errorf("log level: %w", err)
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level})), nil
}

// take makes the data folder and keeps it for this server until unlock.
func (s storage) take() (unlock func(), err error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w: name another with --data", err)
	}
	f, err := os.OpenFile(filepath.Join(s.Data, "adserver.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write to the data folder: %w: name another with --data", err)
	}
	free, err := filelock.Try(f)
	if err == nil && !free {
		err = fmt.Errorf("another ad server uses %s: stop it, or give this one another folder with --data", s.Data)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil // gives the lock back, too
}

// open opens the database.
func (s storage) open(ctx context.Context) (*store.DB, error) {
	if s.Database == "" {
		return sqlite.Open(ctx, filepath.Join(s.Data, "ads.db"))
	}
	db, err := postgres.Open(ctx, s.Database, s.Schema)
	if err != nil {
		return nil, fmt.Errorf("%w: check that PostgreSQL runs and that --database names a database which you may use", err)
	}
	return db, nil
}

// existing opens the database that is there, for a command that serves nothing.
func (s storage) existing(ctx context.Context) (*store.DB, error) {
	if s.Database == "" {
		if _, err := os.Stat(filepath.Join(s.Data, "ads.db")); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no database in %s: name the folder of one with --data, or a PostgreSQL database with --database", s.Data)
		}
	}
	return s.open(ctx)
}

// secretSize is how many bytes the secret has.
const secretSize = 32

// secret returns the secret that is given, or that of the data folder, which is made when there is none.
func (s storage) secret() ([]byte, error) {
	if s.Secret != "" {
		return readSecret("--secret", s.Secret)
	}
	path := filepath.Join(s.Data, "secret")
	text, err := os.ReadFile(path)
	if err == nil {
		return readSecret(path, strings.TrimSpace(string(text)))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the secret: %w", err)
	}
	fresh := make([]byte, secretSize)
	rand.Read(fresh) // never fails: crypto/rand aborts the program instead
	if err := os.WriteFile(path, []byte(hex.EncodeToString(fresh)+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("keep the secret: %w", err)
	}
	return fresh, nil
}

func readSecret(where, text string) ([]byte, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != secretSize {
		return nil, fmt.Errorf("%s: must be %d hexadecimal digits", where, 2*secretSize)
	}
	return b, nil
}

// derive makes a key for one purpose of the secret (HKDF, RFC 5869), so that none says anything of another.
func derive(secret []byte, purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "marquee adserver "+purpose, secretSize)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	return key, nil
}
