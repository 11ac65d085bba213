package storetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// ann is a member who can do everything.
var ann = store.Member{Email: "ann@example.com", Name: "Ann", Role: store.Admin}

func (s *suite) member(m store.Member) store.Member {
	s.Helper()
	m, err := s.db.CreateMember(s.Context(), admin, m, "$argon2id$hash")
	require.NoError(s, err)
	return m
}

// hash is a hash of a token.
func hash(of string) string { return strings.Repeat(of, 64)[:64] }

func (s *suite) signIn(token string, m store.MemberID, until time.Time) {
	s.Helper()
	var password string
	require.NoError(s, s.raw.Read(s.Context(), func(tx sqldb.Tx) error {
		return tx.One(s.Context(), []any{&password}, "select password from ad_member where id = $1", uint32(m))
	}))
	require.NoError(s, s.db.OpenSession(s.Context(), store.Session{Token: hash(token), Member: m, Expires: until}, password))
}

// signedOut asserts that the token opens nothing.
func (s *suite) signedOut(token string) {
	s.Helper()
	_, _, err := s.db.Session(s.Context(), hash(token))
	require.ErrorIs(s, err, store.ErrSignedOut)
}

var memberTests = map[string]func(*suite){
	"members_are_found_by_their_address": func(s *suite) {
		m := ann
		m.Email = " Ann@Example.COM "
		m = s.member(m)
		assert.Equal(s, "ann@example.com", m.Email)
		got, password, err := s.db.MemberByEmail(s.Context(), "ANN@example.com")
		require.NoError(s, err)
		assert.Equal(s, m, got)
		assert.Equal(s, "$argon2id$hash", password)
		got, err = s.db.Member(s.Context(), m.ID)
		require.NoError(s, err)
		assert.Equal(s, m, got)

		_, err = s.db.CreateMember(s.Context(), admin, ann, "")
		s.is(fault.Conflict, err)
		assert.Equal(s, "email", fault.Of(err).Field)
		for _, email := range []string{"bob@example.com", "nonsense", ""} {
			_, _, err = s.db.MemberByEmail(s.Context(), email)
			s.is(fault.NotFound, err)
		}
		_, err = s.db.Member(s.Context(), 999)
		s.is(fault.NotFound, err)
	},

	"members_that_are_wrong_are_refused": func(s *suite) {
		try := func(field string, spoil func(*store.Member)) {
			m := ann
			spoil(&m)
			_, err := s.db.CreateMember(s.Context(), admin, m, "")
			s.at(field, err)
		}
		for _, email := range []string{"", "ann", "ann@localhost", "Ann <ann@example.com>", "a@b.example, c@d.example", strings.Repeat("a", 250) + "@b.de"} {
			try("email", func(m *store.Member) { m.Email = email })
		}
		try("name", func(m *store.Member) { m.Name = " " })
		try("name", func(m *store.Member) { m.Name = "A\x00" })
		try("role", func(m *store.Member) { m.Role = "owner" })
		try("advertiser", func(m *store.Member) { m.Role = store.Buyer })
		try("advertiser", func(m *store.Member) { m.Advertiser = 1 })
		try("advertiser", func(m *store.Member) { m.Role, m.Advertiser = store.Buyer, 999 })
		try("publisher", func(m *store.Member) { m.Role, m.Publisher = store.Seller, 999 })
		try("publisher", func(m *store.Member) { m.Publisher = 1 })
		assert.Zero(s, s.count("ad_member"))
	},

	"members_change_by_revision": func(s *suite) {
		w := s.world("acme")
		m := s.member(ann)
		m.Role, m.Advertiser, m.Email = store.Buyer, w.advertiser.Value.ID, "Ann.B@example.com"
		next, err := s.db.UpdateMember(s.Context(), admin, m)
		require.NoError(s, err)
		assert.Equal(s, []any{int64(2), "ann.b@example.com"}, []any{next.Revision, next.Email})
		_, err = s.db.UpdateMember(s.Context(), admin, m)
		require.ErrorIs(s, err, store.ErrChanged)
		m.ID = 999
		_, err = s.db.UpdateMember(s.Context(), admin, m)
		s.is(fault.NotFound, err)

		seller := s.member(store.Member{Email: "bob@example.com", Name: "Bob", Role: store.Seller, Publisher: w.publisher.Value.ID})
		next.Email = "bob@example.com"
		_, err = s.db.UpdateMember(s.Context(), admin, next)
		s.is(fault.Conflict, err)

		list := func(m []store.Member, err error) []string {
			require.NoError(s, err)
			all := []string{}
			for _, v := range m {
				all = append(all, v.Email)
			}
			return all
		}
		assert.Equal(s, []string{"ann.b@example.com"}, list(s.db.Members(s.Context(), store.MemberFilter{Advertiser: w.advertiser.Value.ID})))
		assert.Equal(s, []string{"bob@example.com"}, list(s.db.Members(s.Context(), store.MemberFilter{Publisher: seller.Publisher})))
		assert.Equal(s, []string{"ann.b@example.com", "bob@example.com"}, list(s.db.Members(s.Context(), store.MemberFilter{All: true})))
		assert.Equal(s, []string{"bob@example.com"}, list(s.db.Members(s.Context(), store.MemberFilter{All: true, Page: store.Page{After: uint32(next.ID)}})))
	},

	"members_are_not_listed_without_an_owner": func(s *suite) {
		_, err := s.db.Members(s.Context(), store.MemberFilter{})
		s.at("owner", err)
	},

	"the_log_has_no_password": func(s *suite) {
		m := s.member(ann)
		require.NoError(s, s.db.SetPassword(s.Context(), m.ID, m.ID, "$argon2id$other"))
		_, password, err := s.db.MemberByEmail(s.Context(), ann.Email)
		require.NoError(s, err)
		assert.Equal(s, "$argon2id$other", password)
		acts, err := s.db.Acts(s.Context(), store.ActFilter{Kind: "member"})
		require.NoError(s, err)
		require.Len(s, acts, 2)
		assert.NotContains(s, fmt.Sprintf("%s %s", acts[0].After, acts[1].After), "argon")
		s.is(fault.NotFound, s.db.SetPassword(s.Context(), admin, 999, "x"))
	},
}

