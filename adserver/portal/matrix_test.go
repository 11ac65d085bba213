package portal_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/store"
)

// What a class of routes answers to somebody.
const (
	ok       = "ok"       // 200, or 303 to somewhere in the portal
	stranger = "stranger" // not signed in: 303 to sign in, 401 for a form
	hidden   = "hidden"   // 404: it is somebody else's
	refused  = "refused"  // 403: the role does not include it
)

// who asks, in the order of the rows below.
var who = []string{"nobody", "buyer", "other buyer", "seller", "other seller", "reviewer", "finance", "admin"}

// classes say what each of them is answered. What a table in the program says is not looked at: this is the other opinion.
var classes = map[string][]string{
	"public":          {ok, ok, ok, ok, ok, ok, ok, ok},
	"member":          {stranger, ok, ok, ok, ok, ok, ok, ok},
	"buyers":          {stranger, ok, hidden, refused, refused, refused, refused, ok},
	"buyers, finance": {stranger, ok, hidden, refused, refused, refused, ok, ok},
	"sellers":         {stranger, refused, refused, ok, hidden, refused, refused, ok},
	"sellers,finance": {stranger, refused, refused, ok, hidden, refused, ok, ok},
	"reviewers":       {stranger, refused, refused, refused, refused, ok, refused, ok},
	"finance":         {stranger, refused, refused, refused, refused, refused, ok, ok},
	"admin":           {stranger, refused, refused, refused, refused, refused, refused, ok},
}

// form is what is sent.
type form = []string

