package gorse_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
)

// Whatever a server answers to a call, there is an error that is Unavailable, or something to work with.

func FuzzScores(f *testing.F) {
	for _, body := range []string{
		"null", "[]", `[{"Id":"a","Score":1}]`, `["a"]`, `[{"Id":"a/b","Score":1e308},{"Id":"","Score":-1},null]`, `[{"Id":"a","Score":1e999}]`,
		`{"Id":"a"}`, `[]x`, `[{"Id":1}]`, "<html>", "", `[{"id":"\ud800"}]`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		found, err := told(t, says{status: 200, body: body}).Latest(t.Context(), gorse.Ask{N: 7})
		readable(t, err)
		assert.LessOrEqual(t, len(found.List), 7)
		for _, s := range found.List {
			assert.NoError(t, recommend.Item{ID: recommend.ItemID(s.ID)}.Validate())
		}
	})
}

func FuzzPages(f *testing.F) {
	for _, body := range []string{
		"null", "{}", `{"Cursor":"","Items":null,"Users":null,"Feedback":null}`, `{"Cursor":"YQ==","Items":[{"ItemId":"a","Timestamp":"2026-01-02T03:04:05Z"}]}`,
		`{"Users":[{"UserId":"u","Labels":{"a":[1]}}]}`, `{"Feedback":[{"FeedbackType":"book","UserId":"u","ItemId":"i","Value":1}]}`,
		`{"Items":[{"Timestamp":"yesterday"}]}`, `{"Cursor":1}`, `[]`, `{"Items":[null]}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		c := told(t, says{status: 200, body: body})
		_, _, err := c.ItemPage(t.Context(), 7, "")
		readable(t, err)
		for _, err := range c.Users(t.Context()) {
			readable(t, err)
		}
		for _, err := range c.Feedback(t.Context()) {
			readable(t, err)
		}
	})
}

func FuzzRecords(f *testing.F) {
	for _, body := range []string{
		"null", `{"ItemId":"a","IsHidden":true,"Categories":["x"],"Timestamp":"0001-01-01T00:00:00Z","Labels":null,"Comment":""}`, `{"UserId":"u"}`,
		`[{"FeedbackType":"book","UserId":"u","ItemId":"i","Value":2,"Timestamp":"2026-01-02T03:04:05Z","Updated":"x"}]`, `{"Labels":[[[]]]}`, `{}{}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		c := told(t, says{status: 200, body: body})
		_, err := c.Item(t.Context(), "a")
		readable(t, err)
		_, err = c.User(t.Context(), "u")
		readable(t, err)
		_, err = c.UserFeedback(t.Context(), "u")
		readable(t, err)
	})
}

func FuzzHealth(f *testing.F) {
	for _, body := range []string{
		"null", `{"Ready":true,"DataStoreError":null,"CacheStoreError":null,"DataStoreConnected":true,"CacheStoreConnected":true}`,
		`{"Ready":false,"DataStoreError":{"Op":"dial"},"CacheStoreError":"x"}`, `{"Ready":1}`, `[]`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		h, err := told(t, says{status: 200, body: body}).Ready(t.Context())
		readable(t, err)
		assert.True(t, utf8.ValidString(h.Says))
	})
}

func FuzzErrors(f *testing.F) {
	for _, status := range []int{100, 204, 301, 400, 401, 404, 415, 429, 500, 503, 999, 0, -1} {
		f.Add(status, "u: user not found")
		f.Add(status, "illegal base64 data\xff\n<html>")
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		err := told(t, says{status: status, body: body}).PutUsers(t.Context(), []gorse.User{{ID: "u"}})
		if status == 200 {
			return
		}
		assert.Contains(t, []fault.Code{fault.Invalid, fault.NotFound, fault.Unavailable}, fault.CodeOf(err))
		assert.True(t, utf8.ValidString(err.Error()))
		assert.Less(t, len(err.Error()), 400)
	})
}

// readable checks that an error says whose fault it is.
func readable(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		assert.Equal(t, fault.Unavailable, fault.CodeOf(err), "%v", err)
	}
}
