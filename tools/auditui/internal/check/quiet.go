package check

import (
	"fmt"
	"strings"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// Quiet wants pages to load without an error in the console, a breach of the content security policy or a request that fails.
type Quiet struct{}

// Name implements Check.
func (Quiet) Name() string { return "quiet" }

// Look implements Check.
func (Quiet) Look(v *tour.Visit) ([]report.Finding, string, error) {
	var found []report.Finding
	for _, m := range v.Tab.Messages() {
		if m.Source == "network" && v.Page.Expects() >= 400 && m.URL == v.Load.URL {
			continue // the page itself, which answers so on purpose
		}
		found = append(found, report.Finding{Rule: m.Source, Where: m.URL, Text: oneLine(m.Text)})
	}
	for i, r := range v.Load.Requests {
		switch {
		case r.Failed != "" && !strings.Contains(r.Failed, "ABORTED"):
			found = append(found, report.Finding{Rule: "request-failed", Where: r.URL, Text: r.Failed})
		case i > 0 && r.Status >= 400:
			found = append(found, report.Finding{Rule: "request-failed", Where: r.URL, Text: fmt.Sprintf("answered %d", r.Status)})
		}
	}
	return found, fmt.Sprintf("%d requests", len(v.Load.Requests)), nil
}
