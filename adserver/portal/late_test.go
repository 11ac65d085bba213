package portal_test

import (
	"context"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/account"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

// lateDB is a database in which the world goes on, once, before something is written.
type lateDB struct {
	sqldb.DB
	meanwhile func()
}

func (d *lateDB) Update(ctx context.Context, fn func(sqldb.Tx) error) error {
	if meanwhile := d.meanwhile; meanwhile != nil {
		d.meanwhile = nil
		meanwhile()
	}
	return d.DB.Update(ctx, fn)
}

// openLate opens a portal whose database is late when a test says so; the kit's own is the same one, and never is.
func openLate(t *testing.T, change ...func(*portal.Config)) (*kit, *lateDB) {
	t.Helper()
	raw, err := lite.Open(t.Context(), lite.Config{Path: filepath.Join(t.TempDir(), "late.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	require.NoError(t, lite.Migrate(t.Context(), raw, sqlite.Migrations(), "ad_migration"))
	late := &lateDB{DB: raw}
	k := open(t, append(change, func(c *portal.Config) { c.Store = store.New(late) })...)
	k.db = store.New(raw)
	return k, late
}

const other = "another long one"

// reviewer makes a member who is not signed in, and returns what an administrator does who sets another password.
func (k *kit) reviewer() (set func()) {
	k.Helper()
	keeper := account.NewKeeper(cheap)
	m, err := k.db.CreateMember(k.Context(), 0, store.Member{Role: store.Reviewer, Email: "r@example.com", Name: "R"}, keeper.Hash(password))
	require.NoError(k, err)
	return func() { require.NoError(k, k.db.SetPassword(k.Context(), 0, m.ID, keeper.Hash(other))) }
}

// signsIn sends the form with a password.
func (b *browser) signsIn(password string) answer {
	b.Helper()
	return b.post("/sign-in", "email", "r@example.com", "password", password)
}

// Who signs in by a password that is taken from them at this moment is not signed in by it, and does not bring it back.
func TestSignIn_PasswordIsSetMeanwhile(t *testing.T) {
	t.Parallel()
	for name, cost := range map[string]account.Cost{"hash as it is": cheap, "hash made anew": {Memory: 128, Passes: 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, late := openLate(t, func(c *portal.Config) { c.PasswordCost = cost })
			late.meanwhile = k.reviewer()
			got := k.nobody().signsIn(password)
			assert.Equal(t, http.StatusUnauthorized, got.Status)
			assert.Empty(t, got.Header.Peek("Set-Cookie"))
			assert.Nil(t, late.meanwhile)
			k.nobody().signsIn(other).leads("/")
		})
	}
}

// Of two who sign in at once the one's hash is made anew, and both are signed in.
func TestSignIn_HashIsMadeAnewMeanwhile(t *testing.T) {
	t.Parallel()
	k, late := openLate(t, func(c *portal.Config) { c.PasswordCost = account.Cost{Memory: 128, Passes: 1} })
	k.reviewer()
	one, two := k.nobody(), k.nobody()
	late.meanwhile = func() { one.signsIn(password).leads("/") }
	two.signsIn(password).leads("/")
	for _, b := range []*browser{one, two} {
		assert.Equal(t, http.StatusOK, b.get("/account").Status)
	}
}

// Who changes a password that somebody has taken from them at this moment changes nothing.
func TestPassword_SetMeanwhile(t *testing.T) {
	t.Parallel()
	k, late := openLate(t)
	set, b := k.reviewer(), k.nobody()
	b.signsIn(password).leads("/")
	late.meanwhile = set
	got := b.post("/account/password", "old", password, "new", "a third long one")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Present password is not your password")
	k.nobody().signsIn(other).leads("/")
}
