package gorse_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend/gorse"
)

func TestNewClient_NamesTheFieldAtFault(t *testing.T) {
	t.Parallel()
	for want, cfg := range map[string]gorse.Config{
		"Config.URL is missing":      {},
		"Config.URL is \"gorse\"":    {URL: "gorse"},
		"Config.URL is \"ftp://g\"":  {URL: "ftp://g"},
		"Config.URL has more than":   {URL: "http://user:pass@g"},
		"Config.Key has line breaks": {URL: "http://g", Key: "a\r\nX: y"},
		"Config.MaxBytes":            {URL: "http://g", MaxBytes: -1},
		"Config.Timeout is -1s":      {URL: "http://g", Timeout: -time.Second},
		"Config.WriteTimeout is -1s": {URL: "http://g", WriteTimeout: -time.Second},
		"Config.Rest is -1s":         {URL: "http://g", Rest: -time.Second},
	} {
		_, err := gorse.NewClient(cfg)
		assert.ErrorContains(t, err, want)
	}
}

func TestClient_SendsWhatTheServerDemands(t *testing.T) {
	t.Parallel()
	w := &wire{}
	b := newBench(t, gorse.Config{Transport: w})
	require.NoError(t, b.client.PutItems(t.Context(), []gorse.Item{{ID: "m", At: epoch}}))
	require.NoError(t, b.client.AddCategory(t.Context(), "m", "city:São Paulo"))
	require.NoError(t, b.client.RemoveCategory(t.Context(), "m", "kind:film"))
	_, err := b.client.Recommend(t.Context(), "u", gorse.Ask{N: 5})
	require.NoError(t, err)
	for _, r := range w.seen {
		assert.Equal(t, "secret", r.Header.Get("X-Api-Key"))
		assert.Equal(t, "2", r.Header.Get("X-Api-Version"), "lists have scores")
		if r.Method != http.MethodGet {
			assert.Equal(t, "application/json", r.Header.Get("Content-Type"), "%s %s", r.Method, r.URL)
		}
	}
	i, err := b.client.Item(t.Context(), "m")
	require.NoError(t, err)
	assert.Equal(t, []string{"city:São Paulo"}, i.Categories)
	assert.Equal(t, epoch, i.At)
}

