package outbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/outbox"
)

// endless is a store that never runs out of messages and forgets outcomes.
type endless struct {
	template outbox.Record
	left     int
	next     uint64
}

func (e *endless) Claim(_ context.Context, n int, _ time.Duration) ([]outbox.Record, error) {
	n = min(n, e.left)
	e.left -= n
	records := make([]outbox.Record, n)
	for i := range records {
		e.next++
		records[i] = e.template
		records[i].ID = outbox.MessageID([]byte{byte(e.next), byte(e.next >> 8), byte(e.next >> 16), byte(e.next >> 24)})
	}
	return records, nil
}

func (e *endless) Settle(context.Context, []outbox.Outcome) error { return nil }

// discard is a sink that takes everything.
type discard string

func (d discard) Name() string                                    { return string(d) }
func (d discard) Topics() []string                                { return nil }
func (d discard) Deliver(context.Context, []outbox.Message) error { return nil }

// BenchmarkRelay is the relay's own cost of one message to three sinks.
func BenchmarkRelay(b *testing.B) {
	m, err := outbox.New("booking.confirmed", "bkg_1", 1, epoch)
	require.NoError(b, err)
	store := &endless{template: outbox.Record{Message: m, Status: outbox.Pending}, left: b.N}
	relay := outbox.NewRelay(store, []outbox.Sink{discard("a"), discard("b"), discard("c")}, outbox.Config{})
	b.ReportAllocs()
	b.ResetTimer()
	require.NoError(b, relay.Drain(b.Context()))
}
