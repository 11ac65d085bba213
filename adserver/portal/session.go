package portal

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/account"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/web"
)

const (
	// sessionCookie holds the token of a session. Its path is "/", so that SignedIn knows a member who clicks on an ad.
	sessionCookie = "portal"

	// sessionFor is how long somebody stays signed in.
	sessionFor = 12 * time.Hour
)

// limits are how often things may be done.
type limits struct {
	network *web.Limiter // signing in and up, by network
	address *web.Limiter // signing in, by e-mail address
	checks  *web.Limiter // looking at domains, by advertiser
	uploads *web.Limiter // by member
}

func newLimits(now func() time.Time) limits {
	return limits{
		network: web.NewLimiter(web.Limit{Burst: 20, Every: 10 * time.Second}, now),
		address: web.NewLimiter(web.Limit{Burst: 10, Every: 30 * time.Second}, now),
		checks:  web.NewLimiter(web.Limit{Burst: 10, Every: 20 * time.Second}, now),
		uploads: web.NewLimiter(web.Limit{Burst: 30, Every: 10 * time.Second}, now),
	}
}

// stored is how the store knows a token.
func stored(token string) string {
	sum := account.Sum(token)
	return hex.EncodeToString(sum[:])
}

// token is that of the request's cookie, empty when it has none that could be one.
func (r *request) token() string {
	token := string(r.rc.Request.Header.Cookie(sessionCookie))
	if !web.IsWord(token, 64) {
		return ""
	}
	return token
}

// recognise finds out who asks.
func (r *request) recognise() error {
	token := r.token()
	if token == "" {
		return nil
	}
	_, m, err := r.p.db.Session(r.ctx, stored(token))
	switch {
	case fault.Is(err, fault.Unauthenticated):
		return nil
	case err != nil:
		return err
	}
	r.who = viewer{ID: m.ID, Name: m.Name, Email: m.Email, Role: m.Role, Advertiser: m.Advertiser, Publisher: m.Publisher}
	return nil
}

// open signs in a member whose password has that hash, with a token of its own: one that somebody planted in the browser is not kept.
func (r *request) open(m store.MemberID, hash string) error {
	if err := r.close(); err != nil {
		return err
	}
	token, _ := account.NewToken()
	if err := r.p.db.OpenSession(r.ctx, store.Session{Token: stored(token), Member: m, Expires: r.p.now().Add(sessionFor)}, hash); err != nil {
		return err
	}
	web.SetCookie(r.rc, web.Cookie{Name: sessionCookie, Value: token, MaxAge: sessionFor})
	return nil
}

// close ends the session of the request's cookie, if there is one.
func (r *request) close() error {
	if token := r.token(); token != "" {
		return r.p.db.CloseSession(r.ctx, stored(token))
	}
	return nil
}

// signInView is the page to sign in.
type signInView struct {
	Next   string
	Closed bool
}

func (p *Portal) signInPage(r *request) error {
	if !r.who.none() {
		r.redirect("/")
		return nil
	}
	return r.signInForm(fasthttp.StatusOK, newForm(), r.query("next"))
}

func (r *request) signInForm(status int, f *form, next string) error {
	return r.show(status, signInPage(r.frame("Sign in"), f, signInView{Next: safeNext(next), Closed: r.p.cfg.Closed}))
}

