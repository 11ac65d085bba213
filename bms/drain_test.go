package bms_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// floorPayments starts payments of n bookings of a place on the floor each.
func floorPayments(t *testing.T, kit *bmstest.Kit, n int) []payment.Intent {
	t.Helper()
	intents := make([]payment.Intent, n)
	for i := range intents {
		hold, err := kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: kit.Programme.Show.ID, Areas: []bms.AreaItem{{Area: "floor", Count: 1}}})
		require.NoError(t, err)
		intents[i] = kit.Start(kit.Book(hold).ID)
	}
	return intents
}

// bigFloor is a programme with more places than background work takes on at a time.
func bigFloor() bmstest.Options {
	p := bmstest.Small(bmstest.Start)
	for i := range p.SeatMap.Map.Areas {
		p.SeatMap.Map.Areas[i].Capacity = 500
	}
	return bmstest.Options{Programme: p}
}

func TestDrain_LeavesNothingThatIsDue(t *testing.T) {
	onEngines(t, bigFloor(), func(t *testing.T, kit *bmstest.Kit) {
		const n = 205 // more than two pages
		intents := floorPayments(t, kit, n)
		for _, i := range intents {
			_, err := kit.Bank.Choose(i.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Drop: true}})
			require.NoError(t, err)
		}
		kit.Clock.Advance(time.Minute)
		require.NoError(t, kit.Drain(t.Context()))
		for _, i := range intents {
			require.Equal(t, booking.Confirmed, statusOf(t, kit, booking.ID(i.BookingID)))
		}

		_, err := kit.Shows.Cancel(t.Context(), bms.CancelShow{ShowID: kit.Programme.Show.ID})
		require.NoError(t, err)
		require.NoError(t, kit.Drain(t.Context()))
		for _, i := range intents {
			require.Equal(t, booking.Refunded, statusOf(t, kit, booking.ID(i.BookingID)))
		}
		for _, e := range kit.Bank.Ledger() {
			require.Equal(t, e.Captured, e.Refunded)
		}
		kit.MustBeClean()
	})
}

func TestDrain_EndsEveryAbandonedBooking(t *testing.T) {
	onEngines(t, bigFloor(), func(t *testing.T, kit *bmstest.Kit) {
		const n = 105
		intents := floorPayments(t, kit, n)
		kit.Clock.Advance(20 * time.Minute)
		require.NoError(t, kit.Drain(t.Context()))
		for _, i := range intents {
			require.Equal(t, booking.Expired, statusOf(t, kit, booking.ID(i.BookingID)))
		}
	})
}

// A gateway that is not there any more must not keep Drain for ever.
func TestDrain_ReturnsWithoutTheGateway(t *testing.T) {
	onEngines(t, bigFloor(), func(t *testing.T, kit *bmstest.Kit) {
		floorPayments(t, kit, 105)
		kit.Clock.Advance(time.Minute)
		require.NoError(t, kit.Another(other{kit.Bank}).Drain(t.Context()))
	})
}

// other is a gateway by another name.
type other struct{ payment.Gateway }

func (other) Name() string { return "other" }

// crowded is a gateway that answers inquiries only when several are under way together.
type crowded struct {
	payment.Gateway
	enough chan struct{} // closed when they are

	mu          sync.Mutex
	busy        int // so many inquiries are refused first
	under, most int
}

func (g *crowded) Inquire(ctx context.Context, l payment.Lookup) (payment.Facts, error) {
	g.mu.Lock()
	if g.busy > 0 {
		g.busy--
		g.mu.Unlock()
		return payment.Facts{}, payment.ErrTemporary
	}
	g.under++
	if g.under > g.most {
		if g.most = g.under; g.most == 8 { // the first time that they are so many
			close(g.enough)
		}
	}
	g.mu.Unlock()
	select {
	case <-g.enough:
	case <-ctx.Done():
		return payment.Facts{}, ctx.Err()
	}
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.under--
	}()
	return g.Gateway.Inquire(ctx, l)
}

// Payments are asked about eight at a time, so that a slow gateway does not hold up the work behind it, and is
// not run over by it: those whose inquiry is due, and those of holds that end.
func TestInquiries_AreMadeSomeAtATime(t *testing.T) {
	t.Parallel()
	const n = 20
	for name, busy := range map[string]int{"due": 0, "of holds that end": n} {
		t.Run(name, func(t *testing.T) {
			onEngines(t, bigFloor(), func(t *testing.T, kit *bmstest.Kit) { someAtATime(t, kit, n, busy) })
		})
	}
}

func someAtATime(t *testing.T, kit *bmstest.Kit, n, busy int) {
	t.Helper()
	intents := floorPayments(t, kit, n)
	for _, i := range intents {
		_, err := kit.Bank.Choose(i.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Drop: true}})
		require.NoError(t, err)
	}
	kit.Clock.Advance(20 * time.Minute)
	bank := &crowded{Gateway: kit.Bank, enough: make(chan struct{}), busy: busy}
	require.NoError(t, kit.Another(bank).Drain(t.Context()))
	assert.Equal(t, 8, bank.most)
	for _, i := range intents {
		require.Equal(t, booking.Confirmed, statusOf(t, kit, booking.ID(i.BookingID)), "the money was there")
	}
	kit.MustBeClean()
}

// Two refunds of one booking are paid at the same moment; whoever comes second ends the booking.
func TestRefunds_PaidTogetherEndTheBooking(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		for round := range 10 {
			b := kit.Buy("stalls-A-1", "stalls-A-2", "stalls-A-3", "stalls-A-4")
			for _, ticket := range b.Tickets {
				_, err := kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID, Tickets: []booking.TicketID{ticket.ID}})
				require.NoError(t, err)
			}
			require.NoError(t, kit.Drain(t.Context()))
			require.Equal(t, booking.Refunded, statusOf(t, kit, b.ID), fmt.Sprint("round ", round))
			refunded(t, kit, b.ID, money.New(80000, "INR"))
		}
		assert.Equal(t, seating.StateHeld, kit.Hold("stalls-A-1").State)
	})
}
