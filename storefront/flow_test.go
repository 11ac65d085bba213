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
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
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

// seatMap is an expression for the element of a seat page, with its shadow tree.
const seatMap = `const map = document.querySelector("bms-seatmap"), root = map.shadowRoot; `

// onMap waits until an expression about the element is true.
func (b *tab) onMap(expression string) {
	b.t.Helper()
	b.holds("(() => {" + seatMap + "return " + expression + "})()")
}

// tap chooses a seat in the list of the element, once it is free there: "stalls-C-4". The element's own tests click on its map.
func (b *tab) tap(seat string) {
	b.t.Helper()
	part := strings.Split(seat, "-")
	b.onMap(`map.selection !== undefined`)
	b.onMap(fmt.Sprintf(`(root.querySelectorAll("details").forEach((row) => { if (/(?<!\p{L})%s(?!\p{L})/u.test(row.querySelector("summary").textContent)) row.open = true }), true)`, part[1]))
	b.onMap(fmt.Sprintf(`[...root.querySelectorAll(".place")].filter((place) => place.textContent === %q && !place.firstChild.disabled).map((place) => (place.firstChild.click(), true))[0]`, part[2]))
	b.onMap(fmt.Sprintf(`map.selection.seats.some((chosen) => chosen.name === %q)`, seat))
}

