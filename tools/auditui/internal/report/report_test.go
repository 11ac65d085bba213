package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
)

func TestReport_EndsWithOneLineOfFigures(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	r := report.New(&out)
	r.Add(report.Result{Check: "axe", Page: "en/home", Detail: "3 looks"})
	r.Add(report.Result{Check: "budgets", Page: "en/home", Findings: []report.Finding{{Rule: "html", Text: "16.0 KB of at most 15.0 KB"}}})
	r.Figure("pages", "1")
	r.Close([]string{"pages", "axe", "html", "budgets_over"})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Equal(t, "pages=1 axe=0 html=- budgets_over=1", lines[len(lines)-1])
	assert.Equal(t, 1, r.Misses())
}

func TestReport_LinePerPageAndCheck(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	r := report.New(&out)
	r.Add(report.Result{Check: "axe", Page: "en/home", Detail: "3 looks"})
	r.Add(report.Result{Check: "axe", Page: "ar/hold", Detail: "3 looks", Findings: []report.Finding{{Rule: "label"}, {Rule: "list"}, {Rule: "label"}}})
	assert.Equal(t, "ok    axe        en/home                  3 looks\nMISS  axe        ar/hold                  3 looks label (2), list\n", out.String())
}

// What many pages have is said once, with where it is.
func TestReport_GathersFindingsByRule(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	r := report.New(&out)
	for _, page := range []string{"en/home", "en/city", "ar/home"} {
		r.Add(report.Result{Check: "axe", Page: page, Findings: []report.Finding{{Rule: "label", Look: "dark", Where: "<input>", Text: "has no label"}}})
	}
	r.Add(report.Result{Check: "axe", Page: "ar/hold", Findings: []report.Finding{{Rule: "label", Where: "<select>", Text: "has no label"}}})
	r.Close(nil)
	assert.Contains(t, out.String(), "axe: label: 4\n  has no label\n    <input>\n  has no label\n    <select>\n  on en/home (dark) en/city (dark) ar/home (dark) ar/hold\n")
	assert.Contains(t, out.String(), "axe               4      4        4\n")
}

func TestReport_LongListsAreCut(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	r := report.New(&out)
	for page := range 40 {
		r.Add(report.Result{Check: "html", Page: strings.Repeat("x", page+1), Findings: []report.Finding{{Rule: "valid-id", Where: strings.Repeat("y", page+1)}}})
	}
	r.Close(nil)
	assert.Contains(t, out.String(), "  and 34 other places\n")
	assert.Contains(t, out.String(), " and 28 other pages\n")
}
