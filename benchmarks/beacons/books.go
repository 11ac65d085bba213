//go:build linux

package main

import (
	"context"
	"errors"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/benchmarks/ads/market"
)

// books are what the database has in the end.
type books struct {
	views, clicks int64
	gross         ads.Nano
	doubled       int64 // counted more often than sent, creative by creative
	lost          int64 // acknowledged, and not there
	discrepancies int
}

// audit opens the market as after a crash, brings what the journal has to the books, and compares them with what was acknowledged.
func audit(ctx context.Context, dir string, s *seen) (b books, err error) {
	db, err := market.Open(ctx, dir)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	engine, err := market.OpenEngine(ctx, db, dir)
	if err != nil {
		return b, err
	}
	if err := engine.Close(ctx); err != nil {
		return b, err
	}
	wrong, err := db.Audit(ctx)
	if err != nil {
		return b, err
	}
	b.discrepancies = len(wrong)
	now := time.Now()
	rows, err := db.Report(ctx, store.Query{All: true, From: now.AddDate(0, 0, -1), To: now.AddDate(0, 0, 1), By: []store.Dim{store.ByCreative}})
	if err != nil {
		return b, err
	}
	kept := newSeen()
	for _, r := range rows {
		b.views, b.clicks, b.gross = b.views+r.Views, b.clicks+r.Clicks, b.gross+r.Gross
		kept.acknowledged[view][r.Creative] += r.Views
		kept.acknowledged[click][r.Creative] += r.Clicks
	}
	for k := range kinds {
		b.doubled += excess(kept.acknowledged[k], s.acknowledged[k])
		b.lost += excess(s.acknowledged[k], kept.acknowledged[k])
	}
	return b, nil
}

// excess is by how much the counts of one are above those of the other.
func excess(a, b map[ads.CreativeID]int64) (sum int64) {
	for creative, n := range a {
		sum += max(0, n-b[creative])
	}
	return sum
}
