package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/internal/chrome"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/check"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/npm"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/shop"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// checkNames are the checks in the order in which they are done.
func checkNames() []string {
	return []string{"lighthouse", "axe", "html", "budgets", "reflow", "language", "quiet", "keyboard", "nojs", "offline"}
}

// figures are what the last line says, in its order.
func figures() []string {
	return []string{"pages", "axe", "html", "budgets_over", "reflow", "language", "quiet", "lighthouse_min", "keyboard", "nojs", "offline"}
}

// audit is one run.
type audit struct {
	options

	guide  *tour.Guide
	report *report.Report
	folder string // for what is kept during the run
}

// validate names what is wrong with the command line.
func (o options) validate() error {
	for _, c := range []struct {
		flag        string
		said, known []string
	}{{"only", o.only, checkNames()}, {"page", o.pages, tour.Names()}, {"lang", o.languages, tour.Languages()}} {
		for _, name := range c.said {
			if !slices.Contains(c.known, name) {
				return fmt.Errorf("-%s: there is no %q; there are %s", c.flag, name, strings.Join(c.known, ", "))
			}
		}
	}
	return nil
}

// run does what the command line says and returns how much misses.
func (o options) run(ctx context.Context) (misses int, err error) {
	if err := o.validate(); err != nil {
		return 0, err
	}
	chromium, ok := chrome.Find()
	if !ok {
		return 0, errors.New(chrome.Missing)
	}
	folder, err := os.MkdirTemp("", "auditui")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	a := &audit{options: o, report: report.New(os.Stdout), folder: folder, guide: tour.NewGuide(chromium, o.browsers)}
	end, err := a.open(ctx)
	if err != nil {
		return 0, err
	}
	err = a.check(ctx, end)
	if end != nil {
		err = errors.Join(err, end())
	}
	if err != nil {
		return 0, err
	}
	return a.report.Misses(), nil
}

// open finds or starts the storefront. end ends one that it has started, and is nil for another.
func (a *audit) open(ctx context.Context) (end func() error, err error) {
	base, token := a.base, ""
	if base == "" {
		a.report.Printf("building and starting a storefront")
		s, err := shop.Start(ctx, a.root)
		if err != nil {
			return nil, err
		}
		base, token, end = s.Base, s.Token, s.Stop
	}
	if err = a.learn(ctx, base, token); err != nil && end != nil {
		err = errors.Join(err, end())
	}
	return end, err
}

// nothingOn is how far ahead nothing of the demo programme is.
const nothingOn = 60 * 24 * time.Hour

func (a *audit) learn(ctx context.Context, base, token string) (err error) {
	if a.guide.Site, err = tour.Reach(ctx, base, token); err != nil {
		return err
	}
	if !a.guide.Site.Languages {
		a.languages = list{tour.English}
		a.report.Add(report.Result{Check: "journey", Page: "all", Findings: []report.Finding{{
			Rule: "no-languages", Text: "/" + tour.English + " is no page: what there is was looked at in one language",
		}}})
	}
	now := time.Now()
	a.guide.API, a.guide.Far = shop.NewAPI(a.guide.Site.Base), now.Add(nothingOn).Format(time.DateOnly)
	a.guide.Programme, err = a.guide.API.Learn(ctx, now, tour.WaitingLists)
	return err
}

// wants reports whether a check is to be done.
func (a *audit) wants(name string) bool { return len(a.only) == 0 || slices.Contains(a.only, name) }

