package check

import (
	"context"
	_ "embed" // for the configuration
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/npm"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// HTML has html-validate read the pages as they were sent. It keeps them in a folder until Finish, since starting the validator takes
// longer than reading them all.
type HTML struct {
	folder string

	mu    sync.Mutex
	pages map[string]string // names of the pages by the names of their files
}

// NewHTML returns a check that keeps its files in a folder.
func NewHTML(folder string) *HTML { return &HTML{folder: folder, pages: map[string]string{}} }

// Name implements Check.
func (*HTML) Name() string { return "html" }

// Look implements Check: it only keeps the page.
func (h *HTML) Look(v *tour.Visit) ([]report.Finding, string, error) {
	if v.Page.Class == tour.Foreign && v.Page.Name != "bank" { // mails are written for mail programs
		return nil, "", nil
	}
	source, err := v.Tab.Source()
	if err != nil {
		return nil, "", err
	}
	return nil, "", h.keep(v.Name(), source)
}

func (h *HTML) keep(page, source string) error {
	name := strings.ReplaceAll(page, "/", "-") + ".html"
	h.mu.Lock()
	h.pages[name] = page
	h.mu.Unlock()
	return os.WriteFile(filepath.Join(h.folder, name), []byte(source), 0o600)
}

// rules is the configuration of html-validate, with the reason for each rule that is off.
//
//go:embed htmlvalidate.cjs
var rules []byte

// Finish has all pages validated, and returns the result of each.
func (h *HTML) Finish(ctx context.Context) ([]report.Result, error) {
	if len(h.pages) == 0 {
		return nil, nil
	}
	config := filepath.Join(h.folder, "htmlvalidate.cjs")
	if err := os.WriteFile(config, rules, 0o600); err != nil {
		return nil, err
	}
	answer := filepath.Join(h.folder, "answer.json") // what it prints is cut off where a pipe is full
	cmd := npm.Command(ctx, npm.HTMLValidate, "--config", config, "--formatter", "json="+answer, filepath.Join(h.folder, "*.html"))
	out, err := npm.Answer(cmd, answer)
	if err != nil {
		return nil, err
	}
	found, err := parseHTML(out)
	if err != nil {
		return nil, err
	}
	return h.results(found), nil
}

// results are the findings by page.
func (h *HTML) results(found map[string][]report.Finding) []report.Result {
	var list []report.Result
	for name, page := range h.pages {
		list = append(list, report.Result{Check: h.Name(), Page: page, Findings: found[name]})
	}
	return sorted(list)
}

// parseHTML reads what html-validate prints as JSON: the findings by the name of the file. Files without any are left out.
func parseHTML(out []byte) (map[string][]report.Finding, error) {
	var files []struct {
		FilePath string
		Messages []struct {
			RuleID, Message, Selector string
			Line, Column              int
		}
	}
	if err := json.Unmarshal(out, &files); err != nil {
		return nil, fmt.Errorf("answer of html-validate: %w: %s", err, clip(string(out), 300))
	}
	found := map[string][]report.Finding{}
	for _, f := range files {
		name := filepath.Base(f.FilePath)
		for _, m := range f.Messages {
			found[name] = append(found[name], report.Finding{Rule: m.RuleID, Where: m.Selector, Text: m.Message})
		}
	}
	return found, nil
}
