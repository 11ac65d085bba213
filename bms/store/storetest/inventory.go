package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

var inventoryTests = map[string]func(*suite){
	"Inventory_LockRaisesTheVersion":  testLockShow,
	"Inventory_LockIsUndone":          testLockUndone,
	"Inventory_LockUnknownShow":       testLockUnknown,
	"Inventory_LockSerialises":        testLockSerialises,
	"Inventory_LockTellsVersions":     testLockVersions,
	"Inventory_OfAShowThatNeverSold":  testLoadNothing,
	"Inventory_ClosedHoldsAreNotRead": testClosedHolds,
	"Inventory_FramesInOrder":         testFrames,
	"Inventory_FramesPruned":          testFramesPruned,
	"Inventory_FrameOncePerVersion":   testFrameOnce,
	"Inventory_SellingShows":          testSellingShows,
}

// grace is the batches' grace.
const grace = 5 * time.Second

// lock locks the programme's show in a unit of its own.
func (s *suite) lock(show catalog.ShowID) (store.Locked, error) {
	var l store.Locked
	err := s.try(func(tx store.Tx) error {
		var err error
		l, err = tx.LockShow(s.Context(), show)
		return err
	})
	return l, err
}

// write judges a batch as the judge does: locked, with a frame of the version.
func (s *suite) write(b store.Batch) error { return s.writeTo(showID, b) }

func (s *suite) writeTo(show catalog.ShowID, b store.Batch) error {
	return s.try(func(tx store.Tx) error {
		l, err := tx.LockShow(s.Context(), show)
		if err != nil {
			return err
		}
		b.Version, b.Frame, b.Grace = l.Version, frame(l.Version), grace
		return tx.WriteInventory(s.Context(), show, b)
	})
}

func (s *suite) load() store.Loaded {
	s.Helper()
	return read(s, func(tx store.Tx) (store.Loaded, error) { return tx.LoadInventory(s.Context(), showID) })
}

func frame(version int64) []byte { return fmt.Appendf(nil, `{"v":%d}`, version) }

func testLockShow(s *suite) {
	s.programme()
	for version := int64(1); version <= 3; version++ {
		l, err := s.lock(showID)
		require.NoError(s, err)
		assert.Equal(s, store.Locked{Version: version, ShowVersion: 1, ListVersion: 1}, l)
		assert.Equal(s, version, s.load().Version)
	}
}

func testLockUndone(s *suite) {
	s.programme()
	nothing := errors.New("nothing to write")
	for range 2 {
		s.refused(nothing, func(tx store.Tx) error {
			l, err := tx.LockShow(s.Context(), showID)
			require.NoError(s, err)
			assert.Equal(s, int64(1), l.Version)
			return nothing
		})
	}
	assert.Zero(s, s.load().Version)
}

func testLockUnknown(s *suite) {
	s.programme()
	_, err := s.lock("shw_none")
	require.ErrorIs(s, err, store.ErrNotFound)
	missing(s, func(tx store.Tx) (store.Locked, error) { return tx.ShowVersions(s.Context(), "shw_none") })
	assert.Empty(s, read(s, func(tx store.Tx) ([]catalog.ShowID, error) { return tx.SellingShows(s.Context()) }))
}

// Every unit that locks the show sees all that those before it have written: each adds the seat behind the last.
func testLockSerialises(s *suite) {
	s.programme()
	const n = 24
	errs := together(n, func(i int) error {
		return s.try(func(tx store.Tx) error {
			l, err := tx.LockShow(s.Context(), showID)
			if err != nil {
				return err
			}
			loaded, err := tx.LoadInventory(s.Context(), showID)
			if err != nil {
				return err
			}
			hold := seating.HoldID(fmt.Sprint("hld_", i))
			return tx.WriteInventory(s.Context(), showID, store.Batch{
				Version: l.Version, Frame: frame(l.Version), Grace: grace,
				Seats: []seating.SeatChange{{Seat: int32(len(loaded.Claims)), To: sold(hold)}},
			})
		})
	})
	require.NoError(s, errors.Join(errs...))
	loaded := s.load()
	assert.Equal(s, int64(n), loaded.Version)
	require.Len(s, loaded.Claims, n)
	assert.Equal(s, int32(n-1), loaded.Claims[n-1].Seat)
}

func testLockVersions(s *suite) {
	s.programme()
	_, err := s.lock(showID)
	require.NoError(s, err)
	s.must(func(tx store.Tx) error {
		return firstOf(tx.SetShowStatus(s.Context(), showID, catalog.Paused, 1),
			tx.PutPriceList(s.Context(), pricing.PriceList{ID: listID, PartnerID: string(partnerID)}),
			tx.PutPriceList(s.Context(), pricing.PriceList{ID: listID, PartnerID: string(partnerID)}))
	})
	want := store.Locked{ShowVersion: 2, ListVersion: 3}
	versions := func(tx store.Tx) (store.Locked, error) { return tx.ShowVersions(s.Context(), showID) }
	assert.Equal(s, want, read(s, versions))
	assert.Equal(s, want, read(s, versions), "reading raises nothing")
	want.Version = 2
	l, err := s.lock(showID)
	require.NoError(s, err)
	assert.Equal(s, want, l)
}

