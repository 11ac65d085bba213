package adserver

import "context"

// Abandon ends an engine as a crash does: nothing is brought to the database, nothing is saved. What the journal has on its way is written, as
// the kernel would write what the program has given it; tests that kill a program are in cmd/adserver.
func (e *Engine) Abandon() error { return e.journal.Close() }

// Flush brings the journal to the database.
func (e *Engine) Flush(ctx context.Context) error { return e.flush(ctx) }

// Sweep releases what was not seen.
func (e *Engine) Sweep() error { return e.sweep() }

// Checkpoint saves what people have seen.
func (e *Engine) Checkpoint() error { return e.checkpoint() }

// Repace steps paces and click rates.
func (e *Engine) Repace() error { return e.repace() }

// Held is how many reservations are kept.
func (e *Engine) Held() int { return e.pictures.len() + e.videos.len() }

// Ask asks the database what is new.
func (e *Engine) Ask(ctx context.Context) error { return e.ask(ctx) }