// total waits until the bar below the map says what is chosen.
func (b *tab) total(words string) {
	b.t.Helper()
	b.holds(fmt.Sprintf(`document.querySelector("[data-basket-total]").textContent === %q`, words))
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
	b.open("/en")
	b.press(link("Mumbai"))
	b.press(link("The General"))
	b.press(link("5:30"))
	b.onMap(`root.querySelector(".alive").textContent === "Live"`)
	b.total("Nothing chosen yet")

	// Somebody else looks at the same seats.
	second, cancel := chromedp.NewContext(first, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	other := newTab(t, second, base)
	other.open("/en/shows/" + string(s.Programme.Show.ID))
	other.onMap(`root.querySelector(".alive").textContent === "Live"`)
	other.tap("stalls-C-4")
	other.total("1 place, ₹325 including fees")

	b.tap("stalls-C-4")
	b.tap("stalls-C-5")
	b.total("2 places, ₹625 including fees")
	b.onMap(`(([, second]) => { second.value = 1; return second.dispatchEvent(new Event("change", {bubbles: true})) })(root.querySelectorAll(".basket select"))`)
	b.total("2 places, ₹475 including fees")
	b.press(button("Reserve and go on"))
	b.sees("Total")
	b.sees("₹475.00")
	clock, err := ask[string](b, `document.querySelector("[data-clock]").innerText`)
	require.NoError(t, err)
	assert.Regexp(t, regexp.MustCompile(`^\d:\d\d$`), clock)

	// The other one sees it at once, and is told what was lost.
	other.onMap(`map.selection.count === 0`)
	other.onMap(`root.querySelector("[role=alert]").textContent.includes("Somebody has just taken")`)
	other.total("Nothing chosen yet")
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
	b.holds(`!document.querySelector("[data-print]").hidden`)
	reference, err := ask[string](b, `document.querySelector(".reference strong").innerText`)
	require.NoError(t, err)
	require.NoError(t, s.Drain(t.Context()))

	b.open("/en/inbox")
	b.press(link("The General"))
	b.sees("As plain text")

	b.press(link("My tickets"))
	b.sees(reference)
	b.open("/en/bookings")
	b.enter("#reference", reference)
	b.enter("#email", "ada@example.com")
	b.press(button("Find it"))
	b.press(link("Cancel tickets"))
	b.press(button("See what you get back"))
	b.sees("You get back ₹450.00")
	b.press(button("Cancel these tickets"))
	b.sees("Booking cancelled")
	other.tap("stalls-C-4") // it is free again
	b.quiet()
	s.MustBeClean()
}

// German has words that are wider than a screen, and they are broken there.
func TestFlow_LongWordsFitOnNarrowScreens(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	long := strings.Repeat("Donaudampfschifffahrts", 4)
	s.Programme.Event.Title, s.Programme.Venue.Name = long, long
	require.NoError(t, s.Catalog.PutEvent(t.Context(), s.Programme.Event))
	require.NoError(t, s.Catalog.PutVenue(t.Context(), s.Programme.Venue))
	b := newTab(t, ctx, base)
	for _, path := range []string{"/en", "/en/mumbai", "/en/mumbai/events/the-general", "/en/shows/" + string(s.Programme.Show.ID)} {
		b.open(path)
		b.sees(long)
		b.fits()
	}
	b.press(button("Reserve the best seats"))
	b.fits()
	b.enter("#buyer-name", "Ada Lovelace")
	b.enter("#buyer-email", "ada@example.com")
	b.press(button("Go on to payment"))
	b.fits()
	b.press(button("Pay "))
	b.bank("pay")
	b.sees("You are booked.")
	b.fits()
	b.open("/en/tickets")
	b.sees(long)
	b.fits()
	b.quiet()
}

// TestFlow_APhoneCanChangeTheCity: the way to the cities is in the head of every page, and they are what one sees first.
func TestFlow_APhoneCanChangeTheCity(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	_, base := flowShop(t)
	b := newTab(t, ctx, base)
	for _, lang := range []string{"en", "de", "ta", "ar"} {
		b.open("/" + lang + "/mumbai")
		b.fits()
		b.width(320)
		b.holds(`document.querySelector(".top-nav .change").checkVisibility()`)
		b.press(`//a[contains(@class, "change")]`)
		b.holds(`location.hash === "#cities"`)
		b.fits()
		b.holds(`document.querySelector("#cities a").getBoundingClientRect().bottom < innerHeight`)
	}
	b.quiet()
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
	b.open("/en/mumbai/events/the-general")
	b.press(link("5:30"))
	idle, err := ask[bool](b, `document.querySelector("bms-seatmap").shadowRoot === null`)
	require.NoError(t, err)
	require.True(t, idle, "no script has run")
	b.click(`//summary[contains(., "Row C")]`)
	b.click(`//input[@value="stalls-C-4"]/..`)
	b.click(`//input[@value="stalls-C-5"]/..`)
	b.press(button("Reserve and go on"))
	b.sees("₹625.00")
	b.sees("Your places are kept until 5:38:00")
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

// TestFlow_ThePageThatWaitsStaysAsItIs: the bank is asked again and again, and nothing is loaded before it has answered.
func TestFlow_ThePageThatWaitsStaysAsItIs(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	b := newTab(t, ctx, base)
	b.open("/en/shows/" + string(s.Programme.Show.ID))
	b.press(button("Reserve the best seats"))
	b.enter("#buyer-name", "Ada Lovelace")
	b.enter("#buyer-email", "ada@example.com")
	b.press(button("Go on to payment"))
	b.press(button("Pay ₹"))
	step, cancel := b.step()
	require.NoError(t, chromedp.Do(step, chromedp.SetValue(`[name="delay"]`, "60")))
	cancel()
	// However long it has waited, it asks again within two seconds.
	const sooner = `setTimeout = ((later) => (what, ms) => later(what, Math.min(ms, 2000)))(setTimeout)`
	_, err := chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: sooner})
	require.NoError(t, err)
	b.bank("pay")
	b.sees("Waiting for your bank")
	b.sees("This page looks again by itself")
	b.holds(`(window.stayed = true, document.querySelector("[data-await] a").focus(), true)`)
	b.holds(`performance.getEntriesByType("resource").filter((one) => one.name.endsWith("/return")).length >= 2`)
	b.holds(`window.stayed && document.activeElement === document.querySelector("[data-await] a")`)
	// It is said for two seconds, so the page notes it itself, where the next page finds it.
	b.holds(`(new MutationObserver(([{target}]) => { sessionStorage.told += target.textContent }).observe(document.querySelector("[data-await-say]"), {childList: true}), true)`)
	s.Clock.Advance(2 * time.Minute)
	b.sees("You are booked.")
	b.holds(`sessionStorage.told.includes("Your bank has answered.")`)
	b.quiet()
}

