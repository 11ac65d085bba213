package storetest

import (
	"encoding/json"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

var holdTests = map[string]func(*suite){
	"Holds_RoundTrip":          testHold,
	"Holds_Change":             testHoldChange,
	"Holds_NewTwice":           testHoldTwice,
	"Holds_ChangeOfNone":       testHoldChangeOfNone,
	"Holds_NewAndGoneAtOnce":   testHoldNewAndGone,
	"Holds_SetDetail":          testHoldDetail,
	"Holds_DetailOnce":         testHoldDetailOnce,
	"Holds_Due":                testDueHolds,
	"Holds_DueFollowsTheState": testDueHoldsByState,
	"Holds_Since":              testHoldsSince,
}

func (s *suite) hold(id seating.HoldID) store.HoldRow {
	s.Helper()
	return read(s, func(tx store.Tx) (store.HoldRow, error) { return tx.Hold(s.Context(), id) })
}

func (s *suite) holds(holds ...store.Written) {
	s.Helper()
	require.NoError(s, s.write(store.Batch{Holds: holds}))
}

func testHold(s *suite) {
	s.programme()
	missing(s, func(tx store.Tx) (store.HoldRow, error) { return tx.Hold(s.Context(), "hld_none") })
	h := full[seating.Hold]()
	h.State = seating.StateHeld
	bare := seating.Hold{ID: "hld_bare", State: seating.StateHouse, CreatedAt: start}
	detail := full[json.RawMessage]()
	s.holds(store.Written{HoldChange: seating.HoldChange{Hold: h, New: true}, Detail: detail},
		store.Written{HoldChange: seating.HoldChange{Hold: bare, New: true}})

	assert.Equal(s, store.HoldRow{Hold: h, ShowID: showID, Detail: detail, DetailVersion: 1}, s.hold(h.ID))
	got := s.hold("hld_bare")
	assert.Empty(s, got.Seats)
	assert.Empty(s, got.Areas)
	got.Seats, got.Areas = nil, nil
	assert.Equal(s, store.HoldRow{Hold: bare, ShowID: showID}, got)
	assert.Contains(s, s.load().Holds, h)
	places := func(id seating.HoldID) func(store.Tx) (seating.Hold, error) {
		return func(tx store.Tx) (seating.Hold, error) { return tx.HoldPlaces(s.Context(), id) }
	}
	assert.Equal(s, h, read(s, places(h.ID)))
	missing(s, places("hld_none"))
}

// A hold that changes keeps who made it, when, and its detail.
func testHoldChange(s *suite) {
	s.programme()
	w := newHold("hld_1", seating.StateHeld, 1, 2)
	w.Hold.Buyer = "ann"
	s.holds(w)
	h := w.Hold
	h.State, h.Seats, h.Areas, h.Extended, h.Reason = seating.StatePaying, []int32{2}, []seating.Places{{Area: "floor", N: 3}}, 1, "why"
	h.ExpiresAt, h.PayBy, h.SoldAt = start.Add(time.Hour), start.Add(2*time.Hour), start.Add(3*time.Hour)
	s.holds(store.Written{HoldChange: seating.HoldChange{Hold: h}})
	assert.Equal(s, store.HoldRow{Hold: h, ShowID: showID, Detail: w.Detail, DetailVersion: 1}, s.hold("hld_1"))
	h.State, h.Areas, h.ExpiresAt, h.PayBy = seating.StateSold, []seating.Places{}, time.Time{}, time.Time{}
	s.holds(store.Written{HoldChange: seating.HoldChange{Hold: h}})
	assert.Equal(s, h, s.hold("hld_1").Hold)
	assert.Equal(s, []seating.Hold{h}, s.load().Holds)
}

func testHoldTwice(s *suite) {
	s.programme()
	s.holds(newHold("hld_1", seating.StateHeld, 1))
	require.Error(s, s.write(store.Batch{Holds: []store.Written{newHold("hld_1", seating.StateHeld, 2)}}))
	assert.Equal(s, []int32{1}, s.hold("hld_1").Seats)
}

func testHoldChangeOfNone(s *suite) {
	s.programme()
	s.putShows(show("shw_2"))
	s.holds(newHold("hld_1", seating.StateHeld, 1))
	none, other := newHold("hld_none", seating.StateSold), newHold("hld_1", seating.StateSold)
	none.New, other.New = false, false
	require.ErrorIs(s, s.write(store.Batch{Holds: []store.Written{other, none}}), store.ErrStale)
	require.ErrorIs(s, s.writeTo("shw_2", store.Batch{Holds: []store.Written{other}}), store.ErrStale, "the hold of another show")
	assert.Equal(s, seating.StateHeld, s.hold("hld_1").State)
}

func testHoldNewAndGone(s *suite) {
	s.programme()
	s.holds(newHold("hld_1", seating.StateReleased, 1, 2), newHold("hld_2", seating.StateHeld, 1))
	assert.Equal(s, seating.StateReleased, s.hold("hld_1").State)
	assert.Equal(s, []int32{1, 2}, s.hold("hld_1").Seats, "a closed hold keeps those it had")
	assert.Len(s, s.load().Holds, 1)
}

func testHoldDetail(s *suite) {
	s.programme()
	s.holds(newHold("hld_1", seating.StateHeld))
	set := func(id seating.HoldID, detail string, version int) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.SetHoldDetail(s.Context(), id, json.RawMessage(detail), version) }
	}
	s.must(set("hld_1", `{"items": ["Sitz 1", "<b>"], "n": 12345678901234567890}`, 1))
	got := s.hold("hld_1")
	assert.JSONEq(s, `{"items": ["Sitz 1", "<b>"], "n": 12345678901234567890}`, string(got.Detail))
	assert.Contains(s, string(got.Detail), "12345678901234567890", "digits are kept")
	assert.Equal(s, 2, got.DetailVersion)
	s.refused(store.ErrStale, set("hld_1", `{}`, 1))
	s.refused(store.ErrStale, set("hld_1", `{}`, 3))
	s.refused(store.ErrStale, set("hld_none", `{}`, 1))
	assert.Equal(s, got, s.hold("hld_1"))

	changed := newHold("hld_1", seating.StateSold)
	changed.New, changed.Detail = false, nil
	s.holds(changed)
	assert.Equal(s, got.Detail, s.hold("hld_1").Detail, "the judge leaves it as it is")
}

