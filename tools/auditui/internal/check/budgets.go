package check

import (
	"fmt"
	"strings"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// kilobyte is that of the budgets.
const kilobyte = 1024

// Budget is what a page of a class may take from the network before anybody touches it, in bytes as they are sent (brotli where
// the storefront has it). 0 means that there is no bound.
type Budget struct {
	HTML, CSS, JS int
	Images        int
	Geometry      int // of the seat map: where the seats are
	Status        int // of the seat map: which of them are free
	Requests      int
}

// BudgetOf is the table of the design's page on the front end, section 5, "Our budgets". What it says of pages that there are not, a
// waiting room and a widget for partners' pages, is left out. CSS is one file for all pages but the dashboards'.
func BudgetOf(class tour.Class) (b Budget, ok bool) {
	switch class {
	case tour.Browse:
		return Budget{HTML: 15 * kilobyte, CSS: 12 * kilobyte, JS: 12 * kilobyte, Images: 120 * kilobyte, Requests: 15}, true
	case tour.SeatMap:
		return Budget{HTML: 12 * kilobyte, CSS: 12 * kilobyte, JS: 20 * kilobyte, Geometry: 10 * kilobyte, Status: 5 * kilobyte, Requests: 10}, true
	case tour.Checkout:
		return Budget{HTML: 12 * kilobyte, CSS: 12 * kilobyte, JS: 15 * kilobyte, Requests: 10}, true
	case tour.Ticket:
		return Budget{HTML: 8 * kilobyte, CSS: 12 * kilobyte, JS: 8 * kilobyte, Requests: 10}, true // the QR codes are in the page
	case tour.Dashboard:
		return Budget{HTML: 15 * kilobyte, CSS: 20 * kilobyte, JS: 80 * kilobyte, Requests: 15}, true
	case tour.Foreign:
	}
	return Budget{}, false
}

// Weigh sums up what a page took, in the parts of a budget. A path that is asked for again and again, as that of the seats where there is no live connection, is one request.
func Weigh(l tab.Load) Budget {
	var b Budget
	seen := map[string]bool{}
	for i, r := range l.Requests {
		if p := path(r.URL); !seen[p] {
			seen[p] = true
			b.Requests++
		}
		if part := b.part(i, r); part != nil {
			*part += r.Bytes
		}
	}
	return b
}

// part is what a request counts for; nil for nothing but itself.
func (b *Budget) part(i int, r tab.Request) *int {
	switch {
	case i == 0:
		return &b.HTML
	case strings.Contains(r.URL, "/geometry"):
		return &b.Geometry
	case strings.HasSuffix(path(r.URL), "/seats"):
		return &b.Status
	}
	switch r.Type {
	case "Stylesheet":
		return &b.CSS
	case "Script":
		return &b.JS
	case "Image":
		return &b.Images
	}
	return nil
}

// path is an address without its query.
func path(address string) string {
	before, _, _ := strings.Cut(address, "?")
	return before
}

// share is a part of a budget.
type share struct {
	name        string
	used, bound int
}

func (b Budget) shares(bound Budget) []share {
	return []share{
		{"html", b.HTML, bound.HTML},
		{"css", b.CSS, bound.CSS},
		{"js", b.JS, bound.JS},
		{"images", b.Images, bound.Images},
		{"geometry", b.Geometry, bound.Geometry},
		{"status", b.Status, bound.Status},
		{"requests", b.Requests, bound.Requests},
	}
}

// Budgets holds pages to what their class may weigh.
type Budgets struct{}

// Name implements Check.
func (Budgets) Name() string { return "budgets" }

// Look implements Check.
func (Budgets) Look(v *tour.Visit) ([]report.Finding, string, error) {
	bound, ok := BudgetOf(v.Page.Class)
	if !ok {
		return nil, "", nil
	}
	found, detail := weighed(v.Load, bound)
	return found, detail, nil
}

// weighed compares what a page took with its bounds.
func weighed(l tab.Load, bound Budget) (found []report.Finding, detail string) {
	var words []string
	for _, s := range Weigh(l).shares(bound) {
		words = append(words, fmt.Sprintf("%s %s", s.name, amount(s.name, s.used)))
		if s.bound > 0 && s.used > s.bound {
			found = append(found, report.Finding{
				Rule: s.name, Where: clip(requested(l), 600), Text: fmt.Sprintf("%s of at most %s", amount(s.name, s.used), amount(s.name, s.bound)),
			})
		}
	}
	if encoding := l.Requests[0].Encoding; encoding != "br" {
		words = append(words, "html as "+encoding)
	}
	return found, strings.Join(words, ", ")
}

// requested are the paths of what a page took.
func requested(l tab.Load) string {
	var paths []string
	for _, r := range l.Requests {
		_, rest, _ := strings.Cut(path(r.URL), "://")
		_, rest, _ = strings.Cut(rest, "/")
		paths = append(paths, "/"+rest)
	}
	return strings.Join(paths, " ")
}

// amount is a number of bytes or of requests.
func amount(name string, n int) string {
	if name == "requests" {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%.1f KB", float64(n)/kilobyte)
}
