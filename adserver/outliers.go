package adserver

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// outlierPeriod is how often outliers are looked for in the last days that are over, by UTC: what came late to a day is then in the ledger, and payouts
// wait until it is looked at no more (store.CheckDays).
const outlierPeriod = time.Hour

// seek looks for outliers at once and then every hour, until ctx ends.
func (e *Engine) seek(ctx context.Context) {
	look := func() error {
		_, err := e.Outliers(ctx)
		return err
	}
	if err := look(); err != nil && ctx.Err() == nil {
		e.cfg.Logger.ErrorContext(ctx, "outliers not looked for", slog.String("error", err.Error()))
	}
	e.every(ctx, outlierPeriod, "look for outliers", look)
}

// Outliers holds what was billed where far more was clicked on a day than elsewhere (package fraud), so that somebody looks at it before the publisher is
// paid, and returns how many findings are new. Again is harmless: each day, line and placement is held once.
func (e *Engine) Outliers(ctx context.Context) (held int, err error) {
	today := e.cfg.Now().UTC().Truncate(24 * time.Hour)
	for ago := 1; ago <= store.CheckDays; ago++ {
		n, err := e.outliersOf(ctx, today.AddDate(0, 0, -ago))
		held += n
		if err != nil {
			return held, fmt.Errorf("adserver: outliers: %w", err)
		}
	}
	return held, nil
}

// spot is a line at a placement.
type spot struct {
	line      ads.LineID
	placement ads.PlacementID
}

func (e *Engine) outliersOf(ctx context.Context, day time.Time) (held int, err error) {
	rows, err := e.store.Report(ctx, store.Query{All: true, From: day, To: day, By: []store.Dim{store.ByLine, store.ByPlacement}})
	if err != nil {
		return 0, err
	}
	number := int32(day.Unix() / secondsPerDay)
	cells, figures := make([]fraud.Cell, 0, len(rows)), make(map[spot]store.Row, len(rows))
	for _, r := range rows {
		figures[spot{r.Line, r.Placement}] = r
		cells = append(cells, fraud.Cell{
			Placement: uint32(r.Placement), Line: uint32(r.Line), Day: number, Views: uint64(max(r.Views, 0)), Clicks: uint64(max(r.Clicks, 0)),
		})
	}
	for _, f := range fraud.Outliers(cells) {
		row := figures[spot{ads.LineID(f.Cell.Line), ads.PlacementID(f.Cell.Placement)}]
		fresh, err := e.holdFinding(ctx, number, row)
		if err != nil {
			return held, err
		}
		if fresh {
			held++
			e.cfg.Logger.WarnContext(ctx, "clicked far more often than elsewhere", slog.Uint64("line", uint64(f.Cell.Line)), slog.Uint64("placement", uint64(f.Cell.Placement)),
				slog.Float64("rate", f.Rate), slog.Float64("expected", f.Expected))
		}
	}
	return held, nil
}

// holdFinding holds what was billed for a row of a day. What cost nothing, and what the catalogue does not know, is nobody's loss.
func (e *Engine) holdFinding(ctx context.Context, day int32, r store.Row) (bool, error) {
	s := e.current.Load()
	it, place := s.lines[r.Line], s.places[r.Placement]
	if it == nil || place == nil || r.Gross <= 0 {
		return false, nil
	}
	_, fresh, err := e.store.Hold(ctx, store.Finding{
		Place: ledger.Place{
			Advertiser: it.advertiser.ID, Campaign: it.campaign.ID, Line: r.Line, Publisher: place.publisher.ID, Placement: r.Placement, Currency: r.Currency,
		},
		Day: day, Views: r.Views, Clicks: r.Clicks, Gross: r.Gross, Share: r.Share,
	})
	return fresh, err
}