// Whatever characters an id has, it is found again, and reaches nothing else.
func TestClient_EscapesPathsQueriesAndCursors(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	ids := []string{"a?b", "a#b", "a%2Fb", "a+b", "a&n=0", "a=b", "~~~", "???>>>", "ü¿þÿ", "a;b", `a\b`, "a:b", "...", "*"}
	var items []gorse.Item
	for _, id := range ids {
		items = append(items, gorse.Item{ID: id, Categories: []string{"c&category=x+/" + id}})
	}
	require.NoError(t, b.client.PutItems(t.Context(), items))
	for _, i := range items {
		found, err := b.client.Item(t.Context(), i.ID)
		require.NoError(t, err, i.ID)
		assert.Equal(t, i.ID, found.ID)
		latest, err := b.client.Latest(t.Context(), gorse.Ask{N: 50, Categories: i.Categories})
		require.NoError(t, err)
		require.Len(t, latest.List, 1, i.ID)
		assert.Equal(t, i.ID, latest.List[0].ID)
	}
	var walked []string
	for cursor := ""; ; {
		page, next, err := b.client.ItemPage(t.Context(), 1, cursor)
		require.NoError(t, err)
		for _, i := range page {
			walked = append(walked, i.ID)
		}
		if cursor = next; next == "" {
			break
		}
	}
	assert.ElementsMatch(t, ids, walked)
	require.NoError(t, b.client.PutFeedback(t.Context(), []gorse.Feedback{{Type: "book", User: "u?&", Item: "a%2Fb", Value: 1, At: epoch}}))
	require.NoError(t, b.client.DeleteFeedback(t.Context(), "book", "u?&", "a%2Fb"))
	left, err := b.client.UserFeedback(t.Context(), "u?&")
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestClient_RefusesWhatTheServerWouldMisunderstand(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	ctx := t.Context()
	for name, err := range map[string]error{
		"no bound":         second(b.client.Recommend(ctx, "u", gorse.Ask{})),
		"negative bound":   second(b.client.Latest(ctx, gorse.Ask{N: -1})),
		"negative offset":  second(b.client.Latest(ctx, gorse.Ask{N: 1, Offset: -1})),
		"empty category":   second(b.client.Latest(ctx, gorse.Ask{N: 1, Categories: []string{""}})),
		"no user":          second(b.client.Recommend(ctx, "", gorse.Ask{N: 1})),
		"slash":            second(b.client.ItemToItem(ctx, "alike", "a/b", gorse.Ask{N: 1})),
		"dots":             second(b.client.User(ctx, "..")),
		"no name":          second(b.client.NonPersonalized(ctx, "", gorse.Ask{N: 1})),
		"name with slash":  second(b.client.NonPersonalized(ctx, "a/b", gorse.Ask{N: 1})),
		"item":             b.client.PutItems(ctx, []gorse.Item{{ID: "ok"}, {ID: "a b"}}),
		"user":             b.client.PutUsers(ctx, []gorse.User{{ID: ""}}),
		"patched item":     b.client.PatchItem(ctx, "", gorse.ItemPatch{}),
		"patched user":     b.client.PatchUser(ctx, "a/b", gorse.UserPatch{}),
		"deleted item":     b.client.DeleteItem(ctx, "."),
		"deleted user":     b.client.DeleteUser(ctx, ""),
		"type":             b.client.PutFeedback(ctx, []gorse.Feedback{{Type: "bad-type", User: "u", Item: "i"}}),
		"no type":          b.client.PutFeedback(ctx, []gorse.Feedback{{User: "u", Item: "i"}}),
		"feedback's user":  b.client.PutFeedback(ctx, []gorse.Feedback{{Type: "book", User: "", Item: "i"}}),
		"deleted type":     b.client.DeleteFeedback(ctx, "1st", "u", "i"),
		"deleted feedback": b.client.DeleteFeedback(ctx, "", "u", ""),
		"category":         b.client.AddCategory(ctx, "i", "rock/pop"),
		"no category":      b.client.RemoveCategory(ctx, "i", ""),
		"page":             third(b.client.ItemPage(ctx, 0, "")),
		"labels":           b.client.PutItems(ctx, []gorse.Item{{ID: "i", Labels: func() {}}}),
	} {
		assert.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
		assert.True(t, gorse.Refused(err), name)
	}
	assert.Empty(t, matching(b.server.Calls(), "feedback"), "the server hears nothing of it")
	err := b.client.PutFeedback(ctx, []gorse.Feedback{{Type: "book", User: "u", Item: "i"}, {Type: "book", User: "u", Item: "a/b"}})
	assert.ErrorContains(t, err, "feedback[1].item: ")
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestClient_SendsBatchesOfWhatCountsLast(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	var list []gorse.Feedback
	for n := range 1200 {
		list = append(list, gorse.Feedback{Type: "view", User: fmt.Sprintf("u%d", n), Item: "m", Value: 1, At: epoch})
	}
	list = append(list, gorse.Feedback{Type: "view", User: "u7", Item: "m", Value: 7, At: epoch})
	require.NoError(t, b.client.PutFeedback(t.Context(), list))
	assert.Len(t, matching(b.server.Calls(), "PUT /api/feedback"), 3)
	walked, value := 0, 0.
	for f, err := range b.client.Feedback(t.Context()) {
		require.NoError(t, err)
		walked++
		if f.User == "u7" {
			value = f.Value
		}
	}
	assert.Equal(t, 1200, walked)
	assert.InDelta(t, 7, value, 0, "of two in one request the server would take the first")

	var items []gorse.Item
	for n := range 250 {
		items = append(items, gorse.Item{ID: fmt.Sprintf("i%d", n)})
	}
	require.NoError(t, b.client.PutItems(t.Context(), items))
	assert.Len(t, matching(b.server.Calls(), "POST /api/items"), 3)
	users := 0
	for _, err := range b.client.Users(t.Context()) {
		require.NoError(t, err)
		users++
	}
	assert.Equal(t, 1200, users)
}

func TestClient_PatchesAndDeletes(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	ctx := t.Context()
	require.NoError(t, b.client.PutItems(ctx, []gorse.Item{{ID: "m", Categories: []string{"a"}, At: epoch, Labels: []string{"x"}, Comment: "M"}}))
	yes, title := true, "N"
	at := epoch.Add(time.Hour)
	require.NoError(t, b.client.PatchItem(ctx, "m", gorse.ItemPatch{Hidden: &yes, At: &at, Comment: &title}))
	i, err := b.client.Item(ctx, "m")
	require.NoError(t, err)
	assert.Equal(t, gorse.Item{ID: "m", Hidden: true, Categories: []string{"a"}, At: at, Labels: []any{"x"}, Comment: "N"}, i)
	require.NoError(t, b.client.DeleteItem(ctx, "m"))
	_, err = b.client.Item(ctx, "m")
	assert.True(t, fault.Is(err, fault.NotFound), "%v", err)
	assert.True(t, fault.Is(b.client.AddCategory(ctx, "m", "a"), fault.NotFound), "which the server answers with 500")

	require.NoError(t, b.client.PutUsers(ctx, []gorse.User{{ID: "u", Labels: []string{"x"}}}))
	require.NoError(t, b.client.PatchUser(ctx, "u", gorse.UserPatch{Comment: &title}))
	u, err := b.client.User(ctx, "u")
	require.NoError(t, err)
	assert.Equal(t, gorse.User{ID: "u", Labels: []any{"x"}, Comment: "N"}, u)
	require.NoError(t, b.client.DeleteUser(ctx, "u"))
	require.NoError(t, b.client.DeleteUser(ctx, "u"))
	require.NoError(t, b.client.DeleteFeedback(ctx, "", "u", "m"))
}

func TestClient_TriesAgainOnlyWhatFailedOnTheWay(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		retries, status int
		cut             bool
		tries           int32
	}{
		"a cut connection":  {cut: true, tries: 2},
		"as often as told":  {cut: true, retries: 3, tries: 4},
		"never":             {cut: true, retries: -1, tries: 1},
		"a proxy's answer":  {status: 503, tries: 2},
		"too many":          {status: 429, tries: 2},
		"a refusal":         {status: 400, tries: 1},
		"a failure":         {status: 500, tries: 1},
		"a key":             {status: 401, tries: 1},
		"what is elsewhere": {status: 302, tries: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			client, err := gorse.NewClient(gorse.Config{
				URL: "http://g", Retries: tc.retries, RetryAfter: time.Microsecond,
				Transport: counted{&tries, tc.cut, says{status: tc.status, body: "no", header: http.Header{"Location": {"http://evil.test/"}}}},
			})
			require.NoError(t, err)
			err = client.PutUsers(t.Context(), []gorse.User{{ID: "u"}})
			require.Error(t, err)
			assert.Equal(t, tc.tries, tries.Load(), "%v", err)
		})
	}
}

