package storefront_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// axeSum is the checksum of axe-core 4.14.1 as npm has it.
const axeSum = "fd334aa2da229d401b8f58a11644cd1ae520d8a2418a74905988f2db940ffd4b"

// axe is the source of axe-core.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile(filepath.Join("testdata", "axe-core", "axe.js"))
	return string(source), err
})

// violation is something that axe-core finds wrong with a page.
type violation struct {
	Rule, Help string
	Where      []string // markup of the elements at fault
}

// audit runs every rule of WCAG 2.2 AA, and what axe-core calls best practice, over the page that the tab shows.
const audit = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"],
}).then((found) => found.violations.map((v) => ({Rule: v.id, Help: v.help, Where: v.nodes.map((n) => n.html)})))`

// violations audits the page as it is.
func (b *tab) violations() []violation {
	b.t.Helper()
	there, err := ask[bool](b, `"axe" in window`)
	require.NoError(b.t, err)
	ctx, cancel := b.step()
	defer cancel()
	if !there {
		source, err := axe()
		require.NoError(b.t, err)
		_, err = chromedp.Run(ctx, chromedp.Evaluate[string](source+";axe.version"))
		require.NoError(b.t, err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](audit, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err)
	return found
}

// look has the page shown in light or dark.
func (b *tab) look(scheme string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(b.t, err)
}

// width has the page shown as wide as a screen.
func (b *tab) width(pixels int64) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.EmulateViewport(pixels, 844)))
}

// accessible audits the page in light and dark, on a narrow and a wide screen. A short run, which is the race detector's, opens it only.
func (b *tab) accessible(page string) {
	b.t.Helper()
	if testing.Short() {
		return
	}
	for _, pixels := range []int64{390, 1280} {
		b.width(pixels)
		for _, scheme := range []string{"light", "dark"} {
			b.look(scheme)
			for _, v := range b.violations() {
				assert.Fail(b.t, v.Rule, "%s, %s, %d pixels: %s\n%s", page, scheme, pixels, v.Help, strings.Join(v.Where, "\n"))
			}
		}
	}
	b.width(390)
}

// accessibleAt opens a page and audits it.
func (b *tab) accessibleAt(path, page string) {
	b.t.Helper()
	b.open(path)
	b.accessible(page)
}

// document serves an HTML document and returns its address.
func document(t *testing.T, text string) string {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(site.Close)
	return site.URL
}

func TestAxe_IsTheOneOfItsMakers(t *testing.T) {
	t.Parallel()
	source, err := axe()
	require.NoError(t, err)
	sum := sha256.Sum256([]byte(source))
	assert.Equal(t, axeSum, hex.EncodeToString(sum[:]), "testdata/axe-core/README.md says how to take another version")
}

// TestAxe_SeesWhatIsWrong keeps the audit from going blind: the faults of a page, below what its screen shows, have to be found.
func TestAxe_SeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	canary, err := os.ReadFile(filepath.Join("testdata", "canary.html"))
	require.NoError(t, err)
	b := newTab(t, ctx, document(t, string(canary)))
	b.open("/")
	for _, scheme := range []string{"light", "dark"} {
		b.look(scheme)
		var rules []string
		for _, v := range b.violations() {
			rules = append(rules, v.Rule)
		}
		assert.Subset(t, rules, []string{"color-contrast", "image-alt", "label", "target-size", "button-name", "aria-roles"}, scheme)
	}
}

func TestAxe_PagesBeforeABooking(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	b := newTab(t, ctx, base)
	show := "/shows/" + string(s.Programme.Show.ID)
	for _, path := range []string{
		"/", "/mumbai", "/mumbai?date=2026-11-23", "/mumbai?kind=concert", "/search?q=x", "/mumbai/events/the-general", "/mumbai/events/the-general?date=2026-11-23",
		show, "/bookings", "/b/K7PW-XF3X", "/b/K7PW-XF3X/return", "/inbox", "/tickets", "/atlantis",
	} {
		b.accessibleAt(path, path)
	}

	s.Hold("stalls-C-9")
	b.open(show)
	b.tap("stalls-C-4")
	b.tap("stalls-C-5")
	b.sees("2 places")
	b.accessible("seats chosen")
	b.press(button("Reserve and go on"))
	b.accessible("a reservation")
	b.press(button("Go on to payment"))
	b.accessible("a reservation with wrong details")
	b.enter("#code", "NONE")
	b.press(button("Use code"))
	b.accessible("a reservation with a wrong voucher")
	s.Clock.Advance(time.Hour)
	held := b.where()
	b.open(strings.TrimSuffix(held, "/voucher"))
	b.sees("This reservation is over")
	b.accessible("a reservation that is over")
	s.Hold("stalls-C-4")
	b.press(button("Reserve the same places again"))
	b.sees("Somebody was faster")
	b.accessible("seats that others have taken")

	b.open("/bookings")
	b.press(button("Find it"))
	b.accessible("a booking not found")
}

func TestAxe_PagesOfABooking(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t, newSpyBank(t))
	b := newTab(t, ctx, base)
	b.open("/shows/" + string(s.Programme.Show.ID))
	b.press(button("Reserve the best seats"))
	b.enter("#buyer-name", "Ada Lovelace")
	b.enter("#buyer-email", "ada@example.com")
	b.press(button("Go on to payment"))
	b.accessible("a booking to be paid")
	b.press(payAt("sandbox"))
	b.accessible("the test bank")
	b.bank("declined")
	b.accessible("a payment that was declined")
	b.press(payAt("sandbox"))
	ctx2, cancel := b.step()
	require.NoError(t, chromedp.Do(ctx2, chromedp.SetValue(`[name="delay"]`, "60")))
	cancel()
	b.bank("pay")
	b.sees("Waiting for your bank")
	b.accessible("a payment that is waited for")
	s.Clock.Advance(2 * time.Minute)
	b.open(strings.TrimSuffix(b.where(), "/return") + "/return")
	b.sees("You are booked.")
	b.accessible("tickets")
	booked := b.where()
	b.accessibleAt("/en/tickets", "the tickets of this browser")
	b.open(booked + "/cancel")
	b.accessible("a cancellation")
	b.press(button("See what you get back"))
	b.accessible("what a cancellation gives back")
	b.press(button("Cancel these tickets"))
	b.sees("Booking cancelled")
	b.accessible("a booking that was cancelled")
	b.accessibleAt(strings.Replace(booked, "/en/", "/ar/", 1), "a booking that was cancelled, from right to left")
	b.accessibleAt("/ar/tickets", "the tickets of this browser, from right to left")
	require.NoError(t, s.Drain(t.Context()))
	b.open("/inbox")
	b.accessible("mails")
	b.press(link("The General"))
	b.accessible("a mail")
	for _, m := range s.Mails.Mails() { // in the inbox they run no script, so they are audited by themselves
		newTab(t, ctx, document(t, m.HTML)).accessibleAt("/", "the mail "+m.Subject)
	}
}

// payAt is the button that pays at a bank.
func payAt(bank string) string {
	return fmt.Sprintf(`//form[.//input[@name="gateway" and @value=%q]]//button`, bank)
}
