package seatview_test

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

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/internal/chrome"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/seatview/seatdemo"
)

// patience is how long a step in a browser may take on a busy machine.
const patience = 30 * time.Second

// ends are what has to be done when all tests have run.
var ends []func()

// browser starts the browser that all tests of the package share, each in a profile of its own.
var browser = sync.OnceValues(func() (context.Context, error) {
	path, _ := chrome.Find()
	profile, err := os.MkdirTemp("", "seatview")
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

// chromium returns the context of a new tab, and skips the test when there is no browser.
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
	tab, cancel := chromedp.NewContext(first, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(tab, chromedp.EmulateViewport(1280, 900)))
	return tab
}

// shown is a hall on somebody's screen.
type shown struct {
	t    *testing.T
	ctx  context.Context //nolint:containedctx // that of the tab
	base string
	plan *seatmap.Plan
	site *seatdemo.Site

	mu       sync.Mutex
	problems []string // what the console complained of
}

// show serves a hall and opens its page in a tab, with a query.
func show(t *testing.T, m *seatmap.Map, o seatdemo.Options, query string) *shown {
	t.Helper()
	s := visit(t, m, o)
	s.open(query)
	s.holds(`map.selection`)
	return s
}

// visit serves a hall.
func visit(t *testing.T, m *seatmap.Map, o seatdemo.Options) *shown {
	t.Helper()
	tab := chromium(t)
	plan := compiled(t, m)
	site, err := seatdemo.New(plan, o)
	require.NoError(t, err)
	server, err := web.New(site.Handle, web.Config{Draining: site.Close})
	require.NoError(t, err)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served)
	})
	s := &shown{t: t, ctx: tab, base: "http://" + ln.Addr().String() + "/", plan: plan, site: site}
	s.listen()
	return s
}

// listen notes what the console complains of: a page that works says nothing there, and one that breaks the
// Content-Security-Policy does.
func (s *shown) listen() {
	messages := chromedp.Console(s.ctx)
	go func() { // ends with the tab
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" || strings.Contains(m.Text, "Content Security Policy") {
				s.mu.Lock()
				s.problems = append(s.problems, m.String())
				s.mu.Unlock()
			}
		}
	}()
}

// quiet checks that the console had nothing to complain of.
func (s *shown) quiet() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	assert.Empty(s.t, s.problems)
}

// do runs steps in the tab.
func (s *shown) do(steps ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	for _, step := range steps {
		require.NoError(s.t, chromedp.Do(ctx, step))
	}
}

// open goes to the page, with a query, and remembers the element's events.
func (s *shown) open(query string) {
	s.t.Helper()
	s.do(chromedp.Navigate(s.base + query))
}

// names are what expressions in tests may use: the element, its shadow tree, what is chosen, and helpers.
const names = `
	const map = document.querySelector("bms-seatmap"), root = map.shadowRoot;
	const one = (selector) => root.querySelector(selector), all = (selector) => [...root.querySelectorAll(selector)];
	const chosen = () => map.selection.seats.map((seat) => seat.name).join(" ");
	const said = () => one("[role=status]").textContent, warned = () => one("[role=alert]").textContent;
	const button = (words) => all("button").find((button) => (button.ariaLabel || button.textContent).includes(words));
	const row = (words) => all("details").find((row) => row.textContent.includes(words));
`

// evaluate evaluates an expression on the page.
func evaluate[T any](s *shown, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T]("(() => {"+names+"return "+expression+"})()"))
}

// is evaluates an expression on the page, which has to succeed.
func is[T any](s *shown, expression string) T {
	s.t.Helper()
	value, err := evaluate[T](s, expression)
	require.NoError(s.t, err, expression)
	return value
}

// run has the page do something.
func (s *shown) run(statement string) {
	s.t.Helper()
	is[bool](s, "(() => {"+statement+"; return true})()")
}

// never drops timers of the page that are begun from now on and take ms or more: a few steps may take as long on a busy machine.
func (s *shown) never(ms int) {
	s.t.Helper()
	s.run(fmt.Sprintf(`window.setTimeout = ((later) => (what, ms) => ms >= %d ? 0 : later(what, ms))(setTimeout)`, ms))
}

// holds waits until an expression is true.
func (s *shown) holds(expression string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		value, err := evaluate[bool](s, "!!("+expression+")")
		return err == nil && value
	}, patience, 20*time.Millisecond, expression)
}

// at returns where on the screen a seat is.
func (s *shown) at(name string) (x, y float64) {
	s.t.Helper()
	n, ok := s.plan.Seat(name)
	require.True(s.t, ok, name)
	seat := s.plan.Seats[n]
	point := is[[]float64](s, fmt.Sprintf(`(() => {
		const at = new DOMPoint(%f, %f).matrixTransform(one("svg.hall").getScreenCTM());
		return [at.x, at.y];
	})()`, seat.X*100, seat.Y*100))
	return point[0], point[1]
}

// click clicks on a seat with a mouse, so many pixels beside its middle.
func (s *shown) click(name string, beside float64) {
	s.t.Helper()
	x, y := s.at(name)
	s.do(chromedp.MouseClickXY(x+beside, y))
}

// tap touches a point of the screen.
func (s *shown) tap(x, y float64) {
	s.t.Helper()
	s.touch(input.DispatchTouchEventTypeTouchStart, [2]float64{x, y})
	s.touch(input.DispatchTouchEventTypeTouchEnd)
}

// touch puts fingers on the screen, moves or lifts them.
func (s *shown) touch(kind input.DispatchTouchEventType, fingers ...[2]float64) {
	s.t.Helper()
	points := []*input.TouchPoint{}
	for i, f := range fingers {
		id := float64(i)
		points = append(points, &input.TouchPoint{X: f[0], Y: f[1], ID: &id})
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	_, err := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
	require.NoError(s.t, err)
}

// keys presses keys one after the other.
func (s *shown) keys(keys ...string) {
	s.t.Helper()
	for _, key := range keys {
		s.do(chromedp.KeyEvent(key))
	}
}

// seats returns the numbers of named seats.
func (s *shown) seats(names ...string) []int32 {
	s.t.Helper()
	var list []int32
	for _, name := range names {
		n, ok := s.plan.Seat(name)
		require.True(s.t, ok, name)
		list = append(list, n)
	}
	return list
}

// gone waits until no browser follows the seats.
func (s *shown) gone() {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return s.site.Sockets() == 0 }, patience, 20*time.Millisecond)
}
