package portal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/account"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestSignIn_SaysTheSameOfWhateverIsWrong(t *testing.T) {
	t.Parallel()
	k := open(t)
	k.buyer(k.tenant("ALPHA"))
	disabled, err := k.db.CreateMember(t.Context(), 0, store.Member{Email: "gone@example.com", Name: "Gone", Role: store.Reviewer, Disabled: true}, account.NewKeeper(cheap).Hash(password))
	require.NoError(t, err)
	var pages []string
	for _, f := range []form{
		{"email", "advertiser-1-0@example.com", "password", "wrong password"},
		{"email", "nobody@example.com", "password", password},
		{"email", disabled.Email, "password", password},
		{"email", "nonsense", "password", password},
	} {
		got := k.nobody().post("/sign-in", f...)
		assert.Equal(t, http.StatusUnauthorized, got.Status)
		assert.Empty(t, got.Header.Peek("Set-Cookie"))
		pages = append(pages, strings.ReplaceAll(got.Body, f[1], ""))
	}
	for _, p := range pages {
		assert.Equal(t, pages[0], p)
		assert.NotContains(t, p, password)
	}
}

func TestSignIn_CookieIsSafeAndNew(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	first := b.cookie
	b.cookie = "PLANTED0000000000000000000"
	got := b.post("/sign-in", "email", "ADVERTISER-1-0@example.com ", "password", password)
	got.leads("/")
	assert.NotEqual(t, "PLANTED0000000000000000000", b.cookie)
	assert.NotEqual(t, first, b.cookie)
	var cookie fasthttp.Cookie
	cookie.SetKey("portal")
	require.True(t, got.Header.Cookie(&cookie))
	assert.True(t, cookie.HTTPOnly())
	assert.True(t, cookie.Secure())
	assert.Equal(t, fasthttp.CookieSameSiteLaxMode, cookie.SameSite())
	assert.Equal(t, "/", string(cookie.Path()))

	old := b.cookie
	b.post("/sign-in", "email", "advertiser-1-0@example.com", "password", password).leads("/")
	assert.Equal(t, http.StatusSeeOther, (&browser{kit: k, cookie: old}).get("/account").Status, "the token before is no use any more")
	old = b.cookie
	b.post("/sign-out").leads("/sign-in")
	assert.Equal(t, http.StatusSeeOther, (&browser{kit: k, cookie: old}).get("/account").Status, "nor after signing out")
}

func TestSignIn_LeadsBackWithinThePortalAlone(t *testing.T) {
	t.Parallel()
	k := open(t)
	k.buyer(k.tenant("ALPHA"))
	asked := k.nobody().get("/advertisers/1/reports?by=city")
	assert.Equal(t, "/portal/sign-in?next=%2Fportal%2Fadvertisers%2F1%2Freports%3Fby%3Dcity", asked.Location)
	for next, want := range map[string]string{
		"/portal/advertisers/1/reports?by=city": "/portal/advertisers/1/reports?by=city",
		"https://evil.example/":                 "/portal/", "//evil.example/": "/portal/", "/other": "/portal/", "/portal/\\evil": "/portal/", "/portalx": "/portal/", "": "/portal/",
	} {
		got := k.nobody().post("/sign-in", "email", "advertiser-1-0@example.com", "password", password, "next", next)
		assert.Equal(t, want, got.Location, next)
	}
	assert.Empty(t, portal.SafeNext("/portal/a\nb"))
}

func TestSignIn_IsThrottled(t *testing.T) {
	t.Parallel()
	now := time.Now()
	k := open(t, func(c *portal.Config) { c.Now = func() time.Time { return now } })
	k.buyer(k.tenant("ALPHA"))
	tries := 0
	for ; tries < 40; tries++ {
		got := k.nobody().post("/sign-in", "email", "Advertiser-1-0@example.com", "password", "guess number "+itoa(uint32(tries)))
		if got.Status == http.StatusTooManyRequests {
			assert.NotEmpty(t, got.Header.Peek("Retry-After"))
			break
		}
	}
	assert.Equal(t, 9, tries, "one of ten was the member's own")
	assert.Equal(t, http.StatusTooManyRequests, k.nobody().post("/sign-in", "email", "advertiser-1-0@example.com", "password", password).Status, "the right one neither")
	now = now.Add(time.Minute)
	k.nobody().post("/sign-in", "email", "advertiser-1-0@example.com", "password", password).leads("/")
}

func TestSignIn_HashesOfALowerCostAreMadeAnew(t *testing.T) {
	t.Parallel()
	k := open(t, func(c *portal.Config) { c.PasswordCost = account.Cost{Memory: 128, Passes: 1} })
	k.member(store.Member{Role: store.Reviewer, Email: "r@example.com"}) // made at the kit's cost
	_, hash, err := k.db.MemberByEmail(t.Context(), "r@example.com")
	require.NoError(t, err)
	assert.Contains(t, hash, "m=128,")
	k.nobody().post("/sign-in", "email", "r@example.com", "password", password).leads("/")
}

