package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

var claimTests = map[string]func(*suite){
	"Claims_RoundTrip":             testClaimsRoundTrip,
	"Claims_TakenSeatIsStale":      testTakeTaken,
	"Claims_MoveBySameHold":        testMoveClaim,
	"Claims_TakeOverExpired":       testTakeOver,
	"Claims_TakeOverTooEarly":      testTakeOverTooEarly,
	"Claims_TakeOverSold":          testTakeOverSold,
	"Claims_Free":                  testFreeClaim,
	"Claims_GivenBackAndTaken":     testGivenBackAndTaken,
	"Claims_StaleWritesNothing":    testStaleWritesNothing,
	"Claims_EachShowHasItsOwn":     testClaimsOfShows,
	"Claims_OneSeatOneWinner":      testOneWinner,
	"Claims_ManyInOneBatch":        testManyClaims,
	"Claims_EverySortInOneBatch":   testMixedClaims,
	"Claims_LoadedInOrderOfSeats":  testClaimOrder,
	"Claims_FreeingWhatIsNotThere": testFreeFree,
}

// change is a seat's change between two claims; the zero Claim is a free seat.
func change(seat int32, from, to seating.Claim) seating.SeatChange {
	return seating.SeatChange{Seat: seat, From: from, To: to}
}

var free seating.Claim

// claims stores claims on free seats, which has to succeed.
func (s *suite) claims(changes ...seating.SeatChange) {
	s.Helper()
	require.NoError(s, s.write(store.Batch{Seats: changes}))
}

// stale writes changes that the tables gainsay.
func (s *suite) stale(changes ...seating.SeatChange) {
	s.Helper()
	before := s.load()
	require.ErrorIs(s, s.write(store.Batch{Seats: changes}), store.ErrStale)
	assert.Equal(s, before, s.load(), "nothing was written")
}

// standing returns what stands on each seat.
func (s *suite) standing() map[int32]seating.Claim {
	s.Helper()
	m := map[int32]seating.Claim{}
	for _, c := range s.load().Claims {
		m[c.Seat] = c.Claim
	}
	return m
}

func testClaimsRoundTrip(s *suite) {
	s.programme()
	want := map[int32]seating.Claim{
		0: held("hld_1", 8*time.Minute), 1: sold("hld_2"), 2: blocked("hld_3"),
		3: {Status: seating.Blocked, Hold: "hld_4", Until: start.Add(time.Hour + time.Microsecond)}, 2_000_000_000: held("hld_1", 8*time.Minute),
	}
	for seat, claim := range want {
		s.claims(change(seat, free, claim))
	}
	assert.Equal(s, want, s.standing())
}

func testTakeTaken(s *suite) {
	s.programme()
	s.claims(change(1, free, held("hld_1", time.Minute)))
	s.stale(change(1, free, held("hld_2", time.Minute)))
	s.stale(change(1, free, held("hld_1", time.Minute)))
	s.clock.advance(time.Hour)
	s.stale(change(1, free, held("hld_2", 2*time.Hour))) // expired is not free: the judge did not see the claim
}

func testMoveClaim(s *suite) {
	s.programme()
	a := held("hld_1", time.Minute)
	longer, sale, blocking := held("hld_1", time.Hour), sold("hld_1"), blocked("hld_1")
	s.claims(change(1, free, a))
	for _, to := range []seating.Claim{longer, sale, blocking, a} {
		s.claims(change(1, a, to))
		assert.Equal(s, map[int32]seating.Claim{1: to}, s.standing())
		a = to
	}
	s.stale(change(1, sale, longer))                       // it has another status
	s.stale(change(1, held("hld_2", time.Minute), sale))   // somebody else has it
	s.stale(change(2, a, sale))                            // nobody has it
	s.stale(change(1, a, sale), change(3, longer, longer)) // one of two
	assert.Equal(s, map[int32]seating.Claim{1: a}, s.standing())
}

