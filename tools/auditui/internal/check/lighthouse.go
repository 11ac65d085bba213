package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/network"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/npm"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// LighthousePages are the pages that Lighthouse audits: home, search, event, seat map and checkout.
func LighthousePages() []string { return []string{"home", "search", "event", "seat-map", "hold"} }

// lighthouseFlags are how Lighthouse starts its Chromium.
const lighthouseFlags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"

// goals are what the categories have to reach, of 100.
func goals() map[string]int {
	return map[string]int{"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
}

// categories are their names, in the order in which they are said.
func categories() []string { return []string{"performance", "accessibility", "best-practices", "seo"} }

// Bounds of what the page on the front end says of Lighthouse's laboratory, section 5, for all classes of pages here.
const (
	mostLCP = 1500 // milliseconds until the largest thing is painted
	mostTBT = 50   // milliseconds during which the page does not answer
	mostCLS = 0.02 // how much of it jumps
)

// Lighthouse audits pages as a phone on a slow network sees them. It first visits them as everybody does, to learn where they are and
// what proves them to be somebody's own.
type Lighthouse struct {
	chromium, folder string
	targets          []target
}

// target is a page to audit.
type target struct {
	page, url, cookies string
	public             bool
}

// NewLighthouse returns a check that keeps its files in a folder.
func NewLighthouse(chromium, folder string) *Lighthouse {
	return &Lighthouse{chromium: chromium, folder: folder}
}

// Visit notes where a page is. It is no Check of the page itself: Lighthouse wants the machine for itself.
func (l *Lighthouse) Visit(v *tour.Visit) error {
	cookies, err := v.Tab.Cookies(v.Load.URL)
	if err != nil {
		return err
	}
	l.targets = append(l.targets, target{page: v.Name(), url: v.Load.URL, cookies: cookieHeader(cookies), public: v.Page.Public})
	return nil
}

func cookieHeader(list []*network.Cookie) string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = c.Name + "=" + c.Value
	}
	return strings.Join(words, "; ")
}

// Score is what Lighthouse makes of a page.
type Score struct {
	Categories map[string]int // of 100, by name
	LCP, TBT   float64        // milliseconds
	CLS        float64        // part of the screen
	Power      float64        // of the machine during the run, as Lighthouse's benchmark has it; 0: not said
	Failed     []Audit        // what costs points
}

// Audit is one audit of Lighthouse that a page fails.
type Audit struct{ Category, ID, Title, Shown string }

// runs is how often a page is audited at most: the machine is shared, and one that is too slow may be so for what else the machine does.
const runs = 5

// Lighthouse plays a phone by taking a desktop's processor to be so much faster than it. On a slower or busier machine that would be
// a slower phone, so that from the second run on the machine's own power says how much it is. Lighthouse's docs/throttling.md gives
// phones of the middle class benchmarks of 125 to 800.
const (
	mostSlowdown = 4   // what Lighthouse takes it to be
	phonePower   = 800 // the fastest of that class: no machine that is fast enough for mostSlowdown makes it easier
)

// slowdown is how many times slower a phone is than a machine of some power.
func slowdown(power float64) float64 {
	if power <= 0 {
		return mostSlowdown
	}
	return min(max(power/phonePower, 1), mostSlowdown)
}

// fair reports whether the phone was slow enough in a run: the machine may have been quicker in it than in the one that said how much to slow it.
func (s Score) fair(times float64) bool { return times >= 0.8*slowdown(s.Power) }

// slow reports whether something is missed that depends on what else the machine does.
func (s Score) slow() bool {
	return slices.ContainsFunc(s.misses(), func(f report.Finding) bool {
		return slices.Contains([]string{"performance", "lcp", "tbt", "cls"}, f.Rule)
	})
}

// Run audits all pages, and returns the lowest score of each category: "99/100/100/100". A page that cannot be audited is a finding.
func (l *Lighthouse) Run(ctx context.Context, add func(report.Result)) (lowest string) {
	low := map[string]int{}
	for _, t := range l.targets {
		score, err := l.page(ctx, t)
		if err != nil {
			add(report.Result{Check: "lighthouse", Page: t.page, Findings: []report.Finding{{Rule: "not-audited", Text: oneLine(err.Error())}}})
			continue
		}
		for name, points := range score.Categories {
			if before, ok := low[name]; !ok || points < before {
				low[name] = points
			}
		}
		add(report.Result{Check: "lighthouse", Page: t.page, Detail: score.String(), Findings: score.misses()})
	}
	return points(low)
}

// page audits a page, and again while it is too slow.
func (l *Lighthouse) page(ctx context.Context, t target) (Score, error) {
	var scores []Score
	times := float64(mostSlowdown)
	for range runs {
		score, err := l.patient(ctx, t, times)
		if err != nil {
			return score, err
		}
		if score.fair(times) { // the first is, so that there is one
			scores = append(scores, score)
		}
		if !median(scores).slow() {
			break
		}
		times = slowdown(score.Power)
	}
	return median(scores), nil
}

// tries is how often Lighthouse may fail: on a busy machine it now and then misses the beginning of what it records.
const tries = 3

// patient has Lighthouse audit a page, and again when it fails.
func (l *Lighthouse) patient(ctx context.Context, t target, slowdown float64) (score Score, err error) {
	for range tries {
		if score, err = l.once(ctx, t, slowdown); err == nil || ctx.Err() != nil {
			break
		}
	}
	return score, err
}

