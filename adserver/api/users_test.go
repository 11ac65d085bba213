package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/adclient"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
)

// A publisher has its visitor forgotten, and says whether they want personal ads: whatever their name is.
func TestUsers_EraseAndPrefer(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, func(l *ads.Line, _ *ads.Creative) {
		l.Caps, l.Targeting = []ads.Cap{{Times: 1, Per: ads.Ever}}, "interest = drama"
	})
	c := s.client("demo")
	for _, user := range []string{"ann", "a/b", "a%b", "a%2Fb", "a b+c", "50%", "ü", "a//b", "preferences", "x/preferences", "?&=#"} {
		r := asked(adclient.Slot{ID: "1", Placement: "home-banner", Count: 1})
		r.User.ID, r.User.Interests = user, []string{"drama"}
		offered := func() int {
			got, err := c.Decide(t.Context(), r)
			require.NoError(t, err)
			return len(got.Ads("1"))
		}
		assert.Equal(t, 1, offered(), user)
		assert.Zero(t, offered(), "%s: the one is reserved", user)
		require.NoError(t, c.Erase(t.Context(), user), user)
		assert.Equal(t, 1, offered(), user)
		require.NoError(t, c.Erase(t.Context(), user), "%s: again", user)
		require.NoError(t, c.OptOut(t.Context(), user), user)
		assert.Zero(t, offered(), user)
		require.NoError(t, c.Prefer(t.Context(), user, true), user)
		assert.Equal(t, 1, offered(), user)
	}
}

// Nobody speaks for another publisher's visitors, and what is not said as it must be is named.
func TestUsers_WhoMayAskForWhat(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	key := "Bearer " + api.Key(siteSecret, "demo")
	for name, c := range map[string]struct {
		method, path, body, key string
		status                  int
		field                   string
	}{
		"no key":          {http.MethodDelete, "/v1/users/ann?publisher=demo", "", "", http.StatusUnauthorized, ""},
		"other's key":     {http.MethodDelete, "/v1/users/ann?publisher=other", "", key, http.StatusUnauthorized, ""},
		"no publisher":    {http.MethodDelete, "/v1/users/ann", "", key, http.StatusUnauthorized, ""},
		"unknown":         {http.MethodDelete, "/v1/users/ann?publisher=gone", "", "Bearer " + api.Key(siteSecret, "gone"), http.StatusBadRequest, "publisher"},
		"nobody":          {http.MethodDelete, "/v1/users/?publisher=demo", "", key, http.StatusBadRequest, "user.id"},
		"too long":        {http.MethodDelete, "/v1/users/" + strings.Repeat("x", 129) + "?publisher=demo", "", key, http.StatusBadRequest, "user.id"},
		"another method":  {http.MethodPost, "/v1/users/ann?publisher=demo", "", key, http.StatusBadRequest, ""},
		"another address": {http.MethodPut, "/v1/users/ann/friends?publisher=demo", "{}", key, http.StatusBadRequest, ""},
		"no wish":         {http.MethodPut, "/v1/users/ann/preferences?publisher=demo", "{}", key, http.StatusBadRequest, "personalised"},
		"no JSON":         {http.MethodPut, "/v1/users/ann/preferences?publisher=demo", "yes", key, http.StatusBadRequest, "personalised"},
		"a text":          {http.MethodPut, "/v1/users/ann/preferences?publisher=demo", `{"personalised":"no"}`, key, http.StatusBadRequest, "personalised"},
		"a wish":          {http.MethodPut, "/v1/users/ann/preferences?publisher=demo", `{"personalised":false}`, key, http.StatusNoContent, ""},
		"twice":           {http.MethodDelete, "/v1/users/" + url.PathEscape("ann") + "?publisher=demo&publisher=other", "", key, http.StatusNoContent, ""},
	} {
		var headers []string
		if c.key != "" {
			headers = []string{"Authorization", c.key}
		}
		got := s.send(c.method, c.path, c.body, headers...)
		if assert.Equal(t, c.status, got.status, "%s: %s", name, got.body) && c.status >= 400 {
			assert.Equal(t, c.field, problem(t, got).Field, name)
		}
	}
}
