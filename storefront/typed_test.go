package storefront_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/storefront"
)

// typed is what the form for who buys has in it.
func typed(p *page) []string {
	p.t.Helper()
	fields := p.form("Go on to payment").fields
	return []string{fields.Get("name"), fields.Get("email"), fields.Get("phone")}
}

// adaTyped fills in the form that a button sends, as somebody does who then presses that button.
func adaTyped(f *form) *form {
	return f.set("name", "Ada Lovelace", "email", "ada@example.com", "phone", "+91 98")
}

var adaWas = []string{"Ada Lovelace", "ada@example.com", "+91 98"}

func TestTyped_WhoBuysIsKeptByWhateverElseIsPressed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		button, code string
		status       int
		says         string
	}{
		{"I need more time", "", 200, "kept until 5:46:00 pm IST"},
		{"I need more time", "TEN-OFF", 200, "Total ₹225.00"},
		{"Use code", "TEN-OFF", 200, "Total ₹205.00"},
		{"Use code", "NO-SUCH", 404, "This code cannot be used"},
	} {
		t.Run(row.button+row.code, func(t *testing.T) {
			t.Parallel()
			s := open(t, bmstest.Options{}, storefront.Config{})
			require.NoError(t, s.Prices.PutVoucher(t.Context(), tenPercent(s)))
			held := s.visit(t).reserve("stalls-A-1")
			s.Clock.Advance(7 * time.Minute)
			p := adaTyped(held.form(row.button)).set("code", row.code).send()
			assert.Equal(t, row.status, p.status)
			assert.Contains(t, p.text(), row.says)
			assert.Equal(t, adaWas, typed(p))
			if row.button == "I need more time" {
				assert.Equal(t, row.code, p.form("Use code").fields.Get("code"), "the code is not lost either")
			}
		})
	}
}

func TestTyped_ACodeIsTakenOffAndTheRestStays(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	require.NoError(t, s.Prices.PutVoucher(t.Context(), tenPercent(s)))
	cheaper := adaTyped(s.visit(t).reserve("stalls-A-1").form("Use code")).set("code", "TEN-OFF").send()
	p := cheaper.form("Remove").send()
	assert.Contains(t, p.text(), "Total ₹225.00")
	assert.Equal(t, adaWas, typed(p))
	paid := p.form("Go on to payment").set("phone", "").send()
	assert.Contains(t, paid.text(), "Pay for your tickets")
}

func TestTyped_AReservationThatRanOutIsHadAgainWithIt(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	held := s.visit(t).reserve("stalls-A-1")
	s.Clock.Advance(9 * time.Minute)
	over := adaTyped(held.form("Go on to payment")).send()
	assert.Contains(t, over.text(), "has run out")
	again := over.form("Reserve the same places again").send()
	assert.Contains(t, again.text(), "Stalls, row A, seat 1")
	assert.Equal(t, adaWas, typed(again))
	reloaded := again.post(again.url.Path, over.form("Reserve the same places again").fields)
	assert.Equal(t, again.form("Go on to payment").action.Path, reloaded.form("Go on to payment").action.Path, "the answer may be loaded anew")
	assert.Contains(t, again.form("Go on to payment").set("phone", "").send().text(), "Pay for your tickets")
}

// A script looks at the reservation again when its time is over, with what was typed until then.
func TestTyped_TheEndOfTheTimeTakesNothingAway(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	held := s.visit(t).reserve("stalls-A-1")
	form := adaTyped(held.form("Go on to payment"))
	assert.Equal(t, adaWas, typed(held.post(held.url.Path, form.fields)))
	s.Clock.Advance(9 * time.Minute)
	over := held.post(held.url.Path, form.fields)
	assert.Equal(t, 200, over.status)
	assert.Equal(t, adaWas, typed(over.form("Reserve the same places again").send()))
}

// Enter in the field for a code sends the form by its first button: a code that was typed is used before anybody pays without it.
func TestTyped_ACodeIsUsedBeforeOnePays(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	require.NoError(t, s.Prices.PutVoucher(t.Context(), tenPercent(s)))
	held := s.visit(t).reserve("stalls-A-1")
	details := url.Values{"name": {"Ada Lovelace"}, "email": {"ada@example.com"}}
	cheaper := held.form("Go on to payment").set("name", details.Get("name"), "email", details.Get("email"), "code", "TEN-OFF").send()
	assert.Contains(t, cheaper.text(), "Total ₹205.00")
	assert.Equal(t, []string{"Ada Lovelace", "ada@example.com", ""}, typed(cheaper))
	assert.Contains(t, cheaper.form("Go on to payment").send().text(), "Pay for your tickets")

	refused := s.visit(t).reserve("stalls-B-1").form("Go on to payment").set("name", details.Get("name"), "email", details.Get("email"), "code", "NO-SUCH").send()
	assert.Equal(t, 404, refused.status)
	assert.Contains(t, refused.form("Go on to payment").send().text(), "Pay for your tickets", "a code that was refused is in nobody's way")
}

