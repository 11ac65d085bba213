package seating_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestRules_Validate(t *testing.T) {
	t.Parallel()
	require.NoError(t, seating.Rules{}.Validate())
	require.NoError(t, seating.Rules{HoldFor: time.Hour}.Validate(), "the total follows a longer hold")
	require.NoError(t, seating.Rules{HoldTotal: time.Minute}.Validate(), "the hold follows a shorter total")
	for field, r := range map[string]seating.Rules{
		"orphans":                   {Orphans: "stern"},
		"max_per_buyer":             {MaxPerBuyer: -1},
		"max_per_hold":              {MaxPerHold: 1001},
		"hold_for":                  {HoldFor: time.Hour, HoldTotal: time.Minute},
		"hold_total":                {HoldTotal: 25 * time.Hour},
		"grace":                     {Grace: time.Hour},
		"companions_per_wheelchair": {CompanionsPerWheelchair: 11},
	} {
		err := r.Validate()
		require.Error(t, err, field)
		assert.Equal(t, field, fault.Of(err).Field)
		_, err = seating.New(hall(t, "."), r, nil)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	for field, r := range map[string]seating.Rules{
		"max_per_hold": {MaxPerHold: -1}, "hold_for": {HoldFor: -1}, "hold_total": {HoldTotal: -1}, "grace": {Grace: -1},
	} {
		assert.Equal(t, field, fault.Of(r.Validate()).Field)
	}
}

func TestEnums_Valid(t *testing.T) {
	t.Parallel()
	assert.True(t, seating.OrphanLenient.Valid())
	assert.False(t, seating.OrphanRule("").Valid())
	assert.True(t, seating.Blocked.Valid())
	assert.False(t, seating.Status(4).Valid())
	for state, open := range map[seating.HoldState]bool{
		seating.StateHeld: true, seating.StatePaying: true, seating.StateSold: true, seating.StateHouse: true,
		seating.StateReleased: false, seating.StateExpired: false,
	} {
		assert.True(t, state.Valid())
		assert.Equal(t, open, state.Open(), state)
	}
	assert.False(t, seating.HoldState("lost").Valid())
	assert.False(t, seating.HoldState("lost").Open())
}

func TestHold_Until(t *testing.T) {
	t.Parallel()
	h := seating.Hold{ExpiresAt: at(8, 0), PayBy: at(18, 0)}
	for state, want := range map[seating.HoldState]time.Time{
		seating.StateHeld: at(8, 0), seating.StateHouse: at(8, 0), seating.StatePaying: at(18, 0),
		seating.StateSold: {}, seating.StateReleased: {}, seating.StateExpired: {}, "lost": {},
	} {
		h.State = state
		assert.Equal(t, want, h.Until(), state)
	}
}

func TestErrors_TellCustomersAndPrograms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err      error
		sentinel *fault.Error
		message  string
	}{
		{&seating.TakenError{Seats: []int32{1}}, seating.ErrTaken, "one of these seats has just been taken"},
		{&seating.TakenError{Seats: []int32{1, 2}}, seating.ErrTaken, "2 of these seats have just been taken"},
		{&seating.OrphanError{Stranded: []int32{1}}, seating.ErrOrphan, "this choice would leave a single seat between others; please move along"},
		{&seating.OrphanError{Stranded: []int32{1, 5}}, seating.ErrOrphan, "this choice would leave 2 single seats between others; please move along"},
		{&seating.LimitError{Max: 4, Have: 3, Want: 2}, seating.ErrLimit, "one person may have 4 places for this show, and you have 3 already"},
		{&seating.LimitError{Max: 10, Want: 11}, seating.ErrLimit, "at most 10 places can be booked at once"},
		{&seating.ShortError{Free: 3, Want: 4}, seating.ErrNotEnough, "there are only 3 places left"},
		{&seating.ShortError{Free: 1, Want: 4}, seating.ErrNotEnough, "there is only one place left"},
		{&seating.ShortError{Want: 4}, seating.ErrNotEnough, "there are no places left"},
		{&seating.SeatError{Cause: seating.ErrUnknownSeat}, seating.ErrUnknownSeat, "the hall has no such seat"},
		{&seating.AreaError{Cause: seating.ErrUnknownArea}, seating.ErrUnknownArea, "the hall has no such area"},
	} {
		assert.True(t, errors.Is(c.err, c.sentinel), c.message)
		assert.Equal(t, c.message, c.err.Error())
		told := fault.Of(c.err)
		assert.Equal(t, c.sentinel.Code, told.Code)
		assert.Equal(t, c.sentinel.Reason, told.Reason)
		assert.Equal(t, c.message, told.Message)
		assert.False(t, strings.HasSuffix(c.message, "."))
	}
}
