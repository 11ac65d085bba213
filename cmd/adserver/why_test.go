package main_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// member is somebody at the portal, without a browser.
type member struct {
	*testing.T
	http.Client
	base string
}

// administrator signs in as one.
func administrator(t *testing.T, base, data string) *member {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	password := regexp.MustCompile(`with the password (\w+)`).FindStringSubmatch(command(t, "member", "root@ads.example", "--data", data))
	require.NotNil(t, password)
	m := &member{t, http.Client{Jar: jar}, base}
	m.send(http.MethodPost, "/sign-in", "email", "root@ads.example", "password", password[1])
	return m
}

// send sends a form of names and values in turn, and returns what the page in answer says.
func (m *member) send(method, path string, fields ...string) string {
	m.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	q, err := http.NewRequestWithContext(m.Context(), method, m.base+"/portal"+path, strings.NewReader(form.Encode()))
	require.NoError(m, err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", m.base)
	got, err := m.Do(q)
	require.NoError(m, err)
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	require.NoError(m, err)
	require.Equal(m, http.StatusOK, got.StatusCode, "%s %s", method, path)
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(body), " ")), " ")
}

// The page of a line that bids less than its only place wants says so, and what became of it in each request.
func TestWhy_ALineThatBidsTooLittle(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	base := served(t, data)
	key := command(t, "key", "demo", "--data", data)
	m := administrator(t, base, data)
	const line, cheap = "/advertisers/1/lines/1", "Its bid is below the floor of each of its placements: the lowest is GBP 2 for 1,000 views."
	assert.NotContains(t, m.send(http.MethodGet, line), cheap)
	m.send(http.MethodPost, line+"/edit", "name", "Cheap", "tier", "auction", "pricing", "cpm", "bid", "0.30", "pace", "asap", "placements", "1", "revision", "1")
	require.True(t, eventually(func() bool { return strings.Contains(m.send(http.MethodGet, line), cheap) }), "the engine hears of the change")
	for range 30 {
		advertisers(t, base, key, "home-banner")
	}
	page := m.send(http.MethodGet, line)
	assert.Contains(t, page, cheap)
	assert.Contains(t, page, "The line came up 30 times since this server began on")
	assert.Contains(t, page, "Worth less than the floor 30")
	assert.NotContains(t, page, "of several")

	m.send(http.MethodPost, line+"/edit", "name", "Dear", "tier", "auction", "pricing", "cpm", "bid", "90", "pace", "asap", "placements", "1", "revision", "2")
	require.True(t, eventually(func() bool {
		return strings.Contains(m.send(http.MethodGet, line), "Nothing that we know of keeps it from that.")
	}))
	assert.True(t, eventually(func() bool { // one decision may be for learning of another line, or be spared by the pace
		advertisers(t, base, key, "home-banner")
		return regexp.MustCompile(`Chosen [1-9]`).MatchString(m.send(http.MethodGet, line))
	}))
}
