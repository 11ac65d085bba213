package bms

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// auditOffers compares running offers with the house holds that keep their places, both ways.
func (c *Client) auditOffers(ctx context.Context, tx store.Tx, report *AuditReport) error {
	const check = "offer_and_hold_differ"
	report.Checks = append(report.Checks, check)
	shows, err := tx.SellingShows(ctx)
	if err != nil {
		return fmt.Errorf("check %s: %w", check, err)
	}
	for _, show := range shows {
		found, err := offersAtFault(ctx, tx, show)
		if err != nil {
			return fmt.Errorf("check %s: %w", check, err)
		}
		for _, v := range found {
			v.Check = check
			report.Violations = append(report.Violations, v)
		}
	}
	return nil
}

// offersAtFault names the offers of a show without their places, and holds for offers that there are not.
func offersAtFault(ctx context.Context, tx store.Tx, show catalog.ShowID) ([]Violation, error) {
	offers, err := tx.WaitOffers(ctx, show)
	if err != nil {
		return nil, err
	}
	holds, err := tx.HoldsSince(ctx, show, time.Unix(0, 0))
	if err != nil {
		return nil, err
	}
	var found []Violation
	kept := map[seating.HoldID]seating.Hold{}
	for _, h := range holds {
		if h.State == seating.StateHouse && h.Reason == waitReason {
			kept[h.ID] = h
		}
	}
	for _, e := range offers {
		h := kept[e.Offer.HoldID]
		delete(kept, e.Offer.HoldID)
		if h.Len() != e.Wish.Places || !h.ExpiresAt.Equal(e.Offer.Until.Add(waitSlack)) {
			found = append(found, Violation{Subject: string(e.ID), Detail: fmt.Sprintf("%d places offered until %s, but %s keeps %d until %s",
				e.Wish.Places, e.Offer.Until, e.Offer.HoldID, h.Len(), h.ExpiresAt)})
		}
	}
	for id, h := range kept {
		found = append(found, Violation{Subject: string(id), Detail: fmt.Sprintf("keeps %d places for no offer", h.Len())})
	}
	slices.SortFunc(found, func(a, b Violation) int { return cmp.Compare(a.Subject, b.Subject) })
	return found, nil
}
