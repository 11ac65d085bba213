package targeting_test

import (
	"encoding/json"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestDims_EachHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	all := targeting.Dims()
	require.Len(t, all, 24)
	seen := map[string]bool{}
	for _, d := range all {
		assert.True(t, d.Valid())
		assert.Regexp(t, `^[a-z]+$`, d.String())
		assert.False(t, seen[d.String()], "%s is there twice", d)
		seen[d.String()] = true
		found, ok := targeting.DimOf(d.String())
		assert.True(t, ok)
		assert.Equal(t, d, found)
	}
	found, ok := targeting.DimOf("Country")
	assert.True(t, ok, "the case of letters does not matter")
	assert.Equal(t, targeting.Country, found)
	_, ok = targeting.DimOf("")
	assert.False(t, ok)
}

func TestDim_NoneAndTooLarge(t *testing.T) {
	t.Parallel()
	for _, d := range []targeting.Dim{0, targeting.Gender + 1, 255} {
		assert.False(t, d.Valid())
		assert.False(t, d.Many())
		assert.False(t, d.Personal())
		assert.Equal(t, "none", d.String())
		_, err := d.MarshalText()
		assert.True(t, fault.Is(err, fault.Invalid))
	}
}

// What follows from a person's past or profile is personal, whatever it is made of.
func TestDim_WhatIsPersonal(t *testing.T) {
	t.Parallel()
	var personal, many []targeting.Dim
	for _, d := range targeting.Dims() {
		if d.Personal() {
			personal = append(personal, d)
		}
		if d.Many() {
			many = append(many, d)
		}
	}
	assert.Equal(t, []targeting.Dim{
		targeting.Interest, targeting.Followed, targeting.Booked, targeting.Searched, targeting.Age, targeting.Gender,
	}, personal)
	assert.Equal(t, []targeting.Dim{
		targeting.Format, targeting.Size, targeting.Category, targeting.Genre, targeting.Query,
		targeting.Interest, targeting.Followed, targeting.Booked, targeting.Searched,
	}, many)
}

func TestDim_JSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(map[targeting.Dim]int{targeting.OS: 1})
	require.NoError(t, err)
	assert.JSONEq(t, `{"os":1}`, string(text))
	var d targeting.Dim
	require.NoError(t, json.Unmarshal([]byte(`"os"`), &d))
	assert.Equal(t, targeting.OS, d)
	require.ErrorContains(t, json.Unmarshal([]byte(`"sos"`), &d), `there is no dimension "sos"`)
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dim      targeting.Dim
		in, want string
	}{
		{targeting.Country, "in", "IN"},
		{targeting.Region, "in-ka", "IN-KA"},
		{targeting.City, "München", "münchen"},
		{targeting.Query, "ÉDITH Piaf", "édith piaf"},
		{targeting.Query, "चेन्नई", "चेन्नई"},
		{targeting.Event, "evt_Ab", "evt_Ab"},
		{targeting.Size, "300X250", "300x250"},
	} {
		assert.Equal(t, c.want, targeting.Canonical(c.dim, c.in))
		assert.Equal(t, []string{c.want}, signals(c.dim.String(), c.in).Values(c.dim), "signals have the same form")
	}
}

// What is in its form stays so, or else a stored expression would change when it is read.
func TestCanonical_Twice(t *testing.T) {
	t.Parallel()
	for r := range rune(unicode.MaxRune + 1) {
		once := targeting.Canonical(targeting.Query, string(r))
		if twice := targeting.Canonical(targeting.Query, once); once != twice {
			t.Fatalf("%U", r)
		}
	}
}
