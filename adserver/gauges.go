package adserver

import (
	"context"
	"fmt"
	"time"
)

// Gauges are how an engine is at the moment, for metrics.
type Gauges struct {
	Held         int           // reservations of ads that may still be seen, or were a short time ago
	JournalLag   uint64        // records of the journal that the database does not have
	CatalogueAge time.Duration // since the database was last heard
	MarkBytes    int           // memory of the marks of tokens
}

// Gauges looks. Error: the database does not answer.
func (e *Engine) Gauges(ctx context.Context) (Gauges, error) {
	applied, err := e.store.Position(ctx, e.cfg.Node)
	if err != nil {
		return Gauges{}, fmt.Errorf("adserver: gauges: %w", err)
	}
	return Gauges{
		Held: e.pictures.len() + e.videos.len(), JournalLag: e.journal.Next() - min(applied, e.journal.Next()),
		CatalogueAge: e.cfg.Now().Sub(e.marks.heard()), MarkBytes: e.used.bytes(),
	}, nil
}