// An expired claim is taken over when its time and the grace are over, by the database's clock.
func testTakeOver(s *suite) {
	s.programme()
	old := held("hld_1", time.Minute)
	s.claims(change(1, free, old))
	s.clock.advance(time.Minute + grace + time.Microsecond)
	s.claims(change(1, old, held("hld_2", time.Hour)))
	assert.Equal(s, map[int32]seating.Claim{1: held("hld_2", time.Hour)}, s.standing())
	s.stale(change(1, old, held("hld_3", time.Hour))) // it went to hold 2
}

// The judge believed that the claim had run out, but its hold was given more time in between.
func testTakeOverTooEarly(s *suite) {
	s.programme()
	believed, extended := held("hld_1", time.Minute), held("hld_1", time.Hour)
	s.claims(change(1, free, believed), change(2, free, believed))
	s.claims(change(1, believed, extended))
	s.clock.advance(time.Minute + grace + time.Second)
	s.stale(change(1, believed, held("hld_2", 2*time.Hour)))
	s.stale(change(2, believed, held("hld_2", 2*time.Hour)), change(1, believed, held("hld_2", 2*time.Hour)))
	s.clock.advance(time.Hour - time.Minute - time.Second) // the hour and the grace end now, and are not over
	s.stale(change(1, believed, held("hld_2", 2*time.Hour)))
	s.clock.advance(time.Microsecond)
	s.claims(change(1, believed, held("hld_2", 2*time.Hour)))
}

// A claim without end never runs out.
func testTakeOverSold(s *suite) {
	s.programme()
	believed := held("hld_1", time.Minute)
	s.claims(change(1, free, believed))
	s.claims(change(1, believed, sold("hld_1")))
	s.clock.advance(1000 * time.Hour)
	s.stale(change(1, believed, held("hld_2", 2000*time.Hour)))
	assert.Equal(s, map[int32]seating.Claim{1: sold("hld_1")}, s.standing())
}

func testFreeClaim(s *suite) {
	s.programme()
	a, b := held("hld_1", time.Minute), sold("hld_2")
	s.claims(change(1, free, a), change(2, free, b), change(3, free, a))
	s.stale(change(1, held("hld_2", time.Minute), free))
	s.stale(change(1, sold("hld_1"), free))
	s.stale(change(1, a, free), change(2, a, free))
	s.claims(change(1, a, free), change(2, b, free))
	assert.Equal(s, map[int32]seating.Claim{3: a}, s.standing())
	s.claims(change(1, free, b)) // a free seat is for the next
}

func testFreeFree(s *suite) {
	s.programme()
	s.stale(change(1, held("hld_1", time.Minute), free))
}

// Given back and taken by another within one batch: the claim had not run out, and the seat has a new one.
func testGivenBackAndTaken(s *suite) {
	s.programme()
	a, b := held("hld_1", time.Hour), held("hld_2", 2*time.Hour)
	s.claims(change(1, free, a), change(2, free, a))
	s.claims(change(1, a, b), change(2, a, free))
	assert.Equal(s, map[int32]seating.Claim{1: b}, s.standing())
	s.stale(change(1, a, held("hld_3", time.Hour))) // hold 1 has nothing to give back any more
	s.claims(change(1, b, sold("hld_4")))
	s.claims(change(1, sold("hld_4"), a))
	assert.Equal(s, map[int32]seating.Claim{1: a}, s.standing())
}

// One stale claim undoes the whole batch: seats, holds, quotas, frame and version.
func testStaleWritesNothing(s *suite) {
	s.programme()
	s.claims(change(1, free, sold("hld_1")))
	err := s.write(store.Batch{
		Seats:  []seating.SeatChange{change(5, free, held("hld_2", time.Minute)), change(1, free, held("hld_2", time.Minute))},
		Holds:  []store.Written{newHold("hld_2", seating.StateHeld, 1, 5)},
		Quotas: []seating.QuotaChange{{Key: "floor", Capacity: 10, Held: 1}},
	})
	require.ErrorIs(s, err, store.ErrStale)
	assert.Equal(s, store.Loaded{Version: 1, Claims: []seating.SeatClaim{{Seat: 1, Claim: sold("hld_1")}}}, s.load())
	missing(s, func(tx store.Tx) (store.HoldRow, error) { return tx.Hold(s.Context(), "hld_2") })
	frames, _ := s.frames(0)
	assert.Len(s, frames, 1)
}

