package storefront_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/storefront"
)

// patience is how long a step in a browser may take on a busy machine.
const patience = 30 * time.Second

// chromium returns the browser to drive, and skips the test when there is none.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no Chromium found: install it (apt-get install chromium) or name it in CHROMIUM"
	if os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// chrome starts a browser with a profile of its own and returns the context of its first tab.
func chrome(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("force-prefers-reduced-motion", true)) // a click hits nothing that is still being scrolled to
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until the browser has ended, so that its profile can be removed
		cancel()
	})
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile)))
	return ctx
}

// tab is what one person looks at.
type tab struct {
	t    *testing.T
	ctx  context.Context //nolint:containedctx // that of the tab, which chromedp is told apart by
	base string

	mu       sync.Mutex
	problems []string // what the console complained of
}

// newTab watches a tab's console: a page that works says nothing there.
func newTab(t *testing.T, ctx context.Context, base string) *tab {
	t.Helper()
	b := &tab{t: t, ctx: ctx, base: base}
	messages := chromedp.Console(ctx)
	go func() { // ends with the tab
		for m, err := range messages {
			if err != nil {
				return
			}
			refused := m.Source == "network" && strings.Contains(m.Text, "400") // a form that was sent back
			if m.IsException() || m.Type == "error" && !refused {
				b.mu.Lock()
				b.problems = append(b.problems, m.String())
				b.mu.Unlock()
			}
		}
	}()
	return b
}

// quiet checks that the console has had nothing to complain of.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	assert.Empty(b.t, b.problems)
}

// step is a context for one step.
func (b *tab) step() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, patience)
}

// open goes to an address.
func (b *tab) open(path string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.Navigate(b.base+path)), path)
}

// press clicks what leads to another page and waits for it.
func (b *tab) press(selector string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Click(selector))
	require.NoError(b.t, err, "%s at %s", selector, b.where())
	b.fits()
}

// button is the button that says words, link the link that does.
func button(words string) string { return fmt.Sprintf(`//button[contains(., %q)]`, words) }
func link(words string) string   { return fmt.Sprintf(`//a[contains(., %q)]`, words) }

// enter types into a field.
func (b *tab) enter(selector, text string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.SendKeys(selector, text)), selector)
}

// sees waits until the page says words.
func (b *tab) sees(words string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		found, err := ask[bool](b, fmt.Sprintf(`document.body.innerText.includes(%q)`, words))
		return err == nil && found
	}, patience, 20*time.Millisecond, "%q at %s", words, b.where())
}

// holds waits until an expression is true.
func (b *tab) holds(expression string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		is, err := ask[bool](b, expression)
		return err == nil && is
	}, patience, 20*time.Millisecond, "%s at %s", expression, b.where())
}

// ask evaluates an expression on the page.
func ask[T any](b *tab, expression string) (T, error) {
	ctx, cancel := b.step()
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

func (b *tab) where() string {
	at, _ := ask[string](b, "location.pathname")
	return at
}

// fits checks that the page needs no scrolling sideways, down to the narrowest screens.
func (b *tab) fits() {
	b.t.Helper()
	for _, width := range []int64{320, 390} {
		ctx, cancel := b.step()
		require.NoError(b.t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 844, chromedp.EmulateMobile)))
		cancel()
		beyond, err := ask[int](b, "document.documentElement.scrollWidth - innerWidth")
		require.NoError(b.t, err)
		assert.LessOrEqual(b.t, beyond, 0, "%s is too wide for %d pixels", b.where(), width)
	}
}

// tap clicks on a seat of the drawing.
func (b *tab) tap(seat string) {
	b.t.Helper()
	at, err := ask[[]float64](b, fmt.Sprintf(`(() => {
		const n = document.querySelector('input[value=%q]').dataset.seat, mark = document.querySelector('use[data-seat="' + n + '"]');
		mark.scrollIntoView({block: "center", behavior: "instant"});
		const r = mark.getBoundingClientRect();
		return [r.x + r.width / 2, r.y + r.height / 2];
	})()`, seat))
	require.NoError(b.t, err)
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.MouseClickXY(at[0], at[1])))
}

// flowShop is a shop at a port of this computer.
func flowShop(t *testing.T, banks ...payment.Gateway) (*shop, string) {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	base := "http://" + ln.Addr().String()
	return openAt(t, ln, bmstest.Options{Config: bms.Config{BaseURL: base, Gateways: banks}}, storefront.Config{BaseURL: base, Inbox: true}), base
}

