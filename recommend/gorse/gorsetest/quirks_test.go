package gorsetest_test

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
)

// quirk is a request and what v0.5.11 answers. An @ in it stands for what is unique to the run, so that a real server can be asked
// again and again.
type quirk struct {
	why     string
	ask     string // method and path below /api
	body    string
	bare    bool // without a key and a type of content
	keyless bool
	status  int    // 0 means that the connection is dropped
	want    string // a regular expression for the body, without its white space
}

const stored = `{"RowAffected":1}`

// quirks are asked in this order.
var quirks = []quirk{
	{why: "health needs no key", ask: "GET /health/ready", keyless: true, status: 200, want: `{"Ready":true,"DataStoreError":null,.*}|.*"Ready":true.*`},
	{why: "a wrong key is refused in plain text", ask: "GET /items", keyless: true, status: 401, want: "^unauthorized$"},
	{why: "an unknown path is told without a key", ask: "GET /popular", keyless: true, status: 404, want: "^404:PageNotFound$"},
	{why: "so is a method", ask: "POST /item/@m/category/c", keyless: true, status: 405, want: "^405:MethodNotAllowed$"},
	{why: "a type of content is demanded without a body, and before a key", ask: "PUT /item/@m/category/c", bare: true, status: 415, want: "^415:UnsupportedMediaType$"},
	{why: "but not of DELETE", ask: "DELETE /item/@none/category/c", status: 500, want: "@none:itemnotfound"},
	{why: "a category of no item", ask: "PUT /item/@none/category/c", status: 500, want: "@none:itemnotfound"},

	{
		why: "of two with the same id the first counts, and both are counted", ask: "POST /items", status: 200, want: `"RowAffected":3`,
		body: `[{"ItemId":"@m","Categories":["tenant:@"],"Timestamp":"2026-01-02T03:04:05Z","Labels":["a"],"Comment":"M","Unknown":1},
			{"ItemId":"@n","Categories":["tenant:@","city:x"],"Timestamp":"2026-01-03","Labels":{"x":["a","b"]}},{"ItemId":"@m","Comment":"second"}]`,
	},
	{why: "as written", ask: "GET /item/@m", status: 200, want: `^{"ItemId":"@m","IsHidden":false,"Categories":\["tenant:@"\],"Timestamp":"2026-01-02T03:04:05Z","Labels":\["a"\],"Comment":"M"}$`},
	{why: "what is left out is cleared", ask: "POST /item", body: `{"ItemId":"@p"}`, status: 200, want: stored},
	{why: "null and the year 1", ask: "GET /item/@p", status: 200, want: `"Categories":null,"Timestamp":"0001-01-01T00:00:00Z","Labels":null,"Comment":""`},
	{why: "truth values are no labels", ask: "POST /item", body: `{"ItemId":"@o","Labels":true}`, status: 400, want: "^unsupportedtypeinlabels:bool$"},
	{why: "nor in an object", ask: "POST /items", body: `[{"ItemId":"@o","Labels":{"a":{"b":true}}}]`, status: 400, want: "^unsupportedtypeinlabels:bool$"},
	{why: "nor lists of several kinds", ask: "POST /item", body: `{"ItemId":"@o","Labels":["a",1]}`, status: 400, want: `^unsupportedlabels:\["a",1\]$`},
	{why: "nor in a patch", ask: "PATCH /item/@m", body: `{"Labels":[{"a":1}]}`, status: 400, want: `^unsupportedlabels:\[{"a":1}\]$`},
	{why: "a time that is none", ask: "POST /item", body: `{"ItemId":"@o","Timestamp":"garbage"}`, status: 400, want: `^Couldnotfindformatfor"garbage"$`},
	{why: "a time as a number", ask: "POST /item", body: `{"ItemId":"@o","Timestamp":12}`, status: 400, want: "^json:cannotunmarshalnumberinto"},
	{why: "a patch reads one form of time", ask: "PATCH /item/@m", body: `{"Timestamp":"2026-01-02"}`, status: 400, want: "^parsingtime"},
	{why: "no JSON", ask: "POST /item", body: `{nonsense`, status: 400, want: "^invalidcharacter'n'"},
	{why: "none of it was stored", ask: "GET /item/@o", status: 404, want: "^@o:itemnotfound$"},
	{why: "a patch of no item is done", ask: "PATCH /item/@none", body: `{"IsHidden":true}`, status: 200, want: stored},
	{why: "and makes none", ask: "GET /item/@none", status: 404, want: "itemnotfound"},
	{why: "an item that is not there is deleted", ask: "DELETE /item/@none", status: 200, want: stored},
	{why: "a category", ask: "PUT /item/@m/category/kind:film", status: 200, want: stored},
	{why: "is in the item", ask: "GET /item/@m", status: 200, want: `"Categories":\["tenant:@","kind:film"\]`},
	{why: "and out", ask: "DELETE /item/@m/category/kind:film", status: 200, want: stored},

	{why: "no user", ask: "GET /user/@none", status: 404, want: "^@none:usernotfound$"},
	{why: "is deleted", ask: "DELETE /user/@none", status: 200, want: stored},
	{why: "and patched", ask: "PATCH /user/@none", body: `{"Comment":"x"}`, status: 200, want: stored},
	{why: "and is not there", ask: "GET /user/@none", status: 404, want: "usernotfound"},
	{why: "a user", ask: "POST /users", body: `[{"UserId":"@v","Labels":["city:x"]}]`, status: 200, want: stored},
	{why: "as written", ask: "GET /user/@v", status: 200, want: `^{"UserId":"@v","Labels":\["city:x"\],"Comment":""}$`},

	{why: "PUT stores feedback", ask: "PUT /feedback", body: `[{"FeedbackType":"book","UserId":"@u","ItemId":"@m","Value":1,"Timestamp":"2026-01-02T03:04:05Z"}]`, status: 200, want: stored},
	{why: "and overwrites it", ask: "PUT /feedback", body: `[{"FeedbackType":"book","UserId":"@u","ItemId":"@m","Value":1,"Timestamp":"2026-01-02T03:04:05Z"}]`, status: 200, want: stored},
	{why: "once", ask: "GET /user/@u/feedback", status: 200, want: `^\[{"FeedbackType":"book","UserId":"@u","ItemId":"@m","Value":1,"Timestamp":"2026-01-02T03:04:05Z","Updated":"2026-01-02T03:04:05Z","Comment":""}\]$`},
	{why: "POST adds its value up", ask: "POST /feedback", body: `[{"FeedbackType":"book","UserId":"@u","ItemId":"@m","Value":1,"Timestamp":"2026-01-02T03:04:05Z"}]`, status: 200, want: stored},
	{why: "twice", ask: "GET /feedback/@u/@m", status: 200, want: `"Value":2`},
	{why: "it made its user", ask: "GET /user/@u", status: 200, want: `^{"UserId":"@u","Labels":null,"Comment":""}$`},
	{why: "of a pair there may be none", ask: "GET /feedback/@u/@none", status: 200, want: `^\[\]$`},
	{why: "of a triple there may not", ask: "GET /feedback/book/@u/@none", status: 0},
	{why: "one that is not there is deleted, and counted right", ask: "DELETE /feedback/book/@u/@none", status: 200, want: `"RowAffected":0`},
	{why: "a type that cannot be found again is stored", ask: "PUT /feedback", body: `[{"FeedbackType":"bad-type","UserId":"@u","ItemId":"@m"}]`, status: 200, want: stored},
	{why: "and cannot be asked for", ask: "GET /user/@u/feedback/bad-type", status: 400, want: "^invalidexpressionformat"},
	{why: "but deleted", ask: "DELETE /feedback/bad-type/@u/@m", status: 200, want: `"RowAffected":1`},
	{why: "feedback of tomorrow", ask: "PUT /feedback", body: `[{"FeedbackType":"view","UserId":"@w","ItemId":"@n","Timestamp":"2199-01-01T00:00:00Z"}]`, status: 200, want: stored},
	{why: "is not in lists", ask: "GET /user/@w/feedback", status: 200, want: `^\[\]$`},

	{why: "no bound: a cursor and nothing else, without end", ask: "GET /items?n=0", status: 200, want: `^{"Cursor":"[^"]+","Items":\[\]}$`},
	{why: "a bound below that is a panic", ask: "GET /items?n=-1", status: 0},
	{why: "a bound that is none", ask: "GET /items?n=abc", status: 400, want: `^strconv.Atoi:parsing"abc":invalidsyntax$`},
	{why: "a cursor that is none", ask: "GET /items?cursor=%25%25", status: 500, want: "^illegalbase64dataatinputbyte0$"},
	{why: "a search that is not configured", ask: "GET /items?q=x", status: 400, want: "^itemsearchisnotsupported"},
	{why: "a page of one", ask: "GET /users?n=1", status: 200, want: `^{"Cursor":"[^"]+","Users":\[{[^}]*}\]}$`},

	{why: "sessions without a category have null", ask: "POST /session/recommend", body: `[{"FeedbackType":"book","ItemId":"@m"}]`, status: 200, want: `^null$`},
	{why: "an unknown user gets what stands in, with scores of its own", ask: "GET /recommend/@x?n=3&category=tenant:@", status: 200, want: `^\[{"Id":"@[mn]","Score":\d+},{"Id":"@[mn]","Score":\d+}\]$`},
	{why: "categories are all meant", ask: "GET /recommend/@x?category=tenant:@&category=city:x", status: 200, want: `^\[{"Id":"@n","Score":\d+}\]$`},
	{why: "and without a bound all", ask: "GET /recommend/@x?n=0&category=tenant:@", status: 200, want: `@n.*@m|@m.*@n`},
	{why: "the latest are there at once", ask: "GET /latest?n=5&category=tenant:@", status: 200, want: `^\[{"Id":"@n","Score":1767398400},{"Id":"@m","Score":1767323045}\]$`},
	{why: "but without a bound are not", ask: "GET /latest?n=0", status: 200, want: `^\[\]$`},
	{why: "a list that there is not", ask: "GET /non-personalized/none", status: 200, want: `^\[\]$`},
	{why: "nor like no item", ask: "GET /item-to-item/alike/@none", status: 200, want: `^\[\]$`},
	{why: "users have no neighbours", ask: "GET /user/@u/neighbors", status: 404, want: "^user-to-userrecommendationisnotenabled$"},
	{why: "hidden", ask: "PATCH /item/@n", body: `{"IsHidden":true}`, status: 200, want: stored},
	{why: "is gone at once", ask: "GET /latest?category=tenant:@", status: 200, want: `^\[{"Id":"@m","Score":\d+}\]$`},
	{why: "a dislike", ask: "PUT /feedback", body: `[{"FeedbackType":"dislike","UserId":"@u","ItemId":"@m"}]`, status: 200, want: stored},
	{why: "is heard at once", ask: "GET /recommend/@u?category=tenant:@", status: 200, want: `^\[\]$`},
	{why: "a user who goes", ask: "DELETE /user/@u", status: 200, want: stored},
	{why: "takes all feedback along", ask: "GET /user/@u/feedback", status: 200, want: `^\[\]$`},
	{why: "an item that goes", ask: "DELETE /item/@m", status: 200, want: stored},
	{why: "is gone at once", ask: "GET /latest?category=tenant:@", status: 200, want: `^\[\]$`},
}

