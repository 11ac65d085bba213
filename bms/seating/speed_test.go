package seating_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// arena is a hall of 10,000 seats: 100 rows of four blocks of 25.
func arena(t require.TestingT) *seatmap.Plan {
	row := strings.Repeat(".", 25)
	row = strings.Join([]string{row, row, row, row}, " ")
	rows := make([]string, 100)
	for i := range rows {
		rows[i] = row
	}
	return hall(t, rows...)
}

// ids returns n identifiers as long as real ones.
func ids(n int) []seating.HoldID {
	out := make([]seating.HoldID, n)
	for i := range out {
		out[i] = seating.HoldID(fmt.Sprintf("hld_%026d", i))
	}
	return out
}

func TestHold_NamedSeatsAllocateLittle(t *testing.T) {
	inv := open(t, arena(t), seating.Rules{Orphans: seating.OrphanLenient})
	id := ids(6000)
	n := int32(0)
	allocs := testing.AllocsPerRun(4000, func() {
		r := seating.HoldRequest{ID: id[n], Buyer: string(id[n]), Seats: []int32{2*n + 1, 2 * n}}
		_, err := inv.Hold(start, r)
		if err != nil {
			panic(err)
		}
		n++
	})
	assert.LessOrEqual(t, allocs, 4.0, "the request's seats, the hold, its seats, and growing lists")
}

func TestSell_AllocatesNothingOfItsOwn(t *testing.T) {
	inv := open(t, arena(t), seating.Rules{})
	id := ids(2001)
	for i := range int32(2001) {
		hold(t, inv, start, seating.HoldRequest{ID: id[i], Seats: []int32{2 * i, 2*i + 1}})
	}
	n := 0
	allocs := testing.AllocsPerRun(2000, func() {
		_, err := inv.Sell(start, seating.Hold{ID: id[n]})
		if err != nil {
			panic(err)
		}
		n++
	})
	assert.Zero(t, allocs)
}

func TestNew_TakesLittleMemory(t *testing.T) {
	plan := arena(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const shows = 20
	for range shows {
		open(t, plan, seating.Rules{})
	}
	runtime.ReadMemStats(&after)
	assert.LessOrEqual(t, (after.TotalAlloc-before.TotalAlloc)/shows/uint64(len(plan.Seats)), uint64(20), "bytes a seat")
}

// BenchmarkHold is a hold of two named seats in a hall of 10,000, with its part of
// the Delta of 64 holds and of making a new show when the hall is full.
func BenchmarkHold(b *testing.B) {
	plan := arena(b)
	id := ids(5000)
	b.ReportAllocs()
	var inv *seating.Inventory
	n := int32(5000)
	for b.Loop() {
		if n == 5000 {
			b.StopTimer()
			inv, n = open(b, plan, seating.Rules{Orphans: seating.OrphanLenient}), 0
			b.StartTimer()
		}
		if _, err := inv.Hold(start, seating.HoldRequest{ID: id[n], Buyer: string(id[n]), Seats: []int32{2 * n, 2*n + 1}}); err != nil {
			b.Fatal(err)
		}
		if n++; n%64 == 0 {
			_ = inv.Delta()
			inv.ResetDelta()
		}
	}
}

func BenchmarkHoldRefused(b *testing.B) {
	inv := open(b, arena(b), seating.Rules{})
	hold(b, inv, start, seats("hld_1", 500, 501))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := inv.Hold(start, seats("hld_2", 501, 502)); err == nil {
			b.Fatal("granted")
		}
	}
}

func BenchmarkWholeBooking(b *testing.B) {
	plan := arena(b)
	id := ids(5000)
	b.ReportAllocs()
	var inv *seating.Inventory
	n := int32(5000)
	for b.Loop() {
		if n == 5000 {
			b.StopTimer()
			inv, n = open(b, plan, seating.Rules{}), 0
			b.StartTimer()
		}
		h, err := inv.Hold(start, seating.HoldRequest{ID: id[n], Buyer: string(id[n]), Seats: []int32{2 * n, 2*n + 1}})
		if err != nil {
			b.Fatal(err)
		}
		if h, err = inv.StartPayment(start, h.ID, start.Add(time.Hour)); err != nil {
			b.Fatal(err)
		}
		if _, err = inv.Sell(start, h); err != nil {
			b.Fatal(err)
		}
		n++
		inv.ResetDelta()
	}
}

