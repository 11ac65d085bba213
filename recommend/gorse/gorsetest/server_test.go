package gorsetest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask makes a request without a socket, and returns status and body without white space.
func ask(t *testing.T, s *gorsetest.Server, request, body string) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	req, err := http.NewRequestWithContext(t.Context(), method, gorsetest.URL+"/api"+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Api-Version", "2")
	resp, err := s.Transport().RoundTrip(req)
	if errors.Is(err, io.EOF) {
		return 0, ""
	}
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, strings.Join(strings.Fields(string(text)), "")
}

// body asks for what must be there.
func body(t *testing.T, s *gorsetest.Server, request string) string {
	t.Helper()
	status, text := ask(t, s, request, "")
	require.Equal(t, http.StatusOK, status, "%s: %s", request, text)
	return text
}

// shop is a server with two films, two concerts and some bookings. All but the concert d have been booked.
func shop(t *testing.T, cfg gorsetest.Config) *gorsetest.Server {
	t.Helper()
	s := gorsetest.New(cfg)
	for request, text := range map[string]string{
		"POST /items": `[{"ItemId":"a","Categories":["film"],"Labels":{"x":["lynch","film"]},"Timestamp":"1999-01-01"},
			{"ItemId":"b","Categories":["film"],"Labels":["lynch","film"],"Timestamp":"915235200"},
			{"ItemId":"c","Categories":["concert"],"Labels":"jazz","Timestamp":"01/03/1999"},{"ItemId":"d","Categories":["concert"],"Timestamp":"Jan 4, 1999"}]`,
	} {
		status, answer := ask(t, s, request, text)
		require.Equal(t, http.StatusOK, status, answer)
	}
	status, answer := ask(t, s, "PUT /feedback", `[
		{"FeedbackType":"book","UserId":"u","ItemId":"a","Timestamp":"1999-12-31T00:00:00Z"},{"FeedbackType":"book","UserId":"v","ItemId":"a","Timestamp":"1999-01-01"},
		{"FeedbackType":"like","UserId":"v","ItemId":"c","Timestamp":"1999-01-01"},{"FeedbackType":"book","UserId":"v","ItemId":"b","Timestamp":"1999-01-01"},
		{"FeedbackType":"view","UserId":"w","ItemId":"d","Timestamp":"1999-01-01"}]`)
	require.Equal(t, http.StatusOK, status, answer)
	return s
}

// Nothing is learnt until it is trained; then lists are those of Gorse's formulas, and stay until the next time.
func TestTrain_LearnsAsGorseDoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, gorsetest.Config{})
		for _, list := range []string{"/non-personalized/popular", "/item-to-item/alike/a", "/collaborative-filtering/u"} {
			assert.Equal(t, "[]", body(t, s, "GET "+list))
		}
		s.Train()
		assert.Equal(t, `[{"Id":"a","Score":2},{"Id":"b","Score":1},{"Id":"c","Score":0},{"Id":"d","Score":0}]`, body(t, s, "GET /non-personalized/popular"),
			"items that nobody booked are in it, and a like is no booking")
		assert.Equal(t, `[{"Id":"a","Score":1},{"Id":"b","Score":0},{"Id":"c","Score":0},{"Id":"d","Score":0}]`, body(t, s, "GET /non-personalized/trending"))
		assert.Equal(t, `[{"Id":"c","Score":0},{"Id":"d","Score":0}]`, body(t, s, "GET /non-personalized/popular?category=concert"))
		assert.Equal(t, `[{"Id":"b","Score":1},{"Id":"c","Score":0.5},{"Id":"d","Score":0.5}]`, body(t, s, "GET /item-to-item/alike/a"),
			"labels in a list and in an object are the same; what has nothing in common has a half")
		assert.Equal(t, body(t, s, "GET /item-to-item/alike/a"), body(t, s, "GET /item/a/neighbors"))
		assert.Regexp(t, `^\[{"Id":"c","Score":1},{"Id":"a","Score":0.50\d+},{"Id":"d","Score":0.5}\]$`, body(t, s, "GET /item-to-item/together/b"),
			"the same people, then some of them, and hardly more than nobody")
		assert.Regexp(t, `^\[{"Id":"b",.*},{"Id":"c",.*}\]$`, body(t, s, "GET /collaborative-filtering/u"))
		assert.Equal(t, `[{"Id":"d","Score":0}]`, body(t, s, "GET /non-personalized/popular?user-id=v&n=5&offset=0"), "what they have not seen")
		assert.Regexp(t, `^\[{"Id":"b",[^}]*}\]$`, body(t, s, "GET /item-to-item/alike/a?n=1"))
		assert.Regexp(t, `^\[{"Id":"c",[^}]*}\]$`, body(t, s, "GET /item-to-item/alike/a?n=1&offset=1"))

		ask(t, s, "PUT /feedback", `[{"FeedbackType":"book","UserId":"w","ItemId":"d","Timestamp":"1999-01-01"}]`)
		assert.Contains(t, body(t, s, "GET /non-personalized/popular"), `{"Id":"d","Score":0}`, "it learns in batches")
		s.Train()
		assert.Contains(t, body(t, s, "GET /non-personalized/popular"), `{"Id":"d","Score":1}`)
	})
}