func testClaimsOfShows(s *suite) {
	s.programme()
	s.putShows(show("shw_2"))
	s.claims(change(1, free, held("hld_1", time.Minute)))
	require.NoError(s, s.writeTo("shw_2", store.Batch{Seats: []seating.SeatChange{change(1, free, sold("hld_2"))}}))
	require.ErrorIs(s, s.writeTo("shw_2", store.Batch{Seats: []seating.SeatChange{change(1, held("hld_1", time.Minute), free)}}), store.ErrStale)
	assert.Equal(s, map[int32]seating.Claim{1: held("hld_1", time.Minute)}, s.standing())
	s.claims(change(1, held("hld_1", time.Minute), free))
	assert.Empty(s, s.standing())
	other := read(s, func(tx store.Tx) (store.Loaded, error) { return tx.LoadInventory(s.Context(), "shw_2") })
	assert.Equal(s, []seating.SeatClaim{{Seat: 1, Claim: sold("hld_2")}}, other.Claims)
}

// Judges that believe the same of a seat, and do not look again under the lock, are sorted out by the tables.
func testOneWinner(s *suite) {
	s.programme()
	const n = 16
	errs := together(n, func(i int) error {
		hold := seating.HoldID(rune('a' + i))
		return s.write(store.Batch{Seats: []seating.SeatChange{change(7, free, held(hold, time.Minute))}})
	})
	winner := seating.HoldID("")
	for i, err := range errs {
		if err == nil {
			assert.Empty(s, winner, "one seat, one winner")
			winner = seating.HoldID(rune('a' + i))
			continue
		}
		assert.ErrorIs(s, err, store.ErrStale)
	}
	assert.Equal(s, map[int32]seating.Claim{7: held(winner, time.Minute)}, s.standing())
	assert.Equal(s, int64(1), s.load().Version)
}

func testManyClaims(s *suite) {
	s.programme()
	const n = 5000
	take, sell, back := make([]seating.SeatChange, n), make([]seating.SeatChange, n), make([]seating.SeatChange, n)
	for i := range take {
		a, b := held("hld_1", time.Minute), sold("hld_1")
		take[i], sell[i], back[i] = change(int32(i), free, a), change(int32(i), a, b), change(int32(i), b, free)
	}
	s.claims(take...)
	s.claims(sell...)
	assert.Len(s, s.load().Claims, n)
	s.claims(back...)
	assert.Empty(s, s.load().Claims)
}

func testMixedClaims(s *suite) {
	s.programme()
	old, live := held("hld_old", time.Second), held("hld_live", time.Hour)
	s.claims(change(1, free, old), change(2, free, live), change(3, free, live), change(4, free, live))
	s.clock.advance(time.Minute)
	next := held("hld_new", 30*time.Minute)
	s.claims(change(0, free, next), change(1, old, next), change(2, live, sold("hld_live")), change(3, live, free), change(4, live, next))
	assert.Equal(s, map[int32]seating.Claim{0: next, 1: next, 2: sold("hld_live"), 4: next}, s.standing())
}

func testClaimOrder(s *suite) {
	s.programme()
	for _, seat := range []int32{100, 9, 20, 0} {
		s.claims(change(seat, free, sold("hld_1")))
	}
	var seats []int32
	for _, c := range s.load().Claims {
		seats = append(seats, c.Seat)
	}
	assert.Equal(s, []int32{0, 9, 20, 100}, seats)
}
