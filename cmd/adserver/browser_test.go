package main_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/chrome"
)

// patience is how long a step in a browser may take on a busy machine.
const patience = 30 * time.Second

// agent is what the browser says it is: one without a window counts as a robot, rightly.
const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

// browser starts a Chromium and returns the context of its first tab. Without one the test is skipped.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, ok := chrome.Find()
	if !ok {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal(chrome.Missing)
		}
		t.Skip(chrome.Missing)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserAgent(agent),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(patience))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until the browser has ended, so that its profile can be removed
		cancel()
	})
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)))
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

// returned is what the console says of a form that was sent back.
var returned = regexp.MustCompile(`status of 40[01]`)

// newTab is the tab of a browser of its own, with no cookies. Its console is watched: a page that works says nothing there.
func newTab(ctx context.Context, t *testing.T, base string) *tab {
	t.Helper()
	own, cancel := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(own, chromedp.EmulateViewport(1280, 900)))
	b := &tab{t: t, ctx: own, base: base}
	messages := chromedp.Console(own)
	go func() { // ends with the tab
		for m, err := range messages {
			if err != nil {
				return
			}
			refused := m.Source == "network" && returned.MatchString(m.Text)
			if m.IsException() || m.Type == "error" && !refused {
				b.mu.Lock()
				b.problems = append(b.problems, m.String())
				b.mu.Unlock()
			}
		}
	}()
	return b
}

// complaints are what the console has said so far.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.problems
}

// step is a context for one step.
func (b *tab) step() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, patience)
}

// do does something that must succeed.
func (b *tab) do(what string, action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, action), "%s at %s", what, b.where())
}

// open goes to a path, or to an address elsewhere.
func (b *tab) open(path string) {
	b.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.base + path
	}
	b.do(path, chromedp.Navigate(path))
}

// press clicks what leads to another page and waits for it.
func (b *tab) press(selector string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Click(selector))
	require.NoError(b.t, err, "%s at %s", selector, b.where())
}

// click clicks what stays on the page.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(selector, chromedp.Click(selector))
}

// key presses a key.
func (b *tab) key(key string) {
	b.t.Helper()
	b.do("press a key", chromedp.KeyEvent(key))
}

// enter writes into a field, in place of what is there.
func (b *tab) enter(name, text string) {
	b.t.Helper()
	field := fmt.Sprintf(`main [name=%q]:not([type=hidden])`, name)
	answer[bool](b, fmt.Sprintf(`(e => (e.focus(), e.select(), true))(document.querySelector(%q))`, field))
	b.key(text)
}

// button is the button that says words, link the link that does.
func button(words string) string { return fmt.Sprintf(`//button[contains(., %q)]`, words) }
func link(words string) string   { return fmt.Sprintf(`//main//a[contains(., %q)]`, words) }

// sees waits until the page says words.
func (b *tab) sees(words string) {
	b.t.Helper()
	b.holds(fmt.Sprintf(`document.body.innerText.includes(%q)`, words))
}

// holds waits until an expression is true.
func (b *tab) holds(expression string) {
	b.t.Helper()
	if !b.comes(expression, patience) {
		text, _ := ask[string](b, "document.body.innerText")
		require.Fail(b.t, "it does not come", "%s at %s:\n%s", expression, b.where(), text)
	}
}

// comes reports whether an expression becomes true within a time.
func (b *tab) comes(expression string, within time.Duration) bool {
	deadline := time.Now().Add(within)
	for {
		if is, err := ask[bool](b, expression); err == nil && is {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(20 * time.Millisecond) // the browser is another program
	}
}

// ask evaluates an expression on the page, and awaits it where it is a promise.
func ask[T any](b *tab, expression string) (T, error) {
	ctx, cancel := b.step()
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// answer is ask of what cannot fail.
func answer[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := ask[T](b, expression)
	require.NoError(b.t, err, "%s at %s", expression, b.where())
	return v
}

func (b *tab) where() string {
	at, _ := ask[string](b, "location.pathname")
	return at
}

// show has the page shown on a screen, in light or dark.
func (b *tab) show(width, height int64, scheme string) {
	b.t.Helper()
	b.do("show", chromedp.EmulateViewport(width, height))
	ctx, cancel := b.step()
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	require.NoError(b.t, err)
}

var errStuck = errors.New("the focus does not get there")

// tabTo presses Tab until the focus is on what an expression about the element e says.
func (b *tab) tabTo(target string) {
	b.t.Helper()
	for range 120 {
		b.key("\t")
		if answer[bool](b, `(e => `+target+`)(document.activeElement)`) {
			return
		}
	}
	assert.NoError(b.t, errStuck, "%s at %s", target, b.where())
}