// once has Lighthouse audit a page on a phone so many times slower than this machine.
func (l *Lighthouse) once(ctx context.Context, t target, slowdown float64) (Score, error) {
	answer, headers := filepath.Join(l.folder, "lighthouse.json"), filepath.Join(l.folder, "headers.json")
	sent, err := json.Marshal(map[string]string{"Cookie": t.cookies})
	if err != nil {
		return Score{}, err
	}
	if err := errors.Join(os.WriteFile(headers, sent, 0o600), os.RemoveAll(answer)); err != nil {
		return Score{}, err
	}
	args := []string{
		t.url, "--quiet", "--output=json", "--output-path=" + answer, "--chrome-flags=" + lighthouseFlags,
		"--only-categories=" + strings.Join(categories(), ","), fmt.Sprintf("--throttling.cpuSlowdownMultiplier=%.2f", slowdown),
	}
	if t.cookies != "" {
		args = append(args, "--extra-headers="+headers)
	}
	if !t.public { // hidden from search engines on purpose; the other audits of SEO count
		args = append(args, "--skip-audits=is-crawlable")
	}
	cmd := npm.Command(ctx, npm.Lighthouse, args...)
	cmd.Env = append(cmd.Env, "CHROME_PATH="+l.chromium)
	out, err := npm.Answer(cmd, answer)
	if err != nil {
		return Score{}, err
	}
	return parseLighthouse(out)
}

// parseLighthouse reads what Lighthouse writes as JSON. Error: it is none, or Lighthouse could not audit the page.
func parseLighthouse(out []byte) (Score, error) {
	var result lighthouseResult
	if err := json.Unmarshal(out, &result); err != nil {
		return Score{}, fmt.Errorf("answer of lighthouse: %w", err)
	}
	if result.RuntimeError.Code != "" {
		return Score{}, fmt.Errorf("%s: %s", result.RuntimeError.Code, result.RuntimeError.Message)
	}
	s := Score{
		Categories: map[string]int{}, LCP: result.number("largest-contentful-paint"), TBT: result.number("total-blocking-time"),
		CLS: result.number("cumulative-layout-shift"), Power: result.Environment.BenchmarkIndex,
	}
	for _, name := range categories() {
		c, ok := result.Categories[name]
		if !ok || c.Score == nil {
			return s, fmt.Errorf("lighthouse has no score for %s", name)
		}
		s.Categories[name] = int(math.Round(*c.Score * 100))
		s.Failed = append(s.Failed, result.failed(name, c.AuditRefs)...)
	}
	return s, nil
}

// lighthouseResult is what is read of the answer.
type lighthouseResult struct {
	RuntimeError struct{ Code, Message string }
	Environment  struct{ BenchmarkIndex float64 }
	Categories   map[string]struct {
		Score     *float64
		AuditRefs []auditRef
	}
	Audits map[string]struct {
		Title, DisplayValue string
		Score               *float64
		NumericValue        float64
	}
}

type auditRef struct {
	ID     string
	Weight float64
}

func (r lighthouseResult) number(audit string) float64 { return r.Audits[audit].NumericValue }

// failed are the audits of a category that count and are not passed.
func (r lighthouseResult) failed(category string, refs []auditRef) []Audit {
	var list []Audit
	for _, ref := range refs {
		a := r.Audits[ref.ID]
		if ref.Weight > 0 && a.Score != nil && *a.Score < 0.9 {
			list = append(list, Audit{category, ref.ID, a.Title, a.DisplayValue})
		}
	}
	return list
}

// median takes the middle of the points, and the best of the times: what else the machine does only adds to those. What failed is that
// of the first run.
func median(scores []Score) Score {
	sorted := func(of func(Score) float64) []float64 {
		list := make([]float64, len(scores))
		for i, s := range scores {
			list[i] = of(s)
		}
		slices.Sort(list)
		return list
	}
	m := Score{
		Categories: map[string]int{}, Failed: scores[0].Failed,
		LCP: sorted(func(s Score) float64 { return s.LCP })[0], TBT: sorted(func(s Score) float64 { return s.TBT })[0],
		CLS: sorted(func(s Score) float64 { return s.CLS })[len(scores)/2], Power: scores[len(scores)-1].Power,
	}
	for _, name := range categories() {
		m.Categories[name] = int(sorted(func(s Score) float64 { return float64(s.Categories[name]) })[len(scores)/2])
	}
	return m
}

// misses are the findings: categories under their goal with what costs them points, and figures over their bound.
func (s Score) misses() []report.Finding {
	var found []report.Finding
	for _, name := range categories() {
		if s.Categories[name] >= goals()[name] {
			continue
		}
		found = append(found, report.Finding{Rule: name, Text: fmt.Sprintf("%d of at least %d", s.Categories[name], goals()[name])})
		for _, a := range s.Failed {
			if a.Category == name {
				found = append(found, report.Finding{Rule: a.ID, Text: strings.TrimSpace(a.Title + " " + a.Shown)})
			}
		}
	}
	for _, f := range []struct {
		rule        string
		value, most float64
	}{{"lcp", s.LCP, mostLCP}, {"tbt", s.TBT, mostTBT}, {"cls", s.CLS, mostCLS}} {
		if f.value > f.most {
			found = append(found, report.Finding{Rule: f.rule, Text: fmt.Sprintf("%.4g of at most %g", f.value, f.most)})
		}
	}
	return found
}

// String is the points and figures: "99/100/100/100, LCP 1.20 s, TBT 0 ms, CLS 0.000, power 3600".
func (s Score) String() string {
	return fmt.Sprintf("%s, LCP %.2f s, TBT %.0f ms, CLS %.3f, power %.0f", points(s.Categories), s.LCP/1000, s.TBT, s.CLS, s.Power)
}

// points are the categories' in their order.
func points(of map[string]int) string {
	words := make([]string, 0, len(of))
	for _, name := range categories() {
		if p, ok := of[name]; ok {
			words = append(words, fmt.Sprint(p))
		}
	}
	return strings.Join(words, "/")
}
