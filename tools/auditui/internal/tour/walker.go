package tour

import (
	"fmt"
	"strings"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

// Walker is a visitor on a journey.
type Walker struct {
	*Guide

	Tab  *tab.Tab
	Lang string

	number int64             // among all visitors
	notes  map[string]string // addresses that are wanted again later on the journey
	seats  []string          // that were chosen
}

// Step is a part of the way to a page.
type Step func(*Walker) error

// reach goes to a page and checks that it is the one.
func (w *Walker) reach(p Page) error {
	if err := p.Go(w); err != nil {
		return err
	}
	if got := w.Tab.Load().Status; got != p.Expects() {
		return fmt.Errorf("%s answered %d instead of %d", w.Tab.Path(), got, p.Expects())
	}
	return nil
}

// email is the address of this visitor, which tells their mails from others'. It is as long as some are.
func (w *Walker) email() string {
	return fmt.Sprintf("ada.king.countess.of.lovelace+%d@example.com", w.number)
}

// url is the address of a page in the visitor's language. "{far}" stands for a day on which nothing is on.
func (w *Walker) url(path string) string {
	return w.Site.URL(w.Lang, strings.ReplaceAll(path, "{far}", w.Far))
}

// Take goes some steps.
func (w *Walker) Take(list ...Step) error {
	for _, s := range list {
		if err := s(w); err != nil {
			return err
		}
	}
	return nil
}

func steps(list ...Step) Step {
	return func(w *Walker) error { return w.Take(list...) }
}

// open goes to a page in the visitor's language.
func open(path string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.url(path)) }
}

// openPlain goes to a page that has no language.
func openPlain(path string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.Site.Plain(path)) }
}

// press clicks on what leads to another page.
func press(selector string) Step {
	return func(w *Walker) error { return w.Tab.Press(selector) }
}

// still keeps a page from looking again by itself.
func still(w *Walker) error { return w.Tab.Still() }

// note remembers where the visitor is.
func (w *Walker) note(name string) error {
	at, err := tab.Ask[string](w.Tab, `location.origin + location.pathname`)
	w.notes[name] = at
	return err
}

// openNoted goes back to where the visitor was.
func openNoted(name string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.notes[name]) }
}
