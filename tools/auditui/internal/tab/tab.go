// Package tab is a tab of a browser as a person uses it: opening addresses, pressing, typing, looking, with what the network
// and the console had to say of the page.
//
//	t, err := tab.New(ctx)
//	err = t.Open("http://127.0.0.1:8080/en")
//	err = t.Press(`form[role="search"] button`)
//	t.Load().Status
package tab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long a step may take on a busy machine.
const patience = 30 * time.Second

// Tab is one tab. It is used by one goroutine at a time.
type Tab struct {
	ctx   context.Context //nolint:containedctx // that of the tab, which chromedp is told apart by
	frame cdp.FrameID

	mu       sync.Mutex
	load     *load
	messages []Message
}

// New takes over the tab of a chromedp context and listens to it. The tab ends with the context.
func New(ctx context.Context) (*Tab, error) {
	t := &Tab{ctx: ctx, load: &load{}}
	if err := t.listen(); err != nil {
		return nil, err
	}
	for _, set := range []func(context.Context) error{
		func(ctx context.Context) error {
			return call(ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
		},
		func(ctx context.Context) error {
			return call(ctx, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true})
		},
		t.findFrame,
	} {
		if err := set(ctx); err != nil {
			return nil, fmt.Errorf("open a tab: %w", err)
		}
	}
	return t, t.Show(Phone)
}

// call sends a command whose answer says nothing.
func call[P, R any](ctx context.Context, command cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(ctx, command, params)
	return err
}

// findFrame learns which frame is the page itself.
func (t *Tab) findFrame(ctx context.Context) error {
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err == nil {
		t.mu.Lock()
		t.frame = tree.FrameTree.Frame.ID
		t.mu.Unlock()
	}
	return err
}

// Context is that of the tab, for commands of chromedp that Tab has not.
func (t *Tab) Context() context.Context { return t.ctx }

// step is a context for one step.
func (t *Tab) step() (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.ctx, patience)
}

// Do runs actions as one step.
func (t *Tab) Do(what string, actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := t.step()
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		return fmt.Errorf("%s at %s: %w", what, t.Path(), err)
	}
	return nil
}

// Open goes to an address and waits until its page has loaded.
func (t *Tab) Open(address string) error {
	return t.leave("open "+address, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		answer, err := cdp.Call(ctx, target, page.Navigate, page.NavigateParams{URL: address})
		if err == nil && answer.ErrorText != "" {
			return errors.New(answer.ErrorText)
		}
		return err
	}))
}

// Press clicks on what leads to another page and waits until that has loaded.
func (t *Tab) Press(selector string) error {
	return t.leave("press "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Leave does what leads to another page and waits until that has loaded.
func (t *Tab) Leave(what string, action chromedp.Action[chromedp.Void]) error {
	return t.leave(what, action)
}

func (t *Tab) leave(what string, action chromedp.Action[chromedp.Void]) error {
	ctx, cancel := t.step()
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, action); err != nil {
		return fmt.Errorf("%s at %s: %w", what, t.Path(), err)
	}
	return t.Settle()
}

// Click clicks on something that stays on the page.
func (t *Tab) Click(selector string) error {
	return t.Do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Type types into a field, behind what is in it.
func (t *Tab) Type(selector, text string) error {
	return t.Do("type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Fill replaces what is in a field, as a program that remembers addresses does.
func (t *Tab) Fill(selector, text string) error {
	there, err := Call[bool](t, `(selector, text) => {
		const field = document.querySelector(selector);
		if (!field) return false;
		field.value = text;
		for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, {bubbles: true}));
		return true;
	}`, selector, text)
	if err == nil && !there {
		err = fmt.Errorf("there is no %s at %s", selector, t.Path())
	}
	return err
}

// Key presses keys, whatever has the focus.
func (t *Tab) Key(keys string) error {
	return t.Do("press keys", chromedp.KeyEvent(keys))
}

// Ask evaluates an expression on the page, which may be a promise.
func Ask[T any](t *Tab, expression string) (T, error) {
	ctx, cancel := t.step()
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Call calls a function of JavaScript with arguments and returns its result, which may be a promise's.
func Call[T any](t *Tab, function string, arguments ...any) (T, error) {
	list, err := json.Marshal(append([]any{}, arguments...)) // never null
	if err != nil {
		var none T
		return none, err
	}
	return Ask[T](t, "("+function+")(..."+string(list)+")")
}

// pollEvery is how often the page is asked whether something has come about.
const pollEvery = 25 * time.Millisecond

// Until waits until an expression is true.
func (t *Tab) Until(expression string) error {
	ctx, cancel := t.step()
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && is {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it did not come about at %s that %s", t.Path(), expression)
		case <-tick.C:
		}
	}
}

// Has reports whether the page has an element.
func (t *Tab) Has(selector string) (bool, error) {
	return Call[bool](t, `(selector) => document.querySelector(selector) !== null`, selector)
}

// Path is the path of the page with its query, empty when it cannot be told.
func (t *Tab) Path() string {
	ctx, cancel := context.WithTimeout(t.ctx, time.Second)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return ""
	}
	u, err := url.Parse(at)
	if err != nil {
		return at
	}
	return u.RequestURI()
}

// Still keeps what the page would do by itself later, such as looking again for an outcome, from happening.
func (t *Tab) Still() error {
	_, err := Ask[bool](t, `(() => { for (let id = setTimeout(() => {}); id > 0; id--) { clearTimeout(id); clearInterval(id); } return true; })()`)
	return err
}

// Pause waits.
func (t *Tab) Pause(d time.Duration) error {
	return chromedp.Do(t.ctx, chromedp.Sleep(d))
}

// Replace shows an HTML document that no address has.
func (t *Tab) Replace(source string) error {
	return t.Do("show a document", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, page.Navigate, page.NavigateParams{URL: "about:blank"}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: t.frame, HTML: source})
		return err
	}))
}