// counted counts the tries of what is written.
type counted struct {
	tries *atomic.Int32
	cut   bool
	says  says
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "g" {
		panic("the key has gone elsewhere")
	}
	if r.Method == http.MethodPost {
		c.tries.Add(1)
		if c.cut {
			return nil, errCut
		}
	}
	return c.says.RoundTrip(r)
}

func TestError_SaysWhatItMeans(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		want   fault.Code
	}{
		{400, "unsupported type in labels: bool", fault.Invalid},
		{413, "", fault.Invalid},
		{422, "", fault.Invalid},
		{500, "illegal base64 data at input byte 0", fault.Invalid},
		{404, "u: user not found", fault.NotFound},
		{500, "m: item not found", fault.NotFound},
		{401, "unauthorized", fault.Unavailable},
		{403, "", fault.Unavailable},
		{405, "405: Method Not Allowed", fault.Unavailable},
		{415, "415: Unsupported Media Type", fault.Unavailable},
		{429, "", fault.Unavailable},
		{302, "", fault.Unavailable},
		{204, "", fault.Unavailable},
		{500, "dial tcp: connection refused", fault.Unavailable},
		{503, `{"Ready":false}`, fault.Unavailable},
	} {
		err := told(t, says{status: tc.status, body: tc.body}).PutUsers(t.Context(), []gorse.User{{ID: "u"}})
		var e *gorse.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, tc.status, e.Status)
		assert.Equal(t, tc.body, e.Text)
		assert.Equal(t, tc.want, fault.CodeOf(err), "%d %s", tc.status, tc.body)
		assert.Equal(t, tc.want == fault.Invalid, gorse.Refused(err), "only that is given up")
		assert.ErrorContains(t, err, fmt.Sprintf("store users: gorse answered %d", tc.status))
	}
	err := told(t, says{status: 500, body: strings.Repeat("ü\x00\n ", 1000) + "\xff"}).PutUsers(t.Context(), []gorse.User{{ID: "u"}})
	var e *gorse.Error
	require.ErrorAs(t, err, &e)
	assert.Less(t, len(e.Text), 310, "a page of HTML is no message")
}