// check does all checks, or takes the pictures. cut ends the storefront, if it is our own.
func (a *audit) check(ctx context.Context, cut func() error) error {
	if a.screens != "" {
		return a.pictures(ctx)
	}
	began := time.Now()
	for _, part := range []func(context.Context) error{
		a.lighthouse, a.pages, a.canary,
		func(ctx context.Context) error { return a.purchase(ctx, "keyboard", check.Keyboard) },
		func(ctx context.Context) error { return a.purchase(ctx, "nojs", check.NoScript) },
		func(ctx context.Context) error { // the last, since nothing answers after it
			return a.purchase(ctx, "offline", func(w *tour.Walker) ([]report.Finding, string, error) { return check.Offline(w, cut) })
		},
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	a.report.Printf("\n%d s", int(time.Since(began).Seconds()))
	a.report.Close(figures())
	return nil
}

// choice is what the command line asks for.
func (a *audit) choice() tour.Choice {
	return tour.Choice{Names: a.options.pages, Languages: a.languages}
}

// lost reports pages that were not reached.
func (a *audit) lost(list []tour.Lost) {
	for _, l := range list {
		a.report.Add(report.Result{Check: "journey", Page: l.Lang + "/" + l.Page, Findings: []report.Finding{{Rule: "not-reached", Text: l.Err.Error()}}})
	}
}

// lighthouse comes first, while nothing else is at work.
func (a *audit) lighthouse(ctx context.Context) error {
	names := slices.DeleteFunc(check.LighthousePages(), func(name string) bool {
		return len(a.options.pages) > 0 && !slices.Contains(a.options.pages, name)
	})
	if !a.wants("lighthouse") || len(names) == 0 {
		return nil
	}
	if !npm.Available() {
		return errors.New(npm.Missing)
	}
	l := check.NewLighthouse(a.guide.Chromium, a.folder)
	alone := *a.guide
	alone.Browsers = 1
	lost, err := alone.Walk(ctx, tour.Choice{Names: names, Languages: []string{tour.English}}, l.Visit)
	if err != nil {
		return err
	}
	a.lost(lost)
	a.report.Figure("lighthouse_min", l.Run(ctx, a.report.Add))
	return ctx.Err()
}

// pages walks past all pages and has each checked.
func (a *audit) pages(ctx context.Context) error {
	html := check.NewHTML(a.folder)
	axe, err := check.NewAxe(a.root)
	if err != nil {
		return err
	}
	checks := slices.DeleteFunc([]check.Check{check.Quiet{}, check.Language{}, check.Budgets{}, html, axe, check.Reflow{}}, func(c check.Check) bool { return !a.wants(c.Name()) })
	if len(checks) == 0 {
		return nil
	}
	var seen atomic.Int64
	lost, err := a.guide.Walk(ctx, a.choice(), func(v *tour.Visit) error {
		seen.Add(1)
		return a.look(v, checks)
	})
	if err != nil {
		return err
	}
	a.lost(lost)
	a.report.Figure("pages", strconv.FormatInt(seen.Load(), 10))
	results, err := html.Finish(ctx)
	for _, r := range results {
		a.report.Add(r)
	}
	return err
}

// look has a page checked. That it cannot be looked at is a finding, and the others are still done.
func (a *audit) look(v *tour.Visit, checks []check.Check) error {
	for _, c := range checks {
		found, detail, err := c.Look(v)
		if err != nil {
			found = append(found, report.Finding{Rule: "not-checked", Text: err.Error()})
			a.report.Add(report.Result{Check: c.Name(), Page: v.Name(), Findings: found})
			continue
		}
		if c.Name() != "html" { // its results come at the end
			a.report.Add(report.Result{Check: c.Name(), Page: v.Name(), Detail: detail, Findings: found})
		}
	}
	return v.Tab.Context().Err()
}

// canary makes sure that axe sees faults.
func (a *audit) canary(ctx context.Context) error {
	if !a.wants("axe") {
		return nil
	}
	axe, err := check.NewAxe(a.root)
	if err != nil {
		return err
	}
	return a.guide.Visitor(ctx, tour.English, func(w *tour.Walker) error {
		blind, err := axe.Canary(w.Tab)
		a.report.Add(report.Result{Check: "axe", Page: "canary", Detail: "has to fail", Findings: blind})
		return err
	})
}

// purchase has a whole purchase made in some way. That it does not come to its end is a finding.
func (a *audit) purchase(ctx context.Context, name string, how func(*tour.Walker) ([]report.Finding, string, error)) error {
	if !a.wants(name) || len(a.options.pages) > 0 && len(a.only) == 0 {
		return nil
	}
	return a.guide.Visitor(ctx, tour.English, func(w *tour.Walker) error {
		found, detail, err := how(w)
		if err != nil {
			found = append(found, report.Finding{Rule: "not-finished", Where: w.Tab.Path(), Text: err.Error()})
		}
		verdict := "ok"
		if len(found) > 0 {
			verdict = strconv.Itoa(len(found))
		}
		a.report.Figure(name, verdict)
		a.report.Add(report.Result{Check: name, Page: "a purchase", Detail: detail, Findings: found})
		return nil
	})
}

// pictures writes pictures of all pages.
func (a *audit) pictures(ctx context.Context) error {
	screens, err := check.NewScreens(a.screens, len(a.options.pages) == 0)
	if err != nil {
		return err
	}
	for _, lang := range a.languages {
		choice := tour.Choice{Names: a.options.pages, Languages: []string{lang}}
		if lang != tour.English && len(choice.Names) == 0 {
			choice.Names = tour.Everywhere()
		}
		lost, err := a.guide.Walk(ctx, choice, func(v *tour.Visit) error { return a.look(v, []check.Check{screens}) })
		if err != nil {
			return err
		}
		a.lost(lost)
	}
	return screens.Finish()
}
