package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/fault"
)

var errTaken = fault.New(fault.Conflict, "seat_taken", "one of these seats has just been taken")

func TestCodeOf_SurvivesWrapping(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("hold shw_1: %w", errTaken)

	assert.ErrorIs(t, err, errTaken)
	assert.Equal(t, fault.Conflict, fault.CodeOf(err))
	assert.True(t, fault.Is(err, fault.Conflict))
	assert.Equal(t, "seat_taken", fault.Of(err).Reason)
}

func TestCodeOf_UnknownIsInternal(t *testing.T) {
	t.Parallel()
	assert.Equal(t, fault.Internal, fault.CodeOf(errors.New("disk on fire")))
	assert.Equal(t, fault.Code(""), fault.CodeOf(nil))
	assert.Nil(t, fault.Of(errors.New("disk on fire")))
	assert.False(t, fault.Is(nil, fault.Internal))
}

func TestIn_NamesTheWholePath(t *testing.T) {
	t.Parallel()
	err := fault.Invalidf("rate", "must be at most %d", 100)

	assert.Equal(t, "lines[3].rate: must be at most 100", err.In("lines[3]").Error())
	assert.Equal(t, "rate", err.Field, "the original is untouched")
	assert.Equal(t, "rows[2].seats", fault.Invalidf("[2].seats", "x").In("rows").Field)
	assert.Equal(t, "rows", fault.New(fault.Invalid, "r", "m").In("rows").Field)
}

func TestCode_Valid(t *testing.T) {
	t.Parallel()
	assert.True(t, fault.RateLimited.Valid())
	assert.False(t, fault.Code("oops").Valid())
}

func TestError_SaysFieldAndMessage(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "one of these seats has just been taken", errTaken.Error())
	assert.Equal(t, "seats[2]: one of these seats has just been taken", errTaken.In("seats[2]").Error())
	assert.Equal(t, "100 % is too much", fault.Invalidf("", "%d %% is too much", 100).Error())
}

func TestConstructors_SetCodeAndReason(t *testing.T) {
	t.Parallel()
	assert.Equal(t, fault.Error{Code: fault.NotFound, Reason: "not_found", Message: `there is no show "x"`}, *fault.NotFoundf("there is no show %q", "x"))
	assert.Equal(t, fault.Error{Code: fault.Invalid, Reason: "invalid_field", Field: "name", Message: "must be said"}, *fault.Invalidf("name", "must be said"))
}

// A sentinel inside an outer field is a copy: it tells the place, and is not the sentinel any more, so
// whoever must compare keeps the sentinel in the chain.
func TestIn_IsACopy(t *testing.T) {
	t.Parallel()
	inner := errTaken.In("seats[0]").In("hold")
	assert.Equal(t, "hold.seats[0]", inner.Field)
	assert.Empty(t, errTaken.Field)
	assert.NotErrorIs(t, inner, errTaken)
	assert.Equal(t, errTaken.Code, inner.Code)
	assert.Equal(t, errTaken.Reason, inner.Reason)
}

// Of several faults in a tree of errors the first counts, as it is the one that is shown.
func TestOf_FirstOfATree(t *testing.T) {
	t.Parallel()
	gone := fault.New(fault.Expired, "gone", "too late")
	both := errors.Join(errors.New("disk on fire"), fmt.Errorf("a: %w", gone), errTaken)
	assert.Same(t, gone, fault.Of(both))
	assert.Equal(t, fault.Expired, fault.CodeOf(both))
	assert.True(t, fault.Is(both, fault.Expired))
	assert.False(t, fault.Is(both, fault.Conflict), "one error has one code")
	assert.ErrorIs(t, both, errTaken)
}

func TestCode_EachIsValid(t *testing.T) {
	t.Parallel()
	codes := []fault.Code{
		fault.Invalid, fault.NotFound, fault.Conflict, fault.Expired, fault.Unauthenticated, fault.Forbidden,
		fault.RateLimited, fault.Unavailable, fault.Internal,
	}
	seen := map[fault.Code]bool{}
	for _, c := range codes {
		assert.True(t, c.Valid(), c)
		assert.False(t, seen[c], "%s is there twice", c)
		assert.Regexp(t, `^[a-z_]+$`, string(c), "programs switch on it")
		seen[c] = true
	}
	assert.False(t, fault.Code("").Valid())
}
