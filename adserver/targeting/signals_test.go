package targeting_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver/targeting"
)

func TestSignals_OneValueReplacesTheOther(t *testing.T) {
	t.Parallel()
	s := signals("country", "in", "country", "ae", "genre", "drama", "genre", "Comedy")
	assert.Equal(t, []string{"AE"}, s.Values(targeting.Country))
	assert.Equal(t, []string{"drama", "comedy"}, s.Values(targeting.Genre))
	assert.Empty(t, s.Values(targeting.City))
	assert.Nil(t, s.Values(0))
}

func TestSignals_WhatIsNotTaken(t *testing.T) {
	t.Parallel()
	s := signals("country", "IN")
	for _, c := range []struct {
		dim   targeting.Dim
		value string
	}{
		{0, "x"},
		{200, "x"},
		{targeting.Country, ""},
		{targeting.Country, strings.Repeat("x", 129)},
		{targeting.Hour, "18"},
		{targeting.Hour, "168"},
		{targeting.Hour, "mon"},
		{targeting.Query, strings.Repeat("Ⱥ", 64)},
	} {
		assert.False(t, s.Add(c.dim, c.value), "%s = %q", c.dim, c.value)
	}
	assert.Equal(t, []string{"IN"}, s.Values(targeting.Country), "what was there stays")
	assert.True(t, s.Add(targeting.Country, strings.Repeat("x", 128)))
	for i := range uint64(targeting.MaxMany) {
		assert.True(t, s.AddID(targeting.Booked, i))
	}
	assert.False(t, s.AddID(targeting.Booked, 64), "one too many")
	assert.Len(t, s.Values(targeting.Booked), 64)
}

// What a value was made of may change afterwards.
func TestSignals_CopyWhatTheyAreGiven(t *testing.T) {
	t.Parallel()
	var s targeting.Signals
	value := []byte("Drama")
	assert.True(t, s.AddBytes(targeting.Genre, value))
	copy(value, "xxxxx")
	assert.Equal(t, []string{"drama"}, s.Values(targeting.Genre))
	s.Reset(false)
	assert.Empty(t, s.Values(targeting.Genre))
}

func TestSignals_At(t *testing.T) {
	t.Parallel()
	var s targeting.Signals
	s.At(time.Date(2026, 12, 5, 20, 30, 0, 0, time.FixedZone("IST", 19800)))
	assert.Equal(t, []string{"140"}, s.Values(targeting.Hour))
	assert.True(t, targeting.Item{Expr: parse(t, "hour in sat 20-21")}.Matches(&s))
	assert.False(t, targeting.Item{Expr: parse(t, "hour in sat 18-20")}.Matches(&s), "the last hour ends where the next begins")
}

// Nothing personal is kept without permission, and the lack of it is not mistaken for an empty past.
func TestSignals_PersonalOnlyWherePermitted(t *testing.T) {
	t.Parallel()
	var s targeting.Signals
	for _, d := range targeting.Dims() {
		assert.Equal(t, !d.Personal(), s.Add(d, "100"), "%s", d)
		assert.Equal(t, d.Personal(), s.Unknown(d), "%s", d)
	}
	s.Reset(true)
	for _, d := range targeting.Dims() {
		assert.True(t, s.Add(d, "100"), "%s", d)
		assert.False(t, s.Unknown(d), "%s", d)
	}
	s.WithoutPersonal()
	for _, d := range targeting.Dims() {
		assert.Equal(t, d.Personal(), len(s.Values(d)) == 0, "%s", d)
		assert.Equal(t, d.Personal(), s.Unknown(d), "%s", d)
		assert.Equal(t, !d.Personal() && !d.Many(), s.Add(d, "101") && !d.Many(), "%s", d)
	}
}

func TestSignals_Unknown(t *testing.T) {
	t.Parallel()
	s := signals()
	assert.True(t, s.Unknown(targeting.Age), "nobody is without an age")
	assert.False(t, s.Unknown(targeting.Booked), "but without a booking")
	assert.False(t, s.Unknown(targeting.City))
	assert.True(t, s.Unknown(0))

	s.Add(targeting.City, "chennai")
	s.MarkUnknown(targeting.City)
	s.MarkUnknown(0)
	assert.True(t, s.Unknown(targeting.City))
	assert.Empty(t, s.Values(targeting.City))
	s.Add(targeting.City, "delhi")
	assert.False(t, s.Unknown(targeting.City), "a value takes it back")
	s.MarkUnknown(targeting.City)
	s.Reset(true)
	assert.False(t, s.Unknown(targeting.City))
}
