package letters_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/notify/notifytest"
	"github.com/marquee-tickets/marquee/internal/chrome"
	"github.com/marquee-tickets/marquee/storefront/letters"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

// patience is how long a step in a browser may take on a busy machine.
const patience = 60 * time.Second

// chromium starts a browser and returns the context of its tab. It skips the test when there is none.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, ok := chrome.Find()
	if !ok {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal(chrome.Missing)
		}
		t.Skip(chrome.Missing)
	}
	tab, stop, err := chrome.Start(context.Background(), path, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(stop)
	return tab
}

// question asks axe-core what is wrong by the rules of WCAG 2.2 AA and what it calls best practice.
const question = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
}).then((found) => found.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" ")))`

// reader is somebody whose mail program is a browser.
type reader struct {
	t    *testing.T
	tab  context.Context //nolint:containedctx // that of the tab
	site *httptest.Server
	axe  string
	mail string // what is shown at every address
}

func newReader(t *testing.T) *reader {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("..", "testdata", "axe-core", "axe.js"))
	require.NoError(t, err)
	r := &reader{t: t, tab: chromium(t), axe: string(axe)}
	r.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, r.mail)
	}))
	t.Cleanup(r.site.Close)
	return r
}

// look has the screen be so wide, and light or dark.
func (r *reader) look(width int64, scheme string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.tab, patience)
	defer cancel()
	require.NoError(r.t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 844)))
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(r.t, err)
}

// read opens a mail and returns what is wrong with it, and by how much it is wider than the screen.
func (r *reader) read(html string) (wrong []string, wider int) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.tab, patience)
	defer cancel()
	r.mail = html
	require.NoError(r.t, chromedp.Do(ctx, chromedp.Navigate(r.site.URL)))
	_, err := chromedp.Run(ctx, chromedp.Evaluate[string]("(() => {"+r.axe+"})(), axe.version"))
	require.NoError(r.t, err)
	wrong, err = chromedp.Run(ctx, chromedp.Evaluate[[]string](question, chromedp.EvalAwaitPromise))
	require.NoError(r.t, err)
	wider, err = chromedp.Run(ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth - innerWidth"))
	require.NoError(r.t, err)
	return wrong, wider
}

// audit reads every mail that is chosen in every language, in the colour of a brand.
func (r *reader) audit(renderer notify.Renderer, chosen func(notifytest.Sample) bool) {
	r.t.Helper()
	for _, l := range locale.Languages() {
		for _, s := range notifytest.Samples() {
			if !chosen(s) {
				continue
			}
			s.Data.Site.Accent = "#c60"
			c, err := renderer.Render(s.Kind, l.Tag, s.Data)
			require.NoError(r.t, err)
			wrong, wider := r.read(c.HTML)
			assert.Empty(r.t, wrong, "%s in %s", s.Name, l.Tag)
			assert.LessOrEqual(r.t, wider, 0, "%s in %s is wider than the screen", s.Name, l.Tag)
		}
	}
}

func TestAxe_EveryMailInEveryLanguageOnAPhone(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	r.look(390, "light")
	r.audit(letters.New(localetest.New(t)), func(notifytest.Sample) bool { return true })
}

// By night and on a desk mails differ in their colours alone, of which these have all.
func TestAxe_MailsInTheDark(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	r.look(1280, "dark")
	r.audit(letters.New(localetest.New(t)), func(s notifytest.Sample) bool {
		return s.Name == "confirmed" || s.Name == "cancelled_some" || s.Name == "show_cancelled" || s.Name == "waitlist_offer"
	})
}

// TestAxe_SeesWhatIsWrong keeps the audit from going blind.
func TestAxe_SeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	c, err := letters.New(localetest.New(t)).Render("booking_confirmed", "ar", notifytest.Metropolis())
	require.NoError(t, err)
	spoilt := strings.NewReplacer(`lang="ar"`, `lang=""`, `alt="`, `x="`, "color:#1a1b20", "color:#eeeeee").Replace(c.HTML)
	wrong, _ := r.read(spoilt)
	found := strings.Join(wrong, "\n")
	for _, rule := range []string{"html-has-lang", "image-alt", "color-contrast"} {
		assert.Contains(t, found, rule)
	}
}
