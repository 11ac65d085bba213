package check

import (
	"cmp"
	"slices"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
)

// sorted orders results by their pages.
func sorted(list []report.Result) []report.Result {
	slices.SortFunc(list, func(a, b report.Result) int { return cmp.Compare(a.Page, b.Page) })
	return list
}
