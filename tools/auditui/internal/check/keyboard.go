package check

import (
	_ "embed" // for the script
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// Keyboard buys a ticket with key presses alone, from the home page to the ticket: Tab, Enter, Space, arrows and typing. On each page it
// first goes through everything that takes the focus and back out. It wants each stop to look different while it has the focus, to be
// in sight (WCAG 2.4.7, 2.4.11), and the way out of the page to be open (2.1.2).
func Keyboard(w *tour.Walker) (found []report.Finding, detail string, err error) {
	k := &keyboard{tab: w.Tab}
	err = k.buy(w)
	return k.found, fmt.Sprintf("%d stops on %d pages", k.stops, k.pages), err
}

// keyboard is somebody without a mouse.
type keyboard struct {
	tab          *tab.Tab
	found        []report.Finding
	stops, pages int
}

// buy is the purchase. Each target is an expression about the element e that has the focus.
func (k *keyboard) buy(w *tour.Walker) error {
	if err := k.tab.Focus(); err != nil {
		return err
	}
	if err := k.tab.Open(w.Site.URL(w.Lang, "")); err != nil {
		return err
	}
	for _, part := range []func() error{
		func() error { return k.follow(`e.matches('main a[href$="/` + w.Programme.City + `"]')`) },
		func() error { return k.follow(`e.matches('main a[href*="/events/` + w.Programme.Event + `"]')`) },
		func() error { return k.follow(`e.matches('main a[href*="/shows/"]')`) },
		k.chooseSeat,
		k.details,
		func() error { return k.send(`e.type === "submit" && e.form?.action.endsWith("/payment")`, " ") },
		k.bank,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return k.tab.Until(`document.querySelector("` + tour.TicketShown + `") !== null`)
}

// follow goes through a page, and then to a link of it.
func (k *keyboard) follow(target string) error {
	if err := k.through(); err != nil {
		return err
	}
	return k.send(target, kb.Enter)
}

// send goes to what leads to another page, and presses a key there.
func (k *keyboard) send(target, key string) error {
	if err := k.to(target); err != nil {
		return err
	}
	return k.tab.Leave("press a key on "+target, chromedp.KeyEvent(key))
}

// isSeat and isRow are a seat of the list that can be chosen, and the head of a row of seats. The list is the map's or the page's.
const (
	isSeat = `e.type === "checkbox" && (e.name === "seat" || e.getRootNode() !== document && e.closest("details"))`
	isRow  = `e.matches("summary") && (e.getRootNode() !== document || e.closest('form[action$="/holds"]')?.querySelector('[name="seat"]'))`
)

// mostSeats is how many seats are tried: some are kept for others.
const mostSeats = 5

// chooseSeat opens a row of seats and chooses the first that can be had, which leaves no seat alone.
func (k *keyboard) chooseSeat() error {
	if err := k.through(); err != nil {
		return err
	}
	if err := k.to(`(` + isSeat + `) || ` + isRow); err != nil {
		return err
	}
	closed, err := k.at(`e.matches("summary") && !e.parentElement.open`)
	if err == nil && closed {
		err = k.tab.Key(kb.Enter)
	}
	if err != nil {
		return err
	}
	if err := k.takeSeat(); err != nil {
		return err
	}
	return k.send(`e.type === "submit" && e.form?.action.endsWith("/holds") && !e.form.querySelector('[name="mode"][value="best"]')`, kb.Enter)
}

var errNotChosen = errors.New("the space bar does not choose a seat")

// takeSeat goes from seat to seat until one is chosen.
func (k *keyboard) takeSeat() error {
	for range mostSeats {
		if err := k.to(isSeat); err != nil {
			return err
		}
		if err := k.tab.Key(" "); err != nil {
			return err
		}
		if chosen, err := k.at(`e.checked`); err != nil || chosen {
			return err
		}
	}
	return errNotChosen
}

// details fills in who buys; Enter in a field sends the form.
func (k *keyboard) details() error {
	if err := k.through(); err != nil {
		return err
	}
	for _, field := range []struct{ name, text string }{{"name", "Ada Lovelace"}, {"email", "ada.keyboard@example.com"}} {
		if err := k.to(`e.name === "` + field.name + `" && e.form?.action.endsWith("/booking")`); err != nil {
			return err
		}
		if err := k.tab.Key(field.text); err != nil {
			return err
		}
	}
	return k.tab.Leave("press Enter", chromedp.KeyEvent(kb.Enter))
}

// bank chooses among the answers of the test bank with the arrows.
func (k *keyboard) bank() error {
	if err := k.to(`e.type === "radio" && e.name === "outcome"`); err != nil {
		return err
	}
	if err := k.tab.Key(kb.ArrowDown + kb.ArrowUp); err != nil {
		return err
	}
	if paid, err := k.at(`e.value === "pay" && e.checked`); err != nil || !paid {
		return errors.Join(errors.New("the arrows do not choose among the bank's answers"), err)
	}
	return k.send(`e.type === "submit" && e.name !== "cancel"`, kb.Enter)
}

// stop is what has the focus.
type stop struct {
	Where  string // its markup; empty when nothing on the page has the focus
	First  bool   // it was the first of the page
	Is     bool   // what was asked about it
	Shown  bool   // it looks different from how it looks without the focus
	InView bool
}

// focus is the function that tells what has the focus.
//
//go:embed focus.js
var focus string

// now tells what has the focus, and whether something is true of it.
func (k *keyboard) now(is string) (stop, error) {
	return tab.Ask[stop](k.tab, "("+focus+")((e) => Boolean("+is+"))")
}

// at reports whether something is true of what has the focus.
func (k *keyboard) at(is string) (bool, error) {
	s, err := k.now(is)
	return s.Is, err
}

// mostStops bounds the way through a page.
const mostStops = 600

// onItsWay is how long a page may take to bring what has the focus into sight on a busy machine, and lookEvery how often that is looked at.
const onItsWay, lookEvery = 3 * time.Second, 100 * time.Millisecond

// next goes on to the next stop and looks at it.
func (k *keyboard) next(is string) (stop, error) {
	if err := k.tab.Key(kb.Tab); err != nil {
		return stop{}, err
	}
	s, err := k.now(is)
	first := s.First // any stop is where one has been once it has been looked at
	if err == nil {
		s, err = k.inSight(s, is)
	}
	if err == nil && !(s.Shown && s.InView) {
		if err = k.refocus(); err == nil {
			s, err = k.now(is)
		}
	}
	s.First = first
	if err != nil || s.Where == "" {
		return s, err
	}
	k.stops++
	if !s.Shown {
		k.miss("focus-not-visible", s, "it looks the same with the focus as without")
	}
	if !s.InView {
		k.miss("focus-obscured", s, "it has the focus, and nothing of it is in sight")
	}
	return s, nil
}

// inSight is a stop once the page has brought it into sight, or has not in its time.
func (k *keyboard) inSight(s stop, is string) (_ stop, err error) {
	for until := time.Now().Add(onItsWay); err == nil && !(s.Shown && s.InView) && time.Now().Before(until); {
		if err = k.tab.Pause(lookEvery); err == nil {
			s, err = k.now(is)
		}
	}
	return s, err
}

// again gives the focus to what has it.
const again = `(() => {
	let e = document.activeElement;
	while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
	e?.blur();
	e?.focus();
	return true;
})()`

// refocus has the browser bring what has the focus into sight once more: what a page loads late, above it, may have moved it away meanwhile. What is
// behind something else is so after this, too.
func (k *keyboard) refocus() error {
	_, err := tab.Ask[bool](k.tab, again)
	return err
}

func (k *keyboard) miss(rule string, s stop, text string) {
	k.found = append(k.found, report.Finding{Rule: rule, Look: k.tab.Path(), Where: clip(s.Where, 200), Text: text})
}

var errTrap = errors.New("the Tab key does not lead out of the page: it is a trap, or there are too many stops")

// through goes past all stops of a page and out of it. The script keeps which was the first.
func (k *keyboard) through() error {
	k.pages++
	for range mostStops {
		s, err := k.next("false")
		if err != nil {
			return err
		}
		if s.Where == "" || s.First {
			return nil
		}
	}
	return fmt.Errorf("%w: %s", errTrap, k.tab.Path())
}

// to goes on until something is true of what has the focus, once around the page at most.
func (k *keyboard) to(target string) error {
	outside := 0
	for range mostStops {
		s, err := k.next(target)
		if err != nil || s.Is {
			return err
		}
		if s.Where == "" {
			outside++
		}
		if outside > 2 {
			break
		}
	}
	return fmt.Errorf("no way leads with Tab to %s at %s", target, k.tab.Path())
}