var sessionTests = map[string]func(*suite){
	"session_until_sign_out": func(s *suite) {
		m := s.member(ann)
		until := s.raw.Now().Add(time.Hour)
		s.signIn("a", m.ID, until)
		s.signIn("b", m.ID, until)
		session, who, err := s.db.Session(s.Context(), hash("a"))
		require.NoError(s, err)
		assert.Equal(s, m, who)
		assert.Equal(s, until, session.Expires)
		assert.Equal(s, session.Created, session.Seen)

		s.exec("update ad_session set seen = seen - 3600000000")
		session, _, err = s.db.Session(s.Context(), hash("a"))
		require.NoError(s, err)
		assert.WithinDuration(s, s.raw.Now(), session.Seen, time.Minute)
		again, _, err := s.db.Session(s.Context(), hash("a"))
		require.NoError(s, err)
		assert.Equal(s, session.Seen, again.Seen, "to the minute")

		require.NoError(s, s.db.CloseSession(s.Context(), hash("a")))
		s.signedOut("a")
		_, _, err = s.db.Session(s.Context(), hash("b"))
		require.NoError(s, err)
		require.NoError(s, s.db.CloseSessions(s.Context(), m.ID))
		s.signedOut("b")
	},

	"session_ends": func(s *suite) {
		m := s.member(ann)
		later := s.raw.Now().Add(time.Hour)
		s.signIn("a", m.ID, later)
		s.exec("update ad_session set expires = $1", s.raw.Now().UnixMicro())
		s.signedOut("a")

		s.signIn("b", m.ID, later)
		require.NoError(s, s.db.SetPassword(s.Context(), admin, m.ID, "x"))
		s.signedOut("b")

		s.signIn("c", m.ID, later)
		m.Disabled = true
		_, err := s.db.UpdateMember(s.Context(), admin, m)
		require.NoError(s, err)
		s.signedOut("c")
		s.is(fault.Forbidden, s.db.OpenSession(s.Context(), store.Session{Token: hash("d"), Member: m.ID, Expires: later}, "x"))
		s.is(fault.Forbidden, s.db.OpenSession(s.Context(), store.Session{Token: hash("d"), Member: 999, Expires: later}, "x"))
		s.at("token", s.db.OpenSession(s.Context(), store.Session{Token: "d", Member: m.ID, Expires: later}, "x"))
		s.at("expires", s.db.OpenSession(s.Context(), store.Session{Token: hash("d"), Member: m.ID, Expires: s.raw.Now()}, "x"))
	},

	// Whoever proves a password that is being taken from them waits, and is not let in by it; nor can they change it.
	"session_is_of_the_password_that_was_proved": func(s *suite) {
		m := s.member(ann)
		open := func(password string) error {
			return s.db.OpenSession(s.Context(), store.Session{Token: hash("a"), Member: m.ID, Expires: s.raw.Now().Add(time.Hour)}, password)
		}
		err := <-s.waits("sign in", func() error { return open("$argon2id$hash") }, "update ad_member set password = 'x' where id = $1", uint32(m.ID))
		s.is(fault.Forbidden, err)
		s.signedOut("a")
		require.ErrorIs(s, s.db.ChangePassword(s.Context(), m.ID, "$argon2id$hash", "y"), store.ErrChanged)
		require.NoError(s, open("x"))
		require.NoError(s, s.db.ChangePassword(s.Context(), m.ID, "x", "y"))
		s.signedOut("a")
		require.NoError(s, open("y"))
	},
}

var assetTests = map[string]func(*suite){
	"upload_is_named_by_its_content": func(s *suite) {
		content := []byte{0x89, 'P', 'N', 'G', 0, 1, 2}
		name, err := s.db.PutAsset(s.Context(), admin, "image/png", "png", content)
		require.NoError(s, err)
		again, err := s.db.PutAsset(s.Context(), admin, "image/png", "png", content)
		require.NoError(s, err)
		assert.Equal(s, name, again)
		assert.Regexp(s, `^[0-9a-f]{32}\.png$`, name)
		a, err := s.db.Asset(s.Context(), name)
		require.NoError(s, err)
		assert.Equal(s, store.Asset{Name: name, MIME: "image/png", Content: content}, a)
		for _, none := range []string{"../x.png", "\x00", strings.Repeat("0", 32) + ".png"} {
			_, err = s.db.Asset(s.Context(), none)
			s.is(fault.NotFound, err)
		}
		acts, err := s.db.Acts(s.Context(), store.ActFilter{Kind: "asset"})
		require.NoError(s, err)
		assert.Len(s, acts, 1)
	},

	"upload_has_bounds": func(s *suite) {
		for _, size := range []int{0, 2<<20 + 1} {
			_, err := s.db.PutAsset(s.Context(), admin, "image/png", "png", make([]byte, size))
			s.at("content", err)
		}
		_, err := s.db.PutAsset(s.Context(), admin, "image/png", "png", make([]byte, 2<<20))
		require.NoError(s, err)
		_, err = s.db.PutAsset(s.Context(), admin, "image/png", "PNG/..", []byte{1})
		s.at("ending", err)
		_, err = s.db.PutAsset(s.Context(), admin, "", "png", []byte{1})
		s.at("mime", err)
	},
}