// What Enter presses is for browsers to choose: it goes on to payment, and uses a code.
func TestTyped_EnterGoesOn(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	require.NoError(t, s.Prices.PutVoucher(t.Context(), tenPercent(s)))
	b := newTab(t, ctx, base)
	b.open("/shows/" + string(s.Programme.Show.ID))
	b.tap("stalls-A-1")
	b.press(button("Reserve and go on"))
	b.enter("#buyer-name", "Ada Lovelace"+kb.Enter)
	b.sees("Please check your details")
	b.holds(`location.pathname.endsWith("/booking") && document.querySelector("#buyer-name").value === "Ada Lovelace"`)
	b.enter("#code", "TEN-OFF"+kb.Enter)
	b.sees("₹205.00")
	b.holds(`document.querySelector("#buyer-name").value === "Ada Lovelace"`)
	b.press(button("I need more time"))
	b.holds(`document.querySelector("#buyer-name").value === "Ada Lovelace"`)
	b.quiet()
}

// The page looks again by itself when the time is over, unless somebody is typing, and asks for the same places with what was typed.
func TestTyped_TheScriptThatLooksAgainTakesItAlong(t *testing.T) {
	t.Parallel()
	s, b := typing(t)
	b.holds(`(document.activeElement.blur(), true)`)
	s.Clock.Advance(9 * time.Minute)
	b.endTheTime()
	b.isOver()
}

// Who is typing when the time ends is left in peace, and sees that it is over once they have left the field.
func TestTyped_TheScriptLooksAgainWhenTheFieldIsLeft(t *testing.T) {
	t.Parallel()
	s, b := typing(t)
	s.Clock.Advance(9 * time.Minute)
	b.endTheTime()
	b.hasLooked()
	b.enter("#buyer-email", "ada@")
	b.holds(`document.activeElement.id === "buyer-email"`)
	b.hasLooked()
	b.holds(`document.querySelector("#buyer-name").value === "Ada Lovelace" && window.typing`)
	b.holds(`(document.activeElement.blur(), true)`)
	b.isOver()
}

// Without a network what was typed stays where it is until there is one.
func TestTyped_TheScriptLooksAgainWhenThereIsANetwork(t *testing.T) {
	t.Parallel()
	s, b := typing(t)
	b.link(false)
	b.holds(`(document.activeElement.blur(), !navigator.onLine)`)
	s.Clock.Advance(9 * time.Minute)
	b.endTheTime()
	b.hasLooked()
	b.holds(`document.querySelector("#buyer-name").value === "Ada Lovelace" && window.typing`)
	b.link(true)
	b.isOver()
}

// Who goes on at the last moment gets there, however long that takes.
func TestTyped_TheScriptTakesNobodyAwayWhoGoesOn(t *testing.T) {
	t.Parallel()
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(4 * time.Second) // the page would look two seconds after its end
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "There at last")
	}))
	t.Cleanup(slow.Close)
	s, b := typing(t)
	b.holds(`(document.activeElement.blur(), true)`)
	s.Clock.Advance(9 * time.Minute)
	b.holds(`(setTimeout(function go() {
		if (document.querySelector("[data-clock-alert]").textContent) location.href = "` + slow.URL + `";
		else setTimeout(go, 50);
	}), true)`)
	b.endTheTime()
	b.sees("There at last")
}

// typing has somebody reserve a place and begin to say who they are.
func typing(t *testing.T) (*shop, *tab) {
	t.Helper()
	ctx := chrome(t)
	s, base := flowShop(t)
	b := newTab(t, ctx, base)
	b.open("/shows/" + string(s.Programme.Show.ID))
	b.tap("stalls-A-1")
	b.press(button("Reserve and go on"))
	b.enter("#buyer-name", "Ada Lovelace")
	b.holds(`(window.typing = true)`)
	return s, b
}

// endTheTime lets so much time pass on the page that its deadline is over.
func (b *tab) endTheTime() {
	b.t.Helper()
	b.holds(`(Date.real ??= Date.now, Date.now = () => Date.real() + 600000, true)`)
}

// hasLooked waits until a page whose time is over has looked again, if it is about to: its own timers come before one that is set now and lasts longer.
func (b *tab) hasLooked() {
	b.t.Helper()
	b.holds(`document.querySelector("[data-clock-alert]").textContent !== ""`)
	b.holds(`(window.waited = false, setTimeout(() => { window.waited = true }, 3000), true)`)
	b.holds(`window.waited`)
}

// isOver waits until the page says that the time is over, and has the same places reserved again with what was typed.
func (b *tab) isOver() {
	b.t.Helper()
	b.sees("This reservation is over")
	b.press(button("Reserve the same places again"))
	b.holds(`document.querySelector("#buyer-name")?.value === "Ada Lovelace"`)
	b.quiet()
}

// link says whether the tab has a network.
func (b *tab) link(up bool) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	_, err := chromedp.Call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !up, DownloadThroughput: -1, UploadThroughput: -1})
	require.NoError(b.t, err)
}
