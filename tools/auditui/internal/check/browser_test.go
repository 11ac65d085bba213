package check_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/chrome"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/check"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// newTab opens a tab in a browser of its own. The test is skipped where there is none.
func newTab(t *testing.T) *tab.Tab {
	t.Helper()
	path, ok := chrome.Find()
	if !ok {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal(chrome.Missing)
		}
		t.Skip(chrome.Missing)
	}
	ctx, stop, err := chrome.Start(context.WithoutCancel(t.Context()), path, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(stop)
	browser, err := tab.New(ctx)
	require.NoError(t, err)
	return browser
}

// page shows a document whose body is given, with style.
func page(t *testing.T, b *tab.Tab, style, body string) {
	t.Helper()
	require.NoError(t, b.Open(serve(t, "<!DOCTYPE html><html lang=en><title>A page</title><style>"+style+"</style><body>"+body)))
}

func serve(t *testing.T, text string) (address string) {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
		case "/favicon.ico": // asked for by browsers
			return
		default:
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "img-src 'self'")
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(site.Close)
	return site.URL + "/"
}

// rulesOf are the rules of findings, each once.
func rulesOf(found []report.Finding) []string {
	var rules []string
	for _, f := range found {
		rules = append(rules, f.Rule)
	}
	return rules
}

func TestKeyboard_SeesTheFocusThatShows(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	page(t, b, "", `<a href="#a">One</a> <button type=button>Two</button> <label><input type=checkbox> Three</label> <input aria-label=Four>`)
	stops, found, err := check.Through(b)
	require.NoError(t, err)
	assert.Equal(t, 4, stops)
	assert.Empty(t, found)
	require.NoError(t, check.To(b, `e.type === "checkbox"`))
	require.ErrorContains(t, check.To(b, `e.id === "none"`), "no way leads")
}

func TestKeyboard_SeesTheFocusThatDoesNotShow(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	page(t, b, "a:focus { outline: none } button:focus { outline: none; background: gold }", `<p><a href="#a">One</a></p><p><button type=button>Two</button></p>`)
	stops, found, err := check.Through(b)
	require.NoError(t, err)
	assert.Equal(t, 2, stops, "it goes on behind the first")
	require.Equal(t, []string{"focus-not-visible"}, rulesOf(found))
	assert.Contains(t, found[0].Where, "One")
}

// A field that is hidden shows its focus at its label.
func TestKeyboard_SeesTheFocusOfALabel(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	hidden := "input { position: absolute; opacity: 0; width: 1px; height: 1px }"
	page(t, b, hidden+"input:focus-visible + span { outline: 3px solid red }", `<label><input type=checkbox><span>A seat</span></label>`)
	_, found, err := check.Through(b)
	require.NoError(t, err)
	assert.Empty(t, found)
	page(t, b, hidden+"input { outline: none !important }", `<label><input type=checkbox><span>A seat</span></label>`)
	_, found, err = check.Through(b)
	require.NoError(t, err)
	assert.Equal(t, []string{"focus-not-visible"}, rulesOf(found))
}

func TestKeyboard_SeesTheFocusInAShadowRoot(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	page(t, b, "", `<a href="#a">One</a><x-box></x-box><script>
		const root = document.querySelector("x-box").attachShadow({mode: "open"});
		root.innerHTML = "<style>b { outline: none }</style><button type=button>Two</button><b tabindex=0>Three</b>";
	</script>`)
	stops, found, err := check.Through(b)
	require.NoError(t, err)
	assert.Equal(t, 3, stops)
	require.Equal(t, []string{"focus-not-visible"}, rulesOf(found))
	assert.Contains(t, found[0].Where, "Three")
}

// A busy page brings what has the focus into sight when it gets round to it.
func TestKeyboard_WaitsForWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	page(t, b, "a { position: fixed; top: -9em } a.here { top: 0 }", `<a href="#a">One</a> <button type=button>Two</button><script>
		document.querySelector("a").onfocus = ({target}) => setTimeout(() => target.className = "here", 1000);
	</script>`)
	stops, found, err := check.Through(b)
	require.NoError(t, err)
	assert.Equal(t, 2, stops)
	assert.Empty(t, found)
}

