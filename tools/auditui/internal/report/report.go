// Package report says what an audit finds: a line for each page and check while it runs, then what misses, a table and one line
// of figures.
package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Finding is something that misses its goal.
type Finding struct {
	Rule  string // what is missed: "color-contrast"
	Look  string // how the page was shown: "dark, 320 px"; may be empty
	Where string // the element or file at fault; may be empty
	Text  string // what is wrong, in words
}

// Result is what a check says of a page.
type Result struct {
	Check, Page string
	Detail      string // a figure or two; may be empty
	Findings    []Finding
}

// Report collects results. It is safe for concurrent use.
type Report struct {
	out io.Writer

	mu      sync.Mutex
	results []Result
	figures map[string]string
}

// New returns an empty report that prints.
func New(out io.Writer) *Report { return &Report{out: out, figures: map[string]string{}} }

// Printf prints a line of progress.
func (r *Report) Printf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.printf(format+"\n", args...)
}

// printf prints; a report that nobody can read has nobody to tell.
func (r *Report) printf(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format, args...) }

// Add notes a result and prints its line.
func (r *Report) Add(result Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results = append(r.results, result)
	verdict := "ok  "
	if len(result.Findings) > 0 {
		verdict = "MISS"
	}
	r.printf("%s  %-10s %-24s %s\n", verdict, result.Check, result.Page, strings.TrimSpace(result.Detail+" "+rules(result.Findings)))
}

// rules are what findings miss, each with how often.
func rules(list []Finding) string {
	count := map[string]int{}
	var names []string
	for _, f := range list {
		if count[f.Rule]++; count[f.Rule] == 1 {
			names = append(names, f.Rule)
		}
	}
	for i, name := range names {
		if count[name] > 1 {
			names[i] = fmt.Sprintf("%s (%d)", name, count[name])
		}
	}
	return strings.Join(names, ", ")
}

// Figure sets a figure of the last line that is not the number of findings.
func (r *Report) Figure(name, value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.figures[name] = value
}

// Misses is the number of findings.
func (r *Report) Misses() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, result := range r.results {
		n += len(result.Findings)
	}
	return n
}

// Checks are the names of what was checked, in the order of their names.
func (r *Report) checks() []string {
	var names []string
	for _, result := range r.results {
		if !slices.Contains(names, result.Check) {
			names = append(names, result.Check)
		}
	}
	slices.Sort(names)
	return names
}

// Close prints what misses, the table and the line of figures.
func (r *Report) Close(figures []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.misses()
	r.table()
	r.printf("\n%s\n", r.line(figures))
}

// Bounds of what is printed of one rule.
const (
	mostPlaces = 6
	mostPages  = 12
)

// missed is all findings of a rule.
type missed struct {
	check, rule string
	count       int
	texts       []string // what is wrong and where
	pages       []string
}

// misses prints the findings, rule by rule, with some of the places and the pages that have them.
func (r *Report) misses() {
	all := r.missed()
	if len(all) > 0 {
		r.printf("\nWhat misses:\n")
	}
	for _, m := range all {
		r.printf("\n%s: %s: %d\n", m.check, m.rule, m.count)
		r.list(m.texts, mostPlaces, "  %s\n", "  and %d other places\n")
		r.printf("  on")
		r.list(m.pages, mostPages, " %s", " and %d other pages")
		r.printf("\n")
	}
}

// list prints the first of some texts, and how many there are more.
func (r *Report) list(texts []string, most int, format, more string) {
	for _, text := range texts[:min(most, len(texts))] {
		r.printf(format, text)
	}
	if n := len(texts) - most; n > 0 {
		r.printf(more, n)
	}
}

// missed gathers the findings by their rules.
func (r *Report) missed() []*missed {
	var all []*missed
	for _, result := range r.results {
		for _, f := range result.Findings {
			i := slices.IndexFunc(all, func(m *missed) bool { return m.check == result.Check && m.rule == f.Rule })
			if i < 0 {
				i, all = len(all), append(all, &missed{check: result.Check, rule: f.Rule})
			}
			all[i].add(result.Page, f)
		}
	}
	slices.SortStableFunc(all, func(a, b *missed) int { return cmp.Or(cmp.Compare(a.check, b.check), cmp.Compare(a.rule, b.rule)) })
	return all
}

func (m *missed) add(page string, f Finding) {
	m.count++
	text := f.Text
	if f.Where != "" {
		text += "\n    " + f.Where
	}
	if !slices.Contains(m.texts, text) {
		m.texts = append(m.texts, text)
	}
	if f.Look != "" {
		page += " (" + f.Look + ")"
	}
	if !slices.Contains(m.pages, page) {
		m.pages = append(m.pages, page)
	}
}

// table prints, for each check, how much was looked at and how much misses.
func (r *Report) table() {
	r.printf("\n%-12s %6s %6s %8s\n", "check", "looks", "pages", "findings")
	for _, check := range r.checks() {
		looks, findings, pages := 0, 0, map[string]bool{}
		for _, result := range r.results {
			if result.Check == check {
				looks, findings = looks+1, findings+len(result.Findings)
				pages[result.Page] = true
			}
		}
		r.printf("%-12s %6d %6d %8d\n", check, looks, len(pages), findings)
	}
}

// line is the figures in one line: those that were set, for others the number of findings of the check of that name, with or without
// "_over" behind it, and "-" for what was not checked.
func (r *Report) line(figures []string) string {
	words := make([]string, len(figures))
	for i, name := range figures {
		words[i] = name + "=" + r.figure(name)
	}
	return strings.Join(words, " ")
}

func (r *Report) figure(name string) string {
	if value, ok := r.figures[name]; ok {
		return value
	}
	found, n := false, 0
	name = strings.TrimSuffix(name, "_over")
	for _, result := range r.results {
		if result.Check == name {
			found, n = true, n+len(result.Findings)
		}
	}
	if !found {
		return "-"
	}
	return fmt.Sprint(n)
}