func TestFlow_ANewVisitorBuysATicket(t *testing.T) {
	t.Parallel()
	first := chrome(t)
	s, base := flowShop(t)
	b := newTab(t, first, base)
	b.open("/")
	b.press(link("Mumbai"))
	b.press(link("The General"))
	b.press(link("17:30"))
	b.holds(`document.querySelector("[data-live-state]").textContent === "Live"`)

	// Somebody else looks at the same seats.
	second, cancel := chromedp.NewContext(first, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	other := newTab(t, second, base)
	other.open("/shows/" + string(s.Programme.Show.ID))
	other.holds(`document.querySelector("[data-live-state]").textContent === "Live"`)
	other.tap("stalls-C-4")
	other.holds(`document.querySelector('input[value="stalls-C-4"]').checked`)

	b.tap("stalls-C-4")
	b.tap("stalls-C-5")
	b.sees("2 places, ₹600.00 before fees")
	b.holds(`document.querySelectorAll('use[href="#seat-chosen"]').length === 3`) // and one in the legend
	require.NoError(t, choose(b, `select[name="type.stalls-C-5"]`, "child"))
	b.sees("2 places, ₹450.00 before fees")
	b.press(button("Reserve and see the price"))
	b.sees("Total")
	b.sees("₹475.00")
	clock, err := ask[string](b, `document.querySelector("[data-clock]").innerText`)
	require.NoError(t, err)
	assert.Regexp(t, regexp.MustCompile(`^[78]:\d\d$`), clock)

	// The other one sees it at once, and is told what was lost.
	other.holds(`document.querySelector('input[value="stalls-C-4"]').disabled`)
	other.holds(`!document.querySelector('input[value="stalls-C-4"]').checked`)
	other.holds(`document.querySelectorAll('.map use[href="#seat-held"]').length === 2`)
	other.holds(`document.querySelector("[data-alert]").textContent.includes("Somebody has just taken seat 4, row C")`)
	other.quiet()

	b.press(button("Go on to payment"))
	b.sees("Please check your details")
	b.holds(`document.activeElement.id === "notice"`)
	b.enter("#buyer-name", "Ada Lovelace")
	b.enter("#buyer-email", "ada@example.com")
	b.press(button("Go on to payment"))
	b.press(button("Pay ₹475.00"))
	b.bank("insufficient_funds")
	b.sees("does not have enough funds")
	b.press(button("Pay ₹475.00"))
	b.bank("pay")
	b.sees("You are booked.")
	b.holds(`document.querySelectorAll("svg.qr").length === 2`)
	reference, err := ask[string](b, `document.querySelector(".reference strong").innerText`)
	require.NoError(t, err)
	require.NoError(t, s.Drain(t.Context()))

	b.open("/inbox")
	b.press(link("The General"))
	b.sees("As plain text")

	b.open("/bookings")
	b.enter("#reference", reference)
	b.enter("#email", "ada@example.com")
	b.press(button("Find it"))
	b.press(link("Cancel tickets"))
	b.press(button("See what you get back"))
	b.sees("You get back ₹450.00")
	b.press(button("Cancel these tickets"))
	b.sees("Booking cancelled")
	other.holds(`!document.querySelector('input[value="stalls-C-4"]').disabled`)
	b.quiet()
	s.MustBeClean()
}

// choose picks an option of a choice.
func choose(b *tab, selector, value string) error {
	ctx, cancel := b.step()
	defer cancel()
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool](fmt.Sprintf(
			`(() => { const c = document.querySelector(%q); c.value = %q; return c.dispatchEvent(new Event("change", {bubbles: true})); })()`, selector, value))(ctx, t)
		return err
	}))
}

// bank has the bank's page say what is wanted, and goes back to the shop.
func (b *tab) bank(outcome string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.Click(fmt.Sprintf(`input[value=%q]`, outcome))))
	_, err := chromedp.RunResponse(ctx, chromedp.Click(button("Continue")))
	require.NoError(b.t, err)
}

func TestFlow_WithoutScript(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b := newTab(t, ctx, base)
	b.open("/mumbai/events/the-general")
	b.press(link("17:30"))
	shown, err := ask[bool](b, `document.querySelector("[data-map-tools]").hidden`)
	require.NoError(t, err)
	require.True(t, shown, "no script has run")
	b.click(`//summary[contains(., "Row C")]`)
	b.click(`//input[@value="stalls-C-4"]/..`)
	b.click(`//input[@value="stalls-C-5"]/..`)
	b.press(button("Reserve and see the price"))
	b.sees("₹625.00")
	b.sees("Your places are kept until 17:38:00 IST")
	b.enter("#buyer-name", "Ada Lovelace")
	b.enter("#buyer-email", "ada@example.com")
	b.press(button("Go on to payment"))
	b.press(button("Pay ₹625.00"))
	b.bank("declined")
	b.sees("The payment was declined")
	b.press(button("Pay ₹625.00"))
	b.bank("pay")
	b.sees("You are booked.")
	b.press(link("Cancel tickets"))
	b.press(button("See what you get back"))
	b.press(button("Cancel these tickets"))
	b.sees("Booking cancelled")
	b.quiet()
	s.MustBeClean()
}

func TestFlow_WithoutASocketItAsks(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	const noSockets = `WebSocket = class { constructor() { setTimeout(() => this.onclose?.(), 0); } close() {} }`
	_, err := chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: noSockets})
	require.NoError(t, err)
	b := newTab(t, ctx, base)
	b.open("/shows/" + string(s.Programme.Show.ID))
	b.holds(`document.querySelector("[data-live-state]").textContent === "Live updates paused"`)
	s.Hold("stalls-A-3")
	b.holds(`document.querySelector('input[value="stalls-A-3"]').disabled`)
	b.quiet()
}

// click clicks what stays on the page.
func (b *tab) click(selector string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.Click(selector)), selector)
}
