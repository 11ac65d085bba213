package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Role is what a member of the portal may do.
type Role string

// The roles.
const (
	Buyer    Role = "advertiser" // works for one advertiser
	Seller   Role = "publisher"  // works for one publisher
	Reviewer Role = "reviewer"   // judges creatives
	Finance  Role = "finance"    // sees the books, approves payouts and refunds
	Admin    Role = "admin"      // does everything
)

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool {
	switch r {
	case Buyer, Seller, Reviewer, Finance, Admin:
		return true
	}
	return false
}

// Member is somebody who signs in to the portal. The hash of the password is kept beside it, so that no log or page has it.
type Member struct {
	ID         MemberID
	Email      string // unique; as Email returns it
	Name       string
	Role       Role
	Advertiser ads.AdvertiserID // of a Buyer, zero for all others
	Publisher  ads.PublisherID  // of a Seller, zero for all others
	Disabled   bool             // cannot sign in
	Created    time.Time
	Revision   int64 // what UpdateMember has to be given; 1 for who was never changed
}

// Email returns an address as it is compared: trimmed and in lower case. Error: Invalid about "email", for what is no address
// (RFC 5322 addr-spec of a public domain, at most 254 bytes as in RFC 5321).
func Email(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || !strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".") {
		return "", fault.Invalidf("email", "must be an address such as name@example.com")
	}
	return s, nil
}

// checked returns the member with its address as it is compared.
func (m Member) checked() (Member, error) {
	email, err := Email(m.Email)
	m.Email = email
	switch {
	case err != nil:
		return m, err
	case word("name", strings.TrimSpace(m.Name), 480) != nil:
		return m, fault.Invalidf("name", "must have between 1 and 480 bytes of text")
	case !m.Role.Valid():
		return m, fault.Invalidf("role", "must be advertiser, publisher, reviewer, finance or admin")
	case (m.Role == Buyer) != (m.Advertiser != 0):
		return m, fault.Invalidf("advertiser", "must be named for that role, and for no other")
	case (m.Role == Seller) != (m.Publisher != 0):
		return m, fault.Invalidf("publisher", "must be named for that role, and for no other")
	}
	return m, nil
}

// worksFor checks that whom the member works for is there.
func (d *DB) worksFor(ctx context.Context, tx sqldb.Tx, m Member) error {
	r := refs{tx, d.sql}
	switch {
	case m.Advertiser != 0:
		_, err := ownerOf(ctx, r, "advertiser", advertiserThere, uint32(m.Advertiser))
		return err
	case m.Publisher != 0:
		_, err := ownerOf(ctx, r, "publisher", publisherThere, uint32(m.Publisher))
		return err
	}
	return nil
}

const (
	addMember = `insert into ad_member (email, password, name, role, advertiser, publisher, disabled, created, revision)
values ($1, $2, $3, $4, $5, $6, $7, $8, 1) returning id`

	changeMember = `update ad_member set email = $3, name = $4, role = $5, advertiser = $6, publisher = $7, disabled = $8, revision = revision + 1
where id = $1 and revision = $2`

	memberColumns = "id, email, name, role, advertiser, publisher, disabled, created, revision"

	oneMember = "select " + memberColumns + " from ad_member where id = $1"

	memberByEmail = "select " + memberColumns + ", password from ad_member where email = $1"
)

const emailTaken = "belongs to a member already"

// CreateMember stores a member with the hash of a password; empty means that nobody can sign in by one. by is who does it, zero for the
// program itself. Errors: Invalid about the first field that is wrong, Conflict about an email that is taken.
func (d *DB) CreateMember(ctx context.Context, by MemberID, m Member, password string) (Member, error) {
	m, err := m.checked()
	if err != nil {
		return Member{}, err
	}
	err = d.update(ctx, "create a member", func(tx sqldb.Tx) error {
		if err := d.worksFor(ctx, tx, m); err != nil {
			return err
		}
		m.Created, m.Revision = tx.Now(), 1
		err := tx.One(ctx, []any{&m.ID}, addMember, m.Email, password, m.Name, string(m.Role), uint32(m.Advertiser), uint32(m.Publisher),
			bit(m.Disabled), micros(m.Created))
		if err != nil {
			return err
		}
		return memberAct(tx, by, "create", nil, &m)
	})
	return m, taken(err, "email", emailTaken)
}

