package local_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

func spot(lat, lng float64) func(*recommend.Item) {
	return func(i *recommend.Item) { i.Places[0].City, i.Places[0].Lat, i.Places[0].Lng = "", lat, lng }
}

func TestAround_WhatIsNearComesFirst(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("z-berlin"), item("potsdam", spot(52.39, 13.06)), item("hamburg", spot(53.55, 9.99)), item("mumbai", spot(19.07, 72.88)))
	q := ask("")
	q.Context.City = "berlin"
	list := recommended(t, e, q)
	assert.Equal(t, []string{"z-berlin", "potsdam"}, list[:2])
	q.Context.City, q.Context.Lat, q.Context.Lng = "", 53.5, 10
	assert.Equal(t, "hamburg", recommended(t, e, q)[0])
	q.Context = recommend.Context{Now: now}
	assert.Equal(t, []string{"hamburg", "mumbai", "potsdam", "z-berlin"}, recommended(t, e, q), "who says nothing is nowhere")
}

func TestAround_LanguageOfThePageOrThePerson(t *testing.T) {
	t.Parallel()
	speaks := func(tag string) func(*recommend.Item) { return func(i *recommend.Item) { i.Language = tag } }
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("a", speaks("en")), item("b", speaks("de-AT")), item("c", speaks("hi")), item("d"))
	q := ask("")
	q.Context.Language = "de"
	assert.Equal(t, "b", recommended(t, e, q)[0])
	require.NoError(t, e.UpsertUsers(t.Context(), []recommend.User{{ID: "ann", Language: "hi-IN"}}))
	q = ask("ann")
	assert.Equal(t, "c", recommended(t, e, q)[0])
}

func TestAround_SeasonAndSoon(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("a"), item("b", func(i *recommend.Item) { i.Title = "Weihnachtsoratorium" }), item("c", func(i *recommend.Item) { i.First = now.AddDate(0, 0, 3) }))
	assert.Equal(t, "c", recommended(t, e, ask(""))[0], "it is on in three days")
	q := ask("")
	q.Context.Now = time.Date(2026, 12, 10, 12, 0, 0, 0, time.UTC)
	assert.Equal(t, "b", recommended(t, e, q)[0])
}

// What people choose in the evening at weekends, on a phone, is recommended then and there.
func TestAround_HabitsOfTheHour(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("club", genre("club")), item("talk", genre("talk")))
	saturday, tuesday := time.Date(2026, 9, 12, 20, 0, 0, 0, time.UTC), time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC)
	var list []recommend.Feedback
	for n := range 300 {
		user := recommend.UserID(fmt.Sprintf("u%d", n))
		list = append(list, recommend.Feedback{Kind: recommend.Book, User: user, Item: "club", At: saturday, Device: recommend.Phone},
			recommend.Feedback{Kind: recommend.Book, User: user, Item: "talk", At: tuesday, Device: recommend.Desktop})
	}
	record(t, e, list...)
	rebuild(t, e)
	for _, c := range []struct {
		in    recommend.Context
		first string
	}{
		{recommend.Context{Now: saturday.AddDate(0, 0, 7), Device: recommend.Phone}, "club"},
		{recommend.Context{Now: tuesday.AddDate(0, 0, 7), Device: recommend.Desktop}, "talk"},
		{recommend.Context{Now: saturday.AddDate(0, 0, 7)}, "club"},
	} {
		q := ask("")
		q.Context = c.in
		assert.Equal(t, c.first, popular(t, e, q)[0])
	}
}
