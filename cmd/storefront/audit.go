package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/bms"
)

// auditCmd checks the books.
type auditCmd struct {
	storage
}

// errViolations says that the audit found something; what, has been printed.
var errViolations = errors.New("the audit found violations")

// Run implements the command.
func (c *auditCmd) Run(ctx context.Context, env environment) error {
	shop, err := c.existing(ctx, env)
	if err != nil {
		return err
	}
	report, err := shop.Audit(ctx)
	if err = errors.Join(err, shop.Close()); err != nil {
		return err
	}
	return printReport(env, report)
}

// printReport prints each check with what it found.
func printReport(env environment, report bms.AuditReport) error {
	found := map[string][]bms.Violation{}
	for _, v := range report.Violations {
		found[v.Check] = append(found[v.Check], v)
	}
	for _, check := range report.Checks {
		verdict := "ok  "
		if len(found[check]) > 0 {
			verdict = "FAIL"
		}
		fmt.Fprintf(env.out, "%s  %s\n", verdict, check)
		for _, v := range found[check] {
			fmt.Fprintf(env.out, "      %s: %s\n", v.Subject, v.Detail)
		}
	}
	fmt.Fprintf(env.out, "%d checks, %d violations\n", len(report.Checks), len(report.Violations))
	if !report.Clean() {
		return errViolations
	}
	return nil
}
