package store

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// seenEvery is how exact Session.Seen is.
const seenEvery = time.Minute

// ErrSignedOut means that there is no such session, or no longer.
var ErrSignedOut = fault.New(fault.Unauthenticated, "signed_out", "you are signed out: sign in again")

// Session is that a browser is signed in.
type Session struct {
	Token   string // a hash of what the browser has: who reads the database cannot sign in with it
	Member  MemberID
	Created time.Time
	Seen    time.Time // when it was used last, to the minute
	Expires time.Time
}

const (
	// Who disables the member or sets another password waits, and then ends the session; or was before.
	lockMember = "update ad_member set revision = revision where id = $1 and password = $2 and disabled = 0"

	addSession = "insert into ad_session (token, member, created, seen, expires) values ($1, $2, $3, $3, $4)"

	readSession = `select token, member, s.created, seen, expires, m.email, m.name, m.role, m.advertiser, m.publisher, m.created, m.revision
from ad_session s join ad_member m on m.id = s.member
where token = $1 and expires > $2 and m.disabled = 0`

	touchSession = "update ad_session set seen = $2 where token = $1"

	dropSession = "delete from ad_session where token = $1"

	dropSessions = "delete from ad_session where member = $1"
)

// OpenSession signs a member in until Expires; Created and Seen are given. password is the hash of what the member has proved, and must still be the
// member's. Errors: Invalid about the token or Expires, Forbidden for who is disabled, not there, or has another password by now.
func (d *DB) OpenSession(ctx context.Context, s Session, password string) error {
	switch {
	case len(s.Token) < 32 || len(s.Token) > 128:
		return fault.Invalidf("token", "must be a hash")
	case !s.Expires.After(d.db.Now()):
		return fault.Invalidf("expires", "must be later than now")
	}
	return d.update(ctx, "sign in", func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{
			SQL: lockMember, Args: []any{uint32(s.Member), password},
			Want: 1, Miss: fault.New(fault.Forbidden, "disabled", "this member cannot sign in, or has another password by now"),
		})
		queue(tx, addSession, s.Token, uint32(s.Member), micros(tx.Now()), micros(s.Expires))
		return act(tx, Act{By: s.Member, What: "sign_in", Kind: "member", ID: uint32(s.Member)})
	})
}

// Session returns a session and who it is of, and notes that it was used. Error: ErrSignedOut for one that is not there or has expired, and
// when the member has been disabled.
func (d *DB) Session(ctx context.Context, token string) (Session, Member, error) {
	type both struct {
		Session
		Member
	}
	now := d.db.Now()
	b, ok, err := one(ctx, d.db, func(r sqldb.Row, b *both) error {
		var created, seen, expires, joined int64
		m := &b.Member
		err := r.Scan(&b.Token, &m.ID, &created, &seen, &expires, &m.Email, &m.Name, &m.Role, &m.Advertiser, &m.Publisher, &joined, &m.Revision)
		b.Session.Member, m.Created = m.ID, ofMicros(joined)
		b.Session.Created, b.Seen, b.Expires = ofMicros(created), ofMicros(seen), ofMicros(expires)
		return err
	}, readSession, token, micros(now))
	if err == nil && !ok {
		return Session{}, Member{}, ErrSignedOut
	}
	if err == nil && now.Sub(b.Seen) >= seenEvery {
		err = d.db.Update(ctx, func(tx sqldb.Tx) error {
			queue(tx, touchSession, token, micros(now))
			return nil
		})
		b.Seen = now
	}
	return b.Session, b.Member, attempted("find a session", err)
}

// CloseSession signs out. What is not there is no error.
func (d *DB) CloseSession(ctx context.Context, token string) error {
	return d.update(ctx, "sign out", func(tx sqldb.Tx) error {
		queue(tx, dropSession, token)
		return nil
	})
}

// CloseSessions signs a member out everywhere.
func (d *DB) CloseSessions(ctx context.Context, member MemberID) error {
	return d.update(ctx, "sign out everywhere", func(tx sqldb.Tx) error {
		queue(tx, dropSessions, uint32(member))
		return nil
	})
}