func TestSignUp_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	k := open(t)
	k.buyer(k.tenant("ALPHA"))
	good := map[string]string{"name": "N", "email": "n@example.com", "password": password, "company": "C", "currency": "EUR", "time_zone": "UTC"}
	for want, change := range map[string][2]string{
		"Name is missing": {"name", ""}, "E-mail address must be an address": {"email", "x"}, "Password must have at least 12": {"password", "short"},
		"Company is missing": {"company", " "}, "Currency must be": {"currency", "XYZ"}, "Time zone must be": {"time_zone", "Mars/Olympus"},
		"belongs to a member already": {"email", "Advertiser-1-0@example.com"},
	} {
		var f form
		for name, value := range good {
			if name == change[0] {
				value = change[1]
			}
			f = append(f, name, value)
		}
		got := k.nobody().post("/sign-up", f...)
		assert.Equal(t, http.StatusBadRequest, got.Status, want)
		assert.Contains(t, got.text(), want)
		assert.NotContains(t, got.Body, password)
	}
	list, err := k.db.Advertisers.List(t.Context(), store.Filter{All: true})
	require.NoError(t, err)
	assert.Len(t, list, 1, "nothing was made")
}

func TestSignUp_Closed(t *testing.T) {
	t.Parallel()
	k := open(t, func(c *portal.Config) { c.Closed = true })
	assert.Equal(t, http.StatusNotFound, k.nobody().get("/sign-up").Status)
	assert.Equal(t, http.StatusNotFound, k.nobody().post("/sign-up").Status)
	assert.NotContains(t, k.nobody().get("/sign-in").text(), "Create an account")
}

func TestPassword_ChangedWithTheOldOne(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	elsewhere := k.nobody()
	elsewhere.post("/sign-in", "email", "advertiser-1-0@example.com", "password", password).leads("/")
	got := b.post("/account/password", "old", "wrong", "new", "another long one")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Present password is not your password")
	assert.Contains(t, b.post("/account/password", "old", password, "new", "short").text(), "New password must have at least 12")
	b.post("/account/password", "old", password, "new", "another long one").leads("/account")
	assert.Equal(t, http.StatusOK, b.get("/account").Status, "still signed in here")
	assert.Equal(t, http.StatusSeeOther, elsewhere.get("/account").Status, "and nowhere else")
	k.nobody().post("/sign-in", "email", "advertiser-1-0@example.com", "password", "another long one").leads("/")
}

func TestMembers_MadeChangedAndDisabled(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine, admin := k.tenant("ALPHA"), k.admin()
	made := admin.post("/members", "name", "Ravi", "email", "ravi@example.com", "role", "publisher", "publisher", itoa(uint32(mine.publisher.ID)))
	require.Equal(t, http.StatusOK, made.Status, made.text())
	_, after, found := strings.Cut(made.Body, "<code>")
	require.True(t, found)
	secret, _, _ := strings.Cut(after, "<")
	ravi := k.nobody()
	ravi.post("/sign-in", "email", "ravi@example.com", "password", secret).leads("/")
	assert.Equal(t, http.StatusOK, ravi.get("/publishers/1").Status)
	assert.NotContains(t, admin.get("/members").Body, secret, "it is shown once")

	again := admin.post("/members", "name", "Ravi", "email", "RAVI@example.com", "role", "reviewer")
	assert.Contains(t, again.text(), "E-mail address belongs to a member already")
	assert.NotContains(t, again.Body, "The password of")
	assert.Contains(t, admin.post("/members", "name", "X", "email", "x@example.com", "role", "advertiser").text(), "Number of the advertiser must be named")
	assert.Contains(t, admin.post("/members", "name", "X", "email", "x@example.com", "role", "advertiser", "advertiser", "99").text(), "there is no advertiser 99")

	reset := admin.post("/members/2", "reset", "1")
	assert.Equal(t, http.StatusOK, reset.Status)
	assert.Contains(t, reset.Body, "The password of ravi@example.com")
	assert.Equal(t, http.StatusSeeOther, ravi.get("/account").Status)
	admin.post("/members/2", "name", "Ravi", "role", "publisher", "publisher", "1", "disabled", "1", "revision", "1").leads("/members")
	assert.Contains(t, admin.get("/members").text(), "disabled")
	assert.Equal(t, http.StatusConflict, admin.post("/members/1", "name", "Me", "role", "reviewer", "revision", "1").Status, "nobody locks themselves out")
}

func TestSignedIn_KnowsMembersAlone(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.member(store.Member{Role: store.Reviewer})
	for cookie, want := range map[string]bool{b.cookie: true, "": false, "NONSENSE": false, "a\nb": false} {
		var rc fasthttp.RequestCtx
		rc.Request.SetRequestURI("/c/TOKEN")
		rc.Request.Header.SetCookie("portal", cookie)
		assert.Equal(t, want, k.pages.SignedIn(&rc), "%.3s", cookie)
	}
}

func TestSession_EndsWhenTheMemberIsDisabled(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.member(store.Member{Role: store.Reviewer, Email: "r@example.com"})
	m, _, err := k.db.MemberByEmail(t.Context(), "r@example.com")
	require.NoError(t, err)
	m.Disabled = true
	_, err = k.db.UpdateMember(t.Context(), 0, m)
	require.NoError(t, err)
	assert.Equal(t, http.StatusSeeOther, b.get("/review").Status)
}

func TestNew_NamesTheField(t *testing.T) {
	t.Parallel()
	_, err := portal.New(portal.Config{BaseURL: base})
	assert.Equal(t, "store", fault.Of(err).Field)
	for _, url := range []string{"", "ads.example", "ftp://ads.example", "https://ads.example/", "https://ads.example/x", "https://me@ads.example"} {
		_, err := portal.New(portal.Config{Store: new(store.DB), BaseURL: url})
		assert.Equal(t, "base_url", fault.Of(err).Field, url)
	}
}