func TestKeyboard_SeesWhatCoversTheFocus(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	page(t, b, "div { position: fixed; inset: 0; background: white } p { margin-top: 9em }", `<p><a href="#a">One</a></p><div></div>`)
	_, found, err := check.Through(b)
	require.NoError(t, err)
	assert.Equal(t, []string{"focus-obscured"}, rulesOf(found))
}

func TestKeyboard_SeesATrap(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	page(t, b, "", `<a href="#a">Out</a><button type=button id=a>In</button><button type=button id=b>In</button><script>
		document.getElementById("b").addEventListener("keydown", (e) => { e.preventDefault(); document.getElementById("a").focus(); });
	</script>`)
	_, _, err := check.Through(b)
	require.ErrorContains(t, err, "does not lead out")
}

func TestNoScript_KnowsWhetherScriptsRun(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	require.Error(t, check.NoScriptRuns(b))
	require.NoError(t, b.Script(false))
	require.NoError(t, check.NoScriptRuns(b))
}

func TestReflow_SeesWhatIsTooWideOrCut(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	for body, want := range map[string][]string{
		`<p>A text that is as narrow as the screen.</p>`:                                                                                             nil,
		`<p style="width: 60em">Wide</p>`:                                                                                                            {"scrolls-sideways"},
		`<div style="overflow: auto"><p style="width: 60em">Scrolls by itself</p></div>`:                                                             nil,
		`<p style="width: 40px; overflow: hidden; white-space: nowrap">Cut off in here</p>`:                                                          {"text-cut"},
		`<h1 style="width: 1em; overflow-wrap: anywhere">Letters</h1>`:                                                                               {"text-squeezed"},
		`<p style="width: 4em; overflow-wrap: anywhere">ada.lovelace@mail.example</p>`:                                                               nil,
		`<x-box></x-box><script>document.querySelector("x-box").attachShadow({mode: "open"}).innerHTML = "<p style='width: 60em'>Wide</p>"</script>`: {"scrolls-sideways"},
		`<ul style="overflow: auto"><li style="width: 5em"><p style="width: 8em">Longer than its part</p></ul>`:                                      {"text-squeezed"},
	} {
		page(t, b, "", body)
		require.NoError(t, b.Show(tab.Look{Width: 320, Height: 844}))
		found, err := check.Overflow(b, "320 px")
		require.NoError(t, err)
		assert.Equal(t, want, rulesOf(found), body)
	}
}

// What fits with text of usual size, and on a computer with large text, may not fit on a phone with large text.
func TestReflow_LooksAtAPhoneWithLargeText(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	for body, want := range map[string][]string{
		`<p style="width: 15rem">A text</p>`: {"scrolls-sideways"},
		`<p style="width: 9rem">A text</p>`:  nil,
	} {
		page(t, b, "", body)
		found, detail, err := check.Reflow{}.Look(&tour.Visit{Page: tour.Page{Class: tour.Browse}, Tab: b, Load: b.Load()})
		require.NoError(t, err)
		assert.Equal(t, "3 looks", detail)
		assert.Equal(t, want, rulesOf(found), body)
		if want != nil {
			assert.Equal(t, "390 px, text at 200 %", found[0].Look)
		}
	}
}

func TestReflow_SeesTextThatDoesNotGrow(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	page(t, b, "p { font-size: 1rem } b { font-size: 1.5em } i { font-size: 15px }", `<p>A text, <b>larger</b>, <i>of a size of its own</i></p>`)
	found, err := check.Enlarge(b)
	require.NoError(t, err)
	require.Equal(t, []string{"text-fixed"}, rulesOf(found))
	assert.Equal(t, "<i>of a size of its own</i>", found[0].Where)
}