func TestClient_BoundsAnswers(t *testing.T) {
	t.Parallel()
	big := `["` + strings.Repeat("x", 1<<16) + `"]`
	_, err := told(t, says{status: 200, body: big}).Recommend(t.Context(), "u", gorse.Ask{N: 1})
	assert.ErrorContains(t, err, "more than 65536 bytes")
	assert.True(t, fault.Is(err, fault.Unavailable))
	many := `[` + strings.Repeat(`{"Id":"a","Score":1},`, 50) + `{"Id":"b","Score":1}]`
	found, err := told(t, says{status: 200, body: many}).Recommend(t.Context(), "u", gorse.Ask{N: 3})
	require.NoError(t, err)
	assert.Len(t, found.List, 3, "whatever the server thinks")
}

func TestClient_TakesNullForNothing(t *testing.T) {
	t.Parallel()
	c := told(t, says{status: 200, body: "null"})
	found, err := c.Recommend(t.Context(), "u", gorse.Ask{N: 3})
	require.NoError(t, err)
	assert.Empty(t, found.List)
	items, next, err := c.ItemPage(t.Context(), 5, "")
	require.NoError(t, err)
	assert.Empty(t, items)
	assert.Empty(t, next)
	list, err := c.UserFeedback(t.Context(), "u")
	require.NoError(t, err)
	assert.Empty(t, list)
	items, _, err = told(t, says{status: 200, body: `{"Cursor":"","Items":[{"ItemId":"a","Categories":null,"Labels":null,"Timestamp":"0001-01-01T00:00:00Z"}]}`}).ItemPage(t.Context(), 5, "")
	require.NoError(t, err)
	require.Len(t, items, 1)
	assert.True(t, items[0].At.IsZero())
}

// Pages that never end are noticed.
func TestClient_NoticesPagesThatLeadBack(t *testing.T) {
	t.Parallel()
	c := told(t, says{status: 200, body: `{"Cursor":"YQ==","Items":[]}`})
	walked := 0
	for _, err := range c.Items(t.Context()) {
		walked++
		require.ErrorContains(t, err, "lead back")
		assert.True(t, fault.Is(err, fault.Unavailable))
	}
	assert.Equal(t, 1, walked)
	for i, err := range newBench(t, gorse.Config{}).client.Items(t.Context()) {
		t.Errorf("there are none: %v %v", i, err)
	}
}

func TestClient_LeavesAWalkEarly(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	require.NoError(t, b.client.PutItems(t.Context(), []gorse.Item{{ID: "a"}, {ID: "b"}}))
	for i, err := range b.client.Items(t.Context()) {
		require.NoError(t, err)
		assert.Equal(t, "a", i.ID)
		break
	}
}
