package storefront_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/storefront"
)

// spyBank is a payment service with a page of its own on another site. It writes down all that it is told: by
// the shop, and by the browsers that come to its page.
type spyBank struct {
	payment.Gateway

	inner *sandbox.Gateway
	page  *httptest.Server

	mu      sync.Mutex
	returns map[string]string // where buyers go back to, by payment
	told    []string
}

func newSpyBank(t *testing.T) *spyBank {
	t.Helper()
	inner, err := sandbox.New(sandbox.Config{Secret: []byte("the secret of a bank elsewhere"), Now: func() time.Time { return bmstest.Start }})
	require.NoError(t, err)
	b := &spyBank{Gateway: inner, inner: inner, returns: map[string]string{}}
	b.page = httptest.NewServer(b)
	t.Cleanup(func() {
		b.page.Close()
		require.NoError(t, inner.Close())
	})
	return b
}

// Name implements payment.Gateway.
func (*spyBank) Name() string { return "spy" }

// Create implements payment.Gateway.
func (b *spyBank) Create(ctx context.Context, r payment.CreateRequest) (payment.Facts, error) {
	facts, err := b.Gateway.Create(ctx, r)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, fmt.Sprintf("%+v", r))
	b.returns[facts.GatewayRef] = r.ReturnURL
	// Another host than the shop's, so that it is another site for browsers.
	facts.RedirectURL = strings.Replace(b.page.URL, "127.0.0.1", "localhost", 1) + "/pay/" + facts.GatewayRef
	return facts, err
}

// ServeHTTP is the bank's page: a button that pays and leads back.
func (b *spyBank) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	ref := strings.TrimPrefix(q.URL.Path, "/pay/")
	b.mu.Lock()
	b.told = append(b.told, fmt.Sprintf("%s %s %v", q.Method, q.RequestURI, q.Header))
	back := b.returns[ref]
	b.mu.Unlock()
	if q.Method != http.MethodPost {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, `<!DOCTYPE html><html lang="en"><meta name="viewport" content="width=device-width"><title>Bank</title><h1>Bank</h1><form method="post"><button>Pay now</button></form>`)
		return
	}
	if _, err := b.inner.Choose(ref, sandbox.Choice{Outcome: sandbox.Pay}); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	http.Redirect(w, q, back, http.StatusSeeOther)
}

// heard is all that the bank was told.
func (b *spyBank) heard() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.told, "\n")
}

// lastReturn is where the bank sends the only buyer back to.
func (b *spyBank) lastReturn(t *testing.T) string {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Len(t, b.returns, 1)
	for _, back := range b.returns {
		return back
	}
	return ""
}

// elsewhere chooses the bank of another site on the page for payment and returns where its page is.
func (p *page) elsewhere() string {
	p.t.Helper()
	f := p.form("Pay ")
	f.fields.Set("gateway", "spy")
	f.fields.Set("key", f.fields.Get("key")+"spy")
	leads := f.send()
	for _, a := range all(leads.doc, "a") {
		if strings.Contains(textOf(a), "Go to the payment page") {
			assert.Contains(p.t, leads.body, `<meta http-equiv="refresh" content="0; url=`+attr(a, "href")+`">`)
			return attr(a, "href")
		}
	}
	require.Fail(p.t, "no bank", leads.text())
	return ""
}