func TestQuiet_HearsErrorsAndBreachesOfThePolicy(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	visit := func(body string) []report.Finding {
		page(t, b, "", body)
		found, _, err := check.Quiet{}.Look(&tour.Visit{Tab: b, Load: b.Load()})
		require.NoError(t, err)
		return found
	}
	assert.Empty(t, visit(`<p>Nothing wrong</p><script>console.warn("only a warning")</script>`))
	assert.Equal(t, []string{"console"}, rulesOf(visit(`<script>console.error("lost", 3)</script>`)))
	assert.Equal(t, []string{"exception"}, rulesOf(visit(`<script>nowhere()</script>`)))
	assert.Contains(t, rulesOf(visit(`<img src="/gone.png" alt="">`)), "request-failed")
	refused := visit(`<img src="https://elsewhere.example/a.png" alt="">`)
	require.NotEmpty(t, refused)
	assert.True(t, strings.Contains(refused[0].Text, "Content Security Policy"), refused[0].Text)
}

// A page that is on its way is waited for: who clicks again has it begin anew, or finds no link.
func TestPress_ClicksOnceOnWhatTakesItsTime(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	for name, clicked := range map[string]string{
		"the link is there": `later()`,
		"the link is gone":  `later(); link.remove()`,
	} {
		require.NoError(t, b.Open(twoPages(t, `<a href="#">Two</a><script>
			let clicks = 0;
			const link = document.querySelector("a"), later = () => setTimeout(() => { location = "/two?clicks=" + clicks }, 2500);
			link.onclick = (event) => { event.preventDefault(); clicks++; `+clicked+` };
		</script>`)))
		require.NoError(t, check.Press(b, "a"), name)
		at, err := tab.Ask[string](b, "location.pathname + location.search")
		require.NoError(t, err, name)
		assert.Equal(t, "/two?clicks=1", at, name)
	}
}

// twoPages serves a page, and another at /two.
func twoPages(t *testing.T, text string) (address string) {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		body := text
		if r.URL.Path == "/two" {
			body = "Two"
		}
		_, _ = io.WriteString(w, "<!DOCTYPE html><html lang=en><title>A page</title><link rel=icon href=data:,><body>"+body)
	}))
	t.Cleanup(site.Close)
	return site.URL + "/"
}

// A page that answers so on purpose is not at fault.
func TestQuiet_AnErrorPageMayAnswerWithAnError(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	require.NoError(t, b.Open(serve(t, "")+"nowhere"))
	for status, rules := range map[int][]string{404: nil, 0: {"network"}} {
		found, _, err := check.Quiet{}.Look(&tour.Visit{Page: tour.Page{Status: status}, Tab: b, Load: b.Load()})
		require.NoError(t, err)
		assert.Equal(t, rules, rulesOf(found))
	}
}

func TestLanguage_ThePageSaysWhichItIsIn(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	for markup, want := range map[string]map[string][]string{
		`<html lang="en">`:           {"en": nil, "ar": {"wrong-language", "wrong-direction"}},
		`<html lang="ar" dir="rtl">`: {"en": {"wrong-language", "wrong-direction"}, "ar": nil},
		`<html lang="ar">`:           {"ar": {"wrong-direction"}},
		`<html>`:                     {"en": {"wrong-language"}},
	} {
		require.NoError(t, b.Open(serve(t, "<!DOCTYPE html>"+markup+"<title>A page</title><p>A text")))
		for lang, rules := range want {
			found, _, err := check.Language{}.Look(&tour.Visit{Lang: lang, Tab: b})
			require.NoError(t, err)
			assert.Equal(t, rules, rulesOf(found), "%s in %s", markup, lang)
		}
	}
}

func TestAxe_TheCanaryIsSeenAndACleanPageIsClean(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..", "..")
	axe, err := check.NewAxe(root)
	require.NoError(t, err)
	b := newTab(t)
	blind, err := axe.Canary(b)
	require.NoError(t, err)
	assert.Empty(t, blind)

	page(t, b, "", `<main><h1>A page</h1><p>with a text</p></main>`)
	violations, err := axe.Run(b)
	require.NoError(t, err)
	assert.Empty(t, violations)
	page(t, b, "", `<main><h1>A page</h1><img src="/a.png"></main>`)
	violations, err = axe.Run(b)
	require.NoError(t, err)
	require.Len(t, violations, 1)
	assert.Equal(t, "image-alt", violations[0].Rule)
	assert.Contains(t, violations[0].Nodes[0].HTML, "<img")
}
