package tab

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Request is one request of a page.
type Request struct {
	URL      string
	Type     string // of Chromium: "Document", "Stylesheet", "Script", "Image", "Fetch", …
	Status   int    // 0 when there was no answer
	Encoding string // Content-Encoding
	Bytes    int    // of the body, as it was sent
	Failed   string // why there was no answer

	id    network.RequestID
	head  int // bytes of the answer before its body
	ended bool
}

// Load is what a page took from the network, up to now.
type Load struct {
	URL      string // of the page, after redirects
	Status   int
	Requests []Request // the first is the page itself
}

// load is a Load that is still growing.
type load struct {
	loader cdp.LoaderID // what the page's own requests have
	list   []*Request
}

func (l *load) find(id network.RequestID) *Request {
	for _, r := range l.list {
		if r.id == id {
			return r
		}
	}
	return nil
}

// listen notes what the network and the console say, in the order in which they do.
func (t *Tab) listen() error {
	return chromedp.Listen(t.ctx, func(event any) {
		t.mu.Lock()
		defer t.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			t.sent(e)
		case *network.EventResponseReceived:
			if r := t.load.find(e.RequestID); r != nil {
				r.Status, r.Encoding = int(e.Response.Status), header(e.Response.Headers, "content-encoding")
				r.head = int(e.Response.EncodedDataLength)
			}
		case *network.EventLoadingFinished:
			if r := t.load.find(e.RequestID); r != nil {
				r.ended, r.Bytes = true, max(0, int(e.EncodedDataLength)-r.head)
			}
		case *network.EventLoadingFailed:
			if r := t.load.find(e.RequestID); r != nil {
				r.ended, r.Failed = true, e.ErrorText
			}
		default:
			t.said(event)
		}
	})
}

// sent notes a request. That of a page begins a load; one that was redirected is the same request at another address.
func (t *Tab) sent(e *network.EventRequestWillBeSent) {
	if strings.HasPrefix(e.Request.URL, "data:") {
		return
	}
	if r := t.load.find(e.RequestID); r != nil {
		r.URL = e.Request.URL
		return
	}
	switch {
	case e.FrameID != t.frame:
	case e.Type == network.ResourceTypeDocument:
		t.load, t.messages = &load{loader: e.LoaderID}, nil
	case t.load.loader != "" && e.LoaderID != "" && e.LoaderID != t.load.loader:
		return // the page before sends what it has to say as it is left
	}
	t.load.list = append(t.load.list, &Request{URL: e.Request.URL, Type: string(e.Type), id: e.RequestID})
}

func header(all network.Headers, name string) string {
	for key := range maps.Keys(all) {
		if strings.EqualFold(key, name) {
			return fmt.Sprint(all[key])
		}
	}
	return ""
}

// Load is what the present page took from the network.
func (t *Tab) Load() Load {
	t.mu.Lock()
	defer t.mu.Unlock()
	var l Load
	for _, r := range t.load.list {
		l.Requests = append(l.Requests, *r)
	}
	if len(l.Requests) > 0 {
		l.URL, l.Status = l.Requests[0].URL, l.Requests[0].Status
	}
	return l
}

// How long nothing may be on its way for a page to be at rest, and how long that is waited for.
const (
	restFor   = 150 * time.Millisecond
	restAfter = 10 * time.Second
)

// Settle waits until the page asks for nothing more, for some seconds at most: one that keeps asking is looked at as it is.
func (t *Tab) Settle() error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	rest := 0
	for range int(restAfter / pollEvery) {
		if rest++; t.busy() {
			rest = 0
		}
		if time.Duration(rest)*pollEvery >= restFor {
			return nil
		}
		select {
		case <-t.ctx.Done():
			return t.ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// endless are requests that stay open.
func endless(kind string) bool {
	return slices.Contains([]string{string(network.ResourceTypeWebSocket), string(network.ResourceTypeEventSource)}, kind)
}

func (t *Tab) busy() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.load.list, func(r *Request) bool { return !r.ended && !endless(r.Type) })
}

var errNothingLoaded = errors.New("no page has been loaded")

// Source is the HTML of the page as it was sent.
func (t *Tab) Source() (string, error) {
	t.mu.Lock()
	list := t.load.list
	t.mu.Unlock()
	if len(list) == 0 {
		return "", errNothingLoaded
	}
	ctx, cancel := t.step()
	defer cancel()
	body, err := chromedp.Call(ctx, network.GetResponseBody, network.GetResponseBodyParams{RequestID: list[0].id})
	if err != nil {
		return "", fmt.Errorf("source of %s: %w", t.Path(), err)
	}
	return string(body.Body), nil
}

// Cookies are those that the page is sent.
func (t *Tab) Cookies(address string) ([]*network.Cookie, error) {
	ctx, cancel := t.step()
	defer cancel()
	found, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
	return found.Cookies, err
}

// SetCookies puts cookies back that the browser had before.
func (t *Tab) SetCookies(list []*network.Cookie) error {
	var params network.SetCookiesParams
	for _, c := range list {
		params.Cookies = append(params.Cookies, &network.CookieParam{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: c.SameSite,
		})
	}
	ctx, cancel := t.step()
	defer cancel()
	return call(ctx, network.SetCookies, params)
}

// Offline takes the network away from the page and its service worker.
func (t *Tab) Offline() error {
	ctx, cancel := t.step()
	defer cancel()
	worker := true
	err := call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		EmulateOfflineServiceWorker: &worker,
		MatchedNetworkConditions:    []*network.Conditions{{Offline: true, DownloadThroughput: -1, UploadThroughput: -1}},
	})
	if err != nil {
		return err
	}
	return call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
}

// ServiceWorkers says whether the pages' service worker may answer for the network.
func (t *Tab) ServiceWorkers(allowed bool) error {
	ctx, cancel := t.step()
	defer cancel()
	return call(ctx, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: !allowed})
}
