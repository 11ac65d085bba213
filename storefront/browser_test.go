package storefront_test

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp/fasthttputil"
	"golang.org/x/net/html"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

// host is where the shops of these tests are; bmstest's kit has the same.
const host = "http://shop.example"

// shop is a storefront over a kit, on a listener in memory.
type shop struct {
	*bmstest.Kit
	server *storefront.Server
	dial   func(context.Context, string, string) (net.Conn, error)
}

// open starts the storefront of a kit in memory; it ends with the test.
func open(t *testing.T, o bmstest.Options, cfg storefront.Config) *shop {
	t.Helper()
	ln := fasthttputil.NewInmemoryListener()
	cfg.BaseURL = host
	s := openAt(t, ln, o, cfg)
	s.dial = func(context.Context, string, string) (net.Conn, error) { return ln.Dial() }
	return s
}

// openAt starts the storefront of a kit at a listener.
func openAt(t *testing.T, ln net.Listener, o bmstest.Options, cfg storefront.Config) *shop {
	t.Helper()
	kit := bmstest.New(t, o)
	cfg.Sandbox = kit.Bank
	if cfg.Texts == nil {
		cfg.Texts = localetest.New(t) // a text that is missing fails the test
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	front, err := storefront.New(kit.Client, cfg)
	require.NoError(t, err)
	server, err := web.New(front.Handler, web.Config{Ready: kit.Ready, Fail: front.Fail, Draining: front.Drain, Logger: cfg.Logger})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served)
		front.Close()
	})
	return &shop{Kit: kit, server: front}
}

// browser is somebody who reads pages and sends forms, without script.
type browser struct {
	t      *testing.T
	client *http.Client
}

// visit returns a new browser, with no cookies.
func (s *shop) visit(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	transport := &http.Transport{DialContext: s.dial}
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{t: t, client: &http.Client{Jar: jar, Transport: transport}}
}

// page is what the browser shows.
type page struct {
	*browser
	status int
	header http.Header
	url    *url.URL // after redirects
	body   string
	doc    *html.Node
}

// get opens an address of the shop. Every page that is opened is checked for what makes it valid and usable.
func (b *browser) get(path string) *page {
	b.t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = host + path
	}
	q, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	require.NoError(b.t, err)
	return b.send(q)
}

func (b *browser) send(q *http.Request) *page {
	b.t.Helper()
	q.Header.Set("Accept", "text/html")
	answer, err := b.client.Do(q)
	require.NoError(b.t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(b.t, err)
	p := &page{browser: b, status: answer.StatusCode, header: answer.Header, url: answer.Request.URL, body: string(body)}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		p.doc, err = html.Parse(bytes.NewReader(body))
		require.NoError(b.t, err)
		if !strings.HasPrefix(p.url.Path, "/sandbox/") && !strings.HasSuffix(p.url.Path, "/html") {
			checkPage(b.t, p)
		}
	}
	return p
}

// post sends a form as a browser does.
func (b *browser) post(path string, fields url.Values) *page {
	b.t.Helper()
	q, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, host+path, strings.NewReader(fields.Encode()))
	require.NoError(b.t, err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", host)
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(q)
}

// text is what the page says, with single spaces.
func (p *page) text() string { return strings.Join(strings.Fields(textOf(p.doc)), " ") }

// follow opens the first link whose text contains words.
func (p *page) follow(words string) *page {
	p.t.Helper()
	for _, a := range all(p.doc, "a") {
		if strings.Contains(strings.Join(strings.Fields(textOf(a)), " "), words) {
			target, err := p.url.Parse(attr(a, "href"))
			require.NoError(p.t, err)
			return p.get(target.String())
		}
	}
	require.Fail(p.t, "no link", "no link says %q on %s:\n%s", words, p.url, p.text())
	return nil
}

// option returns the value of the option of a choice whose text begins with words.
func (p *page) option(name, words string) string {
	p.t.Helper()
	for _, choice := range all(p.doc, "select") {
		for _, o := range all(choice, "option") {
			if attr(choice, "name") == name && strings.HasPrefix(strings.TrimSpace(textOf(o)), words) {
				return attr(o, "value")
			}
		}
	}
	require.Fail(p.t, "no option", "%s has no option %q on %s", name, words, p.url)
	return ""
}

// form is a form as it is on a page, to be filled in.
type form struct {
	page   *page
	method string
	action *url.URL
	fields url.Values
}

// form returns the form that is sent by a button whose text contains words, which may stand outside of it.
func (p *page) form(words string) *form {
	p.t.Helper()
	for _, f := range all(p.doc, "form") {
		for _, b := range p.owned(f, "button") {
			if strings.Contains(textOf(b), words) {
				return p.read(f, b)
			}
		}
	}
	require.Fail(p.t, "no form", "no button says %q on %s:\n%s", words, p.url, p.text())
	return nil
}

// owned are the elements of a form: those within it and those elsewhere that name it.
func (p *page) owned(form *html.Node, tag string) []*html.Node {
	within := map[*html.Node]bool{}
	for _, n := range all(form, tag) {
		within[n] = true
	}
	return slices.DeleteFunc(all(p.doc, tag), func(n *html.Node) bool {
		if has(n, "form") {
			return attr(n, "form") != attr(form, "id")
		}
		return !within[n]
	})
}

// read takes the fields of a form with their present values.
func (p *page) read(node, button *html.Node) *form {
	action, err := p.url.Parse(cmp.Or(attr(button, "formaction"), attr(node, "action")))
	require.NoError(p.t, err)
	f := &form{page: p, method: strings.ToUpper(attr(node, "method")), action: action, fields: url.Values{}}
	if name := attr(button, "name"); name != "" {
		f.fields.Add(name, attr(button, "value"))
	}
	for _, in := range p.owned(node, "input") {
		choice := attr(in, "type") == "checkbox" || attr(in, "type") == "radio"
		if attr(in, "name") == "" || has(in, "disabled") || choice && !has(in, "checked") {
			continue
		}
		f.fields.Add(attr(in, "name"), attr(in, "value"))
	}
	for _, choice := range p.owned(node, "select") {
		f.fields.Set(attr(choice, "name"), chosenOption(choice))
	}
	return f
}

func chosenOption(choice *html.Node) string {
	options := all(choice, "option")
	for _, o := range options {
		if has(o, "selected") {
			return attr(o, "value")
		}
	}
	return attr(options[0], "value")
}

// set fills in fields: names and values in turn.
func (f *form) set(pairs ...string) *form {
	for i := 0; i < len(pairs); i += 2 {
		f.fields.Set(pairs[i], pairs[i+1])
	}
	return f
}

// add checks boxes of one name.
func (f *form) add(name string, values ...string) *form {
	for _, v := range values {
		f.fields.Add(name, v)
	}
	return f
}

// send sends the form.
func (f *form) send() *page {
	f.page.t.Helper()
	if f.method == http.MethodPost {
		return f.page.post(f.action.RequestURI(), f.fields)
	}
	f.action.RawQuery = f.fields.Encode()
	return f.page.get(f.action.String())
}

func all(n *html.Node, tag string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			found = append(found, d)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// textOf is the text of a node without that of scripts.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "head" || n.Data == "noscript") {
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}
