package targeting_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestFromLists_JSONOfAForm(t *testing.T) {
	t.Parallel()
	const form = `{"country":{"include":["AE","IN"]},"genre":{"include":["drama"],"exclude":["horror"]},"hour":{"include":["mon-fri 18-23","sat"]}}`
	var lists targeting.Lists
	require.NoError(t, json.Unmarshal([]byte(form), &lists))
	e, err := targeting.FromLists(lists)
	require.NoError(t, err)
	assert.Equal(t, `country in (AE, IN) and hour in (mon-fri 18-23, sat) and genre = drama and genre != horror`, e.String())

	again, ok := e.Lists()
	require.True(t, ok)
	text, err := json.Marshal(again)
	require.NoError(t, err)
	assert.JSONEq(t, form, string(text))
}

func TestFromLists_NamesWhatIsAtFault(t *testing.T) {
	t.Parallel()
	for field, lists := range map[string]targeting.Lists{
		"city.include[1]":  {targeting.City: {Include: []string{"chennai", ""}}},
		"event.exclude[0]": {targeting.Event: {Exclude: []string{"\x00"}}},
		"hour.include":     {targeting.Hour: {Include: []string{"noon"}}},
		"hour.exclude":     {targeting.Hour: {Exclude: []string{"mon 9-17", ""}}},
		"targeting":        {0: {Include: []string{"x"}}},
	} {
		_, err := targeting.FromLists(lists)
		require.True(t, fault.Is(err, fault.Invalid), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprint("event-", i))
	}
	_, err := targeting.FromLists(targeting.Lists{targeting.Booked: {Exclude: names}})
	assert.ErrorContains(t, err, "at most 4096 are possible")
}

func TestFromLists_Empty(t *testing.T) {
	t.Parallel()
	e, err := targeting.FromLists(targeting.Lists{targeting.City: {}})
	require.NoError(t, err)
	assert.Equal(t, targeting.Everything(), e)
	lists, ok := e.Lists()
	assert.True(t, ok)
	assert.Empty(t, lists)
}

func TestLists_WhatHasThatForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`city = a or city = b`:                          true,
		`not (city = a or genre = b)`:                   true,
		`city in (a, b) and not city in (b)`:            true,
		`genre != a and not genre in (b, c)`:            true,
		`city = a or genre = b`:                         false,
		`not (city = a and genre = b)`:                  false,
		`genre = a and genre = b`:                       false,
		`city = a and city = b`:                         false,
		`nothing`:                                       false,
		`(city = a or os = b) and (city = a or os = c)`: true,
	} {
		_, ok := parse(t, text).Lists()
		assert.Equal(t, want, ok, text)
	}
	_, ok := targeting.In(targeting.City, "").Lists()
	assert.False(t, ok)
}

// Where an expression has the form of lists, these say the same.
func TestLists_SayTheSame(t *testing.T) {
	t.Parallel()
	had := 0
	rapid.Check(t, func(rt *rapid.T) {
		item := items().Draw(rt, "item")
		lists, ok := item.Expr.Lists()
		if !ok {
			return
		}
		had++
		e, err := targeting.FromLists(lists)
		require.NoError(rt, err)
		var s targeting.Signals
		drawSignals(rt, &s)
		require.Equal(rt, item.Matches(&s), targeting.Item{Expr: e, Lenient: item.Lenient}.Matches(&s))
	})
	assert.Positive(t, had)
}
