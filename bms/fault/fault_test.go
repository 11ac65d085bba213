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
