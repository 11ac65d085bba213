package bms_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// schedules is how many random fault schedules run on each engine. Each is reproduced by its number.
var schedules = map[string]uint64{"sqlite": 1000, "postgres": 200}

// TestPaymentFaults runs random schedules of what can go wrong around one payment: declines, slow
// banks, notifications that come late, twice, out of order or never, gateways that time out
// before or after the fact, refunds that are refused or fail and are made again, a program that dies between any two
// steps or is so slow that a twin takes over its idempotency key, rivals who take the
// seats when their time is over. Afterwards the bank's books and ours must agree: what was
// captured pays for a confirmed booking or has been given back, once.
func TestPaymentFaults(t *testing.T) {
	t.Parallel()
	for engine, n := range schedules {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o := bmstest.Options{Open: openSQLite}
			if engine == "postgres" {
				o.Open = openPostgres
			}
			if raceDetector || testing.Short() {
				n /= 20
			}
			kit, client, db := slowClient(t, o)
			slow := slowNode{client: client, db: db}
			seen, met := map[booking.Status]int{}, map[string]int{}
			for seed := range n {
				s := newSchedule(t, kit, seed)
				s.slow, s.met = slow, met
				s.run()
				seen[s.settle()]++
			}
			t.Logf("ends: %v, met: %v", seen, met)
			require.Positive(t, seen[booking.Confirmed])
			require.Positive(t, seen[booking.Expired])
			if n >= 200 { // fewer may miss what is rare
				require.Positive(t, seen[booking.Refunded])
				for _, rare := range []string{"refund made again", "payment lost its key", "cancellation lost its key", "agreement"} {
					require.Positive(t, met[rare], rare)
				}
			}
			kit.MustBeClean()
		})
	}
}

// schedule is one random course of events around the payment of one booking.
type schedule struct {
	t    *testing.T
	kit  *bmstest.Kit
	seed uint64
	rnd  *rand.Rand
	show catalog.ShowID
	slow slowNode
	met  map[string]int // how often the rare things happened, over all schedules
	keys int            // idempotency keys used

	booking booking.ID
	intents []payment.Intent
}

func newSchedule(t *testing.T, kit *bmstest.Kit, seed uint64) *schedule {
	t.Helper()
	s := &schedule{t: t, kit: kit, seed: seed, rnd: rand.New(rand.NewPCG(seed, 7))}
	show := kit.Programme.Show
	now := kit.Clock.Now()
	show.ID = id.New[catalog.ShowID](catalog.ShowPrefix, now)
	show.StartsAt = now.Add(48 * time.Hour).Truncate(time.Minute)
	show.EndsAt, show.CreatedAt = show.StartsAt.Add(time.Hour), now
	local, err := show.Local()
	require.NoError(t, err)
	show.LocalDate = local.Format(time.DateOnly)
	require.NoError(t, kit.Shows.Put(t.Context(), show))
	s.show = show.ID
	return s
}

// chance is true with one in n.
func (s *schedule) chance(n int) bool { return s.rnd.IntN(n) == 0 }

func (s *schedule) name() string { return fmt.Sprintf("schedule %d", s.seed) }

// run books a seat and lets a dozen random things happen.
func (s *schedule) run() {
	s.t.Helper()
	s.kit.Bank.SetFaults(s.faults())
	hold := s.hold("stalls-A-1")
	b, err := s.kit.Bookings.Create(s.t.Context(), bms.BookingRequest{HoldID: hold.ID, Secret: hold.Secret, Buyer: bmstest.Ada})
	require.NoError(s.t, err, s.name())
	s.booking = b.ID
	s.pay()
	if s.chance(2) {
		s.payAtOnce()
	}
	for range 12 {
		s.step()
	}
}

func (s *schedule) hold(seat string) bms.Hold {
	s.t.Helper()
	hold, err := s.kit.Holds.Create(s.t.Context(), bms.HoldRequest{ShowID: s.show, Seats: []bms.SeatItem{{Seat: seat}}})
	require.NoError(s.t, err, s.name())
	return hold
}

