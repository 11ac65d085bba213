package adserver

import (
	"context"
	"fmt"
	"time"
)

// Gauges are how an engine is at the moment, for metrics.
type Gauges struct {
	Held         int           // reservations of ads that may still be seen, those that were seen a moment ago among them
	CatalogueAge time.Duration // since the database was last heard
	MarkBytes    int           // memory of the marks of tokens
	JournalLag   uint64        // records of the journal that the database does not have
}

// Gauges looks. Error: the database does not answer; all but JournalLag is there then.
func (e *Engine) Gauges(ctx context.Context) (Gauges, error) {
	g := Gauges{Held: e.pictures.len() + e.videos.len(), CatalogueAge: e.cfg.Now().Sub(e.marks.heard()), MarkBytes: e.used.bytes()}
	applied, err := e.store.Position(ctx, e.cfg.Node)
	if err != nil {
		return g, fmt.Errorf("adserver: gauges: %w", err)
	}
	if next := e.journal.Next(); next > applied {
		g.JournalLag = next - applied
	}
	return g, nil
}