// safeNext is a path of the portal that was asked for before signing in, empty for anything else.
func safeNext(s string) string {
	if !strings.HasPrefix(s, Prefix+"/") || !web.IsWord(s, 500) || strings.Contains(s, `\`) {
		return ""
	}
	return s
}

// refusal is the same whatever was wrong, so that nobody learns who is a member.
const refusal = "is not right, or the address is not; please try again"

// signIn checks a password.
func (p *Portal) signIn(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	email := f.Value("email")
	if err := p.limits.network.Take(web.Network(web.Client(r.rc))); err != nil {
		return err
	}
	if err := p.limits.address.Take(strings.ToLower(email)); err != nil {
		return err
	}
	m, hash, err := p.proven(r.ctx, email, string(r.rc.PostArgs().Peek("password")))
	if err == nil {
		err = r.open(m.ID, hash)
	}
	if fault.Is(err, fault.Forbidden) {
		f.set("password")
		f.Problems = []problem{{"password", refusal}}
		return r.signInForm(fasthttp.StatusUnauthorized, f, f.Value("next"))
	}
	if err != nil {
		return err
	}
	if next := safeNext(f.Value("next")); next != "" {
		web.Redirect(r.rc, next)
		return nil
	}
	r.redirect("/")
	return nil
}

var errNotProven = fault.New(fault.Forbidden, "not_proven", "this is not the password, or not the address")

// proven returns whose the address and the password are, with the hash that says so. One of another cost is made anew, unless the password was
// changed meanwhile: then all is looked at again. It takes as long for an address that is nobody's. Error: Forbidden.
func (p *Portal) proven(ctx context.Context, email, password string) (store.Member, string, error) {
	m, hash, err := p.db.MemberByEmail(ctx, email)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return m, "", err
	}
	right, err := p.keeper.Verify(hash, password)
	switch {
	case err != nil:
		return m, "", err
	case !right || m.Disabled:
		return m, "", errNotProven
	case !p.keeper.Stale(hash):
		return m, hash, nil
	}
	fresh := p.keeper.Hash(password)
	err = p.db.ChangePassword(ctx, m.ID, hash, fresh)
	if errors.Is(err, store.ErrChanged) {
		return p.proven(ctx, email, password)
	}
	return m, fresh, err
}

func (p *Portal) signOut(r *request) error {
	if err := r.close(); err != nil {
		return err
	}
	web.SetCookie(r.rc, web.Cookie{Name: sessionCookie, MaxAge: -1})
	return r.done("/sign-in", "signed-out")
}

func (p *Portal) signUpPage(r *request) error {
	if p.cfg.Closed {
		return errNoPage
	}
	f := newForm()
	f.set("time_zone", "UTC")
	return r.show(fasthttp.StatusOK, signUpPage(r.frame("Create an account"), f))
}

// signUp makes an advertiser and its first member.
func (p *Portal) signUp(r *request) error {
	if p.cfg.Closed {
		return errNoPage
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err := p.limits.network.Take(web.Network(web.Client(r.rc))); err != nil {
		return err
	}
	m, hash, err := p.join(r, f)
	if refused := f.refuse(err); refused != nil {
		return refused
	}
	if !f.OK() {
		return r.show(fasthttp.StatusBadRequest, signUpPage(r.frame("Create an account"), f))
	}
	if err := r.open(m.ID, hash); err != nil {
		return err
	}
	return r.done(atAdvertiser(m.Advertiser), "welcome")
}

// join stores who signed up, and returns the hash of their password. All is checked before anything is stored; only of two who take one address at the same moment the later leaves
// an advertiser without members.
func (p *Portal) join(r *request, f *form) (m store.Member, hash string, err error) {
	password := string(r.rc.PostArgs().Peek("password"))
	f.set("password")
	// In the order of the form.
	if f.Value("name") == "" {
		f.note(fault.Invalidf("name", "is missing"))
	}
	email, err := store.Email(f.Value("email"))
	f.note(err)
	f.note(account.CheckPassword("password", password, email))
	a := ads.Advertiser{
		Name: f.Value("company"), Currency: money.Currency(strings.ToUpper(f.Value("currency"))), TimeZone: f.Value("time_zone"),
	}
	for _, err := range a.Problems() {
		if e := fault.Of(err); e != nil && e.Field == "name" {
			err = fault.Invalidf("company", "%s", e.Message)
		}
		f.note(err)
	}
	if !f.OK() {
		return m, "", nil
	}
	if _, _, err := p.db.MemberByEmail(r.ctx, email); err == nil {
		return m, "", fault.Invalidf("email", "belongs to a member already: sign in")
	}
	made, err := p.db.Advertisers.Create(r.ctx, 0, a)
	if err != nil {
		return m, "", err
	}
	hash = p.keeper.Hash(password)
	m, err = p.db.CreateMember(r.ctx, 0, store.Member{
		Email: email, Name: f.Value("name"), Role: store.Buyer, Advertiser: made.Value.ID,
	}, hash)
	return m, hash, err
}
