package check

import (
	"errors"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// NoScript buys two tickets in a browser that runs no script, from the home page to the tickets.
func NoScript(w *tour.Walker) (found []report.Finding, detail string, err error) {
	if err := w.Tab.Script(false); err != nil {
		return nil, "", err
	}
	if err := noScriptRuns(w.Tab); err != nil {
		return nil, "", err
	}
	if err := w.Tab.Open(w.Site.URL(w.Lang, "")); err != nil {
		return nil, "", err
	}
	for _, step := range []tour.Step{
		follow(`main a[href$="/` + w.Programme.City + `"]`),
		follow(`main a[href*="/events/` + w.Programme.Event + `"]`),
		follow(`main a[href*="/shows/"]`),
		chooseWithoutScript, tour.ReserveChosen, tour.Details, tour.Pay, tour.Bank, tour.TicketsShown,
	} {
		if err := step(w); err != nil {
			return nil, "", err
		}
	}
	return nil, "home to tickets", nil
}

func follow(selector string) tour.Step {
	return func(w *tour.Walker) error { return w.Tab.Press(selector) }
}

var errScript = errors.New("the browser runs scripts although it was told not to")

// noScriptRuns checks that the browser does as it was told: nothing else here would show it.
func noScriptRuns(t *tab.Tab) error {
	if err := t.Replace(`<!doctype html><title>none</title><script>document.title = "ran"</script>`); err != nil {
		return err
	}
	title, err := tab.Ask[string](t, `document.title`)
	if err == nil && title != "none" {
		err = errScript
	}
	return err
}

// row is the first row of the page's list of seats of which all are free, but for the first of the hall, which has places that are kept for wheelchairs.
const row = `details:nth-of-type(n+2):has(input[name="seat"]):not(:has(input[name="seat"]:disabled))`

// chooseWithoutScript opens a row and clicks on its first two seats.
func chooseWithoutScript(w *tour.Walker) error {
	for _, part := range []string{" > summary", ` label:nth-child(1):has(input[name="seat"])`, ` label:nth-child(2):has(input[name="seat"])`} {
		if err := w.Tab.Click(row + part); err != nil {
			return err
		}
	}
	return nil
}