func TestLists_FollowWhatIsPatchedAtOnce(t *testing.T) {
	t.Parallel()
	s := shop(t, gorsetest.Config{})
	s.Train()
	require.Equal(t, "null", func() string { _, text := ask(t, s, "POST /session/recommend", `[{"ItemId":"a"}]`); return text }())
	_, text := ask(t, s, "POST /session/recommend/film", `[{"ItemId":"a"},{"ItemId":"c"}]`)
	assert.Equal(t, `[{"Id":"b","Score":1}]`, text, "of the first alone")
	ask(t, s, "PUT /item/b/category/late", "")
	assert.Equal(t, `[{"Id":"b","Score":1}]`, body(t, s, "GET /item-to-item/alike/a?category=late&category=film"))
	_, text = ask(t, s, "POST /session/recommend", `[{"ItemId":"a"}]`)
	assert.Equal(t, `[{"Id":"b","Score":1}]`, text, "as it was changed since")
	ask(t, s, "PATCH /item/b", `{"IsHidden":true,"Labels":["x"],"Categories":["film"],"Timestamp":"1999-01-01T00:00:00Z","Comment":"B"}`)
	for _, list := range []string{"/non-personalized/popular", "/item-to-item/alike/a", "/recommend/u", "/latest", "/collaborative-filtering/u"} {
		assert.NotContains(t, body(t, s, "GET "+list), `"b"`, list)
	}
	ask(t, s, "PATCH /item/b", `{"IsHidden":false}`)
	assert.Contains(t, body(t, s, "GET /item-to-item/alike/a"), `"b"`, "kept for when it comes back")
	ask(t, s, "DELETE /item/b", "")
	assert.NotContains(t, body(t, s, "GET /item-to-item/alike/a"), `"b"`)
	ask(t, s, "DELETE /user/u", "")
	assert.Contains(t, body(t, s, "GET /collaborative-filtering/u"), `"c"`, "the list of who is deleted stays")
}

func TestRecommend_JoinsLists(t *testing.T) {
	t.Parallel()
	s := shop(t, gorsetest.Config{})
	s.Train()
	assert.Regexp(t, `^\[{"Id":"b".*{"Id":"c".*{"Id":"d".*{"Id":"a"`, body(t, s, "GET /recommend/u"), "what was booked comes last, and comes")
	assert.Regexp(t, `^\[{"Id":"c",[^}]*}\]$`, body(t, s, "GET /recommend/u/concert?n=1"))
	assert.Regexp(t, `^\[{"Id":"d",[^}]*}\]$`, body(t, s, "GET /recommend/u?category=concert&offset=1"))
	forgetful := shop(t, gorsetest.Config{Forget: true})
	forgetful.Train()
	assert.NotContains(t, body(t, forgetful, "GET /recommend/u"), `"a"`, "without replacement what was seen is gone")
	assert.NotContains(t, body(t, forgetful, "GET /recommend/w"), `"d"`, "by a look, too")
	for _, request := range []string{"/recommend/u?n=x", "/recommend/u?offset=x", "/latest?n=x", "/item-to-item/alike/a?n=x", "/item-to-item/alike/a?offset=x"} {
		status, _ := ask(t, s, "GET "+request, "")
		assert.Equal(t, http.StatusBadRequest, status, request)
	}
}

// Feedback for what is not known is counted, and nowhere.
func TestFeedback_IsLostWithoutAutoInsert(t *testing.T) {
	t.Parallel()
	s := gorsetest.New(gorsetest.Config{NoInsert: true})
	status, text := ask(t, s, "PUT /feedback", `[{"FeedbackType":"book","UserId":"u","ItemId":"a"}]`)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, `{"RowAffected":1}`, text)
	assert.Equal(t, "[]", body(t, s, "GET /user/u/feedback"))
	ask(t, s, "POST /user", `{"UserId":"u"}`)
	ask(t, s, "POST /item", `{"ItemId":"a"}`)
	ask(t, s, "PUT /feedback", `[{"FeedbackType":"book","UserId":"u","ItemId":"a","Timestamp":"1999-01-01 10:00:00"},{"FeedbackType":"view","UserId":"u","ItemId":"a","Timestamp":"915148800000"}]`)
	assert.Contains(t, body(t, s, "GET /feedback/book/u/a"), `"Timestamp":"1999-01-01T10:00:00Z"`)
	assert.Contains(t, body(t, s, "GET /feedback/view?n=5"), `"Timestamp":"1999-01-01T00:00:00Z"`)
	assert.NotContains(t, body(t, s, "GET /feedback/view?n=5"), "book")
}

func TestSuffer_MakesTheServerIll(t *testing.T) {
	t.Parallel()
	s := gorsetest.New(gorsetest.Config{})
	for ill, want := range map[gorsetest.Ill]int{
		gorsetest.Down: 0, gorsetest.Busy: 503, gorsetest.NotReady: 503, gorsetest.Old: 200, gorsetest.Well: 200,
	} {
		s.Suffer(ill)
		status, _ := ask(t, s, "GET /health/ready", "")
		assert.Equal(t, want, status, ill)
	}
	s.Suffer(gorsetest.Old)
	assert.Equal(t, "[]", body(t, s, "GET /popular"))
	s.Babble("<html>")
	assert.Equal(t, "<html>", body(t, s, "GET /anything"))
	s.ForgetCalls()
	body(t, s, "GET /items?n=5")
	assert.Equal(t, []string{"GET /api/items?n=5"}, s.Calls())
}

func TestSuffer_SlowLastsUntilTheCallerLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := gorsetest.New(gorsetest.Config{})
		s.Suffer(gorsetest.Slow)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, gorsetest.URL+"/api/items", nil)
		require.NoError(t, err)
		_, err = s.Transport().RoundTrip(req)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestServe_DropsConnectionsOnASocketToo(t *testing.T) {
	t.Parallel()
	s := gorsetest.New(gorsetest.Config{})
	base := gorsetest.Serve(t, s)
	s.Suffer(gorsetest.Down)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/items", nil)
	require.NoError(t, err)
	_, err = client.Do(req)
	require.Error(t, err)
}
