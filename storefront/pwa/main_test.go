package pwa_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/chrome"
	"github.com/marquee-tickets/marquee/internal/web"
)

// patience is how long a step in a browser may take on a busy machine.
const patience = 30 * time.Second

// polled is how often is looked whether something has happened.
const polled = 50 * time.Millisecond

// ends are what has to be done when all tests have run.
var ends []func()

// browser starts the browser that all tests of the package share.
var browser = sync.OnceValues(func() (context.Context, error) {
	path, _ := chrome.Find()
	profile, err := os.MkdirTemp("", "pwa")
	if err != nil {
		return nil, err
	}
	tab, stop, err := chrome.Start(context.Background(), path, profile)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(profile))
	}
	ends = append(ends, func() { stop(); _ = os.RemoveAll(profile) }) // what is left is in the folder for such things
	return tab, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	for _, end := range ends {
		end()
	}
	os.Exit(code)
}

// chromium returns the browser's first tab, and skips the test when there is no browser.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if _, ok := chrome.Find(); !ok {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal(chrome.Missing)
		}
		t.Skip(chrome.Missing)
	}
	first, err := browser()
	require.NoError(t, err)
	return first
}

// tab is what one person looks at.
type tab struct {
	t    *testing.T
	ctx  context.Context //nolint:containedctx // that of the tab
	site *site

	mu       sync.Mutex
	problems []string // what the console complained of
}

// visit serves a site and opens a tab in a profile of its own.
func visit(t *testing.T) *tab {
	t.Helper()
	first := chromium(t)
	s := serve(t)
	ctx, cancel := chromedp.NewContext(first, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	return newTab(t, ctx, s)
}

// another opens a second tab of the same profile.
func (b *tab) another() *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	return newTab(b.t, ctx, b.site)
}

// worker looks into the site's service worker, which runs without a page as well.
func (b *tab) worker() *tab {
	b.t.Helper()
	var id target.ID
	require.Eventually(b.t, func() bool {
		ctx, cancel := b.step()
		defer cancel()
		targets, err := chromedp.Targets(ctx)
		for _, info := range targets {
			if info.Type == "service_worker" && strings.HasPrefix(info.URL, b.site.base) {
				id = info.TargetID
			}
		}
		return err == nil && id != ""
	}, patience, polled, "a service worker")
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id), chromedp.WithDetachOnCancel())
	b.t.Cleanup(cancel)
	require.NoError(b.t, chromedp.Do(ctx)) // without a limit: what attaches first says how long it lasts
	return &tab{t: b.t, ctx: ctx, site: b.site}
}

func newTab(t *testing.T, ctx context.Context, s *site) *tab {
	t.Helper()
	b := &tab{t: t, ctx: ctx, site: s}
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)))
	messages := chromedp.Console(ctx)
	go func() { // ends with the tab
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || strings.Contains(m.Text, "Content Security Policy") {
				b.mu.Lock()
				b.problems = append(b.problems, m.String())
				b.mu.Unlock()
			}
		}
	}()
	return b
}

// quiet checks that no script failed and nothing broke the Content-Security-Policy.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	assert.Empty(b.t, b.problems)
}

func (b *tab) step() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, patience)
}

// call runs a command of the browser.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	answer, err := chromedp.Call(ctx, command, params)
	require.NoError(b.t, err)
	return answer
}

// open goes to an address.
func (b *tab) open(path string) {
	b.t.Helper()
	require.NoError(b.t, b.try(path), path)
}

// try goes to an address that may not be had.
func (b *tab) try(path string) error {
	ctx, cancel := b.step()
	defer cancel()
	return chromedp.Do(ctx, chromedp.Navigate(b.site.base+path))
}

// press clicks on something.
func (b *tab) press(selector string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.Click(selector)), selector)
}

// enter types into a field.
func (b *tab) enter(selector, text string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.SendKeys(selector, text)), selector)
}