func testHoldDetailOnce(s *suite) {
	s.programme()
	s.holds(newHold("hld_1", seating.StateHeld))
	errs := together(8, func(int) error {
		return s.try(func(tx store.Tx) error { return tx.SetHoldDetail(s.Context(), "hld_1", json.RawMessage(`{}`), 1) })
	})
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		}
	}
	assert.Equal(s, 1, won)
	assert.Equal(s, 2, s.hold("hld_1").DetailVersion)
}

func (s *suite) due(before time.Time, limit int) []seating.HoldID {
	s.Helper()
	var list []seating.HoldID
	for _, h := range read(s, func(tx store.Tx) ([]store.HoldRow, error) { return tx.DueHolds(s.Context(), before, limit) }) {
		list = append(list, h.ID)
	}
	return list
}

func testDueHolds(s *suite) {
	s.programme()
	ending := func(id seating.HoldID, after time.Duration) store.Written {
		w := newHold(id, seating.StateHeld, 1)
		w.Hold.ExpiresAt = start.Add(after)
		return w
	}
	paying := newHold("hld_paying", seating.StatePaying)
	paying.Hold.ExpiresAt, paying.Hold.PayBy = start.Add(time.Minute), start.Add(3*time.Minute)
	s.holds(ending("hld_4", 4*time.Minute), ending("hld_2b", 2*time.Minute), ending("hld_2a", 2*time.Minute), ending("hld_1", time.Minute), paying)

	assert.Empty(s, s.due(start.Add(time.Minute), 10), "before, not at")
	all := []seating.HoldID{"hld_1", "hld_2a", "hld_2b", "hld_paying", "hld_4"}
	assert.Equal(s, all, s.due(start.Add(time.Hour), 10), "oldest first")
	assert.Equal(s, all[:2], s.due(start.Add(time.Hour), 2))
	assert.Equal(s, all[:4], s.due(start.Add(3*time.Minute+time.Microsecond), 10))
	rows := read(s, func(tx store.Tx) ([]store.HoldRow, error) { return tx.DueHolds(s.Context(), start.Add(time.Hour), 1) })
	assert.Equal(s, []store.HoldRow{{Hold: s.hold("hld_1").Hold, ShowID: showID}}, rows, "whole rows but their details")
}

func testDueHoldsByState(s *suite) {
	s.programme()
	endless := newHold("hld_endless", seating.StateHouse)
	endless.Hold.ExpiresAt = time.Time{}
	s.holds(endless, newHold("hld_house", seating.StateHouse), newHold("hld_sold", seating.StateSold),
		newHold("hld_released", seating.StateReleased), newHold("hld_expired", seating.StateExpired), newHold("hld_held", seating.StateHeld))
	assert.ElementsMatch(s, []seating.HoldID{"hld_house", "hld_held"}, s.due(start.Add(time.Hour), 10))
	for _, state := range []seating.HoldState{seating.StateExpired, seating.StateHeld, seating.StateReleased, seating.StateHeld, seating.StateSold} {
		w := newHold("hld_held", state)
		w.New, w.Detail = false, nil
		s.holds(w)
		assert.Equal(s, state == seating.StateHeld, len(s.due(start.Add(time.Hour), 10)) == 2, string(state))
	}
}

func testHoldsSince(s *suite) {
	s.programme()
	s.putShows(show("shw_2"))
	made := func(id seating.HoldID, state seating.HoldState, after time.Duration) store.Written {
		w := newHold(id, state, 1)
		w.Hold.CreatedAt, w.Hold.Areas = start.Add(after), []seating.Places{}
		return w
	}
	old, at, later := made("hld_c", seating.StateHeld, 0), made("hld_b", seating.StateSold, time.Minute), made("hld_a", seating.StatePaying, time.Hour)
	s.holds(old, at, later, made("hld_d", seating.StateReleased, time.Hour), made("hld_e", seating.StateExpired, time.Hour))
	require.NoError(s, s.writeTo("shw_2", store.Batch{Holds: []store.Written{made("hld_f", seating.StateHeld, time.Hour)}}))
	since := func(after time.Duration) []seating.Hold {
		return read(s, func(tx store.Tx) ([]seating.Hold, error) { return tx.HoldsSince(s.Context(), showID, start.Add(after)) })
	}
	assert.Equal(s, []seating.Hold{later.Hold, at.Hold, old.Hold}, since(0), "by id")
	assert.Equal(s, []seating.Hold{later.Hold, at.Hold}, since(time.Minute))
	assert.Equal(s, []seating.Hold{later.Hold}, since(time.Minute+time.Microsecond))
	assert.Empty(s, since(time.Hour+time.Microsecond))
}