func (s *schedule) faults() sandbox.Faults {
	few := func() int {
		if s.chance(3) {
			return 1 + s.rnd.IntN(2)
		}
		return 0
	}
	f := sandbox.Faults{
		CreateTemporary: few(), CreateTimeout: few(), InquireTemporary: few(), RefundTemporary: few(), RefundTimeout: few(),
		ConfirmTemporary: few(), ConfirmTimeout: few(), RefundRefused: few(), RefundFails: few(),
		Webhooks: sandbox.Webhooks{Drop: s.chance(3), Duplicate: s.chance(2), Reorder: s.chance(2)},
	}
	if s.chance(2) {
		f.Webhooks.Delay = time.Duration(s.rnd.IntN(40)) * time.Minute
	}
	if s.chance(4) {
		f.RefundDelay = time.Duration(s.rnd.IntN(30)) * time.Minute
	}
	return f
}

// step is one thing that happens.
func (s *schedule) step() {
	s.t.Helper()
	switch s.rnd.IntN(12) {
	case 0:
		s.pay()
	case 1, 2:
		s.choose()
	case 3:
		s.kit.Clock.Advance(time.Duration(s.rnd.IntN(16)) * time.Minute)
	case 4:
		s.deliver()
	case 5:
		s.background()
	case 6, 7:
		s.rival()
	case 8:
		s.cancel()
	case 9:
		s.paySlowly()
	case 10:
		s.cancelSlowly()
	case 11:
		s.retryRefunds()
	}
}

// pay starts a payment. A third of the programs that do die on the way: what they were to write
// after a moment of their own is never written.
func (s *schedule) pay() {
	s.t.Helper()
	ctx, die := context.WithCancel(s.t.Context())
	defer die()
	client := s.kit.Client
	if s.chance(3) {
		client = s.kit.Another(dying{Gateway: s.kit.Bank, die: die, before: s.chance(2)})
	}
	i, err := client.Payments.Start(ctx, bms.PaymentRequest{BookingID: s.booking, Gateway: sandbox.Name, ReturnURL: "http://shop.example/"})
	if err == nil {
		s.intents = append(s.intents, i)
	}
}

// dying is a gateway during whose call the program dies: before the call arrives, or after it was answered.
type dying struct {
	payment.Gateway
	die    func()
	before bool
}

func (d dying) Create(ctx context.Context, r payment.CreateRequest) (payment.Facts, error) {
	if d.before {
		d.die()
		return payment.Facts{}, context.Canceled
	}
	facts, err := d.Gateway.Create(ctx, r)
	d.die()
	return facts, err
}

// choose has the buyer act at the bank, on any of the payments that the bank knows.
func (s *schedule) choose() {
	s.t.Helper()
	history, err := s.kit.Bookings.Payments(s.t.Context(), s.booking)
	require.NoError(s.t, err, s.name())
	for _, i := range s.known(history.Intents) {
		if s.chance(4) {
			continue
		}
		outcomes := []sandbox.Outcome{sandbox.Pay, sandbox.Pay, sandbox.Authorize, sandbox.InsufficientFunds, sandbox.Cancel}
		c := sandbox.Choice{Outcome: outcomes[s.rnd.IntN(len(outcomes))]}
		if s.chance(3) {
			c.Delay = time.Duration(10+s.rnd.IntN(50)) * time.Minute
		}
		if _, err := s.kit.Bank.Choose(i, c); err == nil && c.Outcome == sandbox.Authorize { // it may have been decided already
			s.met["agreement"]++
		}
	}
}

// known are the bank's own references of our payments, those whose answer was lost included.
func (s *schedule) known(intents []payment.Intent) []string {
	ours := map[payment.IntentID]bool{}
	for _, i := range intents {
		ours[i.ID] = true
	}
	var refs []string
	for _, e := range s.kit.Bank.Ledger() {
		if ours[e.IntentID] {
			refs = append(refs, e.GatewayRef)
		}
	}
	return refs
}

func (s *schedule) deliver() {
	s.t.Helper()
	_, _ = s.kit.Bank.DeliverDue(s.t.Context()) // what is refused is sent again
}

