package tab_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/chrome"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

func open(t *testing.T) *tab.Tab {
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
	b, err := tab.New(ctx)
	require.NoError(t, err)
	return b
}

const form = `<!DOCTYPE html><html lang="en"><title>Form</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<form method="post" action="/send"><input name="a" value="old"><button type="submit">Send</button></form>`

// site answers a form that was sent with a page that says what was in it.
func site(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	html := func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { html(w, 200, form) })
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, strings.Repeat("p { color: red }\n", 1000))
		_ = z.Close()
	})
	mux.HandleFunc("POST /send", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sent", Value: r.FormValue("a"), HttpOnly: true})
		http.Redirect(w, r, "/sent", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /sent", func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("sent")
		if err != nil {
			html(w, 403, form)
			return
		}
		html(w, 409, fmt.Sprintf(`<!DOCTYPE html><link rel="icon" href="data:,"><p>%s</p>`, c.Value))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestTab_NotesWhatAPageTakesFromTheNetwork(t *testing.T) {
	t.Parallel()
	b, base := open(t), site(t)
	require.NoError(t, b.Open(base+"/"))
	l := b.Load()
	assert.Equal(t, 200, l.Status)
	assert.Equal(t, base+"/", l.URL)
	require.Len(t, l.Requests, 2)
	assert.Equal(t, len(form), l.Requests[0].Bytes)
	style := l.Requests[1]
	assert.Equal(t, "Stylesheet", style.Type)
	assert.Equal(t, "gzip", style.Encoding)
	assert.Positive(t, style.Bytes)
	assert.Less(t, style.Bytes, 300, "as it was sent")
	source, err := b.Source()
	require.NoError(t, err)
	assert.Equal(t, form, source)
}

func TestTab_AFormLeadsOnThroughItsRedirect(t *testing.T) {
	t.Parallel()
	b, base := open(t), site(t)
	require.NoError(t, b.Open(base+"/"))
	require.NoError(t, b.Fill(`input[name="a"]`, "new"))
	require.Error(t, b.Fill(`input[name="b"]`, "new"))
	require.NoError(t, b.Press("button"))
	at, err := tab.Ask[string](b, "location.pathname")
	require.NoError(t, err)
	assert.Equal(t, "/sent", at)
	l := b.Load()
	assert.Equal(t, 409, l.Status)
	assert.Equal(t, base+"/sent", l.URL)
	text, err := tab.Ask[string](b, `document.querySelector("p").textContent`)
	require.NoError(t, err)
	assert.Equal(t, "new", text)
}

func TestTab_CookiesCanBePutBack(t *testing.T) {
	t.Parallel()
	b, base := open(t), site(t)
	require.NoError(t, b.Open(base+"/"))
	require.NoError(t, b.Press("button"))
	kept, err := b.Cookies(base)
	require.NoError(t, err)
	require.Len(t, kept, 1)
	kept[0].Value = "kept"
	require.NoError(t, b.SetCookies(kept))
	require.NoError(t, b.Open(base+"/sent"))
	has, err := b.Has("p")
	require.NoError(t, err)
	assert.True(t, has)
	require.NoError(t, b.Until(`document.querySelector("p").textContent === "kept"`))
}

func TestTab_ShowsPagesInLightAndDark(t *testing.T) {
	t.Parallel()
	b, base := open(t), site(t)
	require.NoError(t, b.Open(base+"/"))
	for _, dark := range []bool{true, false} {
		require.NoError(t, b.Show(tab.Look{Width: 320, Height: 640, Dark: dark}))
		is, err := tab.Ask[[]any](b, `[matchMedia("(prefers-color-scheme: dark)").matches, innerWidth]`)
		require.NoError(t, err)
		assert.Equal(t, []any{dark, float64(320)}, is)
	}
	picture, err := b.Picture(50)
	require.NoError(t, err)
	assert.Equal(t, "WEBP", string(picture[8:12]))
}

func TestTab_WithoutANetworkNothingOpens(t *testing.T) {
	t.Parallel()
	b, base := open(t), site(t)
	require.NoError(t, b.Open(base+"/"))
	require.NoError(t, b.Offline())
	require.Error(t, b.Open(base+"/"))
}

// stands has the page's clock stand still, so that what is set to happen soon does not, however slow the machine is.
func stands(t *testing.T, b *tab.Tab) {
	t.Helper()
	_, err := chromedp.Call(b.Context(), emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{Policy: emulation.VirtualTimePolicyPause})
	require.NoError(t, err)
}

// later has a second pass on the page's clock, and returns its title then.
func later(t *testing.T, b *tab.Tab) string {
	t.Helper()
	_, err := tab.Ask[bool](b, `(window.passed = new Promise((done) => setTimeout(() => done(true), 500)), true)`)
	require.NoError(t, err)
	_, err = chromedp.Call(b.Context(), emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{Policy: emulation.VirtualTimePolicyAdvance, Budget: new(1000.0)})
	require.NoError(t, err)
	_, err = tab.Ask[bool](b, `window.passed`)
	require.NoError(t, err)
	title, err := tab.Ask[string](b, `document.title`)
	require.NoError(t, err)
	return title
}

func TestTab_StillKeepsWhatWouldHappenLater(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		still func(*tab.Tab) error
		title string
	}{
		"still":       {(*tab.Tab).Still, "Form"},
		"the control": {func(*tab.Tab) error { return nil }, "later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, base := open(t), site(t)
			require.NoError(t, b.Open(base+"/"))
			stands(t, b)
			_, err := tab.Ask[bool](b, `(setTimeout(() => { document.title = "later" }, 50), true)`)
			require.NoError(t, err)
			require.NoError(t, row.still(b))
			assert.Equal(t, row.title, later(t, b))
		})
	}
}