func TestServer_AnswersAsGorseDoes(t *testing.T) {
	t.Parallel()
	t.Run("over a socket", func(t *testing.T) {
		t.Parallel()
		server := gorsetest.New(gorsetest.Config{Key: "secret"})
		askAll(t, &http.Client{}, gorsetest.Serve(t, server), "secret")
	})
	t.Run("without one", func(t *testing.T) {
		t.Parallel()
		server := gorsetest.New(gorsetest.Config{Key: "secret"})
		askAll(t, &http.Client{Transport: server.Transport()}, gorsetest.URL, "secret")
	})
}

// askAll makes the requests of quirks, under ids of their own.
func askAll(t *testing.T, client *http.Client, base, key string) {
	t.Helper()
	t.Cleanup(client.CloseIdleConnections)
	unique := "q" + strconv.FormatInt(time.Now().UnixNano(), 36)
	for _, q := range quirks {
		method, path, _ := strings.Cut(strings.ReplaceAll(q.ask, "@", unique), " ")
		req, err := http.NewRequestWithContext(t.Context(), method, base+"/api"+path, strings.NewReader(strings.ReplaceAll(q.body, "@", unique)))
		require.NoError(t, err)
		if !q.bare {
			req.Header.Set("Content-Type", "application/json")
		}
		if !q.keyless && !q.bare {
			req.Header.Set("X-Api-Key", key)
		}
		req.Header.Set("X-Api-Version", "2")
		resp, err := client.Do(req)
		if q.status == 0 {
			assert.Error(t, err, "%s: %s", q.why, q.ask)
			continue
		}
		require.NoError(t, err, "%s: %s", q.why, q.ask)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		require.NoError(t, err)
		assert.Equal(t, q.status, resp.StatusCode, "%s: %s: %s", q.why, q.ask, body)
		flat := strings.Join(strings.Fields(string(body)), "")
		assert.Regexp(t, regexp.MustCompile(strings.ReplaceAll(q.want, "@", unique)), flat, "%s: %s", q.why, q.ask)
		kind := "text/plain; charset=utf-8"
		if q.status == http.StatusOK {
			kind = "application/json"
		}
		assert.Equal(t, kind, resp.Header.Get("Content-Type"), q.ask)
	}
}