func testLoadNothing(s *suite) {
	s.programme()
	assert.Equal(s, store.Loaded{}, s.load())
	frames, complete := s.frames(0)
	assert.Empty(s, frames)
	assert.True(s, complete)
}

func testClosedHolds(s *suite) {
	s.programme()
	s.putShows(show("shw_2"))
	states := []seating.HoldState{
		seating.StateExpired, seating.StateHeld, seating.StateHouse, seating.StatePaying, seating.StateReleased, seating.StateSold,
	}
	var b store.Batch
	for _, state := range states {
		b.Holds = append(b.Holds, newHold(seating.HoldID("hld_"+string(state)), state))
	}
	require.NoError(s, s.write(b))
	require.NoError(s, s.writeTo("shw_2", store.Batch{Holds: []store.Written{newHold("hld_other", seating.StateHeld)}}))
	var got []seating.HoldState
	for _, h := range s.load().Holds {
		got = append(got, h.State)
		assert.True(s, h.State.Open())
	}
	assert.ElementsMatch(s, []seating.HoldState{seating.StateHeld, seating.StatePaying, seating.StateSold, seating.StateHouse}, got)
}

type framesAnswer struct {
	frames   [][]byte
	complete bool
}

func (s *suite) frames(since int64) ([][]byte, bool) {
	s.Helper()
	a := read(s, func(tx store.Tx) (a framesAnswer, err error) {
		a.frames, a.complete, err = tx.Frames(s.Context(), showID, since)
		return a, err
	})
	return a.frames, a.complete
}

func testFrames(s *suite) {
	s.programme()
	for range 12 { // past 9, where text would sort differently
		require.NoError(s, s.write(store.Batch{}))
	}
	for since := range int64(12) {
		frames, complete := s.frames(since)
		assert.True(s, complete, "since %d", since)
		require.Len(s, frames, int(12-since))
		for i, f := range frames {
			assert.JSONEq(s, string(frame(since+1+int64(i))), string(f))
		}
	}
	frames, complete := s.frames(12)
	assert.Empty(s, frames)
	assert.True(s, complete, "nothing is missing")
}

func testFramesPruned(s *suite) {
	s.programme()
	for range 5 {
		require.NoError(s, s.write(store.Batch{}))
		s.clock.advance(time.Minute)
	}
	prune := func(before time.Time) {
		s.must(func(tx store.Tx) error { return tx.PruneFrames(s.Context(), before) })
	}
	prune(start.Add(2 * time.Minute)) // versions 1 and 2 are older
	for since, want := range []bool{false, false, true, true, true, true} {
		frames, complete := s.frames(int64(since))
		assert.Equal(s, want, complete, "since %d", since)
		assert.Len(s, frames, min(3, 5-since))
	}
	prune(start.Add(time.Hour))
	frames, complete := s.frames(3)
	assert.Empty(s, frames)
	assert.False(s, complete, "versions 4 and 5 are gone")
	frames, complete = s.frames(5)
	assert.Empty(s, frames)
	assert.True(s, complete, "there was nothing behind version 5")
}

func testFrameOnce(s *suite) {
	s.programme()
	require.NoError(s, s.write(store.Batch{}))
	require.Error(s, s.try(func(tx store.Tx) error {
		return tx.WriteInventory(s.Context(), showID, store.Batch{Version: 1, Frame: []byte(`{"v":"other"}`)})
	}))
	frames, _ := s.frames(0)
	assert.Equal(s, [][]byte{frame(1)}, frames)
}

func testSellingShows(s *suite) {
	s.programme()
	s.putShows(show("shw_c"), show("shw_a"), show("shw_b"))
	for _, id := range []catalog.ShowID{"shw_c", "shw_a"} {
		_, err := s.lock(id)
		require.NoError(s, err)
	}
	assert.Equal(s, []catalog.ShowID{"shw_a", "shw_c"},
		read(s, func(tx store.Tx) ([]catalog.ShowID, error) { return tx.SellingShows(s.Context()) }))
}

// newHold returns a hold of the state as a batch makes it, without places.
func newHold(id seating.HoldID, state seating.HoldState, seats ...int32) store.Written {
	h := seating.Hold{ID: id, State: state, CreatedAt: start, Seats: seats, ExpiresAt: start.Add(8 * time.Minute)}
	if state == seating.StatePaying {
		h.PayBy = start.Add(20 * time.Minute)
	}
	return store.Written{HoldChange: seating.HoldChange{Hold: h, New: true}, Detail: json.RawMessage(`{"kept":true}`)}
}

func held(hold seating.HoldID, until time.Duration) seating.Claim {
	return seating.Claim{Status: seating.Held, Hold: hold, Until: start.Add(until)}
}

func sold(hold seating.HoldID) seating.Claim { return seating.Claim{Status: seating.Sold, Hold: hold} }

func blocked(hold seating.HoldID) seating.Claim {
	return seating.Claim{Status: seating.Blocked, Hold: hold}
}