// matrix is every route, its class, and what is sent so that it works.
func matrix(t tenant) map[string]struct {
	class string
	form  form
} {
	landing := "https://" + strings.ToLower(t.mark) + ".example/x"
	campaign := form{"name", "New", "revision", "1"}
	line := form{"name", "New", "tier", "auction", "pricing", "cpm", "bid", "2", "pace", "even", "revision", "1"}
	creative := form{
		"name", "New", "format", "image", "landing", landing, "weight", "5", "size", "300x250", "image.url", t.creative.Image.URL, "image.alt", "words", "categories", "IAB18", "revision", "1",
	}
	placement := form{"name", "New", "slug", "new", "kind", "footer", "sizes", "300x250", "most", "1", "revision", "1"}
	publisher := form{"name", "New", "slug", "other-one", "currency", "EUR", "share", "50", "time_zone", "UTC", "revision", "1"}
	return map[string]struct {
		class string
		form  form
	}{
		"GET /":                  {"member", nil},
		"GET /sign-in":           {"public", nil},
		"POST /sign-in":          {"public", form{"email", "signer@example.com", "password", password}},
		"GET /sign-up":           {"public", nil},
		"POST /sign-up":          {"public", form{"name", "Z", "email", "z%d@example.com", "password", password, "company", "Z", "currency", "EUR", "time_zone", "UTC"}},
		"POST /sign-out":         {"public", nil},
		"GET /portal.css":        {"public", nil},
		"GET /portal.js":         {"public", nil},
		"POST /payments":         {"public", nil}, // it answers to signatures
		"GET /account":           {"member", nil},
		"POST /account":          {"member", form{"name", "Z"}},
		"POST /account/password": {"member", form{"old", password, "new", password + "!"}},

		"GET /advertisers/{advertiser}":                                {"buyers", nil},
		"GET /advertisers/{advertiser}/settings":                       {"buyers", nil},
		"POST /advertisers/{advertiser}/settings":                      {"buyers", form{"name", "Z", "time_zone", "UTC", "revision", "1"}},
		"POST /advertisers/{advertiser}/domains":                       {"buyers", form{"domain", "more.example"}},
		"POST /advertisers/{advertiser}/domains/check":                 {"buyers", form{"domain", strings.ToLower(t.mark) + ".example"}},
		"POST /advertisers/{advertiser}/domains/remove":                {"buyers", form{"domain", strings.ToLower(t.mark) + ".example"}},
		"GET /advertisers/{advertiser}/campaigns/new":                  {"buyers", nil},
		"POST /advertisers/{advertiser}/campaigns":                     {"buyers", campaign},
		"GET /advertisers/{advertiser}/campaigns/{campaign}":           {"buyers", nil},
		"GET /advertisers/{advertiser}/campaigns/{campaign}/edit":      {"buyers", nil},
		"POST /advertisers/{advertiser}/campaigns/{campaign}/edit":     {"buyers", campaign},
		"POST /advertisers/{advertiser}/campaigns/{campaign}/status":   {"buyers", form{"status", "paused"}},
		"POST /advertisers/{advertiser}/campaigns/{campaign}/copy":     {"buyers", nil},
		"GET /advertisers/{advertiser}/campaigns/{campaign}/lines/new": {"buyers", nil},
		"POST /advertisers/{advertiser}/campaigns/{campaign}/lines":    {"buyers", line},
		"GET /advertisers/{advertiser}/lines/{line}":                   {"buyers", nil},
		"GET /advertisers/{advertiser}/lines/{line}/edit":              {"buyers", nil},
		"POST /advertisers/{advertiser}/lines/{line}/edit":             {"buyers", line},
		"POST /advertisers/{advertiser}/lines/{line}/status":           {"buyers", form{"status", "paused"}},
		"POST /advertisers/{advertiser}/lines/{line}/copy":             {"buyers", nil},
		"GET /advertisers/{advertiser}/lines/{line}/creatives/new":     {"buyers", nil},
		"POST /advertisers/{advertiser}/lines/{line}/creatives":        {"buyers", creative},
		"POST /advertisers/{advertiser}/lines/{line}/preview":          {"buyers", creative},
		"GET /advertisers/{advertiser}/creatives/{creative}":           {"buyers", nil},
		"GET /advertisers/{advertiser}/creatives/{creative}/edit":      {"buyers", nil},
		"POST /advertisers/{advertiser}/creatives/{creative}/edit":     {"buyers", creative},
		"POST /advertisers/{advertiser}/creatives/{creative}/submit":   {"buyers", nil},
		"POST /advertisers/{advertiser}/creatives/{creative}/pause":    {"buyers", form{"paused", "1"}},
		"GET /advertisers/{advertiser}/creatives/{creative}/preview":   {"buyers", nil},
		"GET /advertisers/{advertiser}/balance":                        {"buyers, finance", nil},
		"POST /advertisers/{advertiser}/top-ups":                       {"buyers", form{"amount", "10"}},
		"GET /advertisers/{advertiser}/top-ups/{top-up}":               {"buyers", nil},
		"GET /advertisers/{advertiser}/reports":                        {"buyers", nil},
		"GET /advertisers/{advertiser}/reports.csv":                    {"buyers", nil},
		"POST /advertisers/{advertiser}/suspend":                       {"admin", form{"suspended", "1"}},
		"GET /publishers/{publisher}":                                  {"sellers", nil},
		"GET /publishers/{publisher}/settings":                         {"sellers", nil},
		"POST /publishers/{publisher}/settings":                        {"sellers", publisher},
		"GET /publishers/{publisher}/placements/new":                   {"sellers", nil},
		"POST /publishers/{publisher}/placements":                      {"sellers", placement},
		"GET /publishers/{publisher}/placements/{placement}":           {"sellers", nil},
		"POST /publishers/{publisher}/placements/{placement}":          {"sellers", slices.Concat(placement, form{"slug", "newer"})},
		"POST /publishers/{publisher}/placements/{placement}/pause":    {"sellers", form{"paused", "1"}},
		"GET /publishers/{publisher}/earnings":                         {"sellers,finance", nil},
		"POST /publishers/{publisher}/payouts":                         {"sellers", form{"amount", "0.01"}},
		"GET /publishers/{publisher}/reports":                          {"sellers", nil},
		"GET /publishers/{publisher}/reports.csv":                      {"sellers", nil},
		"POST /publishers/{publisher}/suspend":                         {"admin", form{"suspended", "1"}},
		"GET /review":                                                  {"reviewers", nil},
		"GET /review/{creative}":                                       {"reviewers", nil},
		"POST /review/{creative}":                                      {"reviewers", form{"verdict", "approve", "revision", "1"}},
		"GET /review/{creative}/preview":                               {"reviewers", nil},
		"GET /traffic":                                                 {"reviewers", nil},
		"POST /traffic/{finding}":                                      {"reviewers", form{"deed", "release"}},
		"GET /finance":                                                 {"finance", nil},
		"POST /finance/payouts/{payout}":                               {"finance", form{"deed", "approve"}},
		"GET /advertisers":                                             {"admin", nil},
		"GET /publishers":                                              {"admin", nil},
		"GET /publishers/new":                                          {"admin", nil},
		"POST /publishers":                                             {"admin", publisher},
		"GET /members":                                                 {"admin", nil},
		"POST /members":                                                {"admin", form{"name", "Z", "email", "zz@example.com", "role", "reviewer"}},
		"GET /members/{member}":                                        {"admin", nil},
		"POST /members/{member}":                                       {"admin", form{"name", "Z", "role", "reviewer", "revision", "1"}},
		"GET /audit":                                                   {"admin", nil},
	}
}