// names are what expressions in tests may use.
const names = `
	const text = () => document.body.innerText;
	const one = (selector) => document.querySelector(selector);
	const line = (about) => one(".pwa [data-about=" + about + "]")?.textContent ?? "";
	const kept = async () => { // every entry of every cache
		const all = {};
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) all[name.replace(/-[0-9a-f]{8}$/, "") + " " + new URL(request.url).pathname] = await (await cache.match(request)).text();
		}
		return all;
	};
	const has = async (name) => name in await kept();
	const registrations = async () => (await navigator.serviceWorker.getRegistrations()).length;
`

// evaluate evaluates an expression on the page, which may be a promise.
func evaluate[T any](b *tab, expression string) (T, error) {
	ctx, cancel := b.step()
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T]("(async () => {"+names+"return "+expression+"})()", chromedp.EvalAwaitPromise))
}

// is evaluates an expression on the page, which has to succeed.
func is[T any](b *tab, expression string) T {
	b.t.Helper()
	value, err := evaluate[T](b, expression)
	require.NoError(b.t, err, expression)
	return value
}

// run has the page do something.
func (b *tab) run(statements string) {
	b.t.Helper()
	is[bool](b, "await (async () => {"+statements+"; return true})()")
}

// holds waits until an expression is true.
func (b *tab) holds(expression string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		value, err := evaluate[bool](b, "!!("+expression+")")
		return err == nil && value
	}, patience, polled, expression)
}

// sees waits until the page says something.
func (b *tab) sees(words string) {
	b.t.Helper()
	b.holds(fmt.Sprintf("text().includes(%q)", words))
}

// settled waits until the service worker answers for this page and the next.
func (b *tab) settled() {
	b.t.Helper()
	b.holds("navigator.serviceWorker.controller?.state === 'activated'")
}

// kept lists what is in the browser's caches: "marquee-pages /en/mumbai" and the body.
func (b *tab) kept() map[string]string {
	b.t.Helper()
	return is[map[string]string](b, "await kept()")
}

// link says whether the tab has a network, as far as the tab itself knows.
func (b *tab) link(up bool) {
	b.t.Helper()
	call(b, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !up, DownloadThroughput: -1, UploadThroughput: -1})
}

// sync has the browser say that the network is back, as Background Sync does.
func (b *tab) sync() {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	events := chromedp.Events(ctx, serviceworker.WorkerRegistrationUpdated)
	_, err := chromedp.Call(ctx, serviceworker.Enable, cdp.Empty{})
	require.NoError(b.t, err)
	for event, err := range events {
		require.NoError(b.t, err)
		for _, r := range event.Registrations {
			if strings.HasPrefix(r.ScopeURL, b.site.base) && !r.IsDeleted {
				_, err := chromedp.Call(ctx, serviceworker.DispatchSyncEvent, serviceworker.DispatchSyncEventParams{
					Origin: b.site.base, RegistrationID: r.RegistrationID, Tag: "lost-confirmation",
				})
				require.NoError(b.t, err)
				_, err = chromedp.Call(ctx, serviceworker.Disable, cdp.Empty{})
				require.NoError(b.t, err)
				return
			}
		}
	}
}

// breaker is a listener that can be cut off: connections end and new ones are refused.
type breaker struct {
	net.Listener
	mu   sync.Mutex
	down bool
	open map[net.Conn]struct{}
}

// watched is a connection that the breaker knows of.
type watched struct {
	net.Conn
	of *breaker
}

func (c watched) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c.Conn)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

func (b *breaker) Accept() (net.Conn, error) {
	for {
		conn, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		b.mu.Lock()
		if !b.down {
			b.open[conn] = struct{}{}
			b.mu.Unlock()
			return watched{conn, b}, nil
		}
		b.mu.Unlock()
		_ = conn.Close() // as a network that is not there
	}
}

func (b *breaker) cut(down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = down
	if down {
		for conn := range b.open {
			_ = conn.Close()
		}
	}
}

// serve starts a site; it ends with the test.
func serve(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	server, err := web.New(s.handle, web.Config{})
	require.NoError(t, err)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.net = &breaker{Listener: ln, open: map[net.Conn]struct{}{}}
	s.base = "http://" + ln.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, s.net) }()
	t.Cleanup(func() {
		s.release()
		stop()
		require.NoError(t, <-served)
	})
	return s
}
