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

// Offline buys tickets, takes the network away and opens the booking and the tickets of this device again: they have to be there, with
// their codes and their style. cut ends the storefront itself, so that nothing is left that could answer; nil leaves it be.
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
	for _, address := range []string{booking, w.Site.URL(w.Lang, "/tickets")} {
		found = append(found, without(w.Tab, address)...)
	}
	return found, "the booking and the tickets", nil
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

// without opens a page without a network.
func without(t *tab.Tab, address string) []report.Finding {
	if err := t.Open(address); err != nil {
		return []report.Finding{{Rule: "not-there", Where: address, Text: oneLine(err.Error())}}
	}
	var found []report.Finding
	if err := t.Until(`document.querySelector("` + tour.TicketShown + `") !== null`); err != nil {
		found = append(found, report.Finding{Rule: "no-ticket", Where: address, Text: "no code of a ticket is shown"})
	}
	styled, err := tab.Ask[bool](t, `document.styleSheets.length > 0 && [...document.styleSheets].every((s) => s.cssRules.length > 0)`)
	if err != nil || !styled {
		found = append(found, report.Finding{Rule: "no-style", Where: address, Text: "its style sheet is not there"})
	}
	return found
}
