package main_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kept is where the storefront's tests keep axe-core and a page with faults.
var kept = filepath.Join("..", "..", "storefront", "testdata")

// axe is the source of axe-core.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile(filepath.Join(kept, "axe-core", "axe.js"))
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
	if !answer[bool](b, `"axe" in window`) {
		source, err := axe()
		require.NoError(b.t, err)
		answer[string](b, source+";axe.version")
	}
	return answer[[]violation](b, audit)
}

// wide says by how much the page has to be scrolled sideways, and for the sake of what.
const wide = `(() => {
	const page = document.documentElement, width = page.clientWidth;
	if (page.scrollWidth <= width) return [];
	const scrolls = (e) => e && e !== page && e !== document.body && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
	return ["by " + (page.scrollWidth - width), ...[...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + .5 && !scrolls(e.parentElement)).map((e) => e.outerHTML.slice(0, 200))];
})()`

// looks audits the page on a wide screen in light and on a phone in dark, and wants it to need no scrolling sideways at 320 pixels (WCAG 1.4.10)
// and nothing in the console.
func (b *tab) looks(page string) {
	b.t.Helper()
	b.audited(page)
	assert.Empty(b.t, b.complaints(), page)
	b.picture(page)
}

// audited is looks without the console, for pages whose status it complains of. A short run, which is the race detector's, opens them only.
func (b *tab) audited(page string) {
	b.t.Helper()
	if testing.Short() {
		return
	}
	b.show(320, 844, "light")
	assert.Empty(b.t, answer[[]string](b, wide), "%s is too wide for 320 pixels", page)
	for _, screen := range []struct {
		width  int64
		scheme string
	}{{390, "dark"}, {1280, "light"}} {
		b.show(screen.width, 900, screen.scheme)
		for _, v := range b.violations() {
			assert.Fail(b.t, v.Rule, "%s, %s, %d pixels: %s\n%s", page, screen.scheme, screen.width, v.Help, strings.Join(v.Where, "\n"))
		}
	}
}

// TestLooks_SeeWhatIsWrong keeps the audit from going blind: the faults of a page have to be found, by axe-core, by its width and in the console.
func TestLooks_SeeWhatIsWrong(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	canary, err := os.ReadFile(filepath.Join(kept, "canary.html"))
	require.NoError(t, err)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/policy" {
			w.Header().Set("Content-Security-Policy", "default-src 'none'")
		}
		_, _ = io.WriteString(w, string(canary)+`<p style="width: 700px">Wide</p>`)
	}))
	t.Cleanup(site.Close)
	b := newTab(ctx, t, site.URL)
	b.open("/")
	for _, scheme := range []string{"light", "dark"} {
		b.show(390, 844, scheme)
		var rules []string
		for _, v := range b.violations() {
			rules = append(rules, v.Rule)
		}
		assert.Subset(t, rules, []string{"color-contrast", "image-alt", "label", "target-size", "button-name", "aria-roles"}, scheme)
	}
	assert.NotEmpty(t, answer[[]string](b, wide))
	b.open("/policy")
	require.Eventually(t, func() bool { return len(b.complaints()) > 0 }, patience, poll, "what the policy of a page forbids is in the console")
}
