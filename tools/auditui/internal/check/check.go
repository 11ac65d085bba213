// Package check looks at the pages of a storefront. A Check looks at one page that is shown, and each is in a file of its own; so
// are the checks that go through the whole of a purchase, such as Keyboard.
package check

import (
	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// Check looks at a page that is shown. It may leave the page shown differently, and is used by several goroutines at once.
type Check interface {
	// Name is what the check is called, on the command line and in the report: "axe".
	Name() string

	// Look returns what misses, and a figure or two. Error: the page could not be looked at.
	Look(v *tour.Visit) (found []report.Finding, detail string, err error)
}