// BenchmarkBestWholeSale lets parties of two to five take the best seats until the
// hall is full, and then starts again: the mean over all stages of a sale.
func BenchmarkBestWholeSale(b *testing.B) {
	plan := arena(b)
	id := ids(10000)
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	inv := open(b, plan, seating.Rules{Orphans: seating.OrphanLenient})
	n := 0
	for b.Loop() {
		_, err := inv.Hold(start, seating.HoldRequest{ID: id[n], Best: &seating.Best{N: 2 + random.IntN(4), Scattered: true}})
		n++
		inv.ResetDelta()
		if err != nil {
			b.StopTimer()
			inv, n = open(b, plan, seating.Rules{Orphans: seating.OrphanLenient}), 0
			b.StartTimer()
		}
	}
}

// BenchmarkBest measures the shapes of a hall that cost most.
func BenchmarkBest(b *testing.B) {
	plan := arena(b)
	for _, c := range []struct {
		name string
		sold func(seat int32) bool
		best seating.Best
	}{
		{"empty hall", func(int32) bool { return false }, seating.Best{N: 4}},
		{"nothing together", func(s int32) bool { return s%5 == 0 }, seating.Best{N: 6}},
		{"single seats only", func(s int32) bool { return s%2 == 0 }, seating.Best{N: 8, Scattered: true}},
		{"stacked pairs", func(s int32) bool { return s%3 == 0 }, seating.Best{N: 4, Stacked: true}},
		{"stacks of five", func(s int32) bool { return s%3 == 0 }, seating.Best{N: 10, Stacked: true}},
		{"a few seats far away", func(s int32) bool { return s < 9990 || s%2 == 0 }, seating.Best{N: 4, Scattered: true}},
		{"every choice leaves a single", func(s int32) bool { return s%25%4 == 0 }, seating.Best{N: 2}},
	} {
		b.Run(c.name, func(b *testing.B) {
			inv := soldOut(b, plan, c.sold)
			b.ReportAllocs()
			for b.Loop() {
				if h, err := inv.Hold(start, seating.HoldRequest{ID: "hld_1", Best: &c.best}); err == nil {
					_, err = inv.Release(start, h.ID)
					require.NoError(b, err)
				}
				inv.ResetDelta()
			}
		})
	}
}

// soldOut is an inventory in which some seats are sold.
func soldOut(b *testing.B, plan *seatmap.Plan, sold func(seat int32) bool) *seating.Inventory {
	b.Helper()
	inv := open(b, plan, seating.Rules{Orphans: seating.OrphanStrict})
	h := seating.Hold{ID: "hld_0", State: seating.StateExpired}
	for s := range int32(len(plan.Seats)) {
		if sold(s) {
			h.Seats = append(h.Seats, s)
		}
	}
	if len(h.Seats) > 0 {
		_, err := inv.Sell(start, h)
		require.NoError(b, err)
	}
	return inv
}

// BenchmarkBestAccessible seats two wheelchairs, two companions and two friends in
// a hall of 10,000 with 100 spaces.
func BenchmarkBestAccessible(b *testing.B) {
	rows := make([]string, 100)
	for i := range rows {
		rows[i] = strings.Repeat(".", 25)
		if i%4 == 0 {
			rows[i] = "WCCW" + strings.Repeat(".", 17) + "WCCW"
		}
	}
	for i := range rows {
		rows[i] = strings.Join([]string{rows[i], strings.Repeat(".", 75)}, " ")
	}
	inv := open(b, hall(b, rows...), seating.Rules{})
	r := seating.HoldRequest{ID: "hld_1", Accessible: true, Best: &seating.Best{N: 6, Wheelchairs: 2, Companions: 2}}
	b.ReportAllocs()
	for b.Loop() {
		h := hold(b, inv, start, r)
		_, err := inv.Release(start, h.ID)
		require.NoError(b, err)
		inv.ResetDelta()
	}
}

func BenchmarkNewAndLoad(b *testing.B) {
	plan := arena(b)
	holds := make([]seating.Hold, 0, 2500)
	claims := make([]seating.SeatClaim, 0, 5000)
	for i, id := range ids(2500) {
		h := seating.Hold{ID: id, State: seating.StateSold, Buyer: string(id), Seats: []int32{int32(4 * i), int32(4*i + 1)}}
		holds = append(holds, h)
		for _, s := range h.Seats {
			claims = append(claims, seating.SeatClaim{Seat: s, Claim: seating.Claim{Status: seating.Sold, Hold: id}})
		}
	}
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			open(b, plan, seating.Rules{})
		}
	})
	b.Run("load half", func(b *testing.B) {
		b.ReportAllocs()
		inv := open(b, plan, seating.Rules{})
		for b.Loop() {
			if err := inv.Load(holds, claims, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSnapshot(b *testing.B) {
	inv := open(b, arena(b), seating.Rules{})
	b.ReportAllocs()
	for b.Loop() {
		_ = inv.Snapshot()
	}
}
