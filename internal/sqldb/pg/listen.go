package pg

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Pauses between attempts to listen again.
const (
	firstListenPause = 100 * time.Millisecond
	maxListenPause   = 10 * time.Second
)

// Silence on a channel may be a connection that is gone without a word: after
// listenQuiet the server is asked whether it is there, and has listenAnswer to say so.
const (
	listenQuiet  = 30 * time.Second
	listenAnswer = 5 * time.Second
)

// Listen calls fn with the payload of every Notify on the channel, by anyone,
// until ctx ends (it returns ctx's error) or the database is closed. It has a
// connection of its own, and connects again when that breaks. Whenever it has begun to listen, also the
// first time, it calls fn(""): messages before that moment are missed, so
// fn reads anew what it needs.
func (db *DB) Listen(ctx context.Context, channel string, fn func(payload string)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(db.closing, cancel)()
	wait := firstListenPause
	for {
		heard := db.listen(ctx, channel, fn)
		if db.closing.Err() != nil {
			return errClosed()
		}
		if heard {
			wait = firstListenPause
		}
		if !pause(ctx, wait) {
			return ctx.Err()
		}
		wait = min(2*wait, maxListenPause)
	}
}

// listen serves one connection until it breaks and says whether it had
// begun to listen. Why it broke does not matter: the answer is to connect again.
func (db *DB) listen(ctx context.Context, channel string, fn func(payload string)) bool {
	conn, err := pgx.ConnectConfig(ctx, db.conn.Copy())
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "listen "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return false
	}
	fn("")
	for {
		n, err := waitFor(ctx, conn)
		if err != nil {
			return true
		}
		if n != nil {
			fn(n.Payload)
		}
	}
}

// waitFor returns the next notification, or nil after a quiet time in which
// the connection has been found alive.
func waitFor(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	quiet, cancel := context.WithTimeout(ctx, listenQuiet)
	defer cancel()
	n, err := conn.WaitForNotification(quiet)
	if err == nil || ctx.Err() != nil || quiet.Err() == nil {
		return n, err
	}
	answer, cancel := context.WithTimeout(ctx, listenAnswer)
	defer cancel()
	return nil, conn.Ping(answer)
}

// Notify sends the payload, of at most 7,999 bytes, to everyone who listens on the channel.
func (db *DB) Notify(ctx context.Context, channel, payload string) error {
	return db.background.Update(ctx, func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: "select pg_notify($1, $2)", Args: []any{channel, payload}})
		return nil
	})
}
