// Package notifytest is for tests of what sends and writes mails: a notify.Channel that records them, and samples of the
// facts that a notify.Renderer gets.
package notifytest

import (
	"context"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/bms/notify"
)

// Recorder is a Channel that keeps what it gets. Its zero value is ready to use
// and safe for concurrent use.
type Recorder struct {
	mu      sync.Mutex
	mails   []notify.Mail
	known   map[string]bool
	repeats int
	broken  error
}

// Name returns "recorder".
func (*Recorder) Name() string { return "recorder" }

// Send keeps each mail once by its ID. It keeps none and fails when a mail is
// not valid, when ctx has ended, and after Break.
func (r *Recorder) Send(ctx context.Context, mails []notify.Mail) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, m := range mails {
		if err := m.Validate(); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return r.broken
	}
	for _, m := range mails {
		r.keep(m)
	}
	return nil
}

// keep records a mail or counts its repeat. The caller holds r.mu.
func (r *Recorder) keep(m notify.Mail) {
	if r.known == nil {
		r.known = make(map[string]bool)
	}
	if r.known[m.ID] {
		r.repeats++
		return
	}
	r.known[m.ID] = true
	r.mails = append(r.mails, m)
}

// Break makes Send fail with err until it is called with nil.
func (r *Recorder) Break(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = err
}

// Mails returns the mails in the order in which they came.
func (r *Recorder) Mails() []notify.Mail {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.mails)
}

// Repeats returns how many mails came that were known already.
func (r *Recorder) Repeats() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.repeats
}

// To returns the mails of a kind to an address, in order.
func (r *Recorder) To(address string, kind notify.Kind) []notify.Mail {
	return slices.DeleteFunc(r.Mails(), func(m notify.Mail) bool { return m.To != address || m.Kind != kind })
}

// Reset forgets everything.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mails, r.known, r.repeats = nil, nil, 0
}
