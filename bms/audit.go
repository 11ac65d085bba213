package bms

import (
	"context"
	"fmt"

	"github.com/marquee-tickets/marquee/bms/store"
)

// Violation is an invariant that does not hold.
type Violation struct {
	Check   string // name of the invariant
	Subject string // id of what is wrong
	Detail  string
}

// AuditReport is what Audit found.
type AuditReport struct {
	Checks     []string // names of the invariants that were checked, in order
	Violations []Violation
}

// Clean reports whether every invariant holds.
func (r AuditReport) Clean() bool { return len(r.Violations) == 0 }

// auditLimit bounds what is reported of one check.
const auditLimit = 100

// Audit checks on one snapshot that no seat is sold twice, nothing is held or sold
// beyond capacity, totals are the sum of their lines, every captured payment belongs to a confirmed
// booking or a refund, vouchers are within their limits, offers to waiting lists have their places and no message is lost. It names refunds that failed
// and messages in the dead letter too: a person must look after both. It names at most 100
// violations of each invariant. It reads everything: run it when there is time.
func (c *Client) Audit(ctx context.Context) (AuditReport, error) {
	var report AuditReport
	err := c.back.View(ctx, func(tx store.Tx) error {
		report = AuditReport{Checks: tx.AuditChecks()}
		for _, check := range report.Checks {
			found, err := tx.RunAudit(ctx, check, auditLimit)
			if err != nil {
				return fmt.Errorf("check %s: %w", check, err)
			}
			for _, f := range found {
				report.Violations = append(report.Violations, Violation{Check: check, Subject: f.Subject, Detail: f.Detail})
			}
		}
		if err := c.auditVouchers(ctx, tx, &report); err != nil {
			return err
		}
		if err := c.auditOffers(ctx, tx, &report); err != nil {
			return err
		}
		return c.auditInventories(ctx, tx, &report)
	})
	return report, err
}

// auditVouchers compares uses with limits.
func (c *Client) auditVouchers(ctx context.Context, tx store.Tx, report *AuditReport) error {
	const check = "voucher_over_limit"
	report.Checks = append(report.Checks, check)
	vouchers, err := tx.PaidVouchers(ctx)
	if err != nil {
		return fmt.Errorf("check %s: %w", check, err)
	}
	for _, v := range vouchers {
		if v.Voucher.MaxUses > 0 && v.Uses > v.Voucher.MaxUses || v.Voucher.MaxPerBuyer > 0 && v.MostByBuyer > v.Voucher.MaxPerBuyer {
			report.Violations = append(report.Violations, Violation{
				Check: check, Subject: string(v.Voucher.ID), Detail: fmt.Sprintf("%d uses, %d by one buyer", v.Uses, v.MostByBuyer),
			})
		}
	}
	return nil
}

// auditInventories builds the memory of every show that has sold from its tables: holds, claims and
// quotas must agree with each other and with the seat map.
func (c *Client) auditInventories(ctx context.Context, tx store.Tx, report *AuditReport) error {
	const check = "inventory_contradicts_itself"
	report.Checks = append(report.Checks, check)
	shows, err := tx.SellingShows(ctx)
	if err != nil {
		return fmt.Errorf("check %s: %w", check, err)
	}
	for _, id := range shows {
		facts, err := c.shows.read(ctx, tx, id)
		if err != nil {
			return err
		}
		loaded, err := tx.LoadInventory(ctx, id)
		if err != nil {
			return err
		}
		if _, err := facts.inventory(loaded); err != nil {
			report.Violations = append(report.Violations, Violation{Check: check, Subject: string(id), Detail: err.Error()})
		}
	}
	return nil
}