// UpdateMember stores a member that was read at its revision, and returns the next one. Who is disabled is signed out everywhere. Errors: those
// of CreateMember, NotFound, ErrChanged.
func (d *DB) UpdateMember(ctx context.Context, by MemberID, m Member) (Member, error) {
	m, err := m.checked()
	if err != nil {
		return Member{}, err
	}
	var next Member
	err = d.update(ctx, "change a member", func(tx sqldb.Tx) error {
		before, err := storedMember(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		if err := d.worksFor(ctx, tx, m); err != nil {
			return err
		}
		next = m
		next.Created, next.Revision = before.Created, m.Revision+1
		tx.Queue(sqldb.Stmt{SQL: changeMember, Want: 1, Miss: ErrChanged, Args: []any{
			uint32(m.ID), m.Revision, m.Email, m.Name, string(m.Role), uint32(m.Advertiser), uint32(m.Publisher), bit(m.Disabled),
		}})
		if m.Disabled {
			queue(tx, dropSessions, uint32(m.ID))
		}
		return memberAct(tx, by, "change", &before, &next)
	})
	return next, taken(err, "email", emailTaken)
}

const (
	setPassword = "update ad_member set password = $2 where id = $1"

	changePassword = setPassword + " and password = $3"
)

// SetPassword stores the hash of another password and signs the member out everywhere. Error: NotFound.
func (d *DB) SetPassword(ctx context.Context, by, id MemberID, password string) error {
	return d.putPassword(ctx, by, id, sqldb.Stmt{SQL: setPassword, Args: []any{uint32(id), password}, Want: 1, Miss: noMember(id)})
}

// ChangePassword is SetPassword by the member, who has proved the password of which before is the hash. Error: ErrChanged when it is another by now.
func (d *DB) ChangePassword(ctx context.Context, id MemberID, before, password string) error {
	return d.putPassword(ctx, id, id, sqldb.Stmt{SQL: changePassword, Args: []any{uint32(id), password, before}, Want: 1, Miss: ErrChanged})
}

func (d *DB) putPassword(ctx context.Context, by, id MemberID, put sqldb.Stmt) error {
	return d.update(ctx, "set a password", func(tx sqldb.Tx) error {
		tx.Queue(put)
		queue(tx, dropSessions, uint32(id))
		return act(tx, Act{By: by, What: "set_password", Kind: "member", ID: uint32(id)})
	})
}

// Member returns a member. Error: NotFound.
func (d *DB) Member(ctx context.Context, id MemberID) (Member, error) {
	m, ok, err := one(ctx, d.db, scanMember, oneMember, uint32(id))
	if err == nil && !ok {
		err = noMember(id)
	}
	return m, attempted("find a member", err)
}

// MemberByEmail returns a member and the hash of their password; the address may be written in any way. Error: NotFound.
func (d *DB) MemberByEmail(ctx context.Context, email string) (m Member, password string, err error) {
	type secret struct {
		Member
		password string
	}
	email, err = Email(email)
	if err != nil {
		return Member{}, "", fault.NotFoundf("there is no such member")
	}
	s, ok, err := one(ctx, d.db, func(r sqldb.Row, s *secret) error { return s.scan(r, &s.password) }, memberByEmail, email)
	if err == nil && !ok {
		err = fault.NotFoundf("there is no such member")
	}
	return s.Member, s.password, attempted("find a member", err)
}

// MemberFilter says which members are listed: those of one advertiser, of one publisher, or all.
type MemberFilter struct {
	Advertiser ads.AdvertiserID
	Publisher  ads.PublisherID
	All        bool // for staff; no owner is then named
	Page
}

// Members returns a page of members, sorted by identifier. Error: Invalid about what is missing or wrong in the filter.
func (d *DB) Members(ctx context.Context, f MemberFilter) ([]Member, error) {
	if err := cmp.Or(f.validate(), owned(uint32(f.Advertiser)|uint32(f.Publisher), f.All)); err != nil {
		return nil, err
	}
	c := &conditions{}
	c.add("id > ?", f.After)
	c.narrow("advertiser", uint32(f.Advertiser))
	c.narrow("publisher", uint32(f.Publisher))
	sql := "select " + memberColumns + " from ad_member" + c.where() + fmt.Sprintf(" order by id limit $%d", len(c.args)+1)
	all, err := list(ctx, d.db, scanMember, sql, append(c.args, f.most())...)
	return all, attempted("list members", err)
}

func storedMember(ctx context.Context, tx sqldb.Tx, id MemberID) (Member, error) {
	all, err := collect(ctx, tx, scanMember, oneMember, uint32(id))
	if err == nil && len(all) == 0 {
		err = noMember(id)
	}
	if err != nil {
		return Member{}, err
	}
	return all[0], nil
}

func noMember(id MemberID) error { return fault.NotFoundf("there is no member %d", id) }

func scanMember(r sqldb.Row, m *Member) error { return m.scan(r) }

func (m *Member) scan(r sqldb.Row, more ...any) error {
	var disabled, created int64
	err := r.Scan(append([]any{&m.ID, &m.Email, &m.Name, &m.Role, &m.Advertiser, &m.Publisher, &disabled, &created, &m.Revision}, more...)...)
	m.Disabled, m.Created = disabled != 0, ofMicros(created)
	return err
}

func memberAct(tx sqldb.Tx, by MemberID, what string, before, after *Member) error {
	a := Act{By: by, What: what, Kind: "member", ID: uint32(after.ID)}
	var err, err2 error
	if before != nil {
		a.Before, err = json.Marshal(before)
	}
	a.After, err2 = json.Marshal(after)
	if err = cmp.Or(err, err2); err != nil {
		return err
	}
	return act(tx, a)
}

// bit is a fact as both engines keep it in a column of numbers.
func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
