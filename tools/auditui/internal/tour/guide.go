package tour

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/chromedp/chromedp"

	"github.com/marquee-tickets/marquee/internal/chrome"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/shop"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

// Guide walks through a storefront.
type Guide struct {
	Site      Site
	Programme shop.Programme
	API       *shop.API
	Far       string // a date on which nothing is on: "2027-01-31"
	Chromium  string // the program
	Browsers  int    // how many walk at once; 0 means 1

	soldOut  *soldOut      // both are shared by the copies of a guide
	visitors *atomic.Int64 // how many there have been
}

// NewGuide returns a guide with a browser to walk in, several at once if that is more than 1. What else it needs is set later.
func NewGuide(chromium string, browsers int) *Guide {
	return &Guide{Chromium: chromium, Browsers: browsers, soldOut: &soldOut{sales: map[string][]shop.Sale{}}, visitors: &atomic.Int64{}}
}

// Look is what is done at each page that is chosen. It may be called by several goroutines at once, each with a visit of its own.
type Look func(*Visit) error

// Lost says that a page was not reached. Those behind it on its journey were not, either.
type Lost struct {
	Page, Lang string
	Err        error
}

// outing is a journey in a language, up to the last page that is chosen.
type outing struct {
	journey Journey
	lang    string
	pages   []Page
}

// outings are the journeys that lead to what is chosen.
func (g *Guide) outings(c Choice) []outing {
	var list []outing
	for _, lang := range c.Languages {
		for _, j := range Journeys() {
			pages := j.in(lang)
			last := -1
			for i, p := range pages {
				if c.has(p, lang) {
					last = i
				}
			}
			if last >= 0 && (!j.Own || g.Site.Token != "") {
				list = append(list, outing{j, lang, pages[:last+1]})
			}
		}
	}
	return list
}

// Walk goes on all journeys that lead to what is chosen and has each chosen page looked at. It returns the pages that were not
// reached. Error: no browser starts, or look fails.
func (g *Guide) Walk(ctx context.Context, c Choice, look Look) ([]Lost, error) {
	todo := make(chan outing)
	var mu sync.Mutex
	var lost []Lost
	var failed error
	var walkers sync.WaitGroup
	for range max(g.Browsers, 1) {
		walkers.Go(func() {
			err := g.inBrowser(ctx, func(browser context.Context) error {
				for o := range todo {
					missed, err := g.outing(browser, o, c, look)
					mu.Lock()
					lost = append(lost, missed...)
					mu.Unlock()
					if err != nil {
						return err
					}
				}
				return nil
			})
			mu.Lock()
			failed = errors.Join(failed, err)
			mu.Unlock()
			for range todo { // nobody else may be there to take them
			}
		})
	}
	for _, o := range g.outings(c) {
		todo <- o
	}
	close(todo)
	walkers.Wait()
	return lost, failed
}

// inBrowser does something with a browser that has an empty profile.
func (g *Guide) inBrowser(ctx context.Context, do func(context.Context) error) error {
	profile, err := os.MkdirTemp("", "auditui-browser")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(profile) }()
	browser, stop, err := chrome.Start(ctx, g.Chromium, profile)
	if err != nil {
		return fmt.Errorf("start %s: %w", g.Chromium, err)
	}
	defer stop()
	return do(browser)
}

// Visitor lends somebody new, without cookies, in a browser of their own.
func (g *Guide) Visitor(ctx context.Context, lang string, do func(*Walker) error) error {
	return g.inBrowser(ctx, func(browser context.Context) error { return g.visitor(browser, lang, do) })
}

func (g *Guide) visitor(browser context.Context, lang string, do func(*Walker) error) error {
	ctx, end := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer end()
	t, err := tab.New(ctx)
	if err != nil {
		return err
	}
	return do(&Walker{Guide: g, Tab: t, Lang: lang, number: g.visitors.Add(1), notes: map[string]string{}})
}

// outing goes on one journey.
func (g *Guide) outing(browser context.Context, o outing, c Choice, look Look) (lost []Lost, err error) {
	err = g.visitor(browser, o.lang, func(w *Walker) error {
		for i, p := range o.pages {
			if o.journey.Loose && !c.has(p, o.lang) {
				continue
			}
			if err := w.reach(p); err != nil {
				lost = append(lost, o.lose(i, c, err)...)
				if o.journey.Loose {
					continue
				}
				return nil
			}
			if c.has(p, o.lang) {
				if err := w.stop(p, look); err != nil {
					return fmt.Errorf("%s/%s: %w", o.lang, p.Name, err)
				}
			}
		}
		return nil
	})
	return lost, err
}

// lose says which of the chosen pages are not reached when the i-th is not.
func (o outing) lose(i int, c Choice, why error) []Lost {
	end := len(o.pages)
	if o.journey.Loose {
		end = i + 1
	}
	var lost []Lost
	for _, p := range o.pages[i:end] {
		if c.has(p, o.lang) {
			lost = append(lost, Lost{p.Name, o.lang, why})
		}
	}
	return lost
}

// stop has a page looked at, and shows it as it was before.
func (w *Walker) stop(p Page, look Look) error {
	if err := look(&Visit{Page: p, Lang: w.Lang, Tab: w.Tab, Load: w.Tab.Load()}); err != nil {
		return err
	}
	return w.Tab.Show(tab.Phone)
}
