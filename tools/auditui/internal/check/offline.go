package check

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// keepFor is how long the storefront's worker has to keep a booking after its page was shown.
const keepFor = 3 * time.Second

// Offline buys tickets, takes the network away and opens the booking again, and the list of this device's bookings, which has to lead
// there: the codes of the tickets have to be shown, with their style. cut ends the storefront itself, so that nothing is left that could answer; nil leaves it be.
func Offline(w *tour.Walker, cut func() error) (found []report.Finding, detail string, err error) {
	if err := w.Tab.ServiceWorkers(true); err != nil {
		return nil, "", err
	}
	if err := w.Buy(); err != nil {
		return nil, "", err
	}
	booking, err := tab.Ask[string](w.Tab, `location.origin + location.pathname`)
	if err != nil {
		return nil, "", err
	}
	if err := awaitWorker(w.Tab); err != nil {
		return nil, "", err
	}
	if err := w.Tab.Offline(); err != nil {
		return nil, "", err
	}
	if cut != nil {
		if err := cut(); err != nil {
			return nil, "", err
		}
	}
	found = without(w.Tab, booking, tour.TicketShown)
	found = append(found, without(w.Tab, w.Site.URL(w.Lang, "/tickets"), tour.BookingListed)...)
	if len(found) == 0 {
		if err := press(w.Tab, tour.BookingListed); err != nil {
			return nil, "", err
		}
		found = there(w.Tab, tour.TicketShown)
	}
	return found, "the booking and the list of them", nil
}

// press clicks on a link, once as its user would, and waits until it has led somewhere, as long as that may take on a busy machine.
func press(t *tab.Tab, link string) error {
	const patience, every = 30 * time.Second, 100 * time.Millisecond
	from, err := tab.Ask[string](t, `location.pathname + location.search`)
	if err != nil {
		return err
	}
	if err := t.Click(link); err != nil && t.Path() == from { // a link that is gone is on its way
		return err
	}
	for until := time.Now().Add(patience); time.Now().Before(until); {
		if at := t.Path(); at != "" && at != from {
			return t.Settle()
		}
		if err := t.Pause(every); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s at %s leads nowhere", link, from)
}

// awaitWorker waits until the page has a service worker that is at work, and until it says that it is kept, if it says so at all.
func awaitWorker(t *tab.Tab) error {
	if err := t.Until(`Boolean(navigator.serviceWorker?.controller)`); err != nil {
		return fmt.Errorf("no service worker keeps the tickets: %w", err)
	}
	if err := t.Until(`[...document.querySelectorAll("[data-offline-ready]")].every((mark) => mark.checkVisibility())`); err != nil {
		return fmt.Errorf("the page is not kept: %w", err)
	}
	if err := t.Settle(); err != nil {
		return err
	}
	return t.Pause(keepFor)
}

// without opens a page without a network, which has to have something.
func without(t *tab.Tab, address, something string) []report.Finding {
	if err := t.Open(address); err != nil {
		return []report.Finding{{Rule: "not-there", Where: address, Text: oneLine(err.Error())}}
	}
	return there(t, something)
}

// there checks that the page has something, and its style.
func there(t *tab.Tab, something string) []report.Finding {
	var found []report.Finding
	if err := t.Until(`document.querySelector('` + something + `') !== null`); err != nil {
		found = append(found, report.Finding{Rule: "not-shown", Where: t.Path(), Text: "there is no " + something})
	}
	styled, err := tab.Ask[bool](t, `document.styleSheets.length > 0 && [...document.styleSheets].every((s) => s.cssRules.length > 0)`)
	if err != nil || !styled {
		found = append(found, report.Finding{Rule: "no-style", Where: t.Path(), Text: "its style sheet is not there"})
	}
	return found
}