// mayBe are routes that answer a form with 400 or 409 in the state that all of them are tried in, together.
var mayBe = map[string]int{
	"POST /payments": http.StatusUnauthorized,
	"POST /advertisers/{advertiser}/domains/check":               http.StatusBadRequest, // it is not found
	"POST /advertisers/{advertiser}/creatives/{creative}/submit": http.StatusConflict,   // it is approved
	"POST /review/{creative}":                                    http.StatusConflict,   // also
}

func TestMatrix_HasEveryRoute(t *testing.T) {
	t.Parallel()
	k := open(t)
	rows := matrix(tenant{mark: "ALPHA"})
	for _, route := range k.pages.Routes() {
		assert.Contains(t, rows, route, "say who may ask for it")
	}
	assert.Len(t, k.pages.Routes(), len(rows), "all rows are of routes that there are")
}

// Every route is asked for by everybody, about things that are the buyer's and the seller's, and somebody else's.
func TestMatrix_EveryRouteForEverybody(t *testing.T) {
	t.Parallel()
	routes := open(t).pages.Routes()
	slices.SortStableFunc(routes, func(a, b string) int { return strings.Compare(order(a), order(b)) })
	for column, name := range who {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && name != "other buyer" {
				t.Skip("it takes long under the race detector")
			}
			var mine tenant
			var b *browser
			for _, route := range routes {
				row := matrix(tenant{mark: "ALPHA"})[route]
				want := classes[row.class][column]
				if b == nil || want == ok && strings.HasPrefix(route, "POST") { // what worked before must not be in its way
					k := open(t)
					mine = k.tenant("ALPHA")
					b = k.as(name, mine, k.tenant("BETA"))
				}
				assertAnswer(t, route, want, ask(b, route, mine, matrix(mine)[route].form))
			}
		})
	}
}

// order has what only reads come first.
func order(route string) string {
	if strings.HasPrefix(route, "GET") {
		return "0"
	}
	return "1"
}

func (k *kit) as(name string, mine, others tenant) *browser {
	k.member(store.Member{Role: store.Finance, Email: "signer@example.com"}) // whom sign-ins and pages of members are about
	switch name {
	case "buyer":
		return k.buyer(mine)
	case "other buyer":
		return k.buyer(others)
	case "seller":
		return k.seller(mine)
	case "other seller":
		return k.seller(others)
	case "reviewer":
		return k.member(store.Member{Role: store.Reviewer})
	case "finance":
		return k.member(store.Member{Role: store.Finance})
	case "admin":
		return k.admin()
	}
	return k.nobody()
}

var named = regexp.MustCompile(`\{[a-z-]+\}`)

