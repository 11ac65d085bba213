package check

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// Axe looks for what keeps people out, with axe-core: all rules of WCAG 2.2 AA and those that it calls best practice.
type Axe struct {
	source, canary string
}

// NewAxe reads axe-core and the canary from the repository at root.
func NewAxe(root string) (*Axe, error) {
	folder := filepath.Join(root, "storefront", "testdata")
	source, err := os.ReadFile(filepath.Join(folder, "axe-core", "axe.js"))
	if err != nil {
		return nil, err
	}
	canary, err := os.ReadFile(filepath.Join(folder, "canary.html"))
	return &Axe{source: string(source), canary: string(canary)}, err
}

// Name implements Check.
func (*Axe) Name() string { return "axe" }

// look is a way in which a page is shown to axe.
type look struct {
	name string
	tab.Look
}

// looks are how a page is shown. Colours that a system forces on pages are not looked at: axe takes those of the style sheet for them.
func looks(lang string) []look {
	light := look{"light", tab.Look{Width: 1280, Height: 900}}
	dark := look{"dark", tab.Look{Width: 390, Height: 844, Dark: true}}
	narrow := look{"320 px", tab.Look{Width: 320, Height: 844}}
	switch lang {
	case tour.English:
		return []look{light, dark, narrow}
	case tour.Arabic:
		return []look{{"from the right", light.Look}, {"from the right, dark", dark.Look}, {"from the right, 320 px", narrow.Look}}
	}
	return []look{narrow}
}

// Violation is what axe finds.
type Violation struct {
	Rule, Help string
	Nodes      []Node
}

// Node is an element at fault.
type Node struct {
	HTML, Summary string
}

// audit runs axe on the page. Its cache of style sheets is not wanted: it would fetch them again.
const audit = `() => axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"], preload: false,
}).then((found) => found.violations.map((v) => ({Rule: v.id, Help: v.help, Nodes: v.nodes.map((n) => ({HTML: n.html, Summary: n.failureSummary}))})))`

// Look implements Check.
func (a *Axe) Look(v *tour.Visit) ([]report.Finding, string, error) {
	var found []report.Finding
	list := looks(v.Lang)
	for _, l := range list {
		if err := v.Tab.Show(l.Look); err != nil {
			return nil, "", err
		}
		violations, err := a.run(v.Tab)
		if err != nil {
			return nil, "", err
		}
		for _, violation := range violations {
			found = append(found, violation.findings(l.name)...)
		}
	}
	return found, fmt.Sprintf("%d looks", len(list)), nil
}

// run audits the page as it is shown.
func (a *Axe) run(t *tab.Tab) ([]Violation, error) {
	there, err := tab.Ask[bool](t, `"axe" in window`)
	if err != nil {
		return nil, err
	}
	if !there {
		if _, err := tab.Ask[string](t, a.source+";axe.version"); err != nil {
			return nil, fmt.Errorf("load axe: %w", err)
		}
	}
	return tab.Call[[]Violation](t, audit)
}

// findings are a violation, element by element.
func (v Violation) findings(how string) []report.Finding {
	var list []report.Finding
	for _, n := range v.Nodes {
		list = append(list, report.Finding{Rule: v.Rule, Look: how, Where: clip(n.HTML, 200), Text: v.Help + ". " + oneLine(n.Summary)})
	}
	return list
}

// oneLine is a text without breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip is the beginning of a text, in one line.
func clip(s string, most int) string {
	s = oneLine(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// canaryFaults are rules that the canary breaks, all of them far below what its screen shows.
func canaryFaults() []string {
	return []string{"color-contrast", "image-alt", "label", "target-size", "button-name", "aria-roles"}
}

// Canary shows axe a page with faults. What it does not see there is a finding: an audit that has gone blind finds nothing anywhere.
func (a *Axe) Canary(t *tab.Tab) ([]report.Finding, error) {
	if err := t.Replace(a.canary); err != nil {
		return nil, err
	}
	var blind []report.Finding
	for _, l := range looks(tour.English) {
		if err := t.Show(l.Look); err != nil {
			return nil, err
		}
		violations, err := a.run(t)
		if err != nil {
			return nil, err
		}
		for _, rule := range canaryFaults() {
			if !slices.ContainsFunc(violations, func(v Violation) bool { return v.Rule == rule }) {
				blind = append(blind, report.Finding{Rule: rule, Look: l.name, Text: "axe does not see the fault of the canary page"})
			}
		}
	}
	return blind, nil
}