func (s *schedule) background() {
	s.t.Helper()
	require.NoError(s.t, s.kit.Drain(s.t.Context()), s.name())
}

// rival buys the seat if it can be had.
func (s *schedule) rival() {
	hold, err := s.kit.Holds.Create(s.t.Context(), bms.HoldRequest{ShowID: s.show, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}})
	if err != nil {
		return
	}
	b, err := s.kit.Bookings.Create(s.t.Context(), bms.BookingRequest{HoldID: hold.ID, Secret: hold.Secret, Buyer: bmstest.Ada})
	require.NoError(s.t, err, s.name())
	i, err := s.kit.Payments.Start(s.t.Context(), bms.PaymentRequest{BookingID: b.ID, Gateway: sandbox.Name, ReturnURL: "http://shop.example/"})
	if err != nil {
		return
	}
	if _, err := s.kit.Bank.Choose(i.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay}); err == nil {
		_, _ = s.kit.Payments.Refresh(s.t.Context(), i.ID)
	}
}

// cancel gives the booking back if it was paid.
func (s *schedule) cancel() {
	if s.chance(2) {
		_, _ = s.kit.Bookings.Cancel(s.t.Context(), bms.CancelRequest{BookingID: s.booking})
	}
}

// settle ends the faults but those of a few refunds, lets everything that is still on its way arrive, and compares the books.
func (s *schedule) settle() booking.Status {
	s.t.Helper()
	last := s.faults()
	s.kit.Bank.SetFaults(sandbox.Faults{RefundRefused: last.RefundRefused, RefundFails: last.RefundFails}) // which end by themselves
	for range 6 {
		s.kit.Clock.Advance(25 * time.Minute)
		s.kit.Deliver()
		s.background()
		s.retryRefunds()
	}
	s.background()
	b, err := s.kit.Bookings.Get(s.t.Context(), s.booking)
	require.NoError(s.t, err, s.name())
	s.compare(b)
	return b.Status
}

func (s *schedule) compare(b booking.Booking) {
	s.t.Helper()
	history, err := s.kit.Bookings.Payments(s.t.Context(), b.ID)
	require.NoError(s.t, err, s.name())
	ours := map[payment.IntentID]payment.Intent{}
	for _, i := range history.Intents {
		ours[i.ID] = i
	}
	kept := money.Zero("INR")
	for _, e := range s.kit.Bank.Ledger() {
		i, mine := ours[e.IntentID]
		if !mine {
			continue
		}
		require.LessOrEqual(s.t, e.Refunded.Minor, e.Captured.Minor, "%s: refunded twice", s.name())
		require.Equal(s.t, e.Captured.Minor, i.Captured.Minor, "%s: we do not know what the bank took", s.name())
		kept.Minor += e.Captured.Minor - e.Refunded.Minor
		paid := map[string]int{}
		for _, r := range e.Refunds {
			if r.Status == payment.RefundSucceeded {
				paid[r.Key]++
			}
		}
		for key, times := range paid {
			require.Equal(s.t, 1, times, "%s: %s was paid more than once", s.name(), key)
		}
	}
	for _, r := range history.Refunds {
		require.Equal(s.t, payment.RefundSucceeded, r.Status, "%s: refund %s", s.name(), r.Key)
	}
	switch b.Status {
	case booking.Confirmed:
		require.Equal(s.t, b.Total.Minor, kept.Minor, "%s: confirmed", s.name())
	case booking.Expired:
		require.Zero(s.t, kept.Minor, "%s: paid but lost", s.name())
	case booking.Refunded, booking.Cancelled:
		fees := money.Zero("INR")
		for _, ticket := range b.Tickets {
			if !b.ConfirmedAt.IsZero() {
				fees.Minor += ticket.Price.Minor + ticket.Fees.Minor - ticket.Refund.Minor
			}
		}
		require.Equal(s.t, fees.Minor, kept.Minor, "%s: %s", s.name(), b.Status)
	case booking.Draft, booking.AwaitingPayment, booking.PartlyCancelled, booking.LateRefund:
		require.Fail(s.t, "not settled", "%s: %s", s.name(), b.Status)
	}
}
