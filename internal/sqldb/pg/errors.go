package pg

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// ownError carries an error of the unit itself, a Miss or a scan's, past
// translate.
type ownError struct{ err error }

func (e *ownError) Error() string { return e.err.Error() }

// connect takes a connection when the transaction has none yet.
func (t *tx) connect(ctx context.Context) error {
	if t.conn != nil {
		return nil
	}
	conn, err := t.pool.Acquire(ctx)
	if err == nil {
		t.conn = conn
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &sqldb.Error{Kind: sqldb.Unreachable, Err: err}
}

// translate says an error of the transaction's round trip in the terms of
// sqldb. The end of ctx stays what it is.
func (t *tx) translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[*ownError](err); ok {
		return own.err
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return &sqldb.Error{Kind: kindOf(refused), Constraint: refused.ConstraintName, Err: err}
	}
	_, unsent := errors.AsType[pgx.ErrPreprocessingBatch](err)
	broken := t.conn.Conn().IsClosed()
	switch {
	case unsent && ctx.Err() == nil && !ofNetwork(err): // an argument that does not fit; pgx gives up the connection
		return &sqldb.Error{Kind: sqldb.Other, Err: err}
	case broken && t.committed && !unsent && !pgconn.SafeToRetry(err):
		return &sqldb.Error{Kind: sqldb.Unknown, Err: err}
	case ctx.Err() != nil:
		return ctx.Err()
	case broken:
		return &sqldb.Error{Kind: sqldb.Unreachable, Err: err}
	}
	return &sqldb.Error{Kind: sqldb.Other, Err: err}
}

// ofNetwork says whether the connection is what failed.
func ofNetwork(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// kindOf reads an SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func kindOf(e *pgconn.PgError) sqldb.Kind {
	switch e.Code {
	case "23505", "23P01": // unique_violation, exclusion_violation
		return sqldb.Unique
	case "23514": // check_violation
		return sqldb.Check
	case "23503", "23001": // foreign_key_violation, restrict_violation
		return sqldb.ForeignKey
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return sqldb.Retry
	case "0A000": // feature_not_supported; pgx prepares the statement anew after this one
		if e.Routine == "RevalidateCachedQuery" {
			return sqldb.Retry
		}
	case "57P01", "57P02", "57P03", "25P03": // admin_shutdown, crash_shutdown, cannot_connect_now, idle in transaction
		return sqldb.Unreachable
	}
	return sqldb.Other
}

func errClosed() error {
	return &sqldb.Error{Kind: sqldb.Unreachable, Err: errors.New("the database is closed")}
}

const (
	// maxAgain is how often a unit is run again after a conflict.
	maxAgain = 5

	// firstPause is about how long the first pause before that is; each next one is twice as long.
	firstPause = 5 * time.Millisecond
)

// again runs a unit until it ends otherwise than by a conflict.
func again(ctx context.Context, unit func() error) error {
	for round := range maxAgain {
		err := unit()
		if !sqldb.IsKind(err, sqldb.Retry) {
			return err
		}
		if !pause(ctx, firstPause<<round) {
			return err
		}
	}
	return unit()
}

// pause waits between half of d and one and a half, so that two that have met do not meet again.
// It is false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