// ask asks for a route about a tenant's things.
func ask(b *browser, route string, t tenant, f form) answer {
	method, path, _ := strings.Cut(route, " ")
	path = named.ReplaceAllStringFunc(path, func(s string) string { return strconv.Itoa(int(t.id(s))) })
	if method == http.MethodGet {
		return b.get(path)
	}
	if path == "/sign-up" || path == "/sign-in" {
		f = slices.Clone(f)
		for i := range f {
			f[i] = strings.Replace(f[i], "%d", "1", 1)
		}
	}
	return b.post(path, f...)
}

// id is what stands for a name in a path.
func (t tenant) id(name string) uint32 {
	switch name {
	case "{advertiser}":
		return uint32(t.advertiser.ID)
	case "{campaign}":
		return uint32(t.campaign.ID)
	case "{line}":
		return uint32(t.line.ID)
	case "{creative}":
		return uint32(t.creative.ID)
	case "{publisher}":
		return uint32(t.publisher.ID)
	case "{placement}":
		return uint32(t.placement.ID)
	case "{top-up}":
		return t.topUp
	case "{payout}":
		return t.payout
	case "{finding}":
		return t.finding
	case "{member}":
		return 1
	}
	panic("no such name: " + name)
}

func assertAnswer(t *testing.T, route, want string, got answer) {
	t.Helper()
	status := fmt.Sprintf("%s is %s: %d %s", route, want, got.Status, got.Location)
	switch want {
	case ok:
		if other, there := mayBe[route]; there {
			assert.Equal(t, other, got.Status, status)
			return
		}
		assert.Contains(t, []int{http.StatusOK, http.StatusSeeOther}, got.Status, status+" "+got.Body)
		assert.NotContains(t, got.Location, "/portal/sign-in?next", status)
		return
	case stranger:
		if strings.HasPrefix(route, "GET") {
			assert.Equal(t, http.StatusSeeOther, got.Status, status)
			assert.Contains(t, got.Location, "/portal/sign-in?next=", status)
		} else {
			assert.Equal(t, http.StatusUnauthorized, got.Status, status)
		}
	case hidden:
		assert.Equal(t, http.StatusNotFound, got.Status, status)
	case refused:
		assert.Equal(t, http.StatusForbidden, got.Status, status)
	}
	assert.NotContains(t, got.Body, "ALPHA", "%s: nothing of it is told", status)
}

// What is further down in a path must be of who stands before it, whoever asks.
func TestMatrix_PathsThatMixTenants(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine, others := k.tenant("ALPHA"), k.tenant("BETA")
	mixed := others
	mixed.campaign, mixed.line, mixed.creative, mixed.placement, mixed.topUp = mine.campaign, mine.line, mine.creative, mine.placement, mine.topUp
	browsers := map[string]*browser{"buyer": k.buyer(others), "seller": k.seller(others), "admin": k.admin()}
	tried := 0
	for route, row := range matrix(mine) {
		if len(named.FindAllString(route, -1)) < 2 {
			continue
		}
		for name, b := range browsers {
			if name == "buyer" && row.class != "buyers" || name == "seller" && row.class != "sellers" {
				continue
			}
			got := ask(b, route, mixed, row.form)
			assert.Equal(t, http.StatusNotFound, got.Status, "%s by %s", route, name)
			assert.NotContains(t, got.Body, "ALPHA")
			tried++
		}
	}
	assert.Greater(t, tried, 30)
}

func TestMatrix_WhatIsNoPathIsNotFound(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	b := k.admin()
	for _, path := range []string{
		"/nothing", "/advertisers/0", "/advertisers/-1", "/advertisers/+1", "/advertisers/01", "/advertisers/1x", "/advertisers/99999999999",
		"/advertisers/77", "/advertisers/1/campaigns/99", "/publishers/99", "/publishers/1/placements/99", "/review/99", "/members/99",
		"/advertisers/1/top-ups/99",
	} {
		assert.Equal(t, http.StatusNotFound, b.get(path).Status, path)
	}
	assert.Equal(t, http.StatusNotFound, b.post("/traffic/99", "deed", "refund").Status)
	assert.Equal(t, http.StatusNotFound, b.post("/finance/payouts/99", "deed", "pay").Status)
	require.NotZero(t, mine.advertiser.ID)
}
