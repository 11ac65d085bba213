package check

import (
	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

// Seams for tests.
var (
	ParseHTML       = parseHTML
	ParseLighthouse = parseLighthouse
	Median          = median
	Slowdown        = slowdown
	Misses          = Score.misses
	Fair            = Score.fair
	Weighed         = weighed
	Overflow        = overflow
	Enlarge         = enlarge
	NoScriptRuns    = noScriptRuns
	Press           = press
)

// Run has axe look at what a tab shows.
func (a *Axe) Run(t *tab.Tab) ([]Violation, error) { return a.run(t) }

// Through goes past all stops of a page and returns what misses.
func Through(t *tab.Tab) (stops int, found []report.Finding, err error) {
	k := &keyboard{tab: t}
	if err := t.Focus(); err != nil {
		return 0, nil, err
	}
	err = k.through()
	return k.stops, k.found, err
}

// To goes on with Tab to what an expression is true of.
func To(t *tab.Tab, target string) error { return (&keyboard{tab: t}).to(target) }