// payElsewhere pays as the bank's page does.
func (b *spyBank) payElsewhere(t *testing.T, page string) {
	t.Helper()
	_, ref, found := strings.Cut(page, "/pay/")
	require.True(t, found, page)
	_, err := b.inner.Choose(ref, sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
}

func openWithSpy(t *testing.T) (*shop, *spyBank) {
	t.Helper()
	bank := newSpyBank(t)
	return open(t, bmstest.Options{Config: bms.Config{Gateways: []payment.Gateway{bank}}}, storefront.Config{}), bank
}

// linkOf is the secret link of a booking that a page shows.
func (s *shop) linkOf(p *page) string {
	p.t.Helper()
	b, err := s.Bookings.ByReference(p.t.Context(), referenceOn(p), "ada@example.com")
	require.NoError(p.t, err)
	require.Len(p.t, b.Link, 26, "a link that nobody guesses")
	return b.Link
}

func TestGuest_TheBankLearnsNoSecret(t *testing.T) {
	t.Parallel()
	s, bank := openWithSpy(t)
	b := s.visit(t)
	unpaid := b.reserve("stalls-A-1").ada()
	link := s.linkOf(unpaid)
	bank.payElsewhere(t, unpaid.elsewhere())
	assert.Equal(t, host+"/en/b/"+referenceOn(unpaid)+"/return", bank.lastReturn(t))
	assert.Contains(t, bank.heard(), "ada@example.com", "the spy hears")
	assert.NotContains(t, bank.heard(), link)

	paid := b.get(bank.lastReturn(t))
	assert.Contains(t, paid.text(), "You are booked.", "the browser that paid is known")
	assert.Equal(t, "/en/b/"+referenceOn(unpaid), paid.url.Path)
}

func TestGuest_NoPageAndNoAddressHasTheLink(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	held := b.reserve("stalls-A-1", "stalls-A-2")
	unpaid := held.ada()
	link := s.linkOf(unpaid)
	paid := unpaid.pay("pay")
	cancel := paid.follow("Cancel tickets")
	preview := cancel.form("See what you get back").send()
	found := s.visit(t).get("/bookings").form("Find it").set("reference", referenceOn(paid), "email", "ada@example.com").send()
	for _, p := range []*page{held, b.get(held.url.Path), unpaid, paid, cancel, preview, found, preview.form("Cancel these tickets").send()} {
		assert.Equal(t, 200, p.status, p.url)
		assert.NotContains(t, p.url.String(), link)
		assert.NotContains(t, p.body, link, p.url)
		assert.Equal(t, "same-origin", p.header.Get("Referrer-Policy"), p.url)
	}
}

// bookingCookie is the name of the cookie of the booking that a page shows.
func bookingCookie(p *page) string { return "b_" + strings.ReplaceAll(referenceOn(p), "-", "") }

// cookie is the value of a cookie that the browser sends to a path; empty when it sends none.
func (b *browser) cookie(name, path string) string {
	b.t.Helper()
	at, err := url.Parse(host + path)
	require.NoError(b.t, err)
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func TestGuest_TheCookieOpensItsBookingOnly(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	first, second := b.reserve("stalls-A-1").ada(), b.reserve("stalls-B-1").ada()
	for _, p := range []*page{first, second} {
		assert.Contains(t, b.get(p.url.Path).text(), "Pay for your tickets", "two bookings do not get into each other's way")
	}
	proof := b.cookie(bookingCookie(first), first.url.Path)
	require.Contains(t, proof, s.linkOf(first))
	assert.Equal(t, proof, b.cookie(bookingCookie(first), "/hi/b/"+referenceOn(first)), "in every language")
	stranger := s.visit(t)
	for name, row := range map[string]struct {
		path, cookie string
		status       int
	}{
		"it is the cookie that counts":   {first.url.Path, bookingCookie(first) + "=" + proof, 200},
		"in every language, too":         {"/ar/b/" + referenceOn(first), bookingCookie(first) + "=" + proof, 200},
		"that of another booking":        {second.url.Path, bookingCookie(first) + "=" + proof, 403},
		"under the name of another":      {second.url.Path, bookingCookie(second) + "=" + proof, 403},
		"under the name of former times": {first.url.Path, "booking=" + proof, 403},
	} {
		answer, _ := stranger.raw(http.MethodGet, row.path, map[string]string{"Cookie": row.cookie}, "")
		assert.Equal(t, row.status, answer.StatusCode, name)
	}
}

func TestGuest_TheCookieIsGuardedAndEnds(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1").ada()
	b, err := s.Bookings.ByReference(t.Context(), referenceOn(paid), "ada@example.com")
	require.NoError(t, err)
	for scheme, secure := range map[string]bool{"http": false, "https": true} {
		rc := requestTo("/bookings/" + string(b.ID) + "?t=" + b.Link)
		s.serveAs(t, scheme+"://shop.example")(rc)
		assert.Equal(t, 303, rc.Response.StatusCode())
		assert.Equal(t, "/en/b/"+b.Reference.Display(), string(rc.Response.Header.Peek("Location")), "at once, so that no other address has the link")
		assert.Equal(t, "no-store", string(rc.Response.Header.Peek("Cache-Control")))
		assert.Equal(t, "no-referrer", string(rc.Response.Header.Peek("Referrer-Policy")), "nobody learns from where one comes")
		set, err := http.ParseSetCookie(string(rc.Response.Header.PeekCookie(bookingCookie(paid))))
		require.NoError(t, err)
		assert.True(t, set.HttpOnly)
		assert.Equal(t, secure, set.Secure)
		assert.Equal(t, http.SameSiteLaxMode, set.SameSite)
		assert.Equal(t, "/", set.Path)
		assert.Equal(t, (2+7)*24*60*60, set.MaxAge, "a week after the show, which is in two days")
	}
}

func TestGuest_ABrowserKeepsTwelveBookings(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	var booked []*page
	for n := range 14 {
		seat := string(rune('A'+n/5)) + "-" + strconv.Itoa(n%5+1)
		booked = append(booked, s.visit(t).reserve("stalls-"+seat).ada().pay("pay"))
		s.Clock.Advance(time.Second) // ids of one moment have no order
	}
	// In another order than they were made, so that it is that of the bookings which counts.
	for _, n := range []int{13, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11} {
		b.get("/bookings").form("Find it").set("reference", referenceOn(booked[n]), "email", "ada@example.com").send()
	}
	for n, p := range booked {
		kept := b.cookie(bookingCookie(p), "/en/tickets") != ""
		assert.Equal(t, n >= 2, kept, "booking %d", n)
	}
	assert.Equal(t, 12, strings.Count(b.get("/tickets").text(), "Booked"))
}

func TestGuest_WhoReturnsInAnotherBrowserIsAskedForTheEmail(t *testing.T) {
	t.Parallel()
	s, bank := openWithSpy(t)
	unpaid := s.visit(t).reserve("stalls-A-1").ada()
	bank.payElsewhere(t, unpaid.elsewhere())

	app := s.visit(t)
	back := app.get(bank.lastReturn(t))
	assert.Equal(t, 200, back.status)
	assert.Equal(t, "no-store", back.header.Get("Cache-Control"))
	assert.Contains(t, back.text(), "If the payment went through, your tickets are on their way to you by email.")
	for _, personal := range []string{"Ada", "ada@", "The General", "Stalls", "₹", "qr"} {
		assert.NotContains(t, back.body, personal)
	}
	wrong := back.form("Show my booking").set("email", "eve@example.com").send()
	assert.Equal(t, 404, wrong.status)
	mine := back.form("Show my booking").set("email", "ada@example.com").send()
	assert.Contains(t, mine.text(), "You are booked.", "the bank was asked")
	assert.Contains(t, app.get(mine.url.Path).text(), "You are booked.", "now this browser is known, too")
}

func TestGuest_AStrangerLearnsNothing(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1").ada().pay("pay")
	stranger := s.visit(t)
	mine, none := stranger.get("/b/"+referenceOn(paid)), stranger.get("/b/K7PW-XF3X")
	assert.Equal(t, 403, mine.status)
	assert.Equal(t, mine.status, none.status)
	assert.Equal(t, strings.ReplaceAll(mine.body, referenceOn(paid), "K7PW-XF3X"), none.body, "nor whether there is such a booking")
	for path, fields := range map[string]url.Values{"/cancel": {"ticket": {"x"}, "key": {"0123456789"}}, "/payment": {"gateway": {"sandbox"}, "key": {"0123456789"}}} {
		assert.Equal(t, 403, stranger.post("/b/"+referenceOn(paid)+path, fields).status, path)
	}
	assert.Equal(t, 404, stranger.get("/b/hello").status)
	for _, cookie := range []string{"x", ".", "bkg_x.y", strings.Repeat("a", 4000) + ".b", "%00.%FF"} {
		answer, _ := stranger.raw(http.MethodGet, "/b/"+referenceOn(paid), map[string]string{"Cookie": bookingCookie(paid) + "=" + cookie}, "")
		assert.Equal(t, 403, answer.StatusCode, "%.20q", cookie)
	}
}

func TestGuest_TheMailsLinkOpensTheBooking(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{Inbox: true})
	paid := s.visit(t).reserve("stalls-A-1").ada().pay("pay")
	require.NoError(t, s.Drain(t.Context()))
	other := s.visit(t)
	mail := other.get("/inbox").follow("The General")
	part := other.get(attr(all(mail.doc, "iframe")[0], "src"))
	opened := part.follow("View your booking")
	assert.Contains(t, opened.text(), "You are booked.")
	assert.Equal(t, "/en/b/"+referenceOn(paid), opened.url.RequestURI(), "the address that stays has no link")
}

// TestFlow_ABankOnAnotherSite goes to a bank that is another site for the browser, and comes back from there: the
// cookie comes along, and the bank learns nothing by way of the browser either.
func TestFlow_ABankOnAnotherSite(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := chrome(t)
			bank := newSpyBank(t)
			s, base := flowShop(t, bank)
			_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
			require.NoError(t, err)
			b := newTab(t, ctx, base)
			b.open("/en/shows/" + string(s.Programme.Show.ID))
			b.press(button("Reserve the best seats"))
			b.enter("#buyer-name", "Ada Lovelace")
			b.enter("#buyer-email", "ada@example.com")
			b.press(button("Go on to payment"))
			reference, err := ask[string](b, `document.querySelector(".reference strong").innerText`)
			require.NoError(t, err)
			booked, err := s.Bookings.ByReference(t.Context(), reference, "ada@example.com")
			require.NoError(t, err)
			b.click(payAt("spy"))
			b.sees("Bank")
			b.press(button("Pay now"))
			b.sees("You are booked.")
			at, err := ask[string](b, "location.href")
			require.NoError(t, err)
			assert.Equal(t, base+"/en/b/"+reference+"?returned=1", at)
			assert.Contains(t, bank.heard(), "POST /pay/", "the spy hears")
			assert.NotContains(t, bank.heard(), booked.Link)
			assert.NotContains(t, bank.heard(), "Cookie:")
			s.MustBeClean()
		})
	}
}

func TestGuest_ALinkInTheWrongHandsIsEnded(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	mine := s.visit(t)
	paid := mine.reserve("stalls-C-4").ada().pay("pay")
	theirs := s.visit(t)
	b, err := s.Bookings.ByReference(t.Context(), referenceOn(paid), "ada@example.com")
	require.NoError(t, err)
	address := func() string { return "/bookings/" + string(b.ID) + "?t=" + s.linkOf(paid) }
	stolen := address()
	require.Equal(t, 200, theirs.get(stolen).status, "who has the link opens the booking")

	asked := paid.form("End the link and send a new one").send()
	assert.Contains(t, asked.text(), "The old link has been ended.")
	assert.Equal(t, 403, mine.get(paid.url.Path).status, "this browser, too")
	assert.Equal(t, 403, theirs.get(paid.url.Path).status, "and that of who had the link")
	assert.Equal(t, 404, s.visit(t).get(stolen).status)
	require.NoError(t, s.Drain(t.Context()))
	assert.Equal(t, 200, s.visit(t).get(address()).status, "the new one, which the mail has, does")
}