func TestFlow_WithoutASocketItAsks(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	const noSockets = `WebSocket = class { constructor() { setTimeout(() => this.onclose?.(), 0); } close() {} }`
	_, err := chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: noSockets})
	require.NoError(t, err)
	b := newTab(t, ctx, base)
	b.open("/en/shows/" + string(s.Programme.Show.ID))
	b.tap("stalls-A-3")
	b.onMap(`root.querySelector(".alive").textContent === "Live updates paused"`)
	s.Hold("stalls-A-3")
	b.onMap(`map.selection.count === 0`)
	b.quiet()
}

// TestFlow_TheClockSpeaksTheLanguageOfThePage runs a deadline down to its warnings in Arabic, whose numbers have six forms.
func TestFlow_TheClockSpeaksTheLanguageOfThePage(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	b := newTab(t, ctx, base)
	b.open("/ar/shows/" + string(s.Programme.Show.ID))
	b.tap("stalls-A-1")
	p := localetest.New(t).Printer("ar", "IN")
	b.holds(`document.querySelector("[data-basket-total]").textContent.includes("225")`)
	said, err := ask[string](b, `document.querySelector("[data-basket-total]").textContent`)
	require.NoError(t, err)
	assert.Contains(t, said, "مكان واحد")
	b.press(`//button[contains(., "` + p.T("seats.reserve") + `")]`)
	b.holds(`document.documentElement.dir === "rtl"`)
	for left, want := range map[int]string{
		300: p.N("script.minutes_left", 5), 120: p.N("script.minutes_left", 2), 60: p.N("script.minutes_left", 1), 20: p.N("script.seconds_left", 20),
	} {
		b.runDown(left)
		b.holds(fmt.Sprintf(`[...document.querySelectorAll("[data-clock-say], [data-clock-alert]")].some((box) => box.textContent === %q)`, want+" "+p.T("script.more_time")))
	}
	b.quiet()
}

// A phone that sleeps in a pocket stops one of its clocks.
func TestFlow_TheClockGoesOnWhileTheDeviceSleeps(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	b := newTab(t, ctx, base)
	b.open("/en/shows/" + string(s.Programme.Show.ID))
	b.press(button("Reserve the best seats"))
	b.runDown(479)
	b.holds(`document.querySelector("[data-clock]").textContent === "7:59"`)
	b.holds(`(Date.slept ??= Date.now() + 300000, Date.now = () => Date.slept, true)`)
	b.holds(`document.querySelector("[data-clock]").textContent === "3:00"`)
	b.holds(`document.querySelector("[data-clock-say]").textContent.includes("3 minutes left")`)
	b.quiet()
}

// runDown loads the page with a clock that comes to so many seconds and stands still there: how fast the machine is makes no difference.
func (b *tab) runDown(seconds int) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	id, err := chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: fmt.Sprintf(`
			performance.now = () => 0;
			Date.now = ((date) => () => date)(Date.now());
			addEventListener("readystatechange", () => { for (const clock of document.querySelectorAll("[data-left]")) clock.dataset.left = %d }, {capture: true})`, (seconds+1)*1000),
	})
	require.NoError(b.t, err)
	_, err = chromedp.RunResponse(ctx, chromedp.Reload())
	require.NoError(b.t, err)
	_, err = chromedp.Call(ctx, cdppage.RemoveScriptToEvaluateOnNewDocument, cdppage.RemoveScriptToEvaluateOnNewDocumentParams(id))
	require.NoError(b.t, err)
	b.holds(`(performance.now = () => 1000, true)`)
}

// click clicks what stays on the page.
func (b *tab) click(selector string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.Click(selector)), selector)
}
